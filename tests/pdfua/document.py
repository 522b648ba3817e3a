"""A finished PDF as the checks see it: pages with what they paint, and the structure tree with what it holds."""

from __future__ import annotations

import functools
import io
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from pypdf import PdfReader
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject

from pdfua.content import Glyph, Piece, Read, read_content
from pdfua.fonts import Font
from pdfua.objects import entry, number, raw

__all__ = ["INLINE", "STANDARD", "Content", "Document", "Element", "Page", "Reference", "text_of"]

# ISO 32000-1, 14.8.4: grouping, block-level and inline-level types.
_GROUPS = {"Document", "Part", "Art", "Sect", "Div", "BlockQuote", "Caption", "TOC", "TOCI", "Index", "NonStruct",
    "Private"}  # fmt: skip
_BLOCKS = {"P", "H", "H1", "H2", "H3", "H4", "H5", "H6", "L", "LI", "Lbl", "LBody", "Table", "TR", "TH", "TD",
    "THead", "TBody", "TFoot"}  # fmt: skip
INLINE = {"Span", "Quote", "Note", "Reference", "BibEntry", "Code", "Link", "Annot", "Ruby", "RB", "RT", "RP",
    "Warichu", "WT", "WP"}  # fmt: skip
STANDARD = {"Figure", "Formula", "Form"} | _GROUPS | _BLOCKS | INLINE


@dataclass(frozen=True)
class Content:
    """A structure element's marked content: by page, content stream (None for the page's own) and MCID."""

    page: int | None
    stream: int | None
    mcid: int


@dataclass(frozen=True)
class Reference:
    """A structure element's OBJR: the number of the object, and its page."""

    target: int | None
    page: int | None


@dataclass(eq=False)
class Element:
    """A structure element. `role` is as written, `type` what the role map makes of it (None if nothing)."""

    data: DictionaryObject
    role: str
    type: str | None
    parent: Element | None
    number: int | None
    kids: list[Element | Content | Reference] = field(default_factory=list)

    @property
    def elements(self) -> list[Element]:
        return [kid for kid in self.kids if isinstance(kid, Element)]

    @property
    def contents(self) -> list[Content]:
        return [kid for kid in self.kids if isinstance(kid, Content)]

    @property
    def references(self) -> list[Reference]:
        return [kid for kid in self.kids if isinstance(kid, Reference)]

    @property
    def lang(self) -> str | None:
        """The language told here or above."""
        one: Element | None = self
        while one:
            if "/Lang" in one.data:
                return str(one.data["/Lang"])
            one = one.parent
        return None

    def within(self) -> Iterator[Element]:
        """Yield this element and all below it, in order."""
        yield self
        for kid in self.elements:
            yield from kid.within()

    def __str__(self) -> str:
        return f"{self.role} {self.number}"


@dataclass
class Page:
    """A page: its dictionary, what it paints, its annotations."""

    data: DictionaryObject
    read: Read
    annotations: list[DictionaryObject]


def text_of(glyphs: list[Glyph]) -> str:
    """Return the text that glyphs say."""
    return "".join(glyph.text or "" for glyph in glyphs)


