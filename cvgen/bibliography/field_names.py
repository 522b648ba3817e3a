"""Names of fields in .bib files: what is read together, what a CV does not print."""

from __future__ import annotations

import re

__all__ = ["AWARDED", "HOUSEKEEPING", "LINKS", "PUBLISHED", "SILENT"]

LINKS = ("pdf", "html", "slides", "poster", "video", "code", "dataset", "supp", "blog", "website")

SILENT = frozenset({
    "abstract", "annote", "file", "timestamp", "biburl", "bibsource", "owner", "groups", "urldate", "langid",
    "language", "hyphenation", "copyright", "shorttitle", "issn", "isbn", "eissn", "numpages", "issue_date",
    "creationdate", "modificationdate", "interhash", "intrahash", "description", "lccn", "readstatus", "ranking",
    "priority", "qualityassured", "bibtex_show", "preview", "dimensions", "altmetric", "google_scholar_id",
    "inspirehep_id", "rights", "archive", "pmid", "pmcid", "zblnumber", "mrnumber", "mrclass", "mrreviewer",
    "adsurl", "adsnote", "slaccitation", "comment", "ids", "options", "related", "relatedtype", "presort",
    "sortkey", "sorttitle", "sortname", "label", "shorthand", "gender", "crossref", "xref", "xdata", "entryset",
    "lastchecked", "urn", "eprintclass", "primaryclass", "archiveprefix", "eprinttype", "pagetotal",
    "bookpagination", "pagination", "accessed", "key", "internal-note", "shortbooktitle", "month_numeric",
    "eventdate", "day", "month", "year", "eprint", "shorteditor", "optnote", "place",
    "nationality", "numvolumes",
})  # fmt: skip
"""Fields that a CV does not print, or that are read together with others: dropped without a diagnostic."""

AWARDED = frozenset({"phdthesis", "mastersthesis", "mathesis", "thesis", "techreport", "report"})
"""Entries whose venue is the institution."""

PUBLISHED = (
    ("publisher", "organization", "organisation"),
    ("institution", "school"),
    ("edition",),
    ("version",),
)

HOUSEKEEPING = re.compile(r"(?:bdsk-|citeulike-|zotero-|mendeley-|date-|posted-|added-|__|opt).*|.*\+an:.*")
