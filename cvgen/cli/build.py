"""cvgen build."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Sequence
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import click

from cvgen.cli.report import is_terminal, message_format_option, profiles_at, report, tell
from cvgen.diagnostics import Diagnostic
from cvgen.errors import ExitCode, UsageError

__all__ = ["command"]


def _settings(ctx: click.Context, param: click.Parameter, values: Sequence[str]) -> dict[str, str]:
    settings = {}
    for value in values:
        path, equals, text = value.partition("=")
        if not equals or not path:
            raise click.BadParameter(f"`{value}` is not PATH=VALUE; example: --set document.paper=letter")
        settings[path] = text
    return settings


@click.command(epilog="Example: cvgen build profiles/ada.yaml --theme plain")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "-o",
    "--output",
    metavar="PATH",
    help="A file for one profile, a folder for several, - for standard output.  [default: build/]",
)
@click.option("--theme", metavar="NAME", help="Use this theme instead of the profile's.")
@click.option("--variant", metavar="NAME", help="Build this variant of the profile.")
@click.option(
    "--engine",
    type=click.Choice(["auto", "xelatex", "lualatex", "tectonic"]),
    default="auto",
    show_default=True,
    help="The TeX engine.",
)
@click.option(
    "--set",
    "overrides",
    metavar="PATH=VALUE",
    multiple=True,
    callback=_settings,
    help="Replace a value of the profile, as in document.paper=letter; may be repeated.",
)
@click.option("--keep-tex", is_flag=True, help="Leave the .tex file beside the PDF.")
@click.option(
    "-j",
    "--jobs",
    type=click.IntRange(1, 256),
    default=1,
    show_default=True,
    help="How many profiles to build at the same time.",
)
@click.option(
    "--sandbox",
    type=click.Choice(["auto", "required", "off"]),
    default="auto",
    show_default=True,
    help="Keep the engine away from your files: where the system can, always, or never.",
)
@message_format_option
@click.option("-q", "--quiet", is_flag=True, help="Print nothing but errors.")
@click.option("-v", "--verbose", is_flag=True, help="Say how long each stage took.")
def command(
    paths: tuple[Path, ...],
    output: str | None,
    overrides: dict[str, str],
    jobs: int,
    message_format: str,
    quiet: bool,
    verbose: bool,
    **options: Any,  # noqa: ANN401 - handed on to build()
) -> int:
    """Typeset profiles into PDFs.

    PATH is a profile, or a folder whose *.yaml files are profiles. Each PDF goes to build/<profile>.pdf.
    """
    profiles = profiles_at(paths)
    options["overrides"] = overrides
    if output == "-":
        return _to_standard_output(profiles, options, message_format)
    targets = _targets(profiles, output, options["variant"])
    told = _Told(message_format, quiet, verbose)
    executor: Executor | nullcontext[None] = (
        ProcessPoolExecutor(jobs, initializer=_listen) if jobs > 1 else nullcontext()
    )
    with executor as pool, _progress(len(profiles), quiet) as bar:
        try:
            for profile, outcome in _outcomes(profiles, targets, pool, options):
                bar.update(1)
                told.about(profile, outcome)
        except BaseException:
            _stop(pool)
            raise
    return told.summary(len(profiles))


def _targets(profiles: list[Path], written: str | None, variant: str | None) -> dict[Path, Path]:
    from cvgen.batch import outputs

    output = Path(written) if written else None
    is_folder = output is None or output.is_dir() or str(written).endswith(("/", os.sep))
    if output is not None and len(profiles) == 1 and not is_folder and output.suffix:
        return {profiles[0]: output}
    return dict(zip(profiles, outputs(profiles, output, variant), strict=True))


def _outcomes(profiles: list[Path], targets: dict[Path, Path], pool: Executor | None, options: dict[str, Any]) -> Any:  # noqa: ANN401
    from cvgen.batch import attempt

    jobs = {profile: {**options, "output": targets[profile]} for profile in profiles}
    futures = {profile: pool.submit(_attempt_or_end, profile, job) for profile, job in jobs.items()} if pool else {}
    for profile, job in jobs.items():
        yield profile, futures[profile].result() if pool else attempt(profile, job)


def _listen() -> None:
    """Set up a process of the pool: a terminal sends Ctrl-C to all, but only the first process says when to end."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(ExitCode.TERMINATED))


def _attempt_or_end(profile: Path, job: dict[str, Any]) -> Any:  # noqa: ANN401 - BuildResult or Failure
    """Build in a process of the pool, which takes SystemExit for one more result and goes on."""
    from cvgen.batch import attempt

    try:
        return attempt(profile, job)
    except SystemExit:
        os._exit(ExitCode.TERMINATED)


def _stop(pool: Executor | None) -> None:
    """End what still runs in other processes: a signal to us alone does not reach them, and we would wait."""
    if isinstance(pool, ProcessPoolExecutor):
        workers = list((pool._processes or {}).values())
        pool.shutdown(wait=False, cancel_futures=True)
        for worker in workers:
            worker.terminate()


def _progress(count: int, quiet: bool) -> Any:  # noqa: ANN401 - click's own type is private
    shown = count > 1 and not quiet and is_terminal()
    return click.progressbar(length=count, label="building", file=sys.stderr, hidden=not shown)


class _Told:
    """Says what happened, profile by profile, and counts."""

    def __init__(self, style: str, quiet: bool, verbose: bool) -> None:
        self.style, self.quiet, self.verbose = style, quiet, verbose
        self.collected: list[Diagnostic] = []
        self.code = ExitCode.OK
        self.failed = 0

    def about(self, profile: Path, outcome: Any) -> None:  # noqa: ANN401 - BuildResult or Failure
        from cvgen.batch import Failure

        self._show(outcome.error.diagnostics if isinstance(outcome, Failure) else outcome.diagnostics)
        if isinstance(outcome, Failure):
            self.failed += 1
            self.code = self.code or outcome.error.exit_code
            return
        if self.quiet:
            return
        total = sum(outcome.seconds.values())
        pages = "1 page" if outcome.pages == 1 else f"{outcome.pages} pages"
        same = "" if outcome.written else ", unchanged"
        tell(f"{outcome.pdf}: {pages}, {total:.2f} s{same}")
        if self.verbose:
            stages = ", ".join(f"{name} {seconds:.2f}" for name, seconds in outcome.seconds.items())
            tell(f"  {outcome.engine}, passes: {outcome.passes}, walls: {outcome.sandbox}; seconds: {stages}")

    def _show(self, diagnostics: Sequence[Diagnostic]) -> None:
        if self.style in ("json", "sarif"):
            self.collected += diagnostics  # one document for all
        elif diagnostics:
            report(diagnostics, self.style)

    def summary(self, count: int) -> int:
        if self.style in ("json", "sarif"):
            report(self.collected, self.style)
        elif count > 1 and not self.quiet:
            click.echo(f"{count - self.failed} of {count} profiles built", err=True)
        return int(self.code)


def _to_standard_output(profiles: list[Path], options: dict[str, Any], style: str) -> int:
    if len(profiles) != 1:
        raise UsageError("only one profile fits on standard output", hints=("name a folder with -o",))
    from cvgen.build import typeset
    from cvgen.errors import CvgenError

    options.pop("keep_tex")
    try:
        result = typeset(profiles[0], **options)
    except CvgenError as error:
        report(error.diagnostics, style)
        return int(error.exit_code)
    report(result.diagnostics, style)
    sys.stdout.buffer.write(result.data)
    sys.stdout.buffer.flush()  # a reader that has gone is noticed here, not when Python ends
    return 0
