"""Forms of one date, one term or one range, as people write them; what readers could read two ways is refused.

A bare year never becomes January. A day and a month in figures that could change places (`03/04/2023`) and two-digit
years are errors that name the readings.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final, NamedTuple

from cvgen.values.dates import (
    FIRST_YEAR,
    LAST_YEAR,
    MONTH_NAMES,
    PRESENT,
    AcademicYear,
    Date,
    DateError,
    DateRange,
    Present,
    Season,
    Term,
    canonical,
    explain_impossible_date,
    first_day,
    last_day,
)

__all__ = ["ANY_FORM", "parse_single_date"]

_LONGEST = 100  # characters: no date is longer, and it bounds the work below
ANY_FORM = "write `2023`, `2023-09`, `2023-09-14`, `present`, `2024 Spring` or `2023-09/2024-01`"


_BETWEEN = r" *(?:\b(?:to|until|till|through)\b|-+|/|~) *"
# In a range in canonical form, the hyphens belong to the dates.
_ISO = r"[0-9]{4}(?:-[0-9]{2}){0,2}/(?:[0-9]{4}(?:-[0-9]{2}){0,2}|present)"


def parse_single_date(text: str) -> Date | Term | AcademicYear | Present | DateRange:
    """Read a date, a term, "present" or a range; raise DateError, which carries a suggestion, for anything else.

    >>> [canonical(parse_single_date(text)) for text in ("Febrary. 2025", "2023.10", "Autumn 2021", "2010/11")]
    ['2025-02', '2023-10', '2021 Fall', '2010/11']
    >>> canonical(parse_single_date("June 25-July 1, 2022"))
    '2022-06-25/2022-07-01'
    >>> parse_single_date("03/04/2023")
    Traceback (most recent call last):
    ...
    cvgen.values.dates.DateError: `03/04/2023` is not a date: day and month could change places
    """
    piece = _Piece(text, 0).cut(0)
    if not piece.text:
        raise DateError("the date is empty", hint="write a date such as `2023-09`, or leave the field out")
    if len(piece.text) > _LONGEST:
        raise piece.error("it is too long")
    if academic := _academic_year(piece):
        return academic
    if match := _match_form(piece):
        return _point(piece, _read(piece, match))
    if found := _range(piece):
        return found
    raise _refusal(piece)


def _academic_year(piece: _Piece) -> AcademicYear | None:
    """Read `2010/11`; `2010–11` may be a month too, and is refused with both readings."""
    match = re.fullmatch(r"([0-9]{4}) ?([/‐‑‒–—]) ?([0-9]{2})", piece.text)
    if match is None or (int(match[1]) + 1) % 100 != int(match[3]):
        return None
    _check(piece, int(match[1]), None, None)
    if match[2] == "/":
        return AcademicYear(int(match[1]))
    readings = f"write `{match[1]}/{match[3]}` for the academic year"
    if 1 <= int(match[3]) <= 12:
        readings += f", or `{match[1]}-{match[3]}` for {MONTH_NAMES[int(match[3]) - 1]} {match[1]}"
    raise piece.error("it may be a year or a month", readings, "which?")


class _Piece(NamedTuple):
    """A stretch of the text that was given, and where it starts."""

    text: str
    offset: int

    @property
    def flat(self) -> str:
        """The text in lower case with plain dashes, quotes and spaces; offsets hold."""
        return self.text.translate(_FLAT)

    def cut(self, start: int, stop: int | None = None) -> _Piece:
        """Give a part of the piece without white space around it."""
        text = self.text[start:stop]
        return _Piece(text.strip(), self.offset + start + len(text) - len(text.lstrip()))

    def error(self, why: str, hint: str = ANY_FORM, label: str = "") -> DateError:
        """Make the error that this piece is not a date."""
        shown = self.text if len(self.text) <= 40 else f"{self.text[:39]}…"
        message = f"`{shown}` is not a date" + (f": {why}" if why else "")
        return DateError(message, hint=hint, label=label, offset=self.offset, length=len(self.text))


class _Part(NamedTuple):
    """What a piece says; a field is None where it is silent."""

    year: int | None = None
    month: int | None = None
    day: int | None = None
    named: Season | Present | None = None


# --- Words ----------------------------------------------------------------------------------------------------------

_WORDS: Final[dict[str, int | Season | Present]] = {
    **{name.lower(): number for number, name in enumerate(MONTH_NAMES, 1)},
    **{season.lower(): season for season in Season},
    "autumn": Season.FALL,
}
_NOW: Final = dict.fromkeys(("present", "now", "current", "ongoing", "today"), Present.PRESENT)
_OPEN: Final = ("since", "from")


def _word(word: str) -> int | Season | Present | None:
    """Look up a month (1 to 12), a season or "present"; a misspelt one counts when a single name is nearest."""
    if word in _NOW:
        return _NOW[word]
    begun = {meaning for name, meaning in _WORDS.items() if name.startswith(word)}
    if len(begun) == 1:
        return begun.pop()
    allowed = 0 if len(word) < 4 else 1 if len(word) < 6 else 2
    (best, name), (second, _) = _rank(word, _WORDS)[:2]
    return _WORDS[name] if best <= allowed and best < second else None


def _rank(word: str, names: Iterable[str]) -> list[tuple[int, str]]:
    """Return each name with its distance from `word`, the nearest first."""
    from rapidfuzz.distance import OSA  # slow, and needed for misspelt dates only

    return sorted(((OSA.distance(word, name), name) for name in names), key=lambda ranked: ranked[0])


# --- Forms ----------------------------------------------------------------------------------------------------------

# Same length in and out.
_FLAT = str.maketrans(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZ‐‑‒–—―−～〜‘’\t\n\r\u00a0\u2009\u202f",
    "abcdefghijklmnopqrstuvwxyz-------~~''" + " " * 6,
)
_Y, _M = r"(?P<y>[0-9]{4})", r"(?P<m>[0-9]{1,2})"
_W = rf"(?P<w>(?!(?:{'|'.join(_NOW)})(?![a-z]))[a-z]{{3,}})"
_D = r"(?P<d>[0-9]{1,2})(?:st|nd|rd|th)?"
_GAP = r"(?:[ .,]*|[-/])"
_TERM = r"(?: +(?:semester|term|quarter))?"
_FORMS = [
    _Y,
    r"(?P<w>present)",
    rf"{_Y}(?:-| *[./] *){_M}",
    rf"{_Y}(?P<s>[-./]){_M}(?P=s)(?P<d>[0-9]{{1,2}})",
    rf"{_M}[-./]{_Y}",
    rf"(?P<a>[0-9]{{1,2}})(?P<s>[-./])(?P<b>[0-9]{{1,2}})(?P=s){_Y}",
    rf"{_W}{_TERM}{_GAP}(?:of +)?{_Y}",
    rf"{_Y}{_GAP}{_W}{_TERM}\.?",
    rf"{_W}{_GAP}{_D}(?:[ .,]+|-){_Y}",
    rf"{_D}{_GAP}(?:of +)?{_W}{_GAP}{_Y}",
    rf"{_Y}{_GAP}{_W}{_GAP}{_D}",
    # Only the other end of a range completes these: `June 25` - `July 1, 2022`, `April 16` - `18, 2024`.
    rf"{_D}[ .,]+{_Y}",
    r"(?P<w>[a-z]{3,})\.?",
    rf"{_W}{_GAP}{_D}",
    rf"{_D}{_GAP}{_W}\.?",
    _D,
]


def _match_form(piece: _Piece) -> re.Match[str] | None:
    """Match a piece with the forms of one date, or of one end of a range; its numbers may still be impossible."""
    flat = piece.flat
    return next((match for form in _FORMS if (match := re.fullmatch(form, flat))), None)


def _read(piece: _Piece, match: re.Match[str]) -> _Part:
    """Read what `_match_form` matched; raise DateError where that is impossible or can be read two ways."""
    found = match.groupdict()
    if found.get("a"):
        return _day_and_month(piece, int(found["y"]), int(found["a"]), int(found["b"]))
    year, month, day = (int(found[key]) if found.get(key) else None for key in "ymd")
    named: Season | Present | None = None
    if word := found.get("w"):
        meaning = _word(word)
        if meaning is None and word not in _OPEN:
            raise piece.error("" if match[0] == word else f"`{word}` is not a month", _near(word), "not a month")
        if isinstance(meaning, int):
            month = meaning
        elif meaning is None or day is not None:
            raise _refusal(piece)
        else:
            named = meaning
    if year is not None:
        # "18, 2024" is no explain_impossible_date yet: the other end of the range may name the month.
        _check(piece, year, month, day if month else None)
    return _Part(year, month, day, named)


def _check(piece: _Piece, year: int, month: int | None, day: int | None) -> None:
    """Raise DateError, with what may have been meant, where these numbers make no date."""
    if why := explain_impossible_date(year, month, day):
        raise piece.error(why, _repair(year, month, day))


def _day_and_month(piece: _Piece, year: int, one: int, other: int) -> _Part:
    readings = [pair for pair in ((one, other), (other, one)) if not explain_impossible_date(year, *pair)]
    if not readings:
        why = explain_impossible_date(year) or "it holds no possible day and month"
        raise piece.error(why, "write year, month, day, as in `2023-09-14`")
    if len(set(readings)) == 2:
        first, second = (f"`{year:04}-{month:02}-{day:02}`" for month, day in readings)
        why = "day and month could change places"
        raise piece.error(why, f"write {first} or {second}", "day or month first?")
    month, day = readings[0]
    return _Part(year, month, day)


def _near(word: str) -> str:
    ranked = _rank(word, (*_WORDS, *_NOW))
    nearest = [f"`{name}`" for distance, name in ranked if distance == ranked[0][0]]
    is_near = ranked[0][0] <= min(2, len(word) // 3)
    return f"did you mean {' or '.join(nearest)}? {ANY_FORM}" if is_near else ANY_FORM


def _repair(year: int, month: int | None, day: int | None) -> str:
    """Suggest what an impossible date may have meant."""
    if explain_impossible_date(year) or month is None:
        return f"write the year in four digits, from {FIRST_YEAR} to {LAST_YEAR}"
    if 1 <= month <= 12:
        last = calendar.monthrange(year, month)[1]
        return (
            f"write `{year:04}-{month:02}`, or a day from `{year:04}-{month:02}-01` to `{year:04}-{month:02}-{last}`"
        )
    if day is not None and not explain_impossible_date(year, day, month):
        return f"write `{year:04}-{day:02}-{month:02}`"
    if day is None and (until := year // 100 * 100 + month) > year:
        return f"write `{year:04}/{until:04}` for a range of years, or a month from `{year:04}-01` to `{year:04}-12`"
    return f"write `{year:04}`, or a month from `{year:04}-01` to `{year:04}-12`"


# --- Refusals -------------------------------------------------------------------------------------------------------


def _full_year(two_digits: int) -> int:
    return 2000 + two_digits if two_digits <= 68 else 1900 + two_digits


def _refusal(piece: _Piece, part: _Part | None = None) -> DateError:
    """Explain why a piece of no known form, or a part that lacks its year or month, is not a date."""
    if part is not None and part.year is not None:
        return piece.error("it names a day but no month", label="which month?")
    if part is not None:
        return _no_year(piece, part)
    flat = piece.flat
    if match := re.fullmatch(r"([0-9]{4})([0-9]{2})([0-9]{2})?", flat):
        numbers = [int(group) for group in match.groups() if group]
        if not explain_impossible_date(*numbers):
            written = "-".join(group for group in match.groups() if group)
            return piece.error("its parts run together", f"write `{written}`", "no hyphens")
    if match := re.fullmatch(r"([0-9]{4}-[0-9]{2}-[0-9]{2})[t ][0-9].*", flat):
        return piece.error("it carries a time of day", f"write `{match[1]}`")
    if match := re.fullmatch(r"([0-9]{1,2})([-./])([0-9]{1,2})\2([0-9]{2})", flat):
        year, one, other = _full_year(int(match[4])), int(match[1]), int(match[3])
        readings = [
            f"`{year}-{m:02}-{d:02}`"
            for m, d in ((one, other), (other, one))
            if not explain_impossible_date(year, m, d)
        ]
        hint = f"write {' or '.join(dict.fromkeys(readings))}" if readings else ANY_FORM
        return piece.error("it has no four-digit year", hint, "which year?")
    if match := re.fullmatch(r"(?:(?P<w>[a-z]{3,})[ .,]*)?'(?P<q>[0-9]{2})", flat):
        year, meaning = _full_year(int(match["q"])), _word(match["w"]) if match["w"] else None
        written = f"{year}-{meaning:02}" if isinstance(meaning, int) else f"{year} {meaning or ''}".strip()
        return piece.error("it has no four-digit year", f"write `{written}`", "which year?")
    if match := re.fullmatch(
        rf"(?:{'|'.join(_OPEN)}) +([0-9]{{4}}(?:-[0-9]{{2}})?)|([0-9]{{4}}(?:-[0-9]{{2}})?) *[-/]+", flat
    ):
        return piece.error("the range has no end", f"write `{match[1] or match[2]}/present`", "until when?")
    return piece.error("")


def _no_year(piece: _Piece, part: _Part) -> DateError:
    if isinstance(part.named, Season):
        hint = f"add the year, as in `2023 {part.named}`"
    elif part.day is None:
        hint = f"add the year, as in `2023-{part.month:02}`"
    elif part.month is None:
        hint = f"write `{_full_year(part.day)}`, with the year in four digits"
    else:
        year = f"`{_full_year(part.day)}-{part.month:02}`"
        hint = f"write {year} if {part.day} is the year; a day needs its year too, as in `September 14, 2023`"
    return piece.error("it has no four-digit year", hint, "which year?")


# --- Points and ranges ---------------------------------------------------------------------------------------------


def _point(piece: _Piece, part: _Part) -> Date | Term | Present:
    if isinstance(part.named, Present):
        return part.named
    if part.year is None or (part.day is not None and part.month is None):
        raise _refusal(piece, part)
    _check(piece, part.year, part.month, part.day)
    return Term(part.year, part.named) if part.named else Date(part.year, part.month, part.day)


def _range(piece: _Piece) -> DateRange | None:
    """Try each place where the piece can be cut in two; exactly one reading may come out."""
    found: dict[DateRange, None] = {}
    errors: list[DateError] = []
    for left, right in _cuts(piece):
        start, end = _match_form(left), _match_form(right)
        if start and end:
            try:
                whole = _join(piece, (left, _read(left, start)), (right, _read(right, end)))
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


def _cuts(piece: _Piece) -> Iterator[tuple[_Piece, _Piece]]:
    flat = piece.flat
    for match in re.finditer("/" if re.fullmatch(_ISO, flat) else _BETWEEN, flat):
        left, right = piece.cut(0, match.start()), piece.cut(match.end())
        if left.text and right.text:
            yield left, right


def _join(piece: _Piece, left: tuple[_Piece, _Part], right: tuple[_Piece, _Part]) -> DateRange | None:
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
        if first.year is None and not explain_impossible_date(start.year - 1, start.month, start.day):
            hint = f"write `{canonical(replace(start, year=start.year - 1))}/{canonical(end)}`"
        message = f"`{piece.text}` ends before it starts"
        raise DateError(message, hint=hint, offset=piece.offset, length=len(piece.text))
    return DateRange(start, end)


def _fill(part: _Part, other: _Part) -> _Part:
    month = other.month if part.month is None and part.day is not None else part.month
    return part._replace(year=other.year if part.year is None else part.year, month=month)
