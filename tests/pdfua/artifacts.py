"""Checkpoints 01, 09-001, 30: what is painted is tagged or an artifact, once, whole, and in reading order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from pypdf.generic import ArrayObject

from pdfua.document import Content, Document
from pdfua.objects import entry, number, true
from pdfua.rules import Finding, rule


@rule("01-003", "artifacts stand outside of tagged content")
def artifact_in_tagged(document: Document) -> Iterator[Finding]:
    for at, page in enumerate(document.pages):
        for opening in page.read.openings:
            if opening.mark.tag == "Artifact" and any(mark.mcid is not None for mark in opening.inside):
                yield "an artifact begins inside tagged content", at


@rule("01-004", "tagged content stands outside of artifacts")
def tagged_in_artifact(document: Document) -> Iterator[Finding]:
    for at, page in enumerate(document.pages):
        for opening in page.read.openings:
            if opening.mark.mcid is not None and any(mark.tag == "Artifact" for mark in opening.inside):
                yield f"MCID {opening.mark.mcid} begins inside an artifact", at


@rule("01-005", "all that is painted is tagged or an artifact")
def untagged(document: Document) -> Iterator[Finding]:
    for at, page in enumerate(document.pages):
        for piece in page.read.pieces:
            if not any(mark.tag == "Artifact" or mark.mcid is not None for mark in piece.marks):
                said = "".join(glyph.text or "?" for glyph in piece.glyphs)
                yield f"{piece.kind} {said!r} is neither tagged nor an artifact", at


@rule("01-007", "the tags are not suspect")
def suspects(document: Document) -> Iterator[Finding]:
    if true(entry(document.catalog, "/MarkInfo", "/Suspects")):
        yield "MarkInfo says Suspects", None


@rule("iso-14.7.1", "the document says that it is tagged")
def marked(document: Document) -> Iterator[Finding]:
    if not true(entry(document.catalog, "/MarkInfo", "/Marked")):
        yield "MarkInfo does not say Marked", None
    if document.root is None:
        yield "there is no structure tree", None


@rule("iso-14.6.1", "marked content is balanced, on each page and with text objects")
def balanced(document: Document) -> Iterator[Finding]:
    for at, page in enumerate(document.pages):
        for fault in page.read.faults:
            yield fault, at


@rule("iso-14.7.4.2-once", "no MCID occurs twice on a page")
def mcid_once(document: Document) -> Iterator[Finding]:
    for at, page in enumerate(document.pages):
        counted = Counter((opening.stream, opening.mark.mcid) for opening in page.read.openings)
        for (_, mcid), count in counted.items():
            if mcid is not None and count > 1:
                yield f"MCID {mcid} occurs {count} times", at


@rule("iso-14.7.4.2-held", "each MCID is held by one structure element")
def mcid_held(document: Document) -> Iterator[Finding]:
    for content in document.painted:
        owners = document.owners.get(content, [])
        if len(owners) != 1:
            yield f"MCID {content.mcid} is held by {len(owners)} structure elements", content.page


@rule("iso-14.7.4.2-there", "the structure tree holds no MCID that is not there")
def mcid_there(document: Document) -> Iterator[Finding]:
    for content, owners in document.owners.items():
        if content not in document.painted:
            yield f"{owners[0]} holds MCID {content.mcid}, which is not there", content.page


@rule("iso-14.7.4.4-content", "the parent tree leads from each MCID to its structure element")
def parents_of_content(document: Document) -> Iterator[Finding]:
    for at, page in enumerate(document.pages):
        here = [content for content in document.painted if content.page == at and content.stream is None]
        key = entry(page.data, "/StructParents")
        row = document.parents.get(int(key)) if key is not None else None
        row = row.get_object() if row is not None else None
        if here and not isinstance(row, ArrayObject):
            yield "the page has no row in the parent tree", at
            continue
        for content in here:
            told = number(row[content.mcid : content.mcid + 1][0]) if content.mcid < len(row) else None
            held = [owner.number for owner in document.owners.get(content, [])]
            if held and told not in held:
                yield f"the parent tree leads from MCID {content.mcid} to {told}, not to {held[0]}", at
        for mcid, owner in enumerate(row or []):
            if number(owner) is not None and Content(at, None, mcid) not in document.painted:
                yield f"the parent tree has MCID {mcid}, which is not there", at


@rule("iso-14.7.4.4-key", "no two pages or annotations share a key of the parent tree, and a free one is told")
def parent_keys(document: Document) -> Iterator[Finding]:
    used: Counter[int] = Counter()
    for page in document.pages:
        used.update(int(page.data[key]) for key in ("/StructParents",) if key in page.data)
        used.update(int(one["/StructParent"]) for one in page.annotations if "/StructParent" in one)
    for key, count in used.items():
        if count > 1:
            yield f"key {key} is used {count} times", None
    following = entry(document.root, "/ParentTreeNextKey")
    if document.parents and (following is None or int(following) <= max(document.parents)):
        yield f"ParentTreeNextKey is {following}, and {max(document.parents)} is used", None


@rule("09-001", "the content's order is the structure tree's")
def in_order(document: Document) -> Iterator[Finding]:
    order = [content for element in document.elements for content in element.contents]
    told: list[Content] = []
    for top in document.top:
        told += _contents(top)
    assert sorted(map(repr, order)) == sorted(map(repr, told))
    for at, page in enumerate(document.pages):
        read = [Content(at, one.stream, one.mark.mcid) for one in page.read.openings if one.mark.mcid is not None]
        common = set(read) & set(told)
        painted = [content for content in dict.fromkeys(read) if content in common]
        structured = [content for content in dict.fromkeys(told) if content in common and content.page == at]
        for one, two in zip(painted, structured, strict=False):
            if one != two:
                yield f"the page goes on with MCID {one.mcid}, the structure tree with MCID {two.mcid}", at
                break
    pages = [content.page for content in told if content.page is not None]
    if pages != sorted(pages):
        yield "the structure tree goes back to an earlier page", None


def _contents(element: object) -> list[Content]:
    found: list[Content] = []
    for kid in element.kids:  # type: ignore[attr-defined]
        if isinstance(kid, Content):
            found.append(kid)
        elif hasattr(kid, "kids"):
            found += _contents(kid)
    return found


@rule("30-001", "there are no reference XObjects")
def reference_forms(document: Document) -> Iterator[Finding]:
    for at, page in enumerate(document.pages):
        if any("/Ref" in form for form in page.read.forms):
            yield "a form refers to another file", at


@rule("30-002", "a form with MCIDs is drawn once")
def repeated_forms(document: Document) -> Iterator[Finding]:
    counted = Counter(form for page in document.pages for form in page.read.forms_with_marks)
    for form, count in counted.items():
        if count > 1:
            yield f"form {form} has MCIDs and is drawn {count} times", None
