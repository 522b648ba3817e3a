"""Inline Markdown: what is markup, what stays as it was typed, and that nothing is lost or raised."""

from __future__ import annotations

import itertools
import string
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from cvgen.document.inline import inlines, join, line, linked, literal
from cvgen.document.nodes import EMPTY, Code, Emphasis, Inline, Line, Link, Strong, TextRun, plain
from cvgen.profile import fields
from cvgen.values.markdown import link_targets
from cvgen.values.urls import display_url

ACTIVE = "*_`[\\<$^~&"
INACTIVE = st.characters(exclude_characters=ACTIVE, exclude_categories=["Cs"])
PIECES = ["a", " ", "*", "**", "_", "__", "`", "[", "](https://a.org)", "\\", "<https://b.org>", "é", "金"]
MARKUP = st.text(alphabet="ab *_`[]()<>\\!:/.{}#~", max_size=40) | st.lists(st.sampled_from(PIECES), max_size=15).map(
    "".join
)
FIELD: TypeAdapter[str] = TypeAdapter(fields.Text)
PROSE: TypeAdapter[str] = TypeAdapter(fields.Prose)


def every(parts: tuple[Inline, ...]) -> Iterator[Inline]:
    for part in parts:
        yield part
        if isinstance(part, Strong | Emphasis | Link):
            yield from every(part.inlines)


def said(markdown: str) -> str:
    return plain(line(markdown))


@given(st.text(INACTIVE))
def test_text_without_active_characters_is_unchanged(text):
    """Ten characters can begin markup; a text without them is set as it is, byte for byte."""
    assert inlines(text) == ((TextRun(text),) if text else ())
    assert list(link_targets(text)) == []


def written(parts: tuple[Inline, ...]) -> str:
    """The text with the targets of links behind their texts, as they were written."""
    words = []
    for part in parts:
        if isinstance(part, TextRun | Code):
            words.append(part.text)
            continue
        inner = written(part.inlines)
        if isinstance(part, Link):
            inner = part.url if inner in (part.url, display_url(part.url)) else inner + part.url
        words.append(inner)
    return "".join(words)


@given(MARKUP)
def test_no_character_is_lost_but_markup(text):
    """All letters of the source are there, in their order: only the signs of markup vanish."""
    try:
        found = inlines(FIELD.validate_python(text))
    except ValidationError:
        return
    assert [char for char in written(found) if char.isalnum()] == [char for char in text if char.isalnum()]


@given(MARKUP | st.text())
def test_a_text_that_is_valid_can_be_composed(text):
    """Whatever passes the check of a field never fails later, links included."""
    for field in (FIELD, PROSE):
        try:
            valid = field.validate_python(text)
        except ValidationError:
            continue
        found = inlines(valid)
        assert found, "a field that is filled prints something"
        for part in every(found):
            if isinstance(part, Link):
                assert part.url.isascii() and part.url.startswith(("https://", "http://", "mailto:", "tel:"))
                assert part.inlines
                assert not any(isinstance(inner, Link) for inner in every(part.inlines)), "no link in a link"
            if isinstance(part, Strong | Emphasis):
                assert part.inlines


@given(MARKUP)
def test_neighbouring_texts_are_one(text):
    """An escape or a sign that stayed literal leaves no seam in the text: kerning and line breaks see none."""
    try:
        found = inlines(FIELD.validate_python(text))
    except ValidationError:
        return
    for parts in (found, *(part.inlines for part in every(found) if isinstance(part, Strong | Emphasis | Link))):
        for one, other in itertools.pairwise(parts):
            assert not (isinstance(one, TextRun) and isinstance(other, TextRun))


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"])))
def test_a_text_with_its_punctuation_escaped_is_literal(text):
    """A backslash before any ASCII punctuation gives that character: any text can be written."""
    # All but parentheses, which mean nothing by themselves: `\(` begins maths.
    escaped = "".join(f"\\{char}" if char in string.punctuation and char not in "()" else char for char in text)
    assert said(escaped) == text
    assert all(isinstance(part, TextRun) for part in inlines(escaped))


LITERAL = r"""
a_b|a_b_c|snake_case_name|*[x]|\|a\|**|*|__|`|``|[|[]|[a]|[a](b|2 * 3 * 4|a * b|Chao Jin*, Ziheng Jiang*
Chao Jin*, Ziheng Jiang*, Zhihao Bai|(* Equal Contribution)|C:\Users\ada|\input{/etc/passwd}|\write18{x}|^^5cinput
100%|R&D|$5 and $6|x^2|#1|C#|~/bin|--flag|<<x>>|<u>bold</u>|a < b > c|&foo;|![x]
5*3*2 = 30|A* search and D* Lite|__init__
p*q*r|a ~ b|~/x ~/y|# heading|- item|1. one|> quote|{date}
~~x~~|http://bare.example|[ref][1]|[ref]: /url|***|* a *|_ a _|+ = -
"""


