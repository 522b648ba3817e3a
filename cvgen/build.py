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
from cvgen.typeset import BuildResult, Made, Options, make, path_of

if TYPE_CHECKING:
    from cvgen.profile.model import Profile

__all__ = ["build", "check", "default_output"]

Format = Literal["pdf", "png", "tex"]


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
_WITHOUT_EFFECT = frozenset(("timeout", "cache", "sandbox", "warm"))
_DEFAULTS: Mapping[str, object] = {"engine": "auto", "gate": True, "strict": False, "overrides": {}}


def _known(profile: Path, formats: Sequence[str], options: Mapping[str, Any]) -> dict[str, str]:
    decisive = {
        name: value
        for name, value in options.items()
        if name not in _WITHOUT_EFFECT and value is not None and value != _DEFAULTS.get(name)
    }
    return records.facts(profile, {**decisive, "formats": sorted(formats)})


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
    start, began = time.perf_counter(), time.time()
    output = _target(profile, output, options.get("variant"))
    formats = tuple(dict.fromkeys((*formats, "tex"))) if keep_tex else formats
    known = None
    if isinstance(profile, str | Path) and options.get("cache", True):
        known = _known(Path(profile), formats, options)
        record = None if force else records.recall(output, known)
        if record is not None:
            return _recalled(record, output, time.perf_counter() - start)
    looked = time.perf_counter() - start
    made = make(profile, options, keep_log=output.with_suffix(".log"))
    start = time.perf_counter()
    outputs = _outputs(output, made.result, formats)
    written = _write(outputs)
    if known is not None:
        for path in records.left_over(output, outputs) if "png" in formats else ():
            path.unlink(missing_ok=True)  # the picture of a page that is no more
        _remember(output, known, made, outputs, options, began)
    seconds = {"records": looked, **made.result.seconds, "write": time.perf_counter() - start}
    pdf = output if output in outputs else None
    return replace(made.result, pdf=pdf, written=written, seconds=seconds, outputs=tuple(outputs))


def _recalled(record: records.Record, output: Path, seconds: float) -> BuildResult:
    result = record.result
    is_written = os.path.abspath(output) in record.outputs  # noqa: PTH100 - as records has them
    return BuildResult(
        output if is_written else None,
        output.read_bytes() if is_written else b"",
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
    result, ready = made.result, made.ready
    programs = records.programs(options.get("engine") or "auto", result.engine)
    # What lies in the cache is known by its digest, and may go.
    engine = {*map(os.path.realpath, programs.values()), *made.reads}
    stamps = (*records.packages(), *map(str, ready.absent), *records.lasting(engine))
    records.remember(
        output,
        known,
        inputs=ready.inputs,
        stamps=stamps,
        outputs=outputs,
        result={
            "tex": result.tex,
            "pages": result.pages,
            "passes": result.passes,
            "engine": result.engine,
            "sandbox": result.sandbox,
            "programs": programs,
            "today": ready.day.isoformat() if ready.today and ready.day else "",
            "committed": made.committed,
            "diagnostics": records.tables(result.diagnostics),
        },
        began=began,
    )


def _outputs(output: Path, made: BuildResult, formats: Sequence[Format]) -> dict[Path, bytes]:
    """Return the files of a build by path, the PDF first."""
    outputs = {output: made.data} if "pdf" in formats else {}
    if "tex" in formats:
        outputs[output.with_suffix(".tex")] = made.tex.encode()
    if "png" in formats:
        from cvgen.pdf import images

        for number, page in enumerate(images.pages(made.data), 1):
            outputs[output.with_name(f"{output.stem}-{number}.png")] = page
    return outputs


def _write(outputs: Mapping[Path, bytes]) -> bool:
    from cvgen.pdf import finish

    return any([finish.write(path, data) for path, data in outputs.items()])  # noqa: C419 - each is written


def check(
    profile: Path | str | Profile, *, output: Path | str | None = None, **options: Unpack[Options]
) -> BuildResult:
    """Make the PDF as `build` would and compare it with the file at `output`, writing nothing.

    Raises `OutOfDateError` that says what has changed, where the file is not what a build would write.
    """
    output = _target(profile, output, options.get("variant"))
    made = make(profile, options, keep_log=None).result
    try:
        old = output.read_bytes()
    except FileNotFoundError:
        raise OutOfDateError(f"`{output}` does not exist", hints=("build it",)) from None
    except OSError as problem:
        raise OutputError(f"`{output}` cannot be read: {problem.strerror}") from problem
    if old != made.data:
        path = path_of(profile)
        known = _known(path, ("pdf",), options) if path else {}
        reasons = records.differences(output, known) if path else None
        raise OutOfDateError(f"`{output}` is out of date", hints=_reasons(old, made.data, reasons))
    return replace(made, pdf=output)


def _reasons(old: bytes, new: bytes, changed: Sequence[str] | None) -> tuple[str, ...]:
    """Say what made a PDF differ: what is known to have changed, else which stage of the build shows it first."""
    if changed:
        return (f"changed since it was built: {', '.join(changed)}", "build it again")
    from cvgen.pdf.compare import difference

    return (difference(old, new), "build it again")
