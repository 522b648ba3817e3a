"""Checkpoint 28 and actions: links and other annotations are in the structure, described, and where their text is."""

from __future__ import annotations

from collections.abc import Iterator

from pypdf.generic import DictionaryObject

from pdfua.document import Document, Element
from pdfua.objects import entry, number
from pdfua.rules import Finding, rule

# ISO 32000-1, table 169.
_KNOWN = {"Text", "Link", "FreeText", "Line", "Square", "Circle", "Polygon", "PolyLine", "Highlight", "Underline",
    "Squiggly", "StrikeOut", "Stamp", "Caret", "Ink", "Popup", "FileAttachment", "Sound", "Movie", "Widget", "Screen",
    "PrinterMark", "TrapNet", "Watermark", "3D", "Redact"}  # fmt: skip
_MEDIA = frozenset({"Sound", "Movie", "Screen", "3D", "RichMedia"})


def _annotations(document: Document) -> Iterator[tuple[int, str, DictionaryObject]]:
    for at, page in enumerate(document.pages):
        for one in page.annotations:
            yield at, str(entry(one, "/Subtype") or "").lstrip("/"), one


def _holder(document: Document, annotation: DictionaryObject) -> Element | None:
    mine = number(annotation)
    for element in document.elements:
        if mine is not None and any(reference.target == mine for reference in element.references):
            return element
    return None


def _nested(document: Document, subtype: str | None, role: str) -> Iterator[Finding]:
    for at, kind, one in _annotations(document):
        ours = kind == subtype if subtype else kind not in {"Widget", "Link", "Popup", "PrinterMark"}
        holder = _holder(document, one)
        if ours and (holder is None or holder.type != role):
            yield f"a {kind} annotation is in {holder or 'no element'}, not in {role}", at


@rule("28-002", "annotations other than links and fields are in Annot elements")
def other_annotations(document: Document) -> Iterator[Finding]:
    yield from _nested(document, None, "Annot")


@rule("28-004", "other annotations have Contents, or their element has Alt")
def described(document: Document) -> Iterator[Finding]:
    for at, kind, one in _annotations(document):
        if kind not in {"Widget", "Link", "Popup", "PrinterMark"} and not entry(one, "/Contents"):
            holder = _holder(document, one)
            if holder is None or not entry(holder.data, "/Alt"):
                yield f"a {kind} annotation is not described", at


@rule("28-006", "annotations are of known kinds")
def known_kinds(document: Document) -> Iterator[Finding]:
    for at, kind, _ in _annotations(document):
        if kind not in _KNOWN:
            yield f"an annotation of the kind {kind or '(none)'}", at


@rule("28-007", "there is no TrapNet annotation")
def no_trapnet(document: Document) -> Iterator[Finding]:
    for at, kind, _ in _annotations(document):
        if kind == "TrapNet":
            yield "a TrapNet annotation", at


@rule("28-008", "a page with annotations has a tab order")
def has_tabs(document: Document) -> Iterator[Finding]:
    for at, page in enumerate(document.pages):
        if page.annotations and "/Tabs" not in page.data:
            yield "no Tabs", at


@rule("28-009", "the tab order is that of the structure")
def tabs_by_structure(document: Document) -> Iterator[Finding]:
    for at, page in enumerate(document.pages):
        if page.annotations and entry(page.data, "/Tabs") not in (None, "/S"):
            yield f"Tabs is {page.data['/Tabs']}", at


@rule("28-010", "fields are in Form elements")
def widgets(document: Document) -> Iterator[Finding]:
    yield from _nested(document, "Widget", "Form")


@rule("28-011", "links are in Link elements")
def in_link(document: Document) -> Iterator[Finding]:
    yield from _nested(document, "Link", "Link")


@rule("28-012", "links have Contents")
def link_contents(document: Document) -> Iterator[Finding]:
    for at, kind, one in _annotations(document):
        if kind == "Link" and not str(entry(one, "/Contents") or "").strip():
            yield "a link has no Contents", at


