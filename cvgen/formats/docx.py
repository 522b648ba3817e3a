"""Word: paragraphs in Word's own styles, real lists and links, and the document's properties.

The same document gives the same bytes: all dates in the file are fixed, or the document's own.
"""

from __future__ import annotations

import datetime
import io
import zipfile
from collections.abc import Sequence

from docx import Document as NewDocument
from docx.document import Document as WordDocument
from docx.enum.text import WD_BREAK, WD_TAB_ALIGNMENT
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor
from docx.text.paragraph import Paragraph
from docx.text.run import Run

from cvgen.document import nodes as doc

__all__ = ["DESCRIPTION", "SUFFIXES", "write_document"]

DESCRIPTION = "a Word document, for committees and forms that ask for one"
SUFFIXES = (".docx",)

_PAPERS = {"a4": (Cm(21.0), Cm(29.7)), "letter": (Cm(21.59), Cm(27.94))}
_MARGIN = Cm(2.0)
_INK = RGBColor(0x1F, 0x2A, 0x37)
_NO_DAY = datetime.date(2000, 1, 1)


def write_document(document: doc.Document, theme: str | None) -> bytes:
    """Return the document as a .docx file; `theme` is not used."""
    word = NewDocument()
    _set_page(word, document)
    _set_properties(word, document)
    _header(word, document.header)
    for section in document.sections:
        if section.title:
            _text(word.add_paragraph(style="Heading 1"), section.title)
        for block in section.blocks:
            _block(word, block)
    _footer(word, document.footer)
    saved = io.BytesIO()
    word.save(saved)
    return _same_bytes(saved.getvalue())


def _same_bytes(archive: bytes) -> bytes:
    """Write an archive anew without the time of writing."""
    written = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(archive)) as old, zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(zipfile.ZipInfo(name), old.read(name), zipfile.ZIP_DEFLATED)
    return written.getvalue()


# --- page and properties --------------------------------------------------------------------------------------------


def _set_page(word: WordDocument, document: doc.Document) -> None:
    page = word.sections[0]
    page.page_width, page.page_height = _PAPERS[document.paper]
    page.left_margin = page.right_margin = page.top_margin = page.bottom_margin = _MARGIN
    width = page.page_width - 2 * _MARGIN
    normal = word.styles["Normal"]
    normal.font.name, normal.font.size = "Calibri", Pt(10.5)
    normal.paragraph_format.space_after = Pt(2)
    normal.paragraph_format.widow_control = True
    normal.paragraph_format.tab_stops.add_tab_stop(width, WD_TAB_ALIGNMENT.RIGHT)
    for name, size, before in (
        ("Title", 24, 0),
        ("Heading 1", 14, 14),
        ("Heading 2", 12, 10),
        ("Heading 3", 10.5, 8),
    ):
        style = word.styles[name]
        style.font.name, style.font.size, style.font.color.rgb = "Calibri", Pt(size), _INK
        style.element.rPr.rFonts.attrib.pop(qn("w:asciiTheme"), None)
        style.element.rPr.rFonts.attrib.pop(qn("w:hAnsiTheme"), None)
        style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(before), Pt(2)
        style.paragraph_format.keep_with_next = True
    word.styles["Heading 3"].paragraph_format.tab_stops.add_tab_stop(width, WD_TAB_ALIGNMENT.RIGHT)


def _set_properties(word: WordDocument, document: doc.Document) -> None:
    meta, properties = document.metadata, word.core_properties
    day = document.date or _NO_DAY
    moment = datetime.datetime(day.year, day.month, day.day)
    properties.title, properties.author, properties.subject = meta.title, meta.author, meta.subject
    properties.keywords, properties.language = ", ".join(meta.keywords), meta.language
    properties.last_modified_by, properties.comments = meta.author, ""
    properties.created = properties.modified = moment
    language = word.styles["Normal"].element.get_or_add_rPr().makeelement(qn("w:lang"), {qn("w:val"): meta.language})
    word.styles["Normal"].element.get_or_add_rPr().append(language)


# --- texts ----------------------------------------------------------------------------------------------------------


def _text(paragraph: Paragraph, line: doc.Line, *, bold: bool | None = None, italic: bool | None = None) -> Paragraph:
    """Add a text to a paragraph."""
    for inline in line.inlines:
        _inline(paragraph, paragraph._p, inline, {"bold": bold, "italic": italic})
    return paragraph


def _inline(paragraph: Paragraph, parent: object, inline: doc.Inline, style: dict[str, object]) -> None:
    match inline:
        case doc.TextRun(text):
            _run(paragraph, parent, text, style)
            return
        case doc.Code(text):
            _run(paragraph, parent, text, {**style, "name": "Courier New"})
            return
        case doc.Break():
            _run(paragraph, parent, "", style).add_break(WD_BREAK.LINE)
            return
        case doc.Link(inner, url):
            link = OxmlElement("w:hyperlink")
            link.set(qn("r:id"), paragraph.part.relate_to(url, RELATIONSHIP_TYPE.HYPERLINK, is_external=True))
            paragraph._p.append(link)
            parent, style = link, {**style, "link": True}
        case doc.Strong(inner):
            style = {**style, "bold": True}
        case doc.Emphasis(inner):
            style = {**style, "italic": True}
        case doc.Script(inner, raised):
            style = {**style, "superscript" if raised else "subscript": True}
    for one in inner:
        _inline(paragraph, parent, one, style)


