"""Tagged PDFs: what a screen reader is told, from either engine, whatever the text holds and wherever a page ends."""

import io
import re
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pypdf import PdfReader, PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject
from support.outputs import MOST_THEMES
from support.structure import contents, elements, number_of, of_role, struct_lines, struct_texts

from cvgen.builder import build
from cvgen.document.nodes import EMPTY, Document, Header, Metadata
from cvgen.pdf.finishing import finish
from cvgen.pdf.marked_content import rewrite
from cvgen.pdf.structure import Tree

ROOT = Path(__file__).resolve().parents[2]
ENGINES = ["xelatex", pytest.param("lualatex", marks=pytest.mark.long)]
OPERATORS = re.compile(rb"(?:/(\S+) (?:<<(?:[^<>]|<[^<>]*>|<<.*?>>)*>> )?(BDC|BMC))|(?<!\S)(EMC|BT|ET|q|Q)(?!\S)"
                       rb"|(?<=[\s\])>])(TJ|Tj|f|S|Do)(?!\S)")  # fmt: skip


@pytest.fixture(params=ENGINES)
def engine(request):
    return request.param


@pytest.fixture
def made(profile, tmp_path, engine):
    """Return a function that builds a profile of sections and returns the PDF's bytes."""

    def make(*sections, theme="awesome", **rest):
        return build(profile(*sections, **rest), output=tmp_path / "x.pdf", theme=theme, engine=engine).data

    return make


# --- what stands in a PDF -------------------------------------------------------------------------------------------


def streams(pdf):
    return [page.get_contents().get_data() for page in PdfReader(io.BytesIO(pdf)).pages]


def assert_flat(stream):
    """All that paints is marked, and text objects and saved states are whole in and between marks.

    Nothing nests but a gap, which is told as two spaces inside an artifact.
    """
    inside, depth, text = [], 0, False
    stream = stream.replace(b"/Span <</ActualText<FEFF00200020>>> BDC", b"/Gap BMC")
    for name, begins, other, paints in OPERATORS.findall(stream):
        if begins:
            assert inside == ([b"Artifact"] if name == b"Gap" else []), stream
            assert not text, stream
            inside.append(name)
            depth = 0
        elif other == b"EMC":
            assert not text, stream
            assert depth == 0, stream
            inside.pop()
        elif other in (b"q", b"Q"):
            depth += 1 if other == b"q" else -1
            assert depth >= 0 or not inside
        elif other:
            assert text == (other == b"ET")
            text = other == b"BT"
        elif paints:
            assert inside, stream
    assert not inside
    assert b"/cv-" not in stream.replace(b"(/cv-", b"")


def assert_whole(pdf):
    """Each piece of marked content has one element, which has it; each annotation too."""
    reader = PdfReader(io.BytesIO(pdf), strict=True)
    tree = reader.trailer["/Root"]["/StructTreeRoot"]["/ParentTree"]["/Nums"]
    parents = {int(tree[at]): tree[at + 1].get_object() for at in range(0, len(tree), 2)}
    owned = {piece: number_of(one) for one in elements(pdf) for piece in contents(one)}
    for page in reader.pages:
        stream = page.get_contents().get_data()
        assert_flat(stream)
        found = [int(number) for number in re.findall(rb"/MCID (\d+)", stream)]
        assert found == list(range(len(found)))
        of_page = parents[page["/StructParents"]]
        assert isinstance(of_page, ArrayObject)
        assert len(of_page) == len(found)
        for number in found:
            assert owned.pop((page.indirect_reference.idnum, number)) == number_of(of_page[number].get_object())
        assert page["/Tabs"] == "/S"
        for note in page.get("/Annots", ()):
            link = parents[note.get_object()["/StructParent"]]
            assert link["/S"] == "/Link"
            assert note.idnum in [kid.raw_get("/Obj").idnum for kid in link["/K"] if isinstance(kid, DictionaryObject)
                                  and "/Obj" in kid]  # fmt: skip
            assert note.get_object()["/Contents"]
            assert "/NM" not in note.get_object()
    assert not owned


