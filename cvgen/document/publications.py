"""Publications: which works, in which order, and how each is told."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from cvgen.diagnostics import Span
from cvgen.document.here import Here
from cvgen.document.inline import join, line, linked, literal, strong
from cvgen.document.nodes import EMPTY, Block, Line, Subheading, Work
from cvgen.profile.dates import first_day, last_day
from cvgen.profile.model import Profile
from cvgen.profile.names import Match, find_owner, same_person
from cvgen.profile.sections import PublicationsSection
from cvgen.profile.works import PublicationEntry, WorkFields, WorkLinks, WorkOverride, status_of
from cvgen.profile.works import Work as WorkModel

__all__ = ["ResolvedWork", "publication_blocks", "resolve"]


@dataclass(frozen=True, slots=True)
class ResolvedWork:
    """A work as this profile tells it. `span(field)` is where the field stands, `origin` the profile's entry."""

    work: WorkModel
    span: Callable[[str], Span]
    origin: Span


def resolve(entry: PublicationEntry, here: Here, profile: Profile) -> ResolvedWork:
    """Return the work that the publications entry `here` means, the profile's own fields over the shared ones."""
    if isinstance(entry, WorkModel):
        return ResolvedWork(entry, lambda field: here.span(field), here.span())
    shared = profile.works[entry.work if isinstance(entry, WorkOverride) else entry]
    own = entry.model_fields_set - {"work"} if isinstance(entry, WorkOverride) else frozenset[str]()
    work = shared.work.model_copy(update={field: getattr(entry, field) for field in own})

    def span(field: str) -> Span:
        return here.span(field) if field in own else shared.places.span((*shared.path, field))

    return ResolvedWork(work, span, here.span())


def publication_blocks(
    section: PublicationsSection, works: Sequence[ResolvedWork], here: Here, owner: Sequence[str]
) -> Iterator[Block]:
    """Yield the works as blocks, sorted, cut, numbered and grouped as the section says."""
    chosen = [found for found in works if section.since is None or (_year(found.work) or 9999) >= section.since]
    chosen = _sorted(chosen, section.sort, owner)[: section.limit]
    numbers = _numbers(len(chosen), section.numbering)
    group: str | None = None
    for number, found in _grouped(list(zip(numbers, chosen, strict=True)), section.group_by):
        title = _group(found.work, section.group_by, here)
        if title != group and title:
            yield Subheading(literal(title, found.origin), found.origin)
        group = title
        yield _block(found, number, section, here, owner)


def _year(work: WorkFields) -> int | None:
    if work.group_year:
        return work.group_year
    return last_day(work.date)[0] if work.date is not None else None


def _newest_first(found: ResolvedWork) -> tuple[int, int, int]:
    year, month, day = first_day(found.work.date) if found.work.date is not None else (9999, 12, 31)
    return (-year, -month, -day)


def _is_first(work: WorkFields, owner: Sequence[str]) -> bool:
    """Tell whether the owner is first author, alone or with those who contributed equally from the first on."""
    for author in work.authors:
        if any(same_person(author.name, name) is Match.EXACT for name in owner):
            return author is work.authors[0] or (author.equal and work.authors[0].equal)
        if not author.equal:
            return False
    return False


def _sorted(works: Sequence[ResolvedWork], order: str, owner: Sequence[str]) -> list[ResolvedWork]:
    if order == "manual":
        return list(works)
    newest = sorted(works, key=_newest_first)
    if order == "first-author-first":
        newest.sort(key=lambda found: not _is_first(found.work, owner))
    return newest


def _numbers(count: int, numbering: str) -> list[str]:
    if numbering == "none":
        return [""] * count
    numbers = range(1, count + 1) if numbering == "ascending" else range(count, 0, -1)
    return [str(number) for number in numbers]


def _grouped(works: list[tuple[str, ResolvedWork]], by: str) -> Iterable[tuple[str, ResolvedWork]]:
    """Bring the works of a group together: groups in the order of their first work, years the newest first."""
    if by == "none":
        return works
    if by == "year":
        return sorted(works, key=lambda item: -(_year(item[1].work) or 9999))
    order: dict[str, int] = {}
    for _, found in works:
        order.setdefault(_group_key(found.work, by), len(order))
    return sorted(works, key=lambda item: order[_group_key(item[1].work, by)])


