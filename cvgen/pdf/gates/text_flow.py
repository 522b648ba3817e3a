"""The text of a PDF as one string, and where in it each text of the document stands.

Letters and the white space between them are kept apart: letters are searched, then what stands between them compared.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from heapq import heappop, heappush
from itertools import count, islice
from typing import NamedTuple, TypeAlias

from cvgen.pdf.gates.expected_text import Field, Group, fold, may_end
from cvgen.pdf.gates.page_content import Run

__all__ = ["FieldPlaces", "Flow", "find_occurrences", "join_runs", "place_fields", "place_most_fields"]

FieldPlaces: TypeAlias = tuple[tuple[int | None, ...], ...]
"""For each field of each group the number of its first letter in the flow, None where it is not found."""

_WORD = re.compile(r"(\s*)(\S+)")


@dataclass(frozen=True, slots=True)
class Flow:
    """Text of runs, one after the other.

    `gaps` says what stands before each letter: a space, a line's end (`\\n`) or nothing (`|`). `spaced` is the same
    with lines' ends as spaces. `starts` holds for each run the number of its first letter.
    """

    letters: str
    gaps: str
    spaced: str
    runs: tuple[Run, ...]
    starts: tuple[int, ...]

    def run_at(self, letter: int) -> Run:
        """Return the run that letter `letter` stands in."""
        return self.runs[bisect_right(self.starts, letter) - 1]

    def runs_of(self, start: int, end: int) -> Sequence[Run]:
        """Return the runs that hold the letters from `start` up to `end`."""
        first = bisect_right(self.starts, start) - 1
        return [
            run
            for number, run in enumerate(self.runs[first : bisect_right(self.starts, end - 1)], first)
            if (self.starts[number + 1] if number + 1 < len(self.starts) else len(self.letters)) > self.starts[number]
        ]

    def words(self, start: int, end: int) -> list[str]:
        """Split the letters from `start` up to `end` into words."""
        letters, cut = self.letters, start
        words = []
        for at in range(start + 1, end):
            gap = self.gaps[at]
            if gap == " " or (gap == "\n" and not (may_end(letters[at - 1]) and may_end(letters[at]))):
                words.append(letters[cut:at])
                cut = at
        return [*words, letters[cut:end]] if cut < end else words


def _is_below(run: Run, last: Run) -> bool:
    """Tell whether a run stands on another line than the last: what is set high or low right beside it does not."""
    shift = abs(run.y - last.y)
    if shift <= 0.25 * min(run.size, last.size):
        return False
    size = max(run.size, last.size)
    return shift > 0.8 * size or abs(run.x - last.x - last.width) > 0.2 * size


def join_runs(runs: Iterable[Run]) -> Flow:
    """Join runs. Artifacts stay out; what they stand between is parted, as lines are."""
    kept: list[Run] = []
    starts: list[int] = []
    pieces: list[str] = []
    count = 0
    last: Run | None = None
    aside = False
    for run in runs:
        if run.artifact:
            aside = True
            continue
        text = fold(run.text)
        if last and (aside or run.page != last.page or _is_below(run, last)):
            if text.isspace():  # an empty foot: no more than the line's end that it is
                continue
            pieces.append("\n")
        last, aside = run, False
        kept.append(run)
        starts.append(count)
        pieces.append(text.replace("\n", " "))
        count += len("".join(text.split()))
    words = _WORD.findall("".join(pieces))
    marks = ("|" if not gap else " " if gap.strip("\n") else "\n" for gap, _ in words)
    gaps = "".join(mark + "|" * (len(word) - 1) for mark, (_, word) in zip(marks, words, strict=True))
    letters = "".join(word for _, word in words)
    return Flow(letters, gaps, gaps.replace("\n", " "), tuple(kept), tuple(starts))


# --- where a field can stand ---------------------------------------------------------------------------------------


def _joins(char: str) -> bool:
    """Return whether a character would belong to the word that it touches."""
    return char.isalnum() or fold(char) != char or "\u0300" <= char <= "\u036f"


def _fits(flow: Flow, field: Field, start: int) -> bool:
    """Return whether a field whose letters stand at `start` has its spaces there too, and begins and ends there."""
    end = start + len(field.letters)
    wanted, there = field.gaps, flow.spaced[start + 1 : end]
    if there != wanted[1:]:
        if "?" not in wanted:
            return False
        pairs = zip(wanted[1:], flow.gaps[start + 1 : end], strict=True)
        if not all(want == found or (want, found) in _ALIKE for want, found in pairs):
            return False
    if start and flow.gaps[start] == "|" and _joins(flow.letters[start - 1]):
        return False
    return end == len(flow.letters) or flow.gaps[end] != "|" or not _joins(flow.letters[end])


_ALIKE = {("?", "|"), ("?", "\n"), (" ", "\n")}


def find_occurrences(flow: Flow, field: Field, start: int = 0) -> Iterator[int]:
    """Yield where the letters of a field stand, from `start` on, with its spaces and as words of their own."""
    at = flow.letters.find(field.letters, start)
    while at >= 0:
        if _fits(flow, field, at):
            yield at
        at = flow.letters.find(field.letters, at + 1)


def _next(flow: Flow, field: Field, end: int) -> int | None:
    """Return where a field stands next, parted by a space from what ends at `end`."""
    for at in find_occurrences(flow, field, end):
        if not end or " " in flow.spaced[end : at + 1]:
            return at
    return None


def place_fields(flow: Flow, groups: Sequence[Group]) -> FieldPlaces | None:
    """Find every field, each after the one before it and parted from it by a space; None if one is not found.

    Takes the next that can be found each time: quick, and right where all is well.
    """
    end = 0
    places: list[tuple[int | None, ...]] = []
    for group in groups:
        found: list[int | None] = [None] * len(group.fields)
        waiting = list(range(len(group.fields)))
        while waiting:
            nearest: tuple[int, int, int] | None = None
            for number in waiting:
                field = group.fields[number]
                if (at := _next(flow, field, end)) is None:
                    return None
                found_at = (at, -len(field.letters), number)
                nearest = min(nearest, found_at) if nearest else found_at
            assert nearest
            at, length, number = nearest
            found[number], end = at, at - length
            waiting.remove(number)
        places.append(tuple(found))
    return tuple(places)


# --- where most fields can stand -----------------------------------------------------------------------------------

_MOST = 200


class _Chain(NamedTuple):
    """Fields that stand one after the other: the last one, and the chain before it."""

    weight: int
    group: int
    field: int
    start: int
    before: _Chain | None


class _Best:
    """The heaviest chain that ends in any of the first so many groups: a Fenwick tree."""

    def __init__(self, count: int) -> None:
        self.chains: list[_Chain | None] = [None] * (count + 1)

    def add(self, chain: _Chain) -> None:
        at = chain.group + 1
        while at < len(self.chains):
            known = self.chains[at]
            if known is None or chain.weight > known.weight:
                self.chains[at] = chain
            at += at & -at

    def before(self, group: int) -> _Chain | None:
        best: _Chain | None = None
        while group:
            known = self.chains[group]
            if known and (best is None or known.weight > best.weight):
                best = known
            group -= group & -group
        return best


def place_most_fields(flow: Flow, groups: Sequence[Group]) -> FieldPlaces:
    """Find as many letters' worth of fields as can stand in their order; so one that is lost costs no other."""
    spots = sorted(
        (at, number, place)
        for number, group in enumerate(groups)
        for place, field in enumerate(group.fields)
        for at in islice(find_occurrences(flow, field), _MOST)
    )
    best = _Best(len(groups))
    inside: dict[int, dict[int, _Chain]] = {}  # group -> which of its fields are in the chain -> the chain
    waiting: list[tuple[int, int, int, _Chain]] = []  # chains by their end: nothing may begin before that
    order = count()
    for at, number, place in spots:
        while waiting and waiting[0][0] <= at:
            _, _, mask, chain = heappop(waiting)
            best.add(chain)
            known = inside.setdefault(chain.group, {}).get(mask)
            if known is None or chain.weight > known.weight:
                inside[chain.group][mask] = chain
        length, bit = len(groups[number].fields[place].letters), 1 << place
        before: list[tuple[int, _Chain | None]] = [(0, best.before(number))]
        before += ((mask, chain) for mask, chain in inside.get(number, {}).items() if not mask & bit)
        for mask, link in before:
            weight = (link.weight if link else 0) + length + 2
            heappush(waiting, (at + length, next(order), mask | bit, _Chain(weight, number, place, at, link)))
    last = [best.before(len(groups)), *(entry[3] for entry in waiting)]
    places: list[list[int | None]] = [[None] * len(group.fields) for group in groups]
    one = max((chain for chain in last if chain), key=lambda chain: chain.weight, default=None)
    while one:
        places[one.group][one.field] = one.start
        one = one.before
    return tuple(map(tuple, places))
