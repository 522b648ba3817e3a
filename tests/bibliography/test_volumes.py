"""A volume of proceedings that is in a .bib for its papers is no publication of anybody, and needs no author."""

import pytest

from cvgen.bibliography.reader import parse_bib
from cvgen.lint.against import check_against
from cvgen.loading.load import load

BIB = """
@inproceedings{engine, author = {Ada Lovelace}, title = {Notes}, crossref = {first}}
@inproceedings{loom, author = {Ada Lovelace and Charles Babbage}, title = {Looms}, crossref = {SECOND}}
@proceedings{first, title = {Proceedings of the 1st Symposium on Engines}, year = 2023, publisher = {ACM}}
@proceedings{second, editor = {Ada Lovelace}, title = {Proceedings of the 2nd Symposium on Engines}, year = 2024}
@proceedings{alone, editor = {Ada Lovelace}, title = {Proceedings of a Workshop on Looms}, year = 2025}
@book{book, author = {Ada Lovelace}, title = {All About Engines}, year = 2022}
@inbook{chapter, author = {Ada Lovelace}, title = {On Cogs}, crossref = {book}}
"""


def chosen(tmp_path, section):
    (tmp_path / "papers.bib").write_text(BIB, "utf-8")
    text = f"person: {{name: Ada Lovelace}}\nworks: papers.bib\nsections:\n  - {{kind: publications, {section}}}\n"
    (tmp_path / "ada.yaml").write_text(text, "utf-8")
    profile = load(tmp_path / "ada.yaml")
    assert profile.diagnostics == ()
    return [one.key for one in profile.selected_works()]


@pytest.mark.parametrize(
    "section", ["select: mine", "select: {since: 2020}", "select: {kinds: [conference, book, other]}"]
)
def test_it_is_not_among_what_somebody_wrote(tmp_path, section):
    """Unlike a book, which its author wrote also where chapters refer to it, and a volume to which no paper does."""
    assert chosen(tmp_path, section) == ["engine", "loom", "alone", "book", "chapter"]


@pytest.mark.parametrize("section", ["entries: [second]", "select: {ids: [second]}"])
def test_who_edited_it_can_name_it(tmp_path, section):
    """An edited volume may be something to show."""
    assert chosen(tmp_path, section) == ["second"]


def test_what_it_says_of_its_papers_is_kept():
    """The papers have its title and year."""
    data = parse_bib(BIB, "x.bib").data
    assert data["engine"]["venue"]["name"] == "Symposium on Engines"
    assert data["engine"]["date"] == "2023"
    assert data["loom"]["date"] == "2024"


def test_nobody_is_asked_for_its_author():
    """Only where nothing refers to it."""
    assert parse_bib(BIB, "x.bib").diagnostics == ()
    alone = BIB.replace("crossref = {first}", "booktitle = {A Symposium}")
    assert [one.code for one in parse_bib(alone, "x.bib").diagnostics] == ["bib-author"]


def test_no_profile_is_asked_to_list_it(tmp_path):
    """Where a bibliography is compared with a profile."""
    (tmp_path / "ada.yaml").write_text(
        "person: {name: Ada Lovelace}\nsections: [{kind: publications, entries: [{title: Notes, date: 2023,"
        " authors: [Ada Lovelace], venue: {prefix: Proceedings of the 1st, name: Symposium on Engines}}]}]\n",
        "utf-8",
    )
    (tmp_path / "papers.bib").write_text(BIB, "utf-8")
    found = check_against(load(tmp_path / "ada.yaml"), tmp_path / "papers.bib")
    said = " ".join(one.message for one in found)
    assert "Looms" in said
    assert "2nd" not in said
