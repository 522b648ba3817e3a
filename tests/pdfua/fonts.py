"""Fonts of a PDF: what their codes mean, how wide their glyphs are, and what their embedded programs hold."""

from __future__ import annotations

import functools
import io
import re
from collections.abc import Iterator

from fontTools.cffLib import CFFFontSet
from fontTools.ttLib import TTFont
from pypdf.generic import DictionaryObject, StreamObject

from pdfua.objects import entry

__all__ = ["Font"]

_BLOCK = re.compile(rb"begin(bfchar|bfrange|codespacerange)(.*?)end\1", re.DOTALL)
_TOKEN = re.compile(rb"<([0-9A-Fa-f\s]*)>|(\[)|(\])")


def _parts(block: bytes) -> Iterator[bytes | list[bytes]]:
    """Yield the strings of a CMap's block; those in brackets together."""
    inside: list[bytes] | None = None
    for match in _TOKEN.finditer(block):
        if match[2]:
            inside = []
        elif match[3]:
            yield inside or []
            inside = None
        else:
            one = bytes.fromhex(match[1].decode())
            if inside is None:
                yield one
            else:
                inside.append(one)


def _decoded(raw: bytes) -> str:
    return raw.decode("utf-16-be", "replace") if len(raw) > 1 else raw.decode("latin-1")


def to_unicode(cmap: bytes) -> dict[int, str]:
    r"""Return what a ToUnicode CMap says.

    >>> to_unicode(b"1 beginbfchar <0003> <0020> endbfchar 1 beginbfrange <0004> <0005> <0041> endbfrange")
    {3: ' ', 4: 'A', 5: 'B'}
    """
    found: dict[int, str] = {}
    for kind, block in _BLOCK.findall(cmap):
        parts = list(_parts(block))
        if kind == b"bfchar":
            for code, text in zip(parts[::2], parts[1::2], strict=False):
                found[int.from_bytes(code)] = _decoded(text)
        elif kind == b"bfrange":
            for first, last, to in zip(parts[::3], parts[1::3], parts[2::3], strict=False):
                for at, code in enumerate(range(int.from_bytes(first), int.from_bytes(last) + 1)):
                    if isinstance(to, list):
                        found[code] = _decoded(to[at]) if at < len(to) else ""
                    else:
                        found[code] = _decoded(to[:-2] + (int.from_bytes(to[-2:]) + at).to_bytes(2))
    return found


