"""Patents."""

from typing import Annotated, Literal

from pydantic import Field

from cvgen.document.inline import join, literal, strong
from cvgen.document.nodes import Line
from cvgen.profile.entry import DatedEntry, Highlights
from cvgen.profile.fields import OneOrMore, Plain, Text, optional
from cvgen.sections.base import Section, Shape
from cvgen.sections.context import Blocks, SectionContext, simple

__all__ = ["EXAMPLE", "MODEL", "SHAPE", "Patent", "PatentsSection", "compose"]


class Patent(DatedEntry):
    """A patent."""

    title: Text = Field(description="The patent's title.")
    inventors: Annotated[tuple[Plain, ...], OneOrMore] = Field(
        (), description="The inventors, in order; the person's own name is set bold."
    )
    number: Plain | None = optional("The number.", "US 10,123,456 B2")
    office: Text | None = optional("The patent office.")
    status: Text | None = optional("Granted, pending.")
    highlights: Highlights = Field((), description="Bullets.")


class PatentsSection(Section):
    """Patents."""

    kind: Literal["patents"] = Field(description="The kind of section.")
    entries: tuple[Patent, ...] = Field((), description="The patents, the newest first.")


def compose(section: PatentsSection, context: SectionContext) -> Blocks:
    """Yield an entry for each patent."""
    for at, entry in context.shown(section.entries, section.limit):
        own = context.owner.find(entry.inventors).own
        inventors = (
            strong(literal(name)) if index in own else literal(name) for index, name in enumerate(entry.inventors)
        )
        names = Line(join(context.words.word("comma"), *inventors).inlines, at.span("inventors"))
        position = join(", ", at.line(entry, "office"), at.literal(entry, "number"))
        yield simple(at, entry, at.line(entry, "title"), position, at.line(entry, "status"), (names,))


MODEL = PatentsSection

SHAPE = Shape(
    form="patent", noun="patent", title="title", organization=("office",), second_line="office", headings="patents"
)

EXAMPLE = """\
entries:
  - title: Card reader with a spare tray
    inventors: [Ada Lovelace, Charles Babbage]
    number: GB 1234567
    office: UK Patent Office
    status: Granted
    date: 2022
"""
