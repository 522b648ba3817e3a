"""Nothing stays in the temporary folder, whatever ends a build: a signal, a bug, a worker that is killed."""

import os
import pty
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import cvgen.prepare
import pytest
from test_batch import five, put_deadly_engine
from test_cli import TEXT, endless, processes, spawn, wait_for  # noqa: F401 - a fixture
from test_waiting import processes_in
from test_watch import watching

import cvgen
import cvgen.loading.load
from cvgen import build_cache as records
from cvgen.engine import passes as job
from cvgen.engine import run as engines
from cvgen.engine import work
from cvgen.errors import ExitCode
from cvgen.pdf import metadata as finish
from cvgen.pdf.gates import layout, text
from cvgen.pdf.gates import page_content as content
from cvgen.pdf.gates import security as gate

pytestmark = pytest.mark.usefixtures("xelatex")


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def temporary(monkeypatch):
    """The folder for temporary files, of this test alone; its path is short, for there are sockets in it."""
    with tempfile.TemporaryDirectory(prefix="left-") as folder:
        monkeypatch.setattr(tempfile, "tempdir", folder)
        monkeypatch.setenv("TMPDIR", folder)
        yield Path(folder)


def left(folder):
    return sorted(entry.name for entry in folder.glob("cvgen-*"))


# --- bugs and interrupts --------------------------------------------------------------------------------------------

STAGES = {
    "records": (records, "recall"),
    "engine-start": (job, "start"),
    "load": (cvgen.loading.load, "load"),
    "compose": (cvgen.prepare, "prepare"),
    "engine": (engines, "run"),
    "fill": (engines, "_fill"),
    "pass": (job.Job, "once"),
    "log": (job.Job, "log"),
    "finish": (finish, "finish"),
    "gate": (gate, "check"),
    "read": (content, "read"),
    "compare": (text, "compare"),
    "layout": (layout, "check"),
    "write": (finish, "write"),
    "remember": (records, "remember"),
}


@pytest.mark.parametrize("problem", [RuntimeError, KeyboardInterrupt])
@pytest.mark.parametrize("stage", STAGES)
def test_whatever_is_raised_at_any_stage(profile, temporary, monkeypatch, stage, problem):
    """A bug, or Ctrl-C."""
    path = profile(TEXT)
    cvgen.build(path)  # so that there is a format, and an engine starts early
    raised = []

    def fails(*_, **__):
        raised.append(left(temporary))
        raise problem("here")

    monkeypatch.setattr(*STAGES[stage], fails)
    with pytest.raises(problem):
        cvgen.build(path, force=stage != "records")
    assert raised
    assert left(temporary) == []
    assert processes_in(temporary) == []


def test_there_is_something_to_leave(profile, temporary, monkeypatch):
    """While an engine works, there is its folder."""
    seen, once = [], job.Job.once
    monkeypatch.setattr(job.Job, "once", lambda *args, **rest: (seen.append(left(temporary)), once(*args, **rest))[1])
    cvgen.build(profile(TEXT))
    assert len(seen[0]) == 1
    assert left(temporary) == []


SCRIPT = """
import os, signal, sys, tempfile
from cvgen.latex import work

def end(*_):
    raise SystemExit(7)

signal.signal(signal.SIGTERM, end)
mkdir = os.mkdir

def interrupted(*args):
    mkdir(*args)
    os.kill(os.getpid(), signal.SIGTERM)

os.mkdir = interrupted
work.new_folder()
"""


def test_a_signal_before_anybody_knows_of_the_folder(temporary):
    """As soon as it is there it is sure to go."""
    done = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (7, b"")
    assert left(temporary) == []


def test_a_forked_process_leaves_the_folders_of_its_parent(temporary):
    """It would take them away while they are in use."""
    folder = work.new_folder()
    try:
        if (child := os.fork()) == 0:
            try:
                work._remove_all()
            finally:
                os._exit(0)
        os.waitpid(child, 0)
        assert folder.exists()
    finally:
        work.remove(folder)
    assert left(temporary) == []


