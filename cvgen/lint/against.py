"""Compare a profile, or a works file, with what exists already: pages, PDFs, works files, other profiles."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from cvgen.comparison.spelling import compact, name_key
from cvgen.comparison.works import author_keys, title_key
from cvgen.diagnostics import Diagnostic, Span, in_order
from cvgen.files import read_start
from cvgen.imports import Imported, import_file, is_data
from cvgen.imports.page_lists import AuthorList, find_author_lists, find_blocks, find_title, guess_title
from cvgen.imports.text_page import TextPage, read_page
from cvgen.lint.against_works import OwnWorks, compare_with_records, compare_with_works_file
from cvgen.lint.check import check_profiles
from cvgen.lint.entries import outputs_of, titles_in
from cvgen.lint.finding import finding
from cvgen.lint.page_oddities import check_page
from cvgen.lint.page_works import PaperOnPage, compare_on_page, find_foreign_links, report_renamed_on_page
from cvgen.lint.profiles import compare_posts
from cvgen.lint.records import WorkRecord, record_of, records_of
from cvgen.loading.library import Library
from cvgen.loading.load import load
from cvgen.loading.profile import Profile
from cvgen.loading.works_files import is_works_file
from cvgen.values.names import fold_name

__all__ = ["check_against"]

_OPENING = 300  # characters
_MOST_BYTES = 20 << 20


def check_against(mine: Profile | Library, path: Path) -> tuple[Diagnostic, ...]:
    """Return how `path` differs from a profile, or from a works file, and what it leaves out.

    A .bib or .yaml file is another works file or profile, another tool's data is imported; all else is a page:
    Markdown, HTML, text or PDF. Findings
    stand in `path`, with our place beside them. Raises `UsageError` where it cannot be read, `ProfileError` where
    another profile is wrong.
    """
    own = _own_works(mine)
    if (imported := _import(path)) is not None:
        return in_order(_compare_with_import(mine, own, imported, str(path)))
    if path.suffix.lower() in (".yaml", ".yml", ".bib"):
        if is_works_file(path):
            return in_order(compare_with_works_file(own, path))
        return _compare_with_profile(mine, load(path))
    page = read_page(path)
    found = _compare_profile(mine, page) if isinstance(mine, Profile) else _compare_works(own.records, page)
    return in_order(found)


def _own_works(mine: Profile | Library) -> OwnWorks:
    if isinstance(mine, Profile):
        place = mine.places.span(("person", "name"))
        return OwnWorks(_listed_records(mine), "the profile", place, mine.owner)
    return OwnWorks(records_of([], [mine.works]), "the works file", mine.source.span(()))


def _listed_records(profile: Profile) -> list[WorkRecord]:
    """Return the record of each work that the profile lists, once, as it prints it."""
    file = profile.places.span(()).file
    records = records_of([profile])
    own = [record for record in records if record.origin != "shared"]
    replaced = {record.base for record in own if record.origin == "override" and record.shown}
    shared = {record.base: record for record in records if record.origin == "shared" and file in record.files}
    found: dict[str, WorkRecord] = {}
    for record in [*own, *(record for base, record in shared.items() if base not in replaced)]:
        found.setdefault(title_key(record.work), record)
    return list(found.values())


def _import(path: Path) -> Imported | None:
    """Return what another tool's data holds; None for a page, and for a profile or a works file of ours."""
    try:
        content = read_start(path, _MOST_BYTES)
    except OSError:
        return None
    return import_file(path) if is_data(path, content) else None


def _compare_with_import(mine: Profile | Library, own: OwnWorks, other: Imported, file: str) -> Iterator[Diagnostic]:
    """Yield how another tool's file differs in works, and a profile's in posts."""
    theirs = other.to_profile()
    if other.is_works:
        records = [record_of(one.work, other, one.path, file) for one in theirs.works.values()]
    else:
        records = records_of([theirs])
    yield from compare_with_records(own, records, file)
    if isinstance(mine, Profile) and not other.is_works:
        yield from (found for found in compare_posts([mine, theirs]))


def _compare_with_profile(mine: Profile | Library, other: Profile) -> tuple[Diagnostic, ...]:
    """Return what two profiles disagree about, without what is odd within one of them."""
    theirs = {other.places.span(()).file, *(work.places.span(work.path).file for work in other.works.values())}
    ours = {work.places.span(work.path).file for work in mine.works.values()}
    if isinstance(mine, Profile):
        ours.add(mine.places.span(()).file)
        every = check_profiles([mine, other], whole=False)
    else:
        every = check_profiles([other], whole=False, libraries=[mine.works])
    found = []
    for diagnostic in every:
        files = {diagnostic.span.file, *(span.file for span, _ in diagnostic.related)}
        if len(files) > 1 and files & theirs and files & ours:
            found.append(diagnostic)
    return tuple(found)


# --- Pages ----------------------------------------------------------------------------------------------------------


