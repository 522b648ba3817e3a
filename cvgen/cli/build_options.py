"""Options that `cvgen build` and `cvgen watch` have in common, and the tasks that they make."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import click

from cvgen.batch.tasks import BuildTask, output_paths
from cvgen.builder import BuildOptions
from cvgen.cli.console import complete_theme, complete_variant, message_format_option, names_folder
from cvgen.errors import UsageError
from cvgen.outputs import DOCUMENT_KINDS

__all__ = ["build_tasks", "shared_build_options"]

_Command = TypeVar("_Command", bound=Callable[..., Any])
_FORMATS = ("pdf", "png", "tex", *DOCUMENT_KINDS)


def _settings(ctx: click.Context, param: click.Parameter, values: Sequence[str]) -> dict[str, str]:
    settings = {}
    for value in values:
        path, equals, text = value.partition("=")
        if not equals or not path:
            raise click.BadParameter(f"`{value}` is not PATH=VALUE; example: --set document.paper=letter")
        settings[path] = text
    return settings


def _formats(ctx: click.Context, param: click.Parameter, value: str) -> tuple[str, ...]:
    names = tuple(dict.fromkeys(name.strip() for name in value.split(",") if name.strip()))
    if not names or not set(names) <= set(_FORMATS):
        raise click.BadParameter(f"`{value}` is not a list of {', '.join(_FORMATS)}; example: --format pdf,png")
    return names


def _complete_formats(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    before, comma, last = incomplete.rpartition(",")
    chosen = before.split(",")
    return [before + comma + name for name in _FORMATS if name.startswith(last) and name not in chosen]


_OPTIONS: Sequence[Callable[[Any], Any]] = (
    click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path)),
    click.option(
        "-o",
        "--output",
        type=click.Path(),
        metavar="PATH",
        help="A file for one profile, a folder for several, - for standard output.  [default: build/]",
    ),
    click.option(
        "--theme", metavar="NAME", shell_complete=complete_theme, help="Use this theme instead of the profile's."
    ),
    click.option(
        "--variant", metavar="NAME", shell_complete=complete_variant, help="Build this variant of the profile."
    ),
    click.option(
        "--engine",
        type=click.Choice(["auto", "xelatex", "lualatex", "tectonic"]),
        default="auto",
        show_default=True,
        help="The TeX engine.",
    ),
    click.option(
        "--set",
        "overrides",
        metavar="PATH=VALUE",
        multiple=True,
        callback=_settings,
        help="Replace a value of the profile, as in document.paper=letter; may be repeated.",
    ),
    click.option(
        "--format",
        "formats",
        metavar="LIST",
        default="pdf",
        show_default=True,
        callback=_formats,
        shell_complete=_complete_formats,
        help="What to write, separated by commas: pdf, png (of each page), tex, html, markdown, docx, text.",
    ),
    click.option("--keep-tex", is_flag=True, help="Leave the .tex file beside the PDF."),
    click.option("--force", is_flag=True, help="Build even where nothing has changed."),
    click.option(
        "--no-cache", "cache", flag_value=False, default=True, help="Use nothing that earlier builds prepared."
    ),
    click.option("--strict", is_flag=True, help="Take warnings for errors."),
    click.option("--no-gate", "gate", flag_value=False, default=True, help="Write PDFs whose text may not be whole."),
    click.option(
        "--sandbox",
        type=click.Choice(["auto", "required", "off"]),
        default="auto",
        show_default=True,
        help="Keep the engine away from your files: where the system can, always, or never.",
    ),
    message_format_option,
    click.option("-q", "--quiet", is_flag=True, help="Print nothing but errors."),
    click.option("-v", "--verbose", is_flag=True, help="Say how long each stage took."),
)


def shared_build_options(command: _Command) -> _Command:
    """Add the options to a command."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def build_tasks(profiles: Sequence[Path], written: str | None, options: BuildOptions) -> list[BuildTask]:
    """Return a task for each profile, with the output that `-o` names."""
    output = Path(written) if written else None
    is_file = output is not None and output.suffix and not names_folder(str(written))
    if output is not None and is_file and len(profiles) == 1:
        targets = [output]
    elif is_file:
        hints = (f"name a folder: `{Path(str(written)).with_suffix('')}{os.sep}`",)
        raise UsageError(f"`{written}` is the name of a file, and there are {len(profiles)} profiles", hints=hints)
    else:
        targets = output_paths(profiles, output, options.typeset.variant)
    return [BuildTask(profile, target, options) for profile, target in zip(profiles, targets, strict=True)]
