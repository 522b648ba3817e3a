"""cvgen doctor."""

from __future__ import annotations

import platform
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import click

from cvgen import __version__
from cvgen.cli.cache import contents, in_words
from cvgen.cli.setup import installed
from cvgen.engine.engines import ENGINES, engine_version, find_engine
from cvgen.engine.run import run_engine
from cvgen.engine.sandbox import landlock_version
from cvgen.engine.tex_tree import prepare_tex_tree
from cvgen.errors import CvgenError, ExitCode
from cvgen.latex.fonts import FONTS, locate_font
from cvgen.latex.themes import find_theme
from cvgen.paths import cache_folder, configured_cache_folder

__all__ = ["Check", "checks", "command"]

_THEME = "awesome"
_TRIAL = "\\documentclass[theme=awesome]{cvgen}\n\\begin{document}\nCV\n\\end{document}\n"
_COLORS = {"ok": "green", "missing": "red", "note": "cyan"}


@dataclass(frozen=True)
class Check:
    """A part of the machine and its state. `fix` is the remedy; one that is `missing` always has it."""

    status: Literal["ok", "missing", "note"]
    name: str
    detail: str
    fix: str = ""


def checks() -> Iterator[Check]:
    """Look at everything that cvgen needs, and at what it can use."""
    yield Check("ok", "python", f"{platform.python_version()}, {sys.executable}")
    yield Check("ok", "cvgen", f"{__version__}, {Path(__file__).resolve().parent.parent}")
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
    default = next(iter(ENGINES))
    for name, row in ENGINES.items():
        status: Literal["missing", "note"] = "missing" if name == default else "note"
        needed = "the default engine" if name == default else "not needed"
        try:
            found = find_engine(name)
            if installed(name):
                yield Check("ok", name, f"{engine_version(found)}, {found.program}")
            else:
                yield Check(status, name, f"{found.program} lacks its packages; {needed}", f"run `{row.setup}`")
        except CvgenError as error:
            yield Check(status, name, f"{error.message}; {needed}", f"run `{row.setup}`")


def _fonts() -> Check:
    packages = {package for package, _ in FONTS.values()}
    for name in FONTS:
        try:
            locate_font(name)
        except CvgenError as error:
            return Check("missing", "fonts", error.message, _hint(error))
    return Check("ok", "fonts", f"{len(FONTS)} files from {', '.join(sorted(packages))}")


def _hint(error: CvgenError) -> str:
    hints = error.diagnostics[0].hints
    return "; ".join(hints) or "install cvgen again: `python -m pip install --force-reinstall cvgen`"


def _trial() -> Check:
    """Typeset a line as a build does."""
    start = time.perf_counter()
    try:
        engine = find_engine()
        done = run_engine(_TRIAL, engine=engine, tree=prepare_tex_tree(find_theme(_THEME).folder))
    except CvgenError as error:
        return Check("missing", "typesetting", f"a trial failed: {error.message}", _hint(error))
    return Check(
        "ok",
        "typesetting",
        f"{engine.name} set a line in {time.perf_counter() - start:.1f} s, sandbox: {done.sandbox}",
    )


def _cache() -> Check:
    folder, wanted = cache_folder(), configured_cache_folder()
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
        answer = subprocess.run(
            (program, "--version"), capture_output=True, stdin=subprocess.DEVNULL, timeout=10, check=True
        )
    except (OSError, subprocess.SubprocessError) as problem:
        return Check("note", "git", f"{program} does not run: {problem}", "install git again")
    return Check("ok", "git", f"{answer.stdout.decode('utf-8', 'replace').strip()}, {program}")


@click.command(epilog="Example: cvgen doctor")
def command() -> int:
    """Say what is missing on this machine, and the command that fixes it.

    Exits with 0 if everything needed is there, and with 5 otherwise.
    """
    failed = 0
    for check in checks():
        failed += check.status == "missing"
        status = click.style(f"{check.status:<8}", fg=_COLORS[check.status], bold=check.status == "missing")
        click.echo(f"{status}{check.name:<12}{check.detail}")
        if check.fix:
            click.echo(f"{'':<20}{check.fix}")
    if failed:
        click.echo(f"{failed} missing", err=True)
    return ExitCode.ENGINE_MISSING if failed else ExitCode.OK
