"""The text export: the words of the CV in reading order, for forms and mails."""

from pathlib import Path

import pytest
from support import extract

import cvgen
from cvgen.document import nodes as doc
from cvgen.document.nodes import lines_of, plain

EXAMPLES = sorted((Path(__file__).resolve().parents[2] / "examples").glob("*.yaml"))


def composed(person=None, *sections):
    return cvgen.compose(
        cvgen.load_profile({"person": person or {"name": "Ada Lovelace"}, "sections": list(sections)})
    )


def text_of(*arguments):
    return cvgen.emit(composed(*arguments), "text")


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_every_word_is_there_once_and_in_order(path):
    """Each text of the document stands in the export, one after the other, but for the foot of the page."""
    document = cvgen.compose(cvgen.load_profile(path))
    text, place = extract.folded(cvgen.emit(document, "text")), 0
    foot = {document.footer.left, document.footer.center, document.footer.right}
    lines = [line for line in lines_of(document) if line not in foot]
    assert lines
    for line in lines:
        found = text.find(extract.folded(plain(line)), place)
        assert found >= 0, plain(line)
        place = found + len(extract.folded(plain(line)))


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_the_text_is_clean(path):
    """One newline ends it, no line has trailing space, no two empty lines follow each other."""
    text = cvgen.emit(cvgen.compose(cvgen.load_profile(path)), "text")
    assert text.endswith("\n")
    assert not text.endswith("\n\n")
    assert "\n\n\n" not in text
    assert not [line for line in text.split("\n") if line != line.rstrip()]


def test_the_export_of_a_profile_reads_like_this():
    """Header, underlined headings, an entry's lines, bullets indented by their depth."""
    person = {"name": "Ada Lovelace", "position": ["Analyst", "Poet"], "email": "ada@example.org"}
    experience = {
        "kind": "experience",
        "entries": [
            {"organization": "Engines Ltd.", "location": "London", "role": "Analyst", "start_date": "2023-09",
             "end_date": "present", "highlights": ["One", {"text": "Two", "highlights": ["Inner"]}]},
            {"organization": "Looms Ltd.", "role": "Weaver", "date": "2022"},
        ],
    }  # fmt: skip
    skills = {"kind": "skills", "entries": [{"label": "Languages", "values": ["C#", "R&D"]}]}
    assert text_of(person, experience, skills) == (
        "Ada Lovelace\n"
        "Analyst · Poet\n"
        "ada@example.org\n"
        "\n"
        "Experience\n"
        "----------\n"
        "Engines Ltd., London\n"
        "Analyst, Sep. 2023 – Present\n"
        "- One\n"
        "- Two\n"
        "  - Inner\n"
        "\n"
        "Looms Ltd.\n"
        "Weaver, 2022\n"
        "\n"
        "Skills\n"
        "------\n"
        "Languages: C#, R&D\n"
    )


def test_nothing_of_markdown_or_tex_is_left():
    """Bold, italics, code and links are the words alone; what TeX would read stands as written."""
    section = {"kind": "text", "text": r"A *b* **c** `d` [e](https://example.org) \input{x} 100% & $y$ \*f\*"}
    assert r"A b c d e \input{x} 100% & y *f*" in text_of(None, section)


def test_a_heading_is_underlined_by_its_length():
    """The line below a heading has the heading's length in characters."""
    lines = text_of(None, {"kind": "text", "title": "研究", "text": "x"}).split("\n")
    assert lines[lines.index("研究") + 1] == "--"


def test_the_text_needs_no_engine(monkeypatch, tmp_path):
    """Exporting text works where TeX is not installed."""
    monkeypatch.setenv("PATH", str(tmp_path))
    assert text_of(None, {"kind": "text", "text": "Hello."}).endswith("Hello.\n")


def test_a_publication_reads_like_this():
    """Title and place; venue and date; then authors, legend, award, notes and links, a line each."""
    names = ("title", "venue", "location", "date", "authors", "legend", "award", "links")
    lines = {name: doc.Line((doc.TextRun(name),)) for name in names}
    work = doc.WorkBlock(**lines, notes=(doc.Line((doc.TextRun("note"),)),), number="7")
    name = doc.Line((doc.TextRun("Ada"),))
    document = doc.Document(doc.Metadata("", ""), doc.Header(name, doc.EMPTY), (doc.DocumentSection(name, (work,)),))
    assert cvgen.emit(document, "text").partition("---\n")[2] == (
        "[7] title, location\nvenue, date\nauthors\nlegend\naward\nnote\nlinks\n"
    )


def test_every_shape_of_block_has_its_text():
    """Each kind of block is written; none is forgotten when a new one is made."""
    line = doc.Line((doc.TextRun("word"),))
    shapes = {
        doc.Bullets: doc.Bullets((doc.Bullet(line),)),
        doc.Paragraph: doc.Paragraph(line),
        doc.Subheading: doc.Subheading(line),
        doc.EntryBlock: doc.EntryBlock(line),
        doc.WorkBlock: doc.WorkBlock(line, number="1"),
        doc.HonorRow: doc.HonorRow(doc.EMPTY, line),
        doc.SkillRow: doc.SkillRow(line, line),
    }
    assert set(shapes) == set(doc.Block.__args__)
    for block in shapes.values():
        document = doc.Document(doc.Metadata("", ""), doc.Header(line, line), (doc.DocumentSection(line, (block,)),))
        body = cvgen.emit(document, "text").partition("----\n")[2]
        assert "word" in body
        assert not body.startswith(" ")


def test_each_contact_says_what_it_is():
    """No icon stands in a text; an address needs none, nor what says it by itself."""
    contacts = {"email": "ada@example.org", "github": "ada", "scholar": {"id": "a1"}}
    links = [{"label": "LinkedIn", "url": "https://www.linkedin.com/in/ada", "icon": "linkedin"}]
    line = "ada@example.org | GitHub: ada | Google Scholar: Ada Lovelace | LinkedIn"
    assert text_of({"name": "Ada Lovelace", **contacts, "links": links}).splitlines()[1] == line


def test_links_are_kept_below_what_has_them():
    """Each address once, unless the words say it; a user's name stands in its address."""
    person = {
        "name": "Ada Lovelace",
        "github": "ada",
        "links": [{"label": "Talks", "url": "https://talks.example.org/x"}],
    }
    text = text_of(
        person, {"kind": "text", "text": "See [a](https://a.org), [a](https://a.org), [b.org](https://b.org)."}
    )
    assert "  Talks: https://talks.example.org/x\n" in text
    assert text.count("https://") == 2
    assert text.endswith("See a, a, b.org.\n  a: https://a.org\n")
