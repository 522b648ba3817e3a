"""Pydantic's errors in our words, at their places. Keyed on the error's `type`, never on its English."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Protocol

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from cvgen.diagnostics import Diagnostic, Severity, Span, YamlPath, did_you_mean
from cvgen.loading.profile import DocumentSettings
from cvgen.loading.synonyms import find_key, find_kind
from cvgen.profile.person import Person
from cvgen.profile.places import Places
from cvgen.sections import kinds, load_kind, starters
from cvgen.source.positions import quote_hint

__all__ = ["Written", "comment_after", "explain", "explain_all"]


class Written(Places, Protocol):
    """What a profile's mistakes are shown in. `cvgen.source.Source` is one."""

    @property
    def data(self) -> Any:  # noqa: ANN401 - mappings, lists, texts
        """All of it."""

    def value(self, path: YamlPath) -> Any:  # noqa: ANN401 - mappings, lists, texts
        """Return the value at `path`, None when there is none."""

    def is_plain(self, path: YamlPath) -> bool:
        """Tell whether `path` is a text written without quotes."""

    def char_span(self, path: YamlPath, offset: int, length: int = 1) -> Span:
        """Return the place of some characters of the text at `path`."""


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


@functools.cache
def _schema_of(model: type[BaseModel]) -> dict[str, Any]:
    return model.model_json_schema(mode="validation")


@functools.lru_cache(maxsize=1024)
def _keys_at(model: type[BaseModel], location: tuple[str | int, ...]) -> list[str]:
    """Return the keys that may stand beside the last part of `location`."""
    schema = _schema_of(model)
    node: dict[str, Any] = schema

    def resolve(found: dict[str, Any]) -> dict[str, Any]:
        while "$ref" in found:
            found = schema["$defs"][found["$ref"].rsplit("/", 1)[1]]
        return found

    for part in location[:-1]:
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


def _guesses(word: str, keys: list[str]) -> tuple[str | None, bool]:
    """Return the key that `word` most likely means, and whether that is sure."""
    squeezed = word.lower().replace("_", "").replace("-", "").replace(" ", "")
    synonym = "entries" if squeezed in kinds() and "entries" in keys else find_key(squeezed, keys)
    exact = next((key for key in keys if key.replace("_", "") == squeezed), None)
    sure = exact or synonym
    return sure or did_you_mean(word, keys), sure is not None


def _unknown_key(source: Written, path: YamlPath, keys: list[str]) -> Diagnostic:
    word = str(path[-1])
    guess, sure = _guesses(word, keys)
    hints = (f"did you mean `{guess}`?",) if guess else (f"known here: {', '.join(keys)}",)
    homes: dict[str, type[BaseModel]] = {"person": Person, "document": DocumentSettings}
    home = next((name for name, model in homes.items() if word in model.model_fields), "")
    if home and not sure and len(path) <= 2 and path[0] != home and "kind" not in keys:
        hints = (f"`{word}` belongs below `{home}:`",)
    if len(path) == 3 and path[0] == "sections" and (entry := _entry_keys(source, path)) and word in entry:
        hints = (f"`{word}` belongs below `entries:`, in an entry that begins with `- `",)
    return Diagnostic(
        "unknown-key", Severity.ERROR, source.span(path, key=True), f"`{word}` is not a known key", hints
    )


def _entry_keys(source: Written, path: YamlPath) -> list[str]:
    """Return the keys of an entry of the section in which `path` stands."""
    kind = source.value((*path[:2], "kind"))
    return _keys_at(load_kind(kind).MODEL, ("entries", 0, "")) if kind in kinds() else []


def _shape(value: object) -> str:
    if value is None:
        return "nothing"
    return {
        "str": "text",
        "dict": "a mapping",
        "list": "a list",
        "tuple": "a list",
        "bool": "true or false",
        "int": "a number",
        "float": "a number",
    }.get(type(value).__name__, "a value")


# What follows a key where its value begins with `#`: that, without a comment behind it.
_COMMENT = re.compile(r"[ ]*:[ ]+(#\S.*?)(?:[ ]+#.*|[ ]*)$")


def comment_after(key: Span) -> str:
    """Return what stands where the value of a key should, and is a comment to YAML; empty if there is none."""
    found = _COMMENT.match(key.excerpt, key.end_column - 1)
    return found[1] if found else ""


_EXAMPLES = {"name": "Ada Lovelace", "person": "{name: Ada Lovelace}"}


def _missing(source: Written, path: YamlPath, field: str) -> Diagnostic:
    value = starters()[0] if field == "kind" else _EXAMPLES.get(field, "…")
    example = f"`{field}: {value}`"
    parent = source.value(path) if path else source.data
    if isinstance(parent, Mapping) and field in parent:
        span, hint = source.span((*path, field), key=True), f"write one after the colon: {example}"
        words = f"`{field}` has no value"
        if comment := comment_after(span):
            words, hint = f"{words}: YAML takes `{comment}` for a comment", quote_hint(comment)
        return Diagnostic("missing", Severity.ERROR, span, words, (hint,))
    return Diagnostic("missing", Severity.ERROR, source.span(path), f"`{field}` is missing", (f"add {example}",))


def _choices(source: Written, path: YamlPath, value: object, allowed: list[str], code: str) -> Diagnostic:
    if not isinstance(value, str):
        return _wrong_shape(source, path, value, "text")
    guess = did_you_mean(str(value), allowed)
    if code == "unknown-kind":
        guess = find_kind(str(value)) or guess
    hints = [f"did you mean `{guess}`?"] if guess else []
    hints.append(f"one of: {', '.join(allowed)}")
    return Diagnostic(code, Severity.ERROR, source.span(path), f"`{value}` is not known here", tuple(hints))


