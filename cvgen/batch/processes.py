"""Processes of this machine that build: a pool of our own, or an executor of the standard library."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, Executor, Future, ProcessPoolExecutor
from dataclasses import dataclass, replace
from multiprocessing.context import BaseContext
from pathlib import Path
from typing import Self

import cvgen.pdf.finishing
import cvgen.pdf.gates  # noqa: F401 - so that forked processes have them
from cvgen.batch.tasks import BuildTask, Failure, Outcome, attempt_build, wait_for_result
from cvgen.build_date import Moment
from cvgen.builder import path_of
from cvgen.diagnostics import Diagnostic, Severity, Span
from cvgen.errors import CvgenError, TypesettingError
from cvgen.paths import make_work_folder
from cvgen.pipeline import emit_profile

__all__ = ["LocalWorkers", "lost_worker", "process_pool", "rehearse"]


def process_context() -> BaseContext:
    """Return the quickest way to start processes that is safe now.

    A fork has all that this process has imported, but must not happen while another thread may hold a lock.
    """
    if sys.platform == "linux":
        # Not `forkserver`: what it starts has the environment of the day when it was first needed.
        return multiprocessing.get_context("fork" if _count_threads() == 1 else "spawn")
    methods = multiprocessing.get_all_start_methods()
    return multiprocessing.get_context("forkserver" if "forkserver" in methods else "spawn")


def _count_threads() -> int:
    """Return how many threads this process has, also those that Python has not started."""
    try:
        return len(os.listdir("/proc/self/task"))  # noqa: PTH208 - their names are enough
    except OSError:
        return threading.active_count()


def process_pool(count: int, initializer: Callable[[], None] | None = None) -> ProcessPoolExecutor:
    """Return a pool of `count` processes, which start when the first task comes."""
    return ProcessPoolExecutor(count, mp_context=process_context(), initializer=initializer)


def rehearse(task: BuildTask) -> None:
    """Do here, once, what every process forked from this one would do again: models, fonts, shared works."""
    with contextlib.suppress(CvgenError):  # reported when it is built
        emit_profile(task.profile, task.options.typeset, Moment(None, None, 0))


def lost_worker(task: BuildTask, message: str, hint: str) -> Failure:
    """Return the failure of a task whose worker died."""
    path = path_of(task.profile)
    diagnostic = Diagnostic("worker-lost", Severity.ERROR, Span(str(path) if path else ""), message, (hint,))
    return Failure(task.profile, TypesettingError([diagnostic]))


def _attempt_in_worker(task: BuildTask) -> Outcome:
    """Build in a process of a pool."""
    try:
        outcome = attempt_build(task)
    except SystemExit:
        # A signal asked for the end. concurrent.futures takes SystemExit for a result, and the process would go on.
        os.kill(os.getpid(), signal.SIGKILL)
        raise
    # The bytes are in their files already; they need not be sent.
    return outcome if isinstance(outcome, Failure) else replace(outcome, data=b"", tex="")


@dataclass(slots=True)
class _PendingLocal:
    """A task in an executor."""

    workers: LocalWorkers
    task: BuildTask
    executor: Executor
    future: Future[Outcome]

    def is_done(self) -> bool:
        return self.future.done()

    def result(self) -> Outcome:
        try:
            return wait_for_result(self.future)
        except BrokenExecutor:
            return self.workers.build_alone(self.task, self.executor)

    def cancel(self) -> None:
        # Our own processes are about to be ended, and before Python 3.12 a pool that breaks stumbles over what was
        # cancelled (`Future.set_exception` raises InvalidStateError in a thread of its own).
        if self.executor not in self.workers.pools:
            self.future.cancel()


class LocalWorkers:
    """Workers on this machine, which read and write files themselves. A context manager: leaving it ends them.

    `new_pool` makes a pool of so many processes; `executor` is one that the caller has. Where a process dies, which
    is all that can be known, another pool is made; what was under way is then built again, each alone, so that only
    the culprit fails.
    """

    def __init__(
        self,
        new_pool: Callable[[int], Executor] = process_pool,
        count: int = 0,
        *,
        executor: Executor | None = None,
    ) -> None:
        self._new_pool, self._executor = new_pool, executor
        self._is_own = executor is None
        self._count = count or getattr(executor, "_max_workers", 1)
        self._work = make_work_folder()  # also takes what a killed process leaves
        self.ahead = 3 * self._count + 1
        self.pools: list[Executor] = []

    def _make_pool(self, count: int) -> Executor:
        self.pools.append(self._new_pool(count))
        return self.pools[-1]

    def submit(self, task: BuildTask) -> _PendingLocal:
        """Take a task."""
        if self._executor is None:
            self._executor = self._make_pool(self._count)
        try:
            return self._submit_to(self._executor, task)
        except BrokenExecutor:
            self._executor = self._make_pool(self._count)
            return self._submit_to(self._executor, task)

    def _submit_to(self, executor: Executor, task: BuildTask) -> _PendingLocal:
        typeset = replace(task.options.typeset, work_parent=Path(self._work.name))
        placed = replace(task, options=replace(task.options, typeset=typeset))
        attempt = _attempt_in_worker if self._is_own or executor in self.pools else attempt_build
        return _PendingLocal(self, task, executor, executor.submit(attempt, placed))

    def build_alone(self, task: BuildTask, broken: Executor) -> Outcome:
        """Build a task of which a process died, in a pool of its own."""
        if self._executor is broken:
            self._executor = None
        alone = self._make_pool(1)
        try:
            return wait_for_result(self._submit_to(alone, task).future)
        except BrokenExecutor:
            message = "the process that built it was ended from outside, and so was a second one"
            return lost_worker(task, message, "memory may be short: try it again with nothing else running")
        finally:
            self.pools.remove(alone)
            alone.shutdown(wait=False)

    def stop(self) -> None:
        """End at once what still runs in our own pools: a signal to this process does not reach them."""
        for pool in self.pools:
            processes = list((getattr(pool, "_processes", None) or {}).values())
            pool.shutdown(wait=False, cancel_futures=True)
            for process in processes:
                process.terminate()
        self.pools.clear()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is not None:
            self.stop()
        while self.pools:
            self.pools.pop().shutdown(cancel_futures=True)
        self._work.cleanup()
