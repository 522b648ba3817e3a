"""Watching: in this thread step by step, and as a command."""

import contextlib
import os
import re
import subprocess
import time
from pathlib import Path

import pytest

from cvgen.batch.tasks import BuildTask
from cvgen.builder import BuildOptions
from cvgen.watch import watch
from support.processes import spawn, wait_for


class EndError(Exception):
    """All steps are done."""


def tasks_for(*paths, **options):
    """Return a task for each profile, with its PDF in `build`."""
    return {path: BuildTask(path, Path("build") / f"{path.stem}.pdf", BuildOptions.of(**options)) for path in paths}


def settled(*paths):
    """Wait until files are so old that none can have changed while it was read."""
    wait_for(lambda: time.time() - max(path.stat().st_ctime for path in paths) > 0.2)


class Session:
    """A watch in this thread. Each step is done when nothing was left to do, then a result is waited for."""

    def __init__(self, tasks, folders=()):
        self.tasks = tasks if callable(tasks) else lambda: tasks
        self.folders = folders
        self.results = []

    def run(self, *steps, first=1, ready=lambda: True):
        """Do `steps`, of which each leads to one result, and return the results; `first` come before."""
        left, wanted, quiet, end = list(steps), first, 0, time.monotonic() + 120

        def waits(files):
            nonlocal wanted, quiet
            assert time.monotonic() < end, f"after two minutes there are only {self.results}"
            if len(self.results) < wanted or not ready():
                return
            if left:
                left.pop(0)()
                wanted += 1
            elif (quiet := quiet + 1) > 2:  # some looks later there is still nothing more to do
                raise EndError

        with pytest.raises(EndError):
            watch(self.tasks, on_result=self.results.append, on_wait=waits, folders=self.folders)
        assert len(self.results) == wanted
        return self.results


@contextlib.contextmanager
def watching(tmp_path, *arguments):
    """Run a command until the end of the block; yields it and a function that waits for a line it prints."""
    (tmp_path / "work").mkdir(exist_ok=True)
    out = tmp_path / "out.txt"
    environment = {**os.environ, "TMPDIR": str(tmp_path / "work")}
    with out.open("wb") as file:
        process = spawn(*arguments, stdout=file, stderr=subprocess.STDOUT, env=environment, start_new_session=True)

    def line(pattern):
        def found():
            assert process.poll() is None, out.read_text("utf-8")
            return re.search(pattern, out.read_text("utf-8"), re.MULTILINE)

        wait_for(found, 120)

    try:
        yield process, line
    finally:
        process.kill()
        process.wait()
