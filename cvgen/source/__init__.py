"""YAML text to `Source`: plain data in which scalars stay strings, and the place of every key and value.

Only a small, safe part of YAML is read: mappings, lists and scalars. Anything else (anchors, tags, several documents)
is a mistake with its own code, and all mistakes are reported at once. PyYAML's event stream is the only thing used of
it, so no function recurses. Text that its C and pure parsers read differently is refused, or hidden from both.
"""

from __future__ import annotations

import itertools
import pathlib
import re
from dataclasses import dataclass, field, replace

from cvgen.diagnostics import Span, YamlPath, format_path
from cvgen.errors import ProfileError, UsageError
from cvgen.files import read_input
from cvgen.source.positions import (
    FORBIDDEN,
    MAX_BYTES,
    MAX_DEPTH,
    MAX_MISTAKES,
    MAX_SCALAR,
    Data,
    NodePlace,
    SourceText,
    combine_errors,
    decode_utf8,
    find_value,
    make_control_error,
    make_error,
)

__all__ = ["Source", "parse_set_path", "parse_yaml", "read_yaml"]

_LEADING_TAB = re.compile(r"(?:^|(?<=[\r\n]))[ ]*\t")
_INDEX = r"0|[1-9][0-9]{0,8}"
_SET_STEP = re.compile(rf"(?:^|\.)([^.\[\]]+)|\[({_INDEX})\]")


@dataclass(frozen=True)
class Source:
    """A YAML file as read: `data` with all scalars as strings (or None), and the span of every path in it."""

    file: str
    data: dict[str, Data]
    _text: SourceText = field(repr=False)
    _places: dict[YamlPath, NodePlace] = field(repr=False)

    @property
    def lines(self) -> tuple[str, ...]:
        """The lines of the file, without their ends and without a byte order mark."""
        return self._text.lines

    def has(self, path: YamlPath) -> bool:
        """Tell whether there is a node at `path`, even an empty one."""
        return path in self._places

    def value(self, path: YamlPath) -> Data:
        """Return the node at `path`, None when there is none."""
        return find_value(self.data, path)

    def is_plain(self, path: YamlPath) -> bool:
        """Tell whether `path` is a scalar written without quotes on the file's own lines."""
        return self.has(path) and self._places[path].plain

    def span(self, path: YamlPath, *, key: bool = False) -> Span:
        """Return the span of the value (or key) at `path`, or of its nearest ancestor that exists.

        List entries and the whole file have no key: their value stands in. `where` always names `path` itself.
        """
        found = path if path in self._places else self._nearest(path)
        place = self._places[found]
        return self._span(place, place.key if key and place.key else place.value, path)

    def _nearest(self, path: YamlPath) -> YamlPath:
        """Return the path of the nearest node. A list may stand for the mapping that would name it."""
        found: YamlPath = ()
        for step in path:
            if (*found, step) in self._places:
                found = (*found, step)
            elif isinstance(step, int) or not isinstance(self.value(found), list):
                break
        return found

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

    def _span(self, place: NodePlace, offsets: tuple[int, int], path: YamlPath) -> Span:
        if place.argument:
            return Span("--set", 1, offsets[0] + 1, 1, offsets[1] + 1, place.argument, format_path(path))
        return self._text.span(*offsets, format_path(path))

    def with_value(self, path: YamlPath, text: str) -> Source:
        """Return a source in which the scalar at `path` is `text`, as `--set path=text` asks.

        Missing mappings are made on the way; list entries must exist. Raises ProfileError.
        """
        argument, keys = f"{format_path(path)}={text}", (0, len(format_path(path)))
        span = Span("--set", 1, 1, 1, len(argument) + 1, argument, format_path(path))
        if not path or len(path) > MAX_DEPTH or len(text) > MAX_SCALAR or FORBIDDEN.search(argument):
            words = "the path or the value is empty, too long or holds a control character"
            raise ProfileError([make_error("set", span, f"`{format_path(path)}` cannot be set: {words}")])
        places = dict(self._places)
        data: dict[str, Data] = dict(self.data)
        node: dict[str, Data] | list[Data] = data
        for depth, step in enumerate(path, 1):
            prefix, last = path[:depth], depth == len(path)
            if isinstance(node, dict):
                prefix = (*prefix[:-1], step := str(step))
                old = node.get(step)
            else:
                if not isinstance(step, int) or not 0 <= step < len(node):
                    hint = f"it has {len(node)} entries, counted from 0" if node else "it has no entries"
                    message = f"`{format_path(prefix[:-1])}` is a list without an entry `{step}`"
                    raise ProfileError([make_error("set", span, message, hint)])
                old = node[step]
            path = (*prefix, *path[depth:])
            if isinstance(old, dict | list) if last else isinstance(old, str):
                kind = "text" if isinstance(old, str) else "a list or a mapping"
                raise ProfileError(
                    [make_error("set", span, f"`{format_path(prefix)}` holds {kind}", "name a single field")]
                )
            new: Data = text if last else list(old) if isinstance(old, list) else dict(old or {})  # type: ignore[arg-type]
            node[step] = new  # type: ignore[index]
            if last or prefix not in places:
                places[prefix] = NodePlace(keys, (keys[1] + 1, len(argument)), argument=argument)
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


