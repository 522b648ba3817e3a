"""What the pages of a finished PDF show: each run of text with its place, and each link.

qpdf finds the objects. What XeTeX (xdvipdfmx) and LuaTeX write in a content stream is split with one regular
expression, since a build waits for it: qpdf's parser takes three times as long, most of it for the Python object of
each operand. A stream with anything else in it, as other drivers or pictures may have, is split by qpdf.
ISO 32000-2, 7.8.2 (content streams), 9.4 (text), 14.6 (marked content).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from pikepdf import Array, Dictionary, Object, Pdf, String, parse_content_stream

from cvgen.errors import OutputError
from cvgen.pdf.gates.fonts import Font, read_font

__all__ = ["Annotation", "Page", "Run", "page_data", "read_pages"]


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

_END = rb"(?=[\s/\[\]<>()%]|\Z)"
_NUMBER = rb"[-+.\d]++"
_NAME = rb"/[^\s/\[\]<>()%{}]++"
_REAL = rb"(-?[.\d]++)"
# Operators that move no text, and `ET`, since `BT` begins anew: runs of paths and colours are one part, and skipped.
_IDLE = rb"(?:[mlcvyhfFSsnBbWGgKkJjMwdi]\*?|re|RG|rg|sc|SC|scn|SCN|ri|sh|d0|d1|MP|DP|BX|EX|Tr|ET)"
# Nearly all text, in one part: how XeTeX and LuaTeX choose a font, go to a place, and show.
_LINE = (
    rb"(BT\s++)?(?:(/[\w-]++) " + _REAL + rb" Tf\s++)?"
    rb"(?:" + _REAL + rb" " + _REAL + rb" Td|1 0 0 1 " + _REAL + rb" " + _REAL + rb" Tm)\s*+"
    rb"(\[(?:<[\dA-Fa-f]*+>|[-.\d\s]++)*+\])TJ" + _END
)
_PART = re.compile(
    rb"(?:(" + _LINE + rb")"  # 1, and 2 to 9 in it
    rb"|(?:(?:" + _NUMBER + rb"\s++|\[[-.\d\s]*+\]\s*+)*+" + _IDLE + _END + rb"\s*+)++"
    rb"|/(\w++) (?:<<(?:/MCID (\d++)|(?:(?!/MCID)[^<>]|<[\dA-Fa-f]*+>|<<[^<>]*+>>)*+)>> BDC|BMC)" + _END  # 10, 11
    + rb"|(EMC)" + _END  # 12
    + rb"|((?:" + _NUMBER + rb"\s++|" + _NAME + rb"\s++)*+)(?!BI\b)([A-Za-z][\w*]*+)" + _END  # 13, 14
    + rb")\s*+|\s++"
)  # fmt: skip
# All that moves, shows or marks text, for qpdf.
_OPERATORS = "BT Tf Td TD Tm T* TL Ts Tz Tj TJ ' \" cm q Q BDC BMC EMC Do"


def _parts(data: bytes) -> list[re.Match[bytes]] | None:
    """Split a content stream of an engine's; None if it holds anything else."""
    parts = list(_PART.finditer(data))
    return parts if sum(part.end() - part.start() for part in parts) == len(data) else None


