"""An engine's PDF that is changed: what is not touched goes on as it stands, and nothing that nobody refers to."""

import io

import pytest
from pypdf import PdfReader, PdfWriter
from pypdf.annotations import Link
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject, NameObject, TextStringObject

from cvgen.document.nodes import EMPTY, Document, Header, Metadata
from cvgen.errors import OutputError
from cvgen.pdf.metadata import finish
from cvgen.pdf.writer import Unfinished

DOCUMENT = Document(Metadata("T", "A"), Header(EMPTY, EMPTY), ())


def written(change=lambda writer: None):
    """Return a PDF of one blank page after `change`."""
    writer, output = PdfWriter(), io.BytesIO()
    writer.add_blank_page(100, 100)
    change(writer)
    writer.write(output)
    return output.getvalue()


def table(*objects, tail=b""):
    """Return a PDF of the objects as they are given, from number 1 on; `tail` stands behind the last one."""
    data, places = b"%PDF-1.5\n", []
    for one in objects:
        places.append(len(data))
        data += one + b"\n"
    data += tail
    start = len(data)
    data += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    data += b"".join(b"%010d 00000 n \n" % place for place in places)
    return data + b"trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)


CATALOG = b"1 0 obj\n<</Type/Catalog/Pages 2 0 R/X 4 0 R>>\nendobj"
PAGES = b"2 0 obj\n<</Type/Pages/Kids[3 0 R]/Count 1>>\nendobj"
PAGE = b"3 0 obj\n<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Resources<<>>>>\nendobj"


def finished(pdf):
    return finish(pdf, document=DOCUMENT, epoch=0)


@pytest.mark.parametrize(
    "value", [b"<</A(b\\)c)/D[ 1  2.50 ]>>", b"<</Length 3>>\nstream\nxyz\nendstream", b"[null(5 0 R)]", b"<feff 00>"]
)
def test_what_is_not_touched_goes_on_as_it_stands(value):
    """Byte for byte."""
    assert b" 0 obj\n" + value + b"\nendobj" in finished(
        table(CATALOG, PAGES, PAGE, b"4 0 obj " + value + b" endobj")
    )


@pytest.mark.parametrize(
    "value",
    [
        b"(endobj)",
        b"<</A(endobj 9 0 obj)>>",
        b"<</Length 20>>\nstream\nendobj endstream abc\nendstream",
        b"(x) endobj 7 0 obj <</S/Launch>>",
    ],
)
def test_what_cannot_be_told_from_its_bytes_is_parsed(value):
    """An object is where its table says and ends where it ends; what hides behind it goes no further."""
    done = finished(table(CATALOG, PAGES, PAGE, b"4 0 obj " + value + b" endobj"))
    assert b"/Launch" not in done
    before = PdfReader(io.BytesIO(table(CATALOG, PAGES, PAGE, b"4 0 obj " + value + b" endobj"))).root_object["/X"]
    after = PdfReader(io.BytesIO(done), strict=True).root_object["/X"]
    assert (before, getattr(before, "_data", b"")) == (after, getattr(after, "_data", b""))


def packed(value):
    """Return a PDF whose object 4 stands in an object stream."""
    data, places = b"%PDF-1.5\n", [0]
    for one in (CATALOG, PAGES, PAGE):
        places.append(len(data))
        data += one + b"\n"
    places.append(len(data))
    data += b"5 0 obj <</Type/ObjStm/N 1/First 4/Length %d>>\nstream\n4 0 %s\nendstream endobj\n" % (
        4 + len(value),
        value,
    )
    rows = [
        b"\0\0\0",
        *(b"\1%c%c" % divmod(place, 256) for place in places[1:4]),
        b"\2\0\5",
        b"\1%c%c" % divmod(places[4], 256),
    ]
    start = len(data)
    rows.append(b"\1%c%c" % divmod(start, 256))
    head = b"6 0 obj <</Type/XRef/Size 7/W[1 2 1]/Root 1 0 R/Length 28>>\nstream\n"
    return (
        data
        + head
        + b"".join(row + b"\0" for row in rows)
        + b"\nendstream endobj\n"
        + b"startxref\n%d\n%%%%EOF\n" % start
    )


