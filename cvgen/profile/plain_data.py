"""Models as the data that YAML and JSON write: what a profile says, and nothing that it leaves out."""

from __future__ import annotations

from collections.abc import Mapping

import yaml
from pydantic import BaseModel

from cvgen.values import dates

__all__ = ["as_data", "as_yaml"]


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


def as_yaml(data: object) -> str:
    """Return data as a YAML file: lists one step in, texts of several lines as blocks, dates and numbers bare."""
    return yaml.dump(data, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=110, default_flow_style=False)


class _Dumper(yaml.SafeDumper):
    """Writes lists one step in, as people do, and no aliases."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)

    def ignore_aliases(self, data: object) -> bool:
        return True


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    """Write a text of several lines as a block."""
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


def _number(dumper: yaml.SafeDumper, number: float) -> yaml.ScalarNode:
    """Write a number as the text that it is in a profile."""
    return _text(dumper, str(number))


_Dumper.add_representer(str, _text)
_Dumper.add_representer(int, _number)
_Dumper.add_representer(float, _number)
# Dates and numbers need no quotes: a profile's values are texts until a model reads them.
_Dumper.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in pairs if not tag.endswith((":timestamp", ":int", ":float"))]
    for first, pairs in yaml.SafeDumper.yaml_implicit_resolvers.items()
}
