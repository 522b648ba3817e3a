"""Nothing stays in the temporary folder, whatever is raised in a build."""

import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from support.bad_engines import put_deadly_engine
from support.processes import processes_in, wait_for, work_folders
from support.profiles import TEXT, numbered

import cvgen
from cvgen import build_cache, builder, pipeline
from cvgen.engine import run as engine_run
from cvgen.engine.engines import find_engine
from cvgen.engine.passes import EngineJob
from cvgen.engine.prestart import Prestart
from cvgen.pdf import finishing, gates

pytestmark = pytest.mark.usefixtures("here", "xelatex")


@pytest.fixture
def temporary(monkeypatch):
    """The folder for temporary files, of this test alone; its path is short, for there are sockets in it."""
    with tempfile.TemporaryDirectory(prefix="left-") as folder:
        monkeypatch.setattr(tempfile, "tempdir", folder)
        monkeypatch.setenv("TMPDIR", folder)
        yield Path(folder)


def has_format():
    with Prestart() as prestart:
        return prestart.start_for_theme("awesome", find_engine())


STAGES = {
    "fingerprint": (build_cache, "find_current"),
    "prestart": (Prestart, "start_for_theme"),
    "load": (pipeline, "load"),
    "compose": (pipeline, "compose"),
    "emit": (pipeline, "make_tex_document"),
    "fill": (engine_run, "_fill"),
    "passes": (EngineJob, "run_passes"),
    "log": (EngineJob, "log"),
    "finish": (finishing, "finish"),
    "gates": (gates, "check_gates"),
    "write": (builder, "write"),
    "remember": (build_cache, "remember_build"),
}


@pytest.mark.long
@pytest.mark.parametrize("problem", [RuntimeError, KeyboardInterrupt])
@pytest.mark.parametrize("stage", STAGES)
def test_an_exception_at_any_stage_leaves_nothing(profile, temporary, monkeypatch, stage, problem):
    """A bug, or Ctrl-C: no work folder, and no engine, though one had been started early."""
    path = profile(TEXT)
    wait_for(lambda: cvgen.build(path, force=True) and has_format())  # another test's build may be dumping it
    raised = []

    def fails(*_, **__):
        raised.append(work_folders(temporary))
        raise problem("here")

    monkeypatch.setattr(*STAGES[stage], fails)
    with pytest.raises(problem):
        cvgen.build(path, force=stage != "fingerprint")
    assert raised
    assert bool(raised[0]) == (stage not in ("fingerprint", "prestart", "finish", "gates", "write", "remember"))
    assert work_folders(temporary) == []
    assert processes_in(temporary) == []


GROUP = """
import multiprocessing, os, sys
from concurrent.futures import ProcessPoolExecutor
import cvgen

if __name__ == "__main__":
    with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("spawn")) as pool:
        found = cvgen.build_many(sys.argv[2:], executor=pool, sandbox="off", cache=False)
        left = [name for name in os.listdir(sys.argv[1]) if name.startswith("cvgen-")]
    print(sum(isinstance(outcome, cvgen.Failure) for outcome in found), left)
"""


@pytest.mark.parametrize("words", ["Here: kill once.", pytest.param("Here: kill always.", marks=pytest.mark.long)])
def test_a_killed_process_of_an_executor_leaves_nothing(profile, tmp_path, temporary, monkeypatch, words):
    """Also one that the caller of `build_many` started: once that returns, its work folders are gone."""
    monkeypatch.setenv("PATH", put_deadly_engine(tmp_path / "bin"))
    command = [sys.executable, "-c", GROUP, temporary, *numbered(profile, 5, words)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.stdout == f"{int('always' in words)} []\n", done.stderr
    assert list(temporary.iterdir()) == []
