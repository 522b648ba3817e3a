"""A profile becomes a PDF in memory: the stages in their order, and the time that each takes.

Slow imports stand where they are used, so that they happen while an engine starts or runs.
"""

from __future__ import annotations

import contextlib
import io
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Self, TypedDict, Unpack

from cvgen.clock import Commit, epoch_of, fixed_epoch
from cvgen.diagnostics import Diagnostic, Severity, in_order
from cvgen.errors import CvgenError, OutputError, ProfileError, UsageError

if TYPE_CHECKING:
    from cvgen.latex.engine import Engine, Run
    from cvgen.latex.runtime import Runtime
    from cvgen.latex.sandbox import Mode
    from cvgen.latex.waiting import Waiting
    from cvgen.prepare import Prepared
    from cvgen.profile.model import Profile

__all__ = ["BuildResult", "Made", "Options", "Stages", "Warm", "make", "path_of", "typeset"]


class Options(TypedDict, total=False):
    """What a build can be told. All may be left out."""

    theme: str | None
    """The theme, in place of the profile's."""
    engine: str | None
    """`xelatex`, `lualatex`, `tectonic` or `auto`."""
    variant: str | None
    """The variant of the profile to build."""
    sandbox: Literal["auto", "required", "off"]
    """Whether the engine is kept away from the user's files."""
    overrides: Mapping[str, str] | None
    """Values by YAML path (`document.paper`) in place of the file's."""
    timeout: float
    """Seconds that the engine may take."""
    gate: bool
    """Whether the PDF's text is compared with the document's. Default: True."""
    strict: bool
    """Whether warnings fail the build."""
    cache: bool
    """Whether what earlier builds prepared is used, and something left for later ones. Default: True."""
    warm: Warm | None
    """What keeps an engine waiting from one build to the next."""


class Warm:
    """Keeps an engine waiting for the next document, of the kind of the last one.

    To be given to one build after the other, in one thread; `start` is for when there is nothing else to do. A
    context manager: leaving it ends the engine.
    """

    def __init__(self) -> None:
        self._kind: tuple[Engine, Runtime, Mode] | None = None
        self._waiting: Waiting | None = None

    @property
    def has_run(self) -> bool:
        """Whether there was a document, so that the kind of the next one is known."""
        return self._kind is not None

    def start(self) -> bool:
        """Start an engine unless one waits; tell whether one does now. There is none without a format."""
        if self._waiting is None and self._kind is not None:
            from cvgen.latex import engine as engines

            engine, runtime, mode = self._kind
            self._waiting = engines.start_waiting(engine, runtime, sandbox=mode)
        return self._waiting is not None

    def take(self, engine: Engine, runtime: Runtime, mode: Mode) -> Waiting | None:
        """Return the engine that waits, for whoever runs the next document, which is of this kind."""
        self._kind = (engine, runtime, mode)
        waiting, self._waiting = self._waiting, None
        return waiting

    def close(self) -> None:
        """End the engine that waits."""
        waiting, self._waiting = self._waiting, None
        if waiting is not None:
            waiting.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


@dataclass(frozen=True, slots=True)
class BuildResult:
    """A finished build.

    `pdf` is the file, None if the bytes were not written; `data` its bytes; `outputs` are all files of the build,
    `inputs` those that it was made of.
    `seconds` maps each stage to its time. `sandbox` names the walls that were up around the engine. `cached` tells
    that nothing had changed since an earlier build, which the rest of the result then describes; `written` is False
    where the files had these bytes.
    """

    pdf: Path | None
    data: bytes = field(repr=False)
    tex: str = field(repr=False)
    pages: int = 0
    passes: int = 0
    engine: str = ""
    sandbox: str = ""
    cached: bool = False
    written: bool = False
    seconds: Mapping[str, float] = field(default_factory=dict)
    diagnostics: tuple[Diagnostic, ...] = ()
    outputs: tuple[Path, ...] = ()
    inputs: tuple[Path, ...] = ()


class Stages:
    """Keeps the time of each stage."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    @contextlib.contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Time what happens inside as the stage `name`."""
        start = time.perf_counter()
        try:
            yield
        finally:
            self.seconds[name] = self.seconds.get(name, 0.0) + time.perf_counter() - start


def path_of(profile: Path | str | Profile) -> Path | None:
    """Return the file that a profile is in, None for one that another program made."""
    return Path(profile) if isinstance(profile, str | Path) else profile.path


