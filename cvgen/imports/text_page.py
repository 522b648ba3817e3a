"""Pages and CVs that exist already, as plain text that knows where each character came from.

Markdown, HTML and what is between them become text: marks go, links are kept apart, what stands in comments stays and
is known to be hidden. A PDF is read through its text layer; its lines are those of the extracted text.
"""

from __future__ import annotations

import functools
import html
import re
from array import array
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

from cvgen.comparison.headings import printed_headings
from cvgen.diagnostics import Span
from cvgen.errors import UsageError
from cvgen.files import read_start
from cvgen.sections import kinds, shape_of
from cvgen.values.names import fold_name

__all__ = ["BULLET", "Heading", "PageLink", "TextPage", "parse_page", "read_page"]

BULLET = re.compile(r"(?P<indent>\s*)[•·▪◦*-]\s+(?P<text>.*\S)")
_LARGEST_PDF, _LARGEST = 20 << 20, 2 << 20
_UNMARKED = 0  # the level of a heading that is known by its words alone, until it is given one


@dataclass(frozen=True, slots=True)
class PageLink:
    """A link on a page: where its text stands, and where it leads."""

    start: int
    end: int
    url: str


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading; `kind` is the section kind that its words mean, `other`, or empty where they say nothing."""

    start: int
    end: int
    level: int
    kind: str


@dataclass(frozen=True)
class TextPage:
    """A page: `text` without marks; offsets below are offsets into it."""

    file: str
    raw: str
    text: str
    at: array[int] = field(repr=False)
    hidden: tuple[tuple[int, int], ...] = ()
    links: tuple[PageLink, ...] = ()
    headings: tuple[Heading, ...] = ()

    @cached_property
    def _starts(self) -> list[int]:
        return [0, *(match.end() for match in re.finditer("\n", self.raw))]

    @cached_property
    def letters(self) -> tuple[str, array[int]]:
        """The folded letters and digits of the text, and the offset of each."""
        letters: list[str] = []
        offsets = array("L")
        for offset, char in enumerate(self.text):
            plain = char.lower() if char.isascii() and char.isalnum() else fold_name(char) if char.isalnum() else ""
            letters.append(plain)
            offsets.extend([offset] * len(plain))
        return "".join(letters), offsets

    def span(self, start: int, end: int) -> Span:
        """Return the place of a stretch of the text in the file."""
        first = self.at[min(start, len(self.at) - 1)] if self.at else 0
        last = self.at[min(max(end - 1, start), len(self.at) - 1)] + 1 if self.at else 0
        row, end_row = (bisect_right(self._starts, offset) - 1 for offset in (first, max(last - 1, first)))
        line = self.raw[self._starts[row] :].split("\n", 1)[0].rstrip("\r")
        columns = first - self._starts[row] + 1, last - self._starts[end_row] + 1
        return Span(self.file, row + 1, columns[0], end_row + 1, columns[1], line)

    def is_hidden(self, offset: int) -> bool:
        """Tell whether a place lies in a comment."""
        index = bisect_right(self.hidden, (offset, len(self.at))) - 1
        return index >= 0 and self.hidden[index][0] <= offset < self.hidden[index][1]

    def kind_at(self, offset: int) -> str:
        """Return the kind of section that a place lies in, empty where no heading says."""
        return next((h.kind for h in reversed(self.headings) if h.start <= offset and h.kind), "")

    def form_at(self, offset: int) -> str:
        """Return the form of entries in the section that a place lies in, empty where no heading says."""
        kind = self.kind_at(offset)
        return shape_of(kind).form if kind in kinds() else kind

    def sections(self, kind: str) -> list[tuple[Heading, int, int]]:
        """Return the headings of a kind, and where what stands below each begins and ends."""
        found = []
        for number, head in enumerate(self.headings):
            later = self.headings[number + 1 :]
            after = next((one.start for one in later if one.kind or one.level <= head.level), len(self.text))
            if head.kind == kind:
                found.append((head, head.end, after))
        return found

    def lines(self) -> Iterator[tuple[int, int]]:
        """Yield where each line begins and ends."""
        start = 0
        for line in self.text.split("\n"):
            yield start, start + len(line)
            start += len(line) + 1

    def open_lines(self) -> Iterator[tuple[int, int]]:
        """Yield the lines that hold something which is not hidden."""
        for start, end in self.lines():
            lead = len(self.text[start:end]) - len(self.text[start:end].lstrip())
            if start + lead < end and not self.is_hidden(start + lead):
                yield start, end


def read_page(path: Path) -> TextPage:
    """Read a page, a PDF's text layer, or text. Raises `UsageError`."""
    try:
        content = read_start(path, _LARGEST_PDF + 1)
    except OSError as error:
        hint = "name a page, a PDF, a .bib or a profile"
        raise UsageError(f"`{path}` cannot be read: {error.strerror}", hints=(hint,)) from None
    is_pdf = content[:5] == b"%PDF-" or path.suffix.lower() == ".pdf"
    if len(content) > (_LARGEST_PDF if is_pdf else _LARGEST):
        size = "20 MiB" if is_pdf else "2 MiB"
        raise UsageError(f"`{path}` is larger than {size}", hints=("give the part that lists publications",))
    if is_pdf:
        from cvgen.comparison.pdf_text import read_pdf_text  # pypdf is slow to import, and a rare need

        return parse_page("\n\n".join(read_pdf_text(content, path)), str(path))
    try:
        return parse_page(content.decode("utf-8-sig"), str(path))
    except UnicodeDecodeError:
        raise UsageError(f"`{path}` is not UTF-8 text", hints=("save it as UTF-8 in your editor",)) from None


