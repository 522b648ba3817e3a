"""The small TeX tree of a theme in the cache: class, theme, icons and fonts.

`tree-<digest>` holds the class, one theme and the icons: what TeX reads as text; `fonts-<digest>` is shared by all
themes. The cache may be deleted at any time.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from cvgen.engine.cached_folders import discard_folder, ensure_folder, is_complete, is_intact, prune_folders
from cvgen.errors import OutputError, ThemeError
from cvgen.files import read_file
from cvgen.latex.theme_folders import CLASS_FILE, class_folder
from cvgen.paths import cache_folder, is_temporary_cache, temporary_cache_folder

__all__ = ["DamagedTreeError", "TexTree", "discard_damaged", "find_tex_tree", "fonts_digest", "prepare_tex_tree"]

ICONS_FILE = "cvgen-icons.tex"
_MAX_BYTES = 32 << 20  # of a file of a theme, which may be a font
_FONT_PACKAGES = ("font_source_sans_pro", "font_roboto", "fontpkg_ibm_plex_mono", "rendercv_fonts")


class DamagedTreeError(Exception):
    """A file of a tree in the cache is not what was prepared: discard it and prepare another."""


@dataclass(frozen=True, slots=True)
class TexTree:
    """What TeX finds of cvgen's: `folder` has class, theme and icons, `fonts` the fonts, `var` what engines keep.

    `is_own` tells that the theme came with cvgen: it reads no file of TeX's that its format does not hold.
    """

    folder: Path
    fonts: Path
    var: Path
    digest: str
    theme: str = ""
    is_own: bool = False

    def is_lasting(self) -> bool:
        """Tell whether later processes can find it: it is not in a temporary replacement for the cache."""
        return not is_temporary_cache(self.folder.parent)

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

    def is_complete(self) -> bool:
        """Tell whether each file is there with its size."""
        return is_complete(self.folder) and is_complete(self.fonts) and self.var.is_dir()

    def is_intact(self, without: Iterable[str] = ()) -> bool:
        """Tell whether each file is what was prepared, to the byte, `without` some fonts."""
        return is_intact(self.folder) and is_intact(self.fonts, without)


def prepare_tex_tree(theme_folder: Path) -> TexTree:
    """Return the tree for a theme, making what the cache lacks.

    Any number of processes and threads may prepare the same tree at the same time. Raises `ThemeError`, and
    `OutputError` when neither the cache nor the temporary folder has room.
    """
    parts = _Parts.of(theme_folder)
    with contextlib.suppress(OSError):
        return parts.prepare_in(cache_folder())
    try:
        return parts.prepare_in(temporary_cache_folder())
    except OSError as problem:
        raise OutputError(
            f"fonts and class cannot be prepared: {problem}", hints=("set CVGEN_CACHE_DIR to a folder with room",)
        ) from problem


def find_tex_tree(theme_folder: Path) -> TexTree | None:
    """Return the tree for a theme if it is in the cache, complete; make nothing. Raises `ThemeError`."""
    tree = _Parts.of(theme_folder).tree_in(cache_folder())
    return tree if tree.is_complete() else None


def discard_damaged(tree: TexTree) -> None:
    """Remove what is not what was prepared, to be made again."""
    for folder in (tree.folder, tree.fonts):
        if not is_intact(folder):
            discard_folder(folder)


@dataclass(frozen=True, slots=True)
class _Parts:
    """What a tree is made of."""

    theme: str
    is_own: bool
    files: Mapping[str, bytes]
    fonts_digest: str

    @classmethod
    def of(cls, theme_folder: Path) -> _Parts:
        own = class_folder()
        try:
            files = {entry.name: read_file(entry, _MAX_BYTES) for entry in theme_folder.iterdir() if entry.is_file()}
            files[CLASS_FILE] = read_file(own / CLASS_FILE, _MAX_BYTES)
        except OSError as problem:
            raise ThemeError(f"a file of the theme `{theme_folder.name}` cannot be read: {problem}") from problem
        return cls(theme_folder.name, theme_folder.parent == own, files, fonts_digest())

    def tree_in(self, cache: Path) -> TexTree:
        digests = sorted(f"{name}\0{_digest([data])}" for name, data in self.files.items())
        digest = _digest([self.fonts_digest, self.theme, str(self.is_own), *digests])
        return TexTree(
            cache / f"tree-{digest[:16]}",
            cache / f"fonts-{self.fonts_digest[:16]}",
            cache / f"texmf-var-{self.fonts_digest[:16]}",  # luaotfload remembers where it found a font
            digest,
            self.theme,
            self.is_own,
        )

    def prepare_in(self, cache: Path) -> TexTree:
        tree = self.tree_in(cache)
        if not tree.var.is_dir():
            prune_folders(tree.var)
        tree.var.mkdir(mode=0o700, exist_ok=True)
        with contextlib.suppress(OSError):
            os.utime(tree.var)
        ensure_folder(tree.folder, self._fill)
        ensure_folder(tree.fonts, _fill_fonts)
        return tree

    def _fill(self, folder: Path) -> None:
        from cvgen.latex.font_files import write_icons  # fontTools is slow to import, and needed once

        write_icons(folder / ICONS_FILE)
        for name, data in self.files.items():  # a theme may have icons of its own
            (folder / name).write_bytes(data)


def _fill_fonts(folder: Path) -> None:
    from cvgen.latex.font_files import fill_fonts_folder  # as above

    fill_fonts_folder(folder)


def _digest(parts: Iterable[str | bytes]) -> str:
    total = hashlib.sha256()
    for part in parts:
        data = part.encode("utf-8", "surrogateescape") if isinstance(part, str) else part
        total.update(b"%d:" % len(data))
        total.update(data)
    return total.hexdigest()


def fonts_digest() -> str:
    """Return a digest of all files that the fonts are made of: names, sizes and times. Takes 2 ms."""
    return _digest(f"{name}\0{state.st_size}\0{state.st_mtime_ns}" for name, state in _font_sources())


def _font_sources() -> Iterator[tuple[str, os.stat_result]]:
    """Yield each file of the font packages, and the modules that make our fonts of them."""
    for package in (*_FONT_PACKAGES, "cvgen.latex.font_files", "cvgen.latex.fonts", "cvgen.latex.opentype"):
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
