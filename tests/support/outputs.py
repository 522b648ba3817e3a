"""All PDFs of this repository's profiles: each in each theme by each engine, and each variant."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pytest

import cvgen

__all__ = ["ENGINES", "FOLDERS", "OUTPUTS", "PROFILES", "ROOT", "THEMES", "Output", "in_themes"]

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = (ROOT / "profiles", ROOT / "examples", ROOT / "tests" / "corpus")
PROFILES = tuple(path for folder in FOLDERS for path in sorted(folder.glob("*.yaml")))
THEMES = tuple(theme.name for theme in cvgen.themes())
ENGINES = ("xelatex", "lualatex")


def in_themes(paths: Iterable[Path], *rest: object) -> list[object]:
    """Return parameters of a test: each profile in each theme, of which one, in turns, is not long."""
    return [
        pytest.param(path, theme, *rest, marks=() if number == at % len(THEMES) else pytest.mark.long)
        for at, path in enumerate(paths)
        for number, theme in enumerate(THEMES)
    ]


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
    whole = [Output(path, engine, theme) for path in PROFILES for theme in THEMES for engine in ENGINES]
    variants = [(path, name) for path in PROFILES for name in cvgen.load_profile(path).file.variants]
    return (*whole, *(Output(path, engine, variant=name) for path, name in variants for engine in ENGINES))


OUTPUTS = _outputs()
