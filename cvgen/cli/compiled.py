"""What packages compile anew whenever they are imported, kept from one run to the next.

Python keeps the code of modules, but not what they make while they are imported: methods of dataclasses, annotations
that stand in strings, regular expressions. For pydantic, pypdf and PyYAML those are a thousand small programs, and
70 ms of processor time in each build. Each follows from its text alone, so it is looked up by its text.

It is kept where Python keeps bytecode, and not in the cache: who can change it there can change the modules, too.
"""

from __future__ import annotations

import builtins
import collections
import contextlib
import dataclasses
import importlib.util
import marshal
import os
import re
import sys
import threading
import typing
from collections.abc import Callable
from pathlib import Path
from types import CodeType
from typing import Any

import cvgen.frozen

__all__ = ["keep", "use"]

_MOST_KEPT = 20_000  # a build meets 700; more have come from versions that are gone
# The arguments, but for the pattern itself, of the function that makes a pattern of what was compiled.
_Arguments = tuple[int, list[int], int, dict[str, int], tuple[str | None, ...]]

_codes: dict[tuple[str, str, str], CodeType] = {}
_patterns: dict[tuple[str | bytes, int], _Arguments] = {}
_is_new = threading.Event()


def use() -> None:
    """Look up what is compiled from now on, and have what is not there ready for `keep`."""
    if sys.implementation.name != "cpython" or "exec" in vars(dataclasses):
        return
    kept = _read()
    _codes.update(kept[0])
    _patterns.update(kept[1])
    # The compiler that these modules see, and nobody else: what they compile is made of classes, never of a profile.
    vars(dataclasses)["exec"] = vars(cvgen.frozen)["exec"] = _exec
    vars(collections)["eval"] = _eval
    vars(typing)["compile"] = _compile
    compiler: Any = getattr(re, "_compiler", None)
    if compiler is not None:
        recorder = _Recorder(compiler._sre)
        compiler._sre, compiler.compile = recorder, _looked_up(compiler.compile, recorder)


def keep() -> None:
    """Keep for the next run what this one had to compile; in vain where Python may not keep bytecode either."""
    if not _is_new.is_set() or sys.dont_write_bytecode:
        return
    kept = _read()
    if len(kept[0]) + len(kept[1]) > _MOST_KEPT:
        kept = {}, {}
    with contextlib.suppress(OSError, ValueError, NotImplementedError):
        place = _place()
        new = place.with_name(f"{place.name}.{os.getpid()}")
        try:
            with new.open("wb") as file:  # first of all: often nothing may be written here
                content = marshal.dumps((kept[0] | _codes, kept[1] | _patterns))
                file.write(_head(content) + content)
            new.replace(place)
        finally:
            new.unlink(missing_ok=True)


def _read() -> tuple[dict[tuple[str, str, str], CodeType], dict[tuple[str | bytes, int], _Arguments]]:
    with contextlib.suppress(OSError, ValueError, EOFError, TypeError, NotImplementedError):
        data = _place().read_bytes()
        size = len(_head(b""))
        if data[:size] == _head(data[size:]):
            codes, patterns = marshal.loads(data[size:])
            return codes, patterns
    return {}, {}


def _place() -> Path:
    """Return the file, beside the bytecode of this module. Raises NotImplementedError where Python has none."""
    return Path(importlib.util.cache_from_source(__file__, optimization="")).with_suffix(".kept")


def _head(content: bytes) -> bytes:
    """Return what `content` is led by: the Python that it is for, and a sum against half a file."""
    return f"{sys.version}\n{sys.flags.optimize}\n".encode() + importlib.util.source_hash(content)


# ------------------------------------------------------------------------------------------ in place of the compiler


def _compile(text: Any, name: str, mode: str, *others: Any, **named: Any) -> Any:  # noqa: ANN401 - as the real one
    if others or named or type(text) is not str:
        return builtins.compile(text, name, mode, *others, **named)
    code = _codes.get((mode, name, text))
    if code is None:
        # The modules that see this have no `from __future__` that `compile` would have taken over.
        code = _codes[mode, name, text] = builtins.compile(text, name, mode, dont_inherit=True)
        _is_new.set()
    return code


def _exec(text: str, *names: Any, **named: Any) -> None:  # noqa: ANN401
    builtins.exec(_compile(text, "<string>", "exec"), *names, **named)


def _eval(text: str, *names: Any) -> Any:  # noqa: ANN401
    return builtins.eval(_compile(text, "<string>", "eval"), *names)


class _Recorder(threading.local):
    """Stands for the module `_sre` where `re` compiles, and knows what this thread made last."""

    def __init__(self, real: Any) -> None:  # noqa: ANN401
        self.real = real
        self.last: _Arguments | None = None

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401
        return getattr(self.real, name)

    def compile(self, *values: Any, **named: Any) -> re.Pattern[Any]:  # noqa: ANN401
        made: re.Pattern[Any] = self.real.compile(*values, **named)
        with contextlib.suppress(TypeError, ValueError):  # a later Python may call it otherwise
            _, flags, code, groups, names, indices = values
            # Constants of `re` are numbers with a name, which cannot be kept.
            self.last = int(flags), [int(number) for number in code], groups, names, indices
        return made


def _looked_up(compile_anew: Callable[..., re.Pattern[Any]], recorder: _Recorder) -> Callable[..., re.Pattern[Any]]:
    make: Callable[..., re.Pattern[Any]] = recorder.real.compile

    def compile_pattern(pattern: Any, flags: int = 0) -> re.Pattern[Any]:  # noqa: ANN401
        if type(pattern) not in (str, bytes) or flags & re.DEBUG:
            return compile_anew(pattern, flags)
        key = pattern, int(flags)
        if key in _patterns:
            return make(pattern, *_patterns[key])
        recorder.last = None
        made = compile_anew(pattern, flags)
        if recorder.last is not None and _is_importing():
            _patterns[key] = recorder.last
            _is_new.set()
        return made

    return compile_pattern


def _is_importing() -> bool:
    """Tell whether a module is being imported: another pattern may be made of what somebody wrote in a profile."""
    frame = sys._getframe()
    while (above := frame.f_back) is not None:
        frame = above
        if frame.f_code.co_filename == "<frozen importlib._bootstrap>":
            return True
    return False
