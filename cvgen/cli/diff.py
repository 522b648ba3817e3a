"""cvgen diff."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from cvgen.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from cvgen.diff.versions import Version
    from cvgen.engine.sandbox import Mode
    from cvgen.errors import CvgenError

__all__ = ["command"]


@click.command(epilog="Example: cvgen diff HEAD~1 profiles/ada.yaml --format markdown")
@click.argument("old")
@click.argument("new", required=False)
@click.option(
    "--format",
    "style",
    type=click.Choice(["text", "markdown", "json"]),
    default="text",
    show_default=True,
    help="How the changes are printed: for a terminal, a pull request or a program.",
)
@click.option("--variant", metavar="NAME", help="Compare this variant of both profiles.")
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
    sandbox: Mode,
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
    from cvgen.diagnostics import visible
    from cvgen.diff.report import report_changes
    from cvgen.diff.versions import add_page_counts, compare_versions, open_versions

    with open_versions(old, new, variant=variant) as versions:
        changes = compare_versions(*versions)
        # Two profiles that say the same are the same PDF: it need not be made to know that.
        if not no_pages and (changes or images or not all(version.document for version in versions)):
            pdfs = _pdfs(*versions, variant, sandbox, needed=images is not None)
            changes = add_page_counts(changes, pdfs)
            if images and isinstance(pdfs, tuple):
                _write_images(images, Path(versions[1].name.rpartition(":")[2]).stem, pdfs)
    click.echo(report_changes(changes, style, title=Path(versions[1].name).name), nl=False)
    if style == "text":
        for note in changes.notes:
            click.echo(f"note: {visible(note)}", err=True)
    return int(ExitCode.OUT_OF_DATE if check and changes else ExitCode.OK)


def _pdfs(
    old: Version, new: Version, variant: str | None, sandbox: Mode, *, needed: bool
) -> tuple[bytes, bytes] | CvgenError:
    """Typeset both versions; return why not where that fails and the PDFs are not `needed`."""
    from cvgen.diff.versions import typeset_version
    from cvgen.errors import CvgenError

    try:
        first = typeset_version(old, variant=variant, sandbox=sandbox)
        return first, typeset_version(new, variant=variant, sandbox=sandbox)
    except CvgenError as error:
        if needed:
            raise
        return error


def _write_images(folder: Path, stem: str, pdfs: tuple[bytes, bytes]) -> None:
    from cvgen.pdf.images import side_by_side
    from cvgen.pdf.metadata import write

    for number, image in enumerate(side_by_side(*pdfs), 1):
        write(folder / f"{stem}-{number}.png", image)
