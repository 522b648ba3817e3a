"""Students."""

from collections.abc import Iterator
from typing import Literal

from pydantic import Field

from cvgen.document.inline import join
from cvgen.document.nodes import Block
from cvgen.profile.entry import DatedEntry, Highlights
from cvgen.profile.fields import Plain, Text
from cvgen.sections.base import Section, Shape
from cvgen.sections.context import SectionContext, simple

__all__ = ["EXAMPLE", "MODEL", "SHAPE", "Supervision", "SupervisionSection", "compose"]


class Supervision(DatedEntry):
    """A student whom the person supervised."""

    name: Plain = Field(description="The student's name.")
    degree: Text | None = Field(None, description="What kind of work.", examples=["Master's thesis"])
    topic: Text | None = Field(None, description="The topic.")
    role: Text | None = Field(None, description="The person's part.", examples=["Co-supervisor"])
    institution: Text | None = Field(None, description="Where.")
    outcome: Text | None = Field(None, description="What came of it.")
    highlights: Highlights = Field((), description="Bullets.")


class SupervisionSection(Section):
    """Students."""

    kind: Literal["supervision"] = Field(description="The kind of section.")
    entries: tuple[Supervision, ...] = Field((), description="The students, the newest first.")


def compose(section: SupervisionSection, context: SectionContext) -> Iterator[Block]:
    """Yield an entry for each student."""
    for at, entry in context.shown(section.entries, section.limit):
        position = join(", ", at.line(entry, "degree"), at.line(entry, "role"))
        extra = (at.line(entry, "topic"), at.line(entry, "outcome"))
        yield simple(at, entry, at.literal(entry, "name"), position, at.line(entry, "institution"), extra)


MODEL = SupervisionSection

SHAPE = Shape(
    form="student",
    noun="student",
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
