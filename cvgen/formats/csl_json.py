"""CSL-JSON: works for Zotero, pandoc and every program with citation styles.

The schema is that of citation-style-language/schema 1.0.2. What it has no variable for stands in `custom`, which
it leaves to programs.
"""

from __future__ import annotations

import json

from cvgen.document.inline import line
from cvgen.document.nodes import plain
from cvgen.loading.profile import Profile
from cvgen.profile.plain_data import as_data
from cvgen.profile.work_keys import keyed_works
from cvgen.profile.works import Venue, Work, WorkLinks, status_of, unbolded
from cvgen.values import dates
from cvgen.values.names import is_group, split_name
from cvgen.visibility import shown_works

__all__ = ["DESCRIPTION", "SUFFIXES", "csl_item", "write_profile"]

DESCRIPTION = "the publications as CSL-JSON, for Zotero, pandoc and other programs with citation styles"
SUFFIXES = (".json",)

_TYPES = {
    "conference": "paper-conference", "workshop": "paper-conference", "journal": "article-journal", "book": "chapter",
    "thesis": "thesis", "report": "report", "preprint": "article",
}  # fmt: skip
_FIELDS = {
    "volume": "volume", "number": "issue", "pages": "page", "series": "collection-title", "edition": "edition",
    "version": "version", "note": "note", "status_text": "status",
}  # fmt: skip
_UNKNOWN = "paper-conference"
_SEASONS = {"Spring": 1, "Summer": 2, "Fall": 3, "Autumn": 3, "Winter": 4}


def write_profile(profile: Profile, variant: str | None = None) -> str:
    """Return the works that the profile lists as publications, as a list of items."""
    works = keyed_works(shown_works(profile, variant=variant))
    return json.dumps([csl_item(key, work) for key, work in works.items()], ensure_ascii=False, indent=2) + "\n"


def csl_item(key: str, work: Work) -> dict[str, object]:
    """Return a work as an item with the id `key`.

    >>> csl_item("ditto", Work(title="Ditto", authors=("Chao Jin",), date="2023-09"))["issued"]
    {'date-parts': [[2023, 9]]}
    """
    venue, links = work.venue or Venue(), work.links or WorkLinks()
    item: dict[str, object] = {
        "id": key,
        "type": _type(work),
        "title": _plain(work.title),
        "author": [_name(unbolded(author.name)) for author in work.authors],
        "editor": [_name(name) for name in work.editors],
        "issued": _issued(work.date) if work.date is not None else None,
        "container-title": _plain(" ".join(filter(None, (venue.prefix, venue.name)))),
        "container-title-short": venue.acronym,
        "publisher": work.publisher or work.institution,
        "event-place": _plain(work.location),
        "DOI": links.doi,
        "URL": work.url
        or links.html
        or links.pdf
        or (f"https://arxiv.org/abs/{links.arxiv}" if links.arxiv else None),
        "keyword": ", ".join(work.tags),
        **{name: _plain(getattr(work, field)) for field, name in _FIELDS.items()},
    }
    item["status"] = item["status"] or (work.status or "").replace("-", " ")
    custom = _others(work, item)
    if work.institution and not work.publisher:
        custom["publisher"] = ""  # the item has one variable for both
    if work.venue and not work.venue.kind and item["type"] == _UNKNOWN:
        custom["venue"] = {**_as_dict(custom.get("venue")), "kind": ""}  # the type says more than the work does
    return {name: value for name, value in item.items() if value} | ({"custom": custom} if custom else {})


def _type(work: Work) -> str:
    kind = (work.venue.kind if work.venue else None) or ""
    if status_of(work) == "preprint":
        return "article"
    if not kind and (work.publisher or work.editors) and not (work.venue and work.venue.name):
        return "book"
    if kind == "book" and not (work.venue and work.venue.name):
        return "book"
    return _TYPES.get(kind, _UNKNOWN if work.venue else "document")


def _name(name: str) -> dict[str, str]:
    """Return a name in CSL's parts; a group's is whole."""
    if is_group(name):
        return {"literal": name}
    parts = split_name(name)
    found = {
        "family": parts.family, "given": parts.given, "non-dropping-particle": parts.particles,
        "suffix": parts.suffix.lstrip(", "),
    }  # fmt: skip
    return {key: value for key, value in found.items() if value} if parts.given else {"literal": name}


def _issued(when: dates.When) -> dict[str, object]:
    match when:
        case dates.Date():
            return {"date-parts": [_parts(when)]}
        case dates.DateRange(start, end) if isinstance(start, dates.Date) and isinstance(end, dates.Date):
            return {"date-parts": [_parts(start), _parts(end)]}
        case dates.Term(year, season) if season.value in _SEASONS:
            return {"date-parts": [[year]], "season": _SEASONS[season.value]}
        case dates.Approximate():
            return {"date-parts": [[dates.last_day(when)[0]]], "circa": True}
    return {"date-parts": [[dates.last_day(when)[0]]], "literal": dates.canonical(when)}


def _parts(date: dates.Date) -> list[int]:
    return [part for part in (date.year, date.month, date.day) if part]


def _plain(text: str | None) -> str:
    return plain(line(text)) if text else ""


def _others(work: Work, item: dict[str, object]) -> dict[str, object]:
    """Return what the item does not say, or not exactly, under the names of a profile."""
    exact_date = work.date is not None and "literal" not in str(item["issued"]) and not _is_vague(work.date)
    carried = {
        "title": item["title"],
        "authors": [{"name": author.name} for author in work.authors],
        "editors": [*work.editors],
        "date": dates.canonical(work.date) if exact_date and work.date else None,
        "publisher": work.publisher,
        "location": item["event-place"],
        "tags": [*work.tags],
        "url": item["URL"],
        "status": str(item["status"]).replace(" ", "-"),
        "venue": {"name": item["container-title"], "acronym": item["container-title-short"]},
        "links": {"doi": item["DOI"]},
        **{field: item[name] for field, name in _FIELDS.items()},
    }
    return _left_out(as_data(work.model_copy(update={"id": None})), carried)


def _left_out(data: object, carried: dict[str, object]) -> dict[str, object]:
    """Return the fields of `data` that are not `carried` with the same value; below a mapping, those of that."""
    assert isinstance(data, dict)
    left: dict[str, object] = {}
    for name, value in data.items():
        known = carried.get(name)
        rest = _left_out(value, known) if isinstance(value, dict) and isinstance(known, dict) else value
        if rest != known and rest != {}:
            left[name] = rest
    return left


def _is_vague(when: dates.When) -> bool:
    return not isinstance(when, dates.Date | dates.DateRange)


def _as_dict(value: object) -> dict[str, object]:
    return dict(value) if isinstance(value, dict) else {}
