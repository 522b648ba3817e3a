"""PDFs to test with: from an engine, from pypdf, and copies with something changed."""

import io
import re
from functools import cache

from pypdf import PdfReader, PdfWriter
from pypdf.generic import ArrayObject, DecodedStreamObject, DictionaryObject, NameObject, NumberObject

from cvgen.builder import typeset
from cvgen.loading.load import load_data
from cvgen.options import TypesetOptions
from cvgen.pdf.gates.page_content import read_pages
from cvgen.pdf.reader import open_pdf

URL = "https://example.org/a_b"
"""What the PDFs of an engine link to."""


@cache
def engine_pdf(engine):
    """Return the PDF of a small profile as the engine wrote it."""
    section = {"kind": "text", "title": "Summary", "text": f"Wrote [notes]({URL})."}
    data = {"person": {"name": "Ada Lovelace"}, "sections": [section]}
    return typeset(load_data(data), TypesetOptions(engine=engine)).run.pdf


def written(change=lambda writer: None, pages=1):
    """Return a PDF of blank pages, as pypdf writes it after `change` was done to its writer."""
    writer, output = PdfWriter(), io.BytesIO()
    for _ in range(pages):
        writer.add_blank_page(100, 100)
    change(writer)
    writer.write(output)
    return output.getvalue()


def pages_of(data):
    """Return what a PDF's pages show, as the gates see it."""
    return read_pages(open_pdf(data))


class Changed:
    """A copy of a PDF whose streams, maps and links can be changed; `data` is what comes of it."""

    def __init__(self, data):
        self.writer = PdfWriter(clone_from=PdfReader(io.BytesIO(data)))

    @property
    def data(self):
        output = io.BytesIO()
        self.writer.write(output)
        return output.getvalue()

    @property
    def pages(self):
        return pages_of(self.data)

    def stream(self, page):
        """Return the content of a page, counted from 0."""
        return self.writer.pages[page].get_contents().get_data()

    def show(self, page, content):
        stream = DecodedStreamObject()
        stream.set_data(content)
        self.writer.pages[page][NameObject("/Contents")] = self.writer._add_object(stream)

    def font_of(self, page, name):
        return self.writer.pages[page]["/Resources"]["/Font"][name]

    def fonts(self):
        """Yield each font once."""
        seen = set()
        for page in self.writer.pages:
            for reference in page["/Resources"]["/Font"].values():
                if reference.indirect_reference.idnum not in seen:
                    seen.add(reference.indirect_reference.idnum)
                    yield reference.get_object()

    def codes(self, font):
        """Return what each code of a font stands for, as hexadecimal digits."""
        cmap = font["/ToUnicode"].get_data()
        found = {}
        for section in re.findall(rb"beginbfchar\s(.*?)endbfchar", cmap, re.DOTALL):
            found |= dict(re.findall(rb"<(\w+)>\s*<(\w+)>", section))
        for section in re.findall(rb"beginbfrange\s(.*?)endbfrange", cmap, re.DOTALL):
            for first, last, text in re.findall(rb"<(\w+)>\s*<(\w+)>\s*<(\w+)>", section):
                for step in range(int(last, 16) - int(first, 16) + 1):
                    code, one = f"{int(first, 16) + step:04X}", f"{int(text, 16) + step:04X}"
                    found[code.encode()] = one.encode()
        return {code.upper(): text for code, text in found.items()}

    def map(self, font, codes):
        """Write the ToUnicode map of a font anew."""
        lines = b"".join(b"<%s> <%s>\n" % item for item in codes.items())
        stream = DecodedStreamObject()
        stream.set_data(b"1 begincodespacerange <0000> <FFFF> endcodespacerange %d beginbfchar\n%sendbfchar\n"
                        % (len(codes), lines))  # fmt: skip
        font[NameObject("/ToUnicode")] = self.writer._add_object(stream)


def made(*contents, resources=None, form=None, **font):
    """Make a PDF of one page for each content stream. /F1 is a font that reads what `shown` writes, /X is `form`."""
    writer = PdfWriter()
    resources = DictionaryObject(resources or {})
    if form is not None:
        resources[NameObject("/XObject")] = DictionaryObject({NameObject("/X"): writer._add_object(form)})
    fonts = DictionaryObject({NameObject("/F1"): writer._add_object(_font(writer, **font))})
    for content in contents:
        page = writer.add_blank_page(600, 800)
        stream = DecodedStreamObject()
        stream.set_data(content)
        page[NameObject("/Contents")] = writer._add_object(stream)
        page[NameObject("/Resources")] = DictionaryObject({NameObject("/Font"): fonts, **resources})
    output = io.BytesIO()
    writer.write(output)
    return output.getvalue()


# In the font of `made`, each ASCII character is its own code, and each is half as wide as the font is high.
ASCII = b"1 beginbfrange\n<0020> <007E> <0020>\nendbfrange\n"


def _font(writer, cmap=ASCII, widths=(), default=500):
    stream = DecodedStreamObject()
    stream.set_data(b"1 begincodespacerange <0000> <FFFF> endcodespacerange\n" + cmap)
    below = DictionaryObject({
        NameObject("/Type"): NameObject("/Font"),
        NameObject("/Subtype"): NameObject("/CIDFontType2"),
        NameObject("/DW"): NumberObject(default),
        NameObject("/W"): _array(widths),
    })  # fmt: skip
    return DictionaryObject({
        NameObject("/Type"): NameObject("/Font"),
        NameObject("/Subtype"): NameObject("/Type0"),
        NameObject("/Encoding"): NameObject("/Identity-H"),
        NameObject("/DescendantFonts"): ArrayObject([writer._add_object(below)]),
        NameObject("/ToUnicode"): writer._add_object(stream),
    })  # fmt: skip


def _array(items):
    return ArrayObject(_array(item) if isinstance(item, list) else NumberObject(item) for item in items)


def shown(text):
    """Return the string operand that shows ASCII text in the font of `made`."""
    return b"<" + text.encode("utf-16-be").hex().encode() + b">"
