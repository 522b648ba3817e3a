"""A dask cluster: the same bytes, the same lines, and workers that may die."""

import os
import re
import signal
import socket
import subprocess
from concurrent.futures import Executor, Future
from pathlib import Path

import pytest
from bench.group import write_group
from support.processes import ON_A_TERMINAL, run, send, spawn
from support.profiles import HONORS, TEXT, numbered

import cvgen
from cvgen.errors import ExitCode

pytestmark = pytest.mark.usefixtures("here", "xelatex")


def named(address):
    """Return the address of a scheduler as `--executor` has it."""
    return address.replace("tcp", "dask")


@pytest.mark.long
def test_a_cluster_gives_the_same_bytes(cluster, tmp_path):
    """From processes that never see the profiles: their folder has another name when the work begins."""
    import distributed

    paths = write_group(tmp_path / "group", 6)
    local = cvgen.build_many(paths, output="local")

    class Moved(Executor):
        def __init__(self, executor):
            self.executor, self.sent = executor, []

        def submit(self, function, /, *arguments):
            self.sent.append((Future(), function, arguments))
            if len(self.sent) == len(paths):
                (tmp_path / "group").rename(tmp_path / "moved")
                for future, function, arguments in self.sent:
                    future.result = self.executor.submit(function, *arguments).result
            return self.sent[-1][0]

    with distributed.Client(cluster, set_as_default=False) as client:
        remote = cvgen.build_many(paths, output="remote", executor=Moved(client.get_executor()))
    assert [outcome.data for outcome in remote] == [outcome.data for outcome in local]
    assert [Path(f"remote/{path.stem}.pdf").read_bytes() for path in paths] == [outcome.data for outcome in local]


@pytest.mark.long
def test_the_command_builds_on_a_cluster(cluster, profile):
    """Lines in order, mistakes at their lines, the exit code that of a build here, and nothing of dask's own."""
    paths = [
        profile(TEXT, name="a.yaml"),
        profile(TEXT, {"kind": "txt"}, name="b.yaml"),
        profile(HONORS, name="c.yaml"),
    ]
    here, there = run("build", *paths), run("build", *paths, "--force", "--executor", named(cluster))
    assert (there.returncode, here.returncode) == (3, 3)
    seconds = re.compile(r"\d+\.\d+ s(, unchanged)?")
    assert seconds.sub("", there.stdout) == seconds.sub("", here.stdout)
    assert seconds.sub("", there.stderr) == seconds.sub("", here.stderr)
    assert "b.yaml:9:11: error[" in there.stderr


@pytest.mark.long
def test_a_worker_that_is_killed_loses_nothing(cluster, profile):
    """The scheduler gives its work to another one."""
    import distributed

    with distributed.Client(cluster, set_as_default=False) as client:
        paths, executor = numbered(profile, 5, "Here: kill once."), client.get_executor()
        outcomes = cvgen.build_many(paths, executor=executor, sandbox="off", cache=False)
    assert [getattr(outcome, "pages", outcome) for outcome in outcomes] == [1] * 5


@pytest.mark.long
def test_a_profile_that_kills_workers_fails_alone(cluster, profile):
    """The scheduler gives up on it after some workers, and the others are built."""
    paths = numbered(profile, 5, "Here: kill always.")
    there = run("build", *paths, "--sandbox", "off", "--no-cache", "--executor", named(cluster))
    assert there.returncode == ExitCode.TYPESETTING
    assert "c.yaml: error[worker-lost]: no worker could finish it: KilledWorker" in there.stderr
    assert "4 of 5 profiles built, 1 failed" in there.stderr
    assert "Traceback" not in there.stderr


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.long
def test_a_signal_ends_waiting_for_a_cluster(cluster, tmp_path, number):
    """130 or 143, soon, and without a traceback."""
    write_group(tmp_path / "group", 32)
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True, "start_new_session": True}
    with spawn("build", tmp_path / "group", "--executor", named(cluster), **pipes) as process:
        assert process.stdout.readline().startswith("build/person0000.pdf")
        send(process, number)
        err = process.communicate(timeout=60)[1]
    assert process.returncode == 128 + number
    assert "Traceback" not in err
    assert len(list(Path("build").glob("*.pdf"))) < 32


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--executor", "ray://x:1"), "hint: write it as in `dask://localhost:8786`"),
        (("--executor", "dask://localhost:1", "-j", "2"), "exclude each other"),
        (("--executor", "dask://localhost:1", "-o", "-"), "exclude each other"),
    ],
)
def test_an_unknown_executor_is_a_usage_error(profile, arguments, words):
    """So is one together with `-j` or standard output."""
    done = run("build", profile(TEXT), *arguments)
    assert done.returncode == ExitCode.USAGE
    assert words in done.stderr


def test_without_dask_the_message_says_how_to_install_it(profile, tmp_path):
    """Nothing else needs it."""
    (tmp_path / "distributed.py").write_text("raise ImportError('no dask')")
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(tmp_path), os.environ.get("PYTHONPATH", "")])}
    done = run("build", profile(TEXT), "--executor", "dask://localhost:1", env=environment)
    assert done.returncode == ExitCode.USAGE
    assert "hint: install it with `pip install 'cvgen[cluster]'`" in done.stderr


def test_a_scheduler_that_does_not_answer_is_reported_soon(profile):
    """Within seconds, with what starts one."""
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
        before = f"{ON_A_TERMINAL}; import cvgen.batch.cluster as it; it._SECONDS = 1"
        done = run("build", profile(TEXT), "--executor", f"dask://127.0.0.1:{port}", before=before)
    assert done.returncode == ExitCode.USAGE
    assert f"no scheduler answers at `dask://127.0.0.1:{port}`" in done.stderr
    assert "hint: start one with `dask scheduler`" in done.stderr
    assert "Traceback" not in done.stderr
