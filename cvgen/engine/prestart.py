"""An engine that is started before its document is there, and waits with its format loaded."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from cvgen.engine.engines import Engine
from cvgen.engine.format_cache import CachedFormat, find_format
from cvgen.engine.sandbox import SandboxedProcess, SandboxMode
from cvgen.engine.start import start_engine
from cvgen.engine.tex_tree import TexTree, find_tex_tree
from cvgen.errors import CvgenError, debug
from cvgen.latex.theme_folders import theme_folder
from cvgen.paths import make_work_folder

__all__ = ["Prestart", "WaitingEngine"]


@dataclass(frozen=True, slots=True)
class _Kind:
    """What an engine was started for."""

    engine: Engine
    tree: TexTree
    mode: SandboxMode


@dataclass(frozen=True, slots=True)
class WaitingEngine:
    """An engine in its work folder, good for one document; both are the caller's to close."""

    process: SandboxedProcess
    folder: tempfile.TemporaryDirectory[str]


class Prestart:
    """At most one engine that waits for its document. A context manager: leaving it ends an engine not used.

    One object may serve one build after another; then `restart` starts an engine like the last one.
    """

    def __init__(self, work_parent: Path | None = None) -> None:
        self._work_parent = work_parent
        self._kind: _Kind | None = None
        self._cached: CachedFormat | None = None
        self._waiting: WaitingEngine | None = None

    def start_for_theme(
        self, theme: str, engine: Engine, mode: SandboxMode = "auto", users: Path | None = None
    ) -> bool:
        """Start an engine for a document in the theme called `theme`; tell whether one waits.

        Takes some milliseconds and makes nothing. `users` is the folder of the user's own themes.
        """
        try:
            folder = theme_folder(theme, users)
            tree = find_tex_tree(folder) if folder else None
        except (OSError, CvgenError):
            debug("no engine could be started early")
            return False
        return tree is not None and self._start(_Kind(engine, tree, mode))

    def restart(self) -> bool:
        """Start an engine for a document like the last one, unless one waits; tell whether one does."""
        return self._waiting is not None or (self._kind is not None and self._start(self._kind))

    @property
    def is_used(self) -> bool:
        """Whether an engine was started or asked for, so that `restart` knows what to start."""
        return self._kind is not None

    def _start(self, kind: _Kind) -> bool:
        cached = find_format(kind.engine, kind.tree)
        if cached is None:
            return False
        try:
            folder = make_work_folder(self._work_parent)
            try:
                process = start_engine(
                    kind.engine, kind.tree, Path(folder.name), kind.mode, cached=cached, waiting=True
                )
            except BaseException:
                folder.cleanup()
                raise
        except (OSError, CvgenError):
            debug("no engine could be started early")
            return False
        self._kind, self._cached, self._waiting = kind, cached, WaitingEngine(process, folder)
        return True

    def take(
        self, engine: Engine, tree: TexTree, cached: CachedFormat | None, mode: SandboxMode
    ) -> WaitingEngine | None:
        """Return the engine that waits if it can do what is asked; from then on it is the caller's. Else end it."""
        wanted = _Kind(engine, tree, mode)
        waiting, fits = self._waiting, (self._kind, self._cached) == (wanted, cached)
        self._kind = wanted
        if waiting is None or not fits or not waiting.process.is_running() or not Path(waiting.folder.name).is_dir():
            self.close()
            return None
        self._waiting = None
        return waiting

    def close(self) -> None:
        """End the engine that waits. Safe to call twice."""
        waiting, self._waiting = self._waiting, None
        if waiting is not None:
            waiting.process.close()
            waiting.folder.cleanup()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
