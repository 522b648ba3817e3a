"""Works: publications, written down once and shared by the people who wrote them."""

import re
from typing import Annotated, Any, Literal

from pydantic import Discriminator, Tag

from cvgen.profile.fields import (
    Arxiv,
    Before,
    Count,
    Doi,
    Flag,
    Identifier,
    Late,
    Model,
    OneOrMore,
    Plain,
    Text,
    Url,
    When,
)
from cvgen.values.names import split_marks

__all__ = [
    "Author",
    "PublicationEntry",
    "Status",
    "Venue",
    "VenueKind",
    "Work",
    "WorkFields",
    "WorkLinks",
    "WorkOverride",
    "status_of",
    "unbolded",
]

Status = Literal["published", "accepted", "under-review", "submitted", "preprint", "in-preparation"]
VenueKind = Literal["conference", "journal", "workshop", "book", "preprint", "thesis", "report", "other"]


class Author(Model):
    """An author; a bare name will do, and a star after it (`Chao Jin*`) marks equal contribution."""

    name: Plain
    """The name as it is to be printed. Example: Chao Jin"""
    equal: Flag = False
    """Whether this author contributed equally with the others so marked."""
    corresponding: Flag = False
    """Whether this is the corresponding author."""
    url: Url | None = None
    """Where the name links to."""


_BOLD = r"(\*\*|__)(?P<name>[^*_].*?)\1(?P<marks>[*†‡#\s]*)"


def unbolded(name: str) -> str:
    """Take the signs of hand-made bold off a name.

    >>> unbolded("**Chao Jin**"), unbolded("Chao Jin")
    ('Chao Jin', 'Chao Jin')
    """
    bold = re.fullmatch(_BOLD, name.strip())
    return bold["name"] if bold else name


def _as_author(value: object) -> object:
    if not isinstance(value, str):
        return value
    if bold := re.fullmatch(_BOLD, value.strip()):
        name, marks = f"**{bold['name']}**", bold["marks"]
    else:
        name, marks = split_marks(value)
    author: dict[str, object] = {"name": name}
    if "*" in marks:
        author["equal"] = True
    if "†" in marks or "‡" in marks or "#" in marks:
        author["corresponding"] = True
    return author


class Venue(Model):
    """Where a work appeared; a bare name will do."""

    name: Text | None = None
    """The full name. Example: USENIX Symposium on Networked Systems Design and Implementation"""
    acronym: Plain | None = None
    """The short name. Example: NSDI"""
    year: Count | None = None
    """The year in the venue's name, which may differ from the work's. Example: 2024"""
    kind: VenueKind | None = None
    """What kind of venue it is."""
    url: Url | None = None
    """The venue's page."""
    prefix: Text | None = None
    """Words before the name. Example: Proceedings of the 20th"""


def _as_venue(value: object) -> object:
    return {"name": value} if isinstance(value, str) else value


class WorkLinks(Model):
    """Where a work and its material can be had."""

    pdf: Url | None = None
    """The paper."""
    html: Url | None = None
    """The publisher's page."""
    doi: Doi | None = None
    """The DOI, without https://doi.org/. Example: 10.1145/3603269.3604816"""
    arxiv: Arxiv | None = None
    """The arXiv id. Example: 2404.12457"""
    abstract: Url | None = None
    """The abstract's page."""
    slides: Url | None = None
    """The slides."""
    poster: Url | None = None
    """The poster."""
    video: Url | None = None
    """A recording."""
    code: Url | None = None
    """The code."""
    dataset: Url | None = None
    """The data."""
    supp: Url | None = None
    """Supplementary material."""
    blog: Url | None = None
    """A blog post."""
    website: Url | None = None
    """The project's page."""


class WorkFields(Model):
    """All that can be said of a work."""

    title: Text | None = None
    """The title. Example: "Ditto: Efficient Serverless Analytics with Elastic Parallelism\""""
    former_titles: Annotated[tuple[Text, ...], OneOrMore] = ()
    """Titles the work had before, so that old lists are recognised."""
    system_name: Plain | None = None
    """The name of the system it presents. Example: Ditto"""
    authors: tuple[Annotated[Author, Before(_as_author)], ...] = ()
    """The authors, in order."""
    more_authors: Flag = False
    """Whether there are more authors than these; the list then ends in `et al.`."""
    equal_note: Text | None = None
    """The legend for starred authors, and for those with a dagger if it has one. Example: (* Equal Contribution)"""
    venue: Annotated[Venue, Before(_as_venue)] | None = None
    """Where it appeared."""
    status: Status | None = None
    """How far it has come; `published` if there is a venue, else `preprint`."""
    status_text: Text | None = None
    """What to print for the status, in place of the usual words. Example: Submitted to SigComm'25"""
    date: When | None = None
    """When it appeared, or when the status was reached. Example: 2024-04"""
    location: Text | None = None
    """Where the conference took place. Example: "Santa Clara, CA, U.S.\""""
    group_year: Count | None = None
    """The year to list it under, where that is not the date's."""
    links: WorkLinks | None = None
    """PDF, slides, code and the like."""
    award: Text | None = None
    """A prize. Example: Best Paper Award"""
    selected: Flag = False
    """Whether it belongs into a short list."""
    volume: Plain | None = None
    """Volume of the journal."""
    number: Plain | None = None
    """Issue of the journal, or the report's number."""
    pages: Plain | None = None
    """Pages. Example: 421-436"""
    series: Plain | None = None
    """The series of books. Example: Lecture Notes in Computer Science"""
    publisher: Plain | None = None
    """Publisher or institution."""
    tags: Annotated[tuple[Identifier, ...], OneOrMore] = ()
    """Tags that variants choose by."""
    note: Text | None = None
    """A remark, printed after the authors."""
    url: Url | None = None
    """Where the title links to."""
    hidden: Flag = False
    """Left out of every output."""
    hidden_until: When | None = None
    """Left out until this date."""
    show_in: Annotated[tuple[Literal["cv", "homepage"], ...], OneOrMore] = ()
    """The only outputs that show it. Example: homepage"""


class Work(WorkFields):
    """A work, whole."""

    id: Identifier | None = None
    """How profiles refer to it, where it stands in a profile itself."""
    title: Text
    """The title. Example: "Ditto: Efficient Serverless Analytics with Elastic Parallelism\""""


class WorkOverride(WorkFields):
    """A work from a works file, some of its fields told differently in this profile."""

    work: Identifier
    """The work's id in the works file."""


def _form(value: Any) -> str:  # noqa: ANN401 - pydantic hands over whatever stood there
    if isinstance(value, str):
        return "work-id"
    if isinstance(value, WorkOverride) or (isinstance(value, dict) and "work" in value):
        return "own-fields"
    return "whole-work"


PublicationEntry = Annotated[
    Annotated[Identifier, Tag("work-id")]
    | Annotated[WorkOverride, Late.of(WorkOverride), Tag("own-fields")]
    | Annotated[Work, Late.of(Work), Tag("whole-work")],
    Discriminator(_form),
]
"""A work's id, `{work: id, …}` with fields of one's own, or a whole work."""


def status_of(work: WorkFields) -> str:
    """Return the work's status, by the rule where none is written."""
    if work.status:
        return work.status
    return "published" if work.venue else "preprint"
