"""cvgen fmt."""

from __future__ import annotations

import difflib
from pathlib import Path

import click

from cvgen.cli.console import profiles_at, report
from cvgen.errors import CvgenError, ExitCode
from cvgen.files import write
from cvgen.formatter import reformat

__all__ = ["command"]


@click.command(epilog="Example: cvgen fmt --diff profiles/")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--check", is_flag=True, help="Write nothing; exit 9 if a file would change.")
@click.option("--diff", is_flag=True, help="Write nothing; print what would change.")
def command(paths: tuple[Path, ...], check: bool, diff: bool) -> int:
    """Write dates and the order of keys in their canonical form; comments and layout stay.

    PATH is a profile or a works file, or a folder of them.
    """
    code = ExitCode.OK
    for path in profiles_at(paths, with_works=True):
        try:
            done = reformat(path)
        except CvgenError as error:
            report(error.diagnostics)
            code = code or error.exit_code
            continue
        if done.before == done.after:
            continue
        if diff:
            old, new = done.before.splitlines(keepends=True), done.after.splitlines(keepends=True)
            click.echo("".join(difflib.unified_diff(old, new, str(path), str(path))), nl=False)
        if check or diff:
            code = code or (ExitCode.OUT_OF_DATE if check else ExitCode.OK)
            click.echo(f"{path}: would be rewritten", err=True)
            continue
        write(path, done.after.encode())
        click.echo(f"{path}: rewritten", err=True)
    return int(code)
