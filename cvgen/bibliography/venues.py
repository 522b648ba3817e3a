"""Venues of .bib entries: names with acronyms, places and dates in them, kinds, status words."""

from __future__ import annotations

import functools
import re
import tomllib
from importlib.resources import files
from typing import NamedTuple

from cvgen.bibliography.people import format_month_date

__all__ = ["VenueParts", "ads_journal", "find_arxiv_id", "is_arxiv", "parse_status", "parse_venue", "venue_kind"]


class VenueParts(NamedTuple):
    """The parts of a venue's name."""

    name: str
    prefix: str = ""
    acronym: str = ""
    year: str = ""
    place: str = ""
    date: str = ""


_ARXIV = re.compile(
    r"(?:arxiv\.org/(?:abs|pdf|html)/|arxiv[:.\s]\s*|\babs/|^)"
    r"((?:\d{4}\.\d{4,5}|[a-z-]+(?:\.[A-Z]{2})?/\d{7})(?:v\d+)?)(?:\.pdf)?(?=$|[\s\]\[),;?#])",
    re.IGNORECASE,
)
_PREPRINT = re.compile(
    r"(?:corr|arxiv|(?:bio|med|chem|psy|eng|earth)r?a?rxiv|ssrn|preprints?|hal|techrxiv|zenodo)\b", re.IGNORECASE
)
_PREFIX = re.compile(
    r"(?:in )?(?P<prefix>proceedings of (?:the )?"
    r"(?:(?:\d{4}|\d+(?:st|nd|rd|th)|[a-z]+(?:st|nd|rd|th)|first|second|third) )?(?:annual )?)(?=\S)",
    re.IGNORECASE,
)
_SHORT = r"(?P<short>[A-Z][\w@&/+.-]*(?:[ -][A-Z][\w@&/+.-]*){0,3}?)"
_YEAR = r"[ '’´`-]*(?P<year>\d{4}|\d{2})"
# "… Design and Implementation, NSDI 2024, Santa Clara, CA, USA, April 15-17, 2024" of DBLP
_DBLP = re.compile(
    rf"(?P<name>.{{8,}}?), {_SHORT} (?P<year>\d{{4}})(?:, (?P<place>.*?))??"
    r"(?:, (?P<when>[A-Z][a-z]+ \d[^,]*|\d+[ .-][^,]*[A-Z][a-z]+[^,]*?),? (?P<held>\d{4}))?"
    r"(?:, (?:Proceedings|Part).*)?"
)
# "… Design and Implementation (NSDI 24)" of Google Scholar and USENIX
_PARENTHESES = re.compile(rf"(?P<name>.{{8,}}?) *\((?P<inside>{_SHORT}(?:{_YEAR})?)\)(?P<rest>.*)")
_LABEL = re.compile(rf"{_SHORT}{_YEAR}")
_ORGANIZER = re.compile(r"(?:ACM|IEEE|USENIX|IFIP)(?:/(?:ACM|IEEE|IFIP))* (?=[A-Z])")
_STATUS = tuple(
    (status, re.compile(rf"(?:currently |manuscript |paper |article )?(?:{words})(?P<rest>\b.*)?\.?", re.IGNORECASE))
    for status, words in {
        "in-preparation": r"in[- ]prep(?:aration|\.)?|inpreparation|work in progress",
        "under-review": r"(?:is )?under[- ](?:peer[- ]|double-blind )?review|in review|under revision",
        "submitted": r"submitted",
        "accepted": r"to[- ]appear|forthcoming|in press|inpress|accepted|in print",
        "preprint": r"preprint|prepublished|pre-print",
    }.items()
)
_KINDS = {
    "article": "journal", "inproceedings": "conference", "conference": "conference", "proceedings": "book",
    "mvproceedings": "book", "book": "book", "mvbook": "book", "inbook": "book", "bookinbook": "book",
    "suppbook": "book", "booklet": "book", "collection": "book", "mvcollection": "book", "incollection": "book",
    "suppcollection": "book", "phdthesis": "thesis", "mastersthesis": "thesis", "thesis": "thesis",
    "techreport": "report", "report": "report",
}  # fmt: skip


def find_arxiv_id(text: str) -> str:
    """Return the arXiv id in an address or a sentence, empty where there is none.

    >>> find_arxiv_id("arXiv preprint arXiv:2404.12457"), find_arxiv_id("abs/2404.12457"), find_arxiv_id("https://a.org/2404.12457")
    ('2404.12457', '2404.12457', '')
    """
    found = _ARXIV.search(text)
    if found is None:
        doi = re.search(r"10\.48550/arxiv\.(\d{4}\.\d{4,5})", text, re.IGNORECASE)
        return doi[1] if doi else ""
    return found[1]


