"""Typeset one document in a work folder of its own, and trust no exit code.

The engine sees an environment made from nothing and, where the kernel can do it, a file system cut down to TeX's own
files and the work folder.
"""

from __future__ import annotations

import contextlib
import dataclasses
import re
import shutil
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias

from cvgen.diagnostics import Span
from cvgen.engine.cached_folders import discard_folder
from cvgen.engine.engines import Engine
from cvgen.engine.format_cache import CachedFormat, find_format, suits_format
from cvgen.engine.format_dump import FormatDump
from cvgen.engine.log import diagnose_log
from cvgen.engine.passes import DamagedFormatError, EngineJob, FailedRunError
from cvgen.engine.prestart import Prestart, WaitingEngine
from cvgen.engine.sandbox import SandboxMode
from cvgen.engine.start import JOBNAME
from cvgen.engine.tex_tree import TexTree
from cvgen.errors import EngineTimeoutError, OutputError, TypesettingError, debug
from cvgen.paths import work_folder

__all__ = ["EngineRun", "StartedFrom", "run_engine"]

StartedFrom: TypeAlias = Literal["stock", "format", "prestart"]

_PROOF_SECONDS = 30.0
_PLAIN_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*(\.[A-Za-z0-9]+)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class EngineRun:
    """A successful run.

    `sandbox` names the layers that were active, `settled` tells that more passes would have changed nothing,
    `started_from` what the engine had loaded, `reads` are the files outside of the work folder that it read or its
    format was made of.
    """

    pdf: bytes
    log: str
    passes: int
    engine: str
    sandbox: str
    settled: bool = True
    started_from: StartedFrom = "stock"
    reads: frozenset[str] = frozenset()


def run_engine(
    tex: str,
    *,
    engine: Engine,
    tree: TexTree,
    assets: Mapping[str, bytes] | None = None,
    origins: Sequence[tuple[int, Span]] = (),
    timeout: float = 60.0,
    sandbox: SandboxMode = "auto",
    keep_log: Path | None = None,
    work_parent: Path | None = None,
    use_formats: bool = True,
    prestart: Prestart | None = None,
    unused_fonts: Collection[str] = (),
    while_running: Callable[[], None] = lambda: None,
) -> EngineRun:
    """Typeset `tex` with `assets` (plain file name to content) beside it and return the PDF.

    `origins` are pairs of a line of `tex` and the place in YAML that the text from there on comes from. `timeout` is
    in seconds, over all passes, and again as long as new fonts are prepared. `keep_log` is a file that gets the log
    of a failed run. Fonts are verified but for `unused_fonts`. `while_running` is called once the engine works.

    Where there is a format it is used; where there is none it is dumped beside the run. The PDF is the same. Raises
    `TypesettingError`, `EngineTimeoutError`, `EngineMissingError`, `OutputError` on a full disk, `DamagedTreeError`.
    """
    for name in assets or {}:
        if not _PLAIN_NAME.fullmatch(name) or len(name) > 100:
            raise ValueError(f"not a plain file name: {name!r}")
    use_formats = use_formats and suits_format(tex, tree)
    files = {**(assets or {}), f"{JOBNAME}.tex": tex.encode()}
    call = _Call(engine, tree, files, sandbox, time.monotonic() + timeout, work_parent, unused_fonts, while_running)
    cached = find_format(engine, tree) if use_formats else None
    waiting = prestart.take(engine, tree, cached, sandbox) if prestart else None
    if cached is not None:
        quick = call.with_format(cached, waiting)
        if quick is not None:
            return quick
    with FormatDump(engine, tree, sandbox, wanted=use_formats) as dump:
        stock = call.without_format(origins, keep_log)
        if cached is not None and waiting is None:
            discard_folder(cached.folder)  # it failed where the run without it did not
        dump.finish(lambda made, folder: call.agrees(made, folder, stock.pdf))
    return stock


