"""Whether two spellings of a name may mean one person, and where a person stands in a list of authors.

`EXACT` is one person: the same words, or middle names that are equal, initials of the other's, or absent. A weaker
match is `COMPATIBLE`; a person has to judge it.
"""

from __future__ import annotations

import enum
import functools
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from cvgen.values.names import PersonName, fold_name, split_marks, split_name

__all__ = ["Match", "Owner", "OwnerMatch", "find_owner", "same_person"]

_Words: TypeAlias = tuple[str, ...]


class Match(enum.IntEnum):
    """How well two names agree; greater is better."""

    NONE = 0
    COMPATIBLE = 1
    EXACT = 2


@dataclass(frozen=True, slots=True)
class OwnerMatch:
    """Where the owner stands in an author list.

    `exact` are the indices of authors who are the owner, `compatible` those who may be a namesake or the owner under
    initials that are not declared. `nearest` are the most similar author names, given when `exact` is empty.
    """

    exact: tuple[int, ...]
    compatible: tuple[int, ...]
    nearest: tuple[str, ...] = ()

    @property
    def own(self) -> tuple[int, ...]:
        """The one author who is printed as the owner, if any: never two of one list."""
        return self.exact[:1] or (self.compatible if len(self.compatible) == 1 else ())


@dataclass(frozen=True, slots=True)
class _Reading:
    """A name folded into words; `sure` when a comma says which are the family name.

    The first `first` words of `given` are one name: `Li-Wen`. `others` are readings that take capitals for initials;
    `bare` is the family name without its particles, where it has some.
    """

    given: _Words
    family: _Words
    native: str
    sure: bool
    suffix: str = ""
    first: int = 1
    others: tuple[_Reading, ...] = ()
    bare: _Words = ()

    @property
    def forward(self) -> _Words:
        return self.given + self.family

    @property
    def backward(self) -> _Words:
        return self.family + self.given

    def turned(self) -> _Reading:
        """Read the first word as the family name."""
        return replace(self, given=self.forward[1:], family=self.forward[:1], sure=True)


@functools.lru_cache(maxsize=20_000)
def _read(name: str) -> _Reading:
    name = split_marks(name)[0]
    parts = split_name(name)
    native = fold_name(parts.native)
    if parts.native and parts.family == parts.native:
        return _Reading((), (), native, sure=True)
    given, family = (tuple(fold_name(part).split()) for part in (parts.given, f"{parts.particles} {parts.family}"))
    first = len(fold_name(parts.given.split(" ")[0]).split())
    bare = tuple(fold_name(parts.family).split()) if parts.particles and parts.given else ()
    reading = _Reading(given, family, native, "," in name, fold_name(parts.suffix), first, bare=bare)
    return replace(reading, others=tuple(_with_initials(parts, reading)))


def _with_initials(parts: PersonName, reading: _Reading) -> list[_Reading]:
    """Read capitals as initials: `ML Quill`, `Quill ML`."""
    found = []
    words = parts.given.split(" ")
    if any(map(_is_run, words)) and not parts.family.isupper():
        given = [letter for word in words for letter in (word.lower() if _is_run(word) else fold_name(word).split())]
        found.append(replace(reading, given=tuple(given), first=1))
    if _is_run(parts.family) and parts.given and not parts.given.isupper():
        found.append(_Reading(tuple(parts.family.lower()), reading.given, reading.native, sure=True))
    return found


def _is_run(word: str) -> bool:
    return 2 <= len(word) <= 3 and word.isascii() and word.isalpha() and word.isupper()


def same_person(one: str, other: str) -> Match:
    """Compare two names; symmetric. Footnote marks at the end, titles and degrees do not count.

    `EXACT`: the same words, given name first or family name first, or middle names that are initials of the other's,
    or absent. `COMPATIBLE`: initials stand for the first name, middle names differ, or one name lacks particles. Two
    different forms in native script are `NONE`, whatever the Latin ones are.

    >>> same_person("Chao Jin", "Jin, Chao").name, same_person("C. Jin", "Chao Jin").name
    ('EXACT', 'COMPATIBLE')
    >>> same_person("Nora B. Quill", "Nora Quill").name, same_person("Xin Jin", "Xin Liu").name
    ('EXACT', 'NONE')
    """
    return _compare(_read(one), _read(other))


