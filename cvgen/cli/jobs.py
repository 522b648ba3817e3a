"""Builds one after the other, or several at a time in processes that end when this one is told to."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cvgen import batch
from cvgen.errors import ExitCode

if TYPE_CHECKING:
    from cvgen.batch import Outcome

__all__ = ["outcomes"]


def outcomes(orders: Mapping[Path, dict[str, Any]], jobs: int) -> Iterator[tuple[Path, Outcome]]:
    """Build each profile with its options, `jobs` at a time, and yield the results in the order of `orders`."""
    if jobs == 1 or len(orders) == 1:
        yield from ((profile, batch.attempt(profile, order)) for profile, order in orders.items())
        return
    with ProcessPoolExecutor(min(jobs, len(orders)), initializer=_listen) as pool:
        try:
            futures = {profile: pool.submit(_attempt_or_end, profile, order) for profile, order in orders.items()}
            yield from ((profile, future.result()) for profile, future in futures.items())
        except BaseException:
            _stop(pool)
            raise


def _listen() -> None:
    """Set up a process of the pool: a terminal sends Ctrl-C to all, but only the first process says when to end."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(ExitCode.TERMINATED))


def _attempt_or_end(profile: Path, order: dict[str, Any]) -> Outcome:
    """Build in a process of the pool, which takes SystemExit for one more result and goes on."""
    try:
        return batch.attempt(profile, order)
    except SystemExit:
        os._exit(ExitCode.TERMINATED)


def _stop(pool: ProcessPoolExecutor) -> None:
    """End what still runs in other processes: a signal to us alone does not reach them, and we would wait."""
    workers = list((pool._processes or {}).values())
    pool.shutdown(wait=False, cancel_futures=True)
    for worker in workers:
        worker.terminate()
