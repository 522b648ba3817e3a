"""Engines that kill, or never end: scripts called `xelatex`."""

import os
import time

from support.engines import installed


def _put(folder, script):
    folder.mkdir()
    program = folder / "xelatex"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    return f"{folder}:{os.environ['PATH']}"


def put_deadly_engine(folder):
    """Write an engine that kills the process that started it where the text says so, and return a PATH with it.

    It looks for `kill always` or `kill once` when it starts, so builds with it go without formats and prestart.
    """
    path = _put(
        folder,
        "if grep -qs 'kill always' cv.tex; then kill -9 $PPID; fi\n"
        f"if grep -qs 'kill once' cv.tex && rm {folder}/once 2>/dev/null; then kill -9 $PPID; fi\n"
        f'exec {installed("xelatex").program} "$@"',
    )
    (folder / "once").touch()
    return path


def put_endless_engine(folder):
    """Write an engine that never ends; return a mark that its command line has, and a PATH with it."""
    mark = f"{5000 + os.getpid() % 1000}.{time.monotonic_ns() % 10**9}"
    return mark, _put(folder, f'case "$1" in --version) echo Fake;; *) exec sleep {mark};; esac')
