"""The text policy, row by row: what is written stands in the PDF, is normalised aloud, or is refused before TeX runs.

Every text is tried in every context in one document, between two marker words, so that a failure names its text.
"""

import io
import os
import re
import tempfile
import unicodedata
from pathlib import Path

import pytest
from pypdf import PdfReader
from support import extract
from support.engines import installed
from support.profiles import in_yaml, quoted, writable

import cvgen
from cvgen import pipeline
from cvgen.builder import build, default_output
from cvgen.diagnostics import Severity
from cvgen.document.inline import line
from cvgen.document.nodes import plain
from cvgen.errors import ExitCode, ProfileError

CANARY = Path("/tmp/cv-x")  # what texts tell TeX to write; a short name, so that their words need no break
LITERAL = [
    r"\input{/etc/passwd}",
    r"\include{../x}",
    r"\openin",
    f"\\write18{{touch {CANARY}}}",
    r"\immediate\openout",
    f"\\immediate\\openout3={CANARY} \\immediate\\closeout3",
    r'\input|"id"',
    f'\\directlua{{io.open("{CANARY}", "w")}}',
    r"\special{pdf:fstream @x (/etc/passwd)}",
    r"\pdffiledump offset 0 length 9 {/etc/passwd}",
    r"\csname input\endcsname",
    r"\catcode`\%=12",
    "^^5cinput",
    "^^M",
    r"\end{document}",
    r"\def\x{\x}\x",
    r"\fi",
    r"\endgroup",
    r"\relax\par\bye",
    r"\cvsection{x}",
    "\\",
    "ends with \\",
    "{",
    "}",
    "}{",
    "#1",
    "C#",
    "100%",
    "100% of it",
    "R&D",
    "$x$",
    "a_b",
    "x^2",
    "~/bin",
    '"q"',
    "'q'",
    "`q`",
    "--flag",
    "a--b---c",
    "<<x>>",
    ",,x",
    "?`x!`",
    "office ffi fl ffl",
    "<",
    ">",
    "|",
    "%",
    "&",
    "_",
    "^",
    "~",
    "$",
    "[x",
    "[",
    "*x",
    "*",
    "*[x]",
    "-",
    "- x",
    "+ x",
    "= x",
    "=",
    "# x",
    "> x",
    "1. x",
    "a {date} {page} b",
]
TYPOGRAPHIC = ["“x” ‘y’ „z‟", "a – b — c … ·", "© ® ™ § ¶ † ‡", "€ £ ¥", "² ³ ½ × ÷ ± °"]
LATIN = ["Müller Ångström Łukasz Żółć", "Þórður Ægisson", "Nguyễn Văn Ánh", "İstanbul ığüşöç", "Ĉ ŭ ő ű ț ș", "ẞ ß ſ"]
GREEK = ["Ελλάς Δήμος", "Ελένη Παπαδοπούλου", "ΐ ΰ ϊ ϋ ή ώ ά έ ί ό ύ", "Ωμέγα Ώ Ή", "αβγδεζηθικλμνξοπρστυφχψω"]
CYRILLIC = ["Дмитрий Щербаков", "Ёлка ё й Й", "Київ Їжак ґ є", "Ђорђе Ћирић љњџ"]
CJK = ["金超", "山田太郎", "カタカナ ひらがな", "김철수", "東京大学（本郷）", "北京，上海。", "「研究」"]
# Markup that is not of Markdown: maths, scripts, HTML, quotes as in LaTeX.
BEYOND = {
    r"$O(n \log n)$": "O(n log n)",
    r"\(\alpha \le \bar t\)": "α ≤ t̄",
    "$x_{ij}$": "xij",
    r"$\frac{1}{n+1}$": "1/(n+1)",
    "$H_2O$": "H₂O",
    "H~2~O": "H₂O",
    "10^6^": "10⁶",
    "n^th^": "nth",
    "<i>E. coli</i>": "E. coli",
    "CO<sub>2</sub>": "CO₂",
    "<b>a</b> b": "a b",
    "R&amp;D": "R&D",
    "``q''": "“q”",
    "5*3*2": "5*3*2",
    "A* search": "A* search",
    "__init__": "__init__",
}
RIGHT = [*LITERAL, *BEYOND, *TYPOGRAPHIC, *LATIN, *GREEK, *CYRILLIC, *CJK]
# Markdown that a text field reads as such. Everything else in RIGHT means nothing to it.
MARKUP = {"`q`": "q", "?`x!`": "?x!", r"\catcode`\%=12": r"\catcode`%=12", "$x$": "x", **BEYOND}

