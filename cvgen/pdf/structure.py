"""The structure tree of a document, grown from the points that the class leaves in the pages.

A point names a role (CONTRACT.md lists them), with a detail after a hyphen: `Lbl-2` is the label of an item two lists
deep, `Link-7` the seventh link, `Span-zh` a run of Chinese. What is painted belongs to the innermost block.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple, TypeAlias

from cvgen.pdf.marked_content import Stretch

__all__ = ["Artifact", "Element", "Place", "Tree"]

_HEADING = re.compile("H[1-6]")
# The font and the place of the first text, in XeTeX's words and in LuaTeX's.
_TEXT = re.compile(rb"([\d.]+) Tf\s+(?:1 0 0 1 )?(-?[\d.]+) (-?[\d.]+) T[dm]\b")
# What a portrait is clipped to.
_CLIP = re.compile(rb"1 0 0 1 (-?[\d.]+) (-?[\d.]+) cm\s+(?:q\s+)?((?:-?[\d.]+\s+|(?:m|c|h|re)\s+)+)W n\b")
_NUMBER = re.compile(rb"-?\d[\d.]*")


@dataclass(frozen=True, slots=True)
class Artifact:
    """Content that is no part of the text; `properties` say what it is."""

    properties: bytes = b""


@dataclass(frozen=True, slots=True)
class _Gap:
    """The space characters that fill a gap within a line, part of an artifact."""

    artifact: Artifact


INK: Final = Artifact()
# For poppler, which drops space characters and would take what stands apart for columns, a gap is one word: a
# replacement text of more than one character is, whatever they are.
_WORD: Final = b"/Span <</ActualText<FEFF00200020>>> BDC"
_FOOTER: Final = Artifact(b"<</Type/Pagination/Subtype/Footer>>")


class Place(NamedTuple):
    """Where something stands: a page and a rectangle on it, in the order of PDF."""

    page: int
    left: float
    bottom: float
    right: float
    top: float


@dataclass(eq=False, slots=True)
class Element:
    """A node of the tree. A kid that is a pair of numbers is content: a page, and an identifier on that page."""

    role: str
    parent: Element | None = None
    kids: list[Element | tuple[int, int]] = field(default_factory=list)
    language: str = ""
    numbering: str = ""
    alt: str = ""
    place: Place | None = None

    def grow(self, role: str) -> Element:
        """Return a new last kid."""
        kid = Element(role, self)
        self.kids.append(kid)
        return kid

    def filled(self) -> bool:
        """Return whether there is content below."""
        return any(isinstance(kid, tuple) or kid.filled() for kid in self.kids)


_Frame: TypeAlias = Element | Artifact | _Gap


class Tree:
    """The tree that grows from the points and stretches of all pages, in order: `marked_content.Owners`."""

    def __init__(self, language: str, *, portrait: bool, icons: Sequence[str] = ()) -> None:
        self.root = Element("Document")
        # The elements that own the content of each page, by identifier.
        self.pages: list[list[Element]] = []
        self.links: dict[str, Element] = {}
        self.sections: list[Element] = []
        # Whether text was found that no point claims; the paragraph that takes it while it lasts.
        self.loose = False
        self._language, self._portrait, self._icons = language, portrait, icons
        self._paragraph: Element | None = None
        self._frames: list[_Frame] = []
        self._headings: list[tuple[int, Element]] = []
        # The lists that are open, by level; 0 is that of a table's rows.
        self._lists: list[tuple[int, Element]] = []

    # --- what a page's stream holds -------------------------------------------------------------------------------

    def begin_page(self) -> None:
        """Continue on a new page."""
        self.pages.append([])

    def point(self, name: str) -> None:
        """Begin or end a block."""
        role, _, detail = name.partition("-")
        if role == "end":
            del self._frames[-1:]
        else:
            self._frames.append(self._begun(role, detail))

    def owner(self, stretch: Stretch) -> tuple[Element | Artifact, bytes]:
        """Return whose a stretch is: the innermost block's; text of none is a paragraph, other ink an artifact."""
        if self._frames:
            frame = self._frames[-1]
            return (frame.artifact, _WORD) if isinstance(frame, _Gap) else (frame, b"")
        if not stretch.shows_text:
            return INK, b""
        self.loose = True
        return self._unclaimed(), b""

    def opening(self, owner: object, stretch: Stretch) -> bytes:
        """Begin marked content; what is not an artifact gets an identifier."""
        if not isinstance(owner, Element):
            properties = owner.properties if isinstance(owner, Artifact) else b""
            return b"/Artifact " + (properties + b" BDC" if properties else b"BMC")
        page = len(self.pages) - 1
        identifier = len(self.pages[page])
        # A heading may be all in another language, or a link: then its text is that of what lies below it.
        for one in (owner, owner.parent):
            if one is not None and one.place is None:
                one.place = _place(owner, page, stretch)
        owner.kids.append((page, identifier))
        self.pages[page].append(owner)
        return b"/%s <</MCID %d>> BDC" % (owner.role.encode(), identifier)

    # --- blocks ---------------------------------------------------------------------------------------------------

    def _begun(self, role: str, detail: str) -> _Frame:
        top = self._frames[-1] if self._frames else None
        if role == "Link":
            # An annotation can be no artifact: a link in the foot of a page is a paragraph.
            parent = top if isinstance(top, Element) else self.root.grow("P") if top else self._unclaimed()
            return self.links.setdefault(detail, parent.grow("Link"))
        if isinstance(top, _Gap):
            return top
        if role == "Gap":
            self._paragraph = None
            return _Gap(top if isinstance(top, Artifact) else INK)
        if isinstance(top, Artifact):
            return top
        if role == "Footer":
            return _FOOTER
        if role == "Icon" and isinstance(top, Element) and (label := self._icons[int(detail) - 1]):
            icon = top.grow("Span")
            icon.alt = label
            return icon
        if role in {"Artifact", "Icon"} or (role == "Figure" and not self._portrait):
            # What stands between texts that no point claims sets them apart.
            self._paragraph = None
            return INK
        if role == "Span":
            return self._run(top or self._unclaimed(), detail)
        if top is not None:
            # A paragraph may stand in an item; other blocks that stand in blocks are one with them.
            return top.grow("P") if role == "P" and top.role == "LBody" else top
        return self._block(role, int(detail) if detail.isdecimal() else 0)

    def _unclaimed(self) -> Element:
        if self._paragraph is None:
            self._lists.clear()
            self._paragraph = self.root.grow("P")
        return self._paragraph

    def _run(self, parent: Element, language: str) -> Element:
        if language == self._language.partition("-")[0].lower():
            return parent
        last = parent.kids[-1] if parent.kids else None
        if isinstance(last, Element) and last.role == "Span" and last.language == language:
            return last
        run = parent.grow("Span")
        run.language = language
        return run

    def _block(self, role: str, level: int) -> Element:
        self._paragraph = None
        if role in ("Lbl", "LBody"):
            return self._item(role, level)
        self._lists.clear()
        if _HEADING.fullmatch(role):
            return self._heading(int(role[1]))
        return self.root.grow("Figure" if role == "Figure" else "P")

    def _heading(self, level: int) -> Element:
        """Return a heading of that level, or of a higher one: none is left out, and one without text is none."""
        self._headings = [(outer, one) for outer, one in self._headings if outer < level and one.filled()]
        heading = self.root.grow(f"H{len(self._headings) + 1}")
        self._headings.append((level, heading))
        if level == 2:
            self.sections.append(heading)
        return heading

    def _item(self, role: str, level: int) -> Element:
        if role == "LBody" and self._lists and self._lists[-1][0] == level:
            item = self._lists[-1][1].kids[-1]
            if isinstance(item, Element) and item.kids and _last(item).role == "Lbl":
                return item.grow("LBody")
        return self._list(level).grow("LI").grow(role)

    def _list(self, level: int) -> Element:
        """Return the list to which an item belongs, a new one below the last item if it is of a deeper level."""
        while self._lists and (self._lists[-1][0] > level or (level and not self._lists[-1][0])):
            self._lists.pop()
        if not self._lists or self._lists[-1][0] < level:
            parent = self.root
            if self._lists:
                item = _last(self._lists[-1][1])
                parent = _last(item) if _last(item).role == "LBody" else item.grow("LBody")
            new = parent.grow("L")
            new.numbering = "Disc" if level else "None"
            self._lists.append((level, new))
        return self._lists[-1][1]

    def elements(self) -> Iterator[Element]:
        """Yield every element with content below it, parents first."""
        waiting = [self.root]
        while waiting:
            one = waiting.pop()
            yield one
            waiting.extend(kid for kid in reversed(one.kids) if isinstance(kid, Element) and kid.filled())


def _last(element: Element) -> Element:
    last = element.kids[-1]
    assert isinstance(last, Element)
    return last


def _place(owner: Element, page: int, stretch: Stretch) -> Place | None:
    x, y = stretch.origin
    if owner.role == "Figure" and (found := _CLIP.search(stretch.code)):
        side = max(map(float, _NUMBER.findall(found[3])))
        left, bottom = x + float(found[1]), y + float(found[2])
        return Place(page, left, bottom, left + side, bottom + side)
    if found := _TEXT.search(stretch.code):
        size, left, bottom = map(float, found.groups())
        return Place(page, x + left, y + bottom, x + left, y + bottom + size)
    return None
