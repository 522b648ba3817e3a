"""A dask cluster on this machine, whose workers share nothing with it but the engine."""

import contextlib
import json
import os
import subprocess
import sys

from support.bad_engines import put_deadly_engine
from support.processes import wait_for


@contextlib.contextmanager
def start_cluster(folder):
    """Yield the address of a scheduler with two workers, each a process in a folder of its own; engines may kill."""
    environment = {
        **os.environ,
        "PATH": put_deadly_engine(folder / "bin"),
        "XDG_CONFIG_HOME": str(folder / "config"),
        "XDG_CACHE_HOME": str(folder / "cache"),
        "TMPDIR": str(folder),
        "DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "1",
    }
    file = folder / "scheduler.json"
    with contextlib.ExitStack() as stack:

        def start(*arguments, cwd):
            cwd.mkdir()
            command = [sys.executable, "-m", "dask", *arguments, "--no-dashboard", "--scheduler-file", file]
            process = subprocess.Popen(command, cwd=cwd, env=environment, stderr=subprocess.DEVNULL)
            stack.callback(process.wait)
            stack.callback(process.terminate)

        start("scheduler", "--host", "127.0.0.1", "--port", "0", cwd=folder / "scheduler")
        wait_for(lambda: file.exists() and file.read_text("utf-8").endswith("}"))
        for name in ("one", "two"):
            start("worker", "--host", "127.0.0.1", "--nthreads", "1", "--death-timeout", "60", cwd=folder / name)
        yield json.loads(file.read_text("utf-8"))["address"]
