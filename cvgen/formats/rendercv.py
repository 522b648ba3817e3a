"""RenderCV 2.x (rendercv.com): the file that `rendercv render` takes, each field under RenderCV's name if it has one.

RenderCV takes other keys too, so that nothing is lost; what its types do not know stands under our names.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from cvgen.composer import compose, words_of
from cvgen.diagnostics import Diagnostic, Severity
from cvgen.document import nodes as doc
from cvgen.document.inline import line
from cvgen.document.locale import Locale
from cvgen.formats.markdown import markdown_line
from cvgen.loading.profile import Profile
from cvgen.outputs import MADE_BY
from cvgen.profile.entry import PLACING_FIELDS, Highlight
from cvgen.profile.person import Person
from cvgen.profile.plain_data import as_data, as_yaml
from cvgen.profile.works import Work, match_owner
from cvgen.sections import shape_of
from cvgen.values import dates
from cvgen.values.date_parser import parse_date
from cvgen.visibility import Printed, chosen_sections, printed_of, shown_entries, shown_works

__all__ = ["DESCRIPTION", "SUFFIXES", "cv_data", "losses", "write_profile"]

DESCRIPTION = "the file that RenderCV takes, and its fields under RenderCV's names"
SUFFIXES = (".yaml", ".yml")

_NETWORKS: Final = {
    "github": "GitHub", "gitlab": "GitLab", "scholar": "Google Scholar", "orcid": "ORCID", "linkedin": "LinkedIn",
    "x": "X", "mastodon": "Mastodon",
}  # fmt: skip
_KEYS: Final = {
    "position": {"organization": "company", "role": "position"},
    "degree": {"institution": "institution", "field": "area", "degree": "degree"},
    "skill": {"label": "label", "values": "details"},
}
_TEXTS: Final = (
    "company",
    "institution",
    "area",
    "degree",
    "details",
    "name",
    "role",
    "position",
    "advisors",
    "mentors",
)


def write_profile(profile: Profile, variant: str | None = None) -> str:
    """Return the profile as a CV of RenderCV."""
    return f"# {MADE_BY} rendercv\n{as_yaml({'cv': cv_data(profile, variant)})}"


def losses(profile: Profile, variant: str | None = None) -> Iterator[Diagnostic]:
    """Yield a note for each work of which something has no place: links but one, details of authors and venues."""
    for found in shown_works(profile, variant=variant):
        left = sorted(_left(found.work))
        if left:
            words = (
                f"{', '.join(f'`{name}`' for name in left)} of a work {'have' if len(left) > 1 else 'has'} no place"
            )
            span = profile.places.span(found.entry)
            yield Diagnostic("export-loss", Severity.NOTE, span, f"{words} in RenderCV's file")


def _left(work: Work) -> set[str]:
    links = {name for name, value in (work.links or ()) if value}
    url = next((name for name in ("html", "pdf") if name in links and not work.url), "")
    left = {f"links: {name}" for name in links - {"doi", url}}
    left |= {
        f"authors: {name}" for one in work.authors for name in one.model_fields_set - {"name"} if getattr(one, name)
    }
    return left | {f"venue: {name}" for name in ("url", "kind") if work.venue and getattr(work.venue, name)}


def cv_data(profile: Profile, variant: str | None = None, *, is_public: bool = False) -> dict[str, Any]:
    """Return the data below `cv`; of one that `is_public`, without where to write to."""
    printed = printed_of(profile, variant, None, "cv")
    words = words_of(profile, variant)
    sections: dict[str, list[Any]] = {}
    for number, section in chosen_sections(printed):
        for group, entries in _entries(printed, number, section, words):
            if entries:
                title = _title(section, printed, words)
                sections.setdefault(f"{title}: {group}" if group else title, []).extend(entries)
    return {**_header(profile, variant, is_public=is_public), "sections": sections}


def _header(profile: Profile, variant: str | None, *, is_public: bool) -> dict[str, Any]:
    header, person = compose(profile, variant=variant).header, profile.person
    data: dict[str, Any] = {"name": str(profile.person.name)}
    data |= {"headline": markdown_line(header.position)} if header.position else {}
    data |= {"location": doc.plain(header.address)} if header.address and not is_public else {}
    networks, connections = [], []
    for contact in header.contacts:
        text = doc.plain(contact.line)
        url = next((inline.url for inline in contact.line.inlines if isinstance(inline, doc.Link)), "")
        if contact.network in ("email", "phone", "facts"):
            if not is_public and contact.network in ("email", "phone"):
                data.setdefault(contact.network, person.phone[0].number if contact.network == "phone" else text)
            elif not is_public:
                connections.append({"placeholder": text, "url": None, "fontawesome_icon": "circle-info"})
        elif contact.network == "homepage" and "website" not in data:
            data["website"] = url
        elif contact.network in _NETWORKS and (user := _user(person, contact.network)):
            networks.append({"network": _NETWORKS[contact.network], "username": user})
        elif url:
            connections.append({"placeholder": text, "url": url, "fontawesome_icon": "link"})
    data |= {"social_networks": networks} if networks else {}
    return data | ({"custom_connections": connections} if connections else {})


def _user(person: Person, network: str) -> str:
    """Return the name of a person in a network, empty where there is none."""
    value = getattr(person, network)
    return str((value.id if network == "scholar" else value) or "") if value else ""


def _title(section: Any, printed: Printed, words: Locale) -> str:  # noqa: ANN401 - of any kind's model
    titles = printed.variant.titles if printed.variant else {}
    text = titles.get(section.id or "") or titles.get(section.kind) or section.title
    return doc.plain(line(text)) if text else words.title(section.kind)


def _entries(
    printed: Printed,
    number: int,
    section: Any,  # noqa: ANN401 - of any kind's model
    words: Locale,
) -> Iterator[tuple[str, list[Any]]]:
    """Yield each group of a section with its entries; the group has no title where there are none."""
    form = shape_of(section.kind).form
    if form == "works":
        change = printed.variant.publications if printed.variant else None
        works = printed.profile.works_of(number, section, change)
        yield "", [_work(printed, one.work, words) for one in works if printed.is_shown(one.work, one.entry)]
        return
    if form == "prose":
        yield "", list(_prose(section, printed))
        return
    groups: dict[int, list[Any]] = {}
    for shown in shown_entries(printed.profile, variant=_name(printed)):
        if shown.path[1] == number:
            group = int(shown.path[3]) if shown.path[2] == "groups" else -1
            groups.setdefault(group, []).extend(_items(printed, shown.entry, section.kind, words))
    for group, entries in groups.items():
        yield (doc.plain(line(section.groups[group].title or "")) if group >= 0 else ""), entries


def _name(printed: Printed) -> str | None:
    variants = printed.profile.file.variants
    return next((name for name, one in variants.items() if one is printed.variant), None)


def _prose(section: Any, printed: Printed) -> Iterator[Any]:  # noqa: ANN401 - of any kind's model
    for part in (getattr(section, "text", None) or "").split("\n\n"):
        if part.strip():
            yield _text(part)
    for bullet in getattr(section, "highlights", ()):
        if printed.is_shown(bullet, ()):
            yield {"bullet": _bullet(bullet)}


def _items(printed: Printed, entry: Any, kind: str, words: Locale) -> Iterator[dict[str, Any]]:  # noqa: ANN401
    """Yield an entry, or one for each of its posts."""
    shape = shape_of(kind)
    fields = _said(entry)
    posts = fields.pop("positions", ()) or (None,)
    for post in posts:
        own = _said(post) if post else {}
        title = "organization" if "organization" in fields else shape.title
        keys = _KEYS.get(shape.form) or {title: "name"}
        item: dict[str, Any] = {}
        for name, value in {**fields, **own}.items():
            if name in PLACING_FIELDS or value in (None, ()):
                continue
            if name == "highlights":
                item[name] = [_bullet(one) for one in value if printed.is_shown(one, ())]
            elif name in ("date", "start_date", "end_date"):
                item |= _dates(name, value, words)
            else:
                key = keys.get(name, name)
                flat = _flat(as_data(value))
                item[key] = ", ".join(flat) if key in _TEXTS and isinstance(flat, list) else flat
        if shape.form == "degree" and "area" not in item:  # which RenderCV asks for
            degree, _, area = item.pop("degree", "").partition(" in ")
            item |= {"degree": degree, "area": area} if area else {"area": degree or item["institution"]}
        yield {**{key: item.pop(key) for key in keys.values() if key in item}, **item}


def _said(entry: Any) -> dict[str, Any]:  # noqa: ANN401 - of any kind's model
    return {name: getattr(entry, name) for name in type(entry).model_fields if name in entry.model_fields_set}


def _work(printed: Printed, work: Work, words: Locale) -> dict[str, Any]:
    """Return a work with the owner's name starred, as RenderCV has it."""
    own = match_owner(work, printed.profile.owner).own
    authors = [f"*{one.name}*" if number in own else one.name for number, one in enumerate(work.authors)]
    links = {} if work.links is None else dict(work.links)
    data = as_data(work)
    assert isinstance(data, dict)
    authors += ["et al."] if work.more_authors else []
    item: dict[str, Any] = {"title": _text(work.title), "authors": authors}
    venue = work.venue
    if venue:
        named = " ".join(part for part in (venue.prefix, venue.name) if part) or venue.acronym or ""
        short = f"{venue.acronym} {venue.year or ''}".strip() if venue.acronym and venue.name else ""
        item["journal"] = _text(f"{named} ({short})" if short else named)
    if work.date is not None:
        item |= _dates("date", work.date, words)
    item |= {"doi": links["doi"]} if links.get("doi") else {}
    url = work.url or links.get("html") or links.get("pdf")
    item |= {"url": url} if url else {}
    item |= {"summary": _text(work.note)} if work.note else {}
    known = {
        "title",
        "authors",
        "more_authors",
        "venue",
        "date",
        "url",
        "note",
        "links",
        "me",
        "not_me",
        *PLACING_FIELDS,
    }
    return item | {name: _flat(value) for name, value in data.items() if name not in known and value is not False}


