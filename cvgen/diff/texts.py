"""PDFs by their text: words in order, whatever lines and pages they stand on."""

from __future__ import annotations

import functools
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from cvgen.comparison.matching import pair
from cvgen.comparison.spelling import compact
from cvgen.diff.change import Change, Kind, Tier, from_to, quoted
from cvgen.document.locale import languages, load_locale
from cvgen.document.nodes import Document, Footer, lines_of, plain
from cvgen.errors import UsageError

__all__ = ["compare_document", "compare_texts", "read_text"]

_MOST_WORDS = 20_000
_MOST_PLACES = 200  # of one line: who repeats it more often waits no longer
_GAP = 2  # equal words between two changes that are told as one
_AROUND = 3


@dataclass(frozen=True, slots=True)
class _Word:
    text: str
    key: str


def read_text(pdf: bytes, name: str) -> tuple[str, ...]:
    """Return the text of each page. Raises `UsageError`."""
    import io

    from pypdf import PdfReader

    try:
        return tuple(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)
    except Exception as error:  # a broken PDF fails in many ways inside pypdf
        raise UsageError(f"`{name}` is no PDF that can be read: {type(error).__name__}") from None


# --- Words ----------------------------------------------------------------------------------------------------------


def _key(text: str) -> str:
    """Return what makes a word that word: a hyphen may be the line break's, a ligature the font's."""
    return re.sub(r"[^\w+#%*†@/.:]", "", unicodedata.normalize("NFKC", text)).strip(".:")


def _words(page: str) -> list[_Word]:
    joined = re.sub(r"(?<=\w)[-\u2010\u00ad] *\n(?=\w)", "-", page)
    found: list[_Word] = []
    for text in joined.split():
        key = _key(text)
        if key:
            found.append(_Word(text, key))
        elif found and text not in "•◦▪":  # a dash stays with the word before it
            found[-1] = _Word(f"{found[-1].text} {text}", found[-1].key)
    return found


def _without_feet(*sides: Sequence[str]) -> list[list[str]]:
    """Leave out last lines that differ from page to page in a number alone."""

    def foot(page: str) -> tuple[str, str]:
        body, _, last = page.rstrip().rpartition("\n")
        return (
            (body, " ".join(re.sub(r"\d+(?: */ *\d+)?\s*$", "", last).split()))
            if re.search(r"\d\s*$", last)
            else (page, "")
        )

    seen: dict[str, int] = defaultdict(int)
    for side in sides:
        for page in side:
            seen[foot(page)[1]] += 1
    return [[foot(page)[0] if foot(page)[1] and seen[foot(page)[1]] > 1 else page for page in side] for side in sides]


@functools.cache
def _titles() -> frozenset[str]:
    return frozenset(compact(title) for tag in languages() for title in load_locale(tag).table["sections"].values())


def _sections(pages: Iterable[str], titles: frozenset[str] = frozenset()) -> list[tuple[str, list[_Word]]]:
    """Divide a text at the lines that are titles of sections."""
    found: list[tuple[str, list[str]]] = [("", [])]
    for line in "\n".join(pages).split("\n"):
        if line.strip() and compact(line) in (titles or _titles()):
            found.append((" ".join(line.split()), []))
        else:
            found[-1][1].append(line)
    divided = [(title, _words("\n".join(lines))) for title, lines in found]
    if sum(len(words) for _, words in divided) > _MOST_WORDS:
        raise UsageError(f"a PDF has over {_MOST_WORDS} words", hints=("give the pages that are the CV",))
    return divided


# --- PDF against PDF ------------------------------------------------------------------------------------------------


def compare_texts(old: Sequence[str], new: Sequence[str]) -> tuple[Change, ...]:
    """Return what differs between the texts of two PDFs, each given as its pages."""
    before, after = (_sections(pages) for pages in _without_feet(old, new))
    pairs = pair(before, after, (lambda section: compact(section[0]),), lambda section: section[0], 101)
    found: list[Change] = []
    for i, j in pairs:
        found += _word_changes(after[j][0], before[i][1], after[j][1])
    kinds: tuple[tuple[Kind, list[tuple[str, list[_Word]]], set[int]], ...] = (
        ("removed", before, {i for i, _ in pairs}),
        ("added", after, {j for _, j in pairs}),
    )
    for kind, sections, known in kinds:
        for index, (title, words) in enumerate(sections):
            if index not in known:
                found.append(Change(kind, "section", f"section {kind}", Tier.SECTION, _said(words), title, title))
    return tuple(sorted(found, key=lambda change: change.tier))


def _said(words: Sequence[_Word]) -> str:
    return " ".join(word.text for word in words).rstrip(",;")


