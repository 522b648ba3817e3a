"""YAML text to `Source`: plain data in which scalars stay strings, and the place of every key and value.

Only a small, safe part of YAML is read: mappings, lists and scalars. Anything else (anchors, tags, several documents)
is a mistake with its own code, and all mistakes are reported at once. PyYAML's event stream is the only thing used of
it, so nothing here recurses. What its C and pure parsers read differently is refused here, or hidden from both.
"""

from __future__ import annotations

import bisect
import itertools
import os
import pathlib
import re
import stat
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple, TypeAlias

import yaml

from cvgen.diagnostics import Diagnostic, Severity, Span
from cvgen.errors import ProfileError, UsageError

__all__ = ["Data", "Source", "YamlPath", "parse", "parse_set_path", "read"]

YamlPath: TypeAlias = tuple[str | int, ...]
Data: TypeAlias = str | list["Data"] | dict[str, "Data"] | None

MAX_BYTES, MAX_DEPTH, MAX_NODES, MAX_SCALAR, MAX_MISTAKES = 1 << 20, 20, 20_000, 10_000, 50

_LOADER: type = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_NULLS = frozenset({"", "~", "null", "Null", "NULL"})
_BREAK = re.compile(r"\r\n|\r|\n")
_FORBIDDEN = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_LEADING_TAB = re.compile(r"(?:^|(?<=[\r\n]))[ ]*\t")
# Between two scalars, outside comments, only these characters belong to the YAML that is read here.
_STRAY = re.compile(r"#[^\r\n]*|([^ \r\n:,\[\]{}.-])")
_PROPERTIES = re.compile(r"(?:[&!][^ \r\n]*[ \r\n]*)*")
_BLOCK_HEADER = re.compile(r"[|>](?:[+-]?[1-9]?|[1-9][+-])(?=[ \r\n]|$)")
_COLON = re.compile(r"[ \r\n]*:")
_TIGHT = re.compile(r" *:[,\[\]{}]")
_ESCAPE = re.compile(r"\\(?:x([0-9A-Fa-f]{2})|u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.?))", re.DOTALL)
# A line as its writer meant it: dashes, `key:`, value, comment.
_LINE = re.compile(
    r"(?P<lead>[ ]*(?:-[ ]+)*)(?:(?P<key>\"[^\"]*\"|'[^']*'|[^\s\"'#&*!|>@`%:?\[\]{},-][^:]*?)[ ]*:(?:[ ]+|$))?"
    r"(?P<value>.*?)[ ]*(?:(?<=[ ])\#.*)?$"
)
# Signs that never belong to a profile: code, message, hint.
_SIGNS = {
    "\t": ("tab", "a tab stands between values", "use spaces"),
    "?": ("complex-key", "`? ` starts a complex key", "write `key: value`, or put quotes around the text"),
    ":": ("key-missing", "there is no key before this colon", "write one, or put quotes around the text"),
    "%": ("directive", "a line that starts with `%` is a YAML directive", "delete it, or quote the text"),
}
_INDEX = r"0|[1-9][0-9]{0,8}"
_SET_STEP = re.compile(rf"(?:^|\.)([^.\[\]]+)|\[({_INDEX})\]")


@dataclass(frozen=True, slots=True)
class _Text:
    """The text of a file and where its lines begin. A place in it is a pair of offsets."""

    file: str
    text: str
    starts: array[int]

    @classmethod
    def of(cls, file: str, text: str) -> _Text:
        return cls(file, text, array("L", itertools.chain([0], (m.end() for m in _BREAK.finditer(text)))))

    def line(self, index: int) -> str:
        stop = self.starts[index + 1] if index + 1 < len(self.starts) else len(self.text)
        return self.text[self.starts[index] : stop].rstrip("\r\n")

    def row(self, offset: int) -> int:
        return bisect.bisect_right(self.starts, offset) - 1

    def span(self, start: int, end: int | None = None, where: str = "") -> Span:
        end = start + 1 if end is None else end
        row, end_row = self.row(start), self.row(end)
        columns = start - self.starts[row] + 1, end - self.starts[end_row] + 1
        return Span(self.file, row + 1, columns[0], end_row + 1, columns[1], self.line(row), where)


class _Place(NamedTuple):
    """Where a node stands: offsets of its key and its value, in the file or in a `--set` argument."""

    key: tuple[int, int] | None
    value: tuple[int, int]
    plain: bool = False
    argument: str = ""


