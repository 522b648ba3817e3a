"""Diagnostics as data: a mistake with its place, severity and hints, and the formats it is printed in.

Every other room makes `Diagnostic` values; only `cvgen.cli` prints them, in one of the formats below.
Codes are stable and documented; wording is not.
"""

from __future__ import annotations

import enum
import hashlib
import json
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import TypeAlias

__all__ = [
    "NOWHERE",
    "Diagnostic",
    "Severity",
    "Span",
    "YamlPath",
    "did_you_mean",
    "fingerprint",
    "format_github",
    "format_human",
    "format_json",
    "format_line",
    "format_path",
    "format_sarif",
    "in_order",
    "visible",
]


YamlPath: TypeAlias = tuple[str | int, ...]
"""A place in a profile by its keys and indices: `("sections", 2, "title")`."""


class Severity(enum.StrEnum):
    """How bad a diagnostic is; the values are what `--message-format json` writes."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of a source file.

    Lines and columns count from 1, columns in code points; `end_column` is exclusive. Line 0 means the whole
    file. `excerpt` is the text of line `line`, empty when there is none; `where` is the YAML path in words
    (`sections[2].entries[0].title`), empty when the span does not come from YAML.
    """

    file: str
    line: int = 0
    column: int = 0
    end_line: int = 0
    end_column: int = 0
    excerpt: str = ""
    where: str = ""

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}" if self.line else self.file


NOWHERE = Span("")


def format_path(path: YamlPath) -> str:
    """Return a path in words.

    >>> format_path(("sections", 2, "title"))
    'sections[2].title'
    """
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path).removeprefix(".")


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One finding. `code` is stable (`date`, `unknown-key`, ...); `label` stands after the carets.

    `related` are further places that belong to the finding, each with a few words about it.
    """

    code: str
    severity: Severity
    span: Span
    message: str
    hints: tuple[str, ...] = ()
    label: str = ""
    related: tuple[tuple[Span, str], ...] = ()

    @property
    def sort_key(self) -> tuple[str, int, int, str]:
        """Order by place, as a reader meets them."""
        return (self.span.file, self.span.line, self.span.column, self.code)

    @property
    def about(self) -> tuple[str, ...]:
        """The part of the finding that does not change when lines move."""
        return (self.span.where, self.message)


def fingerprint(diagnostic: Diagnostic) -> str:
    """Return a hash that stays the same when lines move, or the folder is called from elsewhere.

    It is made of the code, the file's name, the path in the profile and the message.

    >>> before = Diagnostic("date", Severity.WARNING, Span("a/ada.yaml", 3), "odd")
    >>> moved = Diagnostic("date", Severity.WARNING, Span("ada.yaml", 9), "odd")
    >>> fingerprint(before) == fingerprint(moved)
    True
    """
    parts = [diagnostic.code, PurePath(diagnostic.span.file).name, *diagnostic.about]
    return hashlib.sha256(json.dumps(parts, ensure_ascii=True).encode()).hexdigest()[:16]


# Characters that move or hide other characters on a terminal.
_CONTROLS = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def visible(text: str) -> str:
    """Make control, bidi and other invisible characters of user text visible as `<U+XXXX>`.

    >>> visible("a\\u202eb\\x07")
    'a<U+202E>b<U+0007>'
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(
        f"<U+{ord(char):04X}>" if unicodedata.category(char) in _CONTROLS and char != "\t" else char for char in text
    )


def _width(text: str) -> int:
    """Columns that `text` takes on a terminal: wide East Asian characters take two, combining ones none."""
    return sum(
        0 if unicodedata.combining(char) else 2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text
    )


_EXCERPT_COLUMNS = 100


