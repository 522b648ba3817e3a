"""Finishing an engine's PDF: tags, metadata, identifiers."""

from __future__ import annotations

from pikepdf import PikepdfError

from cvgen.document.nodes import Document
from cvgen.errors import OutputError
from cvgen.pdf.attached_file import attach_profile
from cvgen.pdf.metadata import set_metadata
from cvgen.pdf.output_intent import set_output_intent
from cvgen.pdf.reader import open_pdf
from cvgen.pdf.tags import tag
from cvgen.pdf.text_codes import set_characters
from cvgen.pdf.writer import write_pdf

__all__ = ["finish"]


def finish(pdf: bytes, document: Document, *, epoch: int, attached: bytes | None = None) -> bytes:
    """Return the PDF tagged, with Info, XMP, language and identifiers set; nothing of the engine's own but its
    name; its characters are the document's.

    It says that it conforms to PDF/UA-1 and PDF/A-2a (3a with a file) if the theme marked all text (CONTRACT.md)
    and there is a title. `epoch` is the document's date in seconds since 1970; at 0 it carries no date. `attached`
    is the profile in YAML that goes with it. Raises OutputError.
    """
    try:
        with open_pdf(pdf) as opened:
            accessible = tag(opened, document) and bool(document.metadata.title)
            set_characters(opened, document)
            carries_file = attached is not None
            set_metadata(opened, document.metadata, epoch=epoch, accessible=accessible, carries_file=carries_file)
            set_output_intent(opened)
            if attached is not None:
                attach_profile(opened, attached, document.metadata.title, epoch=epoch)
            finished = write_pdf(opened)
            warnings = opened.get_warnings()
    except (PikepdfError, ValueError, KeyError, TypeError, AttributeError, IndexError) as problem:
        raise OutputError(f"the engine's PDF cannot be read: {problem}") from problem
    if warnings:
        raise OutputError(f"the engine's PDF is damaged: {warnings[0]}")
    return finished
