"""One profile -> its files: nothing where nothing changed, all of them or none where something did."""

from __future__ import annotations

import contextlib
import os
import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from cvgen import build_cache
from cvgen.build_cache import BuildSummary, Fingerprint
from cvgen.build_date import CommitQuery
from cvgen.diagnostics import Diagnostic
from cvgen.engine.engines import find_engine
from cvgen.errors import EngineMissingError, OutOfDateError, OutputError, UsageError
from cvgen.files import read_file, read_start, write
from cvgen.options import TypesetOptions
from cvgen.outputs import (
    DOCUMENT_KINDS,
    PDF,
    OutputFormat,
    check_outputs,
    default_output,
    is_any_of,
    log_path,
    output_kind,
    output_kinds,
)

if TYPE_CHECKING:
    from cvgen.engine.prestart import Prestart
    from cvgen.loading.profile import Profile
    from cvgen.pipeline import TypesetPdf

__all__ = [
    "BuildOptions",
    "BuildResult",
    "build",
    "build_with",
    "compare_with_file",
    "files_of",
    "find_current_build",
    "path_of",
    "result_of",
    "typeset",
    "write_files",
]

_MAX_BYTES = 256 << 20  # of a PDF, of which an engine may write a quarter


@dataclass(frozen=True, slots=True)
class BuildOptions:
    """What a build writes, and how it typesets.

    `check` writes nothing and compares; `force` builds even where nothing changed.
    """

    typeset: TypesetOptions = field(default_factory=TypesetOptions)
    formats: tuple[OutputFormat, ...] = ("pdf",)
    force: bool = False
    check: bool = False

    @classmethod
    def of(cls, **options: Any) -> BuildOptions:  # noqa: ANN401 - those of `build`
        """Return the options of a call of `build`, flat; `keep_tex` adds the format `tex`."""
        formats = (*options.pop("formats", ("pdf",)), *(("tex",) if options.pop("keep_tex", False) else ()))
        own = {name: options.pop(name) for name in ("force", "check") if name in options}
        given = {name: value for name, value in options.items() if value is not None}
        return cls(TypesetOptions(**given), tuple(dict.fromkeys(formats)), **own)


