"""Typographic quotes: an option of the document, in the language's own signs."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

import cvgen
from cvgen.document.nodes import lines_of, plain
from cvgen.document.quotes import curl

TEXT = 'She wrote "the first program", and `print("x")`; it\'s Ada\'s.'


def said(language, **document):
    data = {
        "person": {"name": "Pat O'Brien"},
        "document": {"language": language, **document},
        "sections": [{"kind": "text", "title": "T", "text": TEXT}],
    }
    return [plain(line) for line in lines_of(cvgen.compose(cvgen.load_profile(data)))]


@pytest.mark.parametrize(
    ("language", "first"),
    [
        ("en", "“the first program”"),
        ("de", "„the first program“"),
        ("fr", "« the first program »"),
        ("es", "«the first program»"),
    ],
)
def test_quotes_are_those_of_the_language(language, first):
    """In text, not in code; apostrophes too, in names as elsewhere."""
    lines = said(language, quotes="typographic")
    assert "O’Brien" in lines
    (text,) = [line for line in lines if "wrote" in line]
    assert text == f'She wrote {first}, and print("x"); it’s Ada’s.'


def test_without_the_option_text_is_as_it_is_written():
    assert "O'Brien" in said("en")
    assert any('"the first program"' in line for line in said("en"))


@pytest.mark.parametrize(
    "text",
    ['a 5" disk', "5' 10\"", 'an unclosed "quote', "rock 'n' roll".replace("'n'", "&"), "x = 'a'[0]"[:4], '""'],
)
def test_what_is_no_pair_of_quotes_is_left(text):
    assert curl(text, "“", "”") == text


@given(st.text(alphabet="ab \"'(5.,", max_size=30))
def test_letters_stay_and_twice_is_once(text):
    """Only quotes change; what is typographic stays so."""
    once = curl(text, "“", "”")
    assert once.translate(str.maketrans("“”’", '""\'')) == text
    assert curl(once, "“", "”") == once
