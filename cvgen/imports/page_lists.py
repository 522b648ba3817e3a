"""Find papers in the text of a page: titles that are known, author lists, and what stands around them.

Nothing depends on one layout: a title is found by its letters, wherever lines break, and an author list by its shape.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz

from cvgen.comparison.places import parse_place
from cvgen.comparison.spelling import compact, name_key
from cvgen.imports.text_page import TextPage
from cvgen.values.date_parser import parse_date
from cvgen.values.dates import Date, DateError, DateRange, When
from cvgen.values.names import fold_name, split_marks

__all__ = [
    "AuthorList",
    "PageBlock",
    "find_author_lists",
    "find_blocks",
    "find_dates",
    "find_title",
    "guess_title",
    "to_words",
]

_LONGEST_BLOCK = 2500
_MOST_TRIED = 100


@dataclass(frozen=True, slots=True)
class AuthorList:
    """Names in a row: each with its place."""

    names: tuple[str, ...]
    places: tuple[tuple[int, int], ...]

    @property
    def start(self) -> int:
        """Where it begins."""
        return self.places[0][0]

    @property
    def end(self) -> int:
        """Where it ends."""
        return self.places[-1][1]

    def keys(self) -> frozenset[str]:
        """The names as keys."""
        return frozenset(name_key(name) for name in self.names)


@dataclass(frozen=True, slots=True)
class PageBlock:
    """The part of a page on one paper: the title's place, the authors if they were found, and where it ends.

    It begins at `lead`: a date may stand before the title, on its line. Up to `end` all belongs to the paper; up to
    `limit` it may, where a text layer has lost its order.
    """

    lead: int
    title: tuple[int, int]
    authors: AuthorList | None
    end: int
    limit: int


# --- Author lists ---------------------------------------------------------------------------------------------------

# The end of a sentence ends a list, too: a reference is one paragraph. What abbreviates a title does not.
_SENTENCE_END = r"(?<=\w\w\w)(?<!Prof)(?<!Mrs)(?<!Dept)\. (?=\w)"
_PIECE = re.compile(rf"(?:(?!{_SENTENCE_END})[^,;&，、；\n])+|{_SENTENCE_END}|[,;&，、；]|\n")
_NO_NAME_WORDS = (
    "university science sciences system systems computing learning conference symposium transactions institute "
    "school department preprint research intern award language languages engineering laboratory lab college "
    "technology workshop proceedings networked communication republic advisor mentor institution"
)
_NO_NAME = frozenset(_NO_NAME_WORDS.split())
_PARTICLES = frozenset({"van", "von", "de", "der", "den", "del", "della", "da", "dos", "di", "du", "la", "le", "bin"})
_JUNK = " \t•·–—.-:"
# Han characters, kana, Hangul: such a name is one word.
_EAST_ASIAN_NAME = re.compile(r"[\u3005\u3040-\u30ff\u3400-\u9fff\uac00-\ud7ff\uf900-\ufaff]{2,6}")


def _is_name(text: str) -> bool:
    if _EAST_ASIAN_NAME.fullmatch(text):
        return True
    words = text.split()
    if not 2 <= len(words) <= 5 or (text.isupper() and any(len(word) > 3 for word in words)):
        return False
    for word in words:
        letters = word.replace("-", "").replace("'", "").replace("’", "").replace(".", "").replace("`", "")
        if not letters.isalpha() or fold_name(word) in _NO_NAME:
            return False
        if word.lower() not in _PARTICLES and word[0].islower():
            return False
    return words[-1].lower() not in _PARTICLES


def _names_in(text: str, start: int) -> Iterator[tuple[str, int, int]]:
    """Yield the names that a stretch between commas holds: usually one, two around "and"."""
    borders = [0, *(place for match in re.finditer(r"\band\b", text) for place in match.span()), len(text)]
    for first, last in zip(borders[::2], borders[1::2], strict=True):
        piece = text[first:last].partition("(")[0]
        label = re.match(r"\s*(?:[•·-]\s*)?[A-Z][a-z]+:\s", piece)
        lead = label.end() if label else 0
        name = split_marks(piece[lead:].strip(_JUNK))[0].strip(_JUNK)
        if name:
            at = start + first + lead + piece[lead:].index(name)
            yield name, at, at + len(name)


def find_author_lists(page: TextPage) -> list[AuthorList]:
    """Return each row of two names or more, in order."""
    found: list[AuthorList] = []
    row: list[tuple[str, int, int]] = []
    between, blank = "", 0

    def close() -> None:
        while row and not _is_name(row[-1][0]):
            row.pop()
        if len(row) >= 2:
            found.append(AuthorList(tuple(name for name, _, _ in row), tuple((a, b) for _, a, b in row)))
        row.clear()

    for match in _PIECE.finditer(page.text):
        piece = match[0]
        if piece in ",;&，、；":
            between, blank = "comma", 0
            continue
        if piece == "\n":
            blank += 1
            between = between or "line"
            continue
        if not piece.strip():
            continue
        if piece == ". ":
            close()
            between, blank = "", 0
            continue
        if blank > 1:
            close()
        for number, (name, start, end) in enumerate(_names_in(piece, match.start())):
            joined = f"{row[-1][0]} {name}" if row else ""
            is_cut = row and between == "line" and not number and not _is_name(row[-1][0]) and _is_name(joined)
            if is_cut and not parse_place(f"x, {row[-1][0]}").country:
                row[-1] = (joined, row[-1][1], end)  # a name that a line's end has cut
                continue
            if between == "line" and not number:
                close()
            if _is_name(name) or (row and name.isalpha() and name[0].isupper()):
                if row and not _is_name(row[-1][0]):
                    close()
                row.append((name, start, end))
            else:
                close()
        between, blank = "", 0
    close()
    return found


# --- Titles ---------------------------------------------------------------------------------------------------------


def find_title(page: TextPage, title: str) -> list[tuple[int, int]]:
    """Return where the title stands on the page, letter by letter the same, or else nearly."""
    key = compact(title)
    letters, offsets = page.letters
    if len(key) < 8:
        return []
    found: list[tuple[int, int]] = []
    at = letters.find(key)
    while at >= 0:
        place = (offsets[at], offsets[at + len(key) - 1] + 1)
        if _is_whole(page.text, place):
            found.append(place)
        at = letters.find(key, at + 1)
    if not found and len(key) >= 20 and (near := _nearly(key, letters)):
        found.append((offsets[near[0]], offsets[near[1] - 1] + 1))
    return [to_words(page.text, place) for place in found]


def _is_whole(text: str, place: tuple[int, int]) -> bool:
    """Tell whether a place begins and ends where words do."""
    start, end = place
    return not (text[start - 1 : start].isalnum() or text[end : end + 1].isalnum())


def to_words(text: str, place: tuple[int, int]) -> tuple[int, int]:
    """Widen a place to whole words."""
    start, end = place
    while start and text[start - 1].isalnum():
        start -= 1
    while end < len(text) and text[end].isalnum():
        end += 1
    return start, end


def _nearly(key: str, letters: str) -> tuple[int, int] | None:
    """Find the stretch that is nearest to `key`: a piece of it must stand there unchanged."""
    best: tuple[float, int, int] | None = None
    size = 10
    for start in sorted({0, len(key) // 4, len(key) // 2, len(key) - size}):
        at, tried = letters.find(key[start : start + size]), 0
        while at >= 0 and (tried := tried + 1) <= _MOST_TRIED:
            left = max(0, at - start - 6)
            region = letters[left : at - start + len(key) + 6]
            match = fuzz.partial_ratio_alignment(key, region, score_cutoff=90)
            if match and match.dest_end - match.dest_start >= 0.9 * len(key) and (not best or match.score > best[0]):
                best = (match.score, left + match.dest_start, left + match.dest_end)
            at = letters.find(key[start : start + size], at + 1)
    return best[1:] if best else None


# --- Blocks ---------------------------------------------------------------------------------------------------------


def find_blocks(
    page: TextPage, titles: Sequence[tuple[int, int]], expected: Sequence[frozenset[str]], lists: Sequence[AuthorList]
) -> list[PageBlock]:
    """Return what belongs to each of the `titles`, given the authors expected of each."""
    leads = {start: _lead(page, start) for start, _ in titles}
    starts = sorted(leads.values())
    heads = [head.start for head in page.headings if head.level <= 2]
    found = []
    for (start, end), authors in zip(titles, expected, strict=True):
        stops = [place for place in (*starts, *heads) if place > start] or [len(page.text)]
        stop = min(min(stops), end + _LONGEST_BLOCK, len(page.text))
        inside = [one for one in lists if end <= one.start < stop]
        own = next((one for one in inside if not authors or 5 * len(one.keys() & authors) >= 2 * len(authors)), None)
        others = [one for one in inside if own is None or one.start > own.start]
        limit = min([stop, *(one.start for one in others)])
        found.append(PageBlock(leads[start], (start, end), own, min(_end(page.text, end, own, limit), limit), limit))
    return found


def _lead(page: TextPage, title: int) -> int:
    """Return where the block of a title begins: where its line does if only a date and a number are before it."""
    start = page.text.rfind("\n", 0, title) + 1
    dates = find_dates(page, start, title)
    if len(dates) != 1:
        return title
    _, first, last = dates[0]
    rest = page.text[start:first] + page.text[last:title]
    return title if re.sub(r"[\d\[\].]", "", rest).strip(_JUNK) else start


def _end(text: str, title_end: int, own: AuthorList | None, limit: int) -> int:
    """Return where a paper's block ends: with its paragraph, or with its authors where they stand last."""
    if own is None:
        blank = re.compile(r"\n\s*\n").search(text, title_end + 1)
        return min(blank.start() if blank else limit, title_end + 300)
    if not text[title_end : own.start].strip(_JUNK + "\n"):  # authors directly below: venue, date and links follow
        blank = re.compile(r"\S[^\S\n]*\n[ \t]*\n").search(text, own.end)
        return min(blank.start() + 1 if blank else limit, own.end + 600)
    line = text.find("\n", own.end)
    return line if line >= 0 else len(text)


