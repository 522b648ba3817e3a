"""What composing a section needs: person, works, words, places, and which entries are printed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias, TypeVar

from pydantic import BaseModel

from cvgen.diagnostics import YamlPath
from cvgen.document.inline import bullet, join, line, linked, literal, text_blocks
from cvgen.document.nodes import EMPTY, Block, Bullet, Bullets, EntryBlock, Line, Paragraph, Position, TextRun
from cvgen.profile.context import Context
from cvgen.profile.entry import Dated, Highlight, span_of
from cvgen.profile.person import LinkRef, People
from cvgen.profile.selection import LibraryWork, PublicationsChange
from cvgen.values.dates import When, last_day
from cvgen.values.name_matching import Owner

__all__ = ["Blocks", "SectionContext", "parenthesized", "simple"]

Blocks: TypeAlias = Iterator[Block]
"""The blocks of a section."""

AnyEntry = TypeVar("AnyEntry", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class SectionContext(Context):
    """A section, or a value in it, with what its kind composes it from.

    `owner` is the person, as one to find in lists of authors, `advisees` the person's students, `library` the works
    of the works files by id, `change` what the variant says of publications. `is_shown` tells whether an entry, at
    its path, is printed.
    """

    owner: Owner = field(default_factory=lambda: Owner(()))
    advisees: tuple[str, ...] = ()
    library: Mapping[str, LibraryWork] = field(default_factory=dict)
    change: PublicationsChange | None = None
    is_shown: Callable[[Any, YamlPath], bool] = lambda entry, path: True
    sort: str = "manual"
    show_location: bool = True

    def shown(self, entries: Sequence[AnyEntry], limit: int | None = None) -> list[tuple[SectionContext, AnyEntry]]:
        """Return those of the `entries` of this value that are printed, in order, each with its own context."""
        every = ((self.at("entries", index), entry) for index, entry in enumerate(entries))
        shown = [(at, entry) for at, entry in every if self.is_shown(entry, at.path)]
        if self.sort != "manual":  # the newest first; entries without a date come last, in their own order
            shown.sort(key=lambda item: _newest_first(item[1], by_end=self.sort == "end-date"))
        return shown[:limit]

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
            names.append(join("", linked(name, person.url), parenthesized(line(person.affiliation))))
        label = people.label or self.words.word(f"{word}s" if len(people.people) > 1 else word)
        return self.labelled(label, join(self.words.word("comma"), *names), f"{word}s")

    def labelled(self, label: str, value: Line, field: str) -> Line:
        """Return "Label: value", or nothing if there is no value."""
        if not value:
            return EMPTY
        return Line((TextRun(label + self.words.word("colon")), *value.inlines), self.span(field))

    def links(self, links: Iterable[LinkRef]) -> Line:
        """Return links as one line."""
        parts = [linked(literal(link.label), link.url) for link in links]
        return Line(join(self.words.word("comma"), *parts).inlines, self.span("links")) if parts else EMPTY

    def quoted(self, model: BaseModel, field: str) -> Line:
        """Return a text in quotation marks."""
        before, _, after = self.words.word("quoted").partition("{text}")
        text = self.line(model, field)
        return Line(join("", literal(before), text, literal(after)).inlines, text.origin) if text else text

    def lines(self, model: BaseModel, field: str, separator: str) -> Line:
        """Return the texts of a field that may have several as one line."""
        return join(separator, *(line(text, self.span(field, at)) for at, text in enumerate(getattr(model, field))))

    def summary(self, model: BaseModel) -> tuple[Paragraph | Bullets, ...]:
        """Return an entry's summary as blocks."""
        return text_blocks(getattr(model, "summary", None) or "", self.span("summary"))

    def listed(self, model: BaseModel, field: str) -> Line:
        """Return "Keywords: one, two" for the field named so."""
        comma = self.words.word("comma")
        return self.labelled(self.words.word(field), self.lines(model, field, comma), field)

    def highlights(self, highlights: tuple[Highlight, ...], field: str = "highlights") -> tuple[Bullet, ...]:
        """Return highlights as bullets, with those below them."""
        bullets: list[Bullet] = []
        for index, item in enumerate(highlights):
            if item.tags and not self.is_shown(item, (*self.path, field, index)):
                continue
            below = self.at(field, index).highlights(item.highlights)
            if item.text is not None:
                bullets.append(bullet(item.text, self.span(field, index)))
            if bullets:
                bullets[-1] = replace(bullets[-1], bullets=(*bullets[-1].bullets, *below))
            else:
                bullets += below
        return tuple(bullets)

    def body(self, extra: Iterable[Line], highlights: tuple[Highlight, ...] = (), *last: Line) -> tuple[Bullets, ...]:
        """Return the lines and the highlights as one bulleted list; no list if there is nothing."""
        bullets = (
            *(Bullet(text) for text in extra if text),
            *self.highlights(highlights),
            *(Bullet(text) for text in last if text),
        )
        return (Bullets(bullets, self.span()),) if bullets else ()


def _newest_first(entry: Any, *, by_end: bool) -> tuple[int, int, int]:  # noqa: ANN401 - any kind's entry
    start = getattr(entry, "date", None) or getattr(entry, "start_date", None)
    when = (getattr(entry, "end_date", None) or start) if by_end else start
    year, month, day = (0, 0, 0) if when is None else last_day(when)
    return (-year, -month, -day)


def parenthesized(text: Line) -> Line:
    """Return text in parentheses, after a space."""
    return join("", literal(" ("), text, literal(")")) if text else EMPTY


def simple(
    context: SectionContext,
    entry: Any,  # noqa: ANN401 - any kind's entry
    title: Line,
    position: Line,
    location: Line,
    extra: Sequence[Line] = (),
) -> EntryBlock:
    """Return an entry with one post."""
    last = (context.listed(entry, "keywords"),) if getattr(entry, "keywords", None) else ()
    bullets = context.body(extra, getattr(entry, "highlights", ()), *last, context.line(entry, "note"))
    body = (*context.summary(entry), *bullets)
    date = context.dated(entry) if isinstance(entry, Dated) else EMPTY
    post = Position(position, date, body=body, origin=context.span())
    return EntryBlock(linked(title, entry.url), location, (post,), context.span())
