"""Changes of the head of the first page, and of how a document is set."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from cvgen.diff.change import Change, Scope, Tier, change_kind, quote, show_change
from cvgen.diff.lines import compare_field, compare_fields
from cvgen.document.inline import literal
from cvgen.document.locale import load_locale
from cvgen.document.nodes import Contact, Document, Footer, Header, Line, plain
from cvgen.values.date_parser import parse_date
from cvgen.values.dates import Date

__all__ = ["compare_headers", "compare_settings"]

_HEADER = Scope(tier=Tier.HEADER)
_LOOK = Scope(tier=Tier.LOOK)


def _name(header: Header) -> str:
    return " ".join(plain(line) for line in (header.given, header.family) if line)


def compare_headers(old: Document, new: Document, photos: tuple[bytes, bytes]) -> Iterator[Change]:
    """Yield the changes in the head."""
    before, after = old.header, new.header
    names = _name(before), _name(after)
    if names[0] != names[1]:
        yield _HEADER.text_change("name", "name", *names)
    elif (plain(before.given), plain(before.family)) != (plain(after.given), plain(after.family)):
        detail = f"{quote(plain(before.family))} → {quote(plain(after.family))}"
        yield _HEADER.change("changed", "name", "family name changed", detail, *names)
    yield from compare_field(_HEADER, "native", before.native, after.native, "native name")
    yield from compare_fields(_HEADER, before, after, "position", "address", "quote")
    yield from _compare_contacts(before.contacts, after.contacts)
    yield from _compare_photos(before, after, photos)


def _compare_contacts(old: tuple[Contact, ...], new: tuple[Contact, ...]) -> Iterator[Change]:
    before, after = _by_network(old), _by_network(new)
    found = []
    for name in dict.fromkeys([*before, *after]):
        words = "link" if name.startswith("link") else name.partition(" ")[0]
        found += list(compare_field(_HEADER, "contact", before.get(name, Line()), after.get(name, Line()), words))
    yield from found
    if not found and list(before) != list(after):
        yield _HEADER.change("moved", "contact", "contacts reordered")


def _by_network(contacts: tuple[Contact, ...]) -> dict[str, Line]:
    """Return each contact's line by its network, and by its text where a network has several."""
    counts = Counter(contact.network for contact in contacts)
    found: dict[str, Line] = {}
    for contact in contacts:
        key = contact.network if counts[contact.network] == 1 else f"{contact.network} {plain(contact.line)}"
        while key in found:
            key += " again"
        found[key] = contact.line
    return found


def _compare_photos(old: Header, new: Header, photos: tuple[bytes, bytes]) -> Iterator[Change]:
    before, after = old.photo, new.photo
    if before is None or after is None:
        if before is not after:
            kind = change_kind(before, after)
            yield _HEADER.change(kind, "photo", f"photo {kind}")
        return
    if photos[0] != photos[1]:
        yield _HEADER.change("changed", "photo", "photo changed")
    if (before.shape, before.side) != (after.shape, after.side):
        places = [f"{photo.shape}, {photo.side}" for photo in (before, after)]
        yield _LOOK.text_change("photo", "place of the photo", *places)
    if before.alt != after.alt:
        detail = show_change(before.alt, after.alt)
        yield _LOOK.change("changed", "photo", "text of the photo changed", detail, before.alt, after.alt)


# --- The look -------------------------------------------------------------------------------------------------------


def _settings(document: Document) -> dict[str, str]:
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


def compare_settings(old: Document, new: Document) -> Iterator[Change]:
    """Yield the changes of theme, paper, options, foot and PDF metadata."""
    before, after = _settings(old), _settings(new)
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
        yield _LOOK.text_change(what, name, one, other)
    for side in ("left", "center", "right"):
        one_line, other_line = (_foot(document, getattr(document.footer, side)) for document in (old, new))
        if plain(one_line) != plain(other_line):
            yield from compare_field(_LOOK, "foot", one_line, other_line, f"{side} of the foot")


def _foot(document: Document, line: Line) -> Line:
    """Return a line of the foot with placeholders for what it repeats, so that only its own changes are reported."""
    text = plain(line).replace(Footer.PAGES, "{pages}").replace(Footer.PAGE, "{page}")
    day = parse_date(document.metadata.date) if document.metadata.date else None
    if isinstance(day, Date):
        text = text.replace(load_locale(document.metadata.language).long_date(day), "{date}")
    return literal(text.replace(_name(document.header), "{name}"))
