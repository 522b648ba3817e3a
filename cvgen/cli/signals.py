"""The signals that end cvgen: an exception on the way out, so that work folders go and engines stop."""

from __future__ import annotations

import os
import signal
import sys
import threading
from types import FrameType
from typing import NoReturn

from cvgen.errors import ExitCode

__all__ = ["listen"]

_AGAIN = 0.05  # seconds
_received: list[int] = []


def listen() -> None:
    """Turn SIGTERM into SystemExit, and Ctrl-C, unless it is ignored, into KeyboardInterrupt."""
    _received.clear()
    sys.unraisablehook = _lost
    signal.signal(signal.SIGTERM, _end)
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, _end)


def _end(number: int, frame: FrameType | None) -> NoReturn:
    _received.append(number)
    if number == signal.SIGINT:
        raise KeyboardInterrupt
    raise SystemExit(ExitCode.TERMINATED)


def _lost(problem: sys.UnraisableHookArgs) -> None:
    """Send a signal again whose exception came while a destructor ran: Python can only print it, and goes on."""
    if _received and isinstance(problem.exc_value, KeyboardInterrupt | SystemExit):
        again = threading.Timer(_AGAIN, os.kill, (os.getpid(), _received[-1]))
        again.daemon = True
        again.start()
    else:
        sys.__unraisablehook__(problem)
