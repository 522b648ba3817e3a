"""Markdown -> inlines, paragraphs and lists."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from cvgen.diagnostics import NOWHERE, Span
from cvgen.document.nodes import (
    EMPTY,
    Break,
    Bullet,
    Bullets,
    Code,
    Emphasis,
    Inline,
    Line,
    Link,
    Paragraph,
    Script,
    Strong,
    TextRun,
    plain,
)
from cvgen.values.markdown import HTML_TAGS, has_list, list_parser, tokens
from cvgen.values.tex import decode_tex, unicode_script
from cvgen.values.text_policy import clean_text, fold_space
from cvgen.values.urls import UrlError, check_url, display_url

if TYPE_CHECKING:
    from markdown_it.token import Token

__all__ = ["bullet", "inlines", "join", "line", "linked", "literal", "strong", "text_blocks", "tie_names"]


def inlines(markdown: str) -> tuple[Inline, ...]:
    """Return the inlines of one text field, whose links have been checked.

    >>> inlines("a *b* c")
    (TextRun(text='a '), Emphasis(inlines=(TextRun(text='b'),)), TextRun(text=' c'))
    """
    found = tokens(markdown)
    if found is None:
        return (TextRun(markdown),) if markdown else ()
    return _merge(_tree(found))


@dataclass(slots=True)
class _Open:
    """Markup that has begun: its kind, its link's target, its text in the source, and what it holds so far."""

    kind: str
    url: str = ""
    written: str = ""
    held: list[Inline] = field(default_factory=list)


_TAG = re.compile(r"<(/?)([A-Za-z]+)\s*(/?)>")


def _tree(found: Sequence[Token]) -> list[Inline]:
    stack = [_Open("")]
    for token in found:
        kind, content = token.type, token.content
        tag = _TAG.fullmatch(content) if kind == "html_inline" else None
        name = HTML_TAGS.get(tag[2].lower(), "") if tag else ""
        if name == "br":
            stack[-1].held.append(Break())
        elif kind.endswith("_open") or (tag and name and not tag[1] and not tag[3]):
            stack.append(_Open(name or kind.removesuffix("_open"), str(token.attrGet("href") or ""), content))
        elif kind.endswith("_close") or (tag and name and tag[1]):
            _close(stack, name or kind.removesuffix("_close"), content)
        elif kind == "code_inline":
            stack[-1].held.append(Code(content))
        elif kind == "maths":
            stack[-1].held += inlines(decode_tex(f"${content}$", markdown=True)[0])
        elif kind == "text_special" and token.info == "entity" and clean_text(content)[1]:
            stack[-1].held.append(TextRun(token.markup))
        else:
            stack[-1].held.append(TextRun(content))
    while len(stack) > 1:
        _spill(stack)
    return stack[0].held


def _spill(stack: list[_Open]) -> None:
    """Turn markup that does not end into the letters that it was written as."""
    open_ = stack.pop()
    stack[-1].held += [TextRun(open_.written), *open_.held]


def _close(stack: list[_Open], kind: str, written: str) -> None:
    """End the markup of that kind, and the tags that have begun in it and have no end."""
    if all(open_.kind != kind for open_ in stack):
        stack[-1].held.append(TextRun(written))
        return
    while stack[-1].kind != kind:
        _spill(stack)
    open_ = stack.pop()
    inner = _merge(open_.held)
    if kind == "link":
        # A link without text shows where it leads: it must not vanish. Nor can it hold another.
        inner = _merge(tuple(_unlinked(inner))) or (TextRun(display_url(open_.url)),)
        try:
            stack[-1].held.append(Link(inner, check_url(open_.url)))
        except UrlError:  # in a text that is no Markdown, such as a name, nobody checked it
            stack[-1].held += inner
    elif inner and kind in ("sup", "sub"):
        shown = unicode_script(plain(Line(inner)), raised=kind == "sup")
        stack[-1].held.append(TextRun(shown) if shown else Script(inner, kind == "sup"))
    elif inner:
        stack[-1].held.append(Strong(inner) if kind == "strong" else Emphasis(inner))


def _unlinked(parts: Sequence[Inline]) -> Iterator[Inline]:
    """Yield the parts with the links among them turned into their texts."""
    for part in parts:
        if isinstance(part, Link):
            yield from _unlinked(part.inlines)
        elif isinstance(part, Strong | Emphasis | Script):
            yield replace(part, inlines=_merge(tuple(_unlinked(part.inlines))))
        else:
            yield part


def _merge(parts: Sequence[Inline]) -> tuple[Inline, ...]:
    """Join neighbouring texts: kerning and line breaking must not see where an escape stood."""
    merged: list[Inline] = []
    for part in parts:
        last = merged[-1] if merged else None
        if isinstance(part, TextRun) and isinstance(last, TextRun):
            merged[-1] = TextRun(last.text + part.text)
        elif not isinstance(part, TextRun) or part.text:
            merged.append(part)
    return tuple(merged)


