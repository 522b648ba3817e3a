"""Changes between two composed documents."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, is_dataclass

from cvgen.comparison.matching import Matching, Pair, match_items
from cvgen.diagnostics import Span
from cvgen.diff.change import Change, ChangeKind, Tier, clip, show_change
from cvgen.diff.entries import block_name, block_noun, compare_blocks, match_blocks
from cvgen.diff.header import compare_headers, compare_settings
from cvgen.document.nodes import Block, Document, DocumentSection, Subheading, WorkBlock, plain
from cvgen.sections import shape_of

__all__ = ["compare_documents", "equal_documents"]

_NAMED = 5  # how many blocks of a section that came or went are named
_ORDERED = 3  # how many that moved are named


def compare_documents(old: Document, new: Document, photos: tuple[bytes, bytes] = (b"", b"")) -> tuple[Change, ...]:
    """Return all changes between two documents, what matters most first; none if they are equal.

    `photos` are the bytes of the portraits of both, or digests of them.
    """
    found = [
        *compare_headers(old, new, photos),
        *_compare_sections(_Matched.of(old.sections, new.sections)),
        *compare_settings(old, new),
    ]
    if not found and not equal_documents(old, new):
        found.append(Change("changed", "layout", "layout of the text changed", Tier.LOOK))
    return tuple(sorted(found, key=lambda change: change.tier))


def equal_documents(old: Document, new: Document) -> bool:
    """Tell whether two documents are equal, whatever files they and their portraits came from."""
    return _without_origin(old) == _without_origin(new)


def _without_origin(node: object) -> object:
    if isinstance(node, Span):
        return None
    if isinstance(node, tuple):
        return tuple(map(_without_origin, node))
    if is_dataclass(node):
        found = {field.name: _without_origin(getattr(node, field.name)) for field in fields(node) if field.compare}
        found.pop("path", None)  # of the portrait's file
        return (type(node).__name__, tuple(found.items()))
    return node


# --- What belongs together ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Placed:
    """A block, its name, the index and the title of its section, and the heading above it."""

    block: Block
    name: str
    section: int
    title: str
    heading: str


@dataclass(frozen=True, slots=True)
class _Matched:
    """The sections of two documents and their blocks, and which of them belong together."""

    old: Sequence[DocumentSection]
    new: Sequence[DocumentSection]
    before: Sequence[_Placed]
    after: Sequence[_Placed]
    sections: Matching
    blocks: Matching

    @classmethod
    def of(cls, old: Sequence[DocumentSection], new: Sequence[DocumentSection]) -> _Matched:
        repeated = _repeated_names(old) | _repeated_names(new)
        before, after = list(_place_blocks(old, repeated)), list(_place_blocks(new, repeated))
        sections = _match_sections(old, new)
        return cls(old, new, before, after, sections, _match_all_blocks(before, after, sections.pairs))


def _title(section: DocumentSection) -> str:
    return plain(section.title)


def _match_sections(old: Sequence[DocumentSection], new: Sequence[DocumentSection]) -> Matching:
    """Match sections by kind and title, by title, by kind where the contents are alike."""
    keys = (lambda section: (section.kind, _title(section).casefold()), lambda section: _title(section).casefold())
    named = match_items(old, new, keys, _title, 101)
    pairs, right = list(named.pairs), list(named.added)
    for i in named.removed:
        alike = [(_similarity(old[i], new[j]), -j) for j in right if new[j].kind == old[i].kind]
        score, place = max(alike, default=(0.0, 0))
        only_one = sum(old[k].kind == old[i].kind for k in named.removed) == 1 == len(alike)
        if score >= 0.5 or (only_one and shape_of(old[i].kind).form not in ("other", "prose")):
            pairs.append((i, -place))
            right.remove(-place)
    return Matching.of(pairs, len(old), len(new))


def _similarity(old: DocumentSection, new: DocumentSection) -> float:
    """Return which share of the blocks both have."""
    shared = Counter(map(block_name, old.blocks)) & Counter(map(block_name, new.blocks))
    return 2 * shared.total() / (len(old.blocks) + len(new.blocks))


def _repeated_names(sections: Sequence[DocumentSection]) -> set[str]:
    """Return the names that several blocks of one section bear."""
    counts = (Counter(map(block_name, section.blocks)) for section in sections)
    return {name for count in counts for name, times in count.items() if times > 1}


def _place_blocks(sections: Sequence[DocumentSection], repeated: set[str]) -> Iterator[_Placed]:
    """Yield each block; behind a name that is repeated, the first post's title stands."""
    for number, section in enumerate(sections):
        heading = ""
        for block in section.blocks:
            if isinstance(block, Subheading):
                heading = plain(block.title)
            name = block_name(block)
            post = plain(block.positions[0].title) if hasattr(block, "positions") else ""
            if name in repeated and post:
                name = f"{name}, {clip(post, 60)}"
            yield _Placed(block, name, number, _title(section), heading)


def _match_all_blocks(before: Sequence[_Placed], after: Sequence[_Placed], sections: Sequence[Pair]) -> Matching:
    """Match the blocks of sections that belong together, then what is left over across sections."""
    found: list[Pair] = []

    def add_matches(left: list[int], right: list[int]) -> None:
        pairs = match_blocks([before[i].block for i in left], [after[j].block for j in right])
        found.extend((left[i], right[j]) for i, j in pairs)

    for one, other in sections:
        left = [i for i, placed in enumerate(before) if placed.section == one]
        add_matches(left, [j for j, placed in enumerate(after) if placed.section == other])
    rest = Matching.of(found, len(before), len(after))
    left = [i for i in rest.removed if not isinstance(before[i].block, Subheading)]
    add_matches(left, [j for j in rest.added if not isinstance(after[j].block, Subheading)])
    return Matching.of(found, len(before), len(after))


