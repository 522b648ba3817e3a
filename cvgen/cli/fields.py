"""cvgen fields."""

from __future__ import annotations

import json
from collections.abc import Iterator

import click
from click.shell_completion import CompletionItem
from pydantic import BaseModel

from cvgen.diagnostics import did_you_mean
from cvgen.errors import UsageError
from cvgen.formatter import key_order
from cvgen.loading.profile import DocumentSettings, ProfileFile, Variant
from cvgen.loading.synonyms import find_kind
from cvgen.profile.person import Person
from cvgen.profile.works import Work
from cvgen.sections import kinds, load_kind
from cvgen.sections.base import entry_model

__all__ = ["command"]

_PARTS: dict[str, type[BaseModel]] = {
    "profile": ProfileFile,
    "person": Person,
    "document": DocumentSettings,
    "variant": Variant,
    "work": Work,
}


def _complete(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    return [CompletionItem(name) for name in (*_PARTS, *kinds()) if name.startswith(incomplete)]


@click.command(epilog="Example: cvgen fields education")
@click.argument("kind", required=False, shell_complete=_complete)
def command(kind: str | None) -> None:
    """Say what may stand in a profile, or in a section of a KIND, with examples.

    KIND is a kind of section, or one of: profile, person, document, variant, work.
    """
    if kind is None:
        click.echo("A profile:\n" + "\n".join(_lines(ProfileFile)))
        click.echo(f"\nMore: cvgen fields {' | '.join(_PARTS)}\nKinds of sections: {', '.join(kinds())}")
    elif kind in _PARTS:
        click.echo("\n".join(_lines(_PARTS[kind])))
    elif kind in kinds():
        click.echo("\n".join(_section(kind)))
    else:
        guess = find_kind(kind) or did_you_mean(kind, (*_PARTS, *kinds()))
        hint = f"did you mean `{guess}`?" if guess else f"one of: {', '.join((*_PARTS, *kinds()))}"
        raise UsageError(f"there is no kind `{kind}`", hints=[hint])


def _section(kind: str) -> Iterator[str]:
    module = load_kind(kind)
    model = module.MODEL
    entry = entry_model(model)
    if entry is not None:
        yield f"An entry of `kind: {kind}`:"
        yield from _lines(entry)
        yield "\nThe section:"
    else:
        yield f"A section of `kind: {kind}`:"
    yield from _lines(model)
    yield f"\nAn example:\n\n  - kind: {kind}"
    yield from (f"    {line}".rstrip() for line in module.EXAMPLE.splitlines())


def _lines(model: type[BaseModel]) -> Iterator[str]:
    """Yield what is said of each field, in the order in which profiles name them."""
    rows = []
    for name in key_order(model):
        field = model.model_fields[name]
        need = " Needed." if field.is_required() and name != "kind" else ""
        example = f" Example: {json.dumps(field.examples[0], ensure_ascii=False)}" if field.examples else ""
        rows.append((name, f"{field.description or ''}{need}{example}"))
    formatter = click.HelpFormatter(width=110)
    formatter.write_dl(rows)
    yield "  " + formatter.getvalue().rstrip().replace("\n", "\n  ")
