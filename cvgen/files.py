"""Files that a user names: regular ones are read, up to a size; they are written whole or not at all."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import itertools
import os
import stat
import sys
from collections.abc import Iterator
from io import BufferedReader
from pathlib import Path

from cvgen.diagnostics import Diagnostic, Severity, Span
from cvgen.errors import OutputError, ProfileError
from cvgen.paths import cache_folder

__all__ = [
    "NotRegularError",
    "TooLargeError",
    "check_place",
    "open_file",
    "read_file",
    "read_input",
    "read_start",
    "write",
]

_KINDS = {
    stat.S_IFDIR: "a folder",
    stat.S_IFIFO: "a FIFO",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
    stat.S_IFLNK: "a link",
}
# A FIFO must not block, a terminal must not become ours.
_FLAGS = sum(getattr(os, name, 0) for name in ("O_NONBLOCK", "O_NOCTTY", "O_CLOEXEC", "O_BINARY"))


class NotRegularError(OSError):
    """What stands at a path is a folder, a FIFO, a device or the like."""

    def __init__(self, state: os.stat_result) -> None:
        super().__init__(errno.EINVAL, f"it is {_kind(state)}, not a regular file")


class TooLargeError(OSError):
    """A file has more bytes than may be read of it."""

    def __init__(self, limit: int) -> None:
        size = f"{limit >> 20} MiB" if limit >= 1 << 20 else f"{limit} bytes"
        super().__init__(errno.EFBIG, f"it is larger than {size}")


def open_file(path: Path | str, *, follow: bool = True) -> BufferedReader:
    """Open a regular file for reading, without ever waiting for anything.

    Raises OSError whose `strerror` can be shown, `NotRegularError` for all else; for a link too, unless `follow`.
    """
    try:
        _require_regular(os.stat(path, follow_symlinks=follow))  # noqa: PTH116 - opening a device may do something
        descriptor = os.open(path, os.O_RDONLY | _FLAGS | (0 if follow else getattr(os, "O_NOFOLLOW", 0)))
    except ValueError as error:
        raise OSError(errno.EINVAL, f"not a name that a file can have: {error}") from None
    try:
        _require_regular(os.fstat(descriptor))  # another file may have taken its place
        return os.fdopen(descriptor, "rb")
    except BaseException:
        os.close(descriptor)
        raise


def _require_regular(state: os.stat_result) -> None:
    if not stat.S_ISREG(state.st_mode):
        raise NotRegularError(state)


def _kind(state: os.stat_result) -> str:
    return _KINDS.get(stat.S_IFMT(state.st_mode), "something else")


def read_start(path: Path | str, count: int, *, follow: bool = True) -> bytes:
    """Return the first `count` bytes of a regular file, fewer if it has no more. Raises OSError as `open_file`."""
    with open_file(path, follow=follow) as file:
        return file.read(count) or b""  # None where a file of the kernel's has nothing just now


def read_file(path: Path | str, limit: int, *, follow: bool = True) -> bytes:
    """Return a regular file of at most `limit` bytes. Raises OSError as `open_file`, `TooLargeError`."""
    content = read_start(path, limit + 1, follow=follow)
    if len(content) > limit:
        raise TooLargeError(limit)
    return content


def read_input(path: Path, limit: int, suffixes: tuple[str, ...], kind: str) -> bytes:
    """Return at most `limit` bytes and one more of a profile, or of what goes with it. Raises ProfileError.

    `suffixes` and `kind` (`YAML`) are for hints: which files beside a missing one it may be.
    """

    def wrong(code: str, message: str, hints: list[str]) -> ProfileError:
        return ProfileError([Diagnostic(code, Severity.ERROR, Span(str(path)), message, tuple(hints))])

    try:
        return read_start(path, limit + 1)
    except FileNotFoundError:
        raise wrong("file-missing", "there is no such file", _neighbours(path, suffixes, kind)) from None
    except NotRegularError as error:
        inside = _neighbours(path / f"profile{suffixes[0]}", suffixes, kind) if path.is_dir() else []
        hints = inside or ["copy its content into a file first"]
        raise wrong("file-kind", f"cannot be read: {error.strerror}", hints) from None
    except OSError as error:
        hints = [f"check its permissions: `ls -l {path}`"] if isinstance(error, PermissionError) else []
        raise wrong("file-unreadable", f"cannot be read: {error.strerror}", hints) from None


def _neighbours(path: Path, suffixes: tuple[str, ...], kind: str) -> list[str]:
    """Hint at the files beside `path` whose names are close to its own."""
    import difflib  # only needed here

    try:
        names = sorted(entry.name for entry in itertools.islice(path.parent.iterdir(), 1000))
    except (OSError, ValueError):
        return [f"there is no folder `{path.parent}`"]
    names = [name for name in names if name.endswith(suffixes)]
    stems = {name.rpartition(".")[0]: name for name in names}
    close = [stems[stem] for stem in difflib.get_close_matches(path.stem, stems, 3, 0.6)]
    shown, few = (f"`{path.parent / name}`" for name in close), [f"`{path.parent / name}`" for name in names[:3]]
    if close:
        return [f"did you mean {' or '.join(shown)}?"]
    return (
        [f"there is {', '.join(few)}" + ", …" * (len(names) > 3)]
        if few
        else [f"there are no {kind} files in `{path.parent}`"]
    )


# --- writing --------------------------------------------------------------------------------------------------------


def write(target: Path, data: bytes) -> bool:
    """Put `data` at `target`, whole or not at all; return False, touching nothing, if it is there already.

    Makes missing folders, follows a link, keeps the mode of a file that it replaces. Raises OutputError.
    """
    place = Path(os.path.realpath(target))
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        with _lock(place):
            old = _regular(place, target)
            if old is not None and old.st_size == len(data) and place.read_bytes() == data:
                return False
            _replace(place, data, old)
            return True
    except OSError as problem:
        raise _unwritable(target, problem) from problem


def check_place(target: Path) -> None:
    """Raise `OutputError` where it is known before that `write` cannot put a file at `target`."""
    try:
        _regular(Path(os.path.realpath(target)), target)
    except OSError as problem:
        raise _unwritable(target, problem) from problem


def _regular(place: Path, target: Path) -> os.stat_result | None:
    """Return the state of the file at `place`, None if there is none; refuse what is not a file."""
    try:
        state = place.lstat()
    except FileNotFoundError:
        return None
    if not stat.S_ISREG(state.st_mode):
        hint = "name a file in it" if stat.S_ISDIR(state.st_mode) else "name another output"
        raise OutputError(f"`{target}` is {_kind(state)}, not a regular file", hints=(hint,))
    return state


def _replace(place: Path, data: bytes, old: os.stat_result | None) -> None:
    # A name of its own, not the target's with an ending: that may be too long.
    new = place.parent / f".cvgen-{os.urandom(8).hex()}"
    try:
        # The mode of a new file is left to the kernel, which knows the umask; reading it is not thread-safe.
        descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_CLOEXEC", 0), 0o666)
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            if old is not None:
                _take_over(new, old)
            file.flush()
            os.fsync(file.fileno())
        new.replace(place)
    finally:
        with contextlib.suppress(FileNotFoundError):
            new.unlink()
    _sync_folder(place.parent)


def _take_over(new: Path, old: os.stat_result) -> None:
    if sys.platform != "win32" and (old.st_uid, old.st_gid) != (os.geteuid(), os.getegid()):
        with contextlib.suppress(OSError):
            os.chown(new, old.st_uid, old.st_gid)
    new.chmod(stat.S_IMODE(old.st_mode))


def _sync_folder(folder: Path) -> None:
    with contextlib.suppress(OSError):  # not every file system can
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


@contextlib.contextmanager
def _lock(place: Path) -> Iterator[None]:
    """Hold the lock of an output path. Without one, writing is still atomic: the last of several wins."""
    if sys.platform == "win32":
        yield
        return
    with contextlib.ExitStack() as stack:
        with contextlib.suppress(OSError):
            folder = cache_folder() / "locks"
            folder.mkdir(mode=0o700, exist_ok=True)
            lock = folder / hashlib.sha256(os.fsencode(place)).hexdigest()[:24]
            stack.callback(os.close, _held(lock))
            stack.callback(_drop, lock)
        yield


def _drop(lock: Path) -> None:
    with contextlib.suppress(OSError):
        lock.unlink()


def _held(lock: Path) -> int:
    """Open and lock the file at `lock`. Who is done removes it, so that there are not ever more of them.

    Whoever waited meanwhile then holds a file that nobody else will find, and has to ask again.
    """
    import fcntl

    while True:
        descriptor = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            with contextlib.suppress(FileNotFoundError):
                if os.path.samestat(os.fstat(descriptor), lock.stat()):
                    return descriptor
        except BaseException:
            os.close(descriptor)
            raise
        os.close(descriptor)


_HINTS = {
    errno.ENOSPC: "make room on that disk, or name an output on another",
    errno.EDQUOT: "make room within your quota, or name an output elsewhere",
    errno.EACCES: "you may not write there: name another output, or change the permissions",
    errno.EPERM: "you may not write there: name another output, or change the permissions",
    errno.EROFS: "that disk is read-only: name an output on another",
    errno.ENAMETOOLONG: "use a shorter name",
    errno.ENOTDIR: "a part of the path is a file, not a folder",
    errno.EEXIST: "a part of the path is a file, not a folder",
}


def _unwritable(target: Path, problem: OSError) -> OutputError:
    reason = (problem.strerror or str(problem)).lower()
    hint = _HINTS.get(problem.errno or 0)
    return OutputError(f"`{target}` cannot be written: {reason}", hints=(hint,) if hint else ())
