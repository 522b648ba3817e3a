"""An engine that is started before there is anything to typeset: used, not used, or lost meanwhile."""

import dataclasses
import os
import signal
import subprocess
import sys
import tempfile

import pytest
from support.engines import CV, dump_format, installed, stock, tree_of
from support.processes import is_gone, processes_in

from cvgen.engine.format_cache import find_format
from cvgen.engine.prestart import Prestart
from cvgen.engine.run import run_engine
from cvgen.errors import EngineTimeoutError, TypesettingError

DOCUMENT = CV % ("plain", "Text.")


@pytest.fixture(scope="module")
def plain(tmp_path_factory, xelatex):
    """A tree whose format is in the cache."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CVGEN_CACHE_DIR", str(tmp_path_factory.mktemp("cache")))
        made = tree_of()
        dump_format(xelatex, made)
        yield made


@pytest.fixture
def prestart(work):
    """A prestart that must leave nothing behind, whatever the test does with it."""
    with Prestart() as made:
        yield made
    assert list(work.iterdir()) == []
    assert processes_in(work) == []


def test_an_engine_that_waits_is_good_for_one_document(prestart, plain, xelatex, work):
    """And for another one like it after `restart`."""
    assert not prestart.is_used
    assert not prestart.restart()
    assert prestart.start_for_theme("plain", xelatex)
    assert len(list(work.iterdir())) == 1
    done = [run_engine(DOCUMENT, engine=xelatex, tree=plain, prestart=prestart) for _ in range(2)]
    assert list(work.iterdir()) == []
    assert prestart.is_used
    assert prestart.restart()
    done.append(run_engine(DOCUMENT, engine=xelatex, tree=plain, prestart=prestart))
    assert [one.started_from for one in done] == ["prestart", "format", "prestart"]
    assert {one.pdf for one in done} == {run_engine(DOCUMENT, engine=stock(xelatex), tree=plain).pdf}


def test_one_that_is_not_used_leaves_nothing(prestart, plain, xelatex, work):
    """However often it is closed."""
    assert prestart.start_for_theme("plain", xelatex)
    assert processes_in(work)
    for _ in range(2):
        prestart.close()
        assert processes_in(work) == []
    assert run_engine(DOCUMENT, engine=xelatex, tree=plain, prestart=prestart).started_from == "format"


def test_one_that_died_is_replaced(prestart, plain, xelatex, work):
    """That was not the format's fault, which stays."""
    assert prestart.start_for_theme("plain", xelatex)
    for process in processes_in(work):
        os.kill(process, signal.SIGKILL)
        assert is_gone(process)
    done = run_engine(DOCUMENT, engine=xelatex, tree=plain, prestart=prestart)
    assert done.started_from in ("format", "stock")  # stock, where it was seen running a moment before
    assert done.pdf == run_engine(DOCUMENT, engine=stock(xelatex), tree=plain).pdf
    assert find_format(xelatex, plain) is not None


@pytest.mark.parametrize("asked", ["theme", "engine", "sandbox", "document", "no format"])
def test_one_that_waits_for_another_thing_is_ended(asked, prestart, plain, xelatex, work):
    assert prestart.start_for_theme("plain", xelatex)
    options = {"engine": xelatex, "tree": plain}
    tex = DOCUMENT
    match asked:
        case "theme":
            options["tree"], tex = tree_of("awesome"), CV % ("awesome", "x")
        case "engine":
            options["engine"] = dataclasses.replace(xelatex, reads=("/nonexistent",))
        case "sandbox":
            options["sandbox"] = "off"
        case "document":
            tex = "\\documentclass{article}\\begin{document}x\\end{document}"
        case "no format":
            options["use_formats"] = False
    assert run_engine(tex, prestart=prestart, **options).started_from in ("format", "stock")
    assert processes_in(work) == []


def test_a_document_that_fails_or_takes_too_long_ends_it(prestart, plain, xelatex, work):
    """Time is as limited as for any other engine, and counts from the document on."""
    for body, problem in (("\\nosuch", TypesettingError), ("\\def\\x{\\x}\\x", EngineTimeoutError)):
        assert prestart.start_for_theme("plain", xelatex)
        with pytest.raises(problem):
            run_engine(CV % ("plain", body), engine=xelatex, tree=plain, prestart=prestart, timeout=1.5)
        assert list(work.iterdir()) == []
        assert processes_in(work) == []


def test_without_what_it_needs_there_is_none(prestart, plain, xelatex, tmp_path, monkeypatch):
    """Theme, format, engine, cache, room: nothing is an error, and nothing is made."""
    for theme, engine in (
        ("no-such", xelatex),
        ("../plain", xelatex),
        ("plain", installed("lualatex")),
        ("plain", stock(xelatex)),
        ("plain", dataclasses.replace(xelatex, program=str(tmp_path / "gone"))),
    ):
        assert not prestart.start_for_theme(theme, engine)
    with monkeypatch.context() as patch:
        patch.setattr(tempfile, "tempdir", str(tmp_path / "missing"))
        assert not prestart.start_for_theme("plain", xelatex)
    monkeypatch.setenv("CVGEN_CACHE_DIR", str(tmp_path / "other"))
    assert not prestart.start_for_theme("plain", xelatex)
    assert list((tmp_path / "other").iterdir()) == []


SCRIPT = """
import sys, tempfile, time
from cvgen.engine.engines import find_engine
from cvgen.engine.prestart import Prestart
tempfile.tempdir = sys.argv[1]
prestart = Prestart()
assert prestart.start_for_theme("plain", find_engine("xelatex"))
print("started", flush=True)
{end}
"""


@pytest.mark.parametrize("end", ["time.sleep(60)", "sys.exit(0)", "raise KeyboardInterrupt"])
def test_none_outlives_its_cvgen(end, plain, work):
    """Neither one that was killed, nor one that ended without closing it."""
    command = [sys.executable, "-c", SCRIPT.format(end=end), work]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as script:
        assert script.stdout.readline() == b"started\n"
        left = processes_in(work)
        script.kill() if end == "time.sleep(60)" else script.wait(30)
    assert left or end != "time.sleep(60)"
    assert all(is_gone(process) for process in [*left, *processes_in(work)])
    if end != "time.sleep(60)":
        assert list(work.iterdir()) == []
