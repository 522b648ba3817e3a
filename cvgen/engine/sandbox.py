"""Start a program so that it reaches only what it is given, and end it with all its children.

Landlock (Linux 5.13 and later) restricts a thread, and what that thread starts inherits the restriction. So each
program is started from a thread of its own, which restricts itself first and ends with the program: nothing runs
between fork and exec, which would be unsafe in a threaded process, and the caller stays unrestricted.

The thread also stays until the program has ended because the kernel ties the death signal, by which an engine does
not outlive a killed cvgen, to the thread that started it (`PR_SET_PDEATHSIG`, prctl(2)).
"""

from __future__ import annotations

import contextlib
import ctypes
import functools
import os
import signal
import subprocess
import sys
import threading
import time
import weakref
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Literal, Self, TypeAlias

if sys.platform != "win32":
    import resource

from cvgen.errors import EngineMissingError, TypesettingError

__all__ = [
    "LIMITS",
    "SYSTEM_READS",
    "SandboxMode",
    "SandboxedProcess",
    "landlock_version",
    "set_death_signal",
    "start_sandboxed",
]

SandboxMode: TypeAlias = Literal["auto", "required", "off"]

# What any engine of a distribution's or of TeX Live's own installation reads. Missing ones are left out.
SYSTEM_READS = (
    *("/usr", "/bin", "/lib", "/lib32", "/lib64", "/nix/store", "/gnu/store"),
    *("/etc/ld.so.cache", "/etc/alternatives", "/etc/texmf", "/etc/fonts", "/etc/papersize"),
    *("/var/lib/texmf", "/var/cache/fontconfig"),
    "/sys/kernel/mm/transparent_hugepage",  # glibc looks there before it asks for large pages
)
_NETWORK_READS = (
    "/etc/ssl",
    "/etc/pki",
    "/etc/ca-certificates",
    "/etc/resolv.conf",
    "/etc/hosts",
    "/etc/nsswitch.conf",
)

# Names of `resource.RLIMIT_*`: bytes of address space, seconds of processor, bytes of one file, bytes of core.
# `wait` limits the time by the clock; the limit of the processor is for a program that is never waited for.
LIMITS = {"AS": 2 << 30, "CPU": 240, "FSIZE": 64 << 20, "CORE": 0}

# linux/landlock.h
_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_DIR, _REMOVE_DIR, _REMOVE_FILE = (1 << bit for bit in range(6))
_MAKE_DIR, _MAKE_REG, _REFER, _TRUNCATE = 1 << 7, 1 << 8, 1 << 13, 1 << 14
_READ = _EXECUTE | _READ_FILE | _READ_DIR
# Neither devices, sockets and pipes nor symlinks can be made, and what was written cannot be executed.
_WRITE = (
    _WRITE_FILE | _READ_FILE | _READ_DIR | _REMOVE_DIR | _REMOVE_FILE | _MAKE_DIR | _MAKE_REG | _REFER | _TRUNCATE
)
_ON_FILES = _EXECUTE | _WRITE_FILE | _READ_FILE | _TRUNCATE
_RIGHTS_BY_VERSION = {1: 13, 2: 14, 3: 15, 4: 15, 5: 16}  # how many file system rights each version knows
_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446  # the same on every architecture
_PR_SET_PDEATHSIG, _PR_SET_NO_NEW_PRIVS = 1, 38  # linux/prctl.h


class _RulesetAttr(ctypes.Structure):
    _fields_ = (("fs", ctypes.c_uint64), ("net", ctypes.c_uint64), ("scoped", ctypes.c_uint64))


class _PathBeneath(ctypes.Structure):
    _pack_ = 1
    _layout_ = "ms"
    _fields_ = (("access", ctypes.c_uint64), ("parent", ctypes.c_int32))


@functools.cache
def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def _syscall(number: int, *arguments: object) -> int:
    result: int = _libc().syscall(ctypes.c_long(number), *arguments)
    if result < 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))
    return result


def set_death_signal(number: int, parent: int) -> None:
    """Have the kernel send this process a signal when its parent ends, or at once if it has.

    On Linux; elsewhere nothing happens.
    """
    if sys.platform == "linux":
        _libc().prctl(_PR_SET_PDEATHSIG, number, 0, 0, 0)
        if os.getppid() != parent:
            os.kill(os.getpid(), number)


@functools.cache
def landlock_version() -> int:
    """Return the version of Landlock that the kernel offers to this process, 0 when there is none."""
    if sys.platform != "linux":
        return 0
    try:
        return _syscall(_CREATE_RULESET, None, ctypes.c_size_t(0), ctypes.c_uint32(1))
    except OSError:
        return 0


