"""The how-tos for kinds and languages, followed to the letter in a copy of the package."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
LANGUAGES = ("de", "en", "es", "fr", "zh")

pytestmark = pytest.mark.long


@pytest.fixture
def copy(tmp_path):
    """A copy of the package with its templates, as somebody who changes it has one."""
    for name in ("cvgen", "latex_templates", "tests"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__", "data", "corpus"))
    for name in ("pyproject.toml",):
        shutil.copy(ROOT / name, tmp_path)
    return tmp_path


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(folder)}
    command = [sys.executable, *arguments]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


def block(page: str, kind: str) -> str:
    """Return what a page of docs/how_to shows in its (only) code block of a kind."""
    text = (ROOT / "docs" / "how_to" / page).read_text("utf-8")
    (found,) = re.findall(rf"^( *)```{kind}\n(.*?)^\1```$", text, re.MULTILINE | re.DOTALL)
    return textwrap.dedent(found[1])


def add_the_kind(folder: Path) -> None:
    (folder / "cvgen/sections/exhibitions.py").write_text(block("add_a_kind.md", "python"), "utf-8")
    words = folder / "cvgen/document/locale/en.toml"
    title = block("add_a_kind.md", "toml")
    words.write_text(words.read_text("utf-8").replace("[sections]\n", f"[sections]\n{title}"), "utf-8")


PROFILE = """\
person: {name: Ada Lovelace}
document: {language: LANGUAGE}
sections:
  - kind: exhibitions
    entries:
      - {title: Engines and Looms, role: Curator, museum: Science Museum, start_date: 2024-06, end_date: 2024-09}
"""


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_kind_is_one_file_and_its_title(copy, language):
    """A profile with the new kind is checked and exported in every language, in English words where it has none."""
    add_the_kind(copy)
    (copy / "ada.yaml").write_text(PROFILE.replace("LANGUAGE", language), "utf-8")
    checked = run(copy, "-m", "cvgen", "check", "ada.yaml")
    assert checked.returncode == 0, checked.stderr
    assert (checked.stderr + checked.stdout).count("missing-words") == (language != "en")
    text = run(copy, "-m", "cvgen", "export", "text", "ada.yaml").stdout
    assert "Exhibitions\n" in text
    assert "Engines and Looms" in text
    assert "Curator, Science Museum" in text


def test_a_new_kind_is_in_the_schema_and_in_messages(copy):
    """Editors complete it, a misspelt key of it is explained, and the tests that loop over kinds take it up."""
    add_the_kind(copy)
    schema = json.loads(run(copy, "-m", "cvgen", "schema").stdout)
    assert "ExhibitionsSection" in schema["$defs"]
    (copy / "ada.yaml").write_text(PROFILE.replace("LANGUAGE", "en").replace("museum:", "musem:"), "utf-8")
    answer = run(copy, "-m", "cvgen", "check", "ada.yaml")
    assert answer.returncode == 3
    assert "did you mean `museum`?" in answer.stderr
    tested = run(copy, "-m", "pytest", "-q", "-k", "exhibitions or other_module", "tests/sections/test_kinds.py")
    assert tested.returncode == 0, tested.stdout
    assert "passed" in tested.stdout


def test_a_language_is_one_file(copy):
    """A profile is composed with the new words and Babel's months, and in English where a word is missing."""
    (copy / "cvgen/document/locale/pt.toml").write_text(block("add_a_language.md", "toml"), "utf-8")
    (copy / "ada.yaml").write_text(
        "person: {name: Ada Lovelace}\ndocument: {language: pt}\nsections:\n  - kind: education\n    entries:\n"
        "      - {institution: Coimbra, start_date: 2019-05, end_date: present, advisors: A B}\n  - kind: skills\n"
        "    entries: [{label: Programming, values: Python}]\n",
        "utf-8",
    )
    checked = run(copy, "-m", "cvgen", "check", "ada.yaml")
    assert checked.returncode == 0, checked.stderr
    assert (checked.stderr + checked.stdout).count("missing-words") == 1
    text = run(copy, "-m", "cvgen", "export", "text", "ada.yaml").stdout
    assert "Formação\n" in text
    assert "mai. de 2019 – atualmente" in text
    assert "Skills\n" in text
    assert "Advisor: A B" in text
