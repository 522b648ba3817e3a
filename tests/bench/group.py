"""Write the profiles of a made-up university. Usage: python tests/bench/group.py FOLDER N

Laboratories of sixteen people share a works file each. Who somebody is does not depend on N: the first profiles of a
large group are those of a small one.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator
from pathlib import Path

__all__ = ["write_group"]

GIVEN = """
Ada Alan Barbara Chao Chiara Donald Edsger Élodie Frances Grace Haibin Ines John José Katalin Leslie Li-Wen Margaret
Maryam Mélanie Niklaus Noor Olu Priya Radia Søren Tony Ursula Vint Xin Yuki Zoë
"""
FAMILY = """
Allen Berg Çelik Chen Codd Dijkstra Erdős Fernández Goldberg Hopper Iwata Jin Kay Knuth Lamport Lin Liskov Liu
Lovelace Müller Nakamura Novák O'Neil Perlman Quinn Rossi Shannon Sørensen Turing Vogel Wirth Zhang
"""
TOPICS = """
adaptive asynchronous batched cached compiled disaggregated distributed dynamic elastic fair hybrid incremental lazy
lightweight online parallel predictive preemptive reliable robust scalable secure serverless sparse speculative
"""
THINGS = """
aggregation analytics caching checkpointing clusters compilation consensus dataflow debugging decoding fuzzing graphs
indexing inference kernels logging networks offloading optimizers placement prefetching profiling queries routing
"""
PLACES = (
    ("University of Edinburgh", "Edinburgh, UK"),
    ("Peking University", "Beijing, China"),
    ("ETH Zürich", "Zürich, Switzerland"),
    ("Universidade de Coimbra", "Coimbra, Portugal"),
    ("KAIST", "Daejeon, South Korea"),
    ("University of California, San Diego", "La Jolla, CA, U.S."),
)
VENUES = (
    ("Symposium on Operating Systems Principles", "SOSP", "conference"),
    ("European Conference on Computer Systems", "EuroSys", "conference"),
    ("Transactions on Computer Systems", "TOCS", "journal"),
    ("Workshop on Hot Topics in Operating Systems", "HotOS", "workshop"),
)
COURSES = (
    "Operating Systems",
    "Compilers",
    "Computer Networks",
    "Discrete Mathematics",
    "Introduction to Programming",
)
AWARDS = ("Merit Student", "Best Paper Award", "Dean's Scholarship", "Teaching Award", "Travel Grant")
THEMES = ("awesome", "awesome", "plain")
LABORATORY = 16
_WORKS = 24


def _name(number: int) -> str:
    """Return a name that nobody else has."""
    given, family = GIVEN.split(), FAMILY.split()
    round_, at = divmod(number, len(given) * len(family))
    middle = f"{chr(ord('A') + round_ % 26)}. " if round_ else ""
    return f"{given[at % len(given)]} {middle}{family[(at // len(given) + at) % len(family)]}"


def _title(chance: random.Random) -> str:
    first, second = chance.sample(TOPICS.split(), 2)
    thing, other = chance.sample(THINGS.split(), 2)
    return f"{first.title()} {thing} for {second} {other}"


def _works(chance: random.Random, people: list[str]) -> Iterator[tuple[str, list[str], str]]:
    """Yield the id, the authors and the YAML of each work of a laboratory; everybody has three at least."""
    for number in range(_WORKS):
        own = {people[(number * 3 + at) % len(people)] for at in range(3)}
        authors = chance.sample(sorted(own), len(own)) + chance.sample(people, 3)
        authors = list(dict.fromkeys((*authors, f"{chance.choice(GIVEN.split())} Example")))
        venue, acronym, kind = chance.choice(VENUES)
        year = chance.randint(2014, 2025)
        text = (
            f"w{number}:\n"
            f'  title: "Sys{number}: {_title(chance)}"\n'
            f"  authors: [{', '.join(f'{chr(34)}{author}{chr(34)}' for author in authors)}]\n"
            f"  venue: {{name: {venue}, acronym: {acronym}, year: {year}, kind: {kind}}}\n"
            f"  date: {year}-{chance.randint(1, 12):02}\n"
            f'  location: "{chance.choice(PLACES)[1]}"\n'
            f"  links: {{pdf: https://example.org/{number}.pdf}}\n"
        )
        yield f"w{number}", authors, text


def _studies(chance: random.Random) -> Iterator[str]:
    yield "  - kind: education\n    entries:\n"
    year = chance.randint(2008, 2016)
    for degree, years in (("Ph.D. in Computer Science", 5), ("B.Sc. in Mathematics", 4)):
        institution, town = chance.choice(PLACES)
        start = year if years == 4 else year + 4
        yield (
            f'      - institution: "{institution}"\n        degree: {degree}\n        location: "{town}"\n'
            f"        start_date: {start}-09\n        end_date: {start + years}-06\n"
            f"        advisors: [{{title: Prof., name: {_name(chance.randrange(900))}}}]\n"
        )


def _posts(chance: random.Random) -> Iterator[str]:
    yield "  - kind: experience\n    entries:\n"
    for number in range(chance.randint(2, 4)):
        institution, town = chance.choice(PLACES)
        yield (
            f'      - organization: "{institution}"\n'
            f"        role: {chance.choice(('Research Assistant', 'Lecturer', 'Visiting Researcher'))}\n"
            f'        location: "{town}"\n'
            f"        start_date: {2021 - 2 * number}-{chance.randint(1, 12):02}\n"
            f"        end_date: {2023 - 2 * number}-01\n        highlights:\n"
        )
        for _ in range(chance.randint(2, 3)):
            percent = chance.randint(11, 79)
            yield f'          - "Led work on *{_title(chance).lower()}*, which cut costs by {percent}% & more."\n'


def _rest(chance: random.Random) -> Iterator[str]:
    yield "  - kind: teaching\n    entries:\n"
    for course in chance.sample(COURSES, 2):
        institution, _ = chance.choice(PLACES)
        yield f'      - {{course: {course}, role: Lecturer, institution: "{institution}", date: 2024 Spring}}\n'
    yield "  - kind: service\n    entries:\n"
    for venue, acronym, _ in chance.sample(VENUES, 2):
        yield f"      - {{venue: {venue}, acronym: {acronym}, role: Reviewer, date: {chance.randint(2018, 2025)}}}\n"
    yield "  - kind: honors\n    entries:\n"
    for award in chance.sample(AWARDS, 3):
        institution, _ = chance.choice(PLACES)
        yield f'      - {{title: {award}, event: "{institution}", date: {chance.randint(2010, 2025)}}}\n'
    yield "  - kind: skills\n    entries:\n"
    languages = ", ".join(chance.sample(("C", "Rust", "Python", "Go", "Lean"), 3))
    yield f"      - {{label: Programming, values: [{languages}]}}\n"


def _profile(number: int, name: str, works: str, listed: list[str]) -> str:
    chance = random.Random(f"person {number}")
    institution, town = chance.choice(PLACES)
    head = (
        f'person:\n  name: "{name}"\n  position: [Researcher, "{institution}"]\n'
        f'  address: "{chance.randint(1, 99)} College Street, {town}"\n'
        f"  email: person{number}@example.org\n  homepage: example.org/~person{number}\n  github: person{number}\n"
        f"works: {works}\ndocument: {{theme: {chance.choice(THEMES)}, paper: a4, language: en}}\nsections:\n"
    )
    entries = "".join(f"      - {work}\n" for work in listed)
    publications = f"  - kind: publications\n    entries:\n{entries}"
    return "".join((head, *_studies(chance), *_posts(chance), publications, *_rest(chance)))


def write_group(folder: Path, count: int) -> list[Path]:
    """Write `count` profiles, and the works files that they share, into `folder`; return the profiles."""
    (folder / "works").mkdir(parents=True, exist_ok=True)
    paths = []
    for first in range(0, count, LABORATORY):
        people = [_name(number) for number in range(first, first + LABORATORY)]
        works = list(_works(random.Random(f"laboratory {first}"), people))
        shared = folder / "works" / f"laboratory{first // LABORATORY:03}.yaml"
        shared.write_text("".join(text for _, _, text in works), "utf-8")
        for number, name in enumerate(people[: count - first], first):
            listed = [work for work, authors, _ in works if name in authors]
            path = folder / f"person{number:04}.yaml"
            path.write_text(_profile(number, name, f"works/{shared.name}", listed), "utf-8")
            paths.append(path)
    return paths


if __name__ == "__main__":
    if len(sys.argv) != 3 or not sys.argv[2].isdigit():
        raise SystemExit(__doc__)
    print(f"{len(write_group(Path(sys.argv[1]), int(sys.argv[2])))} profiles in {sys.argv[1]}")
