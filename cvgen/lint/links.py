"""One link given to two different papers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from cvgen.comparison.spelling import bare, compact, link_key
from cvgen.diagnostics import Severity, Span
from cvgen.lint.finding import Finding, capped, finding
from cvgen.lint.papers import Paper
from cvgen.loading.profile import Profile
from cvgen.sections import shape_of

__all__ = ["shared_links"]

# Links that lead to the paper itself; code, data and project pages may well belong to several.
_OF_ONE_PAPER = ("pdf", "html", "doi", "arxiv", "abstract", "slides", "poster")


@dataclass(frozen=True, eq=False)
class _Given:
    """A link as it is given to something: to a paper, or to an entry of another kind under some title."""

    paper: str
    title: str
    span: Span
    shown: bool


def shared_links(
    papers: Sequence[Paper], profiles: Sequence[Profile], one_paper: Collection[frozenset[str]] = ()
) -> Iterator[Finding]:
    """Yield each link that is given to two papers, or to a paper and to an entry under another title.

    `one_paper` are pairs of keys of papers that are one, renamed, and may share their links.
    """
    found: dict[str, list[_Given]] = defaultdict(list)
    for paper in papers:
        for telling in paper.tellings:
            links = telling.work.links if telling.tells("links") else None
            for field in _OF_ONE_PAPER if links else ():
                value = getattr(links, field)
                if value:
                    key = link_key(f"arxiv.org/abs/{value}") if field == "arxiv" else link_key(value)
                    span = telling.place("links", field)
                    found[key].append(_Given(paper.key, paper.name, span, telling.shown))
    for profile in profiles:
        for key, given in _in_entries(profile):
            if key in found:
                found[key].append(given)
    for key, givens in sorted(found.items()):
        if frozenset(given.paper for given in givens) not in one_paper:
            yield from _different(key, givens)


def _in_entries(profile: Profile) -> Iterator[tuple[str, _Given]]:
    """Yield the links to papers of entries that are no publications."""
    for number, section in enumerate(profile.file.sections):
        for index, entry in enumerate(
            getattr(section, "entries", ()) if shape_of(section.kind).form != "works" else ()
        ):
            title = bare(getattr(entry, "title", None) or getattr(entry, "project", None) or "")
            shown = not section.hidden and not getattr(entry, "hidden", False)
            for place, link in enumerate(getattr(entry, "links", ())):
                key = link_key(link.url)
                span = profile.places.span(("sections", number, "entries", index, "links", place, "url"))
                if key.startswith(("arxiv:", "doi:")) and title:
                    yield key, _Given(compact(title), title, span, shown)


def _different(key: str, givens: Sequence[_Given]) -> Iterator[Finding]:
    by_paper: dict[str, list[_Given]] = defaultdict(list)
    for given in sorted(givens, key=lambda given: (not given.shown, given.paper, given.span.file, given.span.line)):
        by_paper[given.paper].append(given)
    papers = list(by_paper.values())
    if len(papers) < 2 or not any(given.shown for given in givens):
        return
    first, others = papers[0][0], [group[0] for group in papers[1:]]
    shown = first.shown and any(other.shown for other in others)
    yield finding(
        "shared-link",
        capped(Severity.ERROR, shown=shown),
        first.span,
        f"the link of `{first.title}` is also given to {_titles(others)}",
        "follow it, and correct the entry that it does not belong to",
        related=[(other.span, f"given to `{other.title}` here") for other in others],
        values=(key, *sorted(group[0].paper for group in papers)),
    )


def _titles(others: Sequence[_Given]) -> str:
    names = " and ".join(f"`{other.title}`" for other in others[:2])
    return f"{names} and {len(others) - 2} more" if len(others) > 2 else names