class Document:
    """A PDF, read. Raises whatever pypdf raises where it is not one."""

    def __init__(self, pdf: bytes) -> None:
        self.pdf = pdf
        self.reader = PdfReader(io.BytesIO(pdf))
        self.catalog: DictionaryObject = self.reader.trailer["/Root"]
        self.fonts: dict[int, Font] = {}
        self.pages = [self._page(page) for page in self.reader.pages]
        self._numbers = {number(page): at for at, page in enumerate(self.reader.pages)}
        self.root = entry(self.catalog, "/StructTreeRoot")
        self.roles = {
            str(role).lstrip("/"): str(to).lstrip("/") for role, to in (entry(self.root, "/RoleMap") or {}).items()
        }
        self.loops: list[str] = []
        self.top = self._elements()
        self.lang = str(self.catalog["/Lang"]) if "/Lang" in self.catalog else None

    def _page(self, page: DictionaryObject) -> Page:
        annotations = [one.get_object() for one in (entry(page, "/Annots") or [])]
        return Page(page, read_content(page, self.fonts, self.reader), annotations)

    def standard(self, role: str) -> str | None:
        """Follow the role map from a role to a standard type."""
        seen = set()
        while role not in STANDARD and role in self.roles and role not in seen:
            seen.add(role)
            role = self.roles[role]
        return role if role in STANDARD else None

    def _elements(self) -> list[Element]:
        if not isinstance(self.root, DictionaryObject) or "/K" not in self.root:
            return []
        holder = Element(self.root, "", None, None, number(self.root))
        self._fill(holder, None, frozenset({number(self.root)}))
        for one in holder.elements:
            one.parent = None
        return holder.elements

    def _fill(self, element: Element, page: int | None, above: frozenset[int | None]) -> None:
        kids = raw(element.data, "/K")
        resolved = kids.get_object() if isinstance(kids, IndirectObject) else kids
        for kid in resolved if isinstance(resolved, ArrayObject) else [kids]:
            self._kid(element, kid, page, above)

    def _kid(self, element: Element, kid: object, page: int | None, above: frozenset[int | None]) -> None:
        at, one = number(kid), kid.get_object() if isinstance(kid, IndirectObject) else kid
        if isinstance(one, int):
            element.kids.append(Content(page, None, int(one)))
        elif isinstance(one, DictionaryObject):
            here = self._numbers.get(number(raw(one, "/Pg"))) if "/Pg" in one else page
            if entry(one, "/Type") == "/MCR":
                element.kids.append(Content(here, number(raw(one, "/Stm")), int(entry(one, "/MCID") or 0)))
            elif entry(one, "/Type") == "/OBJR":
                element.kids.append(Reference(number(raw(one, "/Obj")), here))
            elif at is not None and at in above:
                self.loops.append(f"element {at} lies below itself")
            else:
                role = str(entry(one, "/S") or "").lstrip("/")
                below = Element(one, role, self.standard(role), element, at)
                element.kids.append(below)
                if "/K" in one:
                    self._fill(below, here, above | {at})

    @functools.cached_property
    def elements(self) -> list[Element]:
        """All structure elements, in reading order."""
        return [one for top in self.top for one in top.within()]

    @functools.cached_property
    def owners(self) -> dict[Content, list[Element]]:
        """The elements that hold each marked content."""
        found: dict[Content, list[Element]] = defaultdict(list)
        for element in self.elements:
            for content in element.contents:
                found[content].append(element)
        return found

    @functools.cached_property
    def painted(self) -> dict[Content, list[Piece]]:
        """What stands in each marked content that has an MCID; the innermost counts."""
        found: dict[Content, list[Piece]] = defaultdict(list)
        for at, page in enumerate(self.pages):
            for opening in page.read.openings:
                if opening.mark.mcid is not None:
                    _ = found[Content(at, opening.stream, opening.mark.mcid)]
            for piece in page.read.pieces:
                mcids = [mark.mcid for mark in piece.marks if mark.mcid is not None]
                if mcids:
                    found[Content(at, piece.stream, mcids[-1])].append(piece)
        return dict(found)

    def glyphs(self, element: Element) -> list[tuple[int, Glyph]]:
        """Return the page and glyph of all that an element and the inline ones below it show, in reading order."""
        found: list[tuple[int, Glyph]] = []
        for kid in element.kids:
            if isinstance(kid, Content):
                found += [(kid.page or 0, glyph) for piece in self.painted.get(kid, []) for glyph in piece.glyphs]
            elif isinstance(kid, Element) and kid.type in INLINE:
                found += self.glyphs(kid)
        return found

    def words(self, element: Element) -> str:
        """Return the text of an element and the inline ones below it."""
        return " ".join(text_of([glyph for _, glyph in self.glyphs(element)]).split())

    def elements_of_blocks(self) -> list[Element]:
        """Return the elements that are not inline ones below another, so that `words` tells each text once."""
        return [one for one in self.elements if one.type not in INLINE or one.parent is None]

    @functools.cached_property
    def parents(self) -> dict[int, object]:
        """The parent tree: what stands for each key."""
        found: dict[int, object] = {}

        def walk(node: object, depth: int) -> None:
            row = entry(node, "/Nums") or []
            for at in range(0, len(row) - 1, 2):
                found[int(row[at])] = row[at + 1]
            for kid in (entry(node, "/Kids") or []) if depth < 20 else []:
                walk(kid.get_object(), depth + 1)

        walk(entry(self.root, "/ParentTree"), 0)
        return found

    @functools.cached_property
    def xmp(self) -> bytes | None:
        """The catalog's metadata, as it lies there."""
        stream = entry(self.catalog, "/Metadata")
        return stream.get_data() if hasattr(stream, "get_data") else None

    def outline(self) -> list[DictionaryObject]:
        """Return all items of the outline, in order."""
        found: list[DictionaryObject] = []

        def walk(item: object) -> None:
            while isinstance(item, DictionaryObject) and len(found) < 1000:
                found.append(item)
                walk(entry(item, "/First"))
                item = entry(item, "/Next")

        walk(entry(self.catalog, "/Outlines", "/First"))
        return found
