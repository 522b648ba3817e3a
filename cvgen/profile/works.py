"""Works: publications, written down once and shared by the people who wrote them."""

import functools
import re
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import Field, TypeAdapter

from cvgen.profile.fields import (
    Arxiv,
    Before,
    Count,
    Deferred,
    Doi,
    Flag,
    Identifier,
    Model,
    OneOrMore,
    Plain,
    Text,
    Url,
    WhenField,
    fail,
    optional,
)
from cvgen.values.name_matching import Owner, OwnerMatch
from cvgen.values.names import fold_name, read_listed_name, split_marks

__all__ = [
    "MARKS",
    "Author",
    "PublicationEntry",
    "Status",
    "Venue",
    "VenueKind",
    "Work",
    "WorkFields",
    "WorkLinks",
    "WorkOverride",
    "has_equal_contribution",
    "marks_of",
    "match_owner",
    "people_of",
    "status_of",
    "unbolded",
]

Status = Literal["published", "accepted", "under-review", "submitted", "preprint", "in-preparation"]
VenueKind = Literal["conference", "journal", "workshop", "book", "preprint", "thesis", "report", "other"]


class Author(Model):
    """An author; a bare name will do, and a star after it (`Chao Jin*`) marks equal contribution."""

    name: Plain = Field(description="The name as it is to be printed.", examples=["Chao Jin"])
    equal: Flag = Field(False, description="Whether this author contributed equally with the others so marked.")
    corresponding: Flag = Field(False, description="Whether this is the corresponding author.")
    marks: Plain | None = optional("Signs behind the name, printed as they are: `*†‡§¶#`.", "‡")
    advisee: Flag = Field(False, description="Whether this is a student of the profile's person, who is marked.")
    me: Flag | None = optional("Whether this is the profile's own person, where the name alone does not tell.")
    url: Url | None = optional("Where the name links to.")


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
    author: dict[str, object] = {"name": _in_order(name)}
    if marks := "".join(marks.split()):
        author["marks"] = marks
    return author | ({"equal": True} if "*" in marks else {})


def _in_order(name: str) -> str:
    """Return a name in the order of print, or refuse one that may be several."""
    reading, *others = read_listed_name(name)
    if others:
        one = f"{{name: {reading}}}" if reading == name else reading
        hint = f"write `{one}` for one person, or several authors: `{others[0].replace('; ', '`, `')}`"
        fail("ambiguous-name", f"`{name}` may be one person or several", hint=hint)
    return reading


class Venue(Model):
    """Where a work appeared; a bare name will do."""

    name: Text | None = optional("The full name.", "USENIX Symposium on Networked Systems Design and Implementation")
    acronym: Plain | None = optional("The short name.", "NSDI")
    year: Count | None = optional("The year in the venue's name, which may differ from the work's.", 2024)
    kind: VenueKind | None = optional("What kind of venue it is.")
    url: Url | None = optional("The venue's page.")
    prefix: Text | None = optional("Words before the name.", "Proceedings of the 20th")


def _as_venue(value: object) -> object:
    return {"name": value} if isinstance(value, str) else value


class WorkLinks(Model):
    """Where a work and its material can be had."""

    pdf: Url | None = optional("The paper.")
    html: Url | None = optional("The publisher's page.")
    doi: Doi | None = optional("The DOI, without https://doi.org/.", "10.1145/3603269.3604816")
    arxiv: Arxiv | None = optional("The arXiv id.", "2404.12457")
    abstract: Url | None = optional("The abstract's page.")
    slides: Url | None = optional("The slides.")
    poster: Url | None = optional("The poster.")
    video: Url | None = optional("A recording.")
    code: Url | None = optional("The code.")
    dataset: Url | None = optional("The data.")
    supp: Url | None = optional("Supplementary material.")
    blog: Url | None = optional("A blog post.")
    website: Url | None = optional("The project's page.")


