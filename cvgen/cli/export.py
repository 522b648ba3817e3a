"""cvgen export."""

from __future__ import annotations

from pathlib import Path

import click

from cvgen.cli.console import complete_theme, complete_variant, report
from cvgen.files import write
from cvgen.formats import emit, export_profile, format_descriptions, format_names, is_document_format
from cvgen.loading.load import load
from cvgen.options import TypesetOptions
from cvgen.pipeline import emit_profile

__all__ = ["command"]


def _help() -> str:
    width = max(map(len, format_names()))
    rows = (f"{name:<{width}}  {words}" for name, words in format_descriptions().items())
    return "Write a profile in another format.\n\n\b\n" + "\n".join(rows)


@click.command(help=_help(), epilog="Example: cvgen export tex profiles/ada.yaml -o overleaf/")
@click.argument("format", type=click.Choice(format_names()))
@click.argument("profile", type=click.Path(path_type=Path))
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    help="A file; for tex, a folder gets the class and the fonts too.  [default: standard output]",
)
@click.option(
    "--theme", metavar="NAME", shell_complete=complete_theme, help="Use this theme instead of the profile's."
)
@click.option(
    "--variant", metavar="NAME", shell_complete=complete_variant, help="Export this variant of the profile."
)
def command(format: str, profile: Path, output: Path | None, theme: str | None, variant: str | None) -> None:  # noqa: A002
    """Write a profile in another format."""  # shown as `_help`
    loaded = load(profile)
    if not is_document_format(format):
        report(loaded.diagnostics)
        text = export_profile(loaded, format, variant)
        click.echo(text, nl=False) if output is None or str(output) == "-" else write(output, text.encode())
        return
    emitted = emit_profile(loaded, TypesetOptions(theme=theme, variant=variant))
    report(emitted.diagnostics)
    text = emitted.tex.tex if format == "tex" else emit(emitted.document, format)
    if output is None or str(output) == "-":
        click.echo(text, nl=False)
    elif format == "tex" and (output.is_dir() or not output.suffix):
        write(output / f"{profile.stem}.tex", text.encode())
        for name, data in emitted.tex.files():
            write(output / name, data)
    else:
        write(output, text.encode())
