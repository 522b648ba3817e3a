"""A signal ends cvgen with the right code, and nothing is left: no process, no folder, no half file."""

import contextlib
import os
import pty
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest
from support.bad_engines import put_endless_engine
from support.processes import (
    ON_A_TERMINAL,
    children_of,
    processes_in,
    processes_with,
    run,
    send,
    spawn,
    wait_for,
    work_folders,
)
from support.profiles import TEXT, numbered
from support.watching import watching

from cvgen.errors import ExitCode

pytestmark = pytest.mark.usefixtures("here", "xelatex")

INT, TERM, HUP = signal.SIGINT, signal.SIGTERM, signal.SIGHUP
LONG = pytest.mark.long


@pytest.fixture
def temporary():
    """The folder for temporary files; its path is short, for there are sockets in it."""
    with tempfile.TemporaryDirectory(prefix="left-") as folder:
        yield Path(folder)


@pytest.fixture
def endless(tmp_path, temporary):
    """An engine that never ends: the mark of its processes, and the environment that has it."""
    mark, path = put_endless_engine(tmp_path / "bin")
    return mark, {**os.environ, "PATH": path, "TMPDIR": str(temporary)}


def assert_gone(mark, folder):
    wait_for(lambda: not processes_with(mark))
    wait_for(lambda: work_folders(folder) == [])


@pytest.mark.parametrize("jobs", [1, pytest.param(2, marks=LONG)])
@pytest.mark.parametrize(
    "numbers",
    [[INT], [TERM], *(pytest.param(row, marks=LONG) for row in ([HUP], [HUP, TERM], [INT] * 2, [TERM] * 3))],
)
def test_a_signal_stops_everything_and_leaves_the_old_pdf(profile, temporary, endless, numbers, jobs):
    """No engine is left running, no work folder left behind, and the old PDF is as it was. Of more signals in haste
    the first decides about the exit code."""
    mark, environment = endless
    Path("build").mkdir()
    Path("build/a.pdf").write_bytes(b"%PDF old")
    arguments = ("build", *numbered(profile, 6), "-j", jobs)
    process = spawn(*arguments, env=environment, stderr=subprocess.PIPE, start_new_session=True)
    try:
        wait_for(lambda: len(processes_with(mark)) >= jobs)
        wait_for(lambda: work_folders(temporary))
        for number in numbers:
            send(process, number)
            time.sleep(0.01)
        err = process.communicate(timeout=30)[1].decode()
    finally:
        process.kill()
    # A later one may come when Python has ended nearly everything.
    assert process.returncode in {128 + numbers[0], *(-number for number in numbers[1:])}
    assert len(numbers) > 1 or "Traceback" not in err
    assert_gone(mark, temporary)
    assert [entry.name for entry in Path("build").iterdir()] == ["a.pdf"]
    assert Path("build/a.pdf").read_bytes() == b"%PDF old"


def test_a_worker_that_is_terminated_removes_its_work_folder(profile, temporary, endless):
    """Its engine ends too, while the other processes go on."""
    mark, environment = endless
    process = spawn("build", *numbered(profile, 2), "-j2", "--no-cache", env=environment, start_new_session=True)
    try:
        wait_for(lambda: len(processes_with(mark)) == 2)
        engines, folders = processes_with(mark), [path for path in temporary.glob("cvgen-*/*") if path.is_dir()]
        assert len(folders) == 2
        for worker in children_of(process.pid):
            with contextlib.suppress(ProcessLookupError):  # where one ends, the pool may have ended the other
                os.kill(worker, TERM)
        wait_for(lambda: not set(engines) & set(processes_with(mark)))
        wait_for(lambda: not any(folder.exists() for folder in folders))
        assert process.poll() is None
        process.terminate()
        assert process.wait(30) == ExitCode.TERMINATED
    finally:
        process.kill()
    assert_gone(mark, temporary)


WAITING = """
import threading
from cvgen.cli.worker_signals import listen_in_worker
listen_in_worker()
held = threading.Semaphore(0)
while True:
    try:
        print("waits", flush=True)
        held.acquire()
    except BaseException:
        pass
"""


