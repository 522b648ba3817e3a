"""One composed document against another."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, fields, is_dataclass

from cvgen.comparison.matching import moved, pair
from cvgen.diagnostics import Span
from cvgen.diff.change import Change, Kind, Tier, clip, from_to
from cvgen.diff.entries import block_changes, name_of, pair_blocks, sort_of
from cvgen.diff.header import header_changes, look_changes
from cvgen.document.nodes import Block, Document, DocumentSection, Subheading, WorkBlock, plain
from cvgen.sections import shape_of

__all__ = ["compare", "same"]

_NAMED = 5  # how many blocks of a section that came or went are named
_ORDERED = 3  # how many that moved are named


@dataclass(frozen=True, slots=True)
class _Placed:
    """A block and where it stands."""

    block: Block
    section: int
    heading: str


def compare(old: Document, new: Document, photos: tuple[bytes, bytes] = (b"", b"")) -> tuple[Change, ...]:
    """Return all changes between two documents, what matters most first; none if they are the same.

    `photos` are the bytes of the portraits of both, or digests of them.
    """
    found = [*header_changes(old, new, photos), *_sections(old, new), *look_changes(old, new)]
    if not found and not same(old, new):
        found.append(Change("changed", "layout", "layout of the text changed", Tier.LOOK))
    return tuple(sorted(found, key=lambda change: change.tier))


def same(old: Document, new: Document) -> bool:
    """Tell whether two documents are equal, wherever they came from; portraits are compared by their bytes."""
    return _bare(old) == _bare(new)


def _bare(node: object) -> object:
    """Return a document without the places that it came from."""
    if isinstance(node, Span):
        return None
    if isinstance(node, tuple):
        return tuple(map(_bare, node))
    if is_dataclass(node):
        found = {field.name: _bare(getattr(node, field.name)) for field in fields(node) if field.compare}
        found.pop("path", None)  # of the portrait's file
        return (type(node).__name__, tuple(found.items()))
    return node


# --- Sections -------------------------------------------------------------------------------------------------------


def _title(section: DocumentSection) -> str:
    return plain(section.title)


def _pair_sections(old: Sequence[DocumentSection], new: Sequence[DocumentSection]) -> list[tuple[int, int]]:
    """Pair sections by kind and title, by title, by kind where the contents are alike."""
    pairs = pair(old, new, (lambda s: (s.kind, _title(s).casefold()), lambda s: _title(s).casefold()), _title, 101)
    done, seen = {i for i, _ in pairs}, {j for _, j in pairs}
    left = [i for i in range(len(old)) if i not in done]
    right = [j for j in range(len(new)) if j not in seen]
    for i in left:
        alike = [(_likeness(old[i], new[j]), -j) for j in right if new[j].kind == old[i].kind]
        score, place = max(alike, default=(0.0, 0))
        lonely = sum(old[k].kind == old[i].kind for k in left) == 1 == len(alike)
        if score >= 0.5 or (lonely and shape_of(old[i].kind).form not in ("other", "prose")):
            pairs.append((i, -place))
            right.remove(-place)
    return sorted(pairs)


def _likeness(old: DocumentSection, new: DocumentSection) -> float:
    """Return which share of the blocks both have."""
    shared = Counter(map(name_of, old.blocks)) & Counter(map(name_of, new.blocks))
    return 2 * shared.total() / (len(old.blocks) + len(new.blocks))


def _placed(sections: Sequence[DocumentSection]) -> Iterator[_Placed]:
    for number, section in enumerate(sections):
        heading = ""
        for block in section.blocks:
            if isinstance(block, Subheading):
                heading = plain(block.title)
            yield _Placed(block, number, heading)


def _sections(old: Document, new: Document) -> Iterator[Change]:
    pairs = _pair_sections(old.sections, new.sections)
    before, after = list(_placed(old.sections)), list(_placed(new.sections))
    blocks = _pair_everywhere(before, after, pairs)
    yield from _section_changes(old, new, pairs, before, after, blocks)
    names = _Names(before, after)
    there = dict(pairs)
    told: set[int] = set()
    for i, j in blocks:
        one, other = before[i], after[j]
        section = new.sections[other.section]
        changes = list(block_changes(one.block, other.block, _title(section), section.kind, names.of(other)))
        if there.get(one.section) != other.section:
            source = _title(old.sections[one.section])
            changes.insert(0, _moved_across(other.block, names.of(other), source, _title(section)))
        yield from changes
        told |= {j} if changes else set()
    yield from _come_and_gone(old, new, pairs, before, after, blocks, names)
    for i, j in pairs:
        here = [(a, b) for a, b in blocks if before[a].section == i and after[b].section == j]
        yield from _order(here, before, after, told, new.sections[j], names)


def _pair_everywhere(
    before: list[_Placed], after: list[_Placed], sections: list[tuple[int, int]]
) -> list[tuple[int, int]]:
    """Pair the blocks within sections that are one, then what is left over across sections."""
    found: list[tuple[int, int]] = []

    def look(left: list[int], right: list[int]) -> None:
        pairs = pair_blocks([before[i].block for i in left], [after[j].block for j in right])
        found.extend((left[i], right[j]) for i, j in pairs)

    inside: dict[int, tuple[list[int], list[int]]] = {i: ([], []) for i, _ in sections}
    back = {j: i for i, j in sections}
    for index, placed in enumerate(before):
        if placed.section in inside:
            inside[placed.section][0].append(index)
    for index, placed in enumerate(after):
        if placed.section in back:
            inside[back[placed.section]][1].append(index)
    for left, right in inside.values():
        look(left, right)
    done, seen = {i for i, _ in found}, {j for _, j in found}

    def travels(block: Block) -> bool:
        return not isinstance(block, Subheading)

    look(
        [i for i, placed in enumerate(before) if i not in done and travels(placed.block)],
        [j for j, placed in enumerate(after) if j not in seen and travels(placed.block)],
    )
    return sorted(found)


class _Names:
    """What blocks are called: where two of a section bear one name, the first post's title stands behind it."""

    def __init__(self, *sides: list[_Placed]) -> None:
        self._often: set[str] = set()
        for side in sides:
            count = Counter((placed.section, name_of(placed.block)) for placed in side)
            self._often |= {name for (_, name), times in count.items() if times > 1}

    def of(self, placed: _Placed) -> str:
        block, name = placed.block, name_of(placed.block)
        post = plain(block.positions[0].title) if hasattr(block, "positions") else ""
        return f"{name}, {clip(post, 60)}" if name in self._often and post else name


