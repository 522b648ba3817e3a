"""Emitting: the document in the macros of the contract, each block with the place that it comes from."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.engines import tree_of
from support.outputs import PROFILES, ROOT

from cvgen.diagnostics import Severity, Span
from cvgen.document import nodes as doc
from cvgen.latex.coverage import load_coverage
from cvgen.latex.emit import emit_latex, missing_glyphs
from cvgen.latex.themes import find_theme, resolve_options
from cvgen.options import TypesetOptions
from cvgen.pipeline import emit_profile

EXAMPLES = [path for path in PROFILES if path.parent.name == "examples"]
CONTRACT = (ROOT / "latex_templates" / "CONTRACT.md").read_text("utf-8")


@pytest.fixture(scope="session")
def awesome(shared_cache):
    return find_theme("awesome")


@pytest.fixture(scope="session")
def coverage(shared_cache):
    return load_coverage(tree_of("awesome").fonts)


@pytest.fixture(scope="session")
def emit(awesome, coverage):
    options, _ = resolve_options(awesome, ())
    return lambda document: emit_latex(document, awesome, options, coverage)


# --- documents of every shape --------------------------------------------------------------------------------------

_words = st.text(st.sampled_from("ab XY9 \\{}$&#%_^~-<>[]()'\"`|@.:,;!?éß—金Ωж"), min_size=1, max_size=30)
_numbers = iter(range(1, 1_000_000))
_spans = st.builds(lambda: Span("ada.yaml", next(_numbers), 1, where=f"sections[{next(_numbers)}]"))
_inlines = st.recursive(
    st.builds(doc.TextRun, _words) | st.builds(doc.Code, _words),
    lambda inner: (
        st.builds(doc.Strong, st.lists(inner, min_size=1, max_size=3).map(tuple))
        | st.builds(doc.Emphasis, st.lists(inner, min_size=1, max_size=3).map(tuple))
        | st.builds(doc.Link, st.lists(inner, min_size=1, max_size=3).map(tuple),
                    st.sampled_from(["https://a.org/)(", "https://a.org/~a_b%20c#d&e", "mailto:a@b.org"]))
    ),
    max_leaves=4,
)  # fmt: skip
_lines = st.builds(doc.Line, st.lists(_inlines, min_size=1, max_size=3).map(tuple), _spans)
_maybe = st.just(doc.EMPTY) | _lines
_bullets = st.recursive(
    st.builds(doc.Bullet, _lines),
    lambda inner: st.builds(doc.Bullet, _lines, st.lists(inner, max_size=2).map(tuple)),
    max_leaves=4,
)
_list = st.builds(doc.Bullets, st.lists(_bullets, min_size=1, max_size=3).map(tuple), _spans)
_paragraph = st.builds(doc.Paragraph, _lines, _spans)
_position = st.builds(
    doc.Position, _maybe, _maybe, _maybe, st.lists(_list | _paragraph, max_size=2).map(tuple), _spans
)
_blocks = st.one_of(
    _list,
    _paragraph,
    st.builds(doc.Subheading, _lines, _spans),
    st.builds(doc.EntryBlock, _lines, _maybe, st.lists(_position, min_size=1, max_size=3).map(tuple), _spans),
    st.builds(
        doc.WorkBlock,
        _lines,
        *([_maybe] * 6),
        st.lists(_lines, max_size=2).map(tuple),
        _maybe,
        st.just("[1]"),
        _spans,
    ),
    st.builds(doc.HonorRow, _maybe, _lines, _maybe, _maybe, _spans),
    st.builds(doc.SkillRow, _lines, _lines, _spans),
)
_sections = st.builds(
    doc.DocumentSection, _lines, st.lists(_blocks, max_size=3).map(tuple), st.just("custom"), _spans
)
_contacts = st.builds(doc.Contact, st.sampled_from(["email", "github", "link"]), _lines)
_photos = st.none() | st.builds(
    doc.Photo, st.just("/x/my photo;.PNG"), st.sampled_from(["round", "square"]), st.just("left"), _words
)
_headers = st.builds(
    doc.Header,
    _lines,
    _lines,
    _maybe,
    _maybe,
    _maybe,
    st.lists(_contacts, max_size=2).map(tuple),
    _maybe,
    _photos,
    _spans,
)
_page = st.sampled_from(
    [doc.Line((doc.TextRun(doc.Footer.PAGE), doc.TextRun(" of "), doc.TextRun(doc.Footer.PAGES)))]
)
documents = st.builds(
    doc.Document,
    st.builds(doc.Metadata, _words, _words),
    _headers,
    st.lists(_sections, max_size=3).map(tuple),
    st.builds(doc.Footer, _maybe, _maybe, _maybe | _page),
)


def blocks_of(document):
    """Yield every place that must have a comment of its own, in reading order."""
    yield document.header.origin
    for section in document.sections:
        if section.title:
            yield section.origin
        for block in section.blocks:
            yield block.origin
            if isinstance(block, doc.EntryBlock) and len(block.positions) > 1:
                yield from (position.origin for position in block.positions)


def tokens(tex):
    """Yield control sequences and single characters, comments left out."""
    body = "\n".join(line for line in tex.splitlines() if not line.startswith("%"))
    yield from re.findall(r"\\[A-Za-z]+|\\.|.", body, re.DOTALL)


@given(documents)
def test_any_document_is_balanced(emit, document):
    """Braces and environments are in pairs, and text adds no comment, whatever it holds."""
    tex = emit(document).tex
    depth, open_environments = 0, []
    for token in tokens(tex):
        depth += {"{": 1, "}": -1}.get(token, 0)
        assert depth >= 0
        assert token not in "%&#$^_"  # `~` ties names; what a text holds of it is escaped (test_escape)
    assert depth == 0
    for kind, name in re.findall(r"^\s*\\(begin|end)\{([a-z]+)\}", tex, re.MULTILINE):
        if kind == "begin":
            open_environments.append(name)
        else:
            assert open_environments.pop() == name
    assert open_environments == []


@given(documents)
def test_every_block_is_preceded_by_its_origin(emit, document):
    """Above each block stands a comment with its line and path, and `origins` maps that line to its span."""
    emitted = emit(document)
    lines = emitted.tex.splitlines()
    assert [span for _, span in emitted.origins] == list(blocks_of(document))
    for number, span in emitted.origins:
        assert lines[number - 1] == f"% @ ada.yaml:{span.line} {span.where}".rstrip()
        assert not lines[number].startswith("%")
    assert sum(line.startswith("%") for line in lines) == len(emitted.origins)
    for number, line in enumerate(lines):
        if re.match(r"\\(cvsection|cvsubsection|cvhonor|cvskill)\{|\\begin\{(cventry|cvwork)\}", line):
            assert lines[number - 1].startswith("% @ ")


@given(documents)
def test_only_macros_of_the_contract_are_used(emit, document):
    """A theme need not know more than CONTRACT.md tells."""
    known = set(re.findall(r"\\([a-zA-Z]+)", CONTRACT)) | {"textbackslash", "textasciicircum", "textasciitilde"}
    used = {token[1:] for token in tokens(emit(document).tex) if re.fullmatch(r"\\[A-Za-z]+", token)}
    assert used <= known
    environments = set(re.findall(r"\\begin\{([a-z]+)\}", emit(document).tex))
    assert environments <= set(re.findall(r"\\begin\{([a-z]+)\}", CONTRACT))


def test_the_contract_knows_every_macro_of_running_text():
    """A theme's author finds each macro that can stand in a text."""
    for name in ("cvstrong", "cvemph", "cvcode", "cvlink", "cvscript", "cvbreak", "cvlongword", "cvpage", "cvpages"):
        assert f"\\{name}" in CONTRACT


