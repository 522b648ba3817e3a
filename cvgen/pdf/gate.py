"""Refuse a PDF that can do more than be read: a gate that every output must pass.

Every object that can be reached is looked at, whatever leads to it, so that nothing hides in an unusual place.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import TYPE_CHECKING

from cvgen.diagnostics import NOWHERE, Diagnostic, Severity, visible

if TYPE_CHECKING:
    from pypdf.generic import DictionaryObject, PdfObject

__all__ = ["check"]

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


def check(pdf: bytes, allowed_urls: frozenset[str]) -> tuple[Diagnostic, ...]:
    """Return what is wrong with a finished PDF, nothing if it may go out.

    `allowed_urls` are the links that the profile asked for: every link must be one of them, byte for byte.
    """
    from pypdf import PdfReader

    try:
        reader = PdfReader(io.BytesIO(pdf), strict=True)
        if reader.is_encrypted:
            return (_finding("gate-broken", "the PDF is encrypted"),)
        count = len(reader.pages)
        found = list(dict.fromkeys(_findings(reader.trailer, allowed_urls)))
    except Exception as problem:  # a broken PDF makes pypdf raise nearly anything
        return (_finding("gate-broken", f"the PDF is broken: {visible(str(problem)[:200])}"),)
    if count < 1:
        found.append(_finding("gate-empty", "the PDF has no page"))
    return tuple(found)


def _finding(code: str, message: str) -> Diagnostic:
    return Diagnostic(code, Severity.ERROR, NOWHERE, message, ("this is a bug in cvgen or in the theme",))


def _dictionaries(root: PdfObject) -> Iterator[DictionaryObject]:
    """Yield each dictionary that can be reached, streams included. A stack, not recursion: depth is the file's."""
    from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject

    seen: set[tuple[int, int]] = set()
    waiting: list[PdfObject | None] = [root]
    while waiting:
        one = waiting.pop()
        if isinstance(one, IndirectObject):
            key = (one.idnum, one.generation)
            if key not in seen:
                seen.add(key)
                waiting.append(one.get_object())
        elif isinstance(one, DictionaryObject):
            yield one
            waiting.extend(one.values())
        elif isinstance(one, ArrayObject):
            waiting.extend(one)


def _findings(root: PdfObject, allowed_urls: frozenset[str]) -> Iterator[Diagnostic]:
    for one in _dictionaries(root):
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


def _dictionary(one: DictionaryObject, key: str) -> DictionaryObject:
    from pypdf.generic import DictionaryObject

    value = one[key] if key in one else None  # noqa: SIM401 - get() would not follow a reference
    return value if isinstance(value, DictionaryObject) else DictionaryObject()


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
    descriptor = _dictionary(font, "/FontDescriptor")
    if not any(key in descriptor for key in ("/FontFile", "/FontFile2", "/FontFile3")):
        yield _finding("gate-font", f"the font `{visible(name)}` is not embedded")
