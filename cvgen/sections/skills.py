"""Skills and interests."""

from typing import Annotated, Literal

from pydantic import Field

from cvgen.document import nodes
from cvgen.document.inline import join, line, linked
from cvgen.profile.entry import Entry
from cvgen.profile.fields import OneOrMore, Text
from cvgen.sections.base import Section, Shape
from cvgen.sections.context import Blocks, SectionContext

__all__ = ["EXAMPLE", "MODEL", "SHAPE", "SkillEntry", "SkillsSection", "compose"]


class SkillEntry(Entry):
    """A row of skills."""

    label: Text = Field(description="What kind of skill.", examples=["Programming"])
    values: Annotated[tuple[Text, ...], OneOrMore] = Field(
        description="The skills, printed with commas between.", examples=[["Python", "C++", "CUDA"]]
    )


class SkillsSection(Section):
    """Skills and interests."""

    kind: Literal["skills"] = Field(description="The kind of section.")
    entries: tuple[SkillEntry, ...] = Field((), description="Rows of skills.")


def compose(section: SkillsSection, context: SectionContext) -> Blocks:
    """Yield a row for each group of skills."""
    for at, entry in context.shown(section.entries, section.limit):
        values = join(
            context.words.word("comma"),
            *(line(value, at.span("values", number)) for number, value in enumerate(entry.values)),
        )
        yield nodes.SkillRow(
            linked(at.line(entry, "label"), entry.url), join(", ", values, at.line(entry, "note")), at.span()
        )


MODEL = SkillsSection

SHAPE = Shape(form="skill", noun="skill", title="label", headings="skills hobbies", starter=7)

EXAMPLE = """\
entries:
  - {label: Programming, values: [Python, C++, Rust]}
  - {label: Languages, values: [English, German]}
"""
