"""cvgen build."""

from __future__ import annotations

import contextlib
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import click

from cvgen.batch.tasks import BuildTask, Failure, Outcome, Workers, check_tasks, run_tasks
from cvgen.builder import BuildOptions, typeset
from cvgen.cli.build_options import build_tasks, shared_build_options
from cvgen.cli.console import (
    is_terminal,
    print_result,
    profiles_at,
    report,
)
from cvgen.diagnostics import Diagnostic
from cvgen.errors import CvgenError, ExitCode, UsageError

if TYPE_CHECKING:
    from concurrent.futures import Executor

__all__ = ["command"]


@click.command(epilog="Example: cvgen build profiles/ada.yaml --theme plain")
@shared_build_options
@click.option(
    "-j",
    "--jobs",
    type=click.IntRange(1, 256),
    default=1,
    show_default=True,
    help="How many profiles to build at the same time, each in a process of its own.",
)
@click.option(
    "--executor",
    metavar="dask://HOST:PORT",
    help="Build on the workers of a dask cluster instead. They may be on machines that share no disk with this one.",
)
@click.option("--variants", type=click.Choice(["all"]), help="Build each profile and every variant of it.")
@click.option("--check", is_flag=True, help="Write nothing; exit with 9 if a PDF is not what a build would write.")
@click.option("--watch", is_flag=True, help="Build again at each save, one profile at a time, until Ctrl-C.")
def command(
    paths: tuple[Path, ...],
    output: str | None,
    formats: tuple[str, ...],
    keep_tex: bool,
    jobs: int,
    executor: str | None,
    check: bool,
    watch: bool,
    variants: str | None,
    message_format: str,
    quiet: bool,
    verbose: bool,
    **options: Any,  # noqa: ANN401 - handed on to build()
) -> int:
    """Typeset profiles into PDFs.

    PATH is a profile, or a folder whose *.yaml files are profiles. Each PDF goes to build/<profile>.pdf.
    """
    profiles = profiles_at(paths)
    if not options["gate"]:
        click.echo("warning: --no-gate: what is written may lack words, spaces or links", err=True)
    if watch:
        if check or executor:
            other = "--check" if check else "--executor"
            raise UsageError(f"`--watch` and `{other}` exclude each other", hints=("leave one of the two out",))
        from cvgen.cli.watch import watch_profiles  # with all that a build imports

        options |= {"formats": formats, "keep_tex": keep_tex}
        watch_profiles(paths, output, message_format=message_format, quiet=quiet, verbose=verbose, **options)
    if executor and (jobs != 1 or output == "-"):
        other = "-j" if jobs != 1 else "-o -"
        raise UsageError(f"`{other}` and `--executor` exclude each other", hints=("leave one of the two out",))
    if output == "-":
        return _to_standard_output(profiles, BuildOptions.of(**options), message_format)
    build_options = BuildOptions.of(**options, formats=formats, keep_tex=keep_tex, check=check)
    tasks = build_tasks(profiles, output, build_options, variants)
    check_tasks(tasks)
    printer = _Printer(message_format, quiet, verbose, check=check)
    shows_progress = len(tasks) > 1 and not quiet and is_terminal()
    with _workers(tasks, jobs, executor) as workers, _Progress(len(tasks), shown=shows_progress) as progress:
        for _, outcome in run_tasks(tasks, workers):
            progress.clear()
            printer.print_outcome(outcome)
            progress.step()
    return printer.print_summary(len(tasks))


def _workers(
    tasks: Sequence[BuildTask], jobs: int, executor: str | None
) -> contextlib.AbstractContextManager[Workers | None]:
    """Return what builds the tasks: a cluster, processes of this machine, or None for this process."""
    if executor:
        from cvgen.batch.cluster import connect_cluster  # dask is slow to import, and seldom there

        return connect_cluster(executor)
    count = min(jobs, len(tasks))
    if count <= 1:
        return contextlib.nullcontext()
    from cvgen.batch.processes import LocalWorkers, process_pool, rehearse  # with all that a build imports
    from cvgen.cli.worker_signals import listen_in_worker

    def start_pool(size: int) -> Executor:
        rehearse(tasks[0])  # what forked processes share
        return process_pool(size, listen_in_worker)

    return LocalWorkers(start_pool, count)


