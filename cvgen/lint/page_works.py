"""Compare one paper of a profile with the part of a page on it."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence

from rapidfuzz import fuzz

from cvgen.comparison.authors import compare_authors
from cvgen.comparison.places import parse_place
from cvgen.comparison.spelling import compact, link_key, name_key, strip_markup, venue_key
from cvgen.comparison.works import author_keys, dates_agree, work_ids
from cvgen.diagnostics import Severity, Span
from cvgen.imports.page_lists import AuthorList, PageBlock, find_dates, to_words
from cvgen.imports.text_page import TextPage
from cvgen.lint.finding import Finding, capped, finding
from cvgen.lint.papers import Paper
from cvgen.lint.records import WorkRecord
from cvgen.lint.works import venue_label
from cvgen.profile.works import status_of
from cvgen.values.dates import Date, When, canonical
from cvgen.values.names import fold_name

__all__ = ["PaperOnPage", "compare_on_page", "find_foreign_links", "report_renamed_on_page"]

ERROR, WARNING, NOTE = Severity.ERROR, Severity.WARNING, Severity.NOTE
_HINT = "correct the page, or the profile, whichever is wrong or older"


class PaperOnPage:
    """A paper of the profile, and the part of the page on it."""

    def __init__(self, record: WorkRecord, page: TextPage) -> None:
        self.record, self.page = record, page
        self.work = record.work
        self.place: tuple[int, int] | None = None
        self.places: tuple[tuple[int, int], ...] = ()
        self.block: PageBlock | None = None
        paper = Paper((record,))
        self.name, self.key = paper.name, paper.key

    def titles(self) -> list[str]:
        """The title, and those it had before."""
        return [strip_markup(title) for title in (self.work.title or "", *self.work.former_titles)]

    def author_keys(self) -> frozenset[str]:
        """The authors as keys."""
        return frozenset(author_keys(self.work))

    def locate(self, places: Sequence[Sequence[tuple[int, int]]], lists: Sequence[AuthorList]) -> None:
        """Choose the paper's place: where its title is not hidden, and its authors stand below it."""
        keys = self.author_keys()

        def order(place: tuple[int, int]) -> tuple[bool, bool, bool, int]:
            follows = any(place[1] <= one.start < place[1] + 800 and one.keys() & keys for one in lists)
            form = self.page.form_at(place[0])
            return self.page.is_hidden(place[0]), not follows, form not in ("", "works"), place[0]

        self.places = tuple(place for found in places for place in found)
        self.place = next((min(found, key=order) for found in places if found), None)

    @property
    def body(self) -> tuple[int, int]:
        """The part of the page without the title."""
        assert self.block is not None
        return self.block.title[1], self.block.end

    def report(
        self, code: str, at: tuple[int, int], words: str, there: Span, here: str, severity: Severity | None = None
    ) -> Finding:
        """Make a finding about a stretch of the page; `here` is what stands at the place in the profile."""
        shown = self.record.shown and not (self.place and self.page.is_hidden(self.place[0]))
        return finding(
            code,
            self.page.span(*at),
            f"`{self.name}`: {words}",
            severity=capped(severity or ERROR, shown=shown),
            hint=_HINT,
            related=[(there, f"{here} here".lstrip())],
            values=(self.key, compact(self.page.text[slice(*at)]), compact(here)),
        )

    def report_spelling(self, code: str, noun: str, at: tuple[int, int], best: str, there: Span) -> Finding:
        """Make a finding about a name on the page that the profile spells otherwise."""
        text = " ".join(self.page.text[slice(*at)].split())
        return finding(
            code,
            self.page.span(*at),
            f"the {noun} `{text}` is spelled `{best}` in the profile",
            severity=NOTE if noun == "place" else WARNING,
            related=[(there, f"`{best}` here")],
            values=sorted((text, best)),
        )


