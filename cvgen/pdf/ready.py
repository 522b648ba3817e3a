"""Have ready what finishing and the gates import, for a process that has time before the engine's PDF arrives."""

from __future__ import annotations

from importlib import import_module

__all__ = ["warm_up"]

_NEEDED = (
    "encodings.utf_16_be",
    "pypdf.filters",  # which pypdf imports with the first file that it opens
    "cvgen.pdf.content",
    "cvgen.pdf.finish",
    "cvgen.pdf.gate",
    "cvgen.pdf.layout",
    "cvgen.pdf.tags",
    "cvgen.pdf.text",
)


def warm_up() -> None:
    """Import all that the first PDF of a process would wait for: 0.1 s of processor time."""
    for name in _NEEDED:
        import_module(name)
