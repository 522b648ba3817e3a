"""Document -> TeX: one macro of the contract per block, one handler per kind of node. Knows no theme."""

from __future__ import annotations

import functools
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import Path

from cvgen.diagnostics import Diagnostic, Severity, Span
from cvgen.document import nodes as doc
from cvgen.document.inline import tie_names
from cvgen.latex import nodes as tex
from cvgen.latex.arrangement import stands_beside
from cvgen.latex.coverage import Coverage, han_language
from cvgen.latex.fonts import MONOSPACED
from cvgen.latex.themes import Theme

__all__ = ["Emitted", "emit_latex", "missing_glyphs"]


@dataclass(frozen=True, slots=True)
class Emitted:
    """A TeX document. `origins` maps its lines to places in the profile: each holds from its line on.

    `pictures` are the portrait and the signature, as far as there are any, by the names under which the engine must
    find them.
    """

    tex: str
    origins: tuple[tuple[int, Span], ...]
    pictures: Mapping[str, doc.Photo] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Setting:
    """What every handler needs: the fonts, and the languages that pick among them."""

    coverage: Coverage
    main_fonts: tuple[str, ...]
    language: str
    han: str
    signature: str = ""


_ORIGIN = "@ "
_END_MARKS = ("?", "!", "\u2026", "\u3002", "\uff01", "\uff1f")


def _origin(span: Span) -> tex.Node:
    return tex.comment(f"{_ORIGIN}{Path(span.file).name}:{span.line} {span.where}".rstrip())


# --- inlines ------------------------------------------------------------------------------------------------------


@functools.singledispatch
def _inline(inline: doc.Inline, setting: _Setting) -> tex.Node:
    raise NotImplementedError(type(inline).__name__)


@_inline.register
def _(inline: doc.TextRun, setting: _Setting) -> tex.Node:
    if inline.text == doc.Footer.PAGE:
        return tex.macro("cvpage", tex.run())
    if inline.text == doc.Footer.PAGES:
        return tex.macro("cvpages", tex.run())
    return _text(inline.text, setting)


def _text(text: str, setting: _Setting) -> tex.Node:
    runs = setting.coverage.runs(text, setting.main_fonts, setting.language, setting.han)
    parts = [
        tex.text(part) if font is None else tex.macro("cvscript", tex.word(font), tex.text(part))
        for font, part in runs
    ]
    return parts[0] if len(parts) == 1 else tex.run(*parts)


@_inline.register
def _(inline: doc.Strong, setting: _Setting) -> tex.Node:
    return tex.macro("cvstrong", _inlines(inline.inlines, setting))


@_inline.register
def _(inline: doc.Emphasis, setting: _Setting) -> tex.Node:
    return tex.macro("cvemph", _inlines(inline.inlines, setting))


@_inline.register
def _(inline: doc.Code, setting: _Setting) -> tex.Node:
    return tex.macro("cvcode", _text(inline.text, replace(setting, main_fonts=MONOSPACED)))


@_inline.register
def _(inline: doc.Script, setting: _Setting) -> tex.Node:
    return tex.macro("cvsuper" if inline.raised else "cvsub", _inlines(inline.inlines, setting))


@_inline.register
def _(inline: doc.Break, setting: _Setting) -> tex.Node:
    return tex.macro("cvnewline", tex.run())


@_inline.register
def _(inline: doc.Link, setting: _Setting) -> tex.Node:
    return tex.macro("cvlink", tex.url(inline.url), _inlines(inline.inlines, setting))


def _inlines(inlines: Iterable[doc.Inline], setting: _Setting) -> tex.Node:
    return tex.run(*(_inline(inline, setting) for inline in inlines))


def _line(line: doc.Line, setting: _Setting) -> tex.Node:
    return _inlines(line.inlines, setting)


# --- blocks -------------------------------------------------------------------------------------------------------


@functools.singledispatch
def _block(block: doc.Block, setting: _Setting) -> Iterator[tex.Node]:
    raise NotImplementedError(type(block).__name__)


@_block.register
def _(block: doc.Bullets, setting: _Setting) -> Iterator[tex.Node]:
    yield _bullets(block.items, setting)


def _bullets(items: Sequence[doc.Bullet], setting: _Setting) -> tex.Node:
    content: list[tex.Node] = []
    if widest := max((bullet.label for bullet in items), key=len, default=""):
        content.append(tex.macro("cvlabels", tex.text(widest)))
    for bullet in items:
        below = [_bullets(bullet.bullets, setting)] if bullet.bullets else []
        label = tex.text(bullet.label) if bullet.label else None
        if bullet is items[-1] and len(items) > 1:
            content.append(tex.macro("cvlastitem"))
        content.append(tex.item(_line(bullet.line, setting), *below, label=label))
    return tex.block("cvitems", content)


