"""Checkpoint 11: the natural language of all text can be told, and is told where it changes."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pdfua.content import Mark
from pdfua.document import Document, Element
from pdfua.file import metadata
from pdfua.objects import entry
from pdfua.rules import Finding, rule

_TAG = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z]{4})?(-([A-Za-z]{2}|\d{3}))?(-([A-Za-z0-9]{5,8}|\d[A-Za-z0-9]{3}))*")
_KANA = re.compile("[\u3040-\u30ff\u31f0-\u31ff]")
_HANGUL = re.compile("[\u1100-\u11ff\u3130-\u318f\uac00-\ud7af]")
_HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")


def _told(marks: tuple[Mark, ...]) -> str | None:
    return next((mark.lang for mark in reversed(marks) if mark.lang), None)


def _text(document: Document) -> Iterator[tuple[int, str, str | None]]:
    """Yield the page, text and language of every tagged piece of text."""
    for content, pieces in document.painted.items():
        owners = document.owners.get(content, [])
        above = owners[0].lang if owners else None
        for piece in pieces:
            text = "".join(glyph.text or "" for glyph in piece.glyphs)
            if text.strip():
                yield content.page or 0, text, _told(piece.marks) or above or document.lang


@rule("11-001", "the language of all text can be told")
def text_language(document: Document) -> Iterator[Finding]:
    for at, text, lang in _text(document):
        if not lang:
            yield f"the language of {text!r} is not told", at


@rule("11-002", "the language of alternative texts can be told")
def alternative_language(document: Document) -> Iterator[Finding]:
    for element in document.elements:
        if not (element.lang or document.lang):
            for key in ("/Alt", "/ActualText", "/E"):
                if key in element.data:
                    yield f"the language of {key} of {element} is not told", None


@rule("11-003", "the language of the outline can be told")
def outline_language(document: Document) -> Iterator[Finding]:
    if document.outline() and not document.lang:
        yield "the language of the outline is not told", None


@rule("11-004", "the language of annotations' Contents can be told")
def contents_language(document: Document) -> Iterator[Finding]:
    holders: dict[int | None, Element] = {
        reference.target: element for element in document.elements for reference in element.references
    }
    for at, page in enumerate(document.pages):
        for one in page.annotations:
            reference = one.indirect_reference
            holder = holders.get(reference.idnum if reference else None)
            if entry(one, "/Contents") and not (entry(one, "/Lang") or (holder and holder.lang) or document.lang):
                yield f"the language of {one['/Contents']!r} is not told", at


@rule("11-006", "the language of the metadata can be told")
def metadata_language(document: Document) -> Iterator[Finding]:
    if not document.lang and not metadata(document).get("dc:language"):
        yield "the language of the metadata is not told", None


def _fits(text: str, lang: str) -> bool:
    primary = lang.split("-")[0].lower()
    if _KANA.search(text):
        return primary == "ja"
    if _HANGUL.search(text):
        return primary == "ko"
    return primary in {"zh", "ja", "ko"} if _HAN.search(text) else True


@rule("11-007", "Chinese, Japanese and Korean text says that it is")
def language_changes(document: Document) -> Iterator[Finding]:
    for at, text, lang in _text(document):
        if lang and not _fits(text, lang):
            yield f"{text!r} is said to be {lang}", at


@rule("iso-14.9.2", "languages are told by tags of BCP 47")
def tags(document: Document) -> Iterator[Finding]:
    told = {document.lang} | {str(one.data["/Lang"]) for one in document.elements if "/Lang" in one.data}
    for page in document.pages:
        told |= {opening.mark.lang for opening in page.read.openings}
    for tag in sorted(one for one in told if one is not None):
        if not _TAG.fullmatch(tag):
            yield f"{tag!r} is no language", None
