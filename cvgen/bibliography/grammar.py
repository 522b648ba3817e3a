"""The text of a .bib file to entries: fields as they are written, each with its place.

pybtex's scanner reads keys, values and macros as BibTeX does. Ours are the places, a brace matching that neither
recurses nor takes square time, and the words of the errors, which stop nothing: the next entry is read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, NamedTuple

from pybtex.database.input.bibtex import LowLevelParser, SkipEntry
from pybtex.scanner import PrematureEOF, PybtexSyntaxError, Token

from cvgen.diagnostics import Diagnostic, Severity
from cvgen.source.positions import MAX_MISTAKES, SourceText, make_error
from cvgen.values.tex import MAX_NESTING

__all__ = ["MAX_BIB_BYTES", "BibEntry", "BibField", "ParsedBib", "parse_entries"]

_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
# An entry begins at the start of a line, or where `@word{` stands: an address in a comment is none.
_BEGINNING = re.compile(r"(?:^|(?<=[\r\n]))[ \t]*@(?=[ \t]*[A-Za-z])|@(?=[ \t]*[A-Za-z]\w*[ \t]*[{(])")
_MOST_FIELDS = 200
MAX_BIB_BYTES = 4 << 20
_SPACE_OR_COMMENT = re.compile(r"(?:\s|%[^\r\n]*)+")
_BRACE = re.compile(r"[{}]")
_BRACE_OR_QUOTE = re.compile(r'[{}"]')


class BibField(NamedTuple):
    """A field: its value without delimiters, and where its name and its value stand.

    `inside` is the offset of the value's first character, None where it was put together from parts.
    """

    name: str
    text: str
    key: tuple[int, int]
    value: tuple[int, int]
    inside: int | None = None


class BibEntry(NamedTuple):
    """An entry; `fields` by their names in small letters."""

    kind: str
    key: str
    place: tuple[int, int]
    fields: dict[str, BibField]


class ParsedBib(NamedTuple):
    """The entries of a .bib file, and the mistakes found in it."""

    entries: list[BibEntry]
    found: list[Diagnostic]


class _Unreadable(Exception):  # noqa: N818 - never leaves this module
    """The text is wrong at `offset`."""

    def __init__(self, code: str, offset: int, message: str, hint: str) -> None:
        super().__init__(message)
        self.code, self.offset, self.message, self.hint = code, offset, message, hint


class _Macros(dict[str, str]):
    """What `@string` defines; the case of names does not matter."""

    def __setitem__(self, name: str, value: str) -> None:
        super().__setitem__(name.lower(), value)


class _Scanner(LowLevelParser):  # type: ignore[misc]  # pybtex ships no types
    """Iterator over (kind, key, the key's place, fields) that collects mistakes in `found`.

    `stage` is the part that is read next; errors are worded by it.
    """

    pos: int
    text: str

    def __init__(self, text: SourceText) -> None:
        macros = _Macros({"sept": "September"})
        for month in _MONTHS:
            macros[month] = macros[month[:3]] = month
        super().__init__(text.text, macros=macros)
        self.places = text
        self.found: list[Diagnostic] = []
        self.fields: list[BibField] = []
        self.unknown: set[str] = set()
        self.stage = ""
        self.key_at = 0
        self.expanded = 0
        self.comments_close = True

    def update_lineno(self, value: str) -> None:
        """Count no lines: offsets are all we need."""

    def eat_whitespace(self) -> None:
        """Skip white space, and between fields what people put behind `%`, which BibTeX knows no comment by."""
        pattern = _SPACE_OR_COMMENT if self.stage in ("comma", "end") else self.WHITESPACE
        if found := pattern.match(self.text, self.pos):
            self.pos = found.end()

    def parse_bibliography(self) -> Iterator[tuple[str, str, tuple[int, int], list[BibField]]]:
        while len(self.found) < MAX_MISTAKES and (beginning := _BEGINNING.search(self.text, self.pos)):
            self.command_start, self.pos = beginning.end() - 1, beginning.end()
            self.fields, self.stage = [], "kind"
            before = self.count_errors()
            try:
                kind, content = tuple(self.parse_command())
            except _Unreadable as error:
                self.say(error.code, error.offset, error.message, error.hint)
                self.pos = self.end_pos if self.expanded > MAX_BIB_BYTES else self.pos
            except PybtexSyntaxError as error:
                self.handle_error(error)
            except SkipEntry:
                self.skip_comment()
            else:
                is_entry = kind.lower() not in ("string", "preamble") and content[0]
                if is_entry and self.count_errors() == before:  # pybtex goes on with what it has read
                    yield kind.lower(), content[0], (self.key_at, self.key_at + len(content[0])), self.fields

    def count_errors(self) -> int:
        return sum(found.severity is Severity.ERROR for found in self.found)

    def skip_comment(self) -> None:
        """Leave a comment whole where its braces match: it may hold entries that were taken out."""
        level = 1
        for match in _BRACE.finditer(self.text, self.pos) if self.comments_close else ():
            level += 1 if match[0] == "{" else -1
            if not level:
                self.pos = match.end()
                return
        self.comments_close = False  # looking to the end of the file once is enough

    def parse_string_body(self, body_end: Any) -> None:  # noqa: ANN401 - a pattern of pybtex's
        self.stage = "string"
        super().parse_string_body(body_end)

    def parse_entry_body(self, body_end: Any) -> None:  # noqa: ANN401
        self.stage = "key"
        self.eat_whitespace()
        self.key_at = self.pos
        pattern = self.KEY_PAREN if body_end == self.RPAREN else self.KEY_BRACE
        self.current_entry_key = self.required([pattern]).value
        self.stage = "comma"
        if self.optional([self.COMMA]):
            self.parse_entry_fields()

    def parse_field(self) -> None:
        self.eat_whitespace()
        start, self.stage = self.pos, "end"
        name = self.optional([self.NAME])
        if not name:
            return
        if len(self.fields) >= _MOST_FIELDS:
            raise _Unreadable("too-large", start, "this entry has too many fields", "delete what is not needed")
        self.current_field_name, self.stage, key = name.value, "equals", (start, self.pos)
        self.required([self.EQUALS])
        self.stage = "value"
        self.eat_whitespace()
        start = self.pos
        self.parse_value()
        self.stage = "end"
        written, text = self.text[start : self.pos].rstrip(), "".join(self.current_value)
        quoted = written[:1] in ('"', "{")
        alone = len(self.current_value) == 1 and self.text.startswith(text, start + quoted)
        inside = start + quoted if alone else None
        self.fields.append(BibField(name.value, text, key, (start, start + len(written)), inside))

    def parse_string(self, string_end: Any, level: int = 0, max_level: int = 0) -> Iterator[Any]:  # noqa: ANN401
        start, quoted = self.pos, string_end is self.QUOTE
        for match in (_BRACE_OR_QUOTE if quoted else _BRACE).finditer(self.text, start):
            sign = match[0]
            if level == 0 and sign == ('"' if quoted else "}"):
                self.pos = match.end()
                yield Token(self.text[start : match.end()], string_end)
                return
            level += {"{": 1, "}": -1}.get(sign, 0)
            if level < 0:
                words = "this brace closes nothing inside of the quotes"
                raise _Unreadable("bib-syntax", match.start(), words, "delete it, or open one before it")
            if level > MAX_NESTING:
                raise _Unreadable("too-deep", match.start(), "braces nest too deeply here", "take some away")
        sign, close = ('"', '"') if quoted else ("{", "}")
        words = f"the value that begins here with `{sign}` is not closed"
        raise _Unreadable("bib-unclosed", start - 1, words, f"put `{close}` at its end")

    def substitute_macro(self, name: str) -> str:
        if name.lower() not in self.macros and name not in self.unknown:
            self.unknown.add(name)
            words = f"no `@string` says what `{name}` stands for, and it is left out"
            hint = f"put it in braces if it is text: `{{{name}}}`"
            self.say("bib-macro", self.pos - len(name), words, hint, len(name), Severity.WARNING)
        value = str(self.macros.get(name.lower(), ""))
        self.expanded += len(value)
        if self.expanded > MAX_BIB_BYTES:  # each macro may hold the one before it twice
            raise _Unreadable(
                "too-large", self.pos - len(name), "what macros stand for is too long", "use less of them"
            )
        return value

    def say(
        self, code: str, at: int, message: str, hint: str, length: int = 1, severity: Severity = Severity.ERROR
    ) -> None:
        if len(self.found) < MAX_MISTAKES:
            at = min(at, max(len(self.text) - 1, 0))
            self.found.append(Diagnostic(code, severity, self.places.span(at, at + length), message, (hint,)))

    def handle_error(self, error: Exception) -> None:
        """Report the mistake at which the scanner stopped."""
        if isinstance(error, PrematureEOF):
            self.say(
                "bib-unclosed", self.command_start or 0, "the file ends inside of this entry", "close it with `}`"
            )
            return
        name = self.current_field_name
        words, hint = {
            "kind": ("neither a brace nor a parenthesis opens this entry", "write it as `@article{key, …}`"),
            "string": ("a name, `=` and a value are wanted here", "write it as `@string{name = {…}}`"),
            "key": ("this entry has no key", "write it as `@article{key, …}`"),
            "comma": ("there is no comma behind the entry's key", "put one there"),
            "equals": (f"there is no `=` behind `{name}`", f"write it as `{name} = {{…}}`"),
            "value": (f"there is no value behind `{name} =`", f"write it as `{name} = {{…}}`"),
            "end": ("a comma or the closing brace is missing before this", "put a comma behind each field"),
        }[self.stage]
        self.say("bib-syntax", self.pos, words, hint)


def parse_entries(text: SourceText) -> ParsedBib:
    """Read all entries. The entry that an error stands in is left out."""
    scanner = _Scanner(text)
    grammar = ParsedBib([], scanner.found)
    keys: dict[str, BibEntry] = {}
    for kind, key, place, fields in scanner:
        entry = BibEntry(kind, key, place, {})
        for field in fields:
            name = field.name.lower()
            if name not in entry.fields:
                entry.fields[name] = field
                continue
            words = f"the field `{field.name}` stands twice in this entry, and the first one counts"
            first = (text.span(*entry.fields[name].key), "first here")
            twice = make_error(
                "duplicate-field", text.span(*field.key), words, "delete one of the two", related=[first]
            )
            grammar.found.append(replace(twice, severity=Severity.WARNING))
        if key in keys:
            if _says_the_same(entry, keys[key]):
                continue
            words, first = f"the key `{key}` is taken by another entry", (text.span(*keys[key].place), "first here")
            hint = "rename or delete one of the two"
            twice = make_error("duplicate-key", text.span(*place), f"{words}, which counts", hint, related=[first])
            grammar.found.append(replace(twice, severity=Severity.WARNING))
        else:
            keys[key] = entry
            grammar.entries.append(entry)
    return grammar


def _says_the_same(one: BibEntry, other: BibEntry) -> bool:
    def texts(entry: BibEntry) -> dict[str, str]:
        return {name: " ".join(field.text.split()) for name, field in entry.fields.items()}

    return one.kind == other.kind and texts(one) == texts(other)
