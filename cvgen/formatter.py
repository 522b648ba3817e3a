"""A profile's text in canonical form: dates, words that YAML takes for booleans, and the order of keys.

Edits are made at the places that the reader noted, so comments, blank lines, quotes and flow style elsewhere stay
byte for byte. What comes out is read again and must mean the same; otherwise nothing is changed.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ValidationError

from cvgen import source as yaml_source
from cvgen.diagnostics import Diagnostic, Span, YamlPath
from cvgen.errors import ProfileError
from cvgen.files import read_input
from cvgen.loading.explanations import explain_all
from cvgen.loading.load import load
from cvgen.profile.entry import Entry
from cvgen.profile.works import Work
from cvgen.sections.base import Section
from cvgen.source import Source
from cvgen.source.positions import MAX_BYTES, Data
from cvgen.values import dates

__all__ = ["Reformatted", "key_order", "reformat"]


@dataclass(frozen=True, slots=True)
class Reformatted:
    """A file's text before and after."""

    path: Path
    before: str
    after: str


def reformat(path: Path) -> Reformatted:
    """Return the canonical text of a profile, or of a works file. Raises `ProfileError` if it has mistakes."""
    content = read_input(path, MAX_BYTES, (".yaml", ".yml"), "YAML")
    source = yaml_source.parse_yaml(content, str(path))
    text = content.decode("utf-8-sig")
    values = _validated(source, path)
    starts = [0, *itertools.accumulate(map(len, _lines(text)))]
    edits = [edit for where, value in values.items() for edit in _edits(value, where, source)]
    after = text
    for span, new in sorted(((source.span(where), new) for where, new in edits), key=_position, reverse=True):
        start, end = starts[span.line - 1] + span.column - 1, starts[span.end_line - 1] + span.end_column - 1
        after = after[:start] + new + after[end:]
    again = yaml_source.parse_yaml(after, source.file)
    ordered = _Order(again, after).text(values)
    if yaml_source.parse_yaml(ordered, source.file).data != again.data:
        ordered = after  # an unknown layout keeps its order
    mark = "\ufeff" if content.startswith(b"\xef\xbb\xbf") else ""
    return Reformatted(path, mark + text, mark + ordered)


def _validated(source: Source, path: Path) -> dict[YamlPath, BaseModel]:
    """Return the models that the file holds, each at its path: the profile, or each work of a works file."""
    if "person" in source.data:
        return {(): load(path).file}
    found: list[Diagnostic] = []
    values: dict[YamlPath, BaseModel] = {}
    for key, fields in source.data.items():
        try:
            values[(key,)] = Work.model_validate(fields)
        except ValidationError as error:
            details = ({**detail, "loc": (key, *detail["loc"])} for detail in error.errors(include_url=False))
            found += explain_all(details, source, Work)  # type: ignore[arg-type]  # an ErrorDetails with a longer path
    if found:
        raise ProfileError(found)
    return values


# --- scalars ------------------------------------------------------------------------------------------------------

_BOOLEANS = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false"})


def _edits(value: object, path: YamlPath, source: Source) -> Iterator[tuple[YamlPath, str]]:
    """Yield the scalars to write anew: a path and the new text."""
    if isinstance(value, BaseModel):
        for name in value.model_fields_set - {"options"}:
            yield from _edits(getattr(value, name), (*path, name), source)
    elif isinstance(value, tuple):
        for index, item in enumerate(value):
            yield from _edits(item, (*path, index), source)
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from _edits(item, (*path, key), source)
    elif isinstance(value, dates.When):
        written = source.value(path)
        if isinstance(written, str) and written != dates.canonical(value):
            yield path, dates.canonical(value)
    elif isinstance(value, str) and value.lower() in _BOOLEANS and source.is_plain(path):
        yield path, f'"{value}"'


def _position(edit: tuple[Span, str]) -> tuple[int, int]:
    return edit[0].line, edit[0].column


_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+$")


def _lines(text: str) -> list[str]:
    """Split as the reader counts lines, ends kept."""
    return _LINE.findall(text)


# --- the order of keys --------------------------------------------------------------------------------------------

_FIRST = ("kind", "id", "work")
_DATES = ("date", "start_date", "end_date")
_AFTER_DATES = ("mentors", "advisors", "gpa", "positions", "links", "text", "highlights")
_LAST = ("entries", "groups", "text", "highlights")


def key_order(model: type[BaseModel]) -> list[str]:
    """Return a model's fields in the order in which a profile should name them.

    Kind and id first, then the title, place and dates, then details, and switches last.
    """
    own = list(model.__annotations__)
    names = [name for name in model.model_fields if name in own]
    inherited = [name for name in model.model_fields if name not in own]
    if "entries" in model.model_fields or issubclass(model, Section):
        names = [
            *inherited,
            *(name for name in names if name not in _LAST),
            *(name for name in _LAST if name in names),
        ]
    elif set(_DATES) <= set(model.model_fields):
        rest = [name for name in inherited if name not in _DATES]
        at = next((index for index, name in enumerate(names) if name in _AFTER_DATES), len(names))
        if "location" in names:
            at = names.index("location") + 1
        names = [*names[:at], *_DATES, *names[at:], *rest]
    elif issubclass(model, Entry):
        names = [*names, *inherited]
    else:
        names = list(model.model_fields)
    ordered = [*(name for name in _FIRST if name in model.model_fields), *names]
    return list(dict.fromkeys(ordered))