# --- the examples --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_the_emitted_example_is_the_golden_one(path, golden):
    """What an example becomes in TeX changes only where the difference was looked at."""
    tex = emit_profile(path, TypesetOptions()).tex
    golden(f"{path.stem}.tex", tex.tex)


def test_each_golden_file_has_its_example():
    """No golden file outlives its example."""
    folder = ROOT / "tests" / "data" / "golden"
    assert {path.stem for path in folder.glob("*.tex")} == {path.stem for path in EXAMPLES}
    assert EXAMPLES


# --- the page ------------------------------------------------------------------------------------------------------


def simple(**fields):
    text = doc.Line((doc.TextRun("Ada"),), Span("ada.yaml", 1, 1))
    return doc.Document(
        **({"metadata": doc.Metadata("T", "A"), "header": doc.Header(text, text), "sections": ()} | fields)
    )


def test_page_numbers_become_macros(emit):
    """The number of the page and of all pages are the class's to fill in, alone or among other text."""
    right = doc.Line(
        (doc.TextRun("page "), doc.TextRun(doc.Footer.PAGE), doc.TextRun(" of "), doc.TextRun(doc.Footer.PAGES))
    )
    tex = emit(simple(footer=doc.Footer(right=right))).tex
    assert "\\cvfooter{}{}{page \\cvpage{} of \\cvpages{}}" in tex


