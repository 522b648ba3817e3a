"""DBLP's JSON of publications (dblp.org: the export of a search or of a person's page, as JSON)."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping
from typing import Any

from cvgen.diagnostics import Diagnostic, Span
from cvgen.imports.imported import Imported, lost
from cvgen.imports.library import at, keyed, read_json

__all__ = ["DESCRIPTION", "import_content", "recognises"]

DESCRIPTION = "DBLP: https://dblp.org/search/publ/api?q=author:NAME:&format=json&h=1000, saved"

_KINDS = {
    "Journal Articles": "journal", "Conference and Workshop Papers": "conference", "Books and Theses": "book",
    "Parts in Books or Collections": "book",
}  # fmt: skip
_KNOWN = (
    "authors", "title", "venue", "year", "type", "access", "key", "doi", "ee", "url", "volume", "number", "pages",
    "publisher",
)  # fmt: skip
_FIELDS = {"volume": "volume", "number": "number", "pages": "pages", "publisher": "publisher"}


def recognises(name: str, content: bytes) -> bool:
    """Tell a file by the names of its levels."""
    return content.lstrip()[:1] == b"{" and b'"result"' in content and b'"hit"' in content


def import_content(content: bytes, file: str) -> Imported:
    """Return the works that a file holds."""
    hits = at(read_json(content, file), "result", "hits", "hit")
    losses: list[Diagnostic] = []
    found = [_work(hit, file, losses) for hit in (hits if isinstance(hits, list) else [])]
    return keyed([one for one in found if one is not None], file, losses)


def _work(hit: object, file: str, losses: list[Diagnostic]) -> tuple[str, dict[str, Any]] | None:
    info = at(hit, "info")
    if not isinstance(info, Mapping) or info.get("type") == "Editorship":
        return None
    venues = info.get("venue")
    left = [(key, value) for key, value in info.items() if key not in _KNOWN and value]
    left += [("venue", value) for value in (venues[1:] if isinstance(venues, list) else ())]
    losses += (lost(Span(file), f"`{key}: {str(value)[:60]}` of `{info.get('title')}`") for key, value in left)
    work: dict[str, Any] = {"title": _text(info.get("title")).removesuffix(".")}
    work["authors"] = list(_authors(at(info, "authors", "author")))
    work |= {ours: _text(info[theirs]) for theirs, ours in _FIELDS.items() if info.get(theirs)}
    if year := _text(info.get("year")):
        work["date"] = year
    venue = info.get("venue")
    if name := _text(venue[0] if isinstance(venue, list) and venue else venue):
        if name == "CoRR":  # DBLP's name for arXiv
            work["status"] = "preprint"
            work.pop("volume", None)
        else:
            kind = _KINDS.get(str(info.get("type")))
            work["venue"] = {"name": name, **({"kind": kind} if kind else {})}
    links = {"doi": _text(info.get("doi"))} if info.get("doi") else {}
    if match := re.search(
        r"arxiv\.(?:org/abs/|)(\d{4}\.\d{4,5})", f"{info.get('ee')} {info.get('doi')}", re.IGNORECASE
    ):
        links = {"arxiv": match[1]}
    elif not links and info.get("ee"):
        links = {"html": _text(info["ee"])}
    return _text(info.get("key")), {**work, **({"links": links} if links else {})}


def _authors(authors: object) -> Iterator[str]:
    """Yield names; a number behind one tells namesakes apart, and is no part of it."""
    for one in authors if isinstance(authors, list) else [authors]:
        name = _text(at(one, "text") or (one if isinstance(one, str) else ""))
        if name:
            yield re.sub(r"\s+\d{4}$", "", name)


def _text(value: object) -> str:
    if isinstance(value, list):
        value = value[0] if value else ""
    return html.unescape(str(value or "")).strip() if not isinstance(value, Mapping) else ""
