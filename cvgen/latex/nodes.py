"""A thin typed layer over PyLaTeX's node tree: macros and environments, balanced by construction.

Leaves are made by `text` and `url` alone, which escape; a plain `str` that slips into the tree is escaped by PyLaTeX.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

from pylatex.base_classes import Command, Environment, LatexObject, Options
from pylatex.base_classes.containers import Fragment
from pylatex.utils import NoEscape

from cvgen.latex.escape import escape_text, escape_url

__all__ = ["Node", "block", "comment", "item", "macro", "number", "run", "sequence", "text", "url", "word"]

Node: TypeAlias = LatexObject | NoEscape


class _Run(Fragment):  # type: ignore[misc]  # PyLaTeX ships no types
    """Nodes in one line, with nothing between them."""

    content_separator = ""


class _Lines(Fragment):  # type: ignore[misc]
    """Nodes on lines of their own."""

    content_separator = "\n"


class _Block(Environment):  # type: ignore[misc]
    """An environment on lines of its own."""

    content_separator = "\n"


def text(characters: str) -> Node:
    """Return a leaf that sets the characters exactly."""
    return NoEscape(escape_text(characters))


def url(address: str) -> Node:
    """Return the address as the argument of a link."""
    return NoEscape(escape_url(address))


def word(name: str) -> Node:
    """Return a word from our own code (a file name, a network): letters, digits and `-._`."""
    if not all(char.isascii() and (char.isalnum() or char in "-._") for char in name):
        raise ValueError(name)
    return NoEscape(name)


def number(value: str) -> Node:
    """Return a theme option's checked value: a number, a length, a colour or a word."""
    return word(value)


def run(*nodes: Node) -> Node:
    """Return nodes in one line."""
    fragment = _Run()
    fragment.extend(nodes)
    return fragment


def sequence(nodes: Sequence[Node]) -> Node:
    """Return nodes one below the other."""
    fragment = _Lines()
    fragment.extend(nodes)
    return fragment


def macro(name: str, *arguments: Node, options: dict[str, str] | None = None) -> Node:
    """Return `\\name[options]{argument}…`."""
    chosen = Options(**options) if options else None
    return Command(name, list(arguments), chosen)


def block(name: str, content: Sequence[Node], *arguments: Node) -> Node:
    """Return an environment."""
    environment = _Block(arguments=list(arguments) or None)
    environment._latex_name = name
    environment.extend(content)
    return environment


def item(*content: Node, label: Node | None = None) -> Node:
    """Return a list item with its text, and whatever stands below it; `label` stands for the bullet."""
    first, *rest = content
    head = run(Command("item") if label is None else macro("cvitem", label), NoEscape(" "), first)
    return sequence([head, *rest]) if rest else head


def comment(words: str) -> Node:
    """Return a comment on a line of its own; what could end the line is left out."""
    return NoEscape("% " + "".join(char if char.isprintable() else "?" for char in words))
