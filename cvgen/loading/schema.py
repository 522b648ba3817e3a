"""The JSON Schema of a profile, for editors that complete and explain."""

from __future__ import annotations

import json
from typing import Any

from pydantic import TypeAdapter
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from cvgen.loading.profile import ProfileFile
from cvgen.profile.works import Work

__all__ = ["schema_text"]

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_PROFILE = ("cvgen profile", "A person's profile, from which cvgen makes a CV.")
_WORKS = ("cvgen works", "Publications, each below its id.")


class _Generator(GenerateJsonSchema):
    """Leaves out what says nothing to an editor: titles made of names, defaults, null."""

    def field_title_should_be_set(self, schema: object) -> bool:
        return False

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> JsonSchemaValue:
        # A default says nothing here: leaving a key out is how one gets it.
        return self.generate_inner(schema["schema"])

    def nullable_schema(self, schema: core_schema.NullableSchema) -> JsonSchemaValue:
        # Optional means that the key may be missing; `null` is never a value.
        return self.generate_inner(schema["schema"])


def schema_text(*, works: bool = False) -> str:
    """Return the JSON Schema of a profile, or of a works file, as text."""
    adapter: TypeAdapter[Any] = TypeAdapter(dict[str, Work] if works else ProfileFile)
    made = adapter.json_schema(schema_generator=_Generator)
    title, description = _WORKS if works else _PROFILE
    about = {"$schema": _DIALECT, "title": title, "description": description}
    return json.dumps(about | made | about, indent=2, ensure_ascii=False) + "\n"
