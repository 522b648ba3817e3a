"""Entries of any other kind."""

from collections.abc import Iterator
from typing import Literal

from pydantic import Field

from cvgen.document.nodes import Block
from cvgen.profile.entry import DatedEntry, Highlights
from cvgen.profile.fields import Text
from cvgen.profile.person import LinkRef
from cvgen.sections.base import Section, Shape
from cvgen.sections.context import SectionContext, simple

__all__ = ["EXAMPLE", "MODEL", "SHAPE", "Custom", "CustomSection", "compose"]


class Custom(DatedEntry):
    """Anything else."""

    title: Text = Field(description="The first line.")
    subtitle: Text | None = Field(None, description="The second line.")
    location: Text | None = Field(None, description="The right-hand column.")
    text: Text | None = Field(None, description="A sentence or two.")
    links: tuple[LinkRef, ...] = Field((), description="Links, printed as a bullet.")
    highlights: Highlights = Field((), description="Bullets.")


class CustomSection(Section):
    """Entries of any other kind. It needs a `title`."""

    kind: Literal["custom"] = Field(description="The kind of section.")
    title: Text = Field(description="The heading.")
    entries: tuple[Custom, ...] = Field((), description="The entries.")


def compose(section: CustomSection, context: SectionContext) -> Iterator[Block]:
    """Yield an entry for each."""
    for at, entry in context.shown(section.entries, section.limit):
        extra = (at.line(entry, "text"), at.links(entry.links))
        yield simple(at, entry, at.line(entry, "title"), at.line(entry, "subtitle"), at.location(entry), extra)


MODEL = CustomSection

SHAPE = Shape(
    form="other",
    title="title",
    location="location",
)

EXAMPLE = """\
title: Exhibitions
entries:
  - title: Engines and looms
    subtitle: Curator
    location: London, UK
    date: 2024-06/2024-09
"""
