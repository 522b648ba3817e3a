"""Reading a PDF's pages: every run of text with its place, its marks and its characters, whoever wrote the PDF."""

from pathlib import Path

import pytest
from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject, NumberObject
from support import extract
from support.pdfs import Changed, made, pages_of, shown

from cvgen.builder import typeset
from cvgen.errors import OutputError
from cvgen.options import TypesetOptions
from cvgen.pdf.gates.fonts import LOST

ROOT = Path(__file__).resolve().parents[3]


def runs(content, **more):
    (page,) = pages_of(made(content, **more))
    return page.runs


def texts(content, **more):
    return [run.text for run in runs(content, **more)]


def places(content):
    return [(run.text, run.x, run.y) for run in runs(content)]


# --- strings and characters ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("string", "text"),
    [
        (b"<00410042>", "AB"),
        (b"<0041 00\n42>", "AB"),
        (b"<00410>", "A" + "\ufffd" * 0),
        (b"(\\000A\\000\\))", "A)"),
        (b"(\0A\0\\()", "A("),
        (b"(\0(\0))", "()"),
        (b"(\\0A\0B)", "AB"),
        (b"(\0A\\\n\0B)", "AB"),
        (b"()", ""),
    ],
)
def test_strings_are_read_however_they_are_written(string, text):
    """Hexadecimal with white space, octal escapes, escaped and nested brackets, lines that go on."""
    (run,) = runs(b"BT /F1 10 Tf " + string + b" Tj ET")
    assert run.text == text


def test_kerns_do_not_part_a_word():
    """What a TJ array holds is one run, whatever stands between its strings."""
    (run,) = runs(b"BT /F1 10 Tf [" + shown("Wo") + b"-120.5 (\0r) 7 % a note\n" + shown("d") + b"] TJ ET")
    assert run.text == "Word"
    assert run.width == pytest.approx(4 * 5 + 1.135)


def test_a_ligature_is_its_letters():
    """A glyph that stands for several characters gives them all."""
    cmap = b"2 beginbfchar\n<0001> <006600660069>\n<0002> <D83DDE00>\nendbfchar\n"
    assert texts(b"BT /F1 10 Tf <00010002> Tj ET", cmap=cmap) == ["ffi\U0001f600"]


def test_ranges_of_codes_are_read_in_both_forms():
    """A range may count up from one character or list one for each code."""
    cmap = b"2 beginbfrange\n<0001> <0003> <0041>\n<0010> <0011> [<0078> <00790079>]\nendbfrange\n"
    assert texts(b"BT /F1 10 Tf <00010002000300100011> Tj ET", cmap=cmap) == ["ABCxyy"]


def test_a_glyph_without_a_character_is_told():
    """It is not left out: something is shown that nothing can be read from."""
    assert texts(b"BT /F1 10 Tf <004100990042> Tj ET") == [f"A{LOST}B"]


# --- places --------------------------------------------------------------------------------------------------------


def test_each_way_to_move_is_followed():
    """Td, TD and T* move from the line's beginning, Tm sets it, ' and TL move down a line."""
    a = shown("a")
    content = (
        b"BT /F1 10 Tf 100 700 Td " + a + b" Tj 5 -12 TD " + a + b" Tj T* " + a + b" Tj "
        b"1 0 0 1 50 60 Tm " + a + b" Tj 20 TL " + a + b" ' ET BT 3 4 Td " + a + b" Tj ET"
    )
    assert places(content) == [
        ("a", 100, 700), ("a", 105, 688), ("a", 105, 676), ("a", 50, 60), ("a", 50, 40), ("a", 3, 4),
    ]  # fmt: skip


def test_text_goes_on_where_it_ended():
    """A second string without a move stands after the first."""
    assert places(b"BT /F1 10 Tf 100 700 Td " + shown("ab") + b" Tj " + shown("c") + b" Tj ET") == [
        ("ab", 100, 700),
        ("c", 110, 700),
    ]


def test_the_matrix_is_saved_and_restored():
    """q, Q and cm move and scale what is shown between them, and only that."""
    (big, small) = runs(
        b"q 2 0 0 2 10 20 cm BT /F1 10 Tf 5 5 Td " + shown("a") + b" Tj ET Q BT /F1 8 Tf " + shown("b") + b" Tj ET"
    )
    assert (big.x, big.y, big.size, big.width) == (20, 30, 20, 10)
    assert (small.x, small.y, small.size, small.width) == (0, 0, 8, 4)


def test_the_width_ends_with_the_last_letter():
    """Space glyphs at the end of a line stand in the margin: they are not counted."""
    (run,) = runs(b"BT /F1 10 Tf " + shown("ab  ") + b" Tj ET")
    assert (run.text, run.width) == ("ab  ", 10)


def test_widths_come_from_the_font():
    """Single widths, ranges of equal ones, and the default for the rest."""
    widths = [0x41, [300, 400], 0x61, 0x62, 700]
    assert [run.width for run in runs(
        b"BT /F1 10 Tf " + b" ".join(shown(text) + b" Tj" for text in ("A", "B", "ab", "z")) + b" ET", widths=widths
    )] == [3, 4, 14, 5]  # fmt: skip


