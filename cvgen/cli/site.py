"""cvgen site."""

from __future__ import annotations

from pathlib import Path

import click

from cvgen.builder import build
from cvgen.cli.console import profiles_at, report
from cvgen.errors import CvgenError, UsageError
from cvgen.files import write
from cvgen.loading.load import load
from cvgen.outputs import MADE_BY, PDF, OutputKind, check_outputs
from cvgen.site import site_files

__all__ = ["command"]


@click.command(epilog="Example: cvgen site profiles/ -o public/")
@click.argument("paths", nargs=-1, required=True, metavar="PATHS...", type=click.Path(path_type=Path))
@click.option("-o", "--output", required=True, type=click.Path(path_type=Path, file_okay=False), help="The folder.")
@click.option("--title", help="The name of the group.  [default: Publications]")
@click.option("--pdf/--no-pdf", "with_pdf", default=True, help="Whether the CVs are built as PDFs too.")
def command(paths: tuple[Path, ...], output: Path, title: str | None, with_pdf: bool) -> None:
    """Write the pages of a group, to be served as they are.

    The members, their publications as one list, and for each member a page, and the CV as a PDF, as a Word document
    and as data. PATHS are profiles or folders of them.
    """
    profiles = [load(path) for path in profiles_at(paths)]
    for profile in profiles:
        report(profile.diagnostics)
    files = {output / name: data for name, data in site_files(profiles, title=title or "", with_pdf=with_pdf).items()}
    pdfs = {output / path.parent.name / "cv.pdf" for path in files if path.parent != output} if with_pdf else set()
    inputs = [path for profile in profiles for path in profile.inputs]
    kinds = {path: OutputKind(f"a `{path.suffix}` file", (path.suffix,)) for path in files}
    check_outputs({**kinds, **dict.fromkeys(pdfs, PDF)}, inputs)
    for path in files:
        if path.suffix == ".html" and path.is_file() and MADE_BY not in path.read_text("utf-8", errors="replace"):
            raise UsageError(f"`{path}` exists and no export made it", hints=("remove it, or name another folder",))
    for path, data in files.items():
        write(path, data)
    click.echo(f"{output}/index.html: {len(profiles)} member{'s' * (len(profiles) > 1)}, {len(files)} files")
    if with_pdf:
        _build_pdfs([profile.path for profile in profiles if profile.path], output)


def _build_pdfs(paths: list[Path], output: Path) -> None:
    """Build each PDF into its member's folder. Raises what the first one raises, when all have been tried."""
    failed: CvgenError | None = None
    for path in paths:
        try:
            build(path, output=output / path.stem / "cv.pdf")
        except CvgenError as error:
            if failed is not None:
                report(error.diagnostics)
            failed = failed or error
    if failed is not None:
        raise failed
