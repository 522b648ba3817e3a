"""Where the class and the themes are; nothing of a theme is read here, so that an engine can start early."""

from __future__ import annotations

import functools
import os
import re
from collections.abc import Iterator
from pathlib import Path

from cvgen.errors import ThemeError
from cvgen.paths import user_themes_folder

__all__ = ["CLASS_FILE", "THEME_NAME", "class_folder", "shared_options_file", "theme_folder", "theme_parents"]

CLASS_FILE = "cvgen.cls"
OPTIONS_FILE = "options.toml"


@functools.cache
def class_folder() -> Path:
    """Return the folder with the class and the themes: package data, or the repository's in a checkout."""
    package = Path(__file__).resolve().parent.parent
    for folder in (package / "latex_templates", package.parent / "latex_templates"):
        if (folder / CLASS_FILE).is_file():
            return folder
    raise ThemeError("cvgen's own templates are missing", hints=("install cvgen again",))


def shared_options_file() -> Path:
    """Return the file with the options that every theme has."""
    return class_folder() / OPTIONS_FILE


def theme_parents(users: Path | None = None) -> Iterator[Path]:
    """Yield the folders that hold themes, the user's own (`users`, or the configured one) before cvgen's."""
    yield users or user_themes_folder()
    yield class_folder()


THEME_NAME = r"[a-z0-9][a-z0-9-]*"


def theme_folder(name: str, users: Path | None = None) -> Path | None:
    """Return where the theme called `name` is, without looking into it; None if there is none.

    A name with a slash is the folder itself: `./ink`.
    """
    if "/" in name or os.sep in name:
        folder = Path(os.path.abspath(name))  # noqa: PTH100 - a link keeps its name, which is the theme's
        is_theme = re.fullmatch(THEME_NAME, folder.name) and (folder / "theme.toml").is_file()
        return folder if is_theme else None
    if re.fullmatch(THEME_NAME, name):
        for folder in theme_parents(users):
            if (folder / name / "theme.toml").is_file():
                return folder / name
    return None
