"""Dates as people write them: precision is kept, nothing is invented, what readers could read two ways is refused.

`parse_date` reads many spellings and `canonical` writes one; a caller warns where the two differ. A bare year never
becomes January. A day and a month in figures that could change places (`03/04/2023`) and two-digit years are errors
that name the readings.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final, TypeAlias

from cvgen.values.date_forms import DateError, Part, Piece, Present, Season, check, problem, read, refusal, shape

__all__ = [
    "PRESENT",
    "Date",
    "DateError",
    "DateRange",
    "Present",
    "Season",
    "Term",
    "When",
    "agrees",
    "canonical",
    "first_day",
    "is_canonical",
    "last_day",
    "overlaps",
    "parse_date",
    "parse_point",
]

_LONGEST = 100  # characters: no date is longer, and it bounds the work below

PRESENT: Final = Present.PRESENT
_Day: TypeAlias = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Date:
    """A year, a month or a day, as precise as it was written."""

    year: int
    month: int | None = None
    day: int | None = None

    def __post_init__(self) -> None:
        if why := problem(self.year, self.month, self.day):
            raise DateError(f"`{canonical(self)}` is not a date: {why}")


@dataclass(frozen=True, slots=True)
class Term:
    """An academic term, such as Spring 2024; its months differ between universities and are not stored."""

    year: int
    season: Season

    def __post_init__(self) -> None:
        if why := problem(self.year):
            raise DateError(f"`{canonical(self)}` is not a date: {why}")


@dataclass(frozen=True, slots=True)
class DateRange:
    """From `start` to `end`, both included; the end may be `PRESENT`."""

    start: Date
    end: Date | Present

    def __post_init__(self) -> None:
        if last_day(self.end) < first_day(self.start):
            raise DateError(f"`{canonical(self)}` ends before it starts")


When: TypeAlias = Date | Term | Present | DateRange

# --- One spelling out -----------------------------------------------------------------------------------------------


def canonical(when: When) -> str:
    """Write in the one spelling that profiles should use.

    >>> canonical(Date(2023, 9)), canonical(Term(2024, Season.SPRING))
    ('2023-09', '2024 Spring')
    >>> canonical(DateRange(Date(2023, 9), PRESENT))
    '2023-09/present'
    """
    match when:
        case Date(year, month, day):
            return "-".join([f"{year:04}", *(f"{part:02}" for part in (month, day) if part is not None)])
        case Term(year, season):
            return f"{year:04} {season}"
        case DateRange(start, end):
            return f"{canonical(start)}/{canonical(end)}"
    return when.value


def is_canonical(text: str) -> bool:
    """Tell whether `text` is a date in its one recommended spelling.

    >>> is_canonical("2023-09"), is_canonical("Sept 2023"), is_canonical("soon")
    (True, False, False)
    """
    try:
        return canonical(parse_date(text)) == text
    except DateError:
        return False


# --- Comparing ------------------------------------------------------------------------------------------------------

# First and last month in the narrow sense, which orders terms and places them in a year.
_TERM: Final = {Season.WINTER: (1, 3), Season.SPRING: (2, 6), Season.SUMMER: (6, 8), Season.FALL: (9, 12)}
# The widest customs, as ((years to add, month), (years to add, month)); a winter term opens or closes its year.
_TERM_AT_MOST: Final = {
    Season.WINTER: (((-1, 12), (0, 4)), ((0, 10), (1, 3))),
    Season.SPRING: (((0, 1), (0, 7)),),
    Season.SUMMER: (((0, 5), (0, 9)),),
    Season.FALL: (((0, 8), (1, 1)),),
}
_FOREVER: _Day = (9999, 12, 31)


def _month_end(year: int, month: int) -> _Day:
    return (year, month, calendar.monthrange(year, month)[1])


def first_day(when: When) -> _Day:
    """Give the first day that `when` may mean, for sorting; `PRESENT` comes after everything.

    >>> first_day(Date(2023)), first_day(Date(2023, 9))
    ((2023, 1, 1), (2023, 9, 1))
    """
    match when:
        case Date(year, month, day):
            return (year, month or 1, day or 1)
        case Term(year, season):
            return (year, _TERM[season][0], 1)
        case DateRange(start, _):
            return first_day(start)
    return _FOREVER


def last_day(when: When) -> _Day:
    """Give the last day that `when` may mean, for sorting; `PRESENT` comes after everything.

    >>> last_day(Date(2024, 2)), last_day(DateRange(Date(2018), Date(2022)))
    ((2024, 2, 29), (2022, 12, 31))
    """
    match when:
        case Date(year, month, day):
            return (year, month, day) if month and day else _month_end(year, month or 12)
        case Term(year, season):
            return _month_end(year, _TERM[season][1])
        case DateRange(_, end):
            return last_day(end)
    return _FOREVER


def agrees(one: When, other: When) -> bool:
    """Tell whether both can be true of one thing: equal, or one is the other with more precision.

    A term agrees with the months that some university gives it. A year inside a longer range does not agree with it.

    >>> agrees(Date(2023), Date(2023, 9)), agrees(Date(2023, 8), Date(2023, 9))
    (True, False)
    """
    if one == other:
        return True
    if isinstance(one, DateRange) and isinstance(other, DateRange):
        return agrees(one.start, other.start) and agrees(one.end, other.end)
    return _within(one, other) or _within(other, one)


def _within(fine: When, vague: When) -> bool:
    first, last = first_day(fine), last_day(fine)
    match vague:
        case Date():
            return first_day(vague) <= first and last <= last_day(vague)
        case Term(year, season) if not isinstance(fine, Term):
            return any(
                (year + before, opening, 1) <= first and last <= _month_end(year + after, closing)
                for (before, opening), (after, closing) in _TERM_AT_MOST[season]
            )
    return False


def overlaps(one: When, other: When) -> bool:
    """Tell whether the two certainly share time; a month in which one ends and the other starts proves nothing.

    >>> job = parse_date("2021-09/2023-06")
    >>> overlaps(job, parse_date("2022-03/2022-08")), overlaps(job, parse_date("2023-06/present"))
    (True, False)
    """
    return _latest_start(one) <= _earliest_end(other) and _latest_start(other) <= _earliest_end(one)


def _latest_start(when: When) -> _Day:
    if isinstance(when, Term):
        return _month_end(when.year, _TERM[when.season][0])
    return last_day(when.start if isinstance(when, DateRange) else when)


def _earliest_end(when: When) -> _Day:
    if isinstance(when, Term):
        return (when.year, _TERM[when.season][1], 1)
    return first_day(when.end if isinstance(when, DateRange) else when)


# --- Reading --------------------------------------------------------------------------------------------------------

_BETWEEN = r" *(?:\b(?:to|until|till|through)\b|-+|/|~) *"
# In a range in canonical form, the hyphens belong to the dates.
_ISO = r"[0-9]{4}(?:-[0-9]{2}){0,2}/(?:[0-9]{4}(?:-[0-9]{2}){0,2}|present)"


def parse_date(text: str) -> When:
    """Read a date, a term, "present" or a range; raise DateError, which carries a suggestion, for anything else.

    >>> canonical(parse_date("Febrary. 2025")), canonical(parse_date("2023.10")), canonical(parse_date("Autumn 2021"))
    ('2025-02', '2023-10', '2021 Fall')
    >>> canonical(parse_date("June 25-July 1, 2022"))
    '2022-06-25/2022-07-01'
    >>> parse_date("03/04/2023")
    Traceback (most recent call last):
    ...
    cvgen.values.date_forms.DateError: `03/04/2023` is not a date: day and month could change places
    """
    piece = Piece(text, 0).cut(0)
    if not piece.text:
        raise DateError("the date is empty", hint="write a date such as `2023-09`, or leave the field out")
    if len(piece.text) > _LONGEST:
        raise piece.error("it is too long")
    if match := shape(piece):
        return _point(piece, read(piece, match))
    if found := _range(piece):
        return found
    raise refusal(piece)


def parse_point(text: str) -> Date | Present | Term:
    """Read a date, a term or "present", but no range.

    >>> parse_point("Sept 2023")
    Date(year=2023, month=9, day=None)
    """
    when = parse_date(text)
    if isinstance(when, DateRange):
        start, end = canonical(when.start), canonical(when.end)
        raise (
            Piece(text, 0)
            .cut(0)
            .error(
                "it is a range, and one date is wanted here",
                f"write `{start}` here and `{end}` as the end",
                "a range",
            )
        )
    return when


def _point(piece: Piece, part: Part) -> Date | Term | Present:
    if isinstance(part.named, Present):
        return part.named
    if part.year is None or (part.day is not None and part.month is None):
        raise refusal(piece, part)
    check(piece, part.year, part.month, part.day)
    return Term(part.year, part.named) if part.named else Date(part.year, part.month, part.day)


def _range(piece: Piece) -> DateRange | None:
    """Try each place where the piece can be cut in two; exactly one reading may come out."""
    found: dict[DateRange, None] = {}
    errors: list[DateError] = []
    for left, right in _cuts(piece):
        start, end = shape(left), shape(right)
        if start and end:
            try:
                whole = _join(piece, (left, read(left, start)), (right, read(right, end)))
            except DateError as error:
                errors.append(error)
            else:
                found |= {whole: None} if whole else {}
    if len(found) > 1:
        readings = " or ".join(f"`{canonical(reading)}`" for reading in found)
        raise piece.error("it can be cut in two ways", f"write {readings}", "which?")
    if not found and errors:
        raise errors[0]
    return next(iter(found), None)


def _cuts(piece: Piece) -> Iterator[tuple[Piece, Piece]]:
    flat = piece.flat
    for match in re.finditer("/" if re.fullmatch(_ISO, flat) else _BETWEEN, flat):
        left, right = piece.cut(0, match.start()), piece.cut(match.end())
        if left.text and right.text:
            yield left, right


def _join(piece: Piece, left: tuple[Piece, Part], right: tuple[Piece, Part]) -> DateRange | None:
    """Make a range of two ends, each of which may leave its year or month to the other."""
    first, last = left[1], right[1]
    if isinstance(first.named, Season) or isinstance(last.named, Season):
        raise piece.error("a range cannot run between terms", "write months, as in `2023-09/2024-06`, or one term")
    if isinstance(first.named, Present):
        raise piece.error(
            "a range cannot start with the present", "write the first date first, as in `2023-09/present`"
        )
    if isinstance(last.named, Present):
        start = _point(*left)
        return DateRange(start, PRESENT) if isinstance(start, Date) else None
    if first.year is None and last.year is None:
        raise piece.error("it has no four-digit year", "write the year, as in `2023-09/2024-01`", "which year?")
    filled = (_fill(first, last), _fill(last, first))
    one_year = None in (first.year, last.year)
    if any(part.day and not part.month for part in filled) or (
        one_year and bool(filled[0].day) != bool(filled[1].day)
    ):
        return None
    start, end = _point(left[0], filled[0]), _point(right[0], filled[1])
    if not (isinstance(start, Date) and isinstance(end, Date)):
        return None
    if last_day(end) < first_day(start):
        hint = f"write `{canonical(end)}/{canonical(start)}` if the two changed places"
        if first.year is None and not problem(start.year - 1, start.month, start.day):
            hint = f"write `{canonical(replace(start, year=start.year - 1))}/{canonical(end)}`"
        message = f"`{piece.text}` ends before it starts"
        raise DateError(message, hint=hint, offset=piece.offset, length=len(piece.text))
    return DateRange(start, end)


def _fill(part: Part, other: Part) -> Part:
    month = other.month if part.month is None and part.day is not None else part.month
    return part._replace(year=other.year if part.year is None else part.year, month=month)