def _where(path: YamlPath) -> str:
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path).removeprefix(".")


@dataclass(frozen=True)
class Source:
    """A YAML file as read: `data` with all scalars as strings (or None), and the span of every path in it."""

    file: str
    data: dict[str, Data]
    _text: _Text = field(repr=False)
    _places: dict[YamlPath, _Place] = field(repr=False)

    @property
    def lines(self) -> tuple[str, ...]:
        """The lines of the file, without their ends and without a byte order mark."""
        return tuple(self._text.line(index) for index in range(len(self._text.starts)))

    def has(self, path: YamlPath) -> bool:
        """Tell whether there is a node at `path`, even an empty one."""
        return path in self._places

    def value(self, path: YamlPath) -> Data:
        """Return the node at `path`, None when there is none."""
        node: Data = self.data
        for step in path if self.has(path) else ():
            node = node[step]  # type: ignore[index]  # a known path fits its containers
        return node if self.has(path) else None

    def is_plain(self, path: YamlPath) -> bool:
        """Tell whether `path` is a scalar written without quotes on the file's own lines."""
        return self.has(path) and self._places[path].plain

    def span(self, path: YamlPath, *, key: bool = False) -> Span:
        """Return the span of the value (or key) at `path`, or of its nearest ancestor that exists.

        List entries and the whole file have no key: their value stands in. `where` always names `path` itself.
        """
        found = path
        while found not in self._places:
            found = found[:-1]
        place = self._places[found]
        return self._span(place, place.key if key and place.key else place.value, path)

    def char_span(self, path: YamlPath, offset: int, length: int = 1) -> Span:
        """Return the span of `length` characters of the text at `path`, the value's span when it cannot be exact.

        It is exact for a scalar on one line whose text stands in the file as it is (no escapes).
        """
        place, text = self._places.get(path), self.value(path)
        if place is None or not isinstance(text, str):
            return self.span(path)
        start, end = place.value
        raw = (place.argument or self._text.text)[start:end]
        quote = int(not place.plain and not place.argument)
        if raw[quote : len(raw) - quote] != text or not 0 <= offset <= len(text):
            return self.span(path)
        begin = start + quote + offset
        return self._span(place, (begin, min(begin + max(length, 0), end - quote)), path)

    def _span(self, place: _Place, offsets: tuple[int, int], path: YamlPath) -> Span:
        if place.argument:
            return Span("--set", 1, offsets[0] + 1, 1, offsets[1] + 1, place.argument, _where(path))
        return self._text.span(*offsets, _where(path))

    def with_value(self, path: YamlPath, text: str) -> Source:
        """Return a source in which the scalar at `path` is `text`, as `--set path=text` asks.

        Missing mappings are made on the way; list entries must exist. Raises ProfileError.
        """
        argument, keys = f"{_where(path)}={text}", (0, len(_where(path)))
        span = Span("--set", 1, 1, 1, len(argument) + 1, argument, _where(path))
        if not path or len(path) > MAX_DEPTH or len(text) > MAX_SCALAR or _FORBIDDEN.search(argument):
            words = "the path or the value is empty, too long or holds a control character"
            raise ProfileError([_error("set", span, f"`{_where(path)}` cannot be set: {words}")])
        places = dict(self._places)
        data: dict[str, Data] = dict(self.data)
        node: dict[str, Data] | list[Data] = data
        for depth, step in enumerate(path, 1):
            here, last = path[:depth], depth == len(path)
            if isinstance(node, dict):
                here = (*here[:-1], step := str(step))
                old = node.get(step)
            else:
                if not isinstance(step, int) or not 0 <= step < len(node):
                    hint = f"it has {len(node)} entries, counted from 0" if node else "it has no entries"
                    message = f"`{_where(here[:-1])}` is a list without an entry `{step}`"
                    raise ProfileError([_error("set", span, message, hint)])
                old = node[step]
            path = (*here, *path[depth:])
            if isinstance(old, dict | list) if last else isinstance(old, str):
                kind = "text" if isinstance(old, str) else "a list or a mapping"
                raise ProfileError([_error("set", span, f"`{_where(here)}` holds {kind}", "name a single field")])
            new: Data = text if last else list(old) if isinstance(old, list) else dict(old or {})  # type: ignore[arg-type]
            node[step] = new  # type: ignore[index]
            if last or here not in places:
                places[here] = _Place(keys, (keys[1] + 1, len(argument)), argument=argument)
            node = new if isinstance(new, dict | list) else node
        return replace(self, data=data, _places=places)


