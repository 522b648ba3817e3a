"""Read what the pages of a finished PDF show: each run of text with its place, and each link.

A content stream is read with one regular expression, because a build waits for it: pypdf finds the objects, its own
reader of content streams takes six times as long. What XeTeX (xdvipdfmx) and LuaTeX write is understood, and
what others may: ISO 32000-2, 7.8.2 (content streams), 9.4 (text), 9.10.3 (ToUnicode), 14.6 (marked content).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from cvgen.errors import OutputError
from cvgen.pdf import objects
from cvgen.pdf.objects import LOST, Font

if TYPE_CHECKING:
    from pypdf import PageObject, PdfReader
    from pypdf.generic import DictionaryObject

__all__ = ["LOST", "Annotation", "Page", "Run", "read"]


class Run(NamedTuple):
    """Text that one operator shows, on one line.

    `x`, `y` are where it begins, on its baseline, in points from the page's lower left corner; `width` reaches to
    the end of its last glyph that is no space. `tag` and `mcid` are those of the innermost marked content.
    """

    page: int
    text: str
    x: float
    y: float
    width: float
    size: float
    tag: str = ""
    mcid: int | None = None
    artifact: bool = False


class Annotation(NamedTuple):
    """A link: its address, and its rectangle (left, bottom, right, top) in points."""

    url: str
    box: tuple[float, float, float, float]


class Page(NamedTuple):
    """A page: its number from 1, its size in points, runs in the order of the stream, links in that of the file."""

    number: int
    width: float
    height: float
    runs: tuple[Run, ...]
    links: tuple[Annotation, ...]


_Matrix = tuple[float, float, float, float, float, float]
_UNIT: _Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
_DEEPEST = 8

# --- the parts of a content stream ---------------------------------------------------------------------------------


def _nested(opening: bytes, inside: bytes, closing: bytes, depth: int) -> bytes:
    """Return the pattern of brackets that hold brackets, to a depth that no engine reaches: they escape theirs."""
    pattern = opening + b"(?:" + inside + b")*+" + closing
    for _ in range(depth):
        pattern = opening + b"(?:" + inside + b"|" + pattern + b")*+" + closing
    return pattern


_HEX = rb"<[0-9A-Fa-f\s]*+>"
_LITERAL = _nested(rb"\(", rb"[^()\\]++|\\[\s\S]", rb"\)", 2)
_COMMENT = rb"%[^\r\n]*+"
_INSIDE = _HEX + rb"|" + _LITERAL + rb"|" + _COMMENT
_ARRAY = _nested(rb"\[", rb"[^][()<>%]++|" + _INSIDE, rb"\]", 0)
_DICTIONARY = _nested(rb"<<", rb"[^<>()%]++|" + _INSIDE, rb">>", 1)
_END = rb"(?=[\s/\[\]<>()%]|\Z)"
# Operators that move no text, and `ET`, since `BT` begins anew: runs of paths and colours are one part, and skipped.
_IDLE = rb"(?:[mlcvyhfFSsnBbWGgKkJjMwdi]\*?|re|RG|rg|sc|SC|scn|SCN|ri|sh|d0|d1|MP|DP|BX|EX|Tr|ET)"
_REAL = rb"(-?[.\d]++)"
# Nearly all text, in one part: how XeTeX and LuaTeX choose a font, go to a place, and show.
_LINE = (
    rb"(BT\s++)?(?:(/[\w-]++) " + _REAL + rb" Tf\s++)?"
    rb"(?:" + _REAL + rb" " + _REAL + rb" Td|1 0 0 1 " + _REAL + rb" " + _REAL + rb" Tm)\s*+"
    rb"(\[(?:<[\dA-Fa-f]*+>|[-.\d\s]++)*+\])TJ" + _END
)
_PART = re.compile(
    rb"(?:(" + _LINE + rb")"  # 1, and 2 to 9 in it
    rb"|(?:(?:[-+.\d]++\s++)*+" + _IDLE + _END + rb"\s*+)++"
    rb"|/([A-Za-z]\w*+) <</MCID (\d++)>> BDC"
    + _END  # 10, 11 as we write it
    + rb"|(EMC)"
    + _END  # 12
    + rb"|([-+.\d][-+.\d\s]*+)"  # 13 numbers
    rb"|(BI\b[\s\S]*?\sEI" + _END + rb"|[A-Za-z'\"][\w*'\"]*+)"  # 14 an operator, or a whole inline image
    rb"|(" + _ARRAY + rb")"  # 15
    rb"|(" + _DICTIONARY + rb")"  # 16
    rb"|(" + _HEX + rb"|" + _LITERAL + rb")"  # 17 a string
    rb"|(/[^\s/\[\]<>()%{}]*+)"  # 18 a name
    rb"|" + _COMMENT + rb")\s*+|\s++"
)
_STRING = re.compile(rb"(" + _HEX + rb")|(" + _LITERAL + rb")|([-+]?[\d.]++)|" + _COMMENT)
_ESCAPE = re.compile(rb"\\(?:([0-7]{1,3})|(\r\n|\r|\n)|([\s\S]))|\r\n?")
_ESCAPED = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}
_MCID = re.compile(rb"/MCID\s+(\d+)")


def _unescaped(found: re.Match[bytes]) -> bytes:
    octal, line_end, char = found.groups()
    if octal:
        return bytes((int(octal, 8) & 255,))
    return b"" if line_end else _ESCAPED.get(char, char) if char else b"\n"


def _bytes(string: bytes) -> bytes:
    r"""Return what a string holds.

    >>> _bytes(b"<4 1427>"), _bytes(b"(a\\(\\101\\\n\\n(b))")
    (b'ABp', b'a(A\n(b)')
    """
    if string[:1] == b"<":
        digits = b"".join(string[1:-1].split())
        return bytes.fromhex((digits + b"0" * (len(digits) % 2)).decode("ascii"))
    inner = string[1:-1]
    return _ESCAPE.sub(_unescaped, inner) if b"\\" in inner or b"\r" in inner else inner


def _shown(operand: bytes) -> tuple[bytes, float]:
    """Return the string that an operand shows, and how far its numbers move back.

    >>> _shown(b"[<0041>-20(b)<0063>3]")
    (b'\\x00Ab\\x00c', -17.0)
    """
    if operand[:1] != b"[":
        return _bytes(operand), 0.0
    if b"(" not in operand and b"%" not in operand:
        parts = operand[1:-1].replace(b">", b"<").split(b"<")  # by turns numbers and digits
        return _bytes(b"<" + b"".join(parts[1::2]) + b">"), sum(map(float, b" ".join(parts[::2]).split()))
    pieces, kerns = [], 0.0
    for digits, literal, kern in _STRING.findall(operand):
        if kern:
            kerns += float(kern)
        elif digits or literal:
            pieces.append(_bytes(digits or literal))
    return b"".join(pieces), kerns


# --- the machine that shows a page ---------------------------------------------------------------------------------


def _times(one: _Matrix, other: _Matrix) -> _Matrix:
    a, b, c, d, e, f = one
    g, h, i, j, k, l = other  # noqa: E741
    return (a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j, e * g + f * i + k, e * h + f * j + l)


class _State(NamedTuple):
    """What `q` saves: the matrix, the font, its size, leading, rise, share of width."""

    matrix: _Matrix = _UNIT
    font: Font | None = None
    size: float = 0.0
    leading: float = 0.0
    rise: float = 0.0
    scale: float = 1.0


class _Reader:
    """Reads one page; `fonts` is shared by all pages of a file."""

    def __init__(self, number: int, fonts: dict[object, Font]) -> None:
        self.number = number
        self.fonts = fonts
        self.names: dict[bytes, Font] = {}
        self.runs: list[Run] = []
        self.state = _State()
        self.saved: list[_State] = []
        self.line = _UNIT
        self.advance = 0.0
        self.marks: list[tuple[str, int | None, bool]] = []

    def read(self, data: bytes, resources: DictionaryObject, depth: int = 0) -> None:
        """Follow the operators of one stream. Raises ValueError for what is none."""
        operands: list[bytes] = []
        end = 0
        for part in _PART.finditer(data):
            if part.start() != end:
                break
            end = part.end()
            kind = part.lastindex
            if kind == 1:
                self._line(part, resources)
            elif kind == 12:
                del self.marks[-1:]
            elif kind == 11:
                self._mark(part[10].decode("ascii"), int(part[11]))
            elif kind == 14:
                self._do(part[14], operands, resources, depth)
            elif kind == 13:
                operands += part[13].split()
                continue
            elif kind:
                operands.append(part[kind])
                continue
            elif part[0][:1].strip() in (b"", b"%"):  # not idle operators
                continue
            if operands:
                operands = []
        if end != len(data):
            raise ValueError(f"byte {end} of its content")

    def _line(self, part: re.Match[bytes], resources: DictionaryObject) -> None:
        _, begins, font, size, right, up, x, y, shown = part.groups()[:9]
        if begins:
            self.line, self.advance = _UNIT, 0.0
        if font:
            matrix, _, _, *rest = self.state  # `_replace` takes four times as long
            self.state = _State(matrix, self._font(font, resources), float(size), *rest)
        if right:
            self._move(float(right), float(up))
        else:
            self.line, self.advance = (1.0, 0.0, 0.0, 1.0, float(x), float(y)), 0.0
        self._show(shown)

    def _do(self, operator: bytes, operands: list[bytes], resources: DictionaryObject, depth: int) -> None:
        if operator in (b"TJ", b"Tj", b"'", b'"'):
            if operator in (b"'", b'"'):
                self._move(0, -self.state.leading)
            self._show(operands[-1])
        elif operator in (b"Td", b"TD"):
            x, y = map(float, operands[-2:])
            if operator == b"TD":
                self.state = self.state._replace(leading=-y)
            self._move(x, y)
        elif operator == b"Tm":
            self.line, self.advance = _matrix(operands), 0.0
        elif operator == b"T*":
            self._move(0, -self.state.leading)
        elif operator == b"BT":
            self.line, self.advance = _UNIT, 0.0
        elif operator == b"Tf":
            self.state = self.state._replace(font=self._font(operands[-2], resources), size=float(operands[-1]))
        elif operator == b"cm":
            self.state = self.state._replace(matrix=_times(_matrix(operands), self.state.matrix))
        elif operator == b"q":
            self.saved.append(self.state)
        elif operator == b"Q":
            self.state = self.saved.pop() if self.saved else self.state
        elif operator in (b"BDC", b"BMC"):
            self._begin(operands, resources)
        elif operator == b"Do":
            self._form(operands[-1], resources, depth)
        elif operator in (b"TL", b"Ts", b"Tz"):
            self._set(operator, float(operands[-1]))

    def _set(self, operator: bytes, value: float) -> None:
        if operator == b"TL":
            self.state = self.state._replace(leading=value)
        elif operator == b"Ts":
            self.state = self.state._replace(rise=value)
        else:
            self.state = self.state._replace(scale=value / 100)

    def _move(self, x: float, y: float) -> None:
        a, b, c, d, e, f = self.line
        self.line = (a, b, c, d, x * a + y * c + e, x * b + y * d + f)
        self.advance = 0.0

    def _show(self, shown: bytes) -> None:
        state = self.state
        if state.font is None:
            raise ValueError("text without a font")
        string, kerns = _shown(shown)
        characters, widths, _ = state.font
        codes = state.font.codes(string)
        text = "".join(map(characters.__getitem__, codes))
        unit = state.size * state.scale / 1000
        start, advance = self.advance, sum(map(widths.__getitem__, codes)) - kerns
        self.advance += advance * unit
        if text.isspace():
            advance = -kerns
        elif text[-1:].isspace():
            for code in reversed(codes):
                if characters[code].strip():
                    break
                advance -= widths[code]
        a, b, c, d, e, f = _times(self.line, state.matrix)
        scale = (c * c + d * d) ** 0.5
        width = max(advance, 0.0) * unit * (a * a + b * b) ** 0.5
        x, y = start * a + state.rise * c + e, start * b + state.rise * d + f
        tag, mcid, artifact = self.marks[-1] if self.marks else ("", None, False)
        self.runs.append(Run(self.number, text, x, y, width, state.size * scale, tag, mcid, artifact))

    def _font(self, name: bytes, resources: DictionaryObject) -> Font:
        if name not in self.names:
            listed, key = objects.dictionary(resources, "/Font"), name.decode("latin-1")
            reference = listed.get(key)  # pages share fonts: the reference, not what it leads to
            if reference not in self.fonts:
                self.fonts[reference] = objects.font(objects.dictionary(listed, key))
            self.names[name] = self.fonts[reference]
        return self.names[name]

    def _begin(self, operands: list[bytes], resources: DictionaryObject) -> None:
        tag = operands[0][1:].decode("latin-1")
        mcid = self.marks[-1][1] if self.marks else None
        if operands[-1][:2] == b"<<":
            mcid = int(found[1]) if (found := _MCID.search(operands[-1])) else mcid
        elif len(operands) > 1:
            listed = objects.dictionary(objects.dictionary(resources, "/Properties"), operands[-1].decode("latin-1"))
            mcid = int(objects.number(listed["/MCID"])) if "/MCID" in listed else mcid
        self._mark(tag, mcid)

    def _mark(self, tag: str, mcid: int | None) -> None:
        self.marks.append((tag, mcid, tag == "Artifact" or bool(self.marks and self.marks[-1][2])))

    def _form(self, name: bytes, resources: DictionaryObject, depth: int) -> None:
        forms, key = objects.dictionary(resources, "/XObject"), name.decode("latin-1")
        form = objects.dictionary(forms, key)
        if objects.name(form, "/Subtype") != "/Form":
            return
        if depth == _DEEPEST:
            raise ValueError("forms within forms")
        before, saved, marks = self.state, self.saved, list(self.marks)
        matrix = _matrix(list(map(objects.number, objects.array(form, "/Matrix")))) if "/Matrix" in form else _UNIT
        self.state, self.saved, names = before._replace(matrix=_times(matrix, before.matrix)), [], self.names
        self.names = {}
        own = objects.dictionary(form, "/Resources") if "/Resources" in form else resources
        self.read(objects.stream(forms, key), own, depth + 1)
        self.state, self.saved, self.marks, self.names = before, saved, marks, names


def _matrix(numbers: Sequence[bytes | float]) -> _Matrix:
    a, b, c, d, e, f = map(float, numbers[-6:])
    return (a, b, c, d, e, f)


# --- pages ---------------------------------------------------------------------------------------------------------


def read(reader: PdfReader) -> tuple[Page, ...]:
    """Return the pages of a PDF. Raises OutputError for a page that cannot be read."""
    fonts: dict[object, Font] = {}
    pages = []
    for number, page in enumerate(reader.pages, 1):
        try:
            pages.append(_page(page, number, fonts))
        except Exception as problem:  # a page that is wrong makes pypdf, too, raise nearly anything
            words = f"page {number} of the PDF cannot be read: {problem}"
            raise OutputError(words, hints=("this is a bug in cvgen or in the theme",)) from problem
    return tuple(pages)


def _page(page: PageObject, number: int, fonts: dict[object, Font]) -> Page:
    left, bottom, right, top = map(float, page.mediabox)
    machine = _Reader(number, fonts)
    machine.state = _State(matrix=(1.0, 0.0, 0.0, 1.0, -left, -bottom))
    contents = page.get_contents()
    if contents is not None:
        machine.read(contents.get_data(), objects.dictionary(page, "/Resources"))
    return Page(number, right - left, top - bottom, tuple(machine.runs), tuple(_links(page, left, bottom)))


def _links(page: PageObject, left: float, bottom: float) -> Iterator[Annotation]:
    for reference in objects.array(page, "/Annots"):
        annotation = reference.get_object()
        assert isinstance(annotation, dict)
        action = objects.dictionary(annotation, "/A")
        if "/URI" in action:
            url = action["/URI"]
            text = url.decode("latin-1") if isinstance(url, bytes) else str(url)
            a, b, c, d = map(objects.number, objects.array(annotation, "/Rect"))
            box = (min(a, c) - left, min(b, d) - bottom, max(a, c) - left, max(b, d) - bottom)
            yield Annotation(text, box)
