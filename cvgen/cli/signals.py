"""Signals end the program by an exception, so that work folders are removed and engines stop on the way out."""

from __future__ import annotations

import atexit
import signal
import sys
import time
from collections.abc import Callable
from importlib.machinery import ExtensionFileLoader
from types import FrameType

from cvgen.errors import ExitCode

__all__ = ["ended", "listen", "received", "when_safe"]

_AGAIN_SECONDS = 0.01
_IMPORTS = "<frozen importlib"  # how the files of Python's import system are called
_PATIENCE_SECONDS = 3.0  # a second signal within them would stop the tidying up, and leave processes behind
_received: list[tuple[int, float]] = []


def received() -> ExitCode | None:
    """Return the exit code for a signal that came, None where none did.

    Its exception may have become another one: pydantic, while it prepares a model, says that the model is wrong.
    """
    return ExitCode(128 + _received[0][0]) if _received else None


def ended(number: int, frame: FrameType | None = None) -> None:
    """Raise what ends the program because of a signal; do nothing for another one soon after."""
    now = time.monotonic()
    if _received and now - _received[-1][1] < _PATIENCE_SECONDS:
        return
    _received.append((number, now))
    raise KeyboardInterrupt if number == signal.SIGINT else SystemExit(ExitCode(128 + number))


def when_safe(handler: Callable[[int, FrameType | None], None]) -> Callable[[int, FrameType | None], None]:
    """Return a handler of signals that does not raise among the steps of an import, but a moment later.

    There an exception may be lost, because it is in a callback of a weak reference; or it leaves the lock of all
    imports closed, for which another thread then waits, and the program for that. In Python code that a compiled
    module calls while it starts, it may abort the program.
    """

    def handle(number: int, frame: FrameType | None) -> None:
        if _is_waiting():
            return  # an earlier signal is handled in a moment, and decides
        if _is_in_import(frame) and hasattr(signal, "setitimer"):
            _soon(lambda _, later: handle(number, later))
        else:
            handler(number, frame)

    return handle


def _is_in_import(frame: FrameType | None) -> bool:
    """Return whether a step of Python's imports runs, or a compiled module starts."""
    if frame is not None and frame.f_code.co_filename.startswith(_IMPORTS):
        return True
    while frame is not None:
        is_loader = frame.f_code.co_filename.startswith(_IMPORTS)
        if is_loader and isinstance(frame.f_locals.get("self"), ExtensionFileLoader):
            return True
        frame = frame.f_back
    return False


def _is_waiting() -> bool:
    """Return whether a handler is called a moment later."""
    return hasattr(signal, "getitimer") and signal.getitimer(signal.ITIMER_REAL)[0] > 0


def _soon(handler: Callable[[int, FrameType | None], None]) -> None:
    """Call a handler a moment later."""
    signal.signal(signal.SIGALRM, handler)
    signal.setitimer(signal.ITIMER_REAL, _AGAIN_SECONDS)


def _rest() -> None:
    # Python takes its handlers away before it ends, and the alarm would then kill it.
    signal.setitimer(signal.ITIMER_REAL, 0)
    signal.signal(signal.SIGALRM, signal.SIG_IGN)


def _lost(problem: sys.UnraisableHookArgs) -> None:
    """Raise again what came while a destructor ran: Python can only print it, and goes on."""
    lost = problem.exc_value
    if not isinstance(lost, KeyboardInterrupt | SystemExit) or not hasattr(signal, "setitimer"):
        sys.__unraisablehook__(problem)
    elif not sys.is_finalizing():
        _soon(when_safe(lambda _, frame: _raise(lost)))


def _raise(problem: BaseException) -> None:
    raise problem.with_traceback(None)


def listen() -> None:
    """End the program at SIGINT, SIGTERM and SIGHUP."""
    sys.unraisablehook = _lost
    if hasattr(signal, "setitimer"):
        atexit.register(_rest)
    handle = when_safe(ended)
    signal.signal(signal.SIGTERM, handle)
    # A shell in the background, or `nohup`, starts programs with one of these ignored: it stays so.
    if signal.getsignal(signal.SIGINT) in (signal.default_int_handler, signal.SIG_DFL):
        signal.signal(signal.SIGINT, handle)
    if hasattr(signal, "SIGHUP") and signal.getsignal(signal.SIGHUP) is signal.SIG_DFL:
        signal.signal(signal.SIGHUP, handle)
