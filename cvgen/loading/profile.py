"""The whole of a profile file, and what loading makes of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Literal, Protocol

from cvgen.diagnostics import Diagnostic, Span
from cvgen.profile.fields import DocumentDate, FooterText, Identifier, Late, Model, OneOrMore, Plain
from cvgen.profile.person import Person
from cvgen.profile.sections import AnySection
from cvgen.profile.selection import PublicationsChange
from cvgen.profile.works import Work

__all__ = ["DocumentSettings", "FooterSettings", "LibraryWork", "Places", "Profile", "ProfileFile", "Variant"]

YamlPath = tuple[str | int, ...]


class FooterSettings(Model):
    """The foot of each page. `{date}`, `{name}`, `{page}` and `{pages}` stand for what they say; quote the text."""

    left: FooterText | None = None
    """The left of the foot. Example: "{date}\""""
    center: FooterText | None = None
    """The middle of the foot. Example: "{name} · Curriculum Vitae\""""
    right: FooterText | None = None
    """The right of the foot. Example: "{page}\""""


class DocumentSettings(Model):
    """How the CV is set."""

    theme: Identifier | None = None
    """The theme; `cvgen themes` lists them. Example: awesome"""
    paper: Literal["a4", "letter"] | None = None
    """The paper: a4 or letter. Example: a4"""
    language: Plain | None = None
    """The language of headings and dates, as a BCP 47 tag. Example: en"""
    date: DocumentDate | None = None
    """The document's date: `commit` (the profile's last one), `today`, or a fixed date. Example: 2024-10-22"""
    title: Plain | None = None
    """The PDF's title. Example: Chao Jin - Curriculum Vitae"""
    footer: FooterSettings | None = None
    """The foot of each page."""
    options: Mapping[Identifier, Plain] = {}
    """The theme's options; `cvgen themes` explains them. Example: {accent: emerald}"""


class Variant(Model):
    """Another version of the CV from the same profile: `cvgen build --variant NAME`."""

    sections: Annotated[tuple[Identifier, ...], OneOrMore] | None = None
    """Ids or kinds of the sections to print, in order."""
    include: Annotated[tuple[Identifier, ...], OneOrMore] = ()
    """Print only entries with one of these tags, and those without tags."""
    exclude: Annotated[tuple[Identifier, ...], OneOrMore] = ()
    """Leave out entries with one of these tags."""
    publications: PublicationsChange | None = None
    """Which of the publications to list, and how. Example: {selected: true, limit: 5}"""
    document: DocumentSettings | None = None
    """What is set differently."""


class ProfileFile(Model):
    """A person's profile."""

    person: Person
    """Who the profile is about."""
    works: Annotated[tuple[Plain, ...], OneOrMore] = ()
    """Files with shared works, seen from the profile's folder. Example: works/systems.yaml"""
    document: DocumentSettings = DocumentSettings()
    """How the CV is set."""
    sections: tuple[AnySection, ...] = ()
    """The sections, in the order of the CV."""
    variants: Mapping[Identifier, Annotated[Variant, Late.of(Variant)]] = {}
    """Other versions of the CV from the same profile."""


class Places(Protocol):
    """Where each value of a file stands. `cvgen.source.Source` is one."""

    def span(self, path: YamlPath, *, key: bool = False) -> Span:
        """Return the place of the value (or key) at `path`, or of its nearest ancestor."""


@dataclass(frozen=True, slots=True)
class Nowhere:
    """The places of a profile that was not read from a file."""

    def span(self, path: YamlPath, *, key: bool = False) -> Span:
        """Return a span without a line that still says which value is meant."""
        words = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path).lstrip(".")
        return Span("<profile>", where=words)


@dataclass(frozen=True, slots=True)
class LibraryWork:
    """A work of a works file, and where its fields stand: below `path` in `places`.

    `is_volume` tells that it is there for the papers in it, and no work of those who are named.
    """

    work: Work
    places: Places
    path: YamlPath
    is_volume: bool = False


@dataclass(frozen=True, slots=True)
class Profile:
    """A loaded profile: its file's contents, the works that it refers to, and where everything stands.

    `diagnostics` are the warnings that loading gave. `path` is None for a profile that was not read from a file.
    """

    file: ProfileFile
    places: Places = Nowhere()
    works: Mapping[str, LibraryWork] = field(default_factory=dict)
    diagnostics: tuple[Diagnostic, ...] = ()
    path: Path | None = None

    @property
    def person(self) -> Person:
        """The person the profile is about."""
        return self.file.person
