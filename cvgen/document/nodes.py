"""The composed document: frozen blocks and inlines that know no output syntax and no profile.

Inlines are what a line of text is made of. A `Line` is one text field with the place it came from. Blocks are the
few shapes that every section kind maps onto; each names its `origin`, so that whatever goes wrong later can be
shown at its YAML line. The fields of a block stand in reading order.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass, field, fields, is_dataclass
from typing import TypeAlias

from cvgen.diagnostics import NOWHERE, Diagnostic, Span

__all__ = [
    "EMPTY",
    "Block",
    "Break",
    "Bullet",
    "Bullets",
    "Code",
    "Contact",
    "Document",
    "DocumentSection",
    "Emphasis",
    "EntryBlock",
    "Footer",
    "Header",
    "HonorRow",
    "Inline",
    "Line",
    "Link",
    "Metadata",
    "Paragraph",
    "Photo",
    "Position",
    "Script",
    "SkillRow",
    "Strong",
    "Subheading",
    "TextRun",
    "WorkBlock",
    "lines_of",
    "links_in",
    "plain",
]


@dataclass(frozen=True, slots=True)
class TextRun:
    """Characters to set as they are."""

    text: str


@dataclass(frozen=True, slots=True)
class Strong:
    """Bold."""

    inlines: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Emphasis:
    """Italic."""

    inlines: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Code:
    """Monospaced."""

    text: str


@dataclass(frozen=True, slots=True)
class Script:
    """A superscript (`raised`) or a subscript that Unicode has no characters for."""

    inlines: tuple[Inline, ...]
    raised: bool = True


@dataclass(frozen=True, slots=True)
class Break:
    """The end of a line inside a text."""


@dataclass(frozen=True, slots=True)
class Link:
    """A link. `url` is absolute, of an allowed scheme, ASCII, and goes into the output byte for byte."""

    inlines: tuple[Inline, ...]
    url: str


Inline: TypeAlias = TextRun | Strong | Emphasis | Code | Script | Break | Link


@dataclass(frozen=True, slots=True)
class Line:
    """One text field: its inlines, and the place in the source that it came from."""

    inlines: tuple[Inline, ...] = ()
    origin: Span = NOWHERE

    def __bool__(self) -> bool:
        return bool(self.inlines)


EMPTY = Line()


@dataclass(frozen=True, slots=True)
class Bullet:
    """A list item, perhaps with items below it. `label` is the number of one that has it: `1.`."""

    line: Line
    bullets: tuple[Bullet, ...] = ()
    label: str = ""


@dataclass(frozen=True, slots=True)
class Bullets:
    """A bulleted list."""

    items: tuple[Bullet, ...]
    origin: Span = NOWHERE


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Running text."""

    line: Line
    origin: Span = NOWHERE


@dataclass(frozen=True, slots=True)
class Subheading:
    """A heading inside a section: "University Awards", a year in a publication list."""

    title: Line
    origin: Span = NOWHERE


@dataclass(frozen=True, slots=True)
class Position:
    """One of several posts at an employer: what, when, where, and its own bullets."""

    title: Line = EMPTY
    date: Line = EMPTY
    location: Line = EMPTY
    body: tuple[Bullets | Paragraph, ...] = ()
    origin: Span = NOWHERE


@dataclass(frozen=True, slots=True)
class EntryBlock:
    """A dated entry: title and place above, position and date below, then text.

    Several posts under one title are several `positions`; an entry always has at least one, which may be empty.
    """

    title: Line
    location: Line = EMPTY
    positions: tuple[Position, ...] = (Position(),)
    origin: Span = NOWHERE


@dataclass(frozen=True, slots=True)
class WorkBlock:
    """A publication. `number` is its label in a numbered list, empty in others."""

    title: Line
    location: Line = EMPTY
    venue: Line = EMPTY
    date: Line = EMPTY
    authors: Line = EMPTY
    legend: Line = EMPTY
    award: Line = EMPTY
    notes: tuple[Line, ...] = ()
    links: Line = EMPTY
    number: str = ""
    origin: Span = NOWHERE


@dataclass(frozen=True, slots=True)
class HonorRow:
    """A row of three columns: when, what (bold) with a remark after a comma, where."""

    date: Line
    title: Line
    remark: Line = EMPTY
    location: Line = EMPTY
    origin: Span = NOWHERE


@dataclass(frozen=True, slots=True)
class SkillRow:
    """A row of two columns: label, values."""

    label: Line
    values: Line
    origin: Span = NOWHERE


Block: TypeAlias = Bullets | Paragraph | Subheading | EntryBlock | WorkBlock | HonorRow | SkillRow


