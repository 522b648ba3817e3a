"""Source -> Profile: text policy, models, shared works, and every mistake at once with its place."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from cvgen import source as yaml_source
from cvgen.diagnostics import Diagnostic, Severity, Span, YamlPath, in_order
from cvgen.errors import ProfileError
from cvgen.loading.author_checks import check_authors
from cvgen.loading.explanations import Written
from cvgen.loading.foreign_files import recognise
from cvgen.loading.library import read_library, unknown_works
from cvgen.loading.profile import Profile, ProfileFile
from cvgen.loading.validation import cleaned, validated
from cvgen.loading.variant_checks import check_variants
from cvgen.profile.places import Nowhere

__all__ = ["MOST_DIAGNOSTICS", "load", "load_data", "load_profile"]

MOST_DIAGNOSTICS = 50


def load(path: Path | str, *, overrides: Mapping[str, str] | None = None) -> Profile:
    """Read, check and complete the profile at `path`.

    `overrides` maps YAML paths (`document.theme`) to values that replace what the file says.
    Raises `ProfileError` with every mistake in the file and in the works files it names.
    """
    path = Path(path)
    source = yaml_source.read_yaml(path)
    for where, value in (overrides or {}).items():
        source = source.with_value(yaml_source.parse_set_path(where), value)
    return _complete(source, path)


def load_data(data: Mapping[str, Any]) -> Profile:
    """Check a profile that another program made. Works must stand in it. Raises `ProfileError`."""
    return _complete(_DataSource(_as_read(data)), None)


def load_profile(source: Path | str | Mapping[str, Any]) -> Profile:
    """Load a profile from a file, or from data that another program made. Raises `ProfileError`."""
    return load_data(source) if isinstance(source, Mapping) else load(source)


@dataclass(frozen=True, slots=True)
class _DataSource(Nowhere):
    """Data that another program made, in place of a source."""

    data: Any

    def value(self, path: YamlPath) -> Any:  # noqa: ANN401 - whatever the program gave
        """Return the value at `path`, None when there is none."""
        node = self.data
        for step in path:
            inside = step in node if isinstance(node, dict) else isinstance(node, list) and step in range(len(node))
            if not inside:
                return None
            node = node[step]
        return node

    def is_plain(self, path: YamlPath) -> bool:
        """Tell that nothing here was written without quotes."""
        return False

    def char_span(self, path: YamlPath, offset: int, length: int = 1) -> Span:
        """Return the place of the text at `path`."""
        return self.span(path)


def _as_read(data: object) -> Any:  # noqa: ANN401 - models and numbers stay what they are
    """Turn what programs give into what a file would have given."""
    if isinstance(data, Mapping):
        return {str(key): _as_read(value) for key, value in data.items()}
    if isinstance(data, list | tuple):
        return [_as_read(item) for item in data]
    return data.isoformat()[:10] if isinstance(data, datetime.date) else data


def _complete(source: Written, path: Path | None) -> Profile:
    """Check the profile in `source` together with the works files it names."""
    found: list[Diagnostic] = []
    if foreign := recognise(source):
        raise ProfileError([foreign])
    data = cleaned(source.data, (), source, found)
    file = validated(source, data, ProfileFile, found)
    works, known = read_library(data, source, path, found)
    if known is not None:
        wrong = {diagnostic.span for diagnostic in found}
        found += (lost for lost in unknown_works(data, source, known) if lost.span not in wrong)
    if file is not None:
        profile = Profile(file, source, works, path=path)
        found += (*check_authors(profile), *check_variants(profile))
    shown = tuple(_cut(found))
    if file is None or any(diagnostic.severity is Severity.ERROR for diagnostic in found):
        raise ProfileError(shown)
    return Profile(file, source, works, shown, path)


def _cut(found: list[Diagnostic]) -> Iterable[Diagnostic]:
    """Keep the first errors: more than a page of them does not help, and hostile input must not print a book."""
    ordered = in_order(found)
    if len(ordered) <= MOST_DIAGNOSTICS:
        return ordered
    errors_first = sorted(ordered, key=lambda diagnostic: diagnostic.severity is not Severity.ERROR)
    kept = in_order(errors_first[:MOST_DIAGNOSTICS])
    count = len(ordered) - len(kept)
    message = f"and {count} more mistake{'s' * (count > 1)}"
    last = kept[-1].span
    place = replace(last, column=last.end_column if last.end_line == last.line else last.column + 1, excerpt="")
    return (*kept, Diagnostic("too-many-mistakes", Severity.NOTE, place, message))
