"""Have ready what finishing and the gates import, for a process that has time before the engine's PDF arrives."""

from __future__ import annotations

from importlib import import_module

__all__ = ["warm_up"]

_NEEDED = (
    "encodings.utf_16_be",
    "pypdf.filters",  # which pypdf imports with the first file that it opens
    "cvgen.pdf.gates.page_content",
    "cvgen.pdf.metadata",
    "cvgen.pdf.gates.security",
    "cvgen.pdf.gates.layout",
    "cvgen.pdf.tags",
    "cvgen.pdf.gates.text",
)


def warm_up() -> None:
    """Import all that the first PDF of a process would wait for: 0.1 s of processor time."""
    for name in _NEEDED:
        import_module(name)
