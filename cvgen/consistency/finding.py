"""A finding: a diagnostic that also knows, without a word of English, what it is about."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePath

from cvgen.diagnostics import Diagnostic, Severity, Span

__all__ = ["Finding", "capped", "finding", "fingerprint"]

_MOST_RELATED = 4


@dataclass(frozen=True, slots=True)
class Finding(Diagnostic):
    """A disagreement. `values` are its normalised contents, of which its fingerprint is made with code and file."""

    values: tuple[str, ...] = ()


def finding(
    code: str,
    severity: Severity,
    span: Span,
    message: str,
    hint: str,
    *,
    related: Iterable[tuple[Span, str]] = (),
    values: Iterable[str] = (),
) -> Finding:
    """Make a finding; of many further places the first few are kept."""
    places = tuple(dict.fromkeys(related))[:_MOST_RELATED]
    return Finding(code, severity, span, message, (hint,), "", places, tuple(values))


def capped(severity: Severity, *, shown: bool) -> Severity:
    """Make an error a warning where one side never goes out."""
    return Severity.WARNING if severity is Severity.ERROR and not shown else severity


def fingerprint(diagnostic: Diagnostic) -> str:
    """Return what stays the same when lines move, texts are worded anew, or the folder is called from elsewhere.

    It is made of the code, the normalised values and the file's name. A diagnostic without values, such as a
    warning of the loader, stands for itself by its message.

    >>> there = Diagnostic("date", Severity.WARNING, Span("a/ada.yaml", 3), "odd")
    >>> here = Diagnostic("date", Severity.WARNING, Span("ada.yaml", 9), "odd")
    >>> fingerprint(there) == fingerprint(here)
    True
    """
    values = diagnostic.values if isinstance(diagnostic, Finding) else (diagnostic.span.where, diagnostic.message)
    told = [diagnostic.code, PurePath(diagnostic.span.file).name, *values]
    return hashlib.sha256(json.dumps(told, ensure_ascii=True).encode()).hexdigest()[:16]
