"""Differences between the records of one paper, field by field."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from rapidfuzz import fuzz

from cvgen.comparison.authors import compare_authors
from cvgen.comparison.places import parse_place
from cvgen.comparison.spelling import around_difference, compact, name_key, strip_markup, venue_key
from cvgen.comparison.works import dates_agree, title_key
from cvgen.diagnostics import Severity, Span
from cvgen.lint.finding import Finding, capped, finding
from cvgen.lint.papers import Paper, Renaming
from cvgen.lint.records import WorkRecord
from cvgen.profile.works import Venue, status_of
from cvgen.values.dates import canonical
from cvgen.values.names import fold_name

__all__ = ["compare_records", "report_renaming", "venue_label"]

ERROR, WARNING, NOTE = Severity.ERROR, Severity.WARNING, Severity.NOTE


@dataclass(frozen=True, eq=False)
class _Value:
    """What one record has in one field: as a key, in words, and where."""

    key: str
    words: str
    span: Span
    record: WorkRecord


@dataclass(frozen=True, eq=False)
class _Disagreement:
    """The values of one file that deviate, the value they deviate from, and all that agree with that."""

    values: Sequence[_Value]
    first: _Value
    rivals: Sequence[_Value]

    @property
    def is_deliberate(self) -> bool:
        """Whether a profile overrides, on purpose, what a works file says."""
        return all(value.record.origin == "override" for value in self.values)


def compare_records(paper: Paper) -> Iterator[Finding]:
    """Yield what the records of one paper disagree about."""
    if len(paper.records) < 2:
        return
    yield from _titles(paper)
    yield from _statuses(paper)
    yield from _authors(paper)
    yield from _marks(paper)
    for stage in ("late", "early"):
        records = [record for record in paper.records if (record.stage or "late") == stage]
        if len(records) > 1:
            yield from _venues(paper, records)
            yield from _dates(paper, records)
            yield from _places(paper, records)
    yield from _ids(paper)


def _disagreements(
    values: Iterable[_Value], agree: Callable[[_Value, _Value], bool] = lambda one, other: False
) -> Iterator[_Disagreement]:
    """Yield the disagreements of each file.

    The value of a works file comes first, then the one that agrees with what most files have. Every other value is
    compared with those before it, and deviates from the first with which it does not agree.
    """
    groups: dict[str, list[_Value]] = defaultdict(list)
    for value in values:
        groups[value.key].append(value)
    if len(groups) < 2:
        return

    def standing(group: list[_Value]) -> tuple[bool, int, str]:
        shared = any(one.record.origin == "shared" and one.record.shown for one in group)
        allies = [other for other in groups.values() if other is group or agree(group[0], other[0])]
        return not shared, -len({one.record.file for ally in allies for one in ally}), group[0].key

    order = sorted(groups.values(), key=standing)
    for index, group in enumerate(order):
        rivals = next((other for other in order[:index] if not agree(group[0], other[0])), None)
        if rivals is not None:
            yield from _by_file(group, rivals)


def _by_file(values: Sequence[_Value], rivals: Sequence[_Value]) -> Iterator[_Disagreement]:
    """Divide values by their files; of the rivals a works file comes first, then what is shown."""
    first = min(
        rivals, key=lambda one: (one.record.origin != "shared", not one.record.shown, one.span.file, one.span.line)
    )
    files: dict[str, list[_Value]] = defaultdict(list)
    for value in values:
        files[value.record.file].append(value)
    for _, deviating in sorted(files.items()):
        deviating.sort(key=lambda one: (not one.record.shown, one.span.line, one.span.column))
        yield _Disagreement(deviating, first, rivals)


def _values(
    records: Iterable[WorkRecord], field: str, key: Callable[[WorkRecord], str], words: Callable[[WorkRecord], str]
) -> list[_Value]:
    return [_Value(key(one), words(one), one.place(field), one) for one in records if one.has(field)]


def _report(
    code: str, paper: Paper, found: _Disagreement, words: str, severity: Severity, hint: str | None = None
) -> Finding:
    values, first = found.values, found.first
    shown = any(one.record.shown for one in values) and any(one.record.shown for one in found.rivals)
    more = len({one.record.file for one in found.rivals}) - 1
    there = f"{first.words} here" + (f", and in {more} more file{'s' * (more > 1)}" if more else "")
    return finding(
        code,
        values[0].span,
        f"`{paper.name}`: {words}",
        severity=capped(severity, shown=shown),
        hint=hint,
        related=[(first.span, there), *((one.span, "and here") for one in values[1:])],
        values=(paper.key, *sorted({values[0].key, first.key})),
    )


# --- Titles ---------------------------------------------------------------------------------------------------------


def _titles(paper: Paper) -> Iterator[Finding]:
    def title(one: WorkRecord) -> str:
        return f"`{strip_markup(one.work.title or '')}`"

    values = _values(paper.records, "title", lambda one: title_key(one.work), title)
    for found in _disagreements(values):
        one, other = around_difference(found.values[0].words.strip("`"), found.first.words.strip("`"))
        words = f"its title is `{one}`, and elsewhere `{other}`"
        yield _report("work-title", paper, found, words, NOTE if found.is_deliberate else WARNING)


def report_renaming(found: Renaming) -> Iterator[Finding]:
    """Yield one finding for each file that has a paper under its other name."""
    there = min(found.new.records, key=lambda record: (record.origin != "shared", not record.shown, record.file))
    files: dict[str, WorkRecord] = {}
    for record in sorted(found.old.records, key=lambda record: (not record.shown, record.entry.line)):
        files.setdefault(record.file, record)
    why = {"link": "has the same link as", "authors": "has the same authors in the same order as"}.get(found.why)
    message = f"`{found.old.name}` {why or 'is a former title of'} `{found.new.name}`"
    for _, record in sorted(files.items()):
        yield finding(
            "work-former-title" if found.known else "work-renamed",
            record.place("title"),
            message,
            related=[(there.place("title"), f"`{strip_markup(there.work.title or '')}` here")],
            values=sorted((found.old.key, found.new.key)),
        )


# --- Status ---------------------------------------------------------------------------------------------------------


def _statuses(paper: Paper) -> Iterator[Finding]:
    values = []
    for record in paper.records:
        if not record.stage or not record.own & {"status", "venue", "status_text"}:
            continue
        field = next(name for name in ("status", "status_text", "venue") if getattr(record.work, name))
        if record.stage == "late" and record.work.venue:
            field = "venue"
        words = venue_label(record.work.venue) if record.stage == "late" else ""
        words = words or record.work.status_text or status_of(record.work).replace("-", " ")
        values.append(_Value(record.stage, f"`{strip_markup(words)}`", record.place(field), record))
    late = [one for one in values if one.key == "late"]
    early = [one for one in values if one.key == "early"]
    published = [one for one in late if status_of(one.record.work) == "published"]
    if published:  # what is still to appear elsewhere is early beside it
        early += [
            _Value("early", "`accepted`", one.record.place("status"), one.record)
            for one in late
            if status_of(one.record.work) == "accepted"
        ]
    for found in _by_file(early, published or late) if late else ():
        words = f"its status is {found.values[0].words}, and elsewhere {found.first.words}"
        yield _report("work-status", paper, found, words, NOTE if found.is_deliberate else WARNING)


# --- Authors --------------------------------------------------------------------------------------------------------


def _authors(paper: Paper) -> Iterator[Finding]:
    values = _values(paper.records, "authors", lambda one: " ".join(map(name_key, one.authors)), lambda one: "")

    def agree(one: _Value, other: _Value) -> bool:
        return compare_authors(one.record.authors, other.record.authors) is None

    for found in _disagreements(values, agree):
        value, first = found.values[0], found.first
        here, there = value.record, first.record
        difference = compare_authors(here.authors, there.authors)
        assert difference is not None
        for one, other in difference.misspelled:
            words = f"`{here.authors[one]}` is spelled `{there.authors[other]}` elsewhere"
            mine = _Value(name_key(here.authors[one]), "", here.place("authors", one), here)
            yours = replace(first, words="so", span=there.place("authors", other))
            yield _report("author-spelling", paper, _Disagreement([mine], yours, found.rivals), words, WARNING)
        if difference.words:
            mine = replace(value, span=_author_place(here, difference.here))
            count = f"{len(there.authors)} authors"
            yours = replace(first, words=count, span=_author_place(there, difference.there))
            same_stage = not here.stage or not there.stage or here.stage == there.stage
            deviation = _Disagreement([mine, *found.values[1:]], yours, found.rivals)
            yield _report("work-authors", paper, deviation, difference.words, ERROR if same_stage else WARNING)


def _author_place(record: WorkRecord, index: int | None) -> Span:
    return record.place("authors") if index is None else record.place("authors", index)


def _marks(paper: Paper) -> Iterator[Finding]:
    def key(record: WorkRecord) -> str:
        return " ".join(sorted(name_key(author.name) for author in record.work.authors if author.equal))

    values = _values(paper.records, "authors", key, lambda one: f"{len(key(one).split())} starred")
    for found in _disagreements(values):
        words = f"equal contribution differs: {found.values[0].words}, and {found.first.words} elsewhere"
        yield _report("work-marks", paper, found, words, WARNING if found.values[0].key and found.first.key else NOTE)


# --- Venue, date, place, ids ----------------------------------------------------------------------------------------


def venue_label(venue: Venue | None) -> str:
    """Return the venue in short, with its year."""
    if venue is None:
        return ""
    name = venue.acronym or strip_markup(venue.name or "")
    return f"{name} {venue.year}" if name and venue.year else name


def _venue_severity(one: Venue, other: Venue) -> Severity | None:
    """Return how badly two venues of one paper contradict each other: not at all, in spelling, or altogether."""
    if one.year and other.year and one.year != other.year:
        return ERROR
    short, other_short = (fold_name(venue.acronym or "") for venue in (one, other))
    name, other_name = (venue_key(venue.name or "", venue.acronym or "") for venue in (one, other))
    if short and other_short and short != other_short:
        if short in other_name.split() or other_short in name.split():
            return None
        return ERROR if one.kind == other.kind else WARNING
    if not name or not other_name or name == other_name:
        return None
    if short and other_short:
        return WARNING
    if name in other_name or other_name in name:
        return None
    return WARNING if fuzz.ratio(name, other_name) >= 80 else ERROR


def _venues(paper: Paper, records: Sequence[WorkRecord]) -> Iterator[Finding]:
    values, venues = [], {}
    for record in records:
        venue = record.work.venue
        if venue is None or not record.has("venue") or not (venue.name or venue.acronym):
            continue
        key = (
            f"{fold_name(venue.acronym or '')}|{venue.year or ''}|{venue_key(venue.name or '', venue.acronym or '')}"
        )
        words = strip_markup(venue.name or "") or venue_label(venue)
        field = ("venue", "name") if venue.name and record.place("venue", "name").line else ("venue",)
        values.append(_Value(key, f"`{words}`", record.place(*field), record))
        venues[key] = venue

    def agree(one: _Value, other: _Value) -> bool:
        return _venue_severity(venues[one.key], venues[other.key]) is None

    for found in _disagreements(values, agree):
        pair = found.values[0], found.first
        severity = _venue_severity(*(venues[one.key] for one in pair))
        assert severity is not None
        here, there = (one.words for one in pair)
        if here == there:
            here, there = (f"`{venue_label(venues[one.key])}`" for one in pair)
        severity = NOTE if severity is WARNING and found.is_deliberate else severity
        yield _report("work-venue", paper, found, f"it appeared in {here}, and elsewhere in {there}", severity)


def _dates(paper: Paper, records: Sequence[WorkRecord]) -> Iterator[Finding]:
    def date(one: WorkRecord) -> str:
        return canonical(one.work.date) if one.work.date else ""

    def agree(one: _Value, other: _Value) -> bool:
        dates = one.record.work.date, other.record.work.date
        return dates[0] is not None and dates[1] is not None and dates_agree(dates[0], dates[1])

    values = _values(records, "date", date, lambda one: f"`{date(one)}`")
    for found in _disagreements(values, agree):
        pair = found.values[0], found.first
        kinds = {one.record.work.venue.kind for one in pair if one.record.work.venue}
        # Journals have a date online and one in print, preprints one per version.
        severity = ERROR if kinds and kinds <= {"conference", "workshop"} else WARNING
        hint = "a conference has one date: correct the wrong one" if severity is ERROR else None
        words = f"dated {pair[0].words}, and {pair[1].words} elsewhere"
        yield _report("work-date", paper, found, words, severity, hint)


def _places(paper: Paper, records: Sequence[WorkRecord]) -> Iterator[Finding]:
    """Yield places that contradict each other; spellings of one place are found for all works at once."""

    def place(one: WorkRecord) -> str:
        return strip_markup(one.work.location or "")

    def agree(one: _Value, other: _Value) -> bool:
        return parse_place(place(one.record)).may_be(parse_place(place(other.record)))

    values = _values(records, "location", lambda one: fold_name(place(one)), lambda one: f"`{place(one)}`")
    for found in _disagreements(values, agree):
        online = {"online", "virtual", "virtual event"} & {found.values[0].key, found.first.key}
        words = f"it took place in {found.values[0].words}, and elsewhere in {found.first.words}"
        yield _report("work-place", paper, found, words, WARNING if online else ERROR)


def _ids(paper: Paper) -> Iterator[Finding]:
    for field, name in (("doi", "DOI"), ("arxiv", "arXiv number")):
        values = []
        for record in paper.records:
            value = getattr(record.work.links, field) if record.has("links") and record.work.links else None
            if value and not value.startswith("10.48550/"):  # arXiv's own DOIs stand beside the publisher's
                key = compact(value.partition("v")[0] if field == "arxiv" else value)
                values.append(_Value(key, f"`{value}`", record.place("links", field), record))
        for found in _disagreements(values):
            words = f"its {name} is {found.values[0].words}, and elsewhere {found.first.words}"
            yield _report("work-link", paper, found, words, ERROR)
