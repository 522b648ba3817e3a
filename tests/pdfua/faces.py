"""Checkpoints 10 and 31: fonts are embedded, agree with their programs, and say what their glyphs mean."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from pypdf.generic import StreamObject

from pdfua.content import Glyph
from pdfua.document import Document
from pdfua.fonts import Font
from pdfua.objects import entry
from pdfua.rules import Finding, rule


def _used(document: Document) -> dict[Font, dict[int, int]]:
    """Return the codes that are shown in each font, with a page of each."""
    found: dict[Font, dict[int, int]] = defaultdict(dict)
    for at, glyph in _glyphs(document):
        found[glyph.font].setdefault(glyph.code, at)
    return found


def _glyphs(document: Document) -> Iterator[tuple[int, Glyph]]:
    for at, page in enumerate(document.pages):
        for piece in page.read.pieces:
            for glyph in piece.glyphs:
                yield at, glyph


@rule("10-001", "each character code that is shown has a Unicode value")
def mapped(document: Document) -> Iterator[Finding]:
    for font, codes in _used(document).items():
        if font.unicode is None and font.composite:
            continue  # 31-027
        for code, at in codes.items():
            if not font.text(code):
                yield f"code {code} of {font.name} has no Unicode value", at


@rule("31-027", "each font has a ToUnicode map")
def has_map(document: Document) -> Iterator[Finding]:
    for font in _used(document):
        if font.unicode is None and entry(font.dict, "/Encoding") not in ("/WinAnsiEncoding", "/MacRomanEncoding"):
            yield f"{font.name} has no ToUnicode map", None


@rule("31-028", "no ToUnicode value is zero")
def no_zero(document: Document) -> Iterator[Finding]:
    for font in _used(document):
        for code, text in (font.unicode or {}).items():
            if "\0" in text:
                yield f"code {code} of {font.name} means U+0000", None


@rule("31-029", "no ToUnicode value is U+FEFF or U+FFFE")
def no_byte_order(document: Document) -> Iterator[Finding]:
    for font in _used(document):
        for code, text in (font.unicode or {}).items():
            if "\ufeff" in text or "\ufffe" in text:
                yield f"code {code} of {font.name} means a byte order mark", None


@rule("31-030", "the glyph .notdef is not shown")
def no_notdef(document: Document) -> Iterator[Finding]:
    for font, codes in _used(document).items():
        for code, at in codes.items():
            if font.composite and font.glyph(code) == 0:
                yield f"code {code} of {font.name} is .notdef", at


@rule("31-009", "each font is embedded")
def embedded(document: Document) -> Iterator[Finding]:
    for font in _used(document):
        if not font.program and font.subtype != "/Type3":
            yield f"{font.name} is not embedded", None


@rule("31-011", "each glyph that is shown is in the embedded font")
def glyph_there(document: Document) -> Iterator[Finding]:
    for font, codes in _used(document).items():
        if font.composite and font.program:
            for code, at in codes.items():
                if font.glyph(code) is None:
                    yield f"{font.name} has no glyph for code {code}", at


@rule("31-016", "widths in the PDF and in the font differ by less than 1/1000")
def widths(document: Document) -> Iterator[Finding]:
    for font, codes in _used(document).items():
        if not font.composite or not font.program:
            continue
        for code, at in codes.items():
            glyph = font.glyph(code)
            if glyph is not None and abs(font.own_width(glyph) - font.width(code)) > 1:
                yield f"code {code} of {font.name} is {font.width(code)} or {font.own_width(glyph)} wide", at


@rule("31-006", "each CMap is predefined or embedded")
def cmaps(document: Document) -> Iterator[Finding]:
    for font in _used(document):
        encoding = entry(font.dict, "/Encoding")
        predefined = encoding in ("/Identity-H", "/Identity-V")
        if font.composite and not predefined and not isinstance(encoding, StreamObject):
            yield f"{font.name} has the encoding {encoding}", None


@rule("31-004", "a CIDToGIDMap is a stream or Identity")
def gid_map(document: Document) -> Iterator[Finding]:
    for font in _used(document):
        found = entry(font.below, "/CIDToGIDMap")
        known = found in (None, "/Identity") or isinstance(found, StreamObject)
        if font.kind == "/CIDFontType2" and not known:
            yield f"{font.name} has the CIDToGIDMap {found}", None


@rule("31-005", "each CIDFontType2 has a CIDToGIDMap")
def has_gid_map(document: Document) -> Iterator[Finding]:
    for font in _used(document):
        if font.kind == "/CIDFontType2" and font.program and "/CIDToGIDMap" not in font.below:
            yield f"{font.name} has no CIDToGIDMap", None


@rule("31-014", "a CIDSet lists every glyph of its font; .notdef need not be told")
def set_complete(document: Document) -> Iterator[Finding]:
    for font in _used(document):
        if font.listed is not None and font.program and (missing := font.present - font.listed - {0}):
            yield f"the CIDSet of {font.name} lacks {sorted(missing)[:9]}", None


@rule("31-015", "a CIDSet lists no glyph that its font lacks")
def set_true(document: Document) -> Iterator[Finding]:
    for font in _used(document):
        if font.listed is None or not font.program:
            continue
        if missing := [code for code in sorted(font.listed) if font.glyph(code) is None]:
            yield f"the CIDSet of {font.name} lists {missing[:9]}", None
