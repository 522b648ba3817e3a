"""Which degrees, posts, courses, services and honors only one of a profile and a page has.

Only what stands under a heading of a kind is compared with that kind. Below it, an item is a bullet, or the lines
around a date. Where a page can be read in two ways, the way that finds nothing is taken.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from cvgen.comparison.spelling import alike, bare, compact, fold, same_employer
from cvgen.diagnostics import Severity, Span
from cvgen.lint.facts import entries
from cvgen.lint.finding import Finding, finding
from cvgen.lint.page_publications import dates_in
from cvgen.lint.pages import BULLET, Heading, Page
from cvgen.loading.profile import Profile
from cvgen.profile.entry import span_of
from cvgen.sections import kinds, shape_of
from cvgen.values.dates import Date, DateRange, When, agrees, canonical, first_day, last_day, overlaps

__all__ = ["compare"]

# Posts and degrees are dated by months, and may be known by these alone.
_BY_MONTH = ("degree", "position")
_JUNK = " \t\n•·–—-,.:;|()[]_*"
_SEASON = re.compile(r"\b(?:spring|summer|fall|autumn|winter)\b *(?:of)?[ ,)\]]*$", re.IGNORECASE)
_LONGEST_LABEL = 25  # words; what is longer is a sentence


@dataclass(frozen=True, eq=False)
class _Told:
    """An entry of the profile: what it may be called, when it was, and its place."""

    kind: str
    names: tuple[str, ...]
    acronym: str
    label: str
    when: When | None
    span: Span
    date_span: Span


@dataclass(frozen=True, eq=False)
class _Item:
    """What a page tells of one thing: its first line, what belongs to it, what may, and its dates."""

    label: tuple[int, int]
    own: str
    around: str
    dates: tuple[tuple[When, int, int], ...]


@functools.cache
def _nouns() -> dict[str, str]:
    """Return the kinds that are compared, with the word for an entry of each."""
    return {kind: shape.noun for kind in kinds() if (shape := shape_of(kind)).known_by}


def _form(kind: str) -> str:
    return shape_of(kind).form


def compare(profile: Profile, page: Page) -> Iterator[Finding]:
    """Yield what only the profile has, what only the page has, and degrees and courses dated differently."""
    told = [one for kind in _nouns() for one in _told(profile, kind)]
    for kind in _nouns():
        stretches = page.sections(kind)
        if not stretches:
            continue
        mine = [one for one in told if one.kind == kind]
        if not mine:
            yield from _no_such_section(profile, page, kind, stretches)
            continue
        items = [item for _, start, end in stretches for item in _items(page, kind, start, end)]
        text = "\n".join(page.text[start:end] for _, start, end in stretches)
        pairs = _paired(mine, items)
        yield from _dated_differently(page, mine, items, pairs)
        for one in mine:
            if one not in pairs and not _stands_in(one, mine, text, page):
                yield _missing(page, one, stretches[0][0])
        names = [fold(name) for name in profile.owner_names]
        for item in items:
            if item not in pairs.values() and not any(_may_be(one, item, kind) for one in told):
                yield from _extra(profile, page, kind, item, names)


# --- The profile's side ---------------------------------------------------------------------------------------------


def _told(profile: Profile, kind: str) -> Iterator[_Told]:
    """Yield the entries of a kind that are printed; what two sections tell in two ways is one."""
    found: list[_Told] = []
    fields = shape_of(kind).known_by
    for path, _, entry in entries(profile, kind=kind, hidden=False):
        names = tuple(name for field in fields for name in _names(getattr(entry, field)))
        posts = list(getattr(entry, "positions", ())) or [entry]
        for index, post in enumerate(posts):
            where = (*path, "positions", index) if post is not entry else path
            date_field = "date" if post.date is not None else "start_date"
            degree = bare(getattr(entry, "degree", None) or "")
            one = _Told(
                kind,
                names,
                getattr(entry, "acronym", None) or "",
                ", ".join(part for part in (degree, names[0]) if part),
                span_of(post),
                profile.places.span((*path, fields[0])),
                profile.places.span((*where, date_field)),
            )
            if not any(_is_same(one, other) for other in found):
                found.append(one)
    yield from found


def _names(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield bare(value)
    elif isinstance(value, tuple):
        yield from (bare(organization.name) for organization in value)


def _is_same(one: _Told, other: _Told) -> bool:
    if one.when is None or other.when is None or not agrees(one.when, other.when):
        return one.when is other.when and one.label == other.label
    if _form(one.kind) in _BY_MONTH:
        return one.label == other.label or (
            _form(one.kind) == "position" and same_employer(one.names[0], other.names[0])
        )
    return fold(one.names[0]) == fold(other.names[0]) or alike(one.names[0], other.names[0])


# --- The page's side ------------------------------------------------------------------------------------------------


def _items(page: Page, kind: str, start: int, end: int) -> Iterator[_Item]:
    lines = [(a, b) for a, b in page.open_lines() if start <= a and b <= end]
    bullets = [line for line in lines if BULLET.match(page.text[slice(*line)])]
    dated = [(line, dates) for line in lines if line not in bullets and (dates := _dates(page, kind, *line))]
    if _form(kind) == "award":
        yield from _rows(page, kind, lines, bullets)
    elif dated:
        starts = [line[0] for line, _ in dated]
        ends = [line[1] for line, _ in dated]
        for (line, dates), before, after in zip(dated, [start, *ends], [*starts[1:], end], strict=False):
            above = [one for one in lines if before <= one[0] and one[1] <= line[0] and one not in bullets]
            heads = [one for one in above if any(head.start < one[1] and one[0] < head.end for head in page.headings)]
            label = next((one for one in (*heads, line, *above) if len(_text(page, one)) > 2), line)
            yield _Item(label, page.text[before : line[1]], page.text[before:after], dates)
    elif lines and lines[0] in bullets:
        yield from _rows(page, kind, lines, bullets)


def _rows(
    page: Page, kind: str, lines: Sequence[tuple[int, int]], bullets: Sequence[tuple[int, int]]
) -> Iterator[_Item]:
    """Yield outer bullets with what continues them, or lines where there are no bullets."""
    rows = list(bullets) or list(lines)
    indents = {line: len(page.text[slice(*line)]) - len(page.text[slice(*line)].lstrip()) for line in rows}
    outer = [line for line in rows if indents[line] == min(indents.values())]
    for line, after in zip_longest(outer, outer[1:]):
        limit = after[0] if after else max(b for _, b in lines)
        blank = re.compile(r"\n\s*\n").search(page.text, line[0], limit)
        stop = (blank.start() if blank else limit) if bullets else line[1]
        dates = _dates(page, kind, line[0], stop)
        if dates or (bullets and _form(kind) not in (*_BY_MONTH, "award")):
            text = page.text[line[0] : stop]
            yield _Item(line, text, text, dates)


def _dates(page: Page, kind: str, start: int, end: int) -> tuple[tuple[When, int, int], ...]:
    """Return the dates that say when something of this kind was; a day is that of a page's foot."""
    found = dates_in(page, start, end)
    if _form(kind) == "position":
        return tuple(one for one in found if isinstance(one[0], DateRange))
    return tuple(one for one in found if not (isinstance(one[0], Date) and one[0].day is not None))


