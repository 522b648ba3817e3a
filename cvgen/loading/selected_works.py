"""The works that a profile's publications hold: those written in its lists and those selected by rules."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from cvgen.diagnostics import Span
from cvgen.loading.profile import LibraryWork, Places, Profile, YamlPath
from cvgen.profile.sections import PublicationsSection
from cvgen.profile.selection import PublicationsChange, fits
from cvgen.profile.works import PublicationEntry, Work, WorkOverride
from cvgen.values.names import Match, same_person

__all__ = ["Chosen", "changed", "chosen_works", "owner_names", "works_of_section"]


def owner_names(profile: Profile) -> tuple[str, ...]:
    """Return every spelling of the owner's name: as printed, native, aliases."""
    person = profile.person
    native = (person.name.native,) if person.name.native else ()
    return (str(person.name), *native, *person.aliases)


@dataclass(frozen=True, slots=True)
class Chosen:
    """A work as this profile tells it, and where each of its fields stands.

    `key` is its id, empty for one that has none; `entry` is the place in the profile that chose it, and `own` are the
    fields that the profile itself tells.
    """

    work: Work
    key: str
    entry: YamlPath
    profile: Places
    shared: LibraryWork | None = None
    own: frozenset[str] = frozenset()

    @property
    def origin(self) -> Span:
        """The place in the profile that chose it."""
        return self.profile.span(self.entry)

    def span(self, field: str, *below: str | int) -> Span:
        """Return the place of a field, or of a value below it."""
        if self.shared is None or field in self.own:
            return self.profile.span((*self.entry, field, *below))
        return self.shared.places.span((*self.shared.path, field, *below))


def _entry(entry: PublicationEntry, path: YamlPath, profile: Profile) -> Chosen | None:
    if isinstance(entry, Work):
        return Chosen(entry, entry.id or "", path, profile.places)
    key = entry.work if isinstance(entry, WorkOverride) else entry
    shared = profile.works.get(key)
    if shared is None:  # unknown or wrong, which is told elsewhere
        return None
    own = entry.model_fields_set - {"work"} if isinstance(entry, WorkOverride) else frozenset[str]()
    work = shared.work.model_copy(update={field: getattr(entry, field) for field in own}) if own else shared.work
    return Chosen(work, key, path, profile.places, shared, frozenset(own))


def _is_mine(shared: LibraryWork, owner: Sequence[str]) -> bool:
    return not shared.is_volume and any(
        same_person(author.name, name) is Match.EXACT for author in shared.work.authors for name in owner
    )


def works_of_section(
    profile: Profile, number: int, section: PublicationsSection, change: PublicationsChange | None = None
) -> Iterator[Chosen]:
    """Yield the works of section `number`, as `change` narrows them: its entries, then what its rules select.

    Works that a list names stand once, in its order; selected ones follow in the order of the works files.
    """
    path: YamlPath = ("sections", number)
    excluded = {*section.exclude, *(change.exclude if change else ())}
    entries = (_entry(entry, (*path, "entries", index), profile) for index, entry in enumerate(section.entries))
    listed = [chosen for chosen in entries if chosen]
    keys = {chosen.key for chosen in listed}
    if rules := section.select:
        owner = owner_names(profile)
        listed += (
            Chosen(shared.work, key, (*path, "select"), profile.places, shared)
            for key, shared in profile.works.items()
            if key not in keys and fits(shared.work, key, rules) and (rules.ids or _is_mine(shared, owner))
        )
    for chosen in listed:
        if chosen.key not in excluded and (change is None or fits(chosen.work, chosen.key, change)):
            yield chosen


def changed(section: PublicationsSection, change: PublicationsChange | None) -> PublicationsSection:
    """Return the section as a variant lists it."""
    if section.select and not section.entries and "sort" not in section.model_fields_set:
        section = section.model_copy(update={"sort": "date"})
    if change is None:
        return section
    names = change.model_fields_set & set(PublicationsSection.model_fields) - {"exclude"}
    values = {name: getattr(change, name) for name in names}
    return section.model_copy(update={name: value for name, value in values.items() if value is not None})


def chosen_works(profile: Profile, variant: str | None = None) -> Iterator[Chosen]:
    """Yield the works of all publications sections that are not hidden, as a variant narrows them."""
    change = profile.file.variants[variant].publications if variant is not None else None
    for number, section in enumerate(profile.file.sections):
        if isinstance(section, PublicationsSection) and not section.hidden:
            yield from works_of_section(profile, number, section, change)
