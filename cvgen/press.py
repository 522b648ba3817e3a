"""From what is prepared to a PDF that may go out: the engine, finishing, the gates.

Slow imports stand where they are used, so that they happen while an engine starts or runs.
"""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Literal, Protocol, Self

from cvgen import build_cache as records
from cvgen.diagnostics import Diagnostic, Severity, in_order
from cvgen.errors import CvgenError, OutputError, ProfileError, TypesettingError

if TYPE_CHECKING:
    from cvgen.document.draft import Draft
    from cvgen.engine.engines import Engine
    from cvgen.engine.format_cache import Preparation
    from cvgen.engine.run import Run
    from cvgen.engine.tex_tree import Runtime
    from cvgen.engine.waiting import Waiting
    from cvgen.engine.warm import Warm
    from cvgen.prepare import Prepared
    from cvgen.source import Source

__all__ = ["Here", "Press", "Pressed", "Stages", "Terms", "import_rest", "refuse_warnings"]

_MOST_CLEARED = 2  # times that the cache may be cleared while one engine runs


@dataclass(frozen=True, slots=True)
class Terms:
    """How a document is to be pressed, whatever is in it.

    `theme` replaces the document's own; `guess` is the theme that an engine may start early with, `profile` the file
    that the document will be made of. `timeout` is in seconds; `cache`, `gate`, `strict`, `sandbox` and `warm` are
    those of `cvgen.typeset.Options`.
    """

    engine: Engine
    profile: Path | None = None
    theme: str | None = None
    guess: str = "awesome"
    sandbox: Literal["auto", "required", "off"] = "auto"
    timeout: float = 60.0
    gate: bool = True
    strict: bool = False
    cache: bool = True
    keep_log: Path | None = None
    warm: Warm | None = None


@dataclass(frozen=True, slots=True)
class Pressed:
    """A PDF that passed its gates, and what is known of how it came about.

    `inputs` and `absent` are those of `Prepared`, `reads` the files outside of the work folder that the engine read,
    `packages` those of `records.packages`.
    """

    data: bytes = field(repr=False)
    tex: str = field(repr=False)
    pages: int
    passes: int
    engine: str
    sandbox: str
    inputs: tuple[Path, ...]
    absent: tuple[Path, ...]
    reads: frozenset[str]
    packages: frozenset[str]
    diagnostics: tuple[Diagnostic, ...]
    seconds: Mapping[str, float]


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


class Press(Protocol):
    """Whoever presses one document. A context manager: leaving it ends what was started for it."""

    def source(self, path: Path) -> Source | None:
        """Return a file of the profile's, if it has been read while there was nothing to press."""

    def press(self, draft: Draft, epoch: int) -> Pressed:
        """Make the PDF, dated `epoch` seconds after 1970.

        Raises `ProfileError` for what no font can set, `ThemeError`, `TypesettingError`, `OutputError`.
        """

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None: ...


