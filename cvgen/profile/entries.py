"""What the entries of the usual kinds of sections may say. Field names are JSON Resume's where it has them."""

from typing import Annotated, Self

from pydantic import model_validator

from cvgen.profile.entry import Dated, DatedEntry, Entry, Highlights
from cvgen.profile.fields import Before, Count, Model, OneOrMore, Plain, Text, Url, fail
from cvgen.profile.person import LinkRef, PeopleLike

__all__ = [
    "Education",
    "Experience",
    "ExperiencePosition",
    "Grade",
    "Honor",
    "HonorGroup",
    "Organization",
    "Rank",
    "Service",
    "Skill",
    "Teaching",
    "Thesis",
]


class Grade(Model):
    """A grade average; a bare `3.82/4.0` will do."""

    value: Plain
    """The average. Example: "3.82\""""
    scale: Plain | None = None
    """The best possible. Example: "4.0\""""
    label: Plain = "GPA"
    """What to print before it. Example: Overall GPA"""


class Rank(Model):
    """A rank among others; a bare `5/205` will do."""

    position: Count
    """The place. Example: 5"""
    of: Count | None = None
    """Among how many. Example: 205"""
    label: Plain | None = None
    """What to print before it. Example: Ranking"""


def _as_grade(value: object) -> object:
    if isinstance(value, str):
        grade, _, scale = value.partition("/")
        return {"value": grade.strip()} | ({"scale": scale.strip()} if scale.strip() else {})
    return value


def _as_rank(value: object) -> object:
    if isinstance(value, str | int):
        position, _, of = str(value).partition("/")
        return {"position": position.strip()} | ({"of": of.strip()} if of.strip() else {})
    return value


RankLike = Annotated[Rank, Before(_as_rank)]


class Thesis(Model):
    """A thesis; a bare title will do."""

    title: Text
    """The title."""
    url: Url | None = None
    """Where it can be read."""
    award: Text | None = None
    """A prize it won."""


def _as_thesis(value: object) -> object:
    return {"title": value} if isinstance(value, str) else value


class Education(DatedEntry):
    """A degree."""

    institution: Text
    """The university or school. Example: Peking University"""
    degree: Text | None = None
    """The degree, with its field if you like. Example: Ph.D. in Computer Software and Theory"""
    field: Text | None = None
    """The field, printed after the degree. Example: Computer Science"""
    school: Text | None = None
    """The school or department. Example: School of Computer Science"""
    location: Text | None = None
    """Where. Example: Beijing, China"""
    advisors: PeopleLike | None = None
    """The advisors. Example: Prof. Xin Jin"""
    gpa: Annotated[Grade, Before(_as_grade)] | None = None
    """The grade average. Example: 3.82/4.0"""
    rank: RankLike | None = None
    """The rank in class. Example: 5/205"""
    percentile: Plain | None = None
    """The rank as a share. Example: top 9%"""
    thesis: Annotated[Thesis, Before(_as_thesis)] | None = None
    """The thesis."""
    highlights: Highlights = ()
    """Bullets."""


class ExperiencePosition(Dated):
    """One of several posts at one employer."""

    role: Text
    """What the person was there. Example: Research Intern"""
    location: Text | None = None
    """Where, if it differs from the employer's."""
    mentors: PeopleLike | None = None
    """Mentors."""
    advisors: PeopleLike | None = None
    """Advisors."""
    highlights: Highlights = ()
    """Bullets."""


class Organization(Model):
    """An organization; a bare name will do."""

    name: Text
    """Its name. Example: ByteDance Seed"""
    url: Url | None = None
    """Its page."""


def _as_organization(value: object) -> object:
    return {"name": value} if isinstance(value, str) else value


class Experience(DatedEntry):
    """Work: an internship, a research stay, a job."""

    organization: Annotated[tuple[Annotated[Organization, Before(_as_organization)], ...], OneOrMore]
    """The employer; a list for a joint post. Example: ByteDance Seed"""
    team: Text | None = None
    """The team there, printed after the employer. Example: System Team"""
    project: Text | None = None
    """The project's title, which then heads the entry."""
    role: Text | None = None
    """What the person was there. Example: Research Intern"""
    location: Text | None = None
    """Where. Example: Beijing, China"""
    mentors: PeopleLike | None = None
    """Mentors. Example: [Ziheng Jiang, Haibin Lin]"""
    advisors: PeopleLike | None = None
    """Advisors. Example: Prof. Xin Jin"""
    positions: tuple[ExperiencePosition, ...] = ()
    """Several posts at this employer, the newest first."""
    links: tuple[LinkRef, ...] = ()
    """Links, printed as a bullet."""
    highlights: Highlights = ()
    """Bullets."""

    @model_validator(mode="after")
    def _told_once(self) -> Self:
        told = ("role", "project", "date", "start_date", "end_date")
        twice = next((name for name in told if self.positions and getattr(self, name) is not None), "")
        if twice:
            fail(
                "position-twice",
                f"`{twice}` and `positions` are both given",
                field=twice,
                hint="move it into one of the positions",
            )
        return self


class Teaching(DatedEntry):
    """A course."""

    course: Text
    """The course. Example: Operating Systems"""
    variant: Text | None = None
    """Which form of it, printed in parentheses. Example: Honor Track"""
    role: Text | None = None
    """What the person was. Example: Teaching Assistant"""
    institution: Text | None = None
    """Where it was taught. Example: Peking University"""
    location: Text | None = None
    """The town, where the institution does not say it."""
    highlights: Highlights = ()
    """Bullets."""


class Service(DatedEntry):
    """Service to the community: reviewing, committees."""

    venue: Text
    """The journal, conference or body. Example: IEEE Transactions on Computers"""
    acronym: Plain | None = None
    """Its short name, printed in parentheses. Example: TC"""
    role: Text
    """What the person did. Example: Reviewer"""
    location: Text | None = None
    """Where."""
    highlights: Highlights = ()
    """Bullets."""


class Honor(DatedEntry):
    """An award, a scholarship, a prize."""

    title: Text
    """What it is called. Example: Merit Student"""
    giver: Text | None = None
    """Who gives it. Example: Peking University"""
    event: Text | None = None
    """Where or as what it was given. Example: Graduation Ceremony"""
    location: Text | None = None
    """The right-hand column: a place or an institution. Example: Peking University"""
    rank: RankLike | None = None
    """How few got it. Example: 2/56"""
    remark: Text | None = None
    """A remark in parentheses. Example: highest honor for Ph.D. students"""


class HonorGroup(Model):
    """Honors under a subheading."""

    title: Text
    """The subheading. Example: University Awards"""
    entries: tuple[Honor, ...] = ()
    """The honors, in order."""


class Skill(Entry):
    """A row of skills."""

    label: Text
    """What kind of skill. Example: Programming"""
    values: Annotated[tuple[Text, ...], OneOrMore]
    """The skills, printed with commas between. Example: [Python, C++, CUDA]"""
