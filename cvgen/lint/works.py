"""Compare the tellings of one paper field by field, and papers that share a name or a link."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from cvgen.comparison import authors as author_lists
from cvgen.comparison.places import place_of
from cvgen.comparison.spelling import bare, compact, fold, name_key, raw_name, venue_key
from cvgen.diagnostics import Severity, Span
from cvgen.lint.facts import Telling
from cvgen.lint.finding import Finding, capped, finding
from cvgen.lint.papers import Paper, Renaming, title_key
from cvgen.profile.works import Venue, status_of
from cvgen.values.dates import DateRange, When, agrees, canonical

__all__ = ["compare", "dates_agree", "disagreements", "renamed", "venue_words", "venues_differ"]

ERROR, WARNING, NOTE = Severity.ERROR, Severity.WARNING, Severity.NOTE


@dataclass(frozen=True, eq=False)
class Said:
    """What one telling says about one field: as a key, in words, and where."""

    key: str
    words: str
    span: Span
    by: Telling


def compare(paper: Paper) -> Iterator[Finding]:
    """Yield what the tellings of one paper disagree about."""
    if len(paper.tellings) < 2:
        return
    yield from _titles(paper)
    yield from _status(paper)
    yield from _authors(paper)
    yield from _marks(paper)
    for stage in ("late", "early"):
        told = [telling for telling in paper.tellings if (telling.stage or "late") == stage]
        if len(told) > 1:
            yield from _venues(paper, told)
            yield from _dates(paper, told)
            yield from _places(paper, told)
    yield from _ids(paper)


def disagreements(
    said: Iterable[Said], agree: Callable[[Said, Said], bool]
) -> Iterator[tuple[list[Said], Said, list[Said]]]:
    """Yield what deviates: the tellings of one value in one file, what they deviate from, and all who tell that.

    The value that a works file has comes first, then the one that agrees with what most files tell. Every other value
    is compared with those before it, and deviates from the first with which it does not agree.
    """
    groups: dict[str, list[Said]] = defaultdict(list)
    for one in said:
        groups[one.key].append(one)
    if len(groups) < 2:
        return

    def standing(group: list[Said]) -> tuple[bool, int, str]:
        shared = any(one.by.origin == "shared" and one.by.shown for one in group)
        allies = [other for other in groups.values() if other is group or agree(group[0], other[0])]
        return not shared, -len({one.by.file for ally in allies for one in ally}), group[0].key

    order = sorted(groups.values(), key=standing)
    for index, group in enumerate(order):
        rival = next((other for other in order[:index] if not agree(group[0], other[0])), None)
        if rival is None:
            continue
        files: dict[str, list[Said]] = defaultdict(list)
        for one in group:
            files[one.by.file].append(one)
        first = min(rival, key=_standing)
        for _, places in sorted(files.items()):
            places.sort(key=lambda one: (not one.by.shown, one.span.line, one.span.column))
            yield places, first, rival


def _standing(one: Said) -> tuple[bool, bool, str, int]:
    """Order who is pointed to: a works file first, then what is shown."""
    return (one.by.origin != "shared", not one.by.shown, one.span.file, one.span.line)


def _make(
    code: str, severity: Severity, paper: Paper, found: tuple[list[Said], Said, list[Said]], words: str, hint: str
) -> Finding:
    places, first, rival = found
    shown = any(one.by.shown for one in places) and any(one.by.shown for one in rival)
    more = len({one.by.file for one in rival}) - 1
    there = f"{first.words} here" + (f", and in {more} more file{'s' * (more > 1)}" if more else "")
    related = [(first.span, there), *((one.span, "and here") for one in places[1:])]
    values = (paper.key, *sorted({places[0].key, first.key}))
    severity = capped(severity, shown=shown)
    return finding(code, severity, places[0].span, f"`{paper.name}`: {words}", hint, related=related, values=values)


def _on_purpose(found: tuple[list[Said], Said, list[Said]]) -> bool:
    """Tell whether a profile says differently, on purpose, what it takes from a works file."""
    return all(one.by.origin == "override" for one in found[0])


# --- Titles ---------------------------------------------------------------------------------------------------------


def _titles(paper: Paper) -> Iterator[Finding]:
    said = [
        Said(title_key(telling.work), f"`{bare(telling.work.title or '')}`", telling.place("title"), telling)
        for telling in paper.tellings
        if telling.tells("title")
    ]
    for found in disagreements(said, lambda one, other: False):
        one, other = _excerpts(found[0][0].words, found[1].words)
        hint = "write the title as the paper has it; a title it had before belongs into `former_titles`"
        severity = NOTE if _on_purpose(found) else WARNING
        yield _make("work-title", severity, paper, found, f"its title is told as {one} and as {other}", hint)


def _excerpts(one: str, other: str) -> tuple[str, str]:
    """Return what differs in two titles, a few words of each."""
    left, right = one.strip("`").split(), other.strip("`").split()
    start = 0
    while start < min(len(left), len(right)) and fold(left[start]) == fold(right[start]):
        start += 1
    start = max(0, start - 1)
    cut = [" ".join(words[start : start + 4]) + ("…" if len(words) > start + 4 else "") for words in (left, right)]
    return f"`{'…' * (start > 0)}{cut[0]}`", f"`{'…' * (start > 0)}{cut[1]}`"


def renamed(found: Renaming) -> Iterator[Finding]:
    """Yield one finding for each file that tells a paper under its other name."""
    there = min(found.new.tellings, key=lambda told: (told.origin != "shared", not told.shown, told.file))
    files: dict[str, Telling] = {}
    for telling in sorted(found.old.tellings, key=lambda told: (not told.shown, told.entry.line)):
        files.setdefault(telling.file, telling)
    why = {
        "former": "which is a former title of it",
        "link": "under the same link",
        "authors": "by the same authors in the same order",
    }[found.why]
    for _, telling in sorted(files.items()):
        message = f"`{found.old.name}` is told elsewhere as `{found.new.name}`, {why}"
        hint = "if the paper was renamed, write the new title here, or add this one to its `former_titles`"
        if found.known:
            message = f"`{found.old.name}` is a former title of `{found.new.name}`"
            hint = "write the new title when this list is next changed"
        yield finding(
            "work-former-title" if found.known else "work-renamed",
            NOTE if found.known else WARNING,
            telling.place("title"),
            message,
            hint,
            related=[(there.place("title"), f"`{bare(there.work.title or '')}` here")],
            values=sorted((found.old.key, found.new.key)),
        )


# --- Status ---------------------------------------------------------------------------------------------------------


def _status(paper: Paper) -> Iterator[Finding]:
    said = []
    for telling in paper.tellings:
        if not telling.stage or not telling.own & {"status", "venue", "status_text"}:
            continue
        field = next(name for name in ("status", "status_text", "venue") if getattr(telling.work, name))
        if telling.stage == "late" and telling.work.venue:
            field = "venue"
        words = venue_words(telling.work.venue) if telling.stage == "late" else ""
        words = words or telling.work.status_text or status_of(telling.work).replace("-", " ")
        said.append(Said(telling.stage, f"`{bare(words)}`", telling.place(field), telling))
    late = [one for one in said if one.key == "late"]
    # Both are late, but a CV says of one that it is still to appear.
    coming = [replace(one, key="early") for one in late if status_of(one.by.work) == "accepted"]
    out = [one for one in late if status_of(one.by.work) == "published"]
    for one in coming if out else ():
        said.append(replace(one, words="`accepted`", span=one.by.place("status")))
    late = out or late
    for found in _older(said, late):
        severity = NOTE if _on_purpose(found) else WARNING
        words = f"told as {found[0][0].words}, and elsewhere as {found[1].words}"
        hint = "bring the older telling up to date, or accept it if the list is meant to stay as it was"
        yield _make("work-status", severity, paper, found, words, hint)


def _older(said: list[Said], late: list[Said]) -> Iterator[tuple[list[Said], Said, list[Said]]]:
    files: dict[str, list[Said]] = defaultdict(list)
    for one in said:
        if one.key == "early" and late:
            files[one.by.file].append(one)
    first = min(late, key=_standing, default=None)
    for _, places in sorted(files.items()):
        if first is not None:
            yield sorted(places, key=lambda one: (not one.by.shown, one.span.line)), first, late


# --- Authors --------------------------------------------------------------------------------------------------------


def _names(telling: Telling) -> list[str]:
    return [raw_name(author.name) for author in telling.work.authors]


def _authors(paper: Paper) -> Iterator[Finding]:
    said = [
        Said(" ".join(name_key(name) for name in _names(telling)), "", telling.place("authors"), telling)
        for telling in paper.tellings
        if telling.tells("authors")
    ]

    def agree(one: Said, other: Said) -> bool:
        return author_lists.compare(_names(one.by), _names(other.by)) is None

    for found in disagreements(said, agree):
        places, first, rival = found
        here, there = places[0].by, first.by
        difference = author_lists.compare(_names(here), _names(there))
        assert difference is not None
        for one, other in difference.spelled:
            mine, yours = here.place("authors", one), there.place("authors", other)
            words = f"`{_names(here)[one]}` is told elsewhere as `{_names(there)[other]}`"
            at = ([Said(name_key(_names(here)[one]), "", mine, here)], Said(first.key, "so", yours, there), rival)
            yield _make("author-spelling", WARNING, paper, at, words, "write the name as its bearer does")
        if not difference.words:
            continue
        same_stage = (here.stage or there.stage) == (there.stage or here.stage)
        severity = ERROR if same_stage else WARNING
        at = ([Said(places[0].key, "", _author(here, difference.here), here), *places[1:]], first, rival)
        reference = Said(first.key, f"{len(_names(there))} authors", _author(there, difference.there), there)
        hint = "correct the list that is wrong; if the paper changed hands on its way, tell both and accept this"
        yield _make("work-authors", severity, paper, (at[0], reference, rival), difference.words, hint)


def _author(telling: Telling, index: int | None) -> Span:
    return telling.place("authors") if index is None else telling.place("authors", index)


def _marks(paper: Paper) -> Iterator[Finding]:
    def marked(telling: Telling) -> str:
        return " ".join(sorted(name_key(author.name) for author in telling.work.authors if author.equal))

    said = [
        Said(marked(telling), f"{len(marked(telling).split())} starred", telling.place("authors"), telling)
        for telling in paper.tellings
        if telling.tells("authors")
    ]
    for found in disagreements(said, lambda one, other: False):
        mine, yours = found[0][0].words, found[1].words
        words = f"equal contribution is told of others: {mine}, and {yours} elsewhere"
        severity = WARNING if found[0][0].key and found[1].key else NOTE
        yield _make("work-marks", severity, paper, found, words, "put the stars where the paper has them")


# --- Venue, date, place, ids ----------------------------------------------------------------------------------------


def venue_words(venue: Venue | None) -> str:
    """Return the venue in short."""
    if venue is None:
        return ""
    name = venue.acronym or bare(venue.name or "")
    return f"{name} {venue.year}" if name and venue.year else name


def venues_differ(one: Venue, other: Venue) -> Severity | None:
    """Tell how badly two venues of one paper contradict each other: not at all, in spelling, or altogether."""
    if one.year and other.year and one.year != other.year:
        return ERROR
    short, other_short = (fold(venue.acronym or "") for venue in (one, other))
    name = venue_key(one.name or "", one.acronym or "")
    other_name = venue_key(other.name or "", other.acronym or "")
    if short and other_short and short != other_short:
        if short in other_name.split() or other_short in name.split():
            return None
        return ERROR if one.kind == other.kind else WARNING
    if not name or not other_name or name == other_name:
        return None
    if short and other_short:
        return WARNING
    from rapidfuzz import fuzz

    if name in other_name or other_name in name:
        return None
    return WARNING if fuzz.ratio(name, other_name) >= 80 else ERROR


def _venues(paper: Paper, told: Sequence[Telling]) -> Iterator[Finding]:
    said = []
    for telling in told:
        venue = telling.work.venue
        if venue is None or not telling.tells("venue") or not (venue.name or venue.acronym):
            continue
        key = f"{fold(venue.acronym or '')}|{venue.year or ''}|{venue_key(venue.name or '', venue.acronym or '')}"
        words = bare(venue.name or "") or venue_words(venue)
        field = ("venue", "name") if venue.name and telling.place("venue", "name").line else ("venue",)
        said.append((Said(key, f"`{words}`", telling.place(*field), telling), venue))
    by_key = {one.key: venue for one, venue in said}
    for found in disagreements(
        (one for one, _ in said), lambda one, other: venues_differ(by_key[one.key], by_key[other.key]) is None
    ):
        severity = venues_differ(by_key[found[0][0].key], by_key[found[1].key])
        assert severity is not None
        mine, yours = found[0][0].words, found[1].words
        if mine == yours:
            mine, yours = (f"`{venue_words(by_key[one.key])}`" for one in (found[0][0], found[1]))
        severity = NOTE if severity is WARNING and _on_purpose(found) else severity
        hint = "write the venue as its proceedings do, the same everywhere"
        yield _make("work-venue", severity, paper, found, f"it appeared in {mine}, and elsewhere in {yours}", hint)


def dates_agree(one: When, other: When) -> bool:
    """Tell whether both can date one paper: they agree, or a conference is dated by the month in which it began.

    >>> from cvgen.values.date_parser import parse_date
    >>> dates_agree(parse_date("June 25-July 1, 2022"), parse_date("2022-06"))
    True
    """
    starts = [when.start if isinstance(when, DateRange) else when for when in (one, other)]
    return agrees(one, other) or agrees(*starts)


def _dates(paper: Paper, told: Sequence[Telling]) -> Iterator[Finding]:
    said = [
        Said(canonical(telling.work.date), f"`{canonical(telling.work.date)}`", telling.place("date"), telling)
        for telling in told
        if telling.tells("date") and telling.work.date is not None
    ]

    def agree(one: Said, other: Said) -> bool:
        assert one.by.work.date is not None
        assert other.by.work.date is not None
        return dates_agree(one.by.work.date, other.by.work.date)

    for found in disagreements(said, agree):
        kinds = {one.by.work.venue.kind for one in (found[0][0], found[1]) if one.by.work.venue}
        # Journals have a date online and one in print, preprints one per version.
        severity = ERROR if kinds and kinds <= {"conference", "workshop"} else WARNING
        words = f"dated {found[0][0].words}, and {found[1].words} elsewhere"
        hint = "a conference has one date: correct the wrong one" if severity is ERROR else "agree on one of the two"
        yield _make("work-date", severity, paper, found, words, hint)


def _places(paper: Paper, tellings: Sequence[Telling]) -> Iterator[Finding]:
    """Yield places that contradict each other; spellings of one place are found elsewhere, for all works at once."""
    said = [
        Said(fold(told), f"`{told}`", telling.place("location"), telling)
        for telling in tellings
        if telling.tells("location") and (told := bare(telling.work.location or ""))
    ]

    def agree(one: Said, other: Said) -> bool:
        return place_of(one.words.strip("`")).may_be(place_of(other.words.strip("`")))

    for found in disagreements(said, agree):
        online = {"online", "virtual", "virtual event"} & {found[0][0].key, found[1].key}
        words = f"it took place in {found[0][0].words}, and elsewhere in {found[1].words}"
        severity = WARNING if online else ERROR
        yield _make("work-place", severity, paper, found, words, "correct the place that is wrong")


def _ids(paper: Paper) -> Iterator[Finding]:
    for field, name in (("doi", "DOI"), ("arxiv", "arXiv number")):
        said = []
        for telling in paper.tellings:
            value = getattr(telling.work.links, field) if telling.tells("links") and telling.work.links else None
            if value and not value.startswith("10.48550/"):  # arXiv's own DOIs stand beside the publisher's
                key = compact(value.partition("v")[0] if field == "arxiv" else value)
                said.append(Said(key, f"`{value}`", telling.place("links", field), telling))
        for found in disagreements(said, lambda one, other: False):
            words = f"it has the {name} {found[0][0].words}, and elsewhere {found[1].words}"
            yield _make("work-link", ERROR, paper, found, words, "follow both, and correct the wrong one")