# --- Taking marks off -----------------------------------------------------------------------------------------------

_FRONT_MATTER = re.compile(r"---[ \t]*\n.*?\n---[ \t]*\n", re.DOTALL)
_MARK = re.compile(
    r"""(?P<comment><!--) | (?P<end>-->)
    | (?P<liquid>\{%[^\n]{0,500}?%\}|\{\{[^\n]{0,500}?\}\})
    | <a\b[^<>]{0,500}?href\s*=\s*["'](?P<href>[^"'<>]{0,2000})["'][^<>]{0,500}> | (?P<close></a\s*>)
    | <h(?P<level>[1-6])\b[^<>]{0,500}> | (?P<unhead></h[1-6]\s*>)
    | (?P<break><br\s*/?>|</?(?:div|p|li|ul|ol|tr|table)\b[^<>]{0,500}>) | (?P<tag></?[a-zA-Z][^<>]{0,2000}>)
    | (?P<entity>&(?:[a-zA-Z]+|\#[0-9]+);)
    | \\(?P<escaped>[\\`*_{}\[\]()\#+.!|~-])
    | \]\((?P<target>[^()\s]*(?:\([^()\s]*\)[^()\s]*)*)(?:\s+"[^"\n]*")?\)
    | (?P<open>\[) | (?P<shut>\])
    | ^(?P<indent>[ \t]*)(?P<bullet>[*+-])(?=[ \t])
    | ^(?P<hashes>\#{1,6})[ \t]+ | (?P<stars>\*+) | (?P<url>https?://[^\s<>()\[\]"]+)""",
    re.VERBOSE | re.MULTILINE,
)


