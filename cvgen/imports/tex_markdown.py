"""TeX of CVs as Markdown, read with pylatexenc: bold, italic, links, lists; formulas stay as they are."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from pylatexenc.latex2text import LatexNodes2Text, MacroTextSpec, get_default_latex_context_db
from pylatexenc.latexwalker import LatexEnvironmentNode, LatexGroupNode, LatexMacroNode, LatexWalker
from pylatexenc.latexwalker import get_default_latex_context_db as get_default_syntax
from pylatexenc.macrospec import EnvironmentSpec, MacroSpec

__all__ = [
    "LISTS",
    "TexReader",
    "argument_bullets",
    "arguments_of",
    "items_of",
    "markdown_of",
    "paragraphs_of",
    "source_of",
]

LISTS: Final = frozenset(("cvitems", "itemize", "enumerate", "cvsubitems"))
"""Environments that are lists."""


class TexReader:
    """Reads TeX whose commands take the `arguments` named: `{` for one, `[` for one that may be missing."""

    def __init__(self, arguments: Mapping[str, str], environments: Sequence[str]) -> None:
        self._context = get_default_syntax()
        self._context.add_context_category(
            "cv",
            macros=[MacroSpec(name, specification) for name, specification in arguments.items()],
            environments=[EnvironmentSpec(name, "[" if name in LISTS else "") for name in (*environments, *LISTS)],
            prepend=True,
        )

    def nodes(self, text: str) -> list[Any]:
        """Return the nodes of a text; what is wrong in it is skipped."""
        nodes, _, _ = LatexWalker(text, latex_context=self._context, tolerant_parsing=True).get_latex_nodes()
        return list(nodes)


def _signs() -> Any:  # noqa: ANN401 - pylatexenc has no types
    def around(sign: str) -> Any:  # noqa: ANN401 - pylatexenc has no types
        def text(node: Any, l2tobj: Any) -> str:  # noqa: ANN401 - pylatexenc has no types
            words = l2tobj.nodelist_to_text(arguments_of(node)).strip()
            return f"{sign}{words}{sign}" if words else ""

        return text

    def link(node: Any, l2tobj: Any) -> str:  # noqa: ANN401 - pylatexenc has no types
        if not arguments_of(node):
            return ""
        url, *words = arguments_of(node)
        return f"[{l2tobj.nodelist_to_text(words).strip()}]({source_of(url)})"

    def last(node: Any, l2tobj: Any) -> str:  # noqa: ANN401 - pylatexenc has no types
        return str(l2tobj.nodelist_to_text(arguments_of(node)[-1:]))

    context = get_default_latex_context_db()
    bold, italic, space = around("**"), around("*"), ("enskip", "quad", "qquad", "newline", "linebreak", "\\", "par")
    context.add_context_category(
        "awesome-cv",
        macros=[
            *(MacroTextSpec(name, bold) for name in ("textbf", "bodyfontbold")),
            *(MacroTextSpec(name, italic) for name in ("textit", "emph", "textsl")),
            *(MacroTextSpec(name, " ") for name in space),
            MacroTextSpec("href", link),
            MacroTextSpec("textcolor", last),
            MacroTextSpec("cdotp", "·"),
            *(MacroTextSpec(name, "") for name in ("color", "hspace", "vspace", "fontsize")),
        ],
        prepend=True,
    )
    return context


_TEXT = LatexNodes2Text(latex_context=_signs(), math_mode="verbatim", strict_latex_spaces=True, fill_text=False)


def arguments_of(node: Any) -> list[Any]:  # noqa: ANN401 - pylatexenc has no types
    """Return the arguments that a command has; in what is broken there may be none."""
    return [one for one in getattr(node.nodeargd, "argnlist", None) or () if one is not None]


def source_of(node: Any) -> str:  # noqa: ANN401 - pylatexenc has no types
    """Return what is written in an argument, such as an address."""
    return str(node.latex_verbatim()).strip("{} \n").replace("\\%", "%").replace("\\_", "_").replace("\\#", "#")


def markdown_of(nodes: Sequence[Any]) -> str:
    """Return what nodes print, in one line."""
    return " ".join(str(_TEXT.nodelist_to_text(list(nodes))).split())


def paragraphs_of(nodes: Sequence[Any]) -> Iterator[str]:
    """Yield the paragraphs that nodes print."""
    for part in re.split(r"\n\s*\n", str(_TEXT.nodelist_to_text(list(nodes)))):
        if part.strip():
            yield " ".join(part.split())


def argument_bullets(argument: Any) -> list[str]:  # noqa: ANN401 - pylatexenc has no types
    """Return the bullets of an argument; its text, where it has no list."""
    nodes = argument.nodelist if isinstance(argument, LatexGroupNode) else [argument]
    lists = [node for node in nodes if isinstance(node, LatexEnvironmentNode) and node.environmentname in LISTS]
    if not lists:
        return list(paragraphs_of(nodes))
    return [bullet for one in lists for bullet in items_of(one.nodelist)]


def items_of(nodes: Sequence[Any]) -> Iterator[str]:
    """Yield the items of a list; those of a list within as lines with dashes, which are bullets below."""
    held: list[Any] = []
    below: list[str] = []

    def item() -> str:
        return "\n".join([markdown_of(held), *(f"- {one}" for one in below)]).strip()

    for node in _flat(nodes):
        if isinstance(node, LatexMacroNode) and node.macroname == "item":
            if text := item():
                yield text
            held, below = [], []
        elif isinstance(node, LatexEnvironmentNode) and node.environmentname in LISTS:
            below += items_of(node.nodelist)
        else:
            held.append(node)
    if text := item():
        yield text


def _flat(nodes: Sequence[Any]) -> Iterator[Any]:
    """Yield nodes without the groups that hold a list."""
    for node in nodes:
        if isinstance(node, LatexGroupNode) and any(isinstance(one, LatexEnvironmentNode) for one in node.nodelist):
            yield from _flat(node.nodelist)
        else:
            yield node
