"""One link given to two different papers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from cvgen.comparison.spelling import compact, link_key, strip_markup
from cvgen.diagnostics import Severity, Span
from cvgen.lint.finding import Finding, capped, finding
from cvgen.lint.papers import Paper
from cvgen.loading.profile import Profile
from cvgen.sections import shape_of

__all__ = ["find_shared_links"]

# Links that lead to the paper itself; code, data and project pages may well belong to several.
_OF_ONE_PAPER = ("pdf", "html", "doi", "arxiv", "abstract", "slides", "poster")


@dataclass(frozen=True, eq=False)
class _LinkUse:
    """A link of a paper, or of an entry of another kind with some title."""

    paper: str
    title: str
    span: Span
    shown: bool


def find_shared_links(
    papers: Sequence[Paper], profiles: Sequence[Profile], one_paper: Collection[frozenset[str]] = ()
) -> Iterator[Finding]:
    """Yield each link that is given to two papers, or to a paper and to an entry with another title.

    `one_paper` are pairs of keys of papers that are one, renamed, and may share their links.
    """
    found: dict[str, list[_LinkUse]] = defaultdict(list)
    for paper in papers:
        for record in paper.records:
            links = record.work.links if record.has("links") else None
            for field in _OF_ONE_PAPER if links else ():
                if value := getattr(links, field):
                    key = link_key(f"arxiv.org/abs/{value}" if field == "arxiv" else value)
                    found[key].append(_LinkUse(paper.key, paper.name, record.place("links", field), record.shown))
    for profile in profiles:
        for key, use in _entry_links(profile):
            if key in found:
                found[key].append(use)
    for key, uses in sorted(found.items()):
        if frozenset(use.paper for use in uses) not in one_paper:
            yield from _report(key, uses)


def _entry_links(profile: Profile) -> Iterator[tuple[str, _LinkUse]]:
    """Yield the links to papers of entries that are no publications."""
    for number, section in enumerate(profile.file.sections):
        is_other = shape_of(section.kind).form != "works"
        for index, entry in enumerate(getattr(section, "entries", ()) if is_other else ()):
            title = strip_markup(getattr(entry, "title", None) or getattr(entry, "project", None) or "")
            shown = not section.hidden and not getattr(entry, "hidden", False)
            for place, link in enumerate(getattr(entry, "links", ())):
                key = link_key(link.url)
                span = profile.places.span(("sections", number, "entries", index, "links", place, "url"))
                if key.startswith(("arxiv:", "doi:")) and title:
                    yield key, _LinkUse(compact(title), title, span, shown)


def _report(key: str, uses: Sequence[_LinkUse]) -> Iterator[Finding]:
    by_paper: dict[str, _LinkUse] = {}
    for use in sorted(uses, key=lambda use: (not use.shown, use.paper, use.span.file, use.span.line)):
        by_paper.setdefault(use.paper, use)
    first, *others = by_paper.values()
    if not others or not any(use.shown for use in uses):
        return
    names = " and ".join(f"`{other.title}`" for other in others[:2])
    more = f" and {len(others) - 2} more" if len(others) > 2 else ""
    yield finding(
        "shared-link",
        first.span,
        f"the link of `{first.title}` is also given to {names}{more}",
        severity=capped(Severity.ERROR, shown=first.shown and any(other.shown for other in others)),
        related=[(other.span, f"given to `{other.title}` here") for other in others],
        values=(key, *sorted(by_paper)),
    )
