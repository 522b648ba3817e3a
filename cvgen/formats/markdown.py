"""Markdown: the CV as a page that GitHub, Jekyll and pandoc show alike (CommonMark, with `<sup>` and `<sub>`)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from cvgen.document import nodes as doc

__all__ = ["DESCRIPTION", "SUFFIXES", "escape", "markdown_blocks", "markdown_line", "write_document"]

DESCRIPTION = "a page in Markdown, with its links"
SUFFIXES = (".md", ".markdown")

_MARKUP = re.compile(r"[\\`*_\[\]<>$^~|]|&(?=#?\w+;)")
# What begins a heading, a list, a quotation or a rule where it stands first in a line.
_BLOCK = re.compile(r"^(?:([#+=-])|(\d{1,9})([.)])(?=\s|$))")


def write_document(document: doc.Document, theme: str | None) -> str:
    """Return the document as a page; `theme` is not used."""
    parts = ["\n\n".join(_header(document.header))]
    for section in document.sections:
        parts += [f"## {markdown_line(section.title)}"] if section.title else []
        parts += markdown_blocks(section.blocks)
    return "\n\n".join(parts) + "\n"


def markdown_line(line: doc.Line, *, sign: str = "") -> str:
    r"""Return a text in Markdown, all of it between `sign` if that is one: `*` or `**`.

    >>> markdown_line(doc.Line((doc.Strong((doc.TextRun("Chao Jin"),)), doc.TextRun("*, 1_a"))))
    '**Chao Jin**\\*, 1\\_a'
    """
    text = _inner(line.inlines, sign)
    return f"{sign}{text}{sign}" if text and sign else _at_start(text)


def escape(text: str) -> str:
    """Return a text that Markdown shows as it is."""
    return _MARKUP.sub(r"\\\g<0>", text)


def _at_start(text: str) -> str:
    return _BLOCK.sub(lambda match: f"\\{match[1]}" if match[1] else f"{match[2]}\\{match[3]}", text)


def _inner(inlines: Sequence[doc.Inline], inside: str = "") -> str:
    """Return inlines that stand between the signs `inside`, which cannot be nested."""
    shown = [doc.plain(doc.Line((inline,))) for inline in inlines]
    around = ["", *shown, ""]
    parts = (_inline(inline, inside, around[at][-1:], around[at + 2][:1]) for at, inline in enumerate(inlines))
    return "".join(parts)


def _inline(inline: doc.Inline, inside: str, before: str, after: str) -> str:
    """Return an inline that stands between two characters, or none."""
    match inline:
        case doc.TextRun(text):
            return escape(text)
        case doc.Code(text):
            fence = "`" * (max(map(len, re.findall("`+", text)), default=0) + 1)
            space = " " if text.startswith("`") or text.endswith("`") else ""
            return f"{fence}{space}{text}{space}{fence}"
        case doc.Break():
            return "  \n"
        case doc.Link(inner, url):
            return f"[{_inner(inner, inside)}]({_address(url)})"
        case doc.Script(inner, raised):
            tag = "sup" if raised else "sub"
            return f"<{tag}>{_inner(inner, inside)}</{tag}>"
        case doc.Strong(inner):
            return _marked(inner, inside, ("**", "strong"), before, after)
        case doc.Emphasis(inner):
            return _marked(inner, inside, ("*", "em"), before, after)


def _marked(inner: Sequence[doc.Inline], inside: str, signs: tuple[str, str], before: str, after: str) -> str:
    """Put signs around a text; a tag where they would not be read: beside white space, or between sign and letter."""
    sign, tag = signs
    if inside:
        return _inner(inner, inside)
    text, plain = _inner(inner, sign), doc.plain(doc.Line(tuple(inner)))
    fits = (plain[:1].isalnum() or not before.isalnum()) and (plain[-1:].isalnum() or not after.isalnum())
    if plain.strip() != plain or not fits:
        return f"<{tag}>{text}</{tag}>"
    return f"{sign}{text}{sign}" if text else ""


def _address(url: str) -> str:
    return url.replace("(", "%28").replace(")", "%29").replace(" ", "%20")


def _header(header: doc.Header) -> Iterator[str]:
    names = (header.family, header.given) if header.is_family_first else (header.given, header.family)
    yield "# " + " ".join(markdown_line(part) for part in (*names, header.native) if part)
    lines = [markdown_line(header.position, sign="*")] if header.position else []
    lines += [markdown_line(header.address)] if header.address else []
    contacts = [escape(contact.label) + markdown_line(contact.line) for contact in header.contacts]
    lines += [" · ".join(contacts)] if contacts else []
    if lines:
        yield "  \n".join(lines)
    if header.quote:
        yield f"> {markdown_line(header.quote)}"


def markdown_blocks(blocks: Sequence[doc.Block]) -> Iterator[str]:
    """Yield paragraphs; rows that follow each other are one list."""
    rows: list[str] = []
    for block in blocks:
        if isinstance(block, doc.HonorRow | doc.SkillRow):
            rows.append(f"- {_row(block)}")
            continue
        if rows:
            yield "\n".join(rows)
            rows = []
        yield from _block(block)
    if rows:
        yield "\n".join(rows)


def _row(row: doc.HonorRow | doc.SkillRow) -> str:
    if isinstance(row, doc.SkillRow):
        return _joined(": ", markdown_line(row.label, sign="**"), markdown_line(row.values))
    date = f"\\[{markdown_line(row.date)}\\]" if row.date else ""
    what = _joined(", ", markdown_line(row.title, sign="**"), *map(markdown_line, (row.remark, row.location)))
    return _joined(" ", date, what)


def _block(block: doc.Block) -> Iterator[str]:
    match block:
        case doc.Bullets(items):
            yield "\n".join(_bullets(items, ""))
        case doc.Paragraph(line):
            yield markdown_line(line)
        case doc.Subheading(title):
            yield f"### {markdown_line(title)}"
        case doc.EntryBlock(title, location, positions):
            head = _joined(", ", markdown_line(title, sign="**"), markdown_line(location))
            for number, position in enumerate(positions):
                role = markdown_line(position.title, sign="*")
                second = _joined(", ", role, markdown_line(position.location), markdown_line(position.date))
                if lines := [line for line in ((head, second) if number == 0 else (second,)) if line]:
                    yield "  \n".join(lines)
                for part in position.body:
                    yield from _block(part)
        case doc.WorkBlock():
            yield "  \n".join(_work(block))


def _work(block: doc.WorkBlock) -> Iterator[str]:
    number = f"\\[{block.number}\\] " if block.number else ""
    yield number + _joined(", ", markdown_line(block.title, sign="**"), markdown_line(block.location))
    venue = _joined(", ", markdown_line(block.venue, sign="*"), markdown_line(block.date))
    for text in (venue, *map(markdown_line, (block.authors, block.legend, block.award, *block.notes, block.links))):
        if text:
            yield text


def _joined(separator: str, *texts: str) -> str:
    return separator.join(filter(None, texts))


def _bullets(items: Sequence[doc.Bullet], indent: str) -> Iterator[str]:
    for item in items:
        sign = item.label or "-"
        below = indent + " " * (len(sign) + 1)
        first, *others = markdown_line(item.line).split("\n")
        yield f"{indent}{sign} {first}"
        yield from (f"{below}{line}" for line in others)
        yield from _bullets(item.bullets, below)
