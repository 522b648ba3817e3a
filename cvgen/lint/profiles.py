"""What is odd within one person's profiles: overlapping posts, a bullet told twice, labels and sections empty."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import Any

from cvgen.comparison.spelling import bare, compact, employer_key, fold
from cvgen.diagnostics import Severity, Span, YamlPath
from cvgen.lint.facts import Job, Telling, jobs, tellings, used
from cvgen.lint.finding import Finding, finding
from cvgen.loading.profile import Profile
from cvgen.profile.entry import Highlight
from cvgen.profile.works import WorkOverride
from cvgen.sections import shape_of
from cvgen.values.dates import DateRange, agrees, canonical, overlaps

__all__ = ["is_label", "same_person_posts", "unused_works", "within"]


def within(profile: Profile) -> Iterator[Finding]:
    """Yield what is odd within one profile."""
    yield from _overlaps(profile)
    yield from _bullets(profile)
    yield from _labels(profile)
    yield from _empty_sections(profile)
    yield from _listed_twice(profile)


# --- Posts ----------------------------------------------------------------------------------------------------------


def _overlaps(profile: Profile) -> Iterator[Finding]:
    """Yield posts that share time, but for those at the person's own university, which go with everything."""
    told = [job for job in jobs(profile) if not job.own and isinstance(job.when, DateRange)]
    for one, other in combinations(told, 2):
        assert one.when is not None
        assert other.when is not None
        if one.span == other.span or not one.kept & other.kept or not overlaps(one.when, other.when):
            continue
        if _is_same(one, other):
            continue
        first, second = sorted((one, other), key=lambda job: (job.date_span.line, job.title))
        yield finding(
            "job-overlap",
            Severity.WARNING,
            second.date_span,
            f"`{_short(second)}` ({_when(second)}) overlaps with `{_short(first)}` ({_when(first)})",
            "correct the dates, or say in the entry that it was part-time",
            related=[(first.date_span, "the other post is dated here")],
            values=sorted(f"{employer_key(job.names[0])} {_when(job)}" for job in (first, second)),
        )


def _short(job: Job) -> str:
    return bare(" & ".join(job.names))


def _when(job: Job) -> str:
    return canonical(job.when) if job.when is not None else ""


def _is_same(one: Job, other: Job) -> bool:
    """Tell whether two entries are one post told twice: as a job and as an internship."""
    return bool({employer_key(name) for name in one.names} & {employer_key(name) for name in other.names}) and (
        one.when == other.when
    )


def same_person_posts(profiles: Sequence[Profile]) -> Iterator[Finding]:
    """Yield posts of one person whose dates differ between two profiles."""
    people: dict[str, list[Profile]] = defaultdict(list)
    for profile in profiles:
        people[fold(str(profile.person.name))].append(profile)
    for group in people.values():
        for one, other in combinations(sorted(group, key=lambda profile: profile.places.span(()).file), 2):
            yield from _dated_differently(jobs(one), jobs(other))


def _dated_differently(mine: Sequence[Job], yours: Sequence[Job]) -> Iterator[Finding]:
    for job in mine:
        key = employer_key(job.names[0])
        same = [other for other in yours if employer_key(other.names[0]) == key]
        alone = len([other for other in mine if employer_key(other.names[0]) == key]) == 1
        if not (alone and len(same) == 1 and job.when is not None and same[0].when is not None):
            continue
        other = same[0]
        assert other.when is not None
        if agrees(job.when, other.when):
            continue
        first, second = sorted((job, other), key=_when)
        yield finding(
            "job-dates",
            Severity.ERROR,
            second.date_span,
            f"`{_short(second)}` is dated {_when(second)}, and {_when(first)} elsewhere",
            "correct the dates that are wrong",
            related=[(first.date_span, f"`{_when(first)}` here")],
            values=(key, _when(first), _when(second)),
        )


# --- Bullets --------------------------------------------------------------------------------------------------------


def _flat(
    highlights: Sequence[Highlight], path: YamlPath
) -> Iterator[tuple[YamlPath, Highlight, Sequence[Highlight]]]:
    for index, highlight in enumerate(highlights):
        yield (*path, index), highlight, highlights
        yield from _flat(highlight.highlights, (*path, index, "highlights"))


def _span(profile: Profile, path: YamlPath) -> Span:
    """Return the place of a bullet's text, which may be the bullet itself."""
    return profile.places.span((*path, "text"))


