"""Run a TeX engine on one file, in a folder of its own, and believe nothing it says about success.

The engine sees an environment built from nothing and, where the kernel can do it, a file system cut down to TeX's
own files and the work folder. It runs again until the files that it both reads and writes stop changing.
"""

from __future__ import annotations

import contextlib
import dataclasses
import re
import shutil
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias

from cvgen.diagnostics import Span
from cvgen.engine import format_cache as preload
from cvgen.engine import sandbox as walls
from cvgen.engine import work
from cvgen.engine.engines import Engine
from cvgen.engine.format_cache import Preloaded, Preparation
from cvgen.engine.passes import MOST_PASSES, DamagedError, FailedError, Job
from cvgen.engine.tex_tree import Runtime
from cvgen.engine.waiting import Waiting
from cvgen.errors import (
    CvgenError,
    EngineTimeoutError,
    OutputError,
    TypesettingError,
    debug,
)

__all__ = ["MOST_PASSES", "Run", "Start", "run", "start_early", "start_waiting"]

Start: TypeAlias = Literal["stock", "preloaded", "waiting"]

_PROOF_SECONDS = 30.0
_PLAIN_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*(\.[A-Za-z0-9]+)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Run:
    """What a successful run gave. `sandbox` names the layers that were active; `settled` says that more passes
    than `passes` would have changed nothing; `start` says what the engine had loaded when it was asked; `reads` are
    the files outside of the work folder that it read, or its format was made of."""

    pdf: bytes
    log: str
    passes: int
    seconds: float
    engine: str
    sandbox: str
    settled: bool = True
    start: Start = "stock"
    reads: frozenset[str] = frozenset()


def start_waiting(
    engine: Engine, runtime: Runtime, *, jobname: str = "cv", sandbox: walls.Mode = "auto"
) -> Waiting | None:
    """Start an engine that waits for its document, to be given to `run`; None where there is no format yet."""
    preloaded = preload.find(engine, runtime)
    if preloaded is None:
        return None
    try:
        return Waiting(engine, runtime, preloaded, jobname, sandbox)
    except (OSError, CvgenError):
        debug("no engine could be started early")
        return None


def start_early(theme: str, engine: Engine, *, sandbox: walls.Mode = "auto") -> Waiting | None:
    """Start an engine for a document in the theme called `theme`, before anything is known of the document.

    Takes some milliseconds and makes nothing. None where that cannot be done, for whatever reason: `run` will say.
    """
    from cvgen.engine import tex_tree as runtime
    from cvgen.latex import themes

    try:
        folder = themes.theme_folder(theme)
        prepared = runtime.find(folder, themes.class_folder()) if folder else None
        return start_waiting(engine, prepared, sandbox=sandbox) if prepared else None
    except (OSError, CvgenError):
        debug("no engine could be started early")
        return None


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
    waiting: Waiting | None = None,
    preparation: Preparation | None = None,
    prepared: bool = True,
) -> Run:
    """Typeset `tex` with `assets` (plain file name to content) beside it and return the PDF.

    `origins` are pairs of a line of `tex` and the place that the text from there on comes from. `epoch` gives TeX
    the day. `timeout` is in seconds, over all passes, and again as long as new fonts are prepared. `keep` is a folder
    that gets a copy of the work folder, `keep_log` a file that gets the log of a failed run. `waiting` is used if it
    can be, and closed; so is `preparation`, and given up; without `prepared` neither they nor a format are.

    Where there is a format it is used; where there is none it is made meanwhile, in a thread. The PDF is the same.
    Raises TypesettingError, EngineTimeoutError, EngineMissingError, OutputError on a full disk.
    """
    for name in (jobname, *(assets or {})):
        if not _PLAIN_NAME.fullmatch(name) or len(name) > 100:
            raise ValueError(f"not a plain file name: {name!r}")
    begin = time.monotonic()
    suits = prepared and preload.suits(tex, runtime)
    if preparation is not None and not (suits and preparation.serves(engine, runtime, sandbox)):
        preparation.give_up()
        preparation = None
    files = {**(assets or {}), f"{jobname}.tex": _dated(tex, epoch).encode()}
    call = _Call(engine, runtime, files, jobname, sandbox, begin, begin + timeout, keep)
    try:
        preloaded = preload.find(engine, runtime) if suits else None
        quick = call.quick(preloaded, waiting)
        if quick is not None:
            return quick
        if suits and preparation is None:
            preparation = preload.prepare(engine, runtime, sandbox)
        stock = call.stock(origins, keep_log, preparation.begin if preparation else None)
        if preloaded is not None and waiting is None:
            preload.forget(preloaded)  # it failed where the run without it did not; one that waited may have died
        if preparation is not None:
            preparation.prove(lambda made: call.agrees(made, stock.pdf))
        return stock
    finally:
        if preparation is not None:
            preparation.give_up()


