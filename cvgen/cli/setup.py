"""cvgen setup: a TeX engine, from the platform's own package manager.

`plan` decides what to run and runs nothing; `carry_out` runs it. Only the engine is installed: fonts come with cvgen.
"""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import click

from cvgen.engine import engines
from cvgen.errors import EngineMissingError, ExitCode, UsageError

__all__ = ["MANAGERS", "Command", "Manager", "Plan", "System", "carry_out", "command", "installed", "plan"]

_NEW_TERMINAL = "open a new terminal, which knows the new programs, and run `cvgen doctor`"


@dataclass(frozen=True)
class Manager:
    """A package manager: the arguments that install without asking, and the smallest set for each engine.

    `known` asks, without rights, whether its lists know the packages; `refresh` brings the lists up to date. Both are
    empty for a manager that does so by itself. `after` says what to try when the engine is still not found.
    """

    program: str
    platform: str
    install: tuple[str, ...]
    packages: Mapping[str, tuple[str, ...]]
    known: tuple[str, ...] = ()
    refresh: tuple[str, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)
    needs_root: bool = True
    size: str = ""
    after: str = "run `cvgen doctor`"


def _tools(poppler: str) -> dict[str, tuple[str, ...]]:
    """Return the packages of the programs that cvgen's own tests call."""
    return {"pdftotext": (poppler,), "qpdf": ("qpdf",)}


_APT_LOCK = ("-o", "DPkg::Lock::Timeout=120")  # another apt may be at work on a machine that has just started

_TABLE = (
    Manager(
        "apt-get",
        "linux",
        ("install", "--yes", "--no-install-recommends", *_APT_LOCK),
        {"xelatex": ("texlive-xetex",), "lualatex": ("texlive-luatex",), **_tools("poppler-utils")},
        known=("install", "--simulate", "--quiet=2", "--no-install-recommends"),
        refresh=("update", "--quiet", *_APT_LOCK),
        environment={"DEBIAN_FRONTEND": "noninteractive"},
        size="about 70 MB to download",
    ),
    Manager(
        "dnf",
        "linux",
        ("install", "--assumeyes", "--setopt=install_weak_deps=False"),
        {
            "xelatex": ("texlive-xetex", "texlive-latex"),
            "lualatex": ("texlive-luatex", "texlive-latex", "texlive-luaotfload"),
            "tectonic": ("tectonic",),
            **_tools("poppler-utils"),
        },
    ),
    Manager(
        "pacman",
        "linux",
        ("-S", "--needed", "--noconfirm"),
        {
            "xelatex": ("texlive-xetex", "texlive-latex"),
            "lualatex": ("texlive-luatex", "texlive-latex"),
            "tectonic": ("tectonic",),
            **_tools("poppler"),
        },
        known=("-Si",),
        refresh=("-Sy",),
    ),
    Manager(
        "apk",
        "linux",
        ("add", "--no-cache"),
        {
            "xelatex": ("texlive-xetex",),
            "lualatex": ("texlive-luatex",),
            "tectonic": ("tectonic",),
            **_tools("poppler-utils"),
        },
    ),
    Manager(
        "brew",
        "darwin",
        ("install",),
        {
            "xelatex": ("--cask", "basictex"),
            "lualatex": ("--cask", "basictex"),
            "tectonic": ("tectonic",),
            **_tools("poppler"),
        },
        needs_root=False,
        size="about 100 MB to download",
        after=_NEW_TERMINAL,
    ),
    Manager(
        "winget",
        "win32",
        ("install", "--exact", "--accept-package-agreements", "--accept-source-agreements", "--id"),
        {"xelatex": ("MiKTeX.MiKTeX",), "lualatex": ("MiKTeX.MiKTeX",)},
        needs_root=False,
        after=_NEW_TERMINAL,
    ),
)
MANAGERS: Mapping[str, Manager] = {manager.program: manager for manager in _TABLE}


