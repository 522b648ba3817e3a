"""Keys of works in bibliographies: the id of a work, or a name made of author, year and title."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from cvgen.profile.selection import SelectedWork
from cvgen.profile.works import Work
from cvgen.values import dates
from cvgen.values.names import fold_name, split_name

__all__ = ["keyed_works", "work_key"]


def keyed_works(works: Iterable[SelectedWork]) -> dict[str, Work]:
    """Return works by their keys, each once."""
    found: dict[str, Work] = {}
    for selected in works:
        found.setdefault(selected.key or work_key(selected.work, found), selected.work)
    return found


def work_key(work: Work, taken: Mapping[str, object]) -> str:
    """Return a key for a work without an id: `jin2023ditto`."""
    family = fold_name(split_name(work.authors[0].name).surname).replace(" ", "") if work.authors else ""
    year = re.search(r"\d{4}", dates.canonical(work.date)) if work.date is not None else None
    word = next((word for word in fold_name(work.title).split() if len(word) > 3), "work")
    stem = re.sub(r"[^a-z0-9]", "", f"{family}{year[0] if year else ''}{word}")[:60] or "work"
    return next(name for name in (stem, *(f"{stem}-{number}" for number in range(2, 10_000))) if name not in taken)
