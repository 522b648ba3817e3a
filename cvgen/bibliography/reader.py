"""A .bib file to works: the same protocol as a YAML `Source`, with the fields of our own works files.

`data` maps each key to the fields of a work, all scalars strings, with the place of each in the .bib. What cannot be
carried over is in `diagnostics`, as is an entry that is left out because its syntax is wrong.
"""

from __future__ import annotations

import pathlib
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from cvgen.bibliography.entries import convert_entry
from cvgen.bibliography.entry_fields import Origin, Remark
from cvgen.bibliography.grammar import MAX_BIB_BYTES, BibEntry, BibField, parse_entries
from cvgen.diagnostics import Diagnostic, Severity, Span, YamlPath, format_path
from cvgen.errors import ProfileError
from cvgen.files import read_input
from cvgen.source.positions import (
    FORBIDDEN,
    MAX_MISTAKES,
    MAX_SCALAR,
    Data,
    SourceText,
    combine_errors,
    decode_utf8,
    find_value,
    make_control_error,
    make_error,
)

__all__ = ["BibSource", "parse_bib", "read_bib"]

_NO_WORKS = frozenset({"xdata", "set", "control", "ieeetranbstctl", "bibnote", "jabref-entrytype"})
_VOLUMES = frozenset({"proceedings", "mvproceedings"})


@dataclass(frozen=True)
class BibSource:
    """A .bib file as read: `data` in the words of works files, and the span of every path in it.

    `volumes` are the keys of proceedings that papers refer to: they lend their fields to the papers.
    """

    file: str
    data: dict[str, Data]
    diagnostics: tuple[Diagnostic, ...]
    _text: SourceText = field(repr=False)
    _keys: dict[str, tuple[int, int]] = field(repr=False)
    _origins: dict[str, dict[YamlPath, Origin]] = field(repr=False)
    volumes: frozenset[str] = frozenset()

    @property
    def lines(self) -> tuple[str, ...]:
        """The lines of the file, without their ends."""
        return self._text.lines

    def has(self, path: YamlPath) -> bool:
        """Tell whether there is a value at `path`."""
        return self.value(path) is not None

    def value(self, path: YamlPath) -> Data:
        """Return the value at `path`, None when there is none."""
        return find_value(self.data, path)

    def is_plain(self, path: YamlPath) -> bool:
        """Tell that nothing in a .bib is a plain scalar of YAML."""
        return False

    def span(self, path: YamlPath, *, key: bool = False) -> Span:
        """Return the span of the field that the value at `path` came from; with `key`, of the field's name."""
        if not path or path[0] not in self._keys:
            return self._text.span(0, 0, format_path(path))
        origins, steps = self._origins[str(path[0])], path[1:]
        near = next((origins[steps[:end]] for end in range(len(steps), 0, -1) if steps[:end] in origins), None)
        if near is None and steps:  # a mapping that several fields filled
            near = next((origin for known, origin in origins.items() if known[: len(steps)] == steps), None)
        place = _place(near, key=key) if near else self._keys[str(path[0])]
        return self._text.span(*place, format_path(path))

    def char_span(self, path: YamlPath, offset: int, length: int = 1) -> Span:
        """Return the span of `length` characters of the text at `path`, the value's span when it cannot be exact."""
        origin, text = self._origins.get(str(path[0]), {}).get(path[1:]) if path else None, self.value(path)
        if origin is None or origin.field.inside is None or origin.field.text != text:
            return self.span(path)
        begin = origin.field.inside + min(max(offset, 0), len(text))
        return self._text.span(begin, min(begin + max(length, 0), origin.field.inside + len(text)), format_path(path))


def _place(origin: Origin, *, key: bool) -> tuple[int, int]:
    if key:
        return origin.field.key
    if origin.length and origin.field.inside is not None:
        start = origin.field.inside + origin.offset
        return start, start + origin.length
    return origin.field.value


def read_bib(path: pathlib.Path, links_base: str = "") -> BibSource:
    """Read a bibliography from a regular file. Relative links continue `links_base`. Raises ProfileError."""
    return parse_bib(read_input(path, MAX_BIB_BYTES, (".bib",), ".bib"), str(path), links_base)


