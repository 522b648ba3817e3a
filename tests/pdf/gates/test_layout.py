"""The layout gate: what a theme lays out badly is told at the YAML line of the text meant, and nothing else is."""

from pathlib import Path

import pytest
from support.pdfs import pages_of
from support.themes import write_theme

from cvgen.builder import typeset
from cvgen.diagnostics import Severity, Span
from cvgen.document import nodes as doc
from cvgen.options import TypesetOptions
from cvgen.pdf.gates.layout import check_layout
from cvgen.pdf.gates.page_content import Page, Run
from cvgen.pdf.gates.text import check_text

ROOT = Path(__file__).resolve().parents[3]
PROFILES = sorted([*(ROOT / "profiles").glob("*.yaml"), *(ROOT / "examples").glob("*.yaml")])
MARGINS = {f"margin-{side}": "1in" for side in ("left", "right", "top", "bottom")}


# --- PDFs that are set badly, by a theme that breaks the class's rules ---------------------------------------------


@pytest.fixture
def theme(tmp_path, monkeypatch):
    """Return a function that makes a theme called `bad`: plain, with more TeX at its end."""

    def make(tex):
        monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
        write_theme(tmp_path / "config", "bad", f"\n{tex}\n")

    return make


def warned(path):
    """Return the layout gate's warnings of a profile's PDF, the others, and the PDF with what it was made of."""
    made = typeset(path, TypesetOptions(engine="xelatex"))
    found = [one for one in made.diagnostics if one.code.startswith("layout-")]
    return found, [one for one in made.diagnostics if one not in found], made


def line_of(path, text):
    (number,) = [at for at, line in enumerate(path.read_text("utf-8").split("\n"), 1) if text in line]
    return number


BAD = {"theme": "bad"}
LONG = " ".join(f"word{number}" for number in range(120))
ENTRIES = {"kind": "custom", "title": "Works", "entries": [
    {"title": "First entry", "highlights": ["one", "two"]}, {"title": "Second entry"},
]}  # fmt: skip


def test_a_stranded_heading_is_told(theme, profile):
    """Of a section and of an entry, at the line of its title; an entry that has nothing below it is no heading."""
    theme(r"\renewcommand\cvgen@afterheading{\par\newpage\global\cvgen@headingtrue}")
    path = profile(ENTRIES, document=BAD)
    found, *_ = warned(path)
    assert [(one.code, one.severity, one.span.line) for one in found if one.code == "layout-heading"] == [
        ("layout-heading", Severity.WARNING, line_of(path, "Works")),
        ("layout-heading", Severity.WARNING, line_of(path, "First entry")),
    ]
    assert "`Works` stands at the foot of page 1" in found[0].message


@pytest.mark.parametrize(
    ("penalty", "words"), [("clubpenalty", "the first line of"), ("widowpenalty", "the last line of")]
)
def test_a_line_alone_on_a_page_is_told(theme, profile, penalty, words):
    """The first line of a paragraph at a page's foot, the last one at a page's head."""
    theme(rf"\let\cvgen@set\cvparagraph \renewcommand\cvparagraph[1]{{{{\{penalty}=-10000 \cvgen@set{{#1}}}}}}")
    path = profile({"kind": "text", "title": "Summary", "text": LONG}, document=BAD)
    found, *_ = warned(path)
    (one,) = [one for one in found if one.code == "layout-line"]
    assert words in one.message
    assert one.span.line == line_of(path, "word0 ")


# Chinese that may break behind each sign; a date below its row; a place over a title.
EACH = r"""\DeclareRobustCommand\cvscript[2]{{\fontfamily{cv#1}\selectfont\cvgen@each#2\@nil}}
\def\cvgen@each#1{\ifx#1\@nil\else#1\hskip\z@\relax\expandafter\cvgen@each\fi}"""
BELOW = r"""\renewcommand\cvgen@honorrow[4]{\par\leavevmode#2\cvgen@spacebox\ #4\par\leavevmode#1\par}"""
OVER = (
    r"""\renewcommand\cvgen@honorrow[4]{\par\leavevmode#1\cvgen@spacebox\ \rlap{#2\cvgen@spacebox}\kern4pt #4\par}"""
)
CUT = "Geschwindigkeitsbegrenzungsverfahren" * 5


@pytest.mark.parametrize(
    ("tex", "section", "code", "words"),
    [
        pytest.param(
            EACH,
            {"kind": "text", "text": "系统（支持）大规模，" * 90},
            "layout-sign",
            "of `系统",
            marks=pytest.mark.long,
        ),
        ("", {"kind": "text", "text": CUT}, "layout-word", "is cut without a hyphen"),
        pytest.param(
            BELOW,
            {"kind": "honors", "entries": [{"date": 2020, "title": "Prize", "location": "Rome"}]},
            "layout-date",
            "the date `2020` does not stand beside its row",
            marks=pytest.mark.long,
        ),
        (
            OVER,
            {"kind": "honors", "entries": [{"date": 2020, "title": "A long prize", "location": "Rome"}]},
            "layout-overlap",
            "`Rome` is set over `",
        ),
        (
            r"\renewcommand\cvlinks[1]{\newpage\cvgen@workline{#1}}",
            {
                "kind": "publications",
                "links": True,
                "entries": [{"title": "Looms", "authors": ["Ada Lovelace"], "links": {"doi": "10.1000/182"}}],
            },
            "layout-bullet",
            "`[DOI]` stands alone on page 2",
        ),
    ],
    ids=["sign", "word", "date", "overlap", "bullet"],
)
def test_a_bad_line_is_told(theme, profile, tex, section, code, words):
    """A line that begins wrong for its script, a cut word, a date on its own line, text over text, a bullet alone."""
    theme(tex)
    found, *_ = warned(profile(section, document=BAD))
    assert code in {one.code for one in found}
    assert any(words in one.message for one in found if one.code == code)


