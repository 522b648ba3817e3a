"""Sections as they are loaded: what a wrong kind gives, and what a profile is made of."""

from __future__ import annotations

from pathlib import Path

import pytest

from cvgen.errors import ProfileError
from cvgen.loading.load import load, load_data
from cvgen.sections import kinds

PERSON = {"name": "Ada Lovelace"}


def mistake(section):
    with pytest.raises(ProfileError) as caught:
        load_data({"person": PERSON, "sections": [{"kind": "text", "text": "Hello"}, section]})
    (found,) = caught.value.diagnostics
    return found


def test_an_unknown_kind_is_an_error_at_its_place_with_all_kinds():
    """One error says which kind was meant and which there are; what else stands in the section is left alone."""
    found = mistake({"kind": "talk", "anything": 1})
    assert (found.code, found.span.where, found.message) == (
        "unknown-kind",
        "sections[1].kind",
        "`talk` is not known here",
    )
    assert found.hints == ("did you mean `talks`?", f"one of: {', '.join(kinds())}")


@pytest.mark.parametrize(
    ("section", "code", "where"),
    [
        ({"title": "Talks"}, "missing", "sections[1]"),
        ({"kind": ["talks"]}, "wrong-shape", "sections[1].kind"),
        ({"kind": "__init__"}, "unknown-kind", "sections[1].kind"),
        ({"kind": "base"}, "unknown-kind", "sections[1].kind"),
        ({"kind": "../talks"}, "unknown-kind", "sections[1].kind"),
        ("talks", "wrong-shape", "sections[1]"),
    ],
)
def test_what_is_no_kind_is_never_imported(section, code, where):
    """Only the name of a kind's file finds one, whatever else lies in the package or beside it."""
    found = mistake(section)
    assert (found.code, found.span.where) == (code, where)


def test_a_mistake_in_an_entry_offers_the_keys_of_its_kind():
    """A misspelt key is compared with those that the entry may have, and stands at its own place."""
    found = mistake({"kind": "talks", "entries": [{"title": "T", "evnt": "E"}]})
    assert (found.code, found.span.where) == ("unknown-key", "sections[1].entries[0].evnt")
    assert found.hints == ("did you mean `event`?",)


def test_the_name_of_a_kind_as_a_key_means_its_entries():
    """`talks:` inside of a section is what people write for `entries:`."""
    assert mistake({"kind": "talks", "talks": []}).hints == ("did you mean `entries`?",)


def test_a_profile_knows_the_files_that_it_is_made_of(tmp_path: Path):
    """Itself, its works files and its photo, whether they are there or not."""
    (tmp_path / "works.yaml").write_text("engines: {title: Engines, authors: [Ada Lovelace]}\n", "utf-8")
    path = tmp_path / "ada.yaml"
    path.write_text("person: {name: Ada Lovelace, photo: me.jpg}\nworks: works.yaml\n", "utf-8")
    assert load(path).inputs == (path, tmp_path / "works.yaml", tmp_path / "me.jpg")
    assert load_data({"person": PERSON}).inputs == ()
