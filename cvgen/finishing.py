"""The last stages of a build: the engine's PDF gets metadata and tags, and passes its gates.

The pipeline imports this while TeX works: it takes half as long as a run of the engine.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from cvgen.diagnostics import Diagnostic
from cvgen.document.nodes import Document
from cvgen.engine.log import log_warnings
from cvgen.engine.run import EngineRun
from cvgen.engine.tex_document import TexDocument
from cvgen.pdf.finishing import finish
from cvgen.pdf.gates import check_gates

__all__ = ["FinishedPdf", "finish_pdf"]


@dataclass(frozen=True, slots=True)
class FinishedPdf:
    """A PDF that passed its gates, and remarks on it."""

    data: bytes = field(repr=False)
    pages: int
    diagnostics: tuple[Diagnostic, ...]


def finish_pdf(run: EngineRun, document: Document, tex: TexDocument, *, epoch: int, gate: bool) -> FinishedPdf:
    """Finish the PDF of a run, dated `epoch` seconds after 1970, and verify it.

    Without `gate` the text layer is not compared with the document. Raises `OutputError` where a gate refuses.
    """
    data = finish(run.pdf, document, epoch=epoch)
    remarks = log_warnings(run.log, tex.origins)
    report = check_gates(data, document, tex.options, engine_warnings=remarks, with_text=gate)
    return FinishedPdf(data, report.pages, (*remarks, *report.diagnostics))
