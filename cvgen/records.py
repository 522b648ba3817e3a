"""What the last build of an output was made of: where all of it is as it was, there is nothing to do.

Correct, not hopeful: everything that could move ink is in a record, and a record that lacks anything, or was made
while a file still changed, counts for nothing. Nothing slow is imported here: a build that is up to date ends here.
"""

from __future__ import annotations

import contextlib
import dataclasses
import datetime
import hashlib
import json
import os
import shutil
import sys
import time
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from cvgen.clock import Commit, fixed_epoch
from cvgen.diagnostics import Diagnostic, Severity, Span
from cvgen.files import open_file
from cvgen.frozen import frozen
from cvgen.latex.runtime import cache_folder, fonts_digest, package_version
from cvgen.steady import seen

__all__ = [
    "MOST",
    "Record",
    "diagnostics",
    "differences",
    "facts",
    "lasting",
    "left_over",
    "packages",
    "programs",
    "recall",
    "remember",
    "tables",
]

_FORMAT = 1  # of what stands in a record
MOST = 4096
_UNSETTLED = 0.05  # seconds within which a file may change twice and show one time only


@frozen
class Record:
    """What a build was made of and what came out.

    `facts` are what is known before a profile is read, in words. `inputs` and `outputs` are SHA-256 by path;
    `stamps` are size and time of programs and packages, too large to read each time,
    and empty for what must be missing. `result` is what the build said of itself.
    """

    facts: Mapping[str, str]
    inputs: Mapping[str, str]
    stamps: Mapping[str, str]
    outputs: Mapping[str, str]
    result: Mapping[str, Any]


def facts(profile: Path, options: Mapping[str, Any]) -> dict[str, str]:
    """Return what a build depends on that can be known before the profile is read, by its name in words."""
    return {
        "the profile's name": str(profile),
        "the options": json.dumps(options, sort_keys=True, default=str),
        "cvgen": f"{package_version()} {seen('sources', _sources)}",
        "Python": sys.version,
        "the fonts": fonts_digest(),
        "SOURCE_DATE_EPOCH": str(fixed_epoch()),
    }


def _sources() -> str:
    """Return a digest of cvgen's own files by size and time: a checkout changes under the same version."""
    found: list[str] = []
    waiting = [os.path.dirname(os.path.abspath(__file__))]  # noqa: PTH100, PTH120 - this must be quick
    while waiting:
        with os.scandir(waiting.pop()) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    waiting += [entry.path] if entry.name != "__pycache__" else []
                else:
                    state = entry.stat()
                    found.append(f"{entry.path} {state.st_size} {state.st_mtime_ns}")
    return hashlib.sha256("\n".join(sorted(found)).encode("utf-8", "surrogateescape")).hexdigest()


def _digest(path: str | Path) -> str:
    """Return the SHA-256 of a file's bytes, nothing for a file that cannot be read."""
    try:
        with open_file(path) as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""


def _stamp(path: str) -> str:
    try:
        state = os.stat(path)  # noqa: PTH116 - as above
    except OSError:
        return ""
    return f"{state.st_size} {state.st_mtime_ns}"


def packages() -> Iterator[str]:
    """Yield the file that stands for each package that this process has imported from outside of cvgen."""
    for name in {module.partition(".")[0] for module in list(sys.modules)} - sys.stdlib_module_names - {"cvgen"}:
        file = getattr(sys.modules.get(name), "__file__", None)
        if file:
            yield file


def lasting(paths: Iterable[str]) -> Iterator[str]:
    """Yield the paths that are not in the cache, which knows its files by their contents and may be cleared."""
    cache = f"{cache_folder()}{os.sep}"
    yield from (path for path in sorted(paths) if path and not path.startswith(cache))


def programs(wanted: str, used: str) -> dict[str, str]:
    """Return where each program is that was looked for until the engine `used` was found, empty for one missing."""
    from cvgen.latex.engines import ENGINES

    names = list(ENGINES)[: list(ENGINES).index(used) + 1] if wanted == "auto" else [used]
    return {ENGINES[name].program: shutil.which(ENGINES[name].program) or "" for name in names}


def tables(found: Iterable[Diagnostic]) -> list[dict[str, Any]]:
    """Return diagnostics as a record keeps them."""
    return [dataclasses.asdict(one) for one in found]


def diagnostics(record: Record) -> tuple[Diagnostic, ...]:
    """Return what the build said, to be said again."""
    return tuple(
        Diagnostic(
            one["code"],
            Severity(one["severity"]),
            Span(**one["span"]),
            one["message"],
            tuple(one["hints"]),
            one["label"],
            tuple((Span(**span), words) for span, words in one["related"]),
        )
        for one in record.result["diagnostics"]
    )


