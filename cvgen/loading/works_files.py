"""Paths of the works files that a profile names."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from cvgen.diagnostics import YamlPath
from cvgen.source.positions import Data

__all__ = ["named_files", "works_path"]


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
