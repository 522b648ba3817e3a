"""What commands have in common: how diagnostics are printed, and which profiles a path means."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TextIO, TypeVar

import click

from cvgen import __version__
from cvgen.diagnostics import (
    Diagnostic,
    Severity,
    format_github,
    format_human,
    format_json,
    format_sarif,
)
from cvgen.errors import UsageError

__all__ = [
    "drop",
    "is_terminal",
    "message_format_option",
    "profiles_at",
    "report",
    "tell",
    "with_color",
]

_Command = TypeVar("_Command", bound=Callable[..., Any])
_COLORS = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.NOTE: "cyan"}


def message_format_option(command: _Command) -> _Command:
    """Add `--message-format` to a command."""
    return click.option(
        "--message-format",
        type=click.Choice(["human", "json", "github", "sarif"]),
        default="human",
        show_default=True,
        help="How diagnostics are printed on standard error.",
    )(command)


def with_color(diagnostic: Diagnostic) -> str:
    """Return the diagnostic for a terminal."""
    text = format_human(diagnostic)
    word = f"{diagnostic.severity}[{diagnostic.code}]:"
    return text.replace(word, click.style(word, fg=_COLORS[diagnostic.severity], bold=True), 1)


def report(diagnostics: Sequence[Diagnostic], style: str = "human") -> None:
    """Print diagnostics on standard error."""
    if style == "json":
        click.echo(format_json(diagnostics), err=True)
    elif style == "sarif":
        click.echo(format_sarif(diagnostics, __version__), err=True)
    else:
        for diagnostic in diagnostics:
            click.echo(format_github(diagnostic) if style == "github" else with_color(diagnostic), err=True)


def drop(stream: TextIO) -> None:
    """Write what is still to come on a stream to nobody: the reader has gone."""
    nobody = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nobody, stream.fileno())
    os.close(nobody)


def tell(line: str) -> None:
    """Print a result; where nobody reads it any more, go on with the work all the same."""
    try:
        click.echo(line)
    except BrokenPipeError:
        drop(sys.stdout)


def profiles_at(paths: Sequence[Path]) -> list[Path]:
    """Return the profiles that `paths` mean: a file is one, a folder holds them as *.yaml. Raises `UsageError`."""
    found: list[Path] = []
    for path in paths:
        if not path.is_dir():
            found.append(path)
            continue
        inside = sorted(entry for entry in path.iterdir() if entry.suffix in (".yaml", ".yml") and entry.is_file())
        if not inside:
            raise UsageError(
                f"there is no profile (*.yaml) in `{path}`",
                hints=('`cvgen new "Ada Lovelace"` writes one to start from',),
            )
        found += inside
    return list(dict.fromkeys(found))


def is_terminal() -> bool:
    """Tell whether a person watches standard error."""
    return sys.stderr.isatty()