def _compare(one: _Reading, other: _Reading) -> Match:
    if one.native and other.native and one.native != other.native:
        return Match.NONE
    if not one.forward or not other.forward:
        return Match.EXACT if one.native and one.native == other.native else Match.NONE
    if one.suffix and other.suffix and one.suffix != other.suffix:
        return Match.NONE
    if _is_same(one, other) or _has_same_first(one, other, conflicts=False):
        return Match.EXACT
    readings = [(mine, yours) for mine in (one, *one.others) for yours in (other, *other.others)]
    fit = any(_may_be_same(*pair) for pair in readings) or _has_same_first(one, other, conflicts=True)
    return Match.COMPATIBLE if fit else Match.NONE


def _is_same(one: _Reading, other: _Reading) -> bool:
    may_turn = not (one.sure and other.sure)
    turned = may_turn and (one.forward == other.backward or other.forward == one.backward)
    return one.forward == other.forward or turned


def _may_be_same(one: _Reading, other: _Reading) -> bool:
    pairs = [(one, other)]
    if not other.sure:
        pairs.append((one, other.turned()))
    if not one.sure:
        pairs.append((one.turned(), other))
    return any(_fits(*pair) for pair in pairs)


def _has_same_first(one: _Reading, other: _Reading, *, conflicts: bool) -> bool:
    """Tell whether family and first given name are the same and written out; middle names may conflict or not."""
    count = max(one.first, other.first)
    names = one.given[:count]
    if (
        one.family != other.family
        or not names
        or names != other.given[:count]
        or any(len(name) == 1 for name in names)
    ):
        return False
    return conflicts or _agree(one.given[count:], other.given[count:])


def _agree(mine: _Words, yours: _Words) -> bool:
    return all(
        one == other or (1 in (len(one), len(other)) and one[0] == other[0])
        for one, other in zip(mine, yours, strict=False)
    )


def _fits(one: _Reading, other: _Reading) -> bool:
    """Tell whether the family names are equal, but for particles that one leaves out, and the given names agree."""
    equal = one.family in (other.family, other.bare) or one.bare == other.family
    return equal and bool(one.given and other.given) and _agree(one.given, other.given)


@dataclass(frozen=True, slots=True)
class Owner:
    """The person of a profile: every spelling of the name, and spellings that are somebody else's."""

    names: tuple[str, ...]
    others: tuple[str, ...] = ()

    def find(self, authors: Sequence[str]) -> OwnerMatch:
        """Return where the person stands in a list of authors."""
        others = set(map(fold_name, self.others))
        mine = [author if fold_name(split_marks(author)[0]) not in others else "" for author in authors]
        return find_owner(mine, self.names)


def find_owner(authors: Sequence[str], owner: Sequence[str]) -> OwnerMatch:
    """Find the owner, given as the full name, the native one and the declared aliases, in an author list.

    A declared alias counts as the same words only. Initials that are not declared are `compatible`. Of several
    authors who could be the owner, those with the very words of a spelling are.

    >>> find_owner(["Zili Zhang", "C. Jin", "Xin Jin"], ["Chao Jin"])
    OwnerMatch(exact=(), compatible=(1,), nearest=('C. Jin',))
    >>> find_owner(["Zili Zhang", "C. Jin*", "Xin Jin"], ["Chao Jin", "C. Jin"]).exact
    (1,)
    """
    known = [_read(name) for name in owner]
    natives = {name.native for name in known if name.native}
    # An alias with initials would fit every namesake of those letters: only names written out can be compatible.
    full = [name for name in known if all(len(word) > 1 for word in name.given[:1])] or known
    same: set[int] = set()
    exact: set[int] = set()
    fitting: set[int] = set()
    for at, one in enumerate(map(_read, authors)):
        if one.native and natives and one.native not in natives:
            continue
        matches = [(_compare(name, one), name) for name in known]
        if any(match is Match.EXACT for match, _ in matches):
            exact.add(at)
            same |= {at} if any(_is_same(name, one) for match, name in matches if match is Match.EXACT) else set()
        elif any(match is Match.COMPATIBLE and name in full for match, name in matches):
            fitting.add(at)
    if same:
        fitting |= exact - same
        exact = same
    nearest = () if exact else _nearest(authors, owner)
    return OwnerMatch(tuple(sorted(exact)), tuple(sorted(fitting - exact)), nearest)


def _nearest(authors: Sequence[str], owner: Sequence[str]) -> tuple[str, ...]:
    from rapidfuzz import fuzz  # loaded only to word an error

    folded = [fold_name(name) for name in owner]
    scores = [
        (
            max((fuzz.token_sort_ratio(fold_name(split_marks(author)[0]), name) for name in folded), default=0.0),
            -index,
        )
        for index, author in enumerate(authors)
    ]
    best = sorted(scores, reverse=True)[:3]
    return tuple(split_marks(authors[-index])[0] for score, index in best if score >= 60)
