"""Running text."""

from typing import Literal

from pydantic import Field

from cvgen.document.inline import text_blocks
from cvgen.document.nodes import Bullets
from cvgen.profile.entry import Highlights
from cvgen.profile.fields import Prose, optional
from cvgen.sections.base import Section, Shape
from cvgen.sections.context import Blocks, SectionContext

__all__ = ["EXAMPLE", "MODEL", "SHAPE", "TextSection", "compose"]


class TextSection(Section):
    """Running text: a summary, a biography, interests."""

    kind: Literal["text"] = Field(description="The kind of section.")
    text: Prose | None = optional("Paragraphs, with an empty line between, and lists.")
    highlights: Highlights = Field((), description="Bullets below the paragraphs.")


def compose(section: TextSection, context: SectionContext) -> Blocks:
    """Yield the paragraphs and lists of the text, then the bullets."""
    yield from text_blocks(section.text or "", context.span("text"))
    bullets = context.highlights(section.highlights)
    if bullets:
        yield Bullets(bullets, context.span("highlights"))


MODEL = TextSection

SHAPE = Shape(form="prose", title="", headings="biography bio interests summary profile about")

EXAMPLE = """\
title: Research Statement
text: >-
  Analyst of machines that compute. I write programs for engines that are still being built, and the
  [notes](https://example.org/notes) that explain them.
"""
