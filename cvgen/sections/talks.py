"""Talks."""

from typing import Literal

from pydantic import Field

from cvgen.document.inline import join
from cvgen.profile.entry import DatedEntry, Highlights
from cvgen.profile.fields import Text, optional
from cvgen.profile.person import LinkRef
from cvgen.sections.base import Section, Shape
from cvgen.sections.context import Blocks, SectionContext, simple
from cvgen.sections.layouts import RowsLayout, as_rows

__all__ = ["EXAMPLE", "MODEL", "SHAPE", "Talk", "TalksSection", "compose"]


class Talk(DatedEntry):
    """A talk."""

    title: Text = Field(description="The talk's title.")
    event: Text | None = optional("The occasion.", "SIGCOMM 2023")
    role: Text | None = optional("What kind of talk.", "Invited talk")
    location: Text | None = optional("Where.")
    links: tuple[LinkRef, ...] = Field((), description="Slides, recordings.")
    highlights: Highlights = Field((), description="Bullets.")


class TalksSection(Section):
    """Talks."""

    kind: Literal["talks"] = Field(description="The kind of section.")
    layout: RowsLayout = Field(
        "entries", description="Entries with a heading each, or one row each as honors have it."
    )
    entries: tuple[Talk, ...] = Field((), description="The talks, the newest first.")


def compose(section: TalksSection, context: SectionContext) -> Blocks:
    """Yield an entry or a row for each talk."""
    blocks = _entries(section, context)
    yield from as_rows(blocks) if section.layout == "rows" else blocks


def _entries(section: TalksSection, context: SectionContext) -> Blocks:
    for at, entry in context.shown(section.entries, section.limit):
        occasion = join(", ", at.line(entry, "role"), at.line(entry, "event"))
        yield simple(at, entry, at.line(entry, "title"), occasion, at.location(entry), (at.links(entry.links),))


MODEL = TalksSection

SHAPE = Shape(
    form="talk", organization=("event",), location="location", second_line="occasion", headings="talks presentations"
)

EXAMPLE = """\
entries:
  - title: Can engines think?
    event: Royal Society
    role: Invited talk
    location: London, UK
    date: 2024-11-05
"""
