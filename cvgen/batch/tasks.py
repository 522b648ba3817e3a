"""Build tasks: many profiles, each with its output and options, and the outcome of each, in order."""

from __future__ import annotations

import contextlib
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TypeAlias, TypeVar

from cvgen.build_cache import installation_facts
from cvgen.builder import BuildOptions, BuildResult, build_with, find_current_build, path_of
from cvgen.errors import CvgenError, OutputError, UsageError
from cvgen.outputs import PDF, check_outputs, default_output, output_kinds

if TYPE_CHECKING:
    from concurrent.futures import Future

    from cvgen.loading.profile import Profile

__all__ = [
    "BuildTask",
    "Failure",
    "Outcome",
    "PendingBuild",
    "Workers",
    "attempt_build",
    "check_tasks",
    "output_paths",
    "run_tasks",
    "wait_for_result",
]


_Result = TypeVar("_Result")
_STEP_SECONDS = 0.2


@dataclass(frozen=True, slots=True)
class BuildTask:
    """A profile to be built."""

    profile: Path | str | Profile
    output: Path
    options: BuildOptions


@dataclass(frozen=True, slots=True)
class Failure:
    """A profile that did not build, and why."""

    profile: Path | str | Profile
    error: CvgenError


Outcome: TypeAlias = BuildResult | Failure


class PendingBuild(Protocol):
    """A task that workers have taken."""

    def is_done(self) -> bool:
        """Return whether `result` would not wait."""

    def result(self) -> Outcome:
        """Wait for the outcome."""

    def cancel(self) -> None:
        """Give it up, if it need not be begun."""


class Workers(Protocol):
    """Processes or machines that build. `ahead` is how many tasks they may have: enough for all to be busy."""

    ahead: int

    def submit(self, task: BuildTask) -> PendingBuild:
        """Take a task."""


@dataclass(frozen=True, slots=True)
class _Done:
    """A task that needed no worker."""

    outcome: Outcome

    def is_done(self) -> bool:
        return True

    def result(self) -> Outcome:
        return self.outcome

    def cancel(self) -> None:
        pass


def wait_for_result(future: Future[_Result]) -> _Result:
    """Wait for the result of a future, in steps.

    Python does not see a signal that comes just before it waits for a lock until it is back.
    """
    while True:
        try:
            return future.result(timeout=_STEP_SECONDS)
        except TimeoutError:
            if future.done():
                raise


def attempt_build(task: BuildTask) -> Outcome:
    """Build one profile; a failure is an outcome too."""
    try:
        return build_with(task.profile, task.options, output=task.output)
    except CvgenError as error:
        return Failure(task.profile, error)


def output_paths(
    profiles: Iterable[Path | str | Profile],
    folder: Path | str | None = None,
    variant: str | None = None,
    *,
    letter: bool = False,
) -> list[Path]:
    """Return each profile's PDF: in `folder`, by default `build`. Raises `UsageError` where two would be the same."""
    if folder is not None and Path(folder).suffix.lower() in PDF.suffixes and not Path(folder).is_dir():
        raise UsageError(f"`{folder}` is the name of a file, not of a folder", hints=("name a folder",))
    taken: dict[Path, Path] = {}
    for profile in profiles:
        path = Path(profile) if isinstance(profile, str | Path) else profile.path
        if path is None:
            raise UsageError("a profile without a file needs an output", hints=("build it alone, with `output=`",))
        usual = default_output(path, variant, letter=letter)
        target = usual if folder is None else Path(folder) / usual.name
        if target in taken:
            hint = "build them one by one, each with an output of its own"
            raise UsageError(f"`{taken[target]}` and `{path}` would both be written to `{target}`", hints=(hint,))
        taken[target] = path
    return list(taken)


def check_tasks(tasks: Sequence[BuildTask]) -> None:
    """Refuse outputs that conflict with profiles or existing files, before anything is built. Raises `UsageError`."""
    outputs = {
        path: kind
        for task in tasks
        if not task.options.check
        for path, kind in output_kinds(task.output, task.options.formats).items()
    }
    with contextlib.suppress(OutputError):  # a place that cannot be written fails its own profile only
        check_outputs(outputs, (path for task in tasks if (path := path_of(task.profile)) is not None))


def run_tasks(tasks: Iterable[BuildTask], workers: Workers | None = None) -> Iterator[tuple[BuildTask, Outcome]]:
    """Build, and yield each task with its outcome, in order. Without `workers`, one by one.

    What is up to date reaches no worker. No more tasks are taken than workers need to be busy.
    """
    waiting: deque[tuple[BuildTask, PendingBuild]] = deque()
    installation = installation_facts()
    try:
        for task in tasks:
            waiting.append((task, _submit(task, workers, installation)))
            while waiting and (waiting[0][1].is_done() or (workers and len(waiting) >= workers.ahead)):
                yield waiting[0][0], waiting[0][1].result()
                waiting.popleft()
        while waiting:
            yield waiting[0][0], waiting[0][1].result()
            waiting.popleft()
    finally:
        for _, pending in waiting:
            pending.cancel()


def _submit(task: BuildTask, workers: Workers | None, installation: Mapping[str, str]) -> PendingBuild:
    current = find_current_build(task.profile, task.options, task.output, installation)
    if current is not None:
        return _Done(current)
    return _Done(attempt_build(task)) if workers is None else workers.submit(task)
