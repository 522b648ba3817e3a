"""Escaping: the one place where text becomes TeX, by context."""

import re
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cvgen.latex.escape import escape_text, escape_url

ACTIVE = "\\{}$&#%_^~"
MACROS = {"\\textbackslash{}": "\\", "\\textasciicircum{}": "^", "\\textasciitilde{}": "~", "\\cvbreak{}": ""} | {
    f"\\{char}": char for char in "{}$&#%_"
}
TOKEN = re.compile("|".join(map(re.escape, sorted(MACROS, key=len, reverse=True))) + "|.", re.DOTALL)
printable = st.text(st.characters(exclude_categories=("C", "Z"), include_characters=" "), max_size=120)
hostile = st.text(st.sampled_from(ACTIVE + 'ab `\'"-<>|[]()"*/.:'), max_size=80)
texts = st.one_of(printable, hostile)


LONG_WORD = re.compile(r"\\cvlongword\{((?:\\.|[^{}\\]|\{\})*)\}\{((?:\\.|[^{}\\]|\{\})*)\}", re.DOTALL)


def read_as_tex(escaped):
    """Return the characters that TeX would set; fail on one that it would obey. Long words say the same twice."""
    read = []
    for whole, broken in LONG_WORD.findall(escaped):
        assert read_as_tex(whole) == read_as_tex(broken)
    for token in TOKEN.findall(LONG_WORD.sub(r"\1", escaped)):
        assert token in MACROS or token not in ACTIVE, f"a bare {token} in {escaped!r}"
        read.append(MACROS.get(token, token))
    return "".join(read)


@given(texts)
def test_escaped_text_is_set_exactly(text):
    """Whatever the text, TeX reads no command in it but those that stand for its characters."""
    assert read_as_tex(escape_text(text)) == text


@given(texts)
def test_escaped_text_is_balanced(text):
    """Braces that TeX would count are always in pairs, so that no text ends an argument."""
    depth = 0
    for token in TOKEN.findall(escape_text(text)):
        depth += {"{": 1, "}": -1}.get(token, 0)
        assert depth >= 0
    assert depth == 0


@given(st.lists(texts, max_size=4))
def test_no_text_changes_what_follows_it(parts):
    """Escaped piece by piece or joined by spaces, the same is set: no piece swallows the space after it."""
    assert read_as_tex(" ".join(map(escape_text, parts))) == " ".join(parts)


@given(st.text(st.sampled_from(string.printable.strip()), max_size=200))
def test_a_url_is_escaped_reversibly(url):
    """Every escaped character is a backslash and itself: the class takes the backslashes away again."""
    escaped = escape_url(url)
    assert re.sub(r"\\(.)", r"\1", escaped) == url
    assert not re.search(r"(?<!\\)[{}%#&~_^$]", re.sub(r"\\\\", "", escaped))


@pytest.mark.parametrize(
    "word",
    ["a" * 37, "W" * 300, "https://example.org/" + "ab/" * 30, "-" * 50, "a-" * 50, "\\" * 60, "Ä" * 100, "a.b" * 40],
)
def test_a_long_word_gets_places_to_break(word):
    """A word wider than a line can end a line at least every two dozen characters, and loses none of them."""
    pieces = LONG_WORD.sub(r"\2", escape_text(word)).split("\\cvbreak{}")
    assert len(pieces) > 1
    assert "".join(map(read_as_tex, pieces)) == word
    assert max(len(read_as_tex(piece)) for piece in pieces) <= 24


@pytest.mark.parametrize(
    "text",
    ["internationalization", "a" * 35, "many words " * 20, "https://example.org/~ada", "系统支持，大规模" * 20],
)
def test_ordinary_words_stay_whole(text):
    """Words that fit on a line are never broken."""
    assert "\\cv" not in escape_text(text)


@pytest.mark.parametrize("text", ["--", "``", "''", "<<", ">>", "?`", "!`", ",,", "ffi", '"', "'", "-", "…"])
def test_nothing_is_improved(text):
    """Dashes, quotes and ligatures are the writer's business: the text goes through as it is."""
    assert escape_text(text) == text