CONTEXTS = {
    "name": "n",
    "link label": "c",
    "headline": "h",
    "section title": "s",
    "entry title": "e",
    "bullet": "b",
    "escaped bullet": "x",
    "link text": "l",
}
ENGINES = ["xelatex", pytest.param("lualatex", marks=pytest.mark.long)]


def marks(context, index):
    return f"{CONTEXTS[context]}q{index:03d}a", f"{CONTEXTS[context]}q{index:03d}z"


def escaped(text):
    """Write text so that Markdown takes it for nothing else. Parentheses need no backslash: `\\(…\\)` is maths."""
    return re.sub(r"([!-'*-/:-@\[-`{-~])", r"\\\1", text)


def everywhere(texts):
    """Return a profile with each text in each context, between its marker words."""

    def between(context, form):
        for index, text in enumerate(texts):
            before, after = marks(context, index)
            yield form(before, text, after, index)

    name = between("name", lambda before, text, after, _: f"{before} {text} {after}")
    labels = between("link label", lambda before, text, after, at: {
        "name": str(at), "links": [{"label": f"{before} {text} {after}", "url": f"https://example.org/{at}"}]
    })  # fmt: skip
    twice = [list(between(context, lambda before, text, after, _: (f"{before} {text}", f"{text} {after}")))
             for context in ("headline", "section title", "entry title", "bullet")]  # fmt: skip
    literal = between("escaped bullet", lambda before, text, after, _: (
        f"{before} {escaped(text)}", f"{escaped(text)} {after}"
    ))  # fmt: skip
    headline, titles, entries, bullets, literal = (
        [text for pair in pairs for text in pair] for pairs in (*twice, literal)
    )
    links = between("link text", lambda before, text, after, at: (
        f"{before} [{escaped(text)}](https://example.org/link/{at}) {after}"
    ))  # fmt: skip
    return {
        "person": {
            "name": {"family": " ".join(name)},
            "position": headline,
            "keywords": list(texts),
        },
        "document": {"title": " ".join(texts), "footer": {}, "options": {"section-highlight": "false"}},
        "sections": [
            *({"kind": "text", "title": title, "text": "."} for title in titles),
            {"kind": "custom", "title": "Entries", "entries": [{"title": title} for title in entries]},
            {"kind": "software", "entries": list(labels)},
            {"kind": "text", "title": "Bullets", "highlights": bullets},
            {"kind": "text", "title": "Literal", "highlights": literal},
            {"kind": "text", "title": "Links", "highlights": list(links)},
        ],
    }


def found_between(words, context, index):
    """Return what stands between two marker words, but for the theme's bullets."""
    before, after = marks(context, index)
    if words.count(before) != 1 or words.count(after) != 1:
        return f"marker {before} or {after} is not there once"
    return extract.folded(words.partition(before)[2].partition(after)[0].replace("•", " "))


# What the layout puts between the two times that a text is written.
BETWEEN = {"headline": " · ", "section title": " . ", "entry title": " ", "bullet": " ", "escaped bullet": " "}


def wanted_between(context, text):
    """Return what must stand between two marker words: first the end of a value, then the beginning of one."""
    text = MARKUP.get(text, text) if context in ("headline", "section title", "entry title", "bullet") else text
    return f"{text}{BETWEEN[context]}{text}" if context in BETWEEN else text


@pytest.fixture(scope="module", params=ENGINES)
def engine(request):
    return installed(request.param).name


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    """Stand in an empty folder; say which files came into being."""
    root = tmp_path_factory.mktemp("policy")
    for name in ("here", "profiles", "temporary", "build"):
        (root / name).mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(root / "here")
        patch.setattr(tempfile, "tempdir", str(root / "temporary"))
        yield root


def built(folders, data, engine="xelatex", name="p"):
    path = folders / "profiles" / f"{name}.yaml"
    path.write_text(in_yaml(data), "utf-8")
    return build(path, output=folders / "build" / f"{name}-{engine}.pdf", engine=engine)


