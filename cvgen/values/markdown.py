"""The Markdown subset of text fields: bold, italic, code, link, backslash escapes. No block is ever read.

markdown-it-py reads it (docs/decisions/0005-markdown-it.md). It is imported only for text that has a character that
could matter.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

__all__ = ["link_targets", "tokens"]

_ACTIVE = frozenset("*_`[\\<")


@functools.cache
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt

    parser = MarkdownIt("zero").enable(["emphasis", "link", "backticks", "escape", "autolink"])
    # Every target reaches us as it was written: our own rules (urls.py) refuse the unsafe ones aloud, where the
    # library would turn them into plain text without a word.
    parser.validateLink = lambda url: True  # type: ignore[method-assign]
    parser.normalizeLink = lambda url: url  # type: ignore[method-assign]
    parser.normalizeLinkText = lambda link: link  # type: ignore[method-assign]
    return parser


def tokens(text: str) -> list[Token] | None:
    """Return the inline tokens of `text`, or None where it holds no markup at all."""
    if _ACTIVE.isdisjoint(text):
        return None
    return _parser().parseInline(text)[0].children or []


def link_targets(text: str) -> list[tuple[str, int]]:
    """Return each link's target with its offset in `text`.

    >>> link_targets("see [the page](https://a.org)")
    [('https://a.org', 15)]
    """
    found: list[tuple[str, int]] = []
    if "](" not in text and "<" not in text:
        return found
    at = 0
    for token in tokens(text) or []:
        if token.type == "link_open":
            url = str(token.attrGet("href") or "")
            at = max(text.find(url, at), 0)
            found.append((url, at))
    return found
