"""What an engine needs to find beside the profile's own files, prepared once in the user's cache.

Two kinds of folders, each named after a digest of what went into it: `fonts-<digest>`, which all themes share, and
`runtime-<digest>`, the class, one theme and the icons: what TeX reads as text. A folder is built under another name
and renamed, so that it is there whole or not at all; one that is damaged is built again. The cache may be deleted at
any time.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
import json
import os
import shutil
import stat
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

from cvgen import __version__
from cvgen.errors import OutputError, ThemeError
from cvgen.files import read_file
from cvgen.frozen import frozen
from cvgen.paths import cache_path
from cvgen.steady import seen

__all__ = [
    "KEPT",
    "MOST_TIMES",
    "Runtime",
    "cache_folder",
    "discard",
    "find",
    "fonts_digest",
    "package_version",
    "prepare",
    "prune",
    "put",
]

CLASS_FILE = "cvgen.cls"
_ICONS = "cvgen-icons.tex"
_MANIFEST = "cvgen-manifest.json"
_MOST_BYTES = 32 << 20  # of a file of a theme, which may be a font
_FONT_PACKAGES = ("font_source_sans_pro", "font_roboto", "rendercv_fonts")
KEPT, _KEPT_SECONDS = 8, 7 * 24 * 3600
MOST_TIMES = 4
# What kpathsea gives a meaning in a search path (kpathsea manual, "Path expansion").
_SPECIAL_IN_PATHS = frozenset(":;$,{}\\\n")


@frozen
class Runtime:
    """A prepared engine state: `folder` has the class and a theme, `fonts` the fonts, `var` what engines keep.

    `is_ours` tells that the theme came with cvgen: it reads no file of TeX's that its format does not hold.
    """

    folder: Path
    fonts: Path
    var: Path
    digest: str
    theme: str = ""
    is_ours: bool = False

    def is_kept(self) -> bool:
        """Tell whether the next process can find it: it is not in a replacement for a cache."""
        return self.folder.parent not in _replacements.values()

    def environment(self) -> dict[str, str]:
        """Return the search paths: the work folder (which engines run in), then ours, then the system's."""
        files = f".:{self.folder}:{self.fonts}:"
        return {
            "TEXINPUTS": files,
            "OPENTYPEFONTS": files,
            "TTFONTS": files,
            "LUAINPUTS": files,
            "TEXMFHOME": "/nonexistent",
            "TEXMFCONFIG": "/nonexistent",
            "TEXMFVAR": str(self.var),
            "TEXMFCACHE": str(self.var),
            "XDG_CACHE_HOME": str(self.var),
        }

    def reads(self) -> tuple[Path, ...]:
        """Return what an engine must be able to read: the folders, and the files that links in them lead to."""
        folders = [folder for folder in (self.folder, self.fonts) if folder.is_dir()]
        targets = {
            Path(os.path.realpath(entry)) for folder in folders for entry in os.scandir(folder) if entry.is_symlink()
        }
        return (*folders, *sorted(targets))


def package_version() -> str:
    """Return the version of cvgen."""
    return __version__


def cache_folder() -> Path:
    """Return the user's cache folder for cvgen, made if need be; `CVGEN_CACHE_DIR` names another.

    One that cannot be written is replaced, silently, by a temporary folder that this process removes at its end.
    """
    return _writable(cache_path())


_replacements: dict[Path, Path] = {}


def _writable(folder: Path) -> Path:
    folder = Path(os.path.abspath(folder))  # noqa: PTH100 - as above
    if folder not in _replacements and _SPECIAL_IN_PATHS.isdisjoint(str(folder)):
        with contextlib.suppress(OSError):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            # access(2) says yes to root on anything but a read-only file system, so try.
            tempfile.TemporaryFile(dir=folder).close()
            return folder
    return _replacement(folder)


def _replacement(folder: Path) -> Path:
    if folder in _replacements and _replacements[folder].is_dir():
        return _replacements[folder]
    from cvgen.latex import work  # a cache can usually be written

    _replacements[folder] = work.new_folder("cvgen-cache-")
    return _replacements[folder]


