"""Dates, terms and ranges, as precise as they were written: how they are spelt, sorted and compared.

`cvgen.values.date_parser` reads them.
"""

from __future__ import annotations

import calendar
import enum
from dataclasses import dataclass
from typing import Final, TypeAlias

__all__ = [
    "FIRST_YEAR",
    "LAST_YEAR",
    "MONTH_NAMES",
    "PRESENT",
    "AcademicYear",
    "Approximate",
    "Date",
    "DateError",
    "DateList",
    "DateRange",
    "Expected",
    "FreeDate",
    "OneDate",
    "Present",
    "Season",
    "Term",
    "When",
    "agrees",
    "canonical",
    "explain_impossible_date",
    "first_day",
    "last_day",
    "overlaps",
]

FIRST_YEAR, LAST_YEAR = 1900, 2100
# Not calendar.month_name, which follows the locale.
MONTH_NAMES: Final = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_Day: TypeAlias = tuple[int, int, int]


class DateError(ValueError):
    """A text is not a date. `offset` and `length` give the place in that text; `label` stands after the carets."""

    def __init__(self, message: str, *, hint: str = "", label: str = "", offset: int = 0, length: int = 0) -> None:
        super().__init__(message)
        self.message, self.hint, self.label, self.offset, self.length = message, hint, label, offset, length


class Season(enum.StrEnum):
    """The part of the academic year that a term is named after."""

    SPRING = "Spring"
    SUMMER = "Summer"
    FALL = "Fall"
    AUTUMN = FALL  # an alias: Season.AUTUMN is Season.FALL
    WINTER = "Winter"
    MICHAELMAS = "Michaelmas"
    HILARY = "Hilary"
    LENT = "Lent"
    TRINITY = "Trinity"
    EASTER = "Easter"


class Present(enum.Enum):
    """The type of `PRESENT`, its only value."""

    PRESENT = "present"


PRESENT: Final = Present.PRESENT


def explain_impossible_date(year: int, month: int | None = None, day: int | None = None) -> str:
    """Say why these numbers make no date; empty when they make one.

    >>> explain_impossible_date(2023, 2, 30)
    'February 2023 has 28 days'
    """
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return f"the year must lie between {FIRST_YEAR} and {LAST_YEAR}"
    if month is None:
        return "" if day is None else "it names a day but no month"
    if not 1 <= month <= 12:
        return f"there is no month {month}"
    days = calendar.monthrange(year, month)[1]
    if day is not None and not 1 <= day <= days:
        year_matters = f" {year}" if month == 2 else ""
        return f"{MONTH_NAMES[month - 1]}{year_matters} has {days} days"
    return ""


@dataclass(frozen=True, slots=True)
class Date:
    """A year, a month or a day, as precise as it was written."""

    year: int
    month: int | None = None
    day: int | None = None

    def __post_init__(self) -> None:
        if why := explain_impossible_date(self.year, self.month, self.day):
            raise DateError(f"`{canonical(self)}` is not a date: {why}")


@dataclass(frozen=True, slots=True)
class Term:
    """An academic term, such as Spring 2024; its months differ between universities and are not stored."""

    year: int
    season: Season
    spans: bool = False
    """Whether it ends in the next year: the winter of 2023/24."""

    def __post_init__(self) -> None:
        if why := explain_impossible_date(self.year):
            raise DateError(f"`{canonical(self)}` is not a date: {why}")


@dataclass(frozen=True, slots=True)
class AcademicYear:
    """The academic year that begins in `year`: 2010/11."""

    year: int


@dataclass(frozen=True, slots=True)
class Expected:
    """A date that is still to come."""

    date: Date


@dataclass(frozen=True, slots=True)
class Approximate:
    """A date that is not known exactly."""

    date: Date


@dataclass(frozen=True, slots=True)
class FreeDate:
    """What no other date can say: `text` is printed as it is, `sort` puts it into order."""

    text: str
    sort: Date


@dataclass(frozen=True, slots=True)
class DateRange:
    """From `start` to `end`, both included; the end may be `PRESENT`."""

    start: Date | Approximate
    end: Date | Present | Expected | Approximate

    def __post_init__(self) -> None:
        if last_day(self.end) < first_day(self.start):
            raise DateError(f"`{canonical(self)}` ends before it starts")


@dataclass(frozen=True, slots=True)
class DateList:
    """Several dates, terms or ranges, as they are listed."""

    items: tuple[OneDate, ...]


OneDate: TypeAlias = Date | Term | AcademicYear | Expected | Approximate | Present | DateRange | FreeDate
When: TypeAlias = OneDate | DateList

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
        case Term(year, season, spans):
            return f"{_two_years(year)} {season}" if spans else f"{year:04} {season}"
        case AcademicYear(year):
            return _two_years(year)
        case Expected(date):
            return f"expected {canonical(date)}"
        case Approximate(date):
            return f"c. {canonical(date)}"
        case FreeDate(text):
            return text
        case DateRange(start, end):
            return f"{canonical(start)}/{canonical(end)}"
        case DateList(items):
            return ", ".join(map(canonical, items))
    return when.value


