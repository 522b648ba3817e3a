"""A profile becomes a PDF in memory: the stages in their order, and the time that each takes.

Slow imports stand where they are used, so that they happen while an engine starts or runs.
"""

from __future__ import annotations

import contextlib
import re
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypedDict, Unpack

from cvgen.clock import Commit, epoch_of, fixed_epoch
from cvgen.diagnostics import Diagnostic, Severity, in_order
from cvgen.errors import CvgenError, OutputError, ProfileError, TypesettingError, UsageError

if TYPE_CHECKING:
    from cvgen.latex.engine import Engine, Run
    from cvgen.latex.runtime import Runtime
    from cvgen.latex.waiting import Waiting
    from cvgen.latex.warm import Warm
    from cvgen.prepare import Prepared
    from cvgen.profile.model import Profile

__all__ = ["BuildResult", "Made", "Options", "Stages", "join", "make", "path_of", "typeset"]


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


@dataclass(frozen=True, slots=True)
class BuildResult:
    """A finished build.

    `pdf` is the file, None if the bytes were not written; `data` its bytes; `outputs` are all files of the build,
    `inputs` those that it was made of. `seconds` maps each stage to its time. `sandbox` names the walls that were up
    around the engine. `cached` tells that nothing had changed since an earlier build, which the rest of the result
    then describes; `written` is False where the files had these bytes.
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
    made = make(profile, options, keep_log=keep_log)
    join()
    return made.result


def join() -> None:
    """Wait until what the next builds will be quick with is prepared; nothing to wait for but in a first build."""
    from cvgen.latex import preload

    preload.join()


@dataclass(frozen=True, slots=True)
class Made:
    """A build in memory, what it was made of, what the engine read, and when the profile was last committed."""

    result: BuildResult
    ready: Prepared
    reads: frozenset[str]
    committed: int | None


def make(profile: Path | str | Profile, options: Options, *, keep_log: Path | None) -> Made:
    """Make the PDF in memory, and tell what it was made of. Takes and raises what `typeset` does."""
    if options.get("overrides") and not isinstance(profile, str | Path):
        raise UsageError("a profile that is loaded takes no overrides", hints=("pass them to `load`",))
    with Commit(path_of(profile) if fixed_epoch() is None else None) as commit:
        return _Making(profile, options, keep_log, commit).made()


_MOST_CLEARED = 2  # times that the cache may be cleared while one engine runs
_THEME = rb"^[ ]+theme:[ ]*[\"']?([a-z0-9-]+)"


def _theme_of(profile: Path | str | Profile) -> str:
    """Guess the theme that a profile will ask for, so that an engine can start before it is read."""
    if not isinstance(profile, str | Path):
        return profile.file.document.theme or "awesome"
    try:
        with Path(profile).open("rb") as file:
            found = re.search(_THEME, file.read(1 << 16), re.MULTILINE)
    except OSError:  # told by whoever reads it
        return "awesome"
    return found[1].decode() if found else "awesome"


@dataclass
class _Making:
    """One call of `make`."""

    profile: Path | str | Profile
    options: Options
    keep_log: Path | None
    commit: Commit
    stages: Stages = field(default_factory=Stages)

    def made(self) -> Made:
        with self.stages.stage("engine-start"):
            from cvgen.latex import engine as engines

            engine = engines.find(self.options.get("engine") or "auto")
            early = self._start_early()
        with early or contextlib.nullcontext():
            ready = self._prepared()
            with self.stages.stage("engine"), _meanwhile(_import_finish):
                run = self._run(engine, ready, early)
        with self.stages.stage("finish"):
            from cvgen.pdf import finish

            committed = self.commit.time()
            data = finish.finish(run.pdf, document=ready.document, epoch=epoch_of(committed, ready.day))
        with self.stages.stage("gate"):
            pages, remarks = _passed(data, run, ready, self.options)
        result = BuildResult(
            None,
            data,
            ready.emitted.tex,
            pages,
            run.passes,
            run.engine,
            run.sandbox,
            seconds=self.stages.seconds,
            diagnostics=in_order((*ready.diagnostics, *remarks)),
            inputs=ready.inputs,
        )
        return Made(result, ready, run.reads, committed)

    def _start_early(self) -> Waiting | None:
        """Start an engine before the slow imports, unless one waits already or none shall."""
        from cvgen.latex import engine as engines

        if self.options.get("warm") or not self.options.get("cache", True):
            return None
        theme = self.options.get("theme") or _theme_of(self.profile)
        name, sandbox = self.options.get("engine") or "auto", self.options.get("sandbox", "auto")
        return engines.start_early(theme, engine=name, sandbox=sandbox)

    def _prepared(self) -> Prepared:
        with self.stages.stage("load"):
            from cvgen.profile.load import load

            profile, overrides = self.profile, self.options.get("overrides")
            loaded = load(Path(profile), overrides=overrides) if isinstance(profile, str | Path) else profile
        with self.stages.stage("compose"):
            from cvgen.prepare import prepare

            ready = prepare(loaded, theme=self.options.get("theme"), variant=self.options.get("variant"))
            _refuse_warnings(ready.diagnostics, self.options, ProfileError)
        return ready

    def _run(self, engine: Engine, ready: Prepared, early: Waiting | None) -> Run:
        from cvgen.latex import runtime
        from cvgen.latex.themes import class_folder

        prepared = ready.runtime
        for _ in range(_MOST_CLEARED):
            try:
                return self._run_with(prepared, engine, ready, early)
            except (TypesettingError, OSError):
                folders = ready.theme.folder, class_folder()
                if prepared.folder.is_dir() and runtime.find(*folders, cache=prepared.folder.parent) is not None:
                    raise
                prepared = runtime.prepare(*folders)  # somebody cleared the cache meanwhile
                if self.keep_log is not None:
                    self.keep_log.unlink(missing_ok=True)
        return self._run_with(prepared, engine, ready, early)

    def _run_with(self, runtime: Runtime, engine: Engine, ready: Prepared, early: Waiting | None) -> Run:
        from cvgen.latex import engine as engines

        if self.keep_log is not None:
            with contextlib.suppress(OSError):  # writing the output will tell
                self.keep_log.parent.mkdir(parents=True, exist_ok=True)
        sandbox, warm = self.options.get("sandbox", "auto"), self.options.get("warm")
        return engines.run(
            ready.emitted.tex,
            engine=engine,
            runtime=runtime,
            assets=ready.assets,
            timeout=self.options.get("timeout", 60.0),
            sandbox=sandbox,
            origins=ready.emitted.origins,
            keep_log=self.keep_log,
            waiting=warm.take(engine, runtime, sandbox) if warm else early,
            prepared=self.options.get("cache", True),
        )


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
    import cvgen.pdf.gate
    import cvgen.pdf.layout  # noqa: F401


def _refuse_warnings(found: Sequence[Diagnostic], options: Options, error: type[CvgenError]) -> None:
    """Raise `error` if the build is strict and there is a warning."""
    if options.get("strict") and any(one.severity is Severity.WARNING for one in found):
        worse = {Severity.WARNING: Severity.ERROR}
        raise error(replace(one, severity=worse.get(one.severity, one.severity)) for one in found)


def _passed(data: bytes, run: Run, ready: Prepared, options: Options) -> tuple[int, tuple[Diagnostic, ...]]:
    """Return the number of pages of a PDF that may go out, and remarks. Raises `OutputError` where a gate refuses."""
    from cvgen.latex import log
    from cvgen.pdf import content, gate, layout, text
    from cvgen.prepare import links_of

    reader = gate.parsed(data)
    found = gate.check(reader, links_of(ready.document))
    if found:
        raise OutputError(found)
    remarks = log.warnings(run.log, ready.emitted.origins)
    if options.get("gate", True):
        compared = text.compare(content.read(reader), ready.document)
        if compared.diagnostics:
            raise OutputError(compared.diagnostics)
        remarks = (*remarks, *layout.check(compared, ready.options, remarks))
    _refuse_warnings(remarks, options, OutputError)
    return len(reader.pages), remarks
