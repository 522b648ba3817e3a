"""Which works a section lists: those that it names, and those that filters select."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Literal, Protocol

from pydantic import Field

from cvgen.diagnostics import Span, YamlPath
from cvgen.profile.fields import Before, Count, Flag, Identifier, ListOf, Model, OneOrMore, optional
from cvgen.profile.places import Places
from cvgen.profile.works import (
    PublicationEntry,
    Status,
    VenueKind,
    Work,
    WorkFields,
    WorkOverride,
    match_owner,
    status_of,
)
from cvgen.values.dates import last_day
from cvgen.values.name_matching import Owner

__all__ = [
    "LibraryWork",
    "PublicationsChange",
    "SelectedWork",
    "Selection",
    "SelectionLike",
    "WorkFilter",
    "WorksSection",
    "fits",
    "work_kind",
    "works_of_section",
    "year_of",
]


def _wrap(value: object) -> object:
    return (value,) if isinstance(value, str | int) else value


class WorkFilter(Model):
    """Works that fit all that is said here."""

    ids: Annotated[tuple[Identifier, ...], OneOrMore] = Field((), description="The works of these ids.")
    tags: Annotated[tuple[Identifier, ...], OneOrMore] = Field(
        (), description="Works that bear one of these tags.", examples=["systems"]
    )
    years: Annotated[tuple[Count, ...], ListOf(_wrap)] = Field(
        (), description="Works of these years.", examples=[[2023, 2024]]
    )
    since: Count | None = optional("Works of this year or later, and those without a date.", 2023)
    until: Count | None = optional("Works of this year or earlier.", 2022)
    kinds: Annotated[tuple[VenueKind, ...], OneOrMore] = Field(
        (), description="Works of these kinds of venue.", examples=[["conference", "journal"]]
    )
    statuses: Annotated[tuple[Status, ...], OneOrMore] = Field(
        (), description="Works that have come this far.", examples=[["published", "accepted"]]
    )
    selected: Flag = Field(False, description="Only works that say `selected: true`.")


class Selection(WorkFilter):
    """Works of the works files, chosen by rules; `mine` alone will do."""

    all: Literal["mine"] = Field(
        "mine",
        description="All with the profile's own person among the authors, the rule unless `ids` names works.",
    )


def _as_selection(value: object) -> object:
    return {"all": value} if isinstance(value, str) else value


SelectionLike = Annotated[Selection, Before(_as_selection)]


class PublicationsChange(WorkFilter):
    """What a variant says of all publications sections: which of their works it takes, and how it lists them."""

    exclude: Annotated[tuple[Identifier, ...], OneOrMore] = Field((), description="Ids of works to leave out.")
    limit: Count | None = optional("Show at most this many works.")
    sort: Literal["manual", "date", "end-date", "first-author-first"] | None = optional(
        "The order: as written, the newest first, or those as (equal) first author before the rest."
    )
    group_by: Literal["none", "year", "kind", "status"] | None = optional("Put the works under subheadings.")
    numbering: Literal["none", "ascending", "descending", "by-kind"] | None = optional("Number the works.")
    layout: Literal["entries", "paragraphs"] | None = optional("Headings, or paragraphs as in lists of references.")
    et_al: Count | None = optional("Cut author lists after this many names; the profile's own person is never cut.")
    venue: Literal["full", "acronym", "both"] | None = optional("How venues are named.")
    links: Literal["full"] | Flag | None = optional("Whether links are printed ([PDF] [Slides]), or `full`.")
    details: Flag | None = optional(
        "Whether what a reference list says is printed: editors, volume, pages, publisher."
    )


def year_of(work: WorkFields) -> int | None:
    """Return the year that a work is listed under, None if it has no date."""
    if work.group_year:
        return work.group_year
    return last_day(work.date)[0] if work.date is not None else None


def work_kind(work: WorkFields) -> str:
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
        and (not rules.kinds or work_kind(work) in rules.kinds)
        and (not rules.statuses or status_of(work) in rules.statuses)
        and (not rules.selected or work.selected)
    )


@dataclass(frozen=True, slots=True)
class LibraryWork:
    """A work of a works file, and where its fields stand: below `path` in `places`.

    `is_volume` tells that it is there for the papers in it, and no work of those who are named.
    """

    work: Work
    places: Places
    path: YamlPath
    is_volume: bool = False


class WorksSection(Protocol):
    """A section of any kind whose shape is `works`."""

    @property
    def entries(self) -> tuple[PublicationEntry, ...]:
        """The works that it names or holds."""

    @property
    def select(self) -> Selection | None:
        """Rules for works of the works files."""

    @property
    def exclude(self) -> tuple[str, ...]:
        """Ids of works to leave out."""


@dataclass(frozen=True, slots=True)
class SelectedWork:
    """A work as a section lists it, and where each of its fields stands.

    `key` is its id, empty for one that has none; `entry` is the place in the profile that selects it, and `own` are
    the fields that the profile itself sets.
    """

    work: Work
    key: str
    entry: YamlPath
    profile: Places
    shared: LibraryWork | None = None
    own: frozenset[str] = frozenset()

    @property
    def origin(self) -> Span:
        """The place in the profile that selects it."""
        return self.profile.span(self.entry)

    def span(self, field: str, *below: str | int) -> Span:
        """Return the place of a field, or of a value below it."""
        if self.shared is None or field in self.own:
            return self.profile.span((*self.entry, field, *below))
        return self.shared.places.span((*self.shared.path, field, *below))


def works_of_section(
    section: WorksSection,
    path: YamlPath,
    places: Places,
    library: Mapping[str, LibraryWork],
    owner: Owner,
    change: PublicationsChange | None = None,
) -> Iterator[SelectedWork]:
    """Yield the works of the section at `path`, as `change` narrows them: its entries, then what its rules select.

    Works that a list names stand once, in its order; selected ones follow in the order of the works files.
    """
    excluded = {*section.exclude, *(change.exclude if change else ())}
    named = (
        _named_work(entry, (*path, "entries", index), places, library) for index, entry in enumerate(section.entries)
    )
    listed = [work for work in named if work]
    keys = {work.key for work in listed}
    if rules := section.select:
        listed += (
            SelectedWork(shared.work, key, (*path, "select"), places, shared)
            for key, shared in library.items()
            if key not in keys and fits(shared.work, key, rules) and (rules.ids or _is_by(shared, owner))
        )
    for selected in listed:
        if selected.key not in excluded and (change is None or fits(selected.work, selected.key, change)):
            yield selected


def _named_work(
    entry: PublicationEntry, path: YamlPath, places: Places, library: Mapping[str, LibraryWork]
) -> SelectedWork | None:
    if isinstance(entry, Work):
        return SelectedWork(entry, entry.id or "", path, places)
    key = entry.work if isinstance(entry, WorkOverride) else entry
    shared = library.get(key)
    if shared is None:  # unknown or wrong, which the library reports
        return None
    own = entry.model_fields_set - {"work"} if isinstance(entry, WorkOverride) else frozenset[str]()
    work = shared.work.model_copy(update={field: getattr(entry, field) for field in own}) if own else shared.work
    return SelectedWork(work, key, path, places, shared, frozenset(own))


def _is_by(shared: LibraryWork, owner: Owner) -> bool:
    return not shared.is_volume and bool(match_owner(shared.work, owner).exact)
