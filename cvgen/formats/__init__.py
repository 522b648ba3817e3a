"""Text formats: one module each, one line each in the registry. None of them starts an engine."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import TYPE_CHECKING

from cvgen.diagnostics import did_you_mean
from cvgen.document.nodes import Document
from cvgen.errors import UsageError

if TYPE_CHECKING:
    from cvgen.loading.profile import Profile

__all__ = ["FORMATS", "PROFILE_FORMATS", "emit", "emit_profile", "suffixes_of"]

FORMATS: dict[str, tuple[str, str]] = {
    "tex": ("cvgen.formats.tex", "the LaTeX document, for editing by hand"),
    "text": ("cvgen.formats.text", "plain text, for forms and mails"),
}
"""Name -> (module with a function `write(document, theme) -> str` and `SUFFIXES`, what it is good for)."""

PROFILE_FORMATS: dict[str, tuple[str, str]] = {
    "bibtex": ("cvgen.formats.bibtex", "the publications as a .bib file, for papers and reference managers"),
}
"""Formats of what a profile holds and not of how a CV tells it: name -> (module with a function
`write_profile(profile, variant) -> str`, what it is good for)."""

_ALIASES = {"latex": "tex", "plaintext": "text", "txt": "text"}


def emit(document: Document, format: str = "latex", theme: str | None = None) -> str:  # noqa: A002 - the public name
    """Write `document` in a text format (`latex`, `text`). `theme` replaces the document's own.

    Raises `UsageError` for an unknown format, `ThemeError`, and `ProfileError` for theme options that are wrong.
    """
    name = _ALIASES.get(format, format)
    if name not in FORMATS:
        guess = did_you_mean(format, FORMATS)
        hint = f"did you mean `{guess}`?" if guess else f"one of: {', '.join(FORMATS)}"
        raise UsageError(f"there is no format `{format}`", hints=(hint,))
    write: Callable[[Document, str | None], str] = importlib.import_module(FORMATS[name][0]).write
    return write(document, theme)


def emit_profile(profile: Profile, format: str, variant: str | None = None) -> str:  # noqa: A002 - as above
    """Write what `profile` holds in one of the `PROFILE_FORMATS`. Raises `UsageError` for an unknown variant."""
    if variant is not None and variant not in profile.file.variants:
        raise UsageError(f"the profile has no variant `{variant}`")
    write: Callable[[Profile, str | None], str] = importlib.import_module(PROFILE_FORMATS[format][0]).write_profile
    return write(profile, variant)


def suffixes_of(format: str) -> tuple[str, ...]:  # noqa: A002 - as above
    """Return how the names of files in a format end, the usual one first."""
    suffixes: tuple[str, ...] = importlib.import_module((FORMATS | PROFILE_FORMATS)[format][0]).SUFFIXES
    return suffixes
