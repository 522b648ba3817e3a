"""What can hardly be true is a finding at its place; today is the day of SOURCE_DATE_EPOCH."""

import pytest

from cvgen.lint.profiles import check_profile
from cvgen.loading.load import load

PROFILE = """\
person: {{name: Ada Lovelace}}
sections:
  - kind: {kind}
    entries:
      - {entry}
"""


@pytest.mark.parametrize(
    ("kind", "entry", "codes"),
    [
        ("experience", "{organization: A, start_date: 2031, end_date: present}", ["future-start"]),
        ("experience", "{organization: A, date: 2031-02/present}", ["future-start"]),
        ("experience", "{organization: A, start_date: 2029, end_date: present}", []),
        ("experience", "{organization: A, start_date: 2031, end_date: expected 2032}", []),
        ("education", "{institution: A, gpa: 5.2/4.0}", ["grade-beyond"]),
        ("education", "{institution: A, gpa: 3.9/4.0}", []),
        ("education", "{institution: A, gpa: 1.3/1.0}", []),
        ("education", "{institution: A, rank: 300/200}", ["rank-beyond"]),
        ("education", "{institution: A, rank: 2/200}", []),
        (
            "publications",
            "{title: T, authors: [Ada Lovelace], venue: {name: V, year: 2020}, date: 2022}",
            ["years-apart"],
        ),
        ("publications", "{title: T, authors: [Ada Lovelace], venue: {name: V, year: 2020}, date: 2021-02}", []),
        ("publications", "{title: T, authors: [Ada Lovelace], venue: SOSP'15, date: 2020}", ["years-apart"]),
        ("publications", "{title: T, authors: [Ada Lovelace], venue: Symposium 2015, date: 2020}", ["years-apart"]),
        ("publications", "{title: T, authors: [Ada Lovelace], venue: Acts 1995-2015, date: 2020}", []),
    ],
)
def test_what_can_hardly_be_true_is_found(tmp_path, monkeypatch, kind, entry, codes):
    """A post that begins in the future, a grade above its scale, a venue's year far from the date."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1900000000")  # in 2030
    path = tmp_path / "ada.yaml"
    path.write_text(PROFILE.format(kind=kind, entry=entry), "utf-8")
    found = list(check_profile(load(path)))
    assert [one.code for one in found] == codes
    assert all(one.span.line == 5 for one in found)
