"""What identifies a work: its title, authors, DOI, arXiv number and date."""

from __future__ import annotations

from cvgen.comparison.spelling import compact, name_key, strip_markup
from cvgen.profile.works import WorkFields
from cvgen.values.dates import DateRange, When, agrees

__all__ = ["author_keys", "dates_agree", "short_title", "title_key", "work_ids"]


def short_title(title: str) -> str:
    """Return what a work is called in passing: its system's name, which stands before a colon, or its title.

    >>> short_title("Ditto: Efficient Serverless Analytics"), short_title("Notes on the Engine")
    ('Ditto', 'Notes on the Engine')
    """
    head, colon, _ = title.partition(":")
    return head if colon and len(head) < 30 else title


def title_key(work: WorkFields) -> str:
    """Return the letters of the title."""
    return compact(strip_markup(work.title or ""))


def author_keys(work: WorkFields) -> tuple[str, ...]:
    """Return the keys of the authors, in order."""
    return tuple(name_key(author.name) for author in work.authors)


def work_ids(work: WorkFields) -> frozenset[str]:
    """Return the DOI and the arXiv number, as `link_key` writes them."""
    links = work.links
    if links is None:
        return frozenset()
    arxiv = f"arxiv:{links.arxiv.partition('v')[0]}" if links.arxiv else ""
    doi = f"doi:{links.doi.lower()}" if links.doi else ""
    return frozenset({arxiv, doi} - {""})


def dates_agree(one: When, other: When) -> bool:
    """Tell whether both can date one work: they agree, or a conference is dated by the month in which it began.

    >>> from cvgen.values.date_parser import parse_date
    >>> dates_agree(parse_date("June 25-July 1, 2022"), parse_date("2022-06"))
    True
    """
    starts = [when.start if isinstance(when, DateRange) else when for when in (one, other)]
    return agrees(one, other) or agrees(*starts)
