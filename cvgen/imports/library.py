"""Works of other programs' files: what bibliographies in any format have in common."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from cvgen.diagnostics import Diagnostic, Severity, Span
from cvgen.errors import ProfileError
from cvgen.imports.imported import Imported, Placed, works_of
from cvgen.profile.work_keys import work_key
from cvgen.profile.works import Work
from cvgen.values.names import PersonName

__all__ = ["at", "author_name", "exact_value", "keyed", "read_json"]


def author_name(family: str = "", given: str = "", particles: str = "", suffix: str = "", literal: str = "") -> str:
    """Return a name of parts as it is printed."""
    if literal or not (family or given):
        return literal
    return str(PersonName(given, family, particles=particles, suffix=suffix))


def exact_value(text: str) -> Any:  # noqa: ANN401 - data
    """Return what an export of ours wrote: JSON, or text."""
    try:
        return json.loads(text) if text[:1] in "[{tf" or text.isdigit() else text
    except ValueError:
        return text


def read_json(content: bytes, file: str) -> Any:  # noqa: ANN401 - data
    """Return the data of a JSON file. Raises `ProfileError`."""
    try:
        return json.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise ProfileError([Diagnostic("syntax", Severity.ERROR, Span(file), f"this is no JSON: {error}")]) from None


def at(data: object, *path: str) -> Any:  # noqa: ANN401 - data
    """Return the value at a path of keys, None where there is none."""
    for key in path:
        data = data.get(key) if isinstance(data, Mapping) else None
    return data


def keyed(works: Iterable[tuple[str, Mapping[str, Any]]], file: str, losses: Iterable[Diagnostic] = ()) -> Imported:
    """Return works by their keys, made where a file has none, each key once."""
    found: dict[str, Mapping[str, Any]] = {}
    for key, fields in works:
        name = "".join(char if char.isalnum() or char in "_.:/+-" else "-" for char in key)
        if not name or name in found:
            sketch = Work.model_construct(title=str(fields.get("title", "")), authors=(), date=None)
            name = work_key(sketch, found)
        found[name] = Placed((), _simple(fields))
    imported = works_of(found, lambda path: Span(file))
    return replace(imported, losses=(*losses, *imported.losses))


def _simple(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return a work with bare names, and without the title's address where a link says it too."""
    work = {name: value for name, value in fields.items() if value != ""}
    if isinstance(authors := work.get("authors"), list):
        work["authors"] = [one["name"] if isinstance(one, dict) and set(one) == {"name"} else one for one in authors]
    if isinstance(venue := work.get("venue"), Mapping):
        work["venue"] = {name: value for name, value in venue.items() if value != ""}
    links = work.get("links")
    if isinstance(links, Mapping):
        addresses = {
            f"https://arxiv.org/abs/{links.get('arxiv')}",
            f"https://doi.org/{links.get('doi')}",
            *links.values(),
        }
        if work.get("url") in addresses:
            del work["url"]
    return work