@LONG
def test_a_worker_that_waits_for_a_lock_of_a_killed_one_ends():
    """Where SystemExit is caught, as a pool's queues do it, SIGTERM ends the process all the same, a little later."""
    with subprocess.Popen([sys.executable, "-c", WAITING], stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout.readline() == "waits\n"
            process.send_signal(TERM)
            assert process.wait(timeout=60) == -signal.SIGALRM
        finally:
            process.kill()


def test_workers_do_not_outlive_a_killed_command(profile, temporary, endless):
    """Killed, it could not end them: they notice, and take their engines along."""
    mark, environment = endless
    process = spawn("build", *numbered(profile, 2), "-j2", "--no-cache", env=environment, start_new_session=True)
    wait_for(lambda: len(processes_with(mark)) == 2)
    workers = children_of(process.pid)
    process.kill()
    process.wait()
    wait_for(lambda: not processes_with(mark))
    wait_for(lambda: not any(Path(f"/proc/{worker}/cwd").exists() for worker in workers))


@pytest.mark.parametrize(
    ("number", "jobs"), [(INT, 1), *(pytest.param(*row, marks=LONG) for row in [(TERM, 1), (HUP, 1), (TERM, 2)])]
)
def test_the_first_build_is_ended_while_its_format_is_dumped(profile, temporary, tmp_path, number, jobs):
    """The engine that dumps it ends, and the cache keeps no half format."""
    cache = tmp_path / "cache"
    environment = {**os.environ, "CVGEN_CACHE_DIR": str(cache), "TMPDIR": str(temporary)}
    paths = numbered(profile, jobs)
    process = spawn("build", *paths, "-j", jobs, env=environment, stderr=subprocess.PIPE, start_new_session=True)
    try:
        wait_for(lambda: processes_in(cache))
        send(process, number)
        err = process.communicate(timeout=30)[1].decode()
    finally:
        process.kill()
    assert process.returncode == 128 + number
    assert "Traceback" not in err
    wait_for(lambda: not processes_in(cache))
    wait_for(lambda: work_folders(temporary) == [])
    assert [entry.name for entry in cache.iterdir() if "format-" in entry.name] == []
    assert not Path("build").exists()


# --- moments at which a signal is easily lost -----------------------------------------------------------------------

IMPORTS = """
from cvgen.cli import signals
import os, sys, time

signals.listen()
step = "import os; os.kill(os.getpid(), number); print('whole', flush=True)"
exec(compile(step, "<frozen importlib._bootstrap>", "exec"), {"number": int(sys.argv[1])})
time.sleep(5)
print("survived")
"""


@pytest.mark.parametrize("number", [INT, TERM, HUP])
def test_a_signal_in_an_import(number):
    """A step of Python's own imports is done first: half of one may leave a lock closed, or lose the exception."""
    command = [sys.executable, "-c", f"{ON_A_TERMINAL}\n{IMPORTS}", str(int(number))]
    done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    assert done.stdout == "whole\n"
    assert done.returncode == (-number if number == INT else 128 + number), done.stderr


COMPILED = """
from cvgen.cli import signals
import enum, os, sys, time

def late(*arguments, **options):
    os.kill(os.getpid(), int(sys.argv[1]))
    return create(*arguments, **options)

signals.listen()
create, enum.EnumType._create_ = enum.EnumType._create_, late
import pikepdf
time.sleep(5)
print("survived")
"""


@pytest.mark.parametrize("number", [INT, TERM, HUP])
def test_a_signal_while_a_compiled_module_starts(number):
    """An exception from Python code that C++ calls there would abort the program, and leave its work folder."""
    command = [sys.executable, "-c", f"{ON_A_TERMINAL}\n{COMPILED}", str(int(number))]
    done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    assert done.stdout == ""
    assert done.returncode == (-number if number == INT else 128 + number), done.stderr


LOST = """
import os, sys
import cvgen.pipeline

def load(*_, **__):
    try:
        os.kill(os.getpid(), {number})
    except BaseException as problem:
        raise ValueError(str(problem)) from None

cvgen.pipeline.load = load
"""


@pytest.mark.parametrize("number", [INT, TERM, HUP])
def test_a_signal_that_a_library_takes_for_a_mistake(profile, number):
    """pydantic, while it prepares a model, says that the model is wrong. That is no bug of ours."""
    before = f"{ON_A_TERMINAL}\n{LOST.format(number=int(number))}\nNone"
    done = run("build", profile(TEXT), "--no-cache", before=before)
    assert done.returncode == 128 + number, done.stderr
    assert "bug" not in done.stderr


def test_ctrl_c_before_anything_is_loaded_shows_no_traceback():
    """Python ends by the signal, which a shell calls 130, while the command line is imported."""
    program = (
        f"{ON_A_TERMINAL}\n"
        "import builtins, os\n"
        "load = builtins.__import__\n"
        "def late(name, *rest):\n"
        "    os.kill(os.getpid(), signal.SIGINT) if name == 'click' else None\n"
        "    return load(name, *rest)\n"
        "builtins.__import__ = late\n"
        "import cvgen.__main__\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=30, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (-INT, "", "")


# --- terminals ------------------------------------------------------------------------------------------------------


def in_a_terminal(*arguments, environment):
    """Start a command in a terminal of its own; return its process and what holds the terminal open."""
    process, terminal = pty.fork()
    if process == 0:
        try:
            signal.signal(HUP, signal.SIG_DFL)  # a runner in the background may have it ignored
            os.execve(sys.executable, [sys.executable, "-m", "cvgen", *map(str, arguments)], environment)
        finally:
            os._exit(127)
    return process, terminal


@pytest.mark.parametrize("jobs", [2, pytest.param(1, marks=LONG)])
def test_a_terminal_that_is_closed(profile, temporary, endless, jobs):
    """It ends what runs in it, though none of its messages can be read any more."""
    mark, environment = endless
    process, terminal = in_a_terminal("build", *numbered(profile, 6), "-j", jobs, environment=environment)
    wait_for(lambda: len(processes_with(mark)) >= jobs)
    os.close(terminal)
    assert os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]) == ExitCode.HUNG_UP
    assert_gone(mark, temporary)


