"""Spellings of one thing: keys that are equal for phrases, venues, employers, names and links, and misspellings.

Texts are folded as names are: no case, no accents, no punctuation. Misspellings are looked for only in pairs that
something else has brought together.
"""

from __future__ import annotations

import functools
import re

from rapidfuzz.distance import OSA, Indel

from cvgen.document.inline import line
from cvgen.document.nodes import plain
from cvgen.profile.works import unbolded
from cvgen.values.names import fold_name, split_marks

__all__ = [
    "around_difference",
    "compact",
    "employer_key",
    "is_misspelling",
    "link_key",
    "name_key",
    "raw_name",
    "same_employer",
    "singular",
    "strip_markup",
    "titles_alike",
    "venue_key",
]

_CONTEXT = 4  # words


@functools.lru_cache(1 << 16)
def strip_markup(markdown: str) -> str:
    """Return a text without its Markdown."""
    return plain(line(markdown))


@functools.lru_cache(1 << 16)
def compact(text: str) -> str:
    """Return the folded letters and digits alone.

    >>> compact("Mixture-of-Experts") == compact("mixture of experts")
    True
    """
    return fold_name(text).replace(" ", "")


def singular(word: str) -> str:
    """Take the plural's ending off a folded word.

    >>> singular("systems"), singular("class")
    ('system', 'class')
    """
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word


def around_difference(*texts: str) -> tuple[str, str]:
    """Return what differs in two texts, with a few words around it.

    >>> around_difference("Notes on the fast and small engine", "Notes on the fast and large engine")
    ('… on the fast and small engine', '… on the fast and large engine')
    """
    old, new = (text.split() for text in texts)
    most = min(len(old), len(new))
    before = next((index for index in range(most) if old[index] != new[index]), most)
    after = next((index for index in range(most - before) if old[-1 - index] != new[-1 - index]), most - before)
    start, rest = max(before - _CONTEXT, 0), max(after - _CONTEXT, 0)

    def cut(words: list[str]) -> str:
        return "… " * (start > 0) + " ".join(words[start : len(words) - rest]) + " …" * (rest > 0)

    return cut(old), cut(new)


# --- Slips ----------------------------------------------------------------------------------------------------------


def _slip(one: str, other: str) -> bool:
    if singular(one) == singular(other):
        return True
    if any(char.isdigit() for char in one + other):
        return False
    if len(one) > 2 and sorted(one) == sorted(other):
        return True
    if min(len(one), len(other)) < 5:
        return False
    if {one[:5], other[:5]} == {"macro", "micro"}:  # economics has both
        return False
    return OSA.distance(one, other, score_cutoff=1) <= 1


def is_misspelling(one: str, other: str) -> bool:
    """Tell whether two different phrases differ by no more than a slip: plurals, a space, one letter in one word.

    >>> is_misspelling("Pyxis: Mixed Tasks", "Pyxix: Mixed Tasks"), is_misspelling("Calculus I", "Calculus II")
    (True, False)
    >>> is_misspelling("Macroeconomics", "Microeconomics"), is_misspelling("Linux", "Linux")
    (False, False)
    """
    left, right = fold_name(one).split(), fold_name(other).split()
    if left == right:
        return False
    if "".join(left) == "".join(right):
        return True
    if len(left) != len(right):
        return False
    different = [pair for pair in zip(left, right, strict=True) if pair[0] != pair[1]]
    hard = [pair for pair in different if singular(pair[0]) != singular(pair[1])]
    return len(hard) <= 1 and all(_slip(*pair) for pair in different)


_SMALL = frozenset({"a", "an", "the", "of", "in", "on", "for", "with", "and", "to", "by", "from", "at", "via"})


def titles_alike(one: str, other: str) -> bool:
    """Tell whether two folded titles could be one title misspelt: a slip or two, small words put in or left out.

    >>> titles_alike("scaling inference on many cpus", "scaling inference on many gpus")
    False
    >>> titles_alike("the art of caching models", "art of caching model")
    True
    """
    if "".join(one.split()) == "".join(other.split()):
        return True
    left = [word for word in one.split() if word not in _SMALL]
    right = [word for word in other.split() if word not in _SMALL]
    if abs(len(left) - len(right)) > 1:
        return False
    changed = [step for step in Indel.opcodes(left, right) if step.tag != "equal"]
    gone = [word for step in changed for word in left[step.src_start : step.src_end]]
    came = [word for step in changed for word in right[step.dest_start : step.dest_end]]
    if len(gone) != len(came):
        return "".join(gone) == "".join(came)
    pairs = list(zip(gone, came, strict=True))
    hard = [pair for pair in pairs if singular(pair[0]) != singular(pair[1])]
    return len(hard) <= 2 and all(_slip(*pair) for pair in pairs)


