"""Look at objects of a PDF as they stand in the file: pypdf takes 5 microseconds for each number, name and bracket.

A plain object is one in which a search finds what a parser would: names without escapes, strings without brackets and
escapes, no comments, no stream.
"""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pypdf import PdfReader

__all__ = ["names_in", "references_in", "value_of"]

# ISO 32000-2, 7.2 and 7.3. NUL would be white space, but not for the searches.
_OBJECT = re.compile(
    rb"\s*(\d+) 0 obj\b("
    rb"(?:[-+.\d\s]++|R\b|/[\w+.,:*-]*+|[][]|<<|>>|<[\dA-Fa-f\s]*+>|\([^()\\]*+\)|true|false|null)*+"
    rb")endobj\b"
)
_STRING = re.compile(rb"\([^)]*\)")
_NAME = re.compile(rb"/[\w+.,:*-]*")
_REFERENCE = re.compile(rb"(\d+)\s+(\d+)\s*R")


def value_of(reader: PdfReader, number: int) -> bytes | None:
    """Return a plain object as it stands in the file, with its strings emptied; None if it is not known to be one."""
    start = reader.xref.get(0, {}).get(number)
    if start is None or number in reader.xref_objStm or not isinstance(reader.stream, io.BytesIO):
        return None
    found = _OBJECT.match(reader.stream.getvalue(), start)
    if not found or int(found[1]) != number:
        return None
    value = found[2]
    if b"(" in value:
        value = _STRING.sub(b"()", value)
    paired = value.count(b"[") == value.count(b"]") and value.count(b"<<") == value.count(b">>")
    return value if paired else None


def names_in(value: bytes) -> list[bytes]:
    """Return the names in a plain object, each with its slash."""
    return _NAME.findall(value)


def references_in(value: bytes) -> list[tuple[int, int]]:
    """Return number and generation of each object that a plain one refers to."""
    return [(int(number), int(generation)) for number, generation in _REFERENCE.findall(value)]