# --- documents ------------------------------------------------------------------------------------------------------

EXPERIENCE = {
    "kind": "experience",
    "title": "Work",
    "entries": [
        {
            "organization": "Engines Ltd.",
            "location": "London",
            "role": "Analyst",
            "start_date": "2020",
            "end_date": "2021",
            "highlights": [
                "Wrote *notes* for [the engine](https://example.org/engine).",
                {"text": "Numbers:", "highlights": ["25 operations", "two loops"]},
                "Left.",
            ],
        },
        {"organization": "Cards & Co.", "role": "Clerk", "start_date": "2019"},
    ],
}
HONORS = {
    "kind": "honors",
    "title": "Honors",
    "groups": [
        {"title": "Medals", "entries": [{"date": "2023", "title": "Gold", "location": "Rome"}, {"title": "Silver"}]},
    ],
}
SKILLS = {"kind": "skills", "title": "Skills", "entries": [{"label": "Tools", "values": ["Cards", "Tables"]}]}
TEXT = {"kind": "text", "title": "Summary", "text": "Writes programs."}


@pytest.mark.parametrize("theme", ["awesome", "plain"])
def test_a_reader_is_told_the_document_in_order(made, golden, theme):
    """Name, headings that skip no level, lists with labels, links: the same from both engines."""
    pdf = made(
        TEXT, EXPERIENCE, HONORS, SKILLS,
        theme=theme, person={"name": "Ada Lovelace", "email": "ada@example.org", "github": "ada", "quote": "Looms."},
    )  # fmt: skip
    golden(f"tags-{theme}.txt", "\n".join(struct_lines(pdf)) + "\n")
    assert_whole(pdf)


def test_entries_below_a_subheading_stand_one_level_lower(made):
    """And those of a section without subheadings follow its heading."""
    works = [{"title": f"Work {year}", "authors": ["Ada Lovelace"], "date": f"{year}"} for year in (2021, 2020)]
    pdf = made({"kind": "publications", "title": "P", "group_by": "year", "entries": works}, EXPERIENCE)
    assert [one["/S"] for one in elements(pdf) if re.fullmatch("/H[1-6]", one["/S"])] == [
        *("/H1", "/H2", "/H3", "/H4", "/H3", "/H4", "/H2", "/H3", "/H3")
    ]


def test_blocks_that_cross_a_page_are_still_one(made):
    """The foot of a page is never read in the middle of a sentence, and nothing is left out."""
    long = " ".join(f"w{number}" for number in range(1500))
    pdf = made({"kind": "text", "title": "T", "text": long},
               {**EXPERIENCE, "entries": [{"organization": "O", "role": "T", "highlights": [long]}]},
               document={"footer": {"left": "Foot", "right": "{page} of {pages}"}})  # fmt: skip
    assert_whole(pdf)
    crossing = [one for one in elements(pdf) if len({page for page, _ in contents(one)}) > 1]
    assert [one["/S"] for one in crossing] == ["/P", "/LBody"]
    words = [line for line in struct_texts(pdf) if line.startswith("w")]
    assert " ".join(" ".join(words).split()) == f"{long} {long}"
    assert not any("Foot" in line for line in struct_texts(pdf))
    for stream in streams(pdf):
        assert stream.count(b"/Artifact <</Type/Pagination/Subtype/Footer>> BDC") == 1