@pytest.fixture(scope="module")
def right(folders, engine):
    return built(folders, everywhere(RIGHT), engine)


@pytest.fixture(scope="module")
def texts(right):
    return {name: extract.words_of(right.data, name) for name in extract.EXTRACTORS}


@pytest.mark.parametrize("text", RIGHT)
def test_text_without_markup_is_taken_literally(text):
    """Only what is Markdown is read as Markdown; nothing is ever read as TeX."""
    assert plain(line(text)) == MARKUP.get(text, text)
    assert plain(line(escaped(text))) == text


@pytest.mark.parametrize("extractor", extract.EXTRACTORS)
@pytest.mark.parametrize("context", CONTEXTS)
def test_every_text_is_extracted_as_it_was_written(texts, context, extractor):
    """In every context, each of four extractors reads each text exactly as it stands in the YAML."""
    words = texts[extractor]
    found = {text: found_between(words, context, index) for index, text in enumerate(RIGHT)}
    wrong = {
        text: it
        for text, it in found.items()
        if extract.unwrapped(it) != extract.unwrapped(wanted_between(context, text))
    }
    if extractor == "pdftotext":  # takes a hyphen at a line's end for one that parts a word
        wrong.pop("-", "")
    assert wrong == {}


def test_metadata_says_what_was_written(right):
    """Title and keywords of the PDF are the texts of the profile, in Info and in XMP."""
    reader = PdfReader(io.BytesIO(right.data))
    assert reader.metadata.title == " ".join(RIGHT)
    assert reader.metadata.get("/Keywords") == ", ".join(RIGHT)
    assert reader.xmp_metadata.dc_title["x-default"] == " ".join(RIGHT)
    assert reader.xmp_metadata.dc_subject == RIGHT


def test_hostile_text_builds_without_a_word(right, folders):
    """No warning but of TeX, no file beside the PDF, nothing left behind, nothing of another file in the text."""
    assert {found.code for found in right.diagnostics} <= {"raw-markup", "too-many-mistakes"}
    names = {path.relative_to(folders).as_posix() for path in folders.rglob("*") if path.is_file()}
    assert {name for name in names if not name.startswith(("profiles/", "build/"))} == set()
    assert all(name.endswith(".pdf") for name in names if name.startswith("build/"))
    assert not CANARY.exists()
    assert "root:x:" not in extract.pdftotext(right.data)


# --- normalised ----------------------------------------------------------------------------------------------------

NORMALISED = {
    "soft\u200bware": ("software", "invisible-character"),
    "le\u200eft": ("left", "invisible-character"),
    "ri\u200fght": ("right", "invisible-character"),
    "jo\u2060in": ("join", "invisible-character"),
    "by\ufeffte": ("byte", "invisible-character"),
    "hy\u00adphen": ("hyphen", "invisible-character"),
    "two\u2028lines": ("two lines", "line-separator"),
    "para\u2029graphs": ("para graphs", "line-separator"),
    unicodedata.normalize("NFD", "Ångström"): ("Ångström", "nfd"),
    unicodedata.normalize("NFD", "Ế"): ("Ế", "nfd"),
    "eﬃcient": ("efficient", "ligature"),
    "no\u00a0break": ("no break", None),
    "nar\u202frow": ("nar row", None),
    "thin\u2009space": ("thin space", None),
    "wide\u3000space": ("wide space", None),
    "tab\tstop": ("tab stop", None),
    "compat ² ½ Ⅷ": ("compat ² ½ Ⅷ", None),
}


@pytest.fixture(scope="module")
def normalised(folders, engine):
    return built(folders, everywhere([*NORMALISED]), engine, "normalised")


@pytest.mark.parametrize("context", CONTEXTS)
def test_normalised_text_stands_in_the_pdf(normalised, context):
    """Invisible characters go, separators become spaces, letters are composed: in every context."""
    for extractor in extract.EXTRACTORS:
        words = extract.words_of(normalised.data, extractor)
        found = {text: found_between(words, context, index) for index, text in enumerate(NORMALISED)}
        wanted = {text: wanted_between(context, after) for text, (after, _) in NORMALISED.items()}
        assert found == wanted, extractor