def typeset(
    profile: Path | str | Profile, *, keep_log: Path | None = None, **options: Unpack[Options]
) -> BuildResult:
    """Make the PDF in memory. `keep_log` is where the engine's log goes if it fails."""
    return make(profile, options, keep_log=keep_log).result


@dataclass(frozen=True, slots=True)
class Made:
    """A build in memory, what it was made of, and when the profile was last committed."""

    result: BuildResult
    ready: Prepared
    committed: int | None


def make(profile: Path | str | Profile, options: Options, *, keep_log: Path | None) -> Made:
    """Make the PDF in memory, and tell what it was made of. Takes and raises what `typeset` does."""
    if options.get("overrides") and not isinstance(profile, str | Path):
        raise UsageError("a profile that is loaded takes no overrides", hints=("pass them to `load`",))
    with Commit(path_of(profile) if fixed_epoch() is None else None) as commit:
        return _made(profile, options, commit, keep_log)


def _made(profile: Path | str | Profile, options: Options, commit: Commit, keep_log: Path | None) -> Made:
    stages = Stages()
    with stages.stage("engine-probe"):
        from cvgen.latex import engine as engines

        chosen = engines.find(options.get("engine") or "auto")
    with stages.stage("load"):
        from cvgen.profile.load import load

        overrides = options.get("overrides")
        loaded = load(Path(profile), overrides=overrides) if isinstance(profile, str | Path) else profile
    with stages.stage("compose"):
        from cvgen.prepare import prepare

        ready = prepare(loaded, theme=options.get("theme"), variant=options.get("variant"))
        _refuse_warnings(ready.diagnostics, options, ProfileError)
    if keep_log is not None:
        with contextlib.suppress(OSError):  # writing the output will tell
            keep_log.parent.mkdir(parents=True, exist_ok=True)
    with stages.stage("engine"), _meanwhile(_import_finish):
        mode, warm = options.get("sandbox", "auto"), options.get("warm")
        run = engines.run(
            ready.emitted.tex,
            engine=chosen,
            runtime=ready.runtime,
            assets=ready.assets,
            timeout=options.get("timeout", 60.0),
            sandbox=mode,
            origins=ready.emitted.origins,
            keep_log=keep_log,
            waiting=warm.take(chosen, ready.runtime, mode) if warm else None,
        )
    with stages.stage("finish"):
        committed = commit.time()
        data, pages, remarks = _finish(run, ready, epoch_of(committed, ready.day), options)
    result = BuildResult(
        None,
        data,
        ready.emitted.tex,
        pages,
        run.passes,
        run.engine,
        run.sandbox,
        seconds=stages.seconds,
        diagnostics=in_order((*ready.diagnostics, *remarks)),
        inputs=ready.inputs,
    )
    return Made(result, ready, committed)


@contextlib.contextmanager
def _meanwhile(work: Callable[[], None]) -> Iterator[None]:
    """Do `work` in another thread while what is inside waits."""
    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    try:
        yield
    finally:
        thread.join()


def _import_finish() -> None:
    import pypdf  # noqa: F401 - imported early: the engine takes as long as this

    import cvgen.pdf.finish
    import cvgen.pdf.gate  # noqa: F401


def _refuse_warnings(found: Sequence[Diagnostic], options: Options, error: type[CvgenError]) -> None:
    """Raise `error` if the build is strict and there is a warning."""
    if options.get("strict") and any(one.severity is Severity.WARNING for one in found):
        worse = {Severity.WARNING: Severity.ERROR}
        raise error(replace(one, severity=worse.get(one.severity, one.severity)) for one in found)


def _finish(run: Run, ready: Prepared, epoch: int, options: Options) -> tuple[bytes, int, tuple[Diagnostic, ...]]:
    """Return the finished PDF, its number of pages, and remarks. Raises `OutputError` where a gate finds fault."""
    from pypdf import PdfReader

    from cvgen.latex import log
    from cvgen.pdf import finish, gate
    from cvgen.prepare import links_of

    data = finish.finish(run.pdf, metadata=ready.document.metadata, epoch=epoch)
    found = gate.check(data, links_of(ready.document))
    if found:
        raise OutputError(found)
    remarks = log.warnings(run.log, ready.emitted.origins)
    _refuse_warnings(remarks, options, OutputError)
    return data, len(PdfReader(io.BytesIO(data)).pages), remarks