@dataclass(frozen=True)
class System:
    """What `plan` must know of the machine. `path` is where programs are looked for, None for the process's own."""

    platform: str
    is_root: bool
    is_terminal: bool
    path: str | None = None

    @classmethod
    def here(cls) -> System:
        """Look at this machine."""
        is_root = sys.platform != "win32" and os.geteuid() == 0
        return cls(sys.platform, is_root, sys.stdin is not None and sys.stdin.isatty())

    def has(self, program: str) -> bool:
        """Return whether a program can be started by its name."""
        return shutil.which(program, path=self.path) is not None


@dataclass(frozen=True)
class Command:
    """A command to run. `str` gives it as one would type it."""

    arguments: tuple[str, ...]
    environment: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return " ".join(
            [*(f"{name}={value}" for name, value in self.environment.items()), shlex.join(self.arguments)]
        )

    def as_root(self, sudo: Sequence[str]) -> Command:
        """Return the command for someone who needs `sudo`, which lets no variable through by itself."""
        variables = tuple(f"{name}={value}" for name, value in self.environment.items())
        return Command((*sudo, *(("env", *variables) if variables else ()), *self.arguments))


@dataclass(frozen=True)
class Plan:
    """What will be run: `refresh` only where `known` fails, or when `install` fails without it."""

    manager: Manager
    install: Command
    known: Command | None = None
    refresh: Command | None = None


def installed(name: str) -> str | None:
    """Return the path of an engine, or of another program, that is there and complete, or None."""
    if name not in engines.ENGINES:
        return shutil.which(name)
    try:
        return engines.find_engine(name).program
    except EngineMissingError:
        return None


def plan(system: System, names: Sequence[str], manager: str | None = None) -> Plan:
    """Decide how to install the engines called `names`. Raises EngineMissingError where someone else must do it."""
    chosen = _manager(system, manager)
    if any(name not in chosen.packages for name in names):
        raise EngineMissingError(
            f"{chosen.program} has no package for {' and '.join(names)}",
            hints=("install it by hand, or use the default engine: `cvgen setup`",),
        )
    packages = tuple(dict.fromkeys(package for name in names for package in chosen.packages[name]))
    known = Command((chosen.program, *chosen.known, *packages)) if chosen.known else None
    refresh = Command((chosen.program, *chosen.refresh)) if chosen.refresh else None
    install = Command((chosen.program, *chosen.install, *packages), chosen.environment)
    if system.is_root or not chosen.needs_root:
        return Plan(chosen, install, known, refresh)
    if not system.has("sudo"):
        first = f"{refresh}; " if refresh else ""
        raise EngineMissingError(
            f"installing {' and '.join(names)} needs an administrator's rights, and there is no sudo",
            hints=(f"ask an administrator to run: {first}{install}",),
        )
    # Without a terminal sudo must not wait for a password.
    sudo = ("sudo",) if system.is_terminal else ("sudo", "-n")
    return Plan(chosen, install.as_root(sudo), known, refresh.as_root(sudo) if refresh else None)


def _manager(system: System, name: str | None) -> Manager:
    if name is not None:
        if not system.has(name):
            raise UsageError(f"there is no `{name}` on this machine", hints=("leave --manager out",))
        return MANAGERS[name]
    for manager in MANAGERS.values():
        if manager.platform == system.platform and system.has(manager.program):
            return manager
    raise EngineMissingError(
        f"there is no package manager here that cvgen knows ({', '.join(MANAGERS)})",
        hints=("install TeX Live with XeLaTeX by hand: https://tug.org/texlive", "then run `cvgen doctor`"),
    )


