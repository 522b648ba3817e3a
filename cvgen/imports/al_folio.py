"""al-folio (alshedivat/al-folio): `_data/cv.yml` as its layouts took it until 2026, a list of titled tables.

Newer files have RenderCV's shape, and are read as such.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from cvgen.diagnostics import Span, YamlPath
from cvgen.imports.entries import ForeignFile, date_of, is_empty
from cvgen.imports.imported import Imported, Placed
from cvgen.loading.synonyms import find_kind
from cvgen.sections import kind_of_form, shape_of
from cvgen.source import parse_yaml

__all__ = ["DESCRIPTION", "import_content", "recognises"]

DESCRIPTION = "al-folio: the file `_data/cv.yml` of the site"

_PERSON = {"name": "name", "fullname": "name", "email": "email", "phone": "phone", "website": "homepage"}
_START = re.compile(rb"\A(?:\xef\xbb\xbf)?(?:\s*(?:#[^\n]*)?\n)*---[ \t]*\n")
_TYPES = ("map", "time_table", "list", "nested_list")


def recognises(name: str, content: bytes) -> bool:
    """Tell a list whose items have a title and a type."""
    return re.search(rb"^\s*-?\s*type:\s*(?:map|time_table|list|nested_list)\s*$", content, re.MULTILINE) is not None


def import_content(content: bytes, file: str) -> Imported:
    """Return the profile that a file holds."""
    foreign = _Listed(content, file)
    person: dict[str, Any] = {"name": "Unknown"}
    sections: list[dict[str, Any]] = []
    for index, part in enumerate(foreign.source.data.get("list") or ()):
        path: YamlPath = ("list", index)
        if not isinstance(part, Mapping) or part.get("type") not in _TYPES:
            foreign.lose(path, f"`{part}`"[:60])
            continue
        title, rows = str(part.get("title") or ""), part.get("contents")
        rows = rows if isinstance(rows, list) else []
        if part["type"] == "map" and (not index or title.lower().startswith("general")):
            person |= _person(foreign, rows, (*path, "contents"))
        elif made := _section(foreign, str(part["type"]), title, rows, (*path, "contents")):
            sections.append(made)
    return foreign.profile(person, sections)


class _Listed(ForeignFile):
    """A file whose root is a list: it is read below a key, on a line that the file does not have."""

    def __init__(self, content: bytes, file: str) -> None:
        text = _START.sub(lambda start: b"\n" * start[0].count(b"\n"), content)
        super().__init__(parse_yaml(b"list:\n" + text, file))

    def span(self, path: YamlPath) -> Span:
        """Return the place in the file as it is."""
        span = super().span(path)
        return replace(span, line=max(span.line - 1, 1), end_line=max(span.end_line - 1, 1))


def _person(foreign: ForeignFile, rows: list[Any], path: YamlPath) -> Placed:
    """Return what a map says of a person: the name, where to write to, and facts."""
    person: dict[str, Any] = {}
    for index, row in enumerate(rows):
        label, value = (str(row.get(key) or "") if isinstance(row, Mapping) else "" for key in ("name", "value"))
        field = _PERSON.get(re.sub(r"[^a-z]", "", label.lower()))
        if field and value and field not in person:
            person[field] = value
        elif value:
            person.setdefault("facts", []).append({"label": label, "text": value} if label else {"text": value})
        else:
            foreign.lose((*path, index))
    return Placed(path, person)


def _section(foreign: ForeignFile, form: str, title: str, rows: list[Any], path: YamlPath) -> dict[str, Any] | None:
    kind = _kind(title)
    head = {"title": title} if title else {}
    if form == "map":
        pairs = [(str(row.get("name") or ""), row.get("value")) for row in rows if isinstance(row, Mapping)]
        entries = [{"label": label, "values": str(value)} for label, value in pairs if label and not is_empty(value)]
        return {"kind": kind_of_form("skill"), **head, "entries": entries} if entries else None
    if form in ("list", "nested_list"):
        bullets = [bullet for index, row in enumerate(rows) for bullet in _bullets(foreign, row, (*path, index))]
        return {"kind": kind_of_form("prose"), **head, "highlights": bullets} if bullets else None
    made = [one for index, row in enumerate(rows) for one in _rows(foreign, kind, row, (*path, index))]
    return {"kind": kind, **head, "entries": made} if made else None


def _kind(title: str) -> str:
    words = re.sub(r"[^\w]+", " ", title.lower()).split()
    kinds = (kind for word in words if (kind := find_kind(word)) is not None)
    return next((kind for kind in kinds if shape_of(kind).form not in ("works", "prose", "skill")), "custom")


def _rows(foreign: ForeignFile, kind: str, row: object, path: YamlPath) -> Iterator[dict[str, Any]]:
    """Yield the entries of a row of a table: one, or one for each of its items."""
    if not isinstance(row, Mapping):
        foreign.lose(path, f"`{row}`"[:60])
        return
    shape = shape_of(kind)
    title = shape.title or "title"
    items = row.get("items")
    if isinstance(items, list):
        bullets = [bullet for item in items for bullet in _bullets(foreign, item, (*path, "items"))]
        dated = {"date": date_of(row["year"])} if not is_empty(row.get("year")) else {}
        for bullet in bullets:
            text = bullet if isinstance(bullet, str) else bullet["text"]
            yield Placed(path, {title: text, **dated}, {"date": (*path, "year")})
        return
    names = {"title": title, "year": "date", "institution": next(iter(shape.organization), "subtitle")}
    texts = row.get("description")
    plain = {key: value for key, value in row.items() if key != "description"}
    entry = foreign.entry(kind, path, plain, {key: name for key, name in names.items() if not is_empty(row.get(key))})
    if not is_empty(texts):
        listed = texts if isinstance(texts, list) else [texts]
        entry["highlights"] = [bullet for one in listed for bullet in _bullets(foreign, one, (*path, "description"))]
        entry.keys_of["highlights"] = (*path, "description")
    if entry:
        yield entry


def _bullets(foreign: ForeignFile, item: object, path: YamlPath) -> Iterator[Any]:
    """Yield bullets; a title with contents, or with items, is one with bullets below."""
    if isinstance(item, Mapping):
        below = item.get("contents") or item.get("items") or ()
        below = below if isinstance(below, list) else [below]
        inner = [bullet for one in below for bullet in _bullets(foreign, one, path)]
        text = str(item.get("title") or "")
        if text and inner:
            yield {"text": text, "highlights": inner}
        elif text:
            yield text
        else:
            yield from inner
        for key in set(item) - {"title", "contents", "items"}:
            foreign.lose((*path, key), f"`{key}: {item[key]}`"[:60])
    elif not is_empty(item):
        yield " ".join(str(item).split())
