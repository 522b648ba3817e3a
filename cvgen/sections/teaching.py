"""Courses."""

from typing import Literal

from pydantic import Field

from cvgen.document.inline import join
from cvgen.profile.entry import DatedEntry, Highlights
from cvgen.profile.fields import Text, optional
from cvgen.sections.base import Section, Shape
from cvgen.sections.context import Blocks, SectionContext, parenthesized, simple
from cvgen.sections.layouts import RowsLayout, as_rows

__all__ = ["EXAMPLE", "MODEL", "SHAPE", "Teaching", "TeachingSection", "compose"]


class Teaching(DatedEntry):
    """A course."""

    course: Text = Field(description="The course.", examples=["Operating Systems"])
    variant: Text | None = optional("Which form of it, printed in parentheses.", "Honor Track")
    role: Text | None = optional("What the person was.", "Teaching Assistant")
    institution: Text | None = optional("Where it was taught.", "Peking University")
    location: Text | None = optional("The town, where the institution does not say it.")
    highlights: Highlights = Field((), description="Bullets.")


class TeachingSection(Section):
    """Courses."""

    kind: Literal["teaching"] = Field(description="The kind of section.")
    layout: RowsLayout = Field(
        "entries", description="Entries with a heading each, or one row each as honors have it."
    )
    entries: tuple[Teaching, ...] = Field((), description="The courses, the newest first.")


def compose(section: TeachingSection, context: SectionContext) -> Blocks:
    """Yield an entry or a row for each course."""
    blocks = _entries(section, context)
    yield from as_rows(blocks) if section.layout == "rows" else blocks


def _entries(section: TeachingSection, context: SectionContext) -> Blocks:
    for at, entry in context.shown(section.entries, section.limit):
        course = join("", at.line(entry, "course"), parenthesized(at.line(entry, "variant")))
        place = join(", ", at.line(entry, "institution"), at.location(entry))
        yield simple(at, entry, course, at.line(entry, "role"), place)


MODEL = TeachingSection

SHAPE = Shape(
    form="course",
    noun="course",
    title="course",
    organization=("institution",),
    location="location",
    known_by=("course",),
    second_line="role",
    headings="teaching courses",
    starter=4,
)

EXAMPLE = """\
entries:
  - course: Operating Systems
    role: Teaching Assistant
    institution: Lakeside University
    date: 2023 Spring  # a term
"""
