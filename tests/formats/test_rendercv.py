"""RenderCV: what is exported is read again, field by field."""

from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

import cvgen
from cvgen.imports import import_file
from cvgen.values.text_policy import clean_text

ROOT = Path(__file__).resolve().parents[2]
PROFILES = sorted([*ROOT.glob("profiles/*.yaml"), *ROOT.glob("examples/*.yaml")])

PLAIN = (
    st.text(st.characters(codec="utf-8", categories=("L", "N")), min_size=1, max_size=20)
    .map(lambda text: " ".join(clean_text(text)[0].split()))
    .filter(bool)
)
DATES = st.sampled_from(["2019", "2019-04", "2019-04-30"])
ENTRIES = {
    "experience": st.fixed_dictionaries(
        {"organization": PLAIN, "role": PLAIN, "start_date": DATES, "end_date": st.sampled_from(["2021", "present"])},
        optional={"location": PLAIN, "summary": PLAIN, "highlights": st.lists(PLAIN, min_size=1, max_size=3)},
    ),
    "education": st.fixed_dictionaries(
        {"institution": PLAIN, "degree": PLAIN, "field": PLAIN, "date": DATES},
        optional={"location": PLAIN, "gpa": st.just("3.8/4.0"), "highlights": st.lists(PLAIN, min_size=1)},
    ),
    "skills": st.fixed_dictionaries({"label": PLAIN, "values": PLAIN}),
    "projects": st.fixed_dictionaries({"title": PLAIN}, optional={"date": DATES, "summary": PLAIN, "url": st.just(
        "https://example.org/a")}),
    "publications": st.fixed_dictionaries(
        {"title": PLAIN, "authors": st.just(["Ada Quill", "Bo Li"])},
        optional={"venue": PLAIN, "date": DATES, "links": st.just({"doi": "10.1000/182"}), "note": PLAIN,
                  "volume": st.just("3"), "more_authors": st.just(True)},
    ),
}  # fmt: skip


def said(profile):
    """Return what a profile's only entry says, as data."""
    (section,) = profile.file.sections
    (entry,) = section.entries
    fields = {name: str(getattr(entry, name)) for name in entry.model_fields_set}
    return {name: text for name, text in fields.items() if text not in ("None", "()", "False")}


@pytest.mark.parametrize("kind", sorted(ENTRIES))
@given(data=st.data())
@settings(deadline=None)
def test_an_entry_comes_back_as_it_was_exported(tmp_path_factory, kind, data):
    """Every field that both sides have, with its text and its dates."""
    entry = data.draw(ENTRIES[kind])
    profile = cvgen.load_profile({"person": {"name": "Ada Quill"}, "sections": [{"kind": kind, "entries": [entry]}]})
    path = tmp_path_factory.mktemp("cv") / "cv.yaml"
    path.write_bytes(*cvgen.export(profile, "rendercv").files.values())
    imported = import_file(path)
    assert imported.losses == ()
    assert said(cvgen.load_profile(imported.data)) == said(profile)


@pytest.mark.parametrize("path", PROFILES, ids=lambda path: path.stem)
def test_every_profile_has_the_types_of_entries_that_rendercv_asks_for(path):
    """A degree has its area, a post its company and position, texts are texts and not lists."""
    (data,) = cvgen.export(cvgen.load_profile(path), "rendercv").files.values()
    cv = yaml.safe_load(data)["cv"]
    assert cv["sections"]
    for entries in cv["sections"].values():
        assert len({type(entry) for entry in entries}) == 1
        for entry in entries:
            if isinstance(entry, dict) and "company" in entry:
                assert isinstance(entry["company"], str)
            if isinstance(entry, dict) and "institution" in entry and "name" not in entry:
                assert isinstance(entry["area"], str)


def test_nothing_that_is_hidden_is_exported():
    """Entries, bullets and sections that the CV does not print."""
    entries = [
        {"organization": "Shown", "role": "A", "date": "2020", "highlights": ["One"]},
        {"organization": "Secret", "role": "B", "date": "2021", "hidden": True},
    ]
    sections = [
        {"kind": "experience", "entries": entries},
        {"kind": "text", "title": "Secret", "text": "Secret", "hidden": True},
        {"kind": "publications", "entries": [{"title": "Secret", "authors": ["Ada Quill"], "hidden": True}]},
    ]
    profile = cvgen.load_profile({"person": {"name": "Ada Quill"}, "sections": sections})
    (data,) = cvgen.export(profile, "rendercv").files.values()
    assert b"Shown" in data
    assert b"Secret" not in data
