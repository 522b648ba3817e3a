"""Finished PDFs: what they say of themselves, and what of an engine's PDF goes no further."""

import io
import shutil
import subprocess
import time
import xml.etree.ElementTree as ET
from dataclasses import replace

import pytest
from pypdf import PdfReader
from pypdf.annotations import Link
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject, NameObject, TextStringObject
from support.pdfs import engine_pdf, written

from cvgen.document.nodes import EMPTY, Document, Header, Metadata
from cvgen.errors import OutputError
from cvgen.pdf.finishing import finish

METADATA = Metadata("CV – Ada <Lovelace> & 金", "Ada Lovelace", "Curriculum vitae", ("x", "y & z"), "en-GB")
DOCUMENT = Document(METADATA, Header(EMPTY, EMPTY), ())
EPOCH = 1_700_000_000


@pytest.fixture(params=["xelatex", "lualatex"])
def raw(request):
    return engine_pdf(request.param)


def read(pdf):
    return PdfReader(io.BytesIO(pdf), strict=True)


# --- metadata -------------------------------------------------------------------------------------------------------


def test_info_says_what_the_profile_says(raw):
    """Title, author, subject, keywords, dates and programs, and nothing of the engine's own."""
    facts = dict(read(finish(raw, DOCUMENT, epoch=EPOCH)).metadata)
    assert facts.pop("/Creator").startswith("cvgen ")
    assert facts.pop("/Producer")
    assert facts == {
        "/Title": METADATA.title,
        "/Author": METADATA.author,
        "/Subject": METADATA.subject,
        "/Keywords": "x, y & z",
        "/CreationDate": "D:20231114221320+00'00'",
        "/ModDate": "D:20231114221320+00'00'",
    }


def test_xmp_agrees_with_info(raw):
    """Programs that read the one or the other learn the same."""
    reader = read(finish(raw, DOCUMENT, epoch=EPOCH))
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


def test_the_catalog_names_the_language_and_shows_the_title(raw):
    done = finish(raw, DOCUMENT, epoch=EPOCH)
    catalog = read(done).trailer["/Root"]
    assert catalog["/Lang"] == "en-GB"
    assert catalog["/ViewerPreferences"]["/DisplayDocTitle"]
    assert done.startswith(b"%PDF-1.7\n")


def test_without_a_date_there_is_none(raw):
    reader = read(finish(raw, DOCUMENT, epoch=0))
    assert not any("Date" in key for key in reader.metadata)
    assert b"xmp:CreateDate" not in reader.trailer["/Root"]["/Metadata"].get_data()


def test_the_same_input_gives_the_same_bytes(raw, monkeypatch):
    """On another day, in another time zone."""
    first = finish(raw, DOCUMENT, epoch=EPOCH)
    monkeypatch.setenv("TZ", "Pacific/Kiritimati")
    time.tzset()
    try:
        assert finish(raw, DOCUMENT, epoch=EPOCH) == first
    finally:
        monkeypatch.undo()
        time.tzset()


def test_identifiers_follow_the_content(raw):
    """Another content has another identifier, the same one in the trailer and in XMP."""
    other = replace(DOCUMENT, metadata=Metadata("Another", "One"))
    readers = [read(finish(raw, document, epoch=EPOCH)) for document in (DOCUMENT, other)]
    found = [[one.original_bytes.hex() for one in reader.trailer["/ID"]] for reader in readers]
    assert found[0] != found[1]
    for (first, second), reader in zip(found, readers, strict=True):
        assert first == second
        assert first in reader.trailer["/Root"]["/Metadata"].get_data().decode().replace("-", "")


def test_texts_of_any_script_and_sign_survive(raw):
    """Whatever means something in PDF or in XML."""
    title = "]]> <!-- \"q\" '𝒜' &amp; )( \\ é 金 31415926535897932384626433832795 /ID ["
    reader = read(finish(raw, replace(DOCUMENT, metadata=Metadata(title, title)), epoch=0))
    assert reader.metadata["/Title"] == title
    assert reader.xmp_metadata.dc_title == {"x-default": title}


def test_a_finished_pdf_is_packed(raw):
    """Tags make it hardly larger."""
    assert len(finish(raw, DOCUMENT, epoch=EPOCH)) < len(raw) + 4000


def test_qpdf_finds_no_fault(raw, tmp_path):
    if shutil.which("qpdf") is None:
        pytest.fail("qpdf is not installed; this test needs it")
    path = tmp_path / "cv.pdf"
    path.write_bytes(finish(raw, DOCUMENT, epoch=EPOCH))
    done = subprocess.run(["qpdf", "--check", path], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


# --- objects --------------------------------------------------------------------------------------------------------


def test_what_nothing_refers_to_is_left_out():
    """Not even the engine's own metadata, nor what stands where no table points."""

    def change(writer):
        writer._add_object(DictionaryObject({NameObject("/Lost"): TextStringObject("lost")}))
        writer.root_object[NameObject("/Metadata")] = writer._add_object(TextStringObject("old"))
        writer.add_metadata({"/Secret": "s"})

    pdf = written(change).replace(b"xref\n", b"99 0 obj <</S/Launch>> endobj\nxref\n", 1)
    place = pdf.rindex(b"\nxref\n") + 1
    pdf = pdf[: pdf.rindex(b"startxref")] + b"startxref\n%d\n%%%%EOF\n" % place
    assert [one for one in read(pdf).metadata if one == "/Secret"]
    reader = read(finish(pdf, DOCUMENT, epoch=0))
    objects = [reader.get_object(number) for number in range(1, reader.trailer["/Size"])]
    assert len(objects) > 5
    for one in objects:
        assert one is not None
        if isinstance(one, DictionaryObject):
            assert not {"/Lost", "/Secret"} & set(one)
            assert one.get("/S") != "/Launch"


def test_an_annotation_within_its_page_becomes_an_object():
    """What the tree refers to has to be one."""

    def change(writer):
        link = writer.add_annotation(0, Link(rect=(0, 0, 9, 9), url="https://example.org"))
        writer.pages[0][NameObject("/Annots")] = ArrayObject([link])

    (note,) = read(finish(written(change), DOCUMENT, epoch=0)).pages[0]["/Annots"]
    assert note.get_object()["/Contents"] == "https://example.org"
    assert isinstance(note, IndirectObject)


def test_lists_of_glyphs_are_left_out(raw):
    """LuaTeX's are wrong, and none is needed."""
    reader = read(finish(raw, DOCUMENT, epoch=EPOCH))
    objects = [reader.get_object(number) for number in range(1, reader.trailer["/Size"])]
    descriptors = [one for one in objects if isinstance(one, DictionaryObject) and "/FontBBox" in one]
    assert descriptors
    assert not any("/CIDSet" in one for one in descriptors)


BROKEN = {
    "empty": b"",
    "no objects": b"%PDF-1.5\n%%EOF\n",
    "no PDF": b"no PDF",
    "encrypted": written(lambda writer: writer.encrypt("", "owner", algorithm="RC4-128")),
    "with a password": written(lambda writer: writer.encrypt("secret", "owner", algorithm="RC4-128")),
    **{f"cut at {share}": written()[: int(len(written()) * share)] for share in (0.2, 0.5, 0.9)},
}


@pytest.mark.parametrize("pdf", BROKEN.values(), ids=BROKEN)
def test_an_engines_pdf_that_is_broken_is_an_output_error(pdf):
    """Nothing is repaired: what the repair guesses may be wrong."""
    with pytest.raises(OutputError, match="the engine's PDF"):
        finish(pdf, DOCUMENT, epoch=0)