# --- signals --------------------------------------------------------------------------------------------------------


def paths(profile):
    return [profile(TEXT, name=f"{letter}.yaml") for letter in "abcdef"]


def assert_gone(mark, folder):
    wait_for(lambda: not processes(mark))
    wait_for(lambda: left(folder) == [])


@pytest.mark.parametrize("jobs", [1, 2])
@pytest.mark.parametrize(
    "numbers",
    [[signal.SIGHUP], [signal.SIGHUP, signal.SIGTERM], [signal.SIGINT] * 2, [signal.SIGTERM] * 3],
    ids=lambda numbers: "-".join(number.name for number in numbers),
)
def test_signals_to_all_processes(profile, tmp_path, endless, numbers, jobs):  # noqa: F811 - the fixture
    """One, or more in haste: the first decides about the exit code."""
    mark, environment = endless
    process = spawn(
        "build", *paths(profile), "-j", jobs, env=environment, stderr=subprocess.DEVNULL, start_new_session=True
    )
    try:
        wait_for(lambda: len(processes(mark)) >= jobs)
        assert left(tmp_path)
        for number in numbers:
            os.killpg(process.pid, number)
            time.sleep(0.01)
        # A later one may come when Python has ended nearly everything.
        assert process.wait(30) in {*(128 + number for number in numbers), *(-number for number in numbers[1:])}
    finally:
        process.kill()
    assert_gone(mark, tmp_path)


def test_a_process_of_the_pool_takes_its_engines_along(tmp_path):
    """Also one that was started at the very moment, and does not know yet that it ends with its parent."""
    mark = f"{6000 + os.getpid() % 1000}.{time.monotonic_ns() % 10**9}"
    program = (
        "import sys; from pathlib import Path; from cvgen import orders; from cvgen.cli import jobs\n"
        "from cvgen.latex import sandbox\n"
        "sandbox._mortal = lambda: ()\n"
        f"sandbox.start(['/bin/sleep', '{mark}'], folder=Path('.'), environment={{}}, mode='off')\n"
        "orders.attempt = lambda *_: sys.exit(1)\n"
        "jobs._attempt_or_end('ada.yaml', {})\n"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=tmp_path, check=False)
    assert done.returncode == ExitCode.TERMINATED
    assert not processes(mark)


IMPORTS = """
import os, signal, sys, time
from cvgen.cli import signals

signal.signal(signal.SIGINT, signal.default_int_handler)  # a runner in the background may have them ignored
signal.signal(signal.SIGHUP, signal.SIG_DFL)
signals.listen()
step = "import os; os.kill(os.getpid(), number); print('whole', flush=True)"
exec(compile(step, "<frozen importlib._bootstrap>", "exec"), {"number": int(sys.argv[1])})
time.sleep(5)
print("survived")
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_in_an_import(number):
    """A step of Python's own imports is done first: half of one may be a lock that nobody opens, or no end at all."""
    command = [sys.executable, "-c", IMPORTS, str(int(number))]
    done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    assert done.stdout == "whole\n"
    assert done.returncode == (-number if number == signal.SIGINT else 128 + number), done.stderr


LOST = """
import os, sys
import cvgen.cli
import cvgen.loading.load

def load(*_, **__):
    try:
        os.kill(os.getpid(), int(sys.argv.pop()))
    except BaseException as problem:
        raise ValueError(str(problem)) from None

cvgen.loading.load.load = load
cvgen.cli.main()
"""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_that_a_library_takes_for_a_mistake(profile, number):
    """While pydantic prepares a model it makes a mistake in the model of it. That is no bug of ours."""
    signals = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)\n"
    signals += "signal.signal(signal.SIGHUP, signal.SIG_DFL)\n"
    command = [sys.executable, "-c", signals + LOST, "build", str(profile(TEXT)), "--no-cache", str(int(number))]
    done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    assert done.returncode == 128 + number, done.stderr
    assert "bug" not in done.stderr


