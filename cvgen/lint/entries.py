"""Facts of profiles that are no works, each with its place: names, posts, bullets."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from cvgen.comparison.spelling import same_employer, strip_markup
from cvgen.diagnostics import Span
from cvgen.lint.kinds import EDUCATION, INSTITUTIONS, LOCATED, POSTS, SERVICE, NamedByInstitution
from cvgen.lint.records import WorkRecord
from cvgen.loading.profile import Profile, YamlPath
from cvgen.profile.entry import Dated, Highlight, span_of
from cvgen.values.dates import When

__all__ = [
    "EVERYWHERE",
    "Post",
    "ProfileBullet",
    "Spelling",
    "bullets_of",
    "employers",
    "named_by_institution",
    "places",
    "posts_of",
    "section_entries",
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


def section_entries(profile: Profile, kind: str, *, hidden: bool = False) -> Iterator[tuple[YamlPath, Any, Any]]:
    """Yield the entries of sections of a kind, those in groups too: path, section, entry."""
    for number, section in enumerate(profile.file.sections):
        if section.kind != kind or (section.hidden and not hidden):
            continue
        holders: list[tuple[YamlPath, Any]] = [(("sections", number), section)]
        groups = enumerate(getattr(section, "groups", ()))
        holders += ((("sections", number, "groups", index), group) for index, group in groups)
        for path, holder in holders:
            for index, entry in enumerate(getattr(holder, "entries", ())):
                if hidden or not getattr(entry, "hidden", False):
                    yield (*path, "entries", index), section, entry


def _spellings_in(
    profiles: Iterable[Profile], kinds: Iterable[str], field: str, context: Sequence[str] = ()
) -> Iterator[Spelling]:
    """Yield what printed entries have in a field; the first field of `context` with a value is the context."""
    for profile in profiles:
        for kind in kinds:
            for path, _, entry in section_entries(profile, kind):
                if text := getattr(entry, field):
                    around = next((value for name in context if (value := getattr(entry, name))), "")
                    yield Spelling(text, profile.places.span((*path, field)), around)


def places(profiles: Iterable[Profile], records: Iterable[WorkRecord]) -> Iterator[Spelling]:
    """Yield every location that is printed."""
    for record in records:
        if record.shown and record.has("location"):
            deliberate = record.origin == "override"
            yield Spelling(record.work.location or "", record.place("location"), deliberate=deliberate)
    yield from _spellings_in(profiles, LOCATED, "location")


def named_by_institution(profiles: Iterable[Profile], named: NamedByInstitution) -> Iterator[Spelling]:
    """Yield every course, department or award that is printed."""
    yield from _spellings_in(profiles, (named.kind,), named.field, named.institution)


def venues(profiles: Iterable[Profile], records: Iterable[WorkRecord]) -> Iterator[Spelling]:
    """Yield every venue that has an acronym, those of services too."""
    for record in records:
        venue = record.work.venue
        if record.shown and record.has("venue") and venue and venue.acronym:
            span, deliberate = record.place("venue", "name"), record.origin == "override"
            yield Spelling(venue.name or "", span, venue.acronym, record.work.title or "", deliberate)
    yield from (one for one in _spellings_in(profiles, (SERVICE,), "venue", ("acronym",)) if one.context)


def employers(profiles: Iterable[Profile]) -> Iterator[Spelling]:
    """Yield the employers and universities that are printed."""
    for profile in profiles:
        for path, _, entry in section_entries(profile, POSTS):
            for index, organization in enumerate(entry.organization):
                yield Spelling(organization.name, _organization_span(profile, path, index))
        yield from _spellings_in([profile], INSTITUTIONS, "institution")


def _organization_span(profile: Profile, path: YamlPath, index: int) -> Span:
    """Return the place of an employer, which may be written as a name, a mapping or a list of either."""
    whole = profile.places.span((*path, "organization"))
    for tail in (("organization", index, "name"), ("organization", index), ("organization", "name")):
        span = profile.places.span((*path, *tail))
        if (span.line, span.column) != (whole.line, whole.column):
            return span
    return whole


def posts_of(profile: Profile) -> list[Post]:
    """Return the person's posts that are printed; each of several posts at one employer is one."""
    own_names = [entry.institution for _, _, entry in section_entries(profile, EDUCATION, hidden=True)]
    own_names += [profile.person.affiliation] if profile.person.affiliation else []
    found = []
    for path, section, entry in section_entries(profile, POSTS):
        names = tuple(organization.name for organization in entry.organization)
        own = all(any(same_employer(name, school) for school in own_names) for name in names)
        shown = (frozenset(section.show_in) or EVERYWHERE) & (frozenset(entry.show_in) or EVERYWHERE)
        span = _organization_span(profile, path, 0)
        parts: list[tuple[YamlPath, Dated]] = [(path, entry)]
        if entry.positions:
            parts = [((*path, "positions", index), part) for index, part in enumerate(entry.positions)]
        for where, part in parts:
            field = "date" if part.date is not None else "start_date"
            title = entry.project or getattr(part, "role", None) or names[0]
            date_span = profile.places.span((*where, field))
            found.append(Post(names, title, span_of(part), span, date_span, own, shown))
    return found


# --- Bullets --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ProfileBullet:
    """A bullet that is printed. `is_followed` where bullets stand below it, or after it in its list."""

    text: str
    path: YamlPath
    span: Span
    kind: str
    employer: str
    is_followed: bool


def bullets_of(profile: Profile) -> Iterator[ProfileBullet]:
    """Yield the bullets of sections, entries and posts that are printed."""
    for number, section in enumerate(profile.file.sections):
        if section.hidden:
            continue
        holders: list[tuple[YamlPath, Any, str]] = [(("sections", number), section, "")]
        for index, entry in enumerate(getattr(section, "entries", ())):
            if not getattr(entry, "hidden", False):
                path: YamlPath = ("sections", number, "entries", index)
                organization = entry.organization if section.kind == POSTS else ()
                employer = strip_markup(organization[0].name) if organization else ""
                holders.append((path, entry, employer))
                parts = enumerate(getattr(entry, "positions", ()))
                holders += (((*path, "positions", part), position, employer) for part, position in parts)
        for below, holder, employer in holders:
            highlights = getattr(holder, "highlights", ())
            for where, highlight, is_last in _flatten(highlights, (*below, "highlights")):
                # The text's place may be that of the bullet itself.
                span = profile.places.span((*where, "text"))
                is_followed = bool(highlight.highlights) or not is_last
                yield ProfileBullet(strip_markup(highlight.text), where, span, section.kind, employer, is_followed)


def _flatten(highlights: Sequence[Highlight], path: YamlPath) -> Iterator[tuple[YamlPath, Highlight, bool]]:
    for index, highlight in enumerate(highlights):
        yield (*path, index), highlight, index == len(highlights) - 1
        yield from _flatten(highlight.highlights, (*path, index, "highlights"))
