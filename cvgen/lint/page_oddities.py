"""Compare the courses and posts of a profile with a page, and find what is odd within the page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import zip_longest

from cvgen.comparison.spelling import compact, is_misspelling, strip_markup
from cvgen.imports.text_page import TextPage
from cvgen.lint.bullets import bullets_of, bullets_on, check_bullets
from cvgen.lint.entries import named_by_institution
from cvgen.lint.finding import Finding, finding
from cvgen.lint.page_entries import compare_entries
from cvgen.loading.profile import Profile
from cvgen.values.names import fold_name

__all__ = ["check_page"]


def check_page(profile: Profile, page: TextPage, output: str) -> Iterator[Finding]:
    """Yield how a page differs in courses and posts, and what is odd in it.

    It should have what an `output` shows. Only courses are compared with a page that is not the person's own, for
    which there is no output: two people may have taught one, but have had posts at one employer at different times.
    """
    yield from _compare_courses(profile, page)
    if output:
        yield from compare_entries(profile, page, output)
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
