"""Finished PDFs: what they say of themselves, and what may not go out."""

import io
import shutil
import subprocess
import time
import xml.etree.ElementTree as ET
from dataclasses import replace
from pathlib import Path

import pytest
from pypdf import PdfReader, PdfWriter
from pypdf.generic import (
    ArrayObject,
    BooleanObject,
    DictionaryObject,
    FloatObject,
    NameObject,
    PdfObject,
    TextStringObject,
)

from cvgen.document.nodes import EMPTY, Document, Header, Metadata
from cvgen.engine import engines
from cvgen.engine import run as engine
from cvgen.engine.tex_tree import Runtime
from cvgen.errors import OutputError
from cvgen.pdf.gates import security as gate
from cvgen.pdf.metadata import finish

METADATA = Metadata("CV – Ada <Lovelace> & 金", "Ada Lovelace", "Curriculum vitae", ("x", "y & z"), "en-GB")
DOCUMENT = Document(METADATA, Header(EMPTY, EMPTY), ())
URL = "https://example.org/a_b"
EPOCH = 1_700_000_000


@pytest.fixture(autouse=True)
def own_cache(tmp_path_factory, monkeypatch):
    monkeypatch.setenv("CVGEN_CACHE_DIR", str(tmp_path_factory.mktemp("cache")))


TEX = r"""\documentclass{article}
\nofiles
\begin{document}
\font\x=[SourceSansPro-Regular.otf] \x Hello world
\ifdefined\XeTeXversion
\special{pdf:ann width 20pt height 8pt
  << /Type /Annot /Subtype /Link /A << /S /URI /URI (https://example.org/a_b) >> >>}
\fi
\newpage Two\newpage Three
\end{document}
"""


def typeset(name, folder):
    if shutil.which(name) is None:
        pytest.fail(f"{name} is not installed; these tests need it")
    import font_source_sans_pro

    fonts = Path(font_source_sans_pro.__file__).parent / "files"
    (folder / "var").mkdir(parents=True)
    runtime = Runtime(folder, fonts, folder / "var", "")
    return engine.run(
        TEX.replace("\\x Hello", "\\let\\rm\\x\\x Hello"), engine=engines.find(name), runtime=runtime
    ).pdf


@pytest.fixture(scope="session")
def engine_pdfs(tmp_path_factory):
    return {name: typeset(name, tmp_path_factory.mktemp("pdf") / name) for name in ("xelatex", "lualatex")}


@pytest.fixture(params=["xelatex", "lualatex"])
def raw(request, engine_pdfs):
    return engine_pdfs[request.param]


@pytest.fixture
def good(engine_pdfs):
    return finish(engine_pdfs["xelatex"], document=DOCUMENT, epoch=EPOCH)


# ----------------------------------------------------------------------------------------------- metadata


def test_info_says_what_the_profile_says(raw):
    reader = PdfReader(io.BytesIO(finish(raw, document=DOCUMENT, epoch=EPOCH)), strict=True)
    facts = dict(reader.metadata)
    assert facts["/Title"] == METADATA.title
    assert facts["/Author"] == METADATA.author
    assert facts["/Subject"] == METADATA.subject
    assert facts["/Keywords"] == "x, y & z"
    assert facts["/Creator"].startswith("cvgen ")
    assert facts["/CreationDate"] == facts["/ModDate"] == "D:20231114221320+00'00'"
    assert set(facts) == {
        *("/Title", "/Author", "/Subject", "/Keywords", "/Creator", "/Producer", "/CreationDate", "/ModDate")
    }


