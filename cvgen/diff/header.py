"""The head of the first page, and how a document is set."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from cvgen.diff.change import Change, Kind, Tier, from_to, quoted
from cvgen.diff.lines import Place, field
from cvgen.document.locale import load_locale
from cvgen.document.nodes import Contact, Document, Footer, Header, Line, plain
from cvgen.values.date_parser import parse_date
from cvgen.values.dates import Date

__all__ = ["header_changes", "look_changes"]

_HEADER = Place(tier=Tier.HEADER)
_LOOK = Place(tier=Tier.LOOK)


def _name(header: Header) -> str:
    return " ".join(plain(line) for line in (header.given, header.family) if line)


def header_changes(old: Document, new: Document, photos: tuple[bytes, bytes]) -> Iterator[Change]:
    """Tell what is different in the head."""
    before, after = old.header, new.header
    names = _name(before), _name(after)
    if names[0] != names[1]:
        yield _HEADER.change("changed", "name", "name changed", from_to(*names), *names)
    elif (plain(before.given), plain(before.family)) != (plain(after.given), plain(after.family)):
        detail = f"{quoted(plain(before.family))} → {quoted(plain(after.family))}"
        yield _HEADER.change("changed", "name", "family name changed", detail, *names)
    yield from field(_HEADER, "native", before.native, after.native, "native name")
    for what in ("position", "address", "quote"):
        yield from field(_HEADER, what, getattr(before, what), getattr(after, what))
    yield from _contacts(before.contacts, after.contacts)
    yield from _photo(before, after, photos)


def _contacts(old: tuple[Contact, ...], new: tuple[Contact, ...]) -> Iterator[Change]:
    before, after = _by_network(old), _by_network(new)
    found = []
    for name in dict.fromkeys([*before, *after]):
        words = "link" if name.startswith("link") else name.partition(" ")[0]
        found += list(field(_HEADER, "contact", before.get(name, Line()), after.get(name, Line()), words))
    yield from found
    if not found and list(before) != list(after):
        yield _HEADER.change("moved", "contact", "contacts reordered")


def _by_network(contacts: tuple[Contact, ...]) -> dict[str, Line]:
    """Return each contact's line by its network; several of one network are told apart by their texts."""
    often: dict[str, list[Line]] = defaultdict(list)
    for contact in contacts:
        often[contact.network].append(contact.line)
    found: dict[str, Line] = {}
    for contact in contacts:
        alone = len(often[contact.network]) == 1
        key = contact.network if alone else f"{contact.network} {plain(contact.line)}"
        while key in found:
            key += " again"
        found[key] = contact.line
    return found


def _photo(old: Header, new: Header, photos: tuple[bytes, bytes]) -> Iterator[Change]:
    before, after = old.photo, new.photo
    if before is None or after is None:
        if before is not None or after is not None:
            kind: Kind = "removed" if after is None else "added"
            yield _HEADER.change(kind, "photo", f"photo {kind}")
        return
    if photos[0] != photos[1]:
        yield _HEADER.change("changed", "photo", "photo changed")
    if (before.shape, before.side) != (after.shape, after.side):
        words = [f"{photo.shape}, {photo.side}" for photo in (before, after)]
        yield _LOOK.change("changed", "photo", "place of the photo changed", from_to(*words), *words)
    if before.alt != after.alt:
        yield _LOOK.change(
            "changed", "photo", "text of the photo changed", from_to(before.alt, after.alt), before.alt, after.alt
        )


# --- The look -------------------------------------------------------------------------------------------------------


def _values(document: Document) -> dict[str, str]:
    meta = document.metadata
    return {
        "language": meta.language,
        "theme": document.theme,
        "paper": document.paper,
        "document date": meta.date,
        "PDF title": meta.title,
        "PDF subject": meta.subject,
        "PDF keywords": ", ".join(meta.keywords),
    } | {f"option {name}": value for name, value, _ in document.options}


def look_changes(old: Document, new: Document) -> Iterator[Change]:
    """Tell what is different in theme, paper, options, foot and what the PDF says of itself."""
    before, after = _values(old), _values(new)
    names = _name(old.header), _name(new.header)
    if names[0] != names[1] and before["PDF title"].replace(*names) == after["PDF title"]:
        before["PDF title"] = after["PDF title"]  # it follows from the name
    if plain(old.header.position) != plain(new.header.position):
        before["PDF subject"] = after["PDF subject"]
    for name in dict.fromkeys([*before, *after]):
        one, other = before.get(name, ""), after.get(name, "")
        if one == other:
            continue
        what = name.rpartition(" ")[2] if name.startswith("document") else name.partition(" ")[0].lower()
        if one and other:
            yield _LOOK.change("changed", what, f"{name} changed", from_to(one, other), one, other)
        else:
            kind: Kind = "added" if other else "removed"
            yield _LOOK.change(kind, what, f"{name} {kind}", quoted(one or other), one, other)
    for side in ("left", "center", "right"):
        one_line, other_line = (_foot(document, getattr(document.footer, side)) for document in (old, new))
        if plain(one_line) != plain(other_line):
            yield from field(_LOOK, "foot", one_line, other_line, f"{side} of the foot")


def _foot(document: Document, line: Line) -> Line:
    """Return a line of the foot with placeholders for what it repeats, so that only changes of its own are told."""
    from cvgen.document.inline import literal

    text = plain(line).replace(Footer.PAGES, "{pages}").replace(Footer.PAGE, "{page}")
    day = parse_date(document.metadata.date) if document.metadata.date else None
    if isinstance(day, Date):
        text = text.replace(load_locale(document.metadata.language).long_date(day), "{date}")
    return literal(text.replace(_name(document.header), "{name}"))
