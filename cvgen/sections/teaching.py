"""Courses."""

from collections.abc import Iterator
from typing import Literal

from pydantic import Field

from cvgen.document.inline import join
from cvgen.document.nodes import Block
from cvgen.profile.entry import DatedEntry, Highlights
from cvgen.profile.fields import Text
from cvgen.sections.base import Section, Shape
from cvgen.sections.context import SectionContext, parenthesized, simple

__all__ = ["EXAMPLE", "MODEL", "SHAPE", "Teaching", "TeachingSection", "compose"]


class Teaching(DatedEntry):
    """A course."""

    course: Text = Field(description="The course.", examples=["Operating Systems"])
    variant: Text | None = Field(
        None, description="Which form of it, printed in parentheses.", examples=["Honor Track"]
    )
    role: Text | None = Field(None, description="What the person was.", examples=["Teaching Assistant"])
    institution: Text | None = Field(None, description="Where it was taught.", examples=["Peking University"])
    location: Text | None = Field(None, description="The town, where the institution does not say it.")
    highlights: Highlights = Field((), description="Bullets.")


class TeachingSection(Section):
    """Courses."""

    kind: Literal["teaching"] = Field(description="The kind of section.")
    entries: tuple[Teaching, ...] = Field((), description="The courses, the newest first.")


def compose(section: TeachingSection, context: SectionContext) -> Iterator[Block]:
    """Yield an entry for each course."""
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