def parse_set_path(words: str) -> YamlPath:
    """Read the path of a `--set` argument. Raises UsageError.

    >>> parse_set_path("sections[0].title") == parse_set_path("sections.0.title") == ("sections", 0, "title")
    True
    """
    steps = list(_SET_STEP.finditer(words))
    if not steps or "".join(step[0] for step in steps) != words or words[0] in ".[":
        raise UsageError(f"`{words}` is not a path", hints=["write it like `person.email` or `sections[0].title`"])
    names = [step[1] or step[2] for step in steps]
    return tuple(int(name) if re.fullmatch(_INDEX, name) else name for name in names)


def read(path: pathlib.Path) -> Source:
    """Read a profile from a regular file. Raises ProfileError."""
    file = str(path)
    try:
        flags = [getattr(os, name, 0) for name in ("O_NONBLOCK", "O_BINARY", "O_CLOEXEC")]  # a FIFO must not block
        descriptor = os.open(path, os.O_RDONLY | sum(flags))
        try:
            regular = stat.S_ISREG(os.fstat(descriptor).st_mode)
            with open(descriptor if regular else os.devnull, "rb", closefd=not regular) as stream:
                content = stream.read(MAX_BYTES + 1)
        finally:
            os.close(descriptor)
    except FileNotFoundError:
        raise ProfileError(
            [_error("file-missing", Span(file), "there is no such file", *_neighbours(path))]
        ) from None
    except (OSError, ValueError) as error:
        words = getattr(error, "strerror", None) or str(error)
        hints = [f"check its permissions: `ls -l {file}`"] if isinstance(error, PermissionError) else []
        raise ProfileError([_error("file-unreadable", Span(file), f"cannot be read: {words}", *hints)]) from None
    if not regular:
        hints = _neighbours(path / "profile.yaml") if path.is_dir() else ["copy its content into a file first"]
        kind = "a folder" if path.is_dir() else "not a regular file"
        raise ProfileError([_error("file-kind", Span(file), f"this is {kind}", *hints)])
    return parse(content, file)


def _neighbours(path: pathlib.Path) -> list[str]:
    """Hint at the YAML files beside `path` whose names are close to its own."""
    import difflib  # only needed here

    try:
        names = sorted(entry.name for entry in itertools.islice(path.parent.iterdir(), 1000))
    except (OSError, ValueError):
        return [f"there is no folder `{path.parent}`"]
    names = [name for name in names if name.endswith((".yaml", ".yml"))]
    close = difflib.get_close_matches(path.name, names, 3, 0.5) or names[:3]
    listed = " or ".join(f"`{path.parent / name}`" for name in close)
    return [f"did you mean {listed}?"] if listed else [f"there are no YAML files in `{path.parent}`"]


def parse(data: bytes | str, file: str) -> Source:
    """Read a profile from bytes (UTF-8) or text; `file` names it in messages. Raises nothing but ProfileError."""
    size = len(data) if isinstance(data, bytes) else len(data.encode("utf-8", "surrogatepass"))
    if size > MAX_BYTES:
        message = "a profile may have at most 1 MiB"
        raise ProfileError([_error("too-large", Span(file), message, "move publications to files under `works:`")])
    text = _Text.of(file, (_decode(data, file) if isinstance(data, bytes) else data).removeprefix("\ufeff"))
    found = itertools.islice(_FORBIDDEN.finditer(text.text), MAX_MISTAKES)
    mistakes = [_control(text.span(match.start()), ord(match[0])) for match in found]
    if tab := _LEADING_TAB.search(text.text):
        span = text.span(tab.end() - 1)
        more = len(_LEADING_TAB.findall(text.text)) - 1
        label = f"and on {more} more line{'s' * (more > 1)}" if more else ""
        mistakes.append(
            _error("tab", span, "a tab is used for indentation", "use spaces, two per level", label=label)
        )
        raise _all(mistakes)
    # Ordinary characters in YAML 1.2 that one of PyYAML's parsers takes for line ends, drops, or stumbles over in
    # `[a?]`. They are hidden from it and put back in values.
    special = [char for char in "\u2028\u2029\ufeff?" if char in text.text]
    present = set(text.text) if special else set()
    free = (chr(code) for code in range(0x10FFFD, 0xFFFF, -1) if chr(code) not in present)
    hidden: dict[str, str | int | None] = dict(zip(special, free, strict=False))
    parsed, controls = _FORBIDDEN.subn("\ufffd", text.text.translate(str.maketrans(hidden)))
    reader = _Reader(text, parsed, {ord(str(sign)): char for char, sign in hidden.items()})
    reader.run()
    mistakes += reader.mistakes
    if mistakes:
        raise _all(mistakes, controls - min(controls, MAX_MISTAKES) + reader.omitted)
    return Source(file, reader.root, text, reader.places)


