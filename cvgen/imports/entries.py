"""Entries of other tools' files as entries of a profile: by the names of keys that `loading.synonyms` knows too."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from cvgen.diagnostics import Diagnostic, Span, YamlPath
from cvgen.imports.imported import Imported, Placed, lost, profile_of
from cvgen.loading.synonyms import find_key
from cvgen.profile.works import Work
from cvgen.sections import load_kind
from cvgen.sections.base import entry_model
from cvgen.source import Source, parse_yaml
from cvgen.values import date_parser, dates

__all__ = ["ForeignFile", "bullets_in", "date_of", "is_empty", "people_in", "read_data"]

# Names that mean something else in a file than as a slip in a profile; of several the first that may stand there.
_KEYS: Final = {
    "description": "summary text note",
    "details": "values",
    "entity": "organization",
    "name": "title organization label institution name language",
    "reference": "quote",
    "role": "role position",
    "roles": "role",
    "summary": "remark summary note text",
}
_NETWORKS: Final = {
    "github": "github", "gitlab": "gitlab", "googlescholar": "scholar", "orcid": "orcid", "linkedin": "linkedin",
    "twitter": "x", "x": "x", "mastodon": "mastodon", "bluesky": "bluesky", "dblp": "dblp",
}  # fmt: skip
# Where a user is found in networks that a profile has no field for.
_ADDRESSES: Final = {
    "stackoverflow": "https://stackoverflow.com/users/{}", "youtube": "https://www.youtube.com/@{}",
    "researchgate": "https://www.researchgate.net/profile/{}", "leetcode": "https://leetcode.com/u/{}",
    "telegram": "https://t.me/{}", "instagram": "https://www.instagram.com/{}", "reddit": "https://www.reddit.com/user/{}",
    "facebook": "https://www.facebook.com/{}", "medium": "https://medium.com/@{}", "kaggle": "https://www.kaggle.com/{}",
}  # fmt: skip
_HOST = re.compile(r"[\w-]+(?:\.[\w-]+)+(?:/\S*)?")
_PAIR = re.compile(
    rb"(?P<before>(?<!\\)(?:\\\\)*)(?P<pair>\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2})"
)
_BULLET = re.compile(r"^\s*[-*•]\s+", re.MULTILINE)


def read_data(content: bytes, file: str) -> Source:
    """Return YAML or JSON with the place of each value. Raises `ProfileError`.

    JSON writes what lies beyond 16 bits as two escapes, which YAML does not know.
    """

    def one(pair: re.Match[bytes]) -> bytes:
        return (
            pair["before"]
            + pair["pair"].decode("unicode_escape").encode("utf-16", "surrogatepass").decode("utf-16").encode()
        )

    return parse_yaml(_PAIR.sub(one, content) if content.lstrip()[:1] in (b"{", b"[") else content, file)


def is_empty(value: object) -> bool:
    """Tell whether a value says nothing, as other tools write it."""
    return value in (None, "", [], {}) or (isinstance(value, str) and not value.strip())


def people_in(names: object) -> list[str]:
    """Return names of authors; what is starred or bold for the owner is the name alone."""
    listed = names if isinstance(names, list) else [names]
    return [re.sub(r"^(\*+|_+)(.+?)\1$", r"\2", str(name).strip()) for name in listed if not is_empty(name)]


def date_of(text: object) -> str:
    """Return a date as a profile writes it; what is no date stays as it is written."""
    words = " ".join(str(text).split())
    words = re.sub(r"(?i)^(present|current|now|ongoing|today)$", "present", words)
    words = re.sub(r"T\d{2}:\d{2}.*$", "", words)
    try:
        return dates.canonical(date_parser.parse_date(words))
    except dates.DateError:
        return words


class ForeignFile:
    """A file of another tool: its data with the place of each value, and what was lost of it so far."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.losses: list[Diagnostic] = []

    def span(self, path: YamlPath) -> Span:
        """Return the place of a value."""
        return self.source.span(path)

    def lose(self, path: YamlPath, what: str = "") -> None:
        """Note that the value at `path` has no place."""
        self.losses.append(lost(self.span(path), what or f"`{path[-1] if path else self.source.file}`"))

    def entry(
        self, kind: str, path: YamlPath, data: Mapping[str, Any], names: Mapping[str, str] | None = None
    ) -> Placed:
        """Return an entry of a kind with the fields that have a name there, and lose the others.

        `names` are fields for keys that the tool means differently.
        """
        keys: dict[str, YamlPath] = {}
        fields = tuple((entry_model(load_kind(kind).MODEL) or Work).model_fields)
        found: dict[str, Any] = {}
        for key, value in data.items():
            if is_empty(value):
                continue
            name = (names or {}).get(key) or _field(key, fields, found)
            if name is None:
                self.lose((*path, key), f"`{key}`")
                continue
            found[name] = self._value(name, value)
            keys[name] = (*path, key)
        if "start_date" in found and "end_date" not in found:
            found["end_date"] = "present"
        return Placed(path, found, keys)

    def add_networks(self, person: dict[str, Any], path: YamlPath, networks: object) -> None:
        """Put user names and addresses into a person's fields, or into `links`; lose what says neither."""
        for index, one in enumerate(networks if isinstance(networks, list) else ()):
            values = one if isinstance(one, Mapping) else {}
            network, name, url = (str(values.get(key) or "") for key in ("network", "username", "url"))
            network = network or str(values.get("placeholder") or "")
            folded = re.sub(r"[^a-z]", "", network.lower())
            field = _NETWORKS.get(folded, "")
            url = url or (_ADDRESSES[folded].format(name) if name and folded in _ADDRESSES else "")
            if field and (name or url) and field not in person:
                person[field] = name or url
            elif url:
                person.setdefault("links", []).append({"label": network or name or url, "url": url})
            else:
                self.lose((*path, index), f"`{network or name or one}`")

    def profile(self, person: Mapping[str, Any], sections: list[dict[str, Any]]) -> Imported:
        """Return the profile, with all that was lost."""
        imported = profile_of({"person": person, "sections": sections}, self.span)
        return replace(imported, losses=(*self.losses, *imported.losses))

    def _value(self, name: str, value: Any) -> Any:  # noqa: ANN401 - data
        if name in ("date", "start_date", "end_date"):
            return [date_of(one) for one in value] if isinstance(value, list) else date_of(value)
        if name == "url" and isinstance(value, str) and _HOST.fullmatch(value):
            return f"https://{value}"
        if name in ("authors", "editors"):
            return people_in(value)
        if name == "highlights":
            return bullets_in(value)
        if isinstance(value, list):
            values = [one for one in value if not is_empty(one)]
            return values if name not in ("role", "degree", "level") else ", ".join(map(str, values))
        return value


def _field(key: str, fields: Sequence[str], taken: Mapping[str, Any]) -> str | None:
    """Return the field that a key names: the same one, or one it is another name of."""
    folded = re.sub(r"[^a-z]", "", key.lower())
    same = [name for name in fields if name.replace("_", "") == folded]
    names = [*same, *_KEYS.get(folded, "").split()]
    names += [name] if (name := find_key(folded, fields)) else []
    return next((name for name in names if name in fields and name not in taken), None)


def bullets_in(value: object) -> list[Any]:
    """Return bullets; a text with dashes in it is several, those that stand further in are below the one before."""
    found: list[Any] = []
    for item in value if isinstance(value, list) else str(value).split("\n"):
        text = str(item)
        first, *below = _BULLET.split(text) if "\n" in text else [text]
        bullet = " ".join(first.split()) or None
        inner = [" ".join(one.split()) for one in below if one.strip()]
        if bullet and inner:
            found.append({"text": bullet, "highlights": inner})
        elif bullet:
            found.append(bullet if not isinstance(value, str) else _BULLET.sub("", bullet))
        else:
            found += inner
    return found