class _Progress:
    """A progress bar below the results, on a terminal."""

    def __init__(self, count: int, *, shown: bool) -> None:
        self._bar = (
            click.progressbar(length=count, label="building", file=sys.stderr, show_pos=True) if shown else None
        )

    def __enter__(self) -> Self:
        if self._bar:
            self._bar.__enter__()
        return self

    def __exit__(self, *_: object) -> None:
        if self._bar:
            self.clear()
            click.echo("\033[?25h", file=sys.stderr, nl=False)  # the bar hides the cursor

    def clear(self) -> None:
        """Make room for a line: the bar is drawn again below it."""
        if self._bar:
            click.echo("\r\033[K", file=sys.stderr, nl=False)

    def step(self) -> None:
        """Count one more, and draw the bar."""
        if self._bar:
            self._bar.update(1)


class _Printer:
    """Prints and counts outcomes."""

    def __init__(self, style: str, quiet: bool, verbose: bool, *, check: bool = False) -> None:
        self.style, self.quiet, self.verbose = style, quiet, verbose
        self.done = "up to date" if check else "built"
        self.collected: list[Diagnostic] = []
        self.code = ExitCode.OK
        self.failed = self.same = 0
        self.start = time.perf_counter()

    def print_outcome(self, outcome: Outcome) -> None:
        self._show(outcome.error.diagnostics if isinstance(outcome, Failure) else outcome.diagnostics)
        if isinstance(outcome, Failure):
            self.failed += 1
            self.code = self.code or outcome.error.exit_code
            return
        self.same += outcome.cached
        if self.quiet:
            return
        total = sum(outcome.seconds.values())
        pages = "1 page" if outcome.pages == 1 else f"{outcome.pages} pages"
        same = ", up to date" if outcome.cached else "" if outcome.written else ", unchanged"
        print_result(f"{outcome.pdf or outcome.outputs[0]}: {pages}, {total:.2f} s{same}")
        if self.verbose:
            stages = ", ".join(f"{name} {seconds:.2f}" for name, seconds in outcome.seconds.items())
            print_result(
                f"  {outcome.engine}, passes: {outcome.passes}, sandbox: {outcome.sandbox}; seconds: {stages}"
            )

    def _show(self, diagnostics: Sequence[Diagnostic]) -> None:
        if self.style in ("json", "sarif"):
            self.collected += diagnostics  # one document for all
        elif diagnostics:
            report(diagnostics, self.style)

    def print_summary(self, count: int) -> int:
        if self.style in ("json", "sarif"):
            report(self.collected, self.style)
        elif count > 1 and not self.quiet:
            words = [f"{count - self.failed} of {count} profiles {self.done}"]
            words += [f"{self.failed} failed"] if self.failed else []
            words += [f"{self.same} were up to date"] if self.same else []
            click.echo(", ".join((*words, f"{time.perf_counter() - self.start:.1f} s")), err=True)
        return int(self.code)


def _to_standard_output(profiles: Sequence[Path], options: BuildOptions, style: str) -> int:
    if len(profiles) != 1:
        raise UsageError("only one profile fits on standard output", hints=("name a folder with -o",))
    try:
        made = typeset(profiles[0], options.typeset)
    except CvgenError as error:
        report(error.diagnostics, style)
        return int(error.exit_code)
    report(made.diagnostics, style)
    sys.stdout.buffer.write(made.data)
    sys.stdout.buffer.flush()  # a reader that has gone is noticed here, not when Python ends
    return 0
