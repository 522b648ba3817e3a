"""HugoBlox (the kit of 2026): the author's profile (schema hugoblox/author/v1), and a folder per publication."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import yaml

from cvgen.composer import compose, compose_works
from cvgen.document import nodes as doc
from cvgen.document.inline import line
from cvgen.formats import bibtex
from cvgen.formats.csl_json import csl_item
from cvgen.formats.markdown import markdown_line
from cvgen.loading.profile import Profile
from cvgen.outputs import MADE_BY
from cvgen.profile.entry import Dated, span_of
from cvgen.profile.person import Person
from cvgen.profile.work_keys import keyed_works
from cvgen.profile.works import Work, match_owner, unbolded
from cvgen.sections import shape_of
from cvgen.values import dates
from cvgen.values.names import fold_name
from cvgen.visibility import public_works, shown_entries

__all__ = ["DESCRIPTION", "SUFFIXES", "write_folder"]

DESCRIPTION = "content of a HugoBlox site: the author, and a folder per publication; with `-o FOLDER/`"
SUFFIXES = ()

# Lists of the author's profile by the form of a section, and what a field is called there.
_LISTS = {
    "degree": ("education", {"degree": "degree", "institution": "institution"}),
    "position": ("experience", {"role": "role", "organization": "org"}),
    "award": ("awards", {"title": "title", "giver": "awarder"}),
}
_LINKS = {
    "pdf": "pdf",
    "code": "code",
    "slides": "slides",
    "poster": "poster",
    "video": "video",
    "dataset": "dataset",
}


def write_folder(profile: Profile, variant: str | None = None) -> Mapping[str, str]:
    """Return the files of the site, by path."""
    works = keyed_works(public_works(profile, variant))
    files = {"data/authors/me.yaml": f"# {MADE_BY} hugoblox\n{_yaml(_author(profile, variant))}"}
    for (key, work), block in zip(works.items(), compose_works(profile, list(works.values())), strict=True):
        folder = f"content/publications/{'-'.join(fold_name(key).split()) or 'work'}"
        files[f"{folder}/index.md"] = _page(profile, key, work, block)
        files[f"{folder}/cite.bib"] = f"% {MADE_BY} hugoblox\n\n{bibtex.works_to_bib({key: work})}"
    return files


def _yaml(data: object) -> str:
    return yaml.safe_dump(data, allow_unicode=True, sort_keys=False, width=110)


def _filled(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in fields.items() if value not in (None, "", [], {})}


def _plain(text: object) -> str:
    return doc.plain(line(text)) if isinstance(text, str) else ""


# --- the author -----------------------------------------------------------------------------------------------------


def _author(profile: Profile, variant: str | None) -> dict[str, Any]:
    """Return the author's profile, with what the homepage shows."""
    header, person = compose(profile, variant=variant, output="homepage").header, profile.person
    author: dict[str, Any] = {
        "schema": "hugoblox/author/v1",
        "slug": "me",
        "is_owner": True,
        "name": _name(person),
        "postnominals": [person.name.postnominals] if person.name.postnominals else [],
        "role": doc.plain(header.position),
        "bio": markdown_line(line(" ".join((person.bio or "").split()))),
        "affiliations": [{"name": _plain(person.affiliation)}] if person.affiliation else [],
        "links": list(_links(header)),
        "interests": list(person.interests),
    }
    for shown in shown_entries(profile, variant=variant, output="homepage"):
        shape = shape_of(shown.section.kind)
        if shape.form == "skill":
            author.setdefault("skills", []).append(_skills(shown.entry))
        elif shape.form == "language":
            author.setdefault("languages", []).append({"name": _plain(shown.entry.language)})
        elif shape.form in _LISTS:
            name, fields = _LISTS[shape.form]
            author.setdefault(name, []).append(_item(shown.entry, fields, shape.form))
    return _filled(author)


def _name(person: Person) -> dict[str, str]:
    name = person.name
    return _filled({"display": str(name), "given": name.given, "family": name.surname, "alternate": name.native})


def _links(header: doc.Header) -> Iterator[dict[str, str]]:
    for contact in header.contacts:
        for inline in contact.line.inlines:
            if isinstance(inline, doc.Link) and contact.network not in ("email", "phone"):
                label = contact.label.rstrip(":： ") or doc.plain(contact.line)
                yield {"icon": contact.network, "url": inline.url, "label": label}


def _item(entry: Any, fields: Mapping[str, str], form: str) -> dict[str, Any]:  # noqa: ANN401 - of any kind's model
    item: dict[str, Any] = {theirs: _text(getattr(entry, ours, None)) for ours, theirs in fields.items()}
    when = span_of(entry) if isinstance(entry, Dated) else None
    if when is not None:
        first, last = dates.first_day(when), dates.last_day(when)
        is_open = isinstance(when, dates.DateRange) and when.end is dates.PRESENT
        ends = (
            {"date": _day(first)} if form == "award" else {"start": _day(first), "end": "" if is_open else _day(last)}
        )
        item |= ends
    bullets = (_text(one) for one in getattr(entry, "highlights", ()))
    item["summary"] = "\n".join(f"- {text}" for text in bullets if text)
    return _filled(item)


def _text(value: Any) -> str:  # noqa: ANN401 - a text, several, or a model with one
    if isinstance(value, tuple):
        return ", ".join(filter(None, map(_text, value)))
    for name in ("text", "name"):
        if isinstance(inner := getattr(value, name, None), str):
            return _plain(inner)
    return _plain(value)


def _skills(entry: Any) -> dict[str, Any]:  # noqa: ANN401 - a row of skills
    items = [{"label": _text(one)} for one in entry.values]
    return _filled({"name": _plain(entry.label), "items": [one for one in items if one["label"]]})


def _day(day: tuple[int, int, int]) -> str:
    year, month, number = day
    return f"{year:04}-{max(month, 1):02}-{max(number, 1):02}"


# --- publications ---------------------------------------------------------------------------------------------------


def _page(profile: Profile, key: str, work: Work, block: doc.WorkBlock) -> str:
    """Return the page of a publication: front matter alone."""
    own = match_owner(work, profile.owner).own
    names = ["me" if index in own else unbolded(author.name) for index, author in enumerate(work.authors)]
    equal = ["Equal contribution" if author.equal else "" for author in work.authors]
    day = _day(dates.first_day(work.date)) if work.date is not None else ""
    venue, links = work.venue, dict(work.links) if work.links else {}
    front: dict[str, Any] = {
        "title": _plain(work.title),
        "authors": names,
        "author_notes": equal if any(equal) else [],
        "date": f"{day}T00:00:00Z" if day else "",
        "publication_types": [csl_item(key, work)["type"]],
        "publication": doc.plain(block.venue),
        "publication_short": venue.acronym if venue else "",
        "summary": _plain(work.note),
        "tags": list(work.tags),
        "featured": work.selected or None,
        "hugoblox": {"ids": _filled({name: links.get(name) for name in ("doi", "arxiv")})},
        "links": [{"type": name, "url": links[name]} for name in _LINKS if links.get(name)],
    }
    front["hugoblox"] = front["hugoblox"] if front["hugoblox"]["ids"] else {}
    return f"---\n# {MADE_BY} hugoblox\n{_yaml(_filled(front))}---\n"
