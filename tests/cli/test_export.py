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


@pytest.mark.long
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


def test_an_export_into_a_site_keeps_what_people_wrote(run, tmp_path):
    """Only what stands between the marks is made anew; a second export changes nothing."""
    site, profile = tmp_path / "site", ROOT / "profiles" / "chao_jin.yaml"
    assert run("export", "academicpages", profile, "-o", site)[0] == 0
    page = site / "_pages" / "publications.md"
    made = page.read_text("utf-8")
    page.write_text(made.replace("title: Publications", "title: Mine").replace("**Ditto", "**Dito") + "By hand.\n")
    assert run("export", "academicpages", profile, "-o", site)[0] == 0
    assert page.read_text("utf-8") == made.replace("title: Publications", "title: Mine") + "By hand.\n"


@pytest.mark.parametrize("path", ["_pages/about.md", "_publications/2023-09-01-ditto.md"])
def test_an_export_into_a_site_replaces_no_page_of_others(run, tmp_path, path):
    """A page without marks, an item that no export made: exit 2, and nothing is written."""
    page = tmp_path / "site" / path
    page.parent.mkdir(parents=True)
    page.write_text("Mine.\n")
    code, _, err = run("export", "academicpages", ROOT / "profiles" / "chao_jin.yaml", "-o", tmp_path / "site")
    assert (code, page.read_text()) == (2, "Mine.\n")
    assert path.rpartition("/")[2] in err
    assert [one for one in (tmp_path / "site").rglob("*") if one.is_file()] == [page]


def test_markdown_goes_between_marks_of_a_page(run, profile, tmp_path):
    """A page that has the marks of the format keeps all else."""
    page = tmp_path / "page.md"
    page.write_text("# Mine\n\n<!-- cvgen:markdown -->\nold\n<!-- /cvgen:markdown -->\nBelow.\n")
    assert run("export", "markdown", profile(TEXT), "-o", page)[0] == 0
    text = page.read_text()
    assert text.startswith("# Mine\n\n<!-- cvgen:markdown -->\n\n# Ada Lovelace\n")
    assert text.endswith("<!-- /cvgen:markdown -->\nBelow.\n")
    assert "old" not in text


@pytest.mark.parametrize("name", ["docx", "academicpages"])
def test_what_is_no_text_is_not_printed(run, profile, name):
    """Exit 2, and a hint where to write it."""
    code, out, err = run("export", name, profile(TEXT))
    assert (code, out) == (2, b"")
    assert "-o" in err
