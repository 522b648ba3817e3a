"""Names that are never wrong: the owner is an author of each work, and the marks after names mean something."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from cvgen.diagnostics import Diagnostic, Severity, Span
from cvgen.profile.model import Places, Profile, YamlPath
from cvgen.profile.names import find_owner
from cvgen.profile.works import WorkFields, WorkOverride

__all__ = ["guard", "owner_names"]


def owner_names(profile: Profile) -> tuple[str, ...]:
    """Return every spelling of the owner's name: as printed, native, aliases."""
    person = profile.person
    native = (person.name.native,) if person.name.native else ()
    return (str(person.name), *native, *person.aliases)


@dataclass(frozen=True, slots=True)
class _Told:
    """A work as an entry of this profile tells it: each field with the file that it stands in."""

    work: WorkFields
    entry: Span
    own: WorkFields
    places: tuple[Places, YamlPath]
    shared: tuple[Places, YamlPath] | None

    def field(self, name: str) -> tuple[object, Span]:
        is_own = self.shared is None or name in self.own.model_fields_set
        places, path = self.places if is_own or self.shared is None else self.shared
        return getattr(self.own if is_own else self.work, name), places.span((*path, name))


def _told(profile: Profile) -> Iterator[_Told]:
    for number, section in enumerate(profile.file.sections):
        if section.kind != "publications":
            continue
        for index, entry in enumerate(section.entries):
            path: YamlPath = ("sections", number, "entries", index)
            here = (profile.places, path)
            span = profile.places.span(path)
            if isinstance(entry, str | WorkOverride):
                shared = profile.works[entry if isinstance(entry, str) else entry.work]
                own = entry if isinstance(entry, WorkOverride) else shared.work
                there = (shared.places, shared.path)
                if isinstance(entry, str):
                    yield _Told(shared.work, span, shared.work, there, None)
                else:
                    yield _Told(shared.work, span, own, here, there)
            else:
                yield _Told(entry, span, entry, here, None)


def guard(profile: Profile) -> list[Diagnostic]:
    """Check the names of each work in the profile's publications."""
    owner = owner_names(profile)
    found: list[Diagnostic] = []
    for told in _told(profile):
        found += _owner_is_author(told, owner)
        found += _marks(told)
        found += _bold_by_hand(told)
    return found


def _owner_is_author(told: _Told, owner: tuple[str, ...]) -> Iterator[Diagnostic]:
    authors, span = told.field("authors")
    assert isinstance(authors, tuple)
    if not authors:  # none told, none wrong
        return
    names = [author.name for author in authors]
    match = find_owner(names, owner)
    if not match.exact:
        near = " or ".join(f"`{name}`" for name in match.nearest)
        hints = (f"if {near} is this person, add it to `person: {{aliases: [...]}}`",) if near else ()
        yield Diagnostic(
            "own-name",
            Severity.ERROR,
            span,
            f"`{owner[0]}` is not among the authors",
            (*hints, "or take the work out of the list"),
            related=((told.entry, "listed here"),),
        )
    elif len(match.exact) > 1:
        yield Diagnostic(
            "namesake",
            Severity.WARNING,
            span,
            f"{len(match.exact)} authors are called `{owner[0]}`",
            ("write the other one's name in a way that tells them apart",),
        )
    elif match.compatible:
        other = names[match.compatible[0]]
        yield Diagnostic(
            "namesake",
            Severity.WARNING,
            span,
            f"`{other}` could be read as `{owner[0]}`",
            ("write the name in full",),
        )


def _marks(told: _Told) -> Iterator[Diagnostic]:
    authors, span = told.field("authors")
    note, note_span = told.field("equal_note")
    assert isinstance(authors, tuple)
    equal = [author for author in authors if author.equal]
    if len(equal) == 1:
        yield Diagnostic(
            "equal-alone",
            Severity.WARNING,
            span,
            f"`{equal[0].name}` alone is marked as having contributed equally",
            ("mark the others too, or take the star away",),
        )
    if note and not equal:
        yield Diagnostic(
            "legend-without-marks",
            Severity.WARNING,
            note_span,
            "there is a legend for starred authors, and no star",
            ("put `*` after the names it is about, or delete `equal_note`",),
        )
    if equal and note is not None and "*" not in str(note):
        yield Diagnostic(
            "marks-without-legend",
            Severity.WARNING,
            note_span,
            "the legend does not say what `*` means",
            ("begin it with `*`",),
        )


def _bold_by_hand(told: _Told) -> Iterator[Diagnostic]:
    authors, span = told.field("authors")
    assert isinstance(authors, tuple)
    for author in authors:
        if "**" in author.name or "__" in author.name:
            yield Diagnostic(
                "bold-by-hand",
                Severity.WARNING,
                span,
                f"`{author.name}` is set bold by hand",
                ("write the plain name: the profile's own person is set bold by itself",),
            )
