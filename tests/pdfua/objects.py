"""Ways into PDF objects: pypdf's `get` does not follow references, these do."""

from __future__ import annotations

from pypdf.generic import BooleanObject, DictionaryObject, IndirectObject

__all__ = ["entry", "number", "raw", "true"]


def entry(one: object, *keys: str) -> object:
    """Return what lies below a dictionary's keys, None where anything on the way is missing."""
    for key in keys:
        if not isinstance(one, DictionaryObject) or key not in one:
            return None
        one = one[key]
    return one


def number(one: object) -> int | None:
    """Return the number of an indirect reference or of the object that it leads to."""
    reference = one if isinstance(one, IndirectObject) else getattr(one, "indirect_reference", None)
    return reference.idnum if isinstance(reference, IndirectObject) else None


def raw(one: object, key: str) -> object:
    """Return a dictionary's value as it lies there: a reference stays one."""
    return one.raw_get(key) if isinstance(one, DictionaryObject) and key in one else None


def true(one: object) -> bool:
    """Tell whether a value is PDF's true; pypdf's false is an object like any other."""
    return isinstance(one, BooleanObject) and bool(one.value)
