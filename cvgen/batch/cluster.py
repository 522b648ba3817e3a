"""Connect to the dask cluster that `--executor` names."""

from __future__ import annotations

import contextlib
import logging
import re
from collections.abc import Iterator

from cvgen.batch.remote_workers import RemoteWorkers
from cvgen.errors import UsageError

__all__ = ["connect_cluster", "scheduler_address"]

_SECONDS = 5
_ADDRESS = re.compile(r"dask://([^/\s:\[\]]+|\[[0-9A-Fa-f:.]+\]):(\d{1,5})/?")


def scheduler_address(name: str) -> str:
    """Return the address of a dask scheduler as dask writes it. Raises UsageError.

    >>> scheduler_address("dask://cluster.example.org:8786")
    'tcp://cluster.example.org:8786'
    """
    found = _ADDRESS.fullmatch(name)
    if found is None:
        raise UsageError(f"`{name}` is not an executor", hints=("write it as in `dask://localhost:8786`",))
    return f"tcp://{found[1]}:{found[2]}"


@contextlib.contextmanager
def connect_cluster(name: str) -> Iterator[RemoteWorkers]:
    """Yield the workers behind the scheduler at `name`. Raises UsageError where no scheduler answers."""
    address = scheduler_address(name)
    try:
        import distributed
    except ImportError as problem:
        hint = "install it with `pip install 'cvgen[cluster]'`"
        raise UsageError(f"`{name}` needs dask.distributed: {problem}", hints=(hint,)) from None
    # What matters of it comes back as an error of the profile that it concerns.
    for logger in ("distributed", "distributed.client"):
        logging.getLogger(logger).setLevel(logging.CRITICAL)
    try:
        client = distributed.Client(address, timeout=_SECONDS, set_as_default=False)
    except (OSError, TimeoutError, ValueError) as problem:
        hint = "start one with `dask scheduler`, and workers with `dask worker`"
        raise UsageError(f"no scheduler answers at `{name}`: {problem}", hints=(hint,)) from None
    with contextlib.ExitStack() as stack:
        stack.callback(client.close, timeout=_SECONDS)
        try:
            client.wait_for_workers(1, timeout=_SECONDS)
        except TimeoutError:
            hint = f"start some with `dask worker {address}`"
            raise UsageError(f"the scheduler at `{name}` has no workers", hints=(hint,)) from None
        yield RemoteWorkers(client.get_executor(pure=False))
