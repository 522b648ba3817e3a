"""Files of other tools as profiles and works files, one module per format, found by listing. None reads the network.

A module has a `DESCRIPTION` with where to get such a file, `recognises(name, content)`, and
`import_content(content, file)`, which returns an `Imported`; with `HAS_LOCAL_LINKS` it takes the site's `base` too.
Its name is the format's, with `-` for `_`.
"""

from __future__ import annotations

import functools
import importlib
import pkgutil
import re
from pathlib import Path
from types import ModuleType

from cvgen.diagnostics import did_you_mean
from cvgen.errors import UsageError
from cvgen.files import read_input
from cvgen.imports.imported import Imported

__all__ = ["Imported", "import_descriptions", "import_file", "import_names", "is_data"]

_SUFFIXES = (".json", ".yaml", ".yml", ".ris", ".bib", ".md", ".pdf", ".tex", ".txt")
_PAGES = ("academicpages", "pdf", "text")
_MOST_BYTES = 20 << 20
_SHARED = ("imported", "entries", "library", "work_lines", "tex_markdown", "text_page", "page_lists")


@functools.cache
def import_names() -> tuple[str, ...]:
    """Return the names of all formats that can be imported."""
    names = (module.name for module in pkgutil.iter_modules(__path__))
    return tuple(sorted(name.replace("_", "-") for name in names if name not in _SHARED))


def import_descriptions() -> dict[str, str]:
    """Return what each format is and where to get such a file, by name."""
    return {name: str(_module(name).DESCRIPTION) for name in import_names()}


def is_data(path: Path, content: bytes) -> bool:
    """Tell whether a file is data of another tool, and no page whose text would have to be read."""
    name = _recognised(path, content)
    return name is not None and name not in _PAGES and not _is_profile(path, content)


def _is_profile(path: Path, content: bytes) -> bool:
    own = re.search(rb"^person:", content, re.MULTILINE) is not None
    return path.suffix.lower() == ".bib" or (path.suffix.lower() in (".yaml", ".yml") and own)


def _recognised(path: Path, content: bytes) -> str | None:
    return next((one for one in import_names() if _module(one).recognises(path.name, content)), None)


def import_file(
    path: Path | str,
    format: str | None = None,  # noqa: A002 - the public name
    *,
    base: str | None = None,
) -> Imported:
    """Read a file of another tool, whose format is recognised if none is named.

    `base` is the address that links within a site continue, for formats that have some.

    Raises `UsageError` for a format that is unknown or not recognised, `ProfileError` for a file that cannot be read.
    """
    path = Path(path)
    content = read_input(
        path, _MOST_BYTES, (".json", ".yaml", ".yml", ".ris", ".bib", ".md", ".pdf", ".tex", ".txt"), "CV"
    )
    if len(content) > _MOST_BYTES:
        raise UsageError(f"`{path}` is larger than 20 MiB")
    name = format or _recognised(path, content)
    if name is None:
        hint = f"name it: `cvgen import FORMAT {path.name}`; one of: {', '.join(import_names())}"
        raise UsageError(f"`{path}` is of no format that is known", hints=(hint,))
    if name not in import_names():
        guess = did_you_mean(name, import_names())
        raise UsageError(
            f"there is no import of `{name}`",
            hints=(f"did you mean `{guess}`?" if guess else f"one of: {', '.join(import_names())}",),
        )
    module = _module(name)
    if base is not None and not getattr(module, "HAS_LOCAL_LINKS", False):
        raise UsageError(f"`{name}` has no links within a site")
    local = {} if base is None else {"base": base}
    imported: Imported = module.import_content(content, str(path), **local)
    return imported


def _module(name: str) -> ModuleType:
    return importlib.import_module(f"{__name__}.{name.replace('-', '_')}")