@pytest.mark.parametrize("value", [b"<</A(b)/C 1>>", b"[ 1 (a\\)) /B]"])
def test_what_is_packed_goes_on_as_it_stands(value):
    """Not packed any more, and nothing of the stream that it stood in."""
    done = finished(packed(value))
    assert b" 0 obj\n" + value + b"\nendobj" in done
    assert b"/ObjStm" not in done
    assert b"/XRef" not in done


@pytest.mark.parametrize("value", [b"5 endobj 9 0 obj <</S/Launch>>", b"[(endobj)]", b"(stream)"])
def test_what_is_packed_ends_where_it_ends(value):
    """No other object comes out with it."""
    done = finished(packed(value))
    assert b"/Launch" not in done
    before, after = (PdfReader(io.BytesIO(one)).root_object["/X"] for one in (packed(value), done))
    assert before == after


def test_what_stands_behind_the_last_object_goes_no_further():
    """Nor what stands where no table points."""
    done = finished(table(CATALOG, PAGES, PAGE, b"4 0 obj 5 endobj", tail=b"9 0 obj <</S/Launch>> endobj\n"))
    assert b"/Launch" not in done
    assert PdfReader(io.BytesIO(done), strict=True).root_object["/X"] == 5


def test_what_nothing_refers_to_is_left_out():
    """Not even the engine's own metadata."""

    def change(writer):
        writer._add_object(DictionaryObject({NameObject("/Lost"): TextStringObject("lost")}))
        writer.root_object[NameObject("/Metadata")] = writer._add_object(TextStringObject("old"))
        writer.add_metadata({"/Secret": "s"})

    done = finished(written(change))
    assert not [word for word in (b"/Lost", b"old", b"/Secret") if word in done]
    reader = PdfReader(io.BytesIO(done), strict=True)
    assert [reader.get_object(number) is not None for number in range(1, reader.trailer["/Size"])]


def test_an_annotation_within_its_page_becomes_an_object():
    """What the tree refers to has to be one."""

    def change(writer):
        link = writer.add_annotation(0, Link(rect=(0, 0, 9, 9), url="https://example.org"))
        writer.pages[0][NameObject("/Annots")] = ArrayObject([link])

    (note,) = PdfReader(io.BytesIO(finished(written(change))), strict=True).pages[0]["/Annots"]
    assert note.get_object()["/Contents"] == "https://example.org"
    assert isinstance(note, IndirectObject)


def test_an_encrypted_pdf_is_an_output_error():
    """No engine makes one."""
    with pytest.raises(OutputError, match="encrypted"):
        finished(written(lambda writer: writer.encrypt("", "owner", algorithm="RC4-128")))


@pytest.mark.parametrize("kept", [0.2, 0.5, 0.9])
def test_a_cut_pdf_is_an_output_error(kept):
    pdf = written()
    with pytest.raises(OutputError, match="cannot be read"):
        finished(pdf[: int(len(pdf) * kept)])


def test_numbers_without_end_are_refused():
    """A table may name objects that would make the file grow without measure."""
    pdf = table(CATALOG, PAGES, PAGE, b"4 0 obj 5 endobj").replace(
        b"xref\n0 5\n", b"xref\n999999999 1\n0000000009 00000 n \n0 5\n"
    )
    with pytest.raises(OutputError):
        finished(pdf)


def test_new_objects_take_the_numbers_that_became_free():
    """So the table has no holes."""
    file = Unfinished(
        table(CATALOG.replace(b"4 0 R", b"5 0 R"), PAGES, PAGE, b"4 0 obj 5 endobj", b"5 0 obj 6 endobj")
    )
    assert [file.add() for _ in range(3)] == [4, 6, 7]
