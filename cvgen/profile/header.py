"""The header of a document: the person's name and contacts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, urlencode

from cvgen.document.inline import join, line, linked, literal
from cvgen.document.nodes import Contact, Header, Line, Photo, TextRun, plain
from cvgen.profile.context import Context
from cvgen.profile.person import Name, Person
from cvgen.values.urls import check_url, display_url

__all__ = ["compose_header"]

_PROFILE_URLS = {
    "github": "https://github.com/{}",
    "gitlab": "https://gitlab.com/{}",
    "orcid": "https://orcid.org/{}",
    "dblp": "https://dblp.org/pid/{}",
    "linkedin": "https://www.linkedin.com/in/{}",
    "x": "https://x.com/{}",
}
# What does not say by its own text what it is: a user name, unlike an e-mail address.
_NETWORKS = {
    "github": "GitHub",
    "gitlab": "GitLab",
    "scholar": "Google Scholar",
    "orcid": "ORCID",
    "dblp": "DBLP",
    "linkedin": "LinkedIn",
    "x": "X",
    "mastodon": "Mastodon",
}


def compose_header(person: Person, context: Context, profile_path: Path | None) -> Header:
    """Return the header of a person, whose photo lies beside the profile."""
    name = person.name
    given, family = _name_lines(name, context.at("name"))
    positions = (line(text, context.span("position", index)) for index, text in enumerate(person.position))
    return Header(
        given=given,
        family=family,
        native=literal(name.native, context.span("name", "native")),
        position=join(" · ", *positions),
        address=context.line(person, "address"),
        contacts=tuple(_contact(*one, context) for one in _contacts(person, context)),
        quote=context.line(person, "quote"),
        photo=_photo(person, context, profile_path),
        is_family_first=name.order == "family-first" and not name.is_east_asian,
        origin=context.span(),
    )


def _name_lines(name: Name, at: Context) -> tuple[Line, Line]:
    """Return the given and the family name, with titles and degrees where they are printed."""
    before = literal(name.prefix, at.span("prefix"))
    after = literal(name.postnominals, at.span("postnominals"))
    if name.is_east_asian:
        return before, join(", ", literal(str(name), at.span("family")), after)
    given, family = literal(name.given, at.span("given")), literal(name.surname, at.span("family"))
    if name.order == "family-first":
        return join(", ", given, after), join(" ", before, family)
    return join(" ", before, given), join(", ", family, after)


def _contact(network: str, text: Line, context: Context) -> Contact:
    name = _NETWORKS.get(network, "")
    is_said = not name or plain(text) == name
    return Contact(network, text, "" if is_said else name + context.words.word("colon"))


def _contacts(person: Person, context: Context) -> Iterator[tuple[str, Line]]:
    """Yield each network with its text."""

    def contact(network: str, text: str, url: str) -> tuple[str, Line]:
        return network, linked(literal(text, context.span(network)), url)

    for index, phone in enumerate(person.phone):
        number = linked(literal(phone.number, context.span("phone", index)), _phone_url(phone.number))
        yield "phone", _labelled(phone.label, number, context)
    for index, email in enumerate(person.email):
        yield "email", linked(literal(email, context.span("email", index)), check_url(f"mailto:{email}"))
    for index, page in enumerate(person.homepage):
        yield "homepage", linked(literal(display_url(page), context.span("homepage", index)), page)
    for network, pattern in _PROFILE_URLS.items():
        value = getattr(person, network)
        if value:
            yield contact(network, value, pattern.format(quote(value, safe="/-._~")))
        if network == "gitlab" and person.scholar:
            yield "scholar", _scholar(person, context)
    if person.mastodon:
        user, _, host = person.mastodon.lstrip("@").partition("@")
        yield contact("mastodon", person.mastodon, check_url(f"https://{host}/@{quote(user)}"))
    for index, fact in enumerate(person.facts):
        text = line(fact.text, context.span("facts", index, "text"))
        yield "none", _labelled(fact.label, text, context)
    for index, link in enumerate(person.links):
        text = literal(link.label, context.span("links", index, "label"))
        yield link.icon or "link", linked(text, link.url)


def _labelled(label: str | None, text: Line, context: Context) -> Line:
    """Return "Born: 1815"; its place is the text's."""
    if not label:
        return text
    return Line((TextRun(label + context.words.word("colon")), *text.inlines), text.origin)


def _phone_url(phone: str) -> str:
    """Return the number as a link: `(0)` is left out after a country code, an extension stands apart."""
    number, _, extension = re.sub("(?i)ext|x|#", "x", phone).partition("x")
    number = number.replace("(0)", "") if number.startswith("+") else number
    plus = "+" * number.startswith("+")
    digits, tail = ("".join(char for char in part if char.isdigit()) for part in (number, extension))
    return f"tel:{plus}{digits}{f';ext={tail}' if tail else ''}"


def _scholar(person: Person, context: Context) -> Line:
    """Link to the profile by its id; without one, to a search for the label."""
    scholar = person.scholar
    assert scholar is not None
    label = scholar.label or str(person.name)
    if scholar.id:
        query = urlencode({"user": scholar.id})
    else:
        query = urlencode({"view_op": "search_authors", "mauthors": label})
    return linked(literal(label, context.span("scholar")), f"https://scholar.google.com/citations?{query}")


def _photo(person: Person, context: Context, profile_path: Path | None) -> Photo | None:
    photo = person.photo
    if photo is None:
        return None
    folder = profile_path.parent if profile_path else Path()
    alt = photo.alt or context.words.word("portrait").format(name=person.name)
    return Photo(str(folder / photo.path), photo.shape, photo.side, alt, context.span("photo"))
