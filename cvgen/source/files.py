"""The bytes of a file that somebody named, and their text: bounded, from a regular file, strictly UTF-8."""

from __future__ import annotations

import itertools
import os
import pathlib
import stat

from cvgen.diagnostics import Span
from cvgen.errors import ProfileError
from cvgen.source.positions import BREAK, mistake

__all__ = ["decoded", "read_bytes"]


def read_bytes(path: pathlib.Path, most: int, suffixes: tuple[str, ...], kind: str) -> bytes:
    """Read at most `most` bytes and one more from a regular file. Raises ProfileError.

    `suffixes` and `kind` (`YAML`) are for hints: which files beside a missing one it may be.
    """
    file = str(path)
    try:
        flags = [getattr(os, name, 0) for name in ("O_NONBLOCK", "O_BINARY", "O_CLOEXEC")]  # a FIFO must not block
        descriptor = os.open(path, os.O_RDONLY | sum(flags))
        try:
            regular = stat.S_ISREG(os.fstat(descriptor).st_mode)
            with open(descriptor if regular else os.devnull, "rb", closefd=not regular) as stream:
                content = stream.read(most + 1)
        finally:
            os.close(descriptor)
    except FileNotFoundError:
        hints = _neighbours(path, suffixes, kind)
        raise ProfileError([mistake("file-missing", Span(file), "there is no such file", *hints)]) from None
    except (OSError, ValueError) as error:
        words = getattr(error, "strerror", None) or str(error)
        hints = [f"check its permissions: `ls -l {file}`"] if isinstance(error, PermissionError) else []
        raise ProfileError([mistake("file-unreadable", Span(file), f"cannot be read: {words}", *hints)]) from None
    if not regular:
        inside = _neighbours(path / f"profile{suffixes[0]}", suffixes, kind) if path.is_dir() else []
        what = "a folder" if path.is_dir() else "not a regular file"
        hints = inside or ["copy its content into a file first"]
        raise ProfileError([mistake("file-kind", Span(file), f"this is {what}", *hints)])
    return content


def _neighbours(path: pathlib.Path, suffixes: tuple[str, ...], kind: str) -> list[str]:
    """Hint at the files beside `path` whose names are close to its own."""
    import difflib  # only needed here

    try:
        names = sorted(entry.name for entry in itertools.islice(path.parent.iterdir(), 1000))
    except (OSError, ValueError):
        return [f"there is no folder `{path.parent}`"]
    names = [name for name in names if name.endswith(suffixes)]
    close = difflib.get_close_matches(path.name, names, 3, 0.5) or names[:3]
    listed = " or ".join(f"`{path.parent / name}`" for name in close)
    return [f"did you mean {listed}?"] if listed else [f"there are no {kind} files in `{path.parent}`"]


def decoded(content: bytes, file: str, hint: str = "save the file as UTF-8 in your editor") -> str:
    """Decode UTF-8, or say where it is broken. Raises ProfileError."""
    try:
        if content[:2] not in (b"\xff\xfe", b"\xfe\xff") and 0 not in content[:4]:
            return content.decode("utf-8")
        offset, words = 0, "UTF-16 or UTF-32"
    except UnicodeDecodeError as error:
        offset, words = error.start, f"not UTF-8: byte 0x{content[error.start]:02X} at offset {error.start}"
    before = BREAK.split(content[:offset].decode("utf-8").removeprefix("\ufeff"))
    rest = BREAK.split(content[offset : offset + 200].decode("utf-8", "replace"))[0] if offset else ""
    column = len(before[-1]) + 1
    span = Span(file, len(before), column, len(before), column + 1, before[-1] + rest)
    raise ProfileError([mistake("encoding", span, f"the file is {words}", hint)]) from None