class _Stripper:
    """Copies text without its marks, noting where links, headings and comments stand."""

    def __init__(self, raw: str) -> None:
        self.raw = raw
        self.parts: list[str] = []
        self.at: array[int] = array("L")
        self.links: list[PageLink] = []
        self.heads: list[tuple[int, int, int]] = []
        self.hidden: list[tuple[int, int]] = []
        self.comment = -1
        self.opened: list[int] = []
        self.anchors: list[tuple[int, str]] = []
        self.head: tuple[int, int] | None = None

    def put(self, text: str, offset: int, *, fixed: bool = False) -> None:
        self.parts.append(text)
        self.at.extend([offset] * len(text) if fixed else range(offset, offset + len(text)))

    def run(self) -> None:
        front = _FRONT_MATTER.match(self.raw)
        done = front.end() if front else 0
        for match in _MARK.finditer(self.raw, done):
            self.put(self.raw[done : match.start()], done)
            self._mark(match)
            done = match.end()
        self.put(self.raw[done:], done)
        if self.comment >= 0:
            self.hidden.append((self.comment, len(self.at)))

    def _mark(self, match: re.Match[str]) -> None:
        here, offset = len(self.at), match.start()
        match match.lastgroup:
            case "comment" if self.comment < 0:
                self.comment = here
            case "end" if self.comment >= 0:
                self.hidden.append((self.comment, here))
                self.comment = -1
            case "href":
                self.anchors.append((here, match["href"]))
            case "close" if self.anchors:
                start, url = self.anchors.pop()
                self.links.append(PageLink(start, here, url))
            case "target":
                start = self.opened.pop() if self.opened else here
                self.links.append(PageLink(start, here, match["target"]))
            case "url":
                self.links.append(PageLink(here, here + len(match[0]), match["url"].rstrip(".,;")))
                self.put(match[0], offset)
            case "level":
                self.put("\n", offset, fixed=True)
                self.head = (len(self.at), int(match["level"]))
            case "unhead" if self.head:
                start, level = self.head
                self.heads.append((start, level, here - start))
                self.head = None
                self.put("\n", offset, fixed=True)
            case "hashes":
                end = self.raw.find("\n", offset)
                self.heads.append((here, len(match["hashes"]), (end if end >= 0 else len(self.raw)) - match.end()))
            case "bullet":
                self.put(match["indent"] + "•", offset)
            case "escaped":
                self.put("" if match["escaped"] == "*" else match["escaped"], offset + 1)
            case "entity":
                self.put(html.unescape(match[0])[:1].replace("\xa0", " "), offset, fixed=True)
            case "break":
                self.put("\n", offset, fixed=True)
            case "open":
                self.put(" ", offset)
                self.opened.append(len(self.at))
            case "shut":
                del self.opened[-1:]
                self.put(" ", offset)


# Headings of CVs and homepages, word by word: the first word with a kind decides, and no other word may be there.
_OF_NO_KIND = "news projects outreach activities contact press media"
_OTHER_WORDS = (
    "recent selected full all list research industrial industry work working professional academic university other "
    "my and the of invited peer reviewed refereed conference journal community technical graduate undergraduate "
    "since me by year"
)
_BESIDE = frozenset(_OTHER_WORDS.split())


@functools.cache
def _kinds_by_word() -> dict[str, str]:
    """Return the words of headings with the kind that each stands for, `other` for no kind of ours."""
    words = {word: kind for kind in kinds() for word in shape_of(kind).headings.split()}
    return dict.fromkeys(_OF_NO_KIND.split(), "other") | words


def _kind_of(heading: str) -> str:
    """Return the kind of what stands below a folded heading.

    >>> _kind_of("honors scholarships and awards"), _kind_of("3 recent publications since 2023"), _kind_of("reviewer")
    ('honors', 'publications', '')
    >>> _kind_of("publications by year"), _kind_of("ausbildung"), _kind_of("2025")
    ('publications', 'education', '')
    """
    words = [word for word in heading.split() if not word.isdigit()]
    known = _kinds_by_word()
    found = [known[word] for word in words if word in known]
    if found and all(word in known or word in _BESIDE for word in words):
        return found[0]
    return printed_headings().get("".join(words), "")


def parse_page(raw: str, file: str) -> TextPage:
    """Read text, Markdown or HTML."""
    stripper = _Stripper(raw.replace("\x00", " "))
    stripper.run()
    text = "".join(stripper.parts)
    heads = [
        Heading(start, start + max(length, 0), level, _kind_of(fold_name(text[start : start + max(length, 0)])))
        for start, level, length in stripper.heads
    ]
    marked = [(head.start, head.end) for head in heads]
    page = TextPage(file, raw, text, stripper.at, tuple(stripper.hidden), tuple(stripper.links))
    for start, end in page.lines():
        kind = _kind_of(fold_name(text[start:end])) if 0 < end - start < 60 else ""
        if kind and not any(first <= end and start <= last for first, last in marked):
            heads.append(Heading(start, end, _UNMARKED, kind))
    heads = [head for head in sorted(heads, key=lambda head: head.start) if not page.is_hidden(head.start)]
    levels = tuple(_with_levels(text, heads))
    return TextPage(file, raw, text, stripper.at, tuple(stripper.hidden), tuple(stripper.links), levels)


def _with_levels(text: str, heads: Sequence[Heading]) -> Iterator[Heading]:
    """Give headings without marks a level: directly below one of its kind stands the title of a group."""
    above = None
    for head in heads:
        if head.level == _UNMARKED:
            in_group = above and above.kind == head.kind != "other" and not text[above.end : head.start].strip()
            head = replace(head, level=above.level + 1 if above and in_group else 2)
        yield head
        above = head
