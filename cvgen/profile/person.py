"""The person a profile is about, and how other people are referred to."""

from typing import Annotated, Literal

from cvgen.profile.fields import (
    Before,
    Email,
    Homepage,
    Mastodon,
    Model,
    OneOrMore,
    Phone,
    Plain,
    Prose,
    Text,
    Url,
    UserName,
)
from cvgen.values.names import split

__all__ = ["LinkRef", "Name", "People", "Person", "PersonRef", "PhotoRef", "Scholar"]


def _as_name(value: object) -> object:
    return {"name": value} if isinstance(value, str) else value


def _as_people(value: object) -> object:
    if isinstance(value, str):
        return {"people": [value]}
    return {"people": value} if isinstance(value, list | tuple) else value


class PersonRef(Model):
    """Another person: an advisor, a mentor. A bare name will do."""

    name: Plain
    """The name as it is to be printed. Example: Xin Jin"""
    title: Plain | None = None
    """Printed before the name. Example: Prof."""
    url: Url | None = None
    """Where the name links to."""
    affiliation: Text | None = None
    """Printed after the name, in parentheses. Example: HKUST"""


PersonLike = Annotated[PersonRef, Before(_as_name)]


class People(Model):
    """Some people under one label: a name, a list of names, or `{label: …, people: […]}`."""

    people: tuple[PersonLike, ...]
    """The people, in order."""
    label: Plain | None = None
    """What to print before them, in place of the usual word. Example: Mentor"""


PeopleLike = Annotated[People, Before(_as_people)]


class Name(Model):
    """A name in parts, where the usual rule (last word is the family name) gets it wrong. A bare name will do."""

    given: Plain | None = None
    """Given names. Example: Chao"""
    family: Plain
    """Family name. Example: Jin"""
    native: Plain | None = None
    """The name in its own script, printed after the name. Example: 金超"""

    def __str__(self) -> str:
        return f"{self.given} {self.family}" if self.given else self.family


class Scholar(Model):
    """A Google Scholar profile; a bare id will do."""

    id: Plain | None = None
    """The `user=` part of the profile's address. Without it the link searches for the label."""
    label: Plain | None = None
    """What to print. Example: Chao Jin"""


class LinkRef(Model):
    """A link with its text."""

    label: Plain
    """What to print. Example: Slides"""
    url: Url
    """Where it leads."""
    icon: Plain | None = None
    """The icon before it in the header: a network such as `github`."""


class PhotoRef(Model):
    """A portrait; a bare file name will do."""

    path: Plain
    """The image file (PNG or JPEG), in the profile's folder or below it. Example: photos/ada.jpg"""
    shape: Literal["round", "square"] = "round"
    """How it is cut."""
    side: Literal["left", "right"] = "right"
    """Which side of the header it stands on."""
    alt: Plain | None = None
    """What a screen reader says in its place. Example: Portrait of Ada Lovelace"""


def _as_scholar(value: object) -> object:
    return {"id": value} if isinstance(value, str) else value


def _as_full_name(value: object) -> object:
    if not isinstance(value, str):
        return value
    name = split(value)
    return {"given": name.given or None, "family": name.family, "native": name.native or None}


def _as_photo(value: object) -> object:
    return {"path": value} if isinstance(value, str) else value


class Person(Model):
    """Who the profile is about."""

    name: Annotated[Name, Before(_as_full_name)]
    """The name as it is to be printed, or its parts. Example: Chao Jin"""
    aliases: Annotated[tuple[Plain, ...], OneOrMore] = ()
    """Other spellings under which this person publishes; they are set bold in author lists too. Example: C. Jin"""
    position: Annotated[tuple[Text, ...], OneOrMore] = ()
    """What the person is, printed below the name and joined by dots. Example: Ph.D. Candidate"""
    affiliation: Text | None = None
    """Where the person works, for homepages and lists. Example: Peking University"""
    address: Text | None = None
    """The postal address, in one line."""
    email: Email | None = None
    """The e-mail address. Example: ada@example.org"""
    phone: Phone | None = None
    """The telephone number. Example: +49 151 123456"""
    homepage: Homepage | None = None
    """The person's own page. Example: ada.example.org"""
    github: UserName | None = None
    """User name on GitHub."""
    gitlab: UserName | None = None
    """User name on GitLab."""
    scholar: Annotated[Scholar, Before(_as_scholar)] | None = None
    """Google Scholar: an id, or `{id: …, label: …}`."""
    orcid: UserName | None = None
    """ORCID iD. Example: 0000-0002-1825-0097"""
    dblp: UserName | None = None
    """The part of the DBLP address after `pid/`. Example: 123/4567"""
    linkedin: UserName | None = None
    """User name on LinkedIn."""
    x: UserName | None = None
    """User name on X, without the @."""
    mastodon: Mastodon | None = None
    """Full Mastodon address. Example: @ada@example.social"""
    links: tuple[LinkRef, ...] = ()
    """Any other links for the header."""
    photo: Annotated[PhotoRef, Before(_as_photo)] | None = None
    """A portrait: a file name, or `{path: …, shape: round, side: right}`."""
    quote: Text | None = None
    """A motto below the header."""
    bio: Prose | None = None
    """A few sentences for a homepage; a `text` section puts them into a CV."""
    interests: Annotated[tuple[Text, ...], OneOrMore] = ()
    """Research interests. Example: machine learning systems"""
    advisors: PeopleLike | None = None
    """Whoever advises this person now."""
    keywords: Annotated[tuple[Plain, ...], OneOrMore] = ()
    """Keywords for the PDF's metadata."""
