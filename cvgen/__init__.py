"""cvgen: one YAML profile per person, a typeset CV PDF and all that must agree with it.

    >>> import cvgen
    >>> result = cvgen.build("profiles/ada.yaml")  # doctest: +SKIP
    >>> result.pages  # doctest: +SKIP
    2

The library never prints, exits, changes the directory, the environment or signal handlers, and may be called from
threads. It logs to `cvgen`. Every failure is a `CvgenError`, whose `diagnostics` say what is wrong at which line.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cvgen.batch.many import build_many
    from cvgen.batch.tasks import Failure
    from cvgen.builder import BuildResult, build
    from cvgen.composer import compose
    from cvgen.diagnostics import Diagnostic, Severity, Span
    from cvgen.document.nodes import Document
    from cvgen.errors import (
        CvgenError,
        EngineMissingError,
        EngineTimeoutError,
        ExitCode,
        OutOfDateError,
        OutputError,
        ProfileError,
        ThemeError,
        TypesettingError,
        UsageError,
    )
    from cvgen.formats import Export, emit, export
    from cvgen.imports import Imported, import_file
    from cvgen.latex.themes import Theme, themes
    from cvgen.loading.load import load_profile
    from cvgen.loading.profile import Profile

__version__ = "0.1.0"

__all__ = [
    "BuildResult",
    "CvgenError",
    "Diagnostic",
    "Document",
    "EngineMissingError",
    "EngineTimeoutError",
    "ExitCode",
    "Export",
    "Failure",
    "Imported",
    "OutOfDateError",
    "OutputError",
    "Profile",
    "ProfileError",
    "Severity",
    "Span",
    "Theme",
    "ThemeError",
    "TypesettingError",
    "UsageError",
    "build",
    "build_many",
    "compose",
    "emit",
    "export",
    "import_file",
    "load_profile",
    "themes",
]

# Names are imported when they are first used: `import cvgen` and `cvgen --help` must not pay for pydantic.
_HOMES = {
    "cvgen.batch.many": ("build_many",),
    "cvgen.batch.tasks": ("Failure",),
    "cvgen.builder": ("BuildResult", "build"),
    "cvgen.diagnostics": ("Diagnostic", "Severity", "Span"),
    "cvgen.composer": ("compose",),
    "cvgen.document.nodes": ("Document",),
    "cvgen.errors": (
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
    ),
    "cvgen.formats": ("Export", "emit", "export"),
    "cvgen.imports": ("Imported", "import_file"),
    "cvgen.latex.themes": ("Theme", "themes"),
    "cvgen.loading.load": ("load_profile",),
    "cvgen.loading.profile": ("Profile",),
}
_HOME_OF = {name: module for module, names in _HOMES.items() for name in names}


def __getattr__(name: str) -> Any:  # noqa: ANN401 - whatever the name stands for
    if name not in _HOME_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(importlib.import_module(_HOME_OF[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
