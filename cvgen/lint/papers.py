"""Which tellings are of one paper.

Keys bring together what is told under one id, one title, one DOI or one arXiv number; then titles that are nearly
equal are compared, only those that share their beginning, their end or the initials of their words. Two titles that
one file has both are two papers: nobody lists a paper twice under two names.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from cvgen.comparison.spelling import bare, compact, fold, link_key, name_key, plural_free, titles_alike
from cvgen.lint.facts import Telling
from cvgen.profile.works import WorkFields

__all__ = ["Paper", "Renaming", "authors_of", "ids_of", "papers", "renamings", "title_key"]

_LARGEST_BUCKET = 400
_SHORTEST_TITLE = 15


def title_key(work: WorkFields) -> str:
    """Return the letters of the title."""
    return compact(bare(work.title or ""))


def authors_of(work: WorkFields) -> tuple[str, ...]:
    """Return the authors as keys, in order."""
    return tuple(name_key(author.name) for author in work.authors)


def ids_of(work: WorkFields) -> frozenset[str]:
    """Return what names this one paper in the world: its DOI, its arXiv number."""
    links = work.links
    if links is None:
        return frozenset()
    arxiv = f"arxiv:{links.arxiv.partition('v')[0]}" if links.arxiv else ""
    doi = f"doi:{links.doi.lower()}" if links.doi else ""
    return frozenset({arxiv, doi} - {""})


@dataclass(frozen=True, eq=False)
class Paper:
    """The tellings of one paper."""

    tellings: tuple[Telling, ...]

    @property
    def files(self) -> frozenset[str]:
        """The files that list it."""
        return frozenset(file for telling in self.tellings for file in telling.tellers)

    @property
    def name(self) -> str:
        """What to call it in a message: its system's name, or its title."""
        works = sorted((telling.work for telling in self.tellings), key=lambda work: title_key(work))
        system = next((work.system_name for work in works if work.system_name), None)
        if system:
            return system
        head, colon, _ = bare(works[0].title or "").partition(":")
        return head if colon and len(head) < 30 else bare(works[0].title or "")

    @property
    def key(self) -> str:
        """What stands for it in fingerprints."""
        return min(title_key(telling.work) for telling in self.tellings)

    def titles(self) -> dict[str, list[Telling]]:
        """Return the tellings by title."""
        found: dict[str, list[Telling]] = defaultdict(list)
        for telling in self.tellings:
            found[title_key(telling.work)].append(telling)
        return found


@dataclass(frozen=True, eq=False)
class Renaming:
    """One paper told under two names: `known` where one of them lists the other as a former title."""

    old: Paper
    new: Paper
    why: str
    known: bool = False


class _Sets:
    """Disjoint sets of indices."""

    def __init__(self, count: int) -> None:
        self.parent = list(range(count))

    def find(self, item: int) -> int:
        while self.parent[item] != item:
            self.parent[item] = self.parent[self.parent[item]]
            item = self.parent[item]
        return item

    def join(self, one: int, other: int) -> None:
        one, other = sorted((self.find(one), self.find(other)))
        self.parent[other] = one


def _paper(told: Iterable[Telling]) -> Paper:
    """Make a paper whose tellings stand in an order that their contents give, whatever was read first."""
    order = sorted(told, key=lambda telling: (title_key(telling.work), telling.file, telling.entry.line))
    return Paper(tuple(order))


def _grouped(told: Sequence[Telling], sets: _Sets) -> list[Paper]:
    found: dict[int, list[Telling]] = defaultdict(list)
    for index, telling in enumerate(told):
        found[sets.find(index)].append(telling)
    return sorted(map(_paper, found.values()), key=lambda paper: paper.key)


def papers(told: Sequence[Telling]) -> list[Paper]:
    """Put the tellings of one paper together."""
    sets = _Sets(len(told))
    first: dict[object, int] = {}
    for index, telling in enumerate(told):
        title = title_key(telling.work)
        # "Preface" names nothing by itself.
        full = title if len(title) > _SHORTEST_TITLE else (title, authors_of(telling.work))
        for key in (telling.base, full):
            sets.join(index, first.setdefault(key, index))
    groups = _grouped(told, sets)
    joined = _Sets(len(groups))
    for one, other in _candidates(groups):
        if _are_one(groups[one], groups[other]):
            joined.join(one, other)
    merged: dict[int, list[Telling]] = defaultdict(list)
    for index, group in enumerate(groups):
        merged[joined.find(index)] += group.tellings
    return [edition for group in merged.values() for edition in _editions(_paper(group))]