def compare_on_page(paper: PaperOnPage) -> Iterator[Finding]:
    """Yield how the page differs on one paper."""
    yield from _compare_title(paper)
    yield from _compare_authors(paper)
    if status := _compare_status(paper):
        yield status
    else:
        yield from _compare_venue(paper)
        yield from _compare_date(paper)
        yield from _compare_place(paper)
    yield from _compare_ids(paper)


def _compare_title(paper: PaperOnPage) -> Iterator[Finding]:
    assert paper.place is not None
    text = " ".join(paper.page.text[slice(*paper.place)].split())
    keys = [compact(title) for title in paper.titles()]
    if compact(text) == keys[0]:
        return
    if compact(text) in keys:
        place = paper.record.place("former_titles", keys.index(compact(text)) - 1)
        yield paper.report("work-former-title", paper.place, f"`{text}` is a former title", place, "", NOTE)
        return
    place, title = paper.record.place("title"), f"`{paper.titles()[0]}`"
    yield paper.report("work-title", paper.place, f"its title is `{text}` there", place, title, WARNING)


def report_renamed_on_page(paper: PaperOnPage, title: tuple[int, int]) -> Finding:
    """Make the finding for a paper that has another title on the page: its authors are the same, in order."""
    text = " ".join(paper.page.text[slice(*title)].split())
    return finding(
        "work-renamed",
        paper.page.span(*title),
        f"`{text}` has the authors of `{paper.name}`, in the same order",
        related=[(paper.record.place("title"), f"`{paper.titles()[0]}` here")],
        values=(paper.key, compact(text)),
    )


def _compare_authors(paper: PaperOnPage) -> Iterator[Finding]:
    block, page, record = paper.block, paper.page, paper.record
    if block is None or block.authors is None or not paper.work.authors:
        return
    names, here = record.authors, block.authors
    tail = page.text[here.end : here.end + 12].lower()
    if "et al" in tail or "others" in tail:
        names = names[: len(here.names)]
    difference = compare_authors(here.names, names)
    misspelled = list(difference.misspelled) if difference else []
    for index, name in enumerate(here.names):
        other = next((i for i, one in enumerate(names) if compact(one) == compact(name) and one != name), None)
        if other is not None and name_key(name) == name_key(names[other]) and not name.isupper():
            misspelled.append((index, other))
    for index, other in misspelled:
        there = record.place("authors", other)
        yield paper.report_spelling("author-spelling", "author", here.places[index], names[other], there)
    if difference and difference.words:
        at = here.places[difference.here] if difference.here is not None else (here.start, here.end)
        there = record.place("authors", *(() if difference.there is None else (difference.there,)))
        is_older = (record.stage == "late") == bool(_find_early(paper))
        count, severity = f"{len(names)} authors", WARNING if is_older else ERROR
        yield paper.report("work-authors", at, difference.words, there, count, severity)


# --- Status, venue, date, place -------------------------------------------------------------------------------------

_EARLY = re.compile(
    r"\b(?:in )?preprints?\b|\barxiv preprint\b|\bunder (?:review|submission)\b|\bsubmitted to\b|\bin submission\b"
    r"|\bin preparation\b|\bmanuscript\b",
    re.IGNORECASE,
)
_COMING = re.compile(r"\bto appear\b|\bforthcoming\b|\bin press\b|\baccepted\b", re.IGNORECASE)
_VENUE = re.compile(r"\b([A-Z][A-Za-z]{2,11}) ?(?:['’‘]|20| )(\d\d)\b")


def _find_early(paper: PaperOnPage) -> re.Match[str] | None:
    """Find words that say it has not appeared; that it will is early for what the profile has as published."""
    early = _EARLY.search(paper.page.text, *paper.body)
    if early is None and paper.record.stage == "late" and status_of(paper.work) == "published":
        return _COMING.search(paper.page.text, *paper.body)
    return early


