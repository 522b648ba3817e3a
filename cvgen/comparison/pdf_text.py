"""The text layer of a PDF."""

from __future__ import annotations

import io

from pypdf import PdfReader

from cvgen.errors import UsageError

__all__ = ["read_pdf_text"]


def read_pdf_text(content: bytes, name: object) -> tuple[str, ...]:
    """Return the text of each page, without the white before lines set in the middle. Raises `UsageError`."""
    try:
        return tuple(_flush(page.extract_text()) for page in PdfReader(io.BytesIO(content)).pages)
    except Exception as error:  # a broken PDF fails in many ways inside pypdf
        message = f"`{name}` is no PDF that can be read: {type(error).__name__}"
        raise UsageError(message, hints=("copy its text into a .txt file",)) from None


def _flush(text: str) -> str:
    return "\n".join(line.lstrip(" ") for line in text.split("\n"))
