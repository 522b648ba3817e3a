"""Degrees, posts, courses, services and honors of a page that is out already, compared with those of a profile."""

from pathlib import Path

import pytest
from support.outputs import in_themes

from cvgen.builder import build
from cvgen.composer import compose
from cvgen.diagnostics import Severity
from cvgen.formats import emit
from cvgen.lint.against import check_against
from cvgen.lint.check import check_profiles
from cvgen.loading.load import load

ROOT = Path(__file__).parents[2]

ADA = """
person: {name: Ada Lovelace}
sections:
  - kind: education
    entries:
      - {institution: University of London, degree: Ph.D. in Mathematics, start_date: 2018-09, end_date: 2023-06}
      - {institution: University of London, degree: B.Sc. in Mathematics, start_date: 2014-09, end_date: 2018-06}
  - kind: experience
    entries:
      - {organization: Google, role: Research Intern, start_date: 2022-06, end_date: 2022-09}
      - {organization: Analytical Engines Ltd., role: Engineer, start_date: 2023-07, end_date: present}
  - kind: teaching
    entries:
      - {course: Calculus, role: Teaching Assistant, date: 2020 Fall}
      - {course: Compilers, role: Teaching Assistant, date: 2021 Spring}
  - kind: service
    entries:
      - {venue: Symposium on Operating Systems Principles, acronym: SOSP, role: PC member, date: 2024}
      - {venue: IEEE Transactions on Computers, acronym: TC, role: Reviewer, date: 2023}
  - kind: honors
    groups:
      - title: Awards
        entries:
          - {title: Best Paper Award, event: SOSP, date: 2024}
          - {title: Gold Medal, giver: Royal Society, date: 2022}
"""

MARKDOWN = """---
title: Ada
---
# Ada Lovelace

## Education
* **Ph.D. in Mathematics**, University of London, 2018 - 2023
* M.Sc. in Music, Royal Academy, 2016 - 2017

## Work Experience
### Google
*Research Intern, June 2022 - Sept. 2022*
- Worked on caching

### Microsoft Research, Cambridge
*Research Intern, May 2021 - Aug 2021*
- Worked on proofs, see [paper](x) of May 2020

## Teaching
- Calculus, Fall 2020
- Linear Algebra, Spring 2019

## Academic Service
- Program committee: SOSP 2024, OSDI 2025
- Reviewer: ACM Computing Surveys

## Honors, Scholarships & Fellowships
- Best Paper Award, SOSP 2024
- Rising Star, 2021
"""

PLAIN = """Ada Lovelace
ada@e.org

EDUCATION
Ph.D. in Mathematics                       Sep. 2018 – Jun. 2023
University of London

B.Sc. in Mathematics    Sep. 2013 – Jun. 2018
University of London

EXPERIENCE
Google, Research Intern                                 06/2022 – 09/2022
• Did something in 2019
Microsoft Research, Research Intern                    05/2021 – 08/2021

TEACHING EXPERIENCE
Calculus (TA), University of London, Fall 2020
Compilers (TA), University of London, Spring 2022

SELECTED AWARDS
2024 Best Paper Award at SOSP
2021 Rising Star in Systems

PROFESSIONAL SERVICE
PC Member: SOSP (2024), OSDI (2025)
Reviewer: TC (2023)

Last updated: March 2024                      2
"""

# Ranges before what they date, posts whose dates stand last, courses in a sentence, acronyms for names.
SAME = """Ada Lovelace

1 Education
2018.9 – 2023.6   University of London, PhD Mathematics
2014.9 – 2018.6   University of London, BSc Mathematics

2 Professional Experience
Analytical Engines. London, UK
ENGINEER
Jul. 2023 - Present
• Led the move to punched cards in Mar. 2024
Google New York, USA
RESEARCH INTERN
Jun. 2022 - Sep. 2022
• Cache work, published in SOSP 2024

3 Teaching
Teaching assistant for Calculus (2020) and Compilers (2021).

4 Honors and Awards
Best Paper Award, SOSP 2024
Gold Medal of the Royal Society, 2022

5 Service
SOSP 2024 program committee; reviewer for IEEE Transactions on Computers, 2023
"""


def compared(folder, page, profile=ADA):
    """Return the findings about a page."""
    (folder / "ada.yaml").write_text(profile, "utf-8")
    (folder / "page.md").write_text(page, "utf-8")
    return check_against(load(folder / "ada.yaml"), folder / "page.md")


def said(folder, page, profile=ADA):
    """Return what is said of a page: the code, the page's line, and what is named."""
    found = compared(folder, page, profile)
    assert all(one.related and one.related[0][0].file.endswith("ada.yaml") for one in found)
    return {(one.code, one.span.excerpt.strip(" #*-•\t"), one.message.split("`")[1]) for one in found}