@dataclass(frozen=True, slots=True)
class BuildResult:
    """A finished build.

    `pdf` is the file, None if the bytes were not written; `data` its bytes; `outputs` are all files of the build,
    `inputs` those that it was made of. `seconds` maps each stage to its time. `sandbox` names the layers that were
    active around the engine. `cached` tells that nothing had changed since an earlier build, which the rest of the
    result then describes; `written` is False where the files had these bytes.
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


def build(
    profile: Path | str | Profile,
    *,
    output: Path | str | None = None,
    formats: Sequence[OutputFormat] = ("pdf",),
    keep_tex: bool = False,
    force: bool = False,
    check: bool = False,
    theme: str | None = None,
    engine: str | None = None,
    variant: str | None = None,
    pages: int | None = None,
    letter: str | None = None,
    sandbox: Literal["auto", "required", "off"] = "auto",
    overrides: Mapping[str, str] | None = None,
    timeout: float = 60.0,
    gate: bool = True,
    strict: bool = False,
    cache: bool = True,
) -> BuildResult:
    """Typeset a profile and write the PDF to `output`, by default `build/<stem>.pdf`.

    `formats` may add `tex`, `png`, `html`, `markdown`, `docx` and `text`, which go beside it; `keep_tex` adds the
    former. Nothing is written unless the PDF is whole and passed its gates; the files then appear at once, or are
    left alone if they have these bytes already. Where nothing has changed since an earlier build there is nothing
    to do, unless `force`. With `check` nothing is written, and a PDF that differs from the file at `output` raises
    `OutOfDateError`.

    `theme`, `variant` and `pages` replace what the profile says, `overrides` values of it by their YAML path
    (`document.paper`). `letter` asks for the cover letter, the profile's (empty) or that of a file. `engine` is
    `xelatex`, `lualatex`, `tectonic` or `auto`; it may take `timeout` seconds.
    `gate` compares the text of the PDF with the document's, `strict` takes warnings for errors, `cache` uses what
    earlier builds prepared. The log of an engine that failed stays beside the output. Raises a subclass of
    `CvgenError`.
    """
    options = BuildOptions.of(
        formats=formats,
        keep_tex=keep_tex,
        force=force,
        check=check,
        theme=theme,
        engine=engine,
        variant=variant,
        pages=pages,
        letter=letter,
        sandbox=sandbox,
        overrides=overrides,
        timeout=timeout,
        gate=gate,
        strict=strict,
        cache=cache,
    )
    return build_with(profile, options, output=Path(output) if output is not None else None)


def build_with(
    profile: Path | str | Profile,
    options: BuildOptions,
    *,
    output: Path | None = None,
    prestart: Prestart | None = None,
) -> BuildResult:
    """Build as `build` does; `prestart` may have an engine that waits."""
    start, began = time.perf_counter(), time.time()
    target = output or _default_target(profile, options)
    if not options.check:
        check_outputs(output_kinds(target, options.formats), _own_file(profile))
    facts = _facts(profile, options)
    if facts is not None and not options.force and not options.check:
        last = build_cache.find_current(target, facts)
        if last is not None:
            return _current_result(last, target, time.perf_counter() - start)
    looked = time.perf_counter() - start
    made = typeset(profile, options.typeset, prestart=prestart, keep_log=None if options.check else log_path(target))
    if options.check:
        return compare_with_file(result_of(made), profile, target, options)
    files = files_of(made, target, options)
    result = write_files(result_of(made), target, files)
    if facts is not None:
        if "png" in options.formats:
            for path in build_cache.stale_pictures(target, files):
                if not is_any_of(path, result.inputs):
                    path.unlink(missing_ok=True)  # the picture of a page that is no more
        _remember(target, facts, made, files, options, began)
    return replace(result, seconds={"fingerprint": looked, **result.seconds})


def typeset(
    profile: Path | str | Profile,
    options: TypesetOptions,
    *,
    prestart: Prestart | None = None,
    keep_log: Path | None = None,
) -> TypesetPdf:
    """Make the PDF of a profile in memory. `keep_log` is where the engine's log goes if it fails.

    Without a `prestart` an engine is started at once, for the theme that the profile seems to ask for.
    """
    from cvgen.engine.prestart import Prestart  # a build with nothing to do ends without it

    path = path_of(profile)
    with Prestart(options.work_parent) as own, CommitQuery(path) as query:
        if prestart is None and options.cache:
            theme = options.theme or _guess_theme(profile)
            with contextlib.suppress(EngineMissingError):  # the pipeline reports it, after mistakes in the profile
                own.start_for_theme(theme, find_engine(options.engine), options.sandbox, options.user_themes)
        from cvgen.pipeline import run_pipeline  # the engine reads its format while Python imports the models

        return run_pipeline(profile, options, ask_moment=query.moment, prestart=prestart or own, keep_log=keep_log)


def path_of(profile: Path | str | Profile) -> Path | None:
    """Return the file that a profile is in, None for one that another program made."""
    return Path(profile) if isinstance(profile, str | Path) else profile.path


_THEME = rb"^[ ]+theme:[ ]*[\"']?([a-z0-9-]+)"


def _guess_theme(profile: Path | str | Profile) -> str:
    """Guess the theme that a profile will ask for, so that an engine can start before it is read."""
    if not isinstance(profile, str | Path):
        return profile.file.document.theme or "awesome"
    try:
        found = re.search(_THEME, read_start(profile, 1 << 16), re.MULTILINE)
    except OSError:  # loading reports it
        return "awesome"
    return found[1].decode() if found else "awesome"


def _own_file(profile: Path | str | Profile) -> tuple[Path, ...]:
    path = path_of(profile)
    return (path,) if path is not None else ()


def _default_target(profile: Path | str | Profile, options: BuildOptions) -> Path:
    path = path_of(profile)
    if path is None:
        raise UsageError("a profile without a file needs an output", hints=("pass `output=`",))
    return default_output(path, options.typeset.variant, letter=options.typeset.letter is not None)


# ---------------------------------------------------------------------------------------------------- fingerprints

# Options that do not change what comes out.
_WITHOUT_EFFECT = frozenset(("timeout", "cache", "sandbox", "work_parent"))


def _facts(
    profile: Path | str | Profile, options: BuildOptions, installation: Mapping[str, str] | None = None
) -> dict[str, str] | None:
    """Return what is known before a profile is read; None where it is no file, or the user wants no cache."""
    if not isinstance(profile, str | Path) or not options.typeset.cache:
        return None
    plain = TypesetOptions()
    decisive = {
        one.name: value
        for one in fields(TypesetOptions)
        if one.name not in _WITHOUT_EFFECT
        and (value := getattr(options.typeset, one.name)) != getattr(plain, one.name)
    }
    return build_cache.build_facts(Path(profile), {**decisive, "formats": sorted(options.formats)}, installation)


def find_current_build(
    profile: Path | str | Profile, options: BuildOptions, output: Path, installation: Mapping[str, str]
) -> BuildResult | None:
    """Return what `build` would, if it had nothing to do; None if it has."""
    start = time.perf_counter()
    facts = None if options.force or options.check else _facts(profile, options, installation)
    last = build_cache.find_current(output, facts) if facts is not None else None
    return _current_result(last, output, time.perf_counter() - start) if last is not None else None


def _current_result(last: Fingerprint, output: Path, seconds: float) -> BuildResult:
    is_written = os.path.abspath(output) in last.outputs  # noqa: PTH100 - as fingerprints have them
    return BuildResult(
        output if is_written else None,
        read_file(output, _MAX_BYTES) if is_written else b"",
        last.result.tex,
        last.result.pages,
        last.result.passes,
        last.result.engine,
        last.result.sandbox,
        cached=True,
        seconds={"fingerprint": seconds},
        diagnostics=last.result.diagnostics,
        outputs=tuple(map(Path, last.outputs)),
        inputs=tuple(map(Path, last.inputs)),
    )


def _remember(
    target: Path,
    facts: Mapping[str, str],
    made: TypesetPdf,
    outputs: Mapping[Path, bytes],
    options: BuildOptions,
    began: float,
) -> None:
    run, document = made.run, made.document
    build_cache.remember_build(
        target,
        facts,
        BuildSummary(
            made.tex.tex,
            made.pages,
            run.passes,
            run.engine,
            run.sandbox,
            build_cache.engine_programs(options.typeset.engine, run.engine),
            made.moment.today().isoformat() if document.is_dated_today else "",
            made.moment.committed,
            made.diagnostics,
        ),
        inputs=made.inputs,
        reads=run.reads,
        absent=made.tex.absent,
        outputs=outputs,
        began=began,
    )


# ----------------------------------------------------------------------------------------------------------- files


def result_of(made: TypesetPdf) -> BuildResult:
    """Return a build in memory."""
    return BuildResult(
        None,
        made.data,
        made.tex.tex,
        made.pages,
        made.run.passes,
        made.run.engine,
        made.run.sandbox,
        seconds=made.seconds,
        diagnostics=made.diagnostics,
        inputs=made.inputs,
    )


def files_of(made: TypesetPdf, output: Path, options: BuildOptions) -> dict[Path, bytes]:
    """Return the files of a build by path, the PDF first."""
    formats = options.formats
    files = {output: made.data} if "pdf" in formats else {}
    if "tex" in formats:
        files[output.with_suffix(".tex")] = made.tex.tex.encode()
    for name, kind in DOCUMENT_KINDS.items():
        if name in formats:
            from cvgen.formats import export  # few builds want more than the PDF

            written = export(made.profile, name, variant=options.typeset.variant, theme=options.typeset.theme)
            (files[output.with_suffix(kind.suffixes[0])],) = written.files.values()
    if "png" in formats:
        from cvgen.pdf import images  # pdfium is slow to import, and few builds want pictures

        for number, page in enumerate(images.render_pages(made.data), 1):
            files[output.with_name(f"{output.stem}-{number}.png")] = page
    return files


def write_files(result: BuildResult, output: Path, files: Mapping[Path, bytes]) -> BuildResult:
    """Write the files of a build, and return its result with what was written.

    Raises `UsageError` where one would replace an input or a file of another kind, `OutputError`.
    """
    start = time.perf_counter()
    check_outputs({path: output_kind(path) for path in files}, result.inputs)
    written = [write(path, data) for path, data in files.items()]
    seconds = {**result.seconds, "write": time.perf_counter() - start}
    pdf = output if output_kind(output) is PDF and output in files else None
    return replace(result, pdf=pdf, written=any(written), seconds=seconds, outputs=tuple(files))


def compare_with_file(
    result: BuildResult, profile: Path | str | Profile, output: Path, options: BuildOptions
) -> BuildResult:
    """Return a build in memory if the file at `output` is the same, else raise `OutOfDateError` with the reason."""
    try:
        old = read_file(output, _MAX_BYTES)
    except FileNotFoundError:
        raise OutOfDateError(f"`{output}` does not exist", hints=("build it",)) from None
    except OSError as problem:
        raise OutputError(f"`{output}` cannot be read: {problem.strerror}") from problem
    if old != result.data:
        facts = _facts(profile, replace(options, formats=("pdf",), typeset=replace(options.typeset, cache=True)))
        reasons = build_cache.changes_since(output, facts) if facts is not None else None
        raise OutOfDateError(f"`{output}` is out of date", hints=_reasons(old, result.data, reasons))
    return replace(result, pdf=output)


def _reasons(old: bytes, new: bytes, changed: Sequence[str] | None) -> tuple[str, ...]:
    """Say what made a PDF differ: what is known to have changed, else which stage of the build shows it first."""
    if changed:
        return (f"changed since it was built: {', '.join(changed)}", "build it again")
    from cvgen.pdf.comparison import explain_difference

    return (explain_difference(old, new), "build it again")
