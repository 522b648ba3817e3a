"""The layout gate: warnings about page breaks and margins, at the line of the profile that the text comes from.

A heading stranded at the foot of a page, one line of a paragraph alone on a page, a last page with hardly anything on
it, text in the margin. The class forbids most of it, but a user's own theme need not.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from cvgen.diagnostics import Diagnostic, Severity, Span, visible
from cvgen.pdf.gates.expected_text import Field
from cvgen.pdf.gates.lines import check_lines
from cvgen.pdf.gates.page_content import Run
from cvgen.pdf.gates.text import TextComparison

__all__ = ["check_layout"]

_ITEM = "item"  # the kind of a bullet, and of a line below a publication
_LEAST = 0.15
_SLACK = 1.0
_POINTS = {"mm": 72 / 25.4, "cm": 72 / 2.54, "in": 72.0, "pt": 72 / 72.27}
_LENGTH = re.compile(r"([\d.]+)(mm|cm|in|pt)")
_HINT = "add or shorten text above it, or give `document.options` another `font-size` or `margin-…`"


def check_layout(
    compared: TextComparison, options: Mapping[str, str], engine_warnings: Sequence[Diagnostic] = ()
) -> tuple[Diagnostic, ...]:
    """Return warnings about the layout, nothing if all is well.

    `options` are the theme's, complete, for its margins. What `engine_warnings` say of text in the margin
    is not repeated.
    """
    blocks = list(_blocks(compared))
    found = [*_stranded(blocks), *_lone_lines(blocks), *_lone_bullets(blocks), *check_lines(compared)]
    margins = _margins(options)
    if margins:
        found += _short_page(compared, blocks, margins)
        found += _outside(compared, blocks, margins, engine_warnings)
    return tuple(dict.fromkeys(found))


def _warning(code: str, span: Span, message: str, hint: str = _HINT) -> Diagnostic:
    return Diagnostic(code, Severity.WARNING, span, message, (hint,))


def _named(field: Field) -> str:
    return visible(field.text if len(field.text) <= 60 else f"{field.text[:59]}…")


# --- what stands where ---------------------------------------------------------------------------------------------


class _Set(NamedTuple):
    """A text as it is set: on which lines, each a page and a baseline, in order; `start` is its place in the flow."""

    field: Field
    start: int
    lines: tuple[tuple[int, float], ...]


class _Block(NamedTuple):
    """Texts that stand together; `heading` if more must follow on the same page."""

    kind: str
    texts: tuple[_Set, ...]
    heading: bool

    @property
    def first(self) -> int:
        return min(text.lines[0][0] for text in self.texts)

    @property
    def last(self) -> int:
        return max(text.lines[-1][0] for text in self.texts)


def _blocks(compared: TextComparison) -> Iterator[_Block]:
    for group, places in zip(compared.groups, compared.places, strict=True):
        texts = tuple(
            _Set(field, start, lines)
            for field, start in zip(group.fields, places, strict=True)
            if start is not None and (lines := _lines(compared, start, start + len(field.letters)))
        )
        if texts:
            yield _Block(group.kind, texts, group.heading)


def _lines(compared: TextComparison, start: int, end: int) -> tuple[tuple[int, float], ...]:
    lines: list[tuple[int, float]] = []
    for run in compared.flow.runs_of(start, end):
        if not lines or lines[-1][0] != run.page or abs(lines[-1][1] - run.y) > 0.25 * run.size:
            lines.append((run.page, run.y))
    return tuple(lines)


def _margins(options: Mapping[str, str]) -> tuple[float, float, float, float] | None:
    """Return left, bottom, right, top in points; None where a theme does not say them all in plain lengths."""
    lengths = [_LENGTH.fullmatch(options.get(f"margin-{side}", "")) for side in ("left", "bottom", "right", "top")]
    left, bottom, right, top = (float(one[1]) * _POINTS[one[2]] if one else -1.0 for one in lengths)
    return (left, bottom, right, top) if min(left, bottom, right, top) >= 0 else None


# --- page breaks ---------------------------------------------------------------------------------------------------


def _stranded(blocks: Sequence[_Block]) -> Iterator[Diagnostic]:
    for block, after in pairwise(blocks):
        if block.heading and block.last < after.first:
            field = block.texts[0].field
            words = f"`{_named(field)}` stands at the foot of page {block.last}, away from what it is the heading of"
            yield _warning("layout-heading", field.origin, words)


def _lone_lines(blocks: Sequence[_Block]) -> Iterator[Diagnostic]:
    for block in blocks:
        for text in block.texts:
            pages = [page for page, _ in text.lines]
            if pages[0] == pages[-1]:
                continue
            name, origin = _named(text.field), text.field.origin
            if pages.count(pages[0]) == 1:
                words = f"the first line of `{name}` stands alone at the foot of page {pages[0]}"
                yield _warning("layout-line", origin, words)
            if pages.count(pages[-1]) == 1:
                words = f"the last line of `{name}` stands alone on page {pages[-1]}"
                yield _warning("layout-line", origin, words)


def _lone_bullets(blocks: Sequence[_Block]) -> Iterator[Diagnostic]:
    """Find the last text below a head, or of a list, that stands alone on a page: one line of links, one bullet."""
    for before, block, after in zip(blocks, blocks[1:], (*blocks[2:], None), strict=False):
        ends = after is None or after.kind != _ITEM
        alone = block.kind == _ITEM and len(block.texts[0].lines) == 1 and before.last < block.first
        if alone and ends and before.kind in (_ITEM, "entry", "post", "work"):
            field = block.texts[0].field
            words = f"`{_named(field)}` stands alone on page {block.first}, away from what it belongs to"
            yield _warning("layout-bullet", field.origin, words)


def _short_page(
    compared: TextComparison, blocks: Sequence[_Block], margins: tuple[float, float, float, float]
) -> Iterator[Diagnostic]:
    page = compared.pages[-1]
    lowest = min((run.y for run in compared.flow.runs if run.page == page.number and run.text.strip()), default=None)
    if page.number == 1 or lowest is None:
        return
    _, bottom, _, top = margins
    share = (page.height - top - lowest) / (page.height - top - bottom)
    if share < _LEAST:
        first = next((text.field for block in blocks if block.last == page.number for text in block.texts), None)
        if first:
            words = f"the last page, which begins here, is only {max(share, 0):.0%} full"
            hint = "shorten the text by as much, or give `document.options` another `font-size` or `margin-…`"
            yield _warning("layout-page", first.origin, words, hint)


# --- margins -------------------------------------------------------------------------------------------------------


def _outside(
    compared: TextComparison,
    blocks: Sequence[_Block],
    margins: tuple[float, float, float, float],
    engine_warnings: Sequence[Diagnostic],
) -> Iterator[Diagnostic]:
    left, bottom, right, top = margins
    texts = sorted((text for block in blocks for text in block.texts), key=lambda text: text.start)
    starts = [text.start for text in texts]
    overfull = [one.span for one in engine_warnings if one.code == "tex-overfull"]
    for run, letter in zip(compared.flow.runs, compared.flow.starts, strict=True):
        page = compared.pages[run.page - 1]
        over = {
            "left": left - run.x,
            "right": run.x + run.width - (page.width - right),
            "lower": bottom - run.y,
            "upper": run.y - (page.height - top),
        }
        side, most = max(over.items(), key=lambda item: item[1])
        if most <= _SLACK or not run.text.strip() or not texts:
            continue
        field = texts[max(bisect_right(starts, letter) - 1, 0)].field
        if side == "right" and any(_covers(span, field.origin) for span in overfull):
            continue
        words = f"`{_named(field)}` runs {most:.1f} pt into the {side} margin of page {run.page}"
        if _beyond(run, page.width, page.height):
            words = f"`{_named(field)}` runs off page {run.page}"
        yield _warning("layout-margin", field.origin, words, "shorten the text, or break it up")


def _beyond(run: Run, width: float, height: float) -> bool:
    return run.x < 0 or run.y < 0 or run.x + run.width > width or run.y > height


def _covers(block: Span, text: Span) -> bool:
    """Return whether a text is part of a block, by their paths in the profile or, without, their lines."""
    inside = bool(block.where) and (
        text.where == block.where or text.where.startswith((f"{block.where}.", f"{block.where}["))
    )
    return block.file == text.file and (inside or block.line == text.line)
