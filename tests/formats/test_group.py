"""The group's page: members, and one list of their papers."""

import cvgen
from cvgen.document.nodes import Bullets, Strong, Subheading, WorkBlock, plain
from cvgen.formats import export_group
from cvgen.formats.group import group_document


def profile(name, *works, **person):
    section = {"kind": "publications", "entries": list(works)}
    return cvgen.load_profile({"person": {"name": name, **person}, "sections": [section]})


JOINT = {"title": "Joint *Work*", "authors": ["Ada Lovelace*", "Bo Hill*", "Cy Lane"], "date": 2023}
ADA = profile("Ada Lovelace", JOINT, {"title": "Alone", "authors": ["Ada Lovelace"], "date": 2024},
              {"title": "Secret", "authors": ["Ada Lovelace"], "hidden": True}, github="ada")  # fmt: skip
BO = profile("Bo Hill", {**JOINT, "title": "Joint Work"}, {"title": "Other", "authors": ["Bo Hill"], "date": 2023,
                                                           "links": {"doi": "10.1000/182"}})  # fmt: skip
CY = profile("Cy Lane", {"title": "Other, renamed", "authors": ["Bo Hill", "Cy Lane"], "date": 2023,
                         "links": {"doi": "10.1000/182"}})  # fmt: skip


def blocks(*profiles):
    *_, papers = group_document(profiles).sections
    return papers.blocks


def test_a_paper_of_several_members_stands_once_with_all_of_them_in_bold():
    """By its title, whatever its markup, or by its DOI."""
    works = {plain(block.title): block for block in blocks(ADA, BO, CY) if isinstance(block, WorkBlock)}
    assert list(works) == ["Alone", "Joint Work", "Other"]
    strong = [one for one in works["Joint Work"].authors.inlines if isinstance(one, Strong)]
    bold = ["".join(run.text for run in one.inlines) for one in strong]
    assert bold == ["Ada Lovelace*", "Bo Hill*"]
    assert plain(works["Joint Work"].authors) == "Ada Lovelace*, Bo Hill*, Cy Lane"
    assert plain(works["Joint Work"].legend) == "(* Equal Contribution)"


def test_papers_stand_by_year_the_newest_first():
    """Years are subheadings."""
    assert [plain(block.title) for block in blocks(ADA, BO) if isinstance(block, Subheading)] == ["2024", "2023"]


def test_members_are_listed_with_where_to_find_them():
    """In the order given; mail and telephone are not published."""
    members = group_document([ADA, profile("Di Moss", email="di@example.org")]).sections[0].blocks[0]
    assert isinstance(members, Bullets)
    assert [plain(item.line) for item in members.items] == ["Ada Lovelace (GitHub)", "Di Moss"]


def test_the_page_is_markdown_or_html():
    """By the end of the file's name; Markdown stands between marks, for a page that exists."""
    (page,) = export_group([ADA, BO], "group", ".md").files.values()
    assert page.startswith(b"<!-- cvgen:group -->\n\n## Members\n\n- **Ada Lovelace**")
    (page,) = export_group([ADA, BO], "group", ".html").files.values()
    assert page.startswith(b"<!DOCTYPE html>")
    assert b"Secret" not in page
