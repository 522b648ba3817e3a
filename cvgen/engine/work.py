"""Temporary folders that go again, however the program ends, but for a signal that nobody can handle.

Where processes build for another one, that other makes a folder for theirs (`within`), and removes it also when one
of them was killed.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from pathlib import Path

__all__ = ["at_end", "end", "new_folder", "remove", "within"]

_last: list[Callable[[], None]] = []
_above: ContextVar[Path | None] = ContextVar("above", default=None)
_made: set[Path] = set()


def new_folder(prefix: str = "cvgen-") -> Path:
    """Make an empty folder that only this user can read, and that goes when the program ends. Raises OSError."""
    while True:
        folder = Path(_above.get() or tempfile.gettempdir(), f"{prefix}{os.urandom(6).hex()}")
        # Known before it is there: a signal may end us between any two steps.
        _made.add(folder)
        try:
            folder.mkdir(mode=0o700)
        except FileExistsError:
            _made.discard(folder)
        except OSError:
            _made.discard(folder)
            raise
        else:
            return folder


def remove(folder: Path) -> None:
    """Remove a folder that `new_folder` made. What cannot be removed now is tried once more at the end."""
    shutil.rmtree(folder, ignore_errors=True)
    if not folder.exists():
        _made.discard(folder)


@contextlib.contextmanager
def within(folder: Path | None) -> Iterator[None]:
    """Have what is inside, in this thread, make its folders in another one."""
    token = _above.set(folder)
    try:
        yield
    finally:
        _above.reset(token)


def at_end(call: Callable[[], None]) -> Callable[[], None]:
    """Have something called when the program ends, before the folders go."""
    _last.append(call)
    return call


@atexit.register
def end() -> None:
    """Do what is to be done at the end, for processes that end without a word."""
    for call in _last:
        call()
    for folder in tuple(_made):
        remove(folder)


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_made.clear)  # they are the other process's
