"""An engine that is started before there is anything to typeset: used, not used, or lost meanwhile."""

import dataclasses
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest
from conftest import installed
from test_engine import gone
from test_preload import TEX, ensure, runtime_of, stock

from cvgen.engine import engines
from cvgen.engine import format_cache as preload
from cvgen.engine import run as engine
from cvgen.errors import EngineTimeoutError, TypesettingError

DOCUMENT = TEX % ("plain", "Text.")


@pytest.fixture(scope="module")
def xelatex():
    return installed("xelatex")


@pytest.fixture(scope="module")
def plain(tmp_path_factory, xelatex):
    """A runtime whose format is in the cache."""
    with pytest.MonkeyPatch.context() as patch:
        cache = tmp_path_factory.mktemp("cache")
        patch.setenv("CVGEN_CACHE_DIR", str(cache))
        made = runtime_of(cache)
        ensure(xelatex, made)
        yield made


@pytest.fixture
def work(tmp_path, monkeypatch):
    """The folder in which work folders are made, for this test alone."""
    folder = tmp_path / "work"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


def processes_in(folder):
    """Return the processes that work in a folder."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                place = os.readlink(entry / "cwd")  # noqa: PTH115 - of a folder that may be gone
            except OSError:
                continue
            if place.startswith(str(folder)):
                found.append(int(entry.name))
    return found


def test_an_engine_that_waits_is_used_and_cleaned_up(plain, xelatex, work):
    waiting = engine.start_waiting(xelatex, plain)
    assert len(list(work.iterdir())) == 1
    done = engine.run(DOCUMENT, engine=xelatex, runtime=plain, waiting=waiting)
    assert (done.start, done.passes) == ("waiting", 1)
    assert done.pdf == engine.run(DOCUMENT, engine=stock(xelatex), runtime=plain).pdf
    assert list(work.iterdir()) == []
    assert processes_in(work) == []


def test_one_can_be_started_for_the_name_of_a_theme(plain, xelatex, work, monkeypatch):
    """Before the profile is read; the document then needs nothing but that theme."""
    monkeypatch.setenv("CVGEN_CACHE_DIR", str(plain.folder.parent))
    waiting = engine.start_early("plain", engines.find())
    assert engine.run(DOCUMENT, engine=engines.find(), runtime=plain, waiting=waiting).start == "waiting"
    for theme, program in (("no-such", xelatex), ("../plain", xelatex), ("plain", installed("lualatex"))):
        assert engine.start_early(theme, program) is None
    assert engine.start_early("plain", dataclasses.replace(xelatex, program=str(work / "gone"))) is None
    monkeypatch.setenv("CVGEN_CACHE_DIR", str(work / "other"))
    assert engine.start_early("plain", xelatex) is None


def test_one_that_is_not_used_leaves_nothing(plain, xelatex, work):
    with engine.start_waiting(xelatex, plain) as waiting:
        assert processes_in(work)
    assert list(work.iterdir()) == []
    assert processes_in(work) == []
    waiting.close()
    assert engine.run(DOCUMENT, engine=xelatex, runtime=plain, waiting=waiting).start == "preloaded"


def test_one_that_died_is_replaced(plain, xelatex, work):
    waiting = engine.start_waiting(xelatex, plain)
    for process in processes_in(work):
        os.kill(process, signal.SIGKILL)
        assert gone(process)
    done = engine.run(DOCUMENT, engine=xelatex, runtime=plain, waiting=waiting)
    assert done.start in ("preloaded", "stock")  # stock, where it was seen running a moment before
    assert done.pdf == engine.run(DOCUMENT, engine=stock(xelatex), runtime=plain).pdf
    assert list(work.iterdir()) == []
    assert preload.find(xelatex, plain) is not None  # that was not the format's fault


def test_one_is_good_for_one_document(plain, xelatex, work):
    waiting = engine.start_waiting(xelatex, plain)
    starts = [engine.run(DOCUMENT, engine=xelatex, runtime=plain, waiting=waiting).start for _ in range(2)]
    assert starts == ["waiting", "preloaded"]
    assert list(work.iterdir()) == []


@pytest.mark.parametrize("asked", ["theme", "engine", "name", "walls", "document"])
def test_one_that_waits_for_another_thing_is_ended(asked, plain, xelatex, work):
    waiting = engine.start_waiting(xelatex, plain)
    options = {"engine": xelatex, "runtime": plain}
    tex = DOCUMENT
    match asked:
        case "theme":
            options["runtime"], tex = runtime_of(plain.folder.parent, "awesome"), TEX % ("awesome", "x")
        case "engine":
            options["engine"] = dataclasses.replace(xelatex, again={})
        case "name":
            options["jobname"] = "other"
        case "walls":
            options["sandbox"] = "off"
        case "document":
            tex = "\\documentclass{article}\\begin{document}x\\end{document}"
    done = engine.run(tex, waiting=waiting, **options)
    preload.join()
    assert done.start in ("preloaded", "stock")
    assert list(work.iterdir()) == []
    assert processes_in(work) == []


def test_a_document_that_fails_ends_it(plain, xelatex, work):
    waiting = engine.start_waiting(xelatex, plain)
    with pytest.raises(TypesettingError):
        engine.run(TEX % ("plain", "\\nosuch"), engine=xelatex, runtime=plain, waiting=waiting)
    assert list(work.iterdir()) == []
    assert processes_in(work) == []


def test_time_runs_from_the_document_on(plain, xelatex, work):
    """However long it waited; and it is as limited as for any other engine."""
    waiting = engine.start_waiting(xelatex, plain)
    time.sleep(1.0)
    assert engine.run(DOCUMENT, engine=xelatex, runtime=plain, waiting=waiting, timeout=60).start == "waiting"
    waiting = engine.start_waiting(xelatex, plain)
    with pytest.raises(EngineTimeoutError):
        engine.run(TEX % ("plain", "\\def\\x{\\x}\\x"), engine=xelatex, runtime=plain, waiting=waiting, timeout=1.5)
    assert list(work.iterdir()) == []
    assert processes_in(work) == []


def test_without_a_format_there_is_none(plain, xelatex, tmp_path):
    assert engine.start_waiting(stock(xelatex), plain) is None
    assert engine.start_waiting(xelatex, runtime_of(tmp_path / "cache")) is None
    assert engine.start_waiting(installed("lualatex"), plain) is None


def test_without_room_there_is_none(plain, xelatex, tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "missing"))
    assert engine.start_waiting(xelatex, plain) is None


SCRIPT = """
import sys, tempfile, time
from pathlib import Path
from cvgen.latex import engine, engines, runtime
from cvgen.latex.themes import class_folder
tempfile.tempdir = sys.argv[2]
made = runtime.find(class_folder() / "plain", class_folder(), cache=Path(sys.argv[1]))
waiting = engine.start_waiting(engines.find("xelatex"), made)
print("started", flush=True)
{end}
"""


@pytest.mark.parametrize("end", ["time.sleep(60)", "sys.exit(0)", "raise KeyboardInterrupt"])
def test_none_outlives_its_cvgen(end, plain, work):
    """Neither one that was killed, nor one that ended and forgot it."""
    command = [sys.executable, "-c", SCRIPT.format(end=end), plain.folder.parent, work]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as script:
        assert script.stdout.readline() == b"started\n"
        left = processes_in(work)
        script.kill() if end == "time.sleep(60)" else script.wait(30)
    assert left or end != "time.sleep(60)"
    assert all(gone(process) for process in left)
    assert all(gone(process) for process in processes_in(work))
    if end != "time.sleep(60)":
        assert list(work.iterdir()) == []
