"""Matching the items of an old and a new list: by equal keys, then by similar texts."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from rapidfuzz import fuzz, process

__all__ = ["Matching", "Pair", "match_items"]

T = TypeVar("T")
Pair = tuple[int, int]

# What hostile input may cost: comparing 2,000 texts with 2,000 others takes about a second.
_MOST = 4_000_000


@dataclass(frozen=True, slots=True)
class Matching:
    """Indices of the items that belong together, in the old order, and of those in only one of the lists."""

    pairs: tuple[Pair, ...]
    removed: tuple[int, ...]
    added: tuple[int, ...]

    @classmethod
    def of(cls, pairs: Iterable[Pair], old: int, new: int) -> Matching:
        """Return a matching of lists of `old` and `new` items, of which these pairs belong together."""
        ordered = tuple(sorted(pairs))
        done, seen = {i for i, _ in ordered}, {j for _, j in ordered}
        removed, added = (i for i in range(old) if i not in done), (j for j in range(new) if j not in seen)
        return cls(ordered, tuple(removed), tuple(added))

    @property
    def moved(self) -> tuple[Pair, ...]:
        """The fewest pairs that must have moved for all items to stand as they do."""
        return _moved(self.pairs)


def match_items(
    old: Sequence[T],
    new: Sequence[T],
    keys: Iterable[Callable[[T], Hashable | None]],
    text: Callable[[T], str],
    cutoff: float,
) -> Matching:
    """Match the items of two lists.

    `keys` are tried one after the other: equal ones that are not None belong together, and where several share one,
    those whose texts are most alike. What is left is matched where its texts are alike by `cutoff` (0 to 100).
    """
    found: list[Pair] = []
    rest = Matching.of((), len(old), len(new))
    for key in keys:
        buckets: dict[Hashable, tuple[list[int], list[int]]] = defaultdict(lambda: ([], []))
        for side, (indices, things) in enumerate(((rest.removed, old), (rest.added, new))):
            for index in indices:
                if (value := key(things[index])) is not None:
                    buckets[value][side].append(index)
        for mine, yours in buckets.values():
            found += _closest(mine, yours, [text(old[i]) for i in mine], [text(new[j]) for j in yours], 0)
        rest = Matching.of(found, len(old), len(new))
    if cutoff <= 100:
        texts = [text(old[i]) for i in rest.removed], [text(new[j]) for j in rest.added]
        found += _closest(rest.removed, rest.added, *texts, cutoff)
    return Matching.of(found, len(old), len(new))


def _closest(left: Sequence[int], right: Sequence[int], old: list[str], new: list[str], cutoff: float) -> list[Pair]:
    """Pair what is most alike first; what is equally so, where it stands closest."""
    if not left or not right:
        return []
    if len(left) == len(right) == 1 and not cutoff:
        return [(left[0], right[0])]
    if len(left) * len(right) > _MOST or (not cutoff and old == new):
        return [] if cutoff else list(zip(left, right, strict=False))
    scored = [
        (-score, abs(i - j), i, j)
        for i, one in enumerate(old)
        for _, score, j in process.extract(one, new, scorer=fuzz.ratio, score_cutoff=cutoff, limit=8)
    ]
    found: dict[int, int] = {}
    taken: set[int] = set()
    for _, _, i, j in sorted(scored):
        if i not in found and j not in taken:
            found[i] = j
            taken.add(j)
    return [(left[i], right[j]) for i, j in found.items()]


def _moved(pairs: Sequence[Pair]) -> tuple[Pair, ...]:
    """Return the pairs outside of a longest ascending chain.

    >>> _moved([(0, 1), (1, 2), (2, 0)])
    ((2, 0),)
    """
    ends: list[int] = []  # of the ascending runs of each length, the lowest end
    chain: list[int] = []
    before: list[int] = []
    for index, (_, place) in enumerate(pairs):
        at = bisect_left(ends, place, key=lambda end: pairs[end][1])
        before.append(ends[at - 1] if at else -1)
        ends[at : at + 1] = [index]
    index = ends[-1] if ends else -1
    while index >= 0:
        chain.append(index)
        index = before[index]
    kept = set(chain)
    return tuple(pair for index, pair in enumerate(pairs) if index not in kept)