def test_xmp_agrees_with_info(raw):
    reader = PdfReader(io.BytesIO(finish(raw, document=DOCUMENT, epoch=EPOCH)), strict=True)
    packet = reader.trailer["/Root"]["/Metadata"].get_data()
    ET.fromstring(packet[packet.index(b"<x:xmpmeta") : packet.index(b"<?xpacket end")])
    xmp = reader.xmp_metadata
    assert xmp.dc_title == {"x-default": METADATA.title}
    assert xmp.dc_creator == [METADATA.author]
    assert xmp.dc_description == {"x-default": METADATA.subject}
    assert xmp.dc_language == ["en-GB"]
    assert xmp.pdf_keywords == reader.metadata["/Keywords"]
    assert xmp.pdf_producer == reader.metadata["/Producer"]
    assert xmp.xmp_creator_tool == reader.metadata["/Creator"]
    assert xmp.xmp_create_date.isoformat() == "2023-11-14T22:13:20"


def test_a_reader_is_told_language_and_title(raw):
    done = finish(raw, document=DOCUMENT, epoch=EPOCH)
    catalog = PdfReader(io.BytesIO(done), strict=True).trailer["/Root"]
    assert catalog["/Lang"] == "en-GB"
    assert catalog["/ViewerPreferences"]["/DisplayDocTitle"] == BooleanObject(True)
    assert done.startswith(b"%PDF-1.7\n")


def test_without_a_date_there_is_none(raw):
    done = finish(raw, document=DOCUMENT, epoch=0)
    reader = PdfReader(io.BytesIO(done), strict=True)
    assert not any("Date" in key for key in reader.metadata)
    assert b"xmp:CreateDate" not in done


def test_the_same_input_gives_the_same_bytes(raw, monkeypatch):
    """On another day, in another time zone."""
    first = finish(raw, document=DOCUMENT, epoch=EPOCH)
    monkeypatch.setenv("TZ", "Pacific/Kiritimati")
    time.tzset()
    try:
        assert finish(raw, document=DOCUMENT, epoch=EPOCH) == first
    finally:
        monkeypatch.undo()
        time.tzset()


@pytest.mark.parametrize("name", ["xelatex", "lualatex"])
def test_two_builds_in_different_folders_give_the_same_bytes(name, engine_pdfs, tmp_path):
    again = finish(typeset(name, tmp_path / "elsewhere"), document=DOCUMENT, epoch=EPOCH)
    assert finish(engine_pdfs[name], document=DOCUMENT, epoch=EPOCH) == again


def test_identifiers_follow_the_content(raw):
    """Equal content, equal identifier; and nothing is left of the places kept for them."""
    first = finish(raw, document=DOCUMENT, epoch=EPOCH)
    other = finish(raw, document=replace(DOCUMENT, metadata=Metadata("Another", "One")), epoch=EPOCH)
    ids = [PdfReader(io.BytesIO(one)).trailer["/ID"][0].original_bytes for one in (first, other)]
    assert ids[0] != ids[1]
    assert ids[0].hex() in first.decode("latin-1").replace("-", "")
    assert b"cvgenuuid" not in first
    assert b"cvgen-identifier".hex().encode() not in first
    assert first.count(b"<" + ids[0].hex().encode() + b">") == 2


def test_texts_of_any_script_and_sign_survive(raw):
    title = "]]> <!-- \"q\" '𝒜' &amp; )( \\ é 金"
    reader = PdfReader(
        io.BytesIO(finish(raw, document=replace(DOCUMENT, metadata=Metadata(title, title)), epoch=0)), strict=True
    )
    assert reader.metadata["/Title"] == title
    assert reader.xmp_metadata.dc_title == {"x-default": title}


def test_finishing_keeps_streams_compressed(raw):
    assert len(finish(raw, document=DOCUMENT, epoch=EPOCH)) < len(raw) + 8000


@pytest.mark.parametrize("pdf", [b"", b"%PDF-1.5\n%%EOF\n", b"no PDF"])
def test_a_broken_pdf_is_an_output_error(pdf):
    with pytest.raises(OutputError, match="cannot be read"):
        finish(pdf, document=DOCUMENT, epoch=0)


