"""One function per usual kind of section: its entries become blocks. Publications have a room of their own."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from cvgen.document.here import Here
from cvgen.document.inline import join, line, linked, literal
from cvgen.document.nodes import EMPTY, Block, Entry, Honor, Line, Position, Skill, Subheading
from cvgen.profile import entries as of
from cvgen.profile import sections as kinds

__all__ = ["Entries", "Maker", "blocks", "parenthesized", "simple"]

Entries = Sequence[tuple[int, Any]]
"""The entries that are printed, each with its index in the profile."""

Maker = Callable[[Any, Entries, Here, Sequence[str]], Iterator[Block]]
"""Makes the blocks of one kind of section."""


def parenthesized(text: Line) -> Line:
    """Return text as it stands after something else."""
    return join("", literal(" ("), text, literal(")")) if text else EMPTY


def simple(here: Here, entry: Any, title: Line, position: Line, location: Line, extra: Sequence[Line] = ()) -> Entry:  # noqa: ANN401
    """Return an entry with one post."""
    body = here.body(extra, getattr(entry, "highlights", ()), here.line(entry, "note"))
    post = Position(
        position, here.dated(entry) if hasattr(entry, "start_date") else EMPTY, body=body, origin=here.span()
    )
    return Entry(linked(title, entry.url), location, (post,), here.span())


def _grade(here: Here, entry: of.Education) -> Line:
    """Return "GPA: 3.82/4.0, Ranking: 5/205" or "Overall GPA: 3.71/4.0 (top 9%)"."""
    colon = here.words.word("colon")
    grade, rank = EMPTY, EMPTY
    if entry.gpa:
        value = f"{entry.gpa.value}/{entry.gpa.scale}" if entry.gpa.scale else entry.gpa.value
        grade = literal(f"{entry.gpa.label}{colon}{value}", here.span("gpa"))
    if entry.rank:
        label = entry.rank.label or here.words.word("rank")
        rank = literal(f"{label}{colon}{_rank(entry.rank)}", here.span("rank"))
    share = here.literal(entry, "percentile")
    if not grade and not rank:
        return share
    return join("", join(here.words.word("comma"), grade, rank), parenthesized(share))


def _rank(rank: of.Rank) -> str:
    return f"{rank.position}/{rank.of}" if rank.of else str(rank.position)


def _education(
    section: kinds.EducationSection, entries: Entries, here: Here, owner: Sequence[str]
) -> Iterator[Block]:
    for index, entry in entries:
        at = here.at("entries", index)
        thesis = EMPTY
        if entry.thesis:
            title = linked(line(entry.thesis.title, at.span("thesis")), entry.thesis.url)
            thesis = at.labelled(here.words.word("thesis"), join(", ", title, line(entry.thesis.award)), "thesis")
        degree = join(", ", at.line(entry, "degree"), at.line(entry, "field"), at.line(entry, "school"))
        extra = (at.people(entry.advisors, "advisor"), _grade(at, entry), thesis)
        yield simple(at, entry, at.line(entry, "institution"), degree, at.location(entry), extra)


def _experiences(
    section: kinds.ExperienceSection, entries: Entries, here: Here, owner: Sequence[str]
) -> Iterator[Block]:
    for index, entry in entries:
        yield _experience(here.at("entries", index), entry)


def _experience(here: Here, entry: of.Experience) -> Entry:
    parts = [linked(line(item.name, here.span("organization")), item.url) for item in entry.organization]
    employer = join(", ", join(" & ", *parts), here.line(entry, "team"))
    role = here.line(entry, "role")
    people = (here.people(entry.mentors, "mentor"), here.people(entry.advisors, "advisor"))
    if entry.positions:
        posts = tuple(_post(here.at("positions", index), post) for index, post in enumerate(entry.positions))
        rest = here.body(people, entry.highlights, here.links(entry.links), here.line(entry, "note"))
        if rest:  # what is true of all posts stands below them
            posts = (*posts, Position(body=rest, origin=here.span()))
        return Entry(linked(employer, entry.url), here.location(entry), posts, here.span())
    if entry.project:
        title, post = here.line(entry, "project"), employer
        first = here.labelled(here.words.word("role"), role, "role")
    else:
        title, post, first = employer, role, EMPTY
    body = here.body((first, *people), entry.highlights, here.links(entry.links), here.line(entry, "note"))
    position = Position(post, here.dated(entry), body=body, origin=here.span())
    return Entry(linked(title, entry.url), here.location(entry), (position,), here.span())


def _post(here: Here, post: of.ExperiencePosition) -> Position:
    people = (here.people(post.mentors, "mentor"), here.people(post.advisors, "advisor"))
    return Position(
        here.line(post, "role"),
        here.dated(post),
        here.location(post),
        here.body(people, post.highlights),
        here.span(),
    )


def _teaching(section: kinds.TeachingSection, entries: Entries, here: Here, owner: Sequence[str]) -> Iterator[Block]:
    for index, entry in entries:
        at = here.at("entries", index)
        course = join("", at.line(entry, "course"), parenthesized(at.line(entry, "variant")))
        place = join(", ", at.line(entry, "institution"), at.location(entry))
        yield simple(at, entry, course, at.line(entry, "role"), place)


def _service(section: kinds.ServiceSection, entries: Entries, here: Here, owner: Sequence[str]) -> Iterator[Block]:
    for index, entry in entries:
        at = here.at("entries", index)
        venue = join("", at.line(entry, "venue"), parenthesized(at.literal(entry, "acronym")))
        role = at.line(entry, "role")
        if section.layout == "entries":
            yield simple(at, entry, venue, role, at.location(entry))
        else:
            remark = join(", ", linked(venue, entry.url), at.line(entry, "note"))
            yield Honor(at.dated(entry), role, remark, at.location(entry), at.span())
            yield from at.body((), entry.highlights)


def _honors(section: kinds.HonorsSection, entries: Entries, here: Here, owner: Sequence[str]) -> Iterator[Block]:
    for index, entry in entries:
        yield _honor(here.at("entries", index), entry)
    for number, group in enumerate(section.groups):
        at = here.at("groups", number)
        shown = at.chosen(group.entries)
        if shown:
            yield Subheading(at.line(group, "title"), at.span())
        for index, entry in shown:
            yield _honor(at.at("entries", index), entry)


def _honor(here: Here, entry: of.Honor) -> Honor:
    rank = EMPTY
    if entry.rank:
        label = entry.rank.label + here.words.word("colon") if entry.rank.label else ""
        rank = literal(label + _rank(entry.rank), here.span("rank"))
    aside = parenthesized(join("; ", rank, here.line(entry, "remark")))
    title = join("", linked(here.line(entry, "title"), entry.url), aside)
    remark = join(", ", here.line(entry, "event"), here.line(entry, "giver"), here.line(entry, "note"))
    return Honor(here.dated(entry), title, remark, here.location(entry), here.span())


def _skills(section: kinds.SkillsSection, entries: Entries, here: Here, owner: Sequence[str]) -> Iterator[Block]:
    for index, entry in entries:
        at = here.at("entries", index)
        values = join(
            here.words.word("comma"),
            *(line(value, at.span("values", number)) for number, value in enumerate(entry.values)),
        )
        yield Skill(linked(at.line(entry, "label"), entry.url), join(", ", values, at.line(entry, "note")), at.span())


_MAKERS: dict[str, Maker] = {
    "education": _education,
    "experience": _experiences,
    "teaching": _teaching,
    "service": _service,
    "honors": _honors,
    "skills": _skills,
}


def blocks(section: Any, entries: Entries, here: Here, owner: Sequence[str]) -> Iterator[Block]:  # noqa: ANN401
    """Yield the blocks of `section`, which stands `here`; `owner` are the spellings of the person's own name."""
    make = _MAKERS.get(section.kind)
    if make is None:
        from cvgen.document import further  # Most profiles have none of these.

        make = further.MAKERS[section.kind]
    return make(section, entries, here, owner)
