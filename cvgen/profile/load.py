"""Source -> Profile: text policy, models, shared works, and every mistake at once with its place."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, TypeAdapter, ValidationError

from cvgen import source as yaml_source
from cvgen.diagnostics import Diagnostic, Severity, did_you_mean, in_order
from cvgen.errors import ProfileError
from cvgen.profile import dates
from cvgen.profile.explain import explain
from cvgen.profile.guard import guard
from cvgen.profile.model import LibraryWork, Nowhere, Profile, ProfileFile
from cvgen.profile.text import clean
from cvgen.profile.works import Work, WorkOverride
from cvgen.source import Data, Source, YamlPath

__all__ = ["MOST_DIAGNOSTICS", "load", "load_data", "load_profile"]

MOST_DIAGNOSTICS = 50
_AnyModel = TypeVar("_AnyModel", bound=BaseModel)


def load(path: Path | str, *, overrides: Mapping[str, str] | None = None) -> Profile:
    """Read, check and complete the profile at `path`.

    `overrides` maps YAML paths (`document.theme`) to values that replace what the file says.
    Raises `ProfileError` with every mistake in the file and in the works files it names.
    """
    path = Path(path)
    source = yaml_source.read(path)
    for where, value in (overrides or {}).items():
        source = source.with_value(yaml_source.parse_set_path(where), value)
    found: list[Diagnostic] = []
    file = _validate(source, ProfileFile, found)
    if file is None:
        raise ProfileError(_cut(found))
    works = _library(file, source, path, found)
    found += _unknown_works(file, source, works)
    profile = Profile(file, source, works, path=path)
    if not _failed(found):
        found += guard(profile)
    if _failed(found):
        raise ProfileError(_cut(found))
    return Profile(file, source, works, in_order(found), path)


def load_data(data: Mapping[str, Any]) -> Profile:
    """Check a profile that another program made. Works must stand in it. Raises `ProfileError`."""
    try:
        file = ProfileFile.model_validate(data)
    except ValidationError as error:
        places = Nowhere()
        raise ProfileError(
            Diagnostic(detail["type"], Severity.ERROR, places.span(tuple(detail["loc"])), detail["msg"])
            for detail in error.errors(include_url=False)
        ) from None
    return Profile(file, diagnostics=tuple(guard(Profile(file))))


def load_profile(source: Path | str | Mapping[str, Any]) -> Profile:
    """Load a profile from a file, or from data that another program made. Raises `ProfileError`."""
    return load_data(source) if isinstance(source, Mapping) else load(source)


def _failed(found: list[Diagnostic]) -> bool:
    return any(diagnostic.severity is Severity.ERROR for diagnostic in found)


def _cut(found: list[Diagnostic]) -> list[Diagnostic]:
    """Keep the first errors: a page of them helps nobody, and hostile input must not print a book."""
    ordered = list(in_order(found))
    if len(ordered) <= MOST_DIAGNOSTICS:
        return ordered
    more = Diagnostic(
        "too-many",
        Severity.NOTE,
        ordered[MOST_DIAGNOSTICS - 1].span,
        f"{len(ordered) - MOST_DIAGNOSTICS} more mistakes are not shown",
    )
    errors_first = sorted(ordered, key=lambda diagnostic: diagnostic.severity is not Severity.ERROR)
    return [*errors_first[:MOST_DIAGNOSTICS], more]


# --- text policy --------------------------------------------------------------------------------------------------


def _cleaned(data: Data, path: YamlPath, source: Source, found: list[Diagnostic]) -> Data:
    """Apply the text policy to every string, and drop keys without a value (with a warning)."""
    if isinstance(data, str):
        text, issues = clean(data)
        found += (
            Diagnostic(
                issue.code,
                issue.severity,
                source.char_span(path, issue.offset, issue.length),
                issue.message,
                (issue.hint,) if issue.hint else (),
            )
            for issue in issues
        )
        return text
    if isinstance(data, list):
        return [_cleaned(item, (*path, index), source, found) for index, item in enumerate(data)]
    if not isinstance(data, dict):
        return data
    kept: dict[str, Data] = {}
    for key, value in data.items():
        if value is None:
            found.append(
                Diagnostic(
                    "no-value",
                    Severity.WARNING,
                    source.span((*path, key), key=True),
                    f"`{key}` has no value and is left out",
                    ("write a value, or delete the line",),
                )
            )
            continue
        kept[key] = _cleaned(value, (*path, key), source, found)
    return kept


# --- models -------------------------------------------------------------------------------------------------------


def _validate(source: Source, model: type[_AnyModel], found: list[Diagnostic]) -> _AnyModel | None:
    data = _cleaned(source.data, (), source, found)
    try:
        valid = model.model_validate(data)
    except ValidationError as error:
        found += (explain(detail, source, model) for detail in error.errors(include_url=False))
        return None
    found += _remarks(valid, (), source)
    return valid


_LOOKS_BOOLEAN = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false"})


def _remarks(value: object, path: YamlPath, source: Source) -> Iterator[Diagnostic]:
    """Yield what is accepted but better written otherwise: dates, and words that YAML takes for something else."""
    if isinstance(value, BaseModel):
        for name in value.model_fields_set - {"options"}:  # a theme's options may well be booleans
            yield from _remarks(getattr(value, name), (*path, name), source)
    elif isinstance(value, tuple):
        for index, item in enumerate(value):
            yield from _remarks(item, (*path, index), source)
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from _remarks(item, (*path, key), source)
    elif isinstance(value, dates.Date | dates.Term | dates.Present | dates.DateRange):
        yield from _date_remark(value, path, source)
    elif isinstance(value, str) and value.lower() in _LOOKS_BOOLEAN and source.is_plain(path):
        yield Diagnostic(
            "yaml-boolean",
            Severity.WARNING,
            source.span(path),
            f"`{value}` is taken as the word; other YAML readers take it for true or false",
            (f'write "{value}" in quotes',),
        )


def _date_remark(when: dates.When, path: YamlPath, source: Source) -> Iterator[Diagnostic]:
    written = source.value(path)
    if not isinstance(written, str) or dates.is_canonical(written):
        return
    label = ""
    if source.is_plain(path) and written.count(".") == 1 and written.replace(".", "").isdigit():
        label = f"YAML itself would read this as the number {float(written):g}"
    yield Diagnostic(
        "date",
        Severity.WARNING,
        source.span(path),
        f"`{written}` is read as {dates.canonical(when)}",
        (f"write `{dates.canonical(when)}`",),
        label,
    )


# --- works --------------------------------------------------------------------------------------------------------


def _library(file: ProfileFile, source: Source, path: Path, found: list[Diagnostic]) -> dict[str, LibraryWork]:
    """Read the works files that the profile names. Ids that clash are errors with both places."""
    library: dict[str, LibraryWork] = {}
    for index, name in enumerate(file.works):
        where: YamlPath = ("works", index) if isinstance(source.value(("works",)), list) else ("works",)
        works_path = _works_path(path, name)
        if works_path is None:
            found.append(
                Diagnostic(
                    "works-file",
                    Severity.ERROR,
                    source.span(where),
                    f"`{name}` is not a works file that a profile may name",
                    ("name a .yaml file in the profile's folder, or in the folder above it",),
                )
            )
            continue
        try:
            works_source = yaml_source.read(works_path)
        except ProfileError as error:
            related = ((source.span(where), "named here"),)
            found += (
                Diagnostic(d.code, d.severity, d.span, d.message, d.hints, d.label, d.related or related)
                for d in error.diagnostics
            )
            continue
        for key, work in _works_of(works_source, found).items():
            entry = LibraryWork(work, works_source, (key,))
            if key in library:
                other = library[key]
                found.append(
                    Diagnostic(
                        "duplicate-work",
                        Severity.ERROR,
                        works_source.span((key,), key=True),
                        f"the id `{key}` is taken by another works file",
                        ("rename one of the two",),
                        related=((other.places.span(other.path, key=True), "first here"),),
                    )
                )
            library[key] = entry
    return library


def _works_path(profile: Path, name: str) -> Path | None:
    """Return the works file's path, or None where the name leads outside of what a profile may read."""
    relative = Path(name)
    if relative.is_absolute() or relative.suffix.lower() not in (".yaml", ".yml"):
        return None
    path = Path(os.path.normpath(profile.parent / relative))
    allowed = profile.parent.resolve().parent
    return path if path.resolve().is_relative_to(allowed) else None


