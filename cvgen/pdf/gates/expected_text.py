"""Texts that the PDF of a document must have: its texts in reading order, in groups within which a theme may choose.

A theme decides whether a place stands before a date, so the texts of one head or one row are a group without an
order. Groups stand one after the other.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from cvgen.diagnostics import Span
from cvgen.document.inline import join, literal
from cvgen.document.nodes import (
    Block,
    Bullet,
    Bullets,
    Code,
    Document,
    Emphasis,
    EntryBlock,
    Footer,
    HonorRow,
    Inline,
    Line,
    Link,
    Paragraph,
    Script,
    SkillRow,
    Strong,
    Subheading,
    TextRun,
    WorkBlock,
    links_in,
    plain,
)
from cvgen.pdf.text_codes import TWINS

__all__ = ["Anchor", "Field", "Group", "fold", "foot_of", "groups_of", "is_loose", "links_of", "may_end"]

# Characters that are not visible: a PDF may have them or not.
_UNSEEN = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff"
    "\U000e0000-\U000e0fff]"
)
# Where a line may end without a space: next to Chinese, Japanese, Korean and what may be set in their fonts, and in
# words that are longer than a line may be (latex/escape.py).
# (No pattern: it takes 4 ms to compile.)
_LONG = 36


def may_end(char: str) -> bool:
    """Return whether a line may end at a character without a space."""
    return "\u1100" <= char <= "\u11ff" or "\u2010" <= char <= "\U0003ffff"


_ONE = {ord(twin): twins[0] for twins in TWINS for twin in twins[1:]} | {
    ord("Ĳ"): "IJ",  # LuaTeX says what the glyph is called
    ord("ĳ"): "ij",
    ord("ᴆ"): "ð",
    **{code: unicodedata.normalize("NFKC", chr(code)) for code in (*range(0x2E80, 0x2FE0), *range(0xFFA1, 0xFFDD))},
}


@functools.lru_cache(maxsize=4096)
def _folded(text: str) -> str:
    return _UNSEEN.sub("", unicodedata.normalize("NFD", text).translate(_ONE))


def fold(text: str) -> str:
    """Return text in the form that is compared: decomposed, without invisible characters, and of those that
    look the same always the same one.

    >>> fold("Á\\u200b\\u2011") == "A\\u0301-"
    True
    """
    return text if text.isascii() else _folded(text)


class Anchor(NamedTuple):
    """A link of a field: its address, and which of the field's letters it is on."""

    url: str
    start: int
    end: int


class Field(NamedTuple):
    """One text. `letters` is its folded text without white space.

    `gaps` has a mark for each letter, of what stands before it: a space for white space, `|` for nothing, `?` where
    nothing stands but a line may end.
    """

    line: Line
    text: str
    letters: str
    gaps: str

    @property
    def origin(self) -> Span:
        """The place in the profile."""
        return self.line.origin

    def anchors(self) -> Iterator[Anchor]:
        """Yield the links of the field."""
        yield from _anchors(self.line.inlines, 0)


class Group(NamedTuple):
    """Texts that stand together, in an order that is the theme's. A `heading` may not be the last on a page."""

    kind: str
    fields: tuple[Field, ...]
    heading: bool = False


def _letters(text: str) -> str:
    return "".join(fold(text).split())


def _anchors(inlines: Iterable[Inline], at: int) -> Iterator[Anchor]:
    for inline in inlines:
        match inline:
            case TextRun(text) | Code(text):
                at += len(_letters(text))
            case Strong(inner) | Emphasis(inner) | Script(inner):
                yield from _anchors(inner, at)
                at += len(_letters(plain(Line(inner))))
            case Link(inner, url):
                end = at + len(_letters(plain(Line(inner))))
                yield Anchor(url, at, end)
                at = end


def is_loose(word: str) -> bool:
    """Return whether a line may end inside a word."""
    return len(word) >= _LONG or (not word.isascii() and any(map(may_end, word)))


def _field(line: Line) -> Field:
    text = plain(line)
    gaps = []
    words = fold(text).split()
    for word in words:
        gaps.append(" " + ("?" if is_loose(word) else "|") * (len(word) - 1))
    return Field(line, text, "".join(words), "".join(gaps))


def _group(kind: str, *lines: Line, heading: bool = False) -> Iterator[Group]:
    fields = tuple(field for line in lines if line and (field := _field(line)).letters)
    if fields:
        yield Group(kind, fields, heading)


def _bullets(items: tuple[Bullet, ...]) -> Iterator[Group]:
    for item in items:
        yield from _group("item", join(" ", literal(item.label, item.line.origin), item.line))
        yield from _bullets(item.bullets)


def _block(block: Block) -> Iterator[Group]:
    match block:
        case Bullets(items):
            yield from _bullets(items)
        case Paragraph(line):
            yield from _group("text", line)
        case Subheading(title):
            yield from _group("subheading", title, heading=True)
        case EntryBlock():
            yield from _entry(block)
        case WorkBlock():
            yield from _work(block)
        case HonorRow():
            kind = "dated row" if block.date else "row"
            yield from _group(kind, block.date, block.title, block.remark, block.location)
        case SkillRow(label, values):
            yield from _group("row", label, values)


def _entry(entry: EntryBlock) -> Iterator[Group]:
    head: tuple[Line, ...] = (entry.title, entry.location)
    for number, position in enumerate(entry.positions):
        own = (position.title, position.date, position.location)
        follows = bool(position.body) or (not any(own) and number + 1 < len(entry.positions))
        yield from _group("post" if number else "entry", *head, *own, heading=follows)
        head = ()
        for part in position.body:
            yield from _block(part)


def _work(work: WorkBlock) -> Iterator[Group]:
    below = (work.authors, work.legend, work.award, *work.notes, work.links)
    number = Line((TextRun(work.number),), work.origin)
    yield from _group("work", number, work.title, work.location, work.venue, work.date, heading=any(map(bool, below)))
    for line in below:
        yield from _group("item", line)


def groups_of(document: Document) -> Iterator[Group]:
    """Yield what must stand on the pages but for their feet, in reading order."""
    header = document.header
    contacts = (contact.line for contact in header.contacts)
    # A label may be the name again: names come first.
    yield from _group("header", header.given, header.family, header.native)
    yield from _group("header", header.position, header.address, *contacts, header.quote)
    for section in document.sections:
        yield from _group("section", section.title, heading=bool(section.blocks))
        for block in section.blocks:
            yield from _block(block)


def foot_of(document: Document, page: int, pages: int) -> tuple[Group, ...]:
    """Return what must stand at the foot of page `page` of `pages`: nothing, or one group."""
    numbers = {Footer.PAGE: str(page), Footer.PAGES: str(pages)}

    def numbered(inline: Inline) -> Inline:
        match inline:
            case TextRun(text):
                return TextRun(numbers.get(text, text))
            case Strong(inner) | Emphasis(inner) | Script(inner):
                return Strong(tuple(map(numbered, inner)))
            case Link(inner, url):
                return Link(tuple(map(numbered, inner)), url)
        return inline

    footer = document.footer
    sides = (footer.left, footer.center, footer.right)
    return tuple(_group("foot", *(Line(tuple(map(numbered, side.inlines)), side.origin) for side in sides)))


def links_of(document: Document) -> frozenset[str]:
    """Return every address that the document links to."""
    return frozenset(link.url for link in links_in((document.header, document.sections, document.footer)))