def _quoted_names(expected: str) -> list[str]:
    return [part for index, part in enumerate(expected.split("'")) if index % 2]


def _wrong_shape(source: Written, path: YamlPath, value: object, wanted: str) -> Diagnostic:
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
    hint = hints.get((wanted, _shape(value)))
    if path == ("sections",) and isinstance(value, Mapping):
        kind = find_kind(str(next(iter(value), ""))) or starters()[0]
        hint = f"sections are a list: write `- kind: {kind}`, and its items below `entries:`"
    if wanted == "a mapping" and isinstance(value, str) and (tight := re.match(r"([\w-]+):(\S.*)", value)):
        hint = f"put a space behind the colon: `{tight[1]}: {tight[2]}`"
    written = source.value(path)
    if wanted == "text" and isinstance(written, Mapping) and written and not any(written.values()):
        hint = f'if it is text, put quotes around it: "{{{", ".join(map(str, written))}}}"'
    return Diagnostic(
        "wrong-shape",
        Severity.ERROR,
        source.span(path),
        f"{wanted} is wanted here, this is {_shape(value)}",
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


def _own(source: Written, path: YamlPath, left: tuple[str | int, ...], error: ErrorDetails) -> Diagnostic:
    """One of our own checks (`fields.fail`) failed: its context says what and where."""
    context: dict[str, Any] = error.get("ctx", {})
    if "message" not in context:  # a check of pydantic's that no row here foresaw: its words are not for users
        return Diagnostic("wrong-value", Severity.ERROR, source.span(path), "this value does not fit here")
    if "field" in context:
        path = (*path, str(context["field"]))
    if context.get("part"):
        text, part = str(source.value(path)), str(context["part"])
        at = int(context.get("offset", 0))
        at = at if text.startswith(part, at) else text.find(part)  # white space before it was folded
        span = source.char_span(path, at, len(part)) if at >= 0 else source.span(path)
    else:
        span = source.span(path, key=left[-1:] == ("[key]",))
    hint = context.get("hint")
    return Diagnostic(
        error["type"],
        Severity.ERROR,
        span,
        str(context["message"]),
        (str(hint),) if hint else (),
        str(context.get("label", "")),
    )


def explain_all(errors: Sequence[ErrorDetails], source: Written, model: type[BaseModel]) -> list[Diagnostic]:
    """Explain all errors of one validation. A field is not missing where a misspelt key stands for it."""
    meant = set()
    texts = dict(_texts_with_colons(errors, source))
    for error in errors:
        if error["type"] == "extra_forbidden":
            guess, _ = _guesses(str(error["loc"][-1]), _beside(model, error["loc"], source))
            meant.add((*error["loc"][:-1], guess))
    others = [error for error in errors if _yaml_path(error["loc"][:-1], source.data)[0] not in texts]
    explained = [
        explain(error, source, model) for error in others if error["type"] != "missing" or error["loc"] not in meant
    ]
    return [*texts.values(), *_one_for_each_section(explained)]


def _texts_with_colons(errors: Sequence[ErrorDetails], source: Written) -> Iterator[tuple[YamlPath, Diagnostic]]:
    """Yield the items that are texts with a colon, which YAML takes for a key and a value."""
    for error in errors:
        path = _yaml_path(error["loc"], source.data)[0]
        if error["type"] == "extra_forbidden" and isinstance(path[-2:-1][0] if path[1:] else None, int):
            held = source.value(path[:-1])
            if isinstance(held, Mapping) and len(held) == 1 and isinstance(value := next(iter(held.values())), str):
                text = f"{path[-1]}: {value}"
                if " " in str(path[-1]) or str(path[-1])[:1].isupper():
                    words = f"`{text}` is a key and a value to YAML"
                    yield (
                        path[:-1],
                        Diagnostic(
                            "quotes-needed", Severity.ERROR, source.span(path[:-1]), words, (quote_hint(text),)
                        ),
                    )


def _one_for_each_section(explained: list[Diagnostic]) -> Iterator[Diagnostic]:
    """Leave out what follows from fields that stand in a section and belong into its entries, but for the first."""
    seen: set[str] = set()
    for found in explained:
        cause = found.span.where.rpartition(".")[0] if "belongs below `entries:`" in " ".join(found.hints) else ""
        if not cause or cause not in seen:
            yield found
        seen.add(cause)


def _beside(model: type[BaseModel], location: tuple[str | int, ...], source: Written) -> list[str]:
    """Return the keys that may stand beside the last part of `location`, a place in a profile or in a works file."""
    if "person" not in model.model_fields:
        return _keys_at(model, location[1:])
    if location[0] == "sections" and len(location) > 2:
        kind = source.value((*location[:2], "kind"))
        return _keys_at(load_kind(kind).MODEL, location[2:])
    return _keys_at(model, location)


def explain(error: ErrorDetails, source: Written, model: type[BaseModel]) -> Diagnostic:
    """Turn one of pydantic's errors about `source`, a profile or works below their ids, into a diagnostic.

    `model` is the profile's, or that of each work.
    """
    kind, location = error["type"], error["loc"]
    path, left = _yaml_path(location, source.data)
    value = error.get("input")
    context: dict[str, Any] = error.get("ctx", {})
    if kind == "extra_forbidden":
        return _unknown_key(source, path, _beside(model, location, source))
    if kind == "missing":
        return _missing(source, path[:-1] if path[-1:] == location[-1:] else path, str(location[-1]))
    if kind == "unknown-kind":
        return _choices(source, path, value, list(kinds()), kind)
    if kind in ("literal_error", "enum"):
        return _choices(source, path, value, _quoted_names(str(context.get("expected", ""))), "unknown-choice")
    if kind in _WANTED:
        return _wrong_shape(source, path, value, _WANTED[kind])
    return _own(source, path, left, error)