# One value alone, in each context.
ALONE = {
    "name": lambda text: {"person": {"name": {"family": text}}},
    "name in one": lambda text: {"person": {"name": f"Ada {text}"}},
    "headline": lambda text: {"person": {"name": "Ada", "position": [text]}},
    "section title": lambda text: {"sections": [{"kind": "text", "title": text, "text": "x"}]},
    "entry title": lambda text: {"sections": [{"kind": "custom", "title": "x", "entries": [{"title": text}]}]},
    "bullet": lambda text: {"sections": [{"kind": "text", "highlights": [text]}]},
    "link text": lambda text: {"sections": [{"kind": "text", "highlights": [f"[{text}](https://example.org)"]}]},
    "link label": lambda text: {"person": {"name": "A", "links": [{"label": text, "url": "https://example.org"}]}},
    "document title": lambda text: {"document": {"title": text}},
    "keyword": lambda text: {"person": {"name": "Ada", "keywords": ["first", text]}},
}


def alone(folder, context, text):
    """Write a profile with a text in one context; return its path, and the line and column where the text stands.

    What had to be written as an escape is placed at its whole value, from the quotation mark on.
    """
    data = ALONE[context](text)
    path = folder / "ada.yaml"
    path.write_text(
        in_yaml({"person": {"name": "Ada"}, "sections": [{"kind": "text", "text": "x"}], **data}), "utf-8"
    )
    lines = path.read_text("utf-8").split("\n")
    shown = quoted(text)[1:-1]
    ((number, column),) = [(at, content.index(shown) + 1) for at, content in enumerate(lines, 1) if shown in content]
    return path, number, column


@pytest.mark.parametrize("context", ALONE)
@pytest.mark.parametrize("text", [text for text, (_, code) in NORMALISED.items() if code], ids=ascii)
def test_each_normalisation_is_said_with_its_place(tmp_path, context, text):
    """Whatever is changed, but for spaces, is a warning at the line and column of the character, with a hint."""
    path, number, column = alone(tmp_path, context, text)
    _, code = NORMALISED[text]
    odd = "ﬃ" if code == "ligature" else next((char for char in text if not char.isprintable()), text[0])
    offset = text.index(odd)
    (one,) = cvgen.load_profile(path).diagnostics
    column += offset if writable(text[offset]) else -1 - (context == "link text") - 4 * (context == "name in one")
    assert (one.code, one.severity, one.span.line, one.span.column) == (code, Severity.WARNING, number, column)
    assert one.hints


# --- refused -------------------------------------------------------------------------------------------------------

REFUSED = {
    **dict.fromkeys("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069", "bidi-control"),
    **dict.fromkeys("\x00\x01\x07\x08\x0b\x0c\x1b\x7f\x80\x9f", "control-character"),
    **dict.fromkeys(("\ud800", "\udfff", "\ufffe", "\uffff", "\ufdd0"), "not-a-character"),
    "\ufffd": "replacement-character",
    **dict.fromkeys("\ue000\uf8ff", "private-use"),
    **dict.fromkeys(("\U000e0041", "\U000e007f"), "invisible-character"),
    "e\u0301\u0301\u0301\u0301\u0301": "combining-marks",
}
# No font of ours has these.
UNSEEN = {
    "שלום": "U+05E9 HEBREW LETTER SHIN",
    "مرحبا": "U+0645 ARABIC LETTER MEEM",
    "😀": "U+1F600 GRINNING FACE",
    "ไทย": "U+0E44 THAI CHARACTER SARA AI MAIMALAI",
}


@pytest.fixture
def no_engine(monkeypatch):
    """An engine must not be started."""
    monkeypatch.setattr(pipeline, "run_engine", lambda *_, **__: pytest.fail("an engine was started"))


# Each character in one context, and one of each code in all.
_FIRST = {code: char for char, code in reversed(REFUSED.items())}
_DECEIVING = [
    (context, char, code)
    for char, code in REFUSED.items()
    for context in (ALONE if _FIRST[code] == char else ["entry title"])
]


