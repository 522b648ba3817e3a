"""What the entries of each section kind may say. Field names are JSON Resume's where it has them."""

from typing import Annotated, Self

from pydantic import model_validator

from cvgen.profile.entry import Dated, DatedEntry, Entry, Highlights
from cvgen.profile.fields import Before, Count, Email, Model, OneOrMore, Phone, Plain, Text, Url, fail
from cvgen.profile.person import LinkRef, PeopleLike

__all__ = [
    "Certificate",
    "Custom",
    "Education",
    "Experience",
    "ExperiencePosition",
    "Grade",
    "Grant",
    "Honor",
    "HonorGroup",
    "Language",
    "Organization",
    "Patent",
    "Rank",
    "Reference",
    "Service",
    "Skill",
    "Software",
    "Supervision",
    "Talk",
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


class Talk(DatedEntry):
    """A talk."""

    title: Text
    """The talk's title."""
    event: Text | None = None
    """The occasion. Example: SIGCOMM 2023"""
    role: Text | None = None
    """What kind of talk. Example: Invited talk"""
    location: Text | None = None
    """Where."""
    links: tuple[LinkRef, ...] = ()
    """Slides, recordings."""
    highlights: Highlights = ()
    """Bullets."""


class Grant(DatedEntry):
    """A grant."""

    title: Text
    """What it is for."""
    funder: Text | None = None
    """Who pays. Example: NSF"""
    role: Text | None = None
    """The person's part. Example: Principal Investigator"""
    amount: Text | None = None
    """How much. Example: € 120,000"""
    number: Plain | None = None
    """The grant's number."""
    location: Text | None = None
    """Where."""
    highlights: Highlights = ()
    """Bullets."""


class Patent(DatedEntry):
    """A patent."""

    title: Text
    """The patent's title."""
    inventors: Annotated[tuple[Plain, ...], OneOrMore] = ()
    """The inventors, in order; the person's own name is set bold."""
    number: Plain | None = None
    """The number. Example: US 10,123,456 B2"""
    office: Text | None = None
    """The patent office."""
    status: Text | None = None
    """Granted, pending."""
    highlights: Highlights = ()
    """Bullets."""


class Software(DatedEntry):
    """Software that the person wrote or maintains."""

    name: Text
    """Its name."""
    description: Text | None = None
    """What it does, in one line."""
    role: Text | None = None
    """The person's part. Example: Maintainer"""
    location: Text | None = None
    """The right-hand column: a licence, a number of users."""
    links: tuple[LinkRef, ...] = ()
    """Code, documentation."""
    highlights: Highlights = ()
    """Bullets."""


class Supervision(DatedEntry):
    """A student whom the person supervised."""

    name: Plain
    """The student's name."""
    degree: Text | None = None
    """What kind of work. Example: Master's thesis"""
    topic: Text | None = None
    """The topic."""
    role: Text | None = None
    """The person's part. Example: Co-supervisor"""
    institution: Text | None = None
    """Where."""
    outcome: Text | None = None
    """What came of it."""
    highlights: Highlights = ()
    """Bullets."""


class Reference(Entry):
    """Someone who speaks for the person."""

    name: Plain
    """The name, with its title. Example: Prof. Xin Jin"""
    position: Text | None = None
    """What they are. Example: Associate Professor"""
    institution: Text | None = None
    """Where they are."""
    email: Email | None = None
    """Their e-mail address."""
    phone: Phone | None = None
    """Their telephone number."""
    relation: Text | None = None
    """How they know the person. Example: Ph.D. advisor"""


class Language(Entry):
    """A language."""

    language: Plain
    """Which. Example: Chinese"""
    level: Text | None = None
    """How well. Example: native"""


class Certificate(DatedEntry):
    """A certificate."""

    title: Text
    """What it is called."""
    issuer: Text | None = None
    """Who issues it."""
    number: Plain | None = None
    """Its number."""
    location: Text | None = None
    """Where."""


class Custom(DatedEntry):
    """Anything else."""

    title: Text
    """The first line."""
    subtitle: Text | None = None
    """The second line."""
    location: Text | None = None
    """The right-hand column."""
    text: Text | None = None
    """A sentence or two."""
    links: tuple[LinkRef, ...] = ()
    """Links, printed as a bullet."""
    highlights: Highlights = ()
    """Bullets."""