class Font:
    """A font as content shows it. `program` is its embedded file, empty if there is none."""

    def __init__(self, font: DictionaryObject) -> None:
        self.dict = font
        self.subtype = str(entry(font, "/Subtype"))
        self.name = str(entry(font, "/BaseFont")).lstrip("/")
        self.composite = self.subtype == "/Type0"
        below = font["/DescendantFonts"][0].get_object() if self.composite and "/DescendantFonts" in font else font
        self.below: DictionaryObject = below
        self.kind = str(entry(below, "/Subtype"))
        self.descriptor: DictionaryObject = entry(below, "/FontDescriptor") or DictionaryObject()
        keys = [key for key in ("/FontFile", "/FontFile2", "/FontFile3") if key in self.descriptor]
        self.program: bytes = self.descriptor[keys[0]].get_data() if keys else b""
        cmap = entry(font, "/ToUnicode")
        self.unicode = to_unicode(cmap.get_data()) if isinstance(cmap, StreamObject) else None

    def codes(self, raw: bytes) -> Iterator[tuple[int, int]]:
        """Yield each code of a shown string with its length in bytes."""
        step = 2 if self.composite else 1
        for at in range(0, len(raw), step):
            yield int.from_bytes(raw[at : at + step]), step

    def text(self, code: int) -> str | None:
        """Return a code's text, None if nothing says it."""
        if self.unicode is not None:
            return self.unicode.get(code)
        if not self.composite and entry(self.dict, "/Encoding") == "/WinAnsiEncoding":
            return bytes([code]).decode("cp1252", "replace")
        return None

    @functools.cached_property
    def _widths(self) -> dict[int, float]:
        if not self.composite:
            first = int(entry(self.dict, "/FirstChar") or 0)
            return {first + at: float(width) for at, width in enumerate(entry(self.dict, "/Widths") or [])}
        found: dict[int, float] = {}
        row = [item.get_object() for item in entry(self.below, "/W") or []]
        while len(row) > 1:
            if isinstance(row[1], list):
                found |= {int(row[0]) + at: float(width) for at, width in enumerate(row[1])}
                row = row[2:]
            else:
                found |= dict.fromkeys(range(int(row[0]), int(row[1]) + 1), float(row[2]))
                row = row[3:]
        return found

    def width(self, code: int) -> float:
        """Return the width that the PDF tells, in thousandths of the size."""
        least = float(1000 if (told := entry(self.below, "/DW")) is None else told) if self.composite else 0.0
        return self._widths.get(code, least)

    @functools.cached_property
    def _parsed(self) -> TTFont | CFFFontSet | None:
        if not self.program:
            return None
        if self.program[:4] in (b"\0\1\0\0", b"true", b"OTTO"):
            return TTFont(io.BytesIO(self.program), lazy=True)
        found = CFFFontSet()
        found.decompile(io.BytesIO(self.program), None)
        return found

    @functools.cached_property
    def _outlines(self) -> CFFFontSet | None:
        parsed = self._parsed
        if isinstance(parsed, TTFont):
            return parsed["CFF "].cff if "CFF " in parsed else None
        return parsed

    @functools.cached_property
    def _glyph_map(self) -> bytes | None:
        found = entry(self.below, "/CIDToGIDMap")
        return found.get_data() if isinstance(found, StreamObject) else None

    def glyph(self, code: int) -> int | None:
        """Return the number of the glyph that a code of a composite font shows; None if the program has none."""
        outlines = self._outlines
        if outlines is not None:
            top = outlines.topDictIndex[0]
            if hasattr(top, "ROS"):
                name = f"cid{code:05d}" if code else ".notdef"
                return top.charset.index(name) if name in top.CharStrings else None
            return code if code < len(top.charset) else None
        if self._glyph_map is not None:
            code = int.from_bytes(self._glyph_map[2 * code : 2 * code + 2])
        parsed = self._parsed
        return code if isinstance(parsed, TTFont) and code < parsed["maxp"].numGlyphs else None

    def own_width(self, glyph: int) -> float:
        """Return the width that the font program gives a glyph, in thousandths of the size."""
        parsed, outlines = self._parsed, self._outlines
        if isinstance(parsed, TTFont) and "hmtx" in parsed:
            return parsed["hmtx"][parsed.getGlyphName(glyph)][0] * 1000 / parsed["head"].unitsPerEm
        assert outlines is not None
        top = outlines.topDictIndex[0]
        drawn = top.CharStrings[top.charset[glyph]]
        drawn.calcBounds(None)
        return drawn.width * getattr(top, "FontMatrix", [0.001])[0] * 1000

    @functools.cached_property
    def present(self) -> set[int]:
        """The CIDs for which the program has a glyph with an outline, or which it lists by name."""
        outlines = self._outlines
        if outlines is not None:
            top = outlines.topDictIndex[0]
            if hasattr(top, "ROS"):
                return {int(name[3:]) if name != ".notdef" else 0 for name in top.charset}
            return set(range(len(top.charset)))
        parsed = self._parsed
        if not isinstance(parsed, TTFont) or self._glyph_map is not None:
            return set()
        places = parsed["loca"]
        return {at for at in range(parsed["maxp"].numGlyphs) if places[at] != places[at + 1]}

    @functools.cached_property
    def listed(self) -> set[int] | None:
        """The CIDs that the CIDSet lists; None if there is none."""
        found = entry(self.descriptor, "/CIDSet")
        if not isinstance(found, StreamObject):
            return None
        bits = found.get_data()
        return {8 * at + bit for at, byte in enumerate(bits) for bit in range(8) if byte >> (7 - bit) & 1}
