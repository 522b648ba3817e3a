"""Explaining in words why two finished PDFs differ, and so which stage of a build made the difference."""

from __future__ import annotations

from itertools import zip_longest
from typing import NamedTuple

from cvgen.pdf.gates.page_content import page_data, read_pages
from cvgen.pdf.reader import open_pdf

__all__ = ["explain_difference"]


class _Content(NamedTuple):
    """The producer of a PDF, and of each page its text without spaces, and its content stream."""

    producer: str
    texts: tuple[str, ...]
    streams: tuple[bytes, ...]


def explain_difference(old: bytes, new: bytes) -> str:
    """Return the first of these that differs: engine, text, pages, the setting of the same text, metadata."""
    try:
        before = _read(old)
    except Exception:  # a file that is no PDF of ours raises nearly anything
        return "the file is not a PDF that can be read"
    after = _read(new)
    if before.producer != after.producer:
        made_by = before.producer or "another program"
        return f"the engine differs: the file was made by {made_by}, this one by {after.producer}"
    for number, (was, now) in enumerate(zip_longest(before.texts, after.texts), 1):
        if was is None or now is None:
            count, counts = len(before.texts), len(after.texts)
            return f"the profile or a work differs: {count} pages in the file, {counts} now"
        if was != now:
            return f"the profile or a work differs: page {number} has other words"
    if before.streams != after.streams:
        return "the theme, its options or the fonts differ: the same words are set in another way"
    return "the metadata differ: title, date, or the version of cvgen"


def _read(data: bytes) -> _Content:
    with open_pdf(data) as pdf:
        texts = tuple("".join("".join(run.text for run in page.runs).split()) for page in read_pages(pdf))
        streams = tuple(page_data(page.obj) for page in pdf.pages)
        return _Content(str(pdf.docinfo.get("/Producer", "")), texts, streams)
