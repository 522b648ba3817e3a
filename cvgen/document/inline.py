"""Inline Markdown -> inlines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from cvgen.diagnostics import NOWHERE, Span
from cvgen.document.nodes import EMPTY, Code, Emphasis, Inline, Line, Link, Strong, TextRun
from cvgen.values.markdown import tokens
from cvgen.values.urls import check_url, display_url

if TYPE_CHECKING:
    from markdown_it.token import Token

__all__ = ["inlines", "join", "line", "linked", "literal", "strong"]


def inlines(markdown: str) -> tuple[Inline, ...]:
    """Return the inlines of one text field, whose links have been checked.

    >>> inlines("a *b* c")
    (TextRun(text='a '), Emphasis(inlines=(TextRun(text='b'),)), TextRun(text=' c'))
    """
    found = tokens(markdown)
    if found is None:
        return (TextRun(markdown),) if markdown else ()
    return _merge(_tree(found))


def _tree(found: Sequence[Token]) -> list[Inline]:
    stack: list[list[Inline]] = [[]]
    urls: list[str] = []
    for token in found:
        match token.type:
            case "strong_open" | "em_open" | "link_open":
                stack.append([])
                urls.append(str(token.attrGet("href") or ""))
            case "strong_close" | "em_close" | "link_close":
                inner, url = _merge(stack.pop()), urls.pop()
                if token.type == "link_close":
                    # A link without text shows where it leads: it must not vanish. Nor can it hold another.
                    inner = _merge(tuple(_unlinked(inner))) or (TextRun(display_url(url)),)
                    stack[-1].append(Link(inner, check_url(url)))
                elif inner:
                    stack[-1].append(Strong(inner) if token.type == "strong_close" else Emphasis(inner))
            case "code_inline":
                stack[-1].append(Code(token.content))
            case _:
                stack[-1].append(TextRun(token.content))
    return stack[0]


def _unlinked(parts: Sequence[Inline]) -> Iterator[Inline]:
    """Yield the parts with the links among them turned into their texts."""
    for part in parts:
        if isinstance(part, Link):
            yield from _unlinked(part.inlines)
        elif isinstance(part, Strong | Emphasis):
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
    """Return the line as a link, unless it holds links of its own."""
    if not url or not text or _has_link(text.inlines):
        return text
    return Line((Link(text.inlines, url),), text.origin)


def _has_link(parts: Sequence[Inline]) -> bool:
    return any(
        isinstance(part, Link) or (isinstance(part, Strong | Emphasis) and _has_link(part.inlines)) for part in parts
    )


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