def _dates(name: str, value: dates.When, words: Locale) -> dict[str, Any]:
    """Return a date under RenderCV's keys: what it can read as it is, anything else in words."""
    if isinstance(value, dates.DateRange):
        start, _, end = dates.canonical(value).partition("/")
        if _is_plain(start) and (end == "present" or _is_plain(end)):
            return {"start_date": start, "end_date": end}
    text = dates.canonical(value)
    return {name: text if _is_plain(text) or text == "present" else words.date(value)}


def _is_plain(text: str) -> bool:
    try:
        return isinstance(parse_date(text), dates.Date)
    except dates.DateError:
        return False


def _text(text: str) -> str:
    return markdown_line(line(" ".join(text.split())))


def _bullet(bullet: Highlight) -> str:
    """Return a bullet; those below it as lines with dashes, further in."""
    rows = [_text(bullet.text)] if bullet.text else []
    for one in bullet.highlights:
        rows += [f"  - {row}" if not number else f"  {row}" for number, row in enumerate(_bullet(one).split("\n"))]
    return "\n".join(rows)


def _flat(value: Any) -> Any:  # noqa: ANN401 - data
    """Return a value as text, or as a list of texts: what people have besides a name follows it."""
    if isinstance(value, list):
        return [_flat(one) for one in value]
    if isinstance(value, Mapping):
        if "people" in value:
            return _flat(value["people"])
        if len(value) == 2 and set(value) in ({"value", "scale"}, {"position", "of"}):
            return "/".join(map(str, value.values()))
        named = [value[key] for key in ("title", "name", "text", "value") if key in value]
        return " ".join(map(str, named or [one for one in value.values() if not isinstance(one, list | dict)]))
    return value if isinstance(value, bool) else _text(str(value))
