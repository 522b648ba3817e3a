"""Build the CVs of a whole group on all cores, or on a cluster, and go on when one of them is broken.

Run: python examples/many_people.py [FOLDER WITH PROFILES] [OUTPUT FOLDER] [SCHEDULER, as in tcp://localhost:8786]
"""

import sys
from concurrent.futures import Executor, ProcessPoolExecutor
from pathlib import Path

import cvgen


def workers(scheduler: str | None) -> Executor:
    """Any executor will do. Those of other machines are sent all that a build reads."""
    if scheduler is None:
        return ProcessPoolExecutor()
    from distributed import Client  # pip install 'cvgen[cluster]'

    executor: Executor = Client(scheduler).get_executor()
    return executor


def main(folder: Path, output: Path, scheduler: str | None) -> int:
    profiles = sorted(folder.glob("*.yaml"))
    with workers(scheduler) as executor:
        outcomes = cvgen.build_many(profiles, executor=executor, output=output)
    failed = 0
    for profile, outcome in zip(profiles, outcomes, strict=True):
        if isinstance(outcome, cvgen.Failure):
            failed += 1
            print(f"{profile.name}: {outcome.error}")
        else:
            print(f"{profile.name}: {outcome.pages} page(s) in {outcome.pdf}")
    return failed


if __name__ == "__main__":
    people, output, scheduler, *_ = (*sys.argv[1:], *(None, None, None))
    raise SystemExit(main(Path(people or "profiles"), Path(output or "build"), scheduler))
