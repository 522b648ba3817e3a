"""A finding: a diagnostic that also knows, without a word of English, what it is about."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from cvgen.diagnostics import Diagnostic, Severity, Span

__all__ = ["Finding", "capped", "finding"]

_MOST_RELATED = 4
_ERROR, _WARNING, _NOTE = Severity.ERROR, Severity.WARNING, Severity.NOTE

# Of each code, the usual severity and hint.
_RULES = {
    "against-extra": (_NOTE, "add it to the profile, or take it off the page"),
    "against-missing": (_NOTE, "add it when the page is next changed"),
    "against-unread": (_WARNING, "`cvgen check` of the file itself says what is wrong with it"),
    "author-spelling": (_WARNING, "write the name as its bearer does, everywhere"),
    "award-spelling": (_WARNING, "write the award's name as its giver does"),
    "course-spelling": (_WARNING, "write the course's name as the university does"),
    "department-spelling": (_WARNING, "write the name as the university does"),
    "employer-spelling": (_WARNING, "write the name one way"),
    "empty-label": (_WARNING, "write what belongs there, or delete the label"),
    "empty-section": (_NOTE, "fill it, or take its heading out"),
    "entry-dates": (_WARNING, "correct the dates that are wrong"),
    "future-start": (_WARNING, "correct the date, or write when it ends"),
    "grade-beyond": (_WARNING, "correct the grade or its scale"),
    "job-dates": (_WARNING, "correct the dates that are wrong"),
    "job-overlap": (_WARNING, "correct the dates, or say in the entry that it was part-time"),
    "place-spelling": (_WARNING, "write the place one way"),
    "rank-beyond": (_WARNING, "write the place before the number of all, as in `5/205`"),
    "same-bullet": (_WARNING, "say of each post what was done there"),
    "shared-link": (_ERROR, "follow it, and correct the entry that it does not belong to"),
    "stale-baseline": (_NOTE, "take the line out, or write the baseline anew"),
    "unused-work": (_NOTE, "list it, or leave it for those to come"),
    "venue-spelling": (_WARNING, "write the venue's name as its proceedings do"),
    "work-authors": (_ERROR, "correct the list that is wrong; if the authors changed on its way, accept this"),
    "work-date": (_WARNING, "agree on one of the two"),
    "work-former-title": (_NOTE, "write the new title when this list is next changed"),
    "work-link": (_ERROR, "follow both, and correct the wrong one"),
    "work-marks": (_WARNING, "put the stars where the paper has them"),
    "work-place": (_ERROR, "correct the place that is wrong"),
    "work-renamed": (_WARNING, "if it was renamed, write the new title, or add this one to its `former_titles`"),
    "work-status": (_WARNING, "update what is older, or accept it if the list is meant to stay as it was"),
    "work-title": (_WARNING, "write the title as the paper has it; an earlier title belongs into `former_titles`"),
    "work-twice": (_WARNING, "delete one of the two"),
    "work-venue": (_ERROR, "write the venue as its proceedings do, the same everywhere"),
    "years-apart": (_WARNING, "correct the year or the date that is wrong"),
}


@dataclass(frozen=True, slots=True)
class Finding(Diagnostic):
    """A disagreement. `values` are its normalised contents, of which its fingerprint is made: words may change."""

    values: tuple[str, ...] = ()

    @property
    def about(self) -> tuple[str, ...]:
        """Its contents."""
        return self.values


def finding(
    code: str,
    span: Span,
    message: str,
    *,
    related: Iterable[tuple[Span, str]] = (),
    values: Iterable[str] = (),
    severity: Severity | None = None,
    hint: str | None = None,
) -> Finding:
    """Make a finding, with its code's severity and hint if none are given; of `related` the first few are kept."""
    usual_severity, usual_hint = _RULES[code]
    places = tuple(dict.fromkeys(related))[:_MOST_RELATED]
    return Finding(code, severity or usual_severity, span, message, (hint or usual_hint,), "", places, tuple(values))


def capped(severity: Severity, *, shown: bool) -> Severity:
    """Make an error a warning where one side is printed nowhere."""
    return Severity.WARNING if severity is Severity.ERROR and not shown else severity
