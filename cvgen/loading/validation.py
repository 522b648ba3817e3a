"""Validate what a file says: the text policy and its model."""

from __future__ import annotations

from typing import TypeVar

from pydantic import BaseModel, ValidationError

from cvgen.diagnostics import Diagnostic, Severity, YamlPath
from cvgen.loading.explanations import Written, comment_after, explain_all
from cvgen.loading.remarks import remarks, yaml_remarks
from cvgen.source.positions import Data, quote_hint
from cvgen.values.text_policy import clean_text

__all__ = ["add_errors", "cleaned", "validated"]

_AnyModel = TypeVar("_AnyModel", bound=BaseModel)


def cleaned(data: Data, path: YamlPath, source: Written, found: list[Diagnostic]) -> Data:
    """Apply the text policy to every string, and drop keys without a value (with a warning)."""
    if isinstance(data, str):
        text, issues = clean_text(data)
        found += (
            Diagnostic(
                issue.code,
                issue.severity,
                source.char_span(path, issue.offset, issue.length),
                issue.message,
                (issue.hint,) if issue.hint else (),
            )
            for issue in issues
        )
        found += yaml_remarks(data, path, source)
        return text
    if isinstance(data, list):
        return [cleaned(item, (*path, index), source, found) for index, item in enumerate(data)]
    if not isinstance(data, dict):
        return data
    kept: dict[str, Data] = {}
    for key, value in data.items():
        if value is None:
            found.append(_no_value((*path, key), source))
            continue
        kept[key] = cleaned(value, (*path, key), source, found)
    return kept


def _no_value(path: YamlPath, source: Written) -> Diagnostic:
    """Explain a key without a value: an error below `options`, since the theme would look otherwise."""
    span = source.span(path, key=True)
    is_option = path[-3:-1] == ("document", "options")
    words = f"`{path[-1]}` has no value" if is_option else f"`{path[-1]}` has no value and is left out"
    hint = "write a value, in quotes where it begins with `#`, or delete the line"
    if comment := comment_after(span):
        words = f"`{path[-1]}` has no value: YAML takes `{comment}` for a comment"
        hint = quote_hint(comment)
    return Diagnostic("no-value", Severity.ERROR if is_option else Severity.WARNING, span, words, (hint,))


def validated(source: Written, data: Data, model: type[_AnyModel], found: list[Diagnostic]) -> _AnyModel | None:
    """Return the model that `data` makes, with remarks on it, or None with its errors added to `found`."""
    try:
        valid = model.model_validate(data)
    except ValidationError as error:
        add_errors(error, source, model, found)
        return None
    found += remarks(valid, (), source)
    return valid


def add_errors(error: ValidationError, source: Written, model: type[BaseModel], found: list[Diagnostic]) -> None:
    """Add what a failed validation found, one diagnostic per mistake."""
    explained = explain_all(error.errors(include_url=False), source, model)
    # A key without a value that must have one is one mistake, not two; so is `{date}` without quotes.
    needed = {diagnostic.span for diagnostic in explained if diagnostic.code == "missing"}
    shapes = tuple(f"{diagnostic.span.where}." for diagnostic in explained if diagnostic.code == "wrong-shape")
    found[:] = [
        old
        for old in found
        if old.code != "no-value" or not (old.span in needed or old.span.where.startswith(shapes))
    ]
    found += explained
