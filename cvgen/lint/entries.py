"""Facts of profiles that are no works, each with its place: names, posts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

from cvgen.comparison.spelling import same_employer
from cvgen.comparison.works import title_key
from cvgen.diagnostics import Span, YamlPath
from cvgen.lint.records import WorkRecord
from cvgen.loading.profile import Profile
from cvgen.profile.entry import Dated, span_of
from cvgen.profile.selection import year_of
from cvgen.sections import shape_of
from cvgen.sections.base import Form, Shape
from cvgen.values.dates import When

__all__ = [
    "EVERYWHERE",
    "Post",
    "Spelling",
    "employers",
    "named_by_institution",
    "organizations_of",
    "outputs_of",
    "outputs_that_show",
    "places",
    "posts_of",
    "section_entries",
    "titles_in",
    "venues",
]

Shown = frozenset[str]
EVERYWHERE: Shown = frozenset({"cv", "homepage"})


@dataclass(frozen=True, slots=True)
class Spelling:
    """A name as it is written somewhere.

    `context` is what the name is of: the institution that gives it, a venue's acronym; empty where that is unknown.
    `work` is the work that a venue is of. `deliberate` where a profile overrides what a works file says.
    """

    text: str
    span: Span
    context: str = ""
    work: str = ""
    deliberate: bool = False


@dataclass(frozen=True, slots=True)
class Post:
    """A post. `names` are the employers; `own` if it is at the person's own university; `shown` are the outputs."""

    names: tuple[str, ...]
    title: str
    when: When | None
    span: Span
    date_span: Span
    own: bool
    shown: Shown


def section_entries(
    profile: Profile, *forms: Form, kind: str = "", hidden: bool = False
) -> Iterator[tuple[YamlPath, Any, Any]]:
    """Yield the entries of sections of one of the forms, or of a kind, those in groups too: path, section, entry."""
    for number, section in enumerate(profile.file.sections):
        if (section.hidden and not hidden) or section.kind != (kind or section.kind):
            continue
        if forms and shape_of(section.kind).form not in forms:
            continue
        holders: list[tuple[YamlPath, Any]] = [(("sections", number), section)]
        groups = enumerate(getattr(section, "groups", ()))
        holders += ((("sections", number, "groups", index), group) for index, group in groups)
        for path, holder in holders:
            for index, entry in enumerate(getattr(holder, "entries", ())):
                if hidden or not getattr(entry, "hidden", False):
                    yield (*path, "entries", index), section, entry


def outputs_that_show(*parts: Any) -> Shown:  # noqa: ANN401 - of any kind's model
    """Return the outputs that print an entry of a section: those that both are for."""
    return EVERYWHERE.intersection(*(part.show_in for part in parts if part.show_in))


def outputs_of(profile: Profile) -> tuple[str, ...]:
    """Return the outputs that a profile tells apart; one stands for all where it does not."""
    sections = profile.file.sections
    tells = any(section.show_in for section in sections) or any(
        outputs_that_show(section, entry) != EVERYWHERE
        for _, section, entry in section_entries(profile)
        if hasattr(entry, "show_in")
    )
    return ("cv", "homepage") if tells else ("cv",)


def titles_in(profile: Profile, output: str) -> Iterator[str]:
    """Yield the titles, as keys, of the works that an output lists."""
    for number, section in profile.works_sections():
        whole = profile.file.sections[number]
        if whole.hidden or output not in outputs_that_show(whole):
            continue
        since = getattr(whole, "since", None) or 0
        for found in profile.works_of(number, section):
            if output in outputs_that_show(found.work) and (year_of(found.work) or 9999) >= since:
                yield title_key(found.work)


def organizations_of(entry: Any, shape: Shape) -> tuple[str, ...]:  # noqa: ANN401 - of any kind's model
    """Return the names of the organizations of an entry: of several for a joint post."""
    value = next((value for field in shape.organization if (value := getattr(entry, field))), ())
    if isinstance(value, str):
        return (value,)
    return tuple(organization if isinstance(organization, str) else organization.name for organization in value)


