"""Look into the objects of a PDF, and into its fonts: which characters each code shows, and how wide it is.

What an object is is known only when it is looked at: what is not what it should be counts as empty.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

from cvgen.pdf import plain

if TYPE_CHECKING:
    from pypdf.generic import DictionaryObject, PdfObject

__all__ = ["LOST", "Font", "array", "dictionary", "font", "name", "number", "stream"]

LOST = "\ufffd"
"""Stands for a glyph that no ToUnicode map knows."""

# --- objects -------------------------------------------------------------------------------------------------------


def dictionary(one: Mapping[object, PdfObject], key: str) -> DictionaryObject:
    """Return the dictionary at `key`, which may be a stream."""
    from pypdf.generic import DictionaryObject

    value = one[key] if key in one else None  # noqa: SIM401 - get() would not follow a reference
    return value if isinstance(value, DictionaryObject) else DictionaryObject()


def array(one: Mapping[object, PdfObject], key: str) -> list[PdfObject]:
    """Return the array at `key`; its items may be references."""
    value = one[key] if key in one else None  # noqa: SIM401 - as above
    return value if isinstance(value, list) else []


def stream(one: Mapping[object, PdfObject], key: str) -> bytes:
    """Return what the stream at `key` holds, uncompressed."""
    from pypdf.generic import StreamObject

    value = dictionary(one, key)
    return value.get_data() if isinstance(value, StreamObject) else b""


def name(one: Mapping[object, PdfObject], key: str) -> str:
    """Return the name at `key`, with its slash."""
    value = one[key] if key in one else None  # noqa: SIM401 - as above
    return value if isinstance(value, str) else ""


def number(value: object) -> float:
    """Return a number, whether it stands here or elsewhere in the file."""
    from pypdf.generic import IndirectObject

    found = value.get_object() if isinstance(value, IndirectObject) else value
    return float(found) if isinstance(found, int | float) else 0.0


# --- fonts ---------------------------------------------------------------------------------------------------------

_SECTION = re.compile(rb"begin(bfchar|bfrange)\s([\s\S]*?)end\1")
_ITEM = re.compile(rb"<([0-9A-Fa-f\s]*)>|(\[)|(\])")


class _Characters(dict[int, str]):
    """Code -> characters; what is missing is LOST."""

    def __missing__(self, code: int) -> str:
        return LOST


class _Widths(dict[int, float]):
    """Code -> advance in thousandths of the size."""

    def __init__(self, default: float) -> None:
        super().__init__()
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


def font(one: DictionaryObject) -> Font:
    """Read a font's maps. One without ToUnicode has no characters."""
    wide = name(one, "/Subtype") == "/Type0"
    characters = _to_unicode(stream(one, "/ToUnicode"))
    if not wide:
        widths = _Widths(0.0)
        widths.update(enumerate(map(number, array(one, "/Widths")), int(number(one.get("/FirstChar", 0)))))
        return Font(characters, widths, False)
    descendant = array(one, "/DescendantFonts")[0].get_object()
    assert isinstance(descendant, dict)
    return Font(characters, _wide_widths(descendant), True)


_WIDTH = re.compile(rb"(\d+)\s*\[([.\d\s]*)\]|(\d+)\s+(\d+)\s+([.\d]+)")


def _wide_widths(descendant: DictionaryObject) -> _Widths:
    from pypdf import PdfReader
    from pypdf.generic import IndirectObject

    widths = _Widths(number(descendant.get("/DW", 1000)))
    listed = descendant.raw_get("/W") if "/W" in descendant else None
    if isinstance(listed, IndirectObject) and isinstance(listed.pdf, PdfReader):
        value = plain.value_of(listed.pdf, listed.idnum)
        if value is not None and not _WIDTH.sub(b"", value).strip(b"[] \t\r\n"):
            for first, each, start, end, same in _WIDTH.findall(value):
                if start:
                    widths.update(dict.fromkeys(range(int(start), int(end) + 1), float(same)))
                else:
                    widths.update(enumerate(map(float, each.split()), int(first)))
            return widths
    items = array(descendant, "/W")
    place = 0
    while place + 1 < len(items):
        first, after = int(number(items[place])), items[place + 1].get_object()
        if isinstance(after, list):
            widths.update(enumerate(map(number, after), first))
            place += 2
        else:
            widths.update(dict.fromkeys(range(first, int(number(after)) + 1), number(items[place + 2])))
            place += 3
    return widths
