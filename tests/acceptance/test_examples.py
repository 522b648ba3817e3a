"""The examples and the profiles of this repository: they build, without a word, in every theme."""

import subprocess
import sys
from pathlib import Path

import pytest
from support.engines import installed

import cvgen
from cvgen.builder import build
from cvgen.loading.load import load

ROOT = Path(__file__).resolve().parents[2]
PROFILES = sorted([*(ROOT / "examples").glob("*.yaml"), *(ROOT / "profiles").glob("*.yaml")])
VARIANTS = [(path, variant) for path in PROFILES for variant in load(path).file.variants]


def test_there_is_something_to_look_at():
    """The lists below are not empty."""
    assert len(PROFILES) >= 9
    assert len({path.parent for path in PROFILES}) == 2
    assert VARIANTS
    assert {theme.name for theme in cvgen.themes()} >= {"awesome", "plain"}


@pytest.mark.parametrize("engine", ["xelatex", pytest.param("lualatex", marks=pytest.mark.long)])
@pytest.mark.parametrize("theme", ["awesome", pytest.param("plain", marks=pytest.mark.long)])
@pytest.mark.parametrize("path", PROFILES, ids=lambda path: path.stem)
def test_every_profile_builds_without_a_word(path, theme, engine, tmp_path):
    """No warning, no overfull box, no missing glyph, in any theme and engine; all walls settle in few passes."""
    installed(engine)
    result = build(path, theme=theme, engine=engine, output=tmp_path / "x.pdf")
    assert result.diagnostics == ()
    assert result.pages >= 1
    assert result.passes == (2 if "\\cvpages" in result.tex else 1)


@pytest.mark.parametrize(("path", "variant"), VARIANTS, ids=lambda value: getattr(value, "stem", value))
def test_every_variant_builds_without_a_word(path, variant, tmp_path, xelatex):
    """What a profile offers can be built."""
    assert build(path, variant=variant, output=tmp_path / "x.pdf").diagnostics == ()


@pytest.mark.parametrize("path", PROFILES, ids=lambda path: path.stem)
def test_every_profile_tells_editors_its_schema(path):
    """The first line is what makes an editor complete and explain, and the schema is there."""
    first = path.read_text("utf-8").split("\n")[0]
    assert first.startswith("# yaml-language-server: $schema=")
    assert (path.parent / first.partition("=")[2]).is_file()


def script(name, *arguments):
    """Run an example as a user does."""
    command = [sys.executable, "-W", "error", ROOT / "examples" / name, *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=arguments[-1].parent)


def test_the_script_that_builds_from_data_runs(tmp_path, xelatex):
    """A program's own data becomes a PDF and text."""
    done = script("build_from_python.py", tmp_path / "out")
    assert (done.returncode, done.stderr) == (0, "")
    assert (tmp_path / "out" / "katherine_johnson.pdf").read_bytes().startswith(b"%PDF-")
    assert "Katherine Johnson\nMathematician\n" in done.stdout


def test_the_script_for_many_people_runs(tmp_path, profile, xelatex):
    """Each profile becomes a PDF of its own, and a broken one is told and counted."""
    profile({"kind": "text", "text": "x"}, name="a.yaml")
    profile({"kind": "text", "text": "y"}, name="b.yaml")
    folder = profile({"kind": "txt"}, name="c.yaml").parent
    done = script("many_people.py", folder, tmp_path / "out")
    assert (done.returncode, done.stderr) == (1, "")
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["a.pdf", "b.pdf"]
    assert "c.yaml: " in done.stdout
