"""Opening PDFs with qpdf, without its repairs: a damaged file is an error."""

from __future__ import annotations

import io

import pikepdf
from pikepdf import Pdf, PdfError

__all__ = ["open_pdf"]


def open_pdf(data: bytes) -> Pdf:
    """Open a PDF in memory. Raises `pikepdf.PikepdfError` for one that is damaged or encrypted."""
    pdf = pikepdf.open(io.BytesIO(data), attempt_recovery=False)
    if pdf.is_encrypted:
        raise PdfError("it is encrypted")
    return pdf
