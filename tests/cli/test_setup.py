"""Installing an engine: the right command for each system, said before it is run, and believed only when seen.

Package managers are small scripts in a folder that is all of PATH: they write down what they are told.
"""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from cvgen.cli.setup import MANAGERS, System, carry_out, command, installed, plan
from cvgen.engine.engines import ENGINES
from cvgen.errors import EngineMissingError, UsageError

PLATFORMS = {
    "apt-get": "linux",
    "dnf": "linux",
    "pacman": "linux",
    "apk": "linux",
    "brew": "darwin",
    "winget": "win32",
}

QUIETLY = "DEBIAN_FRONTEND=noninteractive"


class Machine:
    """A folder of programs that stands for a machine, and the list of what they were called with."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.journal = folder / "journal"
        self.journal.touch()
        (folder / "env").symlink_to(shutil.which("env") or "/usr/bin/env")

    def program(self, name: str, script: str = "") -> Path:
        path = self.folder / name
        path.write_text(
            f'#!/bin/sh\necho "{name} $*" >> {shlex.quote(str(self.journal))}\n{script}\n', encoding="utf-8"
        )
        path.chmod(0o755)
        return path

    def brings(self, name: str) -> str:
        """Return shell code that puts a program called `name` on the machine."""
        path = shlex.quote(str(self.folder / name))
        return f"echo '#!/bin/sh' > {path}; /bin/chmod 755 {path}"

    def calls(self) -> list[str]:
        return self.journal.read_text(encoding="utf-8").splitlines()

    def system(self, **told: object) -> System:
        return System(
            **{"platform": "linux", "is_root": True, "is_terminal": False, "path": str(self.folder), **told}
        )

    def cvgen(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run `cvgen setup` on this machine, with nobody at the keyboard."""
        return subprocess.run(
            (sys.executable, "-m", "cvgen", "setup", *arguments),
            env={**os.environ, "PATH": str(self.folder), **environment},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    made = Machine(folder)
    # A user without rights has sudo, so that these tests say the same to root and to others.
    made.program("sudo", 'test "$1" = -n && shift; exec "$@"')
    return made


def words(system: System, names: Sequence[str] = ("xelatex",), manager: str | None = None) -> str:
    return str(plan(system, names, manager).install)


@pytest.mark.parametrize(
    ("manager", "command"),
    [
        (
            "apt-get",
            f"{QUIETLY} apt-get install --yes --no-install-recommends -o DPkg::Lock::Timeout=120 texlive-xetex",
        ),
        ("dnf", "dnf install --assumeyes --setopt=install_weak_deps=False texlive-xetex texlive-latex"),
        ("pacman", "pacman -S --needed --noconfirm texlive-xetex texlive-latex"),
        ("apk", "apk add --no-cache texlive-xetex"),
        ("brew", "brew install --cask basictex"),
        (
            "winget",
            "winget install --exact --accept-package-agreements --accept-source-agreements --id MiKTeX.MiKTeX",
        ),
    ],
)
def test_each_package_manager_gets_the_smallest_set_that_typesets(
    machine: Machine, manager: str, command: str
) -> None:
    """Each system's own manager is found by itself, and never asks a question."""
    machine.program(manager)
    assert words(machine.system(platform=PLATFORMS[manager])) == command


def test_every_package_manager_of_the_table_is_tried_here() -> None:
    """No manager is offered whose command nobody has looked at."""
    assert list(MANAGERS) == list(PLATFORMS)


def test_the_first_manager_that_belongs_to_the_system_is_taken(machine: Machine) -> None:
    """A foreign dnf on Debian is not the system's, and Homebrew on Linux has no casks."""
    machine.program("brew")
    with pytest.raises(EngineMissingError, match="no package manager"):
        plan(machine.system(), ["xelatex"])
    machine.program("dnf")
    assert words(machine.system()).startswith("dnf ")
    machine.program("apt-get")
    assert words(machine.system()).startswith(f"{QUIETLY} apt-get ")


def test_a_forced_manager_is_taken_and_must_be_there(machine: Machine) -> None:
    """`--manager dnf` means dnf."""
    machine.program("apt-get")
    machine.program("dnf")
    assert words(machine.system(), manager="dnf").startswith("dnf ")
    with pytest.raises(UsageError, match="no `pacman`"):
        plan(machine.system(), ["xelatex"], "pacman")


def test_two_engines_are_installed_at_once(machine: Machine) -> None:
    """One command for both, each package once."""
    machine.program("pacman")
    made = words(machine.system(), ("xelatex", "lualatex"))
    assert made == "pacman -S --needed --noconfirm texlive-xetex texlive-latex texlive-luatex"


def test_an_engine_that_a_manager_lacks_is_named(machine: Machine) -> None:
    """apt-get has no Tectonic: said before anything is run."""
    machine.program("apt-get")
    with pytest.raises(EngineMissingError, match="apt-get has no package for tectonic"):
        plan(machine.system(), ["tectonic"])


def test_a_user_without_rights_installs_through_sudo(machine: Machine) -> None:
    """sudo drops variables, so they are set behind it; without a terminal it may not wait for a password."""
    machine.program("apt-get")
    made = plan(machine.system(is_root=False, is_terminal=True), ["xelatex"])
    assert str(made.install).startswith("sudo env DEBIAN_FRONTEND=noninteractive apt-get install ")
    assert str(made.refresh).startswith("sudo apt-get update")
    assert words(machine.system(is_root=False)).startswith("sudo -n env ")


def test_homebrew_is_never_run_as_another_user(machine: Machine) -> None:
    """Homebrew refuses to run as root, and asks for a password itself."""
    machine.program("brew")
    assert words(machine.system(platform="darwin", is_root=False)) == "brew install --cask basictex"


def test_without_rights_and_sudo_the_administrators_command_is_told(machine: Machine) -> None:
    """Exit code 5, and a line to paste into a mail."""
    machine.program("apt-get")
    (machine.folder / "sudo").unlink()
    with pytest.raises(EngineMissingError) as caught:
        plan(machine.system(is_root=False), ["xelatex"])
    (hint,) = caught.value.diagnostics[0].hints
    assert "apt-get update" in hint
    assert "apt-get install --yes --no-install-recommends" in hint
    assert hint.endswith("texlive-xetex")


def test_without_a_known_manager_it_says_what_to_install(machine: Machine) -> None:
    """Exit code 5 with the name of the thing and where to get it."""
    (machine.folder / "sudo").unlink()
    done = machine.cvgen("--yes")
    assert done.returncode == 5
    assert "TeX Live with XeLaTeX" in done.stderr
    assert "https://tug.org/texlive" in done.stderr


def test_an_engine_that_is_there_is_left_alone(machine: Machine) -> None:
    """Running setup twice is harmless: it exits with 0 and starts no package manager."""
    machine.program("apt-get")
    machine.program("xelatex")
    done = machine.cvgen("--yes")
    assert (done.returncode, machine.calls()) == (0, [])
    assert "xelatex is installed" in done.stdout


def test_lualatex_without_its_lua_code_counts_as_missing(machine: Machine) -> None:
    """Debian's texlive-xetex brings a `lualatex` that can load no font."""
    machine.program("lualatex")
    machine.program("kpsewhich", "exit 1")
    assert installed("lualatex") is None
    machine.program("kpsewhich", "exit 0")
    assert installed("lualatex") == str(machine.folder / "lualatex")


def test_a_fresh_machine_gets_an_engine(machine: Machine) -> None:
    """It says what it will do, does that, shows the manager's own words, and looks whether the engine is there."""
    machine.program(
        "apt-get", f'case "$*" in *--simulate*) exit 0;; esac; echo unpacking; {machine.brings("xelatex")}'
    )
    done = machine.cvgen("--yes")
    assert done.returncode == 0, done.stderr
    install = [call for call in machine.calls() if call.startswith("apt-get") and "--simulate" not in call]
    assert install == ["apt-get install --yes --no-install-recommends -o DPkg::Lock::Timeout=120 texlive-xetex"]
    announced, own, found = (
        done.stdout.index(part) for part in ("apt-get install", "unpacking", "xelatex is installed")
    )
    assert announced < own < found


def test_empty_lists_are_filled_before_installing(machine: Machine) -> None:
    """A fresh container knows no package: its lists are fetched first, and only then."""
    stamp = shlex.quote(str(machine.folder / "lists"))
    machine.program(
        "apt-get",
        f'case "$*" in update*) : > {stamp};; *) test -e {stamp} || exit 100;; esac\n'
        f'case "$*" in *--yes*) {machine.brings("xelatex")};; esac',
    )
    carry_out(plan(machine.system(), ["xelatex"]))
    assert [call.split()[1] for call in machine.calls()] == ["install", "update", "install"]
    assert "--simulate" in machine.calls()[0]


def test_old_lists_are_fetched_again_when_installing_fails(machine: Machine) -> None:
    """Packages that the lists name may be gone from the server: one more try with fresh lists."""
    stamp = shlex.quote(str(machine.folder / "lists"))
    machine.program("apt-get", f'case "$*" in update*) : > {stamp};; *--yes*) test -e {stamp} || exit 100;; esac')
    carry_out(plan(machine.system(), ["xelatex"]))
    assert ["update" in call for call in machine.calls()] == [False, False, True, False]


def test_a_manager_that_fails_is_quoted_and_not_tried_for_ever(machine: Machine) -> None:
    """Exit code 5 with the manager's own words, also when it was to be quiet."""
    machine.program("apt-get", 'case "$*" in *--simulate*) exit 0;; esac; echo "no room on the disk"; exit 100')
    done = machine.cvgen("--yes", "--quiet")
    assert done.returncode == 5
    assert "no room on the disk" in done.stderr
    assert "exit code 100" in done.stderr
    assert len([call for call in machine.calls() if "--yes" in call]) <= 4  # twice, and each through sudo


def test_success_that_brings_no_engine_is_not_believed(machine: Machine) -> None:
    """A manager that says yes and installs nothing gives exit code 5."""
    machine.program("apk")
    done = machine.cvgen("--yes")
    assert done.returncode == 5
    assert "still not found" in done.stderr


def test_nothing_is_run_in_a_dry_run(machine: Machine) -> None:
    """What would be run is printed, and only that."""
    machine.program("apt-get")
    done = machine.cvgen("--dry-run")
    assert (done.returncode, machine.calls()) == (0, [])
    assert "apt-get install --yes --no-install-recommends" in done.stdout


def test_nobody_to_ask_means_no(machine: Machine) -> None:
    """Without a terminal and without --yes nothing is installed: exit code 2, naming --yes."""
    machine.program("apk", machine.brings("xelatex"))
    done = machine.cvgen()
    assert (done.returncode, machine.calls()) == (2, [])
    assert "cvgen setup --yes" in done.stderr


def test_quiet_keeps_a_successful_manager_silent(machine: Machine) -> None:
    """With -q only cvgen's own lines are printed."""
    machine.program("apk", f"echo fetching; {machine.brings('xelatex')}")
    done = machine.cvgen("--yes", "-q")
    assert done.returncode == 0, done.stderr
    assert "fetching" not in done.stdout + done.stderr


def test_every_command_that_an_engine_names_is_understood() -> None:
    """The hint `cvgen setup --engine …` of a missing engine is one that can be followed."""
    assert ENGINES
    for engine in ENGINES.values():
        program, name, *arguments = shlex.split(engine.setup)
        assert (program, name) == ("cvgen", "setup")
        command.make_context("setup", arguments)
