"""Checks of author lists: the owner is among the authors of each work, and each mark after a name is explained."""

from __future__ import annotations

from collections.abc import Iterator

from cvgen.diagnostics import Diagnostic, Severity
from cvgen.loading.profile import Profile
from cvgen.profile.selection import SelectedWork
from cvgen.profile.works import unbolded
from cvgen.values.names import find_owner

__all__ = ["check_authors"]


def check_authors(profile: Profile) -> list[Diagnostic]:
    """Check the author list of each work that the profile lists."""
    owner = profile.owner_names
    found: list[Diagnostic] = []
    for number, section in profile.works_sections():
        works = list(profile.works_of(number, section))
        for selected in works:
            found += _owner_is_author(selected, owner)
            found += _marks(selected)
            found += _bold_by_hand(selected)
        if section.select and not section.select.ids and not works:
            span = profile.places.span(("sections", number, "select"))
            hints = ("`mine` takes the works of the works files that name the profile's own person as an author",)
            found.append(Diagnostic("nothing-selected", Severity.WARNING, span, "nothing is selected by this", hints))
    return found


def _owner_is_author(selected: SelectedWork, owner: tuple[str, ...]) -> Iterator[Diagnostic]:
    authors, span = selected.work.authors, selected.span("authors")
    if not authors:
        return
    names = [author.name for author in authors]
    match = find_owner(names, owner)
    if not match.exact:
        near = " or ".join(f"`{name}`" for name in match.nearest)
        alias = f"if {near} is" if near else "if one of them is"
        yield Diagnostic(
            "own-name",
            Severity.ERROR,
            span,
            f"`{owner[0]}` is not among the authors",
            (f"{alias} this person, add it to `person: {{aliases: [...]}}`", "or take the work out of the list"),
            related=((selected.origin, "listed here"),),
        )
    elif len(match.exact) > 1:
        yield Diagnostic(
            "namesake",
            Severity.WARNING,
            selected.span("authors", match.exact[1]),
            f"{len(match.exact)} authors are called `{owner[0]}`",
            ("write the other one's name in a way that tells them apart",),
        )
    elif match.compatible:
        other = names[match.compatible[0]]
        yield Diagnostic(
            "namesake",
            Severity.WARNING,
            selected.span("authors", match.compatible[0]),
            f"`{other}` could be read as `{owner[0]}`",
            ("write the name in full",),
        )


def _marks(selected: SelectedWork) -> Iterator[Diagnostic]:
    authors = selected.work.authors
    note, note_span = selected.work.equal_note, selected.span("equal_note")
    equal = [index for index, author in enumerate(authors) if author.equal]
    if len(equal) == 1:
        yield Diagnostic(
            "equal-alone",
            Severity.WARNING,
            selected.span("authors", equal[0]),
            f"`{authors[equal[0]].name}` alone is marked as having contributed equally",
            ("mark the others too, or take the star away",),
        )
    explains_daggers = any(author.corresponding for author in authors) and "†" in str(note) and "*" not in str(note)
    if note and not equal and not explains_daggers:
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


def _bold_by_hand(selected: SelectedWork) -> Iterator[Diagnostic]:
    authors = selected.work.authors
    for index, author in enumerate(authors):
        if "**" in author.name or "__" in author.name:
            yield Diagnostic(
                "bold-by-hand",
                Severity.WARNING,
                selected.span("authors", index),
                f"`{unbolded(author.name)}` is set bold by hand",
                ("write the plain name: the profile's own person is set bold by itself",),
            )
