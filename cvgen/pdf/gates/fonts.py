"""Fonts of a PDF: which characters each code shows (ToUnicode), and how wide it is."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterable
from typing import NamedTuple

from pikepdf import Array, Object

__all__ = ["LOST", "Font", "read_font"]

LOST = "\ufffd"
"""Stands for a glyph that no ToUnicode map knows."""

_SECTION = re.compile(rb"begin(bfchar|bfrange)\s([\s\S]*?)end\1")
_ITEM = re.compile(rb"<([0-9A-Fa-f\s]*)>|(\[)|(\])")


class _Characters(dict[int, str]):
    """Code -> characters; what is missing is LOST."""

    def __missing__(self, code: int) -> str:
        return LOST


class _Widths(dict[int, float]):
    """Code -> advance in thousandths of the size."""

    def __init__(self, default: float, known: Iterable[tuple[int, float]]) -> None:
        super().__init__(known)
        self.default = default

    def __missing__(self, code: int) -> float:
        return self.default


class Font(NamedTuple):
    """How to read what is shown in a font: `characters` and `widths` of each code, `wide` if a code is two bytes."""

    characters: _Characters
    widths: _Widths
    wide: bool

    def codes(self, string: bytes) -> tuple[int, ...]:
        """Split a shown string into codes."""
        return struct.unpack(f">{len(string) // 2}H", string[: len(string) // 2 * 2]) if self.wide else tuple(string)


def read_font(font: Object) -> Font:
    """Read a font's maps. One without ToUnicode has no characters."""
    characters = _to_unicode(font.ToUnicode.read_bytes()) if "/ToUnicode" in font else _Characters()
    if font.get("/Subtype") != "/Type0":
        widths = enumerate(map(float, font.get("/Widths", ())), int(font.get("/FirstChar", 0)))
        return Font(characters, _Widths(0.0, widths), False)
    below = font.DescendantFonts[0]
    widths_listed = _listed_widths(list(below.get("/W", ())))
    return Font(characters, _Widths(float(below.get("/DW", 1000)), widths_listed), True)


def _listed_widths(items: list[Object]) -> Iterable[tuple[int, float]]:
    """Yield codes and widths of a `/W` array: `first [width …]` or `first last width` (ISO 32000-2, 9.7.4.3)."""
    place = 0
    while place + 1 < len(items):
        first, after = int(items[place]), items[place + 1]
        if isinstance(after, Array):
            yield from enumerate(map(float, after), first)
            place += 2
        else:
            yield from dict.fromkeys(range(first, int(after) + 1), float(items[place + 2])).items()
            place += 3


def _utf16(digits: bytes) -> str:
    return bytes.fromhex(b"".join(digits.split()).decode("ascii")).decode("utf-16-be", "replace")


def _to_unicode(cmap: bytes) -> _Characters:
    characters = _Characters()
    for kind, body in _SECTION.findall(cmap):
        items = [(_utf16(digits) if digits else "", digits, opening or closing)
                 for digits, opening, closing in _ITEM.findall(body)]  # fmt: skip
        if kind == b"bfchar":
            for (_, code, _), (text, _, _) in zip(items[::2], items[1::2], strict=True):
                characters[int(code, 16)] = text
            continue
        place = 0
        while place + 2 < len(items):
            first, last = int(items[place][1], 16), int(items[place + 1][1], 16)
            if items[place + 2][2] == b"[":
                for code in range(first, last + 1):
                    characters[code] = items[place + 3 + code - first][0]
                place += 4 + last + 1 - first
            else:
                text = items[place + 2][0]
                for code in range(first, last + 1):
                    characters[code] = text[:-1] + chr(ord(text[-1]) + code - first)
                place += 3
    return characters
