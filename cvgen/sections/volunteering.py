"""Work without pay."""

from typing import Literal

from pydantic import Field

from cvgen.profile.entry import DatedEntry, Highlights
from cvgen.profile.fields import Prose, Text, optional
from cvgen.sections.base import Section, Shape
from cvgen.sections.context import Blocks, SectionContext, simple

__all__ = ["EXAMPLE", "MODEL", "SHAPE", "Volunteering", "VolunteeringSection", "compose"]


class Volunteering(DatedEntry):
    """Work without pay."""

    organization: Text = Field(description="For whom.", examples=["Night School of Lakeside"])
    role: Text | None = optional("What the person does there.", "Teacher")
    location: Text | None = optional("Where.", "Lakeside, Germany")
    summary: Prose | None = optional("Paragraphs above the bullets.")
    highlights: Highlights = Field((), description="Bullets.")


class VolunteeringSection(Section):
    """Work without pay."""

    kind: Literal["volunteering"] = Field(description="The kind of section.")
    entries: tuple[Volunteering, ...] = Field((), description="The engagements, the newest first.")


def compose(section: VolunteeringSection, context: SectionContext) -> Blocks:
    """Yield an entry for each engagement."""
    for at, entry in context.shown(section.entries, section.limit):
        yield simple(at, entry, at.line(entry, "organization"), at.line(entry, "role"), at.location(entry))


MODEL = VolunteeringSection

SHAPE = Shape(
    form="other", title="role", organization=("organization",), location="location", second_line="role",
    headings="volunteering volunteer outreach", aliases="volunteer",
)  # fmt: skip

EXAMPLE = """\
entries:
  - organization: Night School of Lakeside
    role: Teacher
    location: Lakeside, Germany
    start_date: 2021
    end_date: present
    highlights: [Taught arithmetic to weavers.]
"""
