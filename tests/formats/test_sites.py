"""Data for site generators: al-folio and HugoBlox."""

from pathlib import Path

import pytest
import yaml

import cvgen
from cvgen.bibliography.reader import parse_bib

ROOT = Path(__file__).resolve().parents[2]


def made(name):
    profile = cvgen.load_profile(ROOT / "profiles" / "chao_jin.yaml")
    return {path: data.decode() for path, data in cvgen.export(profile, name).files.items()}


def test_papers_of_al_folio_are_read_by_jekyll_and_by_us():
    """Empty front matter, which jekyll-scholar wants, then entries with al-folio's fields."""
    text = made("alfolio")["_bibliography/papers.bib"]
    assert text.startswith("---\n---\n")
    assert len(parse_bib(text, "papers.bib").data) == 12
    assert "abbr = {SIGCOMM" in text
    assert "pdf = {https://" in text


def test_the_cv_of_al_folio_has_the_shape_of_rendercv():
    """With the keys of JSON Resume that its layouts read; where to write to is not in a public file."""
    cv = yaml.safe_load(made("alfolio")["_data/cv.yml"])["cv"]
    assert cv["name"] == "Chao Jin"
    assert {"email", "phone", "location"} & set(cv) == set()
    first, second = cv["sections"]["Education"]
    assert (first["institution"], first["studyType"], first["area"]) == (
        "Peking University", "Ph.D.", "Computer Software and Theory"
    )  # fmt: skip
    assert (first["start_date"], first["end_date"], second["score"]) == ("2023-09", "present", "3.82/4.0")


def test_the_cv_of_al_folio_until_2025_is_maps_tables_and_lists():
    """Each section has a type that a layout knows, and what a table says of an entry."""
    sections = yaml.safe_load(made("alfolio-2025")["_data/cv.yml"])
    assert {section["type"] for section in sections} <= {"map", "time_table", "list"}
    education = next(section for section in sections if section["title"] == "Education")
    assert education["contents"][0] == {
        "title": "Ph.D. in Computer Software and Theory",
        "institution": "Peking University, Beijing, China",
        "year": "Sep. 2023 – Present",
        "description": ["Advisor: Prof. Xin Jin"],
    }
    honors = next(section for section in sections if section["title"] == "Honors & Awards")
    assert {"year": "2024", "items": ["Merit Student (2/56), Peking University Award, Peking University"]} in (
        honors["contents"]
    )


def test_an_author_of_hugoblox_has_what_the_homepage_shows():
    """The name in parts, posts with days, an open end."""
    author = yaml.safe_load(made("hugoblox")["data/authors/me.yaml"])
    assert author["name"] == {"display": "Chao Jin", "given": "Chao", "family": "Jin"}
    assert author["education"][0]["start"] == "2023-09-01"
    assert "end" not in author["education"][0]
    assert author["experience"][0]["org"] == "ByteDance"
    assert author["awards"][2] == {"title": "Presidential Scholarship", "awarder": "Peking University",
                                   "date": "2023-01-01"}  # fmt: skip


def test_a_publication_of_hugoblox_names_the_author_as_me():
    """Front matter with notes on equal contribution, and the entry to cite beside it."""
    files = made("hugoblox")
    page = yaml.safe_load(files["content/publications/megascale-infer/index.md"].split("---\n")[1])
    assert page["authors"][:3] == ["Ruidong Zhu", "Ziheng Jiang", "me"]
    assert page["author_notes"][:4] == ["Equal contribution"] * 3 + [""]
    assert page["publication_types"] == ["paper-conference"]
    assert "@inproceedings{megascale-infer," in files["content/publications/megascale-infer/cite.bib"]


@pytest.mark.parametrize("name", ["alfolio", "alfolio-2025", "hugoblox"])
def test_every_file_says_who_made_it(name):
    """So that the next export may replace it, and no other file."""
    assert all("cvgen export" in text for text in made(name).values())
