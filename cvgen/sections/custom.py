"""Entries of any other kind."""

from typing import Literal

from pydantic import Field

from cvgen.profile.entry import DatedEntry, Highlights
from cvgen.profile.fields import Text, optional
from cvgen.profile.person import LinkRef
from cvgen.sections.base import Section, Shape
from cvgen.sections.context import Blocks, SectionContext, simple

__all__ = ["EXAMPLE", "MODEL", "SHAPE", "Custom", "CustomSection", "compose"]


class Custom(DatedEntry):
    """Anything else."""

    title: Text = Field(description="The first line.")
    subtitle: Text | None = optional("The second line.")
    location: Text | None = optional("The right-hand column.")
    text: Text | None = optional("A sentence or two.")
    links: tuple[LinkRef, ...] = Field((), description="Links, printed as a bullet.")
    highlights: Highlights = Field((), description="Bullets.")


class CustomSection(Section):
    """Entries of any other kind. It needs a `title`."""

    kind: Literal["custom"] = Field(description="The kind of section.")
    title: Text = Field(description="The heading.")
    entries: tuple[Custom, ...] = Field((), description="The entries.")


def compose(section: CustomSection, context: SectionContext) -> Blocks:
    """Yield an entry for each."""
    for at, entry in context.shown(section.entries, section.limit):
        extra = (at.line(entry, "text"), at.links(entry.links))
        yield simple(at, entry, at.line(entry, "title"), at.line(entry, "subtitle"), at.location(entry), extra)


MODEL = CustomSection

SHAPE = Shape(form="other", location="location")

EXAMPLE = """\
title: Exhibitions
entries:
  - title: Engines and looms
    subtitle: Curator
    location: London, UK
    date: 2024-06/2024-09
"""