def _place(target: Path) -> Path:
    name = hashlib.sha256(os.fsencode(os.path.realpath(target))).hexdigest()[:32]
    return cache_folder() / "builds" / f"{name}.json"


def _read(target: Path) -> Record | None:
    try:
        table = json.loads(_place(target).read_bytes())
        if table.pop("format") != _FORMAT or table.pop("target") != os.path.realpath(target):
            return None
        return Record(**table)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def recall(target: Path, known: Mapping[str, str]) -> Record | None:
    """Return the record of the last build of `target` if a build would change nothing."""
    record = _read(target)
    return record if record and not any(_changes(record, known)) and not any(_lost(record)) else None


def _lost(record: Record) -> Iterator[str]:
    """Yield the outputs that are not what was written."""
    yield from (path for path, sha in record.outputs.items() if not sha or _digest(path) != sha)


def _changes(record: Record, known: Mapping[str, str]) -> Iterator[str]:
    """Yield what is not as it was when the record was made, in words."""
    yield from (name for name in sorted({*known, *record.facts}) if known.get(name) != record.facts.get(name))
    for name, program in record.result["programs"].items():
        if (shutil.which(name) or "") != program:
            yield f"the engine `{name}`"
    yield from (f"`{path}`" for path, stamp in record.stamps.items() if _stamp(path) != stamp)
    yield from (f"`{path}`" for path, sha in record.inputs.items() if _digest(path) != sha)
    if record.result["today"] not in ("", _today()):
        yield "the day"
    if record.result["committed"] != _committed(Path(known["the profile's name"])):
        yield "the profile's last commit"


def _today() -> str:
    return datetime.datetime.now(datetime.UTC).date().isoformat()


def _committed(profile: Path) -> int | None:
    with Commit(profile if fixed_epoch() is None else None) as commit:
        return commit.time()


def differences(target: Path, known: Mapping[str, str]) -> tuple[str, ...] | None:
    """Return what has changed since `target` was last built here, in words; None if nobody remembers."""
    record = _read(target)
    return tuple(dict.fromkeys(_changes(record, known))) if record else None


def left_over(target: Path, outputs: Iterable[Path]) -> tuple[Path, ...]:
    """Return the pictures that the last build of `target` wrote, still as they were, that are none of `outputs`."""
    record = _read(target)
    new = {os.path.abspath(path) for path in outputs}  # noqa: PTH100 - symlinks stay as they are
    old = record.outputs if record else {}
    return tuple(
        Path(path) for path, sha in old.items() if path.endswith(".png") and path not in new and _digest(path) == sha
    )


def remember(
    target: Path,
    known: Mapping[str, str],
    *,
    inputs: Iterable[Path],
    stamps: Iterable[str],
    outputs: Mapping[Path, bytes],
    result: Mapping[str, Any],
    began: float,
) -> None:
    """Write down what `target` was made of. `began` is the time, in seconds since 1970, when reading began."""
    paths = [os.path.abspath(path) for path in inputs]  # noqa: PTH100 - symlinks stay as they are
    if any(_is_unsettled(path, began) for path in paths):
        return
    table = {
        "format": _FORMAT,
        "target": os.path.realpath(target),
        "facts": dict(known),
        "inputs": {path: _digest(path) for path in paths},
        "stamps": {path: _stamp(path) for path in sorted({*stamps})},
        "outputs": {os.path.abspath(path): hashlib.sha256(data).hexdigest() for path, data in outputs.items()},  # noqa: PTH100
        "result": dict(result),
    }
    with contextlib.suppress(OSError):
        _store(_place(target), json.dumps(table).encode())


def _is_unsettled(path: str, began: float) -> bool:
    """Tell whether a file may have changed since it was read: then its digest would be of other text."""
    try:
        state = os.stat(path)  # noqa: PTH116 - as above
    except OSError:
        return True
    return max(state.st_mtime, state.st_ctime) > began - _UNSETTLED


def _store(place: Path, data: bytes) -> None:
    place.parent.mkdir(mode=0o700, exist_ok=True)
    new = place.with_name(f".{place.name}-{os.getpid()}-{time.monotonic_ns()}")
    try:
        new.write_bytes(data)
        new.replace(place)
    finally:
        new.unlink(missing_ok=True)
    entries = list(os.scandir(place.parent))
    if len(entries) > MOST:
        for entry in sorted(entries, key=lambda one: one.stat().st_mtime)[: MOST // 4]:
            with contextlib.suppress(OSError):
                Path(entry.path).unlink()
