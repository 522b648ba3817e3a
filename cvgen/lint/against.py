"""Compare a profile, or a works file, with what people already have: pages, PDFs, works files, other profiles."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from cvgen.comparison.spelling import bare, compact, fold, name_key
from cvgen.diagnostics import Diagnostic, Severity, Span, in_order
from cvgen.lint import page_rest, page_works
from cvgen.lint.against_works import Side, check_works
from cvgen.lint.facts import Telling, tellings
from cvgen.lint.finding import finding
from cvgen.lint.page_publications import AuthorList, author_lists, blocks, title_before, title_places
from cvgen.lint.page_works import Paper
from cvgen.lint.pages import Page, read_page
from cvgen.loading.library import Library
from cvgen.loading.load import load
from cvgen.loading.profile import Profile
from cvgen.loading.works_files import is_works_file

__all__ = ["check_against", "told_by"]

_OPENING = 300  # characters


def check_against(mine: Profile | Library, path: Path) -> tuple[Diagnostic, ...]:
    """Say what `path` tells differently from a profile, or from a works file, and what it leaves out.

    A .bib or .yaml file is another works file or profile; all else is a page: Markdown, HTML, text or PDF. Findings
    stand in `path`, with our place beside them. Raises `UsageError` where it cannot be read, `ProfileError` where
    another profile is wrong.
    """
    side = _side(mine)
    if path.suffix.lower() in (".yaml", ".yml", ".bib"):
        if is_works_file(path):
            return in_order(check_works(side, path))
        return _against_profile(mine, load(path))
    page = read_page(path)
    return in_order(_against_page(mine, page) if isinstance(mine, Profile) else _works_on(side.told, page))


def _side(mine: Profile | Library) -> Side:
    if isinstance(mine, Profile):
        return Side(told_by(mine), "the profile", mine.places.span(("person", "name")), mine.owner_names)
    return Side(tellings([], [mine.works]), "the works file", mine.source.span(()))


def told_by(profile: Profile) -> list[Telling]:
    """Return each work that the profile lists, once, as it tells it."""
    told = tellings([profile])
    shared = {telling.base: telling for telling in told if telling.origin == "shared"}
    own = [telling for telling in told if telling.origin != "shared"]
    file = profile.places.span(()).file
    listed = [telling for telling in shared.values() if file in telling.tellers]
    replaced = {telling.base for telling in own if telling.origin == "override" and telling.shown}
    found: dict[str, Telling] = {}
    for telling in [*own, *(telling for telling in listed if telling.base not in replaced)]:
        found.setdefault(compact(bare(telling.work.title or "")), telling)
    return list(found.values())


def _against_profile(profile: Profile | Library, other: Profile) -> tuple[Diagnostic, ...]:
    """Return what two profiles disagree about, without what is odd within one of them."""
    from cvgen.lint import check_all

    theirs = other.places.span(()).file
    theirs_only = {theirs, *(work.places.span(work.path).file for work in other.works.values())}
    mine = {work.places.span(work.path).file for work in profile.works.values()}
    if isinstance(profile, Profile):
        mine.add(profile.places.span(()).file)
        all_found = check_all([profile, other], whole=False)
    else:
        all_found = check_all([other], whole=False, libraries=[profile.works])
    found = []
    for diagnostic in all_found:
        files = {diagnostic.span.file, *(span.file for span, _ in diagnostic.related)}
        if len(files) > 1 and files & theirs_only and files & mine:
            found.append(diagnostic)
    return tuple(found)


# --- Pages ----------------------------------------------------------------------------------------------------------


def _against_page(profile: Profile, page: Page) -> Iterator[Diagnostic]:
    lists = author_lists(page)
    papers = _located(told_by(profile), lists, page)
    yield from _told_differently(papers)
    yield from _unknown_papers(profile, papers, lists, page)
    yield from page_works.shared_links(papers, lists, page)
    own = _is_of(profile, lists, page)
    yield from page_rest.compare(profile, page, own=own)


def _works_on(told: Sequence[Telling], page: Page) -> Iterator[Diagnostic]:
    """Yield what a page tells differently of works; it need not have all of them, nor they all of its papers."""
    lists = author_lists(page)
    papers = _located(told, lists, page)
    yield from _told_differently(papers)
    yield from page_works.shared_links(papers, lists, page)


def _located(told: Sequence[Telling], lists: Sequence[AuthorList], page: Page) -> list[Paper]:
    papers = [Paper(telling, page) for telling in told]
    for paper in papers:
        paper.locate([title_places(page, title) for title in paper.titles()], lists)
    there = [paper for paper in papers if paper.place]
    places = [paper.place for paper in there if paper.place]
    expected = [paper.author_keys() for paper in there]
    for paper, block in zip(there, blocks(page, places, expected, lists), strict=True):
        paper.block = block
    return papers


def _told_differently(papers: Sequence[Paper]) -> Iterator[Diagnostic]:
    seen: set[tuple[str, ...]] = set()
    for paper in papers:
        for found in page_works.compare(paper) if paper.place else ():
            # One spelling is told once, however many papers have it.
            key = (found.code, *found.values) if found.code.endswith("-spelling") else ()
            if not key or key not in seen:
                seen.add(key)
                yield found


def _unknown_papers(
    profile: Profile, papers: Sequence[Paper], lists: Sequence[AuthorList], page: Page
) -> Iterator[Diagnostic]:
    """Yield papers of the owner that the profile does not list, perhaps under another name, and those not there."""
    owner = {name_key(name) for name in profile.owner_names}
    claimed = [paper.block for paper in papers if paper.block]
    taken = {block.authors.start for block in claimed if block.authors}
    missing = [paper for paper in papers if not paper.place]
    titles = {compact(title) for paper in papers for title in paper.titles()}
    after = 0
    for one in lists:
        inside = any(block.title[0] <= one.start < block.end for block in claimed)
        if one.start not in taken and not inside and owner & one.keys() and _in_publications(page, one.start):
            title = title_before(page, one, max([after, *(b.end for b in claimed if b.end <= one.start)]))
            # What a page lists twice, among its selected papers and among all, is known.
            known = title is None or compact(page.text[slice(*title)]) in titles or _is_listed(page, title, papers)
            if title is not None and not known:
                twin = next((paper for paper in missing if paper.authors() == _keys(one.names)), None)
                yield page_works.renamed(twin, page, title) if twin else _extra(profile, page, title)
                if twin:
                    missing.remove(twin)
        after = max(after, one.end)
    if _is_of(profile, lists, page):
        for paper in missing:
            yield _missing(paper, page)


def _is_listed(page: Page, line: tuple[int, int], papers: Sequence[Paper]) -> bool:
    """Tell whether a line is a known title, with a number before it or, across a gap, a date or place behind it."""
    start, end = line
    return any(
        start <= first < end
        and not any(char.isalpha() for char in page.text[start:first])
        and (last >= end or re.match(r"\s{2}|\t", page.text[last:end]))
        for paper in papers
        for first, last in paper.places
    )


def _keys(names: Sequence[str]) -> tuple[str, ...]:
    return tuple(name_key(name) for name in names)


def _in_publications(page: Page, offset: int) -> bool:
    return page.form_at(offset) in ("", "works")


def _is_of(profile: Profile, lists: Sequence[AuthorList], page: Page) -> bool:
    """Tell whether the page is the owner's: their name opens it, or they are an author of nearly all papers."""
    names = profile.owner_names
    if any(fold(name) in fold(page.raw[:_OPENING]) for name in names):
        return True
    owner = {name_key(name) for name in names}
    rows = [one for one in lists if len(one.names) >= 3 and _in_publications(page, one.start)]
    rows = [one for one in rows if not page.is_hidden(one.start)]
    return not rows or 5 * sum(bool(owner & one.keys()) for one in rows) >= 4 * len(rows)


def _extra(profile: Profile, page: Page, title: tuple[int, int]) -> Diagnostic:
    text = " ".join(page.text[slice(*title)].split())
    return finding(
        "against-extra",
        Severity.NOTE,
        page.span(*title),
        f"the profile does not list `{text}`",
        "add it to the profile, or to its works file",
        related=[(profile.places.span(("person", "name")), "the profile")],
        values=(compact(text),),
    )


def _missing(paper: Paper, page: Page) -> Diagnostic:
    return finding(
        "against-missing",
        Severity.NOTE,
        Span(page.file),
        f"`{paper.name}` is missing there",
        "add it when the page is next changed",
        related=[(paper.telling.place("title"), "the profile lists it")],
        values=(paper.key,),
    )
