"""cvgen export."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import click

from cvgen.cli.console import complete_theme, complete_variant, names_folder, profiles_at, report
from cvgen.errors import UsageError
from cvgen.files import write
from cvgen.formats import (
    export,
    export_group,
    format_descriptions,
    format_names,
    suffixes_of,
    takes_several,
)
from cvgen.loading.load import load
from cvgen.loading.profile import Profile
from cvgen.options import TypesetOptions
from cvgen.outputs import MADE_BY, PNG, OutputKind, check_outputs, marked, marks_in, merge_marked
from cvgen.pipeline import emit_profile

__all__ = ["command"]

# Files that people write too: Markdown, data of site generators.
_TEXTS = (".md", ".markdown", ".yml", ".yaml", ".bib", ".json")


class _Command(click.Command):
    """The command, whose help lists the formats: only there all of them are imported."""

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        super().format_help_text(ctx, formatter)
        with formatter.section("Formats"):
            formatter.write_dl(list(format_descriptions().items()))


@click.command(cls=_Command, epilog="Example: cvgen export tex profiles/ada.yaml -o overleaf/")
@click.argument("format", type=click.Choice(format_names()))
@click.argument("profiles", nargs=-1, required=True, metavar="PROFILE...", type=click.Path(path_type=Path))
@click.option(
    "-o",
    "--output",
    type=click.Path(),
    help="A file, or a folder; for tex, a folder gets the class and the fonts too.  [default: standard output]",
)
@click.option(
    "--theme", metavar="NAME", shell_complete=complete_theme, help="Use this theme instead of the profile's."
)
@click.option(
    "--variant", metavar="NAME", shell_complete=complete_variant, help="Export this variant of the profile."
)
@click.option("--hidden", is_flag=True, help="Write works that say `hidden: true` too, in comments (academicpages).")
def command(
    format: str,  # noqa: A002 - the argument's name
    profiles: tuple[Path, ...],
    output: str | None,
    theme: str | None,
    variant: str | None,
    hidden: bool,
) -> None:
    """Write a profile in another format; of a group, several profiles or folders of them."""
    target = Path(output) if output not in (None, "", "-") else None
    suffixes = suffixes_of(format)
    is_bare = format == "tex" and target is not None and not target.suffix
    is_folder = target is not None and (names_folder(str(output)) or is_bare or not suffixes)
    kind = OutputKind(f"a file of the format `{format}`", suffixes)
    paths = profiles_at(profiles) if takes_several(format) else list(profiles)
    if target and not is_folder:
        check_outputs({target: kind}, paths)
    if len(paths) != 1 and not takes_several(format):
        raise UsageError(f"`{format}` takes one profile", hints=("name one, or export `group`",))
    loaded = [load(path) for path in paths]
    inputs = tuple(path for one in loaded for path in one.inputs)
    if format == "tex":
        files, inputs = _tex(loaded[0], TypesetOptions(theme=theme, variant=variant), whole=is_folder)
    else:
        if takes_several(format):
            made = export_group(loaded, format, target.suffix if target and not is_folder else "")
        else:
            made = export(loaded[0], format, variant=variant, theme=theme, hidden=hidden)
        report(made.diagnostics)
        files = made.files
    if target is None:
        _print(files, format)
        return
    outputs = {target / name if is_folder else target: data for name, data in files.items()}
    check_outputs({path: kind if path.suffix in suffixes else _kind_of(path) for path in outputs}, inputs)
    merged = {path: _merged(path, data, format, is_folder=is_folder) for path, data in outputs.items()}
    for path, data in merged.items():
        write(path, data)


def _merged(path: Path, data: bytes, format: str, *, is_folder: bool) -> bytes:  # noqa: A002 - as the option
    """Return the data with what people wrote around it in an existing page. Raises `UsageError` for others' files."""
    if path.suffix not in _TEXTS or not path.is_file():
        return data
    old, new = path.read_text("utf-8", errors="replace"), data.decode()
    marks = marks_in(new) or [name for name in marks_in(old) if name == format]
    if marks:
        whole = merge_marked(old, new if marks_in(new) else marked(format, new.rstrip("\n")))
        if whole is None:
            lines = " and ".join(f"`{mark}`" for mark in marked(marks[0], "").split("\n") if mark)
            hint = f"write {lines} on lines of their own where it belongs, or remove the file"
            raise UsageError(f"`{path}` exists and has no marks for what is exported", hints=(hint,))
        return whole.encode()
    if is_folder and format != "tex" and MADE_BY not in old:
        raise UsageError(f"`{path}` exists and no export made it", hints=("remove it, or name another folder",))
    return data


def _tex(profile: Profile, options: TypesetOptions, *, whole: bool) -> tuple[Mapping[str, bytes], tuple[Path, ...]]:
    """Return the document and, if the `whole` is asked for, what it needs to compile; and all that it is made of."""
    emitted = emit_profile(profile, options)
    report(emitted.diagnostics)
    beside = emitted.tex.files() if whole else ()
    stem = profile.path.stem if profile.path else "cv"
    return {f"{stem}.tex": emitted.tex.tex.encode(), **{str(name): data for name, data in beside}}, emitted.inputs


def _print(files: Mapping[str, bytes], format: str) -> None:  # noqa: A002 - as the option
    """Print the one file of a text format."""
    data, *others = files.values()
    is_text = b"\0" not in data
    if others or not is_text or not suffixes_of(format):
        hint = f"write it into a folder: `-o {format}/`" if others else f"write it into a file: `-o cv.{format}`"
        raise UsageError(f"`{format}` cannot be printed", hints=(hint,))
    click.echo(data, nl=False)


def _kind_of(path: Path) -> OutputKind:
    """Return the kind of what lies beside a document."""
    return PNG if path.suffix == ".png" else OutputKind(f"a `{path.suffix}` file", (path.suffix,))