@functools.cache
def _ads_journals() -> dict[str, str]:
    return tomllib.loads(files("cvgen.bibliography").joinpath("ads_journals.toml").read_text("utf-8"))


def ads_journal(tex: str) -> str:
    r"""Return the journal that a macro of AASTeX stands for, empty where there is none.

    >>> ads_journal(r"{\apj}"), ads_journal("apj")
    ('The Astrophysical Journal', '')
    """
    macro = re.fullmatch(r"[{\s]*\\([a-z]+)[}\s]*", tex)
    return _ads_journals().get(macro[1], "") if macro else ""


def is_arxiv(venue: str) -> bool:
    """Tell whether a journal's name only says that a work is on arXiv.

    >>> is_arxiv("CoRR"), is_arxiv("arXiv preprint arXiv:2404.12457"), is_arxiv("bioRxiv")
    (True, True, False)
    """
    return bool(re.match(r"(?:corr|arxiv)\b", venue.strip(), re.IGNORECASE))


def venue_kind(entry: str, journal: str, booktitle: str) -> str:
    """Return the kind of venue of an entry of the type `entry`."""
    if _PREPRINT.match(journal) and not booktitle:
        return "preprint"
    kind = _KINDS.get(entry, "other")
    if kind == "other" and booktitle:
        kind = "conference"
    return "workshop" if kind == "conference" and re.search(r"\bworkshops?\b", booktitle, re.IGNORECASE) else kind


def parse_status(text: str) -> tuple[str, str]:
    """Return the status that a note begins with, and the note where it says more than that.

    >>> parse_status("Under review."), parse_status("Submitted to SIGCOMM'25"), parse_status("With a foreword")
    (('under-review', ''), ('submitted', "Submitted to SIGCOMM'25"), ('', ''))
    """
    for status, form in _STATUS:
        if match := form.fullmatch(text.strip()):
            return status, text if (match["rest"] or "").strip(" .") else ""
    return "", ""


def parse_venue(text: str) -> VenueParts:
    """Divide a venue's name as bibliographies write it.

    >>> parse_venue("Proceedings of the 21st USENIX Symposium on Networked Systems (NSDI 24)")[:4]
    ('USENIX Symposium on Networked Systems', 'Proceedings of the 21st', 'NSDI', '2024')
    >>> parse_venue("Networked Systems Design, NSDI 2024, Santa Clara, CA, April 15-17, 2024")[2:]
    ('NSDI', '2024', 'Santa Clara, CA', '2024-04-15/2024-04-17')
    >>> parse_venue("SIGCOMM '24"), parse_venue("Journal of Things").name
    (VenueParts(name='', prefix='', acronym='SIGCOMM', year='2024', place='', date=''), 'Journal of Things')
    """
    if len(text) > 400:  # no venue, and too long to look for its parts
        return VenueParts(text)
    if match := _LABEL.fullmatch(text):
        return VenueParts("", acronym=_ORGANIZER.sub("", match["short"]), year=_full(match["year"]))
    if match := _DBLP.fullmatch(text):
        when = format_month_date(match["held"], match["when"]) if match["when"] else ""
        return _prefixed(match["name"], match["short"], match["year"], match["place"] or "", when)
    if (match := _PARENTHESES.fullmatch(text)) and not match["rest"].strip(" .") and _is_short(match["short"]):
        return _prefixed(match["name"], *_without_year(match["short"], _full(match["year"] or "")), "", "")
    return _prefixed(text, "", "", "", "")


def _without_year(acronym: str, year: str) -> tuple[str, str]:
    """Take a year that is written as part of an acronym off it: `TW4W-2019`."""
    match = re.fullmatch(r"(.*[A-Za-z].*?)[-_ '’]*((?:19|20)\d{2})", acronym)
    return (match[1], year or match[2]) if match else (acronym, year)


def _full(year: str) -> str:
    return year if len(year) != 2 else f"{'19' if int(year) > 60 else '20'}{year}"


def _is_short(text: str) -> bool:
    """Tell whether a text looks like an acronym and not like a word in parentheses."""
    return sum(char.isupper() for char in text) > 1 and len(text) <= 20


def _prefixed(name: str, acronym: str, year: str, place: str, date: str) -> VenueParts:
    match = _PREFIX.match(name)
    prefix = match["prefix"].strip() if match else ""
    return VenueParts(name[match.end() :] if match else name, prefix, _ORGANIZER.sub("", acronym), year, place, date)
