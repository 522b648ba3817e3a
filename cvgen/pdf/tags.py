"""Make a PDF of the class's a tagged one, as PDF/UA-1 (ISO 14289-1) asks: structure tree, links, outline.

The many small objects of the tree are written as they will stand in the file.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from pypdf import PageObject
from pypdf.generic import (
    ArrayObject,
    BooleanObject,
    DictionaryObject,
    IndirectObject,
    NameObject,
    NullObject,
    NumberObject,
    StreamObject,
    TextStringObject,
)

from cvgen.document.nodes import Document, Emphasis, Inline, Line, Link, Strong, lines_of, plain
from cvgen.pdf.marked_content import rewrite
from cvgen.pdf.structure import Element, Tree
from cvgen.pdf.writer import Unfinished, compressed

__all__ = ["string", "tag"]

# Contacts whose text says what it is.
_OBVIOUS = frozenset(("phone", "email", "homepage", "link"))


def tag(unfinished: Unfinished, document: Document) -> bool:
    """Tag the PDF in `unfinished`, made from `document`; return whether nothing was left to guess.

    Text that the theme marks as nothing becomes paragraphs, in the order in which it was painted; other unmarked ink
    becomes artifacts.
    """
    tree = Tree(document.metadata.language, portrait=document.header.photo is not None)
    pages = list(unfinished.pages)
    for page in pages:
        unfinished.put(page)
        tree.begin_page()
        _rewrite(unfinished, page, tree)
    filled = list(tree.elements())
    numbers = {id(element): unfinished.add() for element in filled}
    annotations = list(_annotations(unfinished, pages, tree, document))
    known = [(page, annotation, link) for page, annotation, link in annotations if link and id(link) in numbers]
    _write_tree(unfinished, document, pages, tree, filled, numbers, known)
    _write_outline(unfinished, document, pages, tree)
    unfinished.root_object[NameObject("/MarkInfo")] = DictionaryObject({NameObject("/Marked"): BooleanObject(True)})
    return not tree.loose and len(known) == len(annotations)


def _rewrite(unfinished: Unfinished, page: PageObject, tree: Tree) -> None:
    contents = page.raw_get("/Contents") if "/Contents" in page else NullObject()
    if isinstance(contents, IndirectObject) and isinstance(inner := contents.get_object(), ArrayObject):
        contents = inner
    references = list(contents) if isinstance(contents, ArrayObject) else [contents]
    streams = [stream for one in references if isinstance(stream := one.get_object(), StreamObject)]
    new = compressed(rewrite(b"\n".join(stream.get_data() for stream in streams), tree))
    if len(references) == 1 and isinstance(only := references[0], IndirectObject):
        page[NameObject("/Contents")] = only
        unfinished.put(new, only.idnum)
    else:
        page[NameObject("/Contents")] = IndirectObject(unfinished.add(new), 0, unfinished)


# --- links --------------------------------------------------------------------------------------------------------


def _annotations(
    unfinished: Unfinished, pages: Sequence[PageObject], tree: Tree, document: Document
) -> Iterator[tuple[int, int, Element | None]]:
    """Yield the numbers of annotations in order, with page and element, and give each its words and its place."""
    words = _words(document)
    told: dict[str, str] = {}
    for number, page in enumerate(pages):
        page[NameObject("/StructParents")] = NumberObject(number)
        page[NameObject("/Tabs")] = NameObject("/S")
        notes = page["/Annots"] if "/Annots" in page else None  # noqa: SIM401 - follows references
        if not isinstance(notes, ArrayObject):
            continue
        for place, note in enumerate(notes):
            annotation = note.get_object()
            assert isinstance(annotation, DictionaryObject)
            if not isinstance(note, IndirectObject):
                note = notes[place] = IndirectObject(unfinished.add(), 0, unfinished)
            name = str(annotation.pop("/NM", ""))
            address = _address(annotation)
            if not name or name not in told:
                texts = words[address]
                told[name] = (texts.pop(0) if len(texts) > 1 else texts[0]) if texts else address
            annotation[NameObject("/Contents")] = TextStringObject(told[name])
            unfinished.put(annotation, note.idnum)
            yield number, note.idnum, tree.links.get(name)
        if isinstance(array := page.raw_get("/Annots"), IndirectObject):
            unfinished.put(notes, array.idnum)


def _address(annotation: DictionaryObject) -> str:
    action = annotation["/A"] if "/A" in annotation else None  # noqa: SIM401 - follows references
    url = action["/URI"] if isinstance(action, DictionaryObject) and "/URI" in action else ""
    return url.decode("latin-1") if isinstance(url, bytes) else str(url)


def _words(document: Document) -> dict[str, list[str]]:
    """Return the texts that are linked to each address, in reading order."""

    def links(inlines: tuple[Inline, ...]) -> Iterator[Link]:
        for inline in inlines:
            match inline:
                case Link():
                    yield inline
                case Strong(inner) | Emphasis(inner):
                    yield from links(inner)

    words: dict[str, list[str]] = defaultdict(list)
    # An icon tells whose user name this is, to those who see it.
    networks = {id(one.line): f"{one.network}: " for one in document.header.contacts if one.network not in _OBVIOUS}
    for line in lines_of(document):
        for link in links(line.inlines):
            text = plain(Line(link.inlines)).strip()
            words[link.url].append(networks.get(id(line), "") + (text or link.url))
    return words


# --- the tree -----------------------------------------------------------------------------------------------------


def _reference(one: int | PageObject) -> bytes:
    if isinstance(one, int):
        return b"%d 0 R" % one
    assert one.indirect_reference is not None
    return b"%d 0 R" % one.indirect_reference.idnum


def string(text: str) -> bytes:
    r"""Return a text as it stands in a PDF.

    >>> string("(a\\b)"), string("é")
    (b'(\\(a\\\\b\\))', b'<feff00e9>')
    """
    if text.isascii() and text.isprintable():
        return b"(" + text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)").encode() + b")"
    return b"<feff" + text.encode("utf-16-be").hex().encode() + b">"


def _write_tree(
    unfinished: Unfinished,
    document: Document,
    pages: Sequence[PageObject],
    tree: Tree,
    filled: Sequence[Element],
    numbers: dict[int, int],
    annotations: Sequence[tuple[int, int, Element | None]],
) -> None:
    at = [_reference(page) for page in pages]
    beside: dict[int, list[bytes]] = defaultdict(list)
    parents = [b"%d[%s]" % (page, b" ".join(_reference(numbers[id(one)]) for one in owners))
               for page, owners in enumerate(tree.pages)]  # fmt: skip
    for key, (page, note, link) in enumerate(annotations, len(pages)):
        annotation = unfinished.get_object(note)
        assert isinstance(annotation, DictionaryObject)
        annotation[NameObject("/StructParent")] = NumberObject(key)
        parents.append(b"%d %s" % (key, _reference(numbers[id(link)])))
        beside[id(link)].append(b"<</Type/OBJR/Pg %s/Obj %d 0 R>>" % (at[page], note))
    above = unfinished.add(b"<</Nums[%s]>>" % b"\n".join(parents))
    root = unfinished.add(
        b"<</Type/StructTreeRoot/K %s/ParentTree %s/ParentTreeNextKey %d>>"
        % (_reference(numbers[id(tree.root)]), _reference(above), len(pages) + len(annotations))
    )
    for one in filled:
        first = next((kid[0] for kid in one.kids if isinstance(kid, tuple)), None)
        kids: list[bytes] = []
        for kid in one.kids:
            if isinstance(kid, Element):
                kids += [_reference(numbers[id(kid)])] if id(kid) in numbers else []
            else:
                page, identifier = kid
                other = b"<</Type/MCR/Pg %s/MCID %d>>" % (at[page], identifier)
                kids.append(b"%d" % identifier if page == first else other)
        element = b"<</Type/StructElem/S/%s/P %s%s%s/K[%s]>>" % (
            one.role.encode(),
            _reference(numbers[id(one.parent)] if one.parent else root),
            b"/Pg " + at[first] if first is not None else b"",
            _attributes(one, document),
            b" ".join(kids + beside[id(one)]),
        )
        unfinished.put(element, numbers[id(one)])
    unfinished.root_object[NameObject("/StructTreeRoot")] = IndirectObject(root, 0, unfinished)


def _attributes(one: Element, document: Document) -> bytes:
    found = b""
    if one.language:
        found += b"/Lang" + string(one.language)
    if one.numbering:
        found += b"/A<</O/List/ListNumbering/%s>>" % one.numbering.encode()
    if one.role == "Figure":
        found += b"/Alt" + string(document.header.photo.alt if document.header.photo else "")
        if place := one.place:
            box = (place.left, place.bottom, place.right, place.top)
            found += b"/A<</O/Layout/Placement/Block/BBox[%s]>>" % b" ".join(b"%.3f" % number for number in box)
    return found


# --- the outline --------------------------------------------------------------------------------------------------


def _write_outline(unfinished: Unfinished, document: Document, pages: Sequence[PageObject], tree: Tree) -> None:
    """Write the sections' titles as bookmarks, if the theme marks a heading for each."""
    titles = [plain(section.title) for section in document.sections if section.title]
    places = [section.place for section in tree.sections if section.place]
    if not titles or len(titles) != len(places):
        return
    outline, items = unfinished.add(), [unfinished.add() for _ in titles]
    for index, (item, title, place) in enumerate(zip(items, titles, places, strict=True)):
        entry = b"<</Title%s/Parent %s%s%s/Dest[%s/XYZ null %.3f null]>>" % (
            string(title),
            _reference(outline),
            b"/Prev " + _reference(items[index - 1]) if index else b"",
            b"/Next " + _reference(items[index + 1]) if index + 1 < len(items) else b"",
            _reference(pages[place.page]),
            place.top,
        )
        unfinished.put(entry, item)
    ends = _reference(items[0]), _reference(items[-1])
    unfinished.put(b"<</Type/Outlines/First %s/Last %s/Count %d>>" % (*ends, len(items)), outline)
    unfinished.root_object[NameObject("/Outlines")] = IndirectObject(outline, 0, unfinished)
