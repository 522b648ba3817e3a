"""Oddities within one person's profiles: overlapping posts, repeated bullets, empty labels and sections."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import combinations

from cvgen.comparison.spelling import compact, employer_key, strip_markup
from cvgen.diagnostics import Severity, Span
from cvgen.lint.bullets import bullets_of, check_bullets
from cvgen.lint.entries import Post, posts_of, section_entries
from cvgen.lint.finding import Finding, finding
from cvgen.lint.plausibility import find_implausible
from cvgen.lint.records import WorkRecord, listed_works
from cvgen.loading.profile import Profile
from cvgen.profile.works import WorkOverride
from cvgen.values.dates import DateRange, agrees, canonical, overlaps
from cvgen.values.names import fold_name

__all__ = ["check_profile", "compare_posts", "find_overlaps", "find_unused_works"]


def check_profile(profile: Profile) -> Iterator[Finding]:
    """Yield what is odd within one profile."""
    yield from find_overlaps(posts_of(profile))
    yield from check_bullets(bullets_of(profile))
    yield from _empty_sections(profile)
    yield from _repeated_works(profile)
    yield from find_implausible(profile)


# --- Posts ----------------------------------------------------------------------------------------------------------


def find_overlaps(posts: Sequence[Post]) -> Iterator[Finding]:
    """Yield posts that share time, but for those at the person's own university, which go with everything."""
    dated = [post for post in posts if not post.own and isinstance(post.when, DateRange)]
    for one, other in combinations(dated, 2):
        assert one.when is not None
        assert other.when is not None
        if one.span == other.span or not one.shown & other.shown or not overlaps(one.when, other.when):
            continue
        if one.when == other.when and {*map(employer_key, one.names)} & {*map(employer_key, other.names)}:
            continue  # one post as a job and as an internship
        first, second = sorted((one, other), key=lambda post: (post.date_span.line, post.date_span.column))
        yield finding(
            "job-overlap",
            second.date_span,
            f"`{_employers(second)}` ({_date(second)}) overlaps with `{_employers(first)}` ({_date(first)})",
            related=[(first.date_span, "the other post is dated here")],
            values=sorted(f"{employer_key(post.names[0])} {_date(post)}" for post in (first, second)),
        )


def _employers(post: Post) -> str:
    return strip_markup(" & ".join(post.names))


def _date(post: Post) -> str:
    return canonical(post.when) if post.when is not None else ""


def compare_posts(profiles: Sequence[Profile]) -> Iterator[Finding]:
    """Yield posts of one person whose dates differ between two profiles."""
    people: dict[str, list[Profile]] = defaultdict(list)
    for profile in profiles:
        people[fold_name(str(profile.person.name))].append(profile)
    for group in people.values():
        group.sort(key=lambda profile: profile.places.span(()).file)
        for one, other in combinations(map(_only_posts, group), 2):
            for key in one.keys() & other.keys():
                first, second = sorted((one[key], other[key]), key=_date)
                if first.when is None or second.when is None or agrees(first.when, second.when):
                    continue
                yield finding(
                    "job-dates",
                    second.date_span,
                    f"`{_employers(second)}` is dated {_date(second)}, and {_date(first)} elsewhere",
                    severity=Severity.ERROR,
                    related=[(first.date_span, f"`{_date(first)}` here")],
                    values=(key, _date(first), _date(second)),
                )


def _only_posts(profile: Profile) -> dict[str, Post]:
    """Return the posts by employer, where there is one only."""
    by_employer: dict[str, list[Post]] = defaultdict(list)
    for post in posts_of(profile):
        by_employer[employer_key(post.names[0])].append(post)
    return {key: posts[0] for key, posts in by_employer.items() if len(posts) == 1}


# --- Sections and lists ---------------------------------------------------------------------------------------------


def _empty_sections(profile: Profile) -> Iterator[Finding]:
    """Yield sections in which nothing is printed."""
    for number, section in enumerate(profile.file.sections):
        held = [item for field in ("entries", "groups", "highlights") for item in getattr(section, field, ())]
        printed = [item for item in held if not getattr(item, "hidden", False)]
        # A selection that selects nothing is reported where the profile is loaded.
        if section.hidden or printed or getattr(section, "text", None) or getattr(section, "select", None):
            continue
        title = strip_markup(section.title) if section.title else section.kind
        yield finding(
            "empty-section",
            profile.places.span(("sections", number)),
            f"the section `{title}` is empty" + (": all in it is hidden" if held else ""),
            severity=Severity.NOTE if held else Severity.WARNING,
            hint="fill it, delete it, or write `hidden: true`",
            values=(section.kind, compact(title)),
        )


def _repeated_works(profile: Profile) -> Iterator[Finding]:
    """Yield works that one section lists twice."""
    seen: dict[tuple[object, str], Span] = {}
    for path, _, entry in section_entries(profile, "works", hidden=True):
        if not isinstance(entry, str | WorkOverride):
            continue
        name = entry if isinstance(entry, str) else entry.work
        span = profile.places.span(path)
        first = seen.setdefault((path[1], name), span)
        if first is not span:
            message = f"`{name}` is listed twice in one section"
            values = (name, str(path[1]))
            yield finding("work-twice", span, message, related=[(first, "first here")], values=values)


def find_unused_works(profiles: Sequence[Profile], records: Sequence[WorkRecord]) -> Iterator[Finding]:
    """Yield works of works files that no profile lists."""
    listed = {base for profile in profiles for base in listed_works(profile)}
    named = {(work.places.span(work.path).file, key) for profile in profiles for key, work in profile.works.items()}
    for record in records:
        if record.origin == "shared" and record.base in named - listed:
            message = f"no profile lists `{record.base[1]}`"
            yield finding("unused-work", record.entry, message, values=(record.base[1],))
