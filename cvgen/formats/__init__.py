"""Text formats, one module each, found by listing. None of them starts an engine.

A module has a `DESCRIPTION`, the `SUFFIXES` of its files' names, and a function:
`write_document(document, theme) -> str` for a format of what a CV says, or `write_profile(profile, variant) -> str`
for one of what a profile holds. Its name is the format's.
"""

from __future__ import annotations

import functools
import importlib
import pkgutil
from types import ModuleType
from typing import TYPE_CHECKING

from cvgen.diagnostics import did_you_mean
from cvgen.document.nodes import Document
from cvgen.errors import UsageError

if TYPE_CHECKING:
    from cvgen.loading.profile import Profile

__all__ = ["emit", "export_profile", "format_descriptions", "format_names", "is_document_format", "suffixes_of"]

_ALIASES = {"latex": "tex", "plaintext": "text", "txt": "text"}


@functools.cache
def format_names() -> tuple[str, ...]:
    """Return the names of all formats."""
    return tuple(sorted(module.name for module in pkgutil.iter_modules(__path__)))


def format_descriptions() -> dict[str, str]:
    """Return what each format is good for, by name."""
    return {name: str(_module(name).DESCRIPTION) for name in format_names()}


def suffixes_of(name: str) -> tuple[str, ...]:
    """Return how the names of files in a format end, the usual one first."""
    suffixes: tuple[str, ...] = _module(name).SUFFIXES
    return suffixes


def is_document_format(name: str) -> bool:
    """Tell whether a format shows what a CV says, and not what a profile holds."""
    return hasattr(_module(name), "write_document")


def emit(document: Document, format: str = "latex", theme: str | None = None) -> str:  # noqa: A002 - the public name
    """Write `document` in a text format (`latex`, `text`). `theme` replaces the document's own.

    Raises `UsageError` for an unknown format, `ThemeError`, and `ProfileError` for theme options that are wrong.
    """
    name = _ALIASES.get(format, format)
    known = [one for one in format_names() if is_document_format(one)]
    if name not in known:
        guess = did_you_mean(format, known)
        hint = f"did you mean `{guess}`?" if guess else f"one of: {', '.join(known)}"
        raise UsageError(f"there is no format `{format}`", hints=(hint,))
    return str(_module(name).write_document(document, theme))


def export_profile(profile: Profile, format: str, variant: str | None = None) -> str:  # noqa: A002 - as above
    """Write what `profile` holds in a format. Raises `UsageError` for an unknown variant."""
    if variant is not None and variant not in profile.file.variants:
        raise UsageError(f"the profile has no variant `{variant}`")
    return str(_module(format).write_profile(profile, variant))


def _module(name: str) -> ModuleType:
    return importlib.import_module(f"{__name__}.{name}")
