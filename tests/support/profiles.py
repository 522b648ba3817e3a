"""Profiles written from data, with every value on a line of its own, and groups of them."""

import json

from cvgen.source.positions import FORBIDDEN

TEXT = {"kind": "text", "title": "Summary", "text": "Writes programs for engines."}
HONORS = {"kind": "honors", "entries": [{"title": "First", "date": "2024"}, {"title": "Second", "date": "2023"}]}
PALE = {"options": {"accent": "#FFCC00"}}  # a warning


def in_yaml(value, indent=0):
    """Return data as block YAML with every text in double quotes, one value per line."""
    lead = "  " * indent
    if isinstance(value, dict) and value:
        return "".join(f"{lead}{key}:{_below(item, indent)}" for key, item in value.items())
    if isinstance(value, list | tuple) and value:
        return "".join(f"{lead}-{_below(item, indent)}" for item in value)
    raise TypeError(value)


def _below(item, indent):
    if isinstance(item, dict | list | tuple) and item:
        return "\n" + in_yaml(item, indent + 1)
    return f" {quoted(item)}\n"


def quoted(value):
    """Write a text in YAML's double quotes; what may not stand in a file is written as an escape.

    >>> quoted('say "hi"\\x07')
    '"say \\\\"hi\\\\"\\\\x07"'
    """
    if not isinstance(value, str):
        return json.dumps(value)
    plain = value.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(char if writable(char) else _escaped(ord(char)) for char in plain) + '"'


def writable(char):
    """Return whether a character can stand in YAML itself, not only as an escape."""
    return not FORBIDDEN.match(char) and char not in "\t\n\r\u2028\u2029"


def _escaped(code):
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def line_of(path, text):
    """Return the number of the only line of a file that holds a text."""
    (number,) = [at for at, line in enumerate(path.read_text("utf-8").split("\n"), 1) if text in line]
    return number


def numbered(profile, count, third=None):
    """Write so many profiles, each with a text of its own; the third has `third`."""
    texts = [third if third and at == 2 else f"Number {at}." for at in range(count)]
    return [profile({**TEXT, "text": text}, name=f"{'abcdef'[at]}.yaml") for at, text in enumerate(texts)]
