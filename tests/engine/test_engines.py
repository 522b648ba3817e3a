"""Engines are found on the PATH, and a missing one says what installs it."""

import pytest

from cvgen.engine.engines import Engine, engine_version, find_engine
from cvgen.engine.run import run_engine
from cvgen.errors import EngineMissingError, UsageError


def program(folder, name, text="#!/bin/sh\necho Fake 1.0\n"):
    path = folder / name
    path.write_text(text, encoding="utf-8")
    path.chmod(0o755)
    return path


def test_the_first_engine_of_the_table_is_taken(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    for name in ("tectonic", "lualatex", "xelatex"):
        path = program(tmp_path, name)
        assert (find_engine().name, find_engine().program) == (name, str(path))
    assert engine_version(find_engine()) == "Fake 1.0"


def test_an_engine_without_the_files_that_it_needs_is_not_taken(tmp_path, monkeypatch):
    """Debian's XeLaTeX brings `lualatex` without its Lua code."""
    monkeypatch.setenv("PATH", str(tmp_path))
    program(tmp_path, "lualatex")
    program(tmp_path, "kpsewhich", "#!/bin/sh\nexit 1\n")
    with pytest.raises(EngineMissingError):
        find_engine()


@pytest.mark.parametrize(
    ("name", "command"),
    [("auto", "cvgen setup"), ("xelatex", "cvgen setup"), ("lualatex", "cvgen setup --engine lualatex")],
)
def test_a_missing_engine_names_the_command_that_installs_it(name, command, tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(EngineMissingError) as caught:
        find_engine(name)
    assert f"`{command}`" in caught.value.diagnostics[0].hints[0]


def test_an_unknown_engine_is_a_usage_error():
    with pytest.raises(UsageError, match="pdftex"):
        find_engine("pdftex")


def test_an_engine_that_went_away_is_missing(tree, tmp_path):
    with pytest.raises(EngineMissingError):
        run_engine("", engine=Engine("gone", str(tmp_path / "gone")), tree=tree)
    with pytest.raises(EngineMissingError):
        engine_version(Engine("gone", str(tmp_path / "gone")))


def test_the_banner_names_the_engine(real):
    assert "TeX" in engine_version(real)
    assert "\n" not in engine_version(real)
