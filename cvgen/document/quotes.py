"""Straight quotes and apostrophes -> the typographic ones of a language."""

from __future__ import annotations

import re
from dataclasses import fields, is_dataclass, replace
from typing import Any

from cvgen.diagnostics import Span
from cvgen.document.nodes import Code, TextRun

__all__ = ["curl", "with_typographic_quotes"]

# An opening quote stands at the beginning, or behind white or an opening mark.
_OPENING = r"(?:(?<=^)|(?<=[\s(\[{/–—„“‘«]))"
_APOSTROPHE = "’"


def curl(text: str, before: str, after: str) -> str:
    """Return the text with quotes of a language, which `before` and `after` are, and apostrophes.

    A minute or an inch behind a digit is left alone, and so is a quote that nothing closes.

    >>> curl('She said "no", and left the \\'90s; it\\'s 5" wide.', "“", "”")
    'She said “no”, and left the ’90s; it’s 5" wide.'
    """
    text = re.sub(rf'{_OPENING}"([^"]*[^"\s])"(?!\w)', rf"{before}\1{after}", text)
    return re.sub(r"(?<!\d)'(?=\w)|(?<=[^\W\d])'", _APOSTROPHE, text)


def with_typographic_quotes(value: Any, before: str, after: str) -> Any:  # noqa: ANN401 - any part of a document
    """Return a document, or a part of one, with typographic quotes in all of its texts but code."""
    if isinstance(value, TextRun):
        return value if value.text.startswith("\0") else TextRun(curl(value.text, before, after))
    if isinstance(value, tuple):
        return tuple(with_typographic_quotes(item, before, after) for item in value)
    if is_dataclass(value) and not isinstance(value, Span | Code | type):
        old = {one.name: getattr(value, one.name) for one in fields(value)}
        return replace(value, **{name: with_typographic_quotes(part, before, after) for name, part in old.items()})
    return value
