"""One profile to its files: nothing where nothing changed, all of them or none where something did."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Unpack

from cvgen import records
from cvgen.errors import OutOfDateError, OutputError, UsageError
from cvgen.files import read_file, write
from cvgen.steady import steady
from cvgen.typeset import BuildResult, Made, Options, join, make, path_of

if TYPE_CHECKING:
    from cvgen.profile.model import Profile

__all__ = ["build", "check", "compare", "default_output", "files_of", "formats_of", "place", "recall"]

Format = Literal["pdf", "png", "tex"]
_MOST_BYTES = 256 << 20  # of a PDF, of which an engine may write a quarter


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


def _target(profile: Path | str | Profile, output: Path | str | None, variant: str | None) -> Path:
    if output is not None:
        return Path(output)
    path = path_of(profile)
    if path is None:
        raise UsageError("a profile without a file needs an output", hints=("pass `output=`",))
    return default_output(path, variant)


# What has no say in what comes out, and what is as good as left out.
_WITHOUT_EFFECT = frozenset(("timeout", "cache", "sandbox", "warm", "press"))
_DEFAULTS: Mapping[str, object] = {"engine": "auto", "gate": True, "strict": False, "overrides": {}}


def _known(
    profile: Path | str | Profile, formats: Sequence[str], options: Mapping[str, Any]
) -> dict[str, str] | None:
    """Return what records go by; None where there are none: of what is no file, or if the user wants none."""
    if not isinstance(profile, str | Path) or not options.get("cache", True):
        return None
    decisive = {
        name: value
        for name, value in options.items()
        if name not in _WITHOUT_EFFECT and value is not None and value != _DEFAULTS.get(name)
    }
    return records.facts(Path(profile), {**decisive, "formats": sorted(formats)})


def build(
    profile: Path | str | Profile,
    *,
    output: Path | str | None = None,
    formats: Sequence[Format] = ("pdf",),
    keep_tex: bool = False,
    force: bool = False,
    **options: Unpack[Options],
) -> BuildResult:
    """Typeset a profile and write the PDF to `output`, by default `build/<stem>.pdf`.

    `formats` may add `tex` and `png`, which go beside it; `keep_tex` adds the former. Nothing is written unless the
    PDF is whole and passed its gates; the files then appear at once, or are left alone if they have these bytes
    already. Where nothing has changed since an earlier build there is nothing to do, unless `force`. The log of an
    engine that failed stays beside the output. Raises a subclass of `CvgenError`.
    """
    with steady():
        return _built(profile, output, formats, keep_tex, force, options)


def _built(
    profile: Path | str | Profile,
    output: Path | str | None,
    formats: Sequence[Format],
    keep_tex: bool,
    force: bool,
    options: Options,
) -> BuildResult:
    start, began = time.perf_counter(), time.time()
    output = _target(profile, output, options.get("variant"))
    formats = formats_of(formats, keep_tex=keep_tex)
    known = _known(profile, formats, options)
    record = records.recall(output, known) if known is not None and not force else None
    if record is not None:
        return _recalled(record, output, time.perf_counter() - start)
    looked = time.perf_counter() - start
    made = make(profile, options, keep_log=output.with_suffix(".log"))
    files = files_of(made.result, output, formats)
    result = place(made.result, output, files)
    if known is not None:
        for path in records.left_over(output, files) if "png" in formats else ():
            path.unlink(missing_ok=True)  # the picture of a page that is no more
        _remember(output, known, made, files, options, began)
    join()
    return replace(result, seconds={"records": looked, **result.seconds})


def recall(
    profile: Path | str | Profile,
    *,
    output: Path,
    formats: Sequence[Format] = ("pdf",),
    keep_tex: bool = False,
    force: bool = False,
    **options: Unpack[Options],
) -> BuildResult | None:
    """Return what `build` would, if it had nothing to do; None if it has. Takes what `build` does."""
    start = time.perf_counter()
    known = None if force else _known(profile, formats_of(formats, keep_tex=keep_tex), options)
    record = records.recall(output, known) if known is not None else None
    return _recalled(record, output, time.perf_counter() - start) if record is not None else None


def _recalled(record: records.Record, output: Path, seconds: float) -> BuildResult:
    result = record.result
    is_written = os.path.abspath(output) in record.outputs  # noqa: PTH100 - as records has them
    return BuildResult(
        output if is_written else None,
        read_file(output, _MOST_BYTES) if is_written else b"",
        result["tex"],
        result["pages"],
        result["passes"],
        result["engine"],
        result["sandbox"],
        cached=True,
        seconds={"records": seconds},
        diagnostics=records.diagnostics(record),
        outputs=tuple(map(Path, record.outputs)),
        inputs=tuple(map(Path, record.inputs)),
    )


def _remember(
    output: Path,
    known: Mapping[str, str],
    made: Made,
    outputs: Mapping[Path, bytes],
    options: Options,
    began: float,
) -> None:
    result, draft, pressed = made.result, made.draft, made.pressed
    programs = records.programs(options.get("engine") or "auto", result.engine)
    # What lies in the cache is known by its digest, and may go.
    engine = {*map(os.path.realpath, programs.values()), *pressed.reads}
    stamps = (*records.packages(), *pressed.packages, *map(str, pressed.absent), *records.lasting(engine))
    records.remember(
        output,
        known,
        inputs=pressed.inputs,
        stamps=stamps,
        outputs=outputs,
        result={
            "tex": result.tex,
            "pages": result.pages,
            "passes": result.passes,
            "engine": result.engine,
            "sandbox": result.sandbox,
            "programs": programs,
            "today": draft.day.isoformat() if draft.today and draft.day else "",
            "committed": made.committed,
            "diagnostics": records.tables(result.diagnostics),
        },
        began=began,
    )


def formats_of(formats: Sequence[Format], *, keep_tex: bool) -> tuple[Format, ...]:
    """Return what is to be written, each once."""
    return tuple(dict.fromkeys((*formats, "tex"))) if keep_tex else tuple(formats)


def files_of(made: BuildResult, output: Path, formats: Sequence[Format]) -> dict[Path, bytes]:
    """Return the files of a build by path, the PDF first."""
    files = {output: made.data} if "pdf" in formats else {}
    if "tex" in formats:
        files[output.with_suffix(".tex")] = made.tex.encode()
    if "png" in formats:
        from cvgen.pdf import images

        for number, page in enumerate(images.pages(made.data), 1):
            files[output.with_name(f"{output.stem}-{number}.png")] = page
    return files


def place(made: BuildResult, output: Path, files: Mapping[Path, bytes]) -> BuildResult:
    """Write the files of a build, and return its result with what was written. Raises `OutputError`."""
    start = time.perf_counter()
    written = any([write(path, data) for path, data in files.items()])  # noqa: C419 - each is written
    seconds = {**made.seconds, "write": time.perf_counter() - start}
    pdf = output if output in files else None
    return replace(made, pdf=pdf, written=written, seconds=seconds, outputs=tuple(files))


def check(
    profile: Path | str | Profile, *, output: Path | str | None = None, **options: Unpack[Options]
) -> BuildResult:
    """Make the PDF as `build` would and compare it with the file at `output`, writing nothing.

    Raises `OutOfDateError` that says what has changed, where the file is not what a build would write.
    """
    output = _target(profile, output, options.get("variant"))
    return compare(make(profile, options, keep_log=None).result, profile, output, options)


def compare(made: BuildResult, profile: Path | str | Profile, output: Path, options: Options) -> BuildResult:
    """Return a build in memory if the file at `output` is the same, else raise what `check` raises."""
    try:
        old = read_file(output, _MOST_BYTES)
    except FileNotFoundError:
        raise OutOfDateError(f"`{output}` does not exist", hints=("build it",)) from None
    except OSError as problem:
        raise OutputError(f"`{output}` cannot be read: {problem.strerror}") from problem
    if old != made.data:
        path = path_of(profile)
        known = _known(path, ("pdf",), {**options, "cache": True}) if path else None
        reasons = records.differences(output, known) if known is not None else None
        raise OutOfDateError(f"`{output}` is out of date", hints=_reasons(old, made.data, reasons))
    return replace(made, pdf=output)


def _reasons(old: bytes, new: bytes, changed: Sequence[str] | None) -> tuple[str, ...]:
    """Say what made a PDF differ: what is known to have changed, else which stage of the build shows it first."""
    if changed:
        return (f"changed since it was built: {', '.join(changed)}", "build it again")
    from cvgen.pdf.compare import difference

    return (difference(old, new), "build it again")
