"""Many profiles: the same build for each, over any executor, with the results in order."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable
from concurrent.futures import Executor
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cvgen.batch.tasks import Order, Outcome, each, outputs
from cvgen.batch.workers import behind

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
    `UsageError` where two profiles would be written to one file.
    """
    profiles = list(profiles)
    targets = outputs(profiles, output, options.get("variant"))
    orders = (Order(one, {**options, "output": target}) for one, target in zip(profiles, targets, strict=True))
    outcomes: list[Outcome] = []
    with behind(executor) if executor is not None else contextlib.nullcontext() as workers:
        for profile, outcome in each(orders, workers):
            outcomes.append(outcome)
            if on_result:
                on_result(profile, outcome)
    return outcomes
