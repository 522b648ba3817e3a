"""Person names: their parts, and the order in which they are printed."""

from __future__ import annotations

import functools
import re
import string
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

__all__ = [
    "PersonName",
    "fold_name",
    "is_east_asian",
    "is_group",
    "read_listed_name",
    "split_marks",
    "split_name",
]

_MARKS: Final = "*†‡§¶#"
_PARTICLES: Final = frozenset(
    {"af", "al", "bin", "da", "dal", "de", "del", "della", "den", "der", "di", "do", "dos", "du", "el", "ibn"}
    | {"la", "las", "le", "los", "ter", "van", "vom", "von", "zu", "zum", "zur"}
)
_SUFFIXES: Final = frozenset({"jr", "sr", "ii", "iii", "iv"})
_PREFIXES: Final = frozenset({
    "dr", "prof", "professor", "assoc", "asst", "sir", "dame", "mr", "mrs", "ms", "mx",
    "rev", "dipl", "ing", "priv", "doz", "pd",
})  # fmt: skip
# Without their dots and spaces. Two capitals behind a single word are initials: `Quill, MA`.
_POSTNOMINALS: Final = frozenset({
    "phd", "dphil", "md", "mdphd", "scd", "dsc", "edd", "jd", "dvm", "dds", "mba", "mph", "msc", "meng",
    "mphil", "mres", "bsc", "beng", "llm", "llb", "ma", "ms", "ba", "bs", "rn", "pe", "peng", "ceng", "cphys",
    "cpa", "esq", "frs", "fba", "freng", "frse", "frsc", "frcp", "frcs", "facs", "facp", "fieee", "facm",
    "fias", "obe", "cbe", "mbe",
})  # fmt: skip
_GROUP = (
    r"(?i)\b(?:collaborations?|consortium|consortia|working group|study group|group|team|project|committee|initiative"
    r"|network|investigators|task force|society|association|cent(?:er|re)|institute|laboratory|university|department"
    r"|council|foundation)\b|\bon behalf of\b|^(?:for )?the\s"
)
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


@dataclass(frozen=True, slots=True)
class PersonName:
    """A name in its parts; `native` is its form in an East Asian script, which is never divided.

    `suffix` begins with a comma where it is written so: `, Jr.`.
    """

    given: str
    family: str
    native: str = ""
    prefix: str = ""
    particles: str = ""
    suffix: str = ""
    postnominals: str = ""

    @property
    def surname(self) -> str:
        """The family name with the particles and the suffix that belong to it."""
        suffix = self.suffix if self.suffix.startswith(",") or not self.suffix else f" {self.suffix}"
        return f"{self.particles} {self.family}".strip() + suffix

    def __str__(self) -> str:
        return f"{self.given} {self.surname}".strip()


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


def is_east_asian(text: str) -> bool:
    """Tell whether a text has only letters of an East Asian script, in which names are written family first."""
    return bool(text) and re.fullmatch(_NATIVE, text) is not None


def is_group(name: str) -> bool:
    """Tell whether an author is a group of people.

    >>> is_group("ATLAS Collaboration"), is_group("Ada Byron")
    (True, False)
    """
    return re.search(_GROUP, name) is not None


def split_name(name: str) -> PersonName:
    """Divide a name: the last word is the family name, with the particles and suffixes that belong to it.

    `Family, Given` is understood. A form in an East Asian script, alone or beside the Latin one, is never divided.

    >>> split_name("Vincent van der Berg").surname, split_name("Dr. Mara Quill, Ph.D.").postnominals
    ('van der Berg', 'Ph.D.')
    >>> split_name("Jin, Chao (金超)"), split_name("金超")
    (PersonName(given='Chao', family='Jin', native='金超', prefix='', particles='', suffix='', postnominals=''), \
PersonName(given='', family='金超', native='金超', prefix='', particles='', suffix='', postnominals=''))
    """
    native = ""
    if not name.isascii() and (match := re.search(_NATIVE, name)):
        native = " ".join(match[0].split())
        name = f"{name[: match.start()].rstrip(' (（')} {name[match.end() :].lstrip(' )）')}"
        if not fold_name(name):
            return PersonName("", native, native)
    name, postnominals = _split_postnominals(" ".join(name.rstrip(" ,").split()))
    prefix, name = _split_prefix(name)
    head, *tails = [part.strip() for part in name.split(",")]
    suffix = ""
    if tails and fold_name(tails[0]) in _SUFFIXES:
        suffix = tails.pop(0) if len(tails) > 1 else f", {tails.pop(0)}"
    if given := ", ".join(filter(None, tails)):
        words = head.split(" ")
        count = _particles(words, 0)
        family, particles = " ".join(words[count:]), " ".join(words[:count])
        return PersonName(given, family, native, prefix, particles, suffix, postnominals)
    words = head.split(" ")
    start = len(words) - 1
    while start > 1 and fold_name(words[start]) in _SUFFIXES:
        start -= 1
    if words[start + 1 :]:
        suffix = " ".join(words[start + 1 :])
    first = next((index for index in range(1, start) if _is_particle(words[index], head)), start)
    parts = words[:first], words[first:start], words[start : start + 1]
    given, particles, family = (" ".join(part) for part in parts)
    return PersonName(given, family, native, prefix, particles, suffix, postnominals)


