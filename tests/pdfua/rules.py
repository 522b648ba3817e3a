"""The list of checks: each module of checks adds its own with `@rule`."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from pdfua.document import Document

__all__ = ["RULES", "Finding", "rule"]

Finding = tuple[str, int | None]
RULES: dict[str, tuple[str, Callable[[Document], Iterator[Finding]]]] = {}


def rule(code: str, says: str) -> Callable[[Callable[[Document], Iterator[Finding]]], Callable]:
    """Enter a check under its code; `says` is what holds where it finds nothing."""

    def enter(check: Callable[[Document], Iterator[Finding]]) -> Callable:
        assert code not in RULES, code
        RULES[code] = (says, check)
        return check

    return enter
