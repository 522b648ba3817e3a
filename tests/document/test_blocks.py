"""Paragraphs and lists in texts and bullets: never run into one line."""

import pytest

from cvgen.composer import compose
from cvgen.document.inline import bullet, line, text_blocks
from cvgen.document.nodes import Break, Bullets, Paragraph, Script, TextRun, plain
from cvgen.formats.text import write_document
from cvgen.loading.load import load

DOCUMENT = """\
person: {{name: Ada Lovelace}}
sections:
  - kind: experience
    entries:
      - organization: A
        date: 2020
        highlights:
{highlights}
"""
NESTED = {
    "list": """\
          - one
          - - two
            - three
          - four""",
    "dashes": """\
          - one
              - two
              - three
          - four""",
    "block": """\
          - |
            one
            - two
            - three
          - four""",
    "named": """\
          - text: one
            highlights: [two, three]
          - four""",
}


def outline(items):
    return [(plain(item.line), item.label, outline(item.bullets)) for item in items]


@pytest.mark.parametrize("highlights", NESTED.values(), ids=NESTED)
def test_bullets_below_a_bullet_may_be_written_in_four_ways(tmp_path, highlights):
    """As a YAML list, as indented dashes, as a block of text, and as `highlights`."""
    path = tmp_path / "ada.yaml"
    path.write_text(DOCUMENT.format(highlights=highlights), "utf-8")
    profile = load(path)
    assert profile.diagnostics == ()
    document = compose(profile)
    (bullets,) = document.sections[0].blocks[0].positions[0].body
    assert outline(bullets.items) == [("one", "", [("two", "", []), ("three", "", [])]), ("four", "", [])]
    assert "- one\n  - two\n  - three\n- four\n" in write_document(document, None)


def test_a_text_has_paragraphs_and_lists():
    """An empty line parts paragraphs; dashes and numbers make lists, indented ones lists in lists."""
    blocks = text_blocks("One\nline.\n\nTwo:\n- a\n  - b\n- c\n\n3. x\n4. y\n\nEnd.")
    assert [type(block) for block in blocks] == [Paragraph, Paragraph, Bullets, Bullets, Paragraph]
    assert plain(blocks[0].line) == "One line."
    assert outline(blocks[2].items) == [("a", "", [("b", "", [])]), ("c", "", [])]
    assert outline(blocks[3].items) == [("x", "3.", []), ("y", "4.", [])]


def test_a_text_without_lists_has_paragraphs_alone():
    """A number or a dash inside a line begins no list."""
    assert [plain(block.line) for block in text_blocks("In 2020 - 2021 we\n\nwrote 3. and so on")] == [
        "In 2020 - 2021 we",
        "wrote 3. and so on",
    ]


def test_paragraphs_of_a_bullet_stand_on_lines_of_their_own():
    """A bullet is one item, whatever it holds."""
    assert bullet("one\n\ntwo").line.inlines == (TextRun("one"), Break(), TextRun("two"))


@pytest.mark.parametrize(
    ("markdown", "shown", "exported"),
    [
        ("x^2^", "x²", "x²"),
        ("$n^{k+1}$", "nk+1", "n^(k+1)"),
        ("$x_{ij}$", "xij", "x_(ij)"),
        ("a<sup>k</sup>", "ak", "a^k"),
        ("$E = mc^2$", "E = mc²", "E = mc²"),
        (r"\(\sqrt{n}\)", "√n", "√n"),
        ("SO~4~^2-^", "SO₄²⁻", "SO₄²⁻"),
        (r"$\ce{H2SO4}$", "H₂SO₄", "H₂SO₄"),
        ("a<br>b", "a b", "a\nb"),
        ("1^st^", "1st", "1st"),
        ("costs $5 and $6", "costs $5 and $6", "costs $5 and $6"),
        ("中文*斜体*和**粗体**", "中文斜体和粗体", "中文斜体和粗体"),
    ],
)
def test_what_is_raised_or_lowered_is_never_something_else_by_accident(markdown, shown, exported):
    """Unicode's own characters where there are some; else letters set high, which plain text marks."""
    from cvgen.formats.text import _plain

    assert plain(line(markdown)) == shown
    assert _plain(line(markdown)) == exported


def test_a_script_of_unicode_is_text_and_another_is_set_high():
    """`x²` is three letters of the text layer and no more; `k+1` has no such letters."""
    assert line("x^2^").inlines == (TextRun("x²"),)
    assert line("x<sup>k</sup>").inlines == (TextRun("x"), Script((TextRun("k"),)))
