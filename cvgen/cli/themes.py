"""cvgen themes."""

from __future__ import annotations

import click

__all__ = ["command"]


@click.command(epilog="Example: cvgen themes plain")
@click.argument("name", required=False)
def command(name: str | None) -> None:
    """List the themes and their options."""
    from cvgen.latex.themes import find_theme, themes

    for theme in [find_theme(name)] if name else themes():
        click.echo(f"{click.style(theme.name, bold=True)}: {theme.description}")
        for option in theme.options.values():
            values = ", ".join(option.choices or (theme.accents if option.type == "color" else ()))
            click.echo(
                f"  {option.name} ({option.type}, default {option.default}): {option.description}"
                + (f" One of: {values}." if option.choices else f" Named: {values}." if values else "")
            )
