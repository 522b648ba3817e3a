"""A cover letter, from the profile or from a file of its own."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from cvgen import source as yaml_source
from cvgen.diagnostics import Diagnostic, Severity, YamlPath
from cvgen.errors import ProfileError, UsageError
from cvgen.loading.profile import Profile
from cvgen.loading.validation import cleaned, validated
from cvgen.profile.letter import Letter
from cvgen.profile.places import Places

__all__ = ["LoadedLetter", "load_letter"]


@dataclass(frozen=True, slots=True)
class LoadedLetter:
    """A letter, and where its fields stand: below `path` in `places`. `file` is its own file, if it has one."""

    letter: Letter
    places: Places
    path: YamlPath = ()
    file: Path | None = None
    diagnostics: tuple[Diagnostic, ...] = ()

    def signature(self, profile: Path | None) -> Path | None:
        """Return where the picture of the signature is: beside the letter's file, or the profile's."""
        file = self.file or profile
        name = self.letter.signature
        return None if name is None else (file.parent if file else Path()) / name


def load_letter(profile: Profile, name: str = "") -> LoadedLetter:
    """Return the profile's letter, or the one in the file `name`.

    Raises `UsageError` for a profile without one, `ProfileError` with every mistake in the file.
    """
    if not name:
        if profile.file.letter is None:
            raise UsageError("the profile has no letter", hints=("write `letter:` into it, or name a file with one",))
        return LoadedLetter(profile.file.letter, profile.places, ("letter",))
    source = yaml_source.read_yaml(Path(name))
    found: list[Diagnostic] = []
    letter = validated(source, cleaned(source.data, (), source, found), Letter, found)
    if letter is None or any(one.severity is Severity.ERROR for one in found):
        raise ProfileError(found)
    return LoadedLetter(letter, source, (), Path(name), tuple(found))