def _shown(operand: bytes) -> tuple[bytes, float]:
    """Return the string that an array of an engine's shows, and how far its numbers move back.

    >>> _shown(b"[<0041>-20<0062>3]")
    (b'\\x00A\\x00b', -17.0)
    """
    parts = operand[1:-1].replace(b">", b"<").split(b"<")  # by turns numbers and digits
    return bytes.fromhex(b"".join(parts[1::2]).decode()), sum(map(float, b" ".join(parts[::2]).split()))


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

    def __init__(self, number: int, fonts: dict[tuple[int, int], Font]) -> None:
        self.number = number
        self.fonts = fonts
        self.names: dict[str, Font] = {}
        self.runs: list[Run] = []
        self.state = _State()
        self.saved: list[_State] = []
        self.line = _UNIT
        self.advance = 0.0
        self.marks: list[tuple[str, int | None, bool]] = []

    def read(self, stream: Object, resources: Object, depth: int = 0) -> None:
        """Follow the operators of a page or a form. Raises nearly anything for one that is wrong."""
        parts = _parts(page_data(stream))
        if parts is None:
            for instruction in parse_content_stream(stream, _OPERATORS):
                self._do(str(instruction.operator), list(instruction.operands), resources, depth)
            return
        for part in parts:
            kind = part.lastindex
            if kind == 1:
                self._line(part, resources)
            elif kind == 12:
                del self.marks[-1:]
            elif kind in (10, 11):
                self._mark(part[10].decode(), int(part[11]) if part[11] else None)
            elif kind == 14:
                operands = [one.decode("latin-1") if one[:1] == b"/" else float(one) for one in part[13].split()]
                self._do(part[14].decode(), operands, resources, depth)

    def _line(self, part: re.Match[bytes], resources: Object) -> None:
        _, begins, font, size, right, up, x, y, shown = part.groups()[:9]
        if begins:
            self.line, self.advance = _UNIT, 0.0
        if font:
            matrix, _, _, *rest = self.state  # `_replace` takes four times as long
            self.state = _State(matrix, self._font(font.decode(), resources), float(size), *rest)
        if right:
            self._move(float(right), float(up))
        else:
            self.line, self.advance = (1.0, 0.0, 0.0, 1.0, float(x), float(y)), 0.0
        self._show(*_shown(shown))

    def _do(self, operator: str, operands: Sequence[Any], resources: Object, depth: int) -> None:
        state = self.state
        match operator:
            case "TJ" | "Tj" | "'" | '"':
                if operator in "'\"":
                    self._move(0, -state.leading)
                shown = list(operands[-1]) if operator == "TJ" else [operands[-1]]
                string = b"".join(bytes(one) for one in shown if isinstance(one, String))
                self._show(string, sum(float(one) for one in shown if not isinstance(one, String)))
            case "Td" | "TD":
                x, y = map(float, operands[-2:])
                if operator == "TD":
                    self.state = state._replace(leading=-y)
                self._move(x, y)
            case "T*":
                self._move(0, -state.leading)
            case "Tm":
                self.line, self.advance = _matrix(operands), 0.0
            case "BT":
                self.line, self.advance = _UNIT, 0.0
            case "Tf":
                self.state = state._replace(font=self._font(str(operands[-2]), resources), size=float(operands[-1]))
            case "TL":
                self.state = state._replace(leading=float(operands[-1]))
            case "Ts":
                self.state = state._replace(rise=float(operands[-1]))
            case "Tz":
                self.state = state._replace(scale=float(operands[-1]) / 100)
            case "cm":
                self.state = state._replace(matrix=_times(_matrix(operands), state.matrix))
            case "q":
                self.saved.append(state)
            case "Q":
                self.state = self.saved.pop() if self.saved else state
            case "BDC" | "BMC":
                properties = operands[-1] if len(operands) > 1 else Dictionary()
                if not isinstance(properties, Dictionary):
                    properties = resources.Properties[str(properties)]
                self._mark(str(operands[0])[1:], int(properties.MCID) if "/MCID" in properties else None)
            case "EMC":
                del self.marks[-1:]
            case "Do":
                forms = resources.get("/XObject", Dictionary())
                self._form(forms.get(str(operands[-1]), Dictionary()), resources, depth)

    def _mark(self, tag: str, mcid: int | None) -> None:
        _, outer, artifact = self.marks[-1] if self.marks else ("", None, False)
        self.marks.append((tag, outer if mcid is None else mcid, artifact or tag == "Artifact"))

    def _move(self, x: float, y: float) -> None:
        a, b, c, d, e, f = self.line
        self.line = (a, b, c, d, x * a + y * c + e, x * b + y * d + f)
        self.advance = 0.0

    def _show(self, string: bytes, kerns: float) -> None:
        state = self.state
        if state.font is None:
            raise ValueError("text without a font")
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

    def _font(self, name: str, resources: Object) -> Font:
        if name not in self.names:
            font = resources.Font[name]
            if not font.is_indirect:
                self.names[name] = read_font(font)
            else:
                if font.objgen not in self.fonts:
                    self.fonts[font.objgen] = read_font(font)
                self.names[name] = self.fonts[font.objgen]
        return self.names[name]

    def _form(self, form: Object, resources: Object, depth: int) -> None:
        if form.get("/Subtype") != "/Form":
            return
        if depth == _DEEPEST:
            raise ValueError("forms within forms")
        before, saved, marks, names = self.state, self.saved, list(self.marks), self.names
        matrix = _matrix(list(form.Matrix)) if "/Matrix" in form else _UNIT
        self.state, self.saved, self.names = before._replace(matrix=_times(matrix, before.matrix)), [], {}
        self.read(form, form.get("/Resources", resources), depth + 1)
        self.state, self.saved, self.marks, self.names = before, saved, marks, names


def _matrix(numbers: Sequence[Any]) -> _Matrix:
    a, b, c, d, e, f = map(float, numbers[-6:])
    return (a, b, c, d, e, f)


def page_data(stream: Object) -> bytes:
    """Return the content of a form, or of a page, which may have it in pieces."""
    if stream.get("/Type") != "/Page":
        return stream.read_bytes()
    contents = stream.get("/Contents", Array())
    return b"\n".join(one.read_bytes() for one in (contents if isinstance(contents, Array) else [contents]))


# --- pages ---------------------------------------------------------------------------------------------------------


def read_pages(pdf: Pdf) -> tuple[Page, ...]:
    """Return the pages of a PDF. Raises OutputError for a page that cannot be read."""
    fonts: dict[tuple[int, int], Font] = {}
    pages = []
    for number, page in enumerate(pdf.pages, 1):
        try:
            pages.append(_page(page.obj, number, fonts))
        except Exception as problem:  # a page that is wrong raises nearly anything
            raise _unreadable(number, problem) from problem
        if warnings := pdf.get_warnings():
            raise _unreadable(number, warnings[0])
    return tuple(pages)


def _unreadable(number: int, problem: object) -> OutputError:
    words = f"page {number} of the PDF cannot be read: {problem}"
    return OutputError(words, hints=("this is a bug in cvgen or in the theme",))


def _page(page: Object, number: int, fonts: dict[tuple[int, int], Font]) -> Page:
    left, bottom, right, top = map(float, page.MediaBox)
    reader = _Reader(number, fonts)
    reader.state = _State(matrix=(1.0, 0.0, 0.0, 1.0, -left, -bottom))
    reader.read(page, page.get("/Resources", Dictionary()))
    return Page(number, right - left, top - bottom, tuple(reader.runs), tuple(_links(page, left, bottom)))


def _links(page: Object, left: float, bottom: float) -> Iterator[Annotation]:
    for annotation in page.get("/Annots", ()):
        action = annotation.get("/A", Dictionary())
        if "/URI" in action:
            a, b, c, d = map(float, annotation.Rect)
            box = (min(a, c) - left, min(b, d) - bottom, max(a, c) - left, max(b, d) - bottom)
            yield Annotation(bytes(action.URI).decode("latin-1"), box)
