"""Models as the data that YAML and JSON write: what a profile says, and nothing that it leaves out."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import BaseModel

from cvgen.values import dates

__all__ = ["as_data"]


def as_data(value: object) -> object:
    """Return a model, or a value of one, in mappings, lists, texts and numbers, without fields that are not set.

    A date is in its canonical spelling, one of several dates a list.

    >>> as_data(dates.Date(2023, 9))
    '2023-09'
    """
    match value:
        case BaseModel():
            fields = (
                (name, getattr(value, name)) for name in type(value).model_fields if name in value.model_fields_set
            )
            return {name: as_data(one) for name, one in fields if one is not None and one != ()}
        case Mapping():
            return {str(key): as_data(one) for key, one in value.items()}
        case tuple() | list():
            return [as_data(one) for one in value]
        case dates.FreeDate(text, sort):
            return {"text": text, "sort": dates.canonical(sort)}
        case dates.DateList(items):
            return [as_data(one) for one in items]
        case None | bool() | int() | float() | str():
            return value
    return dates.canonical(value)  # type: ignore[arg-type]  # a date is all that is left
