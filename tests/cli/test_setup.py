"""Installing an engine: the right command for each system, shown before it is run, and verified afterwards.

Package managers are small scripts in a folder that is all of PATH: they write down their arguments.
"""

import os
import shlex
import subprocess
import sys

import pytest

from cvgen.cli.setup import MANAGERS, System, carry_out, command, installed, plan
from cvgen.engine.engines import ENGINES
from cvgen.errors import EngineMissingError, UsageError

APT = "DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends -o DPkg::Lock::Timeout=120"
COMMANDS = {
    "apt-get": ("linux", f"{APT} texlive-xetex"),
    "dnf": ("linux", "dnf install --assumeyes --setopt=install_weak_deps=False texlive-xetex texlive-latex"),
    "pacman": ("linux", "pacman -S --needed --noconfirm texlive-xetex texlive-latex"),
    "apk": ("linux", "apk add --no-cache texlive-xetex"),
    "brew": ("darwin", "brew install --cask basictex"),
    "winget": (
        "win32",
        "winget install --exact --accept-package-agreements --accept-source-agreements --id MiKTeX.MiKTeX",
    ),
}


class Machine:
    """A folder of programs that stands for a machine, and the list of what they were called with."""

    def __init__(self, folder):
        self.folder = folder
        self.journal = folder / "journal"
        self.journal.touch()
        (folder / "env").symlink_to("/usr/bin/env")

    def program(self, name, script=""):
        path = self.folder / name
        path.write_text(f'#!/bin/sh\necho "{name} $*" >> {shlex.quote(str(self.journal))}\n{script}\n', "utf-8")
        path.chmod(0o755)

    def brings(self, name):
        """Return shell code that puts a program called `name` on the machine."""
        path = shlex.quote(str(self.folder / name))
        return f"echo '#!/bin/sh' > {path}; /bin/chmod 755 {path}"

    def calls(self):
        return self.journal.read_text("utf-8").splitlines()

    def system(self, **facts):
        return System(
            **{"platform": "linux", "is_root": True, "is_terminal": False, "path": str(self.folder), **facts}
        )

    def cvgen(self, *arguments):
        """Run `cvgen setup` on this machine, without a keyboard."""
        return subprocess.run(
            (sys.executable, "-m", "cvgen", "setup", *arguments),
            env={**os.environ, "PATH": str(self.folder)},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )


@pytest.fixture
def machine(tmp_path, monkeypatch):
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    made = Machine(folder)
    # A user without rights has sudo, so that these tests say the same to root and to others.
    made.program("sudo", 'test "$1" = -n && shift; exec "$@"')
    return made


def words(system, names=("xelatex",), manager=None):
    return str(plan(system, names, manager).install)


# --- the command ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("manager", MANAGERS)
def test_each_package_manager_gets_the_smallest_set_that_typesets(machine, manager):
    """Each system's own manager is found by itself, and never asks a question."""
    machine.program(manager)
    platform, line = COMMANDS[manager]
    assert words(machine.system(platform=platform)) == line


def test_the_first_manager_that_belongs_to_the_system_is_taken(machine):
    """A foreign dnf on Debian is not the system's, and Homebrew on Linux has no casks; `--manager dnf` means dnf."""
    machine.program("brew")
    with pytest.raises(EngineMissingError, match="no package manager"):
        plan(machine.system(), ["xelatex"])
    machine.program("dnf")
    assert words(machine.system()).startswith("dnf ")
    machine.program("apt-get")
    assert words(machine.system()).startswith(APT)
    assert words(machine.system(), manager="dnf").startswith("dnf ")
    with pytest.raises(UsageError, match="no `pacman`"):
        plan(machine.system(), ["xelatex"], "pacman")


def test_engines_of_one_manager_are_installed_at_once(machine):
    """Each package once; one that it lacks is named before anything is run."""
    machine.program("pacman")
    line = "pacman -S --needed --noconfirm texlive-xetex texlive-latex texlive-luatex"
    assert words(machine.system(), ("xelatex", "lualatex")) == line
    machine.program("apt-get")
    with pytest.raises(EngineMissingError, match="apt-get has no package for tectonic"):
        plan(machine.system(), ["tectonic"])


