"""Read and change tables of a font file in place, so that engines are quicker; what is drawn stays as it is.

OpenType 1.9, "OpenType Font File", "OpenType Layout Common Table Formats" and "cmap". fontTools would take half a
second: it computes checksums of all that it writes, and our fonts are 50 MB.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping
from mmap import mmap
from typing import TypeAlias

__all__ = ["FontBytes", "remove", "segments", "share_features", "table"]

FontBytes: TypeAlias = bytearray | mmap
"""A font file, all of it."""

_NONE = 0xFFFF
# Tag: where its record is, where the table begins and ends.
_Records: TypeAlias = Mapping[bytes, tuple[int, int, int]]


def share_features(font: FontBytes) -> None:
    """Have languages that have the same features refer to the same ones.

    Many fonts hold a copy of each for each language, and shapers find the same lookups either way. But xdvipdfmx
    reads those of every feature that any language refers to, to tell what glyphs stand for. Of 14 languages in Source
    Sans Pro that was a third of its time.
    """
    records = _records(font)
    if b"GSUB" in records:
        record, start, end = records[b"GSUB"]
        shared = _shared(bytes(font[start:end]))
        _put(font, {record + 4: struct.pack(">I", _checksum(shared)), start: shared})


def remove(font: FontBytes, tag: bytes) -> None:
    """Remove a table. Its bytes stay in the file, where nothing leads to them."""
    records = _records(font)
    if tag not in records:
        return
    kept = b"".join(font[record : record + 16] for other, (record, *_) in records.items() if other != tag)
    count = len(records) - 1
    power = count.bit_length() - 1
    header = struct.pack(">HHHH", count, 16 << power, power, 16 * count - (16 << power))
    _put(font, {4: header + kept + bytes(16)})


def table(font: FontBytes, tag: bytes) -> bytes:
    """Return a table; nothing for one that is not there."""
    _, start, end = _records(font).get(tag, (0, 0, 0))
    return bytes(font[start:end])


def segments(cmap: bytes) -> list[range] | None:
    """Return the codes of the characters in a table of codes; None where it has not the form of all of Unicode."""
    for platform, encoding, start in struct.iter_unpack(">HHI", cmap[4 : 4 + 8 * _at(cmap, 2)]):
        if (platform, encoding, _at(cmap, start)) == (3, 10, 12):
            (count,) = struct.unpack_from(">I", cmap, start + 12)
            groups = struct.iter_unpack(">III", cmap[start + 16 : start + 16 + 12 * count])
            return [range(first, last + 1) for first, last, _ in groups]
    return None


def _records(font: FontBytes) -> _Records:
    records: Iterator[tuple[bytes, int, int]] = struct.iter_unpack(">4s4xII", font[12 : 12 + 16 * _at(font, 4)])
    return {tag: (12 + 16 * number, at, at + length) for number, (tag, at, length) in enumerate(records)}


def _put(font: FontBytes, parts: Mapping[int, bytes]) -> None:
    """Put bytes at these places; the sum of the whole file stays what it must be."""
    _, head, _ = _records(font)[b"head"]
    surplus = 0
    for at, part in parts.items():
        first, last = at & ~3, (at + len(part) + 3) & ~3
        surplus -= _checksum(font[first:last])
        font[at : at + len(part)] = part
        surplus += _checksum(font[first:last])
    adjusted = int.from_bytes(font[head + 8 : head + 12], "big") - surplus
    font[head + 8 : head + 12] = struct.pack(">I", adjusted & 0xFFFFFFFF)


def _checksum(part: bytes | bytearray) -> int:
    padded = part + bytes(-len(part) % 4)
    words: tuple[int, ...] = struct.unpack(f">{len(padded) // 4}I", padded)
    return sum(words) & 0xFFFFFFFF


def _at(table: bytes | FontBytes, place: int) -> int:
    return int.from_bytes(table[place : place + 2], "big")


# ----------------------------------------------------------------------------------------------------- GSUB


def _shared(gsub: bytes) -> bytes:
    minor, scripts, features = struct.unpack_from(">xxHHH", gsub)
    if minor and any(gsub[10:14]):  # variations name features by their numbers
        return gsub
    table, first = bytearray(gsub), list(_first_equals(gsub, features))
    for place in _numbers(gsub, scripts):
        number = _at(gsub, place)
        if number != _NONE:
            struct.pack_into(">H", table, place, first[number])
    return bytes(table)


def _first_equals(table: bytes, features: int) -> Iterator[int]:
    """Yield for each feature the number of the first with the same tag, parameters and lookups."""
    known: dict[tuple[bytes, int, bytes], int] = {}
    for number in range(_at(table, features)):
        record = features + 2 + 6 * number
        feature = features + _at(table, record + 4)
        parameters, count = _at(table, feature), _at(table, feature + 2)
        lookups = table[feature + 4 : feature + 4 + 2 * count]
        same = table[record : record + 4], parameters and feature + parameters, lookups
        yield known.setdefault(same, number)


def _numbers(table: bytes, scripts: int) -> Iterator[int]:
    """Yield where the numbers of features stand: for each script those of its default and of other languages."""
    for number in range(_at(table, scripts)):
        script = scripts + _at(table, scripts + 2 + 6 * number + 4)
        offsets = [_at(table, script)]
        offsets += (_at(table, script + 4 + 6 * other + 4) for other in range(_at(table, script + 2)))
        for language in (script + offset for offset in offsets if offset):
            yield language + 2  # the one that cannot be switched off, if there is one
            yield from range(language + 6, language + 6 + 2 * _at(table, language + 4), 2)
