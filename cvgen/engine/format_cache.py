"""Formats that hold the class and a theme, so that an engine starts with both loaded.

`xelatex -ini` dumps one in a work folder, behind the same walls as any run; it is unpacked into the cache beside what
else the engine's programs read, with a list of digests, and a document that was typeset without it must come out the
same, byte for byte, before it is used. Whatever is wrong with a format, the answer is one run without it.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import shutil
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from cvgen.engine import passes as job
from cvgen.engine import sandbox as walls
from cvgen.engine import tex_tree as runtime
from cvgen.engine.engines import Engine, search_path
from cvgen.engine.tex_tree import Runtime
from cvgen.engine.unpacking import Unpacking
from cvgen.errors import debug

__all__ = ["KEPT", "Preloaded", "Preparation", "find", "forget", "join", "place", "prepare", "sources", "suits"]

_MANIFEST, _FORMAT, _SETTINGS, _FONTS = "manifest.json", "cvgen.fmt", "texmf.cnf", "fonts.conf"
_MOST_FORMAT = 192 << 20
_DUMP_SECONDS, _STEP = 60.0, 0.05
# One that did not do is tried again after a day; one that is being made is waited for, by others, for a minute.
_REFUSED_SECONDS, _BUSY_SECONDS = 24 * 3600, 60
KEPT, _KEPT_SECONDS = 4, 600

# Read by xdvipdfmx to tell which characters glyphs stand for (dvipdfmx's agl.c).
_GLYPH_LISTS = ("texglyphlist.txt", "pdfglyphlist.txt", "glyphlist.txt")
_PDF_SETTINGS = "dvipdfmx.cfg"

# kpathsea looks for files where these say. The compiled-in defaults are whole trees, with an index to be read first.
_PATHS = (
    *("TEXINPUTS", "OPENTYPEFONTS", "TTFONTS", "TEXFORMATS", "TFMFONTS", "VFFONTS", "OFMFONTS", "OVFFONTS"),
    *("PKFONTS", "GLYPHFONTS", "T1FONTS", "AFMFONTS", "ENCFONTS", "CMAPFONTS", "SFDFONTS", "LIGFONTS", "MISCFONTS"),
    *("TEXFONTMAPS", "FONTCIDMAPS", "DVIPDFMXINPUTS", "TEXPSHEADERS", "TEXPICTS", "TEXCONFIG", "TEXPOOL", "WEB2C"),
)
# As in TeX Live's own texmf.cnf, but with room for fewer commands: their table is written to at each start.
_SIZES = (
    *("max_strings=500000", "pool_size=6250000", "hash_extra=100000", "font_mem_size=8000000", "font_max=9000"),
    *("buf_size=200000", "nest_size=1000", "max_in_open=15", "param_size=20000", "save_size=200000"),
    *("stack_size=10000", "hyph_size=8191", "expand_depth=10000"),
)
_NO_FONTS = (
    '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">'
    "<fontconfig><cachedir>/nonexistent</cachedir></fontconfig>\n"
)


@dataclass(frozen=True, slots=True)
class Preloaded:
    """A format in the cache. `digests` are of its files; `alone` means that no other file of TeX's is needed."""

    folder: Path
    digests: Mapping[str, str]
    alone: bool
    usable: bool = True

    def environment(self) -> dict[str, str]:
        """Return what an engine needs to know beside the rest of its environment."""
        if not self.alone:
            return {"TEXFORMATS": f"{self.folder}:"}
        return {
            "TEXFORMATS": f"{self.folder}",
            "TEXMFCNF": str(self.folder),
            "CVGEN_TREE": str(self.folder),  # named in our texmf.cnf, in which % starts a comment
            "FONTCONFIG_FILE": str(self.folder / _FONTS),
        }

    def is_sound(self) -> bool:
        """Tell whether each file is what was prepared, to the byte. Reads some 30 MB."""
        try:
            return all(_digest(self.folder / name) == digest for name, digest in self.digests.items())
        except OSError:
            return False


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def suits(tex: str, runtime: Runtime) -> bool:
    """Tell whether a document begins as one does that can be typeset with this runtime's format."""
    return bool(runtime.theme) and bool(
        re.match(rf"\\documentclass\[theme={re.escape(runtime.theme)}(,[^]\n]*)?\]\{{cvgen\}}\n", tex)
    )


