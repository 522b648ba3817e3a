"""Compare one paper of a profile with what a page tells of it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from cvgen.comparison import authors as author_lists
from cvgen.comparison.places import place_of
from cvgen.comparison.spelling import bare, compact, fold, link_key, name_key, raw_name, venue_key
from cvgen.diagnostics import Severity, Span
from cvgen.lint.facts import Telling
from cvgen.lint.finding import Finding, capped, finding
from cvgen.lint.page_publications import AuthorList, Block, dates_in
from cvgen.lint.pages import Page
from cvgen.lint.papers import Paper as Papers
from cvgen.lint.papers import authors_of, ids_of
from cvgen.lint.works import dates_agree, venue_words
from cvgen.profile.works import status_of
from cvgen.values.dates import Date, When, canonical

__all__ = ["Paper", "compare", "renamed", "shared_links"]

ERROR, WARNING, NOTE = Severity.ERROR, Severity.WARNING, Severity.NOTE


class Paper:
    """A paper of the profile, and where the page tells of it."""

    def __init__(self, telling: Telling, page: Page) -> None:
        self.telling, self.page = telling, page
        self.work = telling.work
        self.place: tuple[int, int] | None = None
        self.places: tuple[tuple[int, int], ...] = ()
        self.block: Block | None = None
        whole = Papers((telling,))
        self.name, self.key = whole.name, whole.key

    def titles(self) -> list[str]:
        """The title, and those it had before."""
        return [bare(self.work.title or ""), *(bare(title) for title in self.work.former_titles)]

    def authors(self) -> tuple[str, ...]:
        """The authors as keys, in order."""
        return authors_of(self.work)

    def author_keys(self) -> frozenset[str]:
        """The authors as keys."""
        return frozenset(self.authors())

    def locate(self, places: Sequence[Sequence[tuple[int, int]]], lists: Sequence[AuthorList]) -> None:
        """Choose where the paper is told: where its title stands in the open, and its authors below it."""
        keys = self.author_keys()

        def order(place: tuple[int, int]) -> tuple[bool, bool, bool, int]:
            follows = any(place[1] <= one.start < place[1] + 800 and one.keys() & keys for one in lists)
            form = self.page.form_at(place[0])
            return self.page.is_hidden(place[0]), not follows, form not in ("", "works"), place[0]

        self.places = tuple(place for found in places for place in found)
        for found in places:
            if found:
                self.place = min(found, key=order)
                return

    @property
    def shown(self) -> bool:
        """Whether both sides are to be read by others."""
        return self.telling.shown and not (self.place and self.page.is_hidden(self.place[0]))

    def rest(self) -> tuple[int, int]:
        """Return the block without the title."""
        assert self.block is not None
        return self.block.title[1], self.block.end

    def make(self, code: str, severity: Severity, at: tuple[int, int], words: str, there: Span, told: str) -> Finding:
        """Make a finding about a stretch of the page."""
        return finding(
            code,
            capped(severity, shown=self.shown),
            self.page.span(*at),
            f"`{self.name}`: {words}",
            "correct the page, or the profile, whichever is wrong or older",
            related=[(there, told)],
            values=(self.key, compact(words)),
        )


def compare(paper: Paper) -> Iterator[Finding]:
    """Yield what the page tells differently of one paper."""
    yield from _title(paper)
    yield from _authors(paper)
    stage = _stage(paper)
    if stage:
        yield from stage
    else:
        yield from _venue(paper)
        yield from _date(paper)
        yield from _place(paper)
    yield from _ids(paper)


def _title(paper: Paper) -> Iterator[Finding]:
    assert paper.place is not None
    text = " ".join(paper.page.text[slice(*paper.place)].split())
    there = paper.telling.place("title")
    if compact(text) == compact(paper.titles()[0]):
        return
    if compact(text) in {compact(title) for title in paper.titles()}:
        place = paper.telling.place("former_titles", [compact(t) for t in paper.titles()].index(compact(text)) - 1)
        words = f"told under a former title, `{text}`"
        yield paper.make("work-former-title", NOTE, paper.place, words, place, "here")
        return
    yield paper.make(
        "work-title", WARNING, paper.place, f"its title is told as `{text}`", there, f"`{paper.titles()[0]}` here"
    )


def renamed(paper: Paper, page: Page, title: tuple[int, int]) -> Finding:
    """Make the finding for a paper that the page tells under another title: its authors are the same, in order."""
    text = " ".join(page.text[slice(*title)].split())
    return finding(
        "work-renamed",
        WARNING,
        page.span(*title),
        f"`{text}` has the authors of `{paper.name}`, in the same order",
        "if the paper was renamed, correct the page, or add this title to the work's `former_titles`",
        related=[(paper.telling.place("title"), f"`{paper.titles()[0]}` here")],
        values=(paper.key, compact(text)),
    )


def _authors(paper: Paper) -> Iterator[Finding]:
    block, page, telling = paper.block, paper.page, paper.telling
    if block is None or block.authors is None or not paper.work.authors:
        return
    names = [raw_name(author.name) for author in paper.work.authors]
    here = block.authors
    tail = page.text[here.end : here.end + 12].lower()
    if "et al" in tail or "others" in tail:
        names = names[: len(here.names)]
    difference = author_lists.compare(here.names, names)
    for index, name in enumerate(here.names):
        other = next((i for i, one in enumerate(names) if compact(one) == compact(name) and one != name), None)
        if other is not None and name_key(name) == name_key(names[other]) and not name.isupper():
            yield _spelled(paper, here.places[index], name, names[other], telling.place("authors", other))
    if difference is None:
        return
    for one, other in difference.spelled:
        yield _spelled(paper, here.places[one], here.names[one], names[other], telling.place("authors", other))
    if difference.words:
        at = here.places[difference.here] if difference.here is not None else (here.start, here.end)
        where = ("authors",) if difference.there is None else ("authors", difference.there)
        there = telling.place(*where)
        severity = WARNING if _is_older(paper) else ERROR
        yield paper.make("work-authors", severity, at, difference.words, there, f"{len(names)} authors here")


def _spelled(paper: Paper, at: tuple[int, int], name: str, other: str, there: Span) -> Finding:
    return finding(
        "author-spelling",
        WARNING,
        paper.page.span(*at),
        f"the author `{name}` is spelled `{other}` in the profile",
        "write the name as its bearer does",
        related=[(there, f"`{other}` here")],
        values=sorted((name, other)),
    )


# --- Status, venue, date, place -------------------------------------------------------------------------------------

_EARLY = re.compile(
    r"\b(?:in )?preprints?\b|\barxiv preprint\b|\bunder (?:review|submission)\b|\bsubmitted to\b|\bin submission\b"
    r"|\bin preparation\b|\bmanuscript\b",
    re.IGNORECASE,
)
_COMING = re.compile(r"\bto appear\b|\bforthcoming\b|\bin press\b|\baccepted\b", re.IGNORECASE)
_VENUE = re.compile(r"\b([A-Z][A-Za-z]{2,11}) ?(?:['’‘]|20| )(\d\d)\b")


def _early(paper: Paper) -> re.Match[str] | None:
    """Find words that say it has not appeared; that it will is early for what the profile has as published."""
    start, end = paper.rest()
    early = _EARLY.search(paper.page.text, start, end)
    if early is None and paper.telling.stage == "late" and status_of(paper.work) == "published":
        return _COMING.search(paper.page.text, start, end)
    return early


def _is_older(paper: Paper) -> bool:
    return (paper.telling.stage == "late") == bool(_early(paper))


def _stage(paper: Paper) -> list[Finding]:
    """Return the finding where one side has the paper published and the other has not."""
    early, venues = _early(paper), list(_venues(paper))
    field = "status" if paper.work.status and paper.telling.place("status").line else "venue"
    if paper.telling.stage == "late" and early:
        words = venue_words(paper.work.venue) or "published"
        told = f"told as `{early[0]}`, which is `{words}` in the profile"
        at = early.span()
        there = paper.telling.place("venue") if paper.work.venue else paper.telling.place(field)
        return [paper.make("work-status", WARNING, at, told, there, f"`{words}` here")]
    if paper.telling.stage == "early" and not early and venues:
        name, year, start, end = venues[0]
        status = paper.work.status or "a preprint"
        told = f"it appeared in `{name} {year}` there, and is no more than {status} in the profile"
        return [paper.make("work-status", WARNING, (start, end), told, paper.telling.place(field), "here")]
    return []


def _venues(paper: Paper, *, wide: bool = False) -> Iterator[tuple[str, int, int, int]]:
    """Yield what looks like a venue with its year, "NSDI 2024" or "NSDI'24": its short name, year and place."""
    assert paper.block is not None
    start, end = paper.rest()
    months = {"jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"}
    for match in _VENUE.finditer(paper.page.text, start, paper.block.limit if wide else end):
        if match[1][:3].lower() not in months and sum(char.isupper() for char in match[1]) >= 2:
            yield match[1], 2000 + int(match[2]), match.start(), match.end()


def _venue(paper: Paper) -> Iterator[Finding]:
    venue = paper.work.venue
    if venue is None or paper.telling.stage != "late":
        return
    there = paper.telling.place("venue")
    told = list(_venues(paper))
    every = list(_venues(paper, wide=True))
    short = fold(venue.acronym or "")
    if short and told and not any(fold(name) == short and year == (venue.year or year) for name, year, _, _ in every):
        name, year, start, end = told[0]
        if fold(name) == short or short not in fold(bare(venue.name or "")).split():
            words = f"it appeared in `{name} {year}` there, and in `{venue_words(venue)}` in the profile"
            yield paper.make("work-venue", ERROR, (start, end), words, there, f"`{venue_words(venue)}` here")
            return
    if venue.name and (near := _near_name(paper, venue_key(venue.name, venue.acronym or ""))):
        text = " ".join(paper.page.text[slice(*near)].split())
        words = f"its venue is `{text}` there, and `{bare(venue.name)}` in the profile"
        place = paper.telling.place("venue", "name")
        yield paper.make("work-venue", WARNING, near, words, place, f"`{bare(venue.name)}` here")


def _near_name(paper: Paper, name: str) -> tuple[int, int] | None:
    """Return where the page has the venue's name spelled otherwise."""
    from rapidfuzz import fuzz

    key = name.replace(" ", "")
    start, end = paper.rest()
    if key in venue_key(paper.page.text[start:end]).replace(" ", ""):
        return None
    letters, offsets = paper.page.letters
    first, last = (_index(offsets, place) for place in (start, end))
    inside = letters[first:last]
    if len(key) < 12 or key in inside:
        return None
    match = fuzz.partial_ratio_alignment(key, inside, score_cutoff=85)
    if match is None or match.dest_end - match.dest_start < 0.7 * len(key):
        return None
    text = paper.page.text
    left, right = offsets[first + match.dest_start], offsets[first + match.dest_end - 1] + 1
    while left > start and text[left - 1].isalnum():
        left -= 1
    while right < end and text[right].isalnum():
        right += 1
    shown = text[left:right]
    # A stretch that runs over into the next part of the line is cut where that part begins.
    cut = re.search(r"\s*[(,\n]", shown[len(shown) // 2 :])
    return (left, left + len(shown) // 2 + cut.start()) if cut else (left, right)


def _index(offsets: Sequence[int], place: int) -> int:
    from bisect import bisect_left

    return bisect_left(offsets, place)


def _is_precise(when: When) -> bool:
    return not isinstance(when, Date) or when.month is not None


def _date(paper: Paper) -> Iterator[Finding]:
    assert paper.block is not None
    when = paper.work.date
    if when is None:
        return
    start, end = paper.rest()
    told = dates_in(paper.page, start, end)
    every = dates_in(paper.page, start, paper.block.limit)
    if any(_is_precise(one) for one, _, _ in told):  # then a year alone is the venue's
        told, every = ([found for found in dates if _is_precise(found[0])] for dates in (told, every))
    if not told or any(dates_agree(one, when) for one, _, _ in every):
        return
    one, first, last = max(told, key=lambda found: len(canonical(found[0])))
    venue = paper.work.venue
    conference = venue is not None and venue.kind in ("conference", "workshop")
    # A year in a list of years is the year of the list.
    severity = ERROR if conference and _is_precise(one) else WARNING
    words = f"dated `{canonical(one)}` there, and `{canonical(when)}` in the profile"
    yield paper.make(
        "work-date", severity, (first, last), words, paper.telling.place("date"), f"`{canonical(when)}` here"
    )


_PLACE_PART = re.compile(r",\s*([A-Z][\w.]*(?: [A-Z][\w.]*)?)(?=[,;.\s)]|$)")


def _place(paper: Paper) -> Iterator[Finding]:
    location = bare(paper.work.location or "")
    start, end = paper.rest()
    town = re.compile(rf"\b{re.escape(location.partition(',')[0])}\b", re.IGNORECASE)
    match = town.search(paper.page.text, start, end) if location else None
    if match is None:
        return
    if fold(paper.page.text[match.start() : end]).startswith(fold(location)):
        return
    last = match.end()
    while part := _PLACE_PART.match(paper.page.text, last, end):
        known = place_of(f"x, {part[1]}")
        if not known.country and len(part[1]) > 3:
            break
        last = part.end()
    text = " ".join(paper.page.text[match.start() : last].split())
    if fold(text) == fold(location):
        return
    same = place_of(text).may_be(place_of(location))
    there = paper.telling.place("location")
    if not same:
        words = f"it took place in `{text}` there, and in `{location}` in the profile"
        yield paper.make("work-place", ERROR, (match.start(), last), words, there, f"`{location}` here")
        return
    yield finding(
        "place-spelling",
        NOTE,
        paper.page.span(match.start(), last),
        f"the place `{text}` is spelled `{location}` in the profile",
        "write the place one way",
        related=[(there, f"`{location}` here")],
        values=sorted((text, location)),
    )


# --- Links ----------------------------------------------------------------------------------------------------------


def _ids(paper: Paper) -> Iterator[Finding]:
    """Yield an arXiv number or a DOI that is not the profile's."""
    assert paper.block is not None
    mine = ids_of(paper.work)
    for link in paper.page.links:
        key = link_key(link.url)
        kind = key.partition(":")[0]
        if not paper.block.title[0] <= link.start < paper.block.end or kind not in ("arxiv", "doi"):
            continue
        other = next((one for one in sorted(mine) if one.startswith(f"{kind}:") and one != key), None)
        if other and key not in mine and not key.startswith("doi:10.48550"):
            words = f"it has `{key}` there, and `{other}` in the profile"
            there = paper.telling.place("links", kind)
            yield paper.make("work-link", ERROR, (link.start, max(link.end, link.start + 1)), words, there, "here")


def shared_links(papers: Sequence[Paper], lists: Sequence[AuthorList], page: Page) -> Iterator[Finding]:
    """Yield links of the profile's papers that the page gives to a paper by other people."""
    seen: set[str] = set()
    for link in page.links:
        key = link_key(link.url)
        paper = next((paper for paper in papers if key in ids_of(paper.work)), None)
        if paper is None or key in seen:
            continue
        before = [one for one in lists if one.end <= link.start and link.start - one.end < 300]
        others = before[-1] if before else None
        owned = paper.author_keys() or {name_key(name) for name in paper.telling.tellers}
        if others is None or len(others.names) < 3 or others.keys() & owned:
            continue
        seen.add(key)
        names = ", ".join(others.names[:2])
        yield finding(
            "shared-link",
            WARNING,
            page.span(link.start, max(link.end, link.start + 1)),
            f"the link of `{paper.name}` is given there to a paper by {names} and others",
            "follow it, and correct the side that it does not belong to",
            related=[(paper.telling.place("links"), f"given to `{paper.name}` here")],
            values=(key, paper.key),
        )
