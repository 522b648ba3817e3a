"""Other layouts of a section's blocks: entries as rows of a table, works as a list of references."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Literal, TypeAlias

from cvgen.document.inline import join, tie_names
from cvgen.document.nodes import (
    Block,
    Bullet,
    Bullets,
    Emphasis,
    EntryBlock,
    HonorRow,
    Line,
    Paragraph,
    TextRun,
    WorkBlock,
    plain,
)

__all__ = ["RowsLayout", "as_references", "as_rows"]

RowsLayout: TypeAlias = Literal["entries", "rows"]

_END_MARKS = (".", "?", "!", "…", "。", "？", "！")


def as_rows(blocks: Iterable[Block]) -> Iterator[Block]:
    """Yield a row in the place of each entry, with its bullets below it; an entry of several posts stays one."""
    for block in blocks:
        if isinstance(block, EntryBlock) and len(block.positions) == 1:
            (post,) = block.positions
            place = join(", ", block.location, post.location)
            yield HonorRow(post.date, block.title, post.title, place, block.origin)
            yield from post.body
        else:
            yield block


def as_references(blocks: Iterable[Block]) -> Iterator[Block]:
    """Yield lists of paragraphs in the place of works, each with its number, and their legends once, at the end."""
    legends: dict[str, Line] = {}
    for _, group in groupby(blocks, lambda block: isinstance(block, WorkBlock)):
        run = list(group)
        works = [block for block in run if isinstance(block, WorkBlock)]
        legends |= {plain(work.legend): work.legend for work in works if work.legend}
        if works:
            items = tuple(Bullet(_reference(work), label=work.number) for work in works)
            yield Bullets(items, works[0].origin)
        else:
            yield from run
    if legends:
        legend = join(" ", *legends.values())
        yield Paragraph(legend, legend.origin)


def _reference(work: WorkBlock) -> Line:
    """Return "Title. Authors. *Venue*, place, date. Award. Note. [links]": the title first, as in other layouts."""
    venue = Line((Emphasis(work.venue.inlines),), work.venue.origin) if work.venue else work.venue
    sentences = (
        work.title,
        tie_names(work.authors),
        join(", ", venue, work.location, work.date),
        work.award,
        *work.notes,
    )
    parts = [_ended(sentence) for sentence in sentences if sentence]
    return Line(join(" ", *parts, work.links).inlines, work.origin)


def _ended(sentence: Line) -> Line:
    """Return a sentence with a full stop, unless it has a mark of its own."""
    return sentence if plain(sentence).endswith(_END_MARKS) else join("", sentence, Line((TextRun("."),)))