def _decode(content: bytes, file: str) -> str:
    """Decode UTF-8, or say where it is broken."""
    try:
        if content[:2] not in (b"\xff\xfe", b"\xfe\xff") and 0 not in content[:4]:
            return content.decode("utf-8")
        offset, words = 0, "UTF-16 or UTF-32"
    except UnicodeDecodeError as error:
        offset, words = error.start, f"not UTF-8: byte 0x{content[error.start]:02X} at offset {error.start}"
    before = _BREAK.split(content[:offset].decode("utf-8").removeprefix("\ufeff"))
    rest = _BREAK.split(content[offset : offset + 200].decode("utf-8", "replace"))[0] if offset else ""
    column = len(before[-1]) + 1
    span = Span(file, len(before), column, len(before), column + 1, before[-1] + rest)
    hint = "save the file as UTF-8 in your editor"
    raise ProfileError([_error("encoding", span, f"the file is {words}", hint)]) from None


def _error(
    code: str, span: Span, message: str, *hints: str, label: str = "", related: Sequence[tuple[Span, str]] = ()
) -> Diagnostic:
    return Diagnostic(code, Severity.ERROR, span, message, hints, label, tuple(related))


def _control(span: Span, code: int) -> Diagnostic:
    escape = "put single quotes around a text with backslashes, or write the character itself"
    hint = escape if span.excerpt[span.column - 1 : span.column] == "\\" else "delete it"
    return _error("control-character", span, f"the control character U+{code:04X} is not allowed", hint)


def _all(mistakes: list[Diagnostic], omitted: int = 0) -> ProfileError:
    """Make the error that carries the first mistakes and says how many more there are."""
    mistakes = sorted(mistakes, key=lambda mistake: mistake.sort_key)
    shown, rest = mistakes[:MAX_MISTAKES], mistakes[MAX_MISTAKES:]
    if count := len(rest) + omitted:
        message = f"and {count} more mistake{'s' * (count > 1)} after this one"
        shown.append(Diagnostic("too-many-mistakes", Severity.NOTE, replace(shown[-1].span, excerpt=""), message))
    return ProfileError(shown)


def _quoted(raw: str) -> str:
    """Put quotes around a value, as a hint shows it."""
    if len(raw) > 1 and raw[0] == raw[-1] and raw[0] in "\"'":
        raw = raw[1:-1]
    if len(raw) > 80 or not raw:
        return "put quotes around the value"
    quote = "'" if '"' in raw or "\\" in raw else '"'
    inner = raw.replace("'", "''") if quote == "'" else raw
    return f"put quotes around the value: {quote}{inner}{quote}"


def _bad_escapes(text: str, start: int, end: int) -> Iterator[tuple[int, int, int]]:
    """Yield (start, end, code point) of escapes in double quotes that make a character which is not allowed."""
    named = {"0": 0, "a": 7, "b": 8, "v": 11, "f": 12, "e": 27, "N": 0x85}
    for match in _ESCAPE.finditer(text, start, end):
        digits = match[1] or match[2] or match[3]
        code = int(digits, 16) if digits else named.get(match[4], 32)
        if code > 0x10FFFF or _FORBIDDEN.match(chr(code)):
            yield match.start(), match.end(), code


@dataclass(slots=True)
class _Frame:
    """A mapping or list that is being read. `key` waits for its value."""

    path: YamlPath
    holder: dict[str, Data] | list[Data]
    start: int
    end: int
    key: str | None = None
    key_range: tuple[int, int] | None = None
    first: dict[str, tuple[int, int]] = field(default_factory=dict)


class _StopReadingError(Exception):
    """A limit is reached; the mistake is already noted."""


