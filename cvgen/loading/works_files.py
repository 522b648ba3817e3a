"""The works files that a profile names, known without any model of a profile."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

from cvgen import source
from cvgen.errors import ProfileError
from cvgen.source import Data, Source, YamlPath

__all__ = ["named_files", "read_ahead", "works_path"]


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


def read_ahead(profile: Path) -> dict[Path, Source]:
    """Read a profile and the YAML files that it names; leave out what cannot be read: others will tell."""
    found: dict[Path, Source] = {}
    with contextlib.suppress(ProfileError):
        found[profile] = source.read(profile)
        places = (works_path(profile, name) for _, name in named_files(found[profile].data))
        for place in dict.fromkeys(places):
            if isinstance(place, Path) and place.suffix.lower() != ".bib" and place != profile:
                with contextlib.suppress(ProfileError):
                    found[place] = source.read(place)
    return found