@pytest.mark.parametrize(("context", "char", "code"), _DECEIVING, ids=ascii)
def test_a_character_that_deceives_is_refused_at_its_place(tmp_path, no_engine, context, char, code):
    """In every context it is an error with line and column, before TeX starts, and nothing is written."""
    path, number, column = alone(tmp_path, context, f"ab{char}c")
    with pytest.raises(ProfileError) as caught:
        build(path, output=tmp_path / "ada.pdf")
    assert caught.value.exit_code == ExitCode.PROFILE
    (one,) = [one for one in caught.value.diagnostics if one.severity is Severity.ERROR]
    column += 7 if code == "combining-marks" else 2  # it is the fifth mark that is refused
    assert (one.span.line, one.span.column) == (number, column)
    assert one.code == code or char in "\x00\ud800\udfff\ufffe\uffff"  # a file cannot hold these at all
    assert f"U+{ord(char[-1]):04X}" in one.message
    assert one.hints
    assert not (tmp_path / "ada.pdf").exists()


@pytest.mark.parametrize("context", [name for name in ALONE if name not in ("document title", "keyword")])
@pytest.mark.parametrize(("text", "name"), UNSEEN.items())
def test_a_script_that_no_font_has_is_refused_by_name(tmp_path, no_engine, context, text, name):
    """Right-to-left scripts, emoji and others are never dropped or turned round in silence."""
    path, number, column = alone(tmp_path, context, text)
    with pytest.raises(ProfileError) as caught:
        build(path, output=tmp_path / "ada.pdf")
    assert caught.value.exit_code == ExitCode.PROFILE
    first = caught.value.diagnostics[0]
    assert (first.code, first.span.line, first.span.column) == ("missing-glyph", number, column)
    assert name in first.message
    assert len({one.message for one in caught.value.diagnostics}) == 1


@pytest.mark.parametrize("text", ["हिन्दी", "क्षत्रिय", "অভিজ্ঞতা", "தமிழ்", "ಕನ್ನಡ", "ខ្មែរ"])
def test_a_script_that_needs_shaping_is_exact_or_refused(folders, engine, text):
    """Letters that a font would reorder are never extracted in another order: R where that works, else E."""
    path, *_ = alone(folders / "profiles", "bullet", f"q1 {text} q2")
    try:
        result = build(path, output=folders / "build" / "shaped.pdf", engine=engine)
    except ProfileError as error:
        assert {one.code for one in error.diagnostics} == {"missing-glyph"}
        return
    for name in extract.EXTRACTORS:
        assert f"q1 {text} q2" in extract.words_of(result.data, name), name


@pytest.mark.parametrize("text", UNSEEN)
def test_metadata_takes_any_script(tmp_path, xelatex, text):
    """What is only metadata needs no font."""
    path, *_ = alone(tmp_path, "document title", text)
    result = build(path, output=tmp_path / "ada.pdf")
    assert PdfReader(io.BytesIO(result.data)).metadata.title == text


def test_a_text_without_end_is_refused(tmp_path, no_engine):
    """A text of a megabyte and a list of 10,000 bullets are errors of the profile."""
    for text in ("x" * 1_000_000, ["x"] * 10_000):
        path = tmp_path / "ada.yaml"
        section = {"kind": "text", "highlights": text if isinstance(text, list) else [text]}
        path.write_text(in_yaml({"person": {"name": "Ada"}, "sections": [section]}), "utf-8")
        with pytest.raises(ProfileError) as caught:
            build(path, output=tmp_path / "ada.pdf")
        assert caught.value.diagnostics[0].span.line


# What may be said of a page that nobody would lay out so.
REMARKS = {"layout-page", "layout-line", "layout-heading", "layout-word"}

# --- long words ----------------------------------------------------------------------------------------------------

