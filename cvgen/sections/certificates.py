"""Certificates."""

from typing import Literal

from pydantic import Field

from cvgen.document import nodes
from cvgen.document.inline import join, linked
from cvgen.profile.entry import DatedEntry
from cvgen.profile.fields import Plain, Text, optional
from cvgen.sections.base import Section, Shape
from cvgen.sections.context import Blocks, SectionContext

__all__ = ["EXAMPLE", "MODEL", "SHAPE", "Certificate", "CertificatesSection", "compose"]


class Certificate(DatedEntry):
    """A certificate."""

    title: Text = Field(description="What it is called.")
    issuer: Text | None = optional("Who issues it.")
    number: Plain | None = optional("Its number.")
    location: Text | None = optional("Where.")


class CertificatesSection(Section):
    """Certificates."""

    kind: Literal["certificates"] = Field(description="The kind of section.")
    entries: tuple[Certificate, ...] = Field((), description="The certificates, the newest first.")


def compose(section: CertificatesSection, context: SectionContext) -> Blocks:
    """Yield a row for each certificate."""
    for at, entry in context.shown(section.entries, section.limit):
        remark = join(", ", at.line(entry, "issuer"), at.literal(entry, "number"), at.line(entry, "note"))
        title = linked(at.line(entry, "title"), entry.url)
        yield nodes.HonorRow(at.dated(entry), title, remark, at.location(entry), at.span())


MODEL = CertificatesSection

SHAPE = Shape(
    form="certificate", organization=("issuer",), location="location", headings="certificates certifications"
)

EXAMPLE = """\
entries:
  - title: Engine operator
    issuer: Guild of Operators
    location: London, UK
    date: 2021
"""
