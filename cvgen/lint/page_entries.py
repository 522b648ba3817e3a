"""Which degrees, posts, courses, services and honors only one of a profile and a page has.

Only what stands under a heading of a kind is compared with that kind. Below it, an item is a bullet, or the lines
around a date. Where a page can be read in two ways, the way that finds nothing is taken.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest

from cvgen.comparison.spelling import compact, employer_key, is_misspelling, same_employer, strip_markup
from cvgen.diagnostics import Span
from cvgen.imports.page_lists import find_dates
from cvgen.imports.text_page import BULLET, Heading, TextPage
from cvgen.lint.entries import EVERYWHERE, Post, outputs_that_show, posts_of, section_entries
from cvgen.lint.finding import Finding, finding
from cvgen.lint.profiles import find_overlaps
from cvgen.loading.profile import Profile
from cvgen.profile.entry import span_of
from cvgen.sections import kinds, shape_of
from cvgen.sections.base import Form
from cvgen.values.dates import Date, DateRange, When, agrees, canonical, first_day, last_day, overlaps
from cvgen.values.names import fold_name

__all__ = ["compare_entries"]

# Posts and degrees are dated by months, and may be known by these alone.
_BY_MONTH = ("degree", "position")
_JUNK = " \t\n•·–—-,.:;|()[]_*"
_SEASON = re.compile(r"\b(?:spring|summer|fall|autumn|winter)\b *(?:of)?[ ,)\]]*$", re.IGNORECASE)
_LONGEST_LABEL = 25  # words; what is longer is a sentence


@dataclass(frozen=True, eq=False)
class _Entry:
    """An entry of the profile: what it may be called, when it was, and its place."""

    kind: str
    names: tuple[str, ...]
    acronym: str
    label: str
    when: When | None
    span: Span
    date_span: Span
    shown: frozenset[str]

    @property
    def form(self) -> Form:
        return shape_of(self.kind).form


@dataclass(frozen=True, eq=False)
class _Item:
    """An item of the page: its first line, what belongs to it, what may, and its dates."""

    label: tuple[int, int]
    own: str
    around: str
    dates: tuple[tuple[When, int, int], ...]


def compare_entries(profile: Profile, page: TextPage, output: str) -> Iterator[Finding]:
    """Yield what only the profile has, what only the page has, and degrees and courses dated differently.

    Entries that the profile does not show in `output` may be on the page, or not.
    """
    compared = [kind for kind in kinds() if shape_of(kind).known_by]
    every = [entry for kind in compared for entry in _entries(profile, kind)]
    owner = [fold_name(name) for name in profile.owner_names]
    for kind in compared:
        stretches = page.sections(kind)
        if not stretches:
            continue
        mine = [entry for entry in every if entry.kind == kind]
        if not mine:
            yield from _no_such_section(profile, page, kind, stretches[0])
            continue
        items = [item for _, start, end in stretches for item in _items(page, shape_of(kind).form, start, end)]
        text = "\n".join(page.text[start:end] for _, start, end in stretches)
        pairs = _match(mine, items)
        yield from _dated_differently(page, mine, items, pairs)
        if shape_of(kind).form == "position":
            yield from _overlaps(profile, page, pairs)
        for entry in mine:
            if output in entry.shown and entry not in pairs and not _stands_in(entry, mine, text, page):
                yield _missing(page, entry, stretches[0][0])
        for item in items:
            if item not in pairs.values() and not any(_may_be(entry, item, kind) for entry in every):
                yield from _extra(profile, page, kind, item, owner)


# --- The profile's side ---------------------------------------------------------------------------------------------


def _entries(profile: Profile, kind: str) -> list[_Entry]:
    """Return the entries of a kind that are printed; what two sections have in two ways is one."""
    found: list[_Entry] = []
    fields = shape_of(kind).known_by
    for path, section, entry in section_entries(profile, kind=kind):
        names = tuple(name for field in fields for name in _names(getattr(entry, field)))
        degree = strip_markup(" & ".join(getattr(entry, "degree", ())))
        label = ", ".join(part for part in (degree, names[0]) if part)
        for index, post in enumerate(list(getattr(entry, "positions", ())) or [entry]):
            where = (*path, "positions", index) if post is not entry else path
            date_span = profile.places.span((*where, "date" if post.date is not None else "start_date"))
            span, acronym = profile.places.span((*path, fields[0])), getattr(entry, "acronym", None) or ""
            one = _Entry(
                kind, names, acronym, label, span_of(post), span, date_span, outputs_that_show(section, entry)
            )
            same = next((number for number, other in enumerate(found) if _is_same(one, other)), None)
            if same is None:
                found.append(one)
            else:
                found[same] = replace(found[same], shown=found[same].shown | one.shown)
    return found


def _names(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield strip_markup(value)
    elif isinstance(value, tuple):
        yield from (strip_markup(one if isinstance(one, str) else one.name) for one in value)


def _is_same(one: _Entry, other: _Entry) -> bool:
    if one.when is None or other.when is None or not agrees(one.when, other.when):
        return one.when is other.when and one.label == other.label
    if one.form in _BY_MONTH:
        return one.label == other.label or (one.form == "position" and same_employer(one.names[0], other.names[0]))
    return fold_name(one.names[0]) == fold_name(other.names[0]) or is_misspelling(one.names[0], other.names[0])


# --- The page's side ------------------------------------------------------------------------------------------------


def _items(page: TextPage, form: Form, start: int, end: int) -> Iterator[_Item]:
    lines = [(a, b) for a, b in page.open_lines() if start <= a and b <= end]
    bullets = [line for line in lines if BULLET.match(page.text[slice(*line)])]
    dated = [(line, dates) for line in lines if line not in bullets and (dates := _dates(page, form, *line))]
    if form == "award":
        yield from _rows(page, form, lines, bullets)
    elif dated:
        starts = [line[0] for line, _ in dated]
        ends = [line[1] for line, _ in dated]
        for (line, dates), before, after in zip(dated, [start, *ends], [*starts[1:], end], strict=False):
            above = [one for one in lines if before <= one[0] and one[1] <= line[0] and one not in bullets]
            heads = [one for one in above if any(head.start < one[1] and one[0] < head.end for head in page.headings)]
            label = next((one for one in (*heads, line, *above) if len(_text(page, one)) > 2), line)
            yield _Item(label, page.text[before : line[1]], page.text[before:after], dates)
    elif lines and lines[0] in bullets:
        yield from _rows(page, form, lines, bullets)


def _rows(
    page: TextPage, form: Form, lines: Sequence[tuple[int, int]], bullets: Sequence[tuple[int, int]]
) -> Iterator[_Item]:
    """Yield outer bullets with what continues them, or lines where there are no bullets."""
    rows = list(bullets) or list(lines)
    indents = {line: len(page.text[slice(*line)]) - len(page.text[slice(*line)].lstrip()) for line in rows}
    outer = [line for line in rows if indents[line] == min(indents.values())]
    for line, after in zip_longest(outer, outer[1:]):
        limit = after[0] if after else max(b for _, b in lines)
        blank = re.compile(r"\n\s*\n").search(page.text, line[0], limit)
        stop = (blank.start() if blank else limit) if bullets else line[1]
        dates = _dates(page, form, line[0], stop)
        if dates or (bullets and form not in (*_BY_MONTH, "award")):
            text = page.text[line[0] : stop]
            yield _Item(line, text, text, dates)


def _dates(page: TextPage, form: Form, start: int, end: int) -> tuple[tuple[When, int, int], ...]:
    """Return the dates that say when something of this form was; a day is that of a page's foot."""
    found = find_dates(page, start, end)
    if form == "position":
        return tuple(one for one in found if isinstance(one[0], DateRange))
    return tuple(one for one in found if not (isinstance(one[0], Date) and one[0].day is not None))


