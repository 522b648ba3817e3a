"""OpenAlex works (api.openalex.org): a page of results, or one work."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cvgen.imports.imported import Imported
from cvgen.imports.library import at, keyed, read_json

__all__ = ["DESCRIPTION", "import_content", "recognises"]

DESCRIPTION = "OpenAlex: https://api.openalex.org/works?filter=author.orcid:ID&per-page=200, saved"

_KINDS = {"journal": "journal", "conference": "conference", "book series": "book", "ebook platform": "book"}
_BIBLIO = {"volume": "volume", "issue": "number"}


def recognises(name: str, content: bytes) -> bool:
    """Tell a file by the fields that only OpenAlex has."""
    return b'"authorships"' in content and b'"display_name"' in content


def import_content(content: bytes, file: str) -> Imported:
    """Return the works that a file holds."""
    data = read_json(content, file)
    results = data if isinstance(data, list) else at(data, "results") or [data]
    works = (_work(one) for one in (results if isinstance(results, list) else []) if isinstance(one, Mapping))
    return keyed(works, file)


def _work(one: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    authorships = one.get("authorships")
    names = [
        at(author, "author", "display_name") or at(author, "raw_author_name")
        for author in (authorships if isinstance(authorships, list) else [])
    ]
    work: dict[str, Any] = {
        "title": one.get("display_name") or one.get("title") or "",
        "authors": [str(name) for name in names if name],
        "date": str(one.get("publication_date") or one.get("publication_year") or ""),
        **{ours: str(at(one, "biblio", theirs) or "") for theirs, ours in _BIBLIO.items()},
        "pages": "-".join(str(page) for end in ("first_page", "last_page") if (page := at(one, "biblio", end))),
    }
    source = at(one, "primary_location", "source")
    name, kind = at(source, "display_name"), str(at(source, "type") or "")
    if kind == "repository" or one.get("type") == "preprint":
        work["status"] = "preprint"
    elif name:
        work["venue"] = {"name": str(name), **({"kind": _KINDS[kind]} if kind in _KINDS else {})}
    doi = str(one.get("doi") or at(one, "ids", "doi") or "").removeprefix("https://doi.org/")
    links = {"doi": doi, "pdf": at(one, "best_oa_location", "pdf_url") or at(one, "primary_location", "pdf_url")}
    work["links"] = {key: str(value) for key, value in links.items() if value}
    return str(one.get("id") or "").rpartition("/")[2], {key: value for key, value in work.items() if value}
