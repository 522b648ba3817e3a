"""The whole of a profile file, and what loading makes of it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Literal, Union

from pydantic import Discriminator, Field, ValidationError
from pydantic_core import InitErrorDetails, PydanticCustomError, PydanticKnownError

from cvgen.diagnostics import Diagnostic
from cvgen.loading.works_files import works_path
from cvgen.profile.fields import (
    TEXT_SCHEMA,
    Count,
    Deferred,
    DocumentDate,
    Flag,
    FooterText,
    Identifier,
    Model,
    OneOrMore,
    Plain,
    Text,
    Url,
    fail,
    optional,
    text_field,
)
from cvgen.profile.letter import Letter
from cvgen.profile.person import HeaderField, Person, owner_of
from cvgen.profile.places import Nowhere, Places
from cvgen.profile.selection import LibraryWork, PublicationsChange, SelectedWork, WorksSection, works_of_section
from cvgen.sections import kinds, load_kind, shape_of
from cvgen.sections.base import Section
from cvgen.values.name_matching import Owner

__all__ = [
    "PUBLICATIONS_MARK",
    "DateSettings",
    "DocumentSettings",
    "FooterSettings",
    "Pages",
    "Profile",
    "ProfileFile",
    "Variant",
]

PUBLICATIONS_MARK = "<!-- cvgen:publications -->"
"""The line of a page that stands for the list of publications."""


class FooterSettings(Model):
    """The foot of each page. `{date}`, `{name}`, `{page}` and `{pages}` stand for what they say; quote the text."""

    left: FooterText | None = optional("The left of the foot.", "{date}")
    center: FooterText | None = optional("The middle of the foot.", "{name} · Curriculum Vitae")
    right: FooterText | None = optional("The right of the foot.", "{page}")


class DateSettings(Model):
    """How dates are printed."""

    months: Literal["short", "long", "number", "none"] = Field(
        "short", description="`Sep. 2023`, `September 2023`, `09/2023`, or the year alone."
    )


class DocumentSettings(Model):
    """Settings of the document, for a profile or a variant."""

    theme: Identifier | None = optional("The theme; `cvgen themes` lists them.", "awesome")
    paper: Literal["a4", "letter"] | None = optional("The paper: a4 or letter.", "a4")
    language: Plain | None = optional("The language of headings and dates, as a BCP 47 tag.", "en")
    date: DocumentDate | None = optional(
        "The document's date: `commit` (the profile's last one), `today`, or a fixed date.", "2024-10-22"
    )
    dates: DateSettings | None = optional(
        "How dates are printed: months in words, in figures or not at all.", {"months": "long"}
    )
    title: Plain | None = optional("The PDF's title.", "Chao Jin - Curriculum Vitae")
    footer: FooterSettings | None = optional("The foot of each page.")
    quotes: Literal["as-written", "typographic"] | None = optional(
        "Whether straight quotes and apostrophes are printed as they are, or as the language's.", "typographic"
    )
    pages: Count | None = optional(
        "At most so many pages: the text is set tighter, then entries with a `priority` are left out.", 2
    )
    embed: Flag = Field(
        False, description="Whether the PDF carries the profile that it prints, for `cvgen import cv.pdf`."
    )
    options: Mapping[Identifier, Plain] = Field(
        {}, description="The theme's options; `cvgen themes` explains them.", examples=[{"accent": "emerald"}]
    )


class VariantPerson(Model):
    """What a variant's header says otherwise."""

    position: Annotated[tuple[Text, ...], OneOrMore] | None = optional("What the person is.", "Engineer")
    quote: Text | None = optional("A motto below the header.")
    hide: Annotated[tuple[HeaderField, ...], OneOrMore] = Field(
        (), description="Fields of the header to leave out.", examples=["phone"]
    )


class Variant(Model):
    """Another version of the CV from the same profile: `cvgen build --variant NAME`."""

    sections: Annotated[tuple[Identifier, ...], OneOrMore] | None = optional(
        "Ids or kinds of the sections to print, in order."
    )
    include: Annotated[tuple[Identifier, ...], OneOrMore] = Field(
        (), description="Print only entries with one of these tags, and those without tags."
    )
    exclude: Annotated[tuple[Identifier, ...], OneOrMore] = Field(
        (), description="Leave out entries with one of these tags."
    )
    person: VariantPerson | None = optional("What of the header is different.", {"hide": ["phone"]})
    titles: Mapping[Identifier, Text] = Field(
        {}, description="Headings of sections, by id or kind.", examples=[{"industry": "Industrial Experience"}]
    )
    publications: PublicationsChange | None = optional(
        "Which of the publications to list, and how.", {"selected": True, "limit": 5}
    )
    document: DocumentSettings | None = optional("What is set differently.")


