"""cvgen themes."""

from __future__ import annotations

import click

from cvgen.cli.console import complete_theme
from cvgen.latex.themes import find_theme, themes

__all__ = ["command"]


@click.command(epilog="Example: cvgen themes plain")
@click.argument("name", required=False, shell_complete=complete_theme)
def command(name: str | None) -> None:
    """List the themes and their options."""
    for theme in [find_theme(name)] if name else themes():
        click.echo(f"{click.style(theme.name, bold=True)}: {theme.description}")
        for option in theme.options.values():
            values = ", ".join(option.choices or (theme.accents if option.type == "color" else ()))
            click.echo(
                f"  {option.name} ({option.type}, default {option.default}): {option.description}"
                + (f" One of: {values}." if option.choices else f" Named: {values}." if values else "")
            )
