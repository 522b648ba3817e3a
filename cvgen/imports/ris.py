"""RIS, as EndNote, Mendeley, Zotero and publishers' pages export it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from cvgen.diagnostics import Diagnostic, Span
from cvgen.imports.entries import date_of
from cvgen.imports.imported import Imported, lost
from cvgen.imports.library import exact_value, keyed

__all__ = ["DESCRIPTION", "import_content", "recognises"]

DESCRIPTION = "RIS: the export of EndNote, Mendeley, Zotero and most publishers' pages"

_LINE = re.compile(r"^\ufeff?([A-Z][A-Z0-9])  ?- ?(.*)$")
_FIELDS = {
    "TI": "title", "T1": "title", "T2": "venue.name", "JO": "venue.name", "JF": "venue.name", "BT": "venue.name",
    "J2": "venue.acronym", "JA": "venue.acronym", "VL": "volume", "IS": "number", "T3": "series", "ET": "edition",
    "CY": "location", "N2": "note", "DO": "links.doi", "UR": "url", "L1": "links.pdf", "PB": "publisher",
}  # fmt: skip
_LISTS = {"AU": "authors", "A1": "authors", "A2": "editors", "ED": "editors", "KW": "tags"}
_KINDS = {
    "CPAPER": "conference", "CONF": "conference", "JOUR": "journal", "CHAP": "book", "BOOK": "book", "THES": "thesis",
    "RPRT": "report",
}  # fmt: skip
# Known, and not printed.
_IGNORED = "TY ER ID PY Y1 DA SP EP N1 SN DB LA AB M3 Y2 AN DP ST"


def recognises(name: str, content: bytes) -> bool:
    """Tell a file by the tag that each record begins with."""
    return re.search(rb"^(?:\xef\xbb\xbf)?TY  ?- ?\w+\s*$", content, re.MULTILINE) is not None


def import_content(content: bytes, file: str) -> Imported:
    """Return the works that a file holds."""
    losses: list[Diagnostic] = []
    works = [_work(record, file, losses) for record in _records(content.decode("utf-8", "replace"))]
    return keyed(works, file, losses)


def _records(text: str) -> Iterator[list[tuple[int, str, str]]]:
    """Yield records: numbers of lines, tags and values; a line without a tag goes on with the one before."""
    record: list[tuple[int, str, str]] = []
    for number, line in enumerate(text.splitlines(), 1):
        match = _LINE.match(line)
        if match is None:
            if record and line.strip():
                at, tag, value = record[-1]
                record[-1] = (at, tag, f"{value} {line.strip()}")
            continue
        if match[1] == "ER":
            if record:
                yield record
            record = []
        else:
            record.append((number, match[1], match[2].strip()))
    if record:
        yield record


def _work(record: list[tuple[int, str, str]], file: str, losses: list[Diagnostic]) -> tuple[str, dict[str, Any]]:
    work: dict[str, Any] = {}
    said = {tag: value for _, tag, value in reversed(record) if value}
    for number, tag, value in record:
        if not value:
            continue
        if tag == "N1" and value.startswith("cvgen-"):
            name, _, exact = value.removeprefix("cvgen-").partition(":")
            _put(work, name, exact_value(exact.strip()))
        elif tag in _LISTS:
            text = value.replace(" ", "-") if tag == "KW" else _name(value)
            work.setdefault(_LISTS[tag], []).append(text)
        elif tag in _FIELDS:
            _put(work, _FIELDS[tag], value, keep=True)
        elif tag not in _IGNORED.split() or tag == "N1":
            losses.append(lost(Span(file, number, 1, number, 1 + len(tag)), f"`{tag}`"))
    date = date_of((said.get("DA") or said.get("PY") or said.get("Y1") or "").strip("/").replace("/", "-"))
    pages = "-".join(filter(None, (said.get("SP"), said.get("EP"))))
    for name, text in (("date", date), ("pages", pages)):
        if text:
            work.setdefault(name, text)
    if (kind := _KINDS.get(said.get("TY", ""))) and "venue" in work:
        work["venue"].setdefault("kind", kind)
    return said.get("ID", ""), work


def _put(work: dict[str, Any], path: str, value: Any, *, keep: bool = False) -> None:  # noqa: ANN401 - data
    """Set a field; what an export of ours says exactly (`keep` unset) replaces what the other tags say."""
    name, _, below = path.partition(".")
    node, key = (work.setdefault(name, {}), below) if below else (work, name)
    if not keep or key not in node:
        node[key] = value


def _name(name: str) -> str:
    """Return `Family, Given, Jr.` in the order of print."""
    family, _, rest = name.partition(",")
    given, _, suffix = rest.strip().partition(",")
    return " ".join(filter(None, (given.strip(), family.strip(), suffix.strip())))