def _as_section(value: Any) -> Section:  # noqa: ANN401 - whatever stands in the file
    """Validate a section by the model of its kind, which is imported with the first section of it."""
    if isinstance(value, Section):
        return value
    if not isinstance(value, dict):
        raise PydanticKnownError("model_type", {"class_name": Section.__name__})
    kind = value.get("kind")
    if kind in kinds():
        return load_kind(kind).MODEL.model_validate(value)
    wrong = "missing" if kind is None else PydanticCustomError("unknown-kind", "unknown kind")
    details = InitErrorDetails(type=wrong, loc=("kind",), input=value if kind is None else kind)
    raise ValidationError.from_exception_data(Section.__name__, [details])


def _any_section() -> Any:  # noqa: ANN401 - a union that only runs know
    models: Any = Union[tuple(load_kind(kind).MODEL for kind in kinds())]  # noqa: UP007 - `|` takes no list
    return Annotated[models, Discriminator("kind")]


def _page(text: str) -> str:
    if text.split("\n").count(PUBLICATIONS_MARK) != 1:
        fail("page", f"a page needs one line `{PUBLICATIONS_MARK}`", hint="write it where the list belongs")
    return text


class Pages(Model):
    """Pages of a site around what an export makes."""

    publications: Annotated[str, text_field(_page, json=TEXT_SCHEMA)] | None = optional(
        "The page that lists the publications; one line of it stands for the list (docs/formats.md)."
    )


class ProfileFile(Model):
    """A person's profile."""

    person: Person = Field(description="Who the profile is about.")
    works: Annotated[tuple[Plain, ...], OneOrMore] = Field(
        (), description="Files with shared works, seen from the profile's folder.", examples=["works/systems.yaml"]
    )
    links_base: Url | None = optional(
        "The address that relative links of .bib files continue, as al-folio and BibBase write them.",
        "https://ada.example.org/assets/pdf/",
    )
    document: DocumentSettings = Field(default_factory=DocumentSettings, description="How the CV is set.")
    sections: tuple[Annotated[Section, Deferred(_as_section, _any_section)], ...] = Field(
        (), description="The sections, in the order of the CV."
    )
    letter: Annotated[Letter, Deferred(Letter.model_validate, lambda: Letter)] | None = optional(
        "A letter that goes with the CV; `cvgen build --letter` builds it."
    )
    pages: Annotated[Pages, Deferred(Pages.model_validate, lambda: Pages)] | None = optional(
        "Pages of a site, with front matter and text of your own around what an export makes."
    )
    variants: Mapping[Identifier, Annotated[Variant, Deferred(Variant.model_validate, lambda: Variant)]] = Field(
        {}, description="Other versions of the CV from the same profile."
    )


@dataclass(frozen=True, slots=True)
class Profile:
    """A loaded profile: its file's contents, the works that it refers to, and where everything stands.

    `diagnostics` are the warnings that loading gave. `path` is None for a profile that was not read from a file.
    """

    file: ProfileFile
    places: Places = field(default_factory=Nowhere)
    works: Mapping[str, LibraryWork] = field(default_factory=dict)
    diagnostics: tuple[Diagnostic, ...] = ()
    path: Path | None = None

    @property
    def person(self) -> Person:
        """The person the profile is about."""
        return self.file.person

    @property
    def owner(self) -> Owner:
        """The person, as one to find in lists of authors."""
        return owner_of(self.person)

    @property
    def owner_names(self) -> tuple[str, ...]:
        """Every spelling of the person's own name."""
        return self.owner.names

    @property
    def inputs(self) -> tuple[Path, ...]:
        """The files that a document of the profile is made of: itself, works files, photo."""
        works = (path for name in self.file.works if isinstance(path := works_path(self.path, name), Path))
        photo = self.person.photo
        folder = self.path.parent if self.path else Path()
        own = () if self.path is None else (self.path,)
        return (*own, *works, *(() if photo is None else (folder / photo.path,)))

    def works_sections(self) -> Iterator[tuple[int, WorksSection]]:
        """Yield the sections that list works, each with its index."""
        for number, section in enumerate(self.file.sections):
            if shape_of(section.kind).form == "works":
                yield number, section  # type: ignore[misc]  # as its shape says

    def works_of(
        self, number: int, section: WorksSection, change: PublicationsChange | None = None
    ) -> Iterator[SelectedWork]:
        """Yield the works of section `number`, as a variant's `change` narrows them."""
        return works_of_section(section, ("sections", number), self.places, self.works, self.owner, change)

    def selected_works(self) -> Iterator[SelectedWork]:
        """Yield the works of all sections that are not hidden."""
        for number, section in self.works_sections():
            if not self.file.sections[number].hidden:
                yield from self.works_of(number, section)
