"""Variants choose bullets, fields of the header and headings; headings may be left out."""

import pytest

from cvgen.composer import compose
from cvgen.document.nodes import plain
from cvgen.formats.text import write_document
from cvgen.loading.load import load_data

DATA = {
    "person": {
        "name": "Ada Lovelace",
        "position": "Analyst",
        "email": ["a@example.org", "b@example.org"],
        "phone": {"number": "+49 30 1234 Ext. 5", "label": "Office"},
        "facts": [{"label": "Born", "text": "1815"}, "she/her"],
    },
    "sections": [
        {
            "kind": "experience",
            "entries": [{
                "organization": "A", "summary": "One.\n\nTwo.", "keywords": ["x", "y"],
                "highlights": ["all", {"text": "trade", "tags": "industry"}, {"text": "science", "tags": "academia"}],
            }],
        },
        {"kind": "text", "heading": "false", "text": "No heading."},
    ],
    "variants": {
        "trade": {
            "exclude": ["academia"],
            "person": {"position": "Engineer", "hide": ["phone", "facts"]},
            "titles": {"experience": "Industry"},
        },
    },
}  # fmt: skip


@pytest.fixture(scope="module")
def texts():
    profile = load_data(DATA)
    return {name: write_document(compose(profile, variant=name), None) for name in (None, "trade")}


def test_a_variant_chooses_bullets_header_and_headings(texts):
    """What bears a tag that it leaves out is gone, as are the fields that it hides."""
    assert "Industry\n--------" in texts["trade"]
    assert "Experience\n----------" in texts[None]
    assert "- trade" in texts["trade"]
    assert "science" not in texts["trade"]
    assert "science" in texts[None]
    assert "Engineer" in texts["trade"]
    assert "1234" not in texts["trade"]
    assert "1815" not in texts["trade"]


def test_a_header_holds_several_of_each_and_facts(texts):
    """Two addresses, a labelled number with its extension, and what is no link."""
    assert "Office: +49 30 1234 Ext. 5 | a@example.org | b@example.org | Born: 1815 | she/her" in texts[None]


def test_an_entry_has_a_summary_above_its_bullets_and_keywords_below(texts):
    """Paragraphs of the summary stand apart."""
    assert "One.\nTwo.\n- all\n- trade\n- science\n- Keywords: x, y\n" in texts[None]


def test_a_heading_may_be_left_out(texts):
    """The section's text stands without one, in the document as in its text."""
    document = compose(load_data(DATA))
    assert [plain(section.title) for section in document.sections] == ["Experience", ""]
    assert texts[None].endswith("\n\nNo heading.\n")


@pytest.mark.parametrize(
    ("fields", "shown"),
    [
        ({"minor": "Philosophy", "courses": ["A", "B"]}, "- Minor: Philosophy\n- Courses: A, B\n"),
        ({"degree": ["B.Sc.", "B.A."], "institution": ["U", "V"]}, "U & V\nB.Sc. & B.A."),
        ({"gpa": "First Class Honours"}, "- First Class Honours\n"),
        ({"gpa": "3.9/4.0"}, "- GPA: 3.9/4.0\n"),
    ],
)
def test_education_holds_what_degrees_have(fields, shown):
    """Several degrees and institutions, a minor, courses, grades in words."""
    entry = {"institution": "U", **fields}
    data = {"person": {"name": "Ada"}, "sections": [{"kind": "education", "entries": [entry]}]}
    assert shown in write_document(compose(load_data(data)), None)


def test_skills_have_levels_and_references_a_quotation():
    """For one skill or for all of a row; a quotation stands in the language's marks."""
    sections = [
        {"kind": "skills", "entries": [{"label": "P", "values": ["C", {"name": "Rust", "level": "expert"}]}]},
        {"kind": "references", "entries": [{"name": "Prof. X", "quote": "The best."}]},
    ]
    text = write_document(compose(load_data({"person": {"name": "Ada"}, "sections": sections})), None)
    assert "P: C, Rust (expert)" in text
    assert "- “The best.”" in text