def _text(page: TextPage, place: tuple[int, int]) -> str:
    """Return what a line says besides its dates."""
    text = page.text[slice(*place)]
    for _, start, end in reversed(find_dates(page, *place)):
        text = text[: start - place[0]] + " " + text[end - place[0] :]
    return " ".join(_SEASON.sub(" ", text).split()).strip(_JUNK)


# --- Who is who -----------------------------------------------------------------------------------------------------


def _is_named(one: _Entry, text: str) -> bool:
    letters = compact(text)
    if any((employer_key(name) if one.form == "position" else compact(name)) in letters for name in one.names):
        return True
    if one.acronym and re.search(rf"(?<![^\W\d_]){re.escape(one.acronym)}(?![^\W\d_])", text):
        return True
    parts = [part.strip() for part in re.split(r"[,;:|()\[\]@&·•–—\n]| at ", text)]
    parts = [part for part in parts if len(compact(part)) > 2]
    if one.form in _BY_MONTH:
        return any(same_employer(part, name) for part in parts for name in one.names)
    return any(is_misspelling(part, name) for part in parts for name in one.names)


def _fits(one: _Entry, when: When) -> bool:
    """Tell whether it may have been then: in the same months, or in one of the years where there are no months."""
    if one.when is None:
        return False
    if one.form in _BY_MONTH:
        return agrees(one.when, when) or (not isinstance(when, DateRange) and agrees(_end(one.when), when))
    return first_day(one.when)[0] <= last_day(when)[0] and first_day(when)[0] <= last_day(one.when)[0]


