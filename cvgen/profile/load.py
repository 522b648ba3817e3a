"""Source -> Profile: text policy, models, shared works, and every mistake at once with its place."""

from __future__ import annotations

import datetime
import functools
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, TypeAdapter, ValidationError

from cvgen import source as yaml_source
from cvgen.diagnostics import Diagnostic, Severity, Span, did_you_mean, in_order
from cvgen.errors import ProfileError
from cvgen.profile import dates
from cvgen.profile.explain import Written, explain, explain_all
from cvgen.profile.fields import Identifier
from cvgen.profile.guard import guard
from cvgen.profile.model import LibraryWork, Nowhere, Profile, ProfileFile
from cvgen.profile.text import clean
from cvgen.profile.works import Work
from cvgen.source import Data, YamlPath

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
    return _complete(source, path)


def load_data(data: Mapping[str, Any]) -> Profile:
    """Check a profile that another program made. Works must stand in it. Raises `ProfileError`."""
    return _complete(_Given(_as_read(data)), None)


def load_profile(source: Path | str | Mapping[str, Any]) -> Profile:
    """Load a profile from a file, or from data that another program made. Raises `ProfileError`."""
    return load_data(source) if isinstance(source, Mapping) else load(source)


@dataclass(frozen=True)
class _Given(Nowhere):
    """Data that another program made, asked as if it had been read from a file."""

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
    data = _cleaned(source.data, (), source, found)
    file = _validate(source, data, ProfileFile, found)
    works, known = _library(data, source, path, found)
    if known is not None:
        wrong = {diagnostic.span for diagnostic in found}
        found += (lost for lost in _unknown_works(data, source, known) if lost.span not in wrong)
    if file is not None:
        found += guard(Profile(file, source, works, path=path))
    shown = tuple(_cut(found))
    if file is None or any(diagnostic.severity is Severity.ERROR for diagnostic in found):
        raise ProfileError(shown)
    return Profile(file, source, works, shown, path)


def _cut(found: list[Diagnostic]) -> Iterable[Diagnostic]:
    """Keep the first errors: a page of them helps nobody, and hostile input must not print a book."""
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


# --- text policy --------------------------------------------------------------------------------------------------


def _cleaned(data: Data, path: YamlPath, source: Written, found: list[Diagnostic]) -> Data:
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


def _validate(source: Written, data: Data, model: type[_AnyModel], found: list[Diagnostic]) -> _AnyModel | None:
    try:
        valid = model.model_validate(data)
    except ValidationError as error:
        _explain(error, source, model, found)
        return None
    found += _remarks(valid, (), source)
    return valid


def _explain(error: ValidationError, source: Written, model: type[BaseModel], found: list[Diagnostic]) -> None:
    explained = explain_all(error.errors(include_url=False), source, model)
    # A key without a value that must have one is one mistake, not two; so is `{date}` without quotes.
    needed = {diagnostic.span for diagnostic in explained if diagnostic.code == "missing"}
    shapes = tuple(f"{diagnostic.span.where}." for diagnostic in explained if diagnostic.code == "wrong-shape")
    found[:] = [
        old
        for old in found
        if old.code != "no-value" or not (old.span in needed or old.span.where.startswith(shapes))
    ]
    found += explained


_LOOKS_BOOLEAN = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false"})


def _remarks(value: object, path: YamlPath, source: Written) -> Iterator[Diagnostic]:
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


def _date_remark(when: dates.When, path: YamlPath, source: Written) -> Iterator[Diagnostic]:
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


def _library(
    data: Data, source: Written, path: Path | None, found: list[Diagnostic]
) -> tuple[dict[str, LibraryWork], set[str] | None]:
    """Read the works files that the profile names: the good works, and all ids, None where a file is unreadable.

    Ids that clash are errors with both places.
    """
    library: dict[str, LibraryWork] = {}
    known: set[str] | None = set()
    places: dict[str, Span] = {}
    seen: set[Path] = set()
    for where, name in _names(data):
        works_path = _works_path(path, name)
        if isinstance(works_path, str) or works_path in seen:
            words = works_path if isinstance(works_path, str) else f"`{name}` is named twice"
            hint = "name a .yaml or .bib file in the profile's folder, or in the folder above it"
            hint = hint if isinstance(works_path, str) else "delete one of the two"
            found.append(Diagnostic("works-file", Severity.ERROR, source.span(where), words, (hint,)))
            known = known if works_path in seen else None
            continue
        seen.add(works_path)
        try:
            works_source, works, remarks = _works_at(works_path, _stamp(works_path))
        except ProfileError as error:
            found += (_named(mistake, name, source.span(where)) for mistake in error.diagnostics)
            known = None
            continue
        found += remarks
        for key in works_source.data:
            span = works_source.span((key,), key=True)
            if key in places:
                words, first = f"the id `{key}` is taken by another works file", (places[key], "first here")
                hints = ("rename one of the two",)
                found.append(Diagnostic("duplicate-work", Severity.ERROR, span, words, hints, related=(first,)))
            places.setdefault(key, span)
            if key in works:
                library[key] = LibraryWork(works[key], works_source, (key,))
        known = None if known is None else known | set(works_source.data)
    return library, known


def _stamp(path: Path) -> tuple[int, int, int]:
    """Return what changes when the file does."""
    try:
        state = path.stat()
    except (OSError, ValueError):
        return (0, 0, 0)
    return (state.st_mtime_ns, state.st_size, state.st_ino)


@functools.lru_cache(maxsize=8)
def _works_at(path: Path, stamp: tuple[int, int, int]) -> tuple[Written, dict[str, Work], tuple[Diagnostic, ...]]:
    """Read a works file once for all the profiles that name it; `stamp` makes a changed file another one."""
    found: list[Diagnostic] = []
    source, is_bib = _read_works(path, found)
    return source, _works_of(source, found, lenient=is_bib), tuple(found)