def parse_bib(data: bytes | str, file: str, links_base: str = "") -> BibSource:
    """Read a bibliography from bytes (UTF-8) or text; `file` names it. Raises nothing but ProfileError."""
    size = len(data) if isinstance(data, bytes) else len(data.encode("utf-8", "surrogatepass"))
    if size > MAX_BIB_BYTES:
        hint = "divide it into several files, and name them all under `works:`"
        raise ProfileError([make_error("too-large", Span(file), "a bibliography may have at most 4 MiB", hint)])
    hint = "save it as UTF-8 in your editor or reference manager, or run `iconv -f latin1 -t utf-8`"
    text = SourceText.of(
        file, (decode_utf8(data, file, hint) if isinstance(data, bytes) else data).removeprefix("\ufeff")
    )
    controls = [
        make_control_error(text.span(found.start()), ord(found[0])) for found in FORBIDDEN.finditer(text.text)
    ]
    if controls:
        raise combine_errors(controls)
    grammar = parse_entries(text)
    if not grammar.entries and any(found.severity is Severity.ERROR for found in grammar.found):
        raise combine_errors(grammar.found)
    return _Reading(text, grammar.entries, [_as_warning(found) for found in grammar.found], links_base).source()


def _as_warning(found: Diagnostic) -> Diagnostic:
    """Return an error in one entry as a warning: it costs that entry, not the file."""
    if found.severity is not Severity.ERROR:
        return found
    return replace(found, severity=Severity.WARNING, message=f"{found.message}: this entry is left out")


