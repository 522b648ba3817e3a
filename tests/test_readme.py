"""README's tour: each line runs in a fresh clone, in the order in which it stands there."""

import os
import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest
from support.processes import run
from support.watching import watching

ROOT = Path(__file__).resolve().parent.parent
_BLOCKS = re.findall(r"^```\n(.*?)^```$", (ROOT / "README.md").read_text("utf-8"), re.MULTILINE | re.DOTALL)
TOUR = next(block for block in _BLOCKS if block.startswith("cvgen new")).splitlines()


@pytest.fixture
def clone(tmp_path, monkeypatch):
    """Enter a repository with what a user finds in a clone; as for an author, it has a commit."""
    folder = tmp_path / "clone"
    for name in ("profiles", "examples"):
        shutil.copytree(ROOT / name, folder / name)
    for name in ("GIT_AUTHOR", "GIT_COMMITTER"):
        monkeypatch.setenv(f"{name}_NAME", "Ada Lovelace")
        monkeypatch.setenv(f"{name}_EMAIL", "ada@example.org")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.chdir(folder)
    for arguments in (("init", "--quiet"), ("add", "."), ("commit", "--quiet", "--message", "All")):
        subprocess.run(["git", *arguments], check=True)
    return folder


def test_every_line_of_the_tour_runs(clone, xelatex, tmp_path):
    """None fails; the last but one leaves what the comment beside it names, and `watch` waits for a save."""
    assert len(TOUR) > 12
    for line in TOUR:
        arguments = shlex.split(line, comments=True)[1:]
        if arguments[0] == "watch":
            with watching(tmp_path, *arguments) as (_, line_of):
                line_of(r"watching \d+ files")
            continue
        done = run(*arguments)
        assert done.returncode == 0, f"{line}\n{done.stderr}"
        for name in re.findall(r"\b[\w/]+\.(?:yaml|pdf)\b", line.partition("#")[2]):
            assert (clone / name).is_file(), line
