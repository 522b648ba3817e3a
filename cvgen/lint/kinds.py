"""What lint knows of kinds of sections by their names."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = [
    "BY_MONTH",
    "COMPARED",
    "DATED",
    "EDUCATION",
    "HEADING_WORDS",
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

HEADING_WORDS = {
    "publications": "publication publications preprints papers articles works bibliography",
    "experience": "experience experiences internship internships employment positions appointments",
    "teaching": "teaching courses",
    "education": "education degrees studies",
    "service": "service services reviewing committees memberships",
    "honors": "honors honours honor awards award prizes scholarships fellowships distinctions achievements",
    "other": "skills hobbies talks presentations grants funding patents biography bio interests news software "
    "projects languages references certificates certifications students supervision mentoring outreach activities "
    "contact summary profile about press media",
}
"""Words of headings, by the kind of section that they stand for; `other` is compared with nothing."""
