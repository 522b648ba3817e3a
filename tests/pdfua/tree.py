"""Checkpoints 02, 09, 13 to 19 and what makes a structure tree sound: roles, nesting, headings, figures, words."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Iterator

from pypdf.generic import ArrayObject

from pdfua.content import Glyph
from pdfua.document import INLINE, STANDARD, Document, Element, Reference
from pdfua.objects import entry, number
from pdfua.rules import Finding, rule

# Which children and parents a type may have, by standard type; ISO 32000-1, 14.8.4.2 and 14.8.4.3.
_TABLE_KIDS = {
    "Table": {"Caption", "TR", "THead", "TBody", "TFoot"},
    "THead": {"TR"},
    "TBody": {"TR"},
    "TFoot": {"TR"},
    "TR": {"TH", "TD"},
}
_TABLE_PARENTS = {
    "TR": {"Table", "THead", "TBody", "TFoot"},
    "THead": {"Table"},
    "TBody": {"Table"},
    "TFoot": {"Table"},
    "TH": {"TR"},
    "TD": {"TR"},
}
_LIST_KIDS = {"L": {"Caption", "LI", "L"}, "LI": {"Lbl", "LBody"}}
_LIST_PARENTS = {"LI": {"L"}, "LBody": {"LI"}}
_TOC_KIDS = {"TOC": {"Caption", "TOC", "TOCI"}, "TOCI": {"Lbl", "Reference", "NonStruct", "P", "TOC"}}
_TOC_PARENTS = {"TOCI": {"TOC"}}
_LONGEST_WORD = 36  # a longer one may end in one line and go on in the next
_GAP = 0.12  # of the size: what two letters of a word never are apart


@rule("02-001", "each role is a standard type or mapped to one")
def roles_known(document: Document) -> Iterator[Finding]:
    for element in document.elements:
        if element.type is None:
            yield f"the role {element.role or '(none)'} is not known", None
    for role in document.roles:
        if document.standard(role) is None:
            yield f"the role map leads from {role} to no standard type", None


@rule("02-003", "the role map has no circle")
def roles_no_circle(document: Document) -> Iterator[Finding]:
    for role in document.roles:
        seen, at = {role}, document.roles[role]
        while at in document.roles and at not in seen:
            seen.add(at)
            at = document.roles[at]
        if at in seen:
            yield f"the role map leads from {role} back to {at}", None


@rule("02-004", "no standard type is remapped")
def roles_not_remapped(document: Document) -> Iterator[Finding]:
    for role in document.roles:
        if role in STANDARD:
            yield f"the role map makes {document.roles[role]} of {role}", None


def _nesting(document: Document, kids: dict[str, set[str]], parents: dict[str, set[str]]) -> Iterator[Finding]:
    for element in document.elements:
        above = element.parent.type if element.parent else None
        if element.type in parents and above not in parents[element.type]:
            yield f"{element} is in {above or 'the root'}", None
        if element.type in kids:
            if element.contents:
                yield f"{element} has content of its own", None
            for kid in element.elements:
                if kid.type not in kids[element.type]:
                    yield f"{element} has a {kid.type}", None


@rule("09-004", "tables are made of rows, rows of cells")
def tables(document: Document) -> Iterator[Finding]:
    yield from _nesting(document, _TABLE_KIDS, _TABLE_PARENTS)
    for element in document.elements:
        if element.type == "Table" and not any(one.type in ("TH", "TD") for one in element.within()):
            yield f"{element} has no cell", None


@rule("09-005", "lists are made of items, items of a label and a body")
def lists(document: Document) -> Iterator[Finding]:
    yield from _nesting(document, _LIST_KIDS, _LIST_PARENTS)
    for element in document.elements:
        kinds = [kid.type for kid in element.elements]
        if element.type == "L" and "LI" not in kinds:
            yield f"{element} has no item", None
        if element.type == "LI" and kinds not in (["Lbl", "LBody"], ["LBody"]):
            yield f"{element} holds {', '.join(map(str, kinds)) or 'nothing'}, not a label and a body", None
        if element.type == "Lbl" and (element.parent is None or element.parent.type not in ("LI", "TOCI", "Note")):
            yield f"{element} is a label of no item", None


@rule("09-006", "tables of contents are made of their items")
def contents(document: Document) -> Iterator[Finding]:
    yield from _nesting(document, _TOC_KIDS, _TOC_PARENTS)


@rule("13-004", "each figure has an alternative text")
def figures_told(document: Document) -> Iterator[Finding]:
    for element in document.elements:
        if element.type == "Figure" and not (entry(element.data, "/Alt") or entry(element.data, "/ActualText")):
            yield f"{element} has no Alt", None


@rule("17-002", "each formula has an alternative text")
def formulas_told(document: Document) -> Iterator[Finding]:
    for element in document.elements:
        if element.type == "Formula" and not entry(element.data, "/Alt"):
            yield f"{element} has no Alt", None


@rule("iso-14.8.5.4", "each figure tells its box, inside the page, and it has a page")
def figure_boxes(document: Document) -> Iterator[Finding]:
    for element in document.elements:
        if element.type != "Figure":
            continue
        attributes = entry(element.data, "/A")
        rows = attributes if isinstance(attributes, ArrayObject) else [attributes]
        boxes = [entry(row.get_object(), "/BBox") for row in rows if row is not None]
        box = next((list(map(float, one)) for one in boxes if one), None)
        if box is None or len(box) != 4 or box[0] >= box[2] or box[1] >= box[3]:
            yield f"{element} has no BBox", None


def _headings(document: Document) -> list[tuple[int, Element]]:
    found = ((re.fullmatch(r"H([1-6])", one.type or ""), one) for one in document.elements)
    return [(int(match[1]), one) for match, one in found if match]


@rule("14-002", "the first heading is H1")
def first_heading(document: Document) -> Iterator[Finding]:
    levels = _headings(document)
    if levels and levels[0][0] != 1:
        yield f"the first heading is {levels[0][1]}", None


@rule("14-003", "no level of headings is skipped")
def levels_whole(document: Document) -> Iterator[Finding]:
    levels = _headings(document)
    for (before, _), (level, element) in itertools.pairwise(levels):
        if level > before + 1:
            yield f"{element} follows H{before}", None


@rule("14-006", "a node has one H at most")
def one_h(document: Document) -> Iterator[Finding]:
    for element in document.elements:
        if [kid.type for kid in element.elements].count("H") > 1:
            yield f"{element} has several H", None


@rule("14-007", "headings are H or H1 to H6, not both")
def h_or_hn(document: Document) -> Iterator[Finding]:
    if _headings(document) and any(one.type == "H" for one in document.elements):
        yield "both H and numbered headings are used", None


@rule("15-003", "header cells have a scope")
def scopes(document: Document) -> Iterator[Finding]:
    for element in document.elements:
        attributes = entry(element.data, "/A")
        rows = attributes if isinstance(attributes, ArrayObject) else [attributes]
        if element.type == "TH" and not any(entry(row, "/Scope") for row in rows if row is not None):
            yield f"{element} has no Scope", None


@rule("19-003", "each note has an ID")
def note_ids(document: Document) -> Iterator[Finding]:
    for element in document.elements:
        if element.type == "Note" and not entry(element.data, "/ID"):
            yield f"{element} has no ID", None


@rule("19-004", "no two notes have the same ID")
def note_ids_once(document: Document) -> Iterator[Finding]:
    counted = Counter(str(one.data["/ID"]) for one in document.elements if one.type == "Note" and "/ID" in one.data)
    for name, count in counted.items():
        if count > 1:
            yield f"{count} notes have the ID {name}", None


@rule("iso-14.8.4.2", "one Document holds all")
def one_document(document: Document) -> Iterator[Finding]:
    if document.root is not None and [one.type for one in document.top] != ["Document"]:
        yield f"the tree's top is {[one.role for one in document.top]}", None


@rule("iso-14.7.2-parent", "each element names its parent, and lies below it once")
def parents_named(document: Document) -> Iterator[Finding]:
    for loop in document.loops:
        yield loop, None
    for element in document.elements:
        above = element.parent.number if element.parent else number(document.root)
        told = number(element.data.raw_get("/P")) if "/P" in element.data else None
        if told != above:
            yield f"{element} names {told} its parent, not {above}", None
    for at, count in Counter(one.number for one in document.elements).items():
        if at is not None and count > 1:
            yield f"element {at} is held {count} times", None


def _says_something(document: Document, element: Element) -> bool:
    return any(
        isinstance(kid, Reference)
        or (_says_something(document, kid) if isinstance(kid, Element) else _shows(document, kid))
        for kid in element.kids
    )


def _shows(document: Document, content: object) -> bool:
    pieces = document.painted.get(content, [])  # type: ignore[call-overload]
    return any(piece.kind != "text" or any((one.text or "").strip() for one in piece.glyphs) for piece in pieces)


@rule("iso-14.7.2-empty", "no element is empty")
def nothing_empty(document: Document) -> Iterator[Finding]:
    for element in document.elements:
        if element.type not in ("TD", "TH") and not _says_something(document, element):
            yield f"{element} is empty", None


def _wide(text: str | None) -> bool:
    return bool(text) and any("\u2e80" <= char <= "\u9fff" or "\uf900" <= char <= "\uffef" for char in text)


def _apart(one: Glyph, two: Glyph, pages: tuple[int, int]) -> str:
    """Tell how two glyphs stand apart as words do: in a line, or by its end; an empty text if they do not."""
    if _wide(one.text) and _wide(two.text):
        return ""
    if pages[0] != pages[1] or abs(one.base - two.base) > 0.6 * max(one.size, two.size):
        return "line"
    return "gap" if two.left - one.right > _GAP * min(one.size, two.size) else ""


@rule("iso-14.8.2.5", "where words stand apart there is a space between them")
def word_breaks(document: Document) -> Iterator[Finding]:
    for element in document.elements:
        if element.type in INLINE and element.parent is not None:
            continue
        shown = [(at, one) for at, one in document.glyphs(element) if one.text]
        words = "".join(one.text or "" for _, one in shown)
        place = 0
        for (before_at, before), (at, after) in itertools.pairwise(shown):
            place += len(before.text or "")
            if (before.text or "")[-1:].isspace() or (after.text or "")[:1].isspace():
                continue
            joined = words[:place].split()[-1] + words[place:].split()[0]
            if _apart(before, after, (before_at, at)) and len(joined) < _LONGEST_WORD:
                yield f"no space in {joined!r}, of {element}", at


@rule("iso-12.3.3", "a document with several headings has an outline of them")
def outline(document: Document) -> Iterator[Finding]:
    levels = _headings(document)
    items = document.outline()
    if len(levels) > 2 and not items:
        yield "there is no outline", None
    pages = {number(page.data) for page in document.pages}
    titles = {document.words(one) for _, one in levels}
    for item in items:
        title = " ".join(str(entry(item, "/Title") or "").split())
        target = entry(item, "/Dest") or entry(item, "/A", "/D")
        if title not in titles:
            yield f"the outline has {title!r}, which is no heading", None
        if not isinstance(target, ArrayObject) or number(target[0:1][0]) not in pages:
            yield f"the outline's {title!r} leads nowhere", None


@rule("iso-14.9.3", "alternative texts are words, and replacement texts are what is shown")
def texts_sane(document: Document) -> Iterator[Finding]:
    for element in document.elements:
        alt, actual = (entry(element.data, key) for key in ("/Alt", "/ActualText"))
        if alt is not None and (not str(alt).strip() or re.search(r"\.(png|jpe?g|pdf|svg)$", str(alt).strip(), re.I)):
            yield f"the Alt of {element} is {alt!r}", None
        shown = document.words(element)
        if actual is not None and shown and " ".join(str(actual).split()) != shown:
            yield f"{element} shows {shown!r} and says {actual!r}", None
    for at, page in enumerate(document.pages):
        for piece in page.read.pieces:
            said = [mark.actual for mark in piece.marks if mark.actual is not None]
            shown = "".join(glyph.text or "" for glyph in piece.glyphs)
            if said and shown.strip() and shown.strip() not in said[-1]:
                yield f"{shown!r} is shown and {said[-1]!r} said", at


@rule("iso-14.8.4.1", "no text stands beside blocks in one element")
def blocks_apart(document: Document) -> Iterator[Finding]:
    for element in document.elements:
        blocks = [kid for kid in element.elements if kid.type not in INLINE and kid.type not in ("Figure", "Formula")]
        if blocks and element.contents and element.type != "LBody":
            yield f"{element} holds text beside {blocks[0]}", None
        if element.type in INLINE and blocks:
            yield f"{element} is inline and holds {blocks[0]}", None
