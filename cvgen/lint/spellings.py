"""One thing that is spelled in several ways: people, places, venues, employers and what they name."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import combinations, groupby, product

from cvgen.comparison.places import parse_place
from cvgen.comparison.spelling import compact, employer_key, is_misspelling, same_employer, strip_markup, venue_key
from cvgen.diagnostics import Severity
from cvgen.lint.entries import Spelling, employers, named_by_institution, places, venues
from cvgen.lint.finding import Finding, finding
from cvgen.lint.records import WorkRecord
from cvgen.loading.profile import Profile
from cvgen.values.names import fold_name

__all__ = ["author_spellings", "find_spellings", "report_spellings"]

Order = Callable[[str], object]
Weigh = Callable[[str, str], Severity | None]


def find_spellings(profiles: Sequence[Profile], records: Sequence[WorkRecord]) -> Iterator[Finding]:
    """Yield what is spelled in several ways."""
    yield from _author_names(author_spellings(records))
    yield from _place_names(places(profiles, records))
    yield from _institution_names("course", list(named_by_institution(profiles, "course", "title")))
    yield from _institution_names("department", list(named_by_institution(profiles, "degree", "department")))
    yield from _institution_names("award", list(named_by_institution(profiles, "award", "title")))
    yield from _venue_names(venues(profiles, records))
    yield from _employer_names(employers(profiles))


def report_spellings(
    code: str,
    noun: str,
    spellings: Iterable[Spelling],
    order: Order = lambda text: 0,
    weigh: Weigh = lambda text, best: None,
    where: str = "elsewhere",
) -> Iterator[Finding]:
    """Yield a finding for each file and spelling that is not the best one of `spellings`, which all mean one thing.

    The best is the first by `order`, then what most files have, then what is most frequent.
    """
    by_text: dict[str, list[Spelling]] = defaultdict(list)
    for one in spellings:
        by_text[" ".join(strip_markup(one.text).split())].append(one)

    def rank(text: str) -> tuple[object, ...]:
        files = {one.span.file for one in by_text[text]}
        return order(text), -len(files), -len(by_text[text]), -len(text), text

    best, *others = sorted(by_text, key=rank) or [""]
    for text in others:
        files: dict[str, list[Spelling]] = defaultdict(list)
        for one in by_text[text]:
            files[one.span.file].append(one)
        for file, uses in sorted(files.items()):
            uses.sort(key=lambda one: (one.span.line, one.span.column))
            first = _reference(by_text[best], file)
            yield finding(
                code,
                uses[0].span,
                f"the {noun} `{text}` is spelled `{best}` {where}",
                severity=Severity.NOTE if all(one.deliberate for one in uses) else weigh(text, best),
                related=[(first.span, f"`{best}` here"), *((one.span, "and here") for one in uses[1:])],
                values=sorted((text, best)),
            )


def _reference(spellings: Iterable[Spelling], file: str) -> Spelling:
    """Choose the spelling to point to: another file's, if there is one."""
    return min(spellings, key=lambda one: (one.span.file == file, one.deliberate, one.span.file, one.span.line))


def author_spellings(records: Iterable[WorkRecord]) -> Iterator[list[Spelling]]:
    """Yield the author names that differ in case, accents, hyphens or spaces alone, in groups."""
    found: dict[str, list[Spelling]] = defaultdict(list)
    for record in records:
        for index, name in enumerate(record.authors if record.shown and record.has("authors") else ()):
            found[compact(name)].append(Spelling(name, record.place("authors", index)))
    yield from (group for _, group in sorted(found.items()))


def _author_names(groups: Iterable[Sequence[Spelling]]) -> Iterator[Finding]:
    """Yield what is spelled otherwise than elsewhere; of what stands in one .bib file alone, one line for the file.

    Such a file is a service's, and holds each co-author as each publisher prints the name.
    """
    within: dict[str, list[Finding]] = defaultdict(list)
    for group in groups:
        files = {one.span.file for one in group}
        found = report_spellings("author-spelling", "author", group)
        if len(files) == 1 and (file := min(files)).endswith(".bib"):
            within[file] += found
        else:
            yield from found
    for several in within.values():
        if len(several) > 1:
            words = f"{len(several)} author names are spelled otherwise elsewhere in this file"
            related = [place for one in several for place in ((one.span, one.message), *one.related[:1])]
            values = sorted(text for one in several for text in one.values)
            span, severity = several[0].span, Severity.NOTE
            yield finding("author-spelling", span, words, related=related, values=values, severity=severity)
        else:
            yield from several