def test_no_footer_is_no_macro(emit):
    """A document without a foot says nothing of it."""
    assert "cvfooter" not in emit(simple()).tex


def test_the_photo_has_a_name_of_our_own(emit):
    """The engine never sees what the user called the file."""
    photo = doc.Photo("/home/ada/my photo;$(id).JPG", "round", "left", "Ada & co")
    text = doc.Line((doc.TextRun("Ada"),))
    emitted = emit(simple(header=doc.Header(text, text, photo=photo)))
    assert emitted.pictures == {"photo.jpg": photo}
    assert "\\cvphoto{photo.jpg}{round}{left}{Ada \\& co}" in emitted.tex


def test_only_the_options_paper_and_theme_stand_in_the_class_line(emit):
    """The first line is `\\documentclass`, so that the file can be taken elsewhere."""
    assert emit(simple(paper="letter")).tex.splitlines()[0] == "\\documentclass[theme=awesome,paper=letter]{cvgen}"


# --- characters that no font has -----------------------------------------------------------------------------------


def test_a_missing_character_is_shown_where_it_stands(awesome, coverage):
    """The caret points at the character in its line, the message says its name."""
    excerpt = '    title: "Emoji 😀 here"'
    line = doc.Line(
        (doc.TextRun("Emoji "), doc.Strong((doc.TextRun("😀 here"),))), Span("a.yaml", 3, 12, 3, 26, excerpt, "x")
    )
    (one,) = missing_glyphs(simple(header=doc.Header(line, line)), awesome.fonts_of({"font": "sans"}), coverage)
    assert (one.code, one.severity) == ("missing-glyph", Severity.ERROR)
    assert (one.span.line, one.span.column, one.span.end_column) == (
        3,
        excerpt.index("😀") + 1,
        excerpt.index("😀") + 2,
    )
    assert "U+1F600 GRINNING FACE" in one.message


def test_a_missing_character_is_named_at_its_first_place(awesome, coverage):
    """A character in two places is one mistake, at the first of them; twice in one text it is one place."""
    places = [doc.Line((doc.TextRun("😀😀"),), Span("a.yaml", number, 1, excerpt="x: 😀😀")) for number in (3, 5)]
    found = missing_glyphs(simple(header=doc.Header(*places)), awesome.fonts_of({"font": "sans"}), coverage)
    assert [(one.span.line, one.message.partition(", ")[2]) for one in found] == [(3, "here and in 1 other text")]


def test_a_foot_that_repeats_the_name_repeats_no_mistake(awesome, coverage):
    """What was found where it was written is not told again where it was put."""
    name = doc.Line((doc.TextRun("😀"),), Span("a.yaml", 3, 1, excerpt="name: 😀"))
    foot = doc.Line((doc.TextRun("😀 · Curriculum Vitae"),), Span("a.yaml", 1, 1, excerpt="person:"))
    document = simple(header=doc.Header(name, name), footer=doc.Footer(center=foot))
    assert [one.span.line for one in missing_glyphs(document, awesome.fonts_of({"font": "sans"}), coverage)] == [3]


def test_a_name_in_an_author_list_is_never_split(emit):
    """No line ends between a given and a family name, however it is marked; a whole sentence stays breakable."""
    authors = doc.Line(
        (doc.Strong((doc.TextRun("Ada Lovelace*"),)), doc.TextRun(", Xin Jin, " + "word " * 20 + "end"))
    )
    work = doc.WorkBlock(doc.Line((doc.TextRun("A title"),)), authors=authors)
    document = doc.Document(
        doc.Metadata("", ""),
        doc.Header(doc.EMPTY, doc.Line((doc.TextRun("Ada"),))),
        (doc.DocumentSection(doc.Line((doc.TextRun("Works"),)), (work,)),),
    )
    assert "\\cvauthors{\\cvstrong{Ada~Lovelace*}, Xin~Jin, word word" in emit(document).tex
