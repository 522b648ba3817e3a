"""Where composing stands: the profile, the words, and the YAML path of the value at hand."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from pydantic import BaseModel

from cvgen.diagnostics import Span
from cvgen.document.inline import join, line, linked, literal
from cvgen.document.locale import Locale
from cvgen.document.nodes import EMPTY, Bullet, Bullets, Line, Text
from cvgen.loading.profile import Places, YamlPath
from cvgen.profile.entry import Dated, Highlight, span_of
from cvgen.profile.person import LinkRef, People
from cvgen.values.dates import When

__all__ = ["Here"]


def _every(entries: Sequence[Any], here: Here) -> list[tuple[int, Any]]:
    return list(enumerate(entries))


@dataclass(frozen=True, slots=True)
class Here:
    """A place in a profile; its methods make lines that know where they came from."""

    places: Places
    words: Locale
    path: YamlPath = ()
    show_location: bool = True
    choose: Callable[[Sequence[Any], Here], list[tuple[int, Any]]] = _every

    def at(self, *parts: str | int) -> Here:
        """Return the place below this one."""
        return replace(self, path=(*self.path, *parts))

    def span(self, *parts: str | int) -> Span:
        """Return the span of this value, or of one below it."""
        return self.places.span((*self.path, *parts))

    def chosen(self, entries: Sequence[Any]) -> list[tuple[int, Any]]:
        """Return those of the `entries` of what stands here that are printed, in order, each with its index."""
        return self.choose(entries, self)

    def line(self, model: BaseModel, field: str) -> Line:
        """Return a Markdown field of `model`, which stands here."""
        return line(getattr(model, field), self.span(field)) if getattr(model, field) else EMPTY

    def literal(self, model: BaseModel, field: str) -> Line:
        """Return a field of `model` that is no Markdown."""
        return literal(getattr(model, field), self.span(field)) if getattr(model, field) else EMPTY

    def location(self, model: BaseModel, field: str = "location") -> Line:
        """Return the place of an entry, where the section shows places."""
        return self.line(model, field) if self.show_location else EMPTY

    def when(self, when: When | None, *fields: str) -> Line:
        """Return a date in words; its origin is the first of `fields`."""
        return literal(self.words.date(when), self.span(*fields[:1]))

    def dated(self, entry: Dated) -> Line:
        """Return the entry's date or stretch of time in words."""
        return self.when(span_of(entry), "date" if entry.date is not None else "start_date")

    def people(self, people: People | None, word: str) -> Line:
        """Return "Advisor: Prof. Xin Jin" for the field named `word`s."""
        if people is None:
            return EMPTY
        names = []
        for person in people.people:
            name = literal(f"{person.title} {person.name}" if person.title else person.name)
            affiliation = line(person.affiliation)
            tail = join("", literal(" ("), affiliation, literal(")")) if affiliation else EMPTY
            names.append(join("", linked(name, person.url), tail))
        label = people.label or self.words.word(f"{word}s" if len(people.people) > 1 else word)
        return self.labelled(label, join(self.words.word("comma"), *names), f"{word}s")

    def labelled(self, label: str, value: Line, field: str) -> Line:
        """Return "Label: value", or nothing if there is no value."""
        if not value:
            return EMPTY
        return Line((Text(label + self.words.word("colon")), *value.inlines), self.span(field))

    def links(self, links: Iterable[LinkRef]) -> Line:
        """Return links as one line."""
        parts = [linked(literal(link.label), link.url) for link in links]
        return Line(join(self.words.word("comma"), *parts).inlines, self.span("links")) if parts else EMPTY

    def highlights(self, highlights: tuple[Highlight, ...], field: str = "highlights") -> tuple[Bullet, ...]:
        """Return highlights as bullets, with those below them."""
        return tuple(
            Bullet(line(item.text, self.span(field, index)), self.at(field, index).highlights(item.highlights))
            for index, item in enumerate(highlights)
        )

    def body(self, extra: Iterable[Line], highlights: tuple[Highlight, ...] = (), *last: Line) -> tuple[Bullets, ...]:
        """Return the lines and the highlights as one bulleted list; no list if there is nothing."""
        bullets = (
            *(Bullet(text) for text in extra if text),
            *self.highlights(highlights),
            *(Bullet(text) for text in last if text),
        )
        return (Bullets(bullets, self.span()),) if bullets else ()
