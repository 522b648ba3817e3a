"""A profile's document, with all that has to be known of the profile from then on."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from cvgen.build_date import Moment, utc_day
from cvgen.diagnostics import Diagnostic, Severity, Span
from cvgen.document.nodes import Document
from cvgen.errors import ProfileError
from cvgen.values.dates import Date, first_day, parse_date

if TYPE_CHECKING:
    from cvgen.loading.profile import Profile

__all__ = ["Draft", "document_date", "draft"]


@dataclass(frozen=True, slots=True)
class Draft:
    """A document, and what it was composed of.

    `profile` is its file; `inputs` are all files that were read for it. `day` is the document's date, `today` tells
    that it is the day of the build. `theme_span` is where the profile names its theme.
    """

    document: Document
    profile: Path | None
    inputs: tuple[Path, ...]
    day: datetime.date | None
    today: bool
    theme_span: Span
    diagnostics: tuple[Diagnostic, ...]


def draft(profile: Profile, *, variant: str | None = None, moment: Moment) -> Draft:
    """Compose `profile`, or one of its variants. Raises what `compose` raises, and `ProfileError` for its date."""
    # Here: who only presses a draft needs neither models nor what composes them.
    from cvgen.composer import compose, settings_of
    from cvgen.loading.works_files import input_files

    settings, paths = settings_of(profile, variant)
    day = document_date(settings.date, moment, profile.places.span(paths.get("date", ("document",))))
    document = compose(profile, variant=variant, date=day)
    return Draft(
        document,
        profile.path,
        tuple(input_files(profile)),
        day,
        settings.date == "today",
        profile.places.span(paths.get("theme", ("document",))),
        profile.diagnostics,
    )


def document_date(setting: str | None, moment: Moment, span: Span) -> datetime.date | None:
    """Return the document's date: a fixed one, the profile's last commit, or today's; None where none is asked for.

    Raises `ProfileError` at `span` where the commit is asked for and there is none.
    """
    if setting is None:
        return None
    if setting == "today":
        return moment.today()
    if setting == "commit":
        seconds = moment.committed if moment.fixed is None else moment.fixed
        if seconds is None:
            message = "the profile has no commit to take the date from"
            hint = "commit it to git, or write a date such as `2024-10-22`"
            raise ProfileError([Diagnostic("document-date", Severity.ERROR, span, message, (hint,))])
        return utc_day(seconds)
    when = parse_date(setting)
    # A bare year never becomes January.
    return datetime.date(*first_day(when)) if isinstance(when, Date) and when.day else None