def _bullets(profile: Profile) -> Iterator[Finding]:
    """Yield bullets that stand under two employers."""
    seen: dict[str, tuple[str, Span]] = {}
    section: Any
    for number, section in enumerate(profile.file.sections):
        if shape_of(section.kind).form != "position" or section.hidden:
            continue
        for index, entry in enumerate(section.entries):
            employer = bare(entry.organization[0].name) if entry.organization else ""
            for path, highlight, _ in _flat(entry.highlights, ("sections", number, "entries", index, "highlights")):
                text = bare(highlight.text)
                if entry.hidden or is_label(text) or len(fold(text).split()) < 3:
                    continue
                first, there = seen.setdefault(compact(text), (employer, _span(profile, path)))
                if employer_key(first) == employer_key(employer):
                    continue
                yield finding(
                    "same-bullet",
                    Severity.WARNING,
                    _span(profile, path),
                    f"`{text}` stands under `{employer}` and under `{first}`",
                    "say of each post what was done there",
                    related=[(there, f"under `{first}` here")],
                    values=(compact(text), *sorted((employer_key(first), employer_key(employer)))),
                )


def is_label(text: str) -> bool:
    """Tell whether a bullet is a label that something should follow.

    >>> is_label("Duties included:"), is_label("Duties included: all of them")
    (True, False)
    """
    return re.fullmatch(r"[^:]{1,60}[:：]\s*", text) is not None


def _labels(profile: Profile) -> Iterator[Finding]:
    """Yield labels that nothing follows."""
    for number, section in enumerate(profile.file.sections):
        if section.hidden:
            continue
        holders: list[tuple[YamlPath, Sequence[Highlight]]] = []
        holders.append((("sections", number, "highlights"), getattr(section, "highlights", ())))
        for index, entry in enumerate(getattr(section, "entries", ())):
            if not getattr(entry, "hidden", False):
                path: YamlPath = ("sections", number, "entries", index)
                holders.append(((*path, "highlights"), getattr(entry, "highlights", ())))
                for post, position in enumerate(getattr(entry, "positions", ())):
                    holders.append(((*path, "positions", post, "highlights"), position.highlights))
        for path, highlights in holders:
            for where, highlight, siblings in _flat(highlights, path):
                text = bare(highlight.text)
                follows = highlight.highlights or siblings[-1] is not highlight
                if is_label(text) and not follows:
                    yield finding(
                        "empty-label",
                        Severity.WARNING,
                        _span(profile, where),
                        f"nothing follows `{text}`",
                        "write what belongs there, or delete the label",
                        values=(compact(text), *map(str, where[:-1])),
                    )


# --- Sections and lists ---------------------------------------------------------------------------------------------


def _empty_sections(profile: Profile) -> Iterator[Finding]:
    """Yield sections in which nothing stands that is printed."""
    for number, section in enumerate(profile.file.sections):
        held = [item for field in ("entries", "groups", "highlights") for item in getattr(section, field, ())]
        printed = [item for item in held if not getattr(item, "hidden", False)]
        if section.hidden or printed or getattr(section, "text", None):
            continue
        if shape_of(section.kind).form == "works" and getattr(
            section, "select", None
        ):  # loading warns where it selects nothing
            continue
        title = bare(section.title) if section.title else section.kind
        yield finding(
            "empty-section",
            Severity.NOTE if held else Severity.WARNING,
            profile.places.span(("sections", number)),
            f"the section `{title}` is empty" + (": all in it is hidden" if held else ""),
            "fill it, delete it, or write `hidden: true`",
            values=(section.kind, compact(title)),
        )


def _listed_twice(profile: Profile) -> Iterator[Finding]:
    """Yield works that one section lists twice."""
    for number, section in profile.works_sections():
        seen: dict[str, Span] = {}
        for index, entry in enumerate(section.entries):
            if not isinstance(entry, str | WorkOverride):
                continue
            name = entry if isinstance(entry, str) else entry.work
            span = profile.places.span(("sections", number, "entries", index))
            first = seen.setdefault(name, span)
            if first is not span:
                yield finding(
                    "work-twice",
                    Severity.WARNING,
                    span,
                    f"`{name}` is listed twice in one section",
                    "delete one of the two",
                    related=[(first, "first here")],
                    values=(name, str(number)),
                )


def unused_works(profiles: Sequence[Profile]) -> Iterator[Finding]:
    """Yield works of works files that no profile lists."""
    listed = {base for profile in profiles for base in used(profile)}
    for telling in _shared(profiles):
        if telling.base not in listed:
            yield finding(
                "unused-work",
                Severity.NOTE,
                telling.entry,
                f"no profile lists `{telling.base[1]}`",
                "list it, or leave it for those to come",
                values=(telling.base[1],),
            )


def _shared(profiles: Sequence[Profile]) -> Iterator[Telling]:
    yield from (telling for telling in tellings(profiles) if telling.origin == "shared")
