"""cvgen schema."""

from __future__ import annotations

import click

from cvgen.loading.schema import schema_text

__all__ = ["command"]


@click.command(epilog="Example: cvgen schema > profile.schema.json")
@click.option("--works", is_flag=True, help="The schema of a works file instead.")
def command(works: bool) -> None:
    """Print the JSON Schema of a profile, for editors."""
    click.echo(schema_text(works=works), nl=False)
