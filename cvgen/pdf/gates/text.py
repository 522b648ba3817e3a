"""The text gate: the text layer of a PDF has each text of the document.

What a screen reader or a parser extracts from the PDF is compared with the document's own text: every name, date,
title and word is there, in order, with the spaces between them, and every link with its address. Where something is
lost, the rest is found all the same, so that each loss is reported once, at its line of the profile.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import takewhile

from cvgen.diagnostics import Diagnostic, Severity, visible
from cvgen.document.nodes import Document
from cvgen.pdf.gates.expected_text import Anchor, Field, Group, foot_of, groups_of
from cvgen.pdf.gates.lost_text import HINTS, explain_losses
from cvgen.pdf.gates.page_content import Annotation, Page, Run
from cvgen.pdf.gates.text_flow import FieldPlaces, Flow, join_runs, place_fields, place_most_fields

__all__ = ["TextComparison", "check_text"]

_MOST = 50


@dataclass(frozen=True, slots=True)
class TextComparison:
    """A document's texts and where they stand in the PDF.

    `flow` is the text of the pages without their feet; `places` has a place in it for each field of each group.
    """

    pages: tuple[Page, ...]
    groups: tuple[Group, ...]
    flow: Flow
    places: FieldPlaces
    diagnostics: tuple[Diagnostic, ...]


def check_text(pages: Sequence[Page], document: Document) -> TextComparison:
    """Find each text of the document in the PDF. `diagnostics` are `gate-text` and `gate-link-lost`, all errors."""
    groups = tuple(groups_of(document))
    body: list[Run] = []
    feet: dict[Diagnostic, int] = {}
    tagged = any(run.artifact for page in pages for run in page.runs)
    for page in pages:
        foot = foot_of(document, page.number, len(pages))
        runs, below = _tagged(page) if tagged else _parted(page, foot)
        body += runs
        for one in _lost_foot(below, foot):
            feet.setdefault(one, page.number)
    found = [replace(one, message=f"{one.message}, at the foot of page {page}") for one, page in feet.items()]
    flow = join_runs(body)
    places = place_fields(flow, groups)
    if places is None:
        places = place_most_fields(flow, groups)
        found = [*explain_losses(flow, groups, places), *found]
    found += _lost_links(pages, flow, groups, places)
    return TextComparison(tuple(pages), groups, flow, places, tuple(dict.fromkeys(found))[:_MOST])


# --- feet ----------------------------------------------------------------------------------------------------------


def _tagged(page: Page) -> tuple[Sequence[Run], Sequence[Run]]:
    """Return the runs of a page and those of its foot, which is among what is no content."""
    return page.runs, [run for run in page.runs if run.artifact]


def _parted(page: Page, foot: tuple[Group, ...]) -> tuple[Sequence[Run], Sequence[Run]]:
    """Return the runs of a page without its foot, and the foot: the last line that is shown, or the first."""
    runs = page.runs
    if not foot or not runs:
        return runs, ()
    last = len(list(takewhile(lambda run: abs(run.y - runs[-1].y) < 1, reversed(runs))))
    first = len(list(takewhile(lambda run: abs(run.y - runs[0].y) < 1, runs)))
    below, above = runs[-last:], runs[:first]
    if place_fields(join_runs(below), foot) is None and place_fields(join_runs(above), foot) is not None:
        return runs[first:], above
    lowest = min(run.y for run in runs) >= runs[-1].y - 1
    return (runs[:-last], below) if lowest else (runs, ())


def _lost_foot(runs: Sequence[Run], foot: tuple[Group, ...]) -> Iterator[Diagnostic]:
    if foot:
        flow = join_runs(run._replace(artifact=False) for run in runs)
        if place_fields(flow, foot) is None:
            yield from explain_losses(flow, foot, place_most_fields(flow, foot))


# --- links ---------------------------------------------------------------------------------------------------------


def _lost_links(
    pages: Sequence[Page], flow: Flow, groups: Sequence[Group], places: FieldPlaces
) -> Iterator[Diagnostic]:
    """Yield an error for each link without an annotation: one is wanted on each line that a link's text is on."""
    there: dict[str, list[tuple[int, Annotation]]] = {}
    for page in pages:
        for link in page.links:
            there.setdefault(link.url, []).append((page.number, link))
    lacking: list[tuple[Field, str]] = []
    for field, start in _fields(groups, places):
        for anchor in field.anchors():
            # Of a link whose text is not found it is not known where it should be.
            lines: list[tuple[int, float] | None] = [*_lines(flow, anchor, start)]
            for line in lines or [None]:
                free = there.get(anchor.url, [])
                lies = next((one for one in free if line is None or _on(one, *line)), None)
                if lies:
                    free.remove(lies)
                else:
                    lacking.append((field, anchor.url))
    for field, url in dict.fromkeys(lacking):
        if there.get(url):
            del there[url][0]  # texts that are the same may have been taken for each other
            continue
        words = f"the link to `{visible(url)}` is lost"
        yield Diagnostic("gate-link-lost", Severity.ERROR, field.origin, words, HINTS)


def _on(there: tuple[int, Annotation], page: int, baseline: float) -> bool:
    number, link = there
    return number == page and link.box[1] <= baseline <= link.box[3]


def _fields(groups: Sequence[Group], places: FieldPlaces) -> Iterator[tuple[Field, int | None]]:
    for group, starts in zip(groups, places, strict=True):
        yield from zip(group.fields, starts, strict=True)


def _lines(flow: Flow, anchor: Anchor, start: int | None) -> list[tuple[int, float]]:
    """Return the page and baseline of each line that a link is on."""
    if start is None or anchor.start == anchor.end:
        return []
    runs = flow.runs_of(start + anchor.start, start + anchor.end)
    return list(dict.fromkeys((run.page, round(run.y, 1)) for run in runs))
