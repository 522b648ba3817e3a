"""Checks of author lists: the owner is among the authors of each work, and each sign after a name is explained."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from cvgen.diagnostics import Diagnostic, Severity, Span
from cvgen.document.inline import line
from cvgen.document.nodes import plain
from cvgen.loading.profile import Profile
from cvgen.profile.selection import SelectedWork, WorksSection, fits
from cvgen.profile.works import MARKS, has_equal_contribution, marks_of, match_owner, people_of, unbolded
from cvgen.values.name_matching import Owner
from cvgen.values.names import fold_name, is_group, split_marks

__all__ = ["check_authors"]


@dataclass(slots=True)
class _Spellings:
    """Spellings that may be the owner's: for each the works that are taken, and those that `select` leaves out."""

    taken: dict[str, list[Span]] = field(default_factory=lambda: defaultdict(list))
    left_out: dict[str, list[Span]] = field(default_factory=lambda: defaultdict(list))
    cut_short: list[Span] = field(default_factory=list)  # lists that end in "et al.", left out by `select`


def check_authors(profile: Profile) -> list[Diagnostic]:
    """Check the author list of each work that the profile lists, and what a `select` leaves out."""
    owner = profile.owner
    found: list[Diagnostic] = []
    spellings = _Spellings()
    for number, section in profile.works_sections():
        works = list(profile.works_of(number, section))
        for selected in works:
            found += _owner_is_author(selected, owner, spellings)
            found += _marks(selected, getattr(section, "equal_note", None) or "")
            found += _bold_by_hand(selected)
        found += _listed_twice(works)
        if section.select and not section.select.ids:
            _look_at_left_out(profile, section, {selected.key for selected in works}, spellings)
            if not works:
                span = profile.places.span(("sections", number, "select"))
                hints = ("`mine` takes the works of the works files that name the profile's own person as an author",)
                found.append(
                    Diagnostic("nothing-selected", Severity.WARNING, span, "nothing is selected by this", hints)
                )
    return [*found, *_ask(spellings, owner)]


def _listed_twice(works: Sequence[SelectedWork]) -> Iterator[Diagnostic]:
    """Yield the works that a list has already: of the same title, DOI or arXiv id."""
    first: dict[str, SelectedWork] = {}
    for selected in works:
        work, links = selected.work, selected.work.links
        keys = [fold_name(plain(line(work.title))), links.doi if links else None, links.arxiv if links else None]
        twin = next((first[key] for key in keys if key and key in first), None)
        if twin is not None and [author.name for author in twin.work.authors[:1]] == [
            author.name for author in work.authors[:1]
        ]:
            words = f"`{plain(line(work.title))}` stands twice in this list"
            related = ((twin.span("title"), "here too"),)
            hints = ("delete one of them, or name it below `exclude`",)
            yield Diagnostic("listed-twice", Severity.WARNING, selected.span("title"), words, hints, related=related)
        first |= {key: selected for key in keys if key and key not in first}


def _owner_is_author(selected: SelectedWork, owner: Owner, spellings: _Spellings) -> Iterator[Diagnostic]:
    names, match = people_of(selected.work), match_owner(selected.work, owner)
    if not names or selected.work.not_me or (any(map(is_group, names)) and not (match.exact or match.compatible)):
        return
    if len(match.exact) > 1:
        words = f"{len(match.exact)} authors are called `{owner.names[0]}`"
        yield _namesake(selected, match.exact[1], words)
    elif not match.exact and len(match.compatible) == 1:
        index = match.compatible[0]
        spellings.taken[_bare(names[index])].append(selected.span("authors", index))
    elif not match.exact and selected.work.more_authors and not match.compatible:
        words = f"`{owner.names[0]}` may be behind `et al.`"
        hints = ("add the name to `authors`, or write `not_me: true` for a work of others",)
        yield Diagnostic("own-name-cut", Severity.WARNING, selected.span("authors"), words, hints)
    elif not match.exact:
        yield _not_among(selected, owner, match.compatible, match.nearest)
    elif match.compatible:
        other = names[match.compatible[0]]
        yield _namesake(selected, match.compatible[0], f"`{other}` could be read as `{owner.names[0]}`")


def _namesake(selected: SelectedWork, index: int, words: str) -> Diagnostic:
    hints = ("write the name in full, or `me: true` or `me: false` for that author",)
    return Diagnostic("namesake", Severity.WARNING, selected.span("authors", index), words, hints)


def _not_among(
    selected: SelectedWork, owner: Owner, compatible: tuple[int, ...], nearest: tuple[str, ...]
) -> Diagnostic:
    near = " or ".join(f"`{name}`" for name in nearest)
    alias = f"if {near} is" if near else "if one of them is"
    words = f"`{owner.names[0]}` is not among the authors"
    if compatible:
        words = f"{len(compatible)} authors could be `{owner.names[0]}`"
    hints = (
        f"{alias} this person, add it to `person: {{aliases: [...]}}`",
        "or take the work out of the list; `not_me: true` lists a work of others",
    )
    related = ((selected.origin, "listed here"),)
    return Diagnostic("own-name", Severity.ERROR, selected.span("authors"), words, hints, related=related)


