"""Gates that every finished PDF passes: security, text layer, layout."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cvgen.diagnostics import Diagnostic, visible
from cvgen.document.nodes import Document
from cvgen.errors import OutputError
from cvgen.pdf.gates.expected_text import links_of
from cvgen.pdf.gates.layout import check_layout
from cvgen.pdf.gates.page_content import read_pages
from cvgen.pdf.gates.security import check_security, defect
from cvgen.pdf.gates.text import check_text
from cvgen.pdf.reader import open_pdf

__all__ = ["GateReport", "check_gates"]


@dataclass(frozen=True, slots=True)
class GateReport:
    """The number of pages of a PDF, and warnings about its layout."""

    pages: int
    diagnostics: tuple[Diagnostic, ...]


def check_gates(
    pdf: bytes,
    document: Document,
    options: Mapping[str, str],
    *,
    engine_warnings: Sequence[Diagnostic] = (),
    with_text: bool = True,
    attached: bytes | None = None,
) -> GateReport:
    """Check a finished PDF that was made from `document`. Raises `OutputError` with all that a gate refuses.

    `options` are the theme's, complete. What `engine_warnings` say of text in the margin is not repeated. Without
    `with_text` only the security gate is checked. `attached` is the one file that the PDF may carry.
    """
    diagnostics: tuple[Diagnostic, ...] = ()
    try:
        with open_pdf(pdf) as opened:
            errors, count = check_security(opened, links_of(document), attached), len(opened.pages)
            errors += tuple(map(_broken, opened.get_warnings()[:1]))
            pages = read_pages(opened) if with_text and not errors else ()
    except OutputError:
        raise
    except Exception as problem:  # a broken PDF raises nearly anything
        raise OutputError((_broken(str(problem)),)) from problem
    if with_text and not errors:
        comparison = check_text(pages, document)
        errors = comparison.diagnostics
        diagnostics = () if errors else check_layout(comparison, options, engine_warnings)
    if errors:
        raise OutputError(errors)
    return GateReport(count, diagnostics)


def _broken(problem: str) -> Diagnostic:
    return defect("gate-broken", f"the PDF is broken: {visible(problem[:200])}")
