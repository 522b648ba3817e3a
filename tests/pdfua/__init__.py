"""A checker of finished PDFs against PDF/UA-1 (ISO 14289-1), independent of what writes them.

`check(pdf)` returns all that is wrong. A code such as `28-011` is a failure condition of the Matterhorn Protocol 1.1;
`iso-14.6.1` names a clause of ISO 32000-1 where the Protocol has no condition of its own. Some conditions that the
Protocol leaves to people are decided here, more strictly than it asks: 05-001, 06-004, 09-001, 11-007, 29-001. And
25-001 refuses all of XFA.

All numbers were compared with the tables in three other programs (one is `cpdfua.ml` of cpdf), which agree with each
other; the Protocol itself and veraPDF were not at hand.

Ruby, forms and Type 3 fonts do not occur in our PDFs, and the checks say little of them.
"""

from __future__ import annotations

from dataclasses import dataclass

from pdfua import artifacts, faces, file, language, links, tree
from pdfua.document import Document
from pdfua.rules import RULES

__all__ = ["RULES", "Failure", "check"]

_MODULES = (artifacts, faces, file, language, links, tree)


@dataclass(frozen=True)
class Failure:
    """What a check found: its code, what is wrong, and the page (from 1) where it has one."""

    code: str
    message: str
    page: int | None = None

    def __str__(self) -> str:
        where = f" (page {self.page})" if self.page else ""
        return f"{self.code}{where}: {self.message}"


def check(pdf: bytes) -> tuple[Failure, ...]:
    """Return every failure of a PDF, in the order of the checks' codes."""
    document = Document(pdf)
    found: dict[Failure, None] = {}
    for code in sorted(RULES):
        for message, page in RULES[code][1](document):
            found[Failure(code, message, None if page is None else page + 1)] = None
    return tuple(found)
