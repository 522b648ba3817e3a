"""What all tests share: one cache for the whole run, engines that must be there, and profiles written in a line."""

import json
import os
from pathlib import Path

import pytest
from hypothesis import settings

from cvgen.engine import engines
from cvgen.errors import EngineMissingError
from cvgen.source.positions import FORBIDDEN

# Nothing is timed, and no run leaves a file behind.
settings.register_profile("cvgen", deadline=None, database=None)
settings.load_profile("cvgen")


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


def installed(name):
    """Return the engine, or fail: a test that needs one is never skipped."""
    try:
        return engines.find_engine(name)
    except EngineMissingError as error:
        pytest.fail(f"{error}: run `{engines.ENGINES[name].setup}`")


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


def in_yaml(value, indent=0):
    """Write data as block YAML with every text in double quotes, one value per line, so that places can be told."""
    lead = "  " * indent
    if isinstance(value, dict) and value:
        return "".join(f"{lead}{key}:{_below(item, indent)}" for key, item in value.items())
    if isinstance(value, list | tuple) and value:
        return "".join(f"{lead}-{_below(item, indent)}" for item in value)
    raise TypeError(value)


def _below(item, indent):
    if isinstance(item, dict | list | tuple) and item:
        return "\n" + in_yaml(item, indent + 1)
    return f" {quoted(item)}\n"


def quoted(value):
    """Write a text in YAML's double quotes; what may not stand in a file is written as an escape.

    >>> quoted('say "hi"\\x07')
    '"say \\\\"hi\\\\"\\\\x07"'
    """
    if not isinstance(value, str):
        return json.dumps(value)
    plain = value.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(char if writable(char) else _escaped(ord(char)) for char in plain) + '"'


def writable(char):
    """Tell whether a character can stand in YAML itself, not only as an escape."""
    return not FORBIDDEN.match(char) and char not in "\t\n\r\u2028\u2029"


def _escaped(code):
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


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
