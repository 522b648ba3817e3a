"""One call of an engine: how it is started, how often, and what is believed of what it leaves behind."""

from __future__ import annotations

import hashlib
import itertools
import os
import signal
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import BufferedReader
from pathlib import Path
from typing import TYPE_CHECKING

from cvgen.files import open_file
from cvgen.latex import sandbox as walls
from cvgen.latex.engines import Engine, search_path
from cvgen.latex.runtime import Runtime

if TYPE_CHECKING:
    from cvgen.latex.preload import Preloaded

__all__ = ["MOST_PASSES", "DamagedError", "FailedError", "Job", "environment", "opened", "read", "start"]

MOST_PASSES = 4
_MOST_LOG, _MOST_PDF = 4 << 20, 64 << 20
# A font that each runtime has. The first one that is loaded makes XeTeX read fontconfig's settings.
_FIRST_FONT = "SourceSansPro-Regular.otf"

_started = itertools.count()  # engines, in this process


class FailedError(Exception):
    """A pass failed; the message says how, for when the log does not. `slow` means that time ran out."""

    def __init__(self, message: str, *, slow: bool = False) -> None:
        super().__init__(message)
        self.slow = slow


class DamagedError(FailedError):
    """The format that the engine has loaded is not the one that was prepared."""


def _program_reads(program: str) -> tuple[Path, ...]:
    """Return where the engine's own files are: TeX Live's own installer puts them beside its programs."""
    real = Path(os.path.realpath(program))
    roots = [root for root in real.parents[1:3] if (root / "texmf-dist").is_dir()]
    return (real.parent, *roots, *(root.parent / "texmf-local" for root in roots))


def environment(engine: Engine, runtime: Runtime, folder: Path) -> dict[str, str]:
    """Return the engine's whole environment; nothing of the caller's passes through.

    Its clock always stands at 1970: xdvipdfmx names fonts by it, and an engine that waits cannot be told later.
    """
    return {
        "PATH": search_path(engine.program),
        "HOME": str(folder),
        "TMPDIR": str(folder),
        "TZ": "UTC",
        "LC_ALL": "C.UTF-8",
        "SOURCE_DATE_EPOCH": "0",
        "FORCE_SOURCE_DATE": "1",
        "max_print_line": "10000",
        "error_line": "254",
        "half_error_line": "238",
        # kpathsea would run Metafont for a font that it does not find
        **dict.fromkeys(("MKTEXTFM", "MKTEXPK", "MKTEXMF", "MKTEXTEX", "MKTEXFMT"), "0"),
        "openin_any": "p",
        "openout_any": "p",
        **runtime.environment(),
    }


def _arguments(engine: Engine, jobname: str, *, preloaded: bool, waits: bool) -> tuple[str, ...]:
    given = engine.arguments(jobname)
    if not preloaded:
        return given
    *options, file = given
    if waits:
        # TeX reads the terminal only where it may stop for errors; a line from there lets it go on.
        options = ["-interaction=errorstopmode" if it.startswith("-interaction=") else it for it in options]
        file = rf"\font\cvgo=[{_FIRST_FONT}] at 1pt\read-1 to\cvgo \nonstopmode\input {file}"
    return ("-fmt=cvgen", *options, file)


def start(
    engine: Engine,
    runtime: Runtime,
    folder: Path,
    mode: walls.Mode,
    *,
    jobname: str = "cv",
    preloaded: Preloaded | None = None,
    waits: bool = False,
    arguments: tuple[str, ...] = (),
) -> walls.Child:
    """Start the engine in `folder` and behind its walls; with `waits` it stands still until it is sent a line.

    `arguments` replace those that typeset `jobname`. Raises what `sandbox.start` raises.
    """
    extra = preloaded.environment() if preloaded else {}
    given = arguments or _arguments(engine, jobname, preloaded=preloaded is not None, waits=waits)
    return walls.start(
        (engine.program, *given),
        folder=folder,
        environment={**environment(engine, runtime, folder), **extra, **(engine.again if next(_started) else {})},
        reads=(
            *runtime.reads(),
            *_program_reads(engine.program),
            *engine.reads,
            *((preloaded.folder,) if preloaded else ()),
        ),
        writes=(folder, runtime.var) if engine.keeps else (folder,),
        network=engine.network,
        mode=mode,
        waits=waits,
    )