def _compare_status(paper: PaperOnPage) -> Finding | None:
    """Return the finding where one side has the paper published and the other has not."""
    early, venues, record = _find_early(paper), list(_find_venues(paper)), paper.record
    field = "status" if paper.work.status and record.place("status").line else "venue"
    if record.stage == "late" and early:
        label = venue_label(paper.work.venue) or "published"
        words = f"its status is `{early[0]}` there, and `{label}` in the profile"
        there = record.place("venue" if paper.work.venue else field)
        return paper.report("work-status", early.span(), words, there, f"`{label}`", WARNING)
    if record.stage == "early" and not early and venues:
        name, year, start, end = venues[0]
        words = f"it appeared in `{name} {year}` there, and is `{paper.work.status or 'preprint'}` in the profile"
        return paper.report("work-status", (start, end), words, record.place(field), "", WARNING)
    return None


def _find_venues(paper: PaperOnPage, *, wide: bool = False) -> Iterator[tuple[str, int, int, int]]:
    """Yield what looks like a venue with its year, "NSDI 2024" or "NSDI'24": its short name, year and place."""
    assert paper.block is not None
    start, end = paper.body
    months = {"jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"}
    for match in _VENUE.finditer(paper.page.text, start, paper.block.limit if wide else end):
        if match[1][:3].lower() not in months and sum(char.isupper() for char in match[1]) >= 2:
            yield match[1], 2000 + int(match[2]), match.start(), match.end()


def _compare_venue(paper: PaperOnPage) -> Iterator[Finding]:
    venue, record = paper.work.venue, paper.record
    if venue is None or record.stage != "late":
        return
    name, label, short = strip_markup(venue.name or ""), venue_label(venue), fold_name(venue.acronym or "")
    near, every = list(_find_venues(paper)), list(_find_venues(paper, wide=True))
    if (
        short
        and near
        and not any(fold_name(one) == short and year == (venue.year or year) for one, year, _, _ in every)
    ):
        other, year, start, end = near[0]
        if fold_name(other) == short or short not in fold_name(name).split():
            words = f"it appeared in `{other} {year}` there, and in `{label}` in the profile"
            yield paper.report("work-venue", (start, end), words, record.place("venue"), f"`{label}`")
            return
    if venue.name and (at := _find_near_name(paper, venue_key(venue.name, venue.acronym or ""))):
        text = " ".join(paper.page.text[slice(*at)].split())
        words = f"its venue is `{text}` there, and `{name}` in the profile"
        yield paper.report("work-venue", at, words, record.place("venue", "name"), f"`{name}`", WARNING)


