"""`build_many`: the same build for many profiles, over any executor, with the results in order."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cvgen.batch.processes import LocalWorkers
from cvgen.batch.remote_workers import RemoteWorkers
from cvgen.batch.tasks import BuildTask, Outcome, Workers, check_tasks, output_paths, run_tasks
from cvgen.builder import BuildOptions

if TYPE_CHECKING:
    from cvgen.loading.profile import Profile

__all__ = ["build_many"]


def build_many(
    profiles: Iterable[Path | str | Profile],
    *,
    output: Path | str | None = None,
    executor: Executor | None = None,
    on_result: Callable[[Path | str | Profile, Outcome], None] | None = None,
    **options: Any,  # noqa: ANN401 - the options of build()
) -> list[Outcome]:
    """Build each profile and return the results in the order given; one that fails does not stop the others.

    `output` is the folder that the PDFs go to. `executor` is any `concurrent.futures.Executor`; without one the
    builds run one after the other. Those of the standard library work on this machine's files; any other, such as
    `dask.distributed`'s, may have its workers anywhere: they are sent all that a build reads, and the files are
    written here. A worker that dies is replaced, or else the profile fails, and no other does. `on_result` is called
    in this thread with each profile and its result, in order. Other `options` are those of `build`. Raises
    `UsageError` where two profiles would be written to one file, or one would replace a profile or what is no PDF.
    """
    profiles = list(profiles)
    build_options = BuildOptions.of(**options)
    targets = output_paths(profiles, output, options.get("variant"))
    tasks = [BuildTask(one, target, build_options) for one, target in zip(profiles, targets, strict=True)]
    check_tasks(tasks)
    outcomes: list[Outcome] = []
    with _workers_behind(executor) as workers:
        for task, outcome in run_tasks(tasks, workers):
            outcomes.append(outcome)
            if on_result:
                on_result(task.profile, outcome)
    return outcomes


def _workers_behind(executor: Executor | None) -> contextlib.AbstractContextManager[Workers | None]:
    """Return the workers that an executor stands for: those of the standard library are on this machine."""
    if isinstance(executor, ProcessPoolExecutor | ThreadPoolExecutor):
        return LocalWorkers(executor=executor)
    return contextlib.nullcontext(None if executor is None else RemoteWorkers(executor))