def _run(paragraph: Paragraph, parent: object, text: str, style: dict[str, object]) -> Run:
    run = paragraph.add_run(text)
    for name in ("bold", "italic"):
        setattr(run, name, style.get(name))
    for name in ("superscript", "subscript"):
        if style.get(name):
            setattr(run.font, name, True)
    if style.get("name"):
        run.font.name = str(style["name"])
    if style.get("link"):
        run.font.underline = True
        parent.append(run._r)  # type: ignore[attr-defined]
    return run


def _row(
    word: WordDocument, left: Sequence[doc.Line], right: doc.Line, *, style: str = "Normal", italic: bool = False
) -> None:
    """Add a paragraph with two texts at its ends; the parts of the left one are parted by commas."""
    filled = [line for line in left if line]
    if not filled and not right:
        return
    paragraph = word.add_paragraph(style=style)
    paragraph.paragraph_format.keep_with_next = True
    for index, line in enumerate(filled):
        if index:
            paragraph.add_run(", ")
        _text(paragraph, line, italic=italic)
    if right:
        paragraph.add_run("\t")
        _text(paragraph, right, bold=False, italic=True)


# --- blocks ---------------------------------------------------------------------------------------------------------


def _header(word: WordDocument, header: doc.Header) -> None:
    names = (header.family, header.given) if header.is_family_first else (header.given, header.family)
    title = word.add_paragraph(style="Title")
    for index, line in enumerate(line for line in (*names, header.native) if line):
        if index:
            title.add_run(" ")
        _text(title, line)
    for line in (header.position, header.address):
        if line:
            _text(word.add_paragraph(), line)
    contacts = word.add_paragraph() if header.contacts else None
    for index, contact in enumerate(header.contacts):
        assert contacts is not None
        contacts.add_run((" | " if index else "") + contact.label)
        _text(contacts, contact.line)
    if header.quote:
        _text(word.add_paragraph(), header.quote, italic=True)


def _block(word: WordDocument, block: doc.Block) -> None:
    match block:
        case doc.Bullets(items):
            _bullets(word, items, 1)
        case doc.Paragraph(line):
            _text(word.add_paragraph(), line)
        case doc.Subheading(title):
            _text(word.add_paragraph(style="Heading 2"), title)
        case doc.EntryBlock(title, location, positions):
            _row(word, [title], location, style="Heading 3")
            for position in positions:
                _row(word, [position.title, position.location], position.date, italic=True)
                for part in position.body:
                    _block(word, part)
        case doc.WorkBlock():
            number = doc.Line((doc.TextRun(f"[{block.number}] "),)).inlines if block.number else ()
            _row(word, [doc.Line((*number, *block.title.inlines))], doc.EMPTY, style="Heading 3")
            _row(word, [block.venue, block.location], block.date, italic=True)
            for line in (block.authors, block.legend, block.award, *block.notes, block.links):
                if line:
                    _text(word.add_paragraph(), line)
        case doc.HonorRow(date, title, remark, location):
            paragraph = word.add_paragraph(style="List Bullet")
            _text(paragraph, date)
            paragraph.add_run(" " if date else "")
            _text(paragraph, title, bold=True)
            for line in (remark, location):
                if line:
                    paragraph.add_run(", ")
                    _text(paragraph, line)
        case doc.SkillRow(label, values):
            paragraph = word.add_paragraph()
            _text(paragraph, label, bold=True)
            paragraph.add_run(": " if label and values else "")
            _text(paragraph, values)


def _bullets(word: WordDocument, items: Sequence[doc.Bullet], depth: int) -> None:
    level = f" {depth}" if 1 < depth <= 3 else " 3" if depth > 3 else ""
    for item in items:
        # Word counts by itself, and goes on from the list before: the number is text, as in the CV.
        paragraph = word.add_paragraph(style=f"List Continue{level}" if item.label else f"List Bullet{level}")
        if item.label:
            paragraph.add_run(f"{item.label} ")
        _text(paragraph, item.line)
        _bullets(word, item.bullets, depth + 1)


def _footer(word: WordDocument, footer: doc.Footer) -> None:
    """Fill the foot of the pages: Word's own fields count them."""
    paragraph = word.sections[0].footer.paragraphs[0]
    for index, line in enumerate((footer.left, footer.center, footer.right)):
        if index:
            paragraph.add_run("\t")
        for inline in line.inlines:
            if isinstance(inline, doc.TextRun) and inline.text in (footer.PAGE, footer.PAGES):
                _field(paragraph, "PAGE" if inline.text == footer.PAGE else "NUMPAGES")
            else:
                _inline(paragraph, paragraph._p, inline, {})


def _field(paragraph: Paragraph, code: str) -> None:
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), code)
    field.append(paragraph.add_run("1")._r)
    paragraph._p.append(field)