def test_what_only_one_of_a_page_and_a_profile_has_is_said(tmp_path):
    """Both ways and for each kind: under its heading what is missing, at its own line what is more."""
    assert said(tmp_path, MARKDOWN) == {
        ("against-missing", "Education", "B.Sc. in Mathematics, University of London"),
        ("against-extra", "M.Sc. in Music, Royal Academy, 2016 - 2017", "M.Sc. in Music, Royal Academy"),
        ("against-missing", "Work Experience", "Analytical Engines Ltd."),
        ("against-extra", "Microsoft Research, Cambridge", "Microsoft Research, Cambridge"),
        ("against-missing", "Teaching", "Compilers"),
        ("against-extra", "Linear Algebra, Spring 2019", "Linear Algebra"),
        ("against-missing", "Academic Service", "IEEE Transactions on Computers"),
        ("against-extra", "Reviewer: ACM Computing Surveys", "Reviewer: ACM Computing Surveys"),
        ("against-missing", "Honors, Scholarships & Fellowships", "Gold Medal"),
        ("against-extra", "Rising Star, 2021", "Rising Star"),
    }


def test_text_without_marks_is_read_as_well(tmp_path):
    """The text of a PDF has headings and items too; dates that differ are reported, and a page's foot is nothing."""
    assert {(code, name) for code, _, name in said(tmp_path, PLAIN)} == {
        ("entry-dates", "B.Sc. in Mathematics, University of London"),
        ("against-missing", "Analytical Engines Ltd."),
        ("against-extra", "Microsoft Research, Research Intern"),
        ("entry-dates", "Compilers"),
        ("against-missing", "Gold Medal"),
        ("against-extra", "Rising Star in Systems"),
    }


def test_the_same_in_other_words_is_no_finding(tmp_path):
    """Another layout, another order, years for months, acronyms for names, headings with numbers: all the same."""
    assert said(tmp_path, SAME) == set()


@pytest.mark.parametrize(
    "page", ["# Ada Lovelace\n\nI build engines.\n", "# Publications\n\n**On Engines**  \nAda Lovelace, Alan Kay\n"]
)
def test_a_page_without_a_section_lacks_nothing_of_it(tmp_path, page):
    """Posts and courses are missing only where a page has a section for them."""
    assert not {code for code, _, _ in said(tmp_path, page)} & {"against-missing", "entry-dates"}


def test_a_section_that_the_profile_has_not_is_said_once(tmp_path):
    """A whole section of a page that a profile lacks is one finding, at its heading."""
    profile = ADA.partition("  - kind: service")[0]
    more = {one for one in said(tmp_path, MARKDOWN, profile) if one[2] in ("service", "honors")}
    assert more == {
        ("against-extra", "Academic Service", "service"),
        ("against-extra", "Honors, Scholarships & Fellowships", "honors"),
    }


def test_headings_in_other_languages_are_known(tmp_path):
    """A German page is compared like an English one."""
    page = "# Ada Lovelace\n## Berufserfahrung\n- Google, 06/2022 – 09/2022\n- Apple, 06/2021 – 09/2021\n"
    assert said(tmp_path, page) == {
        ("against-missing", "Berufserfahrung", "Analytical Engines Ltd."),
        ("against-extra", "Apple, 06/2021 – 09/2021", "Apple"),
    }


OURS = sorted(path for part in ("profiles", "examples") for path in ROOT.glob(f"{part}/*.yaml"))
assert len(OURS) > 8


@pytest.mark.parametrize("path", OURS, ids=lambda path: path.stem)
def test_what_we_print_ourselves_lacks_nothing(tmp_path, path):
    """The text that is exported from a profile has all of its entries, and no others."""
    profile = load(path)
    page = tmp_path / "cv.txt"
    page.write_text(emit(compose(profile), "plaintext"), "utf-8")
    codes = {"against-missing", "against-extra", "entry-dates", "job-dates"}
    assert [one.message for one in check_against(profile, page) if one.code in codes] == []


@pytest.mark.parametrize(("path", "theme"), in_themes(OURS))
def test_a_pdf_of_ours_differs_from_its_profile_in_nothing(tmp_path, path, theme, xelatex):
    """All that is said about a PDF is odd in its profile too: a label without duties, a bullet twice."""
    profile = load(path)
    build(path, theme=theme, output=tmp_path / "cv.pdf")
    odd = {one.code for one in check_profiles([profile])} & {"empty-label", "same-bullet", "job-overlap"}
    assert [one for one in check_against(profile, tmp_path / "cv.pdf") if one.code not in odd] == []


def test_a_pdf_of_ours_lacks_what_its_profile_has_by_now(tmp_path, xelatex):
    """An honor that was added after the PDF was built is missing there, and nothing else is."""
    path = tmp_path / "ada.yaml"
    path.write_text(ADA, "utf-8")
    build(path, output=tmp_path / "cv.pdf")
    path.write_text(f"{ADA}          - {{title: Engine Medal, giver: Royal Society, date: 2025}}\n", "utf-8")
    found = check_against(load(path), tmp_path / "cv.pdf")
    assert [one.message for one in found] == ["the honor `Engine Medal` (2025) is missing there"]


