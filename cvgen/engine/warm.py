"""An engine that is always there already: started for the next document as soon as the last one is done."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from cvgen.engine import run as engines

if TYPE_CHECKING:
    from cvgen.engine.engines import Engine
    from cvgen.engine.sandbox import Mode
    from cvgen.engine.tex_tree import Runtime
    from cvgen.engine.waiting import Waiting

__all__ = ["Warm"]


class Warm:
    """Keeps an engine waiting for the next document, of the kind of the last one.

    To be given to one build after the other, in one thread; `start` is for when there is nothing else to do. A
    context manager: leaving it ends the engine.
    """

    def __init__(self) -> None:
        self._kind: tuple[Engine, Runtime, Mode] | None = None
        self._waiting: Waiting | None = None

    @property
    def has_run(self) -> bool:
        """Whether there was a document, so that the kind of the next one is known."""
        return self._kind is not None

    def start(self) -> bool:
        """Start an engine unless one waits; tell whether one does now. There is none without a format."""
        if self._waiting is None and self._kind is not None:
            engine, runtime, mode = self._kind
            self._waiting = engines.start_waiting(engine, runtime, sandbox=mode)
        return self._waiting is not None

    def take(self, engine: Engine, runtime: Runtime, mode: Mode) -> Waiting | None:
        """Return the engine that waits, for whoever runs the next document, which is of this kind."""
        self._kind = (engine, runtime, mode)
        waiting, self._waiting = self._waiting, None
        return waiting

    def close(self) -> None:
        """End the engine that waits."""
        waiting, self._waiting = self._waiting, None
        if waiting is not None:
            waiting.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
