"""What ends a process of a pool: SIGTERM, from the command's own process or when that has died."""

from __future__ import annotations

import signal
from multiprocessing import parent_process

from cvgen.cli.signals import when_safe
from cvgen.engine.sandbox import set_death_signal
from cvgen.errors import ExitCode

__all__ = ["listen_in_worker"]


_GRACE = 5  # seconds to tidy up in


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
    # concurrent.futures catches SystemExit where it waits for the lock of a queue, and goes on waiting: for ever, if
    # a process that was killed holds it.
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.alarm(_GRACE)
    raise SystemExit(ExitCode.TERMINATED)