LONG = {
    "letters": "abcdefghij" * 30,
    "capitals": "W" * 300,
    "digits and marks": "https://example.org/" + "a-b_c~d/e%20f.g?h=i&" * 14,
    "backslashes": "\\{}%#&$^_~" * 30,
    "chinese": "金超北京大学" * 50,
}


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("theme", ["awesome", pytest.param("plain", marks=pytest.mark.long)])
@pytest.mark.parametrize("word", LONG)
def test_a_word_longer_than_a_line_breaks_inside_the_page(folders, engine, theme, word):
    """A word of 300 characters, in every context, runs into no margin and loses no letter."""
    installed(engine)
    text, plain_text = LONG[word], escaped(LONG[word])
    data = {
        "person": {
            "name": {"given": "n1 " + text, "family": text + " n2"},
            "position": ["p1 " + plain_text, plain_text + " p2"],
            "address": f"a1 {plain_text} a2",
            "quote": f"q1 {plain_text} q2",
        },
        "document": {"theme": theme, "title": text, "footer": {}},
        "sections": [
            {"kind": "text", "title": f"s1 {plain_text} s2", "text": f"t1 {plain_text} t2"},
            {"kind": "custom", "title": "x", "entries": [
                {"title": f"e1 {plain_text} e2", "subtitle": f"u1 {plain_text} u2",
                 "highlights": [f"b1 {plain_text} b2"]}
            ]},
            {"kind": "skills", "entries": [{"label": f"l1 {plain_text} l2", "values": [f"v1 {plain_text} v2"]}]},
            {"kind": "honors", "entries": [{"date": "2024", "title": f"h1 {plain_text} h2"}]},
            {"kind": "text", "title": "x", "text": f"k1 [{plain_text}](https://example.org/) k2"},
        ],
    }  # fmt: skip
    result = built(folders, data, engine, f"long-{theme}-{word.replace(' ', '-')}")
    assert {found.code for found in result.diagnostics} <= REMARKS
    outside = {
        char for page, char, box in extract.characters(result.data)
        if char.strip() and not (page[0] < box[0] and box[2] < page[2] and page[1] < box[1] and box[3] < page[3])
    }  # fmt: skip
    assert outside == set()
    whole = "".join(extract.words_of(result.data, "pypdf").split())
    letters = "".join(text.split())
    lost = [mark for mark in "paqsteublvhk" if f"{mark}1{letters}" not in whole]
    assert lost == []
    assert f"n1{letters}{letters}n2" in whole


# --- links ---------------------------------------------------------------------------------------------------------

EXACT = {
    url: url
    for url in (
        "https://a.org/)(/S/Launch",
        "https://a.org/(x)",
        "https://a.org/((",
        "https://a-b.org/a_b~c%20d?x=1&y=2#f",
        "https://a.org/~ada/%7Eada/a_b/c--d/e..f",
        "https://a.org/?q=a+b&c=%5C%7B%7D%25#%23",
        "https://a.org/$x$/*y*/!'@,;=",
        "https://a.org/#",
        "https://[2001:db8::1]:8080/x",
        "tel:+49-151;ext=1",
        "mailto:ada@example.org",
        "mailto:a.b+c_d@example.org",
        "https://a.org/" + "a-b_c~d/e%20f.g?h=i&" * 99,
    )
} | {
    "https://bücher.example": "https://xn--bcher-kva.example",
    "https://bücher.example/straße?ü=ß#é": "https://xn--bcher-kva.example/stra%C3%9Fe?%C3%BC=%C3%9F#%C3%A9",
    "https://例え.jp/金超": "https://xn--r8jz45g.jp/%E9%87%91%E8%B6%85",
    "https://a.org/\\^`{|}": None,
    "HTTPS://A.org/X": "https://A.org/X",
}


def as_links(urls):
    links = [{"label": str(at), "url": url} for at, url in enumerate(urls)]
    return {
        "person": {"name": "Ada"},
        "sections": [
            {"kind": "software", "entries": [{"name": "x", "url": url, "links": [link]}
                                             for url, link in zip(urls, links, strict=True)]},
            {"kind": "text", "title": "x", "highlights": [f"[word](<{url}>)" for url in urls]},
        ],
    }  # fmt: skip


def test_every_link_is_exact_to_the_byte(folders, engine):
    """Whatever a URL holds, the PDF's link has the same bytes: as an entry's link, a label's and in a text."""
    urls = {url: target for url, target in EXACT.items() if target}
    result = built(folders, as_links([*urls]), engine, "links")
    assert {found.code for found in result.diagnostics} <= REMARKS
    found = extract.links(result.data)
    once = list(dict.fromkeys(found))
    assert once == list(dict.fromkeys(urls.values()))
    assert all(found.count(target) >= 3 for target in once)


