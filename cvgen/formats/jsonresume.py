"""JSON Resume 1.x (jsonresume.org), for its themes, registries and forms that read it.

Its sections are found by the forms of ours, its keys by tables; `losses` names what has no place there.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

from cvgen.composer import compose
from cvgen.diagnostics import Diagnostic, Severity
from cvgen.document import nodes as doc
from cvgen.document.inline import line
from cvgen.loading.profile import Profile
from cvgen.outputs import MADE_BY
from cvgen.profile.entry import PLACING_FIELDS, Highlight
from cvgen.profile.plain_data import as_data
from cvgen.profile.works import Work
from cvgen.sections import shape_of
from cvgen.values import dates
from cvgen.values.date_parser import parse_date
from cvgen.visibility import ShownEntry, shown_entries, shown_works

__all__ = ["DESCRIPTION", "SUFFIXES", "losses", "write_profile"]

DESCRIPTION = "JSON Resume, for its themes and for forms that read it"
SUFFIXES = (".json",)

_SCHEMA = "https://raw.githubusercontent.com/jsonresume/resume-schema/v1.0.0/schema.json"
# The section of each form; of kinds whose form says less, the one that has the kind's name or another name of it.
_SECTIONS: Final = {
    "position": "work", "degree": "education", "award": "awards", "certificate": "certificates",
    "skill": "skills", "language": "languages", "referee": "references",
}  # fmt: skip
_NAMED: Final = ("volunteer", "interests", "projects")
_DATES: Final = {"start_date": "startDate", "end_date": "endDate"}
_KEYS: Final = {
    "work": {"organization": "name", "role": "position", "location": "location", "url": "url", "summary": "summary",
             "highlights": "highlights", **_DATES},
    "volunteer": {"organization": "organization", "role": "position", "url": "url", "summary": "summary",
                  "highlights": "highlights", **_DATES},
    "education": {"institution": "institution", "field": "area", "degree": "studyType", "gpa": "score", "url": "url",
                  "courses": "courses", **_DATES},
    "awards": {"title": "title", "date": "date", "giver": "awarder", "event": "awarder", "remark": "summary"},
    "certificates": {"title": "name", "date": "date", "issuer": "issuer", "url": "url"},
    "skills": {"label": "name", "level": "level", "values": "keywords"},
    "languages": {"language": "language", "level": "fluency"},
    "interests": {"name": "name", "keywords": "keywords"},
    "references": {"name": "name", "quote": "reference"},
    "projects": {"title": "name", "summary": "description", "highlights": "highlights", "keywords": "keywords",
                 "role": "roles", "organization": "entity", "url": "url", **_DATES},
}  # fmt: skip
_LISTS: Final = ("highlights", "keywords", "courses", "roles")


def write_profile(profile: Profile, variant: str | None = None) -> str:
    """Return the profile as a resume."""
    resume: dict[str, Any] = {"$schema": _SCHEMA, "basics": _basics(profile, variant)}
    for shown in shown_entries(profile, variant=variant):
        if name := _section_of(shown):
            resume.setdefault(name, []).extend(item for item, _ in _items(name, shown))
    works = [_work(selected.work) for selected in shown_works(profile, variant=variant)]
    if works:
        resume["publications"] = works
    resume["meta"] = {"version": "v1.0.0", "generator": f"{MADE_BY} jsonresume"}
    return json.dumps(resume, ensure_ascii=False, indent=2) + "\n"


def losses(profile: Profile, variant: str | None = None) -> Iterator[Diagnostic]:
    """Yield a note for each section, and each field of an entry, that has no place in a resume."""
    first: dict[str, ShownEntry] = {}
    left: dict[str, set[str]] = {}
    for shown in shown_entries(profile, variant=variant):
        kind, name = shown.section.kind, _section_of(shown)
        fields = {field for _, found in _items(name, shown) for field in found} if name else set()
        if fields or not name:
            first.setdefault(kind, shown)
            left.setdefault(kind, set()).update(fields)
    for kind, shown in first.items():
        fields = left[kind]
        what = f"{', '.join(f'`{field}`' for field in sorted(fields))} of `{kind}`" if fields else f"`{kind}`"
        message = f"{what} {'have' if len(fields) > 1 else 'has'} no place in a JSON Resume"
        yield Diagnostic("export-loss", Severity.NOTE, profile.places.span(shown.path), message)


def _section_of(shown: ShownEntry) -> str:
    kind = shown.section.kind
    shape = shape_of(kind)
    names = (kind, *shape.aliases.split())
    return _SECTIONS.get(shape.form) or next((name for name in _NAMED if name in names), "")


def _items(section: str, shown: ShownEntry) -> Iterator[tuple[dict[str, Any], list[str]]]:
    """Yield an entry as items, one for each post, each with the fields that have no place."""
    data = as_data(shown.entry)
    assert isinstance(data, dict)
    posts = data.pop("positions", None) or [{}]
    for post in posts:
        yield _item({**data, **post}, _KEYS[section])


def _item(data: Mapping[str, Any], keys: Mapping[str, str]) -> tuple[dict[str, Any], list[str]]:
    item: dict[str, Any] = {}
    left: list[str] = []
    data = _with_ends(data) if "start_date" in keys else data
    for field, value in data.items():
        if field in PLACING_FIELDS or value in (None, "", [], False):
            continue
        key = keys.get(field)
        if key is None or key in item:
            left.append(field)
        elif key in _LISTS:
            item[key] = list(_texts(value))
        elif field in ("date", *_DATES):
            if text := _date(value):
                item[key] = text
        else:
            item[key] = ", ".join(_texts(value))
    return item, left


def _with_ends(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return an entry whose one date is a beginning and an end."""
    if data.get("date") is None:
        return dict(data)
    start, _, end = str(data["date"]).partition("/")
    ends = {"start_date": start, "end_date": end or start} if not isinstance(data["date"], list) else {}
    return {**{name: value for name, value in data.items() if name != "date"}, **ends}


