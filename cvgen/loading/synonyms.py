"""Names that other tools and habit give to keys and kinds, and what they are called in a profile."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from cvgen.sections import kinds, shape_of

__all__ = ["find_key", "find_kind"]

# In small letters without `_`; of several names the first that may stand there.
_KEYS: Final = {
    "advisor": "advisors",
    "area": "field",
    "author": "authors",
    "awarder": "issuer giver",
    "bullets": "highlights",
    "category": "label",
    "city": "location",
    "company": "organization",
    "conference": "venue",
    "cv": "document",
    "description": "highlights",
    "duties": "highlights",
    "employer": "organization",
    "entity": "organization institution",
    "firm": "organization",
    "fluency": "level",
    "from": "start_date",
    "googlescholar": "scholar",
    "grade": "gpa",
    "headline": "position",
    "institute": "institution",
    "items": "entries values",
    "job": "role",
    "journal": "venue",
    "keywords": "values tags",
    "label": "position name",
    "lang": "language",
    "mail": "email",
    "mentor": "mentors",
    "mobile": "phone",
    "name": "title organization label",
    "organisation": "organization",
    "organizations": "organization",
    "period": "date",
    "place": "location",
    "position": "role",
    "ranking": "rank",
    "releasedate": "date",
    "responsibilities": "highlights",
    "school": "institution",
    "score": "gpa",
    "since": "start_date",
    "site": "homepage",
    "studytype": "degree",
    "subject": "field",
    "supervisor": "advisors",
    "tags": "include",
    "tel": "phone",
    "telephone": "phone",
    "title": "role",
    "to": "end_date",
    "twitter": "x",
    "type": "kind",
    "university": "institution",
    "until": "end_date",
    "values": "keywords",
    "web": "homepage",
    "website": "homepage",
    "when": "date",
    "where": "location",
    "year": "date",
}


def find_key(word: str, keys: Sequence[str]) -> str | None:
    """Return which of the `keys` that may stand there `word` is another name of."""
    names = _KEYS.get(word, "").split()
    return next((name for name in names if name in keys), None)


def find_kind(word: str) -> str | None:
    """Return the kind of section that `word` is another name of, or a heading.

    >>> find_kind("work"), find_kind("Papers"), find_kind("xyz")
    ('experience', 'publications', None)
    """
    folded = word.lower()
    names = {kind: f"{shape_of(kind).aliases} {shape_of(kind).headings}".split() for kind in kinds()}
    return folded if folded in names else next((kind for kind, words in names.items() if folded in words), None)