def _allow(ruleset: int, path: str | Path, rights: int) -> None:
    """Allow `rights` at `path` and below; a path that does not exist needs no rule."""
    try:
        place = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return
    try:
        if not os.path.isdir(f"/proc/self/fd/{place}"):  # noqa: PTH112 - no Path is wanted for a descriptor
            rights &= _ON_FILES
        rule = _PathBeneath(rights, place)
        _syscall(_ADD_RULE, ctypes.c_int(ruleset), ctypes.c_int(1), ctypes.byref(rule), ctypes.c_uint32(0))
    finally:
        os.close(place)


def _ruleset(reads: Iterable[str | Path], writes: Iterable[str | Path], *, network: bool) -> int:
    """Make a Landlock rule set and return its descriptor. Raises OSError."""
    version = landlock_version()
    known = (1 << _RIGHTS_BY_VERSION.get(version, 16)) - 1
    # From version 4 on no TCP; from 6 on no abstract sockets and no signals to processes outside.
    attributes = _RulesetAttr(known, 0 if network or version < 4 else 3, 3 if version >= 6 else 0)
    size = 8 if version < 4 else 16 if version < 6 else 24
    ruleset = _syscall(_CREATE_RULESET, ctypes.byref(attributes), ctypes.c_size_t(size), ctypes.c_uint32(0))
    try:
        for path in (*SYSTEM_READS, *(_NETWORK_READS if network else ()), *reads):
            _allow(ruleset, path, _READ & known)
        for path in writes:
            _allow(ruleset, path, _WRITE & known)
        _allow(ruleset, os.devnull, (_READ_FILE | _WRITE_FILE | _TRUNCATE) & known)
        _allow(ruleset, "/dev/urandom", _READ_FILE)
    except BaseException:
        os.close(ruleset)
        raise
    return ruleset


def _restrict_thread(ruleset: int) -> None:
    """Put the calling thread, and all that it starts from now on, under `ruleset`. Raises OSError."""
    if _libc().prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))
    _syscall(_RESTRICT_SELF, ctypes.c_int(ruleset), ctypes.c_uint32(0))


@functools.cache
def _mortal() -> tuple[str, ...]:
    """Return the command prefix that makes a program die with cvgen, empty where there is none.

    util-linux has it, BusyBox's program of the same name does not. It costs 2 ms, and asking it what it can do would
    cost as much again, so look; a Python launcher costs 20.
    """
    program = Path("/usr/bin/setpriv")
    if sys.platform == "linux" and os.access(program, os.X_OK):
        with contextlib.suppress(OSError):
            if program.stat().st_size < 1 << 20 and b"pdeathsig" in program.read_bytes():
                return (str(program), "--pdeathsig", "KILL")
    return ()


def _unavailable(reason: object) -> TypesettingError:
    return TypesettingError(
        f"the sandbox is required and not available: {reason}",
        hints=("Landlock needs Linux 5.13 or later with it enabled, and a container that allows it",),
    )


def _kill_group(process: subprocess.Popen[bytes]) -> None:
    """Kill a process and what is left of its session."""
    if process.returncode is None:
        if sys.platform != "win32":
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid, signal.SIGKILL)
        process.kill()


