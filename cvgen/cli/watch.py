"""cvgen watch, and cvgen build --watch."""

from __future__ import annotations

import contextlib
import time
from pathlib import Path
from typing import Any, NoReturn

import click

from cvgen.batch.tasks import BuildTask, check_tasks
from cvgen.builder import BuildOptions, BuildResult
from cvgen.cli.build_options import build_tasks, shared_build_options
from cvgen.cli.console import print_result, profiles_at, report
from cvgen.errors import CvgenError, UsageError
from cvgen.watch import Rebuilt, watch

__all__ = ["command", "watch_profiles"]


def watch_profiles(
    paths: tuple[Path, ...],
    output: str | None,
    *,
    message_format: str,
    quiet: bool,
    verbose: bool,
    **options: Any,  # noqa: ANN401 - the options of build()
) -> NoReturn:
    """Build now and at each save, until a signal comes. Raises `UsageError`."""
    if output == "-":
        raise UsageError("watching does not go with standard output", hints=("name a file or a folder with -o",))
    missing = [path for path in paths if not path.exists()]
    if missing:
        raise UsageError(f"`{missing[0]}` does not exist", hints=('`cvgen new "Ada Lovelace"` writes a profile',))
    tasks = _Tasks(paths, output, BuildOptions.of(**options))
    check_tasks([*tasks.current().values()])
    printer = _Printer(tasks, message_format, quiet, verbose)
    watch(tasks.current, on_result=printer.print_build, on_wait=printer.print_wait, folders=tasks.folders)


class _Tasks:
    """The tasks of this moment; `targets` are the PDFs of all profiles that there were."""

    def __init__(self, paths: tuple[Path, ...], output: str | None, options: BuildOptions) -> None:
        self._paths, self._output, self._options = paths, output, options
        self.folders = tuple(path for path in paths if path.is_dir())
        self._current = self._tasks(profiles_at(paths))
        self.targets = {profile: task.output for profile, task in self._current.items()}
        self._refused = ""

    def _tasks(self, profiles: list[Path]) -> dict[Path, BuildTask]:
        return dict(zip(profiles, build_tasks(profiles, self._output, self._options), strict=True))

    def _profiles(self) -> list[Path]:
        """Return the profiles of this moment, with those that were named but have gone."""
        found: list[Path] = []
        for path in self._paths:
            if path in self.folders and not path.is_dir():
                continue
            with contextlib.suppress(UsageError, OSError):  # an empty folder, or one that goes just now
                found += profiles_at((path,))
        return list(dict.fromkeys(found))

    def current(self) -> dict[Path, BuildTask]:
        """Return the task of each profile; those of before where two would be written to one file."""
        try:
            self._current, self._refused = self._tasks(self._profiles()), ""
            self.targets |= {profile: task.output for profile, task in self._current.items()}
        except UsageError as error:
            if str(error) != self._refused:
                report(error.diagnostics)
            self._refused = str(error)
        return self._current


class _Printer:
    """Prints outcomes."""

    def __init__(self, tasks: _Tasks, style: str, quiet: bool, verbose: bool) -> None:
        self._tasks, self._style, self._quiet, self._verbose = tasks, style, quiet, verbose
        self._has_waited = False

    def print_build(self, built: Rebuilt) -> None:
        outcome, target = built.outcome, self._tasks.targets[built.profile]
        stays = f"{target} stays as it is" if target.exists() else "nothing is written"
        if outcome is None:
            self._note(f"{built.profile} has gone; {stays}")
            return
        if outcome.diagnostics or self._style in ("json", "sarif"):
            report(outcome.diagnostics, self._style)
        if isinstance(outcome, CvgenError):
            self._note(f"{built.profile} was not built; {stays}")
        elif not self._quiet:
            self._print_result(outcome, built)

    def _print_result(self, result: BuildResult, built: Rebuilt) -> None:
        pages = "1 page" if result.pages == 1 else f"{result.pages} pages"
        total = sum(result.seconds.values())
        took = f"{total:.2f} s" if built.seconds is None else f"{built.seconds:.2f} s after the save"
        same = ", up to date" if result.cached else "" if result.written else ", unchanged"
        fixed = "; the error is gone" if built.is_fixed else ""
        print_result(f"{_clock()} {result.pdf or result.outputs[0]}: {pages}, {took}{same}{fixed}")
        if self._verbose:
            stages = ", ".join(f"{name} {seconds:.2f}" for name, seconds in result.seconds.items())
            print_result(f"  {result.engine}, passes: {result.passes}, sandbox: {result.sandbox}; seconds: {stages}")

    def print_wait(self, files: frozenset[Path]) -> None:
        if not self._has_waited:
            self._note(f"watching {len(files)} files; Ctrl-C ends it")
        self._has_waited = True

    def _note(self, words: str) -> None:
        """Print what is no diagnostic, unless a program reads the diagnostics."""
        if not self._quiet and self._style in ("human", "github"):
            click.echo(f"{_clock()} {words}", err=True)


def _clock() -> str:
    return time.strftime("%H:%M:%S")


@click.command(epilog="Example: cvgen watch profiles/ada.yaml")
@shared_build_options
def command(paths: tuple[Path, ...], output: str | None, **options: Any) -> NoReturn:  # noqa: ANN401 - those of build
    """Typeset profiles now and again at each save, quicker than anew.

    PATH is a profile, or a folder whose *.yaml files are profiles. Works files, photos and themes are watched too.
    Ctrl-C ends it.
    """
    watch_profiles(paths, output, **options)
