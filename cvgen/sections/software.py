"""Software."""

from typing import Literal

from pydantic import Field

from cvgen.profile.entry import DatedEntry, Highlights
from cvgen.profile.fields import Text, optional
from cvgen.profile.person import LinkRef
from cvgen.sections.base import Section, Shape
from cvgen.sections.context import Blocks, SectionContext, simple

__all__ = ["EXAMPLE", "MODEL", "SHAPE", "Software", "SoftwareSection", "compose"]


class Software(DatedEntry):
    """Software that the person wrote or maintains."""

    name: Text = Field(description="Its name.")
    description: Text | None = optional("What it does, in one line.")
    role: Text | None = optional("The person's part.", "Maintainer")
    location: Text | None = optional("The right-hand column: a licence, a number of users.")
    links: tuple[LinkRef, ...] = Field((), description="Code, documentation.")
    highlights: Highlights = Field((), description="Bullets.")


class SoftwareSection(Section):
    """Software."""

    kind: Literal["software"] = Field(description="The kind of section.")
    entries: tuple[Software, ...] = Field((), description="The programs.")


def compose(section: SoftwareSection, context: SectionContext) -> Blocks:
    """Yield an entry for each program."""
    for at, entry in context.shown(section.entries, section.limit):
        extra = (at.line(entry, "description"), at.links(entry.links))
        yield simple(at, entry, at.line(entry, "name"), at.line(entry, "role"), at.location(entry), extra)


MODEL = SoftwareSection

SHAPE = Shape(form="program", noun="program", title="name", second_line="role", headings="software")

EXAMPLE = """\
entries:
  - name: bernoulli
    description: Bernoulli numbers on any engine.
    role: Author
    date: 2023
    links: [{label: Code, url: "https://example.org/bernoulli"}]
"""