class SandboxedProcess:
    """A started program, the leader of a session of its own. A context manager: leaving it ends all of them.

    `layers` names what restricts it: `landlock, rlimits`, or `none`.
    """

    def __init__(
        self,
        arguments: Sequence[str],
        folder: Path,
        environment: Mapping[str, str],
        mode: SandboxMode,
        ruleset: int | None,
        *,
        waiting: bool = False,
    ) -> None:
        self.layers = ""
        self._input = subprocess.PIPE if waiting else subprocess.DEVNULL
        self._arguments, self._folder, self._environment = tuple(arguments), folder, dict(environment)
        self._mode, self._ruleset = mode, ruleset
        self._process: subprocess.Popen[bytes] | None = None
        self._problem: BaseException | None = None
        self._started, self._ended = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._stay, name="cvgen-engine", daemon=True)

    def _stay(self) -> None:
        # Under Landlock Python's import system sees empty folders, and remembers it: import nothing from here on.
        try:
            self._restrict()
            self._process = subprocess.Popen(
                self._arguments,
                cwd=self._folder,
                env=self._environment,
                stdin=self._input,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
            weakref.finalize(self, _kill_group, self._process)  # at the end of the program, whatever becomes of us
        except BaseException as problem:  # start() raises it again, in the caller's thread
            self._problem = problem
            return
        finally:
            self._started.set()
        try:
            # WNOWAIT leaves a zombie, so that its process group cannot be another's when close() kills it.
            if sys.platform == "linux":
                os.waitid(os.P_PID, self._process.pid, os.WEXITED | os.WNOWAIT)
            else:
                self._process.wait()
        except ChildProcessError:
            pass  # the host program ignores SIGCHLD: the kernel has reaped it
        finally:
            self._ended.set()

    def _restrict(self) -> None:
        if self._ruleset is None:
            return
        try:
            _restrict_thread(self._ruleset)
        except OSError as problem:
            if self._mode == "required":
                raise _unavailable(problem) from problem
            self._ruleset = None

    def start(self) -> None:
        """Start it; return when it runs. Raises what `subprocess.Popen` raises."""
        try:
            self._thread.start()
            self._raise_problem()
            active = {"landlock": self._ruleset is not None, "rlimits": self._mode != "off" and self._limit()}
            self.layers = ", ".join(name for name in active if active[name]) or "none"
        except BaseException:
            self.close()
            raise

    def _raise_problem(self) -> None:
        self._started.wait()
        if self._problem is not None:
            raise self._problem

    def _limit(self) -> bool:
        """Set resource limits from outside: without code between fork and exec there is no other way."""
        if sys.platform != "linux" or self._process is None:
            return False
        try:
            for name, value in LIMITS.items():
                kind = getattr(resource, f"RLIMIT_{name}")
                hard = resource.prlimit(self._process.pid, kind)[1]
                limit = value if hard == resource.RLIM_INFINITY else min(value, hard)
                resource.prlimit(self._process.pid, kind, (limit, limit))
        except ProcessLookupError:
            pass  # it has ended already
        except OSError as problem:
            if self._mode == "required":
                raise _unavailable(problem) from problem
            return False
        return True

    def is_running(self) -> bool:
        """Tell whether the program has not ended yet."""
        return self._started.is_set() and self._process is not None and not self._ended.is_set()

    def send_line(self) -> None:
        """Send an empty line, and the end, to a program that was started to wait; else do nothing."""
        if self._process is not None and self._process.stdin is not None:
            with contextlib.suppress(OSError, ValueError):  # it has ended, or had its line: wait() tells
                self._process.stdin.write(b"\n")
                self._process.stdin.close()

    def wait(self, seconds: float) -> int | None:
        """Return the exit status, negative for a signal; None when `seconds` pass before there is one."""
        # In steps: a signal that comes just before Python waits for a lock is not seen until the wait is over.
        until = time.monotonic() + seconds
        while not self._ended.wait(min(max(0.0, until - time.monotonic()), 0.2)):
            if time.monotonic() >= until:
                return None
        self.close()
        return self._process.returncode if self._process else None

    def kill(self) -> None:
        """Kill the program and what is left of its session, and do not wait for their end: `close` does."""
        if self._process is not None:
            _kill_group(self._process)

    def close(self) -> None:
        """Kill the program and what is left of its session. Safe to call twice."""
        if self._thread.ident is None:
            return
        self._started.wait()
        process = self._process
        if process is not None and process.returncode is None:
            self.kill()
            self._ended.wait()
            process.wait()
        if process is not None and process.stdin is not None:
            with contextlib.suppress(OSError):
                process.stdin.close()
        self._thread.join()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def start_sandboxed(
    arguments: Sequence[str],
    *,
    folder: Path,
    environment: Mapping[str, str],
    reads: Iterable[str | Path] = (),
    writes: Iterable[str | Path] = (),
    network: bool = False,
    mode: SandboxMode = "auto",
    waiting: bool = False,
) -> SandboxedProcess:
    """Start a program in `folder`; it may read `reads` and the system's TeX, and write to `writes`.

    Its standard input is empty, or with `waiting` a pipe that `SandboxedProcess.send_line` writes to; its output is
    thrown away. Mode `auto` uses the layers that the system has, `required` raises TypesettingError when one is
    missing, `off` uses none but the session.
    """
    if not os.access(arguments[0], os.X_OK):
        raise EngineMissingError(f"`{arguments[0]}` cannot be started", hints=("install it with `cvgen setup`",))
    ruleset: int | None = None
    if mode != "off" and landlock_version():
        with contextlib.suppress(OSError):
            ruleset = _ruleset(reads, writes, network=network)
    if mode == "required" and ruleset is None:
        raise _unavailable("the kernel does not offer Landlock")
    process = SandboxedProcess((*_mortal(), *arguments), folder, environment, mode, ruleset, waiting=waiting)
    try:
        process.start()
    finally:
        if ruleset is not None:
            os.close(ruleset)
    return process