def place(engine: Engine, runtime: Runtime) -> Path:
    """Return where the format for an engine and a runtime is, or would be."""
    own = os.stat(__file__)  # noqa: PTH116
    facts = (engine.name, engine.program, runtime.digest, f"{own.st_size} {own.st_mtime_ns}")
    key = hashlib.sha256("\0".join(facts).encode("utf-8", "surrogateescape")).hexdigest()
    return runtime.folder.parent / f"format-{key[:16]}"


def find(engine: Engine, runtime: Runtime) -> Preloaded | None:
    """Return the format for an engine and a runtime; None when there is none, or TeX has changed since.

    Takes about a millisecond. What the files hold is for `Preloaded.is_sound` to say.
    """
    known = _known(place(engine, runtime)) if engine.format and runtime.theme else None
    return known if known is not None and known.usable else None


def _known(folder: Path) -> Preloaded | None:
    manifest = folder / _MANIFEST
    try:
        data = json.loads(manifest.read_bytes())
        same = all(_state(name) == state for name, state in data["sources"].items()) and all(
            (folder / name).stat().st_size == size for name, size in data["sizes"].items()
        )
        if not same or (not data["usable"] and time.time() - manifest.stat().st_mtime > _REFUSED_SECONDS):
            return None
        digests = {str(name): str(digest) for name, digest in data["digests"].items()}
        with contextlib.suppress(OSError):
            os.utime(folder)  # what is in use is not pruned
        return Preloaded(folder, digests, bool(data["alone"]), bool(data["usable"]))
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def _state(path: str) -> list[int] | None:
    try:
        state = os.stat(path)  # noqa: PTH116 - called for many files, often
    except OSError:
        return None
    return [state.st_size, state.st_mtime_ns]


def sources(preloaded: Preloaded) -> frozenset[str]:
    """Return the files of TeX's own that a format was made of, the programs that read it among them."""
    try:
        return frozenset(map(str, json.loads((preloaded.folder / _MANIFEST).read_bytes())["sources"]))
    except (OSError, ValueError, KeyError, TypeError):
        return frozenset()


def forget(preloaded: Preloaded) -> None:
    """Remove a format that proved to be wrong."""
    runtime.discard(preloaded.folder)


# ----------------------------------------------------------------------------------------------------- making one

_running: set[Preparation] = set()

if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_running.clear)  # they are the other process's

# Waits for an engine, and now and then does something meanwhile; None when it took too long.
_Wait: TypeAlias = Callable[[walls.Child, Callable[[], None]], int | None]


