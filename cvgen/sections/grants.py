"""Grants."""

from collections.abc import Iterator
from typing import Literal

from pydantic import Field

from cvgen.document.inline import join
from cvgen.document.nodes import Block
from cvgen.profile.entry import DatedEntry, Highlights
from cvgen.profile.fields import Plain, Text
from cvgen.sections.base import Section, Shape
from cvgen.sections.context import SectionContext, parenthesized, simple

__all__ = ["EXAMPLE", "MODEL", "SHAPE", "Grant", "GrantsSection", "compose"]


class Grant(DatedEntry):
    """A grant."""

    title: Text = Field(description="What it is for.")
    funder: Text | None = Field(None, description="Who pays.", examples=["NSF"])
    role: Text | None = Field(None, description="The person's part.", examples=["Principal Investigator"])
    amount: Text | None = Field(None, description="How much.", examples=["€ 120,000"])
    number: Plain | None = Field(None, description="The grant's number.")
    location: Text | None = Field(None, description="Where.")
    highlights: Highlights = Field((), description="Bullets.")


class GrantsSection(Section):
    """Grants."""

    kind: Literal["grants"] = Field(description="The kind of section.")
    entries: tuple[Grant, ...] = Field((), description="The grants, the newest first.")


def compose(section: GrantsSection, context: SectionContext) -> Iterator[Block]:
    """Yield an entry for each grant."""
    for at, entry in context.shown(section.entries, section.limit):
        funder = join("", at.line(entry, "funder"), parenthesized(at.literal(entry, "number")))
        position = join(", ", funder, at.line(entry, "role"))
        place = join(", ", at.line(entry, "amount"), at.location(entry))
        yield simple(at, entry, at.line(entry, "title"), position, place)


MODEL = GrantsSection

SHAPE = Shape(
    form="grant",
    noun="grant",
    title="title",
    organization=("funder",),
    location="location",
    second_line="funder",
    headings="grants funding",
)

EXAMPLE = """\
entries:
  - title: Engines for everyone
    funder: Royal Society
    role: Principal Investigator
    amount: £ 120,000
    start_date: 2024
    end_date: 2027
"""
