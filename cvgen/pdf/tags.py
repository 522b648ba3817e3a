"""Tagging a PDF, as PDF/UA-1 (ISO 14289-1) asks: structure tree, links, outline."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple, TypeAlias

from pikepdf import Array, Dictionary, Name, Object, OutlineItem, Page, Pdf

from cvgen.document.nodes import Document, Line, lines_of, links_in, plain
from cvgen.pdf.marked_content import rewrite
from cvgen.pdf.structure import Element, Tree

__all__ = ["tag"]

_Elements: TypeAlias = Mapping[Element, Dictionary]


class _Annotation(NamedTuple):
    """A link's annotation, the page that it is on, and the element that it belongs to, where one is known."""

    page: Page
    dictionary: Object
    element: Element | None


def tag(pdf: Pdf, document: Document) -> bool:
    """Tag a PDF that was made from `document`; return whether the theme marked all text and every link.

    Text that it did not mark becomes paragraphs, in the order in which it was painted; other unmarked ink becomes
    artifacts.
    """
    pages = list(pdf.pages)
    header = document.header
    icons = [contact.label.strip().removesuffix(":") for contact in header.contacts]
    tree = Tree(document.metadata.language, portrait=header.photo is not None, icons=icons)
    for page in pages:
        tree.begin_page()
        page.contents_coalesce()
        data = page.Contents.read_bytes() if "/Contents" in page else b""
        page.Contents = pdf.make_stream(rewrite(data, tree))
    elements = {
        element: pdf.make_indirect(Dictionary(Type=Name.StructElem, S=Name(f"/{element.role}")))
        for element in tree.elements()
    }
    annotations = list(_annotations(pdf, pages, tree, document))
    linked = [one for one in annotations if one.element in elements]
    _fill_elements(pages, document, elements, linked)
    _write_roots(pdf, tree, elements, linked)
    _write_outline(pdf, document, tree)
    pdf.Root.MarkInfo = Dictionary(Marked=True)
    _adjust_fonts(pdf)
    return not tree.loose and len(linked) == len(annotations)


_GLYPHS = 4095  # as many as a monospaced font may have


def _adjust_fonts(pdf: Pdf) -> None:
    """Remove each font's list of its glyphs, which is optional, and write down the widths of monospaced ones.

    LuaTeX's lists for TrueType are wrong (PDF/UA-1, 7.21.4.2); PDF 2.0 deprecates all. pypdf takes a font whose
    glyphs have one width, which engines write as the default, for a narrower one, and reads a space after each run.
    """
    for one in pdf.objects:
        if isinstance(one, Dictionary) and "/CIDSet" in one:
            del one["/CIDSet"]
        if isinstance(one, Dictionary) and "/DW" in one and "/W" not in one:
            one.W = Array([0, _GLYPHS, one.DW])


# --- links --------------------------------------------------------------------------------------------------------


def _annotations(pdf: Pdf, pages: Sequence[Page], tree: Tree, document: Document) -> Iterator[_Annotation]:
    """Yield the annotations in order, each with its text and, in its page, as an object of its own."""
    words = _words(document)
    texts: dict[str, str] = {}
    for number, page in enumerate(pages):
        page.StructParents = number
        page.Tabs = Name.S
        annotations = page.get("/Annots", Array())
        for place, annotation in enumerate(annotations):
            if not annotation.is_indirect:
                annotation = annotations[place] = pdf.make_indirect(annotation)
            name = str(annotation.get("/NM", ""))
            if name:
                del annotation.NM
            address = _address(annotation)
            if not name or name not in texts:
                found = words[address]
                texts[name] = (found.pop(0) if len(found) > 1 else found[0]) if found else address
            annotation.Contents = texts[name]
            annotation.F = 4  # printed, and shown on no screen only: PDF/A-2, 6.3.2
            yield _Annotation(page, annotation, tree.links.get(name))


