"""RenderCV 1.x and 2.x (rendercv.com): the file that `rendercv render` takes, and al-folio's `cv.yml` since 2026.

An entry's type is known by its keys, as RenderCV does it; the title of a section becomes its heading.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from cvgen.diagnostics import YamlPath
from cvgen.document.locale import load_locale
from cvgen.imports.entries import ForeignFile, bullets_in, is_empty, people_in
from cvgen.imports.imported import Imported, Placed
from cvgen.loading.synonyms import find_kind
from cvgen.sections import kind_of_form, shape_of
from cvgen.source import parse_yaml

__all__ = ["DESCRIPTION", "import_content", "recognises"]

DESCRIPTION = "RenderCV: the YAML file that it renders"

_PERSON = {
    "name": "name", "label": "position", "headline": "position", "location": "address", "email": "email",
    "phone": "phone", "website": "homepage",
}  # fmt: skip
_IGNORED = ("design", "locale", "settings", "rendercv_settings", "locale_catalog")
_NAMED = ("course", "duty", "student")  # whose title has a name of its own
_WORK = {"journal": "venue", "summary": "note"}


def recognises(name: str, content: bytes) -> bool:
    """Tell a file by its root."""
    return re.search(rb"^cv:\s*$", content, re.MULTILINE) is not None


def import_content(content: bytes, file: str) -> Imported:
    """Return the profile that a file holds."""
    foreign = ForeignFile(parse_yaml(content, file))
    cv = foreign.source.data.get("cv")
    cv = cv if isinstance(cv, Mapping) else {}
    for key in foreign.source.data:
        if key != "cv" and key not in _IGNORED:
            foreign.lose((key,), f"`{key}`")
    listed = cv.get("sections")
    sections = [
        section
        for title, entries in (listed if isinstance(listed, Mapping) else {}).items()
        if isinstance(entries, list) and (section := _section(foreign, ("cv", "sections", title), title, entries))
    ]
    if not is_empty(cv.get("summary")):
        text = Placed(("cv", "summary"), {"kind": find_kind("summary"), "text": str(cv["summary"]).strip()})
        sections.insert(0, text)
    return foreign.profile(_person(foreign, cv), sections)


def _person(foreign: ForeignFile, cv: Mapping[str, Any]) -> Placed:
    person: dict[str, Any] = {"name": "Unknown"}
    for key, value in cv.items():
        if is_empty(value) or key in ("sections", "sort_entries", "summary"):
            continue
        if key in _PERSON:
            person[_PERSON[key]] = re.sub(r"^tel:", "", value) if isinstance(value, str) else value
        elif key in ("social_networks", "custom_connections"):
            foreign.add_networks(person, ("cv", key), value)
        else:
            foreign.lose(("cv", key), f"`{key}`")
    return Placed(("cv",), person)


def _section(foreign: ForeignFile, path: YamlPath, title: str, entries: list[Any]) -> dict[str, Any] | None:
    """Return a section whose kind its entries or its title tell."""
    filled = [(index, entry) for index, entry in enumerate(entries) if not is_empty(entry)]
    if not filled:
        return None
    words = title.replace("_", " ") if title.islower() else title
    head = {"title": words.title() if title.islower() else words}
    first = filled[0][1]
    if isinstance(first, Mapping) and head["title"] == load_locale("en").title(_kind(title, first)):
        head = {}  # the usual heading, which other languages have a word for
    if not isinstance(first, Mapping) or set(first) & {"bullet", "number", "reversed_number"}:
        return {"kind": kind_of_form("prose"), **head, **_prose([entry for _, entry in filled])}
    kind = _kind(title, first)
    shape = shape_of(kind)
    names = _WORK if shape.form == "works" else {"name": shape.title} if shape.form in _NAMED else {}
    made = [_entry(foreign, kind, (*path, index), entry, names) for index, entry in filled]
    return {"kind": kind, **head, "entries": [entry for entry in made if entry is not None]}


def _kind(title: str, entry: Mapping[str, Any]) -> str:
    """Return the kind for an entry's keys; what only has a name is of the kind that the title says."""
    for keys, form in (
        (("title", "authors"), "works"),
        (("company",), "position"),
        (("institution",), "degree"),
        (("label", "details"), "skill"),
    ):
        if all(key in entry for key in keys) and (form != "degree" or "name" not in entry):
            return kind_of_form(form)
    words = re.sub(r"[_&/]", " ", title.lower()).split()
    named = (kind for word in words if (kind := find_kind(word)) is not None)
    other = ("works", "prose", "degree", *(() if "keywords" in entry else ("skill",)))
    usable = (kind for kind in named if shape_of(kind).form not in other)
    return next(usable, None) or "custom"


def _entry(
    foreign: ForeignFile, kind: str, path: YamlPath, entry: object, names: Mapping[str, str]
) -> dict[str, Any] | None:
    if not isinstance(entry, Mapping):
        foreign.lose(path, f"`{entry}`")
        return None
    data = dict(entry)
    more = False
    if isinstance(data.get("authors"), list):
        authors = people_in(data["authors"])
        more = bool(authors) and authors[-1].lower().rstrip(".") in ("et al", "others")
        data["authors"] = authors[:-1] if more else authors
    doi = data.pop("doi", None)
    made = foreign.entry(kind, path, data, names)
    if not is_empty(doi):
        made["links"] = {"doi": str(doi)}
        made.keys_of["links"] = (*path, "doi")
    if more:
        made["more_authors"] = True
    return made


def _prose(entries: list[Any]) -> dict[str, Any]:
    """Return plain paragraphs, or bullets."""
    texts = [str(next(iter(one.values()), "")) if isinstance(one, Mapping) else str(one) for one in entries]
    if any(isinstance(one, Mapping) for one in entries):
        return {"highlights": bullets_in(texts)}
    return {"text": "\n\n".join(text.strip() for text in texts)}
