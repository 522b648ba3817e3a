"""Run a TeX engine on one file, in a folder of its own, and believe nothing it says about success.

The engine sees an environment built from nothing and, where the kernel can do it, a file system cut down to TeX's
own files and the work folder. It runs again until the files that it both reads and writes stop changing.
"""

from __future__ import annotations

import contextlib
import dataclasses
import functools
import hashlib
import os
import re
import shutil
import signal
import stat
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from cvgen.diagnostics import Span
from cvgen.errors import EngineMissingError, EngineTimeoutError, OutputError, TypesettingError, UsageError
from cvgen.latex import log as tex_log
from cvgen.latex import sandbox as walls
from cvgen.latex.runtime import Runtime

__all__ = ["ENGINES", "MOST_PASSES", "Engine", "Run", "find", "run", "version"]

MOST_PASSES = 4
_MOST_LOG, _MOST_PDF = 4 << 20, 64 << 20
_PLAIN_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*(\.[A-Za-z0-9]+)?", re.ASCII)


def _tex_live(jobname: str) -> tuple[str, ...]:
    options = ("-interaction=nonstopmode", "-halt-on-error", "-file-line-error", "-recorder", "-no-shell-escape")
    return (*options, f"-jobname={jobname}", f"{jobname}.tex")


def _tectonic(jobname: str) -> tuple[str, ...]:
    # --untrusted switches search paths off, hence `links`.
    return ("--untrusted", "--keep-logs", "--keep-intermediates", "--color=never", "--outdir=.", f"{jobname}.tex")


@dataclass(frozen=True)
class Engine:
    """A row of the table of engines. `program` is a path once the engine is found, a name before."""

    name: str
    program: str
    arguments: Callable[[str], tuple[str, ...]] = _tex_live
    setup: str = "cvgen setup"  # the command that installs it
    own_passes: bool = False  # runs again by itself as often as needed
    needs: str = ""  # a file of TeX's without which it is of no use
    links: bool = False  # finds our files in the work folder only
    keeps: bool = False  # writes to the runtime's `var`
    network: bool = False
    reads: tuple[str, ...] = ()  # further places that it reads
    environment: Mapping[str, str] = field(default_factory=dict)


