"""Person names: which part is the family name, and whether two spellings may mean one person.

`EXACT` is equality of the same words. A weaker match is `COMPATIBLE`; a person has to judge it.
"""

from __future__ import annotations

import enum
import functools
import re
import string
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

__all__ = [
    "Match",
    "OwnerMatch",
    "PersonName",
    "find_owner",
    "fold_name",
    "initials",
    "same_person",
    "split_marks",
    "split_name",
]

_Words: TypeAlias = tuple[str, ...]

_MARKS: Final = "*†‡#"
_PARTICLES: Final = frozenset(
    {"af", "al", "bin", "da", "dal", "de", "del", "della", "den", "der", "di", "do", "dos", "du", "el", "ibn"}
    | {"la", "las", "le", "los", "ter", "van", "vom", "von", "zu", "zum", "zur"}
)
_SUFFIXES: Final = frozenset({"jr", "sr", "ii", "iii", "iv"})
# Letters that have no decomposition; casefold already turns ß into ss.
_PLAIN: Final = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ħ": "h", "ı": "i", "ŋ": "ng", "ŧ": "t"}
)
_APOSTROPHES: Final = str.maketrans("", "", "'’‘`´ʻʼʹ′")
_EAST_ASIAN = r"\u2e80-\u9fff\uac00-\ud7ff\uf900-\ufaff\U00020000-\U0003ffff"
# Texts, compiled by their first use: the sets take milliseconds, and names in ASCII never need them.
_NATIVE = rf"[{_EAST_ASIAN}][{_EAST_ASIAN}\s·・]*"
_ACCENTS = r"[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]"
_CLOSED_UP = rf"(?<=[{_EAST_ASIAN}]) +(?=[{_EAST_ASIAN}])"


class Match(enum.IntEnum):
    """How well two names agree; greater is better."""

    NONE = 0
    COMPATIBLE = 1
    EXACT = 2


@dataclass(frozen=True, slots=True)
class PersonName:
    """A name in its parts; `native` is its form in an East Asian script, which is never divided."""

    given: str
    family: str
    native: str = ""

    def __str__(self) -> str:
        return f"{self.given} {self.family}".strip()


@dataclass(frozen=True, slots=True)
class OwnerMatch:
    """Where the owner stands in an author list.

    `exact` are the indices of authors who are the owner, `compatible` those who may be a namesake or the owner under
    initials that are not declared. `nearest` are the most similar author names, given when `exact` is empty.
    """

    exact: tuple[int, ...]
    compatible: tuple[int, ...]
    nearest: tuple[str, ...] = ()


def split_marks(name: str) -> tuple[str, str]:
    """Take the run of footnote marks off the end of an author name.

    >>> split_marks("Chao Jin*"), split_marks("Xin Jin")
    (('Chao Jin', '*'), ('Xin Jin', ''))
    """
    bare = name.rstrip(_MARKS + string.whitespace)
    return bare.lstrip(), "".join(char for char in name[len(bare) :] if char in _MARKS)


@functools.lru_cache(1 << 16)
def fold_name(name: str) -> str:
    """Reduce a name to what comparing it needs: small plain letters, one space between words; idempotent.

    Accents go, hyphens and punctuation become spaces, apostrophes vanish, and East Asian characters close up.

    >>> fold_name("Łukasz  Müller-Jørgensen"), fold_name("O’Brien, Pat"), fold_name("金 超")
    ('lukasz muller jorgensen', 'obrien pat', '金超')
    """
    for _ in range(4):  # two passes suffice for all but the oddest compatibility characters
        text = unicodedata.normalize("NFKD", name.casefold()).translate(_APOSTROPHES)
        text = unicodedata.normalize("NFKC", re.sub(_ACCENTS, "", text).translate(_PLAIN))
        text = "".join(char if unicodedata.category(char)[0] in "LMN" else " " for char in text)
        text = re.sub(_CLOSED_UP, "", " ".join(text.split()))
        if text == name:
            break
        name = text
    return name


def split_name(name: str) -> PersonName:
    """Divide a name: the last word is the family name, with the particles and suffixes that belong to it.

    `Family, Given` is understood. A form in an East Asian script, alone or beside the Latin one, is never divided.

    >>> split_name("Vincent van der Berg")
    PersonName(given='Vincent', family='van der Berg', native='')
    >>> split_name("Jin, Chao (金超)"), split_name("金超")
    (PersonName(given='Chao', family='Jin', native='金超'), PersonName(given='', family='金超', native='金超'))
    """
    native = ""
    if not name.isascii() and (match := re.search(_NATIVE, name)):
        native = " ".join(match[0].split())
        name = f"{name[: match.start()].rstrip(' (（')} {name[match.end() :].lstrip(' )）')}"
        if not fold_name(name):
            return PersonName("", native, native)
    head, comma, tail = name.partition(",")
    if comma and tail.strip() and fold_name(tail) not in _SUFFIXES:
        return PersonName(" ".join(tail.split()), " ".join(head.split()), native)
    words = " ".join(name.rstrip(" ,").split()).split(" ")
    start = len(words) - 1
    while start > 1 and fold_name(words[start]) in _SUFFIXES:
        start -= 1
    # In capitals, `VAN` may be a particle; in mixed case `Van` may be a given name, as in Vietnamese.
    shouted = name.isupper()
    particles = [
        index for index in range(1, start) if (words[index].lower() if shouted else words[index]) in _PARTICLES
    ]
    start = particles[0] if particles else start
    return PersonName(" ".join(words[:start]), " ".join(words[start:]), native)


