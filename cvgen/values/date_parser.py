"""Reading dates as people write them: one, several, expected, approximate, since when.

`parse_date` reads many spellings and `dates.canonical` writes one; a caller warns where the two differ. Forms of a
single date are in `date_forms`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

from cvgen.values.date_forms import ANY_FORM, parse_single_date
from cvgen.values.dates import (
    PRESENT,
    AcademicYear,
    Approximate,
    Date,
    DateError,
    DateList,
    DateRange,
    Expected,
    FreeDate,
    Present,
    Season,
    Term,
    When,
    canonical,
)

__all__ = ["is_canonical", "parse_date", "parse_point"]

_Read = TypeVar("_Read")

_MARK = r"(?:expected|anticipated|exp\.|est\.)"
# `expected 2027-06`, `Sep 2023 - expected June 2027`, `2027 (expected)`
_EXPECTED = re.compile(
    rf"(?P<before>.*[-/–—~]\s*|.*\bto\s+|){_MARK}\s*(?:in\s+)?(?P<after>.+)|(?P<all>.+?)\s*\({_MARK}\)", re.I
)
_ABOUT = re.compile(r"(?P<before>)(?:c\.|ca\.?|circa|about|~)\s*(?P<after>.+)", re.I)
_SINCE = re.compile(r"(?P<before>)since\s+(?P<after>.+)|(?P<all>.+?)\s*[-–—]+", re.I)
_WINTER = r"(?:ws|wise|wintersemester|winter(?: (?:term|semester))?)"
_SUMMER = r"(?:ss|sose|sommersemester)"
_GERMAN = re.compile(
    rf"{_WINTER} *(?P<winter>[0-9]{{4}})(?:/(?P<next>[0-9]{{2}}(?:[0-9]{{2}})?))?"
    rf"|(?P<first>[0-9]{{4}})/(?P<then>[0-9]{{2}}) winter"
    rf"|{_SUMMER} *(?P<summer>[0-9]{{4}})",
    re.I,
)
_MOST = 40  # dates in one list
_LONGEST = 240  # characters: it bounds the work below, which goes word by word


def is_canonical(text: str) -> bool:
    """Tell whether `text` is a date in its one recommended spelling.

    >>> is_canonical("2023-09"), is_canonical("Sept 2023"), is_canonical("soon")
    (True, False, False)
    """
    try:
        return canonical(parse_date(text)) == text
    except DateError:
        return False


def parse_date(text: str) -> When:
    """Read a date, a term, "present", a range or several of them; raise DateError, which carries a suggestion.

    >>> canonical(parse_date("Sep 2023 - expected June 2027")), canonical(parse_date("since 2020"))
    ('2023-09/expected 2027-06', '2020/present')
    >>> canonical(parse_date("2019, 2021; 2023")), canonical(parse_date("WS 2023/24"))
    ('2019, 2021, 2023', '2023/24 Winter')
    """
    if len(text) > _LONGEST:
        return parse_single_date(text)  # which refuses it
    if (term := _german_term(text)) is not None:
        return term
    if match := _EXPECTED.fullmatch(text.strip()):
        return _marked(text, match, _expected)
    if match := _ABOUT.fullmatch(text.strip()):
        return _marked(text, match, _approximate)
    if match := _SINCE.fullmatch(text.strip()):
        return _marked(text, match, _open)
    try:
        return parse_single_date(text)
    except DateError:
        if found := _list(text):
            return found
        raise


def parse_point(text: str) -> Date | Present | Term | Expected | Approximate:
    """Read a date, a term or "present", but no range and no list.

    >>> parse_point("Sept 2023")
    Date(year=2023, month=9, day=None)
    """
    when = parse_date(text)
    if isinstance(when, DateRange):
        start, end = canonical(when.start), canonical(when.end)
        hint = f"write `{start}` here and `{end}` as the end"
        raise _error(text, "it is a range, and one date is expected", hint, "a range")
    if isinstance(when, AcademicYear):
        raise _error(text, "it is an academic year, and one date is expected", f"write `{when.year}-09`")
    if isinstance(when, DateList | FreeDate):
        raise _error(text, "these are several dates, and one is expected", "write the list as `date: […]`")
    return when


def _error(text: str, why: str, hint: str = ANY_FORM, label: str = "") -> DateError:
    shown = text.strip()
    offset = text.index(shown)
    return DateError(f"`{shown}` is not a date: {why}", hint=hint, label=label, offset=offset, length=len(shown))


def _marked(text: str, match: re.Match[str], mark: Callable[[str, When], _Read]) -> _Read:
    """Read what stands beside a word such as `expected`; an error in it keeps its place."""
    found = match.groupdict()
    rest = found.get("all") or f"{found['before']}{found['after']}"
    lead = len(text) - len(text.lstrip())
    start = match.start("all") if found.get("all") else match.start("after") if not found["before"] else 0
    try:
        when = parse_date(rest)
    except DateError as error:
        offset = lead + start + error.offset
        raise DateError(
            error.message, hint=error.hint, label=error.label, offset=min(offset, len(text) - 1), length=error.length
        ) from error
    return mark(text, when)


def _expected(text: str, when: When) -> Expected | DateRange:
    if isinstance(when, Date):
        return Expected(when)
    if isinstance(when, DateRange) and isinstance(when.end, Date):
        return replace(when, end=Expected(when.end))
    raise _error(text, "only a year, a month or a day can be expected", "write it as `expected 2027-06`")


def _approximate(text: str, when: When) -> Approximate | DateRange:
    if isinstance(when, Date):
        return Approximate(when)
    if isinstance(when, DateRange) and isinstance(when.start, Date):
        return replace(when, start=Approximate(when.start))
    raise _error(text, "only a year, a month or a day can be approximate", "write it as `c. 2015`")


def _open(text: str, when: When) -> DateRange:
    if isinstance(when, Date | Approximate):
        return DateRange(when, PRESENT)
    raise _error(text, "it has no beginning", "write it as `2020/present`")


def _german_term(text: str) -> Term | None:
    """Read `WS 2023/24` and `SS 2024`, and the winter that begins in one year and ends in the next."""
    match = _GERMAN.fullmatch(text.strip())
    if match is None:
        return None
    if match["summer"]:
        return Term(int(match["summer"]), Season.SUMMER)
    year, following = int(match["winter"] or match["first"]), match["next"] or match["then"]
    if following and int(following[-2:]) != (year + 1) % 100:
        raise _error(text, f"the winter of {year} ends in {year + 1}", f"write `{year}/{(year + 1) % 100:02} Winter`")
    is_german = match["winter"] and not match[0].lower().startswith("winter ")
    return Term(year, Season.WINTER, spans=bool(following or is_german))


def _list(text: str) -> DateList | None:
    """Read several dates or terms, each with its year."""
    pieces = [piece.strip() for piece in re.split(r"[,;]| and | & ", text)]
    if not 1 < len(pieces) <= _MOST:
        return None
    try:
        found = [parse_date(piece) for piece in pieces]
    except DateError:
        return None
    return DateList(tuple(one for one in found if not isinstance(one, DateList)))
