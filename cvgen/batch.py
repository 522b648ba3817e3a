"""Many profiles: the same build for each, over any executor, with the results in order.

An executor of `concurrent.futures` works on this machine: it gets paths, and its workers write. Any other may work
anywhere: it gets what a build reads as bytes, answers in bytes, and files are written here.
"""

from __future__ import annotations

import contextlib
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import (
    BrokenExecutor,
    Executor,
    Future,
    ProcessPoolExecutor,
    ThreadPoolExecutor,
)
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, cast

from cvgen.build import Format, build, check, compare, default_output, formats_of, place, recall
from cvgen.diagnostics import Diagnostic, Severity, Span
from cvgen.errors import CvgenError, TypesettingError, UsageError
from cvgen.latex import work
from cvgen.pool import processes
from cvgen.records import steady
from cvgen.typeset import BuildResult, Options, path_of

if TYPE_CHECKING:
    from cvgen.bundle import Answer
    from cvgen.profile.model import Profile

__all__ = ["Elsewhere", "Failure", "Here", "Order", "Outcome", "Workers", "attempt", "build_many", "each", "outputs"]


@dataclass(frozen=True, slots=True)
class Failure:
    """A profile that did not build, and why."""

    profile: Path | str | Profile
    error: CvgenError


Outcome = BuildResult | Failure


@dataclass(slots=True)
class Order:
    """A profile that is to be built with its options, those of `build` and perhaps `check`; and what became of it."""

    profile: Path | str | Profile
    options: dict[str, Any]
    outcome: Outcome | None = None
    future: Future[Any] | None = field(default=None, repr=False)
    executor: Executor | None = field(default=None, repr=False)
    bundle: bytes = field(default=b"", repr=False)

    def is_settled(self) -> bool:
        """Tell whether nobody would wait for it."""
        return self.outcome is not None or (self.future is not None and self.future.done())


class Workers(Protocol):
    """Whoever builds. `ahead` is how many orders they may have at a time: enough for all to be busy, and no more."""

    ahead: int

    def start(self, order: Order) -> None:
        """Take on an order: afterwards it has an outcome or a future."""

    def finish(self, order: Order) -> Outcome:
        """Wait for the end of an order that was taken on."""


def attempt(profile: Path | str | Profile, options: dict[str, Any]) -> Outcome:
    """Build one profile, or `check` it; a failure is a result too."""
    options = dict(options)
    try:
        if options.pop("check", False):
            options.pop("force", None)
            return check(profile, **options)
        return build(profile, **options)
    except CvgenError as error:
        return Failure(profile, error)


def outputs(
    profiles: Iterable[Path | str | Profile], folder: Path | str | None = None, variant: str | None = None
) -> list[Path]:
    """Return each profile's PDF: in `folder`, by default `build`. Raises `UsageError` where two would be the same."""
    taken: dict[Path, Path] = {}
    for profile in profiles:
        path = Path(profile) if isinstance(profile, str | Path) else profile.path
        if path is None:
            raise UsageError("a profile without a file needs an output", hints=("build it alone, with `output=`",))
        usual = default_output(path, variant)
        target = usual if folder is None else Path(folder) / usual.name
        if target in taken:
            hint = "build them one by one, each with an output of its own"
            raise UsageError(f"`{taken[target]}` and `{path}` would both be written to `{target}`", hints=(hint,))
        taken[target] = path
    return list(taken)


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
    `UsageError` where two profiles would be written to one file.
    """
    profiles = list(profiles)
    targets = outputs(profiles, output, options.get("variant"))
    orders = (Order(one, {**options, "output": target}) for one, target in zip(profiles, targets, strict=True))
    workers: Workers | None = None
    if isinstance(executor, ProcessPoolExecutor | ThreadPoolExecutor):
        workers = Here(processes, executor=executor)
    elif executor is not None:
        workers = Elsewhere(executor)
    outcomes: list[Outcome] = []
    try:
        for profile, outcome in each(orders, workers):
            outcomes.append(outcome)
            if on_result:
                on_result(profile, outcome)
    finally:
        if isinstance(workers, Here):
            workers.close()
    return outcomes


def each(orders: Iterable[Order], workers: Workers | None = None) -> Iterator[tuple[Path | str | Profile, Outcome]]:
    """Build what is ordered, and yield each profile with its outcome, in order. Without `workers`, one by one.

    What is up to date already reaches no worker. No more orders are taken than workers need to be busy.
    """
    waiting: deque[Order] = deque()
    seen: dict[str, str] = {}
    try:
        for order in orders:
            waiting.append(order)
            _begin(order, workers, seen)
            while waiting and (waiting[0].is_settled() or (workers and len(waiting) >= workers.ahead)):
                yield waiting[0].profile, _end(waiting[0], workers)
                waiting.popleft()
        while waiting:
            yield waiting[0].profile, _end(waiting[0], workers)
            waiting.popleft()
    finally:
        for order in waiting:
            if order.future is not None:
                order.future.cancel()


def _begin(order: Order, workers: Workers | None, seen: dict[str, str]) -> None:
    if not order.options.get("check"):
        with steady(seen):
            order.outcome = recall(order.profile, **order.options)
        order.options["force"] = True
    if order.outcome is not None:
        return
    if workers is None:
        order.outcome = attempt(order.profile, order.options)
    else:
        workers.start(order)


def _end(order: Order, workers: Workers | None) -> Outcome:
    if order.outcome is not None or workers is None:
        assert order.outcome is not None
        return order.outcome
    return workers.finish(order)


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


class Elsewhere:
    """Workers on machines that may share no disk with this one, behind an executor that sends work to them."""

    ahead = 256

    def __init__(self, executor: Executor) -> None:
        self._executor = executor

    def start(self, order: Order) -> None:
        """Send all that an order needs."""
        from cvgen.bundle import pack

        output, formats, options = _parts(order)
        try:
            order.bundle = pack(order.profile, output, formats, options)
        except CvgenError as error:
            order.outcome = Failure(order.profile, error)
        else:
            self._send(order)

    def _send(self, order: Order) -> None:
        from cvgen.bundle import identity, receive

        try:
            order.future = self._executor.submit(receive, identity(), order.bundle)
        except Exception as problem:
            order.outcome = _unfinished(order, problem)

    def finish(self, order: Order) -> Outcome:
        """Wait for the answer, and write the files."""
        from cvgen.bundle import unpack

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
