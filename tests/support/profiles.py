"""Sections, and groups of profiles, of which little matters."""

TEXT = {"kind": "text", "title": "Summary", "text": "Writes programs for engines."}
HONORS = {"kind": "honors", "entries": [{"title": "First", "date": "2024"}, {"title": "Second", "date": "2023"}]}
PALE = {"options": {"accent": "#FFCC00"}}  # a warning


def numbered(profile, count, third=None):
    """Write so many profiles, each with a text of its own; the third has `third`."""
    texts = [third if third and at == 2 else f"Number {at}." for at in range(count)]
    return [profile({**TEXT, "text": text}, name=f"{'abcdef'[at]}.yaml") for at, text in enumerate(texts)]
