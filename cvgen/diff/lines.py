"""One text against another: a field, a list of bullets, links."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from cvgen.comparison.matching import moved, pair
from cvgen.diff.change import Change, Kind, Tier, clip, from_to, quoted
from cvgen.document.nodes import Bullet, Bullets, Emphasis, Inline, Line, Link, Paragraph, Strong, plain

__all__ = ["Place", "body", "field", "links_of"]

_ALIKE = 55  # of 100: from here on two bullets are one, reworded


@dataclass(frozen=True, slots=True)
class Place:
    """Where changes stand: the section, the entry, and the post within it where there are several."""

    section: str = ""
    subject: str = ""
    within: str = ""
    tier: Tier = Tier.ENTRY

    def change(self, kind: Kind, what: str, message: str, detail: str = "", old: str = "", new: str = "") -> Change:
        """Return a change that happened here."""
        detail = ", ".join(part for part in (clip(self.within, 50), detail) if part)
        tier = Tier.LINK if what == "link" and self.tier is Tier.PAPER else self.tier
        return Change(kind, what, message, tier, detail, self.subject, self.section, old, new)


def links_of(line: Line) -> list[tuple[str, str]]:
    """Return the links of a line, each as its text and where it leads."""

    def of(inlines: tuple[Inline, ...]) -> Iterator[tuple[str, str]]:
        for inline in inlines:
            match inline:
                case Link(inner, url):
                    yield plain(Line(inner)), url
                case Strong(inner) | Emphasis(inner):
                    yield from of(inner)

    return list(of(line.inlines))


def field(place: Place, what: str, old: Line, new: Line, words: str = "") -> Iterator[Change]:
    """Tell how one field differs: its text, else where its links lead, else what is bold or italic in it."""
    words = words or what
    before, after = plain(old), plain(new)
    if before and after and before != after:
        yield place.change("changed", what, f"{words} changed", from_to(before, after), before, after)
    elif after and not before:
        yield place.change("added", what, f"{words} added", quoted(after), "", after)
    elif before and not after:
        yield place.change("removed", what, f"{words} removed", quoted(before), before, "")
    elif old.inlines != new.inlines:
        yield from _marks(place, words, old, new)


def _marks(place: Place, words: str, old: Line, new: Line) -> Iterator[Change]:
    before, after = links_of(old), links_of(new)
    gone, come = Counter(before) - Counter(after), Counter(after) - Counter(before)
    yield from _links(place, words, list(gone.elements()), list(come.elements()))
    if not gone and not come:
        of = quoted(plain(new)) if words in ("bullet", "text") else ""
        yield place.change("changed", "emphasis", f"emphasis of the {words} changed", of, plain(old), plain(new))


def _links(place: Place, words: str, gone: list[tuple[str, str]], come: list[tuple[str, str]]) -> Iterator[Change]:
    for text, url in gone:
        index = next((index for index, (other, _) in enumerate(come) if other == text), None)
        label = f"link of the {words}"
        if index is None:
            yield place.change("removed", "link", f"{label} removed", clip(url), url, "")
        else:
            other = come.pop(index)[1]
            yield place.change("changed", "link", f"{label} changed", f"{clip(url)} → {clip(other)}", url, other)
    for _, url in come:
        yield place.change("added", "link", f"link of the {words} added", clip(url), "", url)


# --- Bullets --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Item:
    line: Line
    depth: int  # -1 for a paragraph

    @property
    def word(self) -> str:
        return "text" if self.depth < 0 else "bullet"


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


def _text(item: _Item) -> str:
    return plain(item.line)


def body(place: Place, old: Sequence[Bullets | Paragraph], new: Sequence[Bullets | Paragraph]) -> Iterator[Change]:
    """Tell how bullets and paragraphs differ."""
    before, after = list(_items(old)), list(_items(new))
    keys = (lambda item: (_text(item), item.depth), _text)
    pairs = pair(before, after, keys, _text, _ALIKE)
    gone, come = set(range(len(before))), set(range(len(after)))
    shifted = moved(pairs)
    for i, j in pairs:
        gone.discard(i)
        come.discard(j)
        yield from _item(place, before[i], after[j])
        if (i, j) in shifted and len(shifted) <= 2:
            direction = "up" if j < i else "down"
            yield place.change("moved", after[j].word, f"{after[j].word} moved {direction}", quoted(_text(after[j])))
    if len(shifted) > 2:
        yield place.change("moved", "bullet", "bullets reordered")
    for i in sorted(gone):
        text = _text(before[i])
        yield place.change("removed", before[i].word, f"{before[i].word} removed", quoted(text), text, "")
    for j in sorted(come):
        text = _text(after[j])
        yield place.change("added", after[j].word, f"{after[j].word} added", quoted(text), "", text)


def _item(place: Place, old: _Item, new: _Item) -> Iterator[Change]:
    before, after = _text(old), _text(new)
    if before != after:
        yield place.change("changed", new.word, f"{new.word} reworded", from_to(before, after), before, after)
    else:
        yield from field(place, new.word, old.line, new.line)
    if old.depth != new.depth:
        words = f"{old.word} made a {new.word}" if old.word != new.word else "bullet indented"
        words = "bullet outdented" if 0 <= new.depth < old.depth else words
        yield place.change("changed", "depth", words, quoted(after), before, after)
