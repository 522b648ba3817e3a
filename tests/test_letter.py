"""Cover letters: the CV's header and theme, and what the letter says in the place of its sections."""

import pytest
from PIL import Image
from pypdf import PdfReader
from support.extract import EXTRACTORS, words_of
from support.outputs import MOST_THEMES
from support.profiles import TEXT
from support.structure import elements

import cvgen
from cvgen.errors import ProfileError, UsageError

LETTER = {
    "recipient": ["Prof. Ida Example", "University of Example"],
    "date": "2024-10-22",
    "subject": "Application as a researcher",
    "opening": "Dear Prof. Example,",
    "text": "I write programs for *engines*.\n\nI would like to go on:\n\n- with looms\n- with cards",
    "closing": "Yours sincerely,",
}
SAID = (
    "Ada Lovelace Prof. Ida Example University of Example October 22, 2024 Application as a researcher "
    "Dear Prof. Example, I write programs for engines. I would like to go on: with looms with cards "
    "Yours sincerely, Ada Lovelace"
)


def bare(words):
    return " ".join(word for word in words.split() if word not in "•–")


@pytest.mark.parametrize("theme", MOST_THEMES)
def test_a_letter_says_what_it_holds_in_order(profile, here, xelatex, theme):
    """In every theme, to every program that reads it; the CV's sections are not in it."""
    result = cvgen.build(profile(TEXT, letter=LETTER), letter="", theme=theme, strict=True)
    for extractor in EXTRACTORS:
        assert bare(words_of(result.data, extractor)).startswith(SAID), extractor


def test_a_letter_is_a_file_of_its_own(profile, here, xelatex):
    """Beside the CV, with a title of its own, and without the profile that a CV may carry."""
    path = profile(TEXT, letter=LETTER, document={"embed": True, "pages": 1})
    result = cvgen.build(path, letter="")
    assert result.pdf.name == "ada-letter.pdf"
    document = PdfReader(here / result.pdf)
    assert document.metadata.title == "Ada Lovelace - Application as a researcher"
    assert not document.attachments
    assert cvgen.build(path).pdf.name == "ada.pdf"


def test_a_letter_may_stand_in_a_file_beside_the_profile(profile, here, xelatex):
    """A mistake in it is shown there, and the file counts as an input."""
    path = profile(TEXT)
    file = here / "acme.yaml"
    file.write_text("opening: Hello,\ntext: I apply.\nclosing: Bye,\n", "utf-8")
    result = cvgen.build(path, letter="acme.yaml")
    assert "Hello, I apply. Bye, Ada Lovelace" in words_of(result.data, "pdftotext")
    assert "acme.yaml" in {one.name for one in result.inputs}
    file.write_text("opening: Hello,\ntxt: I apply.\nclosing: Bye,\n", "utf-8")
    with pytest.raises(ProfileError) as caught:
        cvgen.build(path, letter="acme.yaml")
    assert ("acme.yaml", 2) in {(one.span.file, one.span.line) for one in caught.value.diagnostics}


def test_a_signature_is_a_picture_that_is_not_read(profile, here, xelatex):
    """The name below says whose it is; the file counts as an input, and must be an image beside the profile."""
    path = profile(TEXT, letter={**LETTER, "signature": "signature.png"})
    file = path.parent / "signature.png"
    Image.new("RGB", (200, 80), "navy").save(file)
    result = cvgen.build(path, letter="", strict=True)
    assert file in result.inputs
    (image,) = PdfReader(here / result.pdf).pages[0].images
    assert image.image.size == (200, 80)
    assert "Figure" not in [one["/S"][1:] for one in elements(result.data)]
    file.write_text("no picture", "utf-8")
    with pytest.raises(ProfileError) as caught:
        cvgen.build(path, letter="", force=True)
    assert caught.value.diagnostics[0].span.where == "letter.signature"


def test_a_profile_without_a_letter_is_told_so(profile, here):
    with pytest.raises(UsageError, match="has no letter"):
        cvgen.build(profile(TEXT), letter="")


def test_a_letter_is_checked_with_the_profile(profile):
    """As all that a profile holds."""
    with pytest.raises(ProfileError) as caught:
        cvgen.load_profile(profile(TEXT, letter={**LETTER, "opening": "Dear [you](javascript:x),"}))
    assert any(one.span.where == "letter.opening" for one in caught.value.diagnostics)
