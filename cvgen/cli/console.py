"""Printing of diagnostics and results, and the arguments that commands share."""

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
from cvgen.loading.works_files import is_works_file

__all__ = [
    "complete_theme",
    "complete_variant",
    "drop",
    "is_terminal",
    "message_format_option",
    "names_folder",
    "print_result",
    "profiles_at",
    "report",
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


def complete_theme(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    """Complete the name of a theme."""
    from cvgen.cli.completion import theme_names  # reads files, which only a completion needs

    return [name for name in theme_names() if name.startswith(incomplete)]


def complete_variant(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    """Complete the name of a variant of the profiles that are named before it."""
    from cvgen.cli.completion import variant_names

    return [name for name in variant_names(ctx) if name.startswith(incomplete)]


def with_color(diagnostic: Diagnostic) -> str:
    """Return the diagnostic for a terminal."""
    text = format_human(diagnostic)
    word = f"{diagnostic.severity}[{diagnostic.code}]:"
    return text.replace(word, click.style(word, fg=_COLORS[diagnostic.severity], bold=True), 1)


def report(diagnostics: Sequence[Diagnostic], style: str = "human") -> None:
    """Print diagnostics on standard error: for people the worst first, each severity in the order of the file."""
    if style == "json":
        click.echo(format_json(diagnostics), err=True)
    elif style == "sarif":
        click.echo(format_sarif(diagnostics, __version__), err=True)
    elif style == "github":
        for diagnostic in diagnostics:
            click.echo(format_github(diagnostic), err=True)
    else:
        for diagnostic in sorted(diagnostics, key=lambda one: list(Severity).index(one.severity)):
            click.echo(with_color(diagnostic), err=True)


def drop(stream: TextIO) -> None:
    """Throw away what is still to be written to a stream whose reader has gone."""
    sink = os.open(os.devnull, os.O_WRONLY)
    os.dup2(sink, stream.fileno())
    os.close(sink)


def print_result(line: str) -> None:
    """Print a result; where its reader has gone, do nothing, so that the work goes on."""
    try:
        click.echo(line)
    except BrokenPipeError:
        drop(sys.stdout)


def names_folder(path: str) -> bool:
    """Tell whether an output that the user names is a folder: there is one, or it ends in a slash."""
    return path.endswith(("/", os.sep)) or Path(path).is_dir()


def profiles_at(paths: Sequence[Path], *, with_works: bool = False) -> list[Path]:
    """Return the profiles that `paths` mean: a file is one, a folder holds them as *.yaml.

    Works files in a folder are left out, unless `with_works`. Raises `UsageError` where a folder has none.
    """
    found: list[Path] = []
    for path in paths:
        inside = _profiles_in(path, with_works=with_works) if path.is_dir() else [path]
        if not inside:
            hint = '`cvgen new "Ada Lovelace"` writes one to start from'
            raise UsageError(f"there is no profile (*.yaml) in `{path}`", hints=(hint,))
        found += inside
    return list(dict.fromkeys(found))


def _profiles_in(folder: Path, *, with_works: bool) -> list[Path]:
    files = sorted(entry for entry in folder.iterdir() if entry.suffix in (".yaml", ".yml") and entry.is_file())
    return [file for file in files if with_works or not is_works_file(file)]


def is_terminal() -> bool:
    """Return whether standard error is a terminal."""
    return sys.stderr.isatty()
