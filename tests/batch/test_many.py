"""Many profiles on this machine: results in order, and a process that dies fails only its profile."""

import multiprocessing
import os
import pty
import re
import subprocess
import sys
import threading
import time
from concurrent.futures import Future, ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path

import pytest
from bench.group import write_group
from support.bad_engines import put_deadly_engine
from support.executors import Wire
from support.processes import run, terminal_output
from support.profiles import HONORS, TEXT, numbered

import cvgen
from cvgen.batch.processes import process_context
from cvgen.batch.remote_workers import RemoteWorkers
from cvgen.batch.tasks import wait_for_result
from cvgen.errors import ExitCode

pytestmark = pytest.mark.usefixtures("here", "xelatex")


def test_one_bad_profile_stops_no_other(profile):
    """Its failure stands in its place among the results."""
    paths = [profile(TEXT, name="a.yaml"), profile({"kind": "txt"}, name="b.yaml"), profile(HONORS, name="c.yaml")]
    first, second, third = cvgen.build_many(map(str, paths))
    assert (first.pages, third.pages) == (1, 1)
    assert isinstance(second, cvgen.Failure)
    assert (second.profile, second.error.exit_code) == (str(paths[1]), ExitCode.PROFILE)


def test_no_more_is_sent_than_workers_need(profile, monkeypatch):
    """However many profiles there are, few of them are in memory at a time, and the order is kept."""
    monkeypatch.setattr(RemoteWorkers, "ahead", 2)
    paths, seen, wire = numbered(profile, 5), [], Wire()
    cvgen.build_many(paths, executor=wire, on_result=lambda path, _: seen.append(path))
    assert seen == paths
    assert (wire.sent, wire.most) == (5, 2)


def test_what_is_up_to_date_reaches_no_worker(profile):
    """Nothing is sent, no process starts."""
    paths = [profile(TEXT, name="a.yaml"), profile(HONORS, name="b.yaml")]
    for path in paths:
        os.utime(path, (1e9, 1e9))
    time.sleep(0.1)  # a file that has just changed may change again within the same tick
    cvgen.build_many(paths)
    wire = Wire()
    assert all(outcome.cached for outcome in cvgen.build_many(paths, executor=wire))
    assert wire.sent == 0
    with ProcessPoolExecutor(2) as processes:
        assert all(outcome.cached for outcome in cvgen.build_many(paths, executor=processes))
        assert not processes._processes


@pytest.mark.parametrize("losses", [1, 9])
def test_a_lost_task_is_sent_once_more(profile, losses):
    """Lost again, it is a failure of its profile, with the executor's own words."""
    first, second = cvgen.build_many(numbered(profile, 2), executor=Wire(losses=losses))
    if losses == 1:
        assert (first.pages, second.pages) == (1, 1)
        return
    assert first.error.exit_code == ExitCode.TYPESETTING
    assert first.error.diagnostics[0].code == "worker-lost"
    assert "a worker died" in str(first.error)


def test_threads_give_the_same_bytes(tmp_path):
    """Any executor of the standard library will do."""
    paths = write_group(tmp_path / "group", 4)
    alone = cvgen.build_many(paths, output="one")
    with ThreadPoolExecutor(2) as threads:
        together = cvgen.build_many(paths, output="two", executor=threads)
    assert [outcome.data for outcome in together] == [outcome.data for outcome in alone]


@pytest.mark.parametrize("words", ["Here: kill once.", pytest.param("Here: kill always.", marks=pytest.mark.long)])
def test_a_process_of_an_executor_that_dies_costs_no_other_profile(profile, tmp_path, monkeypatch, words):
    """Its profile is built once more, alone; where that process dies too, it fails."""
    monkeypatch.setenv("PATH", put_deadly_engine(tmp_path / "bin"))
    with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("spawn")) as processes:
        outcomes = cvgen.build_many(numbered(profile, 5, words), executor=processes, sandbox="off", cache=False)
    failed = [outcome.error.diagnostics[0].code for outcome in outcomes if isinstance(outcome, cvgen.Failure)]
    assert failed == (["worker-lost"] if "always" in words else [])
    assert len(list(Path("build").glob("*.pdf"))) == 5 - len(failed)


@pytest.mark.parametrize("words", ["Here: kill always.", pytest.param("Here: kill once.", marks=pytest.mark.long)])
def test_a_process_of_the_command_that_dies_costs_no_other_profile(profile, tmp_path, words):
    """Its profile fails with what may help, without a traceback, and no work folder is left."""
    environment = {**os.environ, "PATH": put_deadly_engine(tmp_path / "bin"), "TMPDIR": str(tmp_path)}
    paths = numbered(profile, 5, words)
    done = run("build", "-j", "2", "--sandbox", "off", "--no-cache", *paths, env=environment)
    fails = "always" in words
    assert done.returncode == (ExitCode.TYPESETTING if fails else 0)
    assert ("c.yaml: error[worker-lost]" in done.stderr) == fails
    count = "4 of 5 profiles built, 1 failed" if fails else "5 of 5 profiles built"
    assert re.search(rf"^{count}, \d+\.\d s$", done.stderr, re.MULTILINE)  # Python may complain of the pool below it
    built = [line.partition(":")[0] for line in done.stdout.splitlines()]
    assert built == [f"build/{at}.pdf" for at in ("abde" if fails else "abcde")]
    assert not list(tmp_path.glob("cvgen-*"))


def test_a_terminal_shows_a_bar_below_the_results(profile):
    """Each result has a line of its own, in order; of the bar nothing stays."""
    ours, theirs = pty.openpty()
    line = [sys.executable, "-m", "cvgen", "build", "-j", "2", *numbered(profile, 3)]
    process = subprocess.Popen(line, stdout=theirs, stderr=theirs, env={**os.environ, "TERM": "xterm"})
    os.close(theirs)
    seen = terminal_output(ours)
    assert process.wait(60) == 0
    assert b"3/3" in seen
    shown = [re.split(rb"\x1b\[K|\r", line.rstrip(b"\r"))[-1] for line in seen.split(b"\n")]
    assert [line.partition(b":")[0] for line in shown[:3]] == [b"build/a.pdf", b"build/b.pdf", b"build/c.pdf"]
    assert re.fullmatch(rb"(\x1b\[\?25h)?3 of 3 profiles built, \d+\.\d s", shown[3])
    assert shown[4:] == [b""]


def test_no_signal_waits_for_a_worker():
    """Python sees one that comes just before a wait only after it: so waits are short, until there is a result."""
    waits = []

    class Slow(Future):
        def result(self, timeout=None):
            waits.append(timeout)
            if len(waits) < 3:
                raise TimeoutError
            return "done"

    assert wait_for_result(Slow()) == "done"
    assert len(waits) == 3
    assert all(seconds is not None and seconds < 1 for seconds in waits)
    failed = Future()
    failed.set_exception(TimeoutError("of the work itself"))
    with pytest.raises(TimeoutError, match="of the work itself"):
        wait_for_result(failed)


def test_processes_are_forked_only_where_no_thread_runs():
    """A fork copies locks that another thread holds, and nothing would ever open them."""
    stop = threading.Event()
    thread = threading.Thread(target=stop.wait)
    thread.start()
    try:
        assert process_context().get_start_method() != "fork"
    finally:
        stop.set()
        thread.join()