def _read_works(path: Path, found: list[Diagnostic]) -> tuple[Written, bool]:
    """Read a works file, and tell whether it is a bibliography. Raises `ProfileError`."""
    if path.suffix.lower() != ".bib":
        return yaml_source.read(path), False
    from cvgen.source.bibtex import read_bib  # what reads bibliographies is imported only for them

    bibliography = read_bib(path)
    found += bibliography.diagnostics
    return bibliography, True


def _named(mistake: Diagnostic, name: str, place: Span) -> Diagnostic:
    """Show a mistake about a whole works file where the profile names the file."""
    if mistake.span.line:
        return replace(mistake, related=mistake.related or ((place, "named here"),))
    return replace(mistake, span=place, message=f"`{name}`: {mistake.message}")


def _names(data: Data) -> Iterator[tuple[YamlPath, str]]:
    """Yield the works files that a profile names, even one that is wrong elsewhere, and where it does."""
    names = data.get("works") if isinstance(data, dict) else None
    if isinstance(names, str):
        yield ("works",), " ".join(names.split())
    for index, name in enumerate(names if isinstance(names, list) else ()):
        if isinstance(name, str):
            yield ("works", index), " ".join(name.split())


def _works_path(profile: Path | None, name: str) -> Path | str:
    """Return the works file's path, or why there is none: it leads outside of what a profile may read."""
    if profile is None:
        return f"`{name}` cannot be found: this profile is not a file"
    relative = Path(name)
    if relative.suffix.lower() not in (".yaml", ".yml", ".bib"):
        return f"`{name}` is not a works file: its name does not end in `.yaml` or `.bib`"
    path = Path(os.path.normpath(profile.parent / relative))
    # Not Path.resolve(), which raises RuntimeError where links go in circles.
    allowed = Path(os.path.realpath(profile.parent)).parent
    if relative.is_absolute() or not Path(os.path.realpath(path)).is_relative_to(allowed):
        return f"`{name}` lies outside of what this profile may read"
    return path


_WORK: TypeAdapter[dict[str, Work]] = TypeAdapter(dict[Identifier, Work])


def _works_of(source: Written, found: list[Diagnostic], *, lenient: bool = False) -> dict[str, Work]:
    """Check the works in `source`. Where `lenient`, a field that is wrong is left out with a warning."""
    data = _cleaned(source.data, (), source, found)
    works: dict[str, Work] = {}
    for key, fields in data.items() if isinstance(data, dict) else ():
        try:
            try:
                works |= _WORK.validate_python({key: fields})
            except ValidationError as error:
                if not lenient:
                    raise
                works |= _WORK.validate_python({key: _without_wrong(fields, error, source, found)})
        except ValidationError as error:
            _explain(error, source, Work, found)
            continue
        found += _remarks(works[key], (key,), source)
    return works


def _without_wrong(fields: Data, error: ValidationError, source: Written, found: list[Diagnostic]) -> Data:
    """Return a work without its fields that are wrong, and warn of each: nobody checks what a program exported."""
    left: dict[str, Data] = dict(fields) if isinstance(fields, dict) else {}
    for detail in error.errors(include_url=False):
        path = [str(part) for part in detail["loc"][1:3]]
        inside = left.get(path[0]) if len(path) > 1 else None
        if isinstance(inside, dict):
            left[path[0]] = {key: value for key, value in inside.items() if key != path[1]}
        elif path and path[0] != "title":
            left.pop(path[0], None)
        else:
            continue
        told = explain(detail, source, Work)
        found.append(replace(told, severity=Severity.WARNING, message=f"{told.message}, and is left out"))
    return left


def _unknown_works(data: Data, source: Written, known: set[str]) -> Iterator[Diagnostic]:
    """Yield the ids in publications, even of a profile that is wrong elsewhere, that no works file has."""
    for path, name in _named_works(data):
        if name in known:
            continue
        guess = did_you_mean(name, known)
        hint = "write it into a file that `works:` names, or write the work itself here, as `title: …` and so on"
        if "entries" not in path:
            hint = "delete it, or correct it"
        hint = f"did you mean `{guess}`?" if guess else hint
        yield Diagnostic("unknown-work", Severity.ERROR, source.span(path), f"there is no work `{name}`", (hint,))


def _named_works(data: Data) -> Iterator[tuple[YamlPath, str]]:
    """Yield the ids of works that publications and variants name, each with its place."""
    for number, section in enumerate(_list(data, "sections")):
        if not isinstance(section, dict) or section.get("kind") != "publications":
            continue
        path: YamlPath = ("sections", number)
        for index, entry in enumerate(_list(section, "entries")):
            below: YamlPath = (*path, "entries", index)
            below, name = ((*below, "work"), entry.get("work")) if isinstance(entry, dict) else (below, entry)
            if isinstance(name, str):
                yield below, name
        own = {entry.get("id") for entry in _list(section, "entries") if isinstance(entry, dict)}
        yield from (item for item in _ids(section.get("select"), "ids", (*path, "select")) if item[1] not in own)
        yield from (item for item in _ids(section, "exclude", path) if item[1] not in own)


def _list(data: Data, key: str) -> list[Data]:
    found = data.get(key) if isinstance(data, dict) else None
    return found if isinstance(found, list) else []


def _ids(data: Data, key: str, path: YamlPath) -> Iterator[tuple[YamlPath, str]]:
    found = data.get(key) if isinstance(data, dict) else None
    if isinstance(found, str):
        yield (*path, key), found
    yield from (((*path, key, index), name) for index, name in enumerate(_list(data, key)) if isinstance(name, str))
