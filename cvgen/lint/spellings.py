"""One thing spelled in several ways by those compared: people, places, venues, employers and what they name."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import combinations

from cvgen.comparison.places import place_of
from cvgen.comparison.spelling import alike, bare, compact, employer_key, fold, raw_name, same_employer, venue_key
from cvgen.diagnostics import Severity
from cvgen.lint.facts import Named, Owned, Telling
from cvgen.lint.finding import Finding, finding

__all__ = [
    "author_names",
    "award_names",
    "course_names",
    "department_names",
    "employer_names",
    "place_names",
    "venue_names",
]

Order = Callable[[str], tuple[object, ...]]
Weigh = Callable[[str, str], Severity]


def _spellings(
    code: str,
    kind: str,
    named: Iterable[Named],
    hint: str,
    order: Order = lambda text: (),
    weigh: Weigh = lambda text, best: Severity.WARNING,
) -> Iterator[Finding]:
    """Yield a finding for each file and spelling that is not the best one of `named`, which all mean one thing.

    The best is the first by `order`, then what most files have, then what is told most often.
    """
    spelled: dict[str, list[Named]] = defaultdict(list)
    for one in named:
        spelled[" ".join(bare(one.text).split())].append(one)
    best = sorted(
        spelled,
        key=lambda text: (
            *order(text),
            -len({one.span.file for one in spelled[text]}),
            -len(spelled[text]),
            -len(text),
            text,
        ),
    )
    if len(best) < 2:
        return
    for text in best[1:]:
        files: dict[str, list[Named]] = defaultdict(list)
        for one in spelled[text]:
            files[one.span.file].append(one)
        for file, places in sorted(files.items()):
            places.sort(key=lambda one: (one.span.line, one.span.column))
            first = _rival(spelled[best[0]], file)
            severity = Severity.NOTE if all(one.on_purpose for one in places) else weigh(text, best[0])
            related = [(first.span, f"`{best[0]}` here"), *((one.span, "and here") for one in places[1:])]
            message = f"{kind} `{text}` is spelled `{best[0]}` elsewhere"
            values = sorted((text, best[0]))
            yield finding(code, severity, places[0].span, message, hint, related=related, values=values)


def _rival(named: Iterable[Named], file: str) -> Named:
    """Choose whom to point to: another file's telling, if there is one."""
    return min(named, key=lambda one: (one.span.file == file, one.on_purpose, one.span.file, one.span.line))


def author_names(told: Sequence[Telling]) -> Iterator[Finding]:
    """Yield author names that differ in case, accents, hyphens or spaces alone."""
    found: dict[str, list[Named]] = defaultdict(list)
    for telling in told:
        if not (telling.shown and telling.tells("authors")):
            continue
        for index, author in enumerate(telling.work.authors):
            name = raw_name(author.name)
            found[compact(name)].append(Named(name, telling.place("authors", index)))
    for _, group in sorted(found.items()):
        yield from _spellings("author-spelling", "the author", group, "write the name as its bearer does, everywhere")


def place_names(named: Iterable[Named]) -> Iterator[Finding]:
    """Yield places of which parts are left out, or spelled otherwise, elsewhere. The fullest spelling is the best."""
    towns: dict[str, list[Named]] = defaultdict(list)
    for one in named:
        towns[place_of(one.text).town].append(one)

    def fullest(text: str) -> tuple[object, ...]:
        return (-place_of(text).told,)

    hint = "write the place one way"
    for _, group in sorted(towns.items()):
        for cluster in _one_place(group):
            yield from _spellings("place-spelling", "the place", cluster, hint, fullest)


def _one_place(group: Sequence[Named]) -> Iterator[list[Named]]:
    """Divide what is told of one town's name into towns: Cambridge in England is not Cambridge, MA."""
    clusters: list[list[Named]] = []
    for one in sorted(group, key=lambda one: (-place_of(one.text).told, one.text)):
        place = place_of(one.text)
        fitting = [cluster for cluster in clusters if all(place.may_be(place_of(other.text)) for other in cluster)]
        if len(fitting) == 1:
            fitting[0].append(one)
        elif not fitting:
            clusters.append([one])
    yield from clusters


