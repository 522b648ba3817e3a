"""Whoever builds many profiles: processes of this machine, or an executor that may reach any other.

An executor of `concurrent.futures` works on this machine: it gets paths, and its workers write. Any other may work
anywhere: it gets what a build reads as bytes, answers in bytes, and files are written here.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self, cast

from cvgen.batch.processes import processes
from cvgen.batch.tasks import Failure, Order, Outcome, Workers, attempt
from cvgen.build import Format, compare, formats_of, place
from cvgen.diagnostics import Diagnostic, Severity, Span
from cvgen.engine import work
from cvgen.errors import CvgenError, TypesettingError
from cvgen.typeset import Options, path_of

if TYPE_CHECKING:
    from cvgen.loading.profile import Profile
    from cvgen.remote import Answer

__all__ = ["Elsewhere", "Here", "behind"]


def behind(executor: Executor) -> contextlib.AbstractContextManager[Workers]:
    """Return the workers that an executor stands for: those of the standard library are on this machine."""
    if isinstance(executor, ProcessPoolExecutor | ThreadPoolExecutor):
        return Here(processes, executor=executor)
    return contextlib.nullcontext(Elsewhere(executor))


def _lost(order: Order, message: str, hint: str) -> Failure:
    path = path_of(order.profile)
    diagnostic = Diagnostic("worker-lost", Severity.ERROR, Span(str(path) if path else ""), message, (hint,))
    return Failure(order.profile, TypesettingError([diagnostic]))


def _attempt_in(
    folder: Path | None,
    attempt: Callable[[Path | str | Profile, dict[str, Any]], Outcome],
    profile: Path | str | Profile,
    options: dict[str, Any],
) -> Outcome:
    """Build one profile with its temporary folders in `folder`."""
    with work.within(folder):
        return attempt(profile, options)


class Here:
    """Workers on this machine, which read and write files themselves. To be closed at the end.

    `new` makes an executor of so many processes; `executor` is one that is there already. Where a process dies, which
    is all that can be known, another executor is made; what was under way is then built again, each alone, so that
    only the culprit fails. What a killed process left goes when these workers are closed, or this program ends.
    """

    def __init__(
        self,
        new: Callable[[int], Executor],
        count: int = 0,
        *,
        executor: Executor | None = None,
        attempt: Callable[[Path | str | Profile, dict[str, Any]], Outcome] = attempt,
    ) -> None:
        self._new, self._executor, self._attempt = new, executor, attempt
        self._count = count or getattr(executor, "_max_workers", 1)
        self._folder: Path | None = None
        self.ahead = 3 * self._count + 1
        self.made: list[Executor] = []

    def _made(self, count: int) -> Executor:
        self.made.append(self._new(count))
        return self.made[-1]

    def close(self) -> None:
        """End the processes that were started here, and remove what others left."""
        while self.made:
            self.made.pop().shutdown(cancel_futures=True)
        folder, self._folder = self._folder, None
        if folder is not None:
            work.remove(folder)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def start(self, order: Order) -> None:
        """Hand over an order."""
        for _ in range(2):
            if self._executor is None:
                self._executor = self._made(self._count)
            order.executor = self._executor
            with contextlib.suppress(BrokenExecutor):
                order.future = self._submit(self._executor, order)
                return
            self._executor = None

    def _submit(self, executor: Executor, order: Order) -> Future[Outcome]:
        if self._folder is None:
            with contextlib.suppress(OSError):  # whoever needs one will say so
                self._folder = work.new_folder()
        return executor.submit(_attempt_in, self._folder, self._attempt, order.profile, order.options)

    def finish(self, order: Order) -> Outcome:
        """Wait for an order."""
        try:
            if order.future is not None:
                outcome: Outcome = order.future.result()
                return outcome
        except BrokenExecutor:
            if self._executor is order.executor:
                self._executor = None
        alone = self._made(1)
        try:
            return self._submit(alone, order).result()
        except BrokenExecutor:
            message = "the process that built it was ended from outside, and so was a second one"
            return _lost(order, message, "memory may be short: try it again with nothing else running")
        finally:
            self.made.remove(alone)
            alone.shutdown(wait=False)

    def drop(self, order: Order) -> None:
        """Forget an order."""
        # Our own processes are about to be ended, and before Python 3.12 a pool that breaks stumbles over what was
        # cancelled (`Future.set_exception` raises InvalidStateError, in a thread that nobody looks after).
        if order.future is not None and order.executor not in self.made:
            order.future.cancel()


class Elsewhere:
    """Workers on machines that may share no disk with this one, behind an executor that sends work to them."""

    ahead = 256

    def __init__(self, executor: Executor) -> None:
        self._executor = executor

    def start(self, order: Order) -> None:
        """Send all that an order needs."""
        from cvgen.remote import pack

        output, formats, options = _parts(order)
        try:
            order.bundle = pack(order.profile, output, formats, options)
        except CvgenError as error:
            order.outcome = Failure(order.profile, error)
        else:
            self._send(order)

    def _send(self, order: Order) -> None:
        from cvgen.remote import identity, receive

        try:
            order.future = self._executor.submit(receive, identity(), order.bundle)
        except Exception as problem:
            order.outcome = _unfinished(order, problem)

    def finish(self, order: Order) -> Outcome:
        """Wait for the answer, and write the files."""
        from cvgen.remote import unpack

        for again in (True, False):
            if order.outcome is not None or order.future is None:
                break
            try:
                answer = order.future.result()
            except Exception as problem:
                # Whoever was on a machine with a profile that kills it is told the same. By now that has failed too.
                if again:
                    self._send(order)
                else:
                    order.outcome = _unfinished(order, problem)
            else:
                order.outcome = _received(order, unpack(answer))
        assert order.outcome is not None
        return order.outcome

    def drop(self, order: Order) -> None:
        """Forget an order."""
        if order.future is not None:
            order.future.cancel()


def _unfinished(order: Order, problem: Exception) -> Failure:
    words = ": ".join(word for word in (type(problem).__name__, str(problem)) if word)
    message = f"no worker could finish it: {words}"
    return _lost(order, message, "see the workers' own logs, or build it on this machine")


def _parts(order: Order) -> tuple[Path, tuple[Format, ...], Options]:
    """Return where an order goes, in which formats, and the options that are left."""
    options = {name: value for name, value in order.options.items() if name in Options.__optional_keys__}
    formats = formats_of(order.options.get("formats", ("pdf",)), keep_tex=order.options.get("keep_tex", False))
    return Path(order.options["output"]), formats, cast(Options, options)


def _received(order: Order, answer: Answer) -> Outcome:
    """Write what a worker made, or the log of what it could not."""
    output, _, options = _parts(order)
    is_check = order.options.get("check", False)
    try:
        if answer.result is None:
            if answer.log and not is_check:
                with contextlib.suppress(OSError):
                    output.parent.mkdir(parents=True, exist_ok=True)
                    output.with_suffix(".log").write_text(answer.log, encoding="utf-8")
            raise answer.error or AssertionError("an answer without content")
        if is_check:
            return compare(answer.result, order.profile, output, options)
        return place(answer.result, output, {Path(path): data for path, data in (answer.files or {}).items()})
    except CvgenError as error:
        return Failure(order.profile, error)
