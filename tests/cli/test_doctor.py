"""The doctor looks for itself, believes nothing, and has a remedy for each complaint."""

import os
import shutil
import stat

import pytest
from click.testing import CliRunner

from cvgen.cli import doctor
from cvgen.cli.doctor import checks, command
from cvgen.errors import EngineMissingError


def by_name():
    return {check.name: check for check in checks()}


def run():
    result = CliRunner().invoke(command, standalone_mode=False)
    assert result.exception is None
    return int(result.return_value), result


@pytest.fixture
def no_programs(tmp_path, monkeypatch):
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    return folder


def test_a_machine_that_can_build_gets_exit_code_0():
    """Each part has a line, and everything needed is there, and was tried: a line was typeset."""
    code, result = run()
    assert code == 0, result.output
    assert "missing" not in result.output
    found = by_name()
    assert found["typesetting"].status == "ok"
    names = ["python", "cvgen", "xelatex", "lualatex", "tectonic", "fonts", "typesetting", "cache", "sandbox"]
    assert list(found) == [*names, "qpdf", "git", "editor"]


def test_without_an_engine_the_exit_code_is_5_and_setup_is_named(no_programs):
    """The default engine is needed, the others are not; each line says what installs it."""
    assert list(no_programs.iterdir()) == []
    found = by_name()
    assert found["xelatex"].status == "missing"
    assert "cvgen setup" in found["xelatex"].fix
    assert {found[name].status for name in ("lualatex", "tectonic", "qpdf", "git")} == {"note"}
    code, result = run()
    assert code == 5
    assert "cvgen setup" in result.output


def test_every_complaint_has_a_remedy(no_programs, monkeypatch):
    """Whatever is missing, the line below it says what to do."""

    def lost(name):
        raise EngineMissingError(f"no {name}", hints=("run `python -m pip install fonts`",))

    monkeypatch.setattr(doctor, "locate_font", lost)
    missing = [check for check in by_name().values() if check.status == "missing"]
    assert {check.name for check in missing} == {"xelatex", "fonts", "typesetting"}
    assert all(check.fix for check in missing)


def test_an_engine_that_only_looks_like_one_is_found_out(no_programs):
    """A program called xelatex that typesets nothing is not enough: the trial fails, exit code 5."""
    path = no_programs / "xelatex"
    path.write_text("#!/bin/sh\necho XeTeX 1.0\n", encoding="utf-8")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    found = by_name()
    assert found["xelatex"].status == "ok"
    assert found["typesetting"].status == "missing"
    assert found["typesetting"].fix
    assert run()[0] == 5


def test_missing_templates_are_a_finding_and_not_a_crash(monkeypatch):
    """A broken installation is what a doctor is for."""
    monkeypatch.setattr(doctor, "_THEME", "no-such-theme")
    assert by_name()["typesetting"].status == "missing"


def test_the_cache_is_named_with_its_size(tmp_path, monkeypatch):
    """Where the disk space went can be read off."""
    folder = tmp_path / "cache"
    folder.mkdir()
    (folder / "fonts-0123456789abcdef").mkdir()
    (folder / "fonts-0123456789abcdef" / "large").write_bytes(bytes(3_000_000))
    monkeypatch.setenv("CVGEN_CACHE_DIR", str(folder))
    check = doctor._cache()
    assert (check.status, check.detail) == ("ok", f"{folder}, 3.0 MB; `cvgen cache` says of what")


def test_a_cache_that_cannot_be_used_is_reported(tmp_path, monkeypatch):
    """Builds then work, but slowly: a note that says how to change it."""
    (tmp_path / "file").touch()
    monkeypatch.setenv("CVGEN_CACHE_DIR", str(tmp_path / "file" / "cache"))
    check = doctor._cache()
    assert check.status == "note"
    assert "CVGEN_CACHE_DIR" in check.fix


def test_without_landlock_the_sandbox_is_a_note(monkeypatch):
    """The engine runs all the same, so nothing is missing."""
    monkeypatch.setattr("cvgen.cli.doctor.landlock_version", lambda: 0)
    check = doctor._sandbox()
    assert check.status == "note"
    assert "--sandbox required" in check.detail


def test_programs_that_help_are_named_where_they_are(no_programs):
    """git gives `date: commit` its date, qpdf checks PDFs: their paths say which ones are used."""
    git, qpdf = no_programs / "git", no_programs / "qpdf"
    for program in (git, qpdf):
        program.write_text("#!/bin/sh\necho version 7\n", encoding="utf-8")
        program.chmod(0o755)
    assert shutil.which("git") == os.fspath(git)
    assert (doctor._git().status, doctor._git().detail) == ("ok", f"version 7, {git}")
    assert (doctor._qpdf().status, doctor._qpdf().detail) == ("ok", str(qpdf))
