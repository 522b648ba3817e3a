"""Compare works with a works file: a bibliography that people already have."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from cvgen.comparison.places import place_of
from cvgen.comparison.spelling import bare, compact, fold, name_key, raw_name
from cvgen.diagnostics import Diagnostic, Severity, Span
from cvgen.lint import works
from cvgen.lint.facts import Telling, telling_of
from cvgen.lint.finding import finding
from cvgen.lint.papers import Paper, papers, renamings
from cvgen.loading.library import read_works
from cvgen.profile.places import Places

__all__ = ["Side", "check_works"]


@dataclass(frozen=True)
class Side:
    """What works are held against: the tellings of a profile or of a works file.

    `owner` are the names of the profile's person; None where all works count.
    """

    told: Sequence[Telling]
    name: str
    span: Span
    owner: Collection[str] | None = None


def check_works(side: Side, path: Path) -> Iterator[Diagnostic]:
    """Yield what a works file tells differently, in its own lines. Raises `ProfileError` if it cannot be read."""
    library = read_works(path)
    file = library.source.span(()).file
    for key in library.source.data:
        if key not in library.works:
            yield _unread(library.source, key)
    # What is on our side is what the rest is measured by.
    mine = [replace(telling, origin="shared") for telling in side.told]
    known = {telling.base for telling in side.told}  # where the file is one that we take works from ourselves
    others = [one for key, one in library.works.items() if (file, key) not in known and not one.is_volume]
    theirs = [telling_of(one.work, one.places, one.path, file) for one in others]
    grouped = papers([*mine, *theirs])
    renamed = set()
    for pair in renamings(grouped):
        sides = [paper for paper in (pair.old, pair.new) if paper.files & {file}]
        if len(sides) == 1:
            other = pair.new if sides[0] is pair.old else pair.old
            renamed |= {id(pair.old), id(pair.new)}
            yield _renamed(side, sides[0], other, file)
    missing = [] if any(telling.file == file for telling in side.told) else mine
    yield from _alone(side, [paper for paper in grouped if id(paper) not in renamed], (missing, theirs), file)
    for paper in grouped:
        for found in works.compare(paper):
            if found.span.file == file and any(span.file != file for span, _ in found.related):
                yield found
        yield from _places(side, paper, file)
        yield from _spellings(side, paper, file)


def _unread(source: Places, key: str) -> Diagnostic:
    message = f"`{key}` cannot be read as a work, and is not compared"
    hint = "`cvgen check` of the file itself says what is wrong with it"
    return finding("against-unread", Severity.WARNING, source.span((key,)), message, hint, values=(key,))


def _renamed(side: Side, there: Paper, mine: Paper, file: str) -> Diagnostic:
    telling = next(telling for telling in there.tellings if telling.file == file)
    known = {compact(bare(title)) for one in mine.tellings for title in one.work.former_titles}
    is_former = bool(known & set(there.titles()))
    return finding(
        "work-former-title" if is_former else "work-renamed",
        Severity.NOTE if is_former else Severity.WARNING,
        telling.place("title"),
        f"`{there.name}` is `{mine.name}` in {side.name}" + (", which had this title before" if is_former else ""),
        "if the paper was renamed, correct the entry, or add this title to the work's `former_titles`",
        related=[(mine.tellings[0].place("title"), f"`{bare(mine.tellings[0].work.title or '')}` here")],
        values=sorted((there.key, mine.key)),
    )


def _alone(
    side: Side, grouped: Sequence[Paper], tellings: tuple[Collection[Telling], Collection[Telling]], file: str
) -> Iterator[Diagnostic]:
    """Yield papers that only one side has; `tellings` are ours that could be missing, and theirs."""
    ours, theirs = map(frozenset, tellings)
    for paper in grouped:
        telling = paper.tellings[0]
        authors = {name_key(author.name) for author in telling.work.authors}
        if ours.issuperset(paper.tellings) and telling.shown:
            place = [(telling.place("title"), f"{side.name} lists it")]
            message = f"`{paper.name}` is missing there"
            yield finding(
                "against-missing", Severity.NOTE, Span(file), message, "add it", related=place, values=(paper.key,)
            )
        elif theirs.issuperset(paper.tellings) and (
            side.owner is None or authors & {name_key(name) for name in side.owner}
        ):
            yield finding(
                "against-extra",
                Severity.NOTE,
                telling.place("title"),
                f"{side.name} does not list `{bare(telling.work.title or '')}`",
                "add it there, if it belongs there",
                related=[(side.span, side.name)],
                values=(paper.key,),
            )


def _places(side: Side, paper: Paper, file: str) -> Iterator[Diagnostic]:
    """Yield places that are spelled otherwise than in the profile."""
    told = [telling for telling in paper.tellings if telling.tells("location")]
    mine = next((telling for telling in told if telling.file != file), None)
    for telling in told if mine else ():
        assert mine is not None
        here, there = bare(telling.work.location or ""), bare(mine.work.location or "")
        if telling.file == file and fold(here) != fold(there) and place_of(here).may_be(place_of(there)):
            message = f"the place `{here}` is spelled `{there}` in {side.name}"
            at = telling.place("location")
            related = [(mine.place("location"), f"`{there}` here")]
            values = sorted((here, there))
            hint = "write the place one way"
            yield finding("place-spelling", Severity.NOTE, at, message, hint, related=related, values=values)


def _spellings(side: Side, paper: Paper, file: str) -> Iterator[Diagnostic]:
    """Yield author names that the profile spells otherwise: in case, accents, hyphens."""
    mine = next((telling for telling in paper.tellings if telling.file != file and telling.tells("authors")), None)
    known = {compact(name): (name, index) for index, name in enumerate(_names(mine))} if mine else {}
    for telling in paper.tellings if mine else ():
        assert mine is not None
        for index, name in enumerate(_names(telling) if telling.file == file else ()):
            other, place = known.get(compact(name), (name, 0))
            if other != name:
                yield finding(
                    "author-spelling",
                    Severity.WARNING,
                    telling.place("authors", index),
                    f"the author `{name}` is spelled `{other}` in {side.name}",
                    "write the name as its bearer does",
                    related=[(mine.place("authors", place), f"`{other}` here")],
                    values=sorted((name, other)),
                )


def _names(telling: Telling) -> list[str]:
    return [raw_name(author.name) for author in telling.work.authors]