class _Reader:
    """Turn events into data and places. Collects mistakes; `root` is a mapping when there are none."""

    def __init__(self, text: _Text, parsed: str, shown: dict[int, str]) -> None:
        self.text, self.parsed, self.shown = text, parsed, shown
        self.mistakes: list[Diagnostic] = []
        self.places: dict[YamlPath, _Place] = {}
        self.root: dict[str, Data] = {}
        self.stack: list[_Frame] = []
        self.nodes = self.documents = self.omitted = self.end = 0
        self.last = (0, 0)

    def run(self) -> None:
        """Read all events."""
        try:
            for event in yaml.parse(self.parsed, Loader=_LOADER):
                start, end = (mark.index if mark else 0 for mark in (event.start_mark, event.end_mark))
                if isinstance(event, yaml.NodeEvent):
                    self._node(event, start, end)
                elif isinstance(event, yaml.CollectionEndEvent):
                    self._close(end)
                elif isinstance(event, yaml.DocumentStartEvent):
                    self._document(start)
            self._gap(len(self.parsed))
            if not self.documents:
                self._note("empty", 0, 0, "the file is empty", "start with `person:` and `sections:`")
        except _StopReadingError:
            pass
        except yaml.MarkedYAMLError as error:
            self.mistakes = [mistake for mistake in self.mistakes if mistake.code != "not-a-mapping"]
            self.mistakes.append(_syntax(self.text, self.parsed, error, self.last))
        except (yaml.YAMLError, ValueError, OverflowError):
            # The pure parser fails so on "\\UFFFFFFFF".
            start, end, code = next(_bad_escapes(self.parsed, self.end, len(self.parsed)), (self.end, self.end, 0))
            self.mistakes.append(_control(self.text.span(start, end), code))

    def _note(
        self, code: str, start: int, end: int, message: str, *hints: str, first: tuple[int, int] = (0, 0)
    ) -> None:
        """Note a mistake; beyond the number that is shown only count."""
        if len(self.mistakes) > MAX_MISTAKES:
            self.omitted += 1
        elif code == "control-character":
            self.mistakes.append(_control(self.text.span(start, end), int(message, 16)))
        else:
            related = [(self.text.span(*first), "first here")] if first[1] else []
            self.mistakes.append(_error(code, self.text.span(start, end), message, *hints, related=related))

    def _document(self, start: int) -> None:
        self.documents += 1
        if self.documents > 1:
            self._note(
                "documents", start, start + 3, "a second document starts here", "remove the `---`: one per file"
            )
            raise _StopReadingError

    def _gap(self, stop: int) -> None:
        """Refuse what only one of the parsers takes for white space, and syntax that leaves no event."""
        strays = (match.start() for match in _STRAY.finditer(self.parsed, self.end, stop) if match[1])
        if (at := next(strays, None)) is None:
            return
        code, message, hint = _SIGNS.get(self.parsed[at], ("syntax", "this does not belong here", "quote the text"))
        self._note(code, at, at + 1, message, hint)

    def _node(self, event: yaml.NodeEvent, start: int, end: int) -> None:
        self._gap(start)
        self.nodes += 1
        frame = self.stack[-1] if self.stack else None
        is_key = frame is not None and isinstance(frame.holder, dict) and frame.key is None
        if self.nodes > MAX_NODES:
            self._note("too-many-nodes", start, start + 1, f"the file has more than {MAX_NODES:,} keys and values")
            raise _StopReadingError
        if isinstance(event, yaml.AliasEvent):
            raw = self.text.text[start:end]
            message = f"`{raw}` is a YAML alias, which is not supported"
            self._note("alias", start, end, message, _quoted(raw), "or write the value out again")
        elif self.parsed[start : start + 1] in ("&", "!"):
            self._properties(event, start, end)
        if is_key and frame:
            self._key(frame, event, start, end)
        if isinstance(event, yaml.CollectionStartEvent):
            self._open(event, start, is_key)
        else:
            self.end = end
            if not is_key:
                self._scalar(event, start, end)

    def _properties(self, event: yaml.NodeEvent, start: int, end: int) -> None:
        """Note an anchor or a tag. A text that starts with `&` or `!` was meant, so the hint quotes it."""
        raw = self.text.text[start:end] if isinstance(event, yaml.ScalarEvent) else ""
        hints = (_quoted(raw), "or delete it") if raw else ("delete it",)
        if event.anchor is not None:
            self._note("anchor", start, end, "`&` starts a YAML anchor, which is not supported", *hints)
        if getattr(event, "tag", None) is not None:
            self._note("tag", start, end, "`!` starts a YAML tag, which is not supported", *hints)
        if found := _PROPERTIES.match(self.parsed, start):
            self.end = max(self.end, found.end())

    def _key(self, frame: _Frame, event: yaml.NodeEvent, start: int, end: int) -> None:
        """Take the event as the key of what follows; a wrong key gets a name that no file can hold."""
        frame.key, frame.key_range, frame.end = f"\0{start}", (start, end), end
        if not isinstance(event, yaml.ScalarEvent):
            if not isinstance(event, yaml.AliasEvent):
                self._note("complex-key", start, start + 1, "a key must be a text", "put quotes around it")
            return
        name, plain = event.value.translate(self.shown), not event.style
        if plain and name == "<<":
            self._note("merge-key", start, end, "the merge key `<<` is not supported", "write the fields out")
        elif plain and not name:
            self._note(
                "key-missing", start, end + 1, "there is no key before this colon", "put quotes around the text"
            )
        elif name in frame.first:
            message, hint = f"the key `{name}` stands here twice", "delete one, or join their values"
            self._note("duplicate-key", start, end, message, hint, first=frame.first[name])
        else:
            frame.key, frame.first[name] = name, (start, end)
        if plain and _TIGHT.match(self.parsed, end):  # the parsers differ
            self._note("space-missing", start, end, "there is no space after this colon", "add one")
        self._check_scalar(event, start, end)

    def _check_scalar(self, event: yaml.ScalarEvent, start: int, end: int) -> None:
        if len(event.value) > MAX_SCALAR:
            hint = "split it, or move publications to files under `works:`"
            self._note("too-long", start, end, f"a text may have at most {MAX_SCALAR:,} characters", hint)
        if not event.style and (tab := self.parsed.find("\t", start, end)) >= 0:  # white space to the pure parser
            self._note("tab", tab, tab + 1, "a tab stands in a text without quotes", "use spaces")
        if not event.style and re.match(r"\?(?=\s)", self.text.text[start:end]):
            self._note(_SIGNS["?"][0], start, start + 1, *_SIGNS["?"][1:])
        if event.style == '"':
            for first, last, code in _bad_escapes(self.parsed, start, end):
                self._note("control-character", first, last, f"{code:X}")

    def _scalar(self, event: yaml.NodeEvent, start: int, end: int) -> None:
        plain, value = False, None
        if isinstance(event, yaml.ScalarEvent):
            self._check_scalar(event, start, end)
            self.last, plain = (start, end), not event.style
            value = None if plain and event.value in _NULLS else event.value.translate(self.shown)
            raw = self.text.text[start:end]
            if event.style in ("|", ">") and not _BLOCK_HEADER.match(raw):
                hint = _quoted(raw.splitlines()[0])
                self._note("quotes-needed", start, start + 1, f"`{raw[0]}` starts a block of text", hint)
            end = start + len(raw.rstrip(" \t\r\n")) if event.style in ("|", ">") else end
        if start == end and self.stack and (key := self.stack[-1].key_range):  # the parsers differ
            colon = _COLON.match(self.parsed, key[1])
            start = end = colon.end() if colon else key[1]
        if not self.stack:
            code, message = ("not-a-mapping", "the file holds one text") if value else ("empty", "the file is empty")
            self._note(code, start, end, message, "start with `person:` and `sections:`")
        else:
            self._attach(value, start, end, plain)

    def _attach(self, value: Data, start: int, end: int, plain: bool) -> YamlPath:
        """Put a value into the innermost mapping or list."""
        frame = self.stack[-1]
        if isinstance(frame.holder, list):
            path: YamlPath = (*frame.path, len(frame.holder))
            frame.holder.append(value)
        else:
            path = (*frame.path, str(frame.key))
            frame.holder[str(frame.key)], frame.key = value, None
        self.places[path] = _Place(frame.key_range, (start, end), plain)
        frame.end = max(frame.end, end)
        return path

    def _open(self, event: yaml.CollectionStartEvent, start: int, is_key: bool) -> None:
        holder: dict[str, Data] | list[Data] = {} if isinstance(event, yaml.MappingStartEvent) else []
        if len(self.stack) == MAX_DEPTH:
            self._note("too-deep", start, start + 1, f"values may be nested at most {MAX_DEPTH} deep", "flatten them")
            raise _StopReadingError
        path: YamlPath = ()
        if not self.stack:
            if isinstance(holder, list):
                self._note("not-a-mapping", start, start + 1, "the file is a list", "start with `person:`")
            else:
                self.root = holder
            self.places[()] = _Place(None, (start, start))
        elif not is_key:
            path = self._attach(holder, start, start, plain=False)
        self.stack.append(_Frame(path, holder, start, start))

    def _close(self, end: int) -> None:
        """End a mapping or list: at its bracket, or where its last value ends."""
        frame = self.stack.pop()
        if self.parsed[frame.start] in "[{":
            self._gap(end)
            frame.end = self.end = end
        if frame.path in self.places:
            self.places[frame.path] = self.places[frame.path]._replace(value=(frame.start, frame.end))
        if self.stack:
            self.stack[-1].end = max(self.stack[-1].end, frame.end)