def _editions(paper: Paper) -> list[Paper]:
    """Divide a paper of which one file lists two published versions: a conference paper and its journal version."""
    late: dict[str, list[Telling]] = defaultdict(list)
    for telling in paper.tellings:
        if telling.stage == "late" and telling.origin != "override":
            late[_venue_name(telling)].append(telling)
    files = [frozenset(telling.file for telling in group) for group in late.values()]
    if len(late) < 2 or not any(one & other for one, other in combinations(files, 2)):
        return [paper]
    rest = [telling for telling in paper.tellings if telling not in {t for group in late.values() for t in group}]
    bases = {telling.base: name for name, group in late.items() for telling in group}
    newest = max(late, key=lambda name: max(str(telling.work.date) for telling in late[name]))
    for telling in rest:
        late[bases.get(telling.base, newest)].append(telling)
    return [_paper(group) for _, group in sorted(late.items())]


def _venue_name(telling: Telling) -> str:
    venue = telling.work.venue
    return compact(venue.acronym or bare(venue.name or "")) if venue else ""


def _candidates(groups: Sequence[Paper]) -> Iterator[tuple[int, int]]:
    """Yield pairs of groups whose titles may be one title misspelt, or that share an id."""
    buckets: dict[str, set[int]] = defaultdict(set)
    for index, group in enumerate(groups):
        for telling in group.tellings:
            key = title_key(telling.work)
            initials = "".join(word[0] for word in fold(bare(telling.work.title or "")).split())
            for name in (f"<{key[:12]}", f">{key[-12:]}", f"={initials}", *ids_of(telling.work)):
                buckets[name].add(index)
    seen: set[tuple[int, int]] = set()
    for bucket in buckets.values():
        if 1 < len(bucket) <= _LARGEST_BUCKET:
            seen.update(combinations(sorted(bucket), 2))
    yield from sorted(seen)


def _are_one(one: Paper, other: Paper) -> bool:
    if one.files & other.files:  # nobody lists a paper twice under two names
        return False
    mine, yours = one.tellings[0].work, other.tellings[0].work
    alike = titles_alike(fold(bare(mine.title or "")), fold(bare(yours.title or "")))
    return alike and _share_authors(one, other)


def _share_authors(one: Paper, other: Paper) -> bool:
    """Tell whether most authors are the same, or one side tells none."""
    mine, yours = (_all_authors(paper) for paper in (one, other))
    return not mine or not yours or 2 * len(mine & yours) >= min(len(mine), len(yours))


def _all_authors(paper: Paper) -> frozenset[str]:
    return frozenset(key for telling in paper.tellings for key in authors_of(telling.work))


# --- Renamed --------------------------------------------------------------------------------------------------------


def renamings(found: Sequence[Paper]) -> list[Renaming]:
    """Find papers that are told under two names: a former title, one DOI, or equal authors in equal order."""
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
    by_title = {title: index for index, paper in enumerate(found) for title in paper.titles()}
    for index, paper in enumerate(found):
        for telling in paper.tellings:
            for title in telling.work.former_titles:
                other = by_title.get(compact(bare(title)), index)
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
    found = {key for telling in paper.tellings for key in ids_of(telling.work)}
    for telling in paper.tellings:
        links = telling.work.links
        found |= {link_key(url) for url in (links.pdf, links.html) if url} if links else set()
    return found


def _author_lists(paper: Paper) -> Iterable[object]:
    lists = {authors_of(telling.work) for telling in paper.tellings}
    return {authors for authors in lists if len(authors) >= 3}


def _may_be_renamed(one: Paper, other: Paper, why: str) -> bool:
    if why == "former":
        return True
    if one.files & other.files:
        return False
    if why == "link":
        one_id = any(ids_of(mine.work) & ids_of(yours.work) for mine in one.tellings for yours in other.tellings)
        same = set(_author_lists(one)) & set(_author_lists(other))
        return bool(same) or (one_id and bool(_author_lists(one)) and _share_authors(one, other))
    # Published twice means two papers; a title that has nothing of the other is another paper of the same people.
    if all(any(telling.stage == "late" for telling in paper.tellings) for paper in (one, other)):
        return False
    shared = _content_words(one) & _content_words(other)
    return len(shared) >= 2 or len(_all_authors(one)) >= 6


_COMMON_WORDS = (
    "a an the of in on for with and to by from at via using towards toward efficient fast scalable large system "
    "model learning data new novel approach"
)
_COMMON = frozenset(_COMMON_WORDS.split())


def _content_words(paper: Paper) -> set[str]:
    words = fold(bare(paper.tellings[0].work.title or "")).split()
    return {plural_free(word) for word in words} - _COMMON


def _in_time(one: Paper, other: Paper) -> tuple[Paper, Paper]:
    """Return the older name first: what is still a preprint, or what the other has as a former title."""

    def order(paper: Paper, rival: Paper) -> tuple[bool, bool, str]:
        former = {compact(bare(title)) for telling in paper.tellings for title in telling.work.former_titles}
        return (
            bool(former & set(rival.titles())),
            any(telling.stage == "late" for telling in paper.tellings),
            paper.key,
        )

    return (one, other) if order(one, other) <= order(other, one) else (other, one)
