"""Papers: which is which, and what is told differently of one."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Hashable, Iterator

from cvgen.comparison.matching import moved, pair
from cvgen.comparison.spelling import compact, fold, link_key, name_key
from cvgen.diff.change import Change, Tier, clip, from_to
from cvgen.diff.lines import Place, field, links_of
from cvgen.document.nodes import Line, WorkBlock, plain

__all__ = ["AUTHORS_SHOWN", "paper_keys", "paper_name", "work_changes"]

AUTHORS_SHOWN = 6
_LIST = re.compile(r"\s*[,，、;；]\s*(?:and\s+|et al\.?$)?")
_MARKS = "*†"


def paper_name(work: WorkBlock) -> str:
    """Return what people call a paper: its system's name, or its title.

    >>> from cvgen.document.inline import literal
    >>> paper_name(WorkBlock(literal("Ditto: Efficient Serverless Analytics")))
    'Ditto'
    """
    title = plain(work.title)
    head, colon, _ = title.partition(":")
    return head if colon and len(head) < 30 else clip(title, 90)


def _authors(work: WorkBlock) -> list[str]:
    names = (name.strip() for name in _LIST.split(plain(work.authors).replace("…", "")))
    return [name for name in names if name]


def _bare(name: str) -> str:
    return name.rstrip(_MARKS)


def _links(work: WorkBlock) -> frozenset[str]:
    """Return what leads to the paper itself and to no other: its DOI, its arXiv number, its PDF."""
    every = [url for _, url in links_of(work.links)] + [url for _, url in links_of(work.title)]
    return frozenset(key for url in every if (key := link_key(url)).startswith(("doi:", "arxiv:")) or "pdf" in key)


def _title(work: WorkBlock) -> Hashable:
    return compact(plain(work.title)) or None


def _same_link(work: WorkBlock) -> Hashable:
    return min(_links(work), default=None)


def _same_authors(work: WorkBlock) -> Hashable:
    """Return the authors, where they are so many that a paper of theirs that went is likely the one that came."""
    names = tuple(name_key(_bare(name)) for name in _authors(work))
    return names if len(names) >= 3 else None


paper_keys = (
    lambda work: (compact(plain(work.title)), plain(work.venue), plain(work.date)),
    _title,
    _same_link,
    _same_authors,
)
"""What tells papers apart, the surest first. Titles that are alike come after them."""


def work_changes(old: WorkBlock, new: WorkBlock, section: str) -> Iterator[Change]:
    """Tell what is different of one paper."""
    place = Place(section, paper_name(new), tier=Tier.PAPER)
    yield from field(place, "title", old.title, new.title)
    yield from _author_changes(place, old, new)
    yield from field(place, "venue", old.venue, new.venue)
    yield from field(place, "date", old.date, new.date)
    yield from field(place, "award", old.award, new.award)
    yield from field(place, "location", old.location, new.location)
    yield from _notes(place, old, new)
    yield from _link_changes(place, old.links, new.links)
    if plain(old.authors) == plain(new.authors):  # else it follows from the marks of the authors
        yield from field(place, "legend", old.legend, new.legend, "note on authors")


def _notes(place: Place, old: WorkBlock, new: WorkBlock) -> Iterator[Change]:
    for index in range(max(len(old.notes), len(new.notes))):
        before, after = (notes[index] if index < len(notes) else Line() for notes in (old.notes, new.notes))
        yield from field(place, "note", before, after)


# --- Authors --------------------------------------------------------------------------------------------------------


def _author_changes(place: Place, old: WorkBlock, new: WorkBlock) -> Iterator[Change]:
    if plain(old.authors) == plain(new.authors) or not (old.authors and new.authors):
        yield from field(place, "authors", old.authors, new.authors, "author list")
        return
    before, after = _authors(old), _authors(new)
    keys = (
        lambda name: name,
        lambda name: name_key(_bare(name)),
    )
    pairs = pair(before, after, keys, lambda name: fold(_bare(name)), 75)
    detail = "; ".join(_author_words(before, after, pairs))
    detail = detail or from_to(plain(old.authors), plain(new.authors))
    yield place.change("changed", "authors", "author list changed", detail, plain(old.authors), plain(new.authors))


def _author_words(old: list[str], new: list[str], pairs: list[tuple[int, int]]) -> Iterator[str]:
    done, seen = {i for i, _ in pairs}, {j for _, j in pairs}
    come = [_bare(name) for j, name in enumerate(new) if j not in seen]
    gone = [_bare(name) for i, name in enumerate(old) if i not in done]
    if come:
        yield f"{_few(come)} added"
    if gone:
        yield f"{_few(gone)} removed"
    for i, j in pairs:
        if _bare(old[i]) != _bare(new[j]):
            yield f"{_bare(old[i])} is now {_bare(new[j])}"
    shifted = moved(pairs)
    if len(shifted) == 1:
        ((_, j),) = shifted
        yield f"{_bare(new[j])} now " + (f"after {_bare(new[j - 1])}" if j else "first")
    elif shifted:
        yield "order changed"
    for mark, words in (("*", "equal contribution"), ("†", "corresponding author")):
        marked = [_bare(new[j]) for i, j in pairs if mark in _tail(new[j]) and mark not in _tail(old[i])]
        freed = [_bare(new[j]) for i, j in pairs if mark in _tail(old[i]) and mark not in _tail(new[j])]
        if marked:
            yield f"{words} marked for {_few(marked)}"
        if freed:
            yield f"{words} no longer marked for {_few(freed)}"


def _tail(name: str) -> str:
    return name[len(_bare(name)) :]


def _few(names: list[str]) -> str:
    if len(names) <= AUTHORS_SHOWN:
        return ", ".join(names)
    return f"{', '.join(names[: AUTHORS_SHOWN - 1])} and {len(names) - AUTHORS_SHOWN + 1} others"


# --- Links ----------------------------------------------------------------------------------------------------------


def _link_changes(place: Place, old: Line, new: Line) -> Iterator[Change]:
    """Tell which of "[PDF] [Slides]" came, went or lead elsewhere."""
    before, after = links_of(old), links_of(new)
    urls = dict(after)
    told = False
    for label, url in before:
        if label not in urls:
            yield place.change("removed", "link", f"{label} link removed", clip(url), url, "")
        elif urls[label] != url:
            detail = f"{clip(url)} → {clip(urls[label])}"
            yield place.change("changed", "link", f"{label} link changed", detail, url, urls[label])
        told |= urls.get(label) != url
    for label, url in after:
        if label not in dict(before):
            told = True
            yield place.change("added", "link", f"{label} link added", clip(url), "", url)
    if not told and old.inlines != new.inlines:
        words = "links reordered" if Counter(before) == Counter(after) else "links changed"
        yield place.change("changed", "link", words, "", plain(old), plain(new))
