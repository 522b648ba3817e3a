"""An ORCID record, version 3.0, as JSON (pub.orcid.org/v3.0/ID/record with `Accept: application/json`)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from cvgen.diagnostics import Diagnostic, Severity, YamlPath
from cvgen.imports.entries import ForeignFile, is_empty, read_data
from cvgen.imports.imported import Imported, Placed
from cvgen.imports.library import at
from cvgen.sections import kind_of_form

__all__ = ["DESCRIPTION", "import_content", "recognises"]

DESCRIPTION = "ORCID: https://pub.orcid.org/v3.0/ID/record with `Accept: application/json`, saved"

# Lists of affiliations: the form of the section, and which field the role is.
_AFFILIATIONS = (
    ("educations", "degree", "degree", "institution"),
    ("qualifications", "degree", "degree", "institution"),
    ("employments", "position", "role", "organization"),
    ("invited-positions", "position", "role", "organization"),
    ("distinctions", "award", "title", "giver"),
    ("services", "duty", "role", "venue"),
    ("memberships", "duty", "role", "venue"),
)
_TYPES = {"journal-article": "journal", "conference-paper": "conference", "book-chapter": "book", "book": "book"}
_LISTS = ("fundings", "peer-reviews", "research-resources")


def recognises(name: str, content: bytes) -> bool:
    """Tell a file by the names of its parts."""
    return b'"orcid-identifier"' in content and b'"activities-summary"' in content


def import_content(content: bytes, file: str) -> Imported:
    """Return the profile that a record holds; its works have no authors, which a record's summaries do not name."""
    foreign = ForeignFile(read_data(content, file))
    activities = at(foreign.source.data, "activities-summary")
    sections: dict[tuple[str, str], dict[str, Any]] = {}
    for name, form, role, organization in _AFFILIATIONS:
        path: YamlPath = ("activities-summary", name, "affiliation-group")
        for index, group in enumerate(_items(at(activities, name, "affiliation-group"))):
            for summary in _items(at(group, "summaries"))[:1]:
                entry = _affiliation(next(iter(summary.values()), {}), role, organization)
                section = sections.setdefault((form, ""), {"kind": kind_of_form(form), "entries": []})
                section["entries"].append(Placed((*path, index), entry))
    works = [
        Placed(("activities-summary", "works", "group", index), work)
        for index, group in enumerate(_items(at(activities, "works", "group")))
        if (work := _work(group))
    ]
    if works:
        sections["works", ""] = {"kind": kind_of_form("works"), "entries": works}
        span = foreign.source.span(("activities-summary", "works"), key=True)
        words = "a record names no authors: its works stand without them"
        foreign.losses.append(
            Diagnostic("import-loss", Severity.NOTE, span, words, ("import the works from OpenAlex",))
        )
    for name in _LISTS:
        if _items(at(activities, name, "group")):
            foreign.lose(("activities-summary", name), f"`{name}`")
    return foreign.profile(_person(foreign.source.data), list(sections.values()))


def _items(value: object) -> list[Any]:
    return [one for one in value if isinstance(one, Mapping)] if isinstance(value, list) else []


def _person(record: Mapping[str, Any]) -> Placed:
    name = at(record, "person", "name")
    parts = [at(name, part, "value") for part in ("given-names", "family-name")]
    credit = at(name, "credit-name", "value")
    person: dict[str, Any] = {
        "name": credit or " ".join(str(part) for part in parts if part) or "Unknown",
        "orcid": at(record, "orcid-identifier", "path"),
        "bio": at(record, "person", "biography", "content"),
        "email": [str(one["email"]) for one in _items(at(record, "person", "emails", "email")) if one.get("email")],
        "keywords": [str(at(one, "content")) for one in _items(at(record, "person", "keywords", "keyword"))],
        "links": [
            {"label": str(one.get("url-name") or at(one, "url", "value")), "url": str(at(one, "url", "value"))}
            for one in _items(at(record, "person", "researcher-urls", "researcher-url"))
        ],
    }
    others = [str(at(one, "content")) for one in _items(at(record, "person", "other-names", "other-name"))]
    person["aliases"] = [one for one in others if one != person["name"]]
    return Placed(("person",), {key: value for key, value in person.items() if not is_empty(value)})


def _affiliation(summary: object, role: str, organization: str) -> dict[str, Any]:
    place = at(summary, "organization", "address")
    where = ", ".join(str(part) for key in ("city", "region", "country") if (part := at(place, key)))
    member = "Member" if role == "role" and organization == "venue" else None
    entry = {
        role: at(summary, "role-title") or member,
        organization: at(summary, "organization", "name"),
        "school" if role == "degree" else "team" if role == "role" and organization == "organization" else "note": at(
            summary, "department-name"
        ),
        "location": where,
        "start_date": _date(at(summary, "start-date")),
        "end_date": _date(at(summary, "end-date")),
        "url": at(summary, "url", "value"),
    }
    if entry["start_date"] and not entry["end_date"]:
        entry["end_date"] = "present"
    if role == "title":  # a distinction is given on a day
        entry["date"] = entry.pop("start_date")
        entry.pop("end_date")
        entry["title"] = entry["title"] or entry[organization]
    return {key: value for key, value in entry.items() if not is_empty(value)}


def _date(date: object) -> str:
    parts = [at(date, part, "value") for part in ("year", "month", "day")]
    return "-".join(str(part) for part in parts if part)


def _work(group: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return the work that several sources have summaries of: the first one's words."""
    summaries = _items(group.get("work-summary"))
    if not summaries:
        return None
    first = summaries[0]
    links = dict(_identifiers(first))
    venue, kind = at(first, "journal-title", "value"), _TYPES.get(str(first.get("type")))
    work = {
        "title": at(first, "title", "title", "value"),
        "venue": {"name": venue, **({"kind": kind} if kind else {})} if venue else None,
        "date": _date(first.get("publication-date")),
        "links": links,
        "url": None if links else at(first, "url", "value"),
    }
    return {key: value for key, value in work.items() if not is_empty(value)}


def _identifiers(summary: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for one in _items(at(summary, "external-ids", "external-id")):
        kind, value = str(one.get("external-id-type")), str(one.get("external-id-value") or "")
        if kind in ("doi", "arxiv") and one.get("external-id-relationship") != "part-of":
            yield kind, value.removeprefix("https://doi.org/").removeprefix("arXiv:")
