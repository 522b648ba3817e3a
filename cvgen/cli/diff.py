"""cvgen diff."""

from __future__ import annotations

from pathlib import Path

import click

from cvgen.cli.console import complete_variant
from cvgen.diagnostics import visible
from cvgen.diff.report import FORMATS, report_changes
from cvgen.diff.versions import Version, add_page_counts, compare_versions, open_versions, typeset_version
from cvgen.engine.sandbox import SandboxMode
from cvgen.errors import CvgenError, ExitCode, UsageError
from cvgen.files import write
from cvgen.outputs import PNG, check_outputs

__all__ = ["command"]


@click.command(epilog="Example: cvgen diff HEAD~1 profiles/ada.yaml --format markdown")
@click.argument("old", type=click.Path())
@click.argument("new", type=click.Path(), required=False)
@click.option(
    "--format",
    "style",
    type=click.Choice(FORMATS),
    default="text",
    show_default=True,
    help="How the changes are printed: for a terminal, a pull request or a program.",
)
@click.option(
    "--variant", metavar="NAME", shell_complete=complete_variant, help="Compare this variant of both profiles."
)
@click.option("--no-pages", is_flag=True, help="Do not typeset the profiles to count their pages.")
@click.option(
    "--images",
    type=click.Path(path_type=Path),
    metavar="FOLDER",
    help="Write each page of both, side by side, as PNG files.",
)
@click.option("--check", is_flag=True, help="Exit with 9 where there is a difference.")
@click.option(
    "--sandbox",
    type=click.Choice(["auto", "required", "off"]),
    default="auto",
    show_default=True,
    help="Keep the engine away from your files: where the system can, always, or never.",
)
def command(
    old: str,
    new: str | None,
    style: str,
    variant: str | None,
    no_pages: bool,
    images: Path | None,
    check: bool,
    sandbox: SandboxMode,
) -> int:
    """Say in words what changed between two states of a CV.

    \b
    OLD and NEW are each
      a profile             profiles/ada.yaml
      a PDF                 build/ada.pdf
      a git revision        HEAD~1:profiles/ada.yaml, with the works and the photo of that revision
      or only the revision  HEAD~1, of the file that the other one names

    Without NEW, OLD is a file that is compared with its last commit.
    """
    if images and no_pages:
        raise UsageError("`--images` needs the pages that `--no-pages` leaves out", hints=("leave out one of them",))
    with open_versions(old, new, variant=variant) as versions:
        if images:
            _image_paths(images, versions, 1)
        changes = compare_versions(*versions)
        # Two profiles that say the same are the same PDF: it need not be made to know that.
        if not no_pages and (changes or images or not all(version.document for version in versions)):
            pdfs = _pdfs(*versions, variant, sandbox, needed=images is not None)
            changes = add_page_counts(changes, pdfs)
            if images and isinstance(pdfs, tuple):
                _write_images(images, versions, pdfs)
    click.echo(report_changes(changes, style, title=Path(versions[1].name).name), nl=False)
    if style == "text":
        for note in changes.notes:
            click.echo(f"note: {visible(note)}", err=True)
    return int(ExitCode.OUT_OF_DATE if check and changes else ExitCode.OK)


def _pdfs(
    old: Version, new: Version, variant: str | None, sandbox: SandboxMode, *, needed: bool
) -> tuple[bytes, bytes] | CvgenError:
    """Typeset both versions; return why not where that fails and the PDFs are not `needed`."""
    try:
        first = typeset_version(old, variant=variant, sandbox=sandbox)
        return first, typeset_version(new, variant=variant, sandbox=sandbox)
    except CvgenError as error:
        if needed:
            raise
        return error


def _write_images(folder: Path, versions: tuple[Version, Version], pdfs: tuple[bytes, bytes]) -> None:
    from cvgen.pdf.images import render_side_by_side  # PDFium is slow to import, and only `--images` needs it

    pages = [*render_side_by_side(*pdfs)]
    for path, page in zip(_image_paths(folder, versions, len(pages)), pages, strict=True):
        write(path, page)


def _image_paths(folder: Path, versions: tuple[Version, Version], count: int) -> list[Path]:
    """Return the files for so many pages. Raises `UsageError` where one is an input, or no picture."""
    stem = Path(versions[1].name.rpartition(":")[2]).stem
    paths = [folder / f"{stem}-{number}.png" for number in range(1, count + 1)]
    inputs = (path for one in versions for path in (one.profile.inputs if one.profile else (Path(one.name),)))
    check_outputs(dict.fromkeys(paths, PNG), inputs)
    return paths