@dataclass
class Job:
    """One document in its folder: its deadline, and the layers that the sandbox reported.

    `waiting` is an engine that has been started already, for the first pass; `meanwhile` is called once while the
    engine works.
    """

    engine: Engine
    runtime: Runtime
    folder: Path
    jobname: str
    mode: walls.Mode
    deadline: float
    preloaded: Preloaded | None = None
    waiting: walls.Child | None = None
    meanwhile: Callable[[], None] | None = None
    layers: str = "none"

    def passes(self) -> tuple[bytes, int, bool]:
        """Run until settled; return the PDF, the number of passes, and whether it settled."""
        before: dict[str, bytes] = {}
        for number in range(1, MOST_PASSES + 1):
            pdf = self.once(first=number == 1)
            after = {} if self.engine.own_passes else self.carried(first=number == 1)
            if all(before.get(name) == digest for name, digest in after.items()):
                return pdf, number, True
            before |= after
        return pdf, MOST_PASSES, False

    def once(self, *, first: bool) -> bytes:
        """Run the engine once. Raises FailedError."""
        child, self.waiting = self.waiting, None
        if child is None:
            for suffix in (".pdf", ".log", ".fls"):
                (self.folder / f"{self.jobname}{suffix}").unlink(missing_ok=True)
            child = start(
                self.engine, self.runtime, self.folder, self.mode, jobname=self.jobname, preloaded=self.preloaded
            )
        with child:
            self.layers = child.layers
            child.go()
            if first and self.meanwhile is not None:
                self.meanwhile()
            # While the engine works there is time to look at what it works with.
            if first and self.preloaded is not None and not self.preloaded.is_sound():
                raise DamagedError("its format is damaged")
            import cvgen.latex.log  # noqa: F401 - needed below; now it costs nothing

            code = self.code_of(child)
        return self.checked(code)

    def code_of(self, child: walls.Child) -> int | None:
        """Wait for the end of the engine; None when its time is over.

        It has its time again as long as it prepares fonts, which is done once for all documents.
        """
        kept, seconds = self.kept(), self.deadline - time.monotonic()
        while (code := child.wait(max(0.0, self.deadline - time.monotonic()))) is None:
            if (now := self.kept()) <= kept:
                break
            kept, self.deadline = now, time.monotonic() + seconds
        return code

    def kept(self) -> int:
        """Return how many files the engine has left for later documents."""
        return sum(len(files) for *_, files in os.walk(self.runtime.var)) if self.engine.keeps else 0

    def checked(self, code: int | None) -> bytes:
        """Return the PDF of a pass, after everything that can tell a failure was asked. Raises FailedError."""
        from cvgen.latex import log as tex_log

        if code is None or code == -getattr(signal, "SIGXCPU", 0):
            raise FailedError("it did not finish in time", slow=True)
        if code == -getattr(signal, "SIGXFSZ", 0):
            raise FailedError("it wrote a file that grew without end")
        if code < 0:
            raise FailedError(f"it was ended by signal {-code}")
        if code:
            raise FailedError(f"it ended with exit code {code}")
        if tex_log.diagnose(self.log(), (), self.jobname):
            raise FailedError("its log has an error")
        # A full disk gives exit code 0 and an empty PDF (XeTeX).
        pdf = read(self.folder / f"{self.jobname}.pdf", _MOST_PDF)
        if not pdf.startswith(b"%PDF-") or b"%%EOF" not in pdf[-64:]:
            raise FailedError("it wrote no PDF" if not pdf else "it wrote half a PDF")
        return pdf

    def carried(self, *, first: bool) -> dict[str, bytes]:
        """Return the digests of the files that a pass wrote and the next one reads, by name.

        In the first pass they were not there to be read, so all that it wrote counts.
        """
        inputs, written = set[str](), set[str]()
        for kind, name in self.recorded():
            if not name.startswith("/"):
                (inputs if kind == "INPUT" else written).add(name.removeprefix("./"))
        outputs = {f"{self.jobname}{suffix}" for suffix in (".pdf", ".xdv", ".log", ".fls")}
        names = (written if first else inputs & written) - outputs
        return {name: hashlib.sha256(read(self.folder / name, _MOST_PDF)).digest() for name in names}

    def recorded(self) -> Iterator[tuple[str, str]]:
        """Yield what the engine wrote down of the files of its last pass: `INPUT` or `OUTPUT`, and the name."""
        for line in read(self.folder / f"{self.jobname}.fls", _MOST_LOG).decode("utf-8", "replace").splitlines():
            kind, _, name = line.partition(" ")
            if kind in ("INPUT", "OUTPUT"):
                yield kind, name

    def reads(self) -> frozenset[str]:
        """Return the files outside of the work folder that the last pass read, TeX's own among them."""
        own = f"{self.folder}/"
        names = {name for kind, name in self.recorded() if kind == "INPUT" and name.startswith("/")}
        return frozenset(name for name in names if not name.startswith(own))

    def log(self) -> str:
        """Return the log of the last pass; of one that is too long, the beginning and the end."""
        return read(self.folder / f"{self.jobname}.log", _MOST_LOG, shorten=True).decode("utf-8", "replace")


def opened(path: Path) -> BufferedReader | None:
    """Open a file that a program of no trust may have made; None for one that is missing or not a regular file."""
    try:
        return open_file(path, follow=False)
    except OSError:
        return None


def read(path: Path, most: int, *, shorten: bool = False) -> bytes:
    """Read a file as `opened` opens it; nothing for one that cannot be, or that is too long."""
    file = opened(path)
    if file is None:
        return b""
    with file:
        size = os.fstat(file.fileno()).st_size
        if size > most and not shorten:
            return b""
        if size <= most:
            return file.read(most)
        head = file.read(most // 4)
        file.seek(size - most // 2)
        return head + b"\n" + file.read(most // 2)