def _dated(tex: str, epoch: int) -> str:
    """Tell TeX the day, without another line: the engine's own clock stands still."""
    if epoch < 60:
        return tex
    day = time.gmtime(epoch)
    minutes = day.tm_hour * 60 + day.tm_min
    return f"\\year={day.tm_year} \\month={day.tm_mon} \\day={day.tm_mday} \\time={minutes} {tex}"


@dataclass(frozen=True)
class _Call:
    """What one call of `run` asks for, however it is done."""

    engine: Engine
    runtime: Runtime
    files: Mapping[str, bytes]
    jobname: str
    mode: walls.Mode
    begin: float
    deadline: float
    keep: Path | None

    def job(self, folder: Path) -> Job:
        return Job(self.engine, self.runtime, folder, self.jobname, self.mode, self.deadline)

    def done(self, job: Job, start: Start) -> Run:
        """Run a job whose folder is made."""
        _fill(job.folder, self.files, self.runtime if self.engine.links else None)
        pdf, passes, settled = job.passes()
        seconds = time.monotonic() - self.begin
        reads = job.reads() | (preload.sources(job.preloaded) if job.preloaded else set())
        return Run(pdf, job.log(), passes, seconds, self.engine.name, job.layers, settled, start, reads)

    def quick(self, preloaded: Preloaded | None, waiting: Waiting | None) -> Run | None:
        """Typeset with a format; None if there is none, or if that fails for whatever reason."""
        child = waiting.take(self.engine, self.runtime, preloaded, self.jobname, self.mode) if waiting else None
        if preloaded is None:
            return None
        with _work_folder(waiting.folder if waiting and child else None) as folder:
            job = dataclasses.replace(self.job(folder), preloaded=preloaded, waiting=child)
            try:
                made = self.done(job, "waiting" if child else "preloaded")
            except DamagedError:
                preload.forget(preloaded)
            except (FailedError, CvgenError, OSError):
                debug("typesetting with a format failed")
            else:
                _copy(folder, self.keep)
                return made
            finally:
                if job.waiting is not None:
                    job.waiting.close()
        return None

    def stock(
        self, origins: Sequence[tuple[int, Span]], keep_log: Path | None, meanwhile: Callable[[], None] | None
    ) -> Run:
        """Typeset with nothing prepared. Raises what `run` raises."""
        with _work_folder() as folder:
            job = dataclasses.replace(self.job(folder), meanwhile=meanwhile)
            try:
                return self.done(job, "stock")
            except FailedError as failure:
                raise _error(job, failure, origins, keep_log) from None
            finally:
                _copy(folder, self.keep)

    def agrees(self, made: Preloaded, pdf: bytes) -> bool:
        """Tell whether a format gives the PDF that a run without it gave."""
        until = time.monotonic() + _PROOF_SECONDS
        place = made.folder / "proof"
        place.mkdir()
        with _work_folder(place) as folder:
            job = dataclasses.replace(self.job(folder), preloaded=made, deadline=until)
            try:
                return self.done(job, "preloaded").pdf == pdf
            except (FailedError, CvgenError, OSError):
                debug("the proof of a format failed")
                return False


@contextlib.contextmanager
def _work_folder(folder: Path | None = None) -> Iterator[Path]:
    """Give a work folder, made here unless there is one already, and remove it."""
    try:
        folder = folder or work.new_folder()
    except OSError as problem:
        raise OutputError(f"no work folder can be made: {problem.strerror}", hints=("set TMPDIR",)) from problem
    try:
        yield folder
    finally:
        work.remove(folder)


def _copy(folder: Path, target: Path | None) -> None:
    if target is None:
        return
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


def _error(
    job: Job, failure: FailedError, origins: Sequence[tuple[int, Span]], keep_log: Path | None
) -> TypesettingError | OutputError:
    """Say what went wrong: the log knows best, then the disk, then how the program ended."""
    from cvgen.engine import log as tex_log

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