# What the parser could not read, in words that help. Keyed on the parser's marks and on the line as it was meant.


def _syntax(text: _Text, parsed: str, error: yaml.MarkedYAMLError, last: tuple[int, int]) -> Diagnostic:
    """Explain why the parser stopped; `last` is the range of the last scalar it read."""
    at = error.problem_mark.index if error.problem_mark else last[1]
    start = error.context_mark.index if error.context_mark else at
    context, problem = error.context or "", error.problem or ""
    if context == "while scanning a quoted scalar":
        return _unclosed(text, start)
    if context.endswith("quoted scalar"):
        return _escape(text, parsed, max(parsed.rfind("\\", start, at + 1), start))
    found = _meant(text, at)
    sign = parsed[start : start + 1]
    if parsed[at : at + 1] == "\t" or (sign == "%" and start == text.starts[text.row(start)]):
        offset = at if parsed[at : at + 1] == "\t" else start
        return _error(_SIGNS[parsed[offset]][0], text.span(offset), *_SIGNS[parsed[offset]][1:])
    if context.startswith("while parsing a flow") and sign in "[{":
        hints = ["close it, or put a comma between its parts"]
        if (value := _meant(text, start)) and value.start == start:
            hints.append(f"or, if it is text, {_quoted(value.value)}")
        words = f"the `{sign}` here is not closed where it should be"
        related = [(text.span(at), "a comma or the closing bracket was expected here")]
        return _error("bracket-unclosed", text.span(start), words, *hints, related=related)
    if "simple key" in context:
        return _no_colon(text, text.row(start))
    if problem == "found unexpected ':'":
        return _error("space-missing", text.span(start, at), "there is no space after this colon", "add one")
    if problem.startswith("mapping values"):
        return _second_colon(text, at, found)
    if "document start" in problem and sign not in "[]{},":
        words = "this line starts further left than the first key of the file"
        return _error("indentation", text.span(at), words, "start all keys of the top level in column 1")
    if context in ("while parsing a block mapping", "while parsing a block collection"):
        return _block(text, parsed, at, found, start, last)
    value = _meant(text, start)
    if value and value.start <= start < value.end and value.value[0] in "*&!@`%|>,?]}-:[{\"'":
        return _needs_quotes(text, value)
    return _stray(text, at)


