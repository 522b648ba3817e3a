"""What a page paints: each piece of text, path or image with the marked content that it stands in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from pypdf.generic import ContentStream, DictionaryObject

from pdfua.fonts import Font
from pdfua.objects import entry

__all__ = ["Glyph", "Mark", "Opening", "Piece", "Read", "read_content"]

_IDENTITY = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
_PAINTS = {b"f", b"F", b"f*", b"B", b"B*", b"b", b"b*", b"S", b"s", b"sh"}
_DEEPEST = 8


@dataclass(frozen=True)
class Mark:
    """Marked content: its tag, its MCID if it has one, and its property list."""

    tag: str
    mcid: int | None = None
    lang: str | None = None
    actual: str | None = None
    alt: str | None = None


@dataclass(frozen=True)
class Opening:
    """A BDC or BMC, and what was open there already."""

    mark: Mark
    inside: tuple[Mark, ...]
    stream: int | None


@dataclass(frozen=True)
class Glyph:
    """A glyph that is shown, its Unicode text (None where none is known) and its place on the page."""

    code: int
    text: str | None
    left: float
    right: float
    base: float
    size: float
    font: Font


@dataclass(frozen=True)
class Piece:
    """What one operator paints."""

    kind: str
    marks: tuple[Mark, ...]
    glyphs: tuple[Glyph, ...] = ()
    stream: int | None = None


@dataclass
class Read:
    """All that a page's content holds."""

    pieces: list[Piece] = field(default_factory=list)
    openings: list[Opening] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    forms: list[DictionaryObject] = field(default_factory=list)
    forms_with_marks: list[int] = field(default_factory=list)


@dataclass
class _State:
    matrix: tuple[float, ...] = _IDENTITY
    font: Font | None = None
    size: float = 0.0
    spacing: float = 0.0
    word_spacing: float = 0.0
    scale: float = 1.0
    leading: float = 0.0
    rise: float = 0.0

    def copy(self) -> _State:
        return _State(**vars(self))


def _times(one: tuple[float, ...], two: tuple[float, ...]) -> tuple[float, ...]:
    a, b, c, d, e, f = one
    g, h, i, j, k, m = two
    return (a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j, e * g + f * i + k, e * h + f * j + m)


def _text(value: object) -> str | None:
    if value is None:
        return None
    if not isinstance(value, bytes):
        return str(value)
    return value[2:].decode("utf-16-be", "replace") if value.startswith(b"\xfe\xff") else value.decode("latin-1")