def test_nohup_goes_on_without_a_terminal(profile, temporary, endless):
    """`nohup cvgen build …` is not ended by SIGHUP, but by SIGTERM."""
    mark, environment = endless
    ignored = "import signal; signal.signal(signal.SIGHUP, signal.SIG_IGN)"
    process = spawn("build", *numbered(profile, 2), before=ignored, env=environment)
    try:
        wait_for(lambda: processes_with(mark))
        process.send_signal(HUP)
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(0.5)
        process.terminate()
        assert process.wait(30) == ExitCode.TERMINATED
    finally:
        process.kill()
    assert_gone(mark, temporary)


@pytest.mark.parametrize(
    "numbers", [[TERM], *(pytest.param(row, marks=LONG) for row in [[INT], [HUP], [INT, INT]])], ids=str
)
def test_a_signal_ends_watching_and_the_engine_that_waits(profile, tmp_path, numbers):
    """The usual codes, no engine left, no work folder left, and no traceback."""
    with watching(tmp_path, "watch", profile(TEXT)) as (process, line):
        line("watching")
        wait_for(lambda: processes_in(tmp_path / "work"))
        for number in numbers:
            send(process, number)
            time.sleep(0.01)
        assert process.wait(60) in {128 + numbers[0], *(-number for number in numbers[1:])}
    if len(numbers) == 1:
        assert "Traceback" not in (tmp_path / "out.txt").read_text("utf-8")
    wait_for(lambda: not processes_in(tmp_path / "work"))
    assert list((tmp_path / "work").iterdir()) == []


@LONG
def test_watching_in_a_terminal_that_is_closed(profile, temporary):
    """As a build."""
    process, terminal = in_a_terminal("watch", profile(TEXT), environment={**os.environ, "TMPDIR": str(temporary)})
    seen = b""
    while b"watching" not in seen:
        seen += os.read(terminal, 4096)
    wait_for(lambda: processes_in(temporary))
    os.close(terminal)
    assert os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]) == ExitCode.HUNG_UP
    wait_for(lambda: not processes_in(temporary))
    assert work_folders(temporary) == []
