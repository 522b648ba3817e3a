"""Kinds of sections, one file each: what a section holds, how it is composed, an example, and its shape.

A kind is found by the name of its file, and imported when a profile has a section of it.
"""

from __future__ import annotations

import functools
import importlib
from pathlib import Path
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from cvgen.sections.base import Kind, Shape

__all__ = ["example_of", "kind_of_form", "kinds", "load_kind", "shape_of", "starters"]

_SHARED = ("__init__", "base", "context", "layouts")


@functools.cache
def kinds() -> tuple[str, ...]:
    """Return the names of all kinds of sections."""
    return tuple(sorted(path.stem for path in Path(__file__).parent.glob("*.py") if path.stem not in _SHARED))


@functools.cache
def load_kind(name: str) -> Kind:
    """Return the kind of that name, which must be one of `kinds()`."""
    if name not in kinds():
        raise LookupError(name)
    return cast("Kind", importlib.import_module(f"cvgen.sections.{name}"))


def shape_of(kind: str) -> Shape:
    """Return the shape of a kind of section."""
    return load_kind(kind).SHAPE


def kind_of_form(form: str) -> str:
    """Return the first kind whose entries are of that form."""
    return next(kind for kind in kinds() if shape_of(kind).form == form)


def starters() -> tuple[str, ...]:
    """Return the kinds of the sections of a new profile, in order."""
    places = {kind: place for kind in kinds() if (place := shape_of(kind).starter) is not None}
    return tuple(sorted(places, key=places.__getitem__))


def example_of(kind: str) -> str:
    """Return an example of a section, in YAML, as an item of `sections:`. Its person is Ada Lovelace."""
    lines = load_kind(kind).EXAMPLE.splitlines()
    return "\n".join([f"- kind: {kind}", *(f"  {line}" for line in lines)]) + "\n"
