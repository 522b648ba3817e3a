"""Degrees."""

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field

from cvgen.document.inline import join, line, linked, literal
from cvgen.document.nodes import EMPTY, Block, Line
from cvgen.profile.entry import DatedEntry, Highlights, RankLike, rank_text
from cvgen.profile.fields import Before, Model, Plain, Text, Url
from cvgen.profile.person import PeopleLike
from cvgen.sections.base import Section, Shape
from cvgen.sections.context import SectionContext, parenthesized, simple

__all__ = ["EXAMPLE", "MODEL", "SHAPE", "Education", "EducationSection", "Grade", "Thesis", "compose"]


def _as_grade(value: object) -> object:
    if isinstance(value, str):
        grade, _, scale = value.partition("/")
        return {"value": grade.strip()} | ({"scale": scale.strip()} if scale.strip() else {})
    return value


class Grade(Model):
    """A grade average; a bare `3.82/4.0` will do."""

    value: Plain = Field(description="The average.", examples=["3.82"])
    scale: Plain | None = Field(None, description="The best possible.", examples=["4.0"])
    label: Plain = Field("GPA", description="What to print before it.", examples=["Overall GPA"])


def _as_thesis(value: object) -> object:
    return {"title": value} if isinstance(value, str) else value


class Thesis(Model):
    """A thesis; a bare title will do."""

    title: Text = Field(description="The title.")
    url: Url | None = Field(None, description="Where it can be read.")
    award: Text | None = Field(None, description="A prize it won.")


class Education(DatedEntry):
    """A degree."""

    institution: Text = Field(description="The university or school.", examples=["Peking University"])
    degree: Text | None = Field(
        None,
        description="The degree, with its field if you like.",
        examples=["Ph.D. in Computer Software and Theory"],
    )
    field: Text | None = Field(
        None, description="The field, printed after the degree.", examples=["Computer Science"]
    )
    school: Text | None = Field(
        None, description="The school or department.", examples=["School of Computer Science"]
    )
    location: Text | None = Field(None, description="Where.", examples=["Beijing, China"])
    advisors: PeopleLike | None = Field(None, description="The advisors.", examples=["Prof. Xin Jin"])
    gpa: Annotated[Grade, Before(_as_grade)] | None = Field(
        None, description="The grade average.", examples=["3.82/4.0"]
    )
    rank: RankLike | None = Field(None, description="The rank in class.", examples=["5/205"])
    percentile: Plain | None = Field(None, description="The rank as a share.", examples=["top 9%"])
    thesis: Annotated[Thesis, Before(_as_thesis)] | None = Field(None, description="The thesis.")
    highlights: Highlights = Field((), description="Bullets.")


class EducationSection(Section):
    """Degrees."""

    kind: Literal["education"] = Field(description="The kind of section.")
    entries: tuple[Education, ...] = Field((), description="The degrees, the newest first.")


def _grade(context: SectionContext, entry: Education) -> Line:
    """Return "GPA: 3.82/4.0, Ranking: 5/205" or "Overall GPA: 3.71/4.0 (top 9%)"."""
    colon = context.words.word("colon")
    grade, rank = EMPTY, EMPTY
    if entry.gpa:
        value = f"{entry.gpa.value}/{entry.gpa.scale}" if entry.gpa.scale else entry.gpa.value
        grade = literal(f"{entry.gpa.label}{colon}{value}", context.span("gpa"))
    if entry.rank:
        label = entry.rank.label or context.words.word("rank")
        rank = literal(f"{label}{colon}{rank_text(entry.rank)}", context.span("rank"))
    share = context.literal(entry, "percentile")
    if not grade and not rank:
        return share
    return join("", join(context.words.word("comma"), grade, rank), parenthesized(share))


def compose(section: EducationSection, context: SectionContext) -> Iterator[Block]:
    """Yield an entry for each degree."""
    for at, entry in context.shown(section.entries, section.limit):
        thesis = EMPTY
        if entry.thesis:
            title = linked(line(entry.thesis.title, at.span("thesis")), entry.thesis.url)
            thesis = at.labelled(context.words.word("thesis"), join(", ", title, line(entry.thesis.award)), "thesis")
        degree = join(", ", at.line(entry, "degree"), at.line(entry, "field"), at.line(entry, "school"))
        extra = (at.people(entry.advisors, "advisor"), _grade(at, entry), thesis)
        yield simple(at, entry, at.line(entry, "institution"), degree, at.location(entry), extra)


MODEL = EducationSection

SHAPE = Shape(
    form="degree",
    noun="degree",
    title="degree",
    organization=("institution",),
    department="school",
    location="location",
    known_by=("institution",),
    second_line="degree",
    headings="education degrees studies",
    starter=1,
)

EXAMPLE = """\
entries:
  - institution: Lakeside University
    degree: Ph.D. in Computer Science
    location: Lakeside, Germany
    start_date: 2022-09
    end_date: present
    advisors: Prof. Maria Example
    highlights:
      - "Thesis: *Schedulers that explain themselves*"
  - institution: University of the North
    degree: B.Sc. in Mathematics
    location: Northport, Norway
    start_date: 2018-09
    end_date: 2022-06
    gpa: 3.9/4.0
    rank: 2/120
"""
