"""The LaTeX document, as the engine gets it."""

from __future__ import annotations

from cvgen.document.nodes import Document
from cvgen.engine.tex_document import make_tex_document

__all__ = ["DESCRIPTION", "SUFFIXES", "write_document"]

DESCRIPTION = "the LaTeX document; with `-o FOLDER/` everything that it needs to compile elsewhere"
SUFFIXES = (".tex",)


def write_document(document: Document, theme: str | None) -> str:
    """Return the document in the macros of the contract (`latex_templates/CONTRACT.md`)."""
    return make_tex_document(document, theme=theme).tex
