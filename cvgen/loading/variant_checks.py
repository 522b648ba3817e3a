"""Checks of variants: what they name is there, whether or not anybody builds them."""

from __future__ import annotations

from collections.abc import Iterator

from cvgen.diagnostics import Diagnostic, Severity, YamlPath, did_you_mean
from cvgen.loading.profile import Profile

__all__ = ["check_variants"]


def check_variants(profile: Profile) -> Iterator[Diagnostic]:
    """Yield the sections that a variant names and the profile does not have."""
    every = [section for section in profile.file.sections if not section.hidden]
    names = {name for section in every for name in (section.id, section.kind) if name}
    for key, variant in profile.file.variants.items():
        wanted: list[tuple[YamlPath, str]] = [
            (("variants", key, "sections", index), name) for index, name in enumerate(variant.sections or ())
        ]
        wanted += [(("variants", key, "titles", name), name) for name in variant.titles]
        for path, name in wanted:
            if name not in names:
                shown = sorted({section.id or section.kind for section in every})
                guess = did_you_mean(name, shown)
                hint = f"did you mean `{guess}`?" if guess else f"it has: {', '.join(shown)}"
                span = profile.places.span(path, key=path[2] == "titles")
                words = f"the profile has no section `{name}`"
                yield Diagnostic("unknown-section", Severity.ERROR, span, words, (hint,))
