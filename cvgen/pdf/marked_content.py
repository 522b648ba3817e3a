"""Marked content of a page: the points that the class leaves in its stream become marked content within the page.

The class writes `/cv-P MP` where a block begins and `/cv-end MP` where it ends. Points are legal anywhere, whatever
nests or crosses a page; marked content is not. So what each stretch between two points paints becomes marked content
of the stretch's owner. Nothing stays open at the end of a page, and nothing is nested but what the owner says of one
stretch alone. An own reading of the stream, since a library's takes more time than all of finishing
(docs/decisions/0049-pikepdf.md).
"""

from __future__ import annotations

import re
from collections.abc import Hashable
from typing import NamedTuple, Protocol

__all__ = ["Owners", "Stretch", "rewrite"]

# Operators of ISO 32000-1, table 51. What ends a string or an array needs no space before an operator.
_BEFORE = rb"(?<![^\s\])>])"
_POINT = re.compile(rb"/cv-([\w-]+)\s+MP(?!\S)")
_SHOWS = re.compile(_BEFORE + rb"(?:TJ|Tj|'|\")(?!\S)")
_PAINTS = re.compile(_BEFORE + rb"(?:TJ|Tj|'|\"|f\*?|F|B\*?|b\*?|S|s|Do|sh|EI)(?!\S)")
_STATE = re.compile(_BEFORE + rb"[qQ](?!\S)")
# xdvipdfmx moves the page's origin before all else, and sets both colours: black, or what a page before it left.
_ORIGIN = re.compile(rb"\s*q 1 0 0 1 (\S+) (\S+) cm(?: [\d.]+)+ (?:G|RG|K)(?: [\d.]+)+ (?:g|rg|k)\b")
_IN_STRINGS = re.compile(rb"\\.|[()]|[^\\()]+", re.DOTALL)


class Stretch(NamedTuple):
    """What stands between two points and paints: `code` without strings, and where the page's origin lies."""

    code: bytes
    origin: tuple[float, float]

    @property
    def shows_text(self) -> bool:
        """Whether any of it is text."""
        return _SHOWS.search(self.code) is not None


class Owners(Protocol):
    """The meaning of points, and the owners of stretches: an element, or an artifact."""

    def point(self, name: str) -> None:
        """Begin or end a block, as the point `name` says."""

    def owner(self, stretch: Stretch) -> tuple[Hashable, bytes]:
        """Return whose the stretch is, and the operator that begins marked content for it alone, mostly none.

        Those of one owner that follow each other share their marked content.
        """

    def opening(self, owner: Hashable, stretch: Stretch) -> bytes:
        """Return the operator that begins marked content of `owner`, with its operands."""


def rewrite(data: bytes, owners: Owners) -> bytes:
    """Return the stream of a page with marked content in place of points."""
    code = _without_strings(data) if b"(" in data else data
    found = _ORIGIN.match(code)
    origin = (float(found[1]), float(found[2])) if found else (0.0, 0.0)
    page = _Page(data, code)
    start = 0
    for point in _POINT.finditer(code):
        page.add(start, point.start(), owners, origin)
        owners.point(point[1].decode())
        start = point.end()
    page.add(start, len(data), owners, origin)
    return page.finished()


class _Page:
    """The pieces of the new stream, and whose marked content is open."""

    def __init__(self, data: bytes, code: bytes) -> None:
        self.data, self.code = data, code
        self.pieces: list[bytes] = []
        self.owner: Hashable = None
        # The piece after which open marked content has nothing more to hold.
        self.last = 0

    def add(self, start: int, end: int, owners: Owners, origin: tuple[float, float]) -> None:
        # Nearly all that paints is text as engines write it; looking for that takes a twentieth of the time.
        if self.code.find(b"]TJ ", start, end) >= 0 or _PAINTS.search(self.code, start, end):
            stretch = Stretch(self.code[start:end], origin)
            owner, inner = owners.owner(stretch)
            first, last = _balanced(self.code, start, end)
            if owner != self.owner:
                self.close()
                self.owner = owner
                self.pieces += (self.data[start:first], b" ", owners.opening(owner, stretch), b" ")
            else:
                self.pieces.append(self.data[start:first])
            shown = self.data[first:last]
            self.pieces.append(b" %s %s EMC " % (inner, shown) if inner else shown)
            self.last = len(self.pieces)
            start = last
        self.pieces.append(self.data[start:end])

    def close(self) -> None:
        if self.owner is not None:
            self.pieces.insert(self.last, b" EMC ")
            self.owner = None

    def finished(self) -> bytes:
        self.close()
        return b"".join(self.pieces)


def _balanced(code: bytes, start: int, end: int) -> tuple[int, int]:
    """Return the part of a stretch in which each `q` has its `Q`; all of it if something outside that part paints."""
    if code.find(b"q", start, end) < 0 and code.find(b"Q", start, end) < 0:
        return start, end
    opened: list[int] = []
    last = end
    for found in _STATE.finditer(code, start, end):
        if found[0] == b"q":
            opened.append(found.end())
        elif opened:
            opened.pop()
        else:
            last = found.start()
            break
    first = opened[-1] if opened else start
    if (first > start and _PAINTS.search(code, start, first)) or (last < end and _PAINTS.search(code, last, end)):
        return start, end
    return first, last


def _without_strings(data: bytes) -> bytes:
    """Return the stream with blanks for what stands in parentheses: text may look like operators.

    >>> _without_strings(rb"[(a\\)(/cv-P MP)) 1 <28>]TJ")
    b'[                1 <28>]TJ'
    """
    depth = 0
    pieces: list[bytes] = []
    for found in _IN_STRINGS.finditer(data):
        part = found[0]
        depth += part == b"("
        pieces.append(b" " * len(part) if depth else part)
        depth -= part == b")" and depth > 0
    return b"".join(pieces)