def _compare_profile(profile: Profile, page: TextPage) -> Iterator[Diagnostic]:
    lists = find_author_lists(page)
    papers = _locate(_listed_records(profile), lists, page)
    is_own = _is_own_page(profile, lists, page)
    yield from _compare_papers(papers, lists, page)
    readings = [
        [
            *_unmatched_papers(profile, papers, lists, page, output if is_own else ""),
            *check_page(profile, page, output if is_own else ""),
        ]
        for output in outputs_of(profile)
    ]
    # A page may be a homepage or a CV: the one that lacks less.
    yield from min(readings, key=lambda found: sum(one.code == "against-missing" for one in found))


def _compare_works(records: Sequence[WorkRecord], page: TextPage) -> Iterator[Diagnostic]:
    """Yield how works differ on a page; it need not have all of them, nor they all of its papers."""
    lists = find_author_lists(page)
    yield from _compare_papers(_locate(records, lists, page), lists, page)


def _locate(records: Sequence[WorkRecord], lists: Sequence[AuthorList], page: TextPage) -> list[PaperOnPage]:
    papers = [PaperOnPage(record, page) for record in records]
    for paper in papers:
        paper.locate([find_title(page, title) for title in paper.titles()], lists)
    there = [paper for paper in papers if paper.place]
    places = [paper.place for paper in there if paper.place]
    expected = [paper.author_keys() for paper in there]
    for paper, block in zip(there, find_blocks(page, places, expected, lists), strict=True):
        paper.block = block
    return papers


def _compare_papers(
    papers: Sequence[PaperOnPage], lists: Sequence[AuthorList], page: TextPage
) -> Iterator[Diagnostic]:
    seen: set[tuple[str, ...]] = set()
    for paper in papers:
        for found in compare_on_page(paper) if paper.place else ():
            # One spelling is reported once, however many papers have it.
            key = (found.code, *found.values) if found.code.endswith("-spelling") else ()
            if not key or key not in seen:
                seen.add(key)
                yield found
    yield from find_foreign_links(papers, lists, page)


def _unmatched_papers(
    profile: Profile, papers: Sequence[PaperOnPage], lists: Sequence[AuthorList], page: TextPage, output: str
) -> Iterator[Diagnostic]:
    """Yield papers of the owner that the profile does not list, perhaps under another name, and those not there.

    The page should have those of an `output`; of none, if it is somebody else's.
    """
    claimed = [paper.block for paper in papers if paper.block]
    taken = {block.authors.start for block in claimed if block.authors}
    missing = [paper for paper in papers if not paper.place]
    titles = {compact(title) for paper in papers for title in paper.titles()}
    after = 0
    for one in lists:
        inside = any(block.title[0] <= one.start < block.end for block in claimed)
        if (
            one.start not in taken
            and not inside
            and profile.owner.find(one.names).own
            and _in_publications(page, one.start)
        ):
            title = guess_title(page, one, max([after, *(b.end for b in claimed if b.end <= one.start)]))
            # What a page lists twice, among its selected papers and among all, is known.
            known = title is None or compact(page.text[slice(*title)]) in titles or _is_listed(page, title, papers)
            if title is not None and not known:
                authors = tuple(map(name_key, one.names))
                twin = next((paper for paper in missing if author_keys(paper.work) == authors), None)
                yield report_renamed_on_page(twin, title) if twin else _extra(profile, page, title)
                if twin:
                    missing.remove(twin)
        after = max(after, one.end)
    expected = set(titles_in(profile, output)) if output else set()
    for paper in missing:
        if title_key(paper.work) not in expected:
            continue
        message, related = f"`{paper.name}` is missing there", [(paper.record.place("title"), "the profile lists it")]
        yield finding("against-missing", Span(page.file), message, related=related, values=(paper.key,))


def _is_listed(page: TextPage, line: tuple[int, int], papers: Sequence[PaperOnPage]) -> bool:
    """Tell whether a line is a known title, with a number before it or, across a gap, a date or place behind it."""
    start, end = line
    return any(
        start <= first < end
        and not any(char.isalpha() for char in page.text[start:first])
        and (last >= end or re.match(r"\s{2}|\t", page.text[last:end]))
        for paper in papers
        for first, last in paper.places
    )


def _in_publications(page: TextPage, offset: int) -> bool:
    return page.form_at(offset) in ("", "works")


def _is_own_page(profile: Profile, lists: Sequence[AuthorList], page: TextPage) -> bool:
    """Tell whether the page is the owner's: their name opens it, or they are an author of nearly all papers."""
    names = profile.owner_names
    if any(fold_name(name) in fold_name(page.raw[:_OPENING]) for name in names):
        return True
    rows = [one for one in lists if len(one.names) >= 3 and _in_publications(page, one.start)]
    rows = [one for one in rows if not page.is_hidden(one.start)]
    return not rows or 5 * sum(bool(profile.owner.find(one.names).own) for one in rows) >= 4 * len(rows)


def _extra(profile: Profile, page: TextPage, title: tuple[int, int]) -> Diagnostic:
    text = " ".join(page.text[slice(*title)].split())
    return finding(
        "against-extra",
        page.span(*title),
        f"the profile does not list `{text}`",
        hint="add it to the profile, or to its works file",
        related=[(profile.places.span(("person", "name")), "the profile")],
        values=(compact(text),),
    )
