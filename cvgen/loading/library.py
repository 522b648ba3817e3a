"""Works files: read each once, and report what is wrong with it or with the ids that a profile uses."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated

from pydantic import TypeAdapter, ValidationError

from cvgen import source as yaml_source
from cvgen.diagnostics import Diagnostic, Severity, Span, YamlPath, did_you_mean
from cvgen.errors import ProfileError
from cvgen.loading.explanations import Written, explain
from cvgen.loading.remarks import remarks
from cvgen.loading.validation import add_errors, cleaned
from cvgen.loading.works_files import file_stamp, named_files, works_path
from cvgen.profile.fields import Deferred, Identifier
from cvgen.profile.selection import LibraryWork
from cvgen.profile.works import Work
from cvgen.sections import kinds, shape_of
from cvgen.source.positions import Data

__all__ = ["Library", "read_library", "read_works", "unknown_works"]


@dataclass(frozen=True)
class Library:
    """A works file by itself: all of it, its good works, and what is wrong with the others."""

    source: Written
    works: Mapping[str, LibraryWork]
    diagnostics: tuple[Diagnostic, ...]


def read_works(path: Path) -> Library:
    """Read a works file by itself. Raises `ProfileError` where nothing of it can be read."""
    source, works, diagnostics = _works_at(path, file_stamp(path))
    return Library(source, {key: _library_work(work, source, key) for key, work in works.items()}, diagnostics)


def _library_work(work: Work, source: Written, key: str) -> LibraryWork:
    return LibraryWork(work, source, (key,), key in getattr(source, "volumes", ()))  # only a .bib has some


def read_library(
    data: Data, source: Written, path: Path | None, found: list[Diagnostic]
) -> tuple[dict[str, LibraryWork], set[str] | None]:
    """Read the works files that the profile names: the good works, and all ids, None where a file is unreadable.

    Ids that clash are errors with both places.
    """
    library: dict[str, LibraryWork] = {}
    known: set[str] | None = set()
    places: dict[str, Span] = {}
    seen: set[Path] = set()
    written = data.get("links_base") if isinstance(data, dict) else None
    base = written if isinstance(written, str) and written.startswith(("https://", "http://")) else ""
    for where, name in named_files(data):
        place = works_path(path, name)
        if isinstance(place, str) or place in seen:
            words = place if isinstance(place, str) else f"`{name}` is named twice"
            hint = "name a .yaml or .bib file in the profile's folder, or in the folder above it"
            hint = hint if isinstance(place, str) else "delete one of the two"
            found.append(Diagnostic("works-file", Severity.ERROR, source.span(where), words, (hint,)))
            known = known if place in seen else None
            continue
        seen.add(place)
        try:
            works_source, works, diagnostics = _works_at(place, file_stamp(place), base)
        except ProfileError as error:
            found += (_named(mistake, name, source.span(where)) for mistake in error.diagnostics)
            known = None
            continue
        found += diagnostics
        for key in works_source.data:
            span = works_source.span((key,), key=True)
            if key in places:
                words, first = f"the id `{key}` is taken by another works file", (places[key], "first here")
                hints = ("rename one of the two",)
                found.append(Diagnostic("duplicate-work", Severity.ERROR, span, words, hints, related=(first,)))
            places.setdefault(key, span)
            if key in works:
                library[key] = _library_work(works[key], works_source, key)
        known = None if known is None else known | set(works_source.data)
    return library, known


@functools.lru_cache(maxsize=8)
def _works_at(
    path: Path, stamp: tuple[int, int, int], links_base: str = ""
) -> tuple[Written, dict[str, Work], tuple[Diagnostic, ...]]:
    """Read a works file once for all the profiles that name it; `stamp` makes a changed file another one."""
    found: list[Diagnostic] = []
    source, is_bib = _read_works(path, found, links_base)
    return source, _works_of(source, found, lenient=is_bib), tuple(found)


def _read_works(path: Path, found: list[Diagnostic], links_base: str) -> tuple[Written, bool]:
    """Read a works file, and tell whether it is a bibliography. Raises `ProfileError`."""
    if path.suffix.lower() != ".bib":
        return yaml_source.read_yaml(path), False
    from cvgen.bibliography.reader import read_bib  # what reads bibliographies is imported only for them

    bibliography = read_bib(path, links_base)
    found += bibliography.diagnostics
    return bibliography, True


def _named(mistake: Diagnostic, name: str, place: Span) -> Diagnostic:
    """Show a mistake about a whole works file where the profile names the file."""
    if mistake.span.line:
        return replace(mistake, related=mistake.related or ((place, "named here"),))
    return replace(mistake, span=place, message=f"`{name}`: {mistake.message}")


@functools.cache
def _works_model() -> TypeAdapter[dict[str, Work]]:
    return TypeAdapter(dict[Identifier, Annotated[Work, Deferred(Work.model_validate, lambda: Work)]])


def _works_of(source: Written, found: list[Diagnostic], *, lenient: bool = False) -> dict[str, Work]:
    """Check the works in `source`. Where `lenient`, a field that is wrong is left out with a warning."""
    data = cleaned(source.data, (), source, found)
    works: dict[str, Work] = {}
    for key, fields in data.items() if isinstance(data, dict) else ():
        try:
            try:
                works |= _works_model().validate_python({key: fields})
            except ValidationError as error:
                if not lenient:
                    raise
                works |= _works_model().validate_python({key: _without_wrong(fields, error, source, found)})
        except ValidationError as error:
            add_errors(error, source, Work, found)
            continue
        found += remarks(works[key], (key,), source)
    return works


def _without_wrong(fields: Data, error: ValidationError, source: Written, found: list[Diagnostic]) -> Data:
    """Return a work without its fields that are wrong, and warn of each: programs export such fields."""
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
        mistake = explain(detail, source, Work)
        found.append(replace(mistake, severity=Severity.WARNING, message=f"{mistake.message}, and is left out"))
    return left


def unknown_works(data: Data, source: Written, known: set[str]) -> Iterator[Diagnostic]:
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
        if not isinstance(section, dict) or not _lists_works(section.get("kind")):
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


def _lists_works(kind: Data) -> bool:
    return kind in kinds() and shape_of(str(kind)).form == "works"


def _list(data: Data, key: str) -> list[Data]:
    found = data.get(key) if isinstance(data, dict) else None
    return found if isinstance(found, list) else []


def _ids(data: Data, key: str, path: YamlPath) -> Iterator[tuple[YamlPath, str]]:
    found = data.get(key) if isinstance(data, dict) else None
    if isinstance(found, str):
        yield (*path, key), found
    yield from (((*path, key, index), name) for index, name in enumerate(_list(data, key)) if isinstance(name, str))
