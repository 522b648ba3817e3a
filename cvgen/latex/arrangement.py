"""The order of a document's sections in a theme that sets some of them beside the text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from cvgen.document.nodes import Document, DocumentSection

__all__ = ["arrange", "stands_beside"]


def stands_beside(section: DocumentSection, options: Mapping[str, str]) -> bool:
    """Tell whether a section stands in the side column; `options` are the theme's."""
    return section.kind in options.get("side", "").split(".")


def arrange(document: Document, options: Mapping[str, str]) -> tuple[Document, dict[str, str]]:
    """Return the document with the sections of the side column first, where they are read; and the options.

    Without any such section there is no side column.
    """
    beside = tuple(section for section in document.sections if stands_beside(section, options))
    if not beside:
        return document, {**options, "side-width": "0mm"} if "side-width" in options else dict(options)
    others = tuple(section for section in document.sections if not stands_beside(section, options))
    return replace(document, sections=(*beside, *others)), dict(options)
