"""Processes of this machine that build, started with all imports done where the system can."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import sys
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import ProcessPoolExecutor
from multiprocessing.context import BaseContext
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cvgen.loading.profile import Profile

__all__ = ["HEAVY", "context", "processes", "warm"]

HEAVY = (
    "cvgen.build",
    "cvgen.engine.run",
    "cvgen.pdf.metadata",
    "cvgen.pdf.gates.security",
    "cvgen.prepare",
    "pypdf",
)
"""What every build imports."""


def context() -> BaseContext:
    """Return the quickest way to start processes that is safe now.

    A fork has all that this process has imported, but must not happen while another thread may hold a lock.
    """
    if sys.platform == "linux":
        # Not `forkserver`: what it starts has the environment of the day when it was first needed.
        return multiprocessing.get_context("fork" if _threads() == 1 else "spawn")
    methods = multiprocessing.get_all_start_methods()
    return multiprocessing.get_context("forkserver" if "forkserver" in methods else "spawn")


def _threads() -> int:
    """Return how many threads this process has, also those that Python has not started."""
    try:
        return len(os.listdir("/proc/self/task"))  # noqa: PTH208 - their names are enough
    except OSError:
        return threading.active_count()


def processes(count: int, initializer: Callable[[], None] | None = None) -> ProcessPoolExecutor:
    """Return a pool of `count` processes, which start when the first work comes."""
    return ProcessPoolExecutor(count, mp_context=context(), initializer=initializer)


def warm(profile: Path | str | Profile, options: Mapping[str, Any]) -> None:
    """Do here, once, what every process forked from this one would do again: imports, models, fonts, shared works."""
    import importlib

    for name in HEAVY:
        importlib.import_module(name)
    from cvgen.document.draft import draft
    from cvgen.loading.load import load
    from cvgen.prepare import prepare

    # Whatever is wrong with this profile is told when it is built.
    with contextlib.suppress(Exception):
        loaded = load(profile, overrides=options.get("overrides")) if isinstance(profile, str | Path) else profile
        prepare(draft(loaded, variant=options.get("variant")), theme=options.get("theme"))