_ROWS = (
    Engine("xelatex", "xelatex"),
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


@dataclass(frozen=True, slots=True)
class Run:
    """What a successful run gave. `sandbox` names the layers that were active; `settled` says that more passes
    than `passes` would have changed nothing."""

    pdf: bytes
    log: str
    passes: int
    seconds: float
    engine: str
    sandbox: str
    settled: bool = True


def find(name: str = "auto") -> Engine:
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


@functools.lru_cache(maxsize=16)
def _banner(program: str) -> str:
    environment = {"PATH": _search_path(program), "HOME": "/nonexistent"}
    answer = subprocess.run(
        (program, "--version"), stdin=subprocess.DEVNULL, capture_output=True, timeout=30, check=True, env=environment
    )
    return answer.stdout.decode("utf-8", "replace").partition("\n")[0].strip()


def version(engine: Engine) -> str:
    """Return the first line that the engine says of itself; asked once per process. Raises EngineMissingError."""
    try:
        return _banner(engine.program)
    except (OSError, subprocess.SubprocessError) as problem:
        raise EngineMissingError(
            f"`{engine.program}` does not run: {problem}", hints=(f"install it again with `{engine.setup}`",)
        ) from problem


def run(
    tex: str,
    *,
    engine: Engine,
    runtime: Runtime,
    assets: Mapping[str, bytes] | None = None,
    origins: Sequence[tuple[int, Span]] = (),
    jobname: str = "cv",
    epoch: int = 0,
    timeout: float = 60.0,
    sandbox: walls.Mode = "auto",
    keep: Path | None = None,
    keep_log: Path | None = None,
) -> Run:
    """Typeset `tex` with `assets` (plain file name to content) beside it and return the PDF.

    `origins` are pairs of a line of `tex` and the place that the text from there on comes from. `timeout` is in
    seconds, over all passes. `keep` is a folder that gets a copy of the work folder, `keep_log` a file that gets the
    log of a failed run. Raises TypesettingError, EngineTimeoutError, EngineMissingError, OutputError on a full disk.
    """
    for name in (jobname, *(assets or {})):
        if not _PLAIN_NAME.fullmatch(name) or len(name) > 100:
            raise ValueError(f"not a plain file name: {name!r}")
    begin = time.monotonic()
    with _work_folder(keep) as folder:
        _fill(folder, {**(assets or {}), f"{jobname}.tex": tex.encode()}, runtime if engine.links else None)
        job = _Job(engine, runtime, folder, jobname, epoch, sandbox, begin + timeout)
        try:
            pdf, passes, settled = job.passes()
        except _FailedError as failure:
            raise _error(job, failure, origins, keep_log) from None
        return Run(pdf, job.log(), passes, time.monotonic() - begin, engine.name, job.layers, settled)


@contextlib.contextmanager
def _work_folder(keep: Path | None) -> Iterator[Path]:
    try:
        folder = Path(tempfile.mkdtemp(prefix="cvgen-"))
    except OSError as problem:
        raise OutputError(f"no work folder can be made: {problem.strerror}", hints=("set TMPDIR",)) from problem
    try:
        yield folder
    finally:
        try:
            if keep is not None:
                _copy(folder, keep)
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def _copy(folder: Path, target: Path) -> None:
    try:
        target.mkdir(parents=True, exist_ok=True)
        for entry in folder.iterdir():
            if entry.is_file() and not entry.is_symlink():
                shutil.copyfile(entry, target / entry.name)
    except OSError as problem:
        raise OutputError(f"the work files cannot be kept in `{target}`: {problem.strerror}") from problem


def _fill(folder: Path, files: Mapping[str, bytes], runtime: Runtime | None) -> None:
    try:
        for name, data in files.items():
            (folder / name).write_bytes(data)
        for source in (runtime.folder, runtime.fonts) if runtime else ():
            for entry in source.iterdir():
                with contextlib.suppress(FileExistsError):
                    (folder / entry.name).symlink_to(entry)
    except OSError as problem:
        raise _no_space(folder, problem.strerror) from problem


def _no_space(folder: Path, reason: str | None) -> OutputError:
    hints = (f"make room in {folder.parent}, or set TMPDIR to another folder",)
    return OutputError(f"the work folder cannot be written: {reason}", hints=hints)


class _FailedError(Exception):
    """A pass failed; the message says how, for when the log does not. `slow` means that time ran out."""

    def __init__(self, message: str, *, slow: bool = False) -> None:
        super().__init__(message)
        self.slow = slow


def _search_path(program: str) -> str:
    folders = (os.path.dirname(program), os.path.dirname(os.path.realpath(program)))  # noqa: PTH120
    return ":".join(dict.fromkeys((*folders, "/usr/local/bin", "/usr/bin", "/bin")))


def _program_reads(program: str) -> tuple[Path, ...]:
    """Return where the engine's own files are: TeX Live's own installer puts them beside its programs."""
    real = Path(os.path.realpath(program))
    roots = [root for root in real.parents[1:3] if (root / "texmf-dist").is_dir()]
    return (real.parent, *roots, *(root.parent / "texmf-local" for root in roots))


@dataclass
class _Job:
    """One call of `run`: its folder, its deadline, and the layers that the sandbox reported."""

    engine: Engine
    runtime: Runtime
    folder: Path
    jobname: str
    epoch: int
    mode: walls.Mode
    deadline: float
    layers: str = "none"

    def passes(self) -> tuple[bytes, int, bool]:
        """Run until settled; return the PDF, the number of passes, and whether it settled."""
        before: dict[str, bytes] = {}
        for number in range(1, MOST_PASSES + 1):
            pdf = self.once()
            after = {} if self.engine.own_passes else self.carried(first=number == 1)
            if all(before.get(name) == digest for name, digest in after.items()):
                return pdf, number, True
            before |= after
        return pdf, MOST_PASSES, False

    def once(self) -> bytes:
        """Run the engine once. Raises _FailedError."""
        for suffix in (".pdf", ".log", ".fls"):
            (self.folder / f"{self.jobname}{suffix}").unlink(missing_ok=True)
        with walls.start(
            (self.engine.program, *self.engine.arguments(self.jobname)),
            folder=self.folder,
            environment=self.environment(),
            reads=(*self.runtime.reads(), *_program_reads(self.engine.program), *self.engine.reads),
            writes=(self.folder, self.runtime.var) if self.engine.keeps else (self.folder,),
            network=self.engine.network,
            mode=self.mode,
        ) as child:
            self.layers = child.layers
            code = child.wait(max(0.0, self.deadline - time.monotonic()))
        return self.checked(code)

    def checked(self, code: int | None) -> bytes:
        """Return the PDF of a pass, after everything that can tell a failure was asked. Raises _FailedError."""
        if code is None or code == -getattr(signal, "SIGXCPU", 0):
            raise _FailedError("it did not finish in time", slow=True)
        if code == -getattr(signal, "SIGXFSZ", 0):
            raise _FailedError("it wrote a file that grew without end")
        if code < 0:
            raise _FailedError(f"it was ended by signal {-code}")
        if code:
            raise _FailedError(f"it ended with exit code {code}")
        if tex_log.diagnose(self.log(), (), self.jobname):
            raise _FailedError("its log has an error")
        # A full disk gives exit code 0 and an empty PDF (XeTeX).
        pdf = _read(self.folder / f"{self.jobname}.pdf", _MOST_PDF)
        if not pdf.startswith(b"%PDF-") or b"%%EOF" not in pdf[-64:]:
            raise _FailedError("it wrote no PDF" if not pdf else "it wrote half a PDF")
        return pdf

    def environment(self) -> dict[str, str]:
        """Return the engine's whole environment; nothing of the caller's passes through."""
        return {
            "PATH": _search_path(self.engine.program),
            "HOME": str(self.folder),
            "TMPDIR": str(self.folder),
            "TZ": "UTC",
            "LC_ALL": "C.UTF-8",
            "SOURCE_DATE_EPOCH": str(self.epoch),
            "FORCE_SOURCE_DATE": "1",
            "max_print_line": "10000",
            "error_line": "254",
            "half_error_line": "238",
            # kpathsea would run Metafont for a font that it does not find
            **dict.fromkeys(("MKTEXTFM", "MKTEXPK", "MKTEXMF", "MKTEXTEX", "MKTEXFMT"), "0"),
            "openin_any": "p",
            "openout_any": "p",
            **self.runtime.environment(),
            **self.engine.environment,
        }

    def carried(self, *, first: bool) -> dict[str, bytes]:
        """Return the digests of the files that a pass wrote and the next one reads, by name.

        In the first pass they were not there to be read, so all that it wrote counts.
        """
        read, written = set[str](), set[str]()
        for line in _read(self.folder / f"{self.jobname}.fls", _MOST_LOG).decode("utf-8", "replace").splitlines():
            kind, _, name = line.partition(" ")
            if kind in ("INPUT", "OUTPUT") and not name.startswith("/"):
                (read if kind == "INPUT" else written).add(name.removeprefix("./"))
        outputs = {f"{self.jobname}{suffix}" for suffix in (".pdf", ".xdv", ".log", ".fls")}
        names = (written if first else read & written) - outputs
        return {name: hashlib.sha256(_read(self.folder / name, _MOST_PDF)).digest() for name in names}

    def log(self) -> str:
        """Return the log of the last pass; of one that is too long, the beginning and the end."""
        return _read(self.folder / f"{self.jobname}.log", _MOST_LOG, shorten=True).decode("utf-8", "replace")


def _read(path: Path, most: int, *, shorten: bool = False) -> bytes:
    """Read a file that a program of no trust may have made; nothing for one missing, not regular, or too long."""
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0)
    try:
        descriptor = os.open(path, flags)
    except OSError:
        return b""
    with os.fdopen(descriptor, "rb") as file:
        state = os.fstat(descriptor)
        if not stat.S_ISREG(state.st_mode) or (state.st_size > most and not shorten):
            return b""
        if state.st_size <= most:
            return file.read(most)
        head = file.read(most // 4)
        file.seek(state.st_size - most // 2)
        return head + b"\n" + file.read(most // 2)


def _error(
    job: _Job, failure: _FailedError, origins: Sequence[tuple[int, Span]], keep_log: Path | None
) -> TypesettingError | OutputError:
    """Say what went wrong: the log knows best, then the disk, then how the program ended."""
    log, hints = job.log(), list[str]()
    if keep_log is not None and log:
        with contextlib.suppress(OSError):
            keep_log.write_text(log, encoding="utf-8")
            hints.append(f"the log is in {keep_log}")
    if failure.slow:
        hints.append("try again with a longer time limit")
        return EngineTimeoutError(f"{job.engine.name} failed: {failure}", hints=hints)
    found = tex_log.diagnose(log, origins, job.jobname)
    if found:
        return TypesettingError(dataclasses.replace(one, hints=(*one.hints, *hints)) for one in found)
    with contextlib.suppress(OSError):
        if shutil.disk_usage(job.folder).free < 1 << 20:
            return _no_space(job.folder, "the disk is full")
    return TypesettingError(f"{job.engine.name} failed: {failure}", hints=hints)