def places(profiles: Iterable[Profile], records: Iterable[WorkRecord]) -> Iterator[Spelling]:
    """Yield every location that is printed."""
    for record in records:
        if record.shown and record.has("location"):
            deliberate = record.origin == "override"
            yield Spelling(record.work.location or "", record.place("location"), deliberate=deliberate)
    yield from _with_role(profiles, "location")


def named_by_institution(
    profiles: Iterable[Profile], form: Form, role: Literal["title", "department"]
) -> Iterator[Spelling]:
    """Yield every course, department or award that is printed."""
    yield from _with_role(profiles, role, form)


def _with_role(
    profiles: Iterable[Profile], role: Literal["title", "department", "location"], *forms: Form
) -> Iterator[Spelling]:
    """Yield what plays a role in printed entries, with the organization that it is of."""
    for profile in profiles:
        for path, section, entry in section_entries(profile, *forms):
            shape = shape_of(section.kind)
            field = getattr(shape, role)
            if field and (text := getattr(entry, field)):
                organization = next(iter(organizations_of(entry, shape)), "")
                yield Spelling(text, profile.places.span((*path, field)), organization)


def venues(profiles: Iterable[Profile], records: Iterable[WorkRecord]) -> Iterator[Spelling]:
    """Yield every venue that has an acronym, those of services too."""
    for record in records:
        venue = record.work.venue
        if record.shown and record.has("venue") and venue and venue.acronym:
            span, deliberate = record.place("venue", "name"), record.origin == "override"
            yield Spelling(venue.name or "", span, venue.acronym, record.work.title or "", deliberate)
    for profile in profiles:
        for path, section, entry in section_entries(profile, "duty"):
            shape = shape_of(section.kind)
            if shape.acronym and (acronym := getattr(entry, shape.acronym)):
                for name in organizations_of(entry, shape):
                    yield Spelling(name, profile.places.span((*path, shape.organization[0])), acronym)


def employers(profiles: Iterable[Profile]) -> Iterator[Spelling]:
    """Yield the employers and universities that are printed."""
    for profile in profiles:
        for path, section, entry in section_entries(profile, "position", "degree", "course", "student"):
            shape = shape_of(section.kind)
            for index, name in enumerate(organizations_of(entry, shape)):
                yield Spelling(name, _organization_span(profile, (*path, shape.organization[0]), index))


def _organization_span(profile: Profile, path: YamlPath, index: int) -> Span:
    """Return the place of an employer, which may be written as a name, a mapping or a list of either."""
    whole = profile.places.span(path)
    for tail in ((index, "name"), (index,), ("name",)):
        span = profile.places.span((*path, *tail))
        if (span.line, span.column) != (whole.line, whole.column):
            return span
    return whole


def posts_of(profile: Profile) -> list[Post]:
    """Return the person's posts that are printed; each of several posts at one employer is one."""
    degrees = section_entries(profile, "degree", hidden=True)
    own_names = [name for _, section, entry in degrees for name in organizations_of(entry, shape_of(section.kind))]
    own_names += [profile.person.affiliation] if profile.person.affiliation else []
    found = []
    for path, section, entry in section_entries(profile, "position"):
        shape = shape_of(section.kind)
        names = organizations_of(entry, shape)
        own = all(any(same_employer(name, school) for school in own_names) for name in names)
        shown = (frozenset(section.show_in) or EVERYWHERE) & (frozenset(entry.show_in) or EVERYWHERE)
        span = _organization_span(profile, (*path, shape.organization[0]), 0)
        parts: list[tuple[YamlPath, Dated]] = [(path, entry)]
        if positions := getattr(entry, "positions", ()):
            parts = [((*path, "positions", index), part) for index, part in enumerate(positions)]
        for where, part in parts:
            field = "date" if part.date is not None else "start_date"
            title = getattr(entry, "project", None) or getattr(part, shape.title, None) or names[0]
            date_span = profile.places.span((*where, field))
            found.append(Post(names, title, span_of(part), span, date_span, own, shown))
    return found