def _date(text: object) -> str:
    """Return a date in ISO 8601, as much of it as is known; the present is no date."""
    try:
        when = parse_date(str(text))
    except dates.DateError:
        return ""
    if when is dates.PRESENT:
        return ""
    return dates.canonical(when) if isinstance(when, dates.Date) else str(dates.last_day(when)[0])


def _texts(value: object) -> Iterator[str]:
    """Yield the texts in a value without markup; bullets below bullets follow them."""
    if isinstance(value, list):
        for one in value:
            yield from _texts(one)
    elif isinstance(value, Mapping):
        if value.get("scale"):
            yield f"{value['value']}/{value['scale']}"
            return
        named = [value[key] for key in ("text", "name", "value", "title") if value.get(key)]
        yield from _texts(named[0] if named else list(value.values()))
        yield from _texts(value.get("highlights") or [])
    elif isinstance(value, Highlight):
        yield from _texts(as_data(value))
    else:
        yield doc.plain(line(str(value)))


def _work(work: Work) -> dict[str, Any]:
    venue = work.venue.name or work.venue.acronym if work.venue else None
    links = work.links
    item = {
        "name": doc.plain(line(work.title)),
        "publisher": doc.plain(line(venue)) if venue else work.publisher or work.institution,
        "releaseDate": _date(dates.canonical(work.date)) if work.date is not None else None,
        "url": work.url or (links and (links.html or links.pdf or (links.doi and f"https://doi.org/{links.doi}"))),
        "summary": doc.plain(line(work.note)) if work.note else None,
    }
    return {key: value for key, value in item.items() if value}


def _basics(profile: Profile, variant: str | None) -> dict[str, Any]:
    """Return the header, as the CV shows it."""
    header, person = compose(profile, variant=variant).header, profile.person
    basics: dict[str, Any] = {"name": str(person.name)}
    basics |= {"label": doc.plain(header.position)} if header.position else {}
    basics |= {"location": {"address": doc.plain(header.address)}} if header.address else {}
    for contact in header.contacts:
        text = doc.plain(contact.line)
        url = next((inline.url for inline in contact.line.inlines if isinstance(inline, doc.Link)), "")
        if contact.network in ("email", "phone", "homepage"):
            values = {"homepage": url, "phone": person.phone[0].number if person.phone else text}
            name = "url" if contact.network == "homepage" else contact.network
            basics.setdefault(name, values.get(contact.network, text))
        elif url:
            network = contact.label.rstrip(":： ") or contact.network
            basics.setdefault("profiles", []).append({"network": network, "username": text, "url": url})
    return basics
