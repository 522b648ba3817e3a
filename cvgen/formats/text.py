"""Plain text: the words of the CV in reading order, laid out with line breaks alone."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Sequence

from cvgen.document import nodes as doc
from cvgen.document.nodes import plain

__all__ = ["DESCRIPTION", "SUFFIXES", "write_document"]

DESCRIPTION = "plain text, for forms and mails"
SUFFIXES = (".txt", ".text")


def write_document(document: doc.Document, theme: str | None) -> str:
    """Return the document as UTF-8 text without markup; `theme` has no say here."""
    parts = ["\n".join(_header(document.header))]
    for section in document.sections:
        title = plain(section.title)
        lines = [title, "-" * len(title)]
        for block in section.blocks:
            lines += [
                *([""] if isinstance(block, doc.EntryBlock | doc.WorkBlock) and len(lines) > 2 else []),
                *_block(block),
            ]
        parts.append("\n".join(lines))
    return "\n\n".join(parts) + "\n"


def _header(header: doc.Header) -> Iterator[str]:
    yield " ".join(plain(part) for part in (header.given, header.family, header.native) if part)
    yield from (plain(line) for line in (header.position, header.address) if line)
    if header.contacts:
        yield " | ".join(plain(contact.line) for contact in header.contacts)
    if header.quote:
        yield plain(header.quote)


@functools.singledispatch
def _block(block: doc.Block) -> Iterator[str]:
    raise NotImplementedError(type(block).__name__)


def _joined(separator: str, *lines: doc.Line) -> Iterator[str]:
    """Yield the lines that are not empty as one, or nothing."""
    text = separator.join(plain(line) for line in lines if line)
    if text:
        yield text


@_block.register
def _(block: doc.Bullets) -> Iterator[str]:
    yield from _bullets(block.items, "")


def _bullets(items: Sequence[doc.Bullet], indent: str) -> Iterator[str]:
    for item in items:
        yield f"{indent}- {plain(item.line)}"
        yield from _bullets(item.bullets, indent + "  ")


@_block.register
def _(block: doc.Paragraph) -> Iterator[str]:
    yield plain(block.line)


@_block.register
def _(block: doc.Subheading) -> Iterator[str]:
    yield plain(block.title)


@_block.register
def _(block: doc.EntryBlock) -> Iterator[str]:
    yield from _joined(", ", block.title, block.location)
    for position in block.positions:
        yield from _joined(", ", position.title, position.location, position.date)
        for part in position.body:
            yield from _block(part)


@_block.register
def _(block: doc.WorkBlock) -> Iterator[str]:
    (title,) = _joined(", ", block.title, block.location)
    yield f"[{block.number}] {title}" if block.number else title
    yield from _joined(", ", block.venue, block.date)
    for line in (block.authors, block.legend, block.award, *block.notes, block.links):
        yield from _joined("", line)


@_block.register
def _(block: doc.HonorRow) -> Iterator[str]:
    yield " ".join([*_joined("", block.date), *_joined(", ", block.title, block.remark, block.location)])


@_block.register
def _(block: doc.SkillRow) -> Iterator[str]:
    yield from _joined(": ", block.label, block.values)
