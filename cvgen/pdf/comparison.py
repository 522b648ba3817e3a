"""Say in words what makes two finished PDFs differ, and so which stage of a build made it."""

from __future__ import annotations

import io
from itertools import zip_longest
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pypdf import PageObject

__all__ = ["difference"]


def difference(old: bytes, new: bytes) -> str:
    """Return the first of these that differs: engine, text, pages, the setting of the same text, metadata."""
    from pypdf import PdfReader

    try:
        before = PdfReader(io.BytesIO(old))
        texts = [page.extract_text().split() for page in before.pages]
    except Exception:  # a file that is no PDF of ours makes pypdf raise nearly anything
        return "the file is not a PDF that can be read"
    after = PdfReader(io.BytesIO(new))
    engines = [reader.metadata.producer if reader.metadata else "" for reader in (before, after)]
    if engines[0] != engines[1]:
        return f"the engine differs: the file was made by {engines[0] or 'another program'}, here is {engines[1]}"
    for number, (was, now) in enumerate(zip_longest(texts, (page.extract_text().split() for page in after.pages)), 1):
        if was is None or now is None:
            return f"the profile or a work differs: {len(texts)} pages in the file, {len(after.pages)} now"
        if was != now:
            return f"the profile or a work differs: page {number} has other words"
    if any(_marks(was) != _marks(now) for was, now in zip(before.pages, after.pages, strict=True)):
        return "the theme, its options or the fonts differ: the same words are set in another way"
    return "the metadata differ: title, date, or the version of cvgen"


def _marks(page: PageObject) -> bytes:
    """Return what a page draws. (Two streams are equal for pypdf whatever they hold.)"""
    content = page.get_contents()
    return content.get_data() if content is not None else b""
