"""The last stages of a build: the engine's PDF gets metadata and tags, and passes its gates.

The pipeline imports this while TeX works: pypdf takes as long as a run of the engine.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from cvgen.diagnostics import Diagnostic
from cvgen.document.nodes import Document, Emphasis, Inline, Link, Strong, lines_of
from cvgen.engine.log import log_warnings
from cvgen.engine.run import EngineRun
from cvgen.engine.tex_document import TexDocument
from cvgen.errors import OutputError
from cvgen.pdf.gates import layout, page_content, security, text
from cvgen.pdf.metadata import finish

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
    data = finish(run.pdf, document=document, epoch=epoch)
    reader = security.parsed(data)
    found = security.check(reader, _links_of(document))
    if found:
        raise OutputError(found)
    remarks = log_warnings(run.log, tex.origins)
    if gate:
        compared = text.compare(page_content.read(reader), document)
        if compared.diagnostics:
            raise OutputError(compared.diagnostics)
        remarks = (*remarks, *layout.check(compared, tex.options, remarks))
    return FinishedPdf(data, len(reader.pages), remarks)


def _links_of(document: Document) -> frozenset[str]:
    """Return every address that the document links to."""

    def of(inlines: tuple[Inline, ...]) -> Iterator[str]:
        for inline in inlines:
            match inline:
                case Link(inner, url):
                    yield url
                    yield from of(inner)
                case Strong(inner) | Emphasis(inner):
                    yield from of(inner)

    return frozenset(url for line in lines_of(document) for url in of(line.inlines))
