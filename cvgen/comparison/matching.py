"""Which thing of the old side is which of the new one: by equal keys, then by likeness; and which of them moved."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import TypeVar

__all__ = ["moved", "pair"]

T = TypeVar("T")
Pair = tuple[int, int]

# What hostile input may cost: comparing 2,000 texts with 2,000 others takes about a second.
_MOST = 4_000_000


def pair(
    old: Sequence[T],
    new: Sequence[T],
    keys: Iterable[Callable[[T], Hashable | None]],
    text: Callable[[T], str],
    cutoff: float,
) -> list[Pair]:
    """Return the indices of what belongs together, in the old order.

    `keys` are tried one after the other: equal ones that are not None belong together, and where several share one,
    those whose texts are most alike. What is left is paired where its texts are alike by `cutoff` (0 to 100).
    """
    found: list[Pair] = []
    left, right = list(range(len(old))), list(range(len(new)))
    for key in keys:
        buckets: dict[Hashable, tuple[list[int], list[int]]] = defaultdict(lambda: ([], []))
        for side, (indices, things) in enumerate(((left, old), (right, new))):
            for index in indices:
                if (value := key(things[index])) is not None:
                    buckets[value][side].append(index)
        for mine, yours in buckets.values():
            found += _closest(mine, yours, [text(old[i]) for i in mine], [text(new[j]) for j in yours], 0)
        done, seen = {i for i, _ in found}, {j for _, j in found}
        left, right = [i for i in left if i not in done], [j for j in right if j not in seen]
    if cutoff <= 100:
        found += _closest(left, right, [text(old[i]) for i in left], [text(new[j]) for j in right], cutoff)
    return sorted(found)


def _closest(left: list[int], right: list[int], old: list[str], new: list[str], cutoff: float) -> list[Pair]:
    """Pair what is most alike first; what is equally so, where it stands closest."""
    if not left or not right:
        return []
    if len(left) == len(right) == 1 and not cutoff:
        return [(left[0], right[0])]
    if len(left) * len(right) > _MOST or (not cutoff and old == new):
        return [] if cutoff else list(zip(left, right, strict=False))
    from rapidfuzz import fuzz, process

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


def moved(pairs: Sequence[Pair]) -> list[Pair]:
    """Return the fewest of the pairs that must have moved for all to stand as they do.

    >>> moved([(0, 1), (1, 2), (2, 0)])
    [(2, 0)]
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
    return [item for index, item in enumerate(pairs) if index not in kept]