def read_yaml(path: pathlib.Path) -> Source:
    """Read a profile from a regular file. Raises ProfileError."""
    return parse_yaml(read_input(path, MAX_BYTES, (".yaml", ".yml"), "YAML"), str(path))


def parse_yaml(data: bytes | str, file: str) -> Source:
    """Read a profile from bytes (UTF-8) or text; `file` names it in messages. Raises nothing but ProfileError."""
    size = len(data) if isinstance(data, bytes) else len(data.encode("utf-8", "surrogatepass"))
    if size > MAX_BYTES:
        message = "a profile may have at most 1 MiB"
        raise ProfileError(
            [make_error("too-large", Span(file), message, "move publications to files under `works:`")]
        )
    text = SourceText.of(file, (decode_utf8(data, file) if isinstance(data, bytes) else data).removeprefix("\ufeff"))
    found = itertools.islice(FORBIDDEN.finditer(text.text), MAX_MISTAKES)
    mistakes = [make_control_error(text.span(match.start()), ord(match[0])) for match in found]
    if tab := _LEADING_TAB.search(text.text):
        span = text.span(tab.end() - 1)
        more = len(_LEADING_TAB.findall(text.text)) - 1
        label = f"and on {more} more line{'s' * (more > 1)}" if more else ""
        mistakes.append(
            make_error("tab", span, "a tab is used for indentation", "use spaces, two per level", label=label)
        )
        raise combine_errors(mistakes, max(0, len(FORBIDDEN.findall(text.text)) - MAX_MISTAKES))
    # Ordinary characters in YAML 1.2 that one of PyYAML's parsers takes for line ends, drops, or stumbles over in
    # `[a?]`. They are hidden from it and put back in values.
    special = [char for char in "\u2028\u2029\ufeff?" if char in text.text]
    present = set(text.text) if special else set()
    free = (chr(code) for code in range(0x10FFFD, 0xFFFF, -1) if chr(code) not in present)
    hidden: dict[str, str | int | None] = dict(zip(special, free, strict=False))
    parsed, controls = FORBIDDEN.subn("\ufffd", text.text.translate(str.maketrans(hidden)))
    from cvgen.source.reader import Reader  # slow (PyYAML), and a build with nothing to do reads no YAML

    reader = Reader(text, parsed, {ord(str(sign)): char for char, sign in hidden.items()})
    reader.run()
    mistakes += reader.mistakes
    if mistakes:
        raise combine_errors(mistakes, controls - min(controls, MAX_MISTAKES) + reader.omitted)
    return Source(file, reader.root, text, reader.places)
