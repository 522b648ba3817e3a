"""What is looked at once while one piece of work goes on, however many ask: it is as it was when first seen."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from contextvars import ContextVar

__all__ = ["seen", "steady"]

_steady: ContextVar[dict[str, str] | None] = ContextVar("steady", default=None)


@contextlib.contextmanager
def steady(known: dict[str, str] | None = None) -> Iterator[None]:
    """Inside, look at cvgen's own files and the fonts once, and keep in `known` what was seen.

    Without `known`, an outer `steady` goes on. Never for longer than a user would call one moment: a change that
    comes later is not seen.
    """
    if known is None and _steady.get() is not None:
        yield
        return
    token = _steady.set({} if known is None else known)
    try:
        yield
    finally:
        _steady.reset(token)


def seen(name: str, look: Callable[[], str]) -> str:
    """Return what `look` does, or did when it was asked first."""
    known = _steady.get()
    if known is None:
        return look()
    if name not in known:
        known[name] = look()
    return known[name]