def _address(annotation: Object) -> str:
    action = annotation.get("/A", Dictionary())
    return bytes(action.URI).decode("latin-1") if "/URI" in action else ""


def _words(document: Document) -> dict[str, list[str]]:
    """Return the texts that are linked to each address, in reading order."""

    words: dict[str, list[str]] = defaultdict(list)
    # An icon says where this is a user name, to those who see it.
    labels = {id(contact.line): contact.label for contact in document.header.contacts}
    for line in lines_of(document):
        for link in links_in(line):
            text = plain(Line(link.inlines)).strip()
            words[link.url].append(labels.get(id(line), "") + (text or link.url))
    return words


# --- the tree -----------------------------------------------------------------------------------------------------


def _fill_elements(
    pages: Sequence[Page], document: Document, elements: _Elements, annotations: Sequence[_Annotation]
) -> None:
    """Give each element its kids, its page and its attributes."""
    beside: dict[Element | None, list[Dictionary]] = defaultdict(list)
    for page, annotation, element in annotations:
        beside[element].append(Dictionary(Type=Name.OBJR, Pg=page.obj, Obj=annotation))
    for element, dictionary in elements.items():
        if element.parent:
            dictionary.P = elements[element.parent]
        first = next((kid[0] for kid in element.kids if isinstance(kid, tuple)), None)
        if first is not None:
            dictionary.Pg = pages[first].obj
        kids: list[object] = []
        for kid in element.kids:
            if isinstance(kid, Element):
                kids += [elements[kid]] if kid in elements else []
            else:
                at, mcid = kid
                kids.append(mcid if at == first else Dictionary(Type=Name.MCR, Pg=pages[at].obj, MCID=mcid))
        dictionary.K = Array([*kids, *beside[element]])
        _set_attributes(dictionary, element, document)


def _set_attributes(dictionary: Dictionary, element: Element, document: Document) -> None:
    if element.language:
        dictionary.Lang = element.language
    if element.alt:
        dictionary.Alt = element.alt
    if element.numbering:
        dictionary.A = Dictionary(O=Name.List, ListNumbering=Name(f"/{element.numbering}"))
    if element.role == "Figure":
        dictionary.Alt = document.header.photo.alt if document.header.photo else ""
        if place := element.place:
            box = (place.left, place.bottom, place.right, place.top)
            dictionary.A = Dictionary(O=Name.Layout, Placement=Name.Block, BBox=[round(side, 3) for side in box])


def _write_roots(pdf: Pdf, tree: Tree, elements: _Elements, annotations: Sequence[_Annotation]) -> None:
    """Write the root of the tree, and the tree that leads from content and annotations to their elements."""
    parents: list[object] = []
    for page, owners in enumerate(tree.pages):
        parents += [page, Array([elements[owner] for owner in owners])]
    for key, (_, annotation, element) in enumerate(annotations, len(tree.pages)):
        assert element is not None
        annotation.StructParent = key
        parents += [key, elements[element]]
    pdf.Root.StructTreeRoot = pdf.make_indirect(
        Dictionary(
            Type=Name.StructTreeRoot,
            K=elements[tree.root],
            ParentTree=pdf.make_indirect(Dictionary(Nums=Array(parents))),
            ParentTreeNextKey=len(tree.pages) + len(annotations),
        )
    )
    elements[tree.root].P = pdf.Root.StructTreeRoot


def _write_outline(pdf: Pdf, document: Document, tree: Tree) -> None:
    """Write the sections' titles as bookmarks, if the theme marks a heading for each."""
    titles = [plain(section.title) for section in document.sections if section.title]
    places = [section.place for section in tree.sections if section.place]
    if len(titles) != len(places):
        return
    with pdf.open_outline() as outline:
        for title, place in zip(titles, places, strict=True):
            destination = Array([pdf.pages[place.page].obj, Name.XYZ, None, round(place.top, 3), None])
            outline.root.append(OutlineItem(title, destination))
