"""Publications: which works, in which order, and how each is printed."""

import re
from collections.abc import Iterator, Sequence
from typing import Annotated, Literal
from urllib.parse import quote

from pydantic import Field

from cvgen.diagnostics import Span
from cvgen.document import nodes
from cvgen.document.inline import join, line, linked, literal, strong
from cvgen.document.nodes import EMPTY, Line, Subheading, plain
from cvgen.profile.fields import Count, Flag, Identifier, OneOrMore, Text, optional
from cvgen.profile.selection import (
    PublicationsChange,
    SelectedWork,
    SelectionLike,
    work_kind,
    works_of_section,
    year_of,
)
from cvgen.profile.works import (
    PublicationEntry,
    VenueKind,
    WorkFields,
    WorkLinks,
    has_equal_contribution,
    marks_of,
    match_owner,
    status_of,
    unbolded,
)
from cvgen.sections.base import Section, Shape
from cvgen.sections.context import Blocks, SectionContext
from cvgen.sections.layouts import as_references
from cvgen.values.dates import canonical, first_day
from cvgen.values.name_matching import Match, same_person
from cvgen.values.names import fold_name
from cvgen.values.urls import display_url

__all__ = ["EXAMPLE", "MODEL", "SHAPE", "PublicationsSection", "compose"]


_LETTERS = {"journal": "J", "conference": "C", "workshop": "W", "book": "B", "thesis": "T", "report": "R"}


class PublicationsSection(Section):
    """Publications."""

    kind: Literal["publications"] = Field(description="The kind of section.")
    entries: tuple[PublicationEntry, ...] = Field(
        (), description="Ids of works, `{work: id, …}` with fields of this profile's own, or whole works."
    )
    select: SelectionLike | None = optional(
        "Works of the works files to list too, by rules: `mine`, or filters.", {"tags": "systems", "since": 2023}
    )
    exclude: Annotated[tuple[Identifier, ...], OneOrMore] = Field((), description="Ids of works to leave out.")
    sort: Literal["manual", "date", "end-date", "first-author-first"] = Field(  # type: ignore[assignment]
        "manual",
        description="As written, the newest first (the rule for a `select`), or those as (equal) first author first.",
    )
    group_by: Literal["none", "year", "kind", "status"] = Field(
        "none", description="Put the works under subheadings."
    )
    group_order: Annotated[tuple[VenueKind | Literal["preprint"], ...], OneOrMore] = Field(
        (), description="The order of the groups by kind; the others follow.", examples=[["journal", "conference"]]
    )
    numbering: Literal["none", "ascending", "descending", "by-kind"] = Field(
        "none", description="Number the works; `by-kind` counts each kind: J1, J2, C1."
    )
    layout: Literal["entries", "paragraphs"] = Field(
        "entries", description="A heading for each work, or a paragraph as lists of references have it."
    )
    since: Count | None = optional("Leave out what is older than this year.", 2023)
    venue: Literal["full", "acronym", "both"] = Field(
        "both", description="How venues are named: in full, `NSDI'24`, or in full with `(NSDI 2024)`."
    )
    links: Literal["full"] | Flag = Field(
        False, description="Whether links are printed ([PDF] [Slides]); `full` prints their addresses, for paper."
    )
    details: Flag = Field(
        False,
        description="Whether what a reference list says is printed: editors, volume, pages, publisher.",
    )
    et_al: Count | None = optional(
        "Cut author lists after this many names; the profile's own person is never cut.", 6
    )
    equal_note: Text | None = optional(
        "The legend for starred authors, where the work has none of its own.", "(* Equal Contribution)"
    )


def compose(section: PublicationsSection, context: SectionContext) -> Blocks:
    """Yield the works as blocks, sorted, cut, numbered and grouped as the section, or the variant, says."""
    blocks = _works(section, context)
    yield from as_references(blocks) if section.layout == "paragraphs" else blocks


def _works(section: PublicationsSection, context: SectionContext) -> Blocks:
    works = works_of_section(section, context.path, context.places, context.library, context.owner, context.change)
    section = _changed(section, context.change)
    shown = [
        found
        for found in works
        if context.is_shown(found.work, found.entry)
        and (section.since is None or (year_of(found.work) or 9999) >= section.since)
    ]
    shown = _grouped(_sorted(shown, section.sort, context)[: section.limit], section)
    group: str | None = None
    for number, found in zip(_numbers(shown, section.numbering), shown, strict=True):
        title = _group(found.work, section.group_by, context)
        if title != group and title:
            yield Subheading(literal(title, found.origin), found.origin)
        group = title
        yield _work(found, number, section, context)


