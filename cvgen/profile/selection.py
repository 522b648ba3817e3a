"""Which works a publications section takes: filters, for sections and for variants."""

from typing import Annotated, Literal

from cvgen.profile.fields import Before, Count, Flag, Identifier, Model, OneOrMore
from cvgen.profile.works import Status, VenueKind, WorkFields, status_of
from cvgen.values.dates import last_day

__all__ = ["PublicationsChange", "Selection", "SelectionLike", "WorkFilter", "fits", "kind_of", "year_of"]


def _wrap(value: object) -> object:
    return (value,) if isinstance(value, str | int) else value


class WorkFilter(Model):
    """Works that fit all that is said here."""

    ids: Annotated[tuple[Identifier, ...], OneOrMore] = ()
    """The works of these ids."""
    tags: Annotated[tuple[Identifier, ...], OneOrMore] = ()
    """Works that bear one of these tags. Example: systems"""
    years: Annotated[tuple[Count, ...], Before(_wrap)] = ()
    """Works of these years. Example: [2023, 2024]"""
    since: Count | None = None
    """Works of this year or later, and those without a date. Example: 2023"""
    until: Count | None = None
    """Works of this year or earlier. Example: 2022"""
    kinds: Annotated[tuple[VenueKind, ...], OneOrMore] = ()
    """Works of these kinds of venue. Example: [conference, journal]"""
    statuses: Annotated[tuple[Status, ...], OneOrMore] = ()
    """Works that have come this far. Example: [published, accepted]"""
    selected: Flag = False
    """Only works that say `selected: true`."""


class Selection(WorkFilter):
    """Works of the works files, chosen by rules; `mine` alone will do."""

    all: Literal["mine"] = "mine"
    """All with the profile's own person among the authors, which is the rule unless `ids` names works."""


def _as_selection(value: object) -> object:
    return {"all": value} if isinstance(value, str) else value


SelectionLike = Annotated[Selection, Before(_as_selection)]


class PublicationsChange(WorkFilter):
    """What a variant says of all publications sections: which of their works it takes, and how it lists them."""

    exclude: Annotated[tuple[Identifier, ...], OneOrMore] = ()
    """Ids of works to leave out."""
    limit: Count | None = None
    """Show at most this many works."""
    sort: Literal["manual", "date", "end-date", "first-author-first"] | None = None
    """The order: as written, the newest first, or those as (equal) first author before the rest."""
    group_by: Literal["none", "year", "kind", "status"] | None = None
    """Put the works under subheadings."""
    numbering: Literal["none", "ascending", "descending"] | None = None
    """Number the works."""
    et_al: Count | None = None
    """Cut author lists after this many names; the profile's own person is never cut."""
    venue: Literal["full", "acronym", "both"] | None = None
    """How venues are named."""
    links: Flag | None = None
    """Whether links are printed ([PDF] [Slides])."""
    details: Flag | None = None
    """Whether volume, number and pages are printed."""


def year_of(work: WorkFields) -> int | None:
    """Return the year that a work is listed under, None if it has no date."""
    if work.group_year:
        return work.group_year
    return last_day(work.date)[0] if work.date is not None else None


def kind_of(work: WorkFields) -> str:
    """Return the kind that a work is listed under: its venue's, or `preprint` where it has not appeared."""
    if status_of(work) == "preprint":
        return "preprint"
    return (work.venue.kind if work.venue else None) or "other"


def fits(work: WorkFields, key: str, rules: WorkFilter) -> bool:
    """Tell whether the work with the id `key` fits all that the filter says."""
    year = year_of(work)
    return (
        (not rules.ids or key in rules.ids)
        and (not rules.tags or bool(set(rules.tags) & set(work.tags)))
        and (not rules.years or year in rules.years)
        and (rules.since is None or (year or 9999) >= rules.since)
        and (rules.until is None or (year is not None and year <= rules.until))
        and (not rules.kinds or kind_of(work) in rules.kinds)
        and (not rules.statuses or status_of(work) in rules.statuses)
        and (not rules.selected or work.selected)
    )