# --- What came, went and moved --------------------------------------------------------------------------------------


def _section_changes(
    old: Document,
    new: Document,
    pairs: list[tuple[int, int]],
    before: list[_Placed],
    after: list[_Placed],
    blocks: list[tuple[int, int]],
) -> Iterator[Change]:
    for i, j in pairs:
        one, other = _title(old.sections[i]), _title(new.sections[j])
        if one != other:
            words = from_to(one, other)
            yield Change("changed", "section", "section renamed", Tier.SECTION, words, "", "", one, other)
        elif old.sections[i].kind != new.sections[j].kind:
            yield Change("changed", "kind", "kind of section changed", Tier.LOOK, "", other, other)
    shifted = moved(pairs)
    for _, j in shifted[:_ORDERED]:
        title = _title(new.sections[j])
        where = f"now after {_title(new.sections[j - 1])}" if j else "now first"
        yield Change("moved", "section", "section moved", Tier.ORDER, where, title, title)
    if len(shifted) > _ORDERED:
        yield Change("moved", "section", "more sections reordered", Tier.ORDER)
    sides: tuple[tuple[Kind, Document, list[_Placed], set[int], set[int]], ...] = (
        ("removed", old, before, {i for i, _ in pairs}, {i for i, _ in blocks}),
        ("added", new, after, {j for _, j in pairs}, {j for _, j in blocks}),
    )
    for kind, document, placed, stay, known in sides:
        for number, section in enumerate(document.sections):
            if number not in stay:
                inside = [p.block for index, p in enumerate(placed) if p.section == number and index not in known]
                yield _whole(kind, _title(section), _contents(inside))


def _whole(kind: Kind, title: str, contents: str) -> Change:
    old, new = (title, "") if kind == "removed" else ("", title)
    return Change(kind, "section", f"section {kind}", Tier.SECTION, contents, title, title, old, new)


