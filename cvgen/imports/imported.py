"""What an import returns: a profile or works as data, and what of the file has no place there."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from pydantic import BaseModel, ValidationError

from cvgen.diagnostics import Diagnostic, Severity, Span, YamlPath
from cvgen.loading.profile import Profile, ProfileFile
from cvgen.profile.plain_data import as_yaml
from cvgen.profile.selection import LibraryWork
from cvgen.profile.works import Author, Work
from cvgen.values.text_policy import clean_text

__all__ = ["Imported", "Placed", "lost", "profile_of", "works_of"]

_MOST_LOSSES = 10_000
_ANCHOR = re.compile(
    r"""(?<!\\)<a\b[^<>]*?\bhref=(?P<quote>["'])(?P<url>[^"'<>\s]*)(?P=quote)[^<>]*>(?P<words>[^<>]*)</a\s*>""",
    re.IGNORECASE,
)
_TAG = re.compile(
    r"(?<!\\)</?(?:a|u|s|p|tt|div|font|span|center|small|big|ul|ol|li|code|pre|h[1-6]|img)(?:\s[^<>]*)?/?>",
    re.IGNORECASE,
)
_FLAGS = {name for model in (Work, Author) for name, field in model.model_fields.items() if field.default is False}


class Placed(dict[str, Any]):
    """A mapping that knows where it came from: itself `path`, and its fields `keys`, in the file that was read."""

    def __init__(self, path: YamlPath, fields: Mapping[str, Any], keys: Mapping[str, YamlPath] | None = None) -> None:
        super().__init__(fields)
        self.path = path
        self.keys_of = dict(keys or {})

    def __deepcopy__(self, memo: dict[int, object]) -> Placed:
        return Placed(self.path, {key: copy.deepcopy(value, memo) for key, value in self.items()}, self.keys_of)


@dataclass(frozen=True, slots=True)
class Imported:
    """A profile (`is_works` unset) or works by their keys, as YAML would give them, with what was lost on the way."""

    data: Mapping[str, Any]
    is_works: bool = False
    losses: tuple[Diagnostic, ...] = ()
    places: Mapping[YamlPath, Span] = field(default_factory=dict, compare=False, repr=False)
    """Where in the file that was read the values of `data` stand, as far as that is known."""

    def span(self, path: YamlPath, *, key: bool = False) -> Span:
        """Return the place of a value of `data`, or of its nearest ancestor."""
        while path and path not in self.places:
            path = path[:-1]
        return self.places.get(path, Span(""))

    def to_profile(self) -> Profile:
        """Return what was imported as a profile that is loaded; works are its publications."""
        if not self.is_works:
            return Profile(ProfileFile.model_validate(self.data), self)
        works = {key: LibraryWork(Work.model_validate(work), self, (key,)) for key, work in self.data.items()}
        return Profile(ProfileFile.model_validate({"person": {"name": "Works"}}), self, works)

    def to_yaml(self) -> str:
        """Return the text of the file."""
        return as_yaml(_scalars(self.data))


def _scalars(value: object, key: str = "") -> object:
    """Return data whose scalars are texts, and flags what YAML writes for them."""
    if isinstance(value, Mapping):
        return {name: _scalars(one, str(name)) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_scalars(one) for one in value]
    if key in _FLAGS and str(value).lower() in ("true", "false"):
        return str(value).lower() == "true"
    return value if isinstance(value, str | bool) else str(value)


def lost(span: Span, what: str) -> Diagnostic:
    """Return a note about a value that has no place in a profile."""
    return Diagnostic("import-loss", Severity.NOTE, span, f"{what} has no place in a profile, and is left out")


def profile_of(data: Mapping[str, Any], span_of: Callable[[YamlPath], Span]) -> Imported:
    """Return a profile without what it cannot hold; `span_of` gives the place of a path in the file that was read."""
    kept, losses = _valid(data, ProfileFile, span_of)
    places: dict[YamlPath, Span] = {(): span_of(())}
    places.update(_places(kept, (), span_of))
    return Imported(_bare(kept), losses=tuple(losses), places=places)


def works_of(works: Mapping[str, Mapping[str, Any]], span_of: Callable[[YamlPath], Span]) -> Imported:
    """Return works without the values that they cannot hold; a work without a title is lost."""
    kept: dict[str, Any] = {}
    losses: list[Diagnostic] = []
    places: dict[YamlPath, Span] = {(): span_of(())}
    for key, work in works.items():
        fields, found = _valid(work, Work, span_of)
        losses += found
        if fields:
            places[(key,)] = replace(span_of(()), where=key)  # where the file's reader knows no lines
            places.update((path, span) for path, span in _places(fields, (key,), span_of) if span.line)
            kept[key] = _bare(fields)
    return Imported(kept, is_works=True, losses=tuple(losses), places=places)


def _places(node: Any, path: YamlPath, span_of: Callable[[YamlPath], Span]) -> Iterator[tuple[YamlPath, Span]]:  # noqa: ANN401
    """Yield the places of mappings that know theirs, and of their fields."""
    if isinstance(node, Placed):
        yield path, span_of(node.path)
        for key, place in node.keys_of.items():
            yield (*path, key), span_of(place)
    items: Iterable[tuple[int | str, Any]] = ()
    items = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else items
    for step, value in items:
        yield from _places(value, (*path, step), span_of)


def _bare(value: Any) -> Any:  # noqa: ANN401 - data
    if isinstance(value, dict):
        return {key: _bare(one) for key, one in value.items()}
    return [_bare(one) for one in value] if isinstance(value, list) else value


def _valid(
    data: Mapping[str, Any], model: type[BaseModel], span_of: Callable[[YamlPath], Span]
) -> tuple[dict[str, Any], list[Diagnostic]]:
    """Take away what the model refuses, until it takes the rest; with a field that must be there goes its entry."""
    kept: Any = copy.deepcopy(data)
    losses: list[Diagnostic] = []
    kept = _cleaned(kept, getattr(kept, "path", ()), span_of, losses)
    while (error := _refusal(kept, model)) is not None and len(losses) < _MOST_LOSSES:
        path, place = _existing(kept, error.errors(include_url=False)[0]["loc"])
        if not path:
            what = (
                f"what lacks a title or a name, `{_shown(dict(kept))}`," if kept else "what lacks a title or a name"
            )
            return {}, [*losses, lost(span_of(place), what)]
        node = kept
        for step in path[:-1]:
            node = node[step]
        losses.append(lost(span_of(place), f"`{_shown(node[path[-1]])}`"))
        del node[path[-1]]
    return kept, losses


def _cleaned(node: Any, place: YamlPath, span_of: Callable[[YamlPath], Span], losses: list[Diagnostic]) -> Any:  # noqa: ANN401
    """Take out characters that no text may have, and note what deceives or cannot be shown."""
    if isinstance(node, str):
        text, issues = clean_text(_without_html(node))
        for issue in issues:
            if issue.severity is Severity.ERROR:
                losses.append(
                    Diagnostic(issue.code, Severity.NOTE, span_of(place), f"{issue.message}; it is left out")
                )
        return text
    if isinstance(node, dict):
        keys = node.keys_of if isinstance(node, Placed) else {}
        place = getattr(node, "path", place)
        for key, value in node.items():
            node[key] = _cleaned(value, keys.get(str(key), place), span_of, losses)
    return [_cleaned(one, place, span_of, losses) for one in node] if isinstance(node, list) else node


def _without_html(text: str) -> str:
    """Return text whose links are Markdown's, without the tags that texts of a profile do not know.

    >>> _without_html("<a href='https://a.org'>A</a> <u>or</u> <b>b</b>")
    '[A](https://a.org) or <b>b</b>'
    """
    if "<" not in text:
        return text
    return _TAG.sub("", _ANCHOR.sub(r"[\g<words>](\g<url>)", text))


def _refusal(data: Any, model: type[BaseModel]) -> ValidationError | None:  # noqa: ANN401 - data
    try:
        model.model_validate(data)
    except ValidationError as error:
        return error
    return None


def _existing(data: Any, loc: tuple[int | str, ...]) -> tuple[YamlPath, YamlPath]:  # noqa: ANN401 - data
    """Return the path of the value that an error is about, as far as there is one, and where it came from."""
    path: list[int | str] = []
    place: YamlPath = getattr(data, "path", ())
    node = data
    for step in loc:
        inside = (isinstance(node, dict) and step in node) or (
            isinstance(node, list) and isinstance(step, int) and step < len(node)
        )
        if not inside:
            continue  # a part of a union has a name of its own
        if isinstance(node, Placed):
            place = node.keys_of.get(str(step), place)
        node = node[step]
        place = getattr(node, "path", place)
        path.append(step)
    return tuple(path), place


def _shown(value: object) -> str:
    text = " ".join(str(value).split())
    return text if len(text) <= 60 else f"{text[:57]}…"