def test_links_are_told_by_their_words(made):
    """Each annotation, also of a link that breaks over lines, belongs to the element of its text."""
    names = [f"Person{number} Longername{number}" for number in range(80)]
    links = ", ".join(f"[{name}](https://example.org/{number})" for number, name in enumerate(names))
    wide = " ".join("wide" for _ in range(60))
    pdf = made({"kind": "text", "title": "T", "text": f"{links} and [{wide}](https://example.org/wide)"},
               person={"name": "Ada Lovelace", "github": "ada"})  # fmt: skip
    assert_whole(pdf)
    notes = [note.get_object() for page in PdfReader(io.BytesIO(pdf)).pages for note in page["/Annots"]]
    told_by = {note["/A"]["/URI"]: note["/Contents"] for note in notes}
    assert told_by == {
        **{f"https://example.org/{number}": name for number, name in enumerate(names)},
        "https://example.org/wide": wide,
        "https://github.com/ada": "GitHub: ada",
    }
    assert len(notes) > len(told_by)
    found = of_role(pdf, "Link")
    assert len(found) == len(told_by)
    assert sum(isinstance(kid, DictionaryObject) and "/Obj" in kid for one in found for kid in one["/K"]) == len(
        notes
    )
    read = struct_texts(pdf)
    assert set(names) <= {line.strip() for line in read}
    assert " ".join("".join(read).split()).endswith(f"and {wide}")


def test_equal_addresses_keep_their_own_words(made):
    """Two links to one place are told apart by what is written."""
    pdf = made({"kind": "text", "title": "T", "text": "[One](https://example.org) [two](https://example.org)"})
    notes = [note.get_object() for page in PdfReader(io.BytesIO(pdf)).pages for note in page["/Annots"]]
    assert [note["/Contents"] for note in notes] == ["One", "two"]


@pytest.mark.parametrize(
    ("language", "words", "expected"),
    [
        ("en", ["金超", "Αθήνα"], ["zh"]),
        ("en", ["金超", "김철수", "カナ"], ["zh", "ko", "ja"]),
        ("en", ["東京大学", "김철수", "이영희"], ["ko", "ko", "ko"]),
        ("en", ["東京大学", "カナ", "かな", "김철수"], ["ja", "ja", "ja", "ko"]),
        ("zh", ["金超", "カナ", "김철수", "Αθήνα"], ["ja", "ko"]),
    ],
)
def test_other_scripts_name_their_language(made, language, words, expected):
    """A voice changes for them, unless the document is in that language. Chinese characters are of most texts'."""
    pdf = made(*({"kind": "text", "title": "T", "text": f"A {word} b"} for word in words),
               document={"language": language})  # fmt: skip
    assert_whole(pdf)
    assert [one["/Lang"] for one in of_role(pdf, "Span")] == expected
    (catalog,) = [PdfReader(io.BytesIO(pdf)).trailer["/Root"]]
    assert catalog["/Lang"].startswith(language)
    for word in words:
        assert f"A {word} b" in " ".join("".join(struct_texts(pdf)).split())


@pytest.mark.parametrize("theme", ["awesome", "plain"])
def test_the_portrait_is_told_in_words(tmp_path, engine, theme):
    """And its box is where it stands."""
    pdf = build(ROOT / "examples" / "photo.yaml", output=tmp_path / "x.pdf", theme=theme, engine=engine).data
    (figure,) = of_role(pdf, "Figure")
    assert "Rosalind" in figure["/Alt"]
    left, bottom, right, top = map(float, figure["/A"]["/BBox"])
    (page,) = PdfReader(io.BytesIO(pdf)).pages
    assert 0 < left < right < page.mediabox.right
    assert page.mediabox.top / 2 < bottom < top < page.mediabox.top
    assert right - left == pytest.approx(top - bottom)
    assert right - left == pytest.approx((28 if theme == "awesome" else 26) / 25.4 * 72, rel=0.03)
    assert_whole(pdf)


HOSTILE = "EMC BDC ET Q ((\\x) /cv-end MP /cv-H1 MP <</MCID 0>> ) \\x( BMC '(TJ"