def course_names(courses: Iterable[Owned]) -> Iterator[Finding]:
    """Yield courses of one university whose names differ by a slip."""
    yield from _owned("course-spelling", "the course", courses, "write the course's name as the university does")


def department_names(departments: Iterable[Owned]) -> Iterator[Finding]:
    """Yield departments of one university whose names differ by a slip."""
    yield from _owned("department-spelling", "the department", departments, "write the name as the university does")


def award_names(awards: Iterable[Owned]) -> Iterator[Finding]:
    """Yield honors whose names differ by a slip, where not two institutions give them."""
    yield from _owned("award-spelling", "the award", awards, "write the award's name as its giver does")


def _owned(code: str, kind: str, named: Iterable[Owned], hint: str) -> Iterator[Finding]:
    told = list(named)
    names = sorted({one.name.text for one in told}, key=fold)
    tokens: dict[str, set[str]] = defaultdict(set)
    for name in names:
        for word in fold(name).split():
            tokens[word[:4]].add(name)
    pairs = {(one, other) for group in tokens.values() for one in group for other in group if one < other}
    for one, other in sorted(pairs):
        if not alike(bare(one), bare(other)) and fold(bare(one)) != fold(bare(other)):
            continue
        mine = [course for course in told if course.name.text == one]
        yours = [course for course in told if course.name.text == other]
        matching = [
            (left, right)
            for left in mine
            for right in yours
            if not left.institution or not right.institution or same_employer(left.institution, right.institution)
        ]
        if matching:
            sides = {id(course): course.name for pair in matching for course in pair}
            yield from _spellings(code, kind, sides.values(), hint)


def venue_names(venues: Iterable[tuple[str, Named, str]]) -> Iterator[Finding]:
    """Yield venues of one acronym whose names differ by a slip.

    What differs between two tellings of one paper is found with that paper.
    """
    told: dict[str, list[tuple[str, Named, str]]] = defaultdict(list)
    for acronym, name, paper in venues:
        told[compact(acronym)].append((acronym, name, compact(paper)))
    for _, group in sorted(told.items()):
        names = {venue_key(name.text, acronym) for acronym, name, _ in group if name.text}
        for one, other in combinations(sorted(names), 2):
            if not alike(one, other):
                continue
            sides = [row for key in (one, other) for row in _usual(group, key)]
            if len({paper for _, _, paper in sides}) > 1:
                hint = "write the venue's name as its proceedings do"
                yield from _spellings("venue-spelling", "the venue", [name for _, name, _ in sides], hint)


def _usual(group: Sequence[tuple[str, Named, str]], key: str) -> Iterator[tuple[str, Named, str]]:
    """Yield the tellings of a venue in its usual form; "Proceedings of" and the like are forms, not spellings."""
    rows = [row for row in group if venue_key(row[1].text, row[0]) == key]
    usual = Counter(row[1].text for row in rows).most_common(1)[0][0]
    yield from (row for row in rows if row[1].text == usual)


def _plainest(text: str) -> tuple[object, ...]:
    """Order what has no "Inc." behind it first."""
    return (compact(text) != employer_key(text),)


def _by_legal_form(text: str, best: str) -> Severity:
    """Weigh a spelling: a legal form that is told or not is a matter of taste."""
    return Severity.WARNING if compact(text) == compact(best) else Severity.NOTE


def employer_names(named: Iterable[Named]) -> Iterator[Finding]:
    """Yield employers and universities that differ in case, spaces or legal form, or by a slip in a long word."""
    groups: dict[str, list[Named]] = defaultdict(list)
    for one in named:
        groups[employer_key(one.text)].append(one)
    hint = "write the name one way"
    for _, group in sorted(groups.items()):
        yield from _spellings("employer-spelling", "the employer", group, hint, _plainest, _by_legal_form)
    usual = {key: Counter(one.text for one in group).most_common(1)[0][0] for key, group in groups.items()}
    starts: dict[str, list[str]] = defaultdict(list)
    for key in sorted(groups):
        starts[key[:2]].append(key)
    for keys in starts.values():
        for key, other in combinations(keys, 2):
            if len(key) >= 8 and alike(bare(usual[key]), bare(usual[other])):
                yield from _spellings("employer-spelling", "the employer", groups[key] + groups[other], hint)
