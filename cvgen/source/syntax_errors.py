"""Explanations of YAML syntax errors, from the parser's marks and the line as it was probably meant."""

from __future__ import annotations

import re
from typing import NamedTuple

import yaml

from cvgen.diagnostics import Diagnostic
from cvgen.source.positions import SourceText, find_bad_escapes, make_control_error, make_error, quote_hint

__all__ = ["SIGNS", "explain_syntax_error"]

# A line as it was probably meant: dashes, `key:`, value, comment.
_LINE = re.compile(
    r"(?P<lead>[ ]*(?:-[ ]+)*)(?:(?P<key>\"[^\"]*\"|'[^']*'|[^\s\"'#&*!|>@`%:?\[\]{},-][^:]*?)[ ]*:(?:[ ]+|$))?"
    r"(?P<value>.*?)[ ]*(?:(?<=[ ])\#.*)?$"
)
# A comment in brackets where a value should stand, up to what would end that.
_COMMENT = re.compile(r"[:,\[{][ ]+(#[^\s,\]}]+)")
# Signs that never belong to a profile: code, message, hint.
SIGNS = {
    "\t": ("tab", "a tab stands between values", "use spaces"),
    "?": ("complex-key", "`? ` starts a complex key", "write `key: value`, or put quotes around the text"),
    ":": ("key-missing", "there is no key before this colon", "write one, or put quotes around the text"),
    "%": ("directive", "a line that starts with `%` is a YAML directive", "delete it, or quote the text"),
}


def explain_syntax_error(
    text: SourceText, parsed: str, error: yaml.MarkedYAMLError, last: tuple[int, int]
) -> Diagnostic:
    """Explain why the parser stopped; `last` is the range of the last scalar it read."""
    at = error.problem_mark.index if error.problem_mark else last[1]
    start = error.context_mark.index if error.context_mark else at
    context, problem = error.context or "", error.problem or ""
    if context == "while scanning a quoted scalar":
        return _unclosed(text, start)
    if context.endswith("quoted scalar"):
        return _escape(text, parsed, max(parsed.rfind("\\", start, at + 1), start))
    found = _meant(text, at)
    sign = parsed[start : start + 1]
    if parsed[at : at + 1] == "\t" or (sign == "%" and start == text.starts[text.row(start)]):
        offset = at if parsed[at : at + 1] == "\t" else start
        return make_error(SIGNS[parsed[offset]][0], text.span(offset), *SIGNS[parsed[offset]][1:])
    if context.startswith("while parsing a flow"):
        begin = min(start, text.starts[text.row(last[0])])
        if comment := _COMMENT.search(parsed, begin, at):
            raw = text.text[slice(*comment.span(1))]
            words = f"`{raw}` and all that follows in its line is a comment to YAML"
            return make_error("quotes-needed", text.span(*comment.span(1)), words, quote_hint(raw))
        # `[C #, F#]`: the word before the sign is part of what was meant.
        if cut := re.search(r"([^\s,\[{]+) (#[^\s,\]}]*)(?=[,\]}])", parsed[begin:at].partition("\n")[0]):
            span = text.span(begin + cut.start(2), begin + cut.end(2))
            words = f"`{cut[2]}` and all that follows in its line is a comment to YAML"
            return make_error("quotes-needed", span, words, quote_hint(cut[0]))
    if context.startswith("while parsing a flow") and sign in "[{":
        hints = ["close it, or put a comma between its parts"]
        if (value := _meant(text, start)) and value.start == start:
            hints.append(f"or, if it is text, {quote_hint(value.value)}")
        words = f"the `{sign}` here is not closed where it should be"
        related = [(text.span(at), "a comma or the closing bracket was expected here")]
        return make_error("bracket-unclosed", text.span(start), words, *hints, related=related)
    if "simple key" in context:
        return _no_colon(text, text.row(start))
    if problem == "found unexpected ':'":
        return make_error("space-missing", text.span(start, at), "there is no space after this colon", "add one")
    if problem.startswith("mapping values"):
        return _second_colon(text, at, found)
    if "document start" in problem and sign not in "[]{},":
        words = "this line starts further left than the first key of the file"
        return make_error("indentation", text.span(at), words, "start all keys of the top level in column 1")
    if context in ("while parsing a block mapping", "while parsing a block collection"):
        return _block(text, parsed, at, found, start, last)
    value = _meant(text, start)
    if value and value.start <= start < value.end and value.value[0] in "*&!@`%|>,?]}-:[{\"'":
        return _needs_quotes(text, value)
    return _stray(text, at)


def _escape(text: SourceText, parsed: str, begin: int) -> Diagnostic:
    """Explain the escape at `begin`: unknown, or one of a character that does not exist."""
    bad = next(find_bad_escapes(parsed, begin, begin + 10), (-1, 0, 0))
    if bad[0] == begin:
        return make_control_error(text.span(begin, bad[1]), bad[2])
    words = f"`{text.text[begin : begin + 2]}` means nothing in double quotes"
    hint = "put single quotes around a text with backslashes, or write each as `\\\\`"
    return make_error("escape", text.span(begin, begin + 2), words, hint)


