"""Changes as data: what happened to what, in which section, from which text to which; `report` words them."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import Literal, TypeAlias

from cvgen.comparison.spelling import around_difference

__all__ = ["Change", "ChangeKind", "Changes", "Scope", "Tier", "change_kind", "clip", "quote", "show_change"]

ChangeKind: TypeAlias = Literal["added", "removed", "changed", "moved"]

_SHORT, _LONG = 70, 120


class Tier(enum.IntEnum):
    """The order in which changes are reported: what is gone or different before what is new."""

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
    that it belongs to, or that was added, removed or moved as a whole.

    `message` holds no text of the profile but section titles; `detail` may be empty. `counted` changes of one sort
    are reported as one: "2 papers added: A; B".
    """

    kind: ChangeKind
    what: str
    message: str
    tier: Tier
    detail: str = ""
    subject: str = ""
    section: str = ""
    old: str = ""
    new: str = ""
    counted: bool = False


@dataclass(frozen=True, slots=True)
class Changes:
    """All changes between two versions, their page counts where known, and notes on what was not compared."""

    old: str
    new: str
    changes: tuple[Change, ...] = ()
    pages: tuple[int, int] | None = None
    notes: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.changes) or (self.pages is not None and self.pages[0] != self.pages[1])


@dataclass(frozen=True, slots=True)
class Scope:
    """Where changes belong: the section, the entry, and the post within it where there are several."""

    section: str = ""
    subject: str = ""
    post: str = ""
    tier: Tier = Tier.ENTRY

    def change(
        self, kind: ChangeKind, what: str, message: str, detail: str = "", old: str = "", new: str = ""
    ) -> Change:
        """Return a change that belongs here."""
        detail = ", ".join(part for part in (clip(self.post, 50), detail) if part)
        tier = Tier.LINK if what == "link" and self.tier is Tier.PAPER else self.tier
        return Change(kind, what, message, tier, detail, self.subject, self.section, old, new)

    def text_change(self, what: str, name: str, old: str, new: str) -> Change:
        """Return the change from one text to another; an empty one means that there is none."""
        kind = change_kind(old, new)
        detail = show_change(old, new) if kind == "changed" else quote(old or new)
        return self.change(kind, what, f"{name} {kind}", detail, old, new)

    def link_change(self, name: str, old: str, new: str) -> Change:
        """Return the change from one address to another."""
        kind = change_kind(old, new)
        return self.change(
            kind, "link", f"{name} {kind}", " → ".join(clip(url) for url in (old, new) if url), old, new
        )


def change_kind(old: object, new: object) -> ChangeKind:
    """Return `added`, `removed` or `changed`, by which of both is empty."""
    return "changed" if old and new else "added" if new else "removed"


def clip(text: str, most: int = _LONG) -> str:
    """Cut a text at a word.

    >>> clip("one two three", 9)
    'one two …'
    """
    if len(text) <= most:
        return text
    return (text[: most - 1].rpartition(" ")[0] or text[: most - 2]) + " …"


def quote(text: str) -> str:
    """Return a text, clipped, in quotation marks."""
    return f"“{clip(text)}”"


def show_change(old: str, new: str) -> str:
    """Show two texts side by side; of long ones only what differs, with a few words around it.

    >>> show_change("a", "b")
    '“a” → “b”'
    """
    if max(len(old), len(new)) > _SHORT:
        old, new = around_difference(old, new)
    return f"{quote(old)} → {quote(new)}"
