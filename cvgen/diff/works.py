"""Changes of works: which work is which, and how one differs."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Hashable, Iterator
from itertools import zip_longest

from cvgen.comparison.matching import Matching, match_items
from cvgen.comparison.spelling import compact, link_key, name_key
from cvgen.comparison.works import short_title
from cvgen.diff.change import Change, Scope, Tier, clip, show_change
from cvgen.diff.lines import compare_field, compare_fields, compare_links, line_links
from cvgen.document.nodes import Line, WorkBlock, plain
from cvgen.values.names import fold_name

__all__ = ["WORK_KEYS", "compare_works", "work_name"]

_AUTHORS_SHOWN = 6
_LIST = re.compile(r"\s*[,，、;；]\s*(?:and\s+|et al\.?$)?")
_MARKS = "*†"


def work_name(work: WorkBlock) -> str:
    """Return what a work is called: its system's name, or its title."""
    return clip(short_title(plain(work.title)), 90)


def _authors(work: WorkBlock) -> list[str]:
    names = (name.strip() for name in _LIST.split(plain(work.authors).replace("…", "")))
    return [name for name in names if name]


def _unmarked(name: str) -> str:
    return name.rstrip(_MARKS)


def _link(work: WorkBlock) -> Hashable:
    """Return what leads to this work and to no other: its DOI, its arXiv number, its PDF."""
    keys = (link_key(url) for line in (work.links, work.title) for _, url in line_links(line))
    return min((key for key in keys if key.startswith(("doi:", "arxiv:")) or "pdf" in key), default=None)


def _author_keys(work: WorkBlock) -> Hashable:
    """Return the authors, where they are so many that a work of theirs that went is likely the one that came."""
    names = tuple(name_key(_unmarked(name)) for name in _authors(work))
    return names if len(names) >= 3 else None


WORK_KEYS = (
    lambda work: (compact(plain(work.title)), plain(work.venue), plain(work.date)),
    lambda work: compact(plain(work.title)) or None,
    _link,
    _author_keys,
)
"""Keys that identify works, the surest first. Titles that are alike come after them."""


def compare_works(old: WorkBlock, new: WorkBlock, section: str) -> Iterator[Change]:
    """Yield how one work differs."""
    scope = Scope(section, work_name(new), tier=Tier.PAPER)
    yield from compare_field(scope, "title", old.title, new.title)
    yield from _compare_authors(scope, old, new)
    yield from compare_fields(scope, old, new, "venue", "date", "award", "location")
    for before, after in zip_longest(old.notes, new.notes, fillvalue=Line()):
        yield from compare_field(scope, "note", before, after)
    changes = list(compare_links(scope, old.links, new.links, lambda text: f"{text} link"))
    yield from changes
    if not changes and old.links.inlines != new.links.inlines:
        same = Counter(line_links(old.links)) == Counter(line_links(new.links))
        message = "links reordered" if same else "links changed"
        yield scope.change("changed", "link", message, "", plain(old.links), plain(new.links))
    if plain(old.authors) == plain(new.authors):  # else it follows from the marks of the authors
        yield from compare_field(scope, "legend", old.legend, new.legend, "note on authors")


# --- Authors --------------------------------------------------------------------------------------------------------


def _compare_authors(scope: Scope, old: WorkBlock, new: WorkBlock) -> Iterator[Change]:
    texts = plain(old.authors), plain(new.authors)
    if texts[0] == texts[1] or not all(texts):
        yield from compare_field(scope, "authors", old.authors, new.authors, "author list")
        return
    before, after = _authors(old), _authors(new)
    keys = (lambda name: name, lambda name: name_key(_unmarked(name)))
    matching = match_items(before, after, keys, lambda name: fold_name(_unmarked(name)), 75)
    detail = "; ".join(_describe_authors(before, after, matching)) or show_change(*texts)
    yield scope.change("changed", "authors", "author list changed", detail, *texts)


def _describe_authors(old: list[str], new: list[str], matching: Matching) -> Iterator[str]:
    if matching.added:
        yield f"{_list_names([new[j] for j in matching.added])} added"
    if matching.removed:
        yield f"{_list_names([old[i] for i in matching.removed])} removed"
    for i, j in matching.pairs:
        if _unmarked(old[i]) != _unmarked(new[j]):
            yield f"{_unmarked(old[i])} is now {_unmarked(new[j])}"
    moved = matching.moved
    if len(moved) == 1:
        ((_, j),) = moved
        yield f"{_unmarked(new[j])} now " + (f"after {_unmarked(new[j - 1])}" if j else "first")
    elif moved:
        yield "order changed"
    for mark, meaning in (("*", "equal contribution"), ("†", "corresponding author")):
        marks = [(new[j], mark in _marks(old[i]), mark in _marks(new[j])) for i, j in matching.pairs]
        marked = [name for name, before, after in marks if after and not before]
        unmarked = [name for name, before, after in marks if before and not after]
        if marked:
            yield f"{meaning} marked for {_list_names(marked)}"
        if unmarked:
            yield f"{meaning} no longer marked for {_list_names(unmarked)}"


def _marks(name: str) -> str:
    return name[len(_unmarked(name)) :]


def _list_names(names: list[str]) -> str:
    names = [_unmarked(name) for name in names]
    if len(names) <= _AUTHORS_SHOWN:
        return ", ".join(names)
    return f"{', '.join(names[: _AUTHORS_SHOWN - 1])} and {len(names) - _AUTHORS_SHOWN + 1} others"
