"""Commands as processes of their own, and what is left of them."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

# A runner in the background may have signals ignored, and what it starts too.
ON_A_TERMINAL = (
    "import signal; signal.signal(signal.SIGINT, signal.default_int_handler); "
    "signal.signal(signal.SIGHUP, signal.SIG_DFL)"
)


def spawn(*arguments, before=ON_A_TERMINAL, **options):
    """Start cvgen, in which Ctrl-C works as on a terminal, and its closing too; `before` runs first."""
    program = f"{before}; import cvgen.cli.app; cvgen.cli.app.main()"
    # A file that is open when a signal comes is closed without a word.
    strict = ("-W", "error", "-W", "ignore::ResourceWarning")
    return subprocess.Popen([sys.executable, *strict, "-c", program, *map(str, arguments)], **options)


def run(*arguments, **options):
    """Run cvgen to its end."""
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    with spawn(*arguments, **pipes, **options) as process:
        out, err = process.communicate(timeout=300)
    return subprocess.CompletedProcess(arguments, process.returncode, out, err)


def wait_for(condition, seconds=60):
    """Wait until a condition holds."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, f"it did not happen in {seconds} seconds"
        time.sleep(0.02)


def send(process, number):
    """Send a signal: those of a terminal to its whole session."""
    os.killpg(process.pid, number) if number in (signal.SIGINT, signal.SIGHUP) else process.send_signal(number)


def _each():
    return [entry for entry in Path("/proc").iterdir() if entry.name.isdigit()]


def processes_with(mark):
    """Return the processes that have `mark` in their command line."""
    found = []
    for entry in _each():
        with contextlib.suppress(OSError):
            if mark.encode() in (entry / "cmdline").read_bytes():
                found.append(int(entry.name))
    return found


def processes_in(folder):
    """Return the processes that work in a folder."""
    found = []
    for entry in _each():
        with contextlib.suppress(OSError):
            if os.readlink(entry / "cwd").startswith(str(folder)):  # noqa: PTH115 - of a folder that may be gone
                found.append(int(entry.name))
    return found


def children_of(parent):
    """Return the processes that a process started."""
    found = []
    for entry in _each():
        with contextlib.suppress(OSError):
            if int((entry / "stat").read_text().rpartition(")")[2].split()[1]) == parent:
                found.append(int(entry.name))
    return found


def work_folders(folder):
    """Return the names of cvgen's work folders in the folder for temporary files."""
    return sorted(entry.name for entry in folder.glob("cvgen-*"))


def terminal_output(terminal):
    """Read what is printed on a terminal, until nothing holds it open any more."""
    seen = b""
    with contextlib.suppress(OSError):  # how a terminal shows its end
        while more := os.read(terminal, 65536):
            seen += more
    os.close(terminal)
    return seen


def is_gone(pid, seconds=5.0):
    """Return whether a process ends within some seconds; a zombie that waits for init has ended."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        try:
            state = Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()[0]
        except OSError:
            return True
        if state in "ZX":
            return True
        time.sleep(0.02)
    return False