@pytest.mark.parametrize("text", LITERAL.strip().replace("\n", "|").split("|"))
def test_text_that_looks_like_markup_stays_as_it_was_typed(text):
    """Stars after names, sums, file names, TeX, HTML and block syntax are not markup in a line."""
    assert inlines(FIELD.validate_python(text)) == (TextRun(text),)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("*a*", (Emphasis((TextRun("a"),)),)),
        ("_a_", (Emphasis((TextRun("a"),)),)),
        ("**a**", (Strong((TextRun("a"),)),)),
        ("***a***", (Emphasis((Strong((TextRun("a"),)),)),)),
        (
            "x **a *b* c** y",
            (TextRun("x "), Strong((TextRun("a "), Emphasis((TextRun("b"),)), TextRun(" c"))), TextRun(" y")),
        ),
        ("`a_b*`", (Code("a_b*"),)),
        ("`` a`b ``", (Code("a`b"),)),
        ("\\*a\\*", (TextRun("*a*"),)),
        ("\\\\", (TextRun("\\"),)),
        ("[a](https://a.org)", (Link((TextRun("a"),), "https://a.org"),)),
        ("*[a](https://a.org) b*", (Emphasis((Link((TextRun("a"),), "https://a.org"), TextRun(" b"))),)),
        ("[*a* b](https://a.org)", (Link((Emphasis((TextRun("a"),)), TextRun(" b")), "https://a.org"),)),
        ("[a_b](https://a.org/a_b*c(d))", (Link((TextRun("a_b"),), "https://a.org/a_b*c(d)"),)),
        ("[a](<https://a.org/)x>)", (Link((TextRun("a"),), "https://a.org/)x"),)),
        ("<https://a.org/x_y>", (Link((TextRun("https://a.org/x_y"),), "https://a.org/x_y"),)),
        ("<ada@example.org>", (Link((TextRun("ada@example.org"),), "mailto:ada@example.org"),)),
        ("[](https://a.org/)", (Link((TextRun("a.org"),), "https://a.org/"),)),
        ("[*<https://b.org>*](https://a.org)", (Link((Emphasis((TextRun("https://b.org"),)),), "https://a.org"),)),
        ("[a](https://bücher.example)", (Link((TextRun("a"),), "https://xn--bcher-kva.example"),)),
        ("![a](https://a.org/x.png)", (TextRun("!"), Link((TextRun("a"),), "https://a.org/x.png"))),
    ],
)
def test_markup_is_read(text, expected):
    """Bold, italic, code, links and escapes are all there is, in any nesting."""
    assert inlines(FIELD.validate_python(text)) == expected


HOSTILE = {
    "stars": "*" * 9_000,
    "brackets": "[" * 9_000,
    "ticks": "a".join("`" * number for number in range(1, 130)),
    "both": "*a **b " * 1_300 + "c",
    "links": "[a](" * 2_000,
    "angles": "<" * 9_000,
    "backslashes": "\\" * 9_000,
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_hostile_markup_is_read_in_full(text):
    """Signs that open and never close are text, however many there are."""
    assert said(FIELD.validate_python(text)).replace("\\", "") == text.replace("\\", "")


@pytest.mark.parametrize(
    "text",
    [
        "[a](javascript:x)",
        "<javascript:x>",
        "*[a](data:x)*",
        "[a](b)",
        "[a]()",
        "[a](JaVaScRiPt:x)",
        "[a](&#106;avascript:x)",
    ],
)
def test_an_unsafe_link_is_refused_wherever_it_hides(text):
    """No spelling of a link reaches the document without having been checked."""
    with pytest.raises(ValidationError) as caught:
        FIELD.validate_python(text)
    assert caught.value.errors()[0]["type"] == "link"


def test_links_and_joins_keep_what_they_are_given():
    """Lines are joined without seams, empty ones are skipped, and the first one's place is kept."""
    assert join(", ", EMPTY, literal("a"), EMPTY, line("*b*")) == Line((TextRun("a, "), Emphasis((TextRun("b"),))))
    assert linked(EMPTY, "https://a.org") == EMPTY
    assert linked(line("*[a](https://b.org)*"), "https://b.org") == line("*[a](https://b.org)*")
    assert linked(line("*[a](https://b.org)*"), "https://a.org") == line(
        "*[a](https://b.org)* ([a.org](https://a.org))"
    )
