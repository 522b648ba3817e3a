"""`check --against` data of other tools: it is imported, and compared as profiles and works files are."""

from pathlib import Path

import pytest

import cvgen
from cvgen.diagnostics import Severity
from cvgen.lint.against import check_against
from cvgen.loading.load import load

ROOT = Path(__file__).parents[2]
PROFILES = sorted([*ROOT.glob("profiles/*.yaml"), *ROOT.glob("examples/*.yaml")])

CV = """\
cv:
  name: Ada Quill
  sections:
    experience:
      - company: Analytical Engines
        position: Engineer
        start_date: 2020-01
        end_date: 2021-05
    publications:
      - title: "A Paper on Engines that Compute"
        authors: ["*Ada Quill*", "Bo Li"]
        journal: Journal of Engines
        date: 2022-04
      - title: "A Paper that Nobody Listed Before"
        authors: ["*Ada Quill*"]
"""
PROFILE = """\
person: {name: Ada Quill}
sections:
  - kind: experience
    entries:
      - {organization: Analytical Engines, role: Engineer, start_date: 2020-01, end_date: 2021-06}
  - kind: publications
    entries:
      - {title: A Paper on Engines that Compute, authors: [Ada Quill, Bo Li, Cy Lane], date: 2022-04,
         venue: Journal of Engines}
      - {title: Another Paper on Looms and Cards, authors: [Ada Quill, Bo Li], date: 2023, venue: Journal of Engines}
"""


def test_a_file_of_another_tool_is_compared_at_its_lines(tmp_path):
    """Authors, what only one side has, and dates of posts, each where it stands in the file, or with it beside."""
    (tmp_path / "ada.yaml").write_text(PROFILE)
    (tmp_path / "cv.yaml").write_text(CV)
    found = check_against(load(tmp_path / "ada.yaml"), tmp_path / "cv.yaml")
    places = {one.code: (Path(one.span.file).name, one.span.line) for one in found}
    assert places["work-authors"] == ("cv.yaml", 11)
    assert places["against-extra"] == ("cv.yaml", 14)
    assert places["against-missing"][0] == "cv.yaml"
    (dates,) = [one for one in found if one.code == "job-dates"]
    both = {(Path(span.file).name, span.line) for span in (dates.span, *(span for span, _ in dates.related))}
    assert both == {("ada.yaml", 5), ("cv.yaml", 7)}
    assert len(found) == 4


@pytest.mark.parametrize("name", ["csl-json", "ris", "jsonresume", "rendercv"])
@pytest.mark.parametrize("path", PROFILES, ids=lambda path: path.stem)
def test_what_a_profile_exports_agrees_with_it(tmp_path, path, name):
    """No warning, and no paper that only one side has."""
    profile = load(path)
    ((file, data),) = cvgen.export(profile, name).files.items()
    (tmp_path / file).write_bytes(data)
    found = check_against(profile, tmp_path / file)
    assert [one for one in found if one.severity is not Severity.NOTE or one.code.startswith("against")] == []
