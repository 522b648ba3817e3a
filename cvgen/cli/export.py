"""cvgen export."""

from __future__ import annotations

from pathlib import Path

import click

from cvgen.cli.console import complete_theme, complete_variant, names_folder, report
from cvgen.files import write
from cvgen.formats import emit, export_profile, format_descriptions, format_names, is_document_format, suffixes_of
from cvgen.loading.load import load
from cvgen.options import TypesetOptions
from cvgen.outputs import PNG, OutputKind, check_outputs
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
    type=click.Path(),
    help="A file; for tex, a folder gets the class and the fonts too.  [default: standard output]",
)
@click.option(
    "--theme", metavar="NAME", shell_complete=complete_theme, help="Use this theme instead of the profile's."
)
@click.option(
    "--variant", metavar="NAME", shell_complete=complete_variant, help="Export this variant of the profile."
)
def command(format: str, profile: Path, output: str | None, theme: str | None, variant: str | None) -> None:  # noqa: A002
    """Write a profile in another format."""  # shown as `_help`
    target = Path(output) if output not in (None, "", "-") else None
    is_folder = target is not None and format == "tex" and (names_folder(str(output)) or not target.suffix)
    kind = OutputKind(f"a file of the format `{format}`", suffixes_of(format))
    file = target / f"{profile.stem}.tex" if target and is_folder else target
    if file:
        check_outputs({file: kind}, [profile])
    loaded = load(profile)
    inputs, files = loaded.inputs, {}
    if not is_document_format(format):
        report(loaded.diagnostics)
        text = export_profile(loaded, format, variant)
    else:
        emitted = emit_profile(loaded, TypesetOptions(theme=theme, variant=variant))
        report(emitted.diagnostics)
        text = emitted.tex.tex if format == "tex" else emit(emitted.document, format)
        inputs = emitted.inputs
        files = {target / name: data for name, data in emitted.tex.files()} if target and is_folder else {}
    if file is None:
        click.echo(text, nl=False)
        return
    check_outputs({**{path: _kind_of(path) for path in files}, file: kind}, inputs)
    for path, data in {file: text.encode(), **files}.items():
        write(path, data)


def _kind_of(path: Path) -> OutputKind:
    """Return the kind of what lies beside a TeX document."""
    return PNG if path.suffix == ".png" else OutputKind(f"a `{path.suffix}` file", (path.suffix,))
