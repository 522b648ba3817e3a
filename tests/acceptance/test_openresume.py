"""A parser of résumés by OpenResume's published rules reads the English CVs without a miss.

Its rules are for résumés from the United States. What they lack for academics was added to its lists (see
`openresume.py`): sections such as Publications, titles such as Professor, letters beyond ASCII in names, telephone
numbers with a country code, degrees by their abbreviations, and roles that stand in a bullet ("Role: Intern") where a
project's title heads the entry.

In the theme `plain` an employer and a post share a text, and so do a place and a date: there the attribute is part of
the text that the parser picks. In `awesome`, the default, it is all of it.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from support import openresume

from cvgen.builder import build
from cvgen.composer import compose
from cvgen.document.nodes import Bullets, Document, DocumentSection, EntryBlock, Position, plain
from cvgen.loading.load import load

ROOT = Path(__file__).resolve().parents[2]
PROFILES = [
    path
    for path in sorted([*(ROOT / "profiles").glob("*.yaml"), *(ROOT / "tests" / "corpus").glob("*.yaml")])
    if (load(path).file.document.language or "en").startswith("en")
]
RUNS = [(path, "awesome") for path in PROFILES]
RUNS += [pytest.param(path, "plain", marks=pytest.mark.long) for path in PROFILES]


@pytest.fixture(scope="module")
def read(tmp_path_factory, xelatex):
    """Return a function that builds a profile once per theme, and what the parser makes of it."""
    folder, done = tmp_path_factory.mktemp("openresume"), {}

    def make(path: Path, theme: str) -> tuple[openresume.Resume, Document]:
        if (path, theme) not in done:
            made = build(path, theme=theme, output=folder / f"{path.stem}-{theme}.pdf")
            done[path, theme] = openresume.parse(made.data), compose(load(path))
        return done[path, theme]

    return make


def said(text: str) -> str:
    return " ".join(text.split())


def entries(document: Document, kind: str) -> list[tuple[DocumentSection, EntryBlock]]:
    return [
        (section, block)
        for section in document.sections
        if section.kind == kind
        for block in section.blocks
        if isinstance(block, EntryBlock)
    ]


def bullets(post: Position) -> list[str]:
    return [said(plain(item.line)) for part in post.body if isinstance(part, Bullets) for item in part.items]


def agrees(theme: str, wanted: str, found: list[str]) -> bool:
    """Tell whether an attribute was found: as a text of its own, or within one in the theme `plain`."""
    return wanted in found if theme == "awesome" else any(wanted in text for text in found)


def test_there_is_something_to_read():
    """Three real profiles and most of the corpus are in English."""
    assert len(PROFILES) >= 12
    assert {path.stem for path in PROFILES} >= {"chao_jin", "chaobo_jia", "zili_zhang", "long", "industry"}
    documents = [compose(load(path)) for path in PROFILES]
    assert sum(len(entries(one, "experience")) for one in documents) >= 20
    assert sum(len(entries(one, "education")) for one in documents) >= 15


@pytest.mark.long
@pytest.mark.parametrize(("path", "theme"), RUNS, ids=lambda value: getattr(value, "stem", value))
def test_sections_are_those_of_the_profile(read, path, theme):
    """Each heading is seen as one, and nothing else is."""
    resume, document = read(path, theme)
    assert resume.sections == [said(plain(section.title)) for section in document.sections]


@pytest.mark.parametrize(("path", "theme"), RUNS, ids=lambda value: getattr(value, "stem", value))
def test_name_and_contacts_are_those_of_the_profile(read, path, theme):
    """The name, and the e-mail address, telephone number and page where there are any."""
    resume, document = read(path, theme)
    header, person = document.header, load(path).file.person
    name = said(f"{plain(header.given)} {plain(header.family)}")
    # A long native name goes on in the next line.
    assert resume.name.startswith(name)
    assert f"{name} {said(plain(header.native))}".startswith(resume.name)
    assert resume.email == (person.email[0] if person.email else "")
    contacts = {contact.network: said(plain(contact.line)) for contact in header.contacts}
    assert resume.phone == contacts.get("phone", "")
    if "homepage" in contacts:
        assert resume.url == contacts["homepage"]


@pytest.mark.parametrize(("path", "theme"), RUNS, ids=lambda value: getattr(value, "stem", value))
def test_schools_are_those_of_the_profile(read, path, theme):
    """Each school with its degree, its date and its grade."""
    resume, document = read(path, theme)
    for section, entry in entries(document, "education"):
        school = said(plain(entry.title))
        found = [
            one for one in resume.subsections[said(plain(section.title))] if agrees(theme, school, [one.heading])
        ]
        (post,) = entry.positions
        date, degree = said(plain(post.date)), said(plain(post.title))
        mine = [one for one in found if agrees(theme, date, one.dates)]
        assert len(mine) == 1, (school, [vars(one) for one in found])
        assert agrees(theme, degree, [mine[0].degree, mine[0].heading]) or not degree
        grades = [match[1] for text in bullets(post) if (match := re.search(r"GPA: ([\d.]+)", text))]
        assert mine[0].gpa == "".join(grades)


@pytest.mark.parametrize(("path", "theme"), RUNS, ids=lambda value: getattr(value, "stem", value))
def test_jobs_are_those_of_the_profile(read, path, theme):
    """Each employer, and each post there with its date, in order."""
    resume, document = read(path, theme)
    for section, entry in entries(document, "experience"):
        found = resume.subsections[said(plain(section.title))]
        employer = said(plain(entry.title))
        assert agrees(theme, employer, [one.heading for one in found])
        for post in entry.positions:
            roles = [text.removeprefix("Role: ") for text in bullets(post) if text.startswith("Role: ")]
            date, role = said(plain(post.date)), roles[0] if roles else said(plain(post.title))
            mine = [one for one in found if agrees(theme, date, one.dates)]
            jobs = [text for one in mine for text in (*one.jobs, *([one.heading] if theme == "plain" else []))]
            assert agrees(theme, role, jobs), (date, role, jobs)
