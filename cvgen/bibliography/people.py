"""The people and the dates of .bib entries."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pybtex.bibtex.utils import split_name_list, split_tex_string
from pybtex.database import InvalidNameString, Person

from cvgen.values.date_parser import parse_date
from cvgen.values.dates import DateError, canonical
from cvgen.values.tex import UnknownCommand, decode_tex

__all__ = ["BibName", "format_month_date", "parse_annotations", "parse_bib_date", "parse_names"]

_MARKS = re.compile(r"[\s*∗⋆†‡§¶#]+$")
_BOLD = re.compile(
    r"\\(?:textbf|underline|uline|emph|textit|mkbibbold)\s*\{(.*)\}|\{\s*\\(?:bf|bfseries|em|it)\b\s*(.*)\}"
)
_BRACED = re.compile(r"\{((?:[^{}]|\{[^{}]*\})*)\}")
_COMPANY = re.compile(r"(?i)\b(?:inc|ltd|llc|gmbh|corp|co|and|of|for|the|university|department|institute)\b")
_EXTENDED = re.compile(r"\s*(?:family|given|prefix|suffix)(?:-i)?\s*=")
_HOMONYM = re.compile(r"(?<=\S) 0\d{3}$")  # DBLP's number for one of several people of one name
_EQUAL = re.compile(r"\*|equal|co-?first|joint|contributed", re.IGNORECASE)
_CORRESPONDING = re.compile(r"†|corresp|contact", re.IGNORECASE)
_OWN = frozenset({"highlight", "me", "self", "bold", "own", "myself", "underline", "thesisauthor", "owner"})


@dataclass(frozen=True, slots=True)
class BibName:
    """An author: `name` in the order of print; `offset` and `length` are its place in the field.

    `marks` are the signs behind the name. `oddity` names what is odd about how it is written: `bold`, `;` or `,`.
    """

    name: str
    marks: str
    offset: int
    length: int
    problems: tuple[UnknownCommand, ...] = ()
    oddity: str = ""


def parse_names(text: str) -> Iterator[BibName]:
    """Yield the names of an author field. The name `others` stands for those who are not named."""
    flat = re.sub(r"\s", " ", text)
    at = 0
    for raw, oddity in _names(flat):
        offset = max(flat.find(raw, at), at)
        at = offset + len(raw)
        if raw in ("others", "et al.", "et al"):
            yield BibName("others", "", offset, len(raw))
            continue
        parts, marks, problems = [], "", []
        bare, is_bold = _unwrapped(raw)
        for part in _parts(bare):
            decoded, unknown = decode_tex(part)
            marked = _MARKS.search(decoded)
            marks += marked[0] if marked else ""
            parts.append(decoded[: marked.start()] if marked else decoded)
            problems += [UnknownCommand(problem.name, 0, len(raw)) for problem in unknown]
        name = _HOMONYM.sub("", " ".join(part for part in parts if part))
        marks = "".join(marks.translate({ord("∗"): "*", ord("⋆"): "*"}).split())
        oddity = "bold" if is_bold else oddity
        yield BibName("" if name == "others" else name, marks, offset, len(raw), tuple(problems), oddity)


def _names(text: str) -> Iterator[tuple[str, str]]:
    """Yield each name as it is written, and the sign between names that is no `and`."""
    for raw in split_name_list(text):
        for sign in ";,":
            pieces = [piece.strip() for piece in split_tex_string(raw, sign)]
            # Two names with a comma are BibTeX's family and given name; three pieces of several words are people.
            if len(pieces) > (1 if sign == ";" else 2) and all(
                " " in piece or (sign == ";" and any(map(str.isalpha, piece))) for piece in pieces
            ):
                yield from ((piece, sign) for piece in pieces)
                break
        else:
            yield raw, ""


def _unwrapped(raw: str) -> tuple[str, bool]:
    """Take bold, and braces around `Family, Given`, off a name; braces around a group's name mean what they say."""
    bold = _BOLD.fullmatch(raw.strip())
    name = (bold[1] or bold[2] or "") if bold else raw
    braced = _BRACED.fullmatch(name.strip())
    if braced and braced[1].count(",") == 1 and not _COMPANY.search(braced[1]):
        name = braced[1]
    return name, bold is not None