class Preparation:
    """A format that is made while the engine runs without it, or before, in a thread that ends by itself.

    After `begin` either `prove` must be called or `give_up`.
    """

    def __init__(self, engine: Engine, runtime: Runtime, mode: walls.Mode) -> None:
        self._engine, self._runtime, self._mode = engine, runtime, mode
        self._place = place(engine, runtime)
        self._proof: Callable[[Preloaded], bool] | None = None
        # What waits for a thread and is interrupted by a signal takes it for ended (Python up to 3.12), hence events.
        self._proven, self._ended = threading.Event(), threading.Event()
        self._child: walls.Child | None = None
        # No daemon: a program that ends waits for it, and the next one finds the format.
        self._thread = threading.Thread(target=self._work, name="cvgen-preload", daemon=False)

    def serves(self, engine: Engine, runtime: Runtime, mode: walls.Mode) -> bool:
        """Tell whether this is what an engine needs that is to run with a runtime."""
        return (engine, runtime, mode) == (self._engine, self._runtime, self._mode) and not self._proven.is_set()

    def begin(self) -> None:
        """Start making it, unless that has been done."""
        if self._thread.ident is not None:
            return
        _running.add(self)
        try:
            self._thread.start()
        except RuntimeError:  # no thread is to be had
            self._end()

    def prove(self, proof: Callable[[Preloaded], bool]) -> None:
        """Say what typesets a document with the format and tells whether it comes out as it did without."""
        self._proof = proof
        self._proven.set()

    def give_up(self) -> None:
        """End it, and its engine; unless there is a proof. Takes a moment."""
        if self._proven.is_set():
            return
        self._proven.set()
        again: BaseException | None = None
        until = time.monotonic() + 5
        while self in _running and time.monotonic() < until:
            try:
                if self._child is not None:
                    self._child.kill()
                self._ended.wait(_STEP)
            except BaseException as signal:  # a second one, on the way out: an engine must not outlive us
                again = signal
        if again is not None:
            raise again

    def _is_given_up(self) -> bool:
        # A signal may have ended the main thread wherever it was.
        return self._proof is None if self._proven.is_set() else not threading.main_thread().is_alive()

    def _wait(self, child: walls.Child, meanwhile: Callable[[], None]) -> int | None:
        self._child, until = child, time.monotonic() + _DUMP_SECONDS
        while time.monotonic() < until:
            if self._is_given_up():
                raise InterruptedError("nobody wants it any more")
            if (code := child.wait(_STEP)) is not None:
                return code
            meanwhile()
        return None

    def _work(self) -> None:
        try:
            with _new_folder(self._place) as new:
                usable = _make(new, self._engine, self._runtime, self._mode, self._wait)
                while not self._proven.wait(_STEP) and not self._is_given_up():
                    pass
                if self._proof is None:
                    return
                made = _known(new)
                if made is None or not usable or not self._proof(made):
                    debug("there will be no format for the theme %s", self._runtime.theme)
                    _refuse(new)
                runtime.put(new, self._place)
        except Exception:
            debug("no format could be made")
        finally:
            self._end()

    def _end(self) -> None:
        _running.discard(self)
        self._ended.set()

    def wait(self) -> None:
        """Wait until there is a format, or there will be none."""
        while not self._ended.wait(_STEP):  # in steps, as `sandbox.Child.wait` does
            pass


def join() -> None:
    """Wait for formats that are being made, a second at most as a rule.

    A program that ends waits by itself, but from Python 3.12 on it can then start no thread, which an engine needs.
    """
    for preparation in tuple(_running):
        preparation.wait()


def prepare(engine: Engine, runtime: Runtime, mode: walls.Mode = "auto") -> Preparation | None:
    """Return what can make the format that `find` did not find; None if there is no need, or somebody is at it."""
    if not engine.format or not runtime.theme or not runtime.is_kept():
        return None
    folder = place(engine, runtime)
    try:
        if _known(folder) is not None or _is_busy(folder):
            return None
        return Preparation(engine, runtime, mode)
    except OSError:
        return None


def _is_busy(folder: Path) -> bool:
    others = folder.parent.glob(f".{folder.name}-*")
    return any(time.time() - other.stat().st_mtime < _BUSY_SECONDS for other in others)


@contextlib.contextmanager
def _new_folder(folder: Path) -> Iterator[Path]:
    runtime.prune(folder, KEPT, _KEPT_SECONDS)
    new = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        yield new
    finally:
        shutil.rmtree(new, ignore_errors=True)


def _make(new: Path, engine: Engine, runtime: Runtime, mode: walls.Mode, wait: _Wait) -> bool:
    """Fill `new` with a format and what belongs to it; tell whether TeX could make one of the theme.

    Raises InterruptedError when it is given up, OSError and what starting an engine raises.
    """
    # Not among other temporary files: should this process be killed, the cache is tidied some day.
    work = new / "work"
    work.mkdir()
    try:
        (work / "cvgen.tex").write_text(
            f"\\documentclass[theme={runtime.theme}]{{cvgen}}\\cvpreload\\dump\n", "ascii"
        )
        ours, sources = _own_files(engine) if runtime.is_ours else ({}, ())
        indexes = _search(engine, "ls-R", "-all", "ls-R")  # they change when a package is installed
        options = ("-ini", "-interaction=batchmode", "-halt-on-error", "-recorder", "-no-shell-escape")
        given = (*options, "-jobname=cvgen", f"&{engine.format}", "cvgen.tex")
        with Unpacking(work / _FORMAT, new / _FORMAT, _MOST_FORMAT) as unpacked:
            with job.start(engine, runtime, work, mode, arguments=given) as child:
                code = wait(child, unpacked.advance)
            unpacked.advance()
        if code is not None and code < 0:
            raise InterruptedError(f"the engine was ended by signal {-code}")
        recorded = os.fsdecode(job.read(work / "cvgen.fls", 1 << 20)).splitlines()
    finally:
        shutil.rmtree(work, ignore_errors=True)
    read = sorted({line.removeprefix("INPUT ") for line in recorded if line.startswith("INPUT /")})
    _write(new, ours, unpacked, {*_programs(engine), *sources, *indexes, *read[:4096]})
    return code == 0 and unpacked.is_whole