class WorkFields(Model):
    """All that can be said of a work."""

    title: Text | None = optional("The title.", "Ditto: Efficient Serverless Analytics with Elastic Parallelism")
    former_titles: Annotated[tuple[Text, ...], OneOrMore] = Field(
        (), description="Titles the work had before, so that old lists are recognised."
    )
    system_name: Plain | None = optional("The name of the system it presents.", "Ditto")
    authors: tuple[Annotated[Author, Before(_as_author)], ...] = Field((), description="The authors, in order.")
    more_authors: Flag = Field(
        False, description="Whether there are more authors than these; the list then ends in `et al.`."
    )
    me: Plain | None = optional("The author, as written, who is the profile's own person.", "C. Jin")
    not_me: Flag = Field(False, description="Whether none of the authors is the profile's own person.")
    editors: Annotated[tuple[Plain, ...], OneOrMore] = Field(
        (), description="The editors of the book: of a whole one in place of authors, else of the one it is part of."
    )
    equal_note: Text | None = optional(
        "The legend for starred authors, and for those with a dagger if it has one.", "(* Equal Contribution)"
    )
    venue: Annotated[Venue, Before(_as_venue)] | None = optional("Where it appeared.")
    status: Status | None = optional(
        "How far it has come; `published` if it has a venue, a publisher, an institution or editors, else `preprint`."
    )
    status_text: Text | None = optional(
        "What to print for the status, in place of the usual words.", "Submitted to SigComm'25"
    )
    date: WhenField | None = optional("When it appeared, or when the status was reached.", "2024-04")
    location: Text | None = optional("Where the conference took place.", "Santa Clara, CA, U.S.")
    group_year: Count | None = optional("The year to list it under, where that is not the date's.")
    links: WorkLinks | None = optional("PDF, slides, code and the like.")
    award: Text | None = optional("A prize.", "Best Paper Award")
    selected: Flag = Field(False, description="Whether it belongs into a short list.")
    volume: Plain | None = optional("Volume of the journal.")
    number: Plain | None = optional("Issue of the journal, or the report's number.")
    pages: Plain | None = optional("Pages.", "421-436")
    series: Plain | None = optional("The series of books.", "Lecture Notes in Computer Science")
    publisher: Plain | None = optional("The publisher.", "Springer")
    edition: Plain | None = optional("The edition, other than the first.", "2nd")
    version: Plain | None = optional("The version, of software or data.", "1.4")
    institution: Plain | None = optional("Who published a report or awarded a degree.", "Peking University")
    tags: Annotated[tuple[Identifier, ...], OneOrMore] = Field((), description="Tags that variants choose by.")
    note: Text | None = optional("A remark, printed after the authors.")
    url: Url | None = optional("Where the title links to.")
    hidden: Flag = Field(False, description="Left out of every output.")
    hidden_until: WhenField | None = optional("Left out until this date.")
    show_in: Annotated[tuple[Literal["cv", "homepage"], ...], OneOrMore] = Field(
        (), description="The only outputs that show it.", examples=["homepage"]
    )
    priority: Count | None = optional(
        "Where `document.pages` leaves things out: those with the highest number go first, those without one stay.", 2
    )
    page_break: Literal["before"] | None = optional("Begins a page of its own.", "before")
    keep_together: Flag = Field(False, description="Stays on one page, if it is not longer than that.")


class Work(WorkFields):
    """A work, whole."""

    id: Identifier | None = optional("How profiles refer to it, where it stands in a profile itself.")
    title: Text = Field(
        description="The title.", examples=["Ditto: Efficient Serverless Analytics with Elastic Parallelism"]
    )


class WorkOverride(WorkFields):
    """A work from a works file, with fields of this profile's own."""

    work: Identifier = Field(description="The work's id in the works file.")


def _as_publication(value: Any) -> Any:  # noqa: ANN401 - whatever stands in the file
    if isinstance(value, str):
        return _identifier().validate_python(value)
    if isinstance(value, WorkOverride) or (isinstance(value, dict) and "work" in value):
        return WorkOverride.model_validate(value)
    return Work.model_validate(value)


@functools.cache
def _identifier() -> TypeAdapter[str]:
    return TypeAdapter(Identifier)


PublicationEntry: TypeAlias = Annotated[
    str | WorkOverride | Work, Deferred(_as_publication, lambda: Identifier | WorkOverride | Work)
]
"""A work's id, `{work: id, …}` with fields of one's own, or a whole work."""


def status_of(work: WorkFields) -> str:
    """Return the work's status, by the rule where none is written."""
    if work.status:
        return work.status
    return "published" if work.venue or work.publisher or work.institution or work.editors else "preprint"


MARKS = "*†‡§¶#"
"""Signs that may stand behind an author's name."""


def marks_of(author: Author) -> str:
    """Return the signs behind an author's name: those that are written, and those of what is said of the author."""
    written = author.marks or "*" * author.equal
    return written + "†" * (author.corresponding and "†" not in written)


def has_equal_contribution(work: WorkFields) -> bool:
    """Tell whether stars mean equal contribution: by `equal`, a legend, or as two, the first author's among them."""
    starred = [index for index, author in enumerate(work.authors) if author.equal and author.marks]
    said = any(author.equal and not author.marks for author in work.authors)
    return said or "*" in (work.equal_note or "") or (len(starred) > 1 and starred[0] == 0)


def people_of(work: WorkFields) -> tuple[str, ...]:
    """Return the names that sign a work: its authors, or the editors of a book without authors."""
    return tuple(author.name for author in work.authors) or work.editors


def match_owner(work: WorkFields, owner: Owner) -> OwnerMatch:
    """Return where the profile's person stands among those who sign a work, as `me` and `not_me` say."""
    names = people_of(work)
    if work.not_me:
        return OwnerMatch((), ())
    said = [index for index, author in enumerate(work.authors) if author.me]
    said += [index for index, name in enumerate(names) if work.me and fold_name(name) == fold_name(work.me)]
    if said:
        return OwnerMatch((said[0],), ())
    denied = {index for index, author in enumerate(work.authors) if author.me is False}
    return owner.find([name if index not in denied else "" for index, name in enumerate(names)])
