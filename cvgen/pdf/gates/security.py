"""Refuse a PDF that can do more than be read: a gate that every output must pass.

Every object that can be reached is looked at, whatever leads to it, so that nothing hides in an unusual place.
"""

from __future__ import annotations

import io
import re
from collections.abc import Container, Iterator
from typing import TYPE_CHECKING

from cvgen.diagnostics import NOWHERE, Diagnostic, Severity, visible
from cvgen.errors import OutputError
from cvgen.pdf import plain

if TYPE_CHECKING:
    from pypdf import PdfReader
    from pypdf.generic import DictionaryObject, PdfObject

__all__ = ["check", "parsed"]

# ISO 32000-2: 12.6.4 (actions that leave the document or change it), 7.11.4, 12.7.9, 13.7.
_ACTIONS = frozenset(
    (
        *("/Launch", "/JavaScript", "/GoToR", "/GoToE", "/SubmitForm", "/ResetForm", "/ImportData", "/Named"),
        *("/Rendition", "/Movie", "/Sound", "/Hide", "/RichMediaExecute", "/SetOCGState", "/Trans", "/GoTo3DView"),
        "/Thread",
    )
)
_KEYS = frozenset(("/AA", "/JS", "/JavaScript", "/EmbeddedFiles", "/EF", "/XFA", "/RichMediaContent"))
_KINDS = frozenset(
    ("/EmbeddedFile", "/Filespec", "/FileAttachment", "/RichMedia", "/Screen", "/Movie", "/Sound", "/3D", "/Widget")
)


def parsed(pdf: bytes) -> PdfReader:
    """Open a finished PDF. Raises OutputError if it is broken."""
    from pypdf import PdfReader

    try:
        return PdfReader(io.BytesIO(pdf), strict=True)
    except Exception as problem:  # a broken PDF makes pypdf raise nearly anything
        raise OutputError((_broken(problem),)) from problem


def check(reader: PdfReader, allowed_urls: frozenset[str]) -> tuple[Diagnostic, ...]:
    """Return what is wrong with a finished PDF, nothing if it may go out.

    `allowed_urls` are the links that the profile asked for: every link must be one of them, byte for byte.
    """
    try:
        if reader.is_encrypted:
            return (_finding("gate-broken", "the PDF is encrypted"),)
        count = len(reader.pages)
        found = list(dict.fromkeys(_findings(reader, allowed_urls)))
    except Exception as problem:
        return (_broken(problem),)
    if count < 1:
        found.append(_finding("gate-empty", "the PDF has no page"))
    return tuple(found)


def _broken(problem: Exception) -> Diagnostic:
    return _finding("gate-broken", f"the PDF is broken: {visible(str(problem)[:200])}")


def _finding(code: str, message: str) -> Diagnostic:
    return Diagnostic(code, Severity.ERROR, NOWHERE, message, ("this is a bug in cvgen or in the theme",))


# Names that make an object worth reading. One without them only leads on: hundreds of structure elements do.
_TELLING = frozenset(one.encode() for one in (*_ACTIONS, *_KEYS, *_KINDS, "/OpenAction", "/URI", "/Font"))
# What an object is may stand elsewhere.
_KIND_ELSEWHERE = re.compile(rb"/(?:S|Type|Subtype)\s+[-+]?\d")


def _references(reader: PdfReader, number: int) -> list[tuple[int, int]] | None:
    """Return what an object refers to that has nothing else of interest, None if it has, or is not known."""
    value = plain.value_of(reader, number)
    if value is None or not _TELLING.isdisjoint(plain.names_in(value)) or _KIND_ELSEWHERE.search(value):
        return None
    return plain.references_in(value)


def _dictionaries(reader: PdfReader) -> Iterator[DictionaryObject]:
    """Yield each dictionary of interest that can be reached, streams included. A stack: depth is the file's."""
    from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject

    seen: set[tuple[int, int]] = set()
    waiting: list[PdfObject | tuple[int, int] | None] = [reader.trailer]
    while waiting:
        one = waiting.pop()
        if isinstance(one, IndirectObject):
            one = (one.idnum, one.generation)
        if isinstance(one, tuple):
            if one in seen:
                continue
            seen.add(one)
            references = None if one[1] else _references(reader, one[0])
            if references is None:
                waiting.append(IndirectObject(*one, reader).get_object())
            else:
                waiting += references
        elif isinstance(one, DictionaryObject):
            yield one
            waiting.extend(one.values())
        elif isinstance(one, ArrayObject):
            waiting.extend(one)


def _findings(reader: PdfReader, allowed_urls: frozenset[str]) -> Iterator[Diagnostic]:
    for one in _dictionaries(reader):
        for key in sorted(_KEYS.intersection(one.keys())):
            yield _finding("gate-active", f"the PDF has `{key}`")
        for key, refused in (("/S", _ACTIONS), ("/Subtype", _KINDS), ("/Type", _KINDS)):
            if (kind := _name(one, key)) in refused:
                yield _finding("gate-active", f"the PDF has `{kind}`")
        if "/OpenAction" in one:
            yield from _opening(one)
        if "/URI" in one:
            yield from _link(one, allowed_urls)
        if _name(one, "/Type") == "/Font":
            yield from _font(one)


def _keys(one: DictionaryObject, key: str) -> Container[str]:
    """Return the keys of the dictionary at `key`, or all names in it."""
    from pypdf import PdfReader
    from pypdf.generic import DictionaryObject, IndirectObject

    value = one.raw_get(key) if key in one else None
    if isinstance(value, IndirectObject):
        if isinstance(value.pdf, PdfReader) and (known := plain.value_of(value.pdf, value.idnum)) is not None:
            return [name.decode("latin-1") for name in plain.names_in(known)]
        value = value.get_object()
    return value if isinstance(value, DictionaryObject) else ()


def _name(one: DictionaryObject, key: str) -> str:
    from pypdf.generic import NameObject

    value = one[key] if key in one else None  # noqa: SIM401 - as above
    return str(value) if isinstance(value, NameObject) else ""


def _opening(catalog: DictionaryObject) -> Iterator[Diagnostic]:
    from pypdf.generic import DictionaryObject

    action = catalog["/OpenAction"]  # an array is a destination in the document itself
    if isinstance(action, DictionaryObject) and _name(action, "/S") != "/GoTo":
        yield _finding("gate-active", f"the PDF does `{_name(action, '/S')}` when it is opened")


def _link(action: DictionaryObject, allowed_urls: frozenset[str]) -> Iterator[Diagnostic]:
    url = action["/URI"]
    text = url.decode("latin-1") if isinstance(url, bytes) else str(url)
    if text not in allowed_urls:
        yield _finding("gate-link", f"the PDF links to `{visible(text)}`, which the profile does not")


def _font(font: DictionaryObject) -> Iterator[Diagnostic]:
    kind, name = _name(font, "/Subtype"), _name(font, "/BaseFont").lstrip("/") or "a font without a name"
    if not kind.startswith("/CIDFont") and "/ToUnicode" not in font:
        yield _finding("gate-font", f"text in the font `{visible(name)}` cannot be extracted")
    if kind in ("/Type0", "/Type3"):  # its descendant is looked at by itself; a Type 3 font holds its own glyphs
        return
    if not any(key in _keys(font, "/FontDescriptor") for key in ("/FontFile", "/FontFile2", "/FontFile3")):
        yield _finding("gate-font", f"the font `{visible(name)}` is not embedded")
