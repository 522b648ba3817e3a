"""Changes of lines: single fields, bullets and paragraphs, links."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from cvgen.comparison.matching import match_items
from cvgen.diff.change import Change, Scope, quote, show_change
from cvgen.document.nodes import Bullet, Bullets, Emphasis, Inline, Line, Link, Paragraph, Script, Strong, plain

__all__ = ["compare_bodies", "compare_field", "compare_fields", "compare_links", "line_links"]

_ALIKE = 55  # of 100: from here on two bullets are one, reworded


def line_links(line: Line) -> list[tuple[str, str]]:
    """Return the links of a line, each as its text and its address."""

    def collect(inlines: tuple[Inline, ...]) -> Iterator[tuple[str, str]]:
        for inline in inlines:
            match inline:
                case Link(inner, url):
                    yield plain(Line(inner)), url
                case Strong(inner) | Emphasis(inner) | Script(inner):
                    yield from collect(inner)

    return list(collect(line.inlines))


def compare_field(scope: Scope, what: str, old: Line, new: Line, name: str = "") -> Iterator[Change]:
    """Yield how one field differs: in its text, else in its links, else in what is bold or italic."""
    name = name or what
    before, after = plain(old), plain(new)
    if before != after:
        yield scope.text_change(what, name, before, after)
    elif old.inlines != new.inlines:
        changes = list(compare_links(scope, old, new, lambda _: f"link of the {name}"))
        yield from changes
        if not changes:
            detail = quote(after) if name in ("bullet", "text") else ""
            yield scope.change("changed", "emphasis", f"emphasis of the {name} changed", detail, before, after)


def compare_fields(scope: Scope, old: object, new: object, *fields: str) -> Iterator[Change]:
    """Yield how several fields of one node differ, each called by its own name."""
    for field in fields:
        yield from compare_field(scope, field, getattr(old, field), getattr(new, field))


def compare_links(scope: Scope, old: Line, new: Line, name: Callable[[str], str]) -> Iterator[Change]:
    """Yield links that were added or removed, or whose address changed; `name` makes a name of a link's text."""
    before, after = Counter(line_links(old)), Counter(line_links(new))
    gone, come = list((before - after).elements()), list((after - before).elements())
    for text, url in gone:
        same = next((link for link in come if link[0] == text), None)
        if same:
            come.remove(same)
        yield scope.link_change(name(text), url, same[1] if same else "")
    for text, url in come:
        yield scope.link_change(name(text), "", url)


# --- Bullets --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Item:
    line: Line
    depth: int  # -1 for a paragraph

    @property
    def word(self) -> str:
        return "text" if self.depth < 0 else "bullet"

    @property
    def text(self) -> str:
        return plain(self.line)


def _items(parts: Sequence[Bullets | Paragraph]) -> Iterator[_Item]:
    def below(bullets: tuple[Bullet, ...], depth: int) -> Iterator[_Item]:
        for bullet in bullets:
            yield _Item(bullet.line, depth)
            yield from below(bullet.bullets, depth + 1)

    for part in parts:
        if isinstance(part, Paragraph):
            yield _Item(part.line, -1)
        else:
            yield from below(part.items, 0)


def compare_bodies(
    scope: Scope, old: Sequence[Bullets | Paragraph], new: Sequence[Bullets | Paragraph]
) -> Iterator[Change]:
    """Yield how bullets and paragraphs differ."""
    before, after = list(_items(old)), list(_items(new))
    keys = (lambda item: (item.text, item.depth), lambda item: item.text)
    matching = match_items(before, after, keys, lambda item: item.text, _ALIKE)
    moved = matching.moved
    for i, j in matching.pairs:
        item = after[j]
        yield from _compare_items(scope, before[i], item)
        if (i, j) in moved and len(moved) <= 2:
            message = f"{item.word} moved {'up' if j < i else 'down'}"
            yield scope.change("moved", item.word, message, quote(item.text))
    if len(moved) > 2:
        yield scope.change("moved", "bullet", "bullets reordered")
    for i in matching.removed:
        yield scope.text_change(before[i].word, before[i].word, before[i].text, "")
    for j in matching.added:
        yield scope.text_change(after[j].word, after[j].word, "", after[j].text)


def _compare_items(scope: Scope, old: _Item, new: _Item) -> Iterator[Change]:
    if old.text != new.text:
        detail = show_change(old.text, new.text)
        yield scope.change("changed", new.word, f"{new.word} reworded", detail, old.text, new.text)
    else:
        yield from compare_field(scope, new.word, old.line, new.line)
    if old.depth != new.depth:
        message = f"{old.word} made a {new.word}" if old.word != new.word else "bullet indented"
        message = "bullet outdented" if 0 <= new.depth < old.depth else message
        yield scope.change("changed", "depth", message, quote(new.text), old.text, new.text)
