"""The exceptions that leave cvgen, and the exit code each one stands for.

    CvgenError                      1  (raised itself: a bug)
    ├── UsageError                  2  the call cannot be understood
    ├── ProfileError                3  a profile is unreadable or invalid; carries every mistake at once
    ├── ThemeError                  4  a theme or template is missing or wrong
    ├── EngineMissingError          5  a TeX engine or a font is not installed; says which command installs it
    ├── TypesettingError            6  the engine failed; points at the YAML line, names the kept log
    │   └── EngineTimeoutError      7  the engine did not finish in time
    ├── OutputError                 8  the output cannot be written, or the PDF failed a gate
    └── OutOfDateError              9  `--check` found an output that is out of date

`str(error)` shows each error with its file, line, column and hints; `error.diagnostics` holds them as data.
"""

from __future__ import annotations

import enum
import logging
from collections.abc import Iterable
from typing import ClassVar

from cvgen.diagnostics import NOWHERE, Diagnostic, Severity, Span, format_line, in_order

__all__ = [
    "CvgenError",
    "EngineMissingError",
    "EngineTimeoutError",
    "ExitCode",
    "OutOfDateError",
    "OutputError",
    "ProfileError",
    "ThemeError",
    "TypesettingError",
    "UsageError",
    "debug",
]


_MAX_SHOWN = 5  # errors in the words of an exception


def debug(message: str, *values: object) -> None:
    """Log a failure that costs time only, with the exception that is handled."""
    logging.getLogger("cvgen").debug(message, *values, exc_info=True)


class ExitCode(enum.IntEnum):
    """The process exit codes: frozen, scripts rely on them."""

    OK = 0
    BUG = 1
    USAGE = 2
    PROFILE = 3
    THEME = 4
    ENGINE_MISSING = 5
    TYPESETTING = 6
    TIMEOUT = 7
    OUTPUT = 8
    OUT_OF_DATE = 9
    HUNG_UP = 129
    INTERRUPTED = 130
    TERMINATED = 143


class CvgenError(Exception):
    """Base of all errors that cvgen raises on purpose. `diagnostics` is never empty."""

    exit_code: ClassVar[ExitCode] = ExitCode.BUG
    code: ClassVar[str] = "bug"

    def __init__(
        self, problem: str | Iterable[Diagnostic], *, hints: Iterable[str] = (), span: Span = NOWHERE
    ) -> None:
        if isinstance(problem, str):
            problem = [Diagnostic(self.code, Severity.ERROR, span, problem, tuple(hints))]
        self.diagnostics: tuple[Diagnostic, ...] = in_order(problem)
        super().__init__(self.diagnostics)

    def __str__(self) -> str:
        errors = [one for one in self.diagnostics if one.severity is Severity.ERROR]
        lines = [format_line(one) for one in errors[:_MAX_SHOWN]]
        more = len(errors) - len(lines)
        return "\n".join([*lines, *([f"and {more} more"] if more else [])])

    @property
    def message(self) -> str:
        """The first error, without its place."""
        return next((one.message for one in self.diagnostics if one.severity is Severity.ERROR), "")

    def __reduce__(self) -> tuple[type[CvgenError], tuple[tuple[Diagnostic, ...]]]:
        # Errors cross process borders in batch builds.
        return (type(self), (self.diagnostics,))


class UsageError(CvgenError):
    """The call cannot be understood: an unknown variant, two outputs for one profile."""

    exit_code = ExitCode.USAGE
    code = "usage"


class ProfileError(CvgenError):
    """A profile, or a works file it names, is unreadable or invalid."""

    exit_code = ExitCode.PROFILE
    code = "profile"


class ThemeError(CvgenError):
    """A theme is missing, or its files or options are wrong."""

    exit_code = ExitCode.THEME
    code = "theme"


class EngineMissingError(CvgenError):
    """A TeX engine or a font package is not installed."""

    exit_code = ExitCode.ENGINE_MISSING
    code = "engine-missing"


class TypesettingError(CvgenError):
    """The TeX engine failed."""

    exit_code = ExitCode.TYPESETTING
    code = "typesetting"


class EngineTimeoutError(TypesettingError):
    """The TeX engine did not finish in time and was stopped, with all its children."""

    exit_code = ExitCode.TIMEOUT
    code = "timeout"


class OutputError(CvgenError):
    """The output cannot be written, or the finished PDF failed a gate."""

    exit_code = ExitCode.OUTPUT
    code = "output"


class OutOfDateError(CvgenError):
    """`--check` found an output that a build would change."""

    exit_code = ExitCode.OUT_OF_DATE
    code = "out-of-date"