def test_a_url_of_2000_characters_in_the_text_breaks_inside_the_page(folders, engine):
    """It is printed whole, within the margins, and the link over all its lines is exact."""
    url = "https://a.org/" + "a-b_c~d/e%20f.g?h=i&" * 99
    data = {"person": {"name": "Ada"}, "sections": [{"kind": "text", "text": f"t1 <{url}> t2"}]}
    result = built(folders, data, engine, "long-link")
    assert {found.code for found in result.diagnostics} <= REMARKS
    assert set(extract.links(result.data)) == {url}
    assert f"t1{url}t2" in "".join(extract.words_of(result.data, "pypdf").split())
    assert all(box[2] < page[2] for page, _, box in extract.characters(result.data))


UNSAFE = [
    "javascript:alert(1)", "JavaScript:alert(1)", "java\tscript:alert(1)", " javascript:alert(1)", "data:text/html,x",
    "vbscript:x", "file:///etc/passwd", "run:/bin/sh", r"\\host\share", "//host/x", "../x.pdf", "x.pdf", "#top",
    "https://user:secret@example.org/", "https://user@example.org/", "mailto:a@example.org?bcc=b@example.org",
    "ftp://example.org/x", "https://", "https://exa mple.org", "&#106;avascript:x", "%6aavascript:x",
]  # fmt: skip


@pytest.mark.parametrize("url", UNSAFE)
def test_an_unsafe_link_is_refused_at_its_place(tmp_path, no_engine, url):
    """A scheme that runs something, a file, a hidden scheme, a password: refused wherever a link can stand."""
    path = tmp_path / "ada.yaml"
    path.write_text(in_yaml(as_links([url])), "utf-8")
    lines = path.read_text("utf-8").split("\n")
    with pytest.raises(ProfileError) as caught:
        build(path, output=tmp_path / "ada.pdf")
    errors = [one for one in caught.value.diagnostics if one.severity is Severity.ERROR]
    places = {number for number, content in enumerate(lines, 1) if quoted(url)[1:-1] in content}
    assert len(places) == 3
    assert {one.span.line for one in errors} == places
    assert {one.code for one in errors} <= {"link"}


# --- surroundings --------------------------------------------------------------------------------------------------


def test_tex_files_beside_the_profile_have_no_effect(tmp_path, monkeypatch, xelatex):
    """Configuration and packages in the profile's folder or the current one change nothing."""
    data = in_yaml({"person": {"name": "Ada", "position": "Analyst"}, "sections": [{"kind": "text", "text": "x"}]})
    results = []
    for name in ("clean", "dirty"):
        folder = tmp_path / name
        folder.mkdir()
        (folder / "ada.yaml").write_text(data, "utf-8")
        if name == "dirty":
            for file in ("hyperref.cfg", "article.cls", "cvgen.cls", "awesome.sty", "cvgen-icons.tex", "expl3.sty"):
                (folder / file).write_text("\\errmessage{read}\\input{/etc/passwd}", "utf-8")
            (folder / "texmf.cnf").write_text("shell_escape=t\nopenout_any=a\n", "utf-8")
            (folder / ".latexmkrc").write_text("system('touch /tmp/cv-x');", "utf-8")
            monkeypatch.setenv("TEXINPUTS", f"{folder}:")
            monkeypatch.setenv("TEXMFCNF", f"{folder}:")
        monkeypatch.chdir(folder)
        results.append(build(folder / "ada.yaml", output=tmp_path / f"{name}.pdf"))
    assert results[0].data == results[1].data
    assert not CANARY.exists()


@pytest.mark.parametrize(
    ("stem", "output"),
    [("-x", "x"), ("a;b", "a-b"), ("CON", "CON_"), ("my cv", "my cv"), ("José~1%", "José~1%"), ("...", "cv")],
)
def test_output_names_are_safe(stem, output):
    """A profile's odd name gives an output that no shell and no system takes for something else."""
    assert default_output(Path(f"profiles/{stem}.yaml")) == Path(f"build/{output}.pdf")


@pytest.mark.parametrize("variant", ["../../x", "a/b", "/etc/x", "..", "a:b"])
def test_a_variant_never_leads_out_of_the_build_folder(variant):
    """A variant's name becomes part of one file name."""
    output = default_output(Path("ada.yaml"), variant)
    assert output.parent == Path("build")
    assert os.path.normpath(output) == str(output)
    assert ":" not in output.name
