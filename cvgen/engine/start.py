"""Start an engine in the sandbox, with an environment made from nothing; read files that it left."""

from __future__ import annotations

import os
from io import BufferedReader
from pathlib import Path

from cvgen.engine.engines import Engine, search_path
from cvgen.engine.format_cache import CachedFormat
from cvgen.engine.sandbox import SandboxedProcess, SandboxMode, start_sandboxed
from cvgen.engine.tex_tree import TexTree
from cvgen.files import open_file

__all__ = ["JOBNAME", "engine_environment", "open_untrusted", "read_untrusted", "start_engine"]

JOBNAME = "cv"
# A font that each tree has. The first one that is loaded makes XeTeX read fontconfig's settings.
_FIRST_FONT = "SourceSansPro-Regular.otf"


def _program_reads(program: str) -> tuple[Path, ...]:
    """Return where the engine's own files are: TeX Live's own installer puts them beside its programs."""
    real = Path(os.path.realpath(program))
    roots = [root for root in real.parents[1:3] if (root / "texmf-dist").is_dir()]
    return (real.parent, *roots, *(root.parent / "texmf-local" for root in roots))


def engine_environment(engine: Engine, tree: TexTree, folder: Path) -> dict[str, str]:
    """Return the engine's whole environment; nothing of the caller's passes through.

    Its clock always stands at 1970: xdvipdfmx names fonts by it, and an engine that waits could not learn the time
    later.
    """
    return {
        "PATH": search_path(engine.program),
        "HOME": str(folder),
        "TMPDIR": str(folder),
        "TZ": "UTC",
        "LC_ALL": "C.UTF-8",
        "SOURCE_DATE_EPOCH": "0",
        "FORCE_SOURCE_DATE": "1",
        "max_print_line": "10000",
        "error_line": "254",
        "half_error_line": "238",
        # kpathsea would run Metafont for a font that it does not find
        **dict.fromkeys(("MKTEXTFM", "MKTEXPK", "MKTEXMF", "MKTEXTEX", "MKTEXFMT"), "0"),
        "openin_any": "p",
        "openout_any": "p",
        **tree.environment(),
    }


def _arguments(engine: Engine, *, cached: bool, waiting: bool) -> tuple[str, ...]:
    given = engine.arguments(JOBNAME)
    if not cached:
        return given
    *options, file = given
    if waiting:
        # TeX reads the terminal only where it may stop for errors; a line from there lets it go on.
        options = ["-interaction=errorstopmode" if it.startswith("-interaction=") else it for it in options]
        file = rf"\font\cvgo=[{_FIRST_FONT}] at 1pt\read-1 to\cvgo \nonstopmode\input {file}"
    return ("-fmt=cvgen", *options, file)


def start_engine(
    engine: Engine,
    tree: TexTree,
    folder: Path,
    mode: SandboxMode,
    *,
    cached: CachedFormat | None = None,
    waiting: bool = False,
    arguments: tuple[str, ...] = (),
) -> SandboxedProcess:
    """Start the engine in `folder`, in the sandbox; with `waiting` it stands still until it is sent a line.

    `arguments` replace those that typeset the document. Raises what `start_sandboxed` raises.
    """
    extra = cached.environment() if cached else {}
    given = arguments or _arguments(engine, cached=cached is not None, waiting=waiting)
    return start_sandboxed(
        (engine.program, *given),
        folder=folder,
        environment={**engine_environment(engine, tree, folder), **extra},
        reads=(
            *tree.reads(),
            *_program_reads(engine.program),
            *engine.reads,
            *((cached.folder,) if cached else ()),
        ),
        writes=(folder, tree.var) if engine.keeps else (folder,),
        network=engine.network,
        mode=mode,
        waiting=waiting,
    )


def open_untrusted(path: Path) -> BufferedReader | None:
    """Open a file that an engine may have made; None for one that is missing or not a regular file."""
    try:
        return open_file(path, follow=False)
    except OSError:
        return None


def read_untrusted(path: Path, limit: int, *, shorten: bool = False) -> bytes:
    """Read a file as `open_untrusted` opens it; nothing for one that cannot be, or that is too long."""
    file = open_untrusted(path)
    if file is None:
        return b""
    with file:
        size = os.fstat(file.fileno()).st_size
        if size > limit and not shorten:
            return b""
        if size <= limit:
            return file.read(limit)
        head = file.read(limit // 4)
        file.seek(size - limit // 2)
        return head + b"\n" + file.read(limit // 2)
