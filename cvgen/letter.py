"""A cover letter -> Document: the CV's header and theme, and the letter in the place of its sections."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from cvgen.build_date import Moment
from cvgen.document.inline import join, line, literal, strong, text_blocks
from cvgen.document.locale import Locale
from cvgen.document.nodes import EMPTY, Block, Break, Document, DocumentSection, Footer, Line, Paragraph, Photo, plain
from cvgen.loading.letters import LoadedLetter, load_letter
from cvgen.loading.profile import Profile
from cvgen.values.dates import Date
from cvgen.visibility import printed_of, settings_of

__all__ = ["compose_letter", "load_letter"]


def compose_letter(
    profile: Profile,
    cv: Document,
    loaded: LoadedLetter,
    words: Locale,
    variant: str | None = None,
    moment: Moment | None = None,
) -> Document:
    """Return the letter as a document with the header, the foot and the theme of the composed `cv`.

    `words` are those of the document's language.
    """
    letter = loaded.letter
    day = letter.date or printed_of(profile, variant, moment, "cv").day
    date = words.long_date(day) if isinstance(day, Date) else words.date(day)

    def text(field: str) -> Line:
        return line(getattr(letter, field), loaded.places.span((*loaded.path, field)))

    name = literal(cv.metadata.author)
    blocks = tuple(_blocks(loaded, name, literal(date, loaded.places.span((*loaded.path, "date"))), text("subject")))
    title = f"{cv.metadata.author} - {plain(text('subject')) or words.word('cover_letter')}"
    section = DocumentSection(EMPTY, blocks, "letter", loaded.places.span(loaded.path))
    is_usual = settings_of(profile, variant)[0].footer is None  # which says that this is a CV
    footer = Footer(center=literal(cv.metadata.author)) if is_usual else cv.footer
    path = loaded.signature(profile.path)
    picture = Photo(str(path), "", "", "", loaded.places.span((*loaded.path, "signature"))) if path else None
    metadata = replace(cv.metadata, title=title)
    return replace(cv, sections=(section,), metadata=metadata, footer=footer, signature=picture)


def _blocks(loaded: LoadedLetter, name: Line, date: Line, subject: Line) -> Iterator[Block]:
    letter = loaded.letter
    places = [(*loaded.path, "recipient", at) for at in range(len(letter.recipient))]
    recipient = [line(text, loaded.places.span(place)) for text, place in zip(letter.recipient, places, strict=True)]
    opening, closing = (
        line(getattr(letter, field), loaded.places.span((*loaded.path, field))) for field in ("opening", "closing")
    )
    for paragraph in (_stacked(recipient), date, strong(subject) if subject else EMPTY, opening):
        if paragraph:
            yield Paragraph(paragraph, paragraph.origin)
    yield from text_blocks(letter.text, loaded.places.span((*loaded.path, "text")))
    yield Paragraph(closing, closing.origin)
    yield Paragraph(replace(name, origin=closing.origin), closing.origin)


def _stacked(lines: list[Line]) -> Line:
    """Return lines below each other as one text."""
    if not lines:
        return EMPTY
    first, *rest = lines
    return join("", first, *(Line((Break(), *one.inlines), one.origin) for one in rest))