# --- Venues, employers, names ---------------------------------------------------------------------------------------

_ORDINAL = r"\d+ ?(?:st|nd|rd|th)|first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth"
_VENUE_NOISE = re.compile(rf"\b(?:proceedings of(?: the)?|proc(?: of)?|in|the|{_ORDINAL}|annual|(?:19|20)\d\d)\b")


@functools.lru_cache(1 << 14)
def venue_key(name: str, acronym: str = "") -> str:
    """Reduce a venue's name to what tells it apart: no "Proceedings of the 20th", no year, no acronym behind it.

    >>> venue_key("Proceedings of the 20th ACM Conference on Things (CoT 2022)", "CoT")
    'acm conference on things'
    """
    key = " ".join(_VENUE_NOISE.sub(" ", fold_name(strip_markup(name))).split())
    short = fold_name(acronym)
    return key.removesuffix(f" {short}") if short else key


_LEGAL_FORMS = "inc incorporated ltd limited llc llp gmbh corp corporation co company ag plc sa bv oy ab pte"
_LEGAL = frozenset(_LEGAL_FORMS.split())


@functools.lru_cache(1 << 12)
def employer_key(name: str) -> str:
    """Reduce an employer to its name proper.

    >>> employer_key("ByteDance Inc.") == employer_key("Bytedance")
    True
    """
    words = fold_name(strip_markup(name)).split()
    while len(words) > 1 and words[-1] in _LEGAL:
        words.pop()
    return "".join(words)


def _abbreviates(short: str, full: str) -> bool:
    """Tell whether a word in capitals abbreviates a longer name.

    >>> _abbreviates("HUST CGCL", "Huazhong University of Science and T."), _abbreviates("MIT", "Peking University")
    (True, False)
    """
    letters = compact(full)
    capitals = "".join(word[0] for word in re.findall(r"[^\W\d_]+", full) if word[0].isupper()).lower()
    for word in re.findall(r"\b[A-Z]{2,7}\b", short):
        at, token = 0, word.lower()
        for char in token:
            at = letters.find(char, at) + 1
            if not at:
                break
        has_all = re.search(".*".join(map(re.escape, capitals)), token) is not None
        if at and token[0] == letters[:1] and has_all and len(letters) > len(token) + 3:
            return True
    return False


def same_employer(one: str, other: str) -> bool:
    """Tell whether two names may stand for one institution.

    >>> same_employer("Software Engineering Institute, PKU", "Peking University"), same_employer("UVA", "CUHK,SZ")
    (True, False)
    """
    left, right = f" {fold_name(strip_markup(one))} ", f" {fold_name(strip_markup(other))} "
    if employer_key(one) == employer_key(other) or left in right or right in left:
        return True
    return _abbreviates(one, other) or _abbreviates(other, one)


@functools.lru_cache(1 << 16)
def raw_name(name: str) -> str:
    """Return an author's name as written, without marks, hand-made bold and doubled spaces."""
    return " ".join(split_marks(unbolded(name))[0].split())


@functools.lru_cache(1 << 16)
def name_key(name: str) -> str:
    """Return the letters of a name, given name first or family name first.

    >>> name_key("Jin, Chao*") == name_key("Chao Jin"), name_key("YiBo Zhu") == name_key("Yibo Zhu")
    (True, True)
    """
    return "".join(sorted(fold_name(raw_name(name)).split()))


# --- Links ----------------------------------------------------------------------------------------------------------

_ARXIV = re.compile(r"arxiv\.org/(?:abs|pdf|html)/([0-9a-z.\-]+(?:/[0-9]{7})?)", re.IGNORECASE)
_DOI = re.compile(r"(?:doi\.org/|^)(10\.[0-9.]+/\S+)", re.IGNORECASE)


def link_key(url: str) -> str:
    """Return what a link leads to: an arXiv number or a DOI however it is written, or the address.

    >>> link_key("https://arxiv.org/pdf/2504.15930v2.pdf"), link_key("https://doi.org/10.1145/1")
    ('arxiv:2504.15930', 'doi:10.1145/1')
    """
    if found := _ARXIV.search(url):
        return f"arxiv:{re.sub(r'(?:v[0-9]+)?(?:[.]pdf)?$', '', found[1].lower())}"
    if found := _DOI.search(url):
        return f"doi:{found[1].lower()}"
    return re.sub(r"^https?://(?:www\.)?", "", url).rstrip("/#")
