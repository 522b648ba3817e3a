"""PDFs of this repository's profiles: each in several themes, in turns, by each engine, and each variant.

With `CVGEN_EVERY_OUTPUT` in the environment each is in every theme by each engine: four times as many.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pytest

import cvgen

__all__ = [
    "ENGINES",
    "FOLDERS",
    "MOST_THEMES",
    "OUTPUTS",
    "PROFILES",
    "ROOT",
    "THEMES",
    "Output",
    "in_themes",
    "themes_of",
]

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = (ROOT / "profiles", ROOT / "examples", ROOT / "tests" / "corpus")
PROFILES = tuple(path for folder in FOLDERS for path in sorted(folder.glob("*.yaml")))
THEMES = tuple(theme.name for theme in cvgen.themes())
ENGINES = ("xelatex", "lualatex")
_EVERY = "CVGEN_EVERY_OUTPUT" in os.environ
_LUA = len(THEMES) if _EVERY else 1  # themes of a profile by the slower engine


def themes_of(at: int) -> tuple[str, ...]:
    """Return the themes in which profile number `at` is built, the quick tests' first: two of all, in turns."""
    turned = [THEMES[(at + number) % len(THEMES)] for number in range(len(THEMES))]
    return tuple(turned if _EVERY else turned[::3])


def in_themes(paths: Iterable[Path], *rest: object) -> list[object]:
    """Return parameters of a test: each profile in its themes; one profile per theme is not long."""
    return [
        pytest.param(path, theme, *rest, marks=pytest.mark.long if number or at >= len(THEMES) else ())
        for at, path in enumerate(paths)
        for number, theme in enumerate(themes_of(at))
    ]


_SEVERAL = {"awesome": (), "sidebar": (), "classic": pytest.mark.long, "compact": pytest.mark.long}
MOST_THEMES = [pytest.param(theme, marks=marks) for theme, marks in _SEVERAL.items()]
"""The themes that are set most differently, as parameters of a test that is quick in two of them."""


@dataclass(frozen=True, slots=True)
class Output:
    """One PDF. Its text is the name of a test and of a file."""

    profile: Path
    engine: str
    theme: str | None = None
    variant: str | None = None

    def __str__(self) -> str:
        parts = (self.profile.parent.name, self.profile.stem, self.variant, self.theme, self.engine)
        return "-".join(part for part in parts if part)

    def build(self, folder: Path) -> Path:
        """Build it in a folder, and return its path."""
        path = folder / f"{self}.pdf"
        cvgen.build(self.profile, theme=self.theme, engine=self.engine, variant=self.variant, output=path)
        return path


def _outputs() -> tuple[Output, ...]:
    whole = [Output(path, ENGINES[0], theme) for at, path in enumerate(PROFILES) for theme in themes_of(at)]
    whole += [
        Output(path, ENGINES[1], theme) for at, path in enumerate(PROFILES, 1) for theme in themes_of(at)[:_LUA]
    ]
    variants = [(path, name) for path in PROFILES for name in cvgen.load_profile(path).file.variants]
    return (*whole, *(Output(path, engine, variant=name) for path, name in variants for engine in ENGINES))


OUTPUTS = _outputs()
