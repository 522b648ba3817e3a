"""`cvgen fmt`: canonical dates and key order; everything else stays byte for byte."""

import datetime
import re
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from cvgen import source
from cvgen.errors import ProfileError
from cvgen.formatter import key_order, reformat
from cvgen.profile.works import Work
from cvgen.sections.education import Education
from cvgen.sections.experience import Experience
from cvgen.sections.publications import PublicationsSection
from cvgen.values.dates import Date, canonical

UNTIDY = """\
# head comment
person:
  email: a@example.org   # mail
  name: Chao Jin

sections:
  # a comment on the section
  - entries:
      - end_date: present
        start_date: Sept 2023   # started
        institution: 'Peking   University'
        highlights:
          - a
          - |
            b
            # not a comment
      # between
      - {institution: X, date: 2023.10}
    kind: education
    title: no
  # at the end
"""
TIDY = """\
# head comment
person:
  name: Chao Jin
  email: a@example.org   # mail

sections:
  # a comment on the section
  - kind: education
    title: "no"
    entries:
      - institution: 'Peking   University'
        start_date: 2023-09   # started
        end_date: present
        highlights:
          - a
          - |
            b
            # not a comment
      # between
      - {institution: X, date: 2023-10}
  # at the end
"""


@pytest.fixture
def file(tmp_path):
    def write(text: str, name: str = "profile.yaml") -> Path:
        path = tmp_path / name
        path.write_bytes(text.encode())
        return path

    return write


def test_dates_and_keys_are_put_right_and_nothing_else(file):
    """Comments, quotes, flow style, block text and blank lines stay as they are."""
    assert reformat(file(UNTIDY)).after == TIDY


def test_what_is_canonical_stays(file):
    """A second run changes nothing."""
    done = reformat(file(TIDY))
    assert done.after == done.before == TIDY


@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_line_ends_and_the_byte_order_mark_stay(file, mark):
    """A file from Windows stays one."""
    untidy = mark + UNTIDY.replace("\n", "\r\n")
    assert reformat(file(untidy)).after == mark + TIDY.replace("\n", "\r\n")


def test_a_works_file_is_rewritten_too(file):
    """Works files have dates and keys as well."""
    path = file("ditto:\n  date: Sep. 2023\n  title: Ditto\n", "works.yaml")
    assert reformat(path).after == "ditto:\n  title: Ditto\n  date: 2023-09\n"


def test_a_profile_with_mistakes_is_left_alone(file):
    """Nothing is rewritten that cannot be understood."""
    path = file("person: {name: Chao Jin}\nsections: [{kind: eduction}]\n")
    with pytest.raises(ProfileError):
        reformat(path)
    assert path.read_text().endswith("eduction}]\n")


def test_a_key_below_a_comment_keeps_its_place_after_a_dash(file):
    """A comment cannot stand before the dash of a list item, so such an item keeps its order."""
    text = (
        "person: {name: A B}\nsections:\n  - kind: education\n    entries:\n"
        "      - date: 2020\n        # the place\n        institution: X\n"
    )
    assert reformat(file(text)).after == text


def test_a_dash_alone_on_its_line_stays_with_its_item(file):
    """Each item is put in order below its own dash."""
    item = "      -\n        {}\n        {}\n"
    before = item.format("date: 2020", "title: Medal") + item.format("date: 2021", "title: Cup")
    after = item.format("title: Medal", "date: 2020") + item.format("title: Cup", "date: 2021")
    head = "person: {name: Ada}\nsections:\n  - kind: honors\n    entries:\n"
    assert reformat(file(head + before)).after == head + after


def test_the_repository_s_own_files_are_canonical():
    """Profiles, examples and works files are what `cvgen fmt` would write."""
    root = Path(__file__).parent.parent
    files = [*root.glob("profiles/**/*.yaml"), *root.glob("examples/*.yaml")]
    assert len(files) > 8
    for path in files:
        done = reformat(path)
        assert done.after == done.before, path


def test_keys_come_in_the_order_in_which_one_tells_them():
    """What it is, what it is called, where, when, details, switches."""
    order = key_order(Education)
    wanted = [
        "id",
        "institution",
        "degree",
        "location",
        "date",
        "start_date",
        "end_date",
        "advisors",
        "highlights",
        "tags",
    ]
    assert [name for name in order if name in wanted] == wanted
    assert key_order(PublicationsSection)[0] == "kind"
    assert key_order(PublicationsSection)[-1] == "entries"
    assert key_order(Work)[:2] == ["id", "title"]
    assert set(key_order(Experience)) == set(Experience.model_fields)


entry = st.fixed_dictionaries(
    {"institution": st.sampled_from(["Peking University", "'quoted: name'", '"x # y"'])},
    optional={
        "start_date": st.dates(datetime.date(1990, 1, 1), datetime.date(2030, 1, 1)).map(
            lambda day: day.strftime("%B %Y")
        ),
        "degree": st.just("Ph.D."),
        "location": st.just("Beijing, China   # comment"),
        "highlights": st.just("[a, b]"),
        "note": st.just(">-\n          folded\n\n          text"),
    },
)


@given(entries=st.lists(entry.flatmap(lambda e: st.permutations(list(e.items()))), min_size=1, max_size=4))
def test_the_meaning_never_changes(tmp_path_factory, entries):
    """Only dates are spelt anew: the data stays, no line is lost, and a second run changes nothing."""
    lines = ["person: {name: Chao Jin}", "sections:", "  - kind: education", "    entries:"]
    for fields in entries:
        for number, (key, value) in enumerate(fields):
            lines.append(("      - " if number == 0 else "        ") + f"{key}: {value}")
    path = tmp_path_factory.mktemp("fmt") / "p.yaml"
    path.write_text("\n".join(lines) + "\n")
    done = reformat(path)

    def meaning(text: str) -> object:
        data = source.parse_yaml(text, "p.yaml").data
        for item in data["sections"][0]["entries"]:
            if "start_date" in item and not re.match(r"\d{4}-\d\d$", item["start_date"]):
                day = datetime.datetime.strptime(item["start_date"], "%B %Y")
                item["start_date"] = canonical(Date(day.year, day.month))
        return data

    assert meaning(done.before) == source.parse_yaml(done.after, "p.yaml").data
    assert sorted(
        re.sub(r"^( *)- ", r"\1  ", line) for line in done.before.splitlines() if "start_date" not in line
    ) == sorted(re.sub(r"^( *)- ", r"\1  ", line) for line in done.after.splitlines() if "start_date" not in line)
    path.write_text(done.after)
    assert reformat(path).after == done.after
    yaml.safe_load(done.after)
