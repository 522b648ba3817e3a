"""Builds one after the other, in processes that end when this one is told to, or on a cluster."""

from __future__ import annotations

import contextlib
import gc
import os
import signal
import sys
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cvgen.batch import tasks as orders
from cvgen.cli import signals
from cvgen.engine import work
from cvgen.errors import ExitCode

if TYPE_CHECKING:
    from concurrent.futures import Executor, ProcessPoolExecutor

    from cvgen.batch.tasks import Outcome, Workers
    from cvgen.batch.workers import Here
    from cvgen.loading.profile import Profile

__all__ = ["outcomes"]


def outcomes(wanted: Mapping[Path, dict[str, Any]], jobs: int, executor: str | None = None) -> Iterator[Outcome]:
    """Build each profile with its options, `jobs` at a time or on `executor`; yield the results in their order."""
    if not executor and len(wanted) == 1:
        yield from _one(*next(iter(wanted.items())))
        return
    if not executor and jobs == 1:
        workers: contextlib.AbstractContextManager[Workers | None] = contextlib.nullcontext()
    elif executor:
        from cvgen.cli.cluster import connected

        workers = connected(executor)
    else:
        workers = _processes(wanted, min(jobs, len(wanted)))
    with workers as those:
        # A generator, so that what an order brought goes with it.
        found = orders.each((orders.Order(profile, options) for profile, options in wanted.items()), those)
        yield from (outcome for _, outcome in found)


def _one(profile: Path, order: dict[str, Any]) -> Iterator[Outcome]:
    yield orders.attempt(profile, order)


@contextlib.contextmanager
def _processes(wanted: Mapping[Path, dict[str, Any]], count: int) -> Iterator[Here]:
    """Yield processes that start when there is something to build, and stop at once where this one is to end."""
    from cvgen.batch.workers import Here

    workers = Here(lambda many: _started(many, wanted), count, attempt=_attempt_or_end)
    try:
        yield workers
    except BaseException:
        for pool in workers.made:
            _stop(pool)
        raise
    workers.close()


def _started(count: int, wanted: Mapping[Path, dict[str, Any]]) -> ProcessPoolExecutor:
    import multiprocessing

    from cvgen.batch import processes as pool

    if pool.context().get_start_method() == "fork":
        pool.warm(*next(iter(wanted.items())))
        gc.collect()
        gc.freeze()  # what the processes share stays shared as long as nobody looks for garbage in it
    else:
        multiprocessing.set_forkserver_preload([*pool.HEAVY])
    return pool.processes(count, _listen)


def _listen() -> None:
    """Set up a process of the pool: a terminal tells all when to end, but only the first process is asked."""
    from multiprocessing import parent_process

    from cvgen.engine.sandbox import set_death_signal

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if hasattr(signal, "SIGHUP"):
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signals.when_safe(_end))
    if (parent := parent_process()) is not None and parent.pid is not None:
        set_death_signal(signal.SIGTERM, parent.pid)  # killed, it could not say so, and they would wait for ever


def _end(*_: object) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)  # one is enough: a second must not stop the tidying up
    sys.exit(ExitCode.TERMINATED)


def _attempt_or_end(profile: Path | str | Profile, order: dict[str, Any]) -> Outcome:
    """Build in a process of the pool, which takes SystemExit for one more result and goes on."""
    try:
        outcome = orders.attempt(profile, order)
    except SystemExit:
        work.end()  # an engine that was just started may not know yet that it has to end with us
        os._exit(ExitCode.TERMINATED)
    # Nobody looks at the bytes again, and they would have to be sent.
    return outcome if isinstance(outcome, orders.Failure) else replace(outcome, data=b"", tex="")


def _stop(pool: Executor) -> None:
    """End what still runs in other processes: a signal to us alone does not reach them, and we would wait."""
    workers = list((getattr(pool, "_processes", None) or {}).values())
    pool.shutdown(wait=False, cancel_futures=True)
    for worker in workers:
        worker.terminate()
