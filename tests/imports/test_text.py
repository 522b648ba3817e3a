"""Text of pages and CVs: what can be read becomes entries, and all else is a loss at its line."""

from pathlib import Path

import pytest
from support.outputs import PROFILES

import cvgen
from cvgen.imports import import_file
from cvgen.imports.text import import_content

DATA = Path(__file__).resolve().parents[1] / "data"


def sections(text):
    """Return the sections of a page by their titles."""
    return {section["title"]: section for section in import_content(text.encode(), "page.txt").data["sections"]}


def test_works_are_read_in_the_order_of_a_homepage():
    """Title, authors, venue with place and date, links; what is no owner's work says so."""
    page = "Ada Quill\n\nPublications\n\nOn Looms\nBo Li, Ada Quill*\n"
    page += "Symposium on Looms (SOL 2024), Oslo, May 3–5, 2024.\n[PDF]\n"
    page += "\nOn Cards\nBo Li, Cy Lane\nIn Preprint.\n"
    first, second = sections(page)["Publications"]["entries"]
    assert first == {
        "title": "On Looms",
        "authors": ["Bo Li", "Ada Quill*"],
        "venue": {"name": "Symposium on Looms", "acronym": "SOL", "year": "2024"},
        "location": "Oslo",
        "date": "2024-05-03/2024-05-05",
    }
    assert second == {"title": "On Cards", "authors": ["Bo Li", "Cy Lane"], "status": "preprint", "not_me": True}


def test_works_are_read_in_the_order_of_a_cv():
    """Title, place, venue and date in any order, and the authors as a bullet below."""
    page = "Ada Quill\n\nPublications\n\nOn Looms\n\nOslo, Norway\n\nSYMPOSIUM ON LOOMS (SOL 2024)\n\nMay 2024\n\n"
    page += "- **Ada Quill**, Bo Li\n\nOn Cards\n\nIN PREPRINT Apr 2023\n\n- Bo Li, **Ada Quill**\n"
    first, second = sections(page)["Publications"]["entries"]
    assert (first["title"], first["location"], first["date"]) == ("On Looms", "Oslo, Norway", "2024-05")
    assert first["venue"]["acronym"] == "SOL"
    assert (second["title"], second["status"], second["date"]) == ("On Cards", "preprint", "2023-04")
    assert second["authors"] == ["Bo Li", "Ada Quill"]


def test_a_page_without_a_name_takes_the_author_of_all_its_works():
    """And says so; of two such authors it takes none."""
    works = [f"Work Number {word}\nBo Li, Ada Quill, {other}\nIn Preprint.\n" for word, other in
             (("One", "Cy Lane"), ("Two", "Di Moss"), ("Three", "Ed Noll"))]  # fmt: skip
    page = "\n".join(["Publications\n", *works])
    assert import_content(page.encode(), "page.txt").data["person"]["name"] == "Unknown"
    imported = import_content(page.replace("Work Number Two\nBo Li", "Work Number Two\nEd Rist").encode(), "page.txt")
    assert imported.data["person"]["name"] == "Ada Quill"
    assert "import-name" in {loss.code for loss in imported.losses}


def test_what_stands_in_a_comment_is_no_part_of_a_profile():
    """It is a loss with its lines."""
    page = "# Ada Quill\n\n## Hobbies\n\nI like walks.\n\n<!-- I like\ncards. -->\n"
    imported = import_content(page.encode(), "page.md")
    assert "cards" not in imported.to_yaml()
    assert [(loss.span.line, loss.span.end_line) for loss in imported.losses] == [(7, 8)]


def test_addresses_and_names_without_a_title_are_not_lost_in_silence():
    """The words of a link stay, where it leads is a note unless it is the paper's; so are lines below bare names."""
    page = "# Ada Quill\n\n## Publications\n\nBo Li, Ada Quill\nStrayline\n\n## Hobbies\n\nI like [walks](https://walks.org/w).\n"
    imported = import_content(page.encode(), "page.md")
    noted = " ".join(loss.message for loss in imported.losses)
    assert "https://walks.org/w" in noted
    assert "Strayline" in imported.to_yaml() + noted
    page = "# Ada Quill\n\n## Publications\n\nOn Looms\nBo Li, Ada Quill\nIn Preprint.\n[PDF](https://a.org/l.pdf) [Talk](https://a.org/t)\n"
    imported = import_content(page.encode(), "page.md")
    assert imported.data["sections"][0]["entries"][0]["links"] == {"pdf": "https://a.org/l.pdf"}
    assert [loss.message for loss in imported.losses if "a.org" in loss.message] != []
    assert "l.pdf" not in " ".join(loss.message for loss in imported.losses)


@pytest.mark.parametrize("path", PROFILES, ids=lambda path: path.stem)
def test_the_text_of_every_profile_is_read_as_a_profile_that_loads(tmp_path, path):
    """Whatever was understood of it: no error of ours is in a result."""
    text = cvgen.emit(cvgen.compose(cvgen.load_profile(path)), "text")
    (tmp_path / "cv.txt").write_text(text, "utf-8")
    imported = import_file(tmp_path / "cv.txt")
    (tmp_path / "cv.yaml").write_text(imported.to_yaml(), "utf-8")
    assert cvgen.load_profile(tmp_path / "cv.yaml").file.sections
