"""cvgen check."""

from __future__ import annotations

from pathlib import Path

import click

from cvgen.cli.report import message_format_option, profiles_at, report
from cvgen.diagnostics import Diagnostic, Severity, in_order
from cvgen.errors import CvgenError, ExitCode

__all__ = ["command"]


@click.command(epilog="Example: cvgen check profiles/")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--strict", is_flag=True, help="Take warnings for errors.")
@message_format_option
def command(paths: tuple[Path, ...], strict: bool, message_format: str) -> int:
    """Find everything that can be wrong with profiles without running TeX."""
    from cvgen.build import prepare
    from cvgen.profile.load import load

    found: list[Diagnostic] = []
    code = ExitCode.OK
    profiles = profiles_at(paths)
    for path in profiles:
        try:
            found += prepare(load(path)).diagnostics
        except CvgenError as error:
            found += error.diagnostics
            code = code or error.exit_code
    ordered = in_order(found)
    report(ordered, message_format)
    if message_format == "human":
        counts = [sum(item.severity is kind for item in ordered) for kind in (Severity.ERROR, Severity.WARNING)]
        told = ", ".join(
            f"{count} {word}{'s' * (count != 1)}"
            for count, word in zip([len(profiles), *counts], ["profile", "error", "warning"], strict=True)
        )
        click.echo(told, err=True)
    return int(code or (ExitCode.PROFILE if strict and ordered else ExitCode.OK))
