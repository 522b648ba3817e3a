"""Kinds of sections that few profiles have: what they and their entries may say. Imported with the first of them."""

from typing import Annotated, Literal, TypeAlias

from cvgen.profile.entry import DatedEntry, Entry, Highlights
from cvgen.profile.fields import Email, OneOrMore, Phone, Plain, Prose, Text
from cvgen.profile.person import LinkRef
from cvgen.profile.sections import Section, by_kind

__all__ = ["MODELS", "FurtherSection"]


class Talk(DatedEntry):
    """A talk."""

    title: Text
    """The talk's title."""
    event: Text | None = None
    """The occasion. Example: SIGCOMM 2023"""
    role: Text | None = None
    """What kind of talk. Example: Invited talk"""
    location: Text | None = None
    """Where."""
    links: tuple[LinkRef, ...] = ()
    """Slides, recordings."""
    highlights: Highlights = ()
    """Bullets."""


class Grant(DatedEntry):
    """A grant."""

    title: Text
    """What it is for."""
    funder: Text | None = None
    """Who pays. Example: NSF"""
    role: Text | None = None
    """The person's part. Example: Principal Investigator"""
    amount: Text | None = None
    """How much. Example: € 120,000"""
    number: Plain | None = None
    """The grant's number."""
    location: Text | None = None
    """Where."""
    highlights: Highlights = ()
    """Bullets."""


class Patent(DatedEntry):
    """A patent."""

    title: Text
    """The patent's title."""
    inventors: Annotated[tuple[Plain, ...], OneOrMore] = ()
    """The inventors, in order; the person's own name is set bold."""
    number: Plain | None = None
    """The number. Example: US 10,123,456 B2"""
    office: Text | None = None
    """The patent office."""
    status: Text | None = None
    """Granted, pending."""
    highlights: Highlights = ()
    """Bullets."""


class Software(DatedEntry):
    """Software that the person wrote or maintains."""

    name: Text
    """Its name."""
    description: Text | None = None
    """What it does, in one line."""
    role: Text | None = None
    """The person's part. Example: Maintainer"""
    location: Text | None = None
    """The right-hand column: a licence, a number of users."""
    links: tuple[LinkRef, ...] = ()
    """Code, documentation."""
    highlights: Highlights = ()
    """Bullets."""


class Supervision(DatedEntry):
    """A student whom the person supervised."""

    name: Plain
    """The student's name."""
    degree: Text | None = None
    """What kind of work. Example: Master's thesis"""
    topic: Text | None = None
    """The topic."""
    role: Text | None = None
    """The person's part. Example: Co-supervisor"""
    institution: Text | None = None
    """Where."""
    outcome: Text | None = None
    """What came of it."""
    highlights: Highlights = ()
    """Bullets."""


class Reference(Entry):
    """Someone who speaks for the person."""

    name: Plain
    """The name, with its title. Example: Prof. Xin Jin"""
    position: Text | None = None
    """What they are. Example: Associate Professor"""
    institution: Text | None = None
    """Where they are."""
    email: Email | None = None
    """Their e-mail address."""
    phone: Phone | None = None
    """Their telephone number."""
    relation: Text | None = None
    """How they know the person. Example: Ph.D. advisor"""


class Language(Entry):
    """A language."""

    language: Plain
    """Which. Example: Chinese"""
    level: Text | None = None
    """How well. Example: native"""


class Certificate(DatedEntry):
    """A certificate."""

    title: Text
    """What it is called."""
    issuer: Text | None = None
    """Who issues it."""
    number: Plain | None = None
    """Its number."""
    location: Text | None = None
    """Where."""


class Custom(DatedEntry):
    """Anything else."""

    title: Text
    """The first line."""
    subtitle: Text | None = None
    """The second line."""
    location: Text | None = None
    """The right-hand column."""
    text: Text | None = None
    """A sentence or two."""
    links: tuple[LinkRef, ...] = ()
    """Links, printed as a bullet."""
    highlights: Highlights = ()
    """Bullets."""


class TalksSection(Section):
    """Talks."""

    kind: Literal["talks"]
    """The kind of section."""
    entries: tuple[Talk, ...] = ()
    """The talks, the newest first."""


class GrantsSection(Section):
    """Grants."""

    kind: Literal["grants"]
    """The kind of section."""
    entries: tuple[Grant, ...] = ()
    """The grants, the newest first."""


class PatentsSection(Section):
    """Patents."""

    kind: Literal["patents"]
    """The kind of section."""
    entries: tuple[Patent, ...] = ()
    """The patents, the newest first."""


class SoftwareSection(Section):
    """Software."""

    kind: Literal["software"]
    """The kind of section."""
    entries: tuple[Software, ...] = ()
    """The programs."""


class SupervisionSection(Section):
    """Students."""

    kind: Literal["supervision"]
    """The kind of section."""
    entries: tuple[Supervision, ...] = ()
    """The students, the newest first."""


class ReferencesSection(Section):
    """People who speak for the person."""

    kind: Literal["references"]
    """The kind of section."""
    entries: tuple[Reference, ...] = ()
    """The people."""


class LanguagesSection(Section):
    """Languages."""

    kind: Literal["languages"]
    """The kind of section."""
    entries: tuple[Language, ...] = ()
    """The languages, the best first."""


class CertificatesSection(Section):
    """Certificates."""

    kind: Literal["certificates"]
    """The kind of section."""
    entries: tuple[Certificate, ...] = ()
    """The certificates, the newest first."""


class TextSection(Section):
    """Running text: a summary, a biography, interests."""

    kind: Literal["text"]
    """The kind of section."""
    text: Prose | None = None
    """Paragraphs, with an empty line between."""
    highlights: Highlights = ()
    """Bullets below the paragraphs."""


class CustomSection(Section):
    """Entries of any other kind. It needs a `title`."""

    kind: Literal["custom"]
    """The kind of section."""
    title: Text
    """The heading."""
    entries: tuple[Custom, ...] = ()
    """The entries."""


FurtherSection: TypeAlias = (
    TalksSection
    | GrantsSection
    | PatentsSection
    | SoftwareSection
    | SupervisionSection
    | ReferencesSection
    | LanguagesSection
    | CertificatesSection
    | TextSection
    | CustomSection
)
MODELS = by_kind(FurtherSection)
