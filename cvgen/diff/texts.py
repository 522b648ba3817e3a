"""Changes between the texts of PDFs: words in order, whatever lines and pages they stand on."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, islice

from rapidfuzz.distance import Indel

from cvgen.comparison.headings import printed_headings
from cvgen.comparison.matching import match_items
from cvgen.comparison.spelling import compact
from cvgen.diff.change import Change, ChangeKind, Scope, Tier, quote, show_change
from cvgen.document.nodes import Document, Footer, lines_of, plain
from cvgen.errors import UsageError

__all__ = ["compare_document_with_text", "compare_texts"]

_MOST_WORDS = 20_000
_MOST_PLACES = 200  # of one line: more repetitions of it are not looked at
_GAP = 2  # equal words between two changes that are reported as one
_AROUND = 3


@dataclass(frozen=True, slots=True)
class _Word:
    text: str
    key: str


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


def _without_feet(*versions: Sequence[str]) -> list[list[str]]:
    """Leave out last lines that differ from page to page in a number alone."""

    def foot(page: str) -> str:
        last = page.rstrip().rpartition("\n")[2]
        return " ".join(re.sub(r"\d+(?: */ *\d+)?\s*$", "", last).split()) if re.search(r"\d\s*$", last) else ""

    counts = Counter(foot(page) for pages in versions for page in pages)
    return [
        [page.rstrip().rpartition("\n")[0] if foot(page) and counts[foot(page)] > 1 else page for page in pages]
        for pages in versions
    ]


def _sections(pages: Iterable[str], titles: Collection[str] = ()) -> list[tuple[str, list[_Word]]]:
    """Divide a text at the lines that are titles of sections."""
    found: list[tuple[str, list[str]]] = [("", [])]
    for line in "\n".join(pages).split("\n"):
        if line.strip() and (compact(line) in printed_headings() or compact(line) in titles):
            found.append((" ".join(line.split()), []))
        else:
            found[-1][1].append(line)
    divided = [(title, _words("\n".join(lines))) for title, lines in found]
    if sum(len(words) for _, words in divided) > _MOST_WORDS:
        raise UsageError(f"a PDF has over {_MOST_WORDS} words", hints=("give the pages that are the CV",))
    return divided


def _join(words: Iterable[_Word]) -> str:
    return " ".join(word.text for word in words).rstrip(",;")


# --- PDF against PDF ------------------------------------------------------------------------------------------------


def compare_texts(old: Sequence[str], new: Sequence[str]) -> tuple[Change, ...]:
    """Return the changes between the texts of two PDFs, each given as its pages."""
    before, after = (_sections(pages) for pages in _without_feet(old, new))
    matching = match_items(before, after, (lambda section: compact(section[0]),), lambda section: section[0], 101)
    found: list[Change] = []
    for i, j in matching.pairs:
        found += _compare_words(Scope(after[j][0], tier=Tier.TEXT), before[i][1], after[j][1])
    gone, come = [before[i] for i in matching.removed], [after[j] for j in matching.added]
    sections: tuple[tuple[ChangeKind, list[tuple[str, list[_Word]]]], ...] = (("removed", gone), ("added", come))
    for kind, those in sections:
        for title, words in those:
            found.append(Change(kind, "section", f"section {kind}", Tier.SECTION, _join(words), title, title))
    return tuple(sorted(found, key=lambda change: change.tier))


def _compare_words(scope: Scope, old: list[_Word], new: list[_Word]) -> Iterator[Change]:
    hunks = list(_hunks(old, new))
    removed = {_join(old[a:b]) for a, b, c, d in hunks if c == d}
    added = {_join(new[c:d]) for a, b, c, d in hunks if a == b}
    moved = {text for text in removed & added if len(text.split()) >= _AROUND}
    for a, b, c, d in hunks:
        before, after = _join(old[a:b]), _join(new[c:d])
        if after in moved and not before:
            yield Change("moved", "text", "text moved", Tier.ORDER, quote(after), "", scope.section, after, after)
        elif before and after:
            context = _join(old[max(a - _AROUND, 0) : b + _AROUND]), _join(new[max(c - _AROUND, 0) : d + _AROUND])
            yield scope.change("changed", "text", "text changed", show_change(*context), before, after)
        elif after or before not in moved:
            yield scope.text_change("text", "text", before, after)


def _hunks(old: list[_Word], new: list[_Word]) -> Iterator[tuple[int, int, int, int]]:
    """Yield stretches that differ, those a word or two apart as one."""
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


def compare_document_with_text(
    document: Document, pages: Sequence[str], *, document_is_new: bool
) -> tuple[Change, ...]:
    """Return which texts of a document a PDF lacks, and which it has besides, wherever they stand on it."""
    titles = {compact(plain(section.title)) for section in document.sections}
    pages = [_without_labels(page, document) for page in pages]
    words: list[_Word] = []
    sections: list[str] = []
    feet = document.footer.left, document.footer.center, document.footer.right
    foot = " ".join(plain(side).replace(Footer.PAGES, "1").replace(Footer.PAGE, "1") for side in feet if side)
    for title, inside in _sections(_without_feet(pages, (f"\n{foot}",))[0], titles):
        inside = [*_words(title), *inside]
        words += inside
        sections += [title] * len(inside)
    taken, missing = _find_lines(document, [word.key.casefold() for word in words])
    runs = [run for run in _free_runs(taken) if not _is_furniture([words[index] for index in run])]
    extra = [_join(words[index] for index in run) for run in runs]
    matching = match_items(missing, extra, (), lambda text: text, 55)
    texts = [(missing[i], extra[j], sections[runs[j][0]]) for i, j in matching.pairs]
    texts += [(missing[i], "", "") for i in matching.removed]
    texts += [("", extra[j], sections[runs[j][0]]) for j in matching.added]
    changes = []
    for ours, theirs, section in texts:
        old, new = (theirs, ours) if document_is_new else (ours, theirs)
        changes.append(Scope(section, tier=Tier.TEXT).text_change("text", "text", old, new))
    return tuple(changes)


def _without_labels(page: str, document: Document) -> str:
    """Leave out what contacts are, which is printed where no icon stands, in Chinese without a space behind."""
    for contact in document.header.contacts:
        if contact.label:
            page = re.sub(rf"{re.escape(contact.label.strip())}\s*(?={re.escape(plain(contact.line))})", "", page)
    return page


def _find_lines(document: Document, keys: list[str]) -> tuple[list[bool], list[str]]:
    """Find each line of the document among the words; return which words are taken, and which lines are missing.

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


def _free_runs(taken: Sequence[bool]) -> list[list[int]]:
    """Return the indices of words that are not taken, in stretches."""
    return [list(run) for is_taken, run in groupby(range(len(taken)), taken.__getitem__) if not is_taken]


def _is_furniture(words: Sequence[_Word]) -> bool:
    """Tell whether words are numbers of pages or papers, and the like."""
    return all(re.fullmatch(r"\d{1,3}|\W*", word.key) for word in words)
