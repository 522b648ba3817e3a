"""Compare what is no publication: courses and posts of a profile, and what is odd within a page."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import combinations, zip_longest

from cvgen.comparison.spelling import alike, bare, compact, employer_key, fold
from cvgen.diagnostics import Severity, Span
from cvgen.lint import page_entries
from cvgen.lint.facts import Job, courses, jobs
from cvgen.lint.finding import Finding, finding
from cvgen.lint.page_publications import dates_in
from cvgen.lint.pages import BULLET, Page
from cvgen.lint.profiles import is_label
from cvgen.loading.profile import Profile
from cvgen.values.dates import DateRange, agrees, canonical, overlaps

__all__ = ["compare"]


def compare(profile: Profile, page: Page, *, own: bool) -> Iterator[Finding]:
    """Yield what the page tells differently of courses and posts, and what is odd in it.

    Only courses are compared with a page that is not the person's `own`: two people may have taught one, but have
    had posts at one employer at different times.
    """
    yield from _courses(profile, page)
    if not own:
        return
    yield from _posts(profile, page)
    yield from page_entries.compare(profile, page)
    yield from _bullets(profile, page)
    yield from _labels(profile, page)
    yield from _empty_sections(profile, page)


# --- Courses --------------------------------------------------------------------------------------------------------


def _courses(profile: Profile, page: Page) -> Iterator[Finding]:
    parts = [
        (match[0].strip(" •·-\t"), start + match.start(), start + match.end())
        for start, end in page.open_lines()
        for match in re.finditer(r"[^,(;:|\[\]]+", page.text[start:end])
    ]
    seen: set[str] = set()
    for course in courses([profile]):
        name = bare(course.name.text)
        if fold(name) in seen or any(fold(text) == fold(name) for text, _, _ in parts):
            continue
        seen.add(fold(name))
        near = next((part for part in parts if alike(part[0], name)), None)
        if near is None:
            continue
        text, start, _ = near
        at = page.text.index(text, start)
        yield finding(
            "course-spelling",
            Severity.WARNING,
            page.span(at, at + len(text)),
            f"the course `{text}` is spelled `{name}` in the profile",
            "write the course's name as the university does",
            related=[(course.name.span, f"`{name}` here")],
            values=sorted((text, name)),
        )


# --- Posts ----------------------------------------------------------------------------------------------------------

Dated = tuple[DateRange, int, int]


def _stretches(page: Page) -> list[tuple[Dated, int]]:
    """Return the stretches of time in sections on experience, and where what they date begins."""
    found: list[tuple[Dated, int]] = []
    before = 0
    for when, start, end in dates_in(page, 0, len(page.text)):
        if page.form_at(start) != "position" or page.is_hidden(start) or not isinstance(when, DateRange):
            continue
        head = max((h.start for h in page.headings if h.start <= start and h.kind), default=0)
        found.append(((when, start, end), max(before, head)))
        before = end
    return found


def _posts(profile: Profile, page: Page) -> Iterator[Finding]:
    mine = jobs(profile)
    told: list[tuple[Dated, Job | None]] = []
    for (when, start, end), begin in _stretches(page):
        around = compact(page.text[begin:end])
        named = [job for job in mine if any(employer_key(name) in around for name in job.names)]
        same = next((job for job in named if job.when is not None and agrees(job.when, when)), None)
        if same is None and len(named) == 1 and _told_once(named[0], mine):
            yield _dated_differently(page, (when, start, end), named[0])
        fits = same or next((job for job in mine if job.when is not None and agrees(job.when, when)), None)
        told.append(((when, start, end), fits))
    yield from _overlaps(page, told)


def _told_once(job: Job, mine: Sequence[Job]) -> bool:
    key = employer_key(job.names[0])
    return sum(key in employer_key(name) or employer_key(name) in key for other in mine for name in other.names) == 1


def _dated_differently(page: Page, told: Dated, job: Job) -> Finding:
    when, start, end = told
    mine = canonical(job.when) if job.when is not None else "undated"
    return finding(
        "job-dates",
        Severity.WARNING,
        page.span(start, end),
        f"`{bare(job.names[0])}` is dated `{canonical(when)}` there, and `{mine}` in the profile",
        "correct the dates that are wrong",
        related=[(job.date_span, f"`{mine}` here")],
        values=(employer_key(job.names[0]), canonical(when), mine),
    )


def _overlaps(page: Page, told: Sequence[tuple[Dated, Job | None]]) -> Iterator[Finding]:
    for (one, first), (other, second) in combinations(told, 2):
        if first is None or second is None or first.own or second.own or first.span == second.span:
            continue
        if not overlaps(one[0], other[0]):
            continue
        names = [bare(" & ".join(job.names)) for job in (first, second)]
        yield finding(
            "job-overlap",
            Severity.WARNING,
            page.span(*other[1:]),
            f"`{names[1]}` ({canonical(other[0])}) overlaps with `{names[0]}` ({canonical(one[0])})",
            "correct the dates, or say in the entry that it was part-time",
            related=[(page.span(*one[1:]), "the other post is dated here"), (second.date_span, "dated so here too")],
            values=sorted(f"{name} {canonical(when[0])}" for name, when in zip(names, (one, other), strict=True)),
        )


# --- Bullets, labels, sections --------------------------------------------------------------------------------------


def _bullets(profile: Profile, page: Page) -> Iterator[Finding]:
    """Yield bullets that stand twice in sections on experience."""
    places = _bullet_places(profile)
    seen: dict[str, tuple[int, int]] = {}
    for start, end in page.open_lines():
        match = BULLET.match(page.text[start:end])
        if not match or page.form_at(start) != "position":
            continue
        text = match["text"]
        if len(fold(text).split()) < 3 or re.match(r"[A-Z][a-z]+(?: [a-z]+)?:\s", text) or is_label(text):
            continue
        at = (start + match.start("text"), start + match.end("text"))
        first = seen.setdefault(compact(text), at)
        if first != at:
            related = [(page.span(*first), "first here")]
            related += [(span, "in the profile here") for span in places.get(compact(text), [])]
            yield finding(
                "same-bullet",
                Severity.WARNING,
                page.span(*at),
                f"`{text}` stands under two posts",
                "say of each post what was done there",
                related=related,
                values=(compact(text),),
            )


def _bullet_places(profile: Profile) -> dict[str, list[Span]]:
    found: dict[str, list[Span]] = {}
    for number, section in enumerate(profile.file.sections):
        for index, entry in enumerate(getattr(section, "entries", ())):
            for place, highlight in enumerate(getattr(entry, "highlights", ())):
                path = ("sections", number, "entries", index, "highlights", place, "text")
                found.setdefault(compact(bare(highlight.text)), []).append(profile.places.span(path))
    return found


def _labels(profile: Profile, page: Page) -> Iterator[Finding]:
    """Yield bullets that are labels with nothing behind or below them."""
    places = _bullet_places(profile)
    lines = list(page.open_lines())
    for (start, end), after in zip_longest(lines, lines[1:]):
        match = BULLET.match(page.text[start:end])
        if not match or not is_label(match["text"]):
            continue
        below = BULLET.match(page.text[slice(*after)]) if after else None
        # A PDF's text layer has lost how deep its bullets are.
        if below and len(below["indent"]) >= len(match["indent"]):
            continue
        text = match["text"]
        spans = places.get(compact(text), [])
        yield finding(
            "empty-label",
            Severity.WARNING,
            page.span(start + match.start("text"), start + match.end("text")),
            f"nothing follows `{text}`",
            "write what belongs there, or delete the label",
            related=[(span, "in the profile here") for span in spans],
            values=(compact(text), *(fold(page.text[slice(*after)])[:40] for after in [after] if after)),
        )


def _empty_sections(profile: Profile, page: Page) -> Iterator[Finding]:
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
            if section.title and fold(bare(section.title)) == fold(title)
        ]
        yield finding(
            "empty-section",
            Severity.NOTE,
            page.span(head.start + lead, head.start + len(words.rstrip())),
            f"the section `{title}` is empty",
            "fill it, or take its heading out",
            related=related,
            values=(compact(title),),
        )
