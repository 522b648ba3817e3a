"""What lint knows of kinds of sections by their names."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = [
    "BY_MONTH",
    "COMPARED",
    "DATED",
    "EDUCATION",
    "HONORS",
    "INSTITUTIONS",
    "LOCATED",
    "NAMED",
    "POSTS",
    "PUBLICATIONS",
    "SERVICE",
    "NamedByInstitution",
]

EDUCATION, HONORS, POSTS, PUBLICATIONS, SERVICE = "education", "honors", "experience", "publications", "service"

COMPARED = {
    EDUCATION: ("degree", ("institution",)),
    POSTS: ("post", ("organization", "project")),
    "teaching": ("course", ("course",)),
    SERVICE: ("service", ("venue",)),
    HONORS: ("honor", ("title",)),
}
"""Kinds whose entries are compared with pages: what an entry is called, and the fields that name it."""

BY_MONTH = (EDUCATION, POSTS)
"""Kinds whose entries are dated by months, and may be known by these alone."""

DATED = (EDUCATION, "teaching")
"""Kinds whose entries happen once, so that another date on a page is wrong."""

LOCATED = (EDUCATION, POSTS, SERVICE, "talks", "custom", "certificates")
"""Kinds whose entries have a location."""

INSTITUTIONS = (EDUCATION, "teaching", "supervision")
"""Kinds whose entries name a university."""


@dataclass(frozen=True, slots=True)
class NamedByInstitution:
    """What an institution names: the noun for it, its kind and field, and the fields for the institution."""

    noun: str
    kind: str
    field: str
    institution: tuple[str, ...]


NAMED = {
    "course-spelling": NamedByInstitution("course", "teaching", "course", ("institution",)),
    "department-spelling": NamedByInstitution("department", EDUCATION, "school", ("institution",)),
    "award-spelling": NamedByInstitution("award", HONORS, "title", ("giver", "location")),
}
"""What is spelled as an institution does, by the code of the finding."""