def prepare(
    theme_folder: Path,
    class_folder: Path,
    *,
    cache: Path | None = None,
    readable: Callable[[Runtime], None] | None = None,
) -> Runtime:
    """Return the runtime for a theme, building what the cache lacks.

    `readable` is called with it when all that TeX reads as text is there; fonts may still have to be made, and it may
    be called again with another one. Any number of processes and threads may prepare the same runtime at the same
    time. Raises ThemeError, and OutputError when neither the cache nor the temporary folder has room.
    """
    parts = _Parts.of(theme_folder, class_folder)
    root = cache_folder() if cache is None else _writable(cache)
    try:
        return _prepare_in(root, parts, readable)
    except OSError:
        pass
    try:
        return _prepare_in(_replacement(root), parts, readable)
    except OSError as problem:
        raise OutputError(
            f"fonts and class cannot be prepared: {problem}", hints=("set CVGEN_CACHE_DIR to a folder with room",)
        ) from problem


def find(theme_folder: Path, class_folder: Path, *, cache: Path | None = None) -> Runtime | None:
    """Return the runtime for a theme if it is in the cache, whole; make nothing. Raises ThemeError."""
    parts = _Parts.of(theme_folder, class_folder)
    there = parts.runtime(cache_folder() if cache is None else _writable(cache))
    sound = _matches_manifest(there.fonts) and parts.are_in(there.folder) and there.var.is_dir()
    return there if sound else None


@frozen
class _Parts:
    """What a runtime is made of."""

    theme: str
    is_ours: bool
    files: Mapping[str, bytes]
    fonts_digest: str

    @classmethod
    def of(cls, theme_folder: Path, class_folder: Path) -> _Parts:
        files = _theme_files(theme_folder, class_folder)
        return cls(theme_folder.name, theme_folder.parent == class_folder, files, fonts_digest())

    def runtime(self, root: Path) -> Runtime:
        digests = sorted(f"{name}\0{_digest([data])}" for name, data in self.files.items())
        digest = _digest([self.fonts_digest, self.theme, str(self.is_ours), *digests])
        return Runtime(
            root / f"runtime-{digest[:16]}",
            root / f"fonts-{self.fonts_digest[:16]}",
            root / f"texmf-var-{self.fonts_digest[:16]}",  # luaotfload remembers where it found a font
            digest,
            self.theme,
            self.is_ours,
        )

    def write(self, folder: Path) -> None:
        """Fill the folder of the class and the theme, which may have icons of its own."""
        from cvgen.latex import fonts

        fonts.write_icons(folder / _ICONS)
        for name, data in self.files.items():
            (folder / name).write_bytes(data)
        _write_manifest(folder)

    def are_in(self, folder: Path) -> bool:
        """Tell whether that folder is as it was written."""
        return _holds(folder, self.files) and _matches_manifest(folder)


def _prepare_in(root: Path, parts: _Parts, readable: Callable[[Runtime], None] | None) -> Runtime:
    made = parts.runtime(root)
    if not made.var.is_dir():
        prune(made.var)
    made.var.mkdir(mode=0o700, exist_ok=True)
    with contextlib.suppress(OSError):
        os.utime(made.var)
    _ensure(made.folder, parts.write, parts.are_in)
    if readable is not None:
        readable(made)
    _ensure(made.fonts, _prepare_fonts, _matches_manifest)
    return made


def _theme_files(theme_folder: Path, class_folder: Path) -> dict[str, bytes]:
    try:
        files = {entry.name: read_file(entry, _MOST_BYTES) for entry in theme_folder.iterdir() if entry.is_file()}
        files[CLASS_FILE] = read_file(class_folder / CLASS_FILE, _MOST_BYTES)
    except OSError as problem:
        raise ThemeError(f"a file of the theme `{theme_folder.name}` cannot be read: {problem}") from problem
    return files


def _digest(parts: Iterable[str | bytes]) -> str:
    total = hashlib.sha256()
    for part in parts:
        data = part.encode("utf-8", "surrogateescape") if isinstance(part, str) else part
        total.update(b"%d:" % len(data))
        total.update(data)
    return total.hexdigest()