def _text(page: Page, place: tuple[int, int]) -> str:
    """Return what a line says besides its dates."""
    text = page.text[slice(*place)]
    for _, start, end in reversed(dates_in(page, *place)):
        text = text[: start - place[0]] + " " + text[end - place[0] :]
    return " ".join(_SEASON.sub(" ", text).split()).strip(_JUNK)


# --- Who is who -----------------------------------------------------------------------------------------------------


def _is_named(one: _Told, text: str) -> bool:
    letters = compact(text)
    if any(compact(name) in letters for name in one.names):
        return True
    if one.acronym and re.search(rf"(?<![^\W\d_]){re.escape(one.acronym)}(?![^\W\d_])", text):
        return True
    parts = [part.strip() for part in re.split(r"[,;:|()\[\]@&·•–—\n]| at ", text)]
    parts = [part for part in parts if len(compact(part)) > 2]
    if _form(one.kind) in _BY_MONTH:
        return any(same_employer(part, name) for part in parts for name in one.names)
    return any(alike(part, name) for part in parts for name in one.names)


def _fits(one: _Told, when: When) -> bool:
    """Tell whether it may have been then: in the same months, or in one of the years where those are not told."""
    if one.when is None:
        return False
    if _form(one.kind) in _BY_MONTH:
        return agrees(one.when, when) or (not isinstance(when, DateRange) and agrees(_end(one.when), when))
    return first_day(one.when)[0] <= last_day(when)[0] and first_day(when)[0] <= last_day(one.when)[0]


def _end(when: When) -> When:
    return when.end if isinstance(when, DateRange) and isinstance(when.end, Date) else when


def _is_precise(when: When) -> bool:
    return not isinstance(when, DateRange) or (isinstance(when.start, Date) and when.start.month is not None)


def _may_be(one: _Told, item: _Item, kind: str) -> bool:
    """Tell whether an item that is left over may still be an entry: a part of it, or one of another kind."""
    if one.kind != kind:
        return _form(one.kind) not in _BY_MONTH and _is_named(one, item.own)
    within = one.when is not None and any(overlaps(one.when, when) for when, _, _ in item.dates)
    return _is_named(one, item.own) and (within or one.when is None or not item.dates)


