"""PDFs as pictures: every page, the same bytes each time, marks where something changed."""

import io

import pytest
from PIL import Image, ImageChops
from pypdf import PdfReader, PdfWriter

from cvgen.builder import typeset
from cvgen.errors import OutputError, UsageError
from cvgen.loading.load import load_data
from cvgen.options import TypesetOptions
from cvgen.pdf import images


def pdf(*texts, **document):
    sections = [{"kind": "text", "title": f"Part {index}", "text": text} for index, text in enumerate(texts)]
    data = {"person": {"name": "Ada Lovelace"}, "sections": sections, "document": document}
    return typeset(load_data(data), TypesetOptions()).data


@pytest.fixture(scope="module")
def short():
    return pdf("Weaves algebraic patterns.", "Plays the harp.")


@pytest.fixture(scope="module")
def long():
    return pdf("Weaves algebraic patterns.", "Plays the harp.", *["Writes programs. " * 200] * 4)


def opened(png):
    return Image.open(io.BytesIO(png)).convert("RGB")


def colors(image):
    return {color for _, color in image.getcolors(1 << 24)}


def test_every_page_becomes_a_picture_of_its_size(long):
    """A sheet of A4 at 50 dots per inch has 413 by 585 of them."""
    found = list(images.render_pages(long, dpi=50))
    assert len(found) == len(PdfReader(io.BytesIO(long)).pages) > 1
    for png in found:
        with Image.open(io.BytesIO(png)) as image:
            assert image.format == "PNG"
            assert abs(image.width - 413) <= 1
            assert abs(image.height - 585) <= 1


def test_the_same_pdf_gives_the_same_bytes(short):
    """No time and no chance: pictures can be compared and cached."""
    assert list(images.render_pages(short)) == list(images.render_pages(short))
    assert list(images.render_side_by_side(short, short)) == list(images.render_side_by_side(short, short))
    for png in images.render_pages(short):
        assert b"tIME" not in png
        assert b"tEXt" not in png


def test_nothing_is_marked_where_nothing_changed(short):
    """Two equal sides are black on white on grey."""
    (png,) = images.render_side_by_side(short, short)
    assert not {images._BEFORE, images._AFTER} & colors(opened(png))


def test_what_changed_is_marked_and_nothing_else(short):
    """A line more is marked on the new side; what it pushes down is not."""
    new = pdf("Weaves algebraic patterns.\n\nAnd sells them.", "Plays the harp.")
    (png,) = images.render_side_by_side(short, new, dpi=100)
    image = opened(png)
    half = image.width // 2
    left, right = image.crop((0, 0, half, image.height)), image.crop((half, 0, image.width, image.height))
    assert not {images._BEFORE, images._AFTER} & colors(left)
    assert images._AFTER in colors(right)
    plain = Image.new("RGB", right.size, images._AFTER)
    difference = ImageChops.difference(right, plain).convert("L").point(lambda value: 255 if value == 0 else 0)
    _, top, _, bottom = difference.getbbox()
    assert 0 < bottom - top < 30  # one line at 100 dots per inch


def test_another_look_is_marked_where_no_text_changed(short):
    """Another colour of headings says nothing in words, but shows."""
    new = pdf("Weaves algebraic patterns.", "Plays the harp.", options={"accent": "#1A5FB4"})
    (png,) = images.render_side_by_side(short, new)
    assert {images._BEFORE, images._AFTER} <= colors(opened(png))


def test_a_page_that_one_side_lacks_stays_empty(short, long):
    """All pages of the longer side are there, whichever it is."""
    found = [opened(png) for png in images.render_side_by_side(short, long, dpi=50)]
    assert len(found) == len(PdfReader(io.BytesIO(long)).pages)
    half = found[1].width // 2
    assert colors(found[1].crop((0, 0, half - 5, found[1].height))) == {images._DESK}
    back = [opened(png) for png in images.render_side_by_side(long, short, dpi=50)]
    assert len(back) == len(found)
    assert colors(back[1].crop((half + 5, 0, back[1].width, back[1].height))) == {images._DESK}


@pytest.mark.parametrize("dpi", [0, -1, 19, 1201, 10**9])
def test_a_resolution_beyond_reason_is_refused(short, dpi):
    """Before a pixel is drawn."""
    with pytest.raises(UsageError):
        next(images.render_pages(short, dpi=dpi))


def test_pdfs_beyond_limits_are_refused(short):
    """Too many pages, too large a page, no PDF at all: an error that says so, no crash."""
    writer = PdfWriter()
    for _ in range(images.MAX_PAGES + 1):
        writer.add_blank_page(10, 10)
    target = io.BytesIO()
    writer.write(target)
    huge = PdfWriter()
    huge.add_blank_page(14_000, 14_000)
    wide = io.BytesIO()
    huge.write(wide)
    for data in (target.getvalue(), wide.getvalue(), b"", b"%PDF-1.7\nnothing", b"x" * 1000):
        with pytest.raises(OutputError):
            list(images.render_pages(data))