def _two_years(year: int) -> str:
    return f"{year:04}/{(year + 1) % 100:02}"


# --- Comparing ------------------------------------------------------------------------------------------------------

# First and last month in the narrow sense, which orders terms and places them in a year.
_TERM: Final = {
    Season.WINTER: (1, 3),
    Season.SPRING: (2, 6),
    Season.SUMMER: (6, 8),
    Season.FALL: (9, 12),
    Season.MICHAELMAS: (10, 12),
    Season.HILARY: (1, 3),
    Season.LENT: (1, 3),
    Season.TRINITY: (4, 6),
    Season.EASTER: (4, 6),
}
# The widest customs, as ((years to add, month), (years to add, month)); a winter term opens or closes its year.
_TERM_AT_MOST: Final = {
    Season.WINTER: (((-1, 12), (0, 4)), ((0, 10), (1, 3))),
    Season.SPRING: (((0, 1), (0, 7)),),
    Season.SUMMER: (((0, 5), (0, 9)),),
    Season.FALL: (((0, 8), (1, 1)),),
    Season.MICHAELMAS: (((0, 9), (1, 1)),),
    **dict.fromkeys((Season.HILARY, Season.LENT), (((0, 1), (0, 4)),)),
    **dict.fromkeys((Season.TRINITY, Season.EASTER), (((0, 4), (0, 7)),)),
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
        case Term(year, season, spans):
            return (year, 10 if spans else _TERM[season][0], 1)
        case AcademicYear(year):
            return (year, 9, 1)
        case Expected(date) | Approximate(date) | FreeDate(_, date) | DateRange(date, _):
            return first_day(date)
        case DateList(items):
            return min(map(first_day, items))
    return _FOREVER


def last_day(when: When) -> _Day:
    """Give the last day that `when` may mean, for sorting; `PRESENT` comes after everything.

    >>> last_day(Date(2024, 2)), last_day(DateRange(Date(2018), Date(2022)))
    ((2024, 2, 29), (2022, 12, 31))
    """
    match when:
        case Date(year, month, day):
            return (year, month, day) if month and day else _month_end(year, month or 12)
        case Term(year, season, spans):
            return _month_end(year + 1, 3) if spans else _month_end(year, _TERM[season][1])
        case AcademicYear(year):
            return _month_end(year + 1, 8)
        case Expected(date) | Approximate(date) | FreeDate(_, date) | DateRange(_, date):
            return last_day(date)
        case DateList(items):
            return max(map(last_day, items))
    return _FOREVER


def agrees(one: When, other: When) -> bool:
    """Tell whether both can be true of one thing: equal, or one is the other with more precision.

    A term agrees with the months that some university gives it. A year inside a longer range does not agree with it.

    >>> agrees(Date(2023), Date(2023, 9)), agrees(Date(2023, 8), Date(2023, 9))
    (True, False)
    """
    if one == other:
        return True
    if isinstance(one, DateList) or isinstance(other, DateList):
        return _any_agrees(one, other)
    if isinstance(one, DateRange) and isinstance(other, DateRange):
        return agrees(one.start, other.start) and agrees(one.end, other.end)
    return _within(one, other) or _within(other, one)


def _any_agrees(one: When, other: When) -> bool:
    """Tell whether one of several dates agrees with one of the other side's."""
    mine, yours = (when.items if isinstance(when, DateList) else (when,) for when in (one, other))
    return any(agrees(this, that) for this in mine for that in yours)


def _within(fine: When, vague: When) -> bool:
    first, last = first_day(fine), last_day(fine)
    match vague:
        case Date() | AcademicYear() | Approximate() | Expected():
            return first_day(vague) <= first and last <= last_day(vague)
        case Term(year, season, spans) if not isinstance(fine, Term):
            if spans:
                return (year, 9, 1) <= first and last <= _month_end(year + 1, 4)
            return any(
                (year + before, opening, 1) <= first and last <= _month_end(year + after, closing)
                for (before, opening), (after, closing) in _TERM_AT_MOST[season]
            )
    return False


def overlaps(one: When, other: When) -> bool:
    """Tell whether the two certainly share time; a month in which one ends and the other starts proves nothing.

    >>> job = DateRange(Date(2021, 9), Date(2023, 6))
    >>> overlaps(job, Date(2022)), overlaps(job, DateRange(Date(2023, 6), PRESENT))
    (True, False)
    """
    return _latest_start(one) <= _earliest_end(other) and _latest_start(other) <= _earliest_end(one)


def _latest_start(when: When) -> _Day:
    if isinstance(when, DateList | AcademicYear | FreeDate | Approximate):
        return last_day(when)
    if isinstance(when, Term):
        return _month_end(when.year, _TERM[when.season][0])
    return last_day(when.start if isinstance(when, DateRange) else when)


def _earliest_end(when: When) -> _Day:
    if isinstance(when, DateList | AcademicYear | FreeDate | Approximate):
        return first_day(when)
    if isinstance(when, Term):
        return (when.year, _TERM[when.season][1], 1)
    return first_day(when.end if isinstance(when, DateRange) else when)