def test_text_cannot_pass_for_a_mark(made):
    """What looks like PDF in a profile is text like any other."""
    section = {"kind": "text", "title": HOSTILE, "text": HOSTILE}
    pdf = made(section, person={"name": "Ada ( Lovelace EMC"}, document={"footer": {"left": HOSTILE}})
    assert_whole(pdf)
    assert [one["/S"] for one in elements(pdf)] == ["/Document", "/H1", "/H2", "/P"]
    assert " ".join("".join(struct_texts(pdf)[1:2]).split()) == " ".join(HOSTILE.split())


def test_sections_are_in_the_outline(made):
    """Each bookmark leads to its heading."""
    pdf = made(TEXT, EXPERIENCE, {**SKILLS, "title": "Σ (skills)"})
    reader = PdfReader(io.BytesIO(pdf), strict=True)
    assert [item.title for item in reader.outline] == ["Summary", "Work", "Σ (skills)"]
    tops = [float(item["/Top"]) for item in reader.outline]
    assert tops == sorted(tops, reverse=True)
    assert all(0 < top < reader.pages[0].mediabox.top for top in tops)
    assert "/PageMode" not in reader.trailer["/Root"]


# --- themes ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def own_theme(tmp_path, monkeypatch):
    """Return a function that installs a changed copy of a theme as the user's own."""

    def install(change, source="awesome"):
        folder = tmp_path / "config" / "cvgen" / "themes" / "mine"
        folder.mkdir(parents=True)
        ours = ROOT / "latex_templates" / source
        (folder / "theme.toml").write_bytes((ours / "theme.toml").read_bytes())
        style = (ours / f"{source}.sty").read_text("utf-8").replace(f"{{{source}}}", "{mine}")
        (folder / "mine.sty").write_text(change(style), "utf-8")
        monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))

    return install


def claims(pdf):
    return b"<pdfuaid:part>1</pdfuaid:part>" in PdfReader(io.BytesIO(pdf)).trailer["/Root"]["/Metadata"].get_data()


@pytest.mark.parametrize("theme", MOST_THEMES)
@pytest.mark.parametrize("name", ["all_kinds", pytest.param("names_of_the_world", marks=pytest.mark.long)])
def test_each_theme_marks_all_text(name, theme, tmp_path, xelatex):
    """So that the PDF says that it is accessible."""
    assert claims(build(ROOT / "examples" / f"{name}.yaml", theme=theme, output=tmp_path / "cv.pdf").data)


def test_a_theme_that_marks_nothing_is_read_in_paragraphs(made, own_theme):
    """No text is lost to a reader, in the order in which it stands; but the PDF does not say that it is PDF/UA."""
    own_theme(lambda style: style.replace("\\cvgen@tagged", "\\@secondoftwo")
              .replace("\\cvgen@tagbegin", "\\@gobble").replace("\\cvgen@tagend", "\\relax"))  # fmt: skip
    ours = made(TEXT, EXPERIENCE, SKILLS)
    assert claims(ours)
    pdf = made(TEXT, EXPERIENCE, SKILLS, theme="mine")
    assert_whole(pdf)
    assert not claims(pdf)
    assert PdfReader(io.BytesIO(pdf)).trailer["/Root"]["/MarkInfo"] == {"/Marked": True}
    assert not [one for one in elements(pdf) if one["/S"].startswith("/H")]
    assert set("".join(" ".join(struct_texts(ours)).split())) <= set("".join(" ".join(struct_texts(pdf)).split()))
    read = "".join(struct_texts(pdf))
    assert read.startswith("Ada Lovelace")
    assert read.index("Summary") < read.index("Work") < read.index("Skills") < read.index("Tables")


def test_a_heading_that_skips_a_level_is_raised(made, own_theme):
    """A theme cannot leave a level out."""
    own_theme(lambda style: style.replace("tagged{H4}", "tagged{H6}").replace("tagbegin{H2}", "tagbegin{H3}"))
    pdf = made(TEXT, EXPERIENCE, theme="mine")
    assert [one["/S"] for one in elements(pdf) if one["/S"].startswith("/H")] == [
        *("/H1", "/H2", "/H2", "/H3", "/H3")
    ]


