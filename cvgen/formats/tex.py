"""The LaTeX document, as the engine gets it."""

from __future__ import annotations

from cvgen.document.nodes import Document
from cvgen.latex import runtime
from cvgen.latex.emit import emit_latex
from cvgen.latex.fonts import Coverage
from cvgen.latex.themes import class_folder, find_theme, resolve_options

__all__ = ["write"]


def write(document: Document, theme: str | None) -> str:
    """Return the document in the macros of the contract (`latex_templates/CONTRACT.md`)."""
    chosen = find_theme(theme or document.theme)
    options, _ = resolve_options(chosen, document.options)
    coverage = Coverage(runtime.prepare(chosen.folder, class_folder()).fonts)
    return emit_latex(document, chosen, options, coverage).tex
