"""Print how long a large group's check takes. Usage: python tests/bench/check_scale.py [WORKS [PROFILES]]

It makes a works file and as many profiles as asked for, each of which lists a part of the works, tells some otherwise
and writes some out; then it loads them, compares them, and prints the seconds that each part took.
"""

import random
import sys
import tempfile
import time
from pathlib import Path

from cvgen.lint.check import check_profiles
from cvgen.loading.load import load

TOPICS = """
adaptive asynchronous batched cached compiled disaggregated distributed dynamic elastic fair hybrid incremental lazy
lightweight online parallel predictive preemptive reliable robust scalable secure serverless sparse speculative
"""
THINGS = """
aggregation analytics caching checkpointing clusters compilation consensus dataflow debugging decoding fuzzing graphs
indexing inference kernels logging networks offloading optimizers placement prefetching profiling queries routing
"""
GIVEN = "Ada Alan Barbara Chao Donald Edsger Frances Grace Haibin John Leslie Margaret Niklaus Radia Xin Zili"
FAMILY = "Allen Chen Dijkstra Hopper Jin Kay Knuth Lamport Lin Liskov Liu Lovelace Perlman Turing Wirth Zhang"
TOWNS = ("Santa Clara, CA, U.S.", "Boston, MA, U.S.", "Edinburgh, UK", "Coimbra, Portugal", "Seoul, South Korea")


def work(number: int, chance: random.Random, people: list[str], owner: str) -> str:
    """Return a work as YAML, without its key."""
    topic, other = chance.sample(TOPICS.split(), 2)
    thing, kind, level, venue = chance.sample(THINGS.split(), 4)
    title = f"Sys{number}: {topic} {thing} for {other} {kind} at the {level} level"
    authors = chance.sample(people, chance.randint(3, 12))
    if owner not in authors:
        authors.append(owner)
    year = chance.randint(2015, 2025)
    return (
        f'{{title: "{title}", authors: [{", ".join(authors)}], '
        f"venue: {{name: Symposium on {venue}, acronym: S{chance.randint(1, 40)}, year: {year}, kind: conference}}, "
        f'date: "{year}-{chance.randint(1, 12):02}", location: "{chance.choice(TOWNS)}", '
        f"links: {{pdf: https://example.org/{number}.pdf}}}}"
    )


def group(folder: Path, works: int, profiles: int) -> list[Path]:
    """Write a group's files into `folder`."""
    chance = random.Random(7)
    people = [f"{given} {family}" for given in GIVEN.split() for family in FAMILY.split()]
    owners = people[:profiles]
    made = [(owners[number % profiles], number) for number in range(works)]
    told = {number: work(number, chance, people, owner) for owner, number in made}
    (folder / "works.yaml").write_text("".join(f"w{number}: {text}\n" for number, text in told.items()), "utf-8")
    paths = []
    for owner in owners:
        mine = [number for whose, number in made if whose == owner]
        entries = [f"w{number}" for number in mine[3:]]
        entries += [f'{{work: w{number}, location: "Santa Clara, U.S."}}' for number in mine[:1]]
        entries += [told[number].replace(" for ", " forr ", 1) for number in mine[1:3]]
        others = chance.sample([number for whose, number in made if whose != owner and owner in told[number]], 5)
        entries += [f"w{number}" for number in others]
        path = folder / f"{owner.replace(' ', '_').lower()}.yaml"
        listed = "".join(f"      - {entry}\n" for entry in entries)
        head = f"person: {{name: {owner}}}\nworks: works.yaml\nsections:\n  - kind: publications\n    entries:\n"
        path.write_text(head + listed, "utf-8")
        paths.append(path)
    return paths


def main() -> None:
    """Measure and print."""
    works, profiles = (int(word) for word in (*sys.argv[1:], *("500", "30")[len(sys.argv) - 1 :]))
    with tempfile.TemporaryDirectory() as folder:
        paths = group(Path(folder), works, profiles)
        start = time.perf_counter()
        loaded = [load(path) for path in paths]
        read = time.perf_counter()
        found = check_profiles(loaded)
        done = time.perf_counter()
        again = check_profiles(loaded)
        warm = time.perf_counter()
    assert found == again
    codes = {code: sum(one.code == code for one in found) for code in sorted({one.code for one in found})}
    print(f"{works} works, {profiles} profiles: load {read - start:.2f} s, compare {done - read:.2f} s", end="")
    print(f" ({warm - done:.2f} s when warm), {len(found)} findings {codes}")


if __name__ == "__main__":
    main()