def _word_changes(section: str, old: list[_Word], new: list[_Word]) -> Iterator[Change]:
    hunks = list(_hunks(old, new))
    gone = {_said(old[a:b]) for a, b, c, d in hunks if c == d}
    come = {_said(new[c:d]) for a, b, c, d in hunks if a == b}
    moved = {text for text in gone & come if len(text.split()) >= _AROUND}
    for a, b, c, d in hunks:
        before, after = _said(old[a:b]), _said(new[c:d])
        if after in moved and not before:
            yield Change("moved", "text", "text moved", Tier.ORDER, quoted(after), "", section, after, after)
        elif before and after:
            context = _said(old[max(a - _AROUND, 0) : b + _AROUND]), _said(new[max(c - _AROUND, 0) : d + _AROUND])
            yield Change("changed", "text", "text changed", Tier.TEXT, from_to(*context), "", section, before, after)
        elif after:
            yield Change("added", "text", "text added", Tier.TEXT, quoted(after), "", section, "", after)
        elif before not in moved:
            yield Change("removed", "text", "text removed", Tier.TEXT, quoted(before), "", section, before, "")


def _hunks(old: list[_Word], new: list[_Word]) -> Iterator[tuple[int, int, int, int]]:
    """Yield stretches that differ, those a word or two apart as one."""
    from rapidfuzz.distance import Indel

    last: tuple[int, int, int, int] | None = None
    for step in Indel.opcodes([word.key for word in old], [word.key for word in new]):
        if step.tag == "equal":
            continue
        if last and step.src_start - last[1] <= _GAP and step.dest_start - last[3] <= _GAP:
            last = (last[0], step.src_end, last[2], step.dest_end)
            continue
        if last:
            yield last
        last = (step.src_start, step.src_end, step.dest_start, step.dest_end)
    if last:
        yield last


# --- A composed document against a PDF ------------------------------------------------------------------------------


def compare_document(document: Document, pages: Sequence[str], *, document_is_new: bool) -> tuple[Change, ...]:
    """Return which texts of a document a PDF does not have, and which it has besides, wherever they stand on it."""
    titles = frozenset(compact(plain(section.title)) for section in document.sections)
    words: list[_Word] = []
    places: list[str] = []
    feet = document.footer.left, document.footer.center, document.footer.right
    foot = " ".join(plain(side).replace(Footer.PAGES, "1").replace(Footer.PAGE, "1") for side in feet if side)
    for title, inside in _sections(_without_feet(pages, (f"\n{foot}",))[0], titles | _titles()):
        inside = [*_words(title), *inside]
        words += inside
        places += [title] * len(inside)
    taken, missing = _claim(document, [word.key.casefold() for word in words])
    runs = [(start, end) for start, end in _free(taken) if not _is_furniture(words[start:end])]
    extra = [_said(words[start:end]) for start, end in runs]
    pairs = pair(missing, extra, (), lambda text: text, 55)
    found = []
    for i, j in pairs:
        texts = (extra[j], missing[i]) if document_is_new else (missing[i], extra[j])
        section = places[runs[j][0]]
        found.append(Change("changed", "text", "text changed", Tier.TEXT, from_to(*texts), "", section, *texts))
    done, seen = {i for i, _ in pairs}, {j for _, j in pairs}
    for texts_of, known, is_new in ((missing, done, document_is_new), (extra, seen, not document_is_new)):
        kind: Kind = "added" if is_new else "removed"
        for index, text in enumerate(texts_of):
            if index not in known:
                section = "" if texts_of is missing else places[runs[index][0]]
                sides = ("", text) if is_new else (text, "")
                found.append(Change(kind, "text", f"text {kind}", Tier.TEXT, quoted(text), "", section, *sides))
    return tuple(found)


def _claim(document: Document, keys: list[str]) -> tuple[list[bool], list[str]]:
    """Find each line of the document among the words; return which words are taken, and which lines were not found.

    Lines that stand in one place only come first; the others are looked for near those.
    """
    at: dict[str, list[int]] = defaultdict(list)
    for index, key in enumerate(keys):
        at[key].append(index)
    feet = {document.footer.left, document.footer.center, document.footer.right}
    lines = [plain(line) for line in lines_of(document) if line not in feet and Footer.PAGE not in plain(line)]
    wanted = [[word.key.casefold() for word in _words(text)] for text in lines]
    places = [
        list(islice((start for start in at[words[0]] if keys[start : start + len(words)] == words), _MOST_PLACES))
        if words
        else []
        for words in wanted
    ]
    taken, found = [False] * len(keys), dict[int, int]()

    def free(number: int) -> list[int]:
        return [start for start in places[number] if not any(taken[start : start + len(wanted[number])])]

    def take(number: int, start: int) -> None:
        found[number] = start
        taken[start : start + len(wanted[number])] = [True] * len(wanted[number])

    for number in sorted(range(len(lines)), key=lambda number: -len(wanted[number])):
        if len(places[number]) == 1 and free(number):
            take(number, places[number][0])
    near = 0
    for number in range(len(lines)):
        if number not in found and (starts := free(number)):
            take(number, min(starts, key=lambda start: abs(start - near)))
        near = found.get(number, near)
    return taken, [text for number, text in enumerate(lines) if wanted[number] and number not in found]


def _free(taken: list[bool]) -> Iterator[tuple[int, int]]:
    start = 0
    for index, is_taken in enumerate([*taken, True]):
        if is_taken:
            if start < index:
                yield start, index
            start = index + 1


def _is_furniture(words: Sequence[_Word]) -> bool:
    """Tell whether words are numbers of pages or papers, and the like."""
    return all(re.fullmatch(r"\d{1,3}|\W*", word.key) for word in words)
