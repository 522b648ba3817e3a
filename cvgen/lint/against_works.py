"""Compare works with a works file: a bibliography that exists already."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from cvgen.comparison.places import parse_place
from cvgen.comparison.spelling import strip_markup
from cvgen.diagnostics import Diagnostic, Severity, Span
from cvgen.lint.entries import Spelling
from cvgen.lint.finding import finding
from cvgen.lint.papers import Paper, find_renamings, group_records
from cvgen.lint.records import WorkRecord, record_of
from cvgen.lint.spellings import author_spellings, report_spellings
from cvgen.lint.works import compare_records
from cvgen.loading.library import read_works
from cvgen.profile.places import Places
from cvgen.profile.works import match_owner
from cvgen.values.name_matching import Owner
from cvgen.values.names import fold_name

__all__ = ["OwnWorks", "compare_with_records", "compare_with_works_file"]


@dataclass(frozen=True)
class OwnWorks:
    """The records of a profile or of a works file, and what it is called.

    `owner` is the profile's person; None where all works count.
    """

    records: Sequence[WorkRecord]
    name: str
    span: Span
    owner: Owner | None = None


def compare_with_works_file(mine: OwnWorks, path: Path) -> Iterator[Diagnostic]:
    """Yield how a works file differs, in its own lines. Raises `ProfileError` if it cannot be read."""
    library = read_works(path)
    file = library.source.span(()).file
    for key in library.source.data:
        if key not in library.works:
            yield _unreadable(library.source, key)
    known = {record.base for record in mine.records}  # where the file is one that we take works from ourselves
    others = [one for key, one in library.works.items() if (file, key) not in known and not one.is_volume]
    theirs = [record_of(one.work, one.places, one.path, file) for one in others]
    yield from compare_with_records(mine, theirs, file)


def compare_with_records(mine: OwnWorks, theirs: Sequence[WorkRecord], file: str) -> Iterator[Diagnostic]:
    """Yield how the works of a file differ, in its own lines."""
    # The reference comes first, as works files do.
    ours = [replace(record, origin="shared") for record in mine.records]
    papers = group_records([*ours, *theirs])
    renamed: set[Paper] = set()
    for pair in find_renamings(papers):
        if (file in pair.old.files) != (file in pair.new.files):
            there, here = (pair.old, pair.new) if file in pair.old.files else (pair.new, pair.old)
            renamed |= {there, here}
            yield _renamed(mine, there, here, file)
    has_own = any(record.file == file for record in ours)
    for paper in papers:
        if paper not in renamed:
            yield from _only_one_side(mine, paper, file, is_expected=not has_own)
        for found in compare_records(paper):
            if found.span.file == file and any(span.file != file for span, _ in found.related):
                yield found
        yield from _spellings(mine, paper, file)


def _unreadable(source: Places, key: str) -> Diagnostic:
    message = f"`{key}` cannot be read as a work, and is not compared"
    return finding("against-unread", source.span((key,)), message, values=(key,))


def _renamed(mine: OwnWorks, there: Paper, here: Paper, file: str) -> Diagnostic:
    record = next(record for record in there.records if record.file == file)
    title = here.records[0].work.title or ""
    is_former = bool(here.former_titles & there.titles)
    return finding(
        "work-former-title" if is_former else "work-renamed",
        record.place("title"),
        f"`{there.name}` is `{here.name}` in {mine.name}" + (", which had this title before" if is_former else ""),
        related=[(here.records[0].place("title"), f"`{strip_markup(title)}` here")],
        values=sorted((there.key, here.key)),
    )


def _only_one_side(mine: OwnWorks, paper: Paper, file: str, *, is_expected: bool) -> Iterator[Diagnostic]:
    """Yield a paper that only one side has; `is_expected` where the works file should have ours."""
    record = paper.records[0]
    files = {record.file for record in paper.records}
    if file not in files and is_expected and record.shown:
        related = [(record.place("title"), f"{mine.name} lists it")]
        message = f"`{paper.name}` is missing there"
        yield finding("against-missing", Span(file), message, hint="add it", related=related, values=(paper.key,))
    is_own = mine.owner is None or match_owner(record.work, mine.owner).own
    if is_own and all(one.file == file and one.origin == "inline" for one in paper.records):
        yield finding(
            "against-extra",
            record.place("title"),
            f"{mine.name} does not list `{strip_markup(record.work.title or '')}`",
            hint="add it there, if it belongs there",
            related=[(mine.span, mine.name)],
            values=(paper.key,),
        )


def _spellings(mine: OwnWorks, paper: Paper, file: str) -> Iterator[Diagnostic]:
    """Yield author names and places that the works file spells otherwise than our records."""
    for spellings in author_spellings(paper.records):
        yield from _deviations(mine, "author-spelling", "author", spellings, file, None)
    places = [
        Spelling(record.work.location or "", record.place("location"))
        for record in paper.records
        if record.has("location")
    ]
    ours = next((place for place in places if place.span.file != file), None)
    if ours:
        key, place = fold_name(strip_markup(ours.text)), parse_place(ours.text)
        others = [one for one in places if one.span.file == file and place.may_be(parse_place(one.text))]
        others = [one for one in others if fold_name(strip_markup(one.text)) != key]
        yield from _deviations(mine, "place-spelling", "place", [ours, *others], file, Severity.NOTE)


def _deviations(
    mine: OwnWorks, code: str, noun: str, spellings: Sequence[Spelling], file: str, severity: Severity | None
) -> Iterator[Diagnostic]:
    ours = next((one.text for one in spellings if one.span.file != file), None)
    if ours is not None:
        best = [one for one in spellings if one.span.file == file or one.text == ours]
        order = lambda text: text != " ".join(strip_markup(ours).split())  # noqa: E731
        yield from report_spellings(code, noun, best, order, lambda *_: severity, f"in {mine.name}")