def _works_of(source: Source, found: list[Diagnostic]) -> dict[str, Work]:
    adapter = TypeAdapter(Work)
    data = _cleaned(source.data, (), source, found)
    works: dict[str, Work] = {}
    if not isinstance(data, dict):
        return works
    for key, fields in data.items():
        try:
            works[key] = adapter.validate_python(fields)
        except ValidationError as error:
            for detail in error.errors(include_url=False):
                detail["loc"] = (key, *detail["loc"])
                found.append(explain(detail, source, Work))
            continue
        found += _remarks(works[key], (key,), source)
    return works


def _unknown_works(file: ProfileFile, source: Source, works: Mapping[str, LibraryWork]) -> Iterator[Diagnostic]:
    for number, section in enumerate(file.sections):
        if section.kind != "publications":
            continue
        for index, entry in enumerate(section.entries):
            path: YamlPath = ("sections", number, "entries", index)
            if isinstance(entry, WorkOverride):
                path = (*path, "work")
            name = entry.work if isinstance(entry, WorkOverride) else entry if isinstance(entry, str) else None
            if name is None or name in works:
                continue
            guess = did_you_mean(name, works)
            hint = f"did you mean `{guess}`?" if guess else "write the work into the file that `works:` names"
            yield Diagnostic("unknown-work", Severity.ERROR, source.span(path), f"there is no work `{name}`", (hint,))
