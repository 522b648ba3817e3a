"""Languages."""

from typing import Literal

from pydantic import Field

from cvgen.document import nodes
from cvgen.document.inline import join, linked
from cvgen.profile.entry import Entry
from cvgen.profile.fields import Plain, Text, optional
from cvgen.sections.base import Section, Shape
from cvgen.sections.context import Blocks, SectionContext

__all__ = ["EXAMPLE", "MODEL", "SHAPE", "Language", "LanguagesSection", "compose"]


class Language(Entry):
    """A language."""

    language: Plain = Field(description="Which.", examples=["Chinese"])
    level: Text | None = optional("How well.", "native")


class LanguagesSection(Section):
    """Languages."""

    kind: Literal["languages"] = Field(description="The kind of section.")
    entries: tuple[Language, ...] = Field((), description="The languages, the best first.")


def compose(section: LanguagesSection, context: SectionContext) -> Blocks:
    """Yield a row for each language."""
    for at, entry in context.shown(section.entries, section.limit):
        level = join(", ", at.line(entry, "level"), at.line(entry, "note"))
        yield nodes.SkillRow(linked(at.literal(entry, "language"), entry.url), level, at.span())


MODEL = LanguagesSection

SHAPE = Shape(form="language", noun="language", title="language", headings="languages")

EXAMPLE = """\
entries:
  - {language: English, level: native}
  - {language: French, level: fluent}
"""