def test_text_in_the_margin_is_told_once(theme, profile):
    """Where the engine's log tells of it, that is enough; where not, the gate does."""
    theme(r"\renewcommand\cvparagraph[1]{\par\leavevmode\hbox{#1}\par}")
    path = profile({"kind": "text", "title": "Summary", "text": LONG}, document=BAD)
    found, log, made = warned(path)
    assert [one.code for one in log] == ["tex-overfull"]
    assert found == []
    (one,) = check_layout(check_text(pages_of(made.data), made.document), made.tex.options)
    assert (one.code, one.severity) == ("layout-margin", Severity.WARNING)
    assert one.span.line == line_of(path, "word0 ")
    assert "runs off page 1" in one.message


@pytest.mark.parametrize("path", PROFILES, ids=lambda path: path.stem)
def test_our_own_profiles_are_laid_out_well(path):
    """No profile and no example raises a warning."""
    found, log, *_ = warned(path)
    assert log == []
    assert found == []


# --- pages made by hand --------------------------------------------------------------------------------------------


def line(text, number):
    return doc.Line((doc.TextRun(text),), Span("ada.yaml", number))


def document(*texts):
    """Return a document of a name, a section titled `Title` at line 10, and paragraphs from line 11 on."""
    blocks = tuple(doc.Paragraph(line(text, number)) for number, text in enumerate(texts, 11))
    header = doc.Header(line("Ada", 1), line("Byron", 2))
    return doc.Document(doc.Metadata("t", "a"), header, (doc.DocumentSection(line("Title", 10), blocks),))


def found_on(pages, made, options=MARGINS):
    """Check pages given as lists of (text, x, y); a letter is 5 pt wide, a page 600 pt by 800 pt."""
    shown = tuple(
        Page(number, 600, 800, tuple(Run(number, text, x, y, 5 * len(text.strip()), 10) for text, x, y in runs), ())
        for number, runs in enumerate(pages, 1)
    )
    compared = check_text(shown, made)
    assert compared.diagnostics == ()
    return [(one.code, one.span.line) for one in check_layout(compared, options)]


HEAD = [("Ada Byron", 72, 700)]


def test_a_well_set_document_is_quiet():
    """A paragraph may break over pages, with two lines on each side."""
    text = "one two three four"
    pages = [[*HEAD, ("Title", 72, 680), ("one", 72, 90), ("two", 72, 80)], [("three", 72, 700), ("four", 72, 200)]]
    assert found_on(pages, document(text)) == []


def test_a_nearly_empty_last_page_is_told():
    """Where what stands on it begins; one page alone may be as short as it likes."""
    assert found_on([[*HEAD, ("Title", 72, 680), ("a", 72, 670)], [("b", 72, 710)]], document("a", "b")) == [
        ("layout-page", 12)
    ]
    assert found_on([[*HEAD, ("Title", 72, 690), ("a", 72, 680)]], document("a")) == []


def test_lines_are_counted_by_their_baselines():
    """Several runs on one line are one line."""
    pages = [[*HEAD, ("Title", 72, 680), ("one ", 72, 80), ("two", 92, 80)], [("three", 72, 700), ("four", 72, 100)]]
    assert found_on(pages, document("one two three four")) == [("layout-line", 11)]


@pytest.mark.parametrize(
    ("x", "y", "words"),
    [(60, 300, "left"), (525, 300, "right"), (72, 60, "lower"), (72, 740, "upper"), (590, 300, "off page 1")],
)
def test_text_beyond_each_margin_is_told(x, y, words):
    """Which margin, and by how much; spaces at a line's end do not count."""
    made = document("text")
    pages = [[*HEAD, ("Title", 72, 680), ("text   ", x, y)]]
    shown = Page(1, 600, 800, tuple(Run(1, text, x, y, 5 * len(text.strip()), 10) for text, x, y in pages[0]), ())
    (one,) = check_layout(check_text((shown,), made), MARGINS)
    assert (one.code, one.span.line) == ("layout-margin", 11)
    assert words in one.message


def test_text_at_the_margin_is_no_fault():
    """A line may be as wide as it may be."""
    assert found_on([[*HEAD, ("Title", 72, 680), ("text ", 508, 300)]], document("text")) == []


def test_a_theme_without_margins_is_not_measured():
    """Where nothing says how wide the margins are, only page breaks are looked at."""
    assert found_on([[*HEAD, ("Title", 72, 680), ("text", 0, 300)]], document("text"), {"margin-left": "2ex"}) == []
