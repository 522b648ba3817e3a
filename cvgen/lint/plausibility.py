"""What can hardly be true within one profile: posts that begin tomorrow, grades above their scale, years apart."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator

from cvgen.build_date import source_date_epoch, utc_day
from cvgen.comparison.spelling import strip_markup
from cvgen.diagnostics import YamlPath
from cvgen.lint.finding import Finding, finding
from cvgen.loading.profile import Profile
from cvgen.profile.entry import Dated, Rank, span_of
from cvgen.profile.selection import SelectedWork
from cvgen.profile.works import WorkFields
from cvgen.values.dates import DateRange, Present, canonical, first_day, last_day

__all__ = ["find_implausible"]

_MOST_YEARS_APART = 1  # between a venue's year and the paper's date: proceedings come late
_LEAST_SCALE = 2.0  # where 1.0 is the best grade, others are greater


def find_implausible(profile: Profile) -> Iterator[Finding]:
    """Yield what can hardly be true. Today is the day of SOURCE_DATE_EPOCH where that is set."""
    epoch = source_date_epoch()
    today = utc_day(epoch) if epoch is not None else datetime.datetime.now(datetime.UTC).date()
    for path, entry in _entries(profile):
        if isinstance(entry, Dated):
            yield from _future(profile, path, entry, today)
        yield from _beyond(profile, path, entry)
    for selected in profile.selected_works():
        yield from _years_apart(selected)


def _entries(profile: Profile) -> Iterator[tuple[YamlPath, object]]:
    for number, section in enumerate(profile.file.sections):
        for index, entry in enumerate(getattr(section, "entries", ())):
            path: YamlPath = ("sections", number, "entries", index)
            yield path, entry
            yield from (
                ((*path, "positions", part), post) for part, post in enumerate(getattr(entry, "positions", ()))
            )


def _future(profile: Profile, path: YamlPath, entry: Dated, today: datetime.date) -> Iterator[Finding]:
    when = span_of(entry)
    day = (today.year, today.month, today.day)
    if isinstance(when, DateRange) and isinstance(when.end, Present) and first_day(when.start) > day:
        field = "date" if entry.date is not None else "start_date"
        words = f"it lasts to the present and begins with {canonical(when.start)}, which is still to come"
        yield finding("future-start", profile.places.span((*path, field)), words, values=(canonical(when),))


def _beyond(profile: Profile, path: YamlPath, entry: object) -> Iterator[Finding]:
    rank, grade = getattr(entry, "rank", None), getattr(entry, "gpa", None)
    if isinstance(rank, Rank) and rank.of and rank.position > rank.of:
        words = f"the rank {rank.position} is none of {rank.of}"
        yield finding("rank-beyond", profile.places.span((*path, "rank")), words, values=(words,))
    value, scale = (_number(getattr(grade, name, None)) for name in ("value", "scale"))
    if value is not None and scale is not None and scale >= _LEAST_SCALE and value > scale:
        words = f"the grade {value:g} is above its scale of {scale:g}"
        yield finding("grade-beyond", profile.places.span((*path, "gpa")), words, values=(words,))


def _number(text: str | None) -> float | None:
    return float(text.replace(",", ".")) if text and re.fullmatch(r"\d{1,4}(?:[.,]\d{1,4})?", text) else None


def _venue_year(work: WorkFields) -> int | None:
    """Return the year of a venue; of a name that holds one, that."""
    if work.venue is None or work.venue.year or work.venue.kind == "journal":
        return work.venue.year if work.venue else None
    years = re.findall(r"(?<![\w–-])(?:19|20)\d\d(?![\w–-])|(?<=[A-Za-z]['’])\d\d(?!\w)", work.venue.name or "")
    if len(years) != 1:
        return None
    return int(years[0]) if len(years[0]) == 4 else 1950 + (int(years[0]) - 50) % 100  # '24 is 2024, '98 is 1998


def _years_apart(selected: SelectedWork) -> Iterator[Finding]:
    work = selected.work
    year = _venue_year(work)
    if year is None or work.date is None:
        return
    first, last = first_day(work.date)[0], last_day(work.date)[0]
    if not first - _MOST_YEARS_APART <= year <= last + _MOST_YEARS_APART:
        title = strip_markup(work.title or "")
        words = f"`{title}` is dated {canonical(work.date)}, and its venue {year}"
        related = [(selected.span("date"), f"`{canonical(work.date)}` here")]
        yield finding("years-apart", selected.span("venue"), words, related=related, values=(title, str(year)))
