"""The how-to pages are followed to the letter, each in a copy of the repository."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGES = sorted((ROOT / "docs" / "how_to").glob("*.md"))
FOLLOWED = [page for page in PAGES if page.stem not in ("add_a_kind", "add_a_language")]  # see tests/sections
# A file's path in backticks and a colon, then its content; or a block of commands.
STEP = re.compile(
    r"(?:^ *`(?P<path>[^`\n]+)`(?P<append>, at its end)?:\n\n)?"
    r"^(?P<indent> *)```(?P<kind>\w+)\n(?P<text>.*?)^(?P=indent)```$",
    re.MULTILINE | re.DOTALL,
)


def copy_of_repository(folder):
    for name in ("cvgen", "latex_templates", "profiles", "examples"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    return folder


def steps(page):
    """Yield the steps of a page: a path, whether it is appended to, and a text; the path of commands is empty."""
    for found in STEP.finditer(page.read_text("utf-8")):
        text = re.sub(rf"^{found['indent']}", "", found["text"], flags=re.MULTILINE)
        if found["kind"] == "sh" or found["path"]:
            yield found["path"] or "", bool(found["append"]), text


@pytest.mark.parametrize("page", FOLLOWED, ids=lambda page: page.stem)
def test_a_page_leads_to_something_that_works(page, tmp_path):
    """Who follows a how-to page step by step gets what it promises."""
    root = copy_of_repository(tmp_path / "repository")
    scripts = tmp_path / "bin"
    scripts.mkdir()
    (scripts / "cvgen").write_text(f'#!/bin/sh\nexec "{sys.executable}" -m cvgen "$@"\n')
    (scripts / "cvgen").chmod(0o755)
    python = Path(sys.executable).parent
    environment = {**os.environ, "PYTHONPATH": str(root), "PATH": f"{scripts}:{python}:{os.environ['PATH']}"}
    done = 0
    for path, append, text in steps(page):
        if path:
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            with (root / path).open("a" if append else "w", encoding="utf-8") as file:
                file.write(text)
        else:
            command = ("sh", "-eu", "-c", text)
            ran = subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, check=False)
            assert ran.returncode == 0, f"{text}\n{ran.stdout}{ran.stderr}"
        done += 1
    assert done >= 2


def test_there_is_a_page_for_each_folder_that_grows():
    """Kinds, languages, themes and formats each have a page."""
    assert {"add_a_format", "add_a_kind", "add_a_language", "add_a_theme"} <= {page.stem for page in PAGES}
