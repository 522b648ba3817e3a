"""cvgen import."""

from pathlib import Path

import pytest

SAMPLES = Path(__file__).resolve().parents[1] / "data" / "imports"

pytestmark = pytest.mark.usefixtures("here")


def test_a_file_of_another_tool_becomes_a_profile_that_checks(run):
    """The format is recognised, what is lost is said with its line, the profile is what `fmt` writes."""
    code, _, err = run("import", SAMPLES / "resume.json", "-o", "ada.yaml")
    assert code == 0
    assert "resume.json" in err
    assert "`type` has no place in a profile" in err
    assert run("check", "ada.yaml")[0] == 0
    assert run("fmt", "--check", "ada.yaml")[0] == 0


def test_works_become_a_works_file_that_a_profile_names(run):
    """CSL-JSON, RIS and .bib."""
    for name in ("zotero.json", "endnote.ris", "papers.bib"):
        code, out, _ = run("import", SAMPLES / name)
        assert code == 0
        Path("works.yaml").write_bytes(out)
        Path("ada.yaml").write_text(
            "works: works.yaml\nperson: {name: Ada Lovelace}\nsections:\n  - {kind: publications, select: mine}\n"
        )
        assert run("check", "ada.yaml")[0] == 0
        code, out, _ = run("export", "text", "ada.yaml")
        assert (code, b"itleword" in out) == (0, True)


def test_a_format_can_be_named_and_a_wrong_one_is_refused(run):
    """Exit 2 with the names of formats."""
    assert run("import", "csl-json", SAMPLES / "zotero.json")[0] == 0
    code, _, err = run("import", "word", SAMPLES / "zotero.json")
    assert code == 2
    assert "csl-json" in err


def test_no_file_is_replaced(run):
    """Neither the file that is read nor one that is there."""
    Path("ada.yaml").write_text("mine\n")
    code, _, err = run("import", SAMPLES / "resume.json", "-o", "ada.yaml")
    assert (code, Path("ada.yaml").read_text()) == (2, "mine\n")
    assert "exists" in err


def test_a_build_of_such_a_file_names_the_import(run):
    """The student with a RenderCV file sees the one command."""
    code, _, err = run("check", SAMPLES / "rendercv.yaml")
    assert code == 3
    assert "cvgen import" in err
