"""Options that `cvgen build` and `cvgen watch` have in common, and the tasks that they make."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

import click

from cvgen.batch.tasks import BuildTask, output_paths
from cvgen.builder import BuildOptions
from cvgen.cli.console import complete_theme, complete_variant, message_format_option, names_folder
from cvgen.errors import CvgenError, UsageError
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


def _theme(ctx: click.Context, param: click.Parameter, value: str | None) -> str | None:
    """Make the path of a theme's folder absolute: a name with a slash is one."""
    return os.path.abspath(value) if value and os.sep in value else value  # noqa: PTH100 - a link keeps its name


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
        "--theme",
        metavar="NAME",
        shell_complete=complete_theme,
        callback=_theme,
        help="Use this theme instead of the profile's; ./NAME is a folder with one.",
    ),
    click.option(
        "--variant", metavar="NAME", shell_complete=complete_variant, help="Build this variant of the profile."
    ),
    click.option(
        "--letter",
        is_flag=False,
        flag_value="",
        metavar="[FILE]",
        help="Build the cover letter: the profile's, or that of a file of its own.",
    ),
    click.option(
        "--pages",
        type=click.IntRange(1, 99),
        metavar="N",
        help="At most so many pages: set tighter, then without what has a low priority.",
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


def build_tasks(
    profiles: Sequence[Path], written: str | None, options: BuildOptions, variants: str | None = None
) -> list[BuildTask]:
    """Return a task for each profile, with the output that `-o` names; with `variants` for each variant too."""
    if variants:
        return _tasks_of_variants(profiles, written, options)
    output = Path(written) if written else None
    is_file = output is not None and output.suffix and not names_folder(str(written))
    if output is not None and is_file and len(profiles) == 1:
        targets = [output]
    elif is_file:
        hints = (f"name a folder: `{Path(str(written)).with_suffix('')}{os.sep}`",)
        raise UsageError(f"`{written}` is the name of a file, and there are {len(profiles)} profiles", hints=hints)
    else:
        is_letter = options.typeset.letter is not None
        targets = output_paths(profiles, output, options.typeset.variant, letter=is_letter)
    return [BuildTask(profile, target, options) for profile, target in zip(profiles, targets, strict=True)]


def _tasks_of_variants(profiles: Sequence[Path], written: str | None, options: BuildOptions) -> list[BuildTask]:
    """Return a task for each profile and each variant; `-o` can only name a folder for them."""
    if options.typeset.variant:
        raise UsageError("`--variant` and `--variants` exclude each other", hints=("leave one of the two out",))
    if written and not names_folder(written):
        raise UsageError(f"`{written}` is the name of a file", hints=(f"name a folder: `{written}{os.sep}`",))
    folder = Path(written) if written else None
    is_letter = options.typeset.letter is not None
    variants = {path: (None, *_variants_of(path)) for path in profiles}
    tasks: list[BuildTask] = []
    for variant in dict.fromkeys(name for names in variants.values() for name in names):
        own = [path for path in profiles if variant in variants[path]]
        chosen = replace(options, typeset=replace(options.typeset, variant=variant))
        tasks += [
            BuildTask(path, to, chosen)
            for path, to in zip(own, output_paths(own, folder, variant, letter=is_letter), strict=True)
        ]
    return tasks


def _variants_of(profile: Path) -> Sequence[str]:
    from cvgen.loading.load import load  # a build imports it after its engine has started

    try:
        return tuple(load(profile).file.variants)
    except CvgenError:  # building it reports what is wrong
        return ()
