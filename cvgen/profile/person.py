"""The person a profile is about, and how other people are referred to."""

import re
from typing import Annotated, Any, Literal

from pydantic import Field, GetJsonSchemaHandler
from pydantic_core import CoreSchema

from cvgen.profile.contact_fields import Email, Homepage, Mastodon, Orcid, Phone, UserName
from cvgen.profile.fields import Before, Model, OneOrMore, Plain, Prose, Text, Url, optional, schema_of
from cvgen.values.name_matching import Owner
from cvgen.values.names import PersonName, is_east_asian, split_name

__all__ = ["HeaderField", "LinkRef", "Name", "People", "Person", "PersonRef", "PhotoRef", "Scholar", "owner_of"]


def _as_name(value: object) -> object:
    return {"name": value} if isinstance(value, str) else value


def _as_people(value: object) -> object:
    if isinstance(value, str):
        return {"people": [value]}
    return {"people": value} if isinstance(value, list | tuple) else value


class PersonRef(Model):
    """Another person: an advisor, a mentor. A bare name will do."""

    name: Plain = Field(description="The name as it is to be printed.", examples=["Xin Jin"])
    title: Plain | None = optional("Printed before the name.", "Prof.")
    url: Url | None = optional("Where the name links to.")
    affiliation: Text | None = optional("Printed after the name, in parentheses.", "HKUST")


PersonLike = Annotated[PersonRef, Before(_as_name)]


class People(Model):
    """Some people under one label: a name, a list of names, or `{label: …, people: […]}`."""

    people: tuple[PersonLike, ...] = Field(description="The people, in order.")
    label: Plain | None = optional("What to print before them, in place of the usual word.", "Mentor")


class _AsPeople(Before):
    """Accepts a name or a list of names for people."""

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        listed = {"type": "array", "items": {"anyOf": [schema_of(PersonRef, handler), {"type": "string"}]}}
        return {"anyOf": [handler(schema), listed, {"type": "string"}]}


PeopleLike = Annotated[People, _AsPeople(_as_people)]


def _as_phone(value: object) -> object:
    return {"number": value} if isinstance(value, str | int) else value


def _as_fact(value: object) -> object:
    return {"text": value} if isinstance(value, str) else value


class Name(Model):
    """A name in parts, where the usual rule (last word is the family name) gets it wrong. A bare name will do."""

    prefix: Plain | None = optional("Titles before the name.", "Prof. Dr.")
    given: Plain | None = optional("Given names.", "Chao")
    particles: Plain | None = optional("What belongs to the family name and stands before it.", "van der")
    family: Plain = Field(description="Family name.", examples=["Jin"])
    suffix: Plain | None = optional("What belongs to the family name and stands behind it.", "Jr.")
    postnominals: Plain | None = optional("Degrees and honours behind the name, after a comma.", "Ph.D.")
    native: Plain | None = optional("The name in its own script, printed after the name.", "金超")
    order: Literal["given-first", "family-first"] = Field(
        "given-first",
        description="Which name is printed first; in Chinese characters and the like it is the family name.",
    )

    @property
    def surname(self) -> str:
        """The family name with the particles and the suffix that belong to it."""
        parts = PersonName("", self.family, particles=self.particles or "", suffix=self.suffix or "")
        return parts.surname

    @property
    def is_east_asian(self) -> bool:
        """Whether it is all in Chinese characters and the like: family name first, without a space."""
        return is_east_asian(self.family) and (self.given is None or is_east_asian(self.given))

    def __str__(self) -> str:
        """Return the name without titles and degrees, in the order of print."""
        if self.is_east_asian:
            return f"{self.family}{self.given or ''}"
        parts = [self.given or "", self.surname]
        return " ".join(filter(None, reversed(parts) if self.order == "family-first" else parts))


class Scholar(Model):
    """A Google Scholar profile; a bare id will do."""

    id: Plain | None = optional(
        "The `user=` part of the profile's address. Without it the link searches for the label."
    )
    label: Plain | None = optional("What to print.", "Chao Jin")


class LinkRef(Model):
    """A link with its text."""

    label: Plain = Field(description="What to print.", examples=["Slides"])
    url: Url = Field(description="Where it leads.")
    icon: Plain | None = optional("The icon before it in the header: a network such as `github`.")


class PhoneRef(Model):
    """A telephone number; a bare number will do."""

    number: Phone = Field(description="The number, with an extension if it has one.", examples=["+49 30 1234 ext. 5"])
    label: Plain | None = optional("What to print before it.", "Office")


PhoneLike = Annotated[PhoneRef, Before(_as_phone)]


class Fact(Model):
    """Something about the person that is no link; a bare text will do."""

    text: Text = Field(description="What to print.", examples=["Austrian"])
    label: Plain | None = optional("What to print before it.", "Nationality")


FactLike = Annotated[Fact, Before(_as_fact)]


