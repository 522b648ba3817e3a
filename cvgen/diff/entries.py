"""Entries, honors, skills: which is which, and what is told differently of one."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Hashable, Iterator, Sequence
from typing import Any

from cvgen.comparison.matching import moved, pair
from cvgen.comparison.spelling import compact
from cvgen.diff.change import Change, Tier, clip, from_to, quoted
from cvgen.diff.lines import Place, body, field
from cvgen.diff.works import paper_keys, paper_name, work_changes
from cvgen.document.nodes import (
    Block,
    Bullets,
    EntryBlock,
    HonorRow,
    Paragraph,
    Position,
    SkillRow,
    Subheading,
    WorkBlock,
    plain,
)
from cvgen.sections import shape_of

__all__ = ["block_changes", "name_of", "pair_blocks", "sort_of", "text_of"]

_LIST = re.compile(r"\s*[,，、;；]\s*")


def sort_of(block: Block) -> str:
    """Return the word for a block in changes."""
    match block:
        case WorkBlock():
            return "paper"
        case EntryBlock():
            return "entry"
        case HonorRow():
            return "item"
        case SkillRow():
            return "line"
        case Subheading():
            return "heading"
        case Paragraph():
            return "text"
        case Bullets():
            return "list"


def name_of(block: Block) -> str:
    """Return what a block is called."""
    match block:
        case WorkBlock():
            return paper_name(block)
        case EntryBlock():
            return clip(plain(block.title) or plain(block.positions[0].title), 90)
        case HonorRow():
            return clip(_honor(block), 90)
        case SkillRow():
            return clip(plain(block.label), 90)
        case Subheading():
            return clip(plain(block.title), 90)
        case _:
            return clip(text_of(block), 60)


def text_of(block: Block) -> str:
    """Return the text by which blocks are alike or not."""
    match block:
        case WorkBlock():
            return plain(block.title)
        case EntryBlock():
            posts = (f"{plain(post.title)} {plain(post.date)}" for post in block.positions)
            return " ".join([plain(block.title), *posts])
        case HonorRow():
            return f"{_honor(block)} {plain(block.date)}"
        case SkillRow():
            return f"{plain(block.label)} {plain(block.values)}"
        case Subheading():
            return plain(block.title)
        case Paragraph():
            return plain(block.line)
        case Bullets():
            return " ".join(plain(bullet.line) for bullet in block.items)


def _honor(block: HonorRow) -> str:
    return ", ".join(plain(line) for line in (block.title, block.remark) if line)


# --- Which is which -------------------------------------------------------------------------------------------------


def _of(*parts: Callable[[Any], str]) -> Callable[[Any], Hashable]:
    return lambda block: tuple(part(block) for part in parts)


def _title(entry: EntryBlock) -> str:
    return compact(plain(entry.title))


def _posts(entry: EntryBlock) -> str:
    return "|".join(compact(plain(post.title)) for post in entry.positions)


def _dates(entry: EntryBlock) -> str:
    return "|".join(plain(post.date) for post in entry.positions)


def _begun(entry: EntryBlock) -> Hashable:
    """Return where and when the first of the posts began: whatever else is told differently, that stays."""
    start = plain(entry.positions[-1].date).partition(" - ")[0]
    return (_title(entry), start) if start and entry.title else None


def _location(entry: EntryBlock) -> str:
    return plain(entry.location)


def _label(skill: SkillRow) -> str:
    return compact(plain(skill.label))


def _day(honor: HonorRow) -> str:
    return plain(honor.date)


_KEYS: dict[type[Block], tuple[Sequence[Callable[[Any], Hashable]], float]] = {
    WorkBlock: (paper_keys, 80),
    EntryBlock: (
        (_of(_title, _posts, _dates, _location), _of(_title, _posts, _dates), _of(_title, _posts), _begun),
        75,
    ),
    HonorRow: ((_of(_honor, _day), _honor), 88),
    SkillRow: ((_of(_label, text_of), _label), 75),
    Subheading: ((text_of,), 101),
    Paragraph: ((text_of,), 55),
    Bullets: ((text_of,), 30),
}


def pair_blocks(old: Sequence[Block], new: Sequence[Block]) -> list[tuple[int, int]]:
    """Return the indices of the blocks that are one and the same, told perhaps differently."""
    found: list[tuple[int, int]] = []
    for kind, (keys, cutoff) in _KEYS.items():
        left = [index for index, block in enumerate(old) if isinstance(block, kind)]
        right = [index for index, block in enumerate(new) if isinstance(block, kind)]
        if left and right:
            pairs = pair([old[i] for i in left], [new[j] for j in right], keys, text_of, cutoff)
            found += [(left[i], right[j]) for i, j in pairs]
    return sorted(found)


# --- What is different ----------------------------------------------------------------------------------------------


def block_changes(old: Block, new: Block, section: str, kind: str, name: str) -> Iterator[Change]:
    """Tell what is different between two blocks that are one; `name` is what the reader knows it by."""
    place = Place(section, name)
    match old, new:
        case WorkBlock(), WorkBlock():
            yield from work_changes(old, new, section)
        case EntryBlock(), EntryBlock():
            yield from field(place, "title", old.title, new.title)
            yield from field(place, "location", old.location, new.location)
            yield from _positions(place, old, new, shape_of(kind).second_line)
        case HonorRow(), HonorRow():
            yield from field(place, "title", old.title, new.title)
            yield from field(place, "remark", old.remark, new.remark, "what stands after it")
            yield from field(place, "date", old.date, new.date)
            yield from field(place, "location", old.location, new.location)
        case SkillRow(), SkillRow():
            yield from field(place, "title", old.label, new.label, "label")
            yield from _values(place, old, new)
        case Subheading(), Subheading():
            yield from field(Place(section, tier=Tier.ORDER), "heading", old.title, new.title)
        case (Paragraph() | Bullets(), Paragraph() | Bullets()):
            yield from body(Place(section, tier=Tier.TEXT), (old,), (new,))


def _positions(place: Place, old: EntryBlock, new: EntryBlock, second: str) -> Iterator[Change]:
    keys: tuple[Callable[[Position], Hashable], ...] = (
        lambda post: (plain(post.title), plain(post.date)),
        lambda post: plain(post.title) or None,
    )
    several = len(old.positions) > 1 or len(new.positions) > 1
    pairs = pair(old.positions, new.positions, keys, lambda post: f"{plain(post.title)} {plain(post.date)}", 60)
    if not several and not pairs:
        pairs = [(0, 0)]
    for i, j in pairs:
        before, after = old.positions[i], new.positions[j]
        here = Place(place.section, place.subject, plain(after.title) if several else "")
        yield from field(here, second, before.title, after.title)
        yield from field(here, "date", before.date, after.date)
        yield from field(here, "location", before.location, after.location)
        yield from body(here, before.body, after.body)
    done, seen = {i for i, _ in pairs}, {j for _, j in pairs}
    for i, post in enumerate(old.positions):
        if i not in done:
            yield place.change("removed", "post", "post removed", _post(post), _post(post), "")
    for j, post in enumerate(new.positions):
        if j not in seen:
            yield place.change("added", "post", "post added", _post(post), "", _post(post))
    if moved(pairs):
        yield place.change("moved", "post", "posts reordered")


def _post(post: Position) -> str:
    return ", ".join(plain(line) for line in (post.title, post.date) if line) or "what is true of all posts"


def _values(place: Place, old: SkillRow, new: SkillRow) -> Iterator[Change]:
    before, after = plain(old.values), plain(new.values)
    had, have = (_LIST.split(text) if text else [] for text in (before, after))
    gone, come = list((Counter(had) - Counter(have)).elements()), list((Counter(have) - Counter(had)).elements())
    if before == after or not before or not after:
        yield from field(place, "values", old.values, new.values)
    elif len(gone) == len(come) and gone:
        yield place.change("changed", "values", "changed", from_to(", ".join(gone), ", ".join(come)), before, after)
    elif gone or come:
        words = [*(f"{quoted(value)} added" for value in come), *(f"{quoted(value)} removed" for value in gone)]
        yield place.change("changed", "values", "changed", ", ".join(words), before, after)
    else:
        yield place.change("changed", "values", "reordered", from_to(before, after), before, after)
