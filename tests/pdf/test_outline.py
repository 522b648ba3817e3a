"""The outline leads to each section: under its own words, in any script, at the page and height of its heading."""

import io
from pathlib import Path

import pypdfium2
import pytest
from pypdf import PdfReader
from support.outputs import in_themes
from support.pdfs import pages_of
from support.structure import all_contents, of_role

from cvgen.builder import build
from cvgen.document.nodes import plain
from cvgen.options import TypesetOptions
from cvgen.pipeline import emit_profile

ROOT = Path(__file__).resolve().parents[2]
NAMES = ("long", "chinese", "japanese_korean", "greek_cyrillic", "icelandic_turkish", "vietnamese", "german", "photo")
PROFILES = [*(ROOT / "tests" / "corpus" / f"{name}.yaml" for name in NAMES), ROOT / "profiles" / "zili_zhang.yaml"]
ENGINES = ["xelatex", pytest.param("lualatex", marks=pytest.mark.long)]


def headings(pdf):
    """Return each section's heading as it stands on paper: its page, its words, its base line and its size."""
    reader = PdfReader(io.BytesIO(pdf))
    places = {page.indirect_reference.idnum: number for number, page in enumerate(reader.pages)}
    runs = [(page.number - 1, run) for page in pages_of(pdf) for run in page.runs]
    found = []
    for heading in of_role(pdf, "H2"):
        owned = {(places[page], mcid) for page, mcid in all_contents(heading)}
        ((page, first), *_) = shown = [(page, run) for page, run in runs if (page, run.mcid) in owned]
        assert {at for at, _ in shown} == {page}
        found.append((page, "".join(run.text for _, run in shown), first.y, max(run.size for _, run in shown)))
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


@pytest.mark.parametrize(
    ("path", "theme", "engine"),
    [
        *in_themes(PROFILES, "xelatex"),
        *(pytest.param(path, "awesome", "lualatex", marks=pytest.mark.long) for path in PROFILES[::4]),
    ],
    ids=lambda value: getattr(value, "stem", value),
)
def test_each_section_is_reached(path, theme, engine, tmp_path):
    """On whatever page it is."""
    made = build(path, theme=theme, engine=engine, output=tmp_path / "cv.pdf").data
    document = emit_profile(path, TypesetOptions(theme=theme)).document
    titles = [plain(section.title) for section in document.sections]
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
    """Over many pages; two readers find the same words."""
    bullets = [f"Line {number} of a long text." for number in range(25)]
    path = profile(*({"kind": "text", "title": title, "highlights": bullets} for title in TITLES))
    made = build(path, theme=theme, engine=engine, output=path.with_suffix(".pdf"))
    assert made.pages >= 4
    assert_leads(made.data, TITLES)
    assert [words for words, _ in in_pdfium(made.data)] == TITLES
