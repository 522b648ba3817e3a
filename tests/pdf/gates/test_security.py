"""The security gate: a PDF that can do anything but be read is refused, whatever object that hides in."""

import io

import pytest
from pypdf import PdfWriter
from pypdf.generic import (
    ArrayObject,
    DictionaryObject,
    FloatObject,
    NameObject,
    PdfObject,
    TextStringObject,
)
from support.pdfs import URL, engine_pdf, written

from cvgen.document.nodes import EMPTY, Document, Header, Line, Link, Metadata, TextRun
from cvgen.errors import OutputError
from cvgen.pdf.finishing import finish
from cvgen.pdf.gates import check_gates

DOCUMENT = Document(Metadata("CV", "Ada"), Header(EMPTY, Line((Link((TextRun("notes"),), URL),))), ())


@pytest.fixture(scope="module", params=["xelatex", "lualatex"])
def good(request):
    return finish(engine_pdf(request.param), DOCUMENT, epoch=0)


def codes(pdf, document=DOCUMENT):
    """Return the codes of what the gate refuses."""
    return {one.code for one in refused(pdf, document)}


def refused(pdf, document=DOCUMENT):
    try:
        check_gates(pdf, document, {}, with_text=False)
    except OutputError as error:
        return error.diagnostics
    return ()


def changed(pdf, change):
    """Return a copy of a PDF after `change` was done to its writer."""
    writer, output = PdfWriter(clone_from=io.BytesIO(pdf)), io.BytesIO()
    change(writer)
    writer.write(output)
    return output.getvalue()


def test_a_finished_cv_passes(good):
    assert check_gates(good, DOCUMENT, {}, with_text=False).pages == 1


def test_a_link_that_the_profile_does_not_have_is_refused(good):
    """Byte for byte: a link to the host alone is another one."""
    header = Header(EMPTY, Line((Link((TextRun("notes"),), "https://example.org/"),)))
    (only,) = refused(good, Document(Metadata("CV", "Ada"), header, ()))
    assert (only.code, URL in only.message) == ("gate-link", True)


def name(text):
    return NameObject(f"/{text}")


def action(kind, **more):
    return DictionaryObject({name("S"): name(kind), **{name(key): value for key, value in more.items()}})


def open_with(value):
    return lambda writer: writer.root_object.__setitem__(name("OpenAction"), value)


def annotate(kind):
    def change(writer):
        box = ArrayObject(FloatObject(0) for _ in range(4))
        note = {
            name("Type"): name("Annot"),
            name("Subtype"): name("Link"),
            name("Rect"): box,
            name("A"): action(kind),
        }
        writer.pages[0][name("Annots")] = ArrayObject([writer._add_object(DictionaryObject(note))])

    return change


def javascript(writer):
    script = DictionaryObject({name("S"): name("JavaScript"), name("JS"): TextStringObject("app.alert(1)")})
    tree = DictionaryObject({name("Names"): ArrayObject([TextStringObject("x"), script])})
    writer.root_object[name("Names")] = DictionaryObject({name("JavaScript"): tree})


def attachment(writer):
    writer.add_attachment("x.txt", b"x")


def page_action(writer):
    writer.pages[-1][name("AA")] = DictionaryObject({name("O"): action("GoTo")})


def form(writer):
    writer.root_object[name("AcroForm")] = DictionaryObject({name("XFA"): TextStringObject("x")})


BAD = {
    "launch": annotate("Launch"),
    "remote": annotate("GoToR"),
    "submit": annotate("SubmitForm"),
    "import": annotate("ImportData"),
    "javascript-link": annotate("JavaScript"),
    "javascript": javascript,
    "attachment": attachment,
    "page-action": page_action,
    "xfa": form,
    "open-uri": open_with(action("URI", URI=TextStringObject(URL))),
    "open-launch": open_with(action("Launch")),
}


@pytest.mark.parametrize("case", BAD)
def test_a_pdf_that_can_do_something_is_refused(case, good):
    assert "gate-active" in codes(changed(good, BAD[case]))