@pytest.mark.parametrize(
    ("page", "empty"),
    [
        ("Ada Lovelace\n\nHonors & Awards\n", True),
        ("Ada Lovelace\n\n## Honors\n<!-- 2020 Medal -->\n", True),
        ("Ada Lovelace\n\n## Honors\n\n## Awards\n- Gold Medal\n", True),
        ("Ada Lovelace\n\nHonors & Awards\n\nUniversity Awards\n- Gold Medal\n", False),
        ("Ada Lovelace\n\n## Honors & Awards\n\nUniversity Awards\n- Gold Medal\n", False),
    ],
)
def test_a_section_with_nothing_below_its_heading_is_empty(tmp_path, page, empty):
    """The title of a group is something, and one finding each says what is missing."""
    found = compared(tmp_path, page)
    assert ("empty-section" in {one.code for one in found}) == empty
    missing = [one.message.split("`")[1] for one in found if one.code == "against-missing"]
    assert missing == (["Best Paper Award"] if "Medal\n" in page else ["Best Paper Award", "Gold Medal"])


@pytest.mark.parametrize("page", ["", "\n", "no heading at all\n", "Skills\n"])
def test_a_page_that_says_nothing_differs_in_nothing(tmp_path, page):
    """A page without sections, or without a word, has nothing to compare."""
    assert [one for one in compared(tmp_path, page) if one.code != "empty-section"] == []


@pytest.mark.parametrize(
    ("bullets", "codes"),
    [
        ("- Duties included:\n  - engines\n", []),
        ("• Duties included:\n• engines\n", []),
        ("- Led:\n  - Duties included:\n- engines\n", ["empty-label"]),
        ("- engines\n- Duties included:\n", ["empty-label"]),
    ],
)
def test_a_label_is_empty_where_no_bullet_follows_it(tmp_path, bullets, codes):
    """One of the same depth counts, as in a profile: a PDF does not tell how deep its bullets are."""
    page = f"Ada Lovelace\n\nExperience\nGoogle, Research Intern   06/2022 – 09/2022\n{bullets}"
    assert [one.code for one in compared(tmp_path, page) if one.code != "against-missing"] == codes


def test_what_is_missing_is_a_note(tmp_path):
    """A page may leave out what it likes: no check fails for it."""
    (tmp_path / "ada.yaml").write_text(ADA, "utf-8")
    (tmp_path / "page.md").write_text(MARKDOWN, "utf-8")
    found = check_against(load(tmp_path / "ada.yaml"), tmp_path / "page.md")
    assert {one.severity for one in found} == {Severity.NOTE}


HOME = """
person: {name: Ada Lovelace}
sections:
  - kind: experience
    show_in: cv
    entries:
      - {organization: Google, role: Research Intern, start_date: 2022-06, end_date: 2022-09}
      - {organization: Analytical Engines Ltd., role: Engineer, start_date: 2023-07, end_date: present}
  - kind: publications
    show_in: cv
    entries:
      - {title: A Paper on Engines that Compute, authors: [Ada Lovelace, Bo Li], date: 2020, venue: Cards}
      - {title: Another Paper on Looms and Cards, authors: [Ada Lovelace, Bo Li], date: 2024, venue: Cards}
  - kind: experience
    title: Industry
    show_in: homepage
    entries:
      - {organization: Google, role: Research Intern, start_date: 2022-06, end_date: 2022-09}
  - kind: publications
    title: Recent
    show_in: homepage
    since: 2023
    entries:
      - {title: A Paper on Engines that Compute, authors: [Ada Lovelace, Bo Li], date: 2020, venue: Cards}
      - {title: Another Paper on Looms and Cards, authors: [Ada Lovelace, Bo Li], date: 2024, venue: Cards}
"""

HOMEPAGE = """Ada Lovelace

Industry
Google, Research Intern, June 2022 - Sept. 2022

Recent Publications

Another Paper on Looms and Cards
Ada Lovelace, Bo Li
Cards, 2024
"""


@pytest.mark.parametrize(
    ("page", "missing"),
    [
        (HOMEPAGE, []),
        (HOMEPAGE.partition("Another")[0], ["Another Paper on Looms and Cards"]),
        (
            HOMEPAGE.replace("Sept. 2022\n", "Sept. 2022\nAnalytical Engines Ltd., Engineer, July 2023 - Present\n"),
            [],
        ),
    ],
)
def test_a_homepage_has_what_the_profile_shows_there(tmp_path, page, missing):
    """What is for the CV alone, and older than the section's `since`, is not missed on a homepage."""
    (tmp_path / "ada.yaml").write_text(HOME)
    (tmp_path / "home.md").write_text(page)
    found = check_against(load(tmp_path / "ada.yaml"), tmp_path / "home.md")
    named = [one.message for one in found if one.code in ("against-missing", "work-renamed")]
    assert len(named) == len(missing)
    assert all(title in message for title, message in zip(missing, named, strict=True))
