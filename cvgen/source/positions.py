"""The text of a YAML or BibTeX file, places in it, and limits on its size."""

from __future__ import annotations

import bisect
import itertools
import re
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple, TypeAlias

from cvgen.diagnostics import Diagnostic, Severity, Span
from cvgen.errors import ProfileError

__all__ = [
    "BREAK",
    "FORBIDDEN",
    "MAX_BYTES",
    "MAX_DEPTH",
    "MAX_ITEMS",
    "MAX_MISTAKES",
    "MAX_NODES",
    "MAX_SCALAR",
    "Data",
    "NodePlace",
    "SourceText",
    "combine_errors",
    "decode_utf8",
    "find_bad_escapes",
    "make_control_error",
    "make_error",
    "quote_hint",
]

Data: TypeAlias = str | list["Data"] | dict[str, "Data"] | None

MAX_BYTES, MAX_DEPTH, MAX_NODES, MAX_SCALAR, MAX_MISTAKES = 1 << 20, 20, 20_000, 10_000, 50
MAX_ITEMS = 5_000  # of one list: the longest author lists there are
FORBIDDEN = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
BREAK = re.compile(r"\r\n|\r|\n")
_ESCAPE = re.compile(r"\\(?:x([0-9A-Fa-f]{2})|u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.?))", re.DOTALL)


@dataclass(frozen=True, slots=True)
class SourceText:
    """The text of a file and where its lines begin. A place in it is a pair of offsets."""

    file: str
    text: str
    starts: array[int]

    @classmethod
    def of(cls, file: str, text: str) -> SourceText:
        """Find where the lines of `text` begin."""
        return cls(file, text, array("L", itertools.chain([0], (m.end() for m in BREAK.finditer(text)))))

    def line(self, index: int) -> str:
        """Return a line, counted from 0, without its end."""
        stop = self.starts[index + 1] if index + 1 < len(self.starts) else len(self.text)
        return self.text[self.starts[index] : stop].rstrip("\r\n")

    def row(self, offset: int) -> int:
        """Return the line, counted from 0, that `offset` lies in."""
        return bisect.bisect_right(self.starts, offset) - 1

    def span(self, start: int, end: int | None = None, where: str = "") -> Span:
        """Return the span between two offsets, or of one character."""
        end = start + 1 if end is None else end
        row, end_row = self.row(start), self.row(end)
        columns = start - self.starts[row] + 1, end - self.starts[end_row] + 1
        return Span(self.file, row + 1, columns[0], end_row + 1, columns[1], self.line(row), where)


class NodePlace(NamedTuple):
    """Where a node stands: offsets of its key and its value, in the file or in a `--set` argument."""

    key: tuple[int, int] | None
    value: tuple[int, int]
    plain: bool = False
    argument: str = ""


def make_error(
    code: str, span: Span, message: str, *hints: str, label: str = "", related: Sequence[tuple[Span, str]] = ()
) -> Diagnostic:
    """Return a diagnostic that is an error."""
    return Diagnostic(code, Severity.ERROR, span, message, hints, label, tuple(related))


def decode_utf8(content: bytes, file: str, hint: str = "save the file as UTF-8 in your editor") -> str:
    """Decode UTF-8, or report the first byte that is not. Raises ProfileError."""
    try:
        if content[:2] not in (b"\xff\xfe", b"\xfe\xff") and 0 not in content[:4]:
            return content.decode("utf-8")
        offset, words = 0, "UTF-16 or UTF-32"
    except UnicodeDecodeError as error:
        offset, words = error.start, f"not UTF-8: byte 0x{content[error.start]:02X} at offset {error.start}"
    before = BREAK.split(content[:offset].decode("utf-8").removeprefix("\ufeff"))
    rest = BREAK.split(content[offset : offset + 200].decode("utf-8", "replace"))[0] if offset else ""
    column = len(before[-1]) + 1
    span = Span(file, len(before), column, len(before), column + 1, before[-1] + rest)
    raise ProfileError([make_error("encoding", span, f"the file is {words}", hint)]) from None


def make_control_error(span: Span, code: int) -> Diagnostic:
    """Return the error for a character that no text may hold."""
    escape = "put single quotes around a text with backslashes, or write the character itself"
    hint = escape if span.excerpt[span.column - 1 : span.column] == "\\" else "delete it"
    return make_error("control-character", span, f"the control character U+{code:04X} is not allowed", hint)


def combine_errors(mistakes: list[Diagnostic], omitted: int = 0) -> ProfileError:
    """Return one error with the first mistakes and the number of the others."""
    mistakes = sorted(mistakes, key=lambda make_error: make_error.sort_key)
    shown, rest = mistakes[:MAX_MISTAKES], mistakes[MAX_MISTAKES:]
    if count := len(rest) + omitted:
        message = f"and {count} more mistake{'s' * (count > 1)} after this one"
        shown.append(Diagnostic("too-many-mistakes", Severity.NOTE, replace(shown[-1].span, excerpt=""), message))
    return ProfileError(shown)


def quote_hint(raw: str) -> str:
    """Put quotes around a value, as a hint shows it."""
    if len(raw) > 1 and raw[0] == raw[-1] and raw[0] in "\"'":
        raw = raw[1:-1]
    if len(raw) > 80 or not raw:
        return "put quotes around the value"
    quote = "'" if '"' in raw or "\\" in raw else '"'
    inner = raw.replace("'", "''") if quote == "'" else raw
    return f"put quotes around the value: {quote}{inner}{quote}"


def find_bad_escapes(text: str, start: int, end: int) -> Iterator[tuple[int, int, int]]:
    """Yield (start, end, code point) of escapes in double quotes that make a character which is not allowed."""
    named = {"0": 0, "a": 7, "b": 8, "v": 11, "f": 12, "e": 27, "N": 0x85}
    for match in _ESCAPE.finditer(text, start, end):
        digits = match[1] or match[2] or match[3]
        code = int(digits, 16) if digits else named.get(match[4], 32)
        if code > 0x10FFFF or FORBIDDEN.match(chr(code)):
            yield match.start(), match.end(), code
