"""Projects."""

from typing import Annotated, Literal

from pydantic import Field

from cvgen.document.inline import join
from cvgen.profile.entry import DatedEntry, Highlights
from cvgen.profile.fields import OneOrMore, Prose, Text, optional
from cvgen.profile.person import LinkRef
from cvgen.sections.base import Section, Shape
from cvgen.sections.context import Blocks, SectionContext, simple

__all__ = ["EXAMPLE", "MODEL", "SHAPE", "Project", "ProjectsSection", "compose"]


class Project(DatedEntry):
    """A project."""

    title: Text = Field(description="What it is called.", examples=["Looms by Engine"])
    role: Text | None = optional("The person's part.", "Lead")
    organization: Text | None = optional("For whom, or where.", "Engine Works")
    location: Text | None = optional("The right-hand column.")
    summary: Prose | None = optional("Paragraphs above the bullets.")
    links: tuple[LinkRef, ...] = Field((), description="Links, printed as a bullet.")
    highlights: Highlights = Field((), description="Bullets.")
    keywords: Annotated[tuple[Text, ...], OneOrMore] = Field((), description="Keywords, printed as a bullet.")


class ProjectsSection(Section):
    """Projects."""

    kind: Literal["projects"] = Field(description="The kind of section.")
    entries: tuple[Project, ...] = Field((), description="The projects, the newest first.")


def compose(section: ProjectsSection, context: SectionContext) -> Blocks:
    """Yield an entry for each project."""
    for at, entry in context.shown(section.entries, section.limit):
        second_line = join(", ", at.line(entry, "role"), at.line(entry, "organization"))
        yield simple(at, entry, at.line(entry, "title"), second_line, at.location(entry), (at.links(entry.links),))


MODEL = ProjectsSection

SHAPE = Shape(form="other", noun="project", location="location", second_line="role", headings="projects")

EXAMPLE = """\
entries:
  - title: Looms by Engine
    role: Lead
    organization: Engine Works
    start_date: 2022-03
    end_date: 2023-02
    summary: Punched cards of looms, read by engines that compute.
    links: [{label: Code, url: "https://example.org/looms"}]
    keywords: [weaving, cards]
"""
