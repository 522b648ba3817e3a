"""The security gate: a finished PDF holds nothing active, no unknown link, no font that cannot be read.

It looks at every object of the file, whatever refers to it.
"""

from __future__ import annotations

from collections.abc import Iterator

from pikepdf import Array, Dictionary, Name, Object, Pdf, Stream

from cvgen.diagnostics import NOWHERE, Diagnostic, Severity, visible

__all__ = ["check_security", "defect"]

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
_FONT_FILES = ("/FontFile", "/FontFile2", "/FontFile3")


# What a file that a PDF carries is made of (ISO 32000-2, 7.11.4).
_CARRYING = frozenset(("/EmbeddedFiles", "/EF", "/EmbeddedFile", "/Filespec"))


def check_security(pdf: Pdf, allowed_urls: frozenset[str], attached: bytes | None = None) -> tuple[Diagnostic, ...]:
    """Return an error for each thing that a CV may not hold.

    `allowed_urls` are its links, compared byte for byte; `attached` is the one file that it carries, None for none.
    """
    carried = _CARRYING if attached is not None else frozenset[str]()
    found = dict.fromkeys(
        one for dictionary in _dictionaries(pdf) for one in _findings(dictionary, allowed_urls, carried)
    )
    files = [one for one in _dictionaries(pdf) if isinstance(one, Stream) and _name(one, "/Type") == "/EmbeddedFile"]
    if attached is not None and [one.read_bytes() for one in files] != [attached]:
        found[defect("gate-attachment", "the PDF does not carry the profile alone")] = None
    if not pdf.pages:
        found[defect("gate-empty", "the PDF has no page")] = None
    return tuple(found)


def defect(code: str, message: str) -> Diagnostic:
    """Return an error of a gate that has no place in the profile."""
    return Diagnostic(code, Severity.ERROR, NOWHERE, message, ("this is a bug in cvgen or in the theme",))


def _dictionaries(pdf: Pdf) -> Iterator[Dictionary | Stream]:
    """Yield each dictionary of the file, streams included."""
    waiting: list[Object] = [pdf.trailer, *pdf.objects]
    while waiting:
        one = waiting.pop()
        values: Iterator[object] = iter(())
        if isinstance(one, Dictionary | Stream):
            yield one
            values = iter(one.values())
        elif isinstance(one, Array):
            values = iter(one)
        # What is referred to is an object of the file by itself.
        waiting += [value for value in values if isinstance(value, Object) and not value.is_indirect]


def _findings(
    one: Dictionary | Stream, allowed_urls: frozenset[str], carried: frozenset[str]
) -> Iterator[Diagnostic]:
    keys = one.keys()
    for key in sorted((_KEYS - carried) & keys):
        yield defect("gate-active", f"the PDF has `{key}`")
    for key, refused in (("/S", _ACTIONS), ("/Subtype", _KINDS), ("/Type", _KINDS)):
        if key in keys and (kind := _name(one, key)) in refused - carried:
            yield defect("gate-active", f"the PDF has `{kind}`")
    if "/OpenAction" in keys:
        action = one["/OpenAction"]  # an array is a destination in the document itself
        if isinstance(action, Dictionary) and _name(action, "/S") != "/GoTo":
            yield defect("gate-active", f"the PDF does `{_name(action, '/S')}` when it is opened")
    if "/URI" in keys:
        url = bytes(one["/URI"]).decode("latin-1")
        if url not in allowed_urls:
            yield defect("gate-link", f"the PDF links to `{visible(url)}`, which the profile does not")
    if "/Type" in keys and _name(one, "/Type") == "/Font":
        yield from _font_findings(one)


def _name(one: Object, key: str) -> str:
    value = one.get(key)
    return str(value) if isinstance(value, Name) else ""


def _font_findings(font: Object) -> Iterator[Diagnostic]:
    kind, name = _name(font, "/Subtype"), _name(font, "/BaseFont").lstrip("/") or "a font without a name"
    if not kind.startswith("/CIDFont") and "/ToUnicode" not in font:
        yield defect("gate-font", f"text in the font `{visible(name)}` cannot be extracted")
    if kind in ("/Type0", "/Type3"):  # its descendant is a font by itself; a Type 3 font holds its own glyphs
        return
    descriptor = font.get("/FontDescriptor", Dictionary())
    if not any(key in descriptor for key in _FONT_FILES):
        yield defect("gate-font", f"the font `{visible(name)}` is not embedded")