def initials(name: str) -> str:
    """Shorten the given names to initials.

    >>> initials("Chao Jin"), initials("Li-Wen Chang"), initials("Stuardo, Cesar A.")
    ('C. Jin', 'L.-W. Chang', 'C. A. Stuardo')
    """
    parts = split_name(name)
    given = re.sub(r"([^\W\d_])[^\s-]*", lambda match: f"{match[1].upper()}.", parts.given)
    return f"{given} {parts.family}".strip()


# --- Comparing ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Reading:
    """A name folded into words; `sure` when a comma says which are the family name."""

    given: _Words
    family: _Words
    native: str
    sure: bool

    @property
    def forward(self) -> _Words:
        return self.given + self.family

    @property
    def backward(self) -> _Words:
        return self.family + self.given

    def turned(self) -> _Reading:
        """Read the first word as the family name."""
        return _Reading(self.forward[1:], self.forward[:1], self.native, sure=True)


@functools.lru_cache(maxsize=20_000)
def _read(name: str) -> _Reading:
    name = split_marks(name)[0]
    parts = split_name(name)
    if parts.native and parts.family == parts.native:
        return _Reading((), (), fold_name(parts.native), sure=True)
    given, family = (tuple(fold_name(part).split()) for part in (parts.given, parts.family))
    return _Reading(given, family, fold_name(parts.native), sure="," in name)


def same_person(one: str, other: str) -> Match:
    """Compare two names; symmetric. Footnote marks at the end do not count.

    `EXACT`: the same words, given name first or family name first. `COMPATIBLE`: initials stand for given names, or
    only one side has a middle name. Two different forms in native script are `NONE`, whatever the Latin ones are.

    >>> same_person("Chao Jin", "Jin, Chao").name, same_person("C. Jin", "Chao Jin").name
    ('EXACT', 'COMPATIBLE')
    >>> same_person("Xin Jin", "Xin Liu").name
    'NONE'
    """
    return _compare(_read(one), _read(other))


def _compare(one: _Reading, other: _Reading) -> Match:
    if one.native and other.native and one.native != other.native:
        return Match.NONE
    if not one.forward or not other.forward:
        return Match.EXACT if one.native and one.native == other.native else Match.NONE
    may_turn = not (one.sure and other.sure)
    turned = may_turn and (one.forward == other.backward or other.forward == one.backward)
    if one.forward == other.forward or turned:
        return Match.EXACT
    pairs = [(one, other)]
    if not other.sure:
        pairs.append((one, other.turned()))
    if not one.sure:
        pairs.append((one.turned(), other))
    return Match.COMPATIBLE if any(_fits(*pair) for pair in pairs) else Match.NONE


def _fits(one: _Reading, other: _Reading) -> bool:
    """Tell whether the family names are equal and the given names do not contradict each other."""
    if one.family != other.family or not one.given or not other.given:
        return False
    return all(
        mine == yours or (1 in (len(mine), len(yours)) and mine[0] == yours[0])
        for mine, yours in zip(one.given, other.given, strict=False)
    )


def find_owner(authors: Sequence[str], owner: Sequence[str]) -> OwnerMatch:
    """Find the owner, given as the full name and the declared aliases, in an author list.

    A declared alias counts as the same words only. Initials that are not declared are `compatible`.

    >>> find_owner(["Zili Zhang", "C. Jin", "Xin Jin"], ["Chao Jin"])
    OwnerMatch(exact=(), compatible=(1,), nearest=('C. Jin',))
    >>> find_owner(["Zili Zhang", "C. Jin*", "Xin Jin"], ["Chao Jin", "C. Jin"]).exact
    (1,)
    """
    known = [_read(name) for name in owner]
    # An alias with initials would fit every namesake of those letters: only names written out can be compatible.
    full = [name for name in known if all(len(word) > 1 for word in name.given)] or known
    readings = [_read(author) for author in authors]
    exact = {at for at, one in enumerate(readings) if any(_compare(name, one) is Match.EXACT for name in known)}
    fitting = {at for at, one in enumerate(readings) if any(_compare(name, one) is Match.COMPATIBLE for name in full)}
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
