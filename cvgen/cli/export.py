"""cvgen export."""

from __future__ import annotations

from pathlib import Path

import click

from cvgen.cli.report import report
from cvgen.formats import FORMATS, PROFILE_FORMATS

__all__ = ["command"]


@click.command(epilog="Example: cvgen export tex profiles/ada.yaml -o overleaf/")
@click.argument("format", type=click.Choice([*FORMATS, *PROFILE_FORMATS]))
@click.argument("profile", type=click.Path(path_type=Path))
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    help="A file; for tex, a folder gets the class and the fonts too.  [default: standard output]",
)
@click.option("--theme", metavar="NAME", help="Use this theme instead of the profile's.")
@click.option("--variant", metavar="NAME", help="Export this variant of the profile.")
def command(format: str, profile: Path, output: Path | None, theme: str | None, variant: str | None) -> None:  # noqa: A002
    """Write a profile in another format.

    \b
    tex     the LaTeX document; with -o FOLDER/ everything that it needs to compile elsewhere
    text    plain text, for forms and mails
    bibtex  the publications as a .bib file, for papers and reference managers
    """
    from cvgen.document.draft import draft
    from cvgen.files import write
    from cvgen.formats import emit, emit_profile
    from cvgen.prepare import prepare
    from cvgen.profile.load import load

    loaded = load(profile)
    if format in PROFILE_FORMATS:
        report(loaded.diagnostics)
        text = emit_profile(loaded, format, variant)
        click.echo(text, nl=False) if output is None or str(output) == "-" else write(output, text.encode())
        return
    ready = prepare(draft(loaded, variant=variant), theme=theme)
    report(ready.diagnostics)
    text = ready.emitted.tex if format == "tex" else emit(ready.document, format)
    if output is None or str(output) == "-":
        click.echo(text, nl=False)
    elif format == "tex" and (output.is_dir() or not output.suffix):
        write(output / f"{profile.stem}.tex", text.encode())
        for name, data in ready.files():
            write(output / name, data)
    else:
        write(output, text.encode())
