"""cvgen export."""

import os
import subprocess
from pathlib import Path

import pytest
from support import extract
from support.profiles import TEXT

ROOT = Path(__file__).resolve().parents[2]

pytestmark = pytest.mark.usefixtures("here", "xelatex")


def test_text_can_be_piped(run, profile):
    """`export text` prints the words and nothing else."""
    code, out, err = run("export", "text", profile(TEXT))
    assert (code, err) == (0, "")
    assert out.decode() == "Ada Lovelace\n\nSummary\n-------\nWrites programs for engines.\n"


def test_an_export_can_be_a_file(run, profile):
    """`-o` names it; the same export is the same bytes as on standard output."""
    path = profile(TEXT)
    for form in ("tex", "text"):
        _, out, _ = run("export", form, path)
        assert run("export", form, path, "-o", f"out/x.{form}")[0] == 0
        assert Path(f"out/x.{form}").read_bytes() == out


@pytest.mark.parametrize("theme", ["awesome", "plain"])
@pytest.mark.parametrize("name", ["photo", "names_of_the_world"])
def test_an_exported_folder_compiles_by_itself(run, tmp_path, name, theme):
    """Class, theme, fonts and portrait are all in it: plain `xelatex` gives the words that a build gives.

    Their order on a line is another matter: without the tags that a build makes, pdftotext guesses columns.
    """
    path = ROOT / "examples" / f"{name}.yaml"
    code, _, err = run("export", "tex", path, "-o", tmp_path / "overleaf", "--theme", theme)
    assert (code, err) == (0, "")
    done = subprocess.run(
        ["xelatex", "-interaction=nonstopmode", "-halt-on-error", f"{name}.tex"],
        cwd=tmp_path / "overleaf", capture_output=True, text=True, check=False,
        env={"PATH": os.environ["PATH"], "HOME": str(tmp_path)},
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-2000:]
    exported = (tmp_path / "overleaf" / f"{name}.pdf").read_bytes()
    run("build", path, "-o", "x.pdf", "--theme", theme)
    words = [extract.words_of(pdf, "pdftotext").split() for pdf in (exported, Path("x.pdf").read_bytes())]
    assert sorted(words[0]) == sorted(words[1])
