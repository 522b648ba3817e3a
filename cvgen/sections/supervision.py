"""Students."""

from typing import Literal

from pydantic import Field

from cvgen.document.inline import join
from cvgen.profile.entry import DatedEntry, Highlights
from cvgen.profile.fields import Plain, Text, optional
from cvgen.sections.base import Section, Shape
from cvgen.sections.context import Blocks, SectionContext, simple
from cvgen.sections.layouts import RowsLayout, as_rows

__all__ = ["EXAMPLE", "MODEL", "SHAPE", "Supervision", "SupervisionSection", "compose"]


class Supervision(DatedEntry):
    """A student whom the person supervised."""

    name: Plain = Field(description="The student's name.")
    degree: Text | None = optional("What kind of work.", "Master's thesis")
    topic: Text | None = optional("The topic.")
    role: Text | None = optional("The person's part.", "Co-supervisor")
    institution: Text | None = optional("Where.")
    outcome: Text | None = optional("What came of it.")
    highlights: Highlights = Field((), description="Bullets.")


class SupervisionSection(Section):
    """Students."""

    kind: Literal["supervision"] = Field(description="The kind of section.")
    layout: RowsLayout = Field(
        "entries", description="Entries with a heading each, or one row each as honors have it."
    )
    entries: tuple[Supervision, ...] = Field((), description="The students, the newest first.")


def compose(section: SupervisionSection, context: SectionContext) -> Blocks:
    """Yield an entry or a row for each student."""
    blocks = _entries(section, context)
    yield from as_rows(blocks) if section.layout == "rows" else blocks


def _entries(section: SupervisionSection, context: SectionContext) -> Blocks:
    for at, entry in context.shown(section.entries, section.limit):
        position = join(", ", at.line(entry, "degree"), at.line(entry, "role"))
        extra = (at.line(entry, "topic"), at.line(entry, "outcome"))
        yield simple(at, entry, at.literal(entry, "name"), position, at.line(entry, "institution"), extra)


MODEL = SupervisionSection

SHAPE = Shape(
    form="student",
    title="name",
    organization=("institution",),
    second_line="degree",
    headings="supervision students mentoring",
)

EXAMPLE = """\
entries:
  - name: Mary Somerville
    degree: Master's thesis
    topic: Tables of the moon
    institution: University of Example
    date: 2024
"""