class Written(PdfObject):
    """An object as it will stand in the file."""

    def __init__(self, data):
        self.data = data

    def write_to_stream(self, stream):
        stream.write(self.data)


def with_object(pdf, element):
    """Return a PDF with one more object, written as given but with the number of an action in place of `%d`."""

    def change(writer):
        if b"%d" in element:
            number = b"%d" % writer._add_object(action("Launch")).idnum
            writer.root_object[name("Hidden")] = writer._add_object(Written(element.replace(b"%d", number)))
        else:
            writer.root_object[name("Hidden")] = writer._add_object(Written(element))

    return changed(pdf, change)


@pytest.mark.parametrize(
    "element",
    [
        b"<</Type/StructElem/S/P/P 1 0 R/K[1 %d\n0\r\nR]>>",
        b"<</Nums[0[1 0 R]\n1 %d 0 R]>>",
        b"%d 0 R",
        b"<</S/L#61unch>>",
        b"<</#53/Launch>>",
        b"<</S\n%d 0 R>>",
        b"<</Title(\\)/K[)/K[%d 0 R]/T(])>>",
        b"<</A%)\n/K[%d 0 R]>>",
        b"<</Type/StructElem/S/P/P 1 0 R/K[0]/JS(x)>>",
        b"<</Type/StructElem/S/P/P 1 0 R/K[0<</S/Launch>>]>>",
        b"<</Length 0/S/Launch>>stream\n\nendstream",
    ],
)
def test_nothing_hides_in_any_object(element, good):
    """However it is written, and whether anything leads to it or not."""
    assert "gate-active" in codes(with_object(good, element))


@pytest.mark.parametrize(
    "element", [b"<</K[[0]>>", b"<</K<<>>", b"<</K 0", b"<</K[<4)>]>>", b"<</K(>>", b"<</K 1/K 2>>"]
)
def test_an_object_that_is_not_well_formed_is_refused(element, good):
    """Readers may take it for different things."""
    assert refused(with_object(good, element))


def test_what_an_action_is_may_not_stand_elsewhere(good):
    """`/S` may be a reference to the name."""

    def change(writer):
        kind = writer._add_object(name("Launch"))
        writer.root_object[name("Hidden")] = writer._add_object(Written(b"<</S %d 0 R>>" % kind.idnum))

    assert "gate-active" in codes(changed(good, change))


def test_a_pdf_may_open_at_a_place_in_itself(good):
    def change(writer):
        open_with(action("GoTo", D=ArrayObject([writer.pages[0].indirect_reference, name("Fit")])))(writer)

    assert refused(changed(good, change)) == ()


@pytest.mark.parametrize(
    ("keys", "words"),
    [(["/ToUnicode"], "cannot be extracted"), (["/FontFile", "/FontFile2", "/FontFile3"], "not embedded")],
)
def test_text_needs_embedded_fonts_that_can_be_extracted(keys, words, good):
    dropped = 0

    def change(writer):
        nonlocal dropped
        for one in writer._objects:
            for key in keys:
                if isinstance(one, DictionaryObject) and key in one:
                    del one[key]
                    dropped += 1

    found = refused(changed(good, change))
    assert dropped
    assert {one.code for one in found} == {"gate-font"}
    assert all(words in one.message for one in found)


BROKEN = {
    "empty": b"",
    "no objects": b"%PDF-1.7\n%%EOF\n",
    "no PDF": b"junk",
    "cut": written()[:200],
    "encrypted": written(lambda writer: writer.encrypt("", "owner", algorithm="RC4-128")),
    "with a password": written(lambda writer: writer.encrypt("secret", "owner", algorithm="RC4-128")),
}


@pytest.mark.parametrize("pdf", BROKEN.values(), ids=BROKEN)
def test_what_cannot_be_opened_without_repairs_is_refused(pdf):
    assert codes(pdf) == {"gate-broken"}


def test_a_pdf_without_pages_is_refused():
    assert codes(written(pages=0)) == {"gate-empty"}
