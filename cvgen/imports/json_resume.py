"""JSON Resume (jsonresume.org), schema 1.x and the older 0.x, and YAMLResume, which has the same sections."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from cvgen.diagnostics import YamlPath
from cvgen.imports.entries import ForeignFile, is_empty, read_data
from cvgen.imports.imported import Imported, Placed
from cvgen.loading.synonyms import find_kind
from cvgen.sections import shape_of

__all__ = ["DESCRIPTION", "import_content", "recognises"]

DESCRIPTION = "JSON Resume, or YAMLResume: resume.json as its registry and editors save it"

_PERSON = {"name": "name", "label": "position", "headline": "position", "email": "email", "phone": "phone"}
_KEYS = {"publisher": "venue"}  # what appeared there is no more than named by its publisher
_PLACE = ("address", "postalCode", "city", "region", "countryCode", "country")
_IGNORED = ("meta", "$schema", "layout", "locale", "layouts")


def recognises(name: str, content: bytes) -> bool:
    """Tell a file by what stands at its top."""
    return b"basics" in content and any(key in content for key in (b'"work"', b'"education"', b'"name"', b"basics:"))


def import_content(content: bytes, file: str) -> Imported:
    """Return the profile that a file holds."""
    source = read_data(content, file)
    foreign = ForeignFile(source)
    root: YamlPath = ("content",) if isinstance(source.data.get("content"), Mapping) else ()
    data: Any = source.value(root) if root else source.data
    basics = data.get("basics")
    person = _person(foreign, (*root, "basics"), basics if isinstance(basics, Mapping) else {})
    sections: list[dict[str, Any]] = []
    summary = basics.get("summary") if isinstance(basics, Mapping) else None
    if not is_empty(summary):
        text = Placed((*root, "basics", "summary"), {"kind": find_kind("summary"), "text": str(summary).strip()})
        sections.append(text)
    for key, entries in data.items():
        if key == "basics" or key in _IGNORED or is_empty(entries):
            continue
        sections += _section(foreign, (*root, key), key, entries)
    for key in source.data if root else ():
        if key not in ("content", *_IGNORED):
            foreign.lose((key,), f"`{key}`")
    return foreign.profile(person, sections)


def _section(foreign: ForeignFile, path: YamlPath, key: str, entries: object) -> Iterator[dict[str, Any]]:
    kind = find_kind(key)
    if kind is None or not isinstance(entries, list):
        foreign.lose(path, f"`{key}`")
        return
    found = []
    for index, entry in enumerate(entries):
        if isinstance(entry, Mapping) and not all(map(is_empty, entry.values())):
            found.append(foreign.entry(kind, (*path, index), entry, _KEYS if shape_of(kind).form == "works" else {}))
        elif not is_empty(entry):
            foreign.lose((*path, index), f"an item of `{key}`")
    if found:
        yield {"kind": kind, "entries": found}


def _person(foreign: ForeignFile, path: YamlPath, basics: Mapping[str, Any]) -> Placed:
    person: dict[str, Any] = {"name": "Unknown"}
    for key, value in basics.items():
        if is_empty(value) or key == "summary":
            continue
        if key in _PERSON:
            person[_PERSON[key]] = value
        elif key in ("url", "website"):
            person["homepage"] = value
        elif key == "location" and isinstance(value, Mapping):
            person["address"] = ", ".join(str(value[one]) for one in _PLACE if not is_empty(value.get(one)))
        elif key == "location":
            person["address"] = value
        elif key == "profiles":
            foreign.add_networks(person, (*path, key), value)
        else:
            foreign.lose((*path, key), f"`{key}`")
    return Placed(path, {key: value for key, value in person.items() if not is_empty(value)})
