"""Lines of the layout gate: where they begin and end, what stands on them, and what stands on itself.

A line that begins or ends wrong for its script (JIS X 4051, GB/T 15834), a word that is cut without a hyphen, text
over text, and a date that is not beside its row.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from cvgen.diagnostics import Diagnostic, Severity, Span, visible
from cvgen.pdf.gates.expected_text import Field
from cvgen.pdf.gates.page_content import Run
from cvgen.pdf.gates.text import TextComparison

__all__ = ["check_lines"]

_NOT_FIRST: Final = frozenset("、。，．：；！？」』】〕〉》）］｝’”ー々ゝ")
_NOT_LAST: Final = frozenset("「『【〔〈《（［｛‘“")
_LEAST_OVERLAP = 2.0  # points: what glyphs may reach over their widths
_SAME_LINE = 0.3  # of the size
_SHOWN = 60


def check_lines(compared: TextComparison) -> Iterator[Diagnostic]:
    """Yield warnings about lines, at the line of the profile that the text comes from."""
    for group, places in zip(compared.groups, compared.places, strict=True):
        for field, start in zip(group.fields, places, strict=True):
            if start is not None:
                yield from _ends(compared, field, start)
        if group.kind == "dated row" and len(group.fields) > 1:
            yield from _date_alone(compared, group.fields, places)
    yield from _overlaps(compared)


def _warning(code: str, span: Span, message: str, hint: str) -> Diagnostic:
    return Diagnostic(code, Severity.WARNING, span, message, (hint,))


def _named(text: str) -> str:
    return visible(text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…")


def _ends(compared: TextComparison, field: Field, start: int) -> Iterator[Diagnostic]:
    """Look at the ends of a text's lines."""
    flow, end = compared.flow, start + len(field.letters)
    at = flow.gaps.find("\n", start + 1, end)
    while at > 0:
        before, after = flow.letters[at - 1], flow.letters[at]
        if after in _NOT_FIRST or before in _NOT_LAST:
            sign, words = (after, "begins") if after in _NOT_FIRST else (before, "ends")
            message = f"a line of `{_named(field.text)}` {words} with `{sign}`"
            yield _warning("layout-sign", field.origin, message, "write the sentence another way")
        elif field.gaps[at - start] != " " and _is_cut(field.letters, at - start):
            message = f"a word of `{_named(field.text)}` is cut without a hyphen: it is longer than its line"
            yield _warning("layout-word", field.origin, message, "write it with hyphens, or a shorter word")
        at = flow.gaps.find("\n", at + 1, end)


def _is_cut(letters: str, at: int) -> bool:
    """Tell whether a line ends within letters of one alphabet, and not behind a mark of an address."""
    around = letters[max(at - 3, 0) : at + 3]
    return around.isalpha() and all(char < "\u1100" for char in around)


def _date_alone(
    compared: TextComparison, fields: tuple[Field, ...], places: tuple[int | None, ...]
) -> Iterator[Diagnostic]:
    date, what = places[:2]
    if date is None or what is None:
        return
    one, other = compared.flow.run_at(date), compared.flow.run_at(what)
    if one.page == other.page and abs(one.y - other.y) > _SAME_LINE * one.size:
        message = f"the date `{_named(fields[0].text)}` does not stand beside its row"
        yield _warning("layout-date", fields[0].origin, message, "write a shorter date, or make more room for it")


def _overlaps(compared: TextComparison) -> Iterator[Diagnostic]:
    """Find text that is set over other text on the same line."""
    found: dict[Span, Diagnostic] = {}
    runs = sorted((run for run in compared.flow.runs if run.text.strip()), key=_by_line)
    for one, other in pairwise(runs):
        if one.page == other.page and abs(one.y - other.y) <= _SAME_LINE * min(one.size, other.size):
            over = min(one.x + one.width, other.x + other.width) - max(one.x, other.x)
            if over > _LEAST_OVERLAP:
                field = _field_of(compared, other)
                if field is not None and field is not _field_of(compared, one):  # an accent stands over its letter
                    message = f"`{_named(field.text)}` is set over `{_named(one.text.strip())}` on page {one.page}"
                    hint = "shorten one of the two"
                    found.setdefault(field.origin, _warning("layout-overlap", field.origin, message, hint))
    yield from found.values()


def _by_line(run: Run) -> tuple[int, int, float]:
    return run.page, round(-run.y / 2), run.x


def _field_of(compared: TextComparison, run: Run) -> Field | None:
    letter = compared.flow.starts[compared.flow.runs.index(run)]
    for group, places in zip(compared.groups, compared.places, strict=True):
        for field, start in zip(group.fields, places, strict=True):
            if start is not None and start <= letter < start + len(field.letters):
                return field
    return None