class Here:
    """A press in this process. Where it can, an engine is started at once, and waits for its document.

    `rest` imports what comes after the engine, while that works.
    """

    def __init__(self, terms: Terms, rest: Callable[[], None] | None = None) -> None:
        self._terms, self._rest = terms, rest or import_rest
        self._early = self._start_early()
        self._preparation: Preparation | None = None

    def _start_early(self) -> Waiting | None:
        terms = self._terms
        if terms.warm or not terms.cache:
            return None
        from cvgen.engine.run import start_early

        return start_early(terms.guess, terms.engine, sandbox=terms.sandbox)

    def source(self, path: Path) -> Source | None:
        """Return None: nothing is read ahead by the one process that there is."""

    @property
    def waits(self) -> bool:
        """Whether an engine waits for the document already."""
        return self._early is not None

    def prepare(self) -> None:
        """Have class, fonts and format prepared, where no build has, before there is anything to press."""
        from cvgen.engine import tex_tree as runtime
        from cvgen.latex import themes

        with contextlib.suppress(OSError, CvgenError):  # press() will say
            folder = themes.theme_folder(self._terms.guess)
            if folder is not None:
                runtime.prepare(folder, themes.class_folder(), readable=self._begin)

    def _begin(self, made: Runtime) -> None:
        from cvgen.engine import format_cache as preload

        self._give_up()
        if self._terms.cache:
            self._preparation = preload.prepare(self._terms.engine, made, self._terms.sandbox)
        if self._preparation is not None:
            self._preparation.begin()

    def _give_up(self) -> None:
        if self._preparation is not None:
            self._preparation.give_up()

    def press(self, draft: Draft, epoch: int) -> Pressed:
        """Make the PDF, dated `epoch` seconds after 1970.

        Raises `ProfileError` for what no font can set, `ThemeError`, `TypesettingError`, `OutputError`.
        """
        stages, terms = Stages(), self._terms
        with stages.stage("emit"):
            from cvgen.prepare import prepare

            ready = prepare(draft, theme=terms.theme)
            refuse_warnings(ready.diagnostics, ProfileError, strict=terms.strict)
        with stages.stage("engine"), _meanwhile(self._rest):
            run = self._run(ready)
        with stages.stage("finish"):
            from cvgen.pdf import metadata as finish

            data = finish.finish(run.pdf, document=ready.document, epoch=epoch)
        with stages.stage("gate"):
            pages, remarks = _passed(data, run, ready, terms)
        return Pressed(
            data,
            ready.emitted.tex,
            pages,
            run.passes,
            run.engine,
            run.sandbox,
            ready.inputs,
            ready.absent,
            run.reads,
            frozenset(records.packages()),
            in_order((*ready.diagnostics, *remarks)),
            stages.seconds,
        )

    def _run(self, ready: Prepared) -> Run:
        from cvgen.engine import tex_tree as runtime
        from cvgen.latex.themes import class_folder

        prepared = ready.runtime
        for _ in range(_MOST_CLEARED):
            try:
                return self._run_with(prepared, ready)
            except (TypesettingError, OSError):
                folders = ready.theme.folder, class_folder()
                if prepared.folder.is_dir() and runtime.find(*folders, cache=prepared.folder.parent) is not None:
                    raise
                prepared = runtime.prepare(*folders)  # somebody cleared the cache meanwhile
                if self._terms.keep_log is not None:
                    self._terms.keep_log.unlink(missing_ok=True)
        return self._run_with(prepared, ready)

    def _run_with(self, runtime: Runtime, ready: Prepared) -> Run:
        from cvgen.engine import run as engines

        terms = self._terms
        if terms.keep_log is not None:
            with contextlib.suppress(OSError):  # writing the output will tell
                terms.keep_log.parent.mkdir(parents=True, exist_ok=True)
        return engines.run(
            ready.emitted.tex,
            engine=terms.engine,
            runtime=runtime,
            assets=ready.assets,
            timeout=terms.timeout,
            sandbox=terms.sandbox,
            origins=ready.emitted.origins,
            keep_log=terms.keep_log,
            waiting=terms.warm.take(terms.engine, runtime, terms.sandbox) if terms.warm else self._early,
            preparation=self._preparation,
            prepared=terms.cache,
        )

    def close(self) -> None:
        """End an engine that waits for nothing any more, and a format of which nobody will know if it is right."""
        try:
            self._give_up()
        finally:
            if self._early is not None:
                self._early.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


@contextlib.contextmanager
def _meanwhile(rest: Callable[[], None]) -> Iterator[None]:
    """Import the rest in another thread, while the engine works: it takes as long."""
    thread = threading.Thread(target=rest, daemon=True)
    thread.start()
    patience: float | None = 5.0  # who is interrupted in an import may leave a lock that the other waits for
    try:
        yield
        patience = None
    finally:
        thread.join(patience)


def import_rest() -> None:
    """Import what follows the engine."""
    import cvgen.engine.log  # noqa: F401
    from cvgen.pdf.ready import warm_up

    warm_up()


def refuse_warnings(found: Sequence[Diagnostic], error: type[CvgenError], *, strict: bool) -> None:
    """Raise `error` if the build is strict and there is a warning."""
    if strict and any(one.severity is Severity.WARNING for one in found):
        worse = {Severity.WARNING: Severity.ERROR}
        raise error(replace(one, severity=worse.get(one.severity, one.severity)) for one in found)


def _passed(data: bytes, run: Run, ready: Prepared, terms: Terms) -> tuple[int, tuple[Diagnostic, ...]]:
    """Return the number of pages of a PDF that may go out, and remarks. Raises `OutputError` where a gate refuses."""
    from cvgen.engine import log
    from cvgen.pdf.gates import layout, text
    from cvgen.pdf.gates import page_content as content
    from cvgen.pdf.gates import security as gate
    from cvgen.prepare import links_of

    reader = gate.parsed(data)
    found = gate.check(reader, links_of(ready.document))
    if found:
        raise OutputError(found)
    remarks = log.warnings(run.log, ready.emitted.origins)
    if terms.gate:
        compared = text.compare(content.read(reader), ready.document)
        if compared.diagnostics:
            raise OutputError(compared.diagnostics)
        remarks = (*remarks, *layout.check(compared, ready.options, remarks))
    refuse_warnings(remarks, OutputError, strict=terms.strict)
    return len(reader.pages), remarks
