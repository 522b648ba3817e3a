"""Modules that are imported for nothing, later or never."""

from __future__ import annotations

import importlib
import sys
from types import ModuleType
from typing import Any

__all__ = ["postpone"]


class _Later(ModuleType):
    """Stands for a module until somebody wants more of it than the functions that it has."""

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever the module has
        return getattr(_imported(self.__name__), name)


def _imported(name: str) -> ModuleType:
    if isinstance(sys.modules.get(name), _Later):
        del sys.modules[name]
    return importlib.import_module(name)


def postpone(name: str, function: str) -> None:
    """Have `from NAME import FUNCTION` import nothing until the function is called. Anything else imports at once."""
    if name in sys.modules:
        return

    def call(*values: Any, **named: Any) -> Any:  # noqa: ANN401
        return getattr(_imported(name), function)(*values, **named)

    module = _Later(name)
    setattr(module, function, call)
    sys.modules[name] = module
