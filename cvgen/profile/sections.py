"""The usual kinds of sections; `further.py` has the rest.

`kind:` decides which entries a section holds, so a misspelt field gives one exact error.
"""

import contextlib
import functools
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeAlias, Union, get_args

from pydantic import Discriminator, TypeAdapter, ValidationError

from cvgen.profile.entries import (
    Education,
    Experience,
    Honor,
    HonorGroup,
    Service,
    Skill,
    Teaching,
)
from cvgen.profile.fields import Count, Flag, Identifier, Late, Model, OneOrMore, Text
from cvgen.profile.selection import SelectionLike
from cvgen.profile.works import PublicationEntry

__all__ = ["AnySection", "PublicationsSection", "Section", "by_kind", "models"]


class Section(Model):
    """What every section may say."""

    id: Identifier | None = None
    """A name for this section, for variants. Example: industry"""
    title: Text | None = None
    """The heading, in place of the kind's usual one. Example: Research Experience"""
    subtitle: Text | None = None
    """Words after the heading, in parentheses. Example: since 2023"""
    tags: Annotated[tuple[Identifier, ...], OneOrMore] = ()
    """Tags that variants choose by."""
    hidden: Flag = False
    """Left out of every output."""
    show_in: Annotated[tuple[Literal["cv", "homepage"], ...], OneOrMore] = ()
    """The only outputs that show it. Example: homepage"""
    sort: Literal["manual", "date", "end-date"] = "manual"
    """The entries' order: as written, or the newest first."""
    limit: Count | None = None
    """Show at most this many entries."""
    show_location: Flag = True
    """Whether places are printed."""


class EducationSection(Section):
    """Degrees."""

    kind: Literal["education"]
    """The kind of section."""
    entries: tuple[Education, ...] = ()
    """The degrees, the newest first."""


class ExperienceSection(Section):
    """Internships, research stays, jobs."""

    kind: Literal["experience"]
    """The kind of section."""
    entries: tuple[Experience, ...] = ()
    """The posts, the newest first."""


class PublicationsSection(Section):
    """Publications."""

    kind: Literal["publications"]
    """The kind of section."""
    entries: tuple[PublicationEntry, ...] = ()
    """Ids of works, `{work: id, …}` with fields told differently here, or whole works."""
    select: SelectionLike | None = None
    """Works of the works files to list too, by rules: `mine`, or filters. Example: {tags: systems, since: 2023}"""
    exclude: Annotated[tuple[Identifier, ...], OneOrMore] = ()
    """Ids of works to leave out."""
    sort: Literal["manual", "date", "end-date", "first-author-first"] = "manual"  # type: ignore[assignment]
    """As written, the newest first (the rule for a `select`), or those as (equal) first author before the rest."""
    group_by: Literal["none", "year", "kind", "status"] = "none"
    """Put the works under subheadings."""
    numbering: Literal["none", "ascending", "descending"] = "none"
    """Number the works."""
    since: Count | None = None
    """Leave out what is older than this year. Example: 2023"""
    venue: Literal["full", "acronym", "both"] = "both"
    """How venues are named: in full, `NSDI'24`, or in full with `(NSDI 2024)`."""
    links: Flag = False
    """Whether links are printed ([PDF] [Slides])."""
    details: Flag = False
    """Whether volume, number and pages are printed: 33(2), 421–436."""
    et_al: Count | None = None
    """Cut author lists after this many names; the profile's own person is never cut. Example: 6"""
    equal_note: Text | None = None
    """The legend for starred authors, where the work has none of its own. Example: (* Equal Contribution)"""


class TeachingSection(Section):
    """Courses."""

    kind: Literal["teaching"]
    """The kind of section."""
    entries: tuple[Teaching, ...] = ()
    """The courses, the newest first."""


class ServiceSection(Section):
    """Reviewing, committees."""

    kind: Literal["service"]
    """The kind of section."""
    layout: Literal["entries", "rows"] = "entries"
    """Entries with a heading each, or one row each as honors have it."""
    entries: tuple[Service, ...] = ()
    """The posts, the newest first."""


class HonorsSection(Section):
    """Awards and prizes, under subheadings if there are many."""

    kind: Literal["honors"]
    """The kind of section."""
    entries: tuple[Honor, ...] = ()
    """The honors, the newest first."""
    groups: tuple[HonorGroup, ...] = ()
    """Honors under subheadings, printed after the entries."""


class SkillsSection(Section):
    """Skills and interests."""

    kind: Literal["skills"]
    """The kind of section."""
    entries: tuple[Skill, ...] = ()
    """Rows of skills."""


_UsualSection: TypeAlias = (
    EducationSection
    | ExperienceSection
    | PublicationsSection
    | TeachingSection
    | ServiceSection
    | HonorsSection
    | SkillsSection
)


def by_kind(union: Any) -> dict[str, type[Section]]:  # noqa: ANN401 - of models
    """Return the models of a union by the kind that each says it is."""
    return {get_args(model.model_fields["kind"].annotation)[0]: model for model in get_args(union)}


_MODELS = by_kind(_UsualSection)


def models() -> dict[str, type[Section]]:
    """Return the model of each kind of section, by its name."""
    from cvgen.profile import further  # Most profiles have none of these, and to make the models takes 10 ms.

    return _MODELS | further.MODELS


@functools.cache
def _any_kind() -> TypeAdapter[Any]:
    every: Any = Union[tuple(models().values())]  # noqa: UP007 - `|` has no form for a list
    return TypeAdapter(Annotated[every, Discriminator("kind")])


def _by_kind(section: object) -> object:
    kind = section.get("kind") if isinstance(section, dict) else None
    model = (_MODELS.get(kind) or models().get(kind)) if isinstance(kind, str) else None
    if model is not None:
        with contextlib.suppress(ValidationError):
            return model.model_validate(section)
    # What is wrong is said by all kinds together: an error's place names the kind, a misspelt one has its neighbours.
    return _any_kind().validate_python(section)


if TYPE_CHECKING:
    from cvgen.profile.further import FurtherSection

    AnySection: TypeAlias = _UsualSection | FurtherSection
else:
    AnySection = Annotated[Section, Late(_by_kind, lambda: _any_kind().core_schema)]