class PhotoRef(Model):
    """A portrait; a bare file name will do."""

    path: Plain = Field(
        description="The image file (PNG or JPEG), in the profile's folder or below it.", examples=["photos/ada.jpg"]
    )
    shape: Literal["round", "square"] = Field("round", description="How it is cut.")
    side: Literal["left", "right"] = Field("right", description="Which side of the header it stands on.")
    alt: Plain | None = optional("What a screen reader says in its place.", "Portrait of Ada Lovelace")


def _as_scholar(value: object) -> object:
    if not isinstance(value, str):
        return value
    page = re.search(r"[?&]user=([\w-]+)", value)
    return {"id": page[1] if page else value}


def _as_full_name(value: object) -> object:
    if not isinstance(value, str):
        return value
    name = split_name(value)
    parts = {
        "prefix": name.prefix,
        "given": name.given,
        "particles": name.particles,
        "family": name.family,
        "suffix": name.suffix,
        "postnominals": name.postnominals,
        "native": name.native if name.native != name.family else "",
    }
    return {part: text for part, text in parts.items() if text or part == "family"}


def _as_photo(value: object) -> object:
    return {"path": value} if isinstance(value, str) else value


HeaderField = Literal[
    "position", "address", "email", "phone", "homepage", "facts", "github", "gitlab", "scholar", "orcid", "dblp",
    "linkedin", "x", "mastodon", "links", "photo", "quote",
]  # fmt: skip
"""A field of the header that a variant may leave out."""


class Person(Model):
    """A person: name, contacts, and what else the header shows."""

    name: Annotated[Name, Before(_as_full_name)] = Field(
        description="The name as it is to be printed, or its parts.", examples=["Chao Jin"]
    )
    aliases: Annotated[tuple[Plain, ...], OneOrMore] = Field(
        (),
        description="Other spellings under which this person publishes; they are set bold in author lists too.",
        examples=["C. Jin"],
    )
    not_me: Annotated[tuple[Plain, ...], OneOrMore] = Field(
        (),
        description="Spellings in lists of authors that look like this person's and are somebody else's.",
        examples=["C. Jin"],
    )
    advisees: Annotated[tuple[Plain, ...], OneOrMore] = Field(
        (), description="Students, who are marked in lists of authors.", examples=["Maria Keller"]
    )
    position: Annotated[tuple[Text, ...], OneOrMore] = Field(
        (), description="What the person is, printed below the name and joined by dots.", examples=["Ph.D. Candidate"]
    )
    affiliation: Text | None = optional("Where the person works, for homepages and lists.", "Peking University")
    address: Text | None = optional("The postal address, in one line.")
    email: Annotated[tuple[Email, ...], OneOrMore] = Field(
        (), description="The e-mail address, or several.", examples=["ada@example.org"]
    )
    phone: Annotated[tuple[PhoneLike, ...], OneOrMore] = Field(
        (), description="The telephone number, or several, with labels if you like.", examples=["+49 151 123456"]
    )
    homepage: Annotated[tuple[Homepage, ...], OneOrMore] = Field(
        (), description="The person's own page, or several.", examples=["ada.example.org"]
    )
    facts: Annotated[tuple[FactLike, ...], OneOrMore] = Field(
        (), description="What is no link: `{label: Born, text: 1815}`, pronouns, a visa.", examples=["she/her"]
    )
    github: UserName | None = optional("User name on GitHub.")
    gitlab: UserName | None = optional("User name on GitLab.")
    scholar: Annotated[Scholar, Before(_as_scholar)] | None = optional(
        "Google Scholar: an id, or `{id: …, label: …}`."
    )
    orcid: Orcid | None = optional("ORCID iD.", "0000-0002-1825-0097")
    dblp: UserName | None = optional("The part of the DBLP address after `pid/`.", "123/4567")
    linkedin: UserName | None = optional("User name on LinkedIn.")
    x: UserName | None = optional("User name on X, without the @.")
    mastodon: Mastodon | None = optional("Full Mastodon address.", "@ada@example.social")
    links: tuple[LinkRef, ...] = Field((), description="Any other links for the header.")
    photo: Annotated[PhotoRef, Before(_as_photo)] | None = optional(
        "A portrait: a file name, or `{path: …, shape: round, side: right}`."
    )
    quote: Text | None = optional("A motto below the header.")
    bio: Prose | None = optional("A few sentences for a homepage; a `text` section puts them into a CV.")
    interests: Annotated[tuple[Text, ...], OneOrMore] = Field(
        (), description="Research interests.", examples=["machine learning systems"]
    )
    advisors: PeopleLike | None = optional("Who advises this person now.")
    keywords: Annotated[tuple[Plain, ...], OneOrMore] = Field((), description="Keywords for the PDF's metadata.")


def owner_of(person: Person) -> Owner:
    """Return the person as one to find in lists of authors: the name as printed, native, aliases."""
    native = (person.name.native,) if person.name.native else ()
    return Owner((str(person.name), *native, *person.aliases), person.not_me)
