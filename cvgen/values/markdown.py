r"""The inline markup of text fields: Markdown's bold, italic, code, links, escapes; maths, scripts, a little HTML.

markdown-it-py reads it (docs/decisions/0005-markdown-it.md), with rules of ours for what CVs hold beyond Markdown
(docs/decisions/0053-markup-of-texts.md). It is imported only for text that has a character that could matter.
"""

from __future__ import annotations

import functools
import html
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final, NamedTuple

from cvgen.values.tex import decode_tex

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_inline import StateInline
    from markdown_it.token import Token

__all__ = ["HTML_TAGS", "RawMarkup", "has_list", "link_targets", "list_parser", "raw_markup", "tokens"]

_ACTIVE: Final = frozenset("*_`[\\<$^~&")
HTML_TAGS: Final = {"i": "em", "em": "em", "b": "strong", "strong": "strong", "sub": "sub", "sup": "sup", "br": "br"}
"""The HTML tags that a text may have, and what each is. Others are letters."""

# A backslash before other punctuation than maths has tells that those before the parentheses are escapes.
_MATHS = re.compile(
    r"\$(?=\S)([^$]{1,300}?)(?<=\S)\$(?![0-9])|\\\(((?:[^\\]|\\[A-Za-z,;:!{}|%&_# ]){1,300}?)\\\)", re.DOTALL
)
_SCRIPT = re.compile(r"(?:(?<=[^\s/.:=,;(\[^~])|(?<=\w~)(?=\^)|(?<=\w\^)(?=~))([\^~])([\w+\u2212-]{1,12})\1(?!\1)")
# ``quotes'' as LaTeX writes them, unless what they hold is code: ``it's ''``.
_TEX_QUOTES = re.compile(r"(?<!`)``(?=[^\s`'])([^`]*?[^\s`'])''(?![^`]*(?<=[^\s`])``(?![\w`]))")
_LIST_ITEM = re.compile(r"^[ ]*(?:[-*+]|[0-9]{1,3}[.)])[ ]+\S", re.MULTILINE)


def _maths(state: StateInline, silent: bool) -> bool:
    r"""Read `$…$` and `\(…\)`. Two dollars that are prices have a space or a digit on the wrong side."""
    found = _MATHS.match(state.src, state.pos)
    if found is None:
        return False
    if not silent:
        state.push("maths", "", 0).content = found[1] or found[2]
    state.pos = found.end()
    return True


def _script(state: StateInline, silent: bool) -> bool:
    """Read `^raised^` and `~lowered~`, which stand behind a letter or a digit and hold no space."""
    found = _SCRIPT.match(state.src, state.pos)
    if found is None:
        return False
    if not silent:
        name = "sup" if found[1] == "^" else "sub"
        state.push(f"{name}_open", name, 1)
        state.push("text", "", 0).content = found[2]
        state.push(f"{name}_close", name, -1)
    state.pos = found.end()
    return True


# A star between ASCII letters or digits (`5*3*2`), and what Python calls dunder names.
_LITERAL = re.compile(r"(?<![A-Za-z0-9_])__[a-z][a-z0-9_]*?__(?![A-Za-z0-9_])|(?<=[A-Za-z0-9])\*(?=[A-Za-z0-9])")


def _literal(state: StateInline, silent: bool) -> bool:
    """Read signs that look like emphasis and are none."""
    found = _LITERAL.match(state.src, state.pos)
    if found is None:
        return False
    if not silent:
        state.push("text", "", 0).content = found[0]
    state.pos = found.end()
    return True


@functools.cache
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt

    parser = MarkdownIt("zero", {"html": True}).enable(
        ["emphasis", "link", "backticks", "escape", "autolink", "entity", "html_inline"]
    )
    parser.core.ruler.disable("text_join")  # a character that an entity stands for is still to be judged
    parser.inline.ruler.before("escape", "maths", _maths)
    parser.inline.ruler.before("emphasis", "literal", _literal)
    parser.inline.ruler.before("emphasis", "script", _script)
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
    return _parser().parseInline(_TEX_QUOTES.sub("\u201c\\1\u201d", text))[0].children or []


def has_list(text: str) -> bool:
    """Tell whether a text of several lines has lines that are items of a list."""
    return "\n" in text and _LIST_ITEM.search(text) is not None


@functools.cache
def list_parser() -> MarkdownIt:
    """Return the parser of paragraphs and lists. Their texts stay as they are written."""
    from markdown_it import MarkdownIt

    return MarkdownIt("zero").enable(["list"])


