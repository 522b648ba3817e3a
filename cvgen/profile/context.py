"""What composing a value of a profile needs: its place in the file, and the words of the language."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Self

from pydantic import BaseModel

from cvgen.diagnostics import Span, YamlPath
from cvgen.document.inline import line, literal
from cvgen.document.locale import Locale
from cvgen.document.nodes import EMPTY, Line
from cvgen.profile.places import Places

__all__ = ["Context"]


@dataclass(frozen=True, slots=True)
class Context:
    """A value's YAML path, the places of its file, and the words of its language. Makes lines with their origins."""

    places: Places
    words: Locale
    path: YamlPath = ()

    def at(self, *parts: str | int) -> Self:
        """Return the context of a value below this one."""
        return replace(self, path=(*self.path, *parts))

    def span(self, *parts: str | int) -> Span:
        """Return the span of this value, or of one below it."""
        return self.places.span((*self.path, *parts))

    def line(self, model: BaseModel, field: str) -> Line:
        """Return a Markdown field of `model`, the value at this path."""
        text = getattr(model, field)
        return line(text, self.span(field)) if text else EMPTY

    def literal(self, model: BaseModel, field: str) -> Line:
        """Return a field of `model` that is no Markdown."""
        text = getattr(model, field)
        return literal(text, self.span(field)) if text else EMPTY