def test_qpdf_finds_no_fault(raw, tmp_path):
    if shutil.which("qpdf") is None:
        pytest.fail("qpdf is not installed; this test needs it")
    path = tmp_path / "cv.pdf"
    path.write_bytes(finish(raw, document=DOCUMENT, epoch=EPOCH))
    done = subprocess.run(["qpdf", "--check", path], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


# --------------------------------------------------------------------------------------------------- gate


def gated(pdf, urls):
    """Return what the gate says of a PDF."""
    try:
        return gate.check(gate.parsed(pdf), urls)
    except OutputError as error:
        return error.diagnostics


def test_a_finished_cv_passes(raw):
    done = finish(raw, document=DOCUMENT, epoch=EPOCH)
    assert gated(done, frozenset({URL})) == ()


def test_a_link_that_the_profile_did_not_ask_for_is_found(good):
    (only,) = gated(good, frozenset({"https://example.org/"}))
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
def test_a_pdf_that_can_do_something_is_stopped(case, good):
    writer = PdfWriter(clone_from=io.BytesIO(good))
    BAD[case](writer)
    output = io.BytesIO()
    writer.write(output)
    assert "gate-active" in {one.code for one in gated(output.getvalue(), frozenset({URL}))}


class Written(PdfObject):
    """An object as it will stand in the file."""

    def __init__(self, data):
        self.data = data

    def write_to_stream(self, stream):
        stream.write(self.data)


def with_object(pdf, element):
    """Return a PDF with one more object, written as given but with the number of an action in place of `%d`."""
    writer = PdfWriter(clone_from=io.BytesIO(pdf))
    hidden = writer._add_object(action("Launch"))
    number = b"%d" % hidden.idnum
    writer.root_object[name("Hidden")] = writer._add_object(Written(element.replace(b"%d", number)))
    output = io.BytesIO()
    writer.write(output)
    return output.getvalue()


@pytest.mark.parametrize(
    "element",
    [
        b"<</Type/StructElem/S/P/P 1 0 R/K[%d 0 R]>>",
        b"<</Type/StructElem/S/P/P 1 0 R/K[%d  0 R]>>",
        b"<</Type/StructElem/S/P/P 1 0 R/K[1 %d\n0\r\nR]>>",
        b"<</Type/StructElem/S/L/P 1 0 R/Pg 1 0 R/Lang(de)/A<</O/List/ListNumbering/Disc>>/K[0 1 %d 0 R]>>",
        b"<</Type/StructElem/S/Link/P %d 0 R/K[0]>>",
        b"<</Type/StructElem/S/Link/P 1 0 R/Pg 1 0 R/K[0<</Type/OBJR/Pg 1 0 R/Obj %d 0 R>>]>>",
        b"<</Type/StructElem/S/P/P 1 0 R/Pg 1 0 R/K[0<</Type/MCR/Pg %d 0 R/MCID 3>>]>>",
        b"<</Nums[0[1 0 R %d 0 R]\n1 1 0 R]>>",
        b"<</Nums[0[1 0 R]\n1 %d 0 R]>>",
        b"<</A(1 0 R /B)/C<3132>/D true/E null/F -.5/G%d 0 R/H %d 0 R>>",
        b"%d 0 R",
    ],
)
def test_nothing_hides_behind_plain_objects(element, good):
    """They are not read like others, but whatever they lead to is."""
    pdf = with_object(good, element)
    reader = gate.parsed(pdf)
    assert gate._references(reader, reader.root_object.raw_get("/Hidden").idnum) is not None
    assert "gate-active" in {one.code for one in gated(pdf, frozenset({URL}))}


@pytest.mark.parametrize(
    "element",
    [
        b"<</Type/StructElem/S/Launch/P 1 0 R/K[0]>>",
        b"<</Type/StructElem/S/P/P 1 0 R/AA 1 0 R/K[0]>>",
        b"<</Type/StructElem/S/P/P 1 0 R/K[0]/JS(x)>>",
        b"<</Type/StructElem/S/P/P 1 0 R/K[0<</Type/MCR/Pg 1 0 R/MCID 3/JS(x)>>]>>",
        b"<</Type/StructElem/S/P/P 1 0 R/K[0]>>/S/Launch",
        b"<</Type/StructElem/S/P/P 1 0 R/K[0<</S/Launch>>]>>",
        b"<</Nums[0[1 0 R<</S/Launch>>]]>>",
        b"<</Type/StructElem/S/P/P 1 0 R/K[0]>>stream\n<</S/Launch>>\nendstream",
        b"<</S/L#61unch>>",
        b"<</#53/Launch>>",
        b"<</S 1 0 R>>",
        b"<</S\n1 0 R>>",
        b"<</Title(\\)/K[)/K[%d 0 R]/T(])>>",
        b"<</Title(()/K[%d 0 R])>>",
        b"<</A%)\n/K[%d 0 R]>>",
        b"<</K[%d\x000\x00R]>>",
        b"<</K[[0]>>",
        b"<</K<<>>",
        b"<</K 0",
        b"<</K[<4)>]>>",
    ],
)
def test_what_is_not_plain_is_read(element, good):
    """One byte more, and a search could miss what a parser finds."""
    reader = gate.parsed(with_object(good, element))
    assert gate._references(reader, reader.root_object.raw_get("/Hidden").idnum) is None


def test_what_an_action_is_may_not_stand_elsewhere(good):
    """`/S` may be a reference to the name."""
    writer = PdfWriter(clone_from=io.BytesIO(good))
    kind = writer._add_object(name("Launch"))
    writer.root_object[name("Hidden")] = writer._add_object(Written(b"<</S %d 0 R>>" % kind.idnum))
    output = io.BytesIO()
    writer.write(output)
    assert "gate-active" in {one.code for one in gated(output.getvalue(), frozenset({URL}))}


def test_a_pdf_may_open_at_a_place_in_itself(good):
    writer = PdfWriter(clone_from=io.BytesIO(good))
    open_with(action("GoTo", D=ArrayObject([writer.pages[0].indirect_reference, name("Fit")])))(writer)
    output = io.BytesIO()
    writer.write(output)
    assert gated(output.getvalue(), frozenset({URL})) == ()


@pytest.mark.parametrize(("drop", "words"), [("/ToUnicode", "cannot be extracted"), ("/FontFile3", "not embedded")])
def test_text_needs_embedded_fonts_that_can_be_extracted(drop, words, good):
    writer = PdfWriter(clone_from=io.BytesIO(good))
    dropped = 0
    for one in writer._objects:
        if isinstance(one, DictionaryObject) and drop in one:
            del one[drop]
            dropped += 1
    output = io.BytesIO()
    writer.write(output)
    found = gated(output.getvalue(), frozenset({URL}))
    assert dropped
    assert {one.code for one in found} == {"gate-font"}
    assert all(words in one.message for one in found)


@pytest.mark.parametrize("pdf", [b"", b"%PDF-1.7\n%%EOF\n", b"junk"])
def test_what_does_not_open_strictly_is_stopped(pdf):
    assert [one.code for one in gated(pdf, frozenset())] == ["gate-broken"]


def test_a_cut_pdf_is_stopped(good):
    assert [one.code for one in gated(good[: len(good) // 2], frozenset({URL}))] == ["gate-broken"]


@pytest.mark.parametrize("password", ["secret", ""])
def test_an_encrypted_pdf_is_stopped(password, good):
    writer = PdfWriter(clone_from=io.BytesIO(good))
    writer.encrypt(password, "owner")
    output = io.BytesIO()
    writer.write(output)
    assert [one.code for one in gated(output.getvalue(), frozenset({URL}))] == ["gate-broken"]


def test_a_pdf_without_pages_is_stopped():
    writer, output = PdfWriter(), io.BytesIO()
    writer.write(output)
    assert "gate-empty" in {one.code for one in gated(output.getvalue(), frozenset())}