def _programs(engine: Engine) -> tuple[str, ...]:
    folder = os.path.dirname(os.path.realpath(engine.program))  # noqa: PTH120
    return (engine.program, os.path.join(folder, "xdvipdfmx"))  # noqa: PTH118


def _own_files(engine: Engine) -> tuple[dict[str, bytes], tuple[str, ...]]:
    """Return the files that the engine's programs read at each run, ours and copies, and where the copies are from.

    None where they cannot all be had: then the programs go on searching the system's tree.
    """
    places = (*_search(engine, "map", *_GLYPH_LISTS), *_search(engine, "other text files", _PDF_SETTINGS))
    found = {Path(name).name: name for name in places}
    if len(found) <= len(_GLYPH_LISTS):
        return {}, ()
    files = {name: Path(path).read_bytes() for name, path in found.items()}
    # Without maps of fonts that we do not use, and further files: what is left says how to write a PDF.
    files[_PDF_SETTINGS] = re.sub(rb"(?m)^[fi]\s.*\n?", b"", files[_PDF_SETTINGS])
    lines = ("TEXMFDBS=/nonexistent", "TEXMF=/nonexistent", *(f"{name}=$CVGEN_TREE" for name in _PATHS), *_SIZES)
    files[_SETTINGS] = "\n".join([*lines, ""]).encode()
    files[_FONTS] = _NO_FONTS.encode()
    return files, tuple(found.values())


def _search(engine: Engine, kind: str, *names: str) -> list[str]:
    """Ask kpathsea where files of a kind are, as xdvipdfmx would."""
    asks = shutil.which("kpsewhich", path=search_path(engine.program))
    if asks is None:
        return []
    command = (asks, "-progname=dvipdfmx", f"-format={kind}", *names)
    environment = {"PATH": search_path(engine.program), "HOME": "/nonexistent"}
    answer = subprocess.run(
        command, stdin=subprocess.DEVNULL, capture_output=True, timeout=30, check=False, env=environment
    )
    return os.fsdecode(answer.stdout).splitlines()


def _write(new: Path, files: Mapping[str, bytes], unpacked: Unpacking, sources: set[str]) -> None:
    """Write the files beside the format, and down what all were made of and what they are."""
    for name, data in files.items():
        (new / name).write_bytes(data)
    manifest = {
        "usable": True,
        "alone": _SETTINGS in files,
        "sources": {name: _state(name) for name in sorted(sources)},
        "sizes": {_FORMAT: unpacked.size} | {name: len(data) for name, data in files.items()},
        "digests": {_FORMAT: unpacked.digest}
        | {name: hashlib.sha256(data).hexdigest() for name, data in files.items()},
    }
    _write_manifest(new, manifest)


def _refuse(new: Path) -> None:
    """Leave of a format only the note that it is of no use, for as long as nothing changes."""
    manifest = json.loads((new / _MANIFEST).read_bytes())
    for name in manifest["sizes"]:
        (new / name).unlink(missing_ok=True)
    _write_manifest(new, {**manifest, "usable": False, "sizes": {}, "digests": {}})


def _write_manifest(new: Path, manifest: Mapping[str, object]) -> None:
    (new / _MANIFEST).write_text(json.dumps(manifest, sort_keys=True), "utf-8")
