"""Folders in the cache that are there whole or not at all, each with a manifest of its files."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import stat
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path

__all__ = [
    "KEPT",
    "MANIFEST",
    "MAX_KEPT_FACTOR",
    "discard_folder",
    "ensure_folder",
    "file_digest",
    "is_complete",
    "is_intact",
    "prune_folders",
    "put_folder",
    "write_manifest",
]

MANIFEST = "cvgen-manifest.json"
KEPT, _KEPT_SECONDS = 8, 7 * 24 * 3600
MAX_KEPT_FACTOR = 4


def file_digest(path: Path) -> str:
    """Return the SHA-256 of a file. Raises OSError."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def write_manifest(folder: Path) -> None:
    """Write down size and digest of each file in `folder`; the last step of making it."""
    files = {entry.name: [entry.stat().st_size, file_digest(entry)] for entry in sorted(folder.iterdir())}
    (folder / MANIFEST).write_text(json.dumps(files, sort_keys=True), encoding="utf-8")


def is_complete(folder: Path) -> bool:
    """Tell whether each file of the manifest is there with its size. Takes a moment; `is_intact` reads them."""
    try:
        return all((folder / name).stat().st_size == size for name, (size, _) in _manifest(folder).items())
    except (OSError, ValueError, AttributeError, TypeError):
        return False


def is_intact(folder: Path, without: Iterable[str] = ()) -> bool:
    """Tell whether each file is what was written, to the byte, `without` some."""
    try:
        files = _manifest(folder)
        return all(file_digest(folder / name) == files[name][1] for name in files.keys() - {*without})
    except (OSError, ValueError, AttributeError, TypeError):
        return False


def _manifest(folder: Path) -> dict[str, tuple[int, str]]:
    files: dict[str, tuple[int, str]] = json.loads((folder / MANIFEST).read_bytes())
    if not files:
        raise ValueError("an empty manifest")
    return files


def ensure_folder(folder: Path, fill: Callable[[Path], None]) -> None:
    """Make sure that `folder` is there and complete; `fill` writes its files. Raises OSError.

    Any number of processes may do this at the same time. Whatever else has its name is removed.
    """
    if is_complete(folder):
        with contextlib.suppress(OSError):
            os.utime(folder)  # prune_folders goes by it
        return
    prune_folders(folder)
    new = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        fill(new)
        write_manifest(new)
        put_folder(new, folder, is_complete)
    finally:
        shutil.rmtree(new, ignore_errors=True)


def put_folder(new: Path, folder: Path, is_sound: Callable[[Path], bool] = lambda _: False) -> None:
    """Give a finished folder its name; leave a sound one of that name, and remove any other. Raises OSError."""
    # Another process may put a sound folder, or half a removed one, in the way between any two steps.
    for _ in range(20):
        with contextlib.suppress(OSError):
            new.rename(folder)
            return
        if is_sound(folder):
            return
        discard_folder(folder)
    raise OSError(f"{folder} cannot be replaced")


def discard_folder(path: Path) -> None:
    """Remove a folder, or a file of that name; other processes see all of it or nothing."""
    with contextlib.suppress(OSError):
        trash = Path(tempfile.mkdtemp(prefix=".old-", dir=path.parent))
        with contextlib.suppress(OSError):
            path.rename(trash / "it")
        shutil.rmtree(trash, ignore_errors=True)


def prune_folders(folder: Path, newest: int = KEPT, seconds: float = _KEPT_SECONDS) -> None:
    """Remove folders of the kind of `folder` that were not used for `seconds`, but the newest few.

    However new they are, there never are more than `MAX_KEPT_FACTOR` times that many. What killed builds left goes
    too.
    """
    oldest = time.time() - seconds
    kind = folder.name.partition("-")[0]
    with contextlib.suppress(OSError):
        states = {
            entry: entry.stat() for entry in folder.parent.iterdir() if entry.name.startswith((f"{kind}-", "."))
        }
        folders = [entry for entry, state in states.items() if stat.S_ISDIR(state.st_mode)]
        folders.sort(key=lambda entry: states[entry].st_mtime, reverse=True)
        named = [entry for entry in folders if not entry.name.startswith(".")]
        kept, surplus = named[:newest], named[newest * MAX_KEPT_FACTOR - 1 :]  # one more is about to be made
        for entry in folders:
            if entry in surplus or (entry not in kept and states[entry].st_mtime < oldest):
                discard_folder(entry)