class _Reading:
    """Turns entries into works, and remarks into diagnostics."""

    def __init__(self, text: SourceText, entries: list[BibEntry], found: list[Diagnostic], links_base: str) -> None:
        self.links_base = links_base
        self.text, self.entries, self.found = text, entries, found
        self.known = {entry.key: entry for entry in entries}
        self.folded = {entry.key.lower(): entry for entry in reversed(entries)}
        self.dropped: dict[tuple[str, str], list[Remark]] = {}
        self.renamed: list[tuple[BibEntry, str]] = []
        self.parents = {
            parent.key
            for entry in entries
            for key in (entry.fields["crossref"].text.split(",") if "crossref" in entry.fields else ())
            if (parent := self.entry_of(key)) is not None
        }

    def entry_of(self, key: str) -> BibEntry | None:
        """Return the entry that another one names."""
        return self.known.get(key.strip()) or self.folded.get(key.strip().lower())

    def source(self) -> BibSource:
        """Read all entries."""
        data: dict[str, Data] = {}
        keys: dict[str, tuple[int, int]] = {}
        origins: dict[str, dict[YamlPath, Origin]] = {}
        volumes = set[str]()
        for entry in self.entries:
            if entry.kind in _NO_WORKS:
                continue
            fields = dict(self.inherited(entry)) | {
                name: own for name, own in entry.fields.items() if own.text or name.startswith("cvgen-")
            }
            if "title" not in fields:
                hint = "write a title, or delete the entry"
                self.say(entry.place, "bib-title", f"the entry `{entry.key}` has no title, and is left out", hint)
                continue
            name = self.identifier(entry, keys)
            work, places = convert_entry(entry, fields, self.remark, self.links_base)
            if entry.kind in _VOLUMES and entry.key in self.parents:
                volumes.add(name)
            elif "authors" not in work and "editors" not in work:
                hint = "no author is printed and none is set bold; add `author = {…}`"
                self.say(entry.place, "bib-author", f"the entry `{entry.key}` has no author", hint)
            for path, value in _scalars((), work):
                if len(value) > MAX_SCALAR:
                    ends = (path[:end] for end in range(len(path), 0, -1) if path[:end] in places)
                    at = _place(places[next(ends)], key=False)
                    raise combine_errors(
                        [*self.found, make_error("too-large", self.text.span(*at), "this text is too long")]
                    )
            data[name], keys[name], origins[name] = work, entry.place, places
        self.report_dropped()
        errors = [found for found in self.found if found.severity is Severity.ERROR]
        rest = [found for found in self.found if found.severity is not Severity.ERROR]
        return BibSource(
            self.text.file, data, tuple((errors + rest)[:MAX_MISTAKES]), self.text, keys, origins, frozenset(volumes)
        )

    def say(self, place: tuple[int, int], code: str, words: str, hint: str, note: bool = False) -> None:
        if len(self.found) >= 10 * MAX_MISTAKES:  # more than anybody reads
            return
        severity = Severity.NOTE if note else Severity.WARNING
        self.found.append(Diagnostic(code, severity, self.text.span(*place), words, (hint,) if hint else ()))

    # --- Inheritance ------------------------------------------------------------------------------------------

    def inherited(self, entry: BibEntry) -> Iterator[tuple[str, BibField]]:
        """Yield the fields that entries named by `crossref` and `xdata` lend to this one, the nearest last."""
        found: list[dict[str, BibField]] = []
        seen = {entry.key}
        waiting = [(entry, name) for name in ("crossref", "xdata") if name in entry.fields]
        while waiting:
            child, name = waiting.pop(0)
            for key in child.fields[name].text.split(","):
                parent = self.entry_of(key)
                if parent is None:
                    words, hint = (
                        f"there is no entry `{key.strip()}` to take fields from",
                        "correct the key, or add it",
                    )
                    self.say(child.fields[name].value, "bib-crossref", words, hint)
                elif parent.key not in seen:
                    seen.add(parent.key)
                    found.append(_lent(parent, whole=name == "xdata"))
                    waiting += [(parent, more) for more in ("crossref", "xdata") if more in parent.fields]
        for fields in reversed(found):
            yield from fields.items()

    # --- Keys -------------------------------------------------------------------------------------------------

    def identifier(self, entry: BibEntry, taken: dict[str, tuple[int, int]]) -> str:
        """Return the entry's key in the letters that an id may have."""
        plain = unicodedata.normalize("NFKD", entry.key).encode("ascii", "ignore").decode()
        name = re.sub(r"[^A-Za-z0-9_.:/+-]+", "-", plain)[:90].strip("-") or "work"
        if name == entry.key:
            return name
        number, stem = 1, name
        while name in taken or name in self.known:
            number += 1
            name = f"{stem}-{number}"
        self.renamed.append((entry, name))
        return name

    # --- Remarks ----------------------------------------------------------------------------------------------

    def remark(self, remark: Remark) -> None:
        """Report a remark; those that recur with one field's name are reported once, with a count."""
        if remark.code != "bib-date":
            self.dropped.setdefault((remark.code, remark.subject), []).append(remark)
            return
        words = f"`{remark.subject}` is not a date, and is left out"
        self.say(remark.field.value, remark.code, words, "write it as `date = {2024-05}`")

    def report_dropped(self) -> None:
        """Report what was not carried over: fields and keys in one line, all else at the first place of each."""
        fields = [subject for code, subject in self.dropped if code == "bib-field"]
        if fields:
            first = self.dropped["bib-field", fields[0]][0].field
            names = "`, `".join(fields[:8]) + ("`, …" if len(fields) > 8 else "`")
            words = f"the field{'s' * (len(fields) > 1)} `{names} {'are' if fields[1:] else 'is'} not carried over"
            self.say(first.key, "bib-field", words, "", note=True)
        if self.renamed:
            entry, name = self.renamed[0]
            count = len(self.renamed) - 1
            more = f", and {count} more key{'s are' if count > 1 else ' is'} changed alike" if count else ""
            hint = "an id has letters, digits and `-_.:/+`; rename the entry, or refer to it so"
            self.say(entry.place, "bib-key", f"the key `{entry.key}` is read as `{name}`{more}", hint, note=True)
        for (code, subject), remarks in self.dropped.items():
            first = remarks[0].field
            places = len(dict.fromkeys(remark.field.key for remark in remarks))
            more = f", here and in {places - 1} more place{'s' * (places > 2)}" if places > 1 else ""
            if code == "bib-field":
                continue
            words, hint = {
                "bib-tex": (
                    f"the command `{subject}` is not known, and is left out{more}",
                    "write what it stands for",
                ),
                "bib-link": (
                    f"the link in `{subject}` is not carried over{more}: it is not a full address",
                    "write it as `https://example.org/paper.pdf`",
                ),
                "bib-annotation": (f"the annotation `{subject}` is not carried over{more}", ""),
                "bib-names": (
                    f"names are set bold by hand{more}" if subject == "bold" else f"`{subject}` parts names{more}",
                    "write the plain names: the profile's own person is set bold by itself"
                    if subject == "bold"
                    else "write ` and ` between names",
                ),
            }[code]
            place = first.value if code == "bib-link" else first.key
            if code == "bib-tex" and first.inside is not None and remarks[0].length:
                start = first.inside + remarks[0].offset
                place = start, start + remarks[0].length
            self.say(place, code, words, hint, note=code not in ("bib-names", "bib-tex"))


# Fields of a volume that hold for the papers in it.
_LENT = frozenset({
    "booktitle", "booksubtitle", "journal", "journaltitle", "year", "month", "day", "date", "venue", "location",
    "address", "publisher", "organization", "institution", "school", "series", "volume", "number", "eventtitle",
    "abbr", "acronym",
})  # fmt: skip


def _lent(parent: BibEntry, *, whole: bool) -> dict[str, BibField]:
    """Return the fields that an entry lends: the volume's title is the paper's `booktitle`."""
    if whole:
        return {name: found for name, found in parent.fields.items() if found.text}
    fields = {name: found for name, found in parent.fields.items() if name in _LENT and found.text}
    if "booktitle" not in fields and "title" in parent.fields:
        fields["booktitle"] = parent.fields["title"]
    return fields


def _scalars(path: YamlPath, node: Data) -> Iterator[tuple[YamlPath, str]]:
    if isinstance(node, str):
        yield path, node
    elif isinstance(node, dict | list):
        for part, below in node.items() if isinstance(node, dict) else enumerate(node):
            yield from _scalars((*path, part), below)
