"""What profiles tell, each fact with its place: works, and everything that is not a work."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from cvgen.comparison.spelling import same_employer
from cvgen.diagnostics import Span, YamlPath
from cvgen.loading.profile import Profile
from cvgen.profile.entry import Dated, span_of
from cvgen.profile.places import Places
from cvgen.profile.selection import LibraryWork
from cvgen.profile.works import Work, WorkFields, WorkOverride, status_of
from cvgen.sections import shape_of
from cvgen.sections.base import Shape
from cvgen.values.dates import When

__all__ = [
    "Job",
    "Named",
    "Owned",
    "Telling",
    "awards",
    "courses",
    "departments",
    "employers",
    "entries",
    "jobs",
    "places",
    "telling_of",
    "tellings",
    "used",
    "venues",
]

Shown = frozenset[str]
EVERYWHERE: Shown = frozenset({"cv", "homepage"})


# --- Works ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Telling:
    """A work as one file tells it.

    `own` are the fields told here: all of a work that is written out, those that differ of one that a profile takes
    from a works file. `base` names what is told: the works file and id, or the place of a work written out.
    `entry` is the whole; `place(field, index)` a part of it. `shown` is false for what no output prints. `tellers`
    are the files that list it: this one, and the profiles that take it from a works file.
    """

    work: WorkFields
    own: frozenset[str]
    origin: Literal["shared", "override", "inline"]
    file: str
    base: tuple[str, str]
    entry: Span
    place: Callable[..., Span]
    tellers: frozenset[str]
    shown: bool = True

    def tells(self, field: str) -> bool:
        """Tell whether the field is told here, and with a value."""
        return field in self.own and bool(getattr(self.work, field))

    @property
    def stage(self) -> str:
        """How far the work has come: `early`, `late`, or nothing where neither status nor venue is told."""
        venue = self.work.venue
        named = venue is not None and bool(venue.name or venue.acronym)
        if not (self.work.status or named or self.work.status_text):
            return ""
        return "late" if status_of(self.work) in ("published", "accepted") else "early"


def tellings(profiles: Sequence[Profile], libraries: Iterable[Mapping[str, LibraryWork]] = ()) -> list[Telling]:
    """Return each work of each works file once, and what profiles tell themselves."""
    found: list[Telling] = []
    users: dict[tuple[str, str], set[str]] = defaultdict(set)
    for profile in profiles:
        for base in used(profile):
            users[base].add(profile.places.span(()).file)
    seen: set[tuple[str, str]] = set()
    for profile in profiles:
        found += _shared(profile.works, users, seen)
        found += _own(profile)
    for works in libraries:
        found += _shared(works, users, seen)
    return found


def _shared(
    works: Mapping[str, LibraryWork], users: Mapping[tuple[str, str], set[str]], seen: set[tuple[str, str]]
) -> Iterator[Telling]:
    every = frozenset(WorkFields.model_fields)
    for key, shared in works.items():
        base = (shared.places.span(shared.path).file, key)
        if base in seen:
            continue
        seen.add(base)
        span = shared.places.span(shared.path, key=True)
        place, shown = _placer(shared.places, shared.path), not shared.work.hidden
        tellers = frozenset({base[0], *users.get(base, ())})
        yield Telling(shared.work, every, "shared", base[0], base, span, place, tellers, shown)


def _own(profile: Profile) -> Iterator[Telling]:
    for path, section, entry in entries(profile, "works"):
        shown = not (section.hidden or getattr(entry, "hidden", False))
        span = profile.places.span(path)
        if isinstance(entry, Work):
            yield telling_of(entry, profile.places, path, span.file, shown=shown)
        elif isinstance(entry, WorkOverride) and entry.work in profile.works:
            shared = profile.works[entry.work]
            own = frozenset(entry.model_fields_set - {"work"})
            work = shared.work.model_copy(update={field: getattr(entry, field) for field in own})
            base = (shared.places.span(shared.path).file, str(shared.path[-1]))
            place, tellers = _placer(profile.places, path), frozenset({span.file})
            at = profile.places.span((*path, "work"))
            yield Telling(work, own, "override", span.file, base, at, place, tellers, shown)


def telling_of(work: WorkFields, places: Places, path: YamlPath, file: str, *, shown: bool = True) -> Telling:
    """Return the telling of a work that is written out at `path`."""
    span = places.span(path)
    base, every = (file, span.where or str(span)), frozenset(WorkFields.model_fields)
    return Telling(work, every, "inline", file, base, span, _placer(places, path), frozenset({file}), shown)


def _placer(places: Places, path: YamlPath) -> Callable[..., Span]:
    return lambda *parts: places.span((*path, *parts))


def entries(
    profile: Profile, *forms: str, kind: str = "", hidden: bool = True
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


def used(profile: Profile) -> set[tuple[str, str]]:
    """Return the works of works files that the profile's publications list, even in sections that are hidden."""
    return {
        (selected.shared.places.span(selected.shared.path).file, selected.key)
        for number, section in profile.works_sections()
        for selected in profile.works_of(number, section)
        if selected.shared
    }


# --- Everything else ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Named:
    """A name of something and its place; `on_purpose` where a profile says otherwise what a works file says."""

    text: str
    span: Span
    on_purpose: bool = False


