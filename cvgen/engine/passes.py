"""Run an engine on one document until the files that it both reads and writes stop changing."""

from __future__ import annotations

import hashlib
import os
import signal
import time
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from cvgen.engine.engines import Engine
from cvgen.engine.format_cache import CachedFormat
from cvgen.engine.log import diagnose_log
from cvgen.engine.sandbox import SandboxedProcess, SandboxMode
from cvgen.engine.start import JOBNAME, read_untrusted, start_engine
from cvgen.engine.tex_tree import DamagedTreeError, TexTree

__all__ = ["MAX_PASSES", "DamagedFormatError", "EngineJob", "FailedRunError"]

MAX_PASSES = 4
_MAX_LOG, _MAX_PDF = 4 << 20, 64 << 20


class FailedRunError(Exception):
    """A pass failed; the message says how, for when the log does not. `slow` means that time ran out."""

    def __init__(self, message: str, *, slow: bool = False) -> None:
        super().__init__(message)
        self.slow = slow


class DamagedFormatError(FailedRunError):
    """The format that the engine has loaded is not the one that was prepared."""


@dataclass
class EngineJob:
    """One document in its folder: its deadline, and the layers that the sandbox reported.

    `waiting` is an engine that has been started already, for the first pass; `while_running` is called once while the
    engine works.
    """

    engine: Engine
    tree: TexTree
    folder: Path
    mode: SandboxMode
    deadline: float
    cached: CachedFormat | None = None
    waiting: SandboxedProcess | None = None
    unused_fonts: Collection[str] = ()
    while_running: Callable[[], None] = lambda: None
    layers: str = "none"

    def run_passes(self) -> tuple[bytes, int, bool]:
        """Run until settled; return the PDF, the number of passes, and whether it settled."""
        before: dict[str, bytes] = {}
        for number in range(1, MAX_PASSES + 1):
            pdf = self.run_once(first=number == 1)
            after = {} if self.engine.own_passes else self.carried_files(first=number == 1)
            if all(before.get(name) == digest for name, digest in after.items()):
                return pdf, number, True
            before |= after
        return pdf, MAX_PASSES, False

    def run_once(self, *, first: bool) -> bytes:
        """Run the engine once. Raises FailedRunError."""
        process, self.waiting = self.waiting, None
        if process is None:
            for suffix in (".pdf", ".log", ".fls"):
                (self.folder / f"{JOBNAME}{suffix}").unlink(missing_ok=True)
            process = start_engine(self.engine, self.tree, self.folder, self.mode, cached=self.cached)
        with process:
            self.layers = process.layers
            process.send_line()
            if first:
                self.while_running()
                self.verify_inputs()
            code = self.wait_for(process)
        return self.checked_pdf(code)

    def verify_inputs(self) -> None:
        """Verify by digest what the engine works with, for which there is time while it works.

        Raises DamagedFormatError, DamagedTreeError.
        """
        if self.cached is not None and not self.cached.is_intact():
            raise DamagedFormatError("its format is damaged")
        if not self.tree.is_intact(self.unused_fonts):
            raise DamagedTreeError(f"{self.tree.folder} or {self.tree.fonts} is damaged")

    def wait_for(self, process: SandboxedProcess) -> int | None:
        """Wait for the end of the engine; None when its time is over.

        It has its time again as long as it prepares fonts, which is done once for all documents.
        """
        kept, seconds = self.count_kept_files(), self.deadline - time.monotonic()
        while (code := process.wait(max(0.0, self.deadline - time.monotonic()))) is None:
            if (now := self.count_kept_files()) <= kept:
                break
            kept, self.deadline = now, time.monotonic() + seconds
        return code

    def count_kept_files(self) -> int:
        """Return how many files the engine has left for later documents."""
        return sum(len(files) for *_, files in os.walk(self.tree.var)) if self.engine.keeps else 0

    def checked_pdf(self, code: int | None) -> bytes:
        """Return the PDF of a pass, after everything that can tell a failure was asked. Raises FailedRunError."""
        if code is None or code == -getattr(signal, "SIGXCPU", 0):
            raise FailedRunError("it did not finish in time", slow=True)
        if code == -getattr(signal, "SIGXFSZ", 0):
            raise FailedRunError("it wrote a file that grew without end")
        if code < 0:
            raise FailedRunError(f"it was ended by signal {-code}")
        if code:
            raise FailedRunError(f"it ended with exit code {code}")
        if diagnose_log(self.log(), (), JOBNAME):
            raise FailedRunError("its log has an error")
        # A full disk gives exit code 0 and an empty PDF (XeTeX).
        pdf = read_untrusted(self.folder / f"{JOBNAME}.pdf", _MAX_PDF)
        if not pdf.startswith(b"%PDF-") or b"%%EOF" not in pdf[-64:]:
            raise FailedRunError("it wrote no PDF" if not pdf else "it wrote half a PDF")
        return pdf

    def carried_files(self, *, first: bool) -> dict[str, bytes]:
        """Return the digests of the files that a pass wrote and the next one reads, by name.

        In the first pass they were not there to be read, so all that it wrote counts.
        """
        inputs, written = set[str](), set[str]()
        for kind, name in self.recorded_files():
            if not name.startswith("/"):
                (inputs if kind == "INPUT" else written).add(name.removeprefix("./"))
        outputs = {f"{JOBNAME}{suffix}" for suffix in (".pdf", ".xdv", ".log", ".fls")}
        names = (written if first else inputs & written) - outputs
        return {name: hashlib.sha256(read_untrusted(self.folder / name, _MAX_PDF)).digest() for name in names}

    def recorded_files(self) -> Iterator[tuple[str, str]]:
        """Yield what the engine wrote down of the files of its last pass: `INPUT` or `OUTPUT`, and the name."""
        for line in read_untrusted(self.folder / f"{JOBNAME}.fls", _MAX_LOG).decode("utf-8", "replace").splitlines():
            kind, _, name = line.partition(" ")
            if kind in ("INPUT", "OUTPUT"):
                yield kind, name

    def reads(self) -> frozenset[str]:
        """Return the files outside of the work folder that the last pass read, TeX's own among them."""
        own = f"{self.folder}/"
        names = {name for kind, name in self.recorded_files() if kind == "INPUT" and name.startswith("/")}
        return frozenset(name for name in names if not name.startswith(own))

    def log(self) -> str:
        """Return the log of the last pass; of one that is too long, the beginning and the end."""
        return read_untrusted(self.folder / f"{JOBNAME}.log", _MAX_LOG, shorten=True).decode("utf-8", "replace")
