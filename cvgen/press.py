"""From what is prepared to a PDF that may go out: the engine, finishing, the gates.

Slow imports stand where they are used, so that they happen while an engine starts or runs.
"""

from __future__ import annotations

import contextlib
import io
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field, replace
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Literal, Protocol, Self

from cvgen import records
from cvgen.diagnostics import Diagnostic, Severity
from cvgen.errors import CvgenError, OutputError, TypesettingError
from cvgen.frozen import frozen

if TYPE_CHECKING:
    from cvgen.diagnostics import Span
    from cvgen.document.nodes import Document
    from cvgen.latex.engine import Run
    from cvgen.latex.engines import Engine
    from cvgen.latex.runtime import Runtime
    from cvgen.latex.waiting import Waiting
    from cvgen.latex.warm import Warm

__all__ = ["Here", "Press", "Pressed", "Sheet", "Stages", "Terms", "import_rest", "refuse_warnings"]

_MOST_CLEARED = 2  # times that the cache may be cleared while one engine runs


@frozen
class Terms:
    """How a document is to be pressed, whatever is in it. `theme` is a guess, with which an engine may start early.

    `timeout` is in seconds; `cache`, `gate`, `strict`, `sandbox` and `warm` are those of `cvgen.typeset.Options`.
    """

    engine: Engine
    theme: str = "awesome"
    sandbox: Literal["auto", "required", "off"] = "auto"
    timeout: float = 60.0
    gate: bool = True
    strict: bool = False
    cache: bool = True
    keep_log: Path | None = None
    warm: Warm | None = None


@frozen
class Sheet:
    """What is to be pressed. `document` and `links` are what the PDF must tell in the end, `epoch` is its date in
    seconds since 1970; `origins` are the places in the profile that lines of `tex` come from; `options` the theme's.
    """

    tex: str
    origins: Sequence[tuple[int, Span]]
    assets: Mapping[str, bytes]
    runtime: Runtime
    theme: Path
    options: Mapping[str, str]
    document: Document
    links: frozenset[str]
    epoch: int


@frozen
class Pressed:
    """A PDF that passed its gates, and what is known of how it came about.

    `reads` are the files outside of the work folder that the engine read, `packages` those of `records.packages`.
    """

    data: bytes = field(repr=False)
    pages: int
    passes: int
    engine: str
    sandbox: str
    reads: frozenset[str]
    packages: frozenset[str]
    remarks: tuple[Diagnostic, ...]
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

    def press(self, sheet: Sheet) -> Pressed:
        """Make the PDF. Raises `TypesettingError`, `OutputError`."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None: ...


class Here:
    """A press in this process. Where it can, an engine is started at once, and waits for its document."""

    def __init__(self, terms: Terms) -> None:
        self._terms = terms
        self._early = self._start_early()

    def _start_early(self) -> Waiting | None:
        terms = self._terms
        if terms.warm or not terms.cache:
            return None
        from cvgen.latex.engine import start_early

        return start_early(terms.theme, terms.engine, sandbox=terms.sandbox)

    def press(self, sheet: Sheet) -> Pressed:
        """Make the PDF. Raises `TypesettingError`, `OutputError`."""
        stages = Stages()
        with stages.stage("engine"), _importing():
            run = self._run(sheet)
        with stages.stage("finish"):
            from cvgen.pdf import finish

            data = finish.finish(run.pdf, document=sheet.document, epoch=sheet.epoch)
        with stages.stage("gate"):
            pages, remarks = _passed(data, run, sheet, self._terms)
        packages = frozenset(records.packages())
        return Pressed(data, pages, run.passes, run.engine, run.sandbox, run.reads, packages, remarks, stages.seconds)

    def _run(self, sheet: Sheet) -> Run:
        from cvgen.latex import runtime
        from cvgen.latex.themes import class_folder

        prepared = sheet.runtime
        for _ in range(_MOST_CLEARED):
            try:
                return self._run_with(prepared, sheet)
            except (TypesettingError, OSError):
                folders = sheet.theme, class_folder()
                if prepared.folder.is_dir() and runtime.find(*folders, cache=prepared.folder.parent) is not None:
                    raise
                prepared = runtime.prepare(*folders)  # somebody cleared the cache meanwhile
                if self._terms.keep_log is not None:
                    self._terms.keep_log.unlink(missing_ok=True)
        return self._run_with(prepared, sheet)

    def _run_with(self, runtime: Runtime, sheet: Sheet) -> Run:
        from cvgen.latex import engine as engines

        terms = self._terms
        if terms.keep_log is not None:
            with contextlib.suppress(OSError):  # writing the output will tell
                terms.keep_log.parent.mkdir(parents=True, exist_ok=True)
        return engines.run(
            sheet.tex,
            engine=terms.engine,
            runtime=runtime,
            assets=sheet.assets,
            timeout=terms.timeout,
            sandbox=terms.sandbox,
            origins=sheet.origins,
            keep_log=terms.keep_log,
            waiting=terms.warm.take(terms.engine, runtime, terms.sandbox) if terms.warm else self._early,
            prepared=terms.cache,
        )

    def close(self) -> None:
        """End an engine that waits for nothing any more."""
        if self._early is not None:
            self._early.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


@contextlib.contextmanager
def _importing() -> Iterator[None]:
    """Import in another thread, while the engine works, what comes after it: it takes as long."""
    thread = threading.Thread(target=import_rest, daemon=True)
    thread.start()
    try:
        yield
    finally:
        thread.join()


def import_rest() -> None:
    """Import what follows the engine, for when there is nothing else to do."""
    import pypdf  # noqa: F401

    import cvgen.latex.log
    import cvgen.pdf.finish
    import cvgen.pdf.gate
    import cvgen.pdf.layout
    import cvgen.pdf.tags  # noqa: F401


def refuse_warnings(found: Sequence[Diagnostic], error: type[CvgenError], *, strict: bool) -> None:
    """Raise `error` if the build is strict and there is a warning."""
    if strict and any(one.severity is Severity.WARNING for one in found):
        worse = {Severity.WARNING: Severity.ERROR}
        raise error(replace(one, severity=worse.get(one.severity, one.severity)) for one in found)


def _passed(data: bytes, run: Run, sheet: Sheet, terms: Terms) -> tuple[int, tuple[Diagnostic, ...]]:
    """Return the number of pages of a PDF that may go out, and remarks. Raises `OutputError` where a gate refuses."""
    from pypdf import PdfReader

    from cvgen.latex import log
    from cvgen.pdf import content, gate, layout, text

    found = gate.check(data, sheet.links)
    if found:
        raise OutputError(found)
    reader = PdfReader(io.BytesIO(data))
    remarks = log.warnings(run.log, sheet.origins)
    if terms.gate:
        compared = text.compare(content.read(reader), sheet.document)
        if compared.diagnostics:
            raise OutputError(compared.diagnostics)
        remarks = (*remarks, *layout.check(compared, sheet.options, remarks))
    refuse_warnings(remarks, OutputError, strict=terms.strict)
    return len(reader.pages), remarks