def _escape(text: _Text, parsed: str, begin: int) -> Diagnostic:
    """Explain the escape at `begin`: unknown, or one of a character that does not exist."""
    bad = next(_bad_escapes(parsed, begin, begin + 10), (-1, 0, 0))
    if bad[0] == begin:
        return _control(text.span(begin, bad[1]), bad[2])
    words = f"`{text.text[begin : begin + 2]}` means nothing in double quotes"
    hint = "put single quotes around a text with backslashes, or write each as `\\\\`"
    return _error("escape", text.span(begin, begin + 2), words, hint)


class _Meant(NamedTuple):
    """A line taken apart: offsets of the line's first character after dashes, of its value, and the words."""

    head: int
    start: int
    end: int
    key: str
    value: str


def _meant(text: _Text, offset: int) -> _Meant | None:
    """Take the line at `offset` apart; None for an overlong one."""
    row = text.row(offset)
    line, begin = text.line(row), text.starts[row]
    match = _LINE.match(line) if len(line) < 500 else None
    if not match:
        return None
    head, start = begin + match.end("lead"), begin + match.start("value")
    return _Meant(head, start, begin + match.end("value"), match["key"] or "", match["value"])


def _unclosed(text: _Text, start: int) -> Diagnostic:
    hint = "close it, and write a quote inside single quotes twice"
    return _error("quote-unclosed", text.span(start), "the quote that opens here is never closed", hint)


