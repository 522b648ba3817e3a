"""Interests."""

from typing import Annotated, Literal

from pydantic import Field

from cvgen.document import nodes
from cvgen.document.inline import join, linked
from cvgen.profile.entry import Entry
from cvgen.profile.fields import OneOrMore, Text
from cvgen.sections.base import Section, Shape
from cvgen.sections.context import Blocks, SectionContext

__all__ = ["EXAMPLE", "MODEL", "SHAPE", "Interest", "InterestsSection", "compose"]


class Interest(Entry):
    """An interest."""

    name: Text = Field(description="What.", examples=["Music"])
    keywords: Annotated[tuple[Text, ...], OneOrMore] = Field(
        (), description="What of it, printed with commas between.", examples=[["harp", "opera"]]
    )


class InterestsSection(Section):
    """Interests."""

    kind: Literal["interests"] = Field(description="The kind of section.")
    entries: tuple[Interest, ...] = Field((), description="The interests.")


def compose(section: InterestsSection, context: SectionContext) -> Blocks:
    """Yield a row for each interest."""
    for at, entry in context.shown(section.entries, section.limit):
        values = at.lines(entry, "keywords", at.words.word("comma"))
        name = linked(at.line(entry, "name"), entry.url)
        yield nodes.SkillRow(name, join(", ", values, at.line(entry, "note")), at.span())


MODEL = InterestsSection

SHAPE = Shape(form="other", noun="interest", title="name", headings="interests hobbies")

EXAMPLE = """\
entries:
  - {name: Music, keywords: [harp, opera]}
  - {name: Riding}
"""