def _contents(blocks: Sequence[Block]) -> str:
    named = [name_of(block) for block in blocks if not isinstance(block, Subheading)]
    more = f" and {len(named) - _NAMED} more" if len(named) > _NAMED else ""
    return "; ".join(named[:_NAMED]) + more


def _moved_across(block: Block, name: str, source: str, target: str) -> Change:
    tier = Tier.PAPER if isinstance(block, WorkBlock) else Tier.ENTRY
    return Change("moved", sort_of(block), f"moved from {source} to {target}", tier, "", name, target, source, target)


def _come_and_gone(
    old: Document,
    new: Document,
    pairs: list[tuple[int, int]],
    before: list[_Placed],
    after: list[_Placed],
    blocks: list[tuple[int, int]],
    names: _Names,
) -> Iterator[Change]:
    """Tell the blocks that were added to sections that stay, or removed from them."""
    for sections, placed, stay, known, is_new in (
        (old.sections, before, {i for i, _ in pairs}, {i for i, _ in blocks}, False),
        (new.sections, after, {j for _, j in pairs}, {j for _, j in blocks}, True),
    ):
        for index, item in enumerate(placed):
            if index in known or item.section not in stay:
                continue
            kind: Kind = "added" if is_new else "removed"
            section, name = _title(sections[item.section]), names.of(item)
            texts = ("", name) if is_new else (name, "")
            tier = _tier(item.block, is_new)
            yield Change(kind, sort_of(item.block), kind, tier, "", name, section, *texts, counted=True)


def _tier(block: Block, is_new: bool) -> Tier:
    if isinstance(block, WorkBlock):
        return Tier.PAPER_ADDED if is_new else Tier.PAPER_REMOVED
    if isinstance(block, Subheading):
        return Tier.ORDER
    return Tier.ENTRY_ADDED if is_new else Tier.ENTRY_REMOVED


def _order(
    pairs: list[tuple[int, int]],
    before: list[_Placed],
    after: list[_Placed],
    told: set[int],
    section: DocumentSection,
    names: _Names,
) -> Iterator[Change]:
    """Tell what stands elsewhere within a section. Where a date changed, the place follows from it."""
    title = _title(section)
    shifted = [(i, j) for i, j in moved(pairs) if j not in told]
    for i, j in shifted[:_ORDERED] if len(shifted) <= _ORDERED else ():
        block, direction = after[j].block, "up" if j - pairs[0][1] < i - pairs[0][0] else "down"
        yield Change("moved", sort_of(block), f"moved {direction}", Tier.ORDER, "", names.of(after[j]), title)
    if len(shifted) > _ORDERED:
        yield Change("moved", "order", f"order of {title} changed", Tier.ORDER, "", "", title)
    regrouped = [(i, j) for i, j in pairs if before[i].heading != after[j].heading and j not in told]
    regrouped = [(i, j) for i, j in regrouped if not isinstance(after[j].block, Subheading)]
    for i, j in regrouped if len(regrouped) <= _ORDERED else ():
        detail = from_to(before[i].heading, after[j].heading)
        yield Change("moved", "group", "group changed", Tier.ORDER, detail, names.of(after[j]), title)
    if len(regrouped) > _ORDERED:
        yield Change("moved", "group", "grouping changed", Tier.ORDER, "", "", title)
    yield from _numbering(pairs, before, after, title)


def _numbering(
    pairs: list[tuple[int, int]], before: list[_Placed], after: list[_Placed], title: str
) -> Iterator[Change]:
    """Tell that a list is numbered otherwise, not that its numbers follow from what came and went."""
    number: Callable[[_Placed], str] = lambda placed: getattr(placed.block, "number", "")  # noqa: E731
    had, have = ([number(side[index]) for index in indices] for side, indices in (
        (before, [i for i, _ in pairs]), (after, [j for _, j in pairs])
    ))  # fmt: skip
    same_blocks = len(before) == len(after) == len(pairs) or not moved(pairs)
    turned = had != have and (any(had) != any(have) or (same_blocks and sorted(had) == sorted(have)))
    if turned:
        yield Change("changed", "numbering", "numbering changed", Tier.LOOK, "", "", title)
