"""PyYAML's events to data and places, with all limits checked."""

from __future__ import annotations

import itertools
import re
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass, field

import yaml

from cvgen.diagnostics import Diagnostic, YamlPath
from cvgen.source.positions import (
    MAX_DEPTH,
    MAX_ITEMS,
    MAX_MISTAKES,
    MAX_NODES,
    MAX_SCALAR,
    Data,
    NodePlace,
    SourceText,
    find_bad_escapes,
    make_control_error,
    make_error,
    quote_hint,
)
from cvgen.source.syntax_errors import SIGNS, explain_syntax_error

__all__ = ["Reader"]

_LOADER: type = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_NULLS = frozenset({"", "~", "null", "Null", "NULL"})
# Between two scalars, outside comments, only these characters belong to the subset of YAML that profiles use.
_STRAY = re.compile(r"#[^\r\n]*|([^ \r\n:,\[\]{}.-])")
_PROPERTIES = re.compile(r"(?:[&!][^ \r\n]*[ \r\n]*)*")
_BLOCK_HEADER = re.compile(r"[|>](?:[+-]?[1-9]?|[1-9][+-])(?=[ \r\n]|$)")
_COLON = re.compile(r"[ \r\n]*:")
_TIGHT = re.compile(r" *:[,\[\]{}]")


_DASHES = re.compile(r"\n *- +\S")


def _keep_lines(raw: str) -> str:
    """Return a text without quotes with its lines, which YAML would fold: dashes below it are a list."""
    first, *rest = raw.replace("\r\n", "\n").split("\n")
    return "\n".join([first, *textwrap.dedent("\n".join(rest)).split("\n")])


@dataclass(slots=True)
class _Frame:
    """A mapping or list that is being read. `key` is the one whose value comes next."""

    path: YamlPath
    holder: dict[str, Data] | list[Data]
    start: int
    end: int
    key: str | None = None
    key_range: tuple[int, int] | None = None
    first: dict[str, tuple[int, int]] = field(default_factory=dict)


class _StopReadingError(Exception):
    """A limit is reached; the mistake is already noted."""


class Reader:
    """Turn events into data and places. Collects mistakes; `root` is a mapping when there are none."""

    def __init__(self, text: SourceText, parsed: str, shown: dict[int, str]) -> None:
        self.text, self.parsed, self.shown = text, parsed, shown
        self.mistakes: list[Diagnostic] = []
        self.places: dict[YamlPath, NodePlace] = {}
        self.root: dict[str, Data] = {}
        self.stack: list[_Frame] = []
        self.nodes = self.documents = self.omitted = self.end = 0
        self.last = (0, 0)

    def run(self) -> None:
        """Read all events."""
        try:
            for event in self._events():
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
            self.mistakes = [make_error for make_error in self.mistakes if make_error.code != "not-a-mapping"]
            self.mistakes.append(explain_syntax_error(self.text, self.parsed, error, self.last))
        except (yaml.YAMLError, ValueError, OverflowError):
            # The pure parser fails so on "\\UFFFFFFFF".
            start, end, code = next(
                find_bad_escapes(self.parsed, self.end, len(self.parsed)), (self.end, self.end, 0)
            )
            self.mistakes.append(make_control_error(self.text.span(start, end), code))

    def _events(self) -> Iterator[yaml.Event]:
        """Yield libyaml's events, and the pure parser's from where brackets nest deeper than libyaml allows.

        libyaml 0.2.6 fails at 1,000 open brackets. When they stand on one line, which may be a key, it reads them all
        before it yields the first.
        """
        count = 0
        try:
            for event in yaml.parse(self.parsed, Loader=_LOADER):
                count += 1
                yield event
        except yaml.MarkedYAMLError as error:
            ahead = self.parsed[self.end : error.problem_mark.index if error.problem_mark else None]
            if len(self.stack) + ahead.count("[") + ahead.count("{") <= MAX_DEPTH:
                raise
            yield from itertools.islice(yaml.parse(self.parsed, Loader=yaml.SafeLoader), count, None)

    def _note(
        self, code: str, start: int, end: int, message: str, *hints: str, first: tuple[int, int] = (0, 0)
    ) -> None:
        """Note a mistake; beyond the number that is shown only count."""
        if len(self.mistakes) > MAX_MISTAKES:
            self.omitted += 1
        elif code == "control-character":
            self.mistakes.append(make_control_error(self.text.span(start, end), int(message, 16)))
        else:
            related = [(self.text.span(*first), "first here")] if first[1] else []
            self.mistakes.append(make_error(code, self.text.span(start, end), message, *hints, related=related))

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
        code, message, hint = SIGNS.get(self.parsed[at], ("syntax", "this does not belong here", "quote the text"))
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
            self._note("alias", start, end, message, quote_hint(raw), "or write the value out again")
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
        hints = (quote_hint(raw), "or delete it") if raw else ("delete it",)
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
            return
        if not event.style and (tab := self.parsed.find("\t", start, end)) >= 0:  # white space to the pure parser
            self._note("tab", tab, tab + 1, "a tab stands in a text without quotes", "use spaces")
        if not event.style and re.match(r"\?(?=\s)", self.text.text[start:end]):
            self._note(SIGNS["?"][0], start, start + 1, *SIGNS["?"][1:])
        if event.style == '"':
            for first, last, code in find_bad_escapes(self.parsed, start, end):
                self._note("control-character", first, last, f"{code:X}")

    def _scalar(self, event: yaml.NodeEvent, start: int, end: int) -> None:
        plain, value = False, None
        if isinstance(event, yaml.ScalarEvent):
            self._check_scalar(event, start, end)
            self.last, plain = (start, end), not event.style
            raw = self.text.text[start:end]
            text = _keep_lines(raw) if plain and _DASHES.search(raw) else event.value
            value = None if plain and event.value in _NULLS else text.translate(self.shown)
            if event.style in ("|", ">") and not _BLOCK_HEADER.match(raw):
                hint = quote_hint(raw.splitlines()[0])
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
            if len(frame.holder) == MAX_ITEMS:
                self._note("too-many-items", start, start + 1, f"a list has more than {MAX_ITEMS:,} items")
                raise _StopReadingError
            path: YamlPath = (*frame.path, len(frame.holder))
            frame.holder.append(value)
        else:
            path = (*frame.path, str(frame.key))
            frame.holder[str(frame.key)], frame.key = value, None
        self.places[path] = NodePlace(frame.key_range, (start, end), plain)
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
            self.places[()] = NodePlace(None, (start, start))
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