def test_a_pdf_without_marks_is_tagged_as_what_it_is():
    """A foreign page: its text is a paragraph, its other ink an artifact, its link an element without text."""
    writer = PdfWriter()
    page = writer.add_blank_page(100, 100)
    from pypdf.annotations import Link
    from pypdf.generic import DecodedStreamObject, NameObject

    stream = DecodedStreamObject()
    stream.set_data(b"q 0 0 9 9 re f Q /cv-Artifact MP 0 0 m 9 9 l S /cv-end MP BT /F 9 Tf (a\\)/cv-P MP) Tj ET")
    page[NameObject("/Contents")] = writer._add_object(stream)
    writer.add_annotation(0, Link(rect=(0, 0, 9, 9), url="https://example.org"))
    document = Document(Metadata("T", "A"), Header(EMPTY, EMPTY), ())
    buffer = io.BytesIO()
    writer.write(buffer)
    pdf = finish(buffer.getvalue(), document, epoch=0)
    (data,) = streams(pdf)
    assert data.split() == (
        b"/Artifact BMC q 0 0 9 9 re f Q 0 0 m 9 9 l S EMC "
        b"/P <</MCID 0>> BDC BT /F 9 Tf (a\\)/cv-P MP) Tj ET EMC"
    ).split()  # fmt: skip
    assert not claims(pdf)


# --- streams --------------------------------------------------------------------------------------------------------

STRING = b"(\\) EMC /cv-P MP)"
_paint = st.sampled_from([b"BT /F1 9 Tf [<28>]TJ ET", b"BT " + STRING + b" Tj ET", b"q 1 0 0 1 2 3 cm 0 0 9 9 re f Q",
                          b"0.5 0.5 0.5 rg", b"0 0 m 9 9 l S", b"q", b"Q"])  # fmt: skip
_ROLES = "H1 H2 H4 P Lbl LBody Lbl-1 LBody-1 Lbl-3 LBody-2 Figure Artifact Footer Span-zh Link-1 Link-2 Nonsense"
_role = st.sampled_from([*_ROLES.split(), "end", "end", "end"])
_piece = _paint | _role.map(lambda role: f"/cv-{role} MP".encode())


@given(st.lists(st.lists(_piece, max_size=25), max_size=3))
@example([[b"/cv-H1 MP", b"/cv-end MP", b"/cv-H2 MP", b"BT /F1 9 Tf [<28>]TJ ET"]])
def test_any_order_of_points_gives_flat_marks(pages):
    """Whatever a theme does, what paints is in one mark, marks do not nest, and each is owned once."""
    tree = Tree("en", portrait=True)
    for pieces in pages:
        tree.begin_page()
        data = b"\n".join(pieces)
        stream = rewrite(data, tree)
        assert stream.count(STRING) == data.count(STRING)
        bare, before = (code.replace(STRING, b"()") for code in (stream, data))
        marks = re.compile(rb"/\S+ (?:<<.*?>> BDC|BMC)|\bEMC\b|/cv-\S+ MP|\s+")
        assert marks.sub(b"", bare) == marks.sub(b"", before)
        assert b"/cv-" not in bare
        inside = False
        for word in re.findall(rb"BDC|BMC|EMC|TJ|Tj|(?<=\s)[fS](?!\S)", bare):
            if word in (b"BDC", b"BMC", b"EMC"):
                assert inside == (word == b"EMC")
                inside = not inside
            assert inside or word == b"EMC"
        assert not inside
    filled = list(tree.elements())
    for page, owners in enumerate(tree.pages):
        for identifier, owner in enumerate(owners):
            assert owner in filled
            assert owner.kids.count((page, identifier)) == 1
    levels = [int(one.role[1]) for one in filled if re.fullmatch("H[1-6]", one.role)]
    assert all(after <= before + 1 for before, after in zip([0, *levels], levels, strict=False))
