"""Each PDF is accessible by PDF/UA-1, and fit for archives by PDF/A: veraPDF finds nothing wrong with it."""

import io
from concurrent.futures import ThreadPoolExecutor

import pytest
from pypdf import PdfWriter
from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject, NullObject, NumberObject
from support.outputs import ENGINES, FOLDERS, OUTPUTS, PROFILES, THEMES
from support.verapdf import validate

pytestmark = pytest.mark.long  # one run of Java for all of them, so not in parallel: see .ci/run


def remove_last_end_of_marks(writer):
    content = writer.pages[0].get_contents().get_data()
    at = content.rindex(b"EMC")
    stream = DecodedStreamObject()
    stream.set_data(content[:at] + content[at + 3 :])
    writer.pages[0][NameObject("/Contents")] = writer._add_object(stream)


def forget_the_element_of_a_text(writer):
    rows = writer.root_object["/StructTreeRoot"]["/ParentTree"]["/Nums"]
    rows[1].get_object()[0] = NullObject()


def forget_the_element_of_a_link(writer):
    key = int(writer.pages[0]["/Annots"][0].get_object()["/StructParent"])
    rows = writer.root_object["/StructTreeRoot"]["/ParentTree"]["/Nums"]
    at = next(at for at in range(0, len(rows), 2) if int(rows[at]) == key)
    del rows[at : at + 2]


def elements(writer, role):
    found = (one.get_object() for one in writer._objects)
    return [one for one in found if isinstance(one, DictionaryObject) and one.get("/S") == role]


def skip_levels_of_headings(writer):
    for one in elements(writer, "/H2"):
        one[NameObject("/S")] = NameObject("/H5")


def remove_the_words_of_the_portrait(writer):
    del elements(writer, "/Figure")[0]["/Alt"]


def remove_the_language(writer):
    del writer.root_object["/Lang"]


def remove_the_characters_of_a_font(writer):
    font = next(iter(writer.pages[0]["/Resources"]["/Font"].values())).get_object()
    del font["/ToUnicode"]


def forget_what_colours_mean(writer):
    del writer.root_object["/OutputIntents"]


def hide_the_links_from_printers(writer):
    annotation = writer.pages[0]["/Annots"][0].get_object()
    annotation[NameObject("/F")] = NumberObject(0)


FAULTS = {
    forget_what_colours_mean: "2a: 6.2.4.3-2",
    hide_the_links_from_printers: "2a: 6.3.2-2",
    remove_last_end_of_marks: "7.1-3",
    forget_the_element_of_a_text: "7.1-3",
    forget_the_element_of_a_link: "7.18.5-1",
    skip_levels_of_headings: "7.4.2-1",
    remove_the_words_of_the_portrait: "7.3-1",
    remove_the_language: "7.2-34",
    remove_the_characters_of_a_font: "7.21.7-1",
}


def change_nothing(writer):
    """Leave the PDF as it is."""


@pytest.fixture(scope="module")
def broken(built, tmp_path_factory):
    """Return copies of a good PDF by what was done to them."""
    output = next(one for one in OUTPUTS if one.profile.stem == "photo" and one.engine == "xelatex")
    folder = tmp_path_factory.mktemp("broken")
    paths = {}
    for change in (change_nothing, *FAULTS):
        writer = PdfWriter(clone_from=io.BytesIO(built(output).read_bytes()))
        writer.pdf_header = "%PDF-1.7"
        change(writer)
        paths[change] = folder / f"{change.__name__}.pdf"
        writer.write(paths[change])
    return paths


@pytest.fixture(scope="module")
def verdicts(built, broken):
    """Return the verdicts by path: of all outputs that can be built, and of the broken ones."""
    with ThreadPoolExecutor(2) as pool:
        builds = [pool.submit(built, output) for output in OUTPUTS]
    return validate([*(one.result() for one in builds if one.exception() is None), *broken.values()])


def test_there_is_something_to_judge():
    """Profiles, examples and corpus are there, in each theme and engine, and their variants."""
    assert {path.parent for path in PROFILES} == {*FOLDERS}
    assert len(PROFILES) >= 22
    assert {one.theme for one in OUTPUTS} == {*THEMES, None} >= {"awesome", "plain"}
    assert {one.engine for one in OUTPUTS} == {*ENGINES} == {"xelatex", "lualatex"}
    assert len([one for one in OUTPUTS if one.variant]) >= 8
    assert len({*map(str, OUTPUTS)}) == len(OUTPUTS)


@pytest.mark.parametrize("output", OUTPUTS, ids=str)
def test_every_output_is_accessible(built, verdicts, output):
    """It passes all rules of PDF/UA-1, and of PDF/A-2a or 3a, that a program can check."""
    verdict = verdicts[built(output)]
    assert verdict.failures == ()
    assert verdict.checks > 100


def test_a_copy_that_is_not_broken_is_accessible(verdicts, broken):
    """What the test below finds is what was broken, not what copying did."""
    assert verdicts[broken[change_nothing]].failures == ()


@pytest.mark.parametrize(("change", "rule"), FAULTS.items(), ids=lambda value: getattr(value, "__name__", ""))
def test_a_fault_is_found(verdicts, broken, change, rule):
    """veraPDF reads the tags, and not only that there are some."""
    assert rule in {failure[: len(rule)] for failure in verdicts[broken[change]].failures}
