"""Many profiles: the same build for each, over any executor, with the results in order."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cvgen.build import build, check, default_output
from cvgen.errors import CvgenError, UsageError
from cvgen.typeset import BuildResult

if TYPE_CHECKING:
    from concurrent.futures import Executor, Future

    from cvgen.profile.model import Profile

__all__ = ["Failure", "Outcome", "attempt", "build_many", "outputs"]


@dataclass(frozen=True, slots=True)
class Failure:
    """A profile that did not build, and why."""

    profile: Path | str | Profile
    error: CvgenError


Outcome = BuildResult | Failure


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
    builds run one after the other. `on_result` is called in this thread with each profile and its result, in order.
    Other `options` are those of `build`. Raises `UsageError` where two profiles would be written to one file.
    """
    profiles = list(profiles)
    jobs: list[tuple[Path | str | Profile, dict[str, Any], Future[Outcome] | None]] = []
    for profile, target in zip(profiles, outputs(profiles, output, options.get("variant")), strict=True):
        given = {**options, "output": target}
        jobs.append((profile, given, executor.submit(attempt, profile, given) if executor else None))
    outcomes: list[Outcome] = []
    for profile, given, future in jobs:
        outcome = future.result() if future else attempt(profile, given)
        outcomes.append(outcome)
        if on_result:
            on_result(profile, outcome)
    return outcomes