def _paired(told: Sequence[_Told], items: Sequence[_Item]) -> dict[_Told, _Item]:
    """Give each entry its item: first those of one name and date, then by name, then by months."""

    def same_name(one: _Told, item: _Item) -> bool:
        return _is_named(one, item.around)

    def same_date(one: _Told, item: _Item) -> bool:
        return any(_fits(one, when) for when, _, _ in item.dates)

    def undated(one: _Told, item: _Item) -> bool:
        return same_name(one, item) and (one.when is None or not item.dates)

    def by_month(one: _Told, item: _Item) -> bool:
        precise = one.when is not None and _is_precise(one.when) and _form(one.kind) in _BY_MONTH
        return precise and any(agrees(one.when, when) for when, _, _ in item.dates if one.when and _is_precise(when))

    found: dict[_Told, _Item] = {}
    for fit in (lambda one, item: same_name(one, item) and same_date(one, item), undated, by_month, same_name):
        for one in told:
            left = [item for item in items if item not in found.values()]
            item = next((item for item in left if one not in found and fit(one, item)), None)
            if item:
                found[one] = item
    return found


def _stands_in(one: _Told, told: Sequence[_Told], text: str, page: Page) -> bool:
    """Tell whether an entry without an item of its own stands in the text all the same, as far as can be seen."""
    if _form(one.kind) in _BY_MONTH and one.when is not None and _is_precise(one.when):
        every = dates_in(page, 0, len(page.text))
        if any(isinstance(when, DateRange) and agrees(one.when, when) for when, _, _ in every):
            return True
    same = sum(other.names[0] == one.names[0] for other in told)
    if same == 1:
        return _is_named(one, text if _form(one.kind) in _BY_MONTH else page.text)
    return compact(text).count(compact(one.names[0])) >= same


# --- What is said ---------------------------------------------------------------------------------------------------


def _missing(page: Page, one: _Told, head: Heading) -> Finding:
    when = f" ({canonical(one.when)})" if one.when is not None else ""
    return finding(
        "against-missing",
        Severity.NOTE,
        page.span(*_trimmed(page, head.start, head.end)),
        f"the {_nouns()[one.kind]} `{one.label}`{when} is missing there",
        "add it when the page is next changed",
        related=[(one.span, "the profile has it")],
        values=(one.kind, compact(one.label), when),
    )


def _extra(profile: Profile, page: Page, kind: str, item: _Item, owner: Sequence[str]) -> Iterator[Finding]:
    text = _text(page, item.label)
    words = fold(text).split()
    # A page's foot, a sentence, a date alone: no item at all.
    if len(compact(text)) < 3 or len(words) > _LONGEST_LABEL or any(name in fold(text) for name in owner):
        return
    if {"updated", "modified", "revised"} & set(words):
        return
    number = next(number for number, section in enumerate(profile.file.sections) if section.kind == kind)
    yield finding(
        "against-extra",
        Severity.NOTE,
        page.span(*_trimmed(page, *item.label)),
        f"the profile does not have the {_nouns()[kind]} `{text}`",
        "add it to the profile, or take it off the page",
        related=[(profile.places.span(("sections", number, "kind")), "the profile's section")],
        values=(kind, compact(text), *(canonical(when) for when, _, _ in item.dates)),
    )


def _no_such_section(
    profile: Profile, page: Page, kind: str, stretches: Sequence[tuple[Heading, int, int]]
) -> Iterator[Finding]:
    head, start, end = stretches[0]
    if not any(start <= a and b <= end for a, b in page.open_lines()):
        return
    yield finding(
        "against-extra",
        Severity.NOTE,
        page.span(*_trimmed(page, head.start, head.end)),
        f"the profile has no section of the kind `{kind}`",
        "add what stands here to the profile",
        related=[(profile.places.span(("person", "name")), "the profile")],
        values=(kind,),
    )


def _dated_differently(
    page: Page, told: Sequence[_Told], items: Sequence[_Item], pairs: dict[_Told, _Item]
) -> Iterator[Finding]:
    """Yield degrees and courses that both sides have once, at different times; posts are compared elsewhere."""
    for one, item in pairs.items():
        if _form(one.kind) not in ("degree", "course") or one.when is None or len(item.dates) != 1:
            continue
        name = _known_by(one)
        once = sum(name == _known_by(other) for other in told) == 1
        if not once or [other for other in items if name in compact(other.own)] != [item]:
            continue
        when, start, end = item.dates[0]
        if _fits(one, when):
            continue
        mine = canonical(one.when)
        yield finding(
            "entry-dates",
            Severity.WARNING,
            page.span(start, end),
            f"the {_nouns()[one.kind]} `{one.label}` is dated `{canonical(when)}` there, and `{mine}` in the profile",
            "correct the dates that are wrong",
            related=[(one.date_span, f"`{mine}` here")],
            values=(one.kind, compact(one.label), canonical(when), mine),
        )


def _known_by(one: _Told) -> str:
    """Return the letters of a degree with its place, or of a course."""
    return compact(one.label.partition(", ")[0])


def _trimmed(page: Page, start: int, end: int) -> tuple[int, int]:
    text = page.text[start:end]
    left = len(text) - len(text.lstrip(_JUNK))
    return (start + left, start + len(text.rstrip())) if text.strip(_JUNK) else (start, end)