def _is_particle(word: str, name: str) -> bool:
    # In capitals, `VAN` may be a particle; in mixed case `Van` may be a given name, as in Vietnamese.
    return (word.lower() if name.isupper() else word) in _PARTICLES


def _particles(words: Sequence[str], start: int) -> int:
    while start < len(words) - 1 and _is_particle(words[start], " ".join(words)):
        start += 1
    return start


def _split_prefix(name: str) -> tuple[str, str]:
    """Take titles off the beginning: `Dr.`, `Prof. Dr.-Ing.`."""
    words = name.split(" ")
    count = 0
    while count < len(words) - 1 and _is_prefix(words[count]):
        count += 1
    return " ".join(words[:count]), " ".join(words[count:])


def _is_prefix(word: str) -> bool:
    parts = re.split(r"[.\-]+", word.lower().rstrip("."))
    return word[:1].isupper() and (word.endswith(".") or len(word) > 2) and all(part in _PREFIXES for part in parts)


def _split_postnominals(name: str) -> tuple[str, str]:
    """Take degrees and honours off the end: `Mara Quill, Ph.D., FRS`."""
    head, *tails = [part.strip() for part in name.split(",")]
    count = len(tails)
    while count and _is_postnominal(tails[count - 1], alone=" " not in head):
        count -= 1
    name = ", ".join([head, *tails[:count]])
    if not tails[count:] and (found := re.search(r"(?<=\S )(?:Ph\.? ?D\.?|DPhil)$", name)):
        return name[: found.start()].rstrip(), found[0]
    return name, ", ".join(tails[count:])


def _is_postnominal(text: str, *, alone: bool) -> bool:
    words = text.split(" ") if "." not in text else [text]
    keys = [re.sub(r"[.\s]", "", word) for word in words]
    return bool(text) and all(
        key.lower() in _POSTNOMINALS and not (alone and key.isupper() and len(key) < 3 and "." not in text)
        for key in keys
    )


def read_listed_name(name: str) -> tuple[str, ...]:
    """Return a name of a list of people in the order of print; two readings where it is not clear.

    >>> read_listed_name("Smith, Jr., John"), read_listed_name("Li Bai, John Smith")
    (('John Smith Jr.',), ('John Smith Li Bai', 'Li Bai; John Smith'))
    """
    if is_group(name):
        return (name,)
    people = re.split(r" (?:and|&) ", name)
    if len(people) > 1 and all(" " in one.strip() for one in people):
        return (name, "; ".join(read_listed_name(one)[0] for one in people))
    if "," not in name:
        return (name,)
    parts = split_name(name)
    if not parts.given or not name.partition(",")[2].strip():
        return (name,)
    pieces = [piece.strip() for piece in _split_postnominals(name)[0].split(",")]
    if len(pieces) == 1 or (len(pieces) == 2 and fold_name(pieces[1]) in _SUFFIXES):
        return (name,)
    before = f"{parts.prefix} {parts}".strip() + (f" ({parts.native})" if parts.native else "")
    read = before + (f", {parts.postnominals}" if parts.postnominals else "")
    head, tail = pieces[0].split(" "), pieces[-1].split(" ")
    several = (
        len(head) > 1 and len(tail) > 1 and not _particles(head, 0) and all(len(word.strip(".")) > 1 for word in tail)
    )
    if several or (len(pieces) > 2 and fold_name(pieces[1]) not in _SUFFIXES):
        return (read, "; ".join(pieces))
    return (read,)
