"""Orders: profiles to be built with their options, and what becomes of each, in their order, whoever builds."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from cvgen.build import build, check, default_output, recall
from cvgen.errors import CvgenError, UsageError
from cvgen.steady import steady
from cvgen.typeset import BuildResult

if TYPE_CHECKING:
    from concurrent.futures import Executor, Future

    from cvgen.loading.profile import Profile

__all__ = ["Failure", "Order", "Outcome", "Workers", "attempt", "each", "outputs"]


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

    def drop(self, order: Order) -> None:
        """Forget an order that was taken on, and need not be begun."""


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
            if workers is not None:
                workers.drop(order)


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
