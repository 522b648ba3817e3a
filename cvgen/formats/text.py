"""Plain text: the words of the CV in reading order, laid out with line breaks alone, and where its links lead."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cvgen.document import nodes as doc

__all__ = ["DESCRIPTION", "SUFFIXES", "write_document"]

DESCRIPTION = "plain text, for forms and mails"
SUFFIXES = (".txt", ".text")


def write_document(document: doc.Document, theme: str | None) -> str:
    """Return the document as UTF-8 text without markup; `theme` is not used."""
    parts = ["\n".join(_header(document.header))]
    for section in document.sections:
        title = _plain(section.title)
        head = [title, "-" * len(title)] if title else []
        lines = list(head)
        for block in section.blocks:
            lines += [
                *([""] if isinstance(block, doc.EntryBlock | doc.WorkBlock) and len(lines) > len(head) else []),
                *_block(block),
                *_addresses(block),
            ]
        parts.append("\n".join(lines))
    return "\n\n".join(parts) + "\n"


def _header(header: doc.Header) -> Iterator[str]:
    names = (header.family, header.given) if header.is_family_first else (header.given, header.family)
    yield " ".join(_plain(part) for part in (*names, header.native) if part)
    yield from (_plain(line) for line in (header.position, header.address) if line)
    if header.contacts:
        yield " | ".join(contact.label + _plain(contact.line) for contact in header.contacts)
        yield from _addresses(tuple(one.line for one in header.contacts if _plain(one.line) not in _urls(one.line)))
    if header.quote:
        yield _plain(header.quote)


def _urls(line: doc.Line) -> str:
    """Return where a text leads, as far as a reader would write it: a user's name stands in the address."""
    return " ".join(link.url for link in doc.links_in(line)).replace("+", " ")


def _addresses(value: object) -> Iterator[str]:
    """Yield where the links in a block lead, a line for each, where the words do not say it."""
    seen: set[str] = set()
    for link in doc.links_in(value):
        words, address = _plain(doc.Line(link.inlines)), link.url.partition(":")[2].strip("/").removeprefix("www.")
        if link.url not in seen and words.strip("/").removeprefix("www.") != address:
            seen.add(link.url)
            yield f"  {words}: {link.url}"


def _block(block: doc.Block) -> Iterator[str]:
    match block:
        case doc.Bullets(items):
            yield from _bullets(items, "")
        case doc.Paragraph(line) | doc.Subheading(line):
            yield _plain(line)
        case doc.EntryBlock(title, location, positions):
            yield from _joined(", ", title, location)
            for position in positions:
                yield from _joined(", ", position.title, position.location, position.date)
                for part in position.body:
                    yield from _block(part)
        case doc.WorkBlock():
            (title_line,) = _joined(", ", block.title, block.location)
            yield f"[{block.number}] {title_line}" if block.number else title_line
            yield from _joined(", ", block.venue, block.date)
            for line in (block.authors, block.legend, block.award, *block.notes, block.links):
                yield from _joined("", line)
        case doc.HonorRow(date, title, remark, location):
            yield " ".join([*_joined("", date), *_joined(", ", title, remark, location)])
        case doc.SkillRow(label, values):
            yield from _joined(": ", label, values)


def _plain(line: doc.Line) -> str:
    return "".join(map(_inline, line.inlines))


def _inline(inline: doc.Inline) -> str:
    """Return the letters of an inline: what is set high or low is marked, so that `n^(k+1)` is not read as `nk+1`."""
    match inline:
        case doc.Script(inner, raised):
            text = _plain(doc.Line(inner))
            return ("^" if raised else "_") + (text if len(text) == 1 else f"({text})")
        case doc.Break():
            return "\n"
        case doc.Strong(inner) | doc.Emphasis(inner) | doc.Link(inner):
            return _plain(doc.Line(inner))
    return inline.text


def _bullets(items: Sequence[doc.Bullet], indent: str) -> Iterator[str]:
    for item in items:
        lines = _plain(item.line).split("\n")
        yield f"{indent}{item.label or '-'} {lines[0]}"
        yield from (f"{indent}  {line}" for line in lines[1:])
        yield from _bullets(item.bullets, indent + "  ")


def _joined(separator: str, *lines: doc.Line) -> Iterator[str]:
    """Yield the lines that are not empty as one, or nothing."""
    text = separator.join(_plain(line) for line in lines if line)
    if text:
        yield text