@dataclass(frozen=True, slots=True)
class _Call:
    """One call of `run_engine`, with or without a format."""

    engine: Engine
    tree: TexTree
    files: Mapping[str, bytes]
    mode: SandboxMode
    deadline: float
    work_parent: Path | None
    unused_fonts: Collection[str]
    while_running: Callable[[], None]

    def job(self, folder: Path, cached: CachedFormat | None = None) -> EngineJob:
        return EngineJob(
            self.engine,
            self.tree,
            folder,
            self.mode,
            self.deadline,
            cached,
            unused_fonts=self.unused_fonts,
            while_running=self.while_running,
        )

    def done(self, job: EngineJob, started_from: StartedFrom) -> EngineRun:
        """Fill the job's folder and run it."""
        _fill(job.folder, self.files, self.tree if self.engine.links else None)
        pdf, passes, settled = job.run_passes()
        reads = job.reads() | (job.cached.sources() if job.cached else set())
        return EngineRun(pdf, job.log(), passes, self.engine.name, job.layers, settled, started_from, reads)

    def with_format(self, cached: CachedFormat, waiting: WaitingEngine | None) -> EngineRun | None:
        """Typeset with a format; None if that fails for whatever reason."""
        with contextlib.ExitStack() as stack:
            if waiting is not None:
                stack.enter_context(waiting.folder)
                stack.enter_context(waiting.process)
                folder = Path(waiting.folder.name)
            else:
                folder = stack.enter_context(work_folder(self.work_parent))
            job = self.job(folder, cached)
            job.waiting = waiting.process if waiting else None
            try:
                return self.done(job, "prestart" if waiting else "format")
            except DamagedFormatError:
                discard_folder(cached.folder)
            except (FailedRunError, TypesettingError, OutputError, OSError):
                debug("typesetting with a format failed")
        return None

    def without_format(self, origins: Sequence[tuple[int, Span]], keep_log: Path | None) -> EngineRun:
        """Typeset with nothing prepared. Raises what `run_engine` raises."""
        with work_folder(self.work_parent) as folder:
            job = self.job(folder)
            try:
                return self.done(job, "stock")
            except FailedRunError as failure:
                raise _error(job, failure, origins, keep_log) from None

    def agrees(self, made: CachedFormat, folder: Path, pdf: bytes) -> bool:
        """Tell whether a format gives the PDF that a run without it gave."""
        proof = dataclasses.replace(
            self, deadline=time.monotonic() + _PROOF_SECONDS, work_parent=folder, while_running=lambda: None
        )
        again = proof.with_format(made, None)
        return again is not None and again.pdf == pdf


def _fill(folder: Path, files: Mapping[str, bytes], tree: TexTree | None) -> None:
    try:
        for name, data in files.items():
            (folder / name).write_bytes(data)
        for source in (tree.folder, tree.fonts) if tree else ():
            for entry in source.iterdir():
                with contextlib.suppress(FileExistsError):
                    (folder / entry.name).symlink_to(entry)
    except OSError as problem:
        raise _no_space(folder, problem.strerror) from problem


def _no_space(folder: Path, reason: str | None) -> OutputError:
    hints = (f"make room in {folder.parent}, or set TMPDIR to another folder",)
    return OutputError(f"the work folder cannot be written: {reason}", hints=hints)


def _error(
    job: EngineJob, failure: FailedRunError, origins: Sequence[tuple[int, Span]], keep_log: Path | None
) -> TypesettingError | OutputError:
    """Say what went wrong: by the log, else by the disk, else by how the program ended."""
    log, hints = job.log(), list[str]()
    if keep_log is not None and log:
        with contextlib.suppress(OSError):  # writing the output will report it
            keep_log.parent.mkdir(parents=True, exist_ok=True)
            keep_log.write_text(log, encoding="utf-8")
            hints.append(f"the log is in {keep_log}")
    if failure.slow:
        hints.append("try again with a longer time limit")
        return EngineTimeoutError(f"{job.engine.name} failed: {failure}", hints=hints)
    found = diagnose_log(log, origins, JOBNAME)
    if found:
        return TypesettingError(dataclasses.replace(one, hints=(*one.hints, *hints)) for one in found)
    with contextlib.suppress(OSError):
        if shutil.disk_usage(job.folder).free < 1 << 20:
            return _no_space(job.folder, "the disk is full")
    return TypesettingError(f"{job.engine.name} failed: {failure}", hints=hints)