def _precision(place: Spelling) -> int:
    return parse_place(place.text).precision


def _place_names(spellings: Iterable[Spelling]) -> Iterator[Finding]:
    """Yield places that are given in fewer parts, or spelled otherwise, than elsewhere. The fullest is the best."""
    towns: dict[str, list[Spelling]] = defaultdict(list)
    for one in spellings:
        towns[parse_place(one.text).town].append(one)
    for _, group in sorted(towns.items()):
        for cluster in _divide_towns(group):
            yield from report_spellings("place-spelling", "place", cluster, lambda text: -parse_place(text).precision)


def _divide_towns(group: Sequence[Spelling]) -> list[list[Spelling]]:
    """Divide towns of one name: Cambridge in England is not Cambridge, MA."""
    clusters: list[list[Spelling]] = []
    for one in sorted(group, key=lambda one: (-_precision(one), one.text)):
        place = parse_place(one.text)
        fitting = [cluster for cluster in clusters if all(place.may_be(parse_place(other.text)) for other in cluster)]
        if len(fitting) == 1:
            fitting[0].append(one)
        elif not fitting:
            clusters.append([one])
    return clusters


def _institution_names(noun: str, spellings: Sequence[Spelling]) -> Iterator[Finding]:
    """Yield names that differ by a slip, where not two institutions give them."""
    by_name: dict[str, list[Spelling]] = defaultdict(list)
    for one in spellings:
        by_name[one.text].append(one)
    by_word: dict[str, set[str]] = defaultdict(set)
    for name in by_name:
        for word in fold_name(name).split():
            by_word[word[:4]].add(name)
    for name, other in sorted({pair for names in by_word.values() for pair in combinations(sorted(names), 2)}):
        texts = strip_markup(name), strip_markup(other)
        if not is_misspelling(*texts) and fold_name(texts[0]) != fold_name(texts[1]):
            continue
        pairs = [pair for pair in product(by_name[name], by_name[other]) if _may_share_institution(*pair)]
        every = dict.fromkeys(spelling for pair in pairs for spelling in pair)
        yield from report_spellings(f"{noun}-spelling", noun, every)


def _may_share_institution(one: Spelling, other: Spelling) -> bool:
    return not one.context or not other.context or same_employer(one.context, other.context)


def _venue_names(spellings: Iterable[Spelling]) -> Iterator[Finding]:
    """Yield venues of one acronym whose names differ by a slip; those of one work are compared with that work."""
    by_acronym: dict[str, list[Spelling]] = defaultdict(list)
    for one in spellings:
        by_acronym[compact(one.context)].append(one)
    for _, group in sorted(by_acronym.items()):
        by_name: dict[str, list[Spelling]] = defaultdict(list)
        for one in group:
            by_name[venue_key(one.text, one.context)].append(one)
        for name, other in combinations(sorted(filter(None, by_name)), 2):
            if not is_misspelling(name, other):
                continue
            both = _usual(by_name[name]) + _usual(by_name[other])
            if len({compact(one.work) for one in both}) > 1:
                yield from report_spellings("venue-spelling", "venue", both)


def _usual_text(spellings: Sequence[Spelling]) -> str:
    return Counter(one.text for one in spellings).most_common(1)[0][0]


def _usual(spellings: Sequence[Spelling]) -> list[Spelling]:
    """Return those in the usual form; "Proceedings of" and the like are forms, not spellings."""
    usual = _usual_text(spellings)
    return [one for one in spellings if one.text == usual]


def _employer_names(spellings: Iterable[Spelling]) -> Iterator[Finding]:
    """Yield employers and universities that differ in case, spaces or legal form, or by a slip in a long word.

    The best has no "Inc." behind it, and whether a legal form stands there is a matter of taste.
    """
    groups: dict[str, list[Spelling]] = defaultdict(list)
    for one in spellings:
        groups[employer_key(one.text)].append(one)
    for _, group in sorted(groups.items()):
        yield from report_spellings(
            "employer-spelling",
            "employer",
            group,
            lambda text: compact(text) != employer_key(text),
            lambda text, best: None if compact(text) == compact(best) else Severity.NOTE,
        )
    usual = {key: strip_markup(_usual_text(group)) for key, group in groups.items()}
    for _, keys in groupby(sorted(groups), key=lambda key: key[:2]):
        for key, other in combinations(keys, 2):
            if len(key) >= 8 and is_misspelling(usual[key], usual[other]):
                yield from report_spellings("employer-spelling", "employer", groups[key] + groups[other])