def _changed(section: PublicationsSection, change: PublicationsChange | None) -> PublicationsSection:
    """Return the section as a variant lists it."""
    if section.select and not section.entries and "sort" not in section.model_fields_set:
        section = section.model_copy(update={"sort": "date"})
    if change is None:
        return section
    names = change.model_fields_set & set(PublicationsSection.model_fields) - {"exclude"}
    values = {name: getattr(change, name) for name in names}
    return section.model_copy(update={name: value for name, value in values.items() if value is not None})


def _newest_first(found: SelectedWork) -> tuple[int, int, int]:
    year, month, day = first_day(found.work.date) if found.work.date is not None else (9999, 12, 31)
    return (-year, -month, -day)


def _is_first(work: WorkFields, context: SectionContext) -> bool:
    """Tell whether the owner is first author, alone or with those who contributed equally from the first on."""
    own = match_owner(work, context.owner).own
    return bool(own) and (own[0] == 0 or all(author.equal for author in work.authors[: own[0] + 1]))


def _sorted(works: Sequence[SelectedWork], order: str, context: SectionContext) -> list[SelectedWork]:
    if order == "manual":
        return list(works)
    newest = sorted(works, key=_newest_first)
    if order == "first-author-first":
        newest.sort(key=lambda found: not _is_first(found.work, context))
    return newest


def _numbers(works: Sequence[SelectedWork], numbering: str) -> list[str]:
    count = len(works)
    if numbering == "none":
        return [""] * count
    if numbering == "by-kind":
        letters = [_LETTERS.get(work_kind(found.work), "P") for found in works]
        return [f"{letter}{letters[: at + 1].count(letter)}" for at, letter in enumerate(letters)]
    numbers = range(1, count + 1) if numbering == "ascending" else range(count, 0, -1)
    return [str(number) for number in numbers]


def _grouped(works: list[SelectedWork], section: PublicationsSection) -> list[SelectedWork]:
    """Bring the works of a group together: groups in the order of their first work, years the newest first."""
    by = section.group_by
    if by == "none":
        return works
    if by == "year":
        return sorted(works, key=lambda found: -(year_of(found.work) or 9999))
    order: dict[str, int] = {key: at for at, key in enumerate(section.group_order)} if by == "kind" else {}
    for found in works:
        order.setdefault(_group_key(found.work, by), len(order))
    return sorted(works, key=lambda found: order[_group_key(found.work, by)])


def _group_key(work: WorkFields, by: str) -> str:
    return status_of(work) if by == "status" else work_kind(work)


def _group(work: WorkFields, by: str, context: SectionContext) -> str:
    match by:
        case "year":
            year = year_of(work)
            return str(year) if year else context.words.word("undated", "works")
        case "kind":
            return context.words.word(_group_key(work, by), "works")
        case "status":
            return context.words.word(_group_key(work, by), "status")
    return ""


def _work(found: SelectedWork, number: str, section: PublicationsSection, context: SectionContext) -> nodes.WorkBlock:
    work, span = found.work, found.span
    note = line(work.note, span("note"))
    shown = _shown_authors(work, section.et_al, context)
    venue = _venue(found, section, context)
    return nodes.WorkBlock(
        title=linked(line(work.title, span("title")), work.url),
        venue=join(", ", venue, *_details(found, context)) if section.details else venue,
        location=line(work.location, span("location")) if section.show_location else EMPTY,
        date=literal(context.words.date(work.date), span("date")),
        authors=_authors(found, shown, context),
        legend=_legend(found, shown, section, context),
        award=line(work.award, span("award")),
        links=_links(work.links, span("links"), context, full=section.links == "full") if section.links else EMPTY,
        notes=(note,) if note else (),
        number=number,
        origin=found.origin,
    )


