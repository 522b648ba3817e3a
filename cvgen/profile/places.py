"""Where the values of a profile stand."""

from dataclasses import dataclass
from typing import Protocol

from cvgen.diagnostics import Span, YamlPath, format_path

__all__ = ["Nowhere", "Places"]


class Places(Protocol):
    """Where each value of a file stands. `cvgen.source.Source` is one."""

    def span(self, path: YamlPath, *, key: bool = False) -> Span:
        """Return the place of the value (or key) at `path`, or of its nearest ancestor."""


@dataclass(frozen=True, slots=True)
class Nowhere:
    """The places of a profile that was not read from a file."""

    def span(self, path: YamlPath, *, key: bool = False) -> Span:
        """Return a span without a line that still names the value."""
        return Span("<profile>", where=format_path(path))