def _end(when: When) -> When:
    return when.end if isinstance(when, DateRange) and isinstance(when.end, Date) else when


def _is_precise(when: When) -> bool:
    return not isinstance(when, DateRange) or (isinstance(when.start, Date) and when.start.month is not None)


def _may_be(one: _Entry, item: _Item, kind: str) -> bool:
    """Tell whether an item that is left over may still be an entry: a part of it, or one of another kind."""
    if one.kind != kind:
        return one.form not in _BY_MONTH and _is_named(one, item.own)
    within = one.when is not None and any(overlaps(one.when, when) for when, _, _ in item.dates)
    return _is_named(one, item.own) and (within or one.when is None or not item.dates)


def _match(entries: Sequence[_Entry], items: Sequence[_Item]) -> dict[_Entry, _Item]:
    """Give each entry its item: first those of one name and date, then by name, then by months."""

    def same_name(one: _Entry, item: _Item) -> bool:
        return _is_named(one, item.around)

    def same_date(one: _Entry, item: _Item) -> bool:
        return any(_fits(one, when) for when, _, _ in item.dates)

    def undated(one: _Entry, item: _Item) -> bool:
        return same_name(one, item) and (one.when is None or not item.dates)

    def by_month(one: _Entry, item: _Item) -> bool:
        precise = one.when is not None and _is_precise(one.when) and one.form in _BY_MONTH
        return precise and any(agrees(one.when, when) for when, _, _ in item.dates if one.when and _is_precise(when))

    found: dict[_Entry, _Item] = {}
    both = lambda one, item: same_name(one, item) and same_date(one, item)  # noqa: E731
    for fit in (both, undated, by_month, lambda one, item: _is_named(one, item.own), same_name):
        for one in entries:
            left = [item for item in items if item not in found.values()]
            item = next((item for item in left if one not in found and fit(one, item)), None)
            if item:
                found[one] = item
    return found


def _stands_in(one: _Entry, entries: Sequence[_Entry], text: str, page: TextPage) -> bool:
    """Tell whether an entry without an item of its own stands in the text all the same, as far as can be seen."""
    if one.form in _BY_MONTH and one.when is not None and _is_precise(one.when):
        every = find_dates(page, 0, len(page.text))
        if any(isinstance(when, DateRange) and agrees(one.when, when) for when, _, _ in every):
            return True
    same = sum(other.names[0] == one.names[0] for other in entries)
    if same == 1:
        return _is_named(one, text if one.form in _BY_MONTH else page.text)
    return compact(text).count(compact(one.names[0])) >= same


# --- Findings -------------------------------------------------------------------------------------------------------