def _venue(found: SelectedWork, section: PublicationsSection, context: SectionContext) -> Line:
    """Return "USENIX Symposium … (NSDI 2024)" or "NSDI'24", with the status of what is not published."""
    work, status = found.work, status_of(found.work)
    if work.status_text:
        return line(work.status_text, found.span("status_text"))
    name = _venue_name(found, section)
    if not name:
        word = literal(context.words.word(status, "status"), found.span("status"))
        return EMPTY if status == "published" else word
    if section.group_by == "status":  # the group's heading says it
        return name
    before, _, after = context.words.word(status, "status_at").partition("{venue}")
    if not before + after:
        return name
    return Line(join("", literal(before), name, literal(after)).inlines, found.span("status"))


def _venue_name(found: SelectedWork, section: PublicationsSection) -> Line:
    venue, origin = found.work.venue, found.span("venue")
    if venue is None:
        return EMPTY
    acronym = venue.acronym or ""
    if section.venue == "acronym" and acronym:
        name = literal(f"{acronym}'{venue.year % 100:02d}" if venue.year else acronym)
    else:
        name = join(" ", line(venue.prefix), line(venue.name))
        shown, when = plain(name), found.work.date
        # A year that stands in the name, or as the date, stands there once.
        is_said = str(venue.year) in shown or (when is not None and canonical(when) == str(venue.year))
        label = f"{acronym} {venue.year}" if acronym and venue.year and not is_said else acronym
        if not name:
            name, label = literal(label), ""
        if (
            section.venue == "both"
            and label
            and fold_name(label) not in (fold_name(shown), fold_name(plain(line(venue.name))))
        ):
            name = join("", name, literal(f" ({label})"))
    return linked(Line(name.inlines, origin), venue.url)


def _authors(found: SelectedWork, shown: Sequence[int], context: SectionContext) -> Line:
    """Return the author list: the owner in bold, signs after the names, `…` where some were cut."""
    authors = found.work.authors
    own = match_owner(found.work, context.owner).own
    advisees, sign = _advisees(found.work, context)
    parts: list[Line] = []
    last = -1
    for index in shown:
        author = authors[index]
        marks = marks_of(author) + sign * (index in advisees)
        name = linked(literal(unbolded(author.name)), author.url)
        name = strong(join("", name, literal(marks))) if index in own else join("", name, literal(marks))
        parts += [literal("…"), name] if index > last + 1 else [name]
        last = index
    if not parts:
        return _editors(found, context)
    rest = context.words.word("et_al") if last < len(authors) - 1 or found.work.more_authors else ""
    return Line(join("", join(context.words.word("comma"), *parts), literal(rest)).inlines, found.span("authors"))


def _advisees(work: WorkFields, context: SectionContext) -> tuple[set[int], str]:
    """Return which authors are students of the profile's person, and the sign that marks them."""
    students = {
        index
        for index, author in enumerate(work.authors)
        if author.advisee or any(same_person(author.name, name) is Match.EXACT for name in context.advisees)
    }
    taken = "".join(map(marks_of, work.authors)) + (work.equal_note or "")
    return students, next((sign for sign in "‡§¶#" if sign not in taken), "°")


def _editors(found: SelectedWork, context: SectionContext) -> Line:
    """Return the editors of a work without authors, who are said to be that."""
    work, words = found.work, context.words
    if not work.editors:
        return EMPTY
    names = _names(work.editors, match_owner(work, context.owner).own, context)
    label = literal(words.word("editors" if len(work.editors) > 1 else "editor"))
    return Line(join(" ", names, label).inlines, found.span("editors"))


def _names(names: Sequence[str], own: Sequence[int], context: SectionContext) -> Line:
    lines = (strong(literal(name)) if index in own else literal(name) for index, name in enumerate(names))
    return join(context.words.word("comma"), *lines)


def _details(found: SelectedWork, context: SectionContext) -> Iterator[Line]:
    """Yield what a reference list says behind the venue: editors, edition, series, 33(2), 421–436, publisher."""
    work, words = found.work, context.words
    if work.editors and work.authors:
        before, _, after = words.word("edited_by").partition("{names}")
        names = _names(work.editors, context.owner.find(work.editors).own, context)
        yield Line(join("", literal(before), names, literal(after)).inlines, found.span("editors"))
    for field, pattern in (("edition", r"(\d+)(?:st|nd|rd|th)?"), ("version", r"(\d.*)")):
        numbered = re.fullmatch(pattern, getattr(work, field) or "")
        yield literal(words.word(field).format(numbered[1]) if numbered else getattr(work, field), found.span(field))
    number = f"({work.number})" if work.number and work.volume else work.number or ""
    volume = literal(f"{work.volume or ''}{number}", found.span("volume"))
    yield join(" ", literal(work.series, found.span("series")), volume)
    yield literal(re.sub(r"(?<=\d)-{1,2}(?=\d)", "–", work.pages or ""), found.span("pages"))
    venue = work.venue.name if work.venue else None
    for field in ("publisher", "institution"):
        if getattr(work, field) != venue:
            yield literal(getattr(work, field), found.span(field))


