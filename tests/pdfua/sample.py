"""A PDF with nothing wrong with it, made by hand: two pages, in which each check has something to look at.

Page 1: H1, a portrait, a paragraph with a link and Chinese, H2 and a list with a nested one, a paragraph that goes on
on page 2. Page 2: its rest, H2, a table, a paragraph with two notes. Rules and feet are artifacts.
"""

from __future__ import annotations

import functools
import io
from pathlib import Path

import font_roboto
import font_source_sans_pro
import rendercv_fonts
from fontTools import subset
from fontTools.ttLib import TTFont
from pypdf import PdfWriter
from pypdf.generic import (
    ArrayObject,
    BooleanObject,
    DictionaryObject,
    FloatObject,
    IndirectObject,
    NameObject,
    NumberObject,
    StreamObject,
    TextStringObject,
)

__all__ = ["good"]

LATIN = "".join(map(chr, range(32, 127))) + "•é"
CHINESE = "金超 "
_FILES = {
    "/F1": (Path(font_source_sans_pro.__file__).parent / "files" / "SourceSansPro-Regular.otf", LATIN),
    "/F2": (Path(font_roboto.__file__).parent / "files" / "Roboto-Regular.ttf", LATIN),
    "/F3": (Path(rendercv_fonts.__file__).parent / "Noto Sans" / "NotoSansSC-Regular.ttf", CHINESE),
}
XMP = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/">
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">Ada Lovelace - Curriculum Vitae</rdf:li></rdf:Alt></dc:title>
<dc:creator><rdf:Seq><rdf:li>Ada Lovelace</rdf:li></rdf:Seq></dc:creator>
<pdfuaid:part>1</pdfuaid:part>
</rdf:Description></rdf:RDF></x:xmpmeta>
<?xpacket end="w"?>"""


def names(**entries: object) -> DictionaryObject:
    """Return a dictionary; a text that begins with a slash becomes a name."""
    made = DictionaryObject()
    for key, value in entries.items():
        made[NameObject("/" + key)] = value_of(value)
    return made


def value_of(value: object) -> object:
    """Return a plain value as a PDF object."""
    match value:
        case bool():
            return BooleanObject(value)
        case int():
            return NumberObject(value)
        case float():
            return FloatObject(value)
        case list():
            return ArrayObject(map(value_of, value))
        case TextStringObject() | NameObject():
            return value
        case str() if value.startswith("/"):
            return NameObject(value)
        case str():
            return TextStringObject(value)
    return value


def stream_of(content: bytes, **entries: object) -> StreamObject:
    """Return a stream."""
    made = StreamObject()
    made.set_data(content)
    made.update(names(**entries))
    return made


class Face:
    """A font, cut to the characters that are needed, as a PDF's composite font."""

    def __init__(self, path: Path, characters: str) -> None:
        options = subset.Options(layout_features=[], notdef_outline=True, glyph_names=False, hinting=False)
        cutter, font = subset.Subsetter(options), TTFont(path)
        cutter.populate(text=characters)
        cutter.subset(font)
        file = io.BytesIO()
        font.save(file)
        self.program, self.font, self.name = file.getvalue(), TTFont(io.BytesIO(file.getvalue())), path.stem
        self.cmap = {chr(code): self.font.getGlyphID(name) for code, name in self.font.getBestCmap().items()}
        self.unit = 1000 / self.font["head"].unitsPerEm

    def width(self, text: str) -> float:
        return sum(self.font["hmtx"][self.font.getGlyphName(self.cmap[one])][0] for one in text) * self.unit

    def hex(self, text: str) -> str:
        return "<" + "".join(f"{self.cmap[one]:04X}" for one in text) + ">"

    def add_to(self, writer: PdfWriter) -> IndirectObject:
        outlines = "CFF " in self.font
        box, flat = names(Subtype="/OpenType") if outlines else names(), writer._add_object
        program = stream_of(self.program)
        program.update(box)
        descriptor = names(
            Type="/FontDescriptor", FontName="/" + self.name, Flags=4, FontBBox=[0, -250, 1000, 750], ItalicAngle=0,
            Ascent=750, Descent=-250, CapHeight=700, StemV=80,
        )  # fmt: skip
        descriptor[NameObject("/FontFile3" if outlines else "/FontFile2")] = flat(program)
        count = self.font["maxp"].numGlyphs
        bits = ("1" * count).ljust(-(-count // 8) * 8, "0")
        descriptor[NameObject("/CIDSet")] = flat(stream_of(int(bits, 2).to_bytes(len(bits) // 8)))
        widths = [self.font["hmtx"][name][0] * self.unit for name in self.font.getGlyphOrder()]
        below = names(
            Type="/Font", Subtype="/CIDFontType0" if outlines else "/CIDFontType2", BaseFont="/" + self.name,
            CIDSystemInfo=names(Registry="Adobe", Ordering="Identity", Supplement=0),
            FontDescriptor=flat(descriptor), DW=1000, W=[0, [float(width) for width in widths]],
        )  # fmt: skip
        if not outlines:
            below[NameObject("/CIDToGIDMap")] = NameObject("/Identity")
        rows = [f"<{glyph:04X}> <{one.encode('utf-16-be').hex()}>" for one, glyph in self.cmap.items()]
        blocks = [rows[at : at + 100] for at in range(0, len(rows), 100)]
        cmap = "\n".join(f"{len(one)} beginbfchar\n" + "\n".join(one) + "\nendbfchar" for one in blocks)
        top = names(
            Type="/Font", Subtype="/Type0", BaseFont="/" + self.name, Encoding="/Identity-H",
            DescendantFonts=[flat(below)], ToUnicode=flat(stream_of(cmap.encode())),
        )  # fmt: skip
        return flat(top)


@functools.cache
def faces() -> dict[str, Face]:
    """Return the sample's fonts, by their names in it: CFF outlines, TrueType outlines, Chinese."""
    return {name: Face(*file) for name, file in _FILES.items()}


class Sheet:
    """The content of a page in the making."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.mcid = 0

    def show(self, tag: str, text: str, left: float, base: float, *, face: str = "/F1", size: float = 10) -> tuple:
        """Show text as tagged content; return its MCID and where it ends."""
        font, mcid = faces()[face], self.mcid
        self.mcid += 1
        self.lines.append(f"/{tag} <</MCID {mcid}>> BDC")
        self.lines.append(f"BT {face} {size} Tf {left:.3f} {base} Td {font.hex(text)} Tj ET")
        self.lines.append("EMC")
        return mcid, left + font.width(text) * size / 1000

    def artifact(self, operators: str) -> None:
        self.lines += ["/Artifact <</Type /Pagination>> BDC", operators, "EMC"]

    def foot(self, text: str) -> None:
        self.artifact(f"BT /F2 8 Tf 60 30 Td {faces()['/F2'].hex(text)} Tj ET")

    def content(self) -> bytes:
        return ("q\n" + "\n".join(self.lines) + "\nQ\n").encode()


class Tree:
    """The structure tree in the making; `rows` becomes the parent tree."""

    def __init__(self, writer: PdfWriter, pages: list[IndirectObject]) -> None:
        self.writer, self.pages = writer, pages
        self.root = writer._add_object(names(Type="/StructTreeRoot"))
        self.rows: dict[int, list[IndirectObject]] = {at: [] for at in range(len(pages))}
        self.single: dict[int, IndirectObject] = {}
        self.top = self.element(self.root, "Document")

    def element(
        self, above: IndirectObject, role: str, *kids: object, page: int = 0, **more: object
    ) -> IndirectObject:
        """Add an element with the MCIDs `kids` of a page, or (page, MCID); return its reference."""
        made = self.writer._add_object(names(Type="/StructElem", S="/" + role, P=above, Pg=self.pages[page], **more))
        self._below(above, made)
        for kid in kids:
            at, mcid = kid if isinstance(kid, tuple) else (page, kid)
            self._below(made, names(Type="/MCR", Pg=self.pages[at], MCID=mcid) if at != page else NumberObject(mcid))
            assert len(self.rows[at]) == mcid
            self.rows[at].append(made)
        return made

    def add(self, element: IndirectObject, mcid: int, page: int = 0) -> None:
        """Add more text to an element."""
        self._below(element, NumberObject(mcid))
        self.rows[page].append(element)

    def link(self, element: IndirectObject, annotation: IndirectObject, page: int) -> None:
        """Put an annotation into its element."""
        key = len(self.pages) + len(self.single)
        annotation.get_object()[NameObject("/StructParent")] = NumberObject(key)
        self.single[key] = element
        self._below(element, names(Type="/OBJR", Obj=annotation, Pg=self.pages[page]))

    def _below(self, above: IndirectObject, kid: object) -> None:
        above.get_object().setdefault(NameObject("/K"), ArrayObject()).append(kid)

    def close(self) -> IndirectObject:
        """Write the parent tree; return the root."""
        row: list[object] = []
        for key, value in (self.rows | self.single).items():
            row += [key, value if isinstance(value, IndirectObject) else self.writer._add_object(value_of(value))]
        root = self.root.get_object()
        root[NameObject("/ParentTree")] = self.writer._add_object(names(Nums=row))
        root[NameObject("/ParentTreeNextKey")] = NumberObject(len(row) // 2)
        return self.root


def _first(sheet: Sheet, tree: Tree) -> tuple[IndirectObject, IndirectObject, tuple[float, float]]:
    """Fill the first page; return its link, the paragraph that goes on, and the link's edges."""
    top = tree.top
    tree.element(top, "H1", sheet.show("H1", "Ada Lovelace", 60, 780, face="/F2", size=24)[0])
    sheet.artifact("60 770 475 0.5 re f")
    sheet.lines.append(f"/Figure <</MCID {sheet.mcid}>> BDC q 40 0 0 40 495 775 cm /Im1 Do Q EMC")
    box = names(O="/Layout", BBox=[495, 775, 535, 815], Placement="/Block")
    tree.element(top, "Figure", sheet.mcid, Alt="Portrait of Ada Lovelace", A=box)
    sheet.mcid += 1
    mcid, right = sheet.show("P", "Analyst of ", 60, 740)
    paragraph = tree.element(top, "P", mcid)
    mcid, end = sheet.show("Link", "engines", right, 740)
    link = tree.element(paragraph, "Link", mcid)
    edges = (right, end)
    mcid, right = sheet.show("P", " with ", end, 740)
    tree.add(paragraph, mcid)
    mcid, right = sheet.show("Span", "金超", right, 740, face="/F3")
    tree.element(paragraph, "Span", mcid, Lang="zh")
    tree.element(top, "H2", sheet.show("H2", "Experience", 60, 700, size=16)[0])
    items = tree.element(top, "L")
    _item(sheet, tree, items, "Wrote the first program", 680)
    body = _item(sheet, tree, items, "Leads a group:", 668)
    _item(sheet, tree, tree.element(body, "L"), "of four", 656, left=80)
    going_on = tree.element(top, "P", sheet.show("P", "This goes on ", 60, 60)[0])
    sheet.foot("Ada Lovelace 1")
    return link, going_on, edges


def _item(
    sheet: Sheet, tree: Tree, above: IndirectObject, text: str, base: float, left: float = 60
) -> IndirectObject:
    item = tree.element(above, "LI")
    tree.element(item, "Lbl", sheet.show("Lbl", "•", left, base)[0])
    return tree.element(item, "LBody", sheet.show("LBody", text, left + 12, base)[0])


def _second(sheet: Sheet, tree: Tree, going_on: IndirectObject) -> None:
    """Fill the second page."""
    top = tree.top
    mcid, _ = sheet.show("P", "on the next page.", 60, 780)
    tree._below(going_on, names(Type="/MCR", Pg=tree.pages[1], MCID=mcid))
    tree.rows[1].append(going_on)
    tree.element(top, "H2", sheet.show("H2", "Marks", 60, 740, size=16)[0], page=1)
    table = tree.element(top, "Table", page=1)
    scope = names(O="/Table", Scope="/Column")
    head = tree.element(table, "TR", page=1)
    tree.element(head, "TH", sheet.show("TH", "Year", 60, 720)[0], page=1, A=scope)
    tree.element(head, "TH", sheet.show("TH", "Mark", 120, 720)[0], page=1, A=names(O="/Table", Scope="/Column"))
    row = tree.element(table, "TR", page=1)
    tree.element(row, "TD", sheet.show("TD", "1843", 60, 708)[0], page=1)
    tree.element(row, "TD", sheet.show("TD", "A", 120, 708)[0], page=1)
    mcid, right = sheet.show("P", "Last words ", 60, 680)
    paragraph = tree.element(top, "P", mcid, page=1)
    for at, word in enumerate(("one ", "two")):
        mcid, right = sheet.show("Note", word, right, 680)
        tree.element(paragraph, "Note", mcid, page=1, ID=f"note{at}")
    sheet.foot("Ada Lovelace 2")


@functools.cache
def good() -> bytes:
    """Return the sample."""
    writer = PdfWriter()
    writer.pdf_header = "%PDF-1.7"
    flat = writer._add_object
    fonts = DictionaryObject({NameObject(name): face.add_to(writer) for name, face in faces().items()})
    image = stream_of(b"\x80", Type="/XObject", Subtype="/Image", Width=1, Height=1)
    image.update(names(BitsPerComponent=8, ColorSpace="/DeviceGray"))
    resources = names(Font=fonts, XObject=names(Im1=flat(image)))
    for at in range(2):
        page = writer.add_blank_page(595, 842)
        page.update(names(Resources=resources, StructParents=at, Tabs="/S"))
    pages = [page.indirect_reference for page in writer.pages]
    sheets, tree = (Sheet(), Sheet()), Tree(writer, pages)
    link, going_on, (left, right) = _first(sheets[0], tree)
    _second(sheets[1], tree, going_on)
    annotation = flat(names(
        Type="/Annot", Subtype="/Link", Rect=[left, 737.0, right, 750.0], Border=[0, 0, 0], Contents="engines",
        A=names(S="/URI", URI="https://example.org/engines"),
    ))  # fmt: skip
    tree.link(link, annotation, 0)
    pages[0].get_object()[NameObject("/Annots")] = ArrayObject([annotation])
    for page, sheet in zip(pages, sheets, strict=True):
        page.get_object()[NameObject("/Contents")] = flat(stream_of(sheet.content()))
    for title, at in (("Ada Lovelace", 0), ("Experience", 0), ("Marks", 1)):
        writer.add_outline_item(title=title, page_number=at)
    writer.root_object.update(names(
        StructTreeRoot=tree.close(), MarkInfo=names(Marked=True), Lang="en-GB",
        ViewerPreferences=names(DisplayDocTitle=True),
        Metadata=flat(stream_of(XMP.encode(), Type="/Metadata", Subtype="/XML")),
    ))  # fmt: skip
    writer.metadata = {"/Title": "Ada Lovelace - Curriculum Vitae", "/Author": "Ada Lovelace"}
    file = io.BytesIO()
    writer.write(file)
    return file.getvalue()
