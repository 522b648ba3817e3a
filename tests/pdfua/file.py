"""Checkpoints 06, 07, 20, 21, 25 and 26: what the file says of itself, and what it must not hold."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator

from pypdf.generic import DictionaryObject

from pdfua.document import Document
from pdfua.objects import entry, true
from pdfua.rules import Finding, rule

_SPACES = {
    "dc": "http://purl.org/dc/elements/1.1/",
    "pdf": "http://ns.adobe.com/pdf/1.3/",
    "pdfuaid": "http://www.aiim.org/pdfua/ns/id/",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "x": "adobe:ns:meta/",
}


def metadata(document: Document) -> dict[str, list[str]]:
    """Return the values of the XMP's properties, by prefix and name; none where it cannot be read."""
    try:
        tree = ET.fromstring((document.xmp or b"").decode().strip())
    except (ET.ParseError, UnicodeDecodeError):
        return {}
    found: dict[str, list[str]] = {}
    names = {uri: prefix for prefix, uri in _SPACES.items()}
    for block in tree.iter(f"{{{_SPACES['rdf']}}}Description"):
        values = {key: [value] for key, value in block.attrib.items()}
        values |= {one.tag: [text for item in one.iter() if (text := (item.text or "").strip())] for one in block}
        for key, texts in values.items():
            space, _, name = key.lstrip("{").partition("}")
            if space in names:
                found[f"{names[space]}:{name}"] = texts
    return found


@rule("iso-7.5.2", "the file begins as PDF 1.7")
def header(document: Document) -> Iterator[Finding]:
    if not re.match(rb"%PDF-1\.7\r?\n", document.pdf):
        yield f"the file begins with {document.pdf[:9]!r}", None


@rule("06-001", "there are XMP metadata, and they can be read")
def has_metadata(document: Document) -> Iterator[Finding]:
    if document.xmp is None:
        yield "there are no XMP metadata", None
    elif not metadata(document):
        yield "the XMP metadata cannot be read", None


@rule("06-002", "the metadata say PDF/UA-1")
def says_ua(document: Document) -> Iterator[Finding]:
    if document.xmp is not None and (part := metadata(document).get("pdfuaid:part")) != ["1"]:
        yield f"pdfuaid:part is {part}", None


@rule("06-003", "the metadata have a title")
def has_title(document: Document) -> Iterator[Finding]:
    if document.xmp is not None and not metadata(document).get("dc:title"):
        yield "there is no dc:title", None


@rule("06-004", "title and author are told, and Info and the metadata tell the same")
def agree(document: Document) -> Iterator[Finding]:
    info, told = document.reader.metadata or {}, metadata(document)
    for key, name in (("/Title", "dc:title"), ("/Author", "dc:creator"), ("/Subject", "dc:description")):
        one, two = str(entry(info, key) or "").strip(), "".join(told.get(name, [])).strip()
        if " ".join(one.split()) != " ".join(two.split()):
            yield f"{key} is {one!r}, {name} is {two!r}", None
    if re.search(r"\.(tex|pdf|ya?ml|dvi|xdv)$", str(entry(info, "/Title") or "")):
        yield "the title is a file's name", None


@rule("07-001", "it is said whether the title is shown")
def title_shown(document: Document) -> Iterator[Finding]:
    if entry(document.catalog, "/ViewerPreferences", "/DisplayDocTitle") is None:
        yield "there is no DisplayDocTitle", None


@rule("07-002", "the title is shown, not the file's name")
def title_shown_true(document: Document) -> Iterator[Finding]:
    shown = entry(document.catalog, "/ViewerPreferences", "/DisplayDocTitle")
    if shown is not None and not true(shown):
        yield "DisplayDocTitle is false", None


def _configurations(document: Document) -> Iterator[tuple[str, DictionaryObject]]:
    if isinstance(one := entry(document.catalog, "/OCProperties", "/D"), DictionaryObject):
        yield "D", one
    for one in entry(document.catalog, "/OCProperties", "/Configs") or []:
        yield "Configs", one.get_object()


@rule("20-002", "the usual view of optional content has a name")
def usual_named(document: Document) -> Iterator[Finding]:
    for kind, one in _configurations(document):
        if kind == "D" and not entry(one, "/Name"):
            yield "the configuration has no Name", None


@rule("20-001", "other views of optional content have names")
def others_named(document: Document) -> Iterator[Finding]:
    for kind, one in _configurations(document):
        if kind == "Configs" and not entry(one, "/Name"):
            yield "a configuration has no Name", None


@rule("20-003", "optional content does not change by itself")
def no_automatic(document: Document) -> Iterator[Finding]:
    for _, one in _configurations(document):
        if "/AS" in one:
            yield "a configuration has AS", None


@rule("21-001", "embedded files have names")
def files_named(document: Document) -> Iterator[Finding]:
    names = entry(document.catalog, "/Names", "/EmbeddedFiles", "/Names") or []
    specifications = [one.get_object() for one in names[1::2]]
    specifications += [one["/FS"] for page in document.pages for one in page.annotations if "/FS" in one]
    for one in specifications:
        if isinstance(one, DictionaryObject) and "/EF" in one and not (entry(one, "/F") and entry(one, "/UF")):
            yield "an embedded file has no F or no UF", None


@rule("25-001", "there is no XFA")
def no_xfa(document: Document) -> Iterator[Finding]:
    if entry(document.catalog, "/AcroForm", "/XFA") is not None:
        yield "there is an XFA form", None


@rule("26-001", "an encrypted file says what may be done")
def permissions(document: Document) -> Iterator[Finding]:
    found = entry(document.reader.trailer, "/Encrypt")
    if found is not None and "/P" not in found:
        yield "the file is encrypted and has no P", None


@rule("26-002", "nothing keeps a screen reader out")
def readable(document: Document) -> Iterator[Finding]:
    allowed = entry(document.reader.trailer, "/Encrypt", "/P")
    if allowed is not None and not int(allowed) & 512:
        yield "the file is encrypted against extraction for accessibility", None