class _Meant(NamedTuple):
    """A line taken apart: offsets of the line's first character after dashes, of its value, and the words."""

    head: int
    start: int
    end: int
    key: str
    value: str


def _meant(text: SourceText, offset: int) -> _Meant | None:
    """Take the line at `offset` apart; None for an overlong one."""
    row = text.row(offset)
    line, begin = text.line(row), text.starts[row]
    match = _LINE.match(line) if len(line) < 500 else None
    if not match:
        return None
    head, start = begin + match.end("lead"), begin + match.start("value")
    return _Meant(head, start, begin + match.end("value"), match["key"] or "", match["value"])


def _unclosed(text: SourceText, start: int) -> Diagnostic:
    hint = "close it, and write a quote inside single quotes twice"
    return make_error("quote-unclosed", text.span(start), "the quote that opens here is never closed", hint)


def _stray(text: SourceText, at: int) -> Diagnostic:
    words = f"`{text.text[at]}` cannot stand here" if at < len(text.text) else "the file ends too early"
    return make_error("syntax", text.span(at), words, "put quotes around a text with punctuation, or delete it")


def _needs_quotes(text: SourceText, value: _Meant) -> Diagnostic:
    sign = value.value[0]
    words = {
        '"': "text goes on after the closing quote",
        "'": "text goes on after the closing quote",
    }.get(sign, f"a text that starts with `{sign}` needs quotes")
    return make_error("quotes-needed", text.span(value.start, value.end), words, quote_hint(value.value))


def _no_colon(text: SourceText, row: int) -> Diagnostic:
    """Explain a line that should be `key: value` and is not."""
    offset = text.starts[row]
    if not (line := _meant(text, offset)):
        return make_error("colon-missing", text.span(offset), "there is no `key: value` on this line")
    tight = re.match(r"[\w-]+:(?=\S)", line.value)
    if tight and not line.key:
        span = text.span(line.start, line.start + tight.end())
        words = f"there is no space after `{tight[0]}`"
        return make_error("space-missing", span, words, f"write `{tight[0]} {line.value[tight.end() :]}`")
    words = f"`{line.value}` has no colon: it is no `key: value`"
    hint = "add the key, or indent it deeper than the key whose text it continues"
    return make_error("colon-missing", text.span(line.start, line.end), words, hint)


def _second_colon(text: SourceText, at: int, found: _Meant | None) -> Diagnostic:
    """Explain a colon that cannot end a key: inside a value, or after a line that swallowed this one."""
    if found and found.key and found.start <= at:
        words = "a text with a colon and a space in it needs quotes"
        return make_error("quotes-needed", text.span(found.start, found.end), words, quote_hint(found.value))
    above = text.row(at) - 1
    while above > 0 and not text.line(above).partition("#")[0].strip():
        above -= 1
    line = _meant(text, text.starts[above]) if above >= 0 else None
    if not found or not line:
        return _stray(text, at)
    if line.key and line.value:
        column = line.head - text.starts[above] + 1
        words = f"`{found.key}` is indented deeper than `{line.key}` above it, which has its value already"
        hint = f"start it in column {column}, like `{line.key}`"
        related = [(text.span(line.head, line.end), "the line above")]
        return make_error("indentation", text.span(found.head, at), words, hint, related=related)
    return _no_colon(text, above)


def _block(
    text: SourceText, parsed: str, at: int, found: _Meant | None, start: int, last: tuple[int, int]
) -> Diagnostic:
    """Explain a token that does not continue the mapping or list which began at `start`."""
    if last[1] <= at and parsed[last[0] : last[0] + 1] in ("'", '"'):
        rows = text.row(last[0]), text.row(last[1])
        if rows[0] < rows[1] == text.row(at):
            return _unclosed(text, last[0])
    if found and found.value and found.value[0] in "\"'[{" and found.start < at:
        return _needs_quotes(text, found)
    if parsed[at : at + 1] in ("]", "}", ","):
        return _stray(text, at)
    if parsed[at : at + 1] == ":":
        return make_error(SIGNS[":"][0], text.span(at), *SIGNS[":"][1:])
    related = [(text.span(start), "what it should continue starts here")]
    column = start - text.starts[text.row(start)] + 1
    is_dash = re.match(r"-(?=\s|$)", parsed[at : at + 2]) is not None
    in_list = re.match(r"-(?=\s|$)", parsed[start : start + 2]) is not None
    if is_dash == in_list or not found or found.head < at:
        words, hint = (
            "the indentation fits no line above",
            f"start it in column {column}, or where a line above starts",
        )
    elif is_dash:
        words, hint = "a list entry stands where a key was expected", "indent it below the key it belongs to"
    else:
        words, hint = "a key stands where a list entry was expected", "write `- ` before it, or indent it"
    return make_error("indentation", text.span(at), words, hint, related=related)
