"""People who speak for the person."""

from typing import Literal

from pydantic import Field

from cvgen.document.inline import join, linked
from cvgen.profile.contact_fields import Email, Phone
from cvgen.profile.entry import Entry
from cvgen.profile.fields import Plain, Text, optional
from cvgen.sections.base import Section, Shape
from cvgen.sections.context import Blocks, SectionContext, simple
from cvgen.values.urls import check_url

__all__ = ["EXAMPLE", "MODEL", "SHAPE", "Reference", "ReferencesSection", "compose"]


class Reference(Entry):
    """Someone who speaks for the person."""

    name: Plain = Field(description="The name, with its title.", examples=["Prof. Xin Jin"])
    position: Text | None = optional("What they are.", "Associate Professor")
    institution: Text | None = optional("Where they are.")
    email: Email | None = optional("Their e-mail address.")
    phone: Phone | None = optional("Their telephone number.")
    quote: Text | None = optional("What they say of the person.")
    relation: Text | None = optional("How they know the person.", "Ph.D. advisor")


class ReferencesSection(Section):
    """People who speak for the person."""

    kind: Literal["references"] = Field(description="The kind of section.")
    entries: tuple[Reference, ...] = Field((), description="The people.")


def compose(section: ReferencesSection, context: SectionContext) -> Blocks:
    """Yield an entry for each referee."""
    for at, entry in context.shown(section.entries, section.limit):
        email = linked(at.literal(entry, "email"), check_url(f"mailto:{entry.email}") if entry.email else None)
        contact = join(", ", email, at.literal(entry, "phone"))
        yield simple(
            at,
            entry,
            at.literal(entry, "name"),
            at.line(entry, "position"),
            at.line(entry, "institution"),
            (at.line(entry, "relation"), at.quoted(entry, "quote"), contact),
        )


MODEL = ReferencesSection

SHAPE = Shape(
    form="referee", title="name", organization=("institution",), second_line="position", headings="references"
)

EXAMPLE = """\
entries:
  - name: Prof. Augustus De Morgan
    position: Professor of Mathematics
    institution: University of Example
    email: demorgan@example.org
    relation: Ph.D. advisor
"""
