"""Cache of build fingerprints: where all that an output was made of is as it was, there is nothing to do.

Everything that could move ink is in a fingerprint, and one that lacks anything, or was taken while a file still
changed, counts for nothing. Nothing slow is imported here: a build that is up to date ends here.
"""

from __future__ import annotations

import contextlib
import dataclasses
import hashlib
import importlib.util
import json
import os
import shutil
import sys
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cvgen import __version__
from cvgen.build_date import moment_of, source_date_epoch
from cvgen.diagnostics import Diagnostic, Severity, Span
from cvgen.engine.engines import ENGINES
from cvgen.engine.tex_tree import fonts_digest
from cvgen.files import open_file
from cvgen.paths import cache_folder

__all__ = [
    "MAX_FINGERPRINTS",
    "PACKAGES",
    "BuildSummary",
    "Fingerprint",
    "build_facts",
    "changes_since",
    "engine_programs",
    "find_current",
    "installation_facts",
    "remember_build",
    "stale_pictures",
]

_FORMAT = 2  # of what is written down
MAX_FINGERPRINTS = 4096
# Packages whose version may move ink.
PACKAGES = (
    *("babel", "fontTools", "idna", "markdown_it", "PIL", "platformdirs", "pybtex", "pydantic", "pydantic_core"),
    *("pikepdf", "pylatex", "pylatexenc", "rapidfuzz", "yaml"),
)
_UNSETTLED = 0.05  # seconds within which a file may change twice and show one time only


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """What an output was made of and what came out.

    `facts` are what is known before a profile is read, in words. `inputs` and `outputs` are SHA-256 by path;
    `stamps` are size and time of programs and packages, too large to read each time, and empty for what must be
    missing. `result` is what `BuildSummary` holds.
    """

    facts: Mapping[str, str]
    inputs: Mapping[str, str]
    stamps: Mapping[str, str]
    outputs: Mapping[str, str]
    result: BuildSummary


@dataclass(frozen=True, slots=True)
class BuildSummary:
    """What a build said of itself. `programs` are where engines were looked for; `today` is the day it printed."""

    tex: str
    pages: int
    passes: int
    engine: str
    sandbox: str
    programs: Mapping[str, str]
    today: str
    committed: int | None
    diagnostics: tuple[Diagnostic, ...]


def installation_facts() -> dict[str, str]:
    """Return what every build on this machine depends on, by its name in words. Takes 3 ms."""
    return {"cvgen": f"{__version__} {_sources_digest()}", "Python": sys.version, "the fonts": fonts_digest()}


def build_facts(
    profile: Path, options: Mapping[str, Any], installation: Mapping[str, str] | None = None
) -> dict[str, str]:
    """Return what a build depends on that can be known before the profile is read, by its name in words."""
    return {
        "the profile's name": str(profile),
        "the options": json.dumps(options, sort_keys=True, default=str),
        "SOURCE_DATE_EPOCH": str(source_date_epoch()),
        **(installation_facts() if installation is None else installation),
    }


def _sources_digest() -> str:
    """Return a digest of cvgen's own files by size and time: a checkout changes under the same version."""
    found: list[str] = []
    folders = [os.path.dirname(os.path.abspath(__file__))]  # noqa: PTH100, PTH120 - this must be quick
    while folders:
        with os.scandir(folders.pop()) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    folders += [entry.path] if entry.name != "__pycache__" else []
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


def _package_files() -> Iterator[str]:
    """Yield a file of each package that takes part in a build; its size and time change with its version."""
    for name in PACKAGES:
        spec = importlib.util.find_spec(name)
        if spec is not None and spec.origin:
            yield spec.origin


def engine_programs(wanted: str, used: str) -> dict[str, str]:
    """Return where each program is that was looked for until the engine `used` was found, empty for a missing one."""
    names = list(ENGINES)[: list(ENGINES).index(used) + 1] if wanted == "auto" else [used]
    return {ENGINES[name].program: shutil.which(ENGINES[name].program) or "" for name in names}


def _diagnostic(table: Mapping[str, Any]) -> Diagnostic:
    return Diagnostic(
        table["code"],
        Severity(table["severity"]),
        Span(**table["span"]),
        table["message"],
        tuple(table["hints"]),
        table["label"],
        tuple((Span(**span), words) for span, words in table["related"]),
    )


