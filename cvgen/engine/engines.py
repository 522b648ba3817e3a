"""The table of TeX engines, and where they are on this machine."""

from __future__ import annotations

import dataclasses
import functools
import os
import shutil
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from cvgen.errors import EngineMissingError, UsageError

__all__ = ["ENGINES", "Engine", "engine_version", "find_engine", "search_path"]


def _tex_live(jobname: str) -> tuple[str, ...]:
    options = ("-interaction=nonstopmode", "-halt-on-error", "-file-line-error", "-recorder", "-no-shell-escape")
    return (*options, f"-jobname={jobname}", f"{jobname}.tex")


def _tectonic(jobname: str) -> tuple[str, ...]:
    # --untrusted switches search paths off, hence `links`.
    return ("--untrusted", "--keep-logs", "--keep-intermediates", "--color=never", "--outdir=.", f"{jobname}.tex")


@dataclass(frozen=True, slots=True)
class Engine:
    """A row of the table of engines. `program` is a path once the engine is found, a name before.

    `format` is the one that it starts with, for engines of which another can be dumped (see `format_cache`).
    """

    name: str
    program: str
    arguments: Callable[[str], tuple[str, ...]] = _tex_live
    setup: str = "cvgen setup"  # the command that installs it
    own_passes: bool = False  # runs again by itself as often as needed
    needs: str = ""  # a file of TeX's without which it is of no use
    links: bool = False  # finds our files in the work folder only
    keeps: bool = False  # writes to the tree's `var`
    network: bool = False
    reads: tuple[str, ...] = ()  # further places that it reads
    format: str = ""


_ROWS = (
    Engine("xelatex", "xelatex", format="xelatex"),
    Engine("lualatex", "lualatex", setup="cvgen setup --engine lualatex", keeps=True, needs="luaotfload.sty"),
    Engine(
        "tectonic",
        "tectonic",
        arguments=_tectonic,
        setup="cvgen setup --engine tectonic",
        own_passes=True,
        links=True,
        keeps=True,
        network=True,  # it downloads the packages that it lacks
    ),
)
ENGINES: Mapping[str, Engine] = {engine.name: engine for engine in _ROWS}


def find_engine(name: str = "auto") -> Engine:
    """Return the named engine with the path of its program; `auto` takes the first of the table that is installed.

    Raises EngineMissingError, whose hint names the command that installs it, and UsageError for an unknown name.
    """
    if name != "auto" and name not in ENGINES:
        known = ", ".join(f"`{known}`" for known in ("auto", *ENGINES))
        raise UsageError(f"`{name}` is not an engine", hints=(f"use one of {known}",))
    for engine in ENGINES.values() if name == "auto" else (ENGINES[name],):
        program = shutil.which(engine.program)
        if program and _has_file(program, engine.needs):
            return dataclasses.replace(engine, program=os.path.abspath(program))  # noqa: PTH100 - keep its symlink
    if name == "auto":
        raise EngineMissingError("no TeX engine is installed", hints=("install XeLaTeX with `cvgen setup`",))
    raise EngineMissingError(f"`{name}` is not installed", hints=(f"install it with `{ENGINES[name].setup}`",))


def _has_file(program: str, name: str) -> bool:
    """Tell whether TeX has the file without which the engine is of no use, where there is one.

    Debian's texlive-xetex brings the program `lualatex` too, but not the Lua code without which it loads no font.
    """
    asks = shutil.which("kpsewhich", path=os.path.dirname(program)) or shutil.which("kpsewhich")  # noqa: PTH120
    if not name or not asks:
        return True
    question = (asks, f"-progname={Path(program).stem}", name)
    return not subprocess.run(question, capture_output=True, stdin=subprocess.DEVNULL, check=False).returncode


def search_path(program: str) -> str:
    """Return the folders in which an engine finds other programs."""
    folders = (os.path.dirname(program), os.path.dirname(os.path.realpath(program)))  # noqa: PTH120
    return ":".join(dict.fromkeys((*folders, "/usr/local/bin", "/usr/bin", "/bin")))


@functools.lru_cache(maxsize=16)
def _banner(program: str) -> str:
    environment = {"PATH": search_path(program), "HOME": "/nonexistent"}
    answer = subprocess.run(
        (program, "--version"), stdin=subprocess.DEVNULL, capture_output=True, timeout=30, check=True, env=environment
    )
    return answer.stdout.decode("utf-8", "replace").partition("\n")[0].strip()


def engine_version(engine: Engine) -> str:
    """Return the first line that the engine says of itself; asked once per process. Raises EngineMissingError."""
    try:
        return _banner(engine.program)
    except (OSError, subprocess.SubprocessError) as problem:
        raise EngineMissingError(
            f"`{engine.program}` does not run: {problem}", hints=(f"install it again with `{engine.setup}`",)
        ) from problem
