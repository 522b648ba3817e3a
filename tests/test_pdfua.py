"""The accessibility checker finds nothing in a good PDF, and what is wrong, only that, in one that is broken."""

import io

import pytest
from pdfua import RULES, break_content, break_rest, break_tree, check
from pdfua.breaking import BREAKS, Copy
from pdfua.document import Document
from pdfua.sample import good
from pypdf import PdfReader, PdfWriter

MODULES = (break_content, break_rest, break_tree)  # each enters its own into BREAKS


def test_a_good_pdf_passes():
    """Nothing is found in the sample, and each check has been there."""
    assert check(good()) == ()
    assert len(RULES) >= 80


@pytest.mark.parametrize("name", BREAKS)
def test_each_fault_is_found_and_no_other(name):
    """A PDF that is broken in one way fails in that way, and in no other."""
    pdf = Copy()
    BREAKS[name][1](pdf)
    codes = BREAKS[name][0]
    found = check(pdf.written())
    assert {one.code for one in found} == set(codes), [*map(str, found)]


def test_a_copy_that_is_not_broken_passes():
    """What the tests above find is what they broke, not what copying did."""
    assert check(Copy().written()) == ()


def test_every_check_is_seen_failing():
    """No check exists that no broken PDF has failed."""
    assert {code for codes, _ in BREAKS.values() for code in codes} | {"26-001"} == set(RULES)


def test_a_file_that_is_encrypted_without_permissions_is_found():
    """26-001: pypdf itself refuses such a file, so only its trailer is looked at."""
    pdf = Copy()
    pdf.writer.encrypt("", "owner", algorithm="RC4-128")
    document = Document(pdf.written())
    assert [*RULES["26-001"][1](document)] == []
    del document.reader.trailer["/Encrypt"]["/P"]
    assert [message for message, _ in RULES["26-001"][1](document)] == ["the file is encrypted and has no P"]


def test_pages_are_told():
    """A failure names its page as people count."""
    pdf = Copy()
    pdf.content(rb"q\n", rb"q\n0 0 100 1 re f\n", page=1)
    (failure,) = check(pdf.written())
    assert str(failure) == "01-005 (page 2): path '' is neither tagged nor an artifact"


def test_a_pdf_from_an_engine_without_tags_is_told_apart():
    """An untagged PDF fails, with the faults of its content and links, not with an exception."""
    writer = PdfWriter()
    writer.add_blank_page(100, 100)
    file = io.BytesIO()
    writer.write(file)
    codes = {one.code for one in check(file.getvalue())}
    assert codes >= {"06-001", "07-001", "iso-14.7.1", "iso-7.5.2"}
    assert len(PdfReader(file).pages) == 1
