"""Warnings about what is accepted but may not be meant, each at its place, with what to write instead."""

import pytest

from cvgen.diagnostics import Severity
from cvgen.loading.load import load
from cvgen.values.markdown import raw_markup

PROFILE = """\
person: {{name: Ada Lovelace}}
sections:
  - kind: experience
    entries:
      - organization: A
        role: {role}
        date: 2020
"""


def warnings(folder, role):
    path = folder / "ada.yaml"
    path.write_text(PROFILE.format(role=role), "utf-8")
    profile = load(path)
    assert {found.severity for found in profile.diagnostics} <= {Severity.WARNING}
    return [(found.code, found.span.line, found.span.column) for found in profile.diagnostics], profile.diagnostics


@pytest.mark.parametrize(
    ("role", "column", "hint"),
    [
        ("Engineer #2", 24, '"Engineer #2"'),
        ("Ranked #1 of 200", 22, '"Ranked #1 of 200"'),
        ("C #", 17, '"C #"'),
    ],
)
def test_a_text_that_yaml_cuts_is_shown_with_what_was_cut(tmp_path, role, column, hint):
    """A `#` before a word, or with nothing behind it, was meant as a letter."""
    places, (found,) = warnings(tmp_path, role)
    assert places == [("comment", 6, column)]
    assert hint in found.hints[0]


@pytest.mark.parametrize("role", ["Engineer # a comment", '"Engineer #2"', "Engineer    # note", "C#"])
def test_an_ordinary_comment_is_none(tmp_path, role):
    """A comment with a space behind its `#`, and a text in quotes, are what they look like."""
    assert warnings(tmp_path, role)[0] == []


def test_curly_quotes_around_a_value_are_asked_about(tmp_path):
    """Typed by a word processor, they would be printed; in straight quotes they are meant."""
    assert warnings(tmp_path, "“Engineer”")[0] == [("curly-quotes", 6, 15)]
    assert warnings(tmp_path, '"“Engineer”"')[0] == []
    assert warnings(tmp_path, "The “Engineer”")[0] == []


@pytest.mark.parametrize(
    ("role", "raw", "written"),
    [
        (r"A \textbf{bold} claim", r"\textbf{bold}", "**bold**"),
        (r"Erd\H{o}s", r"\H{o}", "ő"),
        (r"Erd\'os", r"\'o", "ó"),
        (r"\LaTeX user", r"\LaTeX", "LaTeX"),
        ("an <u>underlined</u> word", "<u>", "bracket"),
        ("a <b>bold word", "<b>", "complete"),
        ("&foo; bar", "&foo;", "sign"),
        ("~~gone~~ here", "~~gone~~", "delete"),
        ("**bold without end", "**", "**"),
    ],
)
def test_markup_that_would_be_printed_is_a_warning_at_its_place(tmp_path, role, raw, written):
    """TeX, unknown tags and entities, and bold text without an end: named, with what to write."""
    places, found = warnings(tmp_path, f"'{role.replace(chr(39), chr(39) * 2)}'")
    column = 16 + role.replace("'", "''").index(raw.replace("'", "''")) if "'" not in role else 15
    assert places[0] == ("raw-markup", 6, column)
    assert raw in found[0].message
    assert written in found[0].hints[0]


@pytest.mark.parametrize(
    "text",
    [
        *("`\\textbf{x}` and `<u>`", r"$\alpha \le \beta$ and \(x\)", "<i>a</i> H<sub>2</sub>O<br>b", "a < b > c"),
        *("<ada@example.org>", "<https://a.org/~x>", "2**3", "&amp; R&D; x", r"a \* b", "C:", "https://a.org/#x"),
        *("**a *b* c**", "~/bin ~ x", "number # 3", "5 | 6"),
    ],
)
def test_what_is_understood_or_plain_is_no_warning(text):
    """Code, maths, known tags, addresses, prices and operators."""
    assert list(raw_markup(text)) == []


@pytest.mark.parametrize("text", ["a\n## Skills\nb", "| a | b |\n|---|---|\n| 1 | 2 |", "see ![x](https://a.org)"])
def test_blocks_that_texts_do_not_have_are_named(text):
    """Headings, tables and pictures."""
    assert list(raw_markup(text))


def test_a_tag_is_named_once():
    """Its end, and the next one like it, say nothing new."""
    assert [found.text for found in raw_markup("<foo>a</foo> <foo>b</foo> <u>c</u>")] == ["<foo>", "<u>"]
