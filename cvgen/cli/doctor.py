"""cvgen doctor."""

from __future__ import annotations

import platform
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import click

from cvgen.errors import CvgenError, ExitCode

__all__ = ["Check", "checks", "command"]

_THEME = "awesome"
_TRIAL = "\\documentclass[theme=awesome]{cvgen}\n\\begin{document}\nCV\n\\end{document}\n"
_COLORS = {"ok": "green", "missing": "red", "note": "cyan"}


@dataclass(frozen=True)
class Check:
    """What was looked at, and found. `mend` is what to do about it; a `missing` one always has it."""

    status: Literal["ok", "missing", "note"]
    name: str
    detail: str
    mend: str = ""


def checks() -> Iterator[Check]:
    """Look at everything that cvgen needs, and at what it can use."""
    from cvgen.latex.runtime import package_version

    yield Check("ok", "python", f"{platform.python_version()}, {sys.executable}")
    yield Check("ok", "cvgen", f"{package_version()}, {Path(__file__).resolve().parent.parent}")
    yield from _engines()
    yield _fonts()
    yield _trial()
    yield _cache()
    yield _sandbox()
    yield _qpdf()
    yield _git()
    yield Check(
        "note",
        "editor",
        "VS Code with the YAML extension completes and explains profiles that name their schema",
        "`cvgen new` writes that line first",
    )


def _engines() -> Iterator[Check]:
    from cvgen.cli.setup import installed
    from cvgen.latex import engines

    default = next(iter(engines.ENGINES))
    for name, row in engines.ENGINES.items():
        status: Literal["missing", "note"] = "missing" if name == default else "note"
        needed = "the default engine" if name == default else "not needed"
        try:
            found = engines.find(name)
            if installed(name):
                yield Check("ok", name, f"{engines.version(found)}, {found.program}")
            else:
                yield Check(status, name, f"{found.program} lacks its packages; {needed}", f"run `{row.setup}`")
        except CvgenError as error:
            yield Check(status, name, f"{error}; {needed}", f"run `{row.setup}`")


def _fonts() -> Check:
    from cvgen.latex import fonts

    packages = {package for package, _ in fonts.FONTS.values()}
    for name in fonts.FONTS:
        try:
            fonts.locate(name)
        except CvgenError as error:
            return Check("missing", "fonts", str(error), _hint(error))
    return Check("ok", "fonts", f"{len(fonts.FONTS)} files from {', '.join(sorted(packages))}")


def _hint(error: CvgenError) -> str:
    hints = error.diagnostics[0].hints
    return "; ".join(hints) or "install cvgen again: `python -m pip install --force-reinstall cvgen`"


def _trial() -> Check:
    """Typeset a line as a build does."""
    from cvgen.latex import engines, runtime
    from cvgen.latex.engine import run
    from cvgen.latex.themes import class_folder, find_theme

    try:
        engine = engines.find()
        made = runtime.prepare(find_theme(_THEME).folder, class_folder())
        done = run(_TRIAL, engine=engine, runtime=made)
    except CvgenError as error:
        return Check("missing", "typesetting", f"a trial failed: {error}", _hint(error))
    return Check("ok", "typesetting", f"{engine.name} set a line in {done.seconds:.1f} s, walls: {done.sandbox}")


def _cache() -> Check:
    from cvgen.cli.cache import contents, in_words
    from cvgen.latex.runtime import cache_folder
    from cvgen.paths import cache_path

    folder, wanted = cache_folder(), cache_path()
    if folder != wanted:
        return Check(
            "note",
            "cache",
            f"{wanted} cannot be used, so every build starts from nothing",
            "let `CVGEN_CACHE_DIR` name a folder that you may write to",
        )
    size = sum(entry.size for _, entries in contents(folder) for entry in entries)
    return Check("ok", "cache", f"{folder}, {in_words(size)}; `cvgen cache` says of what")


def _sandbox() -> Check:
    from cvgen.latex.sandbox import landlock_version

    version = landlock_version()
    if version:
        return Check("ok", "sandbox", f"Landlock {version}: engines see TeX's files and their work folder")
    if sys.platform == "linux":
        return Check(
            "note",
            "sandbox",
            "no Landlock: engines run with resource limits only, and `--sandbox required` fails",
            "use Linux 5.13 or later, and a container that allows it",
        )
    return Check("note", "sandbox", "only Linux has one: `--sandbox required` fails here")


def _qpdf() -> Check:
    if program := shutil.which("qpdf"):
        return Check("ok", "qpdf", program)
    return Check("note", "qpdf", "not installed; not needed: it only checks finished PDFs once more")


def _git() -> Check:
    program = shutil.which("git")
    if program is None:
        return Check("note", "git", "not installed; only `document: {date: commit}` needs it", "install git")
    try:
        told = subprocess.run(
            (program, "--version"), capture_output=True, stdin=subprocess.DEVNULL, timeout=10, check=True
        )
    except (OSError, subprocess.SubprocessError) as problem:
        return Check("note", "git", f"{program} does not run: {problem}", "install git again")
    return Check("ok", "git", f"{told.stdout.decode('utf-8', 'replace').strip()}, {program}")


@click.command(epilog="Example: cvgen doctor")
def command() -> int:
    """Say what is missing on this machine, and the command that mends it.

    Exits with 0 if everything needed is there, and with 5 otherwise.
    """
    failed = 0
    for check in checks():
        failed += check.status == "missing"
        status = click.style(f"{check.status:<8}", fg=_COLORS[check.status], bold=check.status == "missing")
        click.echo(f"{status}{check.name:<12}{check.detail}")
        if check.mend:
            click.echo(f"{'':<20}{check.mend}")
    if failed:
        click.echo(f"{failed} missing", err=True)
    return ExitCode.ENGINE_MISSING if failed else ExitCode.OK