@_block.register
def _(block: doc.Paragraph, setting: _Setting) -> Iterator[tex.Node]:
    yield tex.macro("cvparagraph", _line(block.line, setting))


@_block.register
def _(block: doc.Subheading, setting: _Setting) -> Iterator[tex.Node]:
    yield tex.macro("cvsubsection", _line(block.title, setting))


@_block.register
def _(block: doc.EntryBlock, setting: _Setting) -> Iterator[tex.Node]:
    content: list[tex.Node] = []
    for position in block.positions:
        if len(block.positions) > 1:
            content.append(_origin(position.origin))
        head = (position.title, position.location, position.date)
        content.append(tex.macro("cvpost", *(_line(line, setting) for line in head)))
        content += (node for part in position.body for node in _block(part, setting))
    yield tex.block("cventry", content, _title(block.title, setting), _line(block.location, setting))


def _title(title: doc.Line, setting: _Setting) -> tex.Node:
    """Return a title that a comma may follow, but for one that ends with a mark of its own."""
    line = _line(title, setting)
    return tex.run(line, tex.macro("cvended", tex.run())) if doc.plain(title).endswith(_END_MARKS) else line


@_block.register
def _(block: doc.WorkBlock, setting: _Setting) -> Iterator[tex.Node]:
    pieces = [
        ("cvauthors", tie_names(block.authors)),
        ("cvlegend", block.legend),
        ("cvaward", block.award),
        *(("cvworknote", note) for note in block.notes),
        ("cvlinks", block.links),
    ]
    content = [tex.macro(name, _line(line, setting)) for name, line in pieces if line]
    head = (block.title, block.location, block.venue, block.date)
    yield tex.block("cvwork", content, tex.text(block.number), *(_line(line, setting) for line in head))


@_block.register
def _(block: doc.HonorRow, setting: _Setting) -> Iterator[tex.Node]:
    columns = (_line(column, setting) for column in (block.remark, block.location))
    yield tex.macro("cvhonor", _line(block.date, setting), _title(block.title, setting), *columns)


@_block.register
def _(block: doc.SkillRow, setting: _Setting) -> Iterator[tex.Node]:
    yield tex.macro("cvskill", _line(block.label, setting), _line(block.values, setting))


# --- the document -------------------------------------------------------------------------------------------------


def _head(header: doc.Header, setting: _Setting, photo: str) -> Iterator[tex.Node]:
    yield _origin(header.origin)
    if header.is_family_first:
        yield tex.macro("cvfamilyfirst")
    yield tex.macro("cvname", *(_line(part, setting) for part in (header.given, header.family, header.native)))
    for name, line in (("cvposition", header.position), ("cvaddress", header.address), ("cvquote", header.quote)):
        if line:
            yield tex.macro(name, _line(line, setting))
    for contact in header.contacts:
        label = _text(contact.label, setting)
        yield tex.macro("cvcontact", tex.word(contact.network), label, _line(contact.line, setting))
    if header.photo:
        alt = _text(header.photo.alt, setting)
        yield tex.macro("cvphoto", tex.word(photo), tex.word(header.photo.shape), tex.word(header.photo.side), alt)
    yield tex.macro("cvmakeheader")


def _preamble(document: doc.Document, theme: Theme, options: dict[str, str], setting: _Setting) -> Iterator[tex.Node]:
    yield tex.macro("documentclass", tex.word("cvgen"), options={"theme": theme.name, "paper": document.paper})
    for name, value in options.items():
        yield tex.macro("cvset", tex.word(name), tex.number(value))
    meta = document.metadata
    for key, text in (("title", meta.title), ("author", meta.author), ("language", meta.language)):
        yield tex.macro("cvmeta", tex.word(key), tex.text(text))
    footer = document.footer
    sides = (footer.left, footer.center, footer.right)
    if any(sides):
        yield tex.macro("cvfooter", *(_line(side, setting) for side in sides))


def _body(document: doc.Document, options: Mapping[str, str], setting: _Setting, photo: str) -> Iterator[tex.Node]:
    yield from _head(document.header, setting, photo)
    beside = sum(1 for section in document.sections if stands_beside(section, options))
    if beside:
        nodes = (node for section in document.sections[:beside] for node in _section(section, setting))
        yield tex.macro("cvside", tex.sequence([tex.run(), *nodes, tex.run()]))
    for section in document.sections[beside:]:
        yield from _section(section, setting)


def _section(section: doc.DocumentSection, setting: _Setting) -> Iterator[tex.Node]:
    if section.begins_page:
        yield tex.macro("cvpagebreak")
    nodes = _section_nodes(section, setting)
    yield from [_together(nodes)] if section.is_together else nodes


_LETTER = "letter"


