"""The profile that a PDF carries: what the PDF prints, as YAML, with whole works and nothing that is hidden."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from pydantic import BaseModel

from cvgen.build_date import Moment
from cvgen.loading.profile import Profile, Variant
from cvgen.profile.entry import Highlight
from cvgen.profile.plain_data import as_data, as_yaml
from cvgen.profile.works import Author
from cvgen.sections import shape_of
from cvgen.values.dates import canonical
from cvgen.visibility import Printed, chosen_sections, printed_of

__all__ = ["attached_profile"]

# What only chooses between outputs, of which the PDF is one; a photo is a file that does not go with the text.
_CHOOSING: Final = frozenset(("hidden", "hidden_until", "priority", "show_in", "tags"))
_OF_SECTIONS: Final = frozenset(("select", "exclude"))


def attached_profile(
    profile: Profile, variant: str | None = None, moment: Moment | None = None, cut: int | None = None
) -> bytes | None:
    """Return the YAML that goes with a PDF; None for a profile, or a variant, without `embed`.

    A variant is a profile of its own: its sections and entries, headings and settings, without what it leaves out.
    `cut` is that of `compose`. Raises what `compose` raises.
    """
    printed = printed_of(profile, variant, moment, "cv", cut)
    if not printed.settings.embed:
        return None
    settings = printed.settings.model_copy(update={} if printed.day is None else {"date": canonical(printed.day)})
    data: dict[str, object] = {"person": _person(profile, printed.variant), "document": _mapping(settings)}
    data["sections"] = [_section(printed, number, section) for number, section in chosen_sections(printed)]
    return as_yaml(data).encode()


def _mapping(model: BaseModel) -> dict[str, Any]:
    data = as_data(model)
    assert isinstance(data, dict)
    return data


def _person(profile: Profile, variant: Variant | None) -> dict[str, Any]:
    person = _mapping(profile.person)
    change = variant.person if variant else None
    for name in ("photo", *(change.hide if change else ())):
        person.pop(name, None)
    if change:
        person |= {name: value for name, value in _mapping(change).items() if name != "hide"}
    return person


def _section(printed: Printed, number: int, section: Any) -> dict[str, Any]:  # noqa: ANN401 - of any kind's model
    variant = printed.variant
    fields = {name: value for name, value in _fields(section) if name not in _CHOOSING | _OF_SECTIONS}
    titles = variant.titles if variant else {}
    if title := titles.get(section.id or "") or titles.get(section.kind):
        fields["title"] = title
    if shape_of(section.kind).form == "works":
        change = variant.publications if variant else None
        works = printed.profile.works_of(number, section, change)
        shown = [found for found in works if printed.is_shown(found.work, found.entry)]
        fields["entries"] = [{**({"id": one.key} if one.key else {}), **_shown(one.work, printed)} for one in shown]
        changed = (
            {name: value for name, value in _fields(change) if name in type(section).model_fields} if change else {}
        )
        return fields | {name: value for name, value in changed.items() if name not in _CHOOSING | _OF_SECTIONS}
    return {name: _shown(value, printed) for name, value in fields.items()}


def _fields(model: BaseModel) -> Iterator[tuple[str, Any]]:
    for name in type(model).model_fields:
        if name in model.model_fields_set:
            yield name, getattr(model, name)


def _shown(value: Any, printed: Printed) -> Any:  # noqa: ANN401 - data
    """Return a value as data, without entries, posts and bullets that are not printed."""
    if isinstance(value, BaseModel):
        fields = {
            name: data
            for name, one in _fields(value)
            if name not in _CHOOSING and (data := _shown(one, printed)) not in (None, [], {})
        }
        return _author(fields) if isinstance(value, Author) else fields
    if isinstance(value, tuple | list):
        return [_shown(one, printed) for one in value if _is_shown(one, printed)]
    return as_data(value)


def _author(fields: dict[str, Any]) -> Any:  # noqa: ANN401 - data
    """Return an author as most are written: the name with its signs."""
    signs = fields.get("marks") or ""
    is_name = not set(fields) - {"name", "equal", "marks"} and fields.get("equal", False) == ("*" in signs)
    return f"{fields['name']}{signs}" if is_name else fields


def _is_shown(value: object, printed: Printed) -> bool:
    choosable = isinstance(value, Highlight) or hasattr(value, "hidden_until")
    return not choosable or printed.is_shown(value, ())
