"""RIS: works for EndNote, Mendeley and the import of university repositories.

Tags as Reference Manager's and EndNote's documentation have them. What has none stands in notes (`N1`), under the
name that a profile gives to it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

from cvgen.document.inline import line
from cvgen.document.nodes import plain
from cvgen.loading.profile import Profile
from cvgen.profile.plain_data import as_data
from cvgen.profile.work_keys import keyed_works
from cvgen.profile.works import Venue, Work, WorkLinks, status_of, unbolded
from cvgen.values import dates
from cvgen.values.names import is_group, split_name
from cvgen.visibility import shown_works

__all__ = ["DESCRIPTION", "SUFFIXES", "write_profile"]

DESCRIPTION = "the publications as RIS, for EndNote, Mendeley and repositories"
SUFFIXES = (".ris",)

_TYPES = {
    "conference": "CPAPER", "workshop": "CPAPER", "journal": "JOUR", "book": "CHAP", "thesis": "THES",
    "report": "RPRT", "preprint": "UNPB",
}  # fmt: skip
_TAGS = {"volume": "VL", "number": "IS", "series": "T3", "edition": "ET", "location": "CY", "note": "N2"}


def write_profile(profile: Profile, variant: str | None = None) -> str:
    """Return the works that the profile lists as publications, a record each."""
    works = keyed_works(shown_works(profile, variant=variant))
    return "\n".join(ris_record(key, work) for key, work in works.items())


def ris_record(key: str, work: Work) -> str:
    """Return a work as a record with the id `key`.

    >>> ris_record("ditto", Work(title="Ditto", authors=("Chao Jin",), date="2023-09")).split("\\n")[:4]
    ['TY  - UNPB', 'ID  - ditto', 'TI  - Ditto', 'AU  - Jin, Chao']
    """
    fields = [(tag, value) for tag, value, _ in _fields(work) if value]
    notes = [("N1", f"cvgen-{name}: {value}") for name, value in _notes(work)]
    lines = [("TY", _type(work)), ("ID", key), *fields, *notes, ("ER", "")]
    return "".join(f"{tag}  - {' '.join(value.split())}\n" for tag, value in lines)


def _type(work: Work) -> str:
    kind = (work.venue.kind if work.venue else None) or ""
    named = bool(work.venue and work.venue.name)
    if status_of(work) == "preprint":
        return "UNPB"
    if not named and (kind == "book" or (not kind and (work.publisher or work.editors))):
        return "BOOK"
    return _TYPES.get(kind, "CPAPER" if named else "GEN")


def _fields(work: Work) -> Iterator[tuple[str, str, str]]:
    """Yield tags, their values, and the fields of the work that the value is all of."""
    venue, links = work.venue or Venue(), work.links or WorkLinks()
    yield "TI", _plain(work.title), "title"
    for author in work.authors:
        yield "AU", _name(unbolded(author.name)), "authors"
    for name in work.editors:
        yield "A2", _name(name), "editors"
    yield "T2", _plain(" ".join(filter(None, (venue.prefix, venue.name)))), "venue.name"
    yield "J2", venue.acronym or "", "venue.acronym"
    if work.date is not None:
        year = dates.first_day(work.date)[0]
        exact = isinstance(work.date, dates.Date)
        yield "PY", str(year), ""
        parts = (f"{part:02}" if part else "" for part in _parts(work.date))
        yield "DA", "/".join((str(year), *parts)) + "/" if exact else "", "date" if exact else ""
    for field, tag in _TAGS.items():
        yield tag, _plain(getattr(work, field)), field
    first, _, last = (work.pages or "").replace("–", "-").partition("-")
    yield "SP", first, "pages" if work.pages and f"{first}-{last}".strip("-") == work.pages else ""
    yield "EP", last, ""
    yield "PB", work.publisher or work.institution or "", "publisher" if work.publisher else ""
    for tag in work.tags:
        yield "KW", tag, "tags"
    yield "DO", links.doi or "", "links.doi"
    yield "UR", work.url or links.html or "", "url" if work.url else ""
    yield "L1", links.pdf or "", "links.pdf"


def _parts(when: dates.When) -> tuple[int | None, int | None]:
    return (when.month, when.day) if isinstance(when, dates.Date) else (None, None)


def _name(name: str) -> str:
    """Return `Family, Given`; a group's name, or one of one word, as it is."""
    parts = split_name(name)
    if is_group(name) or not parts.given:
        return name
    return ", ".join(
        filter(None, (f"{parts.particles} {parts.family}".strip(), parts.given, parts.suffix.lstrip(", ")))
    )


def _notes(work: Work) -> Iterator[tuple[str, str]]:
    """Yield the fields that no tag says exactly: names as in a profile, values as texts or JSON."""
    exact = {field for tag, value, field in _fields(work) if value and field}
    exact -= {"authors"} if any(len(author.model_fields_set) > 1 for author in work.authors) else set()
    exact -= {field for field in exact if "." not in field and _has_markup(getattr(work, field))}
    exact -= {"venue.name"} if work.venue and (work.venue.prefix or _has_markup(work.venue.name)) else set()
    data = as_data(work.model_copy(update={"id": None}))
    assert isinstance(data, dict)
    if work.institution and not work.publisher:
        yield "publisher", ""  # the records have one tag for both
    if work.venue and not work.venue.kind:
        yield "venue.kind", ""  # the type says more than the work does
    for name, value in data.items():
        inner = value.items() if isinstance(value, dict) and name in ("venue", "links") else [("", value)]
        for below, one in inner:
            path = f"{name}.{below}" if below else name
            if path not in exact:
                yield path, one if isinstance(one, str) else json.dumps(one, ensure_ascii=False)


def _plain(text: str | None) -> str:
    return plain(line(text)) if text else ""


def _has_markup(text: object) -> bool:
    return isinstance(text, str) and _plain(text) != text
