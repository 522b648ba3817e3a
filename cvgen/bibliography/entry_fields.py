"""Fields of one .bib entry: taking them, and collecting what they say of a work with the place of each value."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple, TypeAlias

from cvgen.bibliography.grammar import BibEntry, BibField
from cvgen.diagnostics import YamlPath
from cvgen.source.positions import Data
from cvgen.values.tex import decode_tex

__all__ = ["EntryFields", "Origin", "Remark", "Say"]

Say: TypeAlias = Callable[["Remark"], None]


class Remark(NamedTuple):
    """Something to report about a field: `code`, and its `subject`."""

    code: str
    field: BibField
    subject: str = ""
    offset: int = 0
    length: int = 0


class Origin(NamedTuple):
    """The field that a value came from, and the part of it where that is not the whole."""

    field: BibField
    offset: int = 0
    length: int = 0


class EntryFields:
    """Collects the fields of one work in `data`, and for each path the field that it came from in `origins`."""

    def __init__(self, entry: BibEntry, fields: dict[str, BibField], say: Say, links_base: str = "") -> None:
        self.links_base = links_base
        self.entry, self.fields, self.say = entry, fields, say
        self.data: dict[str, Data] = {}
        self.origins: dict[YamlPath, Origin] = {}
        self.used: set[str] = set()

    def take(self, *names: str) -> BibField | None:
        """Return the first of the fields that is there and not empty; the others count as read."""
        self.used.update(names)
        return next((self.fields[name] for name in names if name in self.fields and self.fields[name].text), None)

    def text(self, field: BibField, *, markdown: bool = False) -> str:
        """Decode a field, and report its unknown commands."""
        text, problems = decode_tex(field.text, markdown=markdown)
        for problem in problems:
            self.say(Remark("bib-tex", field, problem.name, problem.offset, problem.length))
        return text

    def peek(self, *names: str) -> str:
        """Return a field's text without a word about it, empty without it."""
        return next((decode_tex(self.fields[name].text)[0] for name in names if name in self.fields), "")

    def put(self, path: YamlPath, value: Data, field: BibField, offset: int = 0, length: int = 0) -> None:
        """Set a value, unless it is empty."""
        if not value:
            return
        node: Any = self.data
        for part in path[:-1]:
            node[part] = node = node[part] if isinstance(node.get(part), dict) else {}
        node[path[-1]] = value
        self.origins[path] = Origin(field, offset, length)

    def as_dict(self, name: str) -> dict[str, Data]:
        """Return what is known of the venue or the links."""
        found = self.data.get(name)
        return found if isinstance(found, dict) else {}
