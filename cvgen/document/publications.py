"""Publications: which works, in which order, and how each is told."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from urllib.parse import quote

from cvgen.diagnostics import Span
from cvgen.document.here import Here
from cvgen.document.inline import join, line, linked, literal, strong
from cvgen.document.nodes import EMPTY, Block, Line, Subheading, Work
from cvgen.loading.selected_works import Chosen
from cvgen.profile.sections import PublicationsSection
from cvgen.profile.selection import kind_of, year_of
from cvgen.profile.works import WorkFields, WorkLinks, status_of, unbolded
from cvgen.values.dates import first_day
from cvgen.values.names import Match, find_owner, same_person

__all__ = ["publication_blocks"]


def publication_blocks(
    section: PublicationsSection, works: Sequence[Chosen], here: Here, owner: Sequence[str]
) -> Iterator[Block]:
    """Yield the works as blocks, sorted, cut, numbered and grouped as the section says."""
    chosen = [found for found in works if section.since is None or (year_of(found.work) or 9999) >= section.since]
    chosen = _sorted(chosen, section.sort, owner)[: section.limit]
    chosen = _grouped(chosen, section.group_by)
    group: str | None = None
    for number, found in zip(_numbers(len(chosen), section.numbering), chosen, strict=True):
        title = _group(found.work, section.group_by, here)
        if title != group and title:
            yield Subheading(literal(title, found.origin), found.origin)
        group = title
        yield _block(found, number, section, here, owner)


def _newest_first(found: Chosen) -> tuple[int, int, int]:
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


def _sorted(works: Sequence[Chosen], order: str, owner: Sequence[str]) -> list[Chosen]:
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


def _grouped(works: list[Chosen], by: str) -> list[Chosen]:
    """Bring the works of a group together: groups in the order of their first work, years the newest first."""
    if by == "none":
        return works
    if by == "year":
        return sorted(works, key=lambda found: -(year_of(found.work) or 9999))
    order: dict[str, int] = {}
    for found in works:
        order.setdefault(_group_key(found.work, by), len(order))
    return sorted(works, key=lambda found: order[_group_key(found.work, by)])


def _group_key(work: WorkFields, by: str) -> str:
    return status_of(work) if by == "status" else kind_of(work)


def _group(work: WorkFields, by: str, here: Here) -> str:
    match by:
        case "year":
            year = year_of(work)
            return str(year) if year else here.words.word("undated", "works")
        case "kind":
            return here.words.word(_group_key(work, by), "works")
        case "status":
            return here.words.word(_group_key(work, by), "status")
    return ""


def _block(found: Chosen, number: str, section: PublicationsSection, here: Here, owner: Sequence[str]) -> Work:
    work, span = found.work, found.span
    note = line(work.note, span("note"))
    shown = _shown_authors(work, section.et_al, owner)
    venue = _venue(found, section, here)
    return Work(
        title=linked(line(work.title, span("title")), work.url),
        venue=join(", ", venue, _details(found)) if section.details else venue,
        location=line(work.location, span("location")) if section.show_location else EMPTY,
        date=literal(here.words.date(work.date), span("date")),
        authors=_authors(found, shown, here, owner),
        legend=_legend(found, shown, section, here),
        award=line(work.award, span("award")),
        links=_links(work.links, span("links"), here) if section.links else EMPTY,
        notes=(note,) if note else (),
        number=number,
        origin=found.origin,
    )


def _venue(found: Chosen, section: PublicationsSection, here: Here) -> Line:
    """Return "USENIX Symposium … (NSDI 2024)" or "NSDI'24", with the status of what is not published."""
    work, status = found.work, status_of(found.work)
    if work.status_text:
        return line(work.status_text, found.span("status_text"))
    name = _venue_name(found, section)
    if not name:
        word = literal(here.words.word(status, "status"), found.span("status"))
        return EMPTY if status == "published" else word
    if section.group_by == "status":  # the group's heading says it
        return name
    before, _, after = here.words.word(status, "status_at").partition("{venue}")
    if not before + after:
        return name
    return Line(join("", literal(before), name, literal(after)).inlines, found.span("status"))


def _venue_name(found: Chosen, section: PublicationsSection) -> Line:
    venue, origin = found.work.venue, found.span("venue")
    if venue is None:
        return EMPTY
    acronym = venue.acronym or ""
    if section.venue == "acronym" and acronym:
        name = literal(f"{acronym}'{venue.year % 100:02d}" if venue.year else acronym)
    else:
        name = join(" ", line(venue.prefix), line(venue.name))
        label = f"{acronym} {venue.year}" if acronym and venue.year else acronym
        if not name:
            name, label = literal(label), ""
        if section.venue == "both" and label:
            name = join("", name, literal(f" ({label})"))
    return linked(Line(name.inlines, origin), venue.url)


def _authors(found: Chosen, shown: Sequence[int], here: Here, owner: Sequence[str]) -> Line:
    """Return the author list: the owner in bold, stars and daggers after the names, `…` where some were cut."""
    authors = found.work.authors
    own = set(_own(found.work, owner))
    parts: list[Line] = []
    last = -1
    for index in shown:
        author = authors[index]
        marks = "*" * author.equal + "†" * author.corresponding
        name = linked(literal(unbolded(author.name)), author.url)
        name = strong(join("", name, literal(marks))) if index in own else join("", name, literal(marks))
        parts += [literal("…"), name] if index > last + 1 else [name]
        last = index
    if not parts:
        return EMPTY
    rest = here.words.word("et_al") if last < len(authors) - 1 or found.work.more_authors else ""
    return Line(join("", join(here.words.word("comma"), *parts), literal(rest)).inlines, found.span("authors"))


def _own(work: WorkFields, owner: Sequence[str]) -> tuple[int, ...]:
    return find_owner([author.name for author in work.authors], owner).exact


def _details(found: Chosen) -> Line:
    """Return "33(2), 421–436", with a book's series before it."""
    work = found.work
    number = f"({work.number})" if work.number and work.volume else work.number or ""
    issue = literal(f"{work.volume or ''}{number}", found.span("volume"))
    return join(", ", literal(work.series, found.span("series")), issue, literal(work.pages, found.span("pages")))


def _shown_authors(work: WorkFields, most: int | None, owner: Sequence[str]) -> list[int]:
    """Return which authors are printed: the first ones, and the owner wherever he or she stands."""
    count = len(work.authors)
    if most is None or count <= most:
        return list(range(count))
    return sorted({*range(most), *_own(work, owner)})


def _legend(found: Chosen, shown: Sequence[int], section: PublicationsSection, here: Here) -> Line:
    work, words = found.work, here.words
    authors = [work.authors[index] for index in shown]
    equal = any(author.equal for author in authors)
    corresponding = any(author.corresponding for author in authors)
    note, origin = work.equal_note, found.span("equal_note")
    if not note:
        note, origin = section.equal_note or "", here.span("equal_note")
    # A section's legend is for all its works: one that tells of stars is not for a work without.
    explained = "†" in note and (equal or note == work.equal_note or "*" not in note)
    notes = []
    if equal or (corresponding and explained):
        notes.append(line(note, origin) if note else literal(words.word("equal_note"), found.span("authors")))
    if corresponding and not explained:
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
        path = quote(value, safe="/:;()._-~")
        url = {"doi": f"https://doi.org/{path}", "arxiv": f"https://arxiv.org/abs/{path}"}.get(name, value)
        label = linked(literal(here.words.word(name, "links")), url)
        parts.append(join("", literal("["), label, literal("]")))
    return Line(join(" ", *parts).inlines, origin) if parts else EMPTY