class _Reader:
    """An interpreter of as much of a content stream as decides what is painted where."""

    def __init__(self, read: Read, fonts: dict[int, Font], owner: object, depth: int = 0) -> None:
        self.read, self.fonts, self.owner, self.depth = read, fonts, owner, depth
        self.marks: list[Mark] = []
        self.state, self.saved = _State(), []
        self.text = self.line = _IDENTITY
        self.stream: int | None = None
        self.resources: DictionaryObject = DictionaryObject()
        self.at_text: int | None = None

    def run(self, content: object, resources: DictionaryObject) -> None:
        self.resources = resources
        floor = len(self.marks)
        for operands, operator in ContentStream(content, self.owner, forced_encoding="bytes").operations:
            self._do(operator, operands, floor)
        if len(self.marks) > floor:
            self.read.faults.append(f"{len(self.marks) - floor} marked content is not ended")
        if self.saved:
            self.read.faults.append("a graphics state is saved and not restored")
        del self.marks[floor:]

    def _do(self, operator: bytes, operands: list, floor: int) -> None:
        if operator in (b"BDC", b"BMC"):
            self._open(operands)
        elif operator == b"EMC":
            self._close(floor)
        elif operator in _PAINTS:
            self.read.pieces.append(Piece("path", tuple(self.marks), stream=self.stream))
        elif operator == b"INLINE IMAGE":
            self.read.pieces.append(Piece("image", tuple(self.marks), stream=self.stream))
        elif operator == b"Do":
            self._draw(str(operands[0]))
        elif operator in (b"q", b"Q", b"cm"):
            self._graphics(operator, operands)
        else:
            self._text_operator(operator, operands)

    def _open(self, operands: list) -> None:
        properties = operands[1] if len(operands) > 1 else {}
        if isinstance(properties, str):
            properties = entry(self.resources, "/Properties", properties) or {}
        mcid = entry(properties, "/MCID")
        lang, actual, alt = (_text(entry(properties, key)) for key in ("/Lang", "/ActualText", "/Alt"))
        mark = Mark(str(operands[0]).lstrip("/"), None if mcid is None else int(mcid), lang, actual, alt)
        self.read.openings.append(Opening(mark, tuple(self.marks), self.stream))
        self.marks.append(mark)

    def _close(self, floor: int) -> None:
        if len(self.marks) <= floor:
            self.read.faults.append("EMC ends what was not begun")
            return
        if self.at_text is not None and len(self.marks) <= self.at_text:
            self.read.faults.append("marked content begins before a text object and ends in it")
        self.marks.pop()

    def _graphics(self, operator: bytes, operands: list) -> None:
        if operator == b"q":
            self.saved.append(self.state.copy())
        elif operator == b"cm":
            self.state.matrix = _times(tuple(map(float, operands)), self.state.matrix)
        elif self.saved:
            self.state = self.saved.pop()
        else:
            self.read.faults.append("Q restores what was not saved")

    def _draw(self, name: str) -> None:
        target = entry(self.resources, "/XObject", name)
        if target is None:
            self.read.faults.append(f"{name} is drawn and is not there")
            return
        if entry(target, "/Subtype") != "/Form":
            self.read.pieces.append(Piece("image", tuple(self.marks), stream=self.stream))
            return
        number = getattr(self.resources["/XObject"].raw_get(name), "idnum", id(target))
        self.read.forms.append(target)
        if self.depth >= _DEEPEST:
            return
        inner = _Reader(self.read, self.fonts, self.owner, self.depth + 1)
        inner.marks, inner.state, inner.stream = [*self.marks], self.state.copy(), number
        inner.state.matrix = _times(tuple(map(float, entry(target, "/Matrix") or _IDENTITY)), self.state.matrix)
        before = len(self.read.openings)
        inner.run(target, entry(target, "/Resources") or self.resources)
        if any(opening.mark.mcid is not None for opening in self.read.openings[before:]):
            self.read.forms_with_marks.append(number)

    def _text_operator(self, operator: bytes, operands: list) -> None:
        state = self.state
        match operator:
            case b"BT":
                self.text = self.line = _IDENTITY
                self.at_text = len(self.marks)
            case b"ET":
                if self.at_text is not None and len(self.marks) > self.at_text:
                    self.read.faults.append("marked content begins in a text object and ends after it")
                self.at_text = None
            case b"Tf":
                state.font, state.size = self._font(str(operands[0])), float(operands[1])
            case b"Tc":
                state.spacing = float(operands[0])
            case b"Tw":
                state.word_spacing = float(operands[0])
            case b"Tz":
                state.scale = float(operands[0]) / 100
            case b"TL":
                state.leading = float(operands[0])
            case b"Ts":
                state.rise = float(operands[0])
            case b"Tm":
                self.text = self.line = tuple(map(float, operands))
            case b"Td" | b"TD":
                state.leading = -float(operands[1]) if operator == b"TD" else state.leading
                self._next(float(operands[0]), float(operands[1]))
            case b"T*":
                self._next(0, -state.leading)
            case b"'" | b'"':
                self._next(0, -state.leading)
                self._show([operands[-1]])
            case b"Tj":
                self._show(operands)
            case b"TJ":
                self._show(operands[0])

    def _next(self, right: float, up: float) -> None:
        self.text = self.line = _times((1, 0, 0, 1, right, up), self.line)

    def _font(self, name: str) -> Font | None:
        fonts = entry(self.resources, "/Font") or {}
        if name not in fonts:
            self.read.faults.append(f"the font {name} is used and is not there")
            return None
        number = getattr(fonts.raw_get(name), "idnum", id(fonts[name]))
        if number not in self.fonts:
            self.fonts[number] = Font(fonts[name].get_object())
        return self.fonts[number]

    def _show(self, parts: list) -> None:
        font = self.state.font
        if font is None:
            return
        glyphs: list[Glyph] = []
        for part in parts:
            if isinstance(part, bytes | str):
                raw = part if isinstance(part, bytes) else part.encode("latin-1")
                glyphs += self._glyphs(font, raw)
            else:
                self._move(-float(part) / 1000 * self.state.size * self.state.scale)
        if glyphs:
            self.read.pieces.append(Piece("text", tuple(self.marks), tuple(glyphs), self.stream))

    def _glyphs(self, font: Font, raw: bytes) -> Iterator[Glyph]:
        state = self.state
        for code, length in font.codes(raw):
            width = font.width(code) / 1000 * state.size
            whole = _times(_times((1, 0, 0, 1, 0, state.rise), self.text), state.matrix)
            left, base = whole[4], whole[5]
            self._move(width * state.scale)
            right = _times(self.text, state.matrix)[4]
            size = abs(state.size * (whole[0] ** 2 + whole[1] ** 2) ** 0.5)
            yield Glyph(code, font.text(code), left, right, base, size, font)
            more = state.spacing + (state.word_spacing if (length, code) == (1, 32) else 0)
            self._move(more * state.scale)

    def _move(self, right: float) -> None:
        self.text = _times((1, 0, 0, 1, right, 0), self.text)


def read_content(page: DictionaryObject, fonts: dict[int, Font], owner: object) -> Read:
    """Read a page's content. `fonts` is filled with those met, by the numbers of their objects."""
    read = Read()
    content = entry(page, "/Contents")
    if content is not None:
        _Reader(read, fonts, owner).run(content.get_object(), entry(page, "/Resources") or DictionaryObject())
    return read
