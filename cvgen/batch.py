"""Many profiles: the same build for each, over any executor, with the results in order."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import Executor, Future
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cvgen.build import BuildResult, build
from cvgen.errors import CvgenError
from cvgen.profile.model import Profile

__all__ = ["Failure", "Outcome", "attempt", "build_many"]


@dataclass(frozen=True, slots=True)
class Failure:
    """A profile that did not build, and why."""

    profile: Path | str | Profile
    error: CvgenError


Outcome = BuildResult | Failure


def attempt(profile: Path | str | Profile, options: dict[str, Any]) -> Outcome:
    """Build one profile; a failure is a result too."""
    try:
        return build(profile, **options)
    except CvgenError as error:
        return Failure(profile, error)


def build_many(
    profiles: Iterable[Path | str | Profile],
    *,
    executor: Executor | None = None,
    on_result: Callable[[Path | str | Profile, Outcome], None] | None = None,
    **options: Any,  # noqa: ANN401 - the options of build()
) -> list[Outcome]:
    """Build each profile and return the results in the order given; one that fails does not stop the others.

    `executor` is any `concurrent.futures.Executor`; without one the builds run one after the other. `on_result` is
    called in this thread with each profile and its result, in order. `options` are those of `build`.
    """
    outcomes: list[Outcome] = []
    jobs: list[tuple[Path | str | Profile, Future[Outcome] | None]] = [
        (profile, executor.submit(attempt, profile, options) if executor else None) for profile in profiles
    ]
    for profile, future in jobs:
        outcome = future.result() if future else attempt(profile, options)
        outcomes.append(outcome)
        if on_result:
            on_result(profile, outcome)
    return outcomes
