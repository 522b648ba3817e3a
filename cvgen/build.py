"""One profile, from YAML to the finished PDF: wires the rooms together and keeps the time."""

from __future__ import annotations

import contextlib
import io
import re
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from cvgen.clock import document_date, epoch_of
from cvgen.diagnostics import Diagnostic, in_order
from cvgen.document.compose import compose, settings_of
from cvgen.document.nodes import Document, Emphasis, Inline, Line, Link, Strong, lines_of
from cvgen.errors import OutputError, ProfileError, UsageError
from cvgen.latex import engine as engines
from cvgen.latex import log, runtime
from cvgen.latex.coverage import Coverage
from cvgen.latex.emit import Emitted, emit_latex, missing_glyphs
from cvgen.latex.photo import read_photo
from cvgen.latex.sandbox import Mode
from cvgen.latex.themes import Theme, choose, class_folder
from cvgen.profile.load import load
from cvgen.profile.model import Profile

__all__ = ["BuildResult", "Stages", "build", "default_output", "typeset"]


@dataclass(frozen=True, slots=True)
class BuildResult:
    """A finished build.

    `pdf` is the file, None if the bytes were not written; `data` its bytes. `seconds` maps each stage to its time.
    `sandbox` names the walls that were up around the engine. `written` is False where the file had these bytes.
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


# What Windows takes for a device, whatever follows the dot.
_DEVICES = frozenset(
    ("con", "prn", "aux", "nul", *(f"{port}{number}" for port in ("com", "lpt") for number in range(10)))
)


def _file_name(words: str) -> str:
    """Return words as a name that no shell and no file system takes for something else."""
    name = re.sub(r"[^\w .,~%'+@()=-]+", "-", words).strip(" .-") or "cv"
    return f"{name}_" if name.partition(".")[0].lower() in _DEVICES else name


def default_output(profile: Path, variant: str | None = None) -> Path:
    """Return where a build goes when nobody says: `build/<stem>.pdf`, with the variant's name if there is one.

    >>> default_output(Path("profiles/ada.yaml"), "short").as_posix()
    'build/ada-short.pdf'
    >>> default_output(Path("-rf; ls.yaml"), "../../x").as_posix()
    'build/rf- ls-..-..-x.pdf'
    """
    stem = f"{profile.stem}-{variant}" if variant else profile.stem
    return Path("build") / f"{_file_name(stem)}.pdf"


@dataclass(frozen=True, slots=True)
class Prepared:
    """Everything that is decided before an engine starts."""

    document: Document
    theme: Theme
    runtime: runtime.Runtime
    emitted: Emitted
    assets: Mapping[str, bytes]
    epoch: int
    diagnostics: tuple[Diagnostic, ...]

    def files(self) -> Iterator[tuple[str, bytes]]:
        """Yield what the TeX document needs beside it: class, theme, fonts, portrait."""
        yield from self.assets.items()
        for folder in (self.runtime.folder, self.runtime.fonts):
            for file in sorted(folder.iterdir()):
                if file.is_file() and file.suffix != ".json":
                    yield file.name, file.read_bytes()


def prepare(profile: Profile, *, theme: str | None = None, variant: str | None = None) -> Prepared:
    """Compose and emit `profile`. Raises `ProfileError` for what no font can set, `ThemeError`, `UsageError`."""
    settings, paths = settings_of(profile, variant)
    day = document_date(settings.date, profile.path, profile.places.span(paths.get("date", ("document",))))
    document = compose(profile, variant=variant, date=day)
    span = profile.places.span(paths.get("theme", ("document",)))
    chosen, options, remarks = choose(document.theme, document.options, instead=theme, span=span)
    made = runtime.prepare(chosen.folder, class_folder())
    coverage = Coverage(made.fonts)
    lost = missing_glyphs(document, chosen, coverage)
    if lost:
        raise ProfileError(lost)
    emitted = emit_latex(document, chosen, options, coverage)
    photo = document.header.photo
    assets = {emitted.photo: read_photo(photo, profile.path)} if photo else {}
    diagnostics = (*profile.diagnostics, *remarks)
    return Prepared(document, chosen, made, emitted, assets, epoch_of(day), diagnostics)


def build(
    profile: Path | str | Profile,
    *,
    output: Path | str | None = None,
    theme: str | None = None,
    engine: str | None = None,
    variant: str | None = None,
    keep_tex: bool = False,
    sandbox: Mode = "auto",
    overrides: Mapping[str, str] | None = None,
    timeout: float = 60.0,
) -> BuildResult:
    """Typeset a profile and write the PDF to `output`, by default `build/<stem>.pdf`.

    Nothing is written unless the PDF is whole and passed its gates; the file then appears at once, or is left alone
    if it has these bytes already. `keep_tex` leaves the TeX beside it; the log of an engine that failed always stays
    there. `overrides` replace values of a profile's file. Raises a subclass of `CvgenError`.
    """
    from cvgen.pdf import finish

    if output is None:
        path = profile.path if isinstance(profile, Profile) else Path(profile)
        if path is None:
            raise UsageError("a profile without a file needs an output", hints=("pass `output=`",))
        output = default_output(path, variant)
    output = Path(output)
    result = typeset(
        profile,
        theme=theme,
        engine=engine,
        variant=variant,
        sandbox=sandbox,
        overrides=overrides,
        timeout=timeout,
        keep_log=output.with_suffix(".log"),
    )
    start = time.perf_counter()
    written = finish.write(output, result.data)
    if keep_tex:
        finish.write(output.with_suffix(".tex"), result.tex.encode())
    seconds = {**result.seconds, "write": time.perf_counter() - start}
    return BuildResult(
        output,
        result.data,
        result.tex,
        result.pages,
        result.passes,
        result.engine,
        result.sandbox,
        False,
        written,
        seconds,
        result.diagnostics,
    )


def typeset(
    profile: Path | str | Profile,
    *,
    theme: str | None = None,
    engine: str | None = None,
    variant: str | None = None,
    sandbox: Mode = "auto",
    overrides: Mapping[str, str] | None = None,
    timeout: float = 60.0,
    keep_log: Path | None = None,
) -> BuildResult:
    """Make the PDF in memory. `keep_log` is where the engine's log goes if it fails."""
    if overrides and isinstance(profile, Profile):
        raise UsageError("a profile that is loaded takes no overrides", hints=("pass them to `load`",))
    stages = Stages()
    with stages.stage("engine-probe"):
        chosen = engines.find(engine or "auto")
    with stages.stage("load"):
        loaded = profile if isinstance(profile, Profile) else load(Path(profile), overrides=overrides)
    with stages.stage("compose"):
        ready = prepare(loaded, theme=theme, variant=variant)
    if keep_log is not None:
        with contextlib.suppress(OSError):  # writing the output will tell
            keep_log.parent.mkdir(parents=True, exist_ok=True)
    with stages.stage("engine"):
        run = engines.run(
            ready.emitted.tex,
            engine=chosen,
            runtime=ready.runtime,
            assets=ready.assets,
            epoch=ready.epoch,
            timeout=timeout,
            sandbox=sandbox,
            origins=ready.emitted.origins,
            keep_log=keep_log,
        )
    with stages.stage("finish"):
        data, pages = _finish(run.pdf, ready)
    remarks = log.warnings(run.log, ready.emitted.origins)
    return BuildResult(
        None,
        data,
        ready.emitted.tex,
        pages,
        run.passes,
        run.engine,
        run.sandbox,
        False,
        False,
        stages.seconds,
        in_order((*ready.diagnostics, *remarks)),
    )


def _finish(pdf: bytes, ready: Prepared) -> tuple[bytes, int]:
    """Return the finished PDF and its number of pages. Raises `OutputError` where a gate finds fault."""
    from pypdf import PdfReader

    from cvgen.pdf import finish, gate

    data = finish.finish(pdf, document=ready.document, epoch=ready.epoch)
    found = gate.check(data, links_of(ready.document))
    if found:
        raise OutputError(found)
    return data, len(PdfReader(io.BytesIO(data)).pages)


def links_of(document: Document) -> frozenset[str]:
    """Return every address that the document links to."""

    def of(inlines: tuple[Inline, ...]) -> Iterator[str]:
        for inline in inlines:
            match inline:
                case Link(inner, url):
                    yield url
                    yield from of(inner)
                case Strong(inner) | Emphasis(inner):
                    yield from of(inner)

    def lines() -> Iterator[Line]:
        yield from lines_of(document)

    return frozenset(url for line in lines() for url in of(line.inlines))