def _parts(raw: str) -> list[str]:
    """Return given names, particle, family name and suffix, as TeX."""
    if _EXTENDED.match(raw):  # biber's `family=Jin, given=Chao`
        pairs = (part.partition("=") for part in split_tex_string(raw, ","))
        found = {key.strip().lower(): value.strip().strip('"') for key, _, value in pairs}
        return [found.get(key, "") for key in ("given", "prefix", "family", "suffix")]
    try:
        person = Person(raw)
    except (InvalidNameString, ValueError):  # too many commas
        return [raw]
    names = (person.bibtex_first_names, person.prelast_names, person.last_names, person.lineage_names)
    return [" ".join(words) for words in names]


def parse_annotations(text: str, count: int) -> Iterator[tuple[int, str]]:
    """Yield (author's index, `equal` or `corresponding`, or an unknown word) of an `author+an` field.

    >>> list(parse_annotations('1=equal; 2="equal,corresponding"; 3:family=highlight; 9=equal', 3))
    [(0, 'equal'), (1, 'equal'), (1, 'corresponding')]
    """
    for part in text.split(";"):
        match = re.fullmatch(r"\s*(\d{1,5})(?::[\w-]+)?\s*=(.*)", part, re.DOTALL)
        if match is None or not 1 <= int(match[1]) <= count:
            continue
        for word in match[2].replace('"', "").split(","):
            word = word.strip()
            known = "equal" if _EQUAL.search(word) else "corresponding" if _CORRESPONDING.search(word) else word
            if word and word.lower() not in _OWN:
                yield int(match[1]) - 1, known


# --- Dates --------------------------------------------------------------------------------------------------------

_SEASONS = {"21": "Spring", "22": "Summer", "23": "Fall", "24": "Winter"}


def parse_bib_date(fields: Mapping[str, str]) -> str | None:
    """Return an entry's date from its `date`, or its year, month and day, as YAML works write it; None without one.

    >>> parse_bib_date({"date": "2024-05-03/2024-05-05"}), parse_bib_date({"year": "2024", "month": "April 16--18"})
    ('2024-05-03/2024-05-05', '2024-04-16/2024-04-18')
    >>> parse_bib_date({"date": "2021-22"}), parse_bib_date({"year": "in press"})
    ('2021 Summer', None)
    """
    if whole := fields.get("date"):
        return _iso(whole)
    if re.match(r"\s*\d{4}-\d{2}", fields.get("year", "")):  # `year = {2023-02-05/2023-02-09}`
        return _iso(fields["year"])
    year = re.search(r"(?<!\d)\d{4}(?!\d)", fields.get("year", ""))
    return format_month_date(year[0], fields.get("month", ""), fields.get("day", "")) if year else None


def _iso(text: str) -> str | None:
    """Read an ISO 8601 date or range as BibLaTeX allows them: `2024~`, `2024/..`, `2024-21`, a time of day."""
    parts = []
    for part in text.split("/")[:2]:
        match = re.fullmatch(r"\s*(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?(?:T.*)?[~?%]*\s*", part)
        if match is None:
            break
        year, month, day = match.groups()
        if month in _SEASONS:
            return f"{year} {_SEASONS[month]}"
        parts.append("-".join(filter(None, (year, month, day))))
    return "/".join(dict.fromkeys(parts)) or None


def format_month_date(year: str, month: str, day: str = "") -> str:
    """Return the date of a year and a month as works files write it; the month may hold days, or be a season.

    >>> format_month_date("2024", "April 29--May 3"), format_month_date("2024", "5"), format_month_date("2024", "?")
    ('2024-04-29/2024-05-03', '2024-05', '2024')
    """
    words = " ".join(month.replace("~", " ").replace(",", " ").replace("--", "-").split())
    text = (
        f"{year}-{int(words):02}"
        if re.fullmatch(r"\d{1,2}", words)
        else f"{words} {day.strip()}".strip() + f", {year}"
    )
    if words and day.strip() and text.startswith(f"{year}-"):
        text += f"-{day.strip():0>2}"
    try:
        return canonical(parse_date(text))
    except DateError:
        return year
