"""Warnings about what is accepted but may not be meant: dates, what YAML takes for something else, raw markup."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

from pydantic import BaseModel

from cvgen.diagnostics import Diagnostic, Severity, YamlPath
from cvgen.loading.explanations import Written
from cvgen.source.positions import quote_hint
from cvgen.values import date_parser, dates
from cvgen.values.markdown import raw_markup

__all__ = ["remarks", "yaml_remarks"]

_LOOKS_BOOLEAN = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false"})
# A `#` right before a word, or with nothing behind it: not how a comment is written.
_CUT = re.compile(r"[ ]+(#(?:[^ #!].*|#*[ ]*))$")
_CURLY = re.compile(r"(?:\u201c[^\u201c\u201d]*\u201d|\u2018[^\u2018\u2019]*\u2019|\u201e[^\u201e\u201c]*\u201c)")


def yaml_remarks(text: str, path: YamlPath, source: Written) -> Iterator[Diagnostic]:
    """Yield what YAML took for something else than it looks like in a text without quotes."""
    if not source.is_plain(path):
        return
    span = source.span(path)
    cut = _CUT.match(span.excerpt, span.end_column - 1) if span.line == span.end_line else None
    if cut:
        place = replace(span, column=cut.start(1) + 1, end_column=cut.end(1) + 1)
        words = f"YAML takes `{cut[1].strip()}` for a comment: the text ends at `{_end(text)}`"
        hint = f"{quote_hint(f'{text} {cut[1].strip()}')}; or put a space behind the `#` of a comment"
        yield Diagnostic("comment", Severity.WARNING, place, words, (hint,))
    if _CURLY.fullmatch(text) and path[-1] != "quote":
        words = f"the quotes around `{text[1:-1]}` are part of the text"
        hint = f'write straight quotes, "{text[1:-1]}", or quote it all to keep them'
        yield Diagnostic("curly-quotes", Severity.WARNING, span, words, (hint,))


def _end(text: str) -> str:
    return text if len(text) <= 30 else f"…{text[-30:]}"


def remarks(value: object, path: YamlPath, source: Written) -> Iterator[Diagnostic]:
    """Yield what is accepted but better written otherwise."""
    if isinstance(value, BaseModel):
        for name in value.model_fields_set - {"options"}:  # a theme's options may well be booleans
            yield from remarks(getattr(value, name), (*path, name), source)
    elif isinstance(value, tuple):
        for index, item in enumerate(value):
            yield from remarks(item, (*path, index), source)
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from remarks(item, (*path, key), source)
    elif isinstance(value, dates.When):
        yield from _date_remark(value, path, source)
    elif isinstance(value, str):
        yield from _text_remarks(value, path, source)


def _text_remarks(text: str, path: YamlPath, source: Written) -> Iterator[Diagnostic]:
    if text.lower() in _LOOKS_BOOLEAN and source.is_plain(path):
        words = f"`{text}` is taken as the word; other YAML readers take it for true or false"
        yield Diagnostic("yaml-boolean", Severity.WARNING, source.span(path), words, (f'write "{text}" in quotes',))
    written = source.value(path)
    text = written if isinstance(written, str) else text
    for found in raw_markup(text):
        span = source.char_span(path, found.offset, len(found.text))
        yield Diagnostic("raw-markup", Severity.WARNING, span, found.message, (found.hint,))


def _date_remark(when: dates.When, path: YamlPath, source: Written) -> Iterator[Diagnostic]:
    written = source.value(path)
    if not isinstance(written, str) or date_parser.is_canonical(written):
        return
    label = ""
    if source.is_plain(path) and written.count(".") == 1 and written.replace(".", "").isdigit():
        label = f"YAML itself would read this as the number {float(written):g}"
    yield Diagnostic(
        "date",
        Severity.WARNING,
        source.span(path),
        f"`{written}` is read as {dates.canonical(when)}",
        (f"write `{dates.canonical(when)}`",),
        label,
    )
