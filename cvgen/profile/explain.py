"""Pydantic's errors in our words, at their places. Keyed on the error's `type`, never on its English."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from cvgen.diagnostics import Diagnostic, Severity, did_you_mean
from cvgen.source import Source, YamlPath

__all__ = ["explain"]

# What people write, from other formats and from habit, and what it is called here.
_SYNONYMS = {
    "advisor": "advisors",
    "mentor": "mentors",
    "supervisor": "advisors",
    "author": "authors",
    "bullets": "highlights",
    "city": "location",
    "company": "organization",
    "conference": "venue",
    "cv": "document",
    "description": "highlights",
    "duties": "highlights",
    "employer": "organization",
    "firm": "organization",
    "googlescholar": "scholar",
    "grade": "gpa",
    "headline": "position",
    "items": "entries",
    "job": "role",
    "journal": "venue",
    "label": "position",
    "lang": "language",
    "mail": "email",
    "mobile": "phone",
    "organisation": "organization",
    "organizations": "organization",
    "period": "date",
    "place": "location",
    "publications": "entries",
    "ranking": "rank",
    "school": "institution",
    "site": "homepage",
    "studytype": "degree",
    "tel": "phone",
    "telephone": "phone",
    "title": "role",
    "twitter": "x",
    "type": "kind",
    "university": "institution",
    "web": "homepage",
    "website": "homepage",
    "when": "date",
    "where": "location",
    "year": "date",
    "from": "start_date",
    "to": "end_date",
    "until": "end_date",
    "since": "start_date",
    "name": "title",
    "subject": "field",
}


def _child(data: object, part: str | int) -> object:
    if isinstance(data, Mapping):
        return data.get(part)
    if isinstance(data, Sequence) and not isinstance(data, str) and isinstance(part, int) and part < len(data):
        return data[part]
    return None


def _yaml_path(location: tuple[str | int, ...], data: object) -> tuple[YamlPath, tuple[str | int, ...]]:
    """Split pydantic's location into the path that exists in `data`, and the rest (tags, missing keys)."""
    path: list[str | int] = []
    left: list[str | int] = []
    for part in location:
        inside = isinstance(data, Mapping) and part in data
        if inside or (isinstance(data, list | tuple) and isinstance(part, int) and part < len(data)):
            data = _child(data, part)
            path.append(part)
        else:
            left.append(part)
    return tuple(path), tuple(left)


def _model_at(model: type[BaseModel], location: Iterable[str | int]) -> list[str]:
    """Return the keys that may stand beside the last part of `location`."""
    schema = model.model_json_schema(mode="validation")
    node: dict[str, Any] = schema

    def resolve(found: dict[str, Any]) -> dict[str, Any]:
        while "$ref" in found:
            found = schema["$defs"][found["$ref"].rsplit("/", 1)[1]]
        return found

    for part in list(location)[:-1]:
        node = resolve(node)
        options = [resolve(option) for option in node.get("anyOf", node.get("oneOf", []))] or [node]
        if isinstance(part, int):
            node = next((option["items"] for option in options if "items" in option), options[0])
            continue
        tagged = node.get("discriminator", {}).get("mapping", {}).get(part)
        if tagged:
            node = resolve({"$ref": tagged})
            continue
        for option in options:
            if part in option.get("properties", {}):
                node = option["properties"][part]
                break
            if isinstance(option.get("additionalProperties"), dict):
                node = option["additionalProperties"]
                break
    node = resolve(node)
    options = [resolve(option) for option in node.get("anyOf", node.get("oneOf", []))] or [node]
    return sorted({key for option in options for key in option.get("properties", {})})


def _unknown_key(source: Source, path: YamlPath, keys: list[str]) -> Diagnostic:
    word = str(path[-1])
    squeezed = word.lower().replace("_", "").replace("-", "").replace(" ", "")
    synonym = _SYNONYMS.get(squeezed)
    exact = next((key for key in keys if key.replace("_", "") == squeezed), None)
    guess = exact or (synonym if synonym in keys else None) or did_you_mean(word, keys)
    hints = (f"did you mean `{guess}`?",) if guess else (f"known here: {', '.join(keys)}",)
    return Diagnostic(
        "unknown-key", Severity.ERROR, source.span(path, key=True), f"`{word}` is not a known key", hints
    )