def _section_nodes(section: doc.DocumentSection, setting: _Setting) -> Iterator[tex.Node]:
    if section.kind == _LETTER:
        yield tex.macro("cvletter")
    if section.title:
        yield _origin(section.origin)
        yield tex.macro("cvsection", _line(section.title, setting))
    yield from _date_column(section.blocks, setting)
    for block in section.blocks:
        if section.kind == _LETTER and block is section.blocks[-1]:
            yield tex.macro("cvsignature", tex.word(setting.signature))
        if block.origin in section.breaks:
            yield tex.macro("cvpagebreak")
        nodes = [_origin(block.origin), *_block(block, setting)]
        yield from [_together(nodes)] if block.origin in section.together else nodes


def _together(nodes: Iterable[tex.Node]) -> tex.Node:
    return tex.macro("cvtogether", tex.sequence([tex.run(), *nodes, tex.run()]))


def _date_column(blocks: Sequence[doc.Block], setting: _Setting) -> Iterator[tex.Node]:
    """Yield the dates of rows that stand in several tables of a section, whose first columns get one width."""
    if any(
        isinstance(block, doc.HonorRow) and isinstance(after, doc.Subheading) for block, after in pairwise(blocks)
    ):
        dates = {doc.plain(block.date): block.date for block in blocks if isinstance(block, doc.HonorRow)}
        yield from (tex.macro("cvdatecolumn", _line(date, setting)) for date in dates.values() if date)


def _origins(document: doc.Document) -> Iterator[Span]:
    """Yield the spans in the order in which `_body` writes their comments."""
    yield document.header.origin
    for section in document.sections:
        if section.title:
            yield section.origin
        for block in section.blocks:
            yield block.origin
            if isinstance(block, doc.EntryBlock) and len(block.positions) > 1:
                yield from (position.origin for position in block.positions)


def emit_latex(document: doc.Document, theme: Theme, options: dict[str, str], coverage: Coverage) -> Emitted:
    """Write `document`, in the order that `arrange` gives it, in the macros of the contract.

    `options` are the theme's, checked and complete.
    """
    han = han_language(map(doc.plain, doc.lines_of(document)))
    photo, signature = _picture("photo", document.header.photo), _picture("signature", document.signature)
    setting = _Setting(coverage, theme.fonts_of(options), document.metadata.language, han, signature)
    content = [
        *_preamble(document, theme, options, setting),
        tex.block("document", list(_body(document, options, setting, photo))),
    ]
    text = str(tex.sequence(content).dumps()) + "\n"
    lines = (number for number, line in enumerate(text.splitlines(), 1) if line.startswith(f"% {_ORIGIN}"))
    named = ((photo, document.header.photo), (signature, document.signature))
    pictures = {name: picture for name, picture in named if picture is not None}
    return Emitted(text, tuple(zip(lines, _origins(document), strict=True)), pictures)


def _picture(name: str, picture: doc.Photo | None) -> str:
    return f"{name}{Path(picture.path).suffix.lower()}" if picture else ""


def missing_glyphs(document: doc.Document, fonts: Sequence[str], coverage: Coverage) -> tuple[Diagnostic, ...]:
    """Name each script and each sign that no font has, with the line of the profile where it stands first."""
    found: dict[str, list[tuple[str, Span]]] = {}
    placed: set[str] = set()
    for line in doc.lines_of(document):
        text = doc.plain(line).replace("\x00", "")
        for _, char in coverage.missing(text, fonts):
            written = char in line.origin.excerpt
            # The foot repeats the name: what was found where it was written is not reported again.
            if written or char not in placed:
                found.setdefault(_script_of(char), []).append((char, line.origin))
            placed |= {char} if written else set()
    return tuple(_missing(script, places) for script, places in found.items())


def _script_of(char: str) -> str:
    """Return the script that a letter belongs to, as Unicode names it; a sign is its own.

    >>> _script_of("\u1218")
    'Ethiopic'
    """
    name = unicodedata.name(char, "")
    return name.split()[0].capitalize() if name and unicodedata.category(char)[0] in "LM" else char


def _missing(script: str, places: Sequence[tuple[str, Span]]) -> Diagnostic:
    char, origin = min(places, key=lambda place: (place[1].file, place[1].line, place[1].column))
    at = origin.excerpt.find(char)
    if at >= 0:
        origin = Span(origin.file, origin.line, at + 1, origin.line, at + 1 + len(char), origin.excerpt, origin.where)
    chars = list(dict.fromkeys(char for char, _ in places))
    more = len(dict.fromkeys(span for _, span in places)) - 1
    words = f"no font has the character `{char}` (U+{ord(char):04X} {unicodedata.name(char, 'unnamed')})"
    if len(chars) > 1:
        others = "".join(f", `{other}`" for other in chars[1:3]) + ", …" * (len(chars) > 3)
        words = f"{words.replace('the character', f'the script {script}:')}{others}"
    if more:
        words += f", here and in {more} other text{'s' * (more > 1)}"
    return Diagnostic("missing-glyph", Severity.ERROR, origin, words, ("write it another way, or leave it out",))
