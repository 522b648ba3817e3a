"""A theme with a side column: its sections come first, where they are read."""

import pytest
from support.extract import EXTRACTORS, words_of

import cvgen
from cvgen.errors import ProfileError
from cvgen.options import TypesetOptions
from cvgen.pipeline import emit_profile

SECTIONS = [
    {"kind": "experience", "entries": [{"organization": "Works", "role": "Engineer", "date": "2020"}]},
    {"kind": "skills", "entries": [{"label": "Tools", "values": ["Looms"]}]},
    {"kind": "languages", "entries": [{"language": "English"}]},
]
SIDEBAR = {"theme": "sidebar"}


def kinds_of(path):
    return [section.kind for section in emit_profile(path, TypesetOptions()).document.sections]


def test_the_sections_of_the_side_column_come_first(profile):
    """In the document's order; other themes leave it as it is."""
    assert kinds_of(profile(*SECTIONS, document=SIDEBAR)) == ["skills", "languages", "experience"]
    assert kinds_of(profile(*SECTIONS)) == ["experience", "skills", "languages"]


def test_the_profile_says_which_they_are(profile):
    """An empty list is none."""
    document = {**SIDEBAR, "options": {"side": "languages"}}
    assert kinds_of(profile(*SECTIONS, document=document)) == ["languages", "experience", "skills"]
    document = {**SIDEBAR, "options": {"side": ""}}
    with pytest.raises(ProfileError):  # a key without a value is a mistake everywhere
        kinds_of(profile(*SECTIONS, document=document))


def test_a_kind_that_there_is_not_is_an_error(profile):
    """With what to write instead."""
    with pytest.raises(ProfileError) as caught:
        kinds_of(profile(*SECTIONS, document={**SIDEBAR, "options": {"side": "skils"}}))
    (found,) = caught.value.diagnostics
    assert "`skils` is no value for `side`" in found.message


def test_without_any_the_text_has_the_whole_width(profile):
    """There is no empty column."""
    tex = emit_profile(profile(SECTIONS[0], document=SIDEBAR), TypesetOptions()).tex.tex
    assert "\\cvset{side-width}{0mm}" in tex
    assert "\\cvside" not in tex


@pytest.mark.parametrize("extractor", [name for name in EXTRACTORS if name not in ("pdftotext", "pdfminer")])
def test_the_side_column_is_read_first(profile, here, xelatex, extractor):
    """By programs that read the text in its order."""
    words = words_of(cvgen.build(profile(*SECTIONS, document=SIDEBAR)).data, extractor)
    places = [words.index(word) for word in ("Looms", "English", "Works")]
    assert places == sorted(places)


def test_more_than_a_page_beside_the_text_is_set_below_the_header(profile, here, xelatex):
    """Nothing is lost, and nothing runs off the paper."""
    many = {"kind": "skills", "entries": [{"label": f"Tool {n}", "values": ["Looms"]} for n in range(90)]}
    result = cvgen.build(profile(many, SECTIONS[0], document=SIDEBAR))
    words = words_of(result.data, "pdfium")
    assert words.count("Looms") == 90
    assert result.pages > 1