def test_a_user_without_rights_installs_through_sudo(machine):
    """sudo drops variables, so they are set behind it; without a terminal it may not wait for a password. Without
    sudo the message has a line to paste into a mail to an administrator. Homebrew refuses to run as root."""
    machine.program("apt-get")
    made = plan(machine.system(is_root=False, is_terminal=True), ["xelatex"])
    assert str(made.install).startswith(f"sudo env {APT} ")
    assert str(made.refresh).startswith("sudo apt-get update")
    assert words(machine.system(is_root=False)).startswith("sudo -n env ")
    (machine.folder / "sudo").unlink()
    with pytest.raises(EngineMissingError) as caught:
        plan(machine.system(is_root=False), ["xelatex"])
    (hint,) = caught.value.diagnostics[0].hints
    assert "apt-get update" in hint
    assert hint.endswith(f"{APT} texlive-xetex")
    machine.program("brew")
    assert words(machine.system(platform="darwin", is_root=False)) == "brew install --cask basictex"


@pytest.mark.parametrize("engine", ENGINES.values(), ids=lambda engine: engine.name)
def test_the_hint_of_a_missing_engine_can_be_followed(engine):
    """`cvgen setup --engine …` is understood."""
    program, name, *arguments = shlex.split(engine.setup)
    assert (program, name) == ("cvgen", "setup")
    assert command.make_context("setup", arguments)


# --- running it -----------------------------------------------------------------------------------------------------

FAILS = 'case "$*" in *--simulate*) exit 0;; esac; echo "no room on the disk"; exit 100'


@pytest.mark.parametrize(
    ("programs", "arguments", "code", "words"),
    [
        ({}, ("--yes",), 5, ["TeX Live with XeLaTeX", "https://tug.org/texlive"]),
        ({"apt-get": "", "xelatex": ""}, ("--yes",), 0, ["xelatex is installed"]),
        ({"apk": ""}, ("--yes",), 5, ["still not found"]),
        ({"apt-get": FAILS}, ("--yes", "--quiet"), 5, ["no room on the disk", "exit code 100"]),
        ({"apt-get": ""}, ("--dry-run",), 0, ["apt-get install --yes --no-install-recommends"]),
        ({"apk": ""}, (), 2, ["cvgen setup --yes"]),
    ],
    ids=["no manager", "is there", "brings nothing", "fails", "dry run", "no keyboard"],
)
def test_each_outcome_has_its_code_and_words(machine, programs, arguments, code, words):
    """A manager is started only where there is something to install and the user said yes, and never for ever."""
    for name, script in programs.items():
        machine.program(name, script)
    done = machine.cvgen(*arguments)
    assert done.returncode == code
    assert all(word in done.stdout + done.stderr for word in words)
    calls = [call for call in machine.calls() if "--simulate" not in call]
    most = 5 if "--yes" in arguments and "xelatex" not in programs else 0  # twice and an update, through sudo
    assert len(calls) <= 2 * most
    assert bool(calls) == bool(most and programs)


@pytest.mark.parametrize("quiet", [False, True])
def test_a_fresh_machine_gets_an_engine(machine, quiet):
    """It says what it will do, does that, shows the manager's own words unless `-q`, and looks for the engine."""
    machine.program("apt-get", f'case "$*" in *--simulate*) exit;; esac; echo unpacking; {machine.brings("xelatex")}')
    done = machine.cvgen("--yes", *(["-q"] if quiet else []))
    assert done.returncode == 0, done.stderr
    install = [call for call in machine.calls() if call.startswith("apt-get") and "--simulate" not in call]
    assert install == [f"{APT.partition(' ')[2]} texlive-xetex"]
    shown = ("apt-get install", *(() if quiet else ("unpacking",)), "xelatex is installed")
    places = [done.stdout.index(part) for part in shown]
    assert places == sorted(places)
    assert ("unpacking" in done.stdout) is not quiet


@pytest.mark.parametrize(
    ("script", "calls"),
    [
        (
            'case "$*" in update*) : > {stamp};; *) test -e {stamp} || exit 100;; esac',
            ["install", "update", "install"],
        ),
        (
            'case "$*" in update*) : > {stamp};; *--yes*) test -e {stamp} || exit 100;; esac',
            ["install", "install", "update", "install"],
        ),
    ],
    ids=["empty", "old"],
)
def test_lists_of_packages_are_fetched_where_they_are_of_no_use(machine, script, calls):
    """Empty in a fresh container, or so old that the packages they name are gone from the server."""
    machine.program("apt-get", script.format(stamp=shlex.quote(str(machine.folder / "lists"))))
    carry_out(plan(machine.system(), ["xelatex"]))
    assert [call.split()[1] for call in machine.calls()] == calls
    assert "--simulate" in machine.calls()[0]


def test_lualatex_without_its_lua_code_counts_as_missing(machine):
    """Debian's texlive-xetex brings a `lualatex` that can load no font."""
    machine.program("lualatex")
    machine.program("kpsewhich", "exit 1")
    assert installed("lualatex") is None
    machine.program("kpsewhich", "exit 0")
    assert installed("lualatex") == str(machine.folder / "lualatex")
