"""Compare the courses and posts of a profile with a page, and find what is odd within the page."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import zip_longest

from cvgen.comparison.spelling import compact, employer_key, is_misspelling, strip_markup
from cvgen.diagnostics import Span
from cvgen.lint.bullets import bullets_of, bullets_on, check_bullets
from cvgen.lint.entries import EVERYWHERE, Post, named_by_institution, posts_of
from cvgen.lint.finding import Finding, finding
from cvgen.lint.page_entries import compare_entries
from cvgen.lint.page_publications import find_dates
from cvgen.lint.pages import TextPage
from cvgen.lint.profiles import find_overlaps
from cvgen.loading.profile import Profile
from cvgen.values.dates import DateRange, agrees, canonical
from cvgen.values.names import fold_name

__all__ = ["check_page"]


def check_page(profile: Profile, page: TextPage, *, is_own: bool) -> Iterator[Finding]:
    """Yield how a page differs in courses and posts, and what is odd in it.

    Only courses are compared with a page that is not the person's own: two people may have taught one, but have had
    posts at one employer at different times.
    """
    yield from _compare_courses(profile, page)
    if is_own:
        yield from _compare_posts(profile, page)
        yield from compare_entries(profile, page)
        yield from check_bullets(bullets_on(page), list(bullets_of(profile)))
        yield from _empty_sections(profile, page)


# --- Courses --------------------------------------------------------------------------------------------------------


def _compare_courses(profile: Profile, page: TextPage) -> Iterator[Finding]:
    parts = [
        (match[0].strip(" •·-\t"), start + match.start())
        for start, end in page.open_lines()
        for match in re.finditer(r"[^,(;:|\[\]]+", page.text[start:end])
    ]
    known = {fold_name(text) for text, _ in parts}
    for course in named_by_institution([profile], "course", "title"):
        name = strip_markup(course.text)
        near = next((part for part in parts if is_misspelling(part[0], name)), None)
        if fold_name(name) in known or near is None:
            continue
        known.add(fold_name(name))
        at = page.text.index(*near)
        yield finding(
            "course-spelling",
            page.span(at, at + len(near[0])),
            f"the course `{near[0]}` is spelled `{name}` in the profile",
            related=[(course.span, f"`{name}` here")],
            values=sorted((near[0], name)),
        )


# --- Posts ----------------------------------------------------------------------------------------------------------


def _stretches(page: TextPage) -> Iterator[tuple[DateRange, Span, str]]:
    """Yield the stretches of time in sections on experience, with their places and the letters of what they date."""
    before = 0
    for when, start, end in find_dates(page, 0, len(page.text)):
        if page.form_at(start) != "position" or page.is_hidden(start) or not isinstance(when, DateRange):
            continue
        head = max((h.start for h in page.headings if h.start <= start and h.kind), default=0)
        yield when, page.span(start, end), compact(page.text[max(before, head) : end])
        before = end


def _compare_posts(profile: Profile, page: TextPage) -> Iterator[Finding]:
    mine = posts_of(profile)
    there: list[Post] = []
    places: dict[Span, Span] = {}
    for when, span, around in _stretches(page):
        named = [post for post in mine if any(employer_key(name) in around for name in post.names)]
        dated = [post for post in mine if post.when is not None and agrees(post.when, when)]
        same = next((post for post in named if post in dated), None)
        if same is None and len(named) == 1 and _is_only_post(named[0], mine):
            yield _dated_differently(span, when, named[0])
        if post := same or next(iter(dated), None):
            there.append(replace(post, when=when, date_span=span, shown=EVERYWHERE))
            places[span] = post.date_span
    for found in find_overlaps(there):
        yield replace(found, related=(*found.related, (places[found.span], "the profile dates it here")))


def _is_only_post(post: Post, mine: Sequence[Post]) -> bool:
    key = employer_key(post.names[0])
    return sum(key in employer_key(name) or employer_key(name) in key for other in mine for name in other.names) == 1


def _dated_differently(span: Span, when: DateRange, post: Post) -> Finding:
    there, mine = canonical(when), canonical(post.when) if post.when is not None else "undated"
    return finding(
        "job-dates",
        span,
        f"`{strip_markup(post.names[0])}` is dated `{there}` there, and `{mine}` in the profile",
        related=[(post.date_span, f"`{mine}` here")],
        values=(employer_key(post.names[0]), there, mine),
    )


# --- Sections ------------------------------------------------------------------------------------------------------


def _empty_sections(profile: Profile, page: TextPage) -> Iterator[Finding]:
    """Yield headings below which nothing stands that is not hidden."""
    heads = [head for head in page.headings if head.level <= 2]
    inside = [start for start, _ in page.open_lines()]
    for head, after in zip_longest(heads, heads[1:]):
        if after and after.level > head.level:  # the title of what follows
            continue
        stop = after.start if after else len(page.text)
        if any(head.end < start < stop - 1 for start in inside):
            continue
        words = page.text[head.start : head.end]
        title, lead = " ".join(words.split()), len(words) - len(words.lstrip())
        related = [
            (profile.places.span(("sections", number)), "in the profile here")
            for number, section in enumerate(profile.file.sections)
            if section.title and fold_name(strip_markup(section.title)) == fold_name(title)
        ]
        yield finding(
            "empty-section",
            page.span(head.start + lead, head.start + len(words.rstrip())),
            f"the section `{title}` is empty",
            related=related,
            values=(compact(title),),
        )