@dataclass(frozen=True, slots=True)
class DocumentSection:
    """A titled run of blocks.

    `begins_page` and `is_together` say that it begins a page, and stays on one; `breaks` and `together` are the
    origins of blocks that do.
    """

    title: Line
    blocks: tuple[Block, ...]
    kind: str = ""
    origin: Span = NOWHERE
    begins_page: bool = False
    is_together: bool = False
    breaks: frozenset[Span] = frozenset()
    together: frozenset[Span] = frozenset()


@dataclass(frozen=True, slots=True)
class Contact:
    """One item of the header's contact line. `network` names the icon: email, github, scholar, ...

    `label` says what it is ("GitHub: ") where no icon does; it is empty where the text itself says so.
    """

    network: str
    line: Line
    label: str = ""


@dataclass(frozen=True, slots=True)
class Photo:
    """The portrait: an absolute path to a checked image file, and its text for those who cannot see it."""

    path: str
    shape: str
    side: str
    alt: str
    origin: Span = NOWHERE


@dataclass(frozen=True, slots=True)
class Header:
    """The head of the first page. Only `given` or `family` must be there; `is_family_first` tells their order."""

    given: Line
    family: Line
    native: Line = EMPTY
    position: Line = EMPTY
    address: Line = EMPTY
    contacts: tuple[Contact, ...] = ()
    quote: Line = EMPTY
    photo: Photo | None = None
    origin: Span = NOWHERE
    is_family_first: bool = False


@dataclass(frozen=True, slots=True)
class Footer:
    """Three lines of text for the foot of each page.

    `Text("\\x00page")` and `Text("\\x00pages")` inside a line stand for the page number and the number of pages:
    NUL cannot occur in a profile.
    """

    left: Line = EMPTY
    center: Line = EMPTY
    right: Line = EMPTY

    PAGE = "\x00page"
    PAGES = "\x00pages"


@dataclass(frozen=True, slots=True)
class Metadata:
    """Metadata of the PDF. `date` is ISO 8601 (`2024-10-22`) or empty."""

    title: str
    author: str
    subject: str = ""
    keywords: tuple[str, ...] = ()
    language: str = "en"
    date: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """All that an output needs, in reading order.

    `theme`, named at `theme_span`, and `options` are what the profile asks for; which options there are is the
    theme's business. `paper` is `a4` or `letter`; `page_limit` is how many pages there may be, None for any.
    `signature` is a letter's picture. `date` is the document's, None where that is not a whole day; `is_dated_today`
    is set where it is the day of composing. `diagnostics` are the warnings of composing.
    """

    metadata: Metadata
    header: Header
    sections: tuple[DocumentSection, ...]
    footer: Footer = field(default_factory=Footer)
    theme: str = "awesome"
    paper: str = "a4"
    page_limit: int | None = None
    options: tuple[tuple[str, str, Span], ...] = ()
    signature: Photo | None = None
    theme_span: Span = field(default=NOWHERE, compare=False)
    date: datetime.date | None = field(default=None, compare=False)
    is_dated_today: bool = field(default=False, compare=False)
    diagnostics: tuple[Diagnostic, ...] = field(default=(), compare=False)


def _plain_inline(inline: Inline) -> str:
    match inline:
        case TextRun(text) | Code(text):
            return text
        case Break():
            return " "
        case Strong(inlines) | Emphasis(inlines) | Script(inlines) | Link(inlines):
            return "".join(map(_plain_inline, inlines))


def plain(line: Line) -> str:
    """Return the characters a reader sees.

    >>> plain(Line((Strong((TextRun("Chao Jin"),)), TextRun("*"))))
    'Chao Jin*'
    """
    return "".join(map(_plain_inline, line.inlines))


def lines_of(document: Document) -> Iterator[Line]:
    """Yield every text of the document in reading order, empty ones left out; the footer comes last."""
    return _lines((document.header, document.sections, document.footer))


def links_in(value: object) -> Iterator[Link]:
    """Yield the links in a block, or in whatever holds lines, in reading order."""
    waiting: list[Inline] = [inline for line in _lines(value) for inline in line.inlines]
    while waiting:
        inline = waiting.pop(0)
        if isinstance(inline, Link):
            yield inline
        elif isinstance(inline, Strong | Emphasis | Script):
            waiting = [*inline.inlines, *waiting]


def _lines(value: object) -> Iterator[Line]:
    """Yield the lines in blocks, whose fields stand in reading order."""
    if isinstance(value, Line):
        yield from (value,) if value else ()
    elif isinstance(value, tuple):
        for item in value:
            yield from _lines(item)
    elif is_dataclass(value) and not isinstance(value, Span):
        for each in fields(value):
            yield from _lines(getattr(value, each.name))