def carry_out(plan: Plan, *, quiet: bool = False) -> None:
    """Run a plan. Raises EngineMissingError when the package manager fails, after one try with fresh lists."""
    refresh = plan.refresh
    if refresh and plan.known and _run(plan.known, silent=True):
        _run(refresh, quiet=quiet)
        refresh = None
    code = _run(plan.install, quiet=quiet)
    if code and refresh:
        click.echo(f"{plan.manager.program} failed; again, with fresh lists")
        _run(refresh, quiet=quiet)
        code = _run(plan.install, quiet=quiet)
    if code:
        raise EngineMissingError(
            f"{plan.manager.program} failed with exit code {code}; its own words are above",
            hints=(f"once that is fixed, run `cvgen setup` again, or: {plan.install}",),
        )


def _run(command: Command, *, quiet: bool = False, silent: bool = False) -> int:
    """Run a command and return its exit code. A quiet one is heard only if it fails, a silent one never."""
    sys.stdout.flush()
    try:
        done = subprocess.run(
            command.arguments,
            env={**os.environ, **command.environment},
            stdin=None if sys.stdin is not None and sys.stdin.isatty() else subprocess.DEVNULL,
            stdout=subprocess.PIPE if quiet or silent else None,
            stderr=subprocess.STDOUT if quiet or silent else None,
            check=False,
        )
    except OSError as problem:
        raise EngineMissingError(f"`{command.arguments[0]}` does not start: {problem.strerror}") from problem
    if done.returncode and quiet:
        click.echo(done.stdout.decode("utf-8", "replace")[-4000:], err=True)
    return done.returncode


@click.command(epilog="Example: cvgen setup --yes")
@click.option(
    "--engine",
    type=click.Choice(["xelatex", "lualatex", "tectonic", "all"]),
    default="xelatex",
    show_default=True,
    help="The engine to install; all: xelatex and lualatex.",
)
@click.option("--dev", is_flag=True, help="All that cvgen's own tests need: both engines, poppler, qpdf.")
@click.option(
    "--manager", type=click.Choice(list(MANAGERS)), help="Use this package manager.  [default: the first found]"
)
@click.option("-y", "--yes", is_flag=True, help="Do not ask.")
@click.option("--dry-run", is_flag=True, help="Print what would be run, and stop.")
@click.option("-q", "--quiet", is_flag=True, help="Keep the package manager's output back unless it fails.")
def command(engine: str, dev: bool, manager: str | None, yes: bool, dry_run: bool, quiet: bool) -> int:
    """Install a TeX engine with the platform's own package manager."""
    wanted = ["xelatex", "lualatex"] if engine == "all" or dev else [engine]
    wanted += ["pdftotext", "qpdf"] if dev else []
    places = {name: installed(name) for name in wanted}
    missing = [name for name in wanted if places[name] is None]
    for name in wanted:
        if places[name]:
            click.echo(f"{name} is installed: {places[name]}")
    if not missing:
        return ExitCode.OK
    system = System.here()
    made = plan(system, missing, manager)
    _announce(made, missing)
    if dry_run:
        return ExitCode.OK
    if not yes and not system.is_terminal:
        raise UsageError(
            "without a terminal there is no answer to the question whether to install",
            hints=("`cvgen setup --yes` installs without asking",),
        )
    if not yes and not click.confirm("go ahead?", default=True):
        click.echo("nothing was installed")
        return ExitCode.ENGINE_MISSING
    carry_out(made, quiet=quiet)
    return _verify(made, missing)


def _announce(made: Plan, missing: Sequence[str]) -> None:
    click.echo(f"{' and '.join(missing)} will be installed with {made.manager.program}:")
    if made.refresh:
        click.echo(f"  {made.refresh}  (only if its lists are empty or old)")
    click.echo(f"  {made.install}")
    size = f"{made.manager.size}; " if made.manager.size else ""
    click.echo(f"{size}it takes a minute or two, as TeX builds its formats. fonts are there already")


def _verify(made: Plan, names: Sequence[str]) -> int:
    for name in names:
        place = installed(name)
        if place is None:
            raise EngineMissingError(
                f"{made.manager.program} is done, but `{name}` is still not found", hints=(made.manager.after,)
            )
        click.echo(f"{name} is installed: {place}")
    return ExitCode.OK
