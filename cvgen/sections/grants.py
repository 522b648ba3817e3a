"""Grants."""

from typing import Literal

from pydantic import Field

from cvgen.document.inline import join
from cvgen.profile.entry import DatedEntry, Highlights
from cvgen.profile.fields import Plain, Text, optional
from cvgen.sections.base import Section, Shape
from cvgen.sections.context import Blocks, SectionContext, parenthesized, simple
from cvgen.sections.layouts import RowsLayout, as_rows

__all__ = ["EXAMPLE", "MODEL", "SHAPE", "Grant", "GrantsSection", "compose"]


class Grant(DatedEntry):
    """A grant."""

    title: Text = Field(description="What it is for.")
    funder: Text | None = optional("Who pays.", "NSF")
    role: Text | None = optional("The person's part.", "Principal Investigator")
    amount: Text | None = optional("How much.", "€ 120,000")
    number: Plain | None = optional("The grant's number.")
    location: Text | None = optional("Where.")
    highlights: Highlights = Field((), description="Bullets.")


class GrantsSection(Section):
    """Grants."""

    kind: Literal["grants"] = Field(description="The kind of section.")
    layout: RowsLayout = Field(
        "entries", description="Entries with a heading each, or one row each as honors have it."
    )
    entries: tuple[Grant, ...] = Field((), description="The grants, the newest first.")


def compose(section: GrantsSection, context: SectionContext) -> Blocks:
    """Yield an entry or a row for each grant."""
    blocks = _entries(section, context)
    yield from as_rows(blocks) if section.layout == "rows" else blocks


def _entries(section: GrantsSection, context: SectionContext) -> Blocks:
    for at, entry in context.shown(section.entries, section.limit):
        funder = join("", at.line(entry, "funder"), parenthesized(at.literal(entry, "number")))
        position = join(", ", funder, at.line(entry, "role"))
        place = join(", ", at.line(entry, "amount"), at.location(entry))
        yield simple(at, entry, at.line(entry, "title"), position, place)


MODEL = GrantsSection

SHAPE = Shape(
    form="grant", organization=("funder",), location="location", second_line="funder", headings="grants funding"
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