def _find_near_name(paper: PaperOnPage, name: str) -> tuple[int, int] | None:
    """Return where the page has the venue's name spelled otherwise."""
    key = name.replace(" ", "")
    if key in venue_key(paper.page.text[slice(*paper.body)]).replace(" ", ""):
        return None
    letters, offsets = paper.page.letters
    first, last = (bisect_left(offsets, place) for place in paper.body)
    inside = letters[first:last]
    if len(key) < 12 or key in inside:
        return None
    match = fuzz.partial_ratio_alignment(key, inside, score_cutoff=85)
    if match is None or match.dest_end - match.dest_start < 0.7 * len(key):
        return None
    text = paper.page.text
    left, right = to_words(text, (offsets[first + match.dest_start], offsets[first + match.dest_end - 1] + 1))
    left, right = max(left, paper.body[0]), min(right, paper.body[1])
    shown = text[left:right]
    # A stretch that runs over into the next part of the line is cut where that part begins.
    cut = re.search(r"\s*[(,\n]", shown[len(shown) // 2 :])
    return (left, left + len(shown) // 2 + cut.start()) if cut else (left, right)


def _is_precise(when: When) -> bool:
    return not isinstance(when, Date) or when.month is not None


def _compare_date(paper: PaperOnPage) -> Iterator[Finding]:
    assert paper.block is not None
    when = paper.work.date
    if when is None:
        return
    start, end = paper.body
    before = find_dates(paper.page, paper.block.lead, paper.block.title[0])
    near, every = (before or find_dates(paper.page, start, stop) for stop in (end, paper.block.limit))
    if any(_is_precise(one) for one, _, _ in near):  # then a year alone is the venue's
        near, every = ([found for found in dates if _is_precise(found[0])] for dates in (near, every))
    if not near or any(dates_agree(one, when) for one, _, _ in every):
        return
    one, first, last = max(near, key=lambda found: len(canonical(found[0])))
    venue = paper.work.venue
    conference = venue is not None and venue.kind in ("conference", "workshop")
    # A year in a list of years is the year of the list.
    severity = ERROR if conference and _is_precise(one) else WARNING
    words = f"dated `{canonical(one)}` there, and `{canonical(when)}` in the profile"
    yield paper.report(
        "work-date", (first, last), words, paper.record.place("date"), f"`{canonical(when)}`", severity
    )


_PLACE_PART = re.compile(r",\s*([A-Z][\w.]*(?: [A-Z][\w.]*)?)(?=[,;.\s)]|$)")


def _compare_place(paper: PaperOnPage) -> Iterator[Finding]:
    location = strip_markup(paper.work.location or "")
    start, end = paper.body
    town = re.compile(rf"\b{re.escape(location.partition(',')[0])}\b", re.IGNORECASE)
    match = town.search(paper.page.text, start, end) if location else None
    if match is None or fold_name(paper.page.text[match.start() : end]).startswith(fold_name(location)):
        return
    last = match.end()
    while part := _PLACE_PART.match(paper.page.text, last, end):
        if not parse_place(f"x, {part[1]}").country and len(part[1]) > 3:
            break
        last = part.end()
    at, there = (match.start(), last), paper.record.place("location")
    text = " ".join(paper.page.text[slice(*at)].split())
    if fold_name(text) == fold_name(location):
        return
    if parse_place(text).may_be(parse_place(location)):
        yield paper.report_spelling("place-spelling", "place", at, location, there)
        return
    words = f"it took place in `{text}` there, and in `{location}` in the profile"
    yield paper.report("work-place", at, words, there, f"`{location}`")


# --- Links ----------------------------------------------------------------------------------------------------------


def _compare_ids(paper: PaperOnPage) -> Iterator[Finding]:
    """Yield an arXiv number or a DOI that is not the profile's."""
    assert paper.block is not None
    mine = work_ids(paper.work)
    for link in paper.page.links:
        key = link_key(link.url)
        kind = key.partition(":")[0]
        if not paper.block.title[0] <= link.start < paper.block.end or kind not in ("arxiv", "doi"):
            continue
        other = next((one for one in sorted(mine) if one.startswith(f"{kind}:") and one != key), None)
        if other and key not in mine and not key.startswith("doi:10.48550"):
            words = f"it has `{key}` there, and `{other}` in the profile"
            at = (link.start, max(link.end, link.start + 1))
            yield paper.report("work-link", at, words, paper.record.place("links", kind), f"`{other}`")


def find_foreign_links(
    papers: Iterable[PaperOnPage], lists: Sequence[AuthorList], page: TextPage
) -> Iterator[Finding]:
    """Yield links of the profile's papers that the page gives to a paper by other people."""
    seen: set[str] = set()
    for link in page.links:
        key = link_key(link.url)
        paper = next((paper for paper in papers if key in work_ids(paper.work)), None)
        if paper is None or key in seen:
            continue
        before = [one for one in lists if one.end <= link.start and link.start - one.end < 300]
        others = before[-1] if before else None
        owned = paper.author_keys() or {name_key(name) for name in paper.record.files}
        if others is None or len(others.names) < 3 or others.keys() & owned:
            continue
        seen.add(key)
        names = ", ".join(others.names[:2])
        yield finding(
            "shared-link",
            page.span(link.start, max(link.end, link.start + 1)),
            f"the link of `{paper.name}` is given there to a paper by {names} and others",
            severity=WARNING,
            related=[(paper.record.place("links"), f"given to `{paper.name}` here")],
            values=(key, paper.key),
        )
