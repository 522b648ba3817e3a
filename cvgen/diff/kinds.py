"""What diff knows of kinds of sections by their names."""

__all__ = ["SECOND_LINES", "UNSPECIFIC"]

SECOND_LINES = {
    "education": "degree", "experience": "role", "teaching": "role", "service": "role", "talks": "occasion",
    "grants": "funder", "patents": "office", "software": "role", "supervision": "degree", "references": "position",
}  # fmt: skip
"""What the second line of an entry is called."""

UNSPECIFIC = frozenset({"custom", "text"})
"""Kinds that say nothing of what a section holds."""