_NUMBER = re.compile(rf"[{re.escape(_JUNK)}]*(?:\d{{1,3}}(?:[.)]\s+|\s{{2,}}))?")  # "[1]" has lost its marks


def _may_open(line: str) -> bool:
    """Tell whether a line may open a paper: a page's foot may not, nor a legend, which is of the one before."""
    return not line.startswith("(") and sum(word.isalpha() for word in fold_name(line).split()) >= 3


def guess_title(page: TextPage, authors: AuthorList, after: int) -> tuple[int, int] | None:
    """Guess the title of an author list: the first line of what stands between the last paper and the list."""
    head = max((head.end for head in page.headings if head.end <= authors.start), default=0)
    start = max(after, head)
    paragraph = page.text.rfind("\n\n", start, authors.start)
    above = [(a, b) for a, b in page.lines() if start <= a and b <= authors.start]
    lines = [(a, b) for a, b in above if _may_open(page.text[a:b].strip(_JUNK))]
    close = [line for line in lines if line[0] > paragraph]
    chosen = close or lines
    if not chosen:
        return None
    first, last = chosen[0]
    dates = find_dates(page, first, last)
    if (
        dates
        and dates[0][1] == first
        and (number := re.compile(r"\s+(?:\d{1,3}\s)?\s*").match(page.text, dates[0][2]))
    ):
        first = number.end()
    text = page.text[first:last]
    lead = _NUMBER.match(text)
    return (first + (lead.end() if lead else 0), first + len(text.rstrip())) if len(fold_name(text)) >= 10 else None


# --- Dates ----------------------------------------------------------------------------------------------------------

_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|augu|sep|sept|oct|octo|nov|dec|dece)[a-z]*\.?"
_POINT = rf"(?:{_MONTH}[ ,]*(?:19|20)\d\d|(?:19|20)\d\d[./-]\d{{1,2}}(?!\d)|\d{{1,2}}/(?:19|20)\d\d|(?:19|20)\d\d)"
_DATE = re.compile(
    rf"\b(?:{_MONTH} ?\d{{1,2}}(?: ?[-–—] ?(?:{_MONTH} ?)?\d{{1,2}})?, ?(?:19|20)\d\d"
    rf"|{_POINT} *(?:[-–—]|to) *(?:{_POINT}|present|now|today|current|ongoing)|{_POINT})\b",
    re.IGNORECASE,
)


def find_dates(page: TextPage, start: int, end: int) -> list[tuple[When, int, int]]:
    """Return the dates that stand between two places, as far as they can be read."""
    found: list[tuple[When, int, int]] = []
    for match in _DATE.finditer(page.text, start, end):
        try:
            when = parse_date(match[0])
        except DateError:
            continue
        if isinstance(when, Date | DateRange):
            found.append((when, match.start(), match.end()))
    return found
