"""What ends the program: an exception wherever it is, so that work folders go and engines stop on the way out."""

from __future__ import annotations

import atexit
import signal
import sys
from collections.abc import Callable
from multiprocessing import parent_process
from types import FrameType

from cvgen.engine.sandbox import set_death_signal
from cvgen.errors import ExitCode

__all__ = ["ended", "listen", "listen_in_worker", "received", "when_safe"]

_AGAIN_SECONDS = 0.01
_received: list[int] = []


def received() -> ExitCode | None:
    """Return the exit code for a signal that came, whatever became of the exception that told of it.

    Some libraries make another exception of it: pydantic's, while it prepares a model, say that the model is wrong.
    """
    return ExitCode(128 + _received[0]) if _received else None


def ended(number: int, frame: FrameType | None = None) -> None:
    """Raise what ends the program because of a signal."""
    _received.append(number)
    raise KeyboardInterrupt if number == signal.SIGINT else SystemExit(ExitCode(128 + number))


def when_safe(handler: Callable[[int, FrameType | None], None]) -> Callable[[int, FrameType | None], None]:
    """Return a handler of signals that does not raise among the steps of an import, but a moment later.

    There an exception may be lost, because it is in a callback of a weak reference; or it leaves the lock of all
    imports closed, for which another thread then waits, and the program for that.
    """

    def handle(number: int, frame: FrameType | None) -> None:
        is_import = frame is not None and frame.f_code.co_filename.startswith("<frozen importlib")
        if is_import and hasattr(signal, "setitimer"):
            _soon(lambda _, later: handle(number, later))
        else:
            handler(number, frame)

    return handle


def _soon(handler: Callable[[int, FrameType | None], None]) -> None:
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
    """End at Ctrl-C, when told to terminate, and when the terminal is closed."""
    sys.unraisablehook = _lost
    if hasattr(signal, "setitimer"):
        atexit.register(_rest)
    handle = when_safe(ended)
    signal.signal(signal.SIGTERM, handle)
    # Who was started in the background, or by `nohup`, has one of these ignored.
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, handle)
    if hasattr(signal, "SIGHUP") and signal.getsignal(signal.SIGHUP) is signal.SIG_DFL:
        signal.signal(signal.SIGHUP, handle)


def listen_in_worker() -> None:
    """Set up a process of a pool: a terminal signals all of them, but only the first process decides when to end."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if hasattr(signal, "SIGHUP"):
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, when_safe(_end_worker))
    if (parent := parent_process()) is not None and parent.pid is not None:
        set_death_signal(signal.SIGTERM, parent.pid)  # killed, it could not say so, and they would wait for ever


def _end_worker(*_: object) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)  # one is enough: a second must not stop the tidying up
    raise SystemExit(ExitCode.TERMINATED)
