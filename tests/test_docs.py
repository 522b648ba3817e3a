"""What a reader of the documentation finds."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "latex_templates").glob("*.md")])
DECISIONS = sorted((ROOT / "docs" / "decisions").iterdir())


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_each_link_of_a_page_leads_to_a_file(page):
    """A link to a file of this repository, a heading aside."""
    links = re.findall(r"\]\(([^)#\s]+)[^)]*\)", page.read_text("utf-8"))
    assert [link for link in links if ":" not in link and not (page.parent / link).exists()] == []


@pytest.mark.parametrize("path", DECISIONS, ids=lambda path: path.stem)
def test_a_decision_is_a_question_an_answer_and_a_cost(path):
    """Short enough to be read where somebody asks why."""
    assert re.fullmatch(r"\d{4}-[a-z0-9-]+\.md", path.name)
    text = path.read_text("utf-8")
    assert re.fullmatch(r"# .+\n\n\*\*Question:\*\* .+\n\n\*\*Answer:\*\* .+\n\n\*\*Cost:\*\* .+\n", text, re.DOTALL)
    assert len(text.splitlines()) <= 16


def test_no_two_decisions_have_one_number():
    """A number names a decision for good."""
    assert len({path.name[:4] for path in DECISIONS}) == len(DECISIONS) >= 40
