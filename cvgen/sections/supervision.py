"""Students."""

from typing import Literal

from pydantic import Field

from cvgen.document.inline import join
from cvgen.profile.entry import DatedEntry, Highlights
from cvgen.profile.fields import Plain, Text, optional
from cvgen.sections.base import Section, Shape
from cvgen.sections.context import Blocks, SectionContext, simple

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
    entries: tuple[Supervision, ...] = Field((), description="The students, the newest first.")


def compose(section: SupervisionSection, context: SectionContext) -> Blocks:
    """Yield an entry for each student."""
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
