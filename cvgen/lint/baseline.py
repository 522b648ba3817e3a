"""Baselines: findings that were accepted, so that a check shows, and fails on, only new ones.

A baseline is JSON with one finding per line, sorted, so that a change to it reads well in a diff.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath

from cvgen.diagnostics import Diagnostic, Span, fingerprint
from cvgen.errors import UsageError
from cvgen.files import NotRegularError, read_file
from cvgen.lint.finding import finding
from cvgen.outputs import OutputKind

__all__ = ["BASELINE", "AcceptedFinding", "format_baseline", "read_baseline", "split_findings"]

BASELINE = OutputKind("a baseline", (".json",), b"[")
_LARGEST = 16 << 20


@dataclass(frozen=True, slots=True)
class AcceptedFinding:
    """An accepted finding, and the line of the baseline that it stands on."""

    code: str
    file: str
    fingerprint: str
    message: str
    span: Span


def format_baseline(diagnostics: Iterable[Diagnostic]) -> str:
    """Return the baseline that accepts `diagnostics`."""
    entries = {
        json.dumps(
            {
                "code": diagnostic.code,
                "file": PurePath(diagnostic.span.file).name,
                "fingerprint": fingerprint(diagnostic),
                "message": diagnostic.message,
            },
            ensure_ascii=False,
        )
        for diagnostic in diagnostics
    }
    return "[\n" + ",\n".join(sorted(entries)) + "\n]\n" if entries else "[]\n"


def read_baseline(path: Path) -> tuple[AcceptedFinding, ...]:
    """Read a baseline. Raises `UsageError`."""
    hint = f"write it anew: `cvgen check … --write-baseline {path}`"
    try:
        text = read_file(path, _LARGEST).decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        words = getattr(error, "strerror", None) or "it is not UTF-8"
        hint = "name a file that `--write-baseline` wrote" if isinstance(error, NotRegularError) else hint
        raise UsageError(f"the baseline `{path}` cannot be read: {words}", hints=(hint,)) from None
    try:
        entries = json.loads(text)
        lines: dict[str, tuple[int, str]] = {}
        for number, line in enumerate(text.split("\n"), 1):
            lines.setdefault(line.strip().removesuffix(","), (number, line))
        return tuple(_accepted(entry, path, lines) for entry in entries)
    except (ValueError, TypeError, KeyError, RecursionError):
        raise UsageError(f"`{path}` is not a baseline", hints=(hint,)) from None


def _accepted(entry: dict[str, str], path: Path, lines: dict[str, tuple[int, str]]) -> AcceptedFinding:
    code, name, print_, message = (str(entry[key]) for key in ("code", "file", "fingerprint", "message"))
    number, line = lines.get(json.dumps(entry, ensure_ascii=False), (0, ""))
    span = Span(str(path), number, 1, number, len(line) + 1, line) if number else Span(str(path))
    return AcceptedFinding(code, name, print_, message, span)


def split_findings(
    diagnostics: Sequence[Diagnostic], accepted: Sequence[AcceptedFinding], files: Iterable[str]
) -> tuple[tuple[Diagnostic, ...], tuple[Diagnostic, ...]]:
    """Return what is new, and a note for each accepted finding about one of `files` that is no more."""
    known = {entry.fingerprint for entry in accepted}
    prints = {fingerprint(diagnostic) for diagnostic in diagnostics}
    checked = {PurePath(file).name for file in files}
    new = tuple(diagnostic for diagnostic in diagnostics if fingerprint(diagnostic) not in known)
    stale = tuple(
        finding(
            "stale-baseline",
            entry.span,
            f"accepted, and no longer found in `{entry.file}`: {entry.message}",
        )
        for entry in accepted
        if entry.fingerprint not in prints and entry.file in checked
    )
    return new, stale