@rule("28-017", "printer's marks are not in the structure")
def printer_marks(document: Document) -> Iterator[Finding]:
    for at, kind, one in _annotations(document):
        if kind == "PrinterMark" and (_holder(document, one) or "/StructParent" in one):
            yield "a PrinterMark annotation is in the structure", at


@rule("iso-14.7.4.4-annotation", "the parent tree leads from each annotation to its structure element")
def parents_of_annotations(document: Document) -> Iterator[Finding]:
    for at, kind, one in _annotations(document):
        holder = _holder(document, one)
        if holder is None:
            continue
        key = entry(one, "/StructParent")
        told = number(document.parents.get(int(key))) if key is not None else None
        if told is None or told != holder.number:
            yield f"the parent tree leads from a {kind} annotation to {told}, not to {holder}", at


@rule("iso-14.7.4.3", "each OBJR leads to an annotation of its page")
def references(document: Document) -> Iterator[Finding]:
    there = {(at, number(one)) for at, _, one in _annotations(document)}
    for element in document.elements:
        for reference in element.references:
            if (reference.page, reference.target) not in there:
                yield f"{element} refers to object {reference.target}, which is no annotation there", reference.page


@rule("iso-14.8.4.4.2", "a Link element has text and its annotation")
def links_whole(document: Document) -> Iterator[Finding]:
    for element in document.elements:
        if element.type == "Link":
            below = [one for inner in element.within() for one in inner.references]
            if not below:
                yield f"{element} has no annotation", None
            if not document.words(element) and not any(one.type == "Figure" for one in element.within()):
                yield f"{element} has no text", None


@rule("iso-12.5.6.5", "a link's text lies inside its annotations")
def link_places(document: Document) -> Iterator[Finding]:
    boxes: dict[int | None, tuple[int, list[float]]] = {}
    for at, kind, one in _annotations(document):
        if kind == "Link":
            boxes[number(one)] = (at, [float(edge) for edge in one["/Rect"]])
    for element in document.elements:
        mine = [boxes[one.target] for one in element.references if one.target in boxes]
        for at, glyph in document.glyphs(element) if element.type == "Link" and mine else []:
            middle = (glyph.left + glyph.right) / 2, glyph.base + glyph.size / 4
            if (glyph.text or "").strip() and not any(at == page and _inside(middle, box) for page, box in mine):
                yield f"{glyph.text!r} of {element} ({document.words(element)}) lies outside of its annotation", at
                break


def _inside(point: tuple[float, float], box: list[float]) -> bool:
    left, right = sorted((box[0], box[2]))
    low, high = sorted((box[1], box[3]))
    return left - 1 <= point[0] <= right + 1 and low - 1 <= point[1] <= high + 1


@rule("29-001", "nothing runs by itself: no scripts, no timed or other actions")
def no_scripts(document: Document) -> Iterator[Finding]:
    if entry(document.catalog, "/Names", "/JavaScript") is not None or "/AA" in document.catalog:
        yield "the document has scripts or triggers", None
    opening = entry(document.catalog, "/OpenAction")
    if isinstance(opening, DictionaryObject) and entry(opening, "/S") != "/GoTo":
        yield f"the document does {entry(opening, '/S')} when it is opened", None
    for at, page in enumerate(document.pages):
        if {"/AA", "/Dur", "/Trans"} & set(page.data):
            yield "the page has triggers or turns by itself", at
    for at, _, one in _annotations(document):
        action = entry(one, "/A", "/S")
        if "/AA" in one or action not in (None, "/URI", "/GoTo"):
            yield f"an annotation does {action or 'something by itself'}", at


@rule("05-001", "there is no sound or film")
def no_media(document: Document) -> Iterator[Finding]:
    for at, kind, _ in _annotations(document):
        if kind in _MEDIA:
            yield f"a {kind} annotation", at