def _font_sources() -> Iterator[tuple[str, os.stat_result]]:
    """Yield each file of the font packages, and the modules that make our fonts of them."""
    for package in (*_FONT_PACKAGES, "cvgen.latex.fonts", "cvgen.latex.opentype"):
        spec = importlib.util.find_spec(package)
        if spec is None or spec.origin is None:
            continue
        if not spec.submodule_search_locations:
            yield package, os.stat(spec.origin)  # noqa: PTH116 - one call per file, and there are many
        for place in spec.submodule_search_locations or ():
            for folder, folders, names in os.walk(place):
                folders[:] = sorted(set(folders) - {"__pycache__"})
                for name in sorted(names):
                    path = os.path.join(folder, name)  # noqa: PTH118
                    yield f"{package}/{os.path.relpath(path, place)}", os.stat(path)  # noqa: PTH116


def fonts_digest() -> str:
    """Return what stands for all files that our fonts are made of: their names, sizes and times."""
    return seen(
        "fonts", lambda: _digest(f"{name}\0{state.st_size}\0{state.st_mtime_ns}" for name, state in _font_sources())
    )


def _prepare_fonts(folder: Path) -> None:
    from cvgen.latex import fonts

    fonts.prepare(folder)
    _write_manifest(folder)


def _write_manifest(folder: Path) -> None:
    sizes = {entry.name: entry.stat().st_size for entry in folder.iterdir()}
    (folder / _MANIFEST).write_text(json.dumps(sizes, sort_keys=True), encoding="utf-8")


def _matches_manifest(folder: Path) -> bool:
    """Tell whether each file that was put into `folder` is there in full; the manifest was written last."""
    try:
        sizes = json.loads((folder / _MANIFEST).read_bytes())
        return all((folder / name).stat().st_size == size for name, size in sizes.items())
    except (OSError, ValueError, AttributeError, TypeError):
        return False


def _holds(folder: Path, files: Mapping[str, bytes]) -> bool:
    try:
        return all((folder / name).read_bytes() == data for name, data in files.items())
    except OSError:
        return False


def _ensure(folder: Path, build: Callable[[Path], None], is_sound: Callable[[Path], bool]) -> None:
    """Make sure that `folder` is there and sound; what else stands at its name is moved away and removed."""
    if is_sound(folder):
        with contextlib.suppress(OSError):
            os.utime(folder)  # prune() goes by it
        return
    prune(folder)
    new = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        build(new)
        put(new, folder, is_sound)
    finally:
        shutil.rmtree(new, ignore_errors=True)


def put(new: Path, folder: Path, is_sound: Callable[[Path], bool] = lambda _: False) -> None:
    """Give a finished folder its name; leave a sound one of that name, and remove any other. Raises OSError."""
    # Another process may put a sound folder, or half a removed one, in the way between any two steps.
    for _ in range(20):
        with contextlib.suppress(OSError):
            new.rename(folder)
            return
        if is_sound(folder):
            return
        discard(folder)
    raise OSError(f"{folder} cannot be replaced")


def discard(path: Path) -> None:
    """Remove a folder, or whatever it is, so that nobody meets half of it."""
    with contextlib.suppress(OSError):
        trash = Path(tempfile.mkdtemp(prefix=".old-", dir=path.parent))
        with contextlib.suppress(OSError):
            path.rename(trash / "it")
        shutil.rmtree(trash, ignore_errors=True)


def prune(folder: Path, newest: int = KEPT, seconds: float = _KEPT_SECONDS) -> None:
    """Remove folders of the kind of `folder` that nobody used for so long (a week), but the newest few.

    However new they are, there never are more than a few times that many. And what killed builds left goes too.
    """
    oldest = time.time() - seconds
    kind = folder.name.partition("-")[0]
    with contextlib.suppress(OSError):
        states = {
            entry: entry.stat() for entry in folder.parent.iterdir() if entry.name.startswith((f"{kind}-", "."))
        }
        folders = [entry for entry, state in states.items() if stat.S_ISDIR(state.st_mode)]
        folders.sort(key=lambda entry: states[entry].st_mtime, reverse=True)
        ours = [entry for entry in folders if not entry.name.startswith(".")]
        kept, surplus = ours[:newest], ours[newest * MOST_TIMES - 1 :]  # one more is about to be made
        for entry in folders:
            if entry in surplus or (entry not in kept and states[entry].st_mtime < oldest):
                discard(entry)
