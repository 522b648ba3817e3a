"""Layouts of sections: rows in the place of entries, paragraphs in the place of works."""

import pytest
from support.extract import pdftotext
from support.outputs import ROOT

import cvgen
from cvgen.document.nodes import Bullets, EntryBlock, HonorRow, Paragraph, Subheading, WorkBlock, lines_of, plain
from cvgen.sections import example_of, kinds, load_kind


def blocks_of(*sections, **person):
    data = {"person": {"name": "Ada Lovelace", **person}, "sections": list(sections)}
    return [block for section in cvgen.compose(cvgen.load_profile(data)).sections for block in section.blocks]


WITH_ROWS = [kind for kind in kinds() if "layout" in load_kind(kind).MODEL.model_fields and kind != "publications"]


def test_talks_grants_students_courses_and_posts_have_rows():
    """Whatever else gets a layout is met below by itself."""
    assert {"talks", "grants", "supervision", "teaching", "service"} <= set(WITH_ROWS)


@pytest.mark.parametrize("kind", WITH_ROWS)
def test_rows_say_what_entries_say(kind, tmp_path):
    """Every word of the example, and nothing more."""
    words = {}
    for layout in ("entries", "rows"):
        path = tmp_path / f"{layout}.yaml"
        section = example_of(kind).replace(f"kind: {kind}\n", f"kind: {kind}\n  layout: {layout}\n", 1)
        path.write_text(f"person: {{name: Ada Lovelace}}\nsections:\n{section}", "utf-8")
        document = cvgen.compose(cvgen.load_profile(path))
        words[layout] = sorted(" ".join(map(plain, lines_of(document))).replace(",", " ").split())
        rows = [block for block in document.sections[0].blocks if isinstance(block, HonorRow)]
        assert bool(rows) is (layout == "rows")
    assert words["rows"] == words["entries"]


def test_bullets_stay_below_their_row():
    entry = {"course": "Looms", "role": "Lecturer", "institution": "Guild", "date": "2020", "highlights": ["Cards"]}
    row, bullets = blocks_of({"kind": "teaching", "layout": "rows", "entries": [entry]})
    assert [plain(line) for line in (row.date, row.title, row.remark, row.location)] == [
        "2020",
        "Looms",
        "Lecturer",
        "Guild",
    ]
    assert isinstance(bullets, Bullets)


def work(title, **rest):
    return {"title": title, "authors": ["Ada Lovelace*", "Bo Berg*"], "date": "2020", **rest}


def test_a_reference_is_a_paragraph():
    """Title, authors, venue, place, date, award, note, links; a title's own mark stays its end."""
    venue = {"name": "Journal of Looms", "kind": "journal"}
    full = work(
        "Can Looms Think?",
        venue=venue,
        location="London",
        award="Best Paper",
        note="With cards",
        links={"doi": "10.1/x"},
    )
    items, legend = blocks_of({"kind": "publications", "layout": "paragraphs", "links": True, "entries": [full]})
    assert plain(items.items[0].line).replace("\N{NO-BREAK SPACE}", " ") == (
        "Can Looms Think? Ada Lovelace*, Bo Berg*. Journal of Looms, London, 2020. Best Paper. With cards. [DOI]"
    )
    assert isinstance(legend, Paragraph)


def test_a_legend_stands_once_for_all_references():
    entries = [work("One"), work("Two"), work("Three")]
    blocks = blocks_of({"kind": "publications", "layout": "paragraphs", "group_by": "year", "entries": entries})
    assert [plain(block.line) for block in blocks if isinstance(block, Paragraph)] == ["(* Equal Contribution)"]
    assert not [block for block in blocks if isinstance(block, WorkBlock | EntryBlock)]


def test_works_are_numbered_by_kind_in_the_order_of_groups():
    """J1, J2, C1: a number is of its kind, wherever the work stands."""
    entries = [
        work("A", venue={"name": "Conf", "kind": "conference"}),
        work("B", venue={"name": "Journal", "kind": "journal"}),
        work("C", venue={"name": "Journal", "kind": "journal"}),
    ]
    section = {"kind": "publications", "layout": "paragraphs", "numbering": "by-kind", "group_by": "kind"}
    blocks = blocks_of(section | {"group_order": ["journal", "conference"], "entries": entries})
    labels = [[item.label for item in block.items] for block in blocks if isinstance(block, Bullets)]
    assert labels == [["J1", "J2"], ["C1"]]
    assert [plain(block.title) for block in blocks if isinstance(block, Subheading)] == [
        "Journal Articles",
        "Conference Papers",
    ]


def test_sixty_publications_take_five_pages_at_most(tmp_path, xelatex):
    """And the widest number does not stand in the margin."""
    path = ROOT / "examples" / "many_publications.yaml"
    made = cvgen.build(path, output=tmp_path / "cv.pdf", strict=True)
    assert len(cvgen.load_profile(path).file.sections[2].entries) == 60
    assert made.pages <= 5
    assert "C34" in pdftotext(made.data)


def test_links_may_be_printed_in_full():
    """For paper: the label and the address, which is the link."""
    section = {
        "kind": "publications",
        "links": "full",
        "entries": [work("One", links={"doi": "10.1/x", "pdf": "https://a.org/x.pdf"})],
    }
    (block,) = blocks_of(section)
    assert plain(block.links) == "PDF: a.org/x.pdf DOI: doi.org/10.1/x"
