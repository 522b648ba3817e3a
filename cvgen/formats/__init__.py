"""Formats to export to, one module each, found by listing. None of them starts an engine.

A module has a `DESCRIPTION`, the `SUFFIXES` of its files' names (none where it writes a folder), and a function:

- `write_document(document, theme) -> str | bytes` for a format of what a CV says,
- `write_profile(profile, variant) -> str | bytes` for one of what a profile holds,
- `write_folder(profile, variant) -> {path: str | bytes}` for one of several files; with `HAS_COMMENTS` it takes
  `hidden`, and writes works that are hidden in comments,
- `write_group(profiles, suffix) -> str` for one of several profiles.

`losses(profile, variant)` yields diagnostics of what has no place in the format. The format's name is the module's,
with `-` for `_`.
"""

from __future__ import annotations

import functools
import importlib
import pkgutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import ModuleType

from cvgen.composer import compose
from cvgen.diagnostics import Diagnostic, did_you_mean
from cvgen.document.nodes import Document
from cvgen.errors import UsageError
from cvgen.loading.profile import Profile

__all__ = [
    "Export",
    "emit",
    "export",
    "export_group",
    "format_descriptions",
    "format_names",
    "is_document_format",
    "suffixes_of",
    "takes_several",
]

_ALIASES = {"latex": "tex", "plaintext": "text", "txt": "text", "md": "markdown", "word": "docx"}


@dataclass(frozen=True, slots=True)
class Export:
    """What a format makes of a profile: the contents of files by path, seen from the folder that they go into.

    `diagnostics` are the profile's warnings, and what has no place in the format.
    """

    files: Mapping[str, bytes]
    diagnostics: tuple[Diagnostic, ...] = ()


@functools.cache
def format_names() -> tuple[str, ...]:
    """Return the names of all formats."""
    return tuple(sorted(module.name.replace("_", "-") for module in pkgutil.iter_modules(__path__)))


def format_descriptions() -> dict[str, str]:
    """Return what each format is good for, by name."""
    return {name: str(_module(name).DESCRIPTION) for name in format_names()}


def suffixes_of(name: str) -> tuple[str, ...]:
    """Return how the names of files in a format end, the usual one first; none for one of several files."""
    suffixes: tuple[str, ...] = _module(name).SUFFIXES
    return suffixes


def is_document_format(name: str) -> bool:
    """Tell whether a format shows what a CV says, and not what a profile holds."""
    return hasattr(_module(name), "write_document")


def takes_several(name: str) -> bool:
    """Tell whether a format shows several profiles together."""
    return hasattr(_module(name), "write_group")


def emit(document: Document, format: str = "latex", theme: str | None = None) -> str:  # noqa: A002 - the public name
    """Write `document` in a text format (`latex`, `text`, `markdown`, `html`). `theme` replaces the document's own.

    Raises `UsageError` for an unknown format or one that is no text, `ThemeError`, and `ProfileError` for theme
    options that are wrong.
    """
    name = _known(format, tuple(one for one in format_names() if is_document_format(one)))
    text = _module(name).write_document(document, theme)
    if not isinstance(text, str):
        raise UsageError(f"`{format}` is no text", hints=("call `export` with the profile",))
    return text


def export(
    profile: Profile,
    format: str,  # noqa: A002 - the public name
    *,
    variant: str | None = None,
    theme: str | None = None,
    hidden: bool = False,
) -> Export:
    """Write a profile, or a variant of it, in a format; with `hidden`, works that say `hidden: true` in comments.

    Raises `UsageError` for an unknown format or variant, `ThemeError`, `ProfileError` for what cannot be composed.
    """
    module = _module(_known(format, format_names()))
    if variant is not None and variant not in profile.file.variants:
        raise UsageError(f"the profile has no variant `{variant}`")
    said = profile.diagnostics
    if hidden and not getattr(module, "HAS_COMMENTS", False):
        raise UsageError(f"`{format}` shows nothing that is hidden", hints=("`academicpages` has comments for it",))
    if hasattr(module, "write_folder"):
        files = module.write_folder(profile, variant, **({"hidden": True} if hidden else {}))
    elif hasattr(module, "write_group"):
        files = {f"group{module.SUFFIXES[0]}": module.write_group([profile], module.SUFFIXES[0])}
    else:
        stem = profile.path.stem if profile.path else "cv"
        if hasattr(module, "write_profile"):
            content = module.write_profile(profile, variant)
        else:
            document = compose(profile, variant=variant)
            said += document.diagnostics
            content = module.write_document(document, theme)
        files = {stem + module.SUFFIXES[0]: content}
    said += tuple(module.losses(profile, variant)) if hasattr(module, "losses") else ()
    return Export({path: one.encode() if isinstance(one, str) else one for path, one in files.items()}, said)


def export_group(profiles: Sequence[Profile], format: str, suffix: str = "") -> Export:  # noqa: A002 - the public name
    """Write several profiles together; `suffix` is that of the file, where there is a choice.

    Raises `UsageError` for a format that takes one profile, `ProfileError` for what cannot be composed.
    """
    module = _module(_known(format, format_names()))
    if not hasattr(module, "write_group") or not profiles:
        raise UsageError(f"`{format}` takes one profile", hints=("name one, or export `group`",))
    suffix = suffix or module.SUFFIXES[0]
    said = tuple(found for profile in profiles for found in profile.diagnostics)
    return Export({f"group{suffix}": module.write_group(profiles, suffix).encode()}, said)


def _known(name: str, known: tuple[str, ...]) -> str:
    name = _ALIASES.get(name, name)
    if name not in known:
        guess = did_you_mean(name, known)
        hint = f"did you mean `{guess}`?" if guess else f"one of: {', '.join(known)}"
        raise UsageError(f"there is no format `{name}`", hints=(hint,))
    return name


def _module(name: str) -> ModuleType:
    return importlib.import_module(f"{__name__}.{name.replace('-', '_')}")
