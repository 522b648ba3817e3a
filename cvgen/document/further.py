"""Kinds of sections that few profiles have: their entries become blocks. Imported with the first of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cvgen.document.here import Here
from cvgen.document.inline import join, line, linked, literal, strong
from cvgen.document.kinds import Entries, Maker, parenthesized, simple
from cvgen.document.nodes import Block, Bullets, Honor, Line, Paragraph, Skill
from cvgen.profile import further as kinds
from cvgen.values.names import Match, same_person
from cvgen.values.urls import check_url

__all__ = ["MAKERS"]


def _languages(
    section: kinds.LanguagesSection, entries: Entries, here: Here, owner: Sequence[str]
) -> Iterator[Block]:
    for index, entry in entries:
        at = here.at("entries", index)
        level = join(", ", at.line(entry, "level"), at.line(entry, "note"))
        yield Skill(linked(at.literal(entry, "language"), entry.url), level, at.span())


def _talks(section: kinds.TalksSection, entries: Entries, here: Here, owner: Sequence[str]) -> Iterator[Block]:
    for index, entry in entries:
        at = here.at("entries", index)
        occasion = join(", ", at.line(entry, "role"), at.line(entry, "event"))
        yield simple(at, entry, at.line(entry, "title"), occasion, at.location(entry), (at.links(entry.links),))


def _grants(section: kinds.GrantsSection, entries: Entries, here: Here, owner: Sequence[str]) -> Iterator[Block]:
    for index, entry in entries:
        at = here.at("entries", index)
        funder = join("", at.line(entry, "funder"), parenthesized(at.literal(entry, "number")))
        position = join(", ", funder, at.line(entry, "role"))
        place = join(", ", at.line(entry, "amount"), at.location(entry))
        yield simple(at, entry, at.line(entry, "title"), position, place)


def _patents(section: kinds.PatentsSection, entries: Entries, here: Here, owner: Sequence[str]) -> Iterator[Block]:
    for index, entry in entries:
        at = here.at("entries", index)
        inventors = [
            strong(literal(name)) if any(same_person(name, own) is Match.EXACT for own in owner) else literal(name)
            for name in entry.inventors
        ]
        names = Line(join(here.words.word("comma"), *inventors).inlines, at.span("inventors"))
        position = join(", ", at.line(entry, "office"), at.literal(entry, "number"))
        yield simple(at, entry, at.line(entry, "title"), position, at.line(entry, "status"), (names,))


def _software(section: kinds.SoftwareSection, entries: Entries, here: Here, owner: Sequence[str]) -> Iterator[Block]:
    for index, entry in entries:
        at = here.at("entries", index)
        extra = (at.line(entry, "description"), at.links(entry.links))
        yield simple(at, entry, at.line(entry, "name"), at.line(entry, "role"), at.location(entry), extra)


def _supervision(
    section: kinds.SupervisionSection, entries: Entries, here: Here, owner: Sequence[str]
) -> Iterator[Block]:
    for index, entry in entries:
        at = here.at("entries", index)
        position = join(", ", at.line(entry, "degree"), at.line(entry, "role"))
        extra = (at.line(entry, "topic"), at.line(entry, "outcome"))
        yield simple(at, entry, at.literal(entry, "name"), position, at.line(entry, "institution"), extra)


def _references(
    section: kinds.ReferencesSection, entries: Entries, here: Here, owner: Sequence[str]
) -> Iterator[Block]:
    for index, entry in entries:
        at = here.at("entries", index)
        email = linked(at.literal(entry, "email"), check_url(f"mailto:{entry.email}") if entry.email else None)
        contact = join(", ", email, at.literal(entry, "phone"))
        yield simple(
            at,
            entry,
            at.literal(entry, "name"),
            at.line(entry, "position"),
            at.line(entry, "institution"),
            (at.line(entry, "relation"), contact),
        )


def _certificates(
    section: kinds.CertificatesSection, entries: Entries, here: Here, owner: Sequence[str]
) -> Iterator[Block]:
    for index, entry in entries:
        at = here.at("entries", index)
        remark = join(", ", at.line(entry, "issuer"), at.literal(entry, "number"), at.line(entry, "note"))
        title = linked(at.line(entry, "title"), entry.url)
        yield Honor(at.dated(entry), title, remark, at.location(entry), at.span())


def _text(section: kinds.TextSection, entries: Entries, here: Here, owner: Sequence[str]) -> Iterator[Block]:
    for text in (section.text or "").split("\n\n"):
        if text:
            yield Paragraph(line(text, here.span("text")), here.span("text"))
    bullets = here.highlights(section.highlights)
    if bullets:
        yield Bullets(bullets, here.span("highlights"))


def _custom(section: kinds.CustomSection, entries: Entries, here: Here, owner: Sequence[str]) -> Iterator[Block]:
    for index, entry in entries:
        at = here.at("entries", index)
        extra = (at.line(entry, "text"), at.links(entry.links))
        yield simple(at, entry, at.line(entry, "title"), at.line(entry, "subtitle"), at.location(entry), extra)


MAKERS: dict[str, Maker] = {
    "languages": _languages,
    "talks": _talks,
    "grants": _grants,
    "patents": _patents,
    "software": _software,
    "supervision": _supervision,
    "references": _references,
    "certificates": _certificates,
    "text": _text,
    "custom": _custom,
}
