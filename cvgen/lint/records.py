"""Records of works: what each file says of a work, with its place."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from cvgen.comparison.spelling import raw_name
from cvgen.diagnostics import Span, YamlPath
from cvgen.loading.profile import Profile
from cvgen.profile.places import Places
from cvgen.profile.selection import LibraryWork
from cvgen.profile.works import Work, WorkFields, WorkOverride, status_of

__all__ = ["WorkRecord", "listed_works", "record_of", "records_of"]

_EVERY_FIELD = frozenset(WorkFields.model_fields)


@dataclass(frozen=True, eq=False)
class WorkRecord:
    """What one file says of a work.

    `own` are the fields that stand there: all of a work that is written out, those that differ where a profile
    overrides a work of a works file. `base` identifies the work: its works file and id, or the place where it is
    written out. `entry` is the place of the whole; `place(field, index)` that of a part. `files` are the files that
    list it: this one, and the profiles that take it from a works file. `shown` is false for what no output prints.
    """

    work: WorkFields
    own: frozenset[str]
    origin: Literal["shared", "override", "inline"]
    file: str
    base: tuple[str, str]
    entry: Span
    place: Callable[..., Span]
    files: frozenset[str]
    shown: bool = True

    def has(self, field: str) -> bool:
        """Tell whether the field stands here, and with a value."""
        return field in self.own and bool(getattr(self.work, field))

    @property
    def authors(self) -> list[str]:
        """The names of the authors, as written."""
        return [raw_name(author.name) for author in self.work.authors]

    @property
    def stage(self) -> str:
        """How far the work has come: `early`, `late`, or nothing where there is neither status nor venue."""
        venue = self.work.venue
        named = venue is not None and bool(venue.name or venue.acronym)
        if not (self.work.status or named or self.work.status_text):
            return ""
        return "late" if status_of(self.work) in ("published", "accepted") else "early"


def records_of(profiles: Sequence[Profile], libraries: Iterable[Mapping[str, LibraryWork]] = ()) -> list[WorkRecord]:
    """Return the records of profiles and works files; a works file that several profiles name is read once."""
    found: list[WorkRecord] = []
    users: dict[tuple[str, str], set[str]] = defaultdict(set)
    for profile in profiles:
        for base in listed_works(profile):
            users[base].add(profile.places.span(()).file)
    seen: set[tuple[str, str]] = set()
    for profile in profiles:
        found += _shared_records(profile.works, users, seen)
        found += _own_records(profile)
    for works in libraries:
        found += _shared_records(works, users, seen)
    return found


def _shared_records(
    works: Mapping[str, LibraryWork], users: Mapping[tuple[str, str], set[str]], seen: set[tuple[str, str]]
) -> Iterator[WorkRecord]:
    for key, shared in works.items():
        base = (shared.places.span(shared.path).file, key)
        if base in seen:
            continue
        seen.add(base)
        span = shared.places.span(shared.path, key=True)
        place, shown = _place_below(shared.places, shared.path), not shared.work.hidden
        files = frozenset({base[0], *users.get(base, ())})
        yield WorkRecord(shared.work, _EVERY_FIELD, "shared", base[0], base, span, place, files, shown)


def _own_records(profile: Profile) -> Iterator[WorkRecord]:
    for number, section in profile.works_sections():
        hidden = profile.file.sections[number].hidden
        for index, entry in enumerate(section.entries):
            path = ("sections", number, "entries", index)
            shown = not (hidden or getattr(entry, "hidden", False))
            file = profile.places.span(path).file
            if isinstance(entry, Work):
                yield record_of(entry, profile.places, path, file, shown=shown)
            elif isinstance(entry, WorkOverride) and entry.work in profile.works:
                shared = profile.works[entry.work]
                own = frozenset(entry.model_fields_set - {"work"})
                work = shared.work.model_copy(update={field: getattr(entry, field) for field in own})
                base = (shared.places.span(shared.path).file, str(shared.path[-1]))
                place, span = _place_below(profile.places, path), profile.places.span((*path, "work"))
                yield WorkRecord(work, own, "override", file, base, span, place, frozenset({file}), shown)


def record_of(work: WorkFields, places: Places, path: YamlPath, file: str, *, shown: bool = True) -> WorkRecord:
    """Return the record of a work that is written out at `path`."""
    span = places.span(path)
    base, files = (file, span.where or str(span)), frozenset({file})
    return WorkRecord(work, _EVERY_FIELD, "inline", file, base, span, _place_below(places, path), files, shown)


def _place_below(places: Places, path: YamlPath) -> Callable[..., Span]:
    return lambda *parts: places.span((*path, *parts))


def listed_works(profile: Profile) -> set[tuple[str, str]]:
    """Return the works of works files that the profile's publications list, even in sections that are hidden."""
    return {
        (selected.shared.places.span(selected.shared.path).file, selected.key)
        for number, section in profile.works_sections()
        for selected in profile.works_of(number, section)
        if selected.shared
    }
