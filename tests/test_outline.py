"""The outline leads to each section: under its own words, in any script, at the page and height of its heading."""

import io
from pathlib import Path

import extract
import pypdfium2
import pytest
from conftest import installed
from pypdf import PdfReader

from cvgen.builder import build
from cvgen.composer import compose
from cvgen.document.nodes import plain
from cvgen.loading.load import load

ROOT = Path(__file__).resolve().parent.parent
NAMES = ("long", "chinese", "japanese_korean", "greek_cyrillic", "icelandic_turkish", "vietnamese", "german", "photo")
PROFILES = [*(ROOT / "tests" / "corpus" / f"{name}.yaml" for name in NAMES), ROOT / "profiles" / "zili_zhang.yaml"]
ENGINES = ["xelatex", pytest.param("lualatex", marks=pytest.mark.long)]


def line_below(page, height):
    """Return the first line of a page below a height: its words, without spaces, its top and how high it is."""
    below = [(text, box) for text, box in page if box[3] <= height + 1 and not text.isspace()]
    bottom, top = max((box for _, box in below), key=lambda box: box[3])[1::2]
    line = sorted((box[0], text) for text, box in below if bottom < (box[1] + box[3]) / 2 < top)
    return "".join(text for _, text in line), top, top - bottom


def destinations(pdf):
    """Return the outline as pypdf reads it: each page, words, left and top."""
    reader = PdfReader(io.BytesIO(pdf), strict=True)
    return [
        (reader.get_destination_page_number(item), item.title, item.get("/Left"), float(item["/Top"]))
        for item in reader.outline
    ]


def assert_leads(pdf, titles):
    """Let the outline have these titles, each leading to a little above its heading, and no further."""
    pages, places = extract.pages(pdf), destinations(pdf)
    assert [title for _, title, _, _ in places] == titles
    for page, title, _, height in places:
        words, top, size = line_below(pages[page], height)
        assert words == "".join(title.split())
        assert 0 <= height - top <= size, (title, top, height)


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