def _bare(name: str) -> str:
    return split_marks(unbolded(name))[0]


def _look_at_left_out(profile: Profile, section: WorksSection, keys: set[str], spellings: _Spellings) -> None:
    """Note the works that the section's rules would take if an author were the owner."""
    rules, owner = section.select, profile.owner
    assert rules is not None
    for key, shared in profile.works.items():
        if key in keys or key in section.exclude or shared.is_volume or not fits(shared.work, key, rules):
            continue
        match = match_owner(shared.work, owner)
        if match.exact:
            continue
        if shared.work.more_authors and not match.compatible and not shared.work.not_me:
            spellings.cut_short.append(shared.places.span((*shared.path, "authors")))
        for index in match.compatible:
            name = _bare(people_of(shared.work)[index])
            spellings.left_out[name].append(shared.places.span((*shared.path, "authors", index)))


def _ask(spellings: _Spellings, owner: Owner) -> Iterator[Diagnostic]:
    """Yield one warning for each spelling that may be the owner's."""
    for name in {**spellings.taken, **spellings.left_out}:
        taken, left_out = spellings.taken.get(name, []), spellings.left_out.get(name, [])
        places = [*taken, *left_out]
        words = f"`{name}` may be `{owner.names[0]}`: "
        words += " and ".join(
            f"{len(spans)} work{'s' * (len(spans) > 1)} {verb}"
            for spans, verb in ((taken, "printed so"), (left_out, "left out by `select`"))
            if spans
        )
        hints = (f"write `aliases: [{name}]` below `person`, or `not_me: [{name}]` if it is somebody else",)
        related = tuple((span, "also here") for span in places[1:3])
        yield Diagnostic("own-spelling", Severity.WARNING, places[0], words, hints, related=related)
    if spans := list(dict.fromkeys(spellings.cut_short)):
        count = f"{len(spans)} work{'s' * (len(spans) > 1)}"
        words = f"`{owner.names[0]}` may be behind `et al.`: {count} left out by `select`"
        hints = ("add the name to `authors` of an own work, or write `not_me: true` there",)
        related = tuple((span, "also here") for span in spans[1:3])
        yield Diagnostic("own-name-cut", Severity.NOTE, spans[0], words, hints, related=related)


def _marks(selected: SelectedWork, section_note: str) -> Iterator[Diagnostic]:
    work, authors = selected.work, selected.work.authors
    note, note_span = work.equal_note, selected.span("equal_note")
    signs = "".join(map(marks_of, authors))
    equal = [index for index, author in enumerate(authors) if author.equal]
    if len(equal) == 1 and "*" not in (note or section_note):
        yield Diagnostic(
            "equal-alone",
            Severity.WARNING,
            selected.span("authors", equal[0]),
            f"`{authors[equal[0]].name}` alone is marked as having contributed equally",
            ("mark the others too, or take the star away; `equal_note: (* …)` says what else it means",),
        )
    explained = set(MARKS) & set(note or "")
    if note and (
        ("*" in explained and "*" not in signs) or not (explained & set(signs) or (equal and not explained))
    ):
        yield Diagnostic(
            "legend-without-marks",
            Severity.WARNING,
            note_span,
            "there is a legend for signs after the authors, and none of them stands there",
            ("put the sign after the names it is about, or delete `equal_note`",),
        )
    if "*" in signs and note is not None and "*" not in note:
        yield Diagnostic(
            "marks-without-legend",
            Severity.WARNING,
            note_span,
            "the legend does not say what `*` means",
            ("begin it with `*`",),
        )
    yield from _unexplained(selected, note or section_note)


def _unexplained(selected: SelectedWork, note: str) -> Iterator[Diagnostic]:
    """Yield a warning for each sign that nothing explains; a single star has a message of its own."""
    authors = selected.work.authors
    known = {*note, *("†" * any(author.corresponding for author in authors))}
    if has_equal_contribution(selected.work) or sum(author.equal for author in authors) == 1:
        known.add("*")
    for index, author in enumerate(authors):
        for sign in dict.fromkeys(author.marks or ""):
            if sign not in known:
                known.add(sign)
                words = f"nothing says what `{sign}` after `{author.name}` means"
                hint = f"write `equal_note: ({sign} …)`"
                hint += ", or `corresponding: true` for the author" if sign == "†" else ""
                span = selected.span("authors", index)
                yield Diagnostic("mark-unexplained", Severity.WARNING, span, words, (hint,))


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
