"""A document with what is known of its profile, for the modules that typeset it."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from cvgen.diagnostics import Diagnostic, Span
from cvgen.document.nodes import Document

if TYPE_CHECKING:
    from cvgen.loading.profile import Profile

__all__ = ["Draft", "draft"]


@dataclass(frozen=True, slots=True)
class Draft:
    """A document, the file of its profile, all files that were read for it, its date, and warnings."""

    document: Document
    profile: Path | None
    inputs: tuple[Path, ...]
    day: datetime.date | None
    today: bool
    theme_span: Span
    diagnostics: tuple[Diagnostic, ...]


def draft(profile: Profile, *, variant: str | None = None) -> Draft:
    """Compose `profile`, or one of its variants. Raises what `compose` raises."""
    from cvgen.compose import compose

    made = compose(profile, variant=variant)
    found = (*profile.diagnostics, *made.diagnostics)
    return Draft(made, profile.path, profile.inputs, made.date, made.is_dated_today, made.theme_span, found)
