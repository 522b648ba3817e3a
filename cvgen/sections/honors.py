"""Awards and prizes."""

from typing import Literal

from pydantic import Field

from cvgen.document import nodes
from cvgen.document.inline import join, linked, literal
from cvgen.document.nodes import EMPTY, Subheading
from cvgen.profile.entry import DatedEntry, RankLike, rank_text
from cvgen.profile.fields import Model, Text, optional
from cvgen.sections.base import Section, Shape
from cvgen.sections.context import Blocks, SectionContext, parenthesized

__all__ = ["EXAMPLE", "MODEL", "SHAPE", "HonorEntry", "HonorGroup", "HonorsSection", "compose"]


class HonorEntry(DatedEntry):
    """An award, a scholarship, a prize."""

    title: Text = Field(description="What it is called.", examples=["Merit Student"])
    giver: Text | None = optional("Who gives it.", "Peking University")
    event: Text | None = optional("Where or as what it was given.", "Graduation Ceremony")
    location: Text | None = optional("The right-hand column: a place or an institution.", "Peking University")
    rank: RankLike | None = optional("How few got it.", "2/56")
    remark: Text | None = optional("A remark in parentheses.", "highest honor for Ph.D. students")


class HonorGroup(Model):
    """Honors under a subheading."""

    title: Text = Field(description="The subheading.", examples=["University Awards"])
    entries: tuple[HonorEntry, ...] = Field((), description="The honors, in order.")


class HonorsSection(Section):
    """Awards and prizes, under subheadings if there are many."""

    kind: Literal["honors"] = Field(description="The kind of section.")
    entries: tuple[HonorEntry, ...] = Field((), description="The honors, the newest first.")
    groups: tuple[HonorGroup, ...] = Field((), description="Honors under subheadings, printed after the entries.")


def compose(section: HonorsSection, context: SectionContext) -> Blocks:
    """Yield a row for each honor, with the groups' subheadings."""
    for at, entry in context.shown(section.entries, section.limit):
        yield _honor(at, entry)
    for number, group in enumerate(section.groups):
        below = context.at("groups", number)
        honors = [_honor(at, entry) for at, entry in below.shown(group.entries)]
        if honors:
            yield Subheading(below.line(group, "title"), below.span())
        yield from honors


def _honor(context: SectionContext, entry: HonorEntry) -> nodes.HonorRow:
    rank = EMPTY
    if entry.rank:
        label = entry.rank.label + context.words.word("colon") if entry.rank.label else ""
        rank = literal(label + rank_text(entry.rank), context.span("rank"))
    aside = parenthesized(join("; ", rank, context.line(entry, "remark")))
    title = join("", linked(context.line(entry, "title"), entry.url), aside)
    remark = join(", ", context.line(entry, "event"), context.line(entry, "giver"), context.line(entry, "note"))
    return nodes.HonorRow(context.dated(entry), title, remark, context.location(entry), context.span())


MODEL = HonorsSection

SHAPE = Shape(
    form="award",
    noun="honor",
    organization=("giver", "location"),
    known_by=("title",),
    headings="honors honours honor awards award prizes scholarships fellowships distinctions achievements",
    aliases="awards",
    starter=6,
)

EXAMPLE = """\
groups:  # honors under subheadings; `entries:` directly below `kind:` does without
  - title: University Awards
    entries:
      - title: Lakeside Fellowship
        giver: Lakeside University
        date: 2023
      - title: Dean's Prize
        giver: University of the North
        date: 2021
        remark: best thesis of the year
"""