def _stray(text: _Text, at: int) -> Diagnostic:
    words = f"`{text.text[at]}` cannot stand here" if at < len(text.text) else "the file ends too early"
    return _error("syntax", text.span(at), words, "put quotes around a text with punctuation, or delete it")


def _needs_quotes(text: _Text, value: _Meant) -> Diagnostic:
    sign = value.value[0]
    words = {
        '"': "text goes on after the closing quote",
        "'": "text goes on after the closing quote",
    }.get(sign, f"a text that starts with `{sign}` needs quotes")
    return _error("quotes-needed", text.span(value.start, value.end), words, _quoted(value.value))


def _no_colon(text: _Text, row: int) -> Diagnostic:
    """Explain a line that should be `key: value` and is not."""
    offset = text.starts[row]
    if not (line := _meant(text, offset)):
        return _error("colon-missing", text.span(offset), "there is no `key: value` on this line")
    tight = re.match(r"[\w-]+:(?=\S)", line.value)
    if tight and not line.key:
        span = text.span(line.start, line.start + tight.end())
        words = f"there is no space after `{tight[0]}`"
        return _error("space-missing", span, words, f"write `{tight[0]} {line.value[tight.end() :]}`")
    words = f"`{line.value}` has no colon: it is no `key: value`"
    hint = "add the key, or indent it deeper than the key whose text it continues"
    return _error("colon-missing", text.span(line.start, line.end), words, hint)


def _second_colon(text: _Text, at: int, found: _Meant | None) -> Diagnostic:
    """Explain a colon that cannot end a key: inside a value, or after a line that swallowed this one."""
    if found and found.key and found.start <= at:
        words = "a text with a colon and a space in it needs quotes"
        return _error("quotes-needed", text.span(found.start, found.end), words, _quoted(found.value))
    above = text.row(at) - 1
    while above > 0 and not text.line(above).partition("#")[0].strip():
        above -= 1
    line = _meant(text, text.starts[above]) if above >= 0 else None
    if not found or not line:
        return _stray(text, at)
    if line.key and line.value:
        column = line.head - text.starts[above] + 1
        words = f"`{found.key}` is indented deeper than `{line.key}` above it, which has its value already"
        hint = f"start it in column {column}, like `{line.key}`"
        related = [(text.span(line.head, line.end), "the line above")]
        return _error("indentation", text.span(found.head, at), words, hint, related=related)
    return _no_colon(text, above)


def _block(text: _Text, parsed: str, at: int, found: _Meant | None, start: int, last: tuple[int, int]) -> Diagnostic:
    """Explain a token that does not continue the mapping or list which began at `start`."""
    if last[1] <= at and parsed[last[0] : last[0] + 1] in ("'", '"'):
        rows = text.row(last[0]), text.row(last[1])
        if rows[0] < rows[1] == text.row(at):
            return _unclosed(text, last[0])
    if found and found.value and found.value[0] in "\"'[{" and found.start < at:
        return _needs_quotes(text, found)
    if parsed[at : at + 1] in ("]", "}", ","):
        return _stray(text, at)
    if parsed[at : at + 1] == ":":
        return _error(_SIGNS[":"][0], text.span(at), *_SIGNS[":"][1:])
    related = [(text.span(start), "what it should continue starts here")]
    column = start - text.starts[text.row(start)] + 1
    is_dash = re.match(r"-(?=\s|$)", parsed[at : at + 2]) is not None
    in_list = re.match(r"-(?=\s|$)", parsed[start : start + 2]) is not None
    if is_dash == in_list or not found or found.head < at:
        words, hint = (
            "the indentation fits no line above",
            f"start it in column {column}, or where a line above starts",
        )
    elif is_dash:
        words, hint = "a list entry stands where a key was expected", "indent it below the key it belongs to"
    else:
        words, hint = "a key stands where a list entry was expected", "write `- ` before it, or indent it"
    return _error("indentation", text.span(at), words, hint, related=related)
