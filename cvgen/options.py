"""Options of a build."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from cvgen.engine.sandbox import SandboxMode

__all__ = ["TypesetOptions"]


@dataclass(frozen=True, slots=True)
class TypesetOptions:
    """How a profile is typeset.

    `theme` and `variant` replace what the profile says, `overrides` values of it by their YAML path
    (`document.paper`). `letter` asks for the cover letter, the profile's (empty) or that of a file; `pages` is how
    many there may be, in place of what the profile says. `timeout` is in seconds. `gate` compares the PDF's text with
    the document's, `strict` takes warnings for errors, `cache` uses what earlier builds prepared and leaves something
    for later ones. Work folders are made in `work_parent`, by default the system's temporary folder; themes of the
    user's own are looked for in `user_themes`, by default the user's configuration.
    """

    theme: str | None = None
    engine: str = "auto"
    variant: str | None = None
    sandbox: SandboxMode = "auto"
    overrides: Mapping[str, str] = field(default_factory=dict)
    pages: int | None = None
    letter: str | None = None
    timeout: float = 60.0
    gate: bool = True
    strict: bool = False
    cache: bool = True
    work_parent: Path | None = None
    user_themes: Path | None = None
