"""BibTeX and BibLaTeX: a .bib file as a works file."""

from __future__ import annotations

import re
from collections.abc import Mapping

from cvgen.bibliography.reader import parse_bib
from cvgen.imports.imported import Imported
from cvgen.imports.library import keyed

__all__ = ["DESCRIPTION", "import_content", "recognises"]

DESCRIPTION = "BibTeX or BibLaTeX: any .bib file; a profile can also name it itself, with `works: papers.bib`"


def recognises(name: str, content: bytes) -> bool:
    """Tell a file by its name, or by entries."""
    return name.lower().endswith(".bib") or re.search(rb"^\s*@\w+\s*[{(]", content, re.MULTILINE) is not None


def import_content(content: bytes, file: str) -> Imported:
    """Return the works that a file holds."""
    source = parse_bib(content.decode("utf-8", "replace"), file)
    works = ((key, work) for key, work in source.data.items() if isinstance(work, Mapping))
    return keyed(works, file, source.diagnostics)
