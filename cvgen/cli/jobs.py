"""Builds one after the other, in processes that end when this one is told to, or on a cluster."""

from __future__ import annotations

import contextlib
import gc
import os
import signal
import sys
from collections.abc import Iterator, Mapping
from concurrent.futures import Executor, ProcessPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cvgen import batch
from cvgen.cli import signals
from cvgen.errors import ExitCode

if TYPE_CHECKING:
    from cvgen.batch import Outcome
    from cvgen.profile.model import Profile

__all__ = ["outcomes"]


def outcomes(orders: Mapping[Path, dict[str, Any]], jobs: int, executor: str | None = None) -> Iterator[Outcome]:
    """Build each profile with its options, `jobs` at a time or on `executor`; yield the results in their order."""
    if not executor and (jobs == 1 or len(orders) == 1):
        workers: contextlib.AbstractContextManager[batch.Workers | None] = contextlib.nullcontext()
    elif executor:
        from cvgen.cli.cluster import connected

        workers = connected(executor)
    else:
        workers = _processes(orders, min(jobs, len(orders)))
    with workers as those:
        # A generator, so that what an order brought goes with it.
        found = batch.each((batch.Order(profile, options) for profile, options in orders.items()), those)
        yield from (outcome for _, outcome in found)


@contextlib.contextmanager
def _processes(orders: Mapping[Path, dict[str, Any]], count: int) -> Iterator[batch.Here]:
    """Yield processes that start when there is something to build, and stop at once where this one is to end."""
    workers = batch.Here(lambda many: _started(many, orders), count, attempt=_attempt_or_end)
    try:
        yield workers
    except BaseException:
        for pool in workers.made:
            _stop(pool)
        raise
    workers.close()


def _started(count: int, orders: Mapping[Path, dict[str, Any]]) -> ProcessPoolExecutor:
    import multiprocessing

    from cvgen import pool

    if pool.context().get_start_method() == "fork":
        pool.warm(*next(iter(orders.items())))
        gc.collect()
        gc.freeze()  # what the processes share stays shared as long as nobody looks for garbage in it
    else:
        multiprocessing.set_forkserver_preload([*pool.HEAVY])
    return pool.processes(count, _listen)


def _listen() -> None:
    """Set up a process of the pool: a terminal tells all when to end, but only the first process is asked."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if hasattr(signal, "SIGHUP"):
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signals.when_safe(_end))


def _end(*_: object) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)  # one is enough: a second must not stop the tidying up
    sys.exit(ExitCode.TERMINATED)


def _attempt_or_end(profile: Path | str | Profile, order: dict[str, Any]) -> Outcome:
    """Build in a process of the pool, which takes SystemExit for one more result and goes on."""
    try:
        outcome = batch.attempt(profile, order)
    except SystemExit:
        os._exit(ExitCode.TERMINATED)
    # Nobody looks at the bytes again, and they would have to be sent.
    return outcome if isinstance(outcome, batch.Failure) else replace(outcome, data=b"", tex="")


def _stop(pool: Executor) -> None:
    """End what still runs in other processes: a signal to us alone does not reach them, and we would wait."""
    workers = list((getattr(pool, "_processes", None) or {}).values())
    pool.shutdown(wait=False, cancel_futures=True)
    for worker in workers:
        worker.terminate()
