"""The JSON Schema of a profile, with the models' own words, for editors that complete and explain."""

from __future__ import annotations

import ast
import inspect
import json
import textwrap
from typing import Any

from pydantic import BaseModel, TypeAdapter
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from cvgen.loading.profile import ProfileFile
from cvgen.profile.works import Work

__all__ = ["schema_text"]

_DIALECT = "https://json-schema.org/draft/2020-12/schema"


def _words(model: type[BaseModel]) -> dict[str, tuple[str, str]]:
    """Return the docstring under each field of `model`, split into description and example.

    Read from the source, so that loading a profile pays nothing for it.
    """
    words: dict[str, tuple[str, str]] = {}
    for base in reversed(model.__mro__):
        if not (isinstance(base, type) and issubclass(base, BaseModel)) or base is BaseModel:
            continue
        (tree,) = ast.parse(textwrap.dedent(inspect.getsource(base))).body
        assert isinstance(tree, ast.ClassDef)
        for field, below in zip(tree.body, tree.body[1:], strict=False):
            if (
                isinstance(field, ast.AnnAssign)
                and isinstance(field.target, ast.Name)
                and isinstance(below, ast.Expr)
                and isinstance(below.value, ast.Constant)
            ):
                description, _, example = inspect.cleandoc(str(below.value.value)).partition(" Example: ")
                words[field.target.id] = (description, example)
    return words


# Stands for a reference to PersonRef until pydantic has named its definitions.
_PERSON = {"const": "cvgen:PersonRef"}


class _Generator(GenerateJsonSchema):
    """Adds descriptions and examples, and accepts the short forms that the models accept."""

    def model_schema(self, schema: core_schema.ModelSchema) -> JsonSchemaValue:
        made = super().model_schema(schema)
        for name, (description, example) in _words(schema["cls"]).items():
            field = made.get("properties", {}).get(name)
            if field is None:
                continue
            field["description"] = description
            if example:
                field["examples"] = [int(example) if field.get("type") == "integer" else _example(example)]
            field.pop("title", None)
        return made

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> JsonSchemaValue:
        # A default says nothing here: leaving a key out is how one gets it.
        return self.generate_inner(schema["schema"])

    def nullable_schema(self, schema: core_schema.NullableSchema) -> JsonSchemaValue:
        # Optional means that the key may be missing; `null` is never a value.
        return self.generate_inner(schema["schema"])

    def function_before_schema(self, schema: core_schema.BeforeValidatorFunctionSchema) -> JsonSchemaValue:
        made = self.generate_inner(schema["schema"])
        name = getattr(schema["function"]["function"], "__name__", "")
        if name == "_wrap":
            return {"anyOf": [made, made["items"]]} if "items" in made else made
        if name == "_as_people":
            return {
                "anyOf": [
                    made,
                    {"type": "array", "items": {"anyOf": [_PERSON, {"type": "string"}]}},
                    {"type": "string"},
                ]
            }
        if name.startswith("_as_"):
            return {"anyOf": [{"type": ["string", "number"]}, made]}
        return made


def _example(text: str) -> Any:  # noqa: ANN401 - whatever the YAML says
    """Read an example as a profile would be read by an editor: it may be a list or a quoted text."""
    import yaml

    return yaml.safe_load(text) if text[0] in "\"'[{" else text


def _schema(works: bool) -> dict[str, Any]:
    if works:
        adapter: TypeAdapter[Any] = TypeAdapter(dict[str, Work])
        made = adapter.json_schema(schema_generator=_Generator)
        return {"title": "cvgen works", "description": "Publications, each below its id."} | made
    made = ProfileFile.model_json_schema(schema_generator=_Generator)
    return made | {"title": "cvgen profile", "description": "A person's profile, from which cvgen makes a CV."}


def schema_text(*, works: bool = False) -> str:
    """Return the JSON Schema of a profile, or of a works file, as text."""
    text = json.dumps({"$schema": _DIALECT} | _schema(works), indent=2, ensure_ascii=False) + "\n"
    return text.replace('"const": "cvgen:PersonRef"', '"$ref": "#/$defs/PersonRef"')
