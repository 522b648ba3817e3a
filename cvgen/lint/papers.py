"""Grouping the records of one paper, and papers that have two names.

Records of one id or one title belong together; then titles that are nearly equal are compared, only those that share
their beginning, their end, the initials of their words or a DOI or arXiv number. Two titles in one file are two
papers: nobody lists a paper twice under two names.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from cvgen.comparison.spelling import compact, link_key, singular, strip_markup, titles_alike
from cvgen.comparison.works import author_keys, short_title, title_key, work_ids
from cvgen.lint.records import WorkRecord
from cvgen.values.names import fold_name

__all__ = ["Paper", "Renaming", "find_renamings", "group_records"]

_LARGEST_BUCKET = 400
_SHORTEST_TITLE = 15


@dataclass(frozen=True, eq=False)
class Paper:
    """The records of one paper."""

    records: tuple[WorkRecord, ...]

    @property
    def files(self) -> frozenset[str]:
        """The files that list it."""
        return frozenset(file for record in self.records for file in record.files)

    @property
    def name(self) -> str:
        """What to call it in a message: its system's name, or its title."""
        works = sorted((record.work for record in self.records), key=title_key)
        system = next((work.system_name for work in works if work.system_name), None)
        return system or short_title(strip_markup(works[0].title or ""))

    @property
    def key(self) -> str:
        """What stands for it in fingerprints."""
        return min(self.titles)

    @property
    def titles(self) -> frozenset[str]:
        """The letters of its titles."""
        return frozenset(title_key(record.work) for record in self.records)

    @property
    def former_titles(self) -> frozenset[str]:
        """The letters of titles that it had before."""
        every = (title for record in self.records for title in record.work.former_titles)
        return frozenset(compact(strip_markup(title)) for title in every)

    @property
    def is_late(self) -> bool:
        """Whether some record has it as published or accepted."""
        return any(record.stage == "late" for record in self.records)


@dataclass(frozen=True, eq=False)
class Renaming:
    """One paper under two names: `known` where one of them lists the other as a former title."""

    old: Paper
    new: Paper
    why: str
    known: bool = False


class _Sets:
    """Disjoint sets of records."""

    def __init__(self) -> None:
        self.parents: dict[WorkRecord, WorkRecord] = {}

    def find(self, record: WorkRecord) -> WorkRecord:
        while (parent := self.parents.get(record, record)) is not record:
            self.parents[record] = self.parents.get(parent, parent)
            record = parent
        return record

    def join(self, one: WorkRecord, other: WorkRecord) -> None:
        self.parents[self.find(one)] = self.find(other)


def _paper(records: Iterable[WorkRecord]) -> Paper:
    """Make a paper whose records stand in an order that their contents give, whatever was read first."""
    order = sorted(records, key=lambda record: (title_key(record.work), record.file, record.entry.line))
    return Paper(tuple(order))


def _grouped(records: Sequence[WorkRecord], sets: _Sets) -> list[Paper]:
    found: dict[WorkRecord, list[WorkRecord]] = defaultdict(list)
    for record in records:
        found[sets.find(record)].append(record)
    return sorted(map(_paper, found.values()), key=lambda paper: paper.key)


def group_records(records: Sequence[WorkRecord]) -> list[Paper]:
    """Put the records of one paper together."""
    sets = _Sets()
    first: dict[object, WorkRecord] = {}
    for record in records:
        title = title_key(record.work)
        # "Preface" names nothing by itself.
        full = title if len(title) > _SHORTEST_TITLE else (title, author_keys(record.work))
        for key in (record.base, full):
            sets.join(record, first.setdefault(key, record))
    groups = _grouped(records, sets)
    for one, other in sorted(set(_by_key(groups, _similar_titles))):
        if _are_one(groups[one], groups[other]):
            sets.join(groups[one].records[0], groups[other].records[0])
    return [edition for paper in _grouped(records, sets) for edition in _editions(paper)]


def _editions(paper: Paper) -> list[Paper]:
    """Divide a paper of which one file lists two published versions: a conference paper and its journal version."""
    late: dict[str, list[WorkRecord]] = defaultdict(list)
    for record in paper.records:
        if record.stage == "late" and record.origin != "override":
            late[_venue_name(record)].append(record)
    files = [frozenset(record.file for record in group) for group in late.values()]
    if len(late) < 2 or not any(one & other for one, other in combinations(files, 2)):
        return [paper]
    bases = {record.base: name for name, group in late.items() for record in group}
    rest = [record for record in paper.records if record.stage != "late" or record.origin == "override"]
    newest = max(late, key=lambda name: max(str(record.work.date) for record in late[name]))
    for record in rest:
        late[bases.get(record.base, newest)].append(record)
    return [_paper(group) for _, group in sorted(late.items())]