# --- what stands around text ---------------------------------------------------------------------------------------


def test_paths_colours_comments_and_pictures_are_passed_over():
    """Whatever looks like text in them is none."""
    content = (
        b"0.29 0.29 0.29 rg q 1 0 0 1 5 5 cm 48 384 m 22 384 0 362 0 336 c h f* W n Q % (no) Tj\n"
        b"BI /W 2 /H 1 /BPC 8 /CS /G ID (x) Tj EI /Im0 Do 3 w [3 1] 0 d "
        b"BT /F1 10 Tf 0 Tr " + shown("yes") + b" Tj ET 0 0 5 5 re S"
    )
    assert texts(content) == ["yes"]


def test_marked_content_is_told():
    """Each run has the tag and number around it; what is in an artifact, however deep, is one."""
    a = shown("a")
    properties = DictionaryObject({NameObject("/Properties"): DictionaryObject({
        NameObject("/MC0"): DictionaryObject({NameObject("/MCID"): NumberObject(7)})
    })})  # fmt: skip
    content = (
        b"BT /F1 10 Tf /P <</MCID 3>> BDC " + a + b" Tj /Span <</Lang (en)>> BDC " + a + b" Tj EMC EMC "
        b"/H1 /MC0 BDC " + a + b" Tj EMC /Artifact BMC /Span BMC " + a + b" Tj EMC EMC "
        b"/Artifact <</Type /Pagination>> BDC " + a + b" Tj EMC " + a + b" Tj ET"
    )
    assert [(run.tag, run.mcid, run.artifact) for run in runs(content, resources=properties)] == [
        ("P", 3, False), ("Span", 3, False), ("H1", 7, False), ("Span", None, True), ("Artifact", None, True),
        ("", None, False),
    ]  # fmt: skip


def test_forms_are_read_where_they_are_shown():
    """A form's text stands in its place, moved by its own matrix; what it sets does not outlive it."""
    form = DecodedStreamObject()
    form.set_data(b"1 0 0 1 1 1 cm BT /F1 20 Tf " + shown("in") + b" Tj ET")
    form[NameObject("/Subtype")] = NameObject("/Form")
    content = b"BT /F1 10 Tf ET q 1 0 0 1 100 200 cm /X Do Q BT " + shown("out") + b" Tj ET"
    (inner, outer) = runs(content, form=form)
    assert (inner.text, inner.x, inner.y, inner.size) == ("in", 101, 201, 20)
    assert (outer.text, outer.x, outer.y, outer.size) == ("out", 0, 0, 10)


@pytest.mark.parametrize("content", [b"BT /F1 10 Tf (ab Tj ET", b"BT (a) Tj ET", b"BT /F1 10 Tf Tj ET", b"1 Td"])
def test_a_page_that_cannot_be_read_is_an_output_error(content):
    """Nothing goes out unread: the page is named."""
    with pytest.raises(OutputError, match="page 2 "):
        pages_of(made(b"", content))


# --- real PDFs -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("engine", ["xelatex", pytest.param("lualatex", marks=pytest.mark.long)])
@pytest.mark.parametrize("name", ["all_kinds", "names_of_the_world"])
def test_the_words_are_those_that_other_readers_see(name, engine):
    """Poppler finds the same words and links, and all runs are on the page."""
    data = typeset(ROOT / "examples" / f"{name}.yaml", TypesetOptions(engine=engine)).data
    pages = pages_of(data)
    words = []
    for page in pages:
        line = 0.0
        for run in page.runs:
            words.append(run.text if abs(run.y - line) < 2 else f"\n{run.text}")
            line = run.y
            assert 0 <= run.x <= run.x + run.width <= page.width
            assert 0 <= run.y <= page.height
        words.append("\n")
    # Their order is another matter: Poppler goes by the place on the page.
    found, wanted = (sorted(text.split()) for text in ("".join(words), extract.words_of(data, "pdftotext")))
    assert found == wanted
    assert [link.url for page in pages for link in page.links] == extract.links(data)


@pytest.mark.parametrize("engine", ["xelatex", pytest.param("lualatex", marks=pytest.mark.long)])
def test_both_ways_to_split_a_stream_find_the_same(engine):
    """A comment, which no engine writes, has a page split by qpdf."""
    data = typeset(ROOT / "examples" / "names_of_the_world.yaml", TypesetOptions(engine=engine)).data
    changed = Changed(data)
    for number in range(len(changed.writer.pages)):
        changed.show(number, changed.stream(number) + b"\n% a comment\n")
    for ours, by_qpdf in zip(pages_of(data), changed.pages, strict=True):
        assert len(ours.runs) > 50
        for run, other in zip(ours.runs, by_qpdf.runs, strict=True):
            assert run[:2] + run[6:] == other[:2] + other[6:]
            assert run[2:6] == pytest.approx(other[2:6])
