"""Fixtures of all tests: one cache for the whole run, engines, profiles, golden files."""

import os
from pathlib import Path

import pytest
from hypothesis import settings
from support.engines import installed
from support.profiles import in_yaml

# Nothing is timed, and no run leaves a file behind. `--hypothesis-profile=thorough` is for the long tests: the
# same examples in each run, so that a red CI is about the change; the quick ones are new ones each time.
settings.register_profile("quick", deadline=None, database=None, max_examples=20)
settings.register_profile("thorough", deadline=None, database=None, max_examples=100, derandomize=True)
settings.load_profile("quick")


def pytest_addoption(parser):
    parser.addoption("--update-golden", action="store_true", help="write tests/data/golden anew from what cvgen does")


@pytest.fixture(scope="session", autouse=True)
def shared_cache(tmp_path_factory):
    """One cache for all tests and workers, so that fonts are prepared once; no settings of the user's own."""
    base = tmp_path_factory.getbasetemp()
    # pytest-xdist gives each worker a folder in that of the run.
    shared = (base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base) / "shared"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CVGEN_CACHE_DIR", str(shared / "cache"))
        patch.setenv("XDG_CONFIG_HOME", str(shared / "config"))
        for name in ("SOURCE_DATE_EPOCH", "NO_COLOR", "FORCE_COLOR"):
            patch.delenv(name, raising=False)
        yield shared / "cache"


@pytest.fixture(scope="session")
def xelatex():
    return installed("xelatex")


@pytest.fixture(scope="session")
def lualatex():
    return installed("lualatex")


@pytest.fixture
def here(tmp_path, monkeypatch):
    """The current folder: an empty one."""
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def profile(tmp_path):
    """Return a function that writes a profile of a person and sections (both as data) into a folder of its own."""

    def write(*sections, name="ada.yaml", **rest):
        data = {"person": {"name": "Ada Lovelace"}, **rest, "sections": list(sections)}
        path = tmp_path / "profiles" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(in_yaml(data), "utf-8")
        return path

    return write


@pytest.fixture
def golden(request):
    """Return a function that compares a text with its golden file, or writes that with `--update-golden`."""

    def compare(name, text):
        path = Path(__file__).parent / "data" / "golden" / name
        if request.config.getoption("--update-golden"):
            path.write_text(text, "utf-8", newline="\n")
        if not path.is_file():
            pytest.fail(f"{path.name} is missing: run pytest with --update-golden and read what it writes")
        assert text == path.read_text("utf-8"), f"{name} changed; if that is meant, run pytest --update-golden"

    return compare