def _venue_name(record: WorkRecord) -> str:
    venue = record.work.venue
    return compact(venue.acronym or strip_markup(venue.name or "")) if venue else ""


def _similar_titles(paper: Paper) -> set[object]:
    """Return keys that papers share if their titles may be one title misspelt, or if they have one id."""
    found: set[object] = set()
    for record in paper.records:
        key = title_key(record.work)
        initials = "".join(word[0] for word in fold_name(strip_markup(record.work.title or "")).split())
        found |= {f"<{key[:12]}", f">{key[-12:]}", f"={initials}", *work_ids(record.work)}
    return found


def _are_one(one: Paper, other: Paper) -> bool:
    if one.files & other.files:  # nobody lists a paper twice under two names
        return False
    mine, yours = one.records[0].work, other.records[0].work
    alike = titles_alike(fold_name(strip_markup(mine.title or "")), fold_name(strip_markup(yours.title or "")))
    return alike and _share_authors(one, other)


def _share_authors(one: Paper, other: Paper) -> bool:
    """Tell whether most authors are the same, or one side names none."""
    mine, yours = (_every_author(paper) for paper in (one, other))
    return not mine or not yours or 2 * len(mine & yours) >= min(len(mine), len(yours))


def _every_author(paper: Paper) -> frozenset[str]:
    return frozenset(key for record in paper.records for key in author_keys(record.work))


# --- Renamed --------------------------------------------------------------------------------------------------------


def find_renamings(found: Sequence[Paper]) -> list[Renaming]:
    """Find papers that have two names: a former title, one DOI, or equal authors in equal order."""
    pairs: dict[tuple[int, int], Renaming] = {}
    for why, known, candidates in (
        ("former", True, _by_former_title(found)),
        ("link", False, _by_key(found, _links)),
        ("authors", False, _by_key(found, _author_lists)),
    ):
        for one, other in candidates:
            if (one, other) in pairs or not _may_be_renamed(found[one], found[other], why):
                continue
            old, new = _in_time(found[one], found[other])
            pairs[one, other] = Renaming(old, new, why, known)
    return list(pairs.values())


def _by_former_title(found: Sequence[Paper]) -> Iterator[tuple[int, int]]:
    by_title = {title: index for index, paper in enumerate(found) for title in paper.titles}
    for index, paper in enumerate(found):
        for title in sorted(paper.former_titles):
            other = by_title.get(title, index)
            if other != index:
                yield min(index, other), max(index, other)


def _by_key(found: Sequence[Paper], keys: Callable[[Paper], Iterable[object]]) -> Iterator[tuple[int, int]]:
    buckets: dict[object, list[int]] = defaultdict(list)
    for index, paper in enumerate(found):
        for key in keys(paper):
            buckets[key].append(index)
    for bucket in buckets.values():
        if 1 < len(bucket) <= _LARGEST_BUCKET:
            yield from combinations(bucket, 2)


def _links(paper: Paper) -> Iterable[object]:
    """Return what leads to the paper: its ids, and the addresses of its text."""
    found = {key for record in paper.records for key in work_ids(record.work)}
    for record in paper.records:
        links = record.work.links
        found |= {link_key(url) for url in (links.pdf, links.html) if url} if links else set()
    return found


def _author_lists(paper: Paper) -> Iterable[object]:
    lists = {author_keys(record.work) for record in paper.records}
    return {authors for authors in lists if len(authors) >= 3}


def _may_be_renamed(one: Paper, other: Paper, why: str) -> bool:
    if why == "former":
        return True
    if one.files & other.files:
        return False
    if why == "link":
        one_id = any(work_ids(mine.work) & work_ids(yours.work) for mine in one.records for yours in other.records)
        same = set(_author_lists(one)) & set(_author_lists(other))
        return bool(same) or (one_id and bool(_author_lists(one)) and _share_authors(one, other))
    # Published twice means two papers; a title that has nothing of the other is another paper of the same people.
    if one.is_late and other.is_late:
        return False
    shared = _content_words(one) & _content_words(other)
    return len(shared) >= 2 or len(_every_author(one)) >= 6


_COMMON_WORDS = (
    "a an the of in on for with and to by from at via using towards toward efficient fast scalable large system "
    "model learning data new novel approach"
)
_COMMON = frozenset(_COMMON_WORDS.split())


def _content_words(paper: Paper) -> set[str]:
    words = fold_name(strip_markup(paper.records[0].work.title or "")).split()
    return {singular(word) for word in words} - _COMMON


def _in_time(one: Paper, other: Paper) -> tuple[Paper, Paper]:
    """Return the older name first: what is still a preprint, or what the other has as a former title."""

    def order(paper: Paper, other: Paper) -> tuple[bool, bool, str]:
        return bool(paper.former_titles & other.titles), paper.is_late, paper.key

    return (one, other) if order(one, other) <= order(other, one) else (other, one)
