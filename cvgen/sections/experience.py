"""Internships, research stays, jobs."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from cvgen.document import nodes
from cvgen.document.inline import join, line, linked
from cvgen.document.nodes import EMPTY, Position
from cvgen.profile.entry import Dated, DatedEntry, Highlights
from cvgen.profile.fields import Before, Model, OneOrMore, Prose, Text, Url, fail, optional
from cvgen.profile.person import LinkRef, PeopleLike
from cvgen.sections.base import Section, Shape
from cvgen.sections.context import Blocks, SectionContext

__all__ = [
    "EXAMPLE",
    "MODEL",
    "SHAPE",
    "Experience",
    "ExperiencePosition",
    "ExperienceSection",
    "Organization",
    "compose",
]


class ExperiencePosition(Dated):
    """One of several posts at one employer."""

    role: Text = Field(description="What the person was there.", examples=["Research Intern"])
    location: Text | None = optional("Where, if it differs from the employer's.")
    mentors: PeopleLike | None = optional("Mentors.")
    advisors: PeopleLike | None = optional("Advisors.")
    highlights: Highlights = Field((), description="Bullets.")


def _as_organization(value: object) -> object:
    return {"name": value} if isinstance(value, str) else value


class Organization(Model):
    """An organization; a bare name will do."""

    name: Text = Field(description="Its name.", examples=["ByteDance Seed"])
    url: Url | None = optional("Its page.")


class Experience(DatedEntry):
    """Work: an internship, a research stay, a job."""

    organization: Annotated[tuple[Annotated[Organization, Before(_as_organization)], ...], OneOrMore] = Field(
        description="The employer; a list for a joint post.", examples=["ByteDance Seed"]
    )
    team: Text | None = optional("The team there, printed after the employer.", "System Team")
    project: Text | None = optional("The project's title, which then heads the entry.")
    role: Text | None = optional("What the person was there.", "Research Intern")
    location: Text | None = optional("Where.", "Beijing, China")
    mentors: PeopleLike | None = optional("Mentors.", ["Ziheng Jiang", "Haibin Lin"])
    advisors: PeopleLike | None = optional("Advisors.", "Prof. Xin Jin")
    summary: Prose | None = optional("Paragraphs above the bullets.")
    keywords: Annotated[tuple[Text, ...], OneOrMore] = Field(
        (), description="Keywords, printed as a bullet.", examples=[["Rust", "CUDA"]]
    )
    positions: tuple[ExperiencePosition, ...] = Field(
        (), description="Several posts at this employer, the newest first."
    )
    links: tuple[LinkRef, ...] = Field((), description="Links, printed as a bullet.")
    highlights: Highlights = Field((), description="Bullets.")

    @model_validator(mode="after")
    def _check_positions(self) -> Self:
        of_positions = ("role", "project", "date", "start_date", "end_date")
        twice = next((name for name in of_positions if self.positions and getattr(self, name) is not None), "")
        if twice:
            fail(
                "position-twice",
                f"`{twice}` and `positions` are both given",
                field=twice,
                hint="move it into one of the positions",
            )
        return self


class ExperienceSection(Section):
    """Internships, research stays, jobs."""

    kind: Literal["experience"] = Field(description="The kind of section.")
    entries: tuple[Experience, ...] = Field((), description="The posts, the newest first.")


def compose(section: ExperienceSection, context: SectionContext) -> Blocks:
    """Yield an entry for each post, or for several at one employer."""
    for at, entry in context.shown(section.entries, section.limit):
        yield _entry(at, entry)


def _entry(context: SectionContext, entry: Experience) -> nodes.EntryBlock:
    parts = [linked(line(item.name, context.span("organization")), item.url) for item in entry.organization]
    employer = join(", ", join(" & ", *parts), context.line(entry, "team"))
    role = context.line(entry, "role")
    people = (context.people(entry.mentors, "mentor"), context.people(entry.advisors, "advisor"))
    last = (context.links(entry.links), context.listed(entry, "keywords"), context.line(entry, "note"))
    if entry.positions:
        posts = tuple(_post(context.at("positions", index), post) for index, post in enumerate(entry.positions))
        rest = (*context.summary(entry), *context.body(people, entry.highlights, *last))
        if rest:  # what is true of all posts stands below them
            posts = (*posts, Position(body=rest, origin=context.span()))
        return nodes.EntryBlock(linked(employer, entry.url), context.location(entry), posts, context.span())
    if entry.project:
        title, post = context.line(entry, "project"), employer
        first = context.labelled(context.words.word("role"), role, "role")
    else:
        title, post, first = employer, role, EMPTY
    body = (*context.summary(entry), *context.body((first, *people), entry.highlights, *last))
    position = Position(post, context.dated(entry), body=body, origin=context.span())
    return nodes.EntryBlock(linked(title, entry.url), context.location(entry), (position,), context.span())


def _post(context: SectionContext, post: ExperiencePosition) -> Position:
    people = (context.people(post.mentors, "mentor"), context.people(post.advisors, "advisor"))
    return Position(
        context.line(post, "role"),
        context.dated(post),
        context.location(post),
        context.body(people, post.highlights),
        context.span(),
    )


MODEL = ExperienceSection

SHAPE = Shape(
    form="position",
    noun="post",
    title="role",
    organization=("organization",),
    location="location",
    known_by=("organization", "project"),
    second_line="role",
    headings="experience experiences internship internships employment positions appointments",
    aliases="work jobs employment",
    starter=2,
)

EXAMPLE = """\
title: Research Experience  # in place of the usual heading
entries:
  - organization: Harbour Labs
    team: Systems Group
    role: Research Intern
    location: Lakeside, Germany
    start_date: 2023-06
    end_date: 2023-09
    mentors: [Jonas Example, Ida Example]
    # summary: A paragraph above the bullets.
    # keywords: [C++, Linux]
    links:
      - {label: Code, url: https://example.org/code}
    highlights:
      - Built a scheduler for batch jobs that halves the waiting time of short ones.
      - Wrote its simulator, in use by **three teams** today.
"""
