"""Folders of cvgen: the cache, the user's own themes, work folders."""

from __future__ import annotations

import contextlib
import functools
import os
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

import platformdirs

from cvgen.errors import OutputError

__all__ = [
    "cache_folder",
    "configured_cache_folder",
    "is_temporary_cache",
    "make_work_folder",
    "temporary_cache_folder",
    "user_themes_folder",
    "work_folder",
]

# Characters that have a meaning in a search path of TeX (kpathsea manual, "Path expansion").
_SPECIAL_IN_PATHS = frozenset(":;$,{}\\\n")
_LOCK = threading.Lock()


def user_themes_folder() -> Path:
    """Return the folder of the user's own themes, which need not exist."""
    return Path(platformdirs.user_config_dir("cvgen", appauthor=False)) / "themes"


def configured_cache_folder() -> Path:
    """Return the user's cache folder for cvgen, which need not exist; `CVGEN_CACHE_DIR` names another."""
    folder = os.environ.get("CVGEN_CACHE_DIR") or platformdirs.user_cache_dir("cvgen", appauthor=False)
    return Path(os.path.abspath(folder))  # noqa: PTH100 - symlinks stay as they are


def cache_folder() -> Path:
    """Return the cache folder, made if need be; a temporary folder of this process where it cannot be written."""
    folder = configured_cache_folder()
    if _SPECIAL_IN_PATHS.isdisjoint(str(folder)):
        with contextlib.suppress(OSError):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            # access(2) says yes to root on anything but a read-only file system, so try.
            tempfile.TemporaryFile(dir=folder).close()
            return folder
    return temporary_cache_folder()


def temporary_cache_folder() -> Path:
    """Return the folder that replaces the cache in this process, and goes with it."""
    with _LOCK:  # two threads would make two folders, and lose one in use
        return Path(_temporary_cache().name)


@functools.cache
def _temporary_cache() -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory(prefix="cvgen-cache-", ignore_cleanup_errors=True)


def is_temporary_cache(folder: Path) -> bool:
    """Tell whether no later process will find what is in this cache folder."""
    return bool(_temporary_cache.cache_info().currsize) and folder == temporary_cache_folder()


@contextlib.contextmanager
def work_folder(parent: Path | None = None) -> Iterator[Path]:
    """Make an empty folder in `parent`, by default the system's temporary folder, and remove it at the end.

    Raises `OutputError` where none can be made.
    """
    with make_work_folder(parent) as folder:
        yield Path(folder)


def make_work_folder(parent: Path | None = None) -> tempfile.TemporaryDirectory[str]:
    """Make an empty folder that its owner removes with `cleanup`, or the end of the process does."""
    try:
        return tempfile.TemporaryDirectory(prefix="cvgen-", dir=parent, ignore_cleanup_errors=True)
    except OSError as problem:
        raise OutputError(f"no work folder can be made: {problem.strerror}", hints=("set TMPDIR",)) from problem
