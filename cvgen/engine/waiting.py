"""An engine that was started before there was anything to typeset, and waits with its format loaded."""

from __future__ import annotations

import weakref
from types import TracebackType
from typing import TYPE_CHECKING, Self

from cvgen.engine import passes as job
from cvgen.engine import sandbox as walls
from cvgen.engine import work
from cvgen.engine.format_cache import Preloaded
from cvgen.engine.tex_tree import Runtime

if TYPE_CHECKING:
    from cvgen.engine.engines import Engine

__all__ = ["Waiting"]


class Waiting:
    """An engine in its work folder, good for one document. `engine.run` takes it over; else it must be closed.

    A context manager: leaving it ends an engine that was not used and removes its folder. It may wait for hours; when
    cvgen ends it ends too.
    """

    def __init__(
        self, engine: Engine, runtime: Runtime, preloaded: Preloaded, jobname: str, mode: walls.Mode
    ) -> None:
        self._facts = (engine, runtime, preloaded, jobname, mode)
        self.folder = work.new_folder()
        self._remove = weakref.finalize(self, work.remove, self.folder)  # also when it is forgotten
        try:
            self._child: walls.Child | None = job.start(
                engine, runtime, self.folder, mode, jobname=jobname, preloaded=preloaded, waits=True
            )
        except BaseException:
            self._remove()
            raise

    def take(
        self, engine: Engine, runtime: Runtime, preloaded: Preloaded | None, jobname: str, mode: walls.Mode
    ) -> walls.Child | None:
        """Return the engine if it can do what is asked, once; from then on it and the folder are the caller's.

        Else end it.
        """
        child = self._child
        fits = self._facts == (engine, runtime, preloaded, jobname, mode) and self.folder.is_dir()
        if child is None or not fits or not child.is_running():
            self.close()
            return None
        self._child = None
        self._remove.detach()
        return child

    def close(self) -> None:
        """End the engine, unless it was taken. Safe to call twice."""
        child, self._child = self._child, None
        if child is not None:
            child.close()
            self._remove()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
