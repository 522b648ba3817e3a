"""Words and dates in the document's language.

Our own words lie in the TOML files; what a language lacks is taken from English. `months.json` holds CLDR's month
names as Babel gives them: they do not change, and loading Babel takes longer than composing a CV. Babel is asked for
a language that is not there. tests/test_composer.py compares them, and writes them anew with `--update-golden`.
"""

from __future__ import annotations

import functools
import json
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from cvgen.values.dates import (
    AcademicYear,
    Approximate,
    Date,
    DateList,
    DateRange,
    Expected,
    FreeDate,
    Present,
    Term,
    When,
    canonical,
)

__all__ = ["Locale", "languages", "load_locale"]

_FOLDER = Path(__file__).parent


@functools.cache
def languages() -> tuple[str, ...]:
    """Return the languages there are words for."""
    return tuple(tag for tag in _files() if "-" not in tag)


def _files() -> tuple[str, ...]:
    """Return the tags of all files: of languages, and of regions that write some things otherwise (`en-GB`)."""
    return tuple(sorted(path.stem for path in _FOLDER.glob("*.toml")))


@dataclass(frozen=True, slots=True)
class Locale:
    """One language's words. `tag` is what the profile asked for, `language` the words' file.

    `missing` are the groups and keys that the file lacks, for which `table` has English words. `months` says how
    months are printed: `short`, `long`, `number`, or `none` for years alone.
    """

    tag: str
    language: str
    table: Mapping[str, Mapping[str, str]]
    missing: tuple[tuple[str, str], ...] = ()
    months: str = "short"

    def word(self, key: str, group: str = "words") -> str:
        """Return one of the words of `<language>.toml`."""
        return self.table[group][key]

    def title(self, kind: str) -> str:
        """Return the heading of a kind of section; its name where there is none in any language."""
        return self.table["sections"].get(kind) or kind.replace("_", " ").capitalize()

    def month(self, number: int) -> str:
        """Return the month's name, abbreviated unless it is short.

        >>> [load_locale("en").month(number) for number in (4, 5, 6, 9)]
        ['Apr.', 'May', 'Jun.', 'Sep.']
        """
        full, short = _months(self.language)
        date = self.table["date"]
        if self.months == "long" or len(full[number - 1]) <= int(date["full_month_letters"]):
            return full[number - 1]
        mark = date["abbreviation_mark"]
        return short[number - 1].removesuffix(mark) + mark  # of some languages, CLDR has names with the mark

    def long_date(self, day: Date) -> str:
        """Return a day with the month's full name, as a document is dated.

        >>> load_locale("en").long_date(Date(2024, 10, 22))
        'October 22, 2024'
        """
        if not day.month or not day.day:
            return self.date(day)
        month = _months(self.language)[0][day.month - 1]
        return self.table["date"]["day_month_year"].format(month=month, year=day.year, day=day.day)

    def date(self, when: When | None) -> str:
        """Return a date in words, with the precision it has.

        >>> from cvgen.values.dates import PRESENT
        >>> load_locale("en").date(DateRange(Date(2023, 9), PRESENT))
        'Sep. 2023 – Present'
        >>> load_locale("en").date(DateRange(Date(2024, 4, 16), Date(2024, 4, 18)))
        'Apr. 16–18, 2024'
        """
        table = self.table["date"]
        match when:
            case None:
                return ""
            case Present():
                return table["present"]
            case Term(year=year, season=season, spans=spans):
                shown = f"{year}/{(year + 1) % 100:02}" if spans else year
                return table["term"].format(season=self.word(season.name.lower(), "seasons"), year=shown)
            case Date():
                return self._day(when)
            case DateRange(start=start, end=end):
                return self._range(start, end)
            case Expected(date=date):
                return table["expected"].format(date=self.date(date))
            case Approximate(date=date):
                return table["approximate"].format(date=self.date(date))
            case DateList(items=items):
                return self.word("comma").join(dict.fromkeys(map(self.date, items)))
            case AcademicYear() | FreeDate():
                return canonical(when)

    def _day(self, when: Date) -> str:
        table, month = self.table["date"], when.month
        if month is None or self.months == "none":
            return str(when.year)
        if self.months == "number":
            return f"{month:02}/{when.year}" if when.day is None else canonical(when)
        if when.day is None:
            return table["month_year"].format(month=self.month(month), year=when.year)
        return table["day_month_year"].format(month=self.month(month), year=when.year, day=when.day)

    def _range(self, start: Date | Approximate, end: Date | Present | Expected | Approximate) -> str:
        table = self.table["date"]
        if self.date(start) == self.date(end):
            return self.date(start)
        if not isinstance(start, Date) or not isinstance(end, Date) or self.months in ("number", "none"):
            return table["range"].format(start=self.date(start), end=self.date(end))
        if start.day and end.day and start.month and start.year == end.year:
            if start.month == end.month:
                month = self.month(start.month)
                return table["days"].format(month=month, start=start.day, end=end.day, year=start.year)
            first = self.date(start).replace(f", {start.year}", "").removesuffix(f" {start.year}")
            return f"{first} – {self.date(end)}"
        return table["range"].format(start=self.date(start), end=self.date(end))


@functools.cache
def _months(language: str) -> tuple[Sequence[str], Sequence[str]]:
    """Return the full and the abbreviated month names: English ones where CLDR does not know the language."""
    names = json.loads((_FOLDER / "months.json").read_bytes()).get(language)
    if names is not None:
        return names["wide"], names["abbreviated"]
    import babel

    try:
        months = babel.Locale(language).months["format"]
    except babel.UnknownLocaleError:
        return _months("en")
    return list(months["wide"].values()), list(months["abbreviated"].values())


@functools.cache
def load_locale(tag: str) -> Locale:
    """Return the words for a BCP 47 tag, by its language part. Raises `KeyError` where there are none."""
    language = tag.replace("_", "-").split("-")[0].lower()
    if language not in languages():
        raise KeyError(tag)
    own, english = _words(language), _words("en")
    region = next((file for file in _files() if "-" in file and tag.replace("_", "-").lower() == file.lower()), "")
    regional = _words(region) if region else {}
    table = {group: words | own.get(group, {}) | regional.get(group, {}) for group, words in english.items()}
    missing = ((group, key) for group, words in english.items() for key in words if key not in own.get(group, {}))
    return Locale(tag, language, table, tuple(missing))


@functools.cache
def _words(language: str) -> dict[str, dict[str, str]]:
    return tomllib.loads((_FOLDER / f"{language}.toml").read_text("utf-8"))
