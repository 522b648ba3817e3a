"""A change is data: what happened to what, in which section, from which text to which. `told` puts it into words."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import Literal, TypeAlias

__all__ = ["Change", "Changes", "Kind", "Tier", "clip", "from_to", "quoted"]

Kind: TypeAlias = Literal["added", "removed", "changed", "moved"]

_SHORT, _LONG, _CONTEXT = 70, 120, 4


class Tier(enum.IntEnum):
    """What a reader wants to know first: what is gone or told differently before what is new."""

    HEADER = 0
    SECTION = 1
    PAPER_REMOVED = 2
    PAPER = 3
    PAPER_ADDED = 4
    ENTRY_REMOVED = 5
    ENTRY_ADDED = 6
    ENTRY = 7
    TEXT = 8
    LINK = 9
    ORDER = 10
    LOOK = 11


@dataclass(frozen=True, slots=True)
class Change:
    """One change. `what` is a stable word (`paper`, `authors`, `bullet`, ...); `subject` names the paper or entry
    that it belongs to, and is the thing itself where `what` was added, removed or moved as a whole.

    `message` is ours and holds no text of the profile but section titles; `detail` tells more, perhaps nothing.
    """

    kind: Kind
    what: str
    message: str
    tier: Tier
    detail: str = ""
    subject: str = ""
    section: str = ""
    old: str = ""
    new: str = ""
    counted: bool = False
    """Whether several of its sort are told as one: "2 papers added: A; B"."""


@dataclass(frozen=True, slots=True)
class Changes:
    """All that changed between two sides, which bear the names `old` and `new`.

    `pages` are the numbers of pages of both where they are known; `notes` say what could not be compared.
    """

    old: str
    new: str
    changes: tuple[Change, ...] = ()
    pages: tuple[int, int] | None = None
    notes: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.changes) or (self.pages is not None and self.pages[0] != self.pages[1])


def clip(text: str, most: int = _LONG) -> str:
    """Cut a text at a word.

    >>> clip("one two three", 9)
    'one two …'
    """
    if len(text) <= most:
        return text
    return (text[: most - 1].rpartition(" ")[0] or text[: most - 2]) + " …"


def quoted(text: str) -> str:
    """Return a text of the CV, short enough to be read in passing, in quotation marks."""
    return f"“{clip(text)}”"


def from_to(old: str, new: str) -> str:
    """Tell two texts side by side; of long ones only what differs, with a few words around it.

    >>> from_to("a", "b")
    '“a” → “b”'
    """
    if max(len(old), len(new)) > _SHORT:
        old, new = _around_the_difference(old.split(), new.split())
    return f"{quoted(old)} → {quoted(new)}"


def _around_the_difference(old: list[str], new: list[str]) -> tuple[str, str]:
    most = min(len(old), len(new))
    before = next((index for index in range(most) if old[index] != new[index]), most)
    after = next((index for index in range(most - before) if old[-1 - index] != new[-1 - index]), most - before)
    start, rest = max(before - _CONTEXT, 0), max(after - _CONTEXT, 0)

    def cut(words: list[str]) -> str:
        return "… " * (start > 0) + " ".join(words[start : len(words) - rest]) + " …" * (rest > 0)

    return cut(old), cut(new)
