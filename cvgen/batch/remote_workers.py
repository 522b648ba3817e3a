"""Workers on machines that may share no disk with this one, behind an executor that sends tasks to them."""

from __future__ import annotations

import contextlib
from concurrent.futures import Executor, Future
from dataclasses import dataclass

from cvgen.batch.processes import lost_worker
from cvgen.batch.remote import Answer, build_bundle, pack_bundle, package_identity, unpack_answer
from cvgen.batch.tasks import BuildTask, Failure, Outcome, PendingBuild, wait_for_result
from cvgen.builder import compare_with_file, write_files
from cvgen.errors import CvgenError
from cvgen.outputs import log_path

__all__ = ["RemoteWorkers"]


@dataclass(frozen=True, slots=True)
class _Refused:
    """A task that cannot be sent."""

    failure: Failure

    def is_done(self) -> bool:
        return True

    def result(self) -> Outcome:
        return self.failure

    def cancel(self) -> None:
        pass


@dataclass(frozen=True, slots=True)
class _PendingRemote:
    """A task that was sent."""

    executor: Executor
    task: BuildTask
    bundle: bytes
    future: Future[bytes]

    def is_done(self) -> bool:
        return self.future.done()

    def result(self) -> Outcome:
        try:
            return _place(self.task, unpack_answer(wait_for_result(self.future)))
        except Exception:
            # A worker that dies takes down other tasks of its machine: each is sent once more. By now the culprit
            # has failed too.
            try:
                again = self.executor.submit(build_bundle, package_identity(), self.bundle)
                return _place(self.task, unpack_answer(wait_for_result(again)))
            except Exception as problem:
                return _unfinished(self.task, problem)

    def cancel(self) -> None:
        self.future.cancel()


class RemoteWorkers:
    """Workers that get what a build reads as bytes, and answer in bytes; files are written here."""

    ahead = 256

    def __init__(self, executor: Executor) -> None:
        self._executor = executor

    def submit(self, task: BuildTask) -> PendingBuild:
        """Send all that a task needs."""
        try:
            bundle = pack_bundle(task.profile, task.output, task.options)
        except CvgenError as error:
            return _Refused(Failure(task.profile, error))
        try:
            future = self._executor.submit(build_bundle, package_identity(), bundle)
        except Exception as problem:
            return _Refused(_unfinished(task, problem))
        return _PendingRemote(self._executor, task, bundle, future)


def _unfinished(task: BuildTask, problem: Exception) -> Failure:
    words = ": ".join(word for word in (type(problem).__name__, str(problem)) if word)
    message = f"no worker could finish it: {words}"
    return lost_worker(task, message, "see the workers' own logs, or build it on this machine")


def _place(task: BuildTask, answer: Answer) -> Outcome:
    """Write what a worker made, or the log of what it could not."""
    log = None if task.options.check else log_path(task.output)
    try:
        if answer.result is None:
            if answer.log and log is not None:
                with contextlib.suppress(OSError):
                    log.parent.mkdir(parents=True, exist_ok=True)
                    log.write_text(answer.log, encoding="utf-8")
            raise answer.error or AssertionError("an answer without content")
        if task.options.check:
            return compare_with_file(answer.result, task.profile, task.output, task.options)
        return write_files(answer.result, task.output, answer.files)
    except CvgenError as error:
        return Failure(task.profile, error)
