"""The LaTeX document, as the engine gets it."""

from __future__ import annotations

from cvgen.document.nodes import Document
from cvgen.engine import tex_tree as runtime
from cvgen.latex.coverage import Coverage
from cvgen.latex.emit import emit_latex
from cvgen.latex.themes import choose, class_folder

__all__ = ["write"]


def write(document: Document, theme: str | None) -> str:
    """Return the document in the macros of the contract (`latex_templates/CONTRACT.md`)."""
    chosen, options, _ = choose(document.theme, document.options, instead=theme)
    coverage = Coverage(runtime.prepare(chosen.folder, class_folder()).fonts)
    return emit_latex(document, chosen, options, coverage).tex
