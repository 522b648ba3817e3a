"""Skills and interests."""

from typing import Annotated, Literal

from pydantic import Field

from cvgen.document import nodes
from cvgen.document.inline import join, line, linked
from cvgen.profile.entry import Entry
from cvgen.profile.fields import Before, Model, OneOrMore, Text, optional
from cvgen.sections.base import Section, Shape
from cvgen.sections.context import Blocks, SectionContext, parenthesized

__all__ = ["EXAMPLE", "MODEL", "SHAPE", "Skill", "SkillEntry", "SkillsSection", "compose"]


def _as_skill(value: object) -> object:
    return {"name": value} if isinstance(value, str) else value


class Skill(Model):
    """A skill with its level; a bare name will do."""

    name: Text = Field(description="What.", examples=["Python"])
    level: Text | None = optional("How well, printed in parentheses.", "expert")


SkillLike = Annotated[Skill, Before(_as_skill)]


class SkillEntry(Entry):
    """A row of skills."""

    label: Text = Field(description="What kind of skill.", examples=["Programming"])
    values: Annotated[tuple[SkillLike, ...], OneOrMore] = Field(
        description="The skills, printed with commas between.", examples=[["Python", "C++", "CUDA"]]
    )
    level: Text | None = optional("How well, for all of them.", "expert")


class SkillsSection(Section):
    """Skills and interests."""

    kind: Literal["skills"] = Field(description="The kind of section.")
    entries: tuple[SkillEntry, ...] = Field((), description="Rows of skills.")


def compose(section: SkillsSection, context: SectionContext) -> Blocks:
    """Yield a row for each group of skills."""
    for at, entry in context.shown(section.entries, section.limit):
        values = join(
            context.words.word("comma"),
            *(
                join("", line(skill.name, at.span("values", number)), parenthesized(line(skill.level)))
                for number, skill in enumerate(entry.values)
            ),
        )
        values = join("", values, parenthesized(at.line(entry, "level")))
        yield nodes.SkillRow(
            linked(at.line(entry, "label"), entry.url), join(", ", values, at.line(entry, "note")), at.span()
        )


MODEL = SkillsSection

SHAPE = Shape(form="skill", noun="skill", title="label", headings="skills hobbies", starter=7)

EXAMPLE = """\
entries:
  - {label: Programming, values: [Python, C++, Rust]}  # or with a level: [{name: Python, level: expert}]
  - {label: Languages, values: [English, German]}
"""