def link_targets(text: str) -> Iterator[tuple[str, int]]:
    """Yield each link's target with its offset in `text`.

    >>> list(link_targets("see [the page](https://a.org)"))
    [('https://a.org', 15)]
    """
    if "](" not in text and "<" not in text:
        return
    at = 0
    for token in tokens(text) or []:
        if token.type == "link_open":
            url = str(token.attrGet("href") or "")
            at = max(text.find(url, at), 0)
            yield url, at


# --- What would be printed as it is --------------------------------------------------------------------------------


class RawMarkup(NamedTuple):
    """Markup that is not understood, at its place in a text."""

    text: str
    offset: int
    message: str
    hint: str


_SUSPECT: Final = frozenset("\\<&|#~!`*")
# Code, maths, addresses and escaped signs hide what is in them.
_HIDING = re.compile(
    r"(?<!`)(`+)(?!`).+?(?<!`)\1(?!`)|\$(?=\S)[^$]+(?<=\S)\$|\\\(.*?\\\)|https?://[^\s>)]+|\\[^A-Za-z'\"`^~]",
    re.DOTALL,
)
_RAW = re.compile(
    r"(?P<tex>\\[A-Za-z]+\*?(?:\{[^{}]*\})*|\\['`^~\"](?:\{\\?[A-Za-z]\}|[aeiouycnszAEIOUYCNSZ]))"
    r"|(?P<tag></?(?P<name>[A-Za-z][A-Za-z0-9]*)(?:\s[^<>@]*)?/?>)|(?P<entity>&[A-Za-z]{2,20};)"
    r"|(?P<table>^[ ]*\|.+\|[ ]*$)|(?P<heading>^[ ]*\#{1,6}[ ]+(?=\S))|(?P<struck>~~(?=\S).+?~~)"
    r"|(?P<image>!\[[^\]]*\]\()|(?P<stars>(?<![^\s(])\*\*(?=\w)(?![^*]+(?:\*[^*]+\*[^*]*)*\*\*))",
    re.MULTILINE,
)
_WHY: Final = {
    "table": ("tables are not supported", "write a list, or a section of `kind: skills`"),
    "heading": ("headings inside a text are not supported", "begin a section of its own, or delete the `#`"),
    "struck": ("text cannot be struck out", "delete what is not valid any more"),
    "image": ("pictures inside a text are not supported", "write a link: delete the `!`"),
    "stars": ("nothing ends this bold text", "write `**` behind it, or `\\\\*\\\\*` for two stars"),
}


def raw_markup(text: str) -> Iterator[RawMarkup]:
    r"""Yield the markup in `text` that would be printed as it is: TeX, tags and blocks that are not understood.

    >>> [found.hint for found in raw_markup(r"a \textbf{bold} claim")]
    ['write `**bold**`']
    """
    if _SUSPECT.isdisjoint(text) or ("://" in text and not re.search(r"\s", text)):
        return
    shown = _HIDING.sub(lambda match: " " * len(match[0]), text)
    tags: set[str] = set()
    for match in _RAW.finditer(shown):
        if match["name"] in tags:
            continue  # said of its beginning, or of the first of several
        tags |= {match["name"]} if match["name"] else set()
        kind = str(next(name for name in match.groupdict() if name != "name" and match[name] is not None))
        why = _reason(kind, match, shown)
        if why:
            yield RawMarkup(match[0], match.start(), *why)


def _reason(kind: str, match: re.Match[str], text: str) -> tuple[str, str] | None:
    """Say what is wrong with a piece of markup and what to write, or None if it is understood."""
    raw = match[0].strip()
    if kind == "tex":
        decoded, unknown = decode_tex(raw, markdown=True)
        hint = f"write `{decoded}`" if decoded and not unknown else "write it without TeX, or `\\\\` for a backslash"
        return f"`{raw}` is TeX, and is printed as it is", hint
    if kind == "tag":
        name = match["name"].lower()
        if name not in HTML_TAGS:
            known = ", ".join(f"`<{tag}>`" for tag in HTML_TAGS)
            return f"`{raw}` is printed as it is: it is none of {known}", "delete it, or write `\\<` for a bracket"
        opened, closed = (len(re.findall(rf"(?i)<{slash}{name}\s*>", text)) for slash in ("", "/"))
        if name == "br" or opened == closed:
            return None
        return f"`{raw}` is printed as it is: it has no {'end' if opened > closed else 'beginning'}", "complete it"
    if kind == "entity":
        return None if html.unescape(raw) != raw else (f"`{raw}` is no HTML entity", "write the sign itself")
    if kind == "table" and len(re.findall(r"(?m)^[ ]*\|.+\|[ ]*$", text)) < 2:
        return None
    why, hint = _WHY[kind]
    return f"{why}: `{raw}` is printed as it is", hint
