"""What all kinds of sections share: the section's common fields, and the shape that the rest of cvgen knows it by."""

import typing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Literal, Protocol

from pydantic import BaseModel, Field

from cvgen.profile.fields import Count, Flag, Identifier, Model, OneOrMore, Text, optional

if TYPE_CHECKING:
    from cvgen.sections.context import Blocks, SectionContext

__all__ = ["Form", "Kind", "Section", "Shape", "entry_model"]


class Section(Model):
    """What every section may say."""

    id: Identifier | None = optional("A name for this section, for variants.", "industry")
    title: Text | None = optional("The heading, in place of the kind's usual one.", "Research Experience")
    heading: Flag = Field(True, description="Whether the heading is printed.")
    subtitle: Text | None = optional("Words after the heading, in parentheses.", "since 2023")
    tags: Annotated[tuple[Identifier, ...], OneOrMore] = Field((), description="Tags that variants choose by.")
    hidden: Flag = Field(False, description="Left out of every output.")
    show_in: Annotated[tuple[Literal["cv", "homepage"], ...], OneOrMore] = Field(
        (), description="The only outputs that show it.", examples=["homepage"]
    )
    priority: Count | None = optional(
        "Where `document.pages` leaves things out: those with the highest number go first, those without one stay.", 2
    )
    page_break: Literal["before"] | None = optional("Begins a page of its own.", "before")
    keep_together: Flag = Field(False, description="Stays on one page, if it is not longer than that.")
    sort: Literal["manual", "date", "end-date"] = Field(
        "manual", description="The entries' order: as written, or the newest first."
    )
    limit: Count | None = optional("Show at most this many entries.")
    show_location: Flag = Field(True, description="Whether places are printed.")
    kind: str


Form = Literal[
    "award", "certificate", "course", "degree", "duty", "grant", "language", "patent", "position", "program", "prose",
    "referee", "skill", "student", "talk", "works", "other",
]  # fmt: skip
"""What an entry is about. Kinds of one form hold the same sort of thing under different names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """What exports, lint, diff and imports know of a kind: the form of its entries, and which field plays which role.

    An empty role means that entries have no such field. The date of an entry that has one is `date`, or from
    `start_date` to `end_date`.
    """

    form: Form
    noun: str = "entry"
    """One entry in messages."""
    title: str = "title"
    """What it is: a degree, a role, the name of a course or a prize."""
    organization: tuple[str, ...] = ()
    """The employer, university, venue or giver: the first of these fields that has a value."""
    department: str = ""
    """A part of the organization."""
    acronym: str = ""
    """The organization's short name."""
    location: str = ""
    """A place on the map."""
    known_by: tuple[str, ...] = ()
    """What a reader recognises the entry by. Entries of kinds without are not looked for on pages."""
    second_line: str = "subtitle"
    """What the second line of a composed entry is called in messages."""
    headings: str = ""
    """English words in headings of such sections."""
    aliases: str = ""
    """Names that other tools give to the kind."""
    starter: int | None = None
    """The place among the sections of a new profile."""


class Kind(Protocol):
    """What the file of a kind defines."""

    MODEL: type[Section]
    """The model of the section, whose `kind` is the name of the file."""
    SHAPE: Shape
    EXAMPLE: str
    """A section of Ada Lovelace's in YAML, without its `kind`."""

    def compose(self, section: Any, context: "SectionContext") -> "Blocks":  # noqa: ANN401 - of type MODEL
        """Yield the blocks of a section."""


def entry_model(section: type[Section]) -> type[BaseModel] | None:
    """Return the model of a section's entries, None where it has none, or entries of several models."""
    field = section.model_fields.get("entries")
    return _model_in(field.annotation) if field else None


def _model_in(annotation: object) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    found = [model for part in typing.get_args(annotation) if (model := _model_in(part))]
    return found[0] if len(found) == 1 else None