def _missing(page: TextPage, one: _Entry, head: Heading) -> Finding:
    when = f" ({canonical(one.when)})" if one.when is not None else ""
    return finding(
        "against-missing",
        page.span(*_trimmed(page, head.start, head.end)),
        f"the {shape_of(one.kind).noun} `{one.label}`{when} is missing there",
        related=[(one.span, "the profile has it")],
        values=(one.kind, compact(one.label), when),
    )


def _extra(profile: Profile, page: TextPage, kind: str, item: _Item, owner: Sequence[str]) -> Iterator[Finding]:
    text = _text(page, item.label)
    words = fold_name(text).split()
    # A page's foot, a sentence, a date alone: no item at all.
    if len(compact(text)) < 3 or len(words) > _LONGEST_LABEL or any(name in fold_name(text) for name in owner):
        return
    if {"updated", "modified", "revised"} & set(words):
        return
    number = next(number for number, section in enumerate(profile.file.sections) if section.kind == kind)
    yield finding(
        "against-extra",
        page.span(*_trimmed(page, *item.label)),
        f"the profile does not have the {shape_of(kind).noun} `{text}`",
        related=[(profile.places.span(("sections", number, "kind")), "the profile's section")],
        values=(kind, compact(text), *(canonical(when) for when, _, _ in item.dates)),
    )


def _no_such_section(
    profile: Profile, page: TextPage, kind: str, stretch: tuple[Heading, int, int]
) -> Iterator[Finding]:
    head, start, end = stretch
    if any(start <= a and b <= end for a, b in page.open_lines()):
        yield finding(
            "against-extra",
            page.span(*_trimmed(page, head.start, head.end)),
            f"the profile has no section of the kind `{kind}`",
            hint="add what stands here to the profile",
            related=[(profile.places.span(("person", "name")), "the profile")],
            values=(kind,),
        )


def _dated_differently(
    page: TextPage, entries: Sequence[_Entry], items: Sequence[_Item], pairs: dict[_Entry, _Item]
) -> Iterator[Finding]:
    """Yield posts, degrees and courses that both sides have once, at different times."""
    for one, item in pairs.items():
        if one.form not in ("position", "degree", "course") or one.when is None or len(item.dates) != 1:
            continue
        name = _known_by(one)
        once = sum(name == _known_by(other) for other in entries) == 1
        if not once or [other for other in items if name in compact(other.own)] != [item]:
            continue
        when, start, end = item.dates[0]
        if _fits(one, when):
            continue
        there, mine = canonical(when), canonical(one.when)
        yield finding(
            "job-dates" if one.form == "position" else "entry-dates",
            page.span(start, end),
            f"the {shape_of(one.kind).noun} `{one.label}` is dated `{there}` there, and `{mine}` in the profile",
            related=[(one.date_span, f"`{mine}` here")],
            values=(one.kind, compact(one.label), there, mine),
        )


def _overlaps(profile: Profile, page: TextPage, pairs: dict[_Entry, _Item]) -> Iterator[Finding]:
    """Yield posts that overlap, as the page dates them."""
    posts = {post.date_span: post for post in posts_of(profile)}
    there: dict[Span, Post] = {}
    for one, item in pairs.items():
        for when, start, end in item.dates:
            if one.date_span in posts and _fits(one, when):
                post = replace(posts[one.date_span], when=when, date_span=page.span(start, end), shown=EVERYWHERE)
                there[post.date_span] = post
    mine = {page.span(start, end): one.date_span for one, item in pairs.items() for _, start, end in item.dates}
    for found in find_overlaps(list(there.values())):
        yield replace(found, related=(*found.related, (mine[found.span], "the profile dates it here")))


def _known_by(one: _Entry) -> str:
    """Return the letters of an employer, of a degree with its place, or of a course."""
    return employer_key(one.names[0]) if one.form == "position" else compact(one.label.partition(", ")[0])


def _trimmed(page: TextPage, start: int, end: int) -> tuple[int, int]:
    text = page.text[start:end]
    left = len(text) - len(text.lstrip(_JUNK))
    return (start + left, start + len(text.rstrip())) if text.strip(_JUNK) else (start, end)
