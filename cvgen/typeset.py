"""A profile becomes a PDF in memory: it is loaded, composed and emitted here, then goes to press.

Slow imports stand where they are used, so that they happen while an engine starts.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypedDict, Unpack

from cvgen.build_date import Commit, epoch_of, fixed_epoch
from cvgen.diagnostics import Diagnostic
from cvgen.engine import engines
from cvgen.errors import UsageError
from cvgen.press import Here, Press, Pressed, Stages, Terms
from cvgen.steady import steady

if TYPE_CHECKING:
    from cvgen.document.draft import Draft
    from cvgen.engine.warm import Warm
    from cvgen.loading.profile import Profile

__all__ = ["BuildResult", "Made", "Options", "join", "make", "path_of", "typeset"]


class Options(TypedDict, total=False):
    """What a build can be told. All may be left out."""

    theme: str | None
    """The theme, in place of the profile's."""
    engine: str | None
    """`xelatex`, `lualatex`, `tectonic` or `auto`."""
    variant: str | None
    """The variant of the profile to build."""
    sandbox: Literal["auto", "required", "off"]
    """Whether the engine is kept away from the user's files."""
    overrides: Mapping[str, str] | None
    """Values by YAML path (`document.paper`) in place of the file's."""
    timeout: float
    """Seconds that the engine may take."""
    gate: bool
    """Whether the PDF's text is compared with the document's. Default: True."""
    strict: bool
    """Whether warnings fail the build."""
    cache: bool
    """Whether what earlier builds prepared is used, and something left for later ones. Default: True."""
    warm: Warm | None
    """What keeps an engine waiting from one build to the next."""
    press: Callable[[Terms], Press] | None
    """What makes the press that the document goes through; by default `cvgen.press.Here`, in this process."""


@dataclass(frozen=True, slots=True)
class BuildResult:
    """A finished build.

    `pdf` is the file, None if the bytes were not written; `data` its bytes; `outputs` are all files of the build,
    `inputs` those that it was made of. `seconds` maps each stage to its time. `sandbox` names the walls that were up
    around the engine. `cached` tells that nothing had changed since an earlier build, which the rest of the result
    then describes; `written` is False where the files had these bytes.
    """

    pdf: Path | None
    data: bytes = field(repr=False)
    tex: str = field(repr=False)
    pages: int = 0
    passes: int = 0
    engine: str = ""
    sandbox: str = ""
    cached: bool = False
    written: bool = False
    seconds: Mapping[str, float] = field(default_factory=dict)
    diagnostics: tuple[Diagnostic, ...] = ()
    outputs: tuple[Path, ...] = ()
    inputs: tuple[Path, ...] = ()


def path_of(profile: Path | str | Profile) -> Path | None:
    """Return the file that a profile is in, None for one that another program made."""
    return Path(profile) if isinstance(profile, str | Path) else profile.path


def typeset(
    profile: Path | str | Profile, *, keep_log: Path | None = None, **options: Unpack[Options]
) -> BuildResult:
    """Make the PDF in memory. `keep_log` is where the engine's log goes if it fails."""
    made = make(profile, options, keep_log=keep_log)
    join()
    return made.result


def join() -> None:
    """Wait until what the next builds will be quick with is prepared; nothing to wait for but in a first build."""
    preload = sys.modules.get("cvgen.engine.format_cache")
    if preload is not None:  # else no engine ran in this process
        preload.join()


@dataclass(frozen=True, slots=True)
class Made:
    """A build in memory, what it was made of and how, and when the profile was last committed."""

    result: BuildResult
    draft: Draft
    pressed: Pressed
    committed: int | None


def make(profile: Path | str | Profile, options: Options, *, keep_log: Path | None) -> Made:
    """Make the PDF in memory, and tell what it was made of. Takes and raises what `typeset` does."""
    if options.get("overrides") and not isinstance(profile, str | Path):
        raise UsageError("a profile that is loaded takes no overrides", hints=("pass them to `load`",))
    with steady():
        return _Making(profile, options, keep_log).made()


_THEME = rb"^[ ]+theme:[ ]*[\"']?([a-z0-9-]+)"


def _theme_of(profile: Path | str | Profile) -> str:
    """Guess the theme that a profile will ask for, so that an engine can start before it is read."""
    if not isinstance(profile, str | Path):
        return profile.file.document.theme or "awesome"
    try:
        with Path(profile).open("rb") as file:
            found = re.search(_THEME, file.read(1 << 16), re.MULTILINE)
    except OSError:  # told by whoever reads it
        return "awesome"
    return found[1].decode() if found else "awesome"


@dataclass
class _Making:
    """One call of `make`."""

    profile: Path | str | Profile
    options: Options
    keep_log: Path | None
    stages: Stages = field(default_factory=Stages)

    def made(self) -> Made:
        with self.stages.stage("engine-start"):
            press = (self.options.get("press") or Here)(self._terms())
        with press, Commit(path_of(self.profile) if fixed_epoch() is None else None) as commit:
            draft = self._draft(press)
            committed = commit.time()
            pressed = press.press(draft, epoch_of(committed, draft.day))
        result = BuildResult(
            None,
            pressed.data,
            pressed.tex,
            pressed.pages,
            pressed.passes,
            pressed.engine,
            pressed.sandbox,
            seconds={**self.stages.seconds, **pressed.seconds},
            diagnostics=pressed.diagnostics,
            inputs=pressed.inputs,
        )
        return Made(result, draft, pressed, committed)

    def _terms(self) -> Terms:
        given = self.options
        return Terms(
            engines.find(given.get("engine") or "auto"),
            Path(self.profile) if isinstance(self.profile, str | Path) else None,
            given.get("theme"),
            given.get("theme") or _theme_of(self.profile),
            given.get("sandbox", "auto"),
            given.get("timeout", 60.0),
            given.get("gate", True),
            given.get("strict", False),
            given.get("cache", True),
            self.keep_log,
            given.get("warm"),
        )

    def _draft(self, press: Press) -> Draft:
        with self.stages.stage("load"):
            from cvgen.loading.load import load

            profile, overrides = self.profile, self.options.get("overrides")
            loaded = load(Path(profile), overrides=overrides) if isinstance(profile, str | Path) else profile
        with self.stages.stage("compose"):
            from cvgen.document.draft import draft

            return draft(loaded, variant=self.options.get("variant"))
