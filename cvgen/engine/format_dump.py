"""Dump formats: `xelatex -ini` beside the first build that needs one.

A format goes into the cache uncompressed, beside the few other files that the engine's programs read, and only after
a document that was typeset without it came out the same, byte for byte.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
import time
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Self

from cvgen.engine.cached_folders import prune_folders, put_folder, write_manifest
from cvgen.engine.engines import Engine, search_path
from cvgen.engine.format_cache import (
    FONTCONFIG_FILE,
    FORMAT_FILE,
    CachedFormat,
    FormatSources,
    file_state,
    format_folder,
    read_format_sources,
    valid_sources,
    write_format_sources,
)
from cvgen.engine.sandbox import SandboxedProcess, SandboxMode
from cvgen.engine.start import read_untrusted, start_engine
from cvgen.engine.tex_tree import TexTree
from cvgen.errors import CvgenError, debug

__all__ = ["KEPT_FORMATS", "FormatDump"]

_SETTINGS = "texmf.cnf"
_MAX_FORMAT = 192 << 20
_DUMP_SECONDS = 60.0
_BUSY_SECONDS = 60  # a format that another process makes is left to it for so long
KEPT_FORMATS, _KEPT_SECONDS = 8, 600

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


class FormatDump:
    """A format that is dumped beside a run without one. A context manager: leaving it ends an unfinished dump.

    It does nothing where no format can be had or another process makes it. No failure leaves it: the next build tries
    again.
    """

    def __init__(self, engine: Engine, tree: TexTree, mode: SandboxMode, *, wanted: bool = True) -> None:
        self._engine, self._tree, self._mode = engine, tree, mode
        self._folder = format_folder(engine, tree)
        self._new: Path | None = None
        self._process: SandboxedProcess | None = None
        self._wanted = wanted and bool(engine.format) and bool(tree.theme) and tree.is_lasting()

    def __enter__(self) -> Self:
        try:
            if self._wanted and valid_sources(self._folder) is None and not self._is_busy():
                self._start()
        except (OSError, CvgenError):
            debug("no format can be dumped")
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        if self._process is not None:
            self._process.close()
        if self._new is not None:
            shutil.rmtree(self._new, ignore_errors=True)

    def _is_busy(self) -> bool:
        others = self._folder.parent.glob(f".{self._folder.name}-*")
        return any(time.time() - other.stat().st_mtime < _BUSY_SECONDS for other in others)

    def _start(self) -> None:
        prune_folders(self._folder, KEPT_FORMATS, _KEPT_SECONDS)
        # Not among other temporary files: should this process be killed, the cache is tidied some day.
        self._new = Path(tempfile.mkdtemp(prefix=f".{self._folder.name}-", dir=self._folder.parent))
        work = self._new / "work"
        work.mkdir()
        (work / "cvgen.tex").write_text(
            f"\\documentclass[theme={self._tree.theme}]{{cvgen}}\\cvpreload\\dump\n", "ascii"
        )
        options = ("-ini", "-interaction=batchmode", "-halt-on-error", "-recorder", "-no-shell-escape")
        arguments = (*options, "-jobname=cvgen", f"&{self._engine.format}", "cvgen.tex")
        self._process = start_engine(self._engine, self._tree, work, self._mode, arguments=arguments)

    def finish(self, prove: Callable[[CachedFormat, Path], bool]) -> None:
        """Wait for the dump and put it into the cache if `prove` says that documents come out the same with it.

        `prove` gets the format and a folder that it may use.
        """
        if self._process is None or self._new is None:
            return
        try:
            code = self._process.wait(_DUMP_SECONDS)
            if code is None or code < 0:
                return  # ended from outside, or far too slow: says nothing about the theme
            standalone = self._fill(self._new)
            made = CachedFormat(self._new, standalone)
            if code != 0 or not (self._new / FORMAT_FILE).is_file() or not prove(made, self._new):
                debug("there is no format for the theme %s", self._tree.theme)
                self._refuse(self._new)
            put_folder(self._new, self._folder)
        except (OSError, ValueError, CvgenError, subprocess.SubprocessError):
            debug("no format could be made")

    def _fill(self, new: Path) -> bool:
        """Write the format and what belongs to it; tell whether no other file of TeX's is needed."""
        work = new / "work"
        _unpack(work / FORMAT_FILE, new / FORMAT_FILE)
        recorded = os.fsdecode(read_untrusted(work / "cvgen.fls", 1 << 20)).splitlines()
        shutil.rmtree(work, ignore_errors=True)
        own, copied = _support_files(self._engine) if self._tree.is_own else ({}, ())
        for name, data in own.items():
            (new / name).write_bytes(data)
        read = sorted({line.removeprefix("INPUT ") for line in recorded if line.startswith("INPUT /")})
        indexes = _search(self._engine, "ls-R", "-all", "ls-R")  # they change when a package is installed
        files = {*_programs(self._engine), *copied, *indexes, *read[:4096]}
        write_format_sources(new, FormatSources(True, bool(own), {name: file_state(name) for name in sorted(files)}))
        write_manifest(new)
        return bool(own)

    def _refuse(self, new: Path) -> None:
        """Leave of a format only the note that it is of no use, for as long as nothing changes."""
        known = read_format_sources(new)
        for entry in new.iterdir():
            shutil.rmtree(entry) if entry.is_dir() else entry.unlink()
        write_format_sources(new, FormatSources(False, False, known.files))


