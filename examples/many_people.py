"""Build the CVs of a whole group on all cores, and go on when one of them is broken.

Run: python examples/many_people.py [FOLDER WITH PROFILES] [OUTPUT FOLDER]
"""

import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import cvgen


def main(folder: Path, output: Path) -> int:
    profiles = sorted(folder.glob("*.yaml"))
    with ProcessPoolExecutor() as executor:
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
    arguments = [Path(argument) for argument in sys.argv[1:]]
    people = arguments[0] if arguments else Path("profiles")
    raise SystemExit(main(people, arguments[1] if len(arguments) > 1 else Path("build")))