def line(markdown: str | None, origin: Span = NOWHERE) -> Line:
    """Return a field of inline Markdown as a line."""
    return Line(inlines(markdown), origin) if markdown else EMPTY


def literal(text: str | None, origin: Span = NOWHERE) -> Line:
    """Return text that is no Markdown as a line."""
    return Line((TextRun(text),), origin) if text else EMPTY


def strong(text: Line) -> Line:
    """Return the line in bold."""
    return Line((Strong(text.inlines),), text.origin) if text else text


def linked(text: Line, url: str | None) -> Line:
    """Return the line as a link; where it holds links of its own, the address follows, so that all can be reached."""
    if not url or not text or any(link.url == url for link in _links(text.inlines)):
        return text
    if any(True for _ in _links(text.inlines)):
        shown = Link((TextRun(display_url(url)),), url)
        return Line((*text.inlines, TextRun(" ("), shown, TextRun(")")), text.origin)
    return Line((Link(text.inlines, url),), text.origin)


def _links(parts: Sequence[Inline]) -> Iterator[Link]:
    for part in parts:
        if isinstance(part, Link):
            yield part
        elif isinstance(part, Strong | Emphasis | Script):
            yield from _links(part.inlines)


def join(separator: str, *parts: Line) -> Line:
    """Join the lines that are not empty; the origin is the first one's.

    >>> join(", ", literal("a"), EMPTY, literal("b")).inlines
    (TextRun(text='a, b'),)
    """
    filled = [part for part in parts if part]
    if not filled:
        return EMPTY
    joined: list[Inline] = []
    for index, part in enumerate(filled):
        joined += [TextRun(separator)] * (index > 0) + list(part.inlines)
    return Line(_merge(joined), filled[0].origin)


_LONGEST_NAME = 40
_PARTICLE = r"(?<=\b[a-z])([a-z']{0,4}) (?=[^\Wa-z_])"  # compiled for the few names that are long


def tie_names(names: Line) -> Line:
    """Tie the parts of each name in a list: no line ends between a given and a family name.

    In a name that is too long for that, a particle stays with what follows.
    """
    return Line(tuple(map(_tied, names.inlines)), names.origin)


def _tied(inline: Inline) -> Inline:
    match inline:
        case TextRun(text):
            return TextRun(", ".join(map(_tied_name, text.split(", "))))
        case Strong(inner):
            return Strong(tuple(map(_tied, inner)))
        case Link(inner, url):
            return Link(tuple(map(_tied, inner)), url)
    return inline


def _tied_name(name: str) -> str:
    return name.replace(" ", "\u00a0") if len(name) <= _LONGEST_NAME else re.sub(_PARTICLE, "\\1\u00a0", name)


def text_blocks(markdown: str, origin: Span = NOWHERE) -> tuple[Paragraph | Bullets, ...]:
    """Return the paragraphs and lists of a text of several lines.

    >>> [type(block).__name__ for block in text_blocks("One.\\n\\nTwo:\\n- a\\n- b")]
    ['Paragraph', 'Paragraph', 'Bullets']
    """
    if not has_list(markdown):
        parts = (fold_space(part) for part in markdown.split("\n\n"))
        return tuple(Paragraph(line(part, origin), origin) for part in parts if part)
    return tuple(_blocks(iter(list_parser().parse(markdown)), origin))


def _blocks(found: Iterator[Token], origin: Span) -> Iterator[Paragraph | Bullets]:
    """Yield the blocks up to the end of the list item in which they stand."""
    for token in found:
        if token.type == "inline":
            yield Paragraph(line(fold_space(token.content), origin), origin)
        elif token.type in ("bullet_list_open", "ordered_list_open"):
            yield Bullets(tuple(_items(found, origin)), origin)
        elif token.type == "list_item_close":
            return


def _items(found: Iterator[Token], origin: Span) -> Iterator[Bullet]:
    for token in found:
        if token.type in ("bullet_list_close", "ordered_list_close"):
            return
        if token.type == "list_item_open":
            label = f"{token.info}." if token.info else ""
            yield replace(_bullet(tuple(_blocks(found, origin)), origin), label=label)


def _bullet(blocks: tuple[Paragraph | Bullets, ...], origin: Span) -> Bullet:
    """Return a list item that holds the blocks: its paragraphs, and the lists below them."""
    texts = [block.line.inlines for block in blocks if isinstance(block, Paragraph)]
    inner: list[Inline] = []
    for number, part in enumerate(texts):
        inner += [Break()] * (number > 0) + list(part)
    below = [item for block in blocks if isinstance(block, Bullets) for item in block.items]
    return Bullet(Line(tuple(inner), origin), tuple(below))


def bullet(markdown: str, origin: Span = NOWHERE) -> Bullet:
    """Return a text as a list item, with the lists in it below it."""
    if "\n" not in markdown:
        return Bullet(line(markdown, origin))
    return _bullet(text_blocks(markdown, origin), origin)