def _place(target: Path) -> Path:
    name = hashlib.sha256(os.fsencode(os.path.realpath(target))).hexdigest()[:32]
    return cache_folder() / "builds" / f"{name}.json"


def _read(target: Path) -> Fingerprint | None:
    try:
        table = json.loads(_place(target).read_bytes())
        if table.pop("format") != _FORMAT or table.pop("target") != os.path.realpath(target):
            return None
        result = table.pop("result")
        said = tuple(map(_diagnostic, result.pop("diagnostics")))
        return Fingerprint(**table, result=BuildSummary(**result, diagnostics=said))
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def find_current(target: Path, facts: Mapping[str, str]) -> Fingerprint | None:
    """Return the fingerprint of the last build of `target` if a build would change nothing."""
    last = _read(target)
    return last if last and not any(_changes(last, facts)) and not any(_lost(last)) else None


def _lost(last: Fingerprint) -> Iterator[str]:
    """Yield the outputs that are not what was written."""
    yield from (path for path, sha in last.outputs.items() if not sha or _digest(path) != sha)


def _changes(last: Fingerprint, facts: Mapping[str, str]) -> Iterator[str]:
    """Yield what is not as it was when the fingerprint was taken, in words."""
    yield from (name for name in sorted({*facts, *last.facts}) if facts.get(name) != last.facts.get(name))
    for name, program in last.result.programs.items():
        if (shutil.which(name) or "") != program:
            yield f"the engine `{name}`"
    yield from (f"`{path}`" for path, stamp in last.stamps.items() if _stamp(path) != stamp)
    yield from (f"`{path}`" for path, sha in last.inputs.items() if _digest(path) != sha)
    moment = moment_of(Path(facts["the profile's name"]))
    if last.result.today not in ("", moment.today().isoformat()):
        yield "the day"
    if last.result.committed != moment.committed:
        yield "the profile's last commit"


def changes_since(target: Path, facts: Mapping[str, str]) -> tuple[str, ...] | None:
    """Return what has changed since `target` was last built here, in words; None if that is not known."""
    last = _read(target)
    return tuple(dict.fromkeys(_changes(last, facts))) if last else None


def stale_pictures(target: Path, outputs: Iterable[Path]) -> tuple[Path, ...]:
    """Return the pictures that the last build of `target` wrote, still as they were, that are none of `outputs`."""
    last = _read(target)
    new = {os.path.abspath(path) for path in outputs}  # noqa: PTH100 - symlinks stay as they are
    old = last.outputs if last else {}
    return tuple(
        Path(path) for path, sha in old.items() if path.endswith(".png") and path not in new and _digest(path) == sha
    )


def remember_build(
    target: Path,
    facts: Mapping[str, str],
    result: BuildSummary,
    *,
    inputs: Iterable[Path],
    reads: Iterable[str],
    absent: Iterable[Path],
    outputs: Mapping[Path, bytes],
    began: float,
) -> None:
    """Write down what `target` was made of: `inputs`, `reads` of the engine, and `absent` files.

    `began` is the time, in seconds since 1970, when reading began.
    """
    paths = [os.path.abspath(path) for path in inputs]  # noqa: PTH100 - symlinks stay as they are
    if any(_is_unsettled(path, began) for path in paths):
        return
    cache = f"{cache_folder()}{os.sep}"
    programs = map(os.path.realpath, filter(None, result.programs.values()))
    # What lies in the cache is known by its digest, and may go.
    lasting = {path for path in (*programs, *reads) if not path.startswith(cache)}
    stamps = {*_package_files(), *map(str, absent), *lasting}
    table = {
        "format": _FORMAT,
        "target": os.path.realpath(target),
        "facts": dict(facts),
        "inputs": {path: _digest(path) for path in paths},
        "stamps": {path: _stamp(path) for path in sorted(stamps)},
        "outputs": {os.path.abspath(path): hashlib.sha256(data).hexdigest() for path, data in outputs.items()},  # noqa: PTH100
        "result": dataclasses.asdict(result),
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
    if len(entries) > MAX_FINGERPRINTS:
        for entry in sorted(entries, key=lambda one: one.stat().st_mtime)[: MAX_FINGERPRINTS // 4]:
            with contextlib.suppress(OSError):
                Path(entry.path).unlink()
