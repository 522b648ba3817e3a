"""How two author lists of one paper differ."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cvgen.comparison.spelling import compact, fold, name_key, raw_name
from cvgen.values.names import Match, same_person

__all__ = ["Difference", "compare", "is_rest"]


@dataclass(frozen=True, slots=True)
class Difference:
    """What is different, in words, and the indices of the first author concerned; None where a list has none.

    `spelled` are pairs of indices whose names are nearly the same.
    """

    words: str
    here: int | None = None
    there: int | None = None
    spelled: tuple[tuple[int, int], ...] = ()


def is_rest(name: str) -> bool:
    """Tell whether a name stands for all further ones."""
    return fold(name) in {"et al", "others", "and others"}


def compare(here: Sequence[str], there: Sequence[str]) -> Difference | None:
    """Compare two author lists; None where they agree. A list that ends in "et al." is compared as far as it goes.

    >>> compare(["Chao Jin", "Xin Liu"], ["Jin, Chao", "Shufan Liu"]).words
    '`Xin Liu` stands where `Shufan Liu` stands'
    >>> compare(["Chao Jin"], ["Chao Jin", "Qi Huang"]).words
    '`Qi Huang` is missing (1 author, 2 there)'
    """
    here, there = _cut(here, there)
    gone, came = _unmatched(here, there)
    if not gone and not came:
        return _order(here, there)
    spelled: list[tuple[int, int]] = []
    replaced: list[tuple[int, int]] = []
    for one in list(gone):
        other = next((index for index in came if _nearly(here[one], there[index])), None)
        if other is None and len(here) == len(there) and one in came:
            other = one
            replaced.append((one, other))
        elif other is not None:
            spelled.append((one, other))
        if other is not None:
            gone.remove(one)
            came.remove(other)
    return _worded(here, there, (gone, came), (replaced, spelled))


def _cut(here: Sequence[str], there: Sequence[str]) -> tuple[list[str], list[str]]:
    one, other = [raw_name(name) for name in here], [raw_name(name) for name in there]
    for mine, yours in ((one, other), (other, one)):
        if mine and is_rest(mine[-1]):
            mine.pop()
            del yours[len(mine) :]
    return one, other


def _unmatched(here: Sequence[str], there: Sequence[str]) -> tuple[list[int], list[int]]:
    """Return the indices of names on either side that the other side has not, under any accepted spelling."""
    came = list(range(len(there)))
    gone = []
    keys = [name_key(name) for name in there]
    for index, name in enumerate(here):
        found = next((other for other in came if keys[other] == name_key(name)), None)
        if found is None:
            found = next((other for other in came if _accepted(name, there[other])), None)
        if found is None:
            gone.append(index)
        else:
            came.remove(found)
    return gone, came


def _accepted(one: str, other: str) -> bool:
    return compact(one) == compact(other) or same_person(one, other) is not Match.NONE


def _nearly(one: str, other: str) -> bool:
    from rapidfuzz.distance import OSA

    return min(len(one), len(other)) >= 7 and OSA.distance(fold(one), fold(other), score_cutoff=2) <= 2


def _order(here: Sequence[str], there: Sequence[str]) -> Difference | None:
    for index, (one, other) in enumerate(zip(here, there, strict=True)):
        if name_key(one) != name_key(other) and not _accepted(one, other):
            return Difference(f"the order differs: `{one}` stands where `{other}` stands", index, index)
    return None


def _worded(
    here: Sequence[str],
    there: Sequence[str],
    lists: tuple[list[int], list[int]],
    pairs: tuple[list[tuple[int, int]], list[tuple[int, int]]],
) -> Difference:
    (gone, came), (replaced, spelled) = lists, pairs
    words = [f"`{here[one]}` stands where `{there[other]}` stands" for one, other in replaced[:2]]
    counts = f"({len(here)} author{'s' * (len(here) != 1)}, {len(there)} there)"
    if came:
        names = _several([there[index] for index in came])
        words.append(f"{names} {'is' if len(came) == 1 else 'are'} missing {counts if not gone else ''}".strip())
    if gone:
        names = _several([here[index] for index in gone])
        words.append(f"{names} {'is' if len(gone) == 1 else 'are'} not there {counts}")
    first = next(((one, other) for one, other in replaced), (None, None))
    here_index = first[0] if replaced else gone[0] if gone else None
    there_index = first[1] if replaced else came[0] if came else None
    return Difference(", ".join(words), here_index, there_index, tuple(spelled))


def _several(names: Sequence[str]) -> str:
    shown = ", ".join(f"`{name}`" for name in names[:3])
    return f"{shown} and {len(names) - 3} more" if len(names) > 3 else shown
