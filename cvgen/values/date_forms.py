"""The spellings of one date: text in, the numbers and names it holds out.

`cvgen.values.dates` builds its types from these parts; import from there.
"""

from __future__ import annotations

import calendar
import enum
import re
from typing import Final, NamedTuple

__all__ = ["DateError", "Part", "Piece", "Present", "Season", "check", "problem", "read", "refusal", "shape"]

_FIRST_YEAR, _LAST_YEAR = 1900, 2100
# Not calendar.month_name, which follows the locale.
_MONTHS: Final = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_ANY_FORM = "write `2023`, `2023-09`, `2023-09-14`, `present`, `2024 Spring` or `2023-09/2024-01`"


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


class Present(enum.Enum):
    """The type of `PRESENT`, its only value."""

    PRESENT = "present"


class Piece(NamedTuple):
    """A stretch of the text that was given, and where it starts."""

    text: str
    offset: int

    @property
    def flat(self) -> str:
        """The text in lower case with plain dashes, quotes and spaces; offsets hold."""
        return self.text.translate(_FLAT)

    def cut(self, start: int, stop: int | None = None) -> Piece:
        """Give a part of the piece without white space around it."""
        text = self.text[start:stop]
        return Piece(text.strip(), self.offset + start + len(text) - len(text.lstrip()))

    def error(self, why: str, hint: str = _ANY_FORM, label: str = "") -> DateError:
        """Make the error that this piece is not a date."""
        shown = self.text if len(self.text) <= 40 else f"{self.text[:39]}…"
        message = f"`{shown}` is not a date" + (f": {why}" if why else "")
        return DateError(message, hint=hint, label=label, offset=self.offset, length=len(self.text))


class Part(NamedTuple):
    """What a piece says; a field is None where it is silent."""

    year: int | None = None
    month: int | None = None
    day: int | None = None
    named: Season | Present | None = None


def problem(year: int, month: int | None = None, day: int | None = None) -> str:
    """Say why these numbers make no date; empty when they make one.

    >>> problem(2023, 2, 30)
    'February 2023 has 28 days'
    """
    if not _FIRST_YEAR <= year <= _LAST_YEAR:
        return f"the year must lie between {_FIRST_YEAR} and {_LAST_YEAR}"
    if month is None:
        return "" if day is None else "it names a day but no month"
    if not 1 <= month <= 12:
        return f"there is no month {month}"
    days = calendar.monthrange(year, month)[1]
    if day is not None and not 1 <= day <= days:
        year_matters = f" {year}" if month == 2 else ""
        return f"{_MONTHS[month - 1]}{year_matters} has {days} days"
    return ""


# --- Words ----------------------------------------------------------------------------------------------------------

_WORDS: Final[dict[str, int | Season | Present]] = {
    **{name.lower(): number for number, name in enumerate(_MONTHS, 1)},
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
    from rapidfuzz.distance import OSA  # loaded for misspelt dates only

    allowed = 0 if len(word) < 4 else 1 if len(word) < 6 else 2
    ranked = sorted((OSA.distance(word, name), name) for name in _WORDS)
    (best, name), (second, _) = ranked[:2]
    return _WORDS[name] if best <= allowed and best < second else None


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
# Compiled by their first use: most profiles write dates in the first three forms.
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


def shape(piece: Piece) -> re.Match[str] | None:
    """Match a piece with the forms of one date, or of one end of a range; its numbers may still be impossible."""
    flat = piece.flat
    return next((match for form in _FORMS if (match := re.fullmatch(form, flat))), None)


def read(piece: Piece, match: re.Match[str]) -> Part:
    """Read what `shape` matched; raise DateError where that is impossible or can be read two ways."""
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
            raise refusal(piece)
        else:
            named = meaning
    if year is not None:
        # "18, 2024" is no problem yet: the other end of the range may name the month.
        check(piece, year, month, day if month else None)
    return Part(year, month, day, named)


def check(piece: Piece, year: int, month: int | None, day: int | None) -> None:
    """Raise DateError, with what may have been meant, where these numbers make no date."""
    if why := problem(year, month, day):
        raise piece.error(why, _repair(year, month, day))


def _day_and_month(piece: Piece, year: int, one: int, other: int) -> Part:
    readings = [pair for pair in ((one, other), (other, one)) if not problem(year, *pair)]
    if not readings:
        why = problem(year) or "it holds no possible day and month"
        raise piece.error(why, "write year, month, day, as in `2023-09-14`")
    if len(set(readings)) == 2:
        first, second = (f"`{year:04}-{month:02}-{day:02}`" for month, day in readings)
        why = "day and month could change places"
        raise piece.error(why, f"write {first} or {second}", "day or month first?")
    month, day = readings[0]
    return Part(year, month, day)


def _near(word: str) -> str:
    from rapidfuzz.distance import OSA

    distances = {name: OSA.distance(word, name) for name in (*_WORDS, *_NOW)}
    nearest = [f"`{name}`" for name, distance in distances.items() if distance == min(distances.values())]
    near_enough = min(distances.values()) <= min(2, len(word) // 3)
    return f"did you mean {' or '.join(nearest)}? {_ANY_FORM}" if near_enough else _ANY_FORM


def _repair(year: int, month: int | None, day: int | None) -> str:
    """Suggest what an impossible date may have meant."""
    if problem(year) or month is None:
        return f"write the year in four digits, from {_FIRST_YEAR} to {_LAST_YEAR}"
    if 1 <= month <= 12:
        last = calendar.monthrange(year, month)[1]
        return (
            f"write `{year:04}-{month:02}`, or a day from `{year:04}-{month:02}-01` to `{year:04}-{month:02}-{last}`"
        )
    if day is not None and not problem(year, day, month):
        return f"write `{year:04}-{day:02}-{month:02}`"
    if day is None and (until := year // 100 * 100 + month) > year:
        return f"write `{year:04}/{until:04}` for a range of years, or a month from `{year:04}-01` to `{year:04}-12`"
    return f"write `{year:04}`, or a month from `{year:04}-01` to `{year:04}-12`"


# --- Refusals -------------------------------------------------------------------------------------------------------


def _full_year(two_digits: int) -> int:
    return 2000 + two_digits if two_digits <= 68 else 1900 + two_digits


def refusal(piece: Piece, part: Part | None = None) -> DateError:
    """Explain why a piece of no known form, or a part that lacks its year or month, is not a date."""
    if part is not None and part.year is not None:
        return piece.error("it names a day but no month", label="which month?")
    if part is not None:
        return _no_year(piece, part)
    flat = piece.flat
    if match := re.fullmatch(r"([0-9]{4})([0-9]{2})([0-9]{2})?", flat):
        numbers = [int(group) for group in match.groups() if group]
        if not problem(*numbers):
            written = "-".join(group for group in match.groups() if group)
            return piece.error("its parts run together", f"write `{written}`", "no hyphens")
    if match := re.fullmatch(r"([0-9]{4}-[0-9]{2}-[0-9]{2})[t ][0-9].*", flat):
        return piece.error("it carries a time of day", f"write `{match[1]}`")
    if match := re.fullmatch(r"([0-9]{1,2})([-./])([0-9]{1,2})\2([0-9]{2})", flat):
        year, one, other = _full_year(int(match[4])), int(match[1]), int(match[3])
        readings = [f"`{year}-{m:02}-{d:02}`" for m, d in ((one, other), (other, one)) if not problem(year, m, d)]
        hint = f"write {' or '.join(dict.fromkeys(readings))}" if readings else _ANY_FORM
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


def _no_year(piece: Piece, part: Part) -> DateError:
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
