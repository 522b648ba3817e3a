"""Changes of blocks (entries, honors, skills, texts): which is which, and how one differs."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Hashable, Iterator, Sequence
from typing import Any

from cvgen.comparison.matching import Matching, match_items
from cvgen.comparison.spelling import compact
from cvgen.diff.change import Change, Scope, Tier, clip, quote, show_change
from cvgen.diff.lines import compare_bodies, compare_field, compare_fields
from cvgen.diff.works import WORK_KEYS, compare_works, work_name
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

__all__ = ["block_name", "block_noun", "compare_blocks", "match_blocks"]

_LIST = re.compile(r"\s*[,，、;；]\s*")
_NOUNS: dict[type[Block], str] = {
    WorkBlock: "paper", EntryBlock: "entry", HonorRow: "item", SkillRow: "line",
    Subheading: "heading", Paragraph: "text", Bullets: "list",
}  # fmt: skip


def block_noun(block: Block) -> str:
    """Return the noun for a block in changes."""
    return _NOUNS[type(block)]


def block_name(block: Block) -> str:
    """Return what a block is called."""
    match block:
        case WorkBlock():
            return work_name(block)
        case EntryBlock():
            name = plain(block.title) or plain(block.positions[0].title)
        case HonorRow():
            name = _honor(block)
        case SkillRow():
            name = plain(block.label)
        case Subheading():
            name = plain(block.title)
        case _:
            return clip(_text(block), 60)
    return clip(name, 90)


def _text(block: Block) -> str:
    """Return the text by which blocks are alike or not."""
    match block:
        case WorkBlock() | Subheading():
            return plain(block.title)
        case EntryBlock():
            posts = (f"{plain(post.title)} {plain(post.date)}" for post in block.positions)
            return " ".join([plain(block.title), *posts])
        case HonorRow():
            return f"{_honor(block)} {plain(block.date)}"
        case SkillRow():
            return f"{plain(block.label)} {plain(block.values)}"
        case Paragraph():
            return plain(block.line)
        case Bullets():
            return " ".join(plain(bullet.line) for bullet in block.items)


def _honor(block: HonorRow) -> str:
    return ", ".join(plain(line) for line in (block.title, block.remark) if line)


# --- Which is which -------------------------------------------------------------------------------------------------


def _title(entry: EntryBlock) -> str:
    return compact(plain(entry.title))


def _posts(entry: EntryBlock) -> tuple[str, ...]:
    return tuple(compact(plain(post.title)) for post in entry.positions)


def _dates(entry: EntryBlock) -> tuple[str, ...]:
    return tuple(plain(post.date) for post in entry.positions)


def _begun(entry: EntryBlock) -> Hashable:
    """Return where and when the first of the posts began, which stays whatever else changes."""
    start = plain(entry.positions[-1].date).partition(" - ")[0]
    return (_title(entry), start) if start and entry.title else None


_KEYS: dict[type[Block], tuple[Sequence[Callable[[Any], Hashable]], float]] = {
    WorkBlock: (WORK_KEYS, 80),
    EntryBlock: (
        (
            lambda entry: (_title(entry), _posts(entry), _dates(entry), plain(entry.location)),
            lambda entry: (_title(entry), _posts(entry), _dates(entry)),
            lambda entry: (_title(entry), _posts(entry)),
            _begun,
        ),
        75,
    ),
    HonorRow: ((lambda honor: (_honor(honor), plain(honor.date)), _honor), 88),
    SkillRow: ((_text, lambda skill: compact(plain(skill.label))), 75),
    Subheading: ((_text,), 101),
    Paragraph: ((_text,), 55),
    Bullets: ((_text,), 30),
}


def match_blocks(old: Sequence[Block], new: Sequence[Block]) -> list[tuple[int, int]]:
    """Return the indices of the blocks that are one and the same."""
    found: list[tuple[int, int]] = []
    for kind, (keys, cutoff) in _KEYS.items():
        left = [index for index, block in enumerate(old) if isinstance(block, kind)]
        right = [index for index, block in enumerate(new) if isinstance(block, kind)]
        matching = match_items([old[i] for i in left], [new[j] for j in right], keys, _text, cutoff)
        found += [(left[i], right[j]) for i, j in matching.pairs]
    return sorted(found)


# --- What is different ----------------------------------------------------------------------------------------------


def compare_blocks(old: Block, new: Block, section: str, kind: str, name: str) -> Iterator[Change]:
    """Yield how two blocks that belong together differ; `name` is what the block is called in messages."""
    scope = Scope(section, name)
    match old, new:
        case WorkBlock(), WorkBlock():
            yield from compare_works(old, new, section)
        case EntryBlock(), EntryBlock():
            yield from compare_fields(scope, old, new, "title", "location")
            yield from _compare_positions(scope, old, new, shape_of(kind).second_line)
        case HonorRow(), HonorRow():
            yield from compare_fields(scope, old, new, "title")
            yield from compare_field(scope, "remark", old.remark, new.remark, "what stands after it")
            yield from compare_fields(scope, old, new, "date", "location")
        case SkillRow(), SkillRow():
            yield from compare_field(scope, "title", old.label, new.label, "label")
            yield from _compare_values(scope, old, new)
        case Subheading(), Subheading():
            yield from compare_field(Scope(section, tier=Tier.ORDER), "heading", old.title, new.title)
        case (Paragraph() | Bullets(), Paragraph() | Bullets()):
            yield from compare_bodies(Scope(section, tier=Tier.TEXT), (old,), (new,))


def _compare_positions(scope: Scope, old: EntryBlock, new: EntryBlock, second: str) -> Iterator[Change]:
    keys: tuple[Callable[[Position], Hashable], ...] = (
        lambda post: (plain(post.title), plain(post.date)),
        lambda post: plain(post.title) or None,
    )
    several = len(old.positions) > 1 or len(new.positions) > 1
    matching = match_items(
        old.positions, new.positions, keys, lambda post: f"{plain(post.title)} {plain(post.date)}", 60
    )
    if not several and not matching.pairs:
        matching = Matching(((0, 0),), (), ())
    for i, j in matching.pairs:
        before, after = old.positions[i], new.positions[j]
        here = Scope(scope.section, scope.subject, plain(after.title) if several else "")
        yield from compare_field(here, second, before.title, after.title)
        yield from compare_fields(here, before, after, "date", "location")
        yield from compare_bodies(here, before.body, after.body)
    for i in matching.removed:
        post = _post(old.positions[i])
        yield scope.change("removed", "post", "post removed", post, post, "")
    for j in matching.added:
        post = _post(new.positions[j])
        yield scope.change("added", "post", "post added", post, "", post)
    if matching.moved:
        yield scope.change("moved", "post", "posts reordered")


def _post(post: Position) -> str:
    return ", ".join(plain(line) for line in (post.title, post.date) if line) or "what is true of all posts"


def _compare_values(scope: Scope, old: SkillRow, new: SkillRow) -> Iterator[Change]:
    before, after = plain(old.values), plain(new.values)
    if before == after or not before or not after:
        yield from compare_field(scope, "values", old.values, new.values)
        return
    had, have = (Counter(_LIST.split(text)) for text in (before, after))
    gone, come = list((had - have).elements()), list((have - had).elements())
    message = "changed" if gone or come else "reordered"
    if len(gone) == len(come) and gone:
        detail = show_change(", ".join(gone), ", ".join(come))
    elif gone or come:
        parts = [*(f"{quote(value)} added" for value in come), *(f"{quote(value)} removed" for value in gone)]
        detail = ", ".join(parts)
    else:
        detail = show_change(before, after)
    yield scope.change("changed", "values", message, detail, before, after)
