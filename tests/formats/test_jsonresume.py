"""The JSON Resume export: what both sides have comes back, and what has no place is named."""

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import cvgen
from cvgen.formats import jsonresume
from cvgen.imports import import_file
from cvgen.values.text_policy import clean_text

ROOT = Path(__file__).resolve().parents[2]


def resume(profile):
    (data,) = cvgen.export(profile, "jsonresume").files.values()
    return json.loads(data)


def test_a_resume_comes_back_with_every_field_that_both_sides_have(tmp_path):
    """Export, import, export: the same file; and the words of each section are in it."""
    first = cvgen.export(cvgen.load_profile(ROOT / "examples" / "all_kinds.yaml"), "jsonresume").files
    (data,) = first.values()
    path = tmp_path / "resume.json"
    path.write_bytes(data)
    again = tmp_path / "all_kinds.yaml"
    again.write_text(import_file(path).to_yaml(), "utf-8")
    mine, back = json.loads(data), resume(cvgen.load_profile(again))
    assert set(mine) == set(back)
    assert len(mine) >= 11
    for name in set(mine) - {"basics"}:
        assert back[name] == mine[name], name
    assert {**back["basics"], "profiles": 0} == {**mine["basics"], "profiles": 0}


def test_posts_at_one_employer_are_items_and_the_present_is_left_open():
    """JSON Resume has one post per item; what lasts has no end."""
    entry = {
        "organization": "Engines",
        "positions": [
            {"role": "Head", "start_date": "2024-03", "end_date": "present"},
            {
                "role": "Analyst",
                "date": "2023-07/2024-02",
                "highlights": ["One", {"text": "Two", "highlights": ["In"]}],
            },
        ],
    }
    profile = {"person": {"name": "Ada Lovelace"}, "sections": [{"kind": "experience", "entries": [entry]}]}
    assert resume(cvgen.load_profile(profile))["work"] == [
        {"name": "Engines", "position": "Head", "startDate": "2024-03"},
        {"name": "Engines", "position": "Analyst", "startDate": "2023-07", "endDate": "2024-02",
         "highlights": ["One", "Two", "In"]},
    ]  # fmt: skip


def test_what_has_no_place_is_one_note_per_kind():
    """Sections, and fields of entries."""
    profile = cvgen.load_profile(ROOT / "profiles" / "chao_jin.yaml")
    messages = [loss.message for loss in jsonresume.losses(profile)]
    assert messages == [
        "`advisors`, `location`, `rank` of `education` have no place in a JSON Resume",
        "`advisors`, `mentors` of `experience` have no place in a JSON Resume",
        "`teaching` has no place in a JSON Resume",
        "`service` has no place in a JSON Resume",
        "`location`, `rank` of `honors` have no place in a JSON Resume",
    ]


PLAIN = (
    st.text(st.characters(codec="utf-8", categories=("L", "N")), min_size=1, max_size=20)
    .map(lambda text: " ".join(clean_text(text)[0].split()))
    .filter(bool)
)
TEXTS = st.lists(PLAIN, min_size=1, max_size=3)
ENDS = {
    "startDate": st.sampled_from(["2019", "2019-04", "2019-04-30"]),
    "endDate": st.sampled_from(["2021", "2021-06"]),
}
DAY = {"date": st.sampled_from(["2019", "2019-04", "2019-04-30"])}
LISTS = {
    "work": ({"name": PLAIN, "position": PLAIN, **ENDS}, {"location": PLAIN, "summary": PLAIN, "highlights": TEXTS}),
    "volunteer": ({"organization": PLAIN, "position": PLAIN, **ENDS}, {"summary": PLAIN, "highlights": TEXTS}),
    "education": (
        {"institution": PLAIN, "area": PLAIN, "studyType": PLAIN, **ENDS},
        {"score": st.just("3.8/4.0"), "courses": TEXTS, "url": st.just("https://example.org")},
    ),
    "awards": ({"title": PLAIN, **DAY}, {"awarder": PLAIN, "summary": PLAIN}),
    "certificates": ({"name": PLAIN, **DAY}, {"issuer": PLAIN}),
    "skills": ({"name": PLAIN, "keywords": TEXTS}, {"level": PLAIN}),
    "languages": ({"language": PLAIN, "fluency": PLAIN}, {}),
    "interests": ({"name": PLAIN}, {"keywords": TEXTS}),
    "references": ({"name": PLAIN, "reference": PLAIN}, {}),
    "projects": ({"name": PLAIN, **ENDS}, {"description": PLAIN, "highlights": TEXTS, "keywords": TEXTS}),
    "publications": ({"name": PLAIN}, {"publisher": PLAIN, "releaseDate": DAY["date"], "summary": PLAIN}),
}


@pytest.mark.parametrize("name", sorted(LISTS))
@given(data=st.data())
@settings(deadline=None)
def test_every_field_of_a_resume_comes_back(tmp_path_factory, name, data):
    """Import, export: the same items, with their texts and dates."""
    required, optional = LISTS[name]
    items = data.draw(st.lists(st.fixed_dictionaries(required, optional=optional), min_size=1, max_size=2))
    path = tmp_path_factory.mktemp("resume") / "resume.json"
    path.write_text(json.dumps({"basics": {"name": "Ada Quill"}, name: items}), "utf-8")
    imported = import_file(path)
    assert imported.losses == ()
    assert resume(cvgen.load_profile(imported.data))[name] == items
