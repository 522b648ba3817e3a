"""A file that a program writes with gzip, unpacked as far as it has come, so that little is left at its end."""

from __future__ import annotations

import hashlib
import zlib
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

from cvgen.engine import passes as job

__all__ = ["Unpacking"]

_CHUNK = 1 << 20


class Unpacking:
    """Unpacks `source`, which need not be there yet, to `target`, up to `most` bytes. A context manager.

    `is_whole` tells whether the packed data came to its end, `size` and `digest` (SHA-256) what is in `target`.
    Raises OSError.
    """

    def __init__(self, source: Path, target: Path, most: int) -> None:
        self._source, self._target, self._most = source, target.open("wb"), most
        self._packed: BinaryIO | None = None
        self._unpacker = zlib.decompressobj(wbits=zlib.MAX_WBITS | 32)
        self._digest = hashlib.sha256()
        self.size = 0

    @property
    def is_whole(self) -> bool:
        """Whether the packed data came to its end."""
        return self._unpacker.eof

    @property
    def digest(self) -> str:
        """The digest in hexadecimal."""
        return self._digest.hexdigest()

    def advance(self) -> None:
        """Unpack what has been written since the last time."""
        if self._packed is None:
            self._packed = job.opened(self._source)
        while self._packed is not None and self.size < self._most and (chunk := self._packed.read(_CHUNK)):
            try:
                data = self._unpacker.decompress(chunk, self._most - self.size)
            except zlib.error:
                return  # and so each time: it will never be whole
            self._target.write(data)
            self._digest.update(data)
            self.size += len(data)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._target.close()
        if self._packed is not None:
            self._packed.close()