class _Order:
    """Puts the keys of block mappings into order, whole lines at a time."""

    def __init__(self, source: Source, text: str) -> None:
        self._source = source
        self._lines = _lines(text)
        self._end = self._lines[0][len(self._lines[0].rstrip("\r\n")) :]
        # A last line without an end may move up.
        self._ended = self._lines[-1].endswith(("\r", "\n"))
        self._lines[-1] = self._lines[-1].rstrip("\r\n") + self._end

    def text(self, values: Mapping[YamlPath, BaseModel]) -> str:
        """Return the file with its keys in order; lines that belong to no mapping stay where they are."""
        lines = list(self._lines)
        for path in sorted(values, key=lambda path: self._source.span(path).line, reverse=True):
            span = self._source.span(path)
            start, end = span.line - 1, span.end_line - (span.end_column == 1)
            lines[start:end] = self._block(values[path], path, start, end)
        text = "".join(lines)
        return text if self._ended else text.removesuffix(self._end)

    def _block(self, value: object, path: YamlPath, start: int, end: int) -> list[str]:
        """Return the lines from `start` to `end`, in which `value` stands alone, in order."""
        data = self._source.value(path) if path else self._source.data
        if isinstance(data, dict) and isinstance(value, BaseModel) and not self._is_flow(path):
            return self._mapping(value, data, path, start, end)
        if isinstance(data, list) and isinstance(value, tuple) and not self._is_flow(path):
            return self._list(value, path, start, end)
        return list(self._lines[start:end])

    def _is_flow(self, path: YamlPath) -> bool:
        span = self._source.span(path)
        return bool(path) and span.excerpt[span.column - 1 : span.column] in ("{", "[")

    def _list(self, value: Sequence[object], path: YamlPath, start: int, end: int) -> list[str]:
        rows = [self._dash(self._source.span((*path, index)).line - 1, start) for index in range(len(value))]
        if not _is_rising([start - 1, *rows]) or (rows and rows[-1] >= end):
            return list(self._lines[start:end])
        lines = list(self._lines[start : rows[0]]) if rows else []
        for index, (row, stop) in enumerate(zip(rows, [*rows[1:], end], strict=True)):
            lines += self._block(value[index], (*path, index), row, stop)
        return lines

    def _dash(self, row: int, floor: int) -> int:
        """Return the line on which the dash of an item stands: it may be alone there."""
        while row > floor and not self._lines[row].lstrip().startswith("-"):
            row -= 1
        return row

    def _mapping(self, value: BaseModel, data: Mapping[str, Data], path: YamlPath, start: int, end: int) -> list[str]:
        spans = {key: self._source.span((*path, key), key=True) for key in data}
        rows = [span.line - 1 for span in spans.values()]
        columns = {span.column for span in spans.values()}
        if not _is_rising([start - 1, *rows]) or len(columns) != 1 or rows[-1] >= end:
            return list(self._lines[start:end])
        begins = [
            self._begin(path, key, before, row) for key, before, row in zip(data, [None, *data], rows, strict=False)
        ]
        begins[0] = rows[0]  # what stands above the first key belongs to the mapping
        pieces = {
            key: [*self._lines[begin:row], *self._block(getattr(value, key, None), (*path, key), row, stop)]
            for key, begin, row, stop in zip(data, begins, rows, [*begins[1:], end], strict=True)
        }
        head = list(self._lines[start : rows[0]])
        wanted = [key for key in key_order(type(value)) if key in data]
        wanted += [key for key in data if key not in wanted]
        first = list(data).index(wanted[0])
        if wanted == list(data) or begins[first] != rows[first]:  # a comment cannot stand before the dash of its item
            return head + [line for key in data for line in pieces[key]]
        return head + self._joined(pieces, list(data), wanted, columns.pop() - 1)

    def _joined(self, pieces: dict[str, list[str]], old: list[str], new: list[str], indent: int) -> list[str]:
        """Join the pieces in the new order; a dash before the first key stays first, blank lines at the end last."""
        lead = pieces[old[0]][0][:indent]
        pieces[old[0]][0] = " " * indent + pieces[old[0]][0][indent:]
        last = pieces[old[-1]]
        tail: list[str] = []
        while len(last) > 1 and _is_outside(last[-1], indent):
            tail.insert(0, last.pop())
        lines = [line for key in new for line in pieces[key]]
        lines[0] = lead + lines[0][indent:]
        return lines + tail

    def _begin(self, path: YamlPath, key: str, before: str | None, row: int) -> int:
        """Return the first line of a key with the comments and blank lines above it."""
        if before is None:
            return row
        floor = self._source.span((*path, before)).end_line
        while row > floor and (not self._lines[row - 1].strip() or self._lines[row - 1].lstrip().startswith("#")):
            row -= 1
        return row


def _is_outside(line: str, indent: int) -> bool:
    """Return whether a line after a mapping is blank, or a comment that stands further out."""
    text = line.lstrip(" ")
    return not text.strip() or (text.startswith("#") and len(line) - len(text) < indent)


def _is_rising(rows: Sequence[int]) -> bool:
    return all(one < other for one, other in itertools.pairwise(rows))
