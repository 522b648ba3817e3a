"""cvgen cache: what earlier builds left to be quicker, how much of it there may be, and how to be rid of it."""

from __future__ import annotations

import contextlib
import os
import re
import stat
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import click

if sys.platform != "win32":
    import fcntl

from cvgen.build_cache import MAX_FINGERPRINTS
from cvgen.engine.cached_folders import KEPT, MAX_KEPT_FACTOR, discard_folder
from cvgen.engine.format_dump import KEPT_FORMATS
from cvgen.errors import OutputError
from cvgen.paths import configured_cache_folder

__all__ = ["CacheKind", "command", "contents", "in_words", "size_of"]

_WORKING_SECONDS = 60  # what is being made is not a leftover yet


@dataclass(frozen=True)
class CacheKind:
    """What the cache may hold: in which folder of it, under which names, and how many at most, in words."""

    name: str
    names: re.Pattern[str]
    bound: str
    folder: str = ""
    of_folders: bool = True


@dataclass(frozen=True)
class _Entry:
    path: Path
    size: int
    used: float


def _kinds() -> tuple[CacheKind, ...]:
    def times(few: int) -> str:
        return f"at most {few * MAX_KEPT_FACTOR}"

    digest = "[0-9a-f]{16}"
    return (
        CacheKind("fonts", re.compile(f"fonts-{digest}"), f"{times(KEPT)}; {KEPT} after a week"),
        CacheKind("class and theme", re.compile(f"tree-{digest}"), f"{times(KEPT)}; {KEPT} after a week"),
        CacheKind(
            "formats", re.compile(f"format-{digest}"), f"{times(KEPT_FORMATS)}; {KEPT_FORMATS} after ten minutes"
        ),
        CacheKind(
            "engines' own",
            re.compile(f"texmf-var-{digest}"),
            f"{times(KEPT)}; {KEPT} after a week",
        ),
        CacheKind("build fingerprints", _RECORD, f"at most {MAX_FINGERPRINTS}", "builds", of_folders=False),
        CacheKind(
            "locks", re.compile("[0-9a-f]{24}"), "one per file that is being written", "locks", of_folders=False
        ),
        CacheKind(
            "left by killed builds",
            re.compile(rf"\.(old|(fonts|tree|format)-{digest})-\w+"),
            "gone after a week",
        ),
    )


_RECORD = re.compile(r"[0-9a-f]{32}\.json|\.[0-9a-f]{32}\.json-\d+-\d+")


def contents(cache: Path) -> Iterator[tuple[CacheKind, list[_Entry]]]:
    """Yield each kind and what there is of it, the entries last used first. Links are nothing of ours."""
    for kind in _kinds():
        found = [
            _Entry(Path(entry.path), size_of(entry.path), entry.stat(follow_symlinks=False).st_mtime)
            for entry in _scan(cache / kind.folder)
            if kind.names.fullmatch(entry.name) and _is_a(entry, folder=kind.of_folders)
        ]
        yield kind, sorted(found, key=lambda entry: -entry.used)


def _is_a(entry: os.DirEntry[str], *, folder: bool) -> bool:
    return entry.is_dir(follow_symlinks=False) if folder else entry.is_file(follow_symlinks=False)


def _scan(folder: Path) -> list[os.DirEntry[str]]:
    try:
        # The cache itself may be a link, as its user wanted; what is in it may not.
        if folder.name in ("builds", "locks") and folder.is_symlink():
            return []
        return list(os.scandir(folder))
    except OSError:
        return []


def size_of(path: str) -> int:
    """Return how many bytes there would be without a file or folder; files that others share count for nothing."""
    files = [os.path.join(place, name) for place, _, names in os.walk(path) for name in names]  # noqa: PTH118
    total = 0
    for file in files or [path]:
        with contextlib.suppress(OSError):  # a build may tidy up at the same time
            state = os.lstat(file)
            total += state.st_size if state.st_nlink == 1 and stat.S_ISREG(state.st_mode) else 0
    return total


def in_words(size: int) -> str:
    """Return a size for people.

    >>> in_words(0), in_words(4_200), in_words(31_480_980)
    ('0 MB', '0.0 MB', '31.5 MB')
    """
    return f"{size / 1e6:.1f} MB" if size else "0 MB"


def _ago(moment: float) -> str:
    seconds = max(0.0, time.time() - moment)
    for unit, length in (("day", 86400), ("hour", 3600), ("minute", 60)):
        if seconds >= length:
            count = int(seconds // length)
            return f"{count} {unit}{'s' if count > 1 else ''} ago"
    return "just now"


def _show(cache: Path) -> int:
    click.echo(f"{cache}" + ("" if cache.is_dir() else ", not there yet"))
    total = 0
    click.echo(f"{'':<23}{'number':>7}{'size':>11}  {'last used':<16}kept")
    for kind, entries in contents(cache):
        size = sum(entry.size for entry in entries)
        total += size
        used = _ago(entries[0].used) if entries else "-"
        click.echo(f"{kind.name:<23}{len(entries):>7}{in_words(size):>11}  {used:<16}{kind.bound}")
    click.echo(f"{in_words(total)} in all; files that are links to those of installed packages are not counted")
    return 0


def _clear(cache: Path) -> int:
    freed = 0
    left: list[Path] = []
    for kind, entries in contents(cache):
        for entry in entries:
            if entry.path.name.startswith(".") and entry.used > time.time() - _WORKING_SECONDS:
                continue
            if kind.name == "locks":
                _remove_lock(entry.path)
            elif kind.of_folders:
                discard_folder(entry.path)
            else:
                with contextlib.suppress(OSError):
                    entry.path.unlink(missing_ok=True)
            gone = not os.path.lexists(entry.path)
            freed += entry.size if gone else 0
            left += [] if gone or kind.name == "locks" else [entry.path]
    if left:
        raise OutputError(f"`{left[0]}` cannot be removed", hints=("find out which user it belongs to",))
    click.echo(f"freed {in_words(freed)} in {cache}")
    return 0


def _remove_lock(lock: Path) -> None:
    """Remove a lock that no process holds."""
    if sys.platform == "win32":
        return
    with contextlib.suppress(OSError), lock.open("rb") as file:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        lock.unlink()


@click.command(epilog="Example: cvgen cache clear")
@click.argument("action", type=click.Choice(["show", "clear"]), default="show")
def command(action: str) -> int:
    """Show what earlier builds left to be quicker, or remove it.

    `show` says what there is, how much, when it was last used, and how much is kept. `clear` removes it, also while
    builds run: what they lack they make again. CVGEN_CACHE_DIR names another folder than the usual one.
    """
    return (_show if action == "show" else _clear)(configured_cache_folder())
