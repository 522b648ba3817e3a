"""Works files: those that a profile names, and whether a file is one."""

from __future__ import annotations

import functools
import os
import re
from collections.abc import Iterator
from pathlib import Path

from cvgen.diagnostics import YamlPath
from cvgen.errors import ProfileError
from cvgen.files import read_start
from cvgen.source import parse_yaml
from cvgen.source.positions import MAX_BYTES, Data

__all__ = ["file_stamp", "is_works_file", "named_files", "works_path"]

_PROFILE_KEYS = frozenset(("person", "sections", "document", "variants"))
_PERSON = re.compile(rb"^person[ \t]*:", re.MULTILINE)
_PROFILE_KEY = re.compile(rb"^[ \t]*[\"']?(?:person|sections|document|variants)[\"']?[ \t]*:", re.MULTILINE)
_WORK_KEYS = frozenset(("title", "authors"))
_WORK_KEY = re.compile(rb"\b(?:title|authors)[ \t]*:")


def named_files(data: Data) -> Iterator[tuple[YamlPath, str]]:
    """Yield the works files that a profile names, even one that is wrong elsewhere, and where it does."""
    names = data.get("works") if isinstance(data, dict) else None
    if isinstance(names, str):
        yield ("works",), " ".join(names.split())
    for index, name in enumerate(names if isinstance(names, list) else ()):
        if isinstance(name, str):
            yield ("works", index), " ".join(name.split())


def works_path(profile: Path | None, name: str) -> Path | str:
    """Return the works file's path, or why there is none: it leads outside of what a profile may read."""
    if profile is None:
        return f"`{name}` cannot be found: this profile is not a file"
    relative = Path(name)
    if relative.suffix.lower() not in (".yaml", ".yml", ".bib"):
        return f"`{name}` is not a works file: its name does not end in `.yaml` or `.bib`"
    path = Path(os.path.normpath(profile.parent / relative))
    # Not Path.resolve(), which raises RuntimeError where links go in circles.
    allowed = Path(os.path.realpath(profile.parent)).parent
    if relative.is_absolute() or not Path(os.path.realpath(path)).is_relative_to(allowed):
        return f"`{name}` lies outside of what this profile may read"
    return path


def is_works_file(path: Path) -> bool:
    """Tell whether a file holds works and no profile: a .bib file, or YAML in which ids stand at the outside."""
    return path.suffix.lower() == ".bib" or _holds_works(path, file_stamp(path))


def file_stamp(path: Path) -> tuple[int, int, int]:
    """Return what changes when the file does."""
    try:
        state = path.stat()
    except (OSError, ValueError):
        return (0, 0, 0)
    return (state.st_mtime_ns, state.st_size, state.st_ino)


@functools.lru_cache(maxsize=4096)
def _holds_works(path: Path, stamp: tuple[int, int, int]) -> bool:
    """Answer once for each state of a file: a folder that is watched is listed again and again."""
    try:
        content = read_start(path, MAX_BYTES + 1)
    except OSError:  # reading it as a profile reports that
        return False
    if _PERSON.search(content):  # most files are profiles: no need to parse them
        return False
    try:
        data = parse_yaml(content, str(path)).data
    except ProfileError:  # by its words, so that a works file is none the less one while it is edited
        return _WORK_KEY.search(content) is not None and _PROFILE_KEY.search(content) is None
    has_works = any(isinstance(value, dict) and _WORK_KEYS & set(value) for value in data.values())
    return has_works and not _PROFILE_KEYS & set(data)
