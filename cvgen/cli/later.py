"""Modules that are imported for nothing, later or never."""

from __future__ import annotations

import contextlib
import importlib
import importlib.util
import sys
from collections.abc import Iterator
from types import ModuleType
from typing import Any

__all__ = ["absent", "postpone"]


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
    # An import statement asks whether it is a package; __getattr__ would import it for an answer.
    spec = importlib.util.find_spec(name)
    module.__path__ = list(spec.submodule_search_locations or ()) if spec else []
    setattr(module, function, call)
    sys.modules[name] = module
    parent, _, child = name.rpartition(".")
    if parent:
        setattr(sys.modules[parent], child, module)  # as an import does: find_spec has imported it


@contextlib.contextmanager
def absent(*names: str) -> Iterator[None]:
    """Inside, packages cannot be imported if they have not been: for whoever would import them in vain, if they can.

    For a process with one thread.
    """
    missing = [name for name in names if name not in sys.modules]
    sys.modules.update(dict.fromkeys(missing))  # type: ignore[arg-type]  # documented: None stands for what is not there
    try:
        yield
    finally:
        for name in missing:
            del sys.modules[name]
