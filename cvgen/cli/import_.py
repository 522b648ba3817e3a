"""cvgen import."""

from __future__ import annotations

import tempfile
from pathlib import Path

import click

from cvgen.cli.console import report
from cvgen.errors import UsageError
from cvgen.files import write
from cvgen.formatter import reformat
from cvgen.imports import Imported, import_descriptions, import_file, import_names
from cvgen.outputs import OutputKind, check_outputs

__all__ = ["command"]

_YAML = OutputKind("a YAML file", (".yaml", ".yml"))


class _Command(click.Command):
    """The command, whose help lists the formats: only there all of them are imported."""

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        super().format_help_text(ctx, formatter)
        with formatter.section("Formats"):
            formatter.write_dl(list(import_descriptions().items()))


@click.command(cls=_Command, epilog="Example: cvgen import resume.json -o ada.yaml")
@click.argument("files", nargs=-1, required=True, metavar="[FORMAT] FILE")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="The YAML file.  [default: standard output]")
@click.option(
    "--base", metavar="URL", help="The site's address, which a page's links such as `/files/a.pdf` continue."
)
def command(files: tuple[str, ...], output: Path | None, base: str | None) -> None:
    """Write a file of another tool as a profile, or as a works file.

    The format is recognised by the file's content. What has no place in a profile is listed with its line. Nothing is
    read from the network, and no file is replaced.
    """
    if len(files) > 2 or (len(files) == 2 and files[0] not in import_names()):
        raise UsageError("one file is imported at a time", hints=(f"formats are: {', '.join(import_names())}",))
    path = Path(files[-1])
    if output is not None:
        check_outputs({output: _YAML}, [path])
        if output.exists() and output.stat().st_size:
            raise UsageError(f"`{output}` exists", hints=("name another file, or remove that one",))
    imported = import_file(path, files[0] if len(files) == 2 else None, base=base)
    report(imported.losses)
    text = _canonical(imported)
    if output is None:
        click.echo(text, nl=False)
    else:
        write(output, text.encode())


def _canonical(imported: Imported) -> str:
    """Return the text that `cvgen fmt` would write."""
    with tempfile.TemporaryDirectory(prefix="cvgen-") as folder:
        path = Path(folder, "imported.yaml")
        path.write_text(imported.to_yaml(), encoding="utf-8")
        return reformat(path).after
