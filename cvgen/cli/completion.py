"""Values of options that a shell completes: themes and variants."""

from __future__ import annotations

from pathlib import Path

import click

from cvgen import source
from cvgen.errors import CvgenError
from cvgen.latex.theme_folders import theme_parents

__all__ = ["theme_names", "variant_names"]


def theme_names() -> list[str]:
    """Return the names of all themes, the user's own among them."""
    return sorted({file.parent.name for parent in theme_parents() for file in parent.glob("*/theme.toml")})


def variant_names(ctx: click.Context) -> list[str]:
    """Return the variants of the profiles on the command line, as far as it is written."""
    # An option without its value, which is being completed, leaves click with all arguments in `args`.
    words = [*ctx.args, ctx.params.get("profile"), ctx.params.get("old"), *(ctx.params.get("paths") or ())]
    found: set[str] = set()
    for path in (Path(word) for word in words if word):
        try:
            data = source.read_yaml(path).data if path.is_file() else {}
        except CvgenError:
            continue
        variants = data.get("variants") if isinstance(data, dict) else None
        found |= set(variants) if isinstance(variants, dict) else set()
    return sorted(found)