@dataclass(frozen=True, slots=True)
class Owned:
    """What an institution names: a course, a department, an award. The institution may be unknown."""

    name: Named
    institution: str


@dataclass(frozen=True, slots=True)
class Job:
    """A post. `names` are the employers, `own` is true at the person's own university, `kept` where it is shown."""

    names: tuple[str, ...]
    title: str
    when: When | None
    span: Span
    date_span: Span
    own: bool
    kept: Shown


def places(profiles: Sequence[Profile], told: Iterable[Telling]) -> Iterator[Named]:
    """Yield every location that is printed."""
    for telling in told:
        if telling.shown and telling.tells("location"):
            assert telling.work.location
            yield Named(telling.work.location, telling.place("location"), telling.origin == "override")
    for profile in profiles:
        for path, section, entry in entries(profile, hidden=False):
            field = shape_of(section.kind).location
            if field and getattr(entry, field):
                yield Named(getattr(entry, field), profile.places.span((*path, field)))


def courses(profiles: Sequence[Profile]) -> Iterator[Owned]:
    """Yield every course that is printed."""
    yield from _owned(profiles, "course", lambda shape: shape.title)


def departments(profiles: Sequence[Profile]) -> Iterator[Owned]:
    """Yield every school or department of a university that is printed."""
    yield from _owned(profiles, "degree", lambda shape: shape.department)


def awards(profiles: Sequence[Profile]) -> Iterator[Owned]:
    """Yield every honor that is printed."""
    yield from _owned(profiles, "award", lambda shape: shape.title)


def _owned(profiles: Sequence[Profile], form: str, role: Callable[[Shape], str]) -> Iterator[Owned]:
    for profile in profiles:
        for path, section, entry in entries(profile, form, hidden=False):
            shape = shape_of(section.kind)
            field = role(shape)
            if field and (text := getattr(entry, field)):
                owner = next(iter(_organizations(entry, shape)), "")
                yield Owned(Named(text, profile.places.span((*path, field))), owner)


def _organizations(entry: Any, shape: Shape) -> tuple[str, ...]:  # noqa: ANN401 - of any kind's model
    """Return the names of the organizations of an entry: of several for a joint post."""
    value = next((value for field in shape.organization if (value := getattr(entry, field))), ())
    return (value,) if isinstance(value, str) else tuple(organization.name for organization in value)


def venues(profiles: Sequence[Profile], told: Iterable[Telling]) -> Iterator[tuple[str, Named, str]]:
    """Yield the acronym, the name and the paper of every venue that has an acronym, those of services too."""
    for telling in told:
        venue = telling.work.venue
        if telling.shown and telling.tells("venue") and venue and venue.acronym:
            name = Named(venue.name or "", telling.place("venue", "name"), telling.origin == "override")
            yield venue.acronym, name, telling.work.title or ""
    for profile in profiles:
        for path, section, entry in entries(profile, "duty", hidden=False):
            shape = shape_of(section.kind)
            if shape.acronym and (acronym := getattr(entry, shape.acronym)):
                for full in _organizations(entry, shape):
                    yield acronym, Named(full, profile.places.span((*path, shape.organization[0]))), ""


def employers(profiles: Sequence[Profile]) -> Iterator[Named]:
    """Yield the employers and universities that are printed."""
    for profile in profiles:
        for path, section, entry in entries(profile, "position", "degree", "course", "student", hidden=False):
            shape = shape_of(section.kind)
            for index, name in enumerate(_organizations(entry, shape)):
                yield Named(name, _organization_span(profile, (*path, shape.organization[0]), index))


def _organization_span(profile: Profile, path: YamlPath, index: int) -> Span:
    """Return the place of an employer, which may be written as a name, a mapping or a list of either."""
    whole = profile.places.span(path)
    for tail in ((index, "name"), (index,), ("name",)):
        span = profile.places.span((*path, *tail))
        if (span.line, span.column) != (whole.line, whole.column):
            return span
    return whole


def jobs(profile: Profile) -> list[Job]:
    """Return the person's posts that are printed; each of several posts at one employer is one."""
    degrees = entries(profile, "degree")
    schools = [name for _, section, entry in degrees for name in _organizations(entry, shape_of(section.kind))]
    affiliation = [profile.person.affiliation] if profile.person.affiliation else []
    found = []
    for path, section, entry in entries(profile, "position", hidden=False):
        shape = shape_of(section.kind)
        names = _organizations(entry, shape)
        own = all(_is_own(name, [*schools, *affiliation]) for name in names)
        kept = (frozenset(section.show_in) or EVERYWHERE) & (frozenset(entry.show_in) or EVERYWHERE)
        span = _organization_span(profile, (*path, shape.organization[0]), 0)
        posts: list[tuple[YamlPath, Dated]] = [(path, entry)]
        if positions := getattr(entry, "positions", ()):
            posts = [((*path, "positions", index), post) for index, post in enumerate(positions)]
        for where, post in posts:
            field = "date" if post.date is not None else "start_date"
            title = getattr(entry, "project", None) or getattr(post, shape.title, None) or names[0]
            date_span = profile.places.span((*where, field))
            found.append(Job(names, title, span_of(post), span, date_span, own, kept))
    return found


def _is_own(name: str, schools: Sequence[str]) -> bool:
    return any(same_employer(name, school) for school in schools)
