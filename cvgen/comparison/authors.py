"""How two author lists of one work differ."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz.distance import OSA

from cvgen.comparison.spelling import compact, name_key, raw_name
from cvgen.values.name_matching import Match, same_person
from cvgen.values.names import fold_name

__all__ = ["AuthorDifference", "compare_authors"]


@dataclass(frozen=True, slots=True)
class AuthorDifference:
    """A difference in words, and the index in either list of the first author concerned; None where there is none.

    `misspelled` are pairs of indices whose names are nearly the same.
    """

    words: str
    here: int | None = None
    there: int | None = None
    misspelled: tuple[tuple[int, int], ...] = ()


def compare_authors(here: Sequence[str], there: Sequence[str]) -> AuthorDifference | None:
    """Compare two author lists; None where they agree. A list that ends in "et al." is compared as far as it goes.

    >>> compare_authors(["Chao Jin", "Xin Liu"], ["Jin, Chao", "Shufan Liu"]).words
    '`Xin Liu` stands where `Shufan Liu` stands'
    >>> compare_authors(["Chao Jin"], ["Chao Jin", "Qi Huang"]).words
    '`Qi Huang` is missing (1 author, 2 there)'
    """
    here, there = _same_extent(here, there)
    gone, come = _unmatched(here, there)
    if not gone and not come:
        return _compare_order(here, there)
    misspelled: list[tuple[int, int]] = []
    replaced: list[tuple[int, int]] = []
    for index in list(gone):
        other = next((place for place in come if _is_misspelled(here[index], there[place])), None)
        if other is not None:
            misspelled.append((index, other))
        elif len(here) == len(there) and index in come:
            other = index
            replaced.append((index, other))
        if other is not None:
            gone.remove(index)
            come.remove(other)
    words = [f"`{here[one]}` stands where `{there[other]}` stands" for one, other in replaced[:2]]
    counts = f" ({len(here)} author{'s' * (len(here) != 1)}, {len(there)} there)"
    if come:
        words.append(f"{_list_names(there, come)} missing{'' if gone else counts}")
    if gone:
        words.append(f"{_list_names(here, gone)} not there{counts}")
    first = replaced[0] if replaced else (next(iter(gone), None), next(iter(come), None))
    return AuthorDifference(", ".join(words), *first, tuple(misspelled))


def _same_extent(here: Sequence[str], there: Sequence[str]) -> tuple[list[str], list[str]]:
    """Cut both lists where one says "et al."."""
    one, other = [raw_name(name) for name in here], [raw_name(name) for name in there]
    for names, others in ((one, other), (other, one)):
        if names and fold_name(names[-1]) in {"et al", "others", "and others"}:
            names.pop()
            del others[len(names) :]
    return one, other


def _unmatched(here: Sequence[str], there: Sequence[str]) -> tuple[list[int], list[int]]:
    """Return the indices of the names that the other list lacks, under any accepted spelling."""
    come = list(range(len(there)))
    gone = []
    keys = [name_key(name) for name in there]
    for index, name in enumerate(here):
        found = next((other for other in come if keys[other] == name_key(name)), None)
        if found is None:
            found = next((other for other in come if _is_accepted(name, there[other])), None)
        if found is None:
            gone.append(index)
        else:
            come.remove(found)
    return gone, come


def _is_accepted(one: str, other: str) -> bool:
    return compact(one) == compact(other) or same_person(one, other) is not Match.NONE


def _is_misspelled(one: str, other: str) -> bool:
    return min(len(one), len(other)) >= 7 and OSA.distance(fold_name(one), fold_name(other), score_cutoff=2) <= 2


def _compare_order(here: Sequence[str], there: Sequence[str]) -> AuthorDifference | None:
    for index, (one, other) in enumerate(zip(here, there, strict=True)):
        if name_key(one) != name_key(other) and not _is_accepted(one, other):
            words = f"the order differs: `{one}` stands where `{other}` stands"
            return AuthorDifference(words, index, index)
    return None


def _list_names(names: Sequence[str], indices: Sequence[int]) -> str:
    shown = ", ".join(f"`{names[index]}`" for index in indices[:3])
    more = f" and {len(indices) - 3} more" if len(indices) > 3 else ""
    return f"{shown}{more} {'is' if len(indices) == 1 else 'are'}"
