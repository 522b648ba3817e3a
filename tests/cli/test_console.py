"""What paths on the command line mean."""

import os
from pathlib import Path

import pytest
from support.profiles import TEXT

from cvgen.cli.console import names_folder, profiles_at
from cvgen.errors import UsageError

WORKS = {
    "in flow": "w: {title: Paper One, authors: [Ada Byron], date: 2020}\n",
    "in blocks": "# shared\nw:\n  title: Paper One\n  authors: [Ada Byron]\n  date: 2020\n",
    "with a quoted id": '"w": {"title": "Paper One", "authors": ["Ada Byron"]}\n',
    "with a mark at the start": "\ufeffw: {title: Paper One}\n",
    "with Windows' line ends": "w:\r\n  title: Paper One\r\n",
    "with a mistake in its syntax": "w:\n  title: Paper One\n  authors: [Ada Byron\nv:\n  title: Two\n",
    "with a person in it": 'w: {title: "A person: an essay", authors: [Ada Byron]}\n',
}
PROFILES = {
    "complete": "person: {name: Ada Byron}\nsections: []\n",
    "quoted": '"person": {name: Ada Byron}\nsections: []\n',
    "without a person": "sections:\n  - {kind: publications, entries: [{title: One, authors: [Ada Byron]}]}\n",
    "indented": " person: {name: Ada Byron}\n",
    "with a mistake in its syntax": " person: {name: Ada Byron\n sections:\n  - {kind: text, title: One}\n",
    "empty": "",
    "of anything else": "a: b\n",
}


@pytest.mark.parametrize("works", WORKS.values(), ids=WORKS)
def test_a_works_file_in_a_folder_is_no_profile(profile, works):
    """However it is written, and while it is being edited; `check` and `fmt` ask for it too."""
    path = profile(TEXT)
    other = path.with_name("works.yaml")
    other.write_text(works, "utf-8")
    assert profiles_at([path.parent]) == [path]
    assert profiles_at([path.parent], with_works=True) == [path, other]
    assert profiles_at([other]) == [other]


@pytest.mark.parametrize("text", PROFILES.values(), ids=PROFILES)
def test_a_file_that_may_be_a_profile_is_not_left_out(tmp_path, text):
    """A profile with a mistake is built, so that the mistake is reported."""
    path = tmp_path / "ada.yaml"
    path.write_text(text, "utf-8")
    assert profiles_at([tmp_path]) == [path]


def test_a_works_file_that_becomes_a_profile_is_noticed(tmp_path):
    path = tmp_path / "ada.yaml"
    path.write_text(WORKS["in flow"], "utf-8")
    with pytest.raises(UsageError, match="no profile"):
        profiles_at([tmp_path])
    path.write_text("person: {name: Ada Byron}\n", "utf-8")
    assert profiles_at([tmp_path]) == [path]


def test_only_regular_files_of_a_folder_are_profiles(profile):
    """Folders and FIFOs called *.yaml do not stand in the way."""
    path = profile(TEXT)
    (path.parent / "folder.yaml").mkdir()
    os.mkfifo(path.parent / "pipe.yaml")
    assert profiles_at([path.parent, path]) == [path]


def test_a_slash_makes_a_folder_of_a_name(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("there.d").mkdir()
    assert [names_folder(name) for name in ("there.d", "new.d/", "new.d", "new")] == [True, True, False, False]
