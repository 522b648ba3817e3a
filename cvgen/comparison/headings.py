"""The headings that cvgen prints, in all languages."""

from __future__ import annotations

import functools
from collections.abc import Mapping

from cvgen.comparison.spelling import compact
from cvgen.document.locale import languages, load_locale

__all__ = ["printed_headings"]


@functools.cache
def printed_headings() -> Mapping[str, str]:
    """Return the kind of section that each heading stands for, by the heading's letters."""
    tables = (load_locale(language).table["sections"] for language in languages())
    return {compact(title): kind for table in tables for kind, title in table.items()}
