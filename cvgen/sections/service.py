"""Reviewing, committees."""

from typing import Literal

from pydantic import Field

from cvgen.document import nodes
from cvgen.document.inline import join, linked
from cvgen.profile.entry import DatedEntry, Highlights
from cvgen.profile.fields import Plain, Text, optional
from cvgen.sections.base import Section, Shape
from cvgen.sections.context import Blocks, SectionContext, parenthesized, simple
from cvgen.sections.layouts import RowsLayout

__all__ = ["EXAMPLE", "MODEL", "SHAPE", "Service", "ServiceSection", "compose"]


class Service(DatedEntry):
    """Service to the community: reviewing, committees."""

    venue: Text = Field(description="The journal, conference or body.", examples=["IEEE Transactions on Computers"])
    acronym: Plain | None = optional("Its short name, printed in parentheses.", "TC")
    role: Text = Field(description="What the person did.", examples=["Reviewer"])
    location: Text | None = optional("Where.")
    highlights: Highlights = Field((), description="Bullets.")


class ServiceSection(Section):
    """Reviewing, committees."""

    kind: Literal["service"] = Field(description="The kind of section.")
    layout: RowsLayout = Field(
        "entries", description="Entries with a heading each, or one row each as honors have it."
    )
    entries: tuple[Service, ...] = Field((), description="The posts, the newest first.")


def compose(section: ServiceSection, context: SectionContext) -> Blocks:
    """Yield an entry or a row for each service."""
    for at, entry in context.shown(section.entries, section.limit):
        venue = join("", at.line(entry, "venue"), parenthesized(at.literal(entry, "acronym")))
        role = at.line(entry, "role")
        if section.layout == "entries":
            yield simple(at, entry, venue, role, at.location(entry))
        else:
            remark = join(", ", linked(venue, entry.url), at.line(entry, "note"))
            yield nodes.HonorRow(at.dated(entry), role, remark, at.location(entry), at.span())
            yield from at.body((), entry.highlights)


MODEL = ServiceSection

SHAPE = Shape(
    form="duty",
    noun="service",
    title="role",
    organization=("venue",),
    acronym="acronym",
    location="location",
    known_by=("venue",),
    second_line="role",
    headings="service services reviewing committees memberships",
    starter=5,
)

EXAMPLE = """\
entries:
  - venue: Journal of Example Systems
    acronym: JES
    role: Reviewer
    date: 2024
"""