def _group_key(work: WorkFields, by: str) -> str:
    if by == "status":
        return status_of(work)
    if status_of(work) == "preprint":
        return "preprint"
    return (work.venue.kind if work.venue else None) or "other"


def _group(work: WorkFields, by: str, here: Here) -> str:
    match by:
        case "year":
            year = _year(work)
            return str(year) if year else here.words.word("undated", "works")
        case "kind":
            return here.words.word(_group_key(work, by), "works")
        case "status":
            return here.words.word(_group_key(work, by), "status")
    return ""


def _block(found: ResolvedWork, number: str, section: PublicationsSection, here: Here, owner: Sequence[str]) -> Work:
    work, span = found.work, found.span
    note = line(work.note, span("note"))
    return Work(
        title=linked(line(work.title, span("title")), work.url),
        venue=_venue(found, section, here),
        location=line(work.location, span("location")) if section.show_location else EMPTY,
        date=literal(here.words.date(work.date), span("date")),
        authors=_authors(found, here, owner),
        legend=_legend(found, section, here),
        award=line(work.award, span("award")),
        links=_links(work.links, span("links"), here) if section.links else EMPTY,
        notes=(note,) if note else (),
        number=number,
        origin=found.origin,
    )


def _venue(found: ResolvedWork, section: PublicationsSection, here: Here) -> Line:
    """Return "USENIX Symposium … (NSDI 2024)", "NSDI'24", or the status of what is not published."""
    work, origin = found.work, found.span("venue")
    status = status_of(work)
    if work.status_text:
        return line(work.status_text, found.span("status_text"))
    word = literal(here.words.word(status, "status"), found.span("status"))
    venue = work.venue
    if venue is None:
        return EMPTY if status == "published" else word
    acronym = venue.acronym or ""
    if section.venue == "acronym" and acronym:
        name = literal(f"{acronym}'{venue.year % 100:02d}" if venue.year else acronym, origin)
    else:
        name = join(" ", line(venue.prefix), line(venue.name))
        label = f"{acronym} {venue.year}" if acronym and venue.year else acronym
        if not name:
            name, label = literal(label), ""
        if section.venue == "both" and label:
            name = join("", name, literal(f" ({label})"))
    name = linked(Line(name.inlines, origin), venue.url)
    return name if status in ("published", "accepted") else join(", ", word, name)


def _authors(found: ResolvedWork, here: Here, owner: Sequence[str]) -> Line:
    """Return the author list: the owner in bold, stars and daggers after the names."""
    own = set(find_owner([author.name for author in found.work.authors], owner).exact)
    parts = []
    for index, author in enumerate(found.work.authors):
        marks = "*" * author.equal + "†" * author.corresponding
        name = linked(literal(author.name), author.url)
        name = strong(join("", name, literal(marks))) if index in own else join("", name, literal(marks))
        parts.append(name)
    return Line(join(here.words.word("comma"), *parts).inlines, found.span("authors")) if parts else EMPTY


def _legend(found: ResolvedWork, section: PublicationsSection, here: Here) -> Line:
    work, words = found.work, here.words
    notes = []
    if any(author.equal for author in work.authors):
        if work.equal_note:
            notes.append(line(work.equal_note, found.span("equal_note")))
        elif section.equal_note:
            notes.append(line(section.equal_note, here.span("equal_note")))
        else:
            notes.append(literal(words.word("equal_note"), found.span("authors")))
    if any(author.corresponding for author in work.authors):
        notes.append(literal(words.word("corresponding_note"), found.span("authors")))
    return join(" ", *notes)


def _links(links: WorkLinks | None, origin: Span, here: Here) -> Line:
    """Return "[PDF] [Slides]"."""
    if links is None:
        return EMPTY
    parts = []
    for name in WorkLinks.model_fields:
        value = getattr(links, name)
        if not value:
            continue
        url = {"doi": f"https://doi.org/{value}", "arxiv": f"https://arxiv.org/abs/{value}"}.get(name, value)
        label = linked(literal(here.words.word(name, "links")), url)
        parts.append(join("", literal("["), label, literal("]")))
    return Line(join(" ", *parts).inlines, origin) if parts else EMPTY
