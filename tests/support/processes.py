"""Processes that must have ended."""

import os
import time
from pathlib import Path

__all__ = ["is_gone", "processes_in", "wait_for"]


def is_gone(pid, seconds=5.0):
    """Tell whether a process ends within some seconds; a zombie that waits for init has ended."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        try:
            state = Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()[0]
        except OSError:
            return True
        if state in "ZX":
            return True
        time.sleep(0.02)
    return False


def processes_in(folder):
    """Return the processes whose working folder is in a folder."""
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


def wait_for(condition, seconds=30.0):
    """Wait until a condition holds; fail after some seconds."""
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, "it did not happen"
        time.sleep(0.02)
