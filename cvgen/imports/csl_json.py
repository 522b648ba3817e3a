"""CSL-JSON, as Zotero, Mendeley and pandoc export it (Zotero: Export Items, CSL JSON)."""

from __future__ import annotations

import re
import typing
from collections.abc import Iterator, Mapping
from typing import Any

from cvgen.diagnostics import Diagnostic, Span
from cvgen.imports.entries import date_of, is_empty
from cvgen.imports.imported import Imported, lost
from cvgen.imports.library import author_name, keyed, read_json
from cvgen.profile.works import Status

__all__ = ["DESCRIPTION", "import_content", "recognises"]

DESCRIPTION = "CSL-JSON: in Zotero, Export Items, CSL JSON; in pandoc, `-t csljson`"

_FIELDS = {
    "title": "title", "container-title": "venue.name", "container-title-short": "venue.acronym", "volume": "volume",
    "issue": "number", "page": "pages", "collection-title": "series", "edition": "edition", "version": "version",
    "note": "note", "publisher": "publisher", "event-place": "location", "DOI": "links.doi", "URL": "url",
}  # fmt: skip
_KINDS = {
    "paper-conference": "conference", "article-journal": "journal", "chapter": "book", "book": "book",
    "thesis": "thesis", "report": "report",
}  # fmt: skip
_IGNORED = ("id", "type", "author", "editor", "issued", "custom", "keyword", "status", "citation-key", "language")
_SEASONS = {"1": "Spring", "2": "Summer", "3": "Fall", "4": "Winter"}


# Types of CSL 1.0.2.
_TYPE = re.compile(
    rb'"type"\s*:\s*"(?:article(?:-\w+)?|bill|book|broadcast|chapter|classic|collection|dataset|document|entry(?:-\w+)?|'
    rb"event|figure|graphic|hearing|interview|legal_case|legislation|manuscript|map|motion_picture|musical_score|pamphlet|"
    rb"paper-conference|patent|performance|periodical|personal_communication|post(?:-weblog)?|regulation|report|"
    rb'review(?:-book)?|software|song|speech|standard|thesis|treaty|webpage)"'
)


def recognises(name: str, content: bytes) -> bool:
    """Tell a list of items by the fields that each has."""
    is_json = content.lstrip()[:1] in (b"[", b"{") and b'"display_name"' not in content
    return is_json and b'"title"' in content and _TYPE.search(content) is not None


def import_content(content: bytes, file: str) -> Imported:
    """Return the works that a file holds. Raises `ProfileError` for a file that is no JSON."""
    data = read_json(content, file)
    items = data if isinstance(data, list) else data.get("items", [data]) if isinstance(data, dict) else []
    losses: list[Diagnostic] = []
    works = [_work(item, file, losses) for item in items if isinstance(item, Mapping)]
    return keyed(works, file, losses)


def _work(item: Mapping[str, Any], file: str, losses: list[Diagnostic]) -> tuple[str, dict[str, Any]]:
    key = str(item.get("id") or item.get("citation-key") or "")
    work: dict[str, Any] = {}
    for name, value in item.items():
        if is_empty(value) or name in _IGNORED:
            continue
        if name not in _FIELDS or isinstance(value, dict | list):
            losses.append(lost(Span(file), f"`{name}: {str(value)[:60]}` of `{key}`"))
            continue
        _put(work, _FIELDS[name], str(value))
    work |= {field: names for field in ("authors", "editors") if (names := list(_names(item.get(field[:-1]))))}
    if date := _date(item.get("issued")):
        work["date"] = date
    if (kind := _KINDS.get(str(item.get("type")))) and "venue" in work:
        work["venue"]["kind"] = kind
    if not is_empty(item.get("keyword")):
        work["tags"] = [tag.strip().replace(" ", "-") for tag in str(item["keyword"]).split(",") if tag.strip()]
    if (status := str(item.get("status") or "").replace(" ", "-")) in typing.get_args(Status):
        work["status"] = status
    custom = item.get("custom")
    for name, value in custom.items() if isinstance(custom, Mapping) else ():
        if isinstance(value, Mapping) and isinstance(work.get(name), dict):
            work[name] = {**work[name], **value}
        else:
            work[name] = value
    return key, work


def _put(work: dict[str, Any], path: str, value: str) -> None:
    name, _, below = path.partition(".")
    if below:
        work.setdefault(name, {})[below] = value
    else:
        work[name] = value


def _names(people: object) -> Iterator[str]:
    for one in people if isinstance(people, list) else ():
        if isinstance(one, Mapping):
            name = author_name(
                str(one.get("family") or ""),
                str(one.get("given") or ""),
                str(one.get("non-dropping-particle") or one.get("dropping-particle") or ""),
                str(one.get("suffix") or ""),
                str(one.get("literal") or ""),
            )
            if name:
                yield name


def _date(issued: object) -> str:
    if not isinstance(issued, Mapping):
        return ""
    parts = issued.get("date-parts")
    days = [_day(day) for day in (parts if isinstance(parts, list) else []) if isinstance(day, list)]
    days = [day for day in days if day]
    if "season" in issued and days:
        return f"{days[0]} {_SEASONS.get(str(issued['season']), '')}".strip()
    text = "/".join(days) or str(issued.get("literal") or issued.get("raw") or "")
    return date_of(f"c. {text}") if issued.get("circa") and text else date_of(text) if text else ""


def _day(parts: list[Any]) -> str:
    """Return `2023-09` for `[2023, 9]`; numbers may be texts."""
    numbers = [int(part) for part in parts if str(part).isdigit()]
    return "-".join(f"{number:04}" if at == 0 else f"{number:02}" for at, number in enumerate(numbers))