def _kind(value: object) -> str:
    if value is None:
        return "nothing"
    return {"str": "text", "dict": "a mapping", "list": "a list", "tuple": "a list"}.get(
        type(value).__name__, "a value"
    )


_EXAMPLES = {"missing": {"name": "name: Ada Lovelace", "title": "title: …", "kind": "kind: education"}}


def _missing(source: Source, path: YamlPath, field: str) -> Diagnostic:
    example = _EXAMPLES["missing"].get(field, f"{field}: …")
    span = source.span(path) if path else source.span(())
    return Diagnostic("missing", Severity.ERROR, span, f"`{field}` is missing", (f"add `{example}`",))


def _choices(source: Source, path: YamlPath, value: object, allowed: list[str], code: str) -> Diagnostic:
    guess = did_you_mean(str(value), allowed)
    hints = [f"did you mean `{guess}`?"] if guess else []
    hints.append(f"one of: {', '.join(allowed)}")
    return Diagnostic(code, Severity.ERROR, source.span(path), f"`{value}` is not known here", tuple(hints))


def _quoted_names(expected: str) -> list[str]:
    return [part for index, part in enumerate(expected.split("'")) if index % 2]


def _wrong_shape(source: Source, path: YamlPath, value: object, wanted: str) -> Diagnostic:
    if value is None:
        return Diagnostic(
            "empty",
            Severity.ERROR,
            source.span(path),
            "this item has no value",
            ("write a value, or delete the line",),
        )
    hints = {
        ("text", "a mapping"): "a text with `: ` in it, or one that begins with `{`, needs quotes",
        ("text", "a list"): "write one text here; a text that begins with `[` needs quotes",
        ("a list", "text"): "put each item on a line of its own, after `- `",
        ("a list", "a mapping"): "put `- ` before each item",
        ("a mapping", "text"): "put its fields below it, indented, each as `key: value`",
        ("a mapping", "a list"): "write its fields as `key: value`, without `- `",
    }
    hint = hints.get((wanted, _kind(value)))
    return Diagnostic(
        "wrong-shape",
        Severity.ERROR,
        source.span(path),
        f"{wanted} is wanted here, this is {_kind(value)}",
        (hint,) if hint else (),
    )


_WANTED = {
    "string_type": "text",
    "string_sub_type": "text",
    "string_unicode": "text",
    "list_type": "a list",
    "tuple_type": "a list",
    "iterable_type": "a list",
    "model_type": "a mapping",
    "model_attributes_type": "a mapping",
    "dict_type": "a mapping",
    "mapping_type": "a mapping",
    "dataclass_type": "a mapping",
}


def _own(source: Source, path: YamlPath, error: ErrorDetails) -> Diagnostic:
    """One of our own checks (`fields.fail`) failed: its context says what and where."""
    context: dict[str, Any] = error.get("ctx", {})
    if "field" in context:
        path = (*path, str(context["field"]))
    if "offset" in context:
        span = source.char_span(path, int(context["offset"]), int(context.get("length", 1)))
    else:
        span = source.span(path)
    hint = context.get("hint")
    return Diagnostic(
        error["type"],
        Severity.ERROR,
        span,
        str(context.get("message", error["msg"])),
        (str(hint),) if hint else (),
        str(context.get("label", "")),
    )


def explain(error: ErrorDetails, source: Source, model: type[BaseModel]) -> Diagnostic:
    """Turn one of pydantic's errors about `source`, read as `model`, into a diagnostic."""
    kind, location = error["type"], error["loc"]
    path, left = _yaml_path(location, source.data)
    value = error.get("input")
    context: dict[str, Any] = error.get("ctx", {})
    if kind == "extra_forbidden":
        return _unknown_key(source, path, _model_at(model, location))
    if kind == "missing":
        return _missing(source, path, str(location[-1]))
    if kind == "union_tag_not_found":
        if isinstance(value, Mapping):
            return _missing(source, path, "kind")
        return _wrong_shape(source, path, value, "a mapping")
    if kind == "union_tag_invalid":
        allowed = _quoted_names(str(context.get("expected_tags", "")))
        return _choices(source, (*path, "kind"), context.get("tag"), allowed, "unknown-kind")
    if kind in ("literal_error", "enum"):
        return _choices(source, path, value, _quoted_names(str(context.get("expected", ""))), "unknown-choice")
    if kind in _WANTED:
        return _wrong_shape(source, path, value, _WANTED[kind])
    del left
    return _own(source, path, error)
