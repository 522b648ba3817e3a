"""The outline leads to each section: under its own words, in any script, at the page and height of its heading."""

import io
from pathlib import Path

import pypdfium2
import pytest
from conftest import installed
from cvgen.build import build
from pdfua.document import Document
from pypdf import PdfReader

from cvgen.composer import compose
from cvgen.document.nodes import plain
from cvgen.loading.load import load

ROOT = Path(__file__).resolve().parent.parent
NAMES = ("long", "chinese", "japanese_korean", "greek_cyrillic", "icelandic_turkish", "vietnamese", "german", "photo")
PROFILES = [*(ROOT / "tests" / "corpus" / f"{name}.yaml" for name in NAMES), ROOT / "profiles" / "zili_zhang.yaml"]
ENGINES = ["xelatex", pytest.param("lualatex", marks=pytest.mark.long)]


def headings(pdf):
    """Return each section's heading as it stands on paper: its page, its words, its base line and its size."""
    document = Document(pdf)
    found = []
    for element in document.elements:
        if element.type == "H2":
            shown = [(page, glyph) for page, glyph in document.glyphs(element) if (glyph.text or "").strip()]
            page, first = shown[0]
            assert {at for at, _ in shown} == {page}
            size = max(glyph.size for _, glyph in shown)
            found.append((page, document.words(element), first.base, size))
    return found


def destinations(pdf):
    """Return the outline as pypdf reads it: each page, words, left and top."""
    reader = PdfReader(io.BytesIO(pdf), strict=True)
    return [
        (reader.get_destination_page_number(item), item.title, item.get("/Left"), float(item["/Top"]))
        for item in reader.outline
    ]


def assert_leads(pdf, titles):
    """Let the outline have these titles, each leading to a line's height above its heading, and no further."""
    places, shown = destinations(pdf), headings(pdf)
    assert [words for _, words, _, _ in places] == titles
    for (page, words, _, top), (shown_page, shown_words, base, size) in zip(places, shown, strict=True):
        assert page == shown_page, words
        assert " ".join(words.split()) == " ".join(shown_words.split())
        assert base + 0.6 * size <= top <= base + 2.5 * size, (words, base, size, top)


def in_pdfium(pdf):
    """Return the words and pages of the outline, as another program reads them."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        return [(item.get_title(), item.get_dest().get_index()) for item in document.get_toc()]
    finally:
        document.close()


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("theme", ["awesome", "plain"])
@pytest.mark.parametrize("path", PROFILES, ids=lambda path: path.stem)
def test_each_section_is_reached(path, theme, engine, tmp_path):
    """On whatever page it is."""
    installed(engine)
    made = build(path, theme=theme, engine=engine, output=tmp_path / "cv.pdf").data
    titles = [plain(section.title) for section in compose(load(path)).sections]
    assert_leads(made, titles)
    assert in_pdfium(made) == [(words, page) for page, words, _, _ in destinations(made)]


TITLES = [
    "Veröffentlichungen (2024)",
    "论文与专著",
    "研究業績",
    "연구 실적",
    "Công bố khoa học",
    "Δημοσιεύσεις",
    "Публикации",
    "A (B) \\ C) (",
    "“Œuvre” — €50",
    "𠮷野家",
    "Plain",
]


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("theme", ["awesome", "plain"])
def test_titles_of_all_scripts(profile, theme, engine):
    """Over many pages; what is not ASCII stands there as UTF-16 with its mark of byte order."""
    installed(engine)
    bullets = [f"Line {number} of a long text." for number in range(25)]
    path = profile(*({"kind": "text", "title": title, "highlights": bullets} for title in TITLES))
    made = build(path, theme=theme, engine=engine, output=path.with_suffix(".pdf"))
    assert made.pages >= 4
    assert_leads(made.data, TITLES)
    assert [words for words, _ in in_pdfium(made.data)] == TITLES
    written = [b"\xfe\xff" * (not title.isascii()) + encoded(title) for title in TITLES]
    assert list(raw_titles(made.data)) == written


def encoded(title):
    return title.encode() if title.isascii() else title.encode("utf-16-be")


def raw_titles(pdf):
    """Yield the bytes of each title."""
    one = PdfReader(io.BytesIO(pdf)).trailer["/Root"]["/Outlines"]["/First"]
    while one is not None:
        yield one["/Title"].original_bytes
        one = one.get("/Next")
        one = one and one.get_object()
