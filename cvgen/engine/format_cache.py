"""Formats in the cache that hold the class and a theme, so that an engine starts with both loaded."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from cvgen.engine.cached_folders import is_complete, is_intact
from cvgen.engine.engines import Engine
from cvgen.engine.tex_tree import TexTree

__all__ = [
    "FORMAT_FILE",
    "CachedFormat",
    "FormatSources",
    "file_state",
    "find_format",
    "format_folder",
    "read_format_sources",
    "suits_format",
    "valid_sources",
    "write_format_sources",
]

FORMAT_FILE, FONTCONFIG_FILE = "cvgen.fmt", "fonts.conf"
_SOURCES = "sources.json"
_REFUSED_SECONDS = 24 * 3600  # a theme of which there is no format is tried again then


@dataclass(frozen=True, slots=True)
class CachedFormat:
    """A format in the cache. `standalone` means that no other file of TeX's is needed."""

    folder: Path
    standalone: bool

    def environment(self) -> dict[str, str]:
        """Return what an engine needs to know beside the rest of its environment."""
        if not self.standalone:
            return {"TEXFORMATS": f"{self.folder}:"}
        return {
            "TEXFORMATS": f"{self.folder}",
            "TEXMFCNF": str(self.folder),
            "CVGEN_TREE": str(self.folder),  # named in our texmf.cnf, in which % starts a comment
            "FONTCONFIG_FILE": str(self.folder / FONTCONFIG_FILE),
        }

    def is_intact(self) -> bool:
        """Tell whether each file is what was prepared, to the byte. Reads some 30 MB."""
        return is_intact(self.folder)

    def sources(self) -> frozenset[str]:
        """Return the files of TeX's own that it was made of, the programs that read it among them."""
        try:
            return frozenset(read_format_sources(self.folder).files)
        except (OSError, ValueError, KeyError, TypeError):
            return frozenset()


@dataclass(frozen=True, slots=True)
class FormatSources:
    """What a format was made of: size and time of each file; `usable` is False for a theme that has no format."""

    usable: bool
    standalone: bool
    files: Mapping[str, list[int] | None]


def read_format_sources(folder: Path) -> FormatSources:
    """Return what a format was made of. Raises OSError, ValueError, KeyError, TypeError."""
    return FormatSources(**json.loads((folder / _SOURCES).read_bytes()))


def write_format_sources(folder: Path, sources: FormatSources) -> None:
    """Write down what a format was made of."""
    (folder / _SOURCES).write_text(json.dumps(asdict(sources), sort_keys=True), "utf-8")


def file_state(path: str) -> list[int] | None:
    """Return size and time of a file, None for a missing one."""
    try:
        state = os.stat(path)  # noqa: PTH116 - called for many files, often
    except OSError:
        return None
    return [state.st_size, state.st_mtime_ns]


def suits_format(tex: str, tree: TexTree) -> bool:
    """Tell whether a document begins as one does that can be typeset with this tree's format."""
    return bool(tree.theme) and bool(
        re.match(rf"\\documentclass\[theme={re.escape(tree.theme)}(,[^]\n]*)?\]\{{cvgen\}}\n", tex)
    )


def format_folder(engine: Engine, tree: TexTree) -> Path:
    """Return where the format for an engine and a tree is, or would be."""
    own = os.stat(__file__)  # noqa: PTH116
    facts = (engine.name, engine.program, tree.digest, f"{own.st_size} {own.st_mtime_ns}")
    key = hashlib.sha256("\0".join(facts).encode("utf-8", "surrogateescape")).hexdigest()
    return tree.folder.parent / f"format-{key[:16]}"


def find_format(engine: Engine, tree: TexTree) -> CachedFormat | None:
    """Return the format for an engine and a tree; None when there is none, or TeX has changed since.

    Takes about a millisecond. What the files hold is for `CachedFormat.is_intact` to say.
    """
    if not engine.format or not tree.theme:
        return None
    folder = format_folder(engine, tree)
    known = valid_sources(folder)
    return CachedFormat(folder, known.standalone) if known and known.usable else None


def valid_sources(folder: Path) -> FormatSources | None:
    """Return what a format, or the note that there is none, was made of, if that is as it was."""
    try:
        known = read_format_sources(folder)
        if any(file_state(name) != state for name, state in known.files.items()):
            return None
        if not known.usable:
            is_recent = time.time() - (folder / _SOURCES).stat().st_mtime <= _REFUSED_SECONDS
            return known if is_recent else None
        if not is_complete(folder):
            return None
        with contextlib.suppress(OSError):
            os.utime(folder)  # what is in use is not pruned
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
    return known
