"""A PDF: the profile that it carries (`document: {embed: true}`), or else its text."""

from __future__ import annotations

import zlib
from dataclasses import replace

from pikepdf import Array, Dictionary, Pdf

from cvgen.comparison.pdf_text import read_pdf_text
from cvgen.diagnostics import Diagnostic, Severity, Span
from cvgen.errors import ProfileError
from cvgen.imports.imported import Imported, profile_of
from cvgen.imports.text import import_page
from cvgen.imports.text_page import parse_page
from cvgen.pdf.attached_file import PROFILE_NAME
from cvgen.pdf.reader import open_pdf
from cvgen.source import parse_yaml
from cvgen.source.positions import MAX_BYTES

__all__ = ["DESCRIPTION", "import_content", "recognises"]

DESCRIPTION = (
    "a PDF: the profile that it carries, with `document: {embed: true}`, or its text as far as it can be read"
)


def recognises(name: str, content: bytes) -> bool:
    """Tell a PDF by its first bytes."""
    return content.startswith(b"%PDF-")


def import_content(content: bytes, file: str) -> Imported:
    """Return the profile that a PDF carries; of any other what its text says. Raises `ProfileError`."""
    try:
        with open_pdf(content) as pdf:
            data = _attached(pdf)
    except Exception as error:  # a broken PDF raises nearly anything
        raise _refused(file, f"this is no PDF that can be read: {type(error).__name__}", "") from None
    if data is None:
        imported = import_page(parse_page("\n\n".join(read_pdf_text(content, file)), file))
        hint = "compare it with the PDF; one that is built with `document: {embed: true}` carries its profile"
        note = Diagnostic(
            "import-text", Severity.NOTE, Span(file), "this PDF does not carry its profile: its text is read", (hint,)
        )
        return replace(imported, losses=(note, *imported.losses))
    source = parse_yaml(data, f"{file}: {PROFILE_NAME}")
    return profile_of(source.data, source.span)


def _attached(pdf: Pdf) -> bytes | None:
    """Return the profile of a PDF, unpacked as far as a profile may be long."""
    names = pdf.Root.get("/Names", Dictionary()).get("/EmbeddedFiles", Dictionary()).get("/Names", Array())
    for name, file in zip(list(names)[::2], list(names)[1::2], strict=False):
        if str(name) == PROFILE_NAME:
            stream = file.EF.F
            packed = stream.read_raw_bytes()
            return zlib.decompressobj().decompress(packed, MAX_BYTES + 1) if "/Filter" in stream else packed
    return None


def _refused(file: str, message: str, hint: str) -> ProfileError:
    hints = (hint,) if hint else ()
    return ProfileError([Diagnostic("import-refused", Severity.ERROR, Span(file), message, hints)])
