"""A finding: a diagnostic that also knows, without a word of English, what it is about."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from cvgen.diagnostics import Diagnostic, Severity, Span

__all__ = ["Finding", "capped", "finding"]

_MOST_RELATED = 4


@dataclass(frozen=True, slots=True)
class Finding(Diagnostic):
    """A disagreement. `values` are its normalised contents, of which its fingerprint is made: words may change."""

    values: tuple[str, ...] = ()

    @property
    def about(self) -> tuple[str, ...]:
        """Its contents."""
        return self.values


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