def in_a_terminal(*arguments, environment):
    """Start a command in a terminal of its own; return its process and what holds the terminal open."""
    process, terminal = pty.fork()
    if process == 0:
        try:
            signal.signal(signal.SIGHUP, signal.SIG_DFL)  # a runner in the background may have it ignored
            os.execve(sys.executable, [sys.executable, "-m", "cvgen", *map(str, arguments)], environment)
        finally:
            os._exit(127)
    return process, terminal


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_terminal_that_is_closed(profile, tmp_path, endless, jobs):  # noqa: F811 - the fixture
    """Its end is told to all that runs in it, and nobody can read any more what they say."""
    mark, environment = endless
    process, terminal = in_a_terminal("build", *paths(profile), "-j", jobs, environment=environment)
    wait_for(lambda: len(processes(mark)) >= jobs)
    os.close(terminal)
    assert os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]) == ExitCode.HUNG_UP
    assert_gone(mark, tmp_path)


def test_who_asked_for_it_goes_on_without_a_terminal(profile, tmp_path, endless):  # noqa: F811 - the fixture
    """`nohup cvgen build …` is not ended."""
    mark, environment = endless
    program = "import signal; signal.signal(signal.SIGHUP, signal.SIG_IGN); import cvgen.cli; cvgen.cli.main()"
    process = subprocess.Popen([sys.executable, "-c", program, "build", *paths(profile)], env=environment)
    try:
        wait_for(lambda: processes(mark))
        process.send_signal(signal.SIGHUP)
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(0.5)
        process.terminate()
        assert process.wait(30) == ExitCode.TERMINATED
    finally:
        process.kill()
    assert_gone(mark, tmp_path)


@pytest.mark.parametrize("numbers", [[signal.SIGHUP], [signal.SIGINT] * 2], ids=["SIGHUP", "SIGINT-SIGINT"])
def test_watching_is_ended(profile, tmp_path, numbers):
    """With an engine that waits."""
    with watching(tmp_path, "watch", profile(TEXT)) as (process, line):
        line("watching")
        wait_for(lambda: processes_in(tmp_path / "work"))
        for number in numbers:
            os.killpg(process.pid, number)
            time.sleep(0.01)
        assert process.wait(60) in {128 + numbers[0], *(-number for number in numbers[1:])}
    wait_for(lambda: not processes_in(tmp_path / "work"))
    assert left(tmp_path / "work") == []


def test_watching_in_a_terminal_that_is_closed(profile, temporary):
    """As above."""
    process, terminal = in_a_terminal("watch", profile(TEXT), environment={**os.environ})
    told = b""
    while b"watching" not in told:
        told += os.read(terminal, 4096)
    wait_for(lambda: processes_in(temporary))
    os.close(terminal)
    assert os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]) == ExitCode.HUNG_UP
    wait_for(lambda: not processes_in(temporary))
    assert left(temporary) == []


# --- workers that are killed ----------------------------------------------------------------------------------------

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


@pytest.mark.parametrize("words", ["Here: kill once.", "Here: kill always."])
def test_a_process_of_the_command_is_killed(profile, tmp_path, temporary, monkeypatch, words):
    """Neither of it nor of the others that end with it anything is left."""
    monkeypatch.setenv("PATH", put_deadly_engine(tmp_path / "bin"))
    command = [sys.executable, "-m", "cvgen", "build", "-j2", "--sandbox", "off", "--no-cache", *five(profile, words)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ("worker-lost" in done.stderr) == ("always" in words)
    assert left(temporary) == []


@pytest.mark.parametrize("words", ["Here: kill once.", "Here: kill always."])
def test_a_process_of_an_executor_is_killed(profile, tmp_path, temporary, monkeypatch, words):
    """Also one that somebody else started."""
    monkeypatch.setenv("PATH", put_deadly_engine(tmp_path / "bin"))
    done = subprocess.run(
        [sys.executable, "-c", GROUP, temporary, *five(profile, words)], capture_output=True, text=True, check=False
    )
    assert done.stdout == f"{int('always' in words)} []\n", done.stderr
    assert [entry.name for entry in temporary.iterdir()] == []