# --- What is different ----------------------------------------------------------------------------------------------


def _compare_sections(matched: _Matched) -> Iterator[Change]:
    yield from _section_changes(matched)
    before, after = matched.before, matched.after
    changed: set[int] = set()
    for i, j in matched.blocks.pairs:
        one, other = before[i], after[j]
        kind = matched.new[other.section].kind
        changes = list(compare_blocks(one.block, other.block, other.title, kind, other.name))
        if (one.section, other.section) not in matched.sections.pairs:
            changes.insert(0, _moved_to_section(one, other))
        yield from changes
        changed |= {j} if changes else set()
    for i in matched.blocks.removed:
        if before[i].section not in matched.sections.removed:
            yield _whole_block("removed", before[i])
    for j in matched.blocks.added:
        if after[j].section not in matched.sections.added:
            yield _whole_block("added", after[j])
    for section, new_section in matched.sections.pairs:
        inside = [
            (i, j)
            for i, j in matched.blocks.pairs
            if before[i].section == section and after[j].section == new_section
        ]
        yield from _order_changes(inside, matched, changed, _title(matched.new[new_section]))


def _section_changes(matched: _Matched) -> Iterator[Change]:
    """Yield sections that were renamed, moved, removed or added."""
    old, new = matched.old, matched.new
    for i, j in matched.sections.pairs:
        one, other = _title(old[i]), _title(new[j])
        if one != other:
            detail = show_change(one, other)
            yield Change("changed", "section", "section renamed", Tier.SECTION, detail, "", "", one, other)
        elif old[i].kind != new[j].kind:
            yield Change("changed", "kind", "kind of section changed", Tier.LOOK, "", other, other)
    moved = matched.sections.moved
    for _, j in moved[:_ORDERED]:
        title = _title(new[j])
        detail = f"now after {_title(new[j - 1])}" if j else "now first"
        yield Change("moved", "section", "section moved", Tier.ORDER, detail, title, title)
    if len(moved) > _ORDERED:
        yield Change("moved", "section", "more sections reordered", Tier.ORDER)
    for number in matched.sections.removed:
        title, contents = _title(old[number]), _contents(number, matched.before, matched.blocks.removed)
        yield Change("removed", "section", "section removed", Tier.SECTION, contents, title, title, title, "")
    for number in matched.sections.added:
        title, contents = _title(new[number]), _contents(number, matched.after, matched.blocks.added)
        yield Change("added", "section", "section added", Tier.SECTION, contents, title, title, "", title)


def _contents(section: int, placed: Sequence[_Placed], indices: Sequence[int]) -> str:
    inside = [placed[index].block for index in indices if placed[index].section == section]
    named = [block_name(block) for block in inside if not isinstance(block, Subheading)]
    more = f" and {len(named) - _NAMED} more" if len(named) > _NAMED else ""
    return "; ".join(named[:_NAMED]) + more


def _moved_to_section(old: _Placed, new: _Placed) -> Change:
    tier = Tier.PAPER if isinstance(new.block, WorkBlock) else Tier.ENTRY
    message = f"moved from {old.title} to {new.title}"
    return Change("moved", block_noun(new.block), message, tier, "", new.name, new.title, old.title, new.title)


def _whole_block(kind: ChangeKind, placed: _Placed) -> Change:
    """Return the change for a block that was added to a section that stays, or removed from one."""
    tier = Tier.ENTRY_ADDED if kind == "added" else Tier.ENTRY_REMOVED
    if isinstance(placed.block, WorkBlock):
        tier = Tier.PAPER_ADDED if kind == "added" else Tier.PAPER_REMOVED
    elif isinstance(placed.block, Subheading):
        tier = Tier.ORDER
    old, new = ("", placed.name) if kind == "added" else (placed.name, "")
    noun = block_noun(placed.block)
    return Change(kind, noun, kind, tier, "", placed.name, placed.title, old, new, counted=True)


def _order_changes(pairs: Sequence[Pair], matched: _Matched, changed: set[int], title: str) -> Iterator[Change]:
    """Yield what moved within a section. Where a date changed, the place follows from it."""
    before, after = matched.before, matched.after
    moved = Matching.of(pairs, 0, 0).moved
    unchanged = [(i, j) for i, j in moved if j not in changed]
    for i, j in unchanged if len(unchanged) <= _ORDERED else ():
        direction = "up" if j - pairs[0][1] < i - pairs[0][0] else "down"
        yield Change("moved", block_noun(after[j].block), f"moved {direction}", Tier.ORDER, "", after[j].name, title)
    if len(unchanged) > _ORDERED:
        yield Change("moved", "order", f"order of {title} changed", Tier.ORDER, "", "", title)
    regrouped = [
        (before[i], after[j])
        for i, j in pairs
        if before[i].heading != after[j].heading and j not in changed and not isinstance(after[j].block, Subheading)
    ]
    for one, other in regrouped if len(regrouped) <= _ORDERED else ():
        detail = show_change(one.heading, other.heading)
        yield Change("moved", "group", "group changed", Tier.ORDER, detail, other.name, title)
    if len(regrouped) > _ORDERED:
        yield Change("moved", "group", "grouping changed", Tier.ORDER, "", "", title)
    # A list that is numbered in another way, not one whose numbers follow from what came and went.
    had = [getattr(before[i].block, "number", "") for i, _ in pairs]
    have = [getattr(after[j].block, "number", "") for _, j in pairs]
    same_blocks = len(before) == len(after) == len(pairs) or not moved
    if had != have and (any(had) != any(have) or (same_blocks and sorted(had) == sorted(have))):
        yield Change("changed", "numbering", "numbering changed", Tier.LOOK, "", "", title)
