"""cvgen themes."""

from __future__ import annotations

import base64
import html
import re
import shutil
import tempfile
from pathlib import Path

import click

from cvgen.builder import typeset
from cvgen.cli.console import complete_theme, print_result
from cvgen.cli.new import example
from cvgen.errors import UsageError
from cvgen.files import write
from cvgen.latex.theme_folders import THEME_NAME
from cvgen.latex.themes import Theme, find_theme, themes
from cvgen.options import TypesetOptions
from cvgen.outputs import DOCUMENT_KINDS, check_outputs

__all__ = ["command"]

_NEW = "new"


@click.command(epilog="Example: cvgen themes new ink")
@click.argument("names", nargs=-1, metavar="[NAME | new NAME]", shell_complete=complete_theme)
@click.option(
    "--from", "origin", metavar="NAME", default="plain", show_default=True, help="The theme that `new` copies."
)
@click.option(
    "--gallery", type=click.Path(path_type=Path), metavar="FILE", help="Write a page with a CV in each theme."
)
def command(names: tuple[str, ...], origin: str, gallery: Path | None) -> None:
    """List the themes and their options; `new NAME` copies one into the folder NAME, to start from."""
    if names[:1] == (_NEW,) and len(names) == 2:
        _copy(find_theme(origin), names[1])
    elif len(names) > 1 or names == (_NEW,):
        raise UsageError("write `cvgen themes`, `cvgen themes NAME` or `cvgen themes new NAME`")
    elif gallery is not None:
        _write_gallery([find_theme(name) for name in names] or [*themes()], gallery)
    else:
        for theme in [find_theme(name) for name in names] or themes():
            _describe(theme)


def _describe(theme: Theme) -> None:
    click.echo(f"{click.style(theme.name, bold=True)}: {theme.description}")
    for option in theme.options.values():
        values = ", ".join(option.choices or (theme.accents if option.type == "color" else ()))
        click.echo(
            f"  {option.name} ({option.type}, default {option.default}): {option.description}"
            + (f". One of: {values}." if option.choices else f". Named: {values}." if values else "")
        )


def _copy(theme: Theme, name: str) -> None:
    """Write a copy of a theme, with its new name in it, into a folder of that name."""
    if not re.fullmatch(THEME_NAME, name):
        raise UsageError(f"`{name}` is no name of a theme", hints=("use small letters, digits and hyphens",))
    folder = Path(name)
    if folder.exists():
        raise UsageError(f"`{folder}` exists", hints=("choose another name, or remove it",))
    shutil.copytree(theme.folder, folder)
    (folder / f"{theme.name}.sty").rename(folder / f"{name}.sty")
    for file in (folder / f"{name}.sty", folder / "theme.toml"):
        text = file.read_text("utf-8")
        file.write_text(re.sub(rf"\b{theme.name}(?=\.sty|\}}|\"|\])", name, text), "utf-8")
    print_result(f"wrote {folder}/")
    click.echo(f"next: cvgen build PROFILE --theme ./{folder}", err=True)


def _figure(theme: Theme, profile: Path) -> str:
    """Return the first page of a profile in a theme, as HTML."""
    from cvgen.pdf.images import render_pages  # pdfium is slow to import, and listing themes needs no pictures

    made = typeset(profile, TypesetOptions(theme=theme.name))
    picture = base64.b64encode(next(render_pages(made.data, dpi=80))).decode()
    words = html.escape(f"{theme.name}: {theme.description}")
    image = f'<img src="data:image/png;base64,{picture}" alt="A CV in the theme {theme.name}">'
    return f"<figure>{image}<figcaption>{words}</figcaption></figure>"


def _write_gallery(every: list[Theme], file: Path) -> None:
    """Write a page that shows the first page of an example in each theme."""
    check_outputs({file: DOCUMENT_KINDS["html"]})
    with tempfile.TemporaryDirectory(prefix="cvgen-") as folder:
        profile = Path(folder, "example.yaml")
        profile.write_text(example("Ada Lovelace"), "utf-8")
        figures = [_figure(theme, profile) for theme in every]
    style = "body{font:16px sans-serif;margin:2em;display:flex;flex-wrap:wrap;gap:2em}figure{margin:0;width:24em}"
    style += "h1{width:100%}img{width:100%;border:1px solid #bbb}"
    page = f'<!DOCTYPE html><html lang="en"><meta charset="utf-8"><title>Themes</title><style>{style}</style>'
    write(file, f"{page}<h1>Themes of cvgen</h1>{''.join(figures)}</html>\n".encode())
    print_result(str(file))
