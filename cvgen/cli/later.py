"""Modules that are imported for nothing, later or never."""

from __future__ import annotations

import contextlib
import importlib
import importlib.util
import sys
from collections.abc import Iterator
from types import ModuleType, UnionType
from typing import Any

__all__ = ["absent", "postpone"]


class _Stand:
    """Stands for what a module has; the module is imported when that is called, asked, or made a base of a class."""

    def __init__(self, module: str, name: str) -> None:
        self.__module, self.__name = module, name

    def __real(self) -> Any:  # noqa: ANN401 - whatever it is
        return getattr(_imported(self.__module), self.__name)

    def __call__(self, *values: Any, **named: Any) -> Any:  # noqa: ANN401
        return self.__real()(*values, **named)

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401
        return getattr(self.__real(), name)

    def __getitem__(self, key: Any) -> Any:  # noqa: ANN401
        return self.__real()[key]

    def __contains__(self, key: object) -> bool:
        return key in self.__real()

    def __iter__(self) -> Iterator[Any]:
        return iter(self.__real())

    def __len__(self) -> int:
        return len(self.__real())

    def __or__(self, other: Any) -> Any:  # noqa: ANN401
        # `X | None` in an annotation, at which nobody looks.
        return self if other is None or isinstance(other, type | UnionType) else self.__real() | other

    __ror__ = __or__

    def __instancecheck__(self, one: object) -> bool:
        return isinstance(one, self.__real())

    def __subclasscheck__(self, one: type) -> bool:
        return issubclass(one, self.__real())

    def __mro_entries__(self, bases: tuple[object, ...]) -> tuple[type]:
        return (self.__real(),)


class _Later(ModuleType):
    """Stands for a module until somebody wants more of it than the `names` whose use can wait."""

    def __init__(self, name: str, names: tuple[str, ...]) -> None:
        super().__init__(name)
        self.__names = names

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever the module has
        if name in self.__names:
            return _Stand(self.__name__, name)
        return getattr(_imported(self.__name__), name)


def _imported(name: str) -> ModuleType:
    if isinstance(sys.modules.get(name), _Later):
        del sys.modules[name]
    return importlib.import_module(name)


def postpone(name: str, *names: str) -> None:
    """Have `from NAME import …` import nothing for `names` until they are used. Anything else imports at once.

    None of them may be an exception: an `except` clause takes classes only.
    """
    if name in sys.modules:
        return
    module = _Later(name, names)
    parent, _, child = name.rpartition(".")
    above = sys.modules.get(parent)
    # An import statement asks whether it is a package; __getattr__ would import it for an answer.
    spec = importlib.util.find_spec(name) if above and not isinstance(above, _Later) else None
    module.__path__ = list(spec.submodule_search_locations or ()) if spec else []
    sys.modules[name] = module
    if above:
        setattr(above, child, module)  # as an import does


@contextlib.contextmanager
def absent(*names: str) -> Iterator[None]:
    """Inside, packages cannot be imported if they have not been: for whoever would import them in vain, if they can.

    Another thread that wants one meanwhile does not get it either.
    """
    missing = [name for name in names if name not in sys.modules]
    sys.modules.update(dict.fromkeys(missing))  # type: ignore[arg-type]  # documented: None stands for what is not there
    try:
        yield
    finally:
        for name in missing:
            del sys.modules[name]
