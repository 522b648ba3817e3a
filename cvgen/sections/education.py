"""Degrees."""

import re
from typing import Annotated, Literal

from pydantic import Field

from cvgen.document.inline import join, line, linked, literal
from cvgen.document.nodes import EMPTY, Line
from cvgen.profile.entry import DatedEntry, Highlights, RankLike, rank_text
from cvgen.profile.fields import Before, Model, OneOrMore, Plain, Text, Url, optional
from cvgen.profile.person import PeopleLike
from cvgen.sections.base import Section, Shape
from cvgen.sections.context import Blocks, SectionContext, parenthesized, simple

__all__ = ["EXAMPLE", "MODEL", "SHAPE", "Education", "EducationSection", "Grade", "Thesis", "compose"]


def _as_grade(value: object) -> object:
    if isinstance(value, str):
        if not re.fullmatch(r"[\d.,]+ *(?:/ *[\d.,]+)?", value.strip()):  # in words: `First Class Honours`
            return {"value": value}
        grade, _, scale = value.partition("/")
        return {"value": grade.strip()} | ({"scale": scale.strip()} if scale.strip() else {})
    return value


class Grade(Model):
    """A grade average, or a grade in words; a bare `3.82/4.0` will do."""

    value: Plain = Field(description="The average.", examples=["3.82"])
    scale: Plain | None = optional("The best possible.", "4.0")
    label: Plain | None = optional("What to print before it; `GPA` before a number.", "Overall GPA")


def _as_thesis(value: object) -> object:
    return {"title": value} if isinstance(value, str) else value


class Thesis(Model):
    """A thesis; a bare title will do."""

    title: Text = Field(description="The title.")
    url: Url | None = optional("Where it can be read.")
    award: Text | None = optional("A prize it won.")


class Education(DatedEntry):
    """A degree."""

    institution: Annotated[tuple[Text, ...], OneOrMore] = Field(
        description="The university or school, or several for a joint degree.", examples=["Peking University"]
    )
    degree: Annotated[tuple[Text, ...], OneOrMore] = Field(
        (),
        description="The degree, with its field if you like, or several.",
        examples=["Ph.D. in Computer Software and Theory"],
    )
    field: Text | None = optional("The field, printed after the degree.", "Computer Science")
    minor: Text | None = optional("The minor, printed as a bullet.", "Philosophy")
    school: Text | None = optional("The school or department.", "School of Computer Science")
    location: Text | None = optional("Where.", "Beijing, China")
    advisors: PeopleLike | None = optional("The advisors.", "Prof. Xin Jin")
    gpa: Annotated[Grade, Before(_as_grade)] | None = optional("The grade average.", "3.82/4.0")
    rank: RankLike | None = optional("The rank in class.", "5/205")
    percentile: Plain | None = optional("The rank as a share.", "top 9%")
    courses: Annotated[tuple[Text, ...], OneOrMore] = Field(
        (), description="Courses, printed as a bullet.", examples=[["Operating Systems", "Compilers"]]
    )
    thesis: Annotated[Thesis, Before(_as_thesis)] | None = optional("The thesis.")
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
        label = entry.gpa.label or ("GPA" if value[:1].isdigit() else "")
        grade = literal(f"{label}{colon}{value}" if label else value, context.span("gpa"))
    if entry.rank:
        label = entry.rank.label or context.words.word("rank")
        rank = literal(f"{label}{colon}{rank_text(entry.rank)}", context.span("rank"))
    share = context.literal(entry, "percentile")
    if not grade and not rank:
        return share
    return join("", join(context.words.word("comma"), grade, rank), parenthesized(share))


def compose(section: EducationSection, context: SectionContext) -> Blocks:
    """Yield an entry for each degree."""
    for at, entry in context.shown(section.entries, section.limit):
        thesis = EMPTY
        if entry.thesis:
            title = linked(line(entry.thesis.title, at.span("thesis")), entry.thesis.url)
            thesis = at.labelled(context.words.word("thesis"), join(", ", title, line(entry.thesis.award)), "thesis")
        degree = join(", ", at.lines(entry, "degree", " & "), at.line(entry, "field"), at.line(entry, "school"))
        minor = at.labelled(at.words.word("minor"), at.line(entry, "minor"), "minor")
        courses = at.listed(entry, "courses")
        extra = (at.people(entry.advisors, "advisor"), minor, _grade(at, entry), thesis, courses)
        yield simple(at, entry, at.lines(entry, "institution", " & "), degree, at.location(entry), extra)


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
    # minor: Philosophy
    # courses: [Analysis, Logic]
"""