def _shown_authors(work: WorkFields, most: int | None, context: SectionContext) -> list[int]:
    """Return which authors are printed: the first ones, and the owner wherever he or she stands."""
    count = len(work.authors)
    if most is None or count <= most:
        return list(range(count))
    return sorted({*range(most), *match_owner(work, context.owner).own})


def _legend(found: SelectedWork, shown: Sequence[int], section: PublicationsSection, context: SectionContext) -> Line:
    """Return what says what the signs behind the names mean; nothing is made up for a sign that is not explained."""
    work, words = found.work, context.words
    authors = [work.authors[index] for index in shown]
    signs = set("".join(map(marks_of, authors)))
    note, origin = work.equal_note, found.span("equal_note")
    if not note:
        note, origin = section.equal_note or "", context.span("equal_note")
    equal = any(author.equal for author in authors) and (has_equal_contribution(work) or "*" in note)
    explained = signs & set(note)
    # A section's legend is for all its works: one that tells of stars is not for a work without.
    belongs = note == work.equal_note or "*" not in note or bool(explained - {"†"})
    notes = []
    if note and (equal or (explained and belongs)):
        notes.append(line(note, origin))
    elif equal:
        notes.append(literal(words.word("equal_note"), found.span("authors")))
    if any(author.corresponding for author in authors) and not (explained & {"†"} and notes):
        notes.append(literal(words.word("corresponding_note"), found.span("authors")))
    advisees, sign = _advisees(work, context)
    if advisees & set(shown):
        notes.append(literal(words.word("advisee_note").format(sign=sign), found.span("authors")))
    return join(" ", *notes)


def _links(links: WorkLinks | None, origin: Span, context: SectionContext, *, full: bool) -> Line:
    """Return "[PDF] [Slides]", or in full "PDF: example.org/paper.pdf"."""
    if links is None:
        return EMPTY
    parts = []
    for name in WorkLinks.model_fields:
        value = getattr(links, name)
        if not value:
            continue
        path = quote(value, safe="/:;()._-~")
        url = {"doi": f"https://doi.org/{path}", "arxiv": f"https://arxiv.org/abs/{path}"}.get(name, value)
        label = context.words.word(name, "links")
        if full:
            parts.append(linked(literal(f"{label}{context.words.word('colon')}{display_url(url)}"), url))
        else:
            parts.append(join("", literal("["), linked(literal(label), url), literal("]")))
    return Line(join(" ", *parts).inlines, origin) if parts else EMPTY


MODEL = PublicationsSection

SHAPE = Shape(
    form="works", headings="publication publications preprints papers articles works bibliography", starter=3
)

EXAMPLE = """\
# Works may be written here, as below, or once for everybody who wrote them: name a file above, with
# `works: works.yaml`, write each work there below an id of its own, and list the ids here.
# Where a name is not clearly yours: `me: A. Example` or `not_me: true` in the work.
links: true  # print the links of each work: [PDF] [Code]
entries:
  - title: "Fair Weather: Scheduling Jobs by Forecast"
    authors: [Ada Lovelace*, Maria Keller*, Samuel Okafor]  # a star means equal contribution
    equal_note: (* Equal Contribution)
    venue: {name: Symposium on Example Systems, acronym: SES, year: 2024}
    date: 2024-04
    location: Lakeside, Germany
    links:
      pdf: https://example.org/fair-weather.pdf
      code: https://example.org/fair-weather
    award: Best Paper Award
  - title: What Queues Remember
    authors: [Samuel Okafor, Ada Lovelace, Aiko Morita]
    status: under-review  # or published, accepted, submitted, preprint, in-preparation
    date: 2024-11
"""
