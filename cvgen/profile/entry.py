"""What every entry may say, whatever its kind, and fields that entries of several kinds have."""

import re
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from cvgen.profile.fields import (
    Before,
    Count,
    Flag,
    Identifier,
    Model,
    OneOrMore,
    Plain,
    Point,
    Prose,
    Text,
    Url,
    fail,
    optional,
)
from cvgen.profile.fields import WhenField as WhenField
from cvgen.values.dates import (
    Approximate,
    Date,
    DateRange,
    Expected,
    Present,
    Term,
    When,
    first_day,
    last_day,
)

__all__ = [
    "PLACING_FIELDS",
    "Dated",
    "DatedEntry",
    "Entry",
    "Highlight",
    "Highlights",
    "Rank",
    "RankLike",
    "rank_text",
    "span_of",
]


def _as_highlight(value: object) -> object:
    if isinstance(value, list | tuple):
        return {"text": None, "highlights": value}
    return {"text": value} if isinstance(value, str) else value


PLACING_FIELDS = ("id", "tags", "hidden", "hidden_until", "show_in", "priority", "page_break", "keep_together")
"""Fields that say whether and where an entry is printed, and nothing of what it is."""


class Highlight(Model):
    """A bullet; a bare text will do. A list stands for bullets below the one before."""

    text: Prose | None = Field(description="The bullet's text.")
    highlights: "tuple[HighlightLike, ...]" = Field((), description="Bullets below it.")
    tags: Annotated[tuple[Identifier, ...], OneOrMore] = Field((), description="Tags that variants choose by.")


HighlightLike = Annotated[Highlight, Before(_as_highlight)]
Highlights = Annotated[tuple[HighlightLike, ...], OneOrMore]
"""Bullets, in order."""


class Entry(Model):
    """What every entry may say."""

    id: Identifier | None = optional("A name for this entry, for variants and messages.")
    tags: Annotated[tuple[Identifier, ...], OneOrMore] = Field(
        (), description="Tags that variants choose by.", examples=["industry"]
    )
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
    url: Url | None = optional("Where the entry's title links to.")
    note: Text | None = optional("A remark, printed as the last bullet or after a comma.")


class Dated(Model):
    """Something with a date or a stretch of time."""

    date: WhenField | None = optional("When, in one value.", "2024-09")
    start_date: Point | None = optional("When it began.", "2023-09")
    end_date: Point | None = optional("When it ended, or `present`.", "present")

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.date is not None and (self.start_date or self.end_date):
            fail(
                "date-twice",
                "`date` and `start_date` or `end_date` are both given",
                field="date",
                hint="keep `date` alone, or the two others",
            )
        start, end = self.start_date, self.end_date
        if isinstance(start, Present):
            fail("date-order", "it begins with the present", field="start_date", hint="write when it began")
        if isinstance(start, Expected) and end:
            fail(
                "date-order",
                "it begins with an expected date",
                field="start_date",
                hint="write `expected` at the end",
            )
        if start and end and (isinstance(start, Term) or isinstance(end, Term)):
            fail(
                "date-order",
                "a stretch of time cannot run from or to a term",
                field="start_date" if isinstance(start, Term) else "end_date",
                hint="write months, as in `2024-02`, or a single term as `date: 2024 Spring`",
            )
        if start and end and not isinstance(end, Present) and last_day(end) < first_day(start):
            fail(
                "date-order", "it ends before it begins", field="end_date", hint="swap the two dates, or correct one"
            )
        return self


class DatedEntry(Entry, Dated):
    """An entry with a date or a stretch of time."""


class Rank(Model):
    """A rank among others; a bare `5/205` will do."""

    position: Count = Field(description="The place.", examples=[5])
    of: Count | None = optional("Among how many.", 205)
    label: Plain | None = optional("What to print before it.", "Ranking")


def _as_rank(value: object) -> object:
    if isinstance(value, str) and re.search(r"%|\btop\b|\bpercent", value, re.IGNORECASE):
        fail("rank", f"`{value}` is a share, and no place", hint=f"write `percentile: {value}`")
    if isinstance(value, str | int):
        position, _, of = str(value).partition("/")
        return {"position": position.strip()} | ({"of": of.strip()} if of.strip() else {})
    return value


RankLike = Annotated[Rank, Before(_as_rank)]


def rank_text(rank: Rank) -> str:
    """Return the rank as it is printed."""
    return f"{rank.position}/{rank.of}" if rank.of else str(rank.position)


def span_of(dated: Dated) -> When | None:
    """Return the time as one value: the date, or the range from start to end; None if there is none."""
    if dated.date is not None or dated.start_date is None:
        return dated.date if dated.date is not None else dated.end_date
    if isinstance(dated.start_date, Date | Approximate) and dated.end_date and not isinstance(dated.end_date, Term):
        return DateRange(dated.start_date, dated.end_date)
    return dated.start_date