def _excerpt(span: Span, label: str) -> list[str]:
    if not span.line or not span.excerpt:
        return []
    start = max(span.column - 1, 0)
    stop = span.end_column - 1 if span.end_line == span.line and span.end_column else len(span.excerpt)
    stop = max(min(stop, len(span.excerpt)), start)
    # A long line is shown around the place, never whole.
    left = max(0, start - _EXCERPT_COLUMNS // 2) if len(span.excerpt) > _EXCERPT_COLUMNS else 0
    right = left + _EXCERPT_COLUMNS
    before = visible(span.excerpt[left:start]).replace("\t", " ")
    marked = visible(span.excerpt[start : min(stop, right)]).replace("\t", " ")
    after = visible(span.excerpt[min(stop, right) : right]).replace("\t", " ")
    lead, trail = "…" * (left > 0), "…" * (right < len(span.excerpt))
    gutter = f"{span.line:>5}"
    carets = " " * (_width(lead) + _width(before)) + "^" * max(1, _width(marked))
    return [
        f"{gutter} | {lead}{before}{marked}{after}{trail}",
        f"{'':>5} | {carets}{' ' + visible(label) if label else ''}",
    ]


def format_human(diagnostic: Diagnostic) -> str:
    """Format for a person: place, message, source line with carets, further places, hints."""
    place = f"{visible(str(diagnostic.span))}: " if diagnostic.span.file else ""
    lines = [f"{place}{diagnostic.severity}[{diagnostic.code}]: {visible(diagnostic.message)}"]
    lines += _excerpt(diagnostic.span, diagnostic.label)
    for span, words in diagnostic.related:
        lines.append(f"{visible(str(span))}: {visible(words)}")
        lines += _excerpt(span, "")
    lines += [f"hint: {visible(hint)}" for hint in diagnostic.hints]
    return "\n".join(lines)


def format_line(diagnostic: Diagnostic) -> str:
    """Format as one line: place, message, hints in brackets.

    >>> format_line(Diagnostic("date", Severity.ERROR, Span("ada.yaml", 3, 5), "odd", ("write it", "or not")))
    'ada.yaml:3:5: odd (write it; or not)'
    """
    place = f"{visible(str(diagnostic.span))}: " if diagnostic.span.file else ""
    hints = f" ({visible('; '.join(diagnostic.hints))})" if diagnostic.hints else ""
    return f"{place}{visible(diagnostic.message)}{hints}"


def _as_json(diagnostic: Diagnostic) -> dict[str, object]:
    def place(span: Span) -> dict[str, object]:
        return {
            "file": span.file,
            "line": span.line,
            "column": span.column,
            "end_line": span.end_line,
            "end_column": span.end_column,
            "path": span.where,
        }

    return {
        "code": diagnostic.code,
        "severity": str(diagnostic.severity),
        **place(diagnostic.span),
        "message": diagnostic.message,
        "hints": list(diagnostic.hints),
        "related": [{**place(span), "message": words} for span, words in diagnostic.related],
        "fingerprint": fingerprint(diagnostic),
    }


def format_json(diagnostics: Sequence[Diagnostic]) -> str:
    """Format as a JSON array, one object per diagnostic."""
    return json.dumps([_as_json(diagnostic) for diagnostic in diagnostics], ensure_ascii=False, indent=2)


def _github_escape(text: str, *, is_property: bool = False) -> str:
    text = visible(text.replace("\n", " ")).replace("%", "%25")
    return text.replace(":", "%3A").replace(",", "%2C") if is_property else text


def format_github(diagnostic: Diagnostic) -> str:
    """Format as a GitHub Actions workflow command, which annotates the line in a pull request."""
    level = "notice" if diagnostic.severity is Severity.NOTE else str(diagnostic.severity)
    span = diagnostic.span
    places = [f"file={_github_escape(span.file, is_property=True)}"] if span.file else []
    if span.line:
        places += [f"line={span.line}", f"endLine={span.end_line or span.line}", f"col={span.column}"]
        if span.end_column and span.end_line == span.line:
            places.append(f"endColumn={span.end_column}")
    places.append(f"title={_github_escape(f'cvgen {diagnostic.code}', is_property=True)}")
    message = "; ".join([diagnostic.message, *diagnostic.hints])
    return f"::{level} {','.join(places)}::{_github_escape(message)}"


def format_sarif(diagnostics: Sequence[Diagnostic], version: str) -> str:
    """Format as SARIF 2.1.0, for code scanning services."""

    def location(span: Span) -> dict[str, object]:
        physical: dict[str, object] = {"artifactLocation": {"uri": span.file}}
        if span.line:
            region = {"startLine": span.line, "startColumn": span.column}
            if span.end_line:
                region |= {"endLine": span.end_line, "endColumn": span.end_column}
            physical["region"] = region
        return {"physicalLocation": physical}

    def result(diagnostic: Diagnostic) -> dict[str, object]:
        entry: dict[str, object] = {
            "ruleId": diagnostic.code,
            "level": str(diagnostic.severity),
            "message": {"text": "; ".join([diagnostic.message, *diagnostic.hints])},
            "locations": [location(diagnostic.span)] if diagnostic.span.file else [],
            "partialFingerprints": {"cvgen/v1": fingerprint(diagnostic)},
        }
        if diagnostic.related:
            entry["relatedLocations"] = [
                {**location(span), "message": {"text": words}} for span, words in diagnostic.related
            ]
        return entry

    rules = [{"id": code} for code in sorted({diagnostic.code for diagnostic in diagnostics})]
    driver = {"name": "cvgen", "version": version, "rules": rules}
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [result(diagnostic) for diagnostic in diagnostics],
    }
    schema = "https://json.schemastore.org/sarif-2.1.0.json"
    return json.dumps({"version": "2.1.0", "$schema": schema, "runs": [run]}, ensure_ascii=False, indent=2)


def in_order(diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Sort by place and drop exact repeats."""
    return tuple(sorted(dict.fromkeys(diagnostics), key=lambda diagnostic: diagnostic.sort_key))


def did_you_mean(word: str, candidates: Iterable[str]) -> str | None:
    """Return the candidate that `word` most likely misspells, or None.

    >>> did_you_mean("instituton", ["institution", "location"])
    'institution'
    >>> did_you_mean("qqq", ["institution", "location"])
    """
    from rapidfuzz import fuzz, process  # only mistakes pay for the import

    found = process.extractOne(word, list(candidates), scorer=fuzz.ratio, processor=str.casefold, score_cutoff=60)
    return found[0] if found else None