def _unpack(source: Path, target: Path) -> None:
    """Unpack a format, which the engine wrote with gzip: it reads one that is not packed, and quicker.

    Writes nothing where the file is missing, cut, or too large when unpacked.
    """
    packed = read_untrusted(source, _MAX_FORMAT)
    data, is_whole = packed, bool(packed)
    if packed.startswith(b"\x1f\x8b"):
        unpacker = zlib.decompressobj(wbits=16 + zlib.MAX_WBITS)  # of gzip
        try:
            data, is_whole = unpacker.decompress(packed, _MAX_FORMAT), unpacker.eof
        except zlib.error:
            is_whole = False
    if is_whole:
        target.write_bytes(data)


def _programs(engine: Engine) -> tuple[str, ...]:
    folder = os.path.dirname(os.path.realpath(engine.program))  # noqa: PTH120
    return (engine.program, os.path.join(folder, "xdvipdfmx"))  # noqa: PTH118


def _support_files(engine: Engine) -> tuple[dict[str, bytes], tuple[str, ...]]:
    """Return the files that the engine's programs read at each run, ours and copies, and where the copies are from.

    Both are empty where not all can be had: then the programs go on searching the system's tree.
    """
    places = (*_search(engine, "map", *_GLYPH_LISTS), *_search(engine, "other text files", _PDF_SETTINGS))
    found = {Path(path).name: path for path in places}
    if len(found) <= len(_GLYPH_LISTS):
        return {}, ()
    files = {name: Path(path).read_bytes() for name, path in found.items()}
    # Without maps of fonts that we do not use, and further files: what is left says how to write a PDF.
    files[_PDF_SETTINGS] = re.sub(rb"(?m)^[fi]\s.*\n?", b"", files[_PDF_SETTINGS])
    lines = ("TEXMFDBS=/nonexistent", "TEXMF=/nonexistent", *(f"{name}=$CVGEN_TREE" for name in _PATHS), *_SIZES)
    files[_SETTINGS] = "\n".join([*lines, ""]).encode()
    files[FONTCONFIG_FILE] = _NO_FONTS.encode()
    return files, tuple(found.values())


def _search(engine: Engine, kind: str, *names: str) -> list[str]:
    """Ask kpathsea where files of a kind are, as xdvipdfmx would."""
    program = shutil.which("kpsewhich", path=search_path(engine.program))
    if program is None:
        return []
    command = (program, "-progname=dvipdfmx", f"-format={kind}", *names)
    environment = {"PATH": search_path(engine.program), "HOME": "/nonexistent"}
    answer = subprocess.run(
        command, stdin=subprocess.DEVNULL, capture_output=True, timeout=30, check=False, env=environment
    )
    return os.fsdecode(answer.stdout).splitlines()
