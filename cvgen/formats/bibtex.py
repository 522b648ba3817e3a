"""Works as a .bib file that BibTeX and BibLaTeX can use, and that cvgen reads back without loss.

Standard fields come first, then al-folio's (`abbr`, `pdf`, `slides`, `selected`, …). What none of them can carry
exactly goes into a field of its own, which other programs ignore: `cvgen-system-name`, `cvgen-venue-url`; lists are
JSON, an empty one takes away what the standard fields seem to say. Each entry is read back to find out.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from pydantic import ValidationError

from cvgen.bibliography.entries import LEGEND
from cvgen.bibliography.people import parse_names
from cvgen.bibliography.reader import parse_bib
from cvgen.document.inline import inlines
from cvgen.document.nodes import Break, Code, Emphasis, Inline, Link, Script, Strong
from cvgen.loading.profile import Profile
from cvgen.profile.work_keys import keyed_works
from cvgen.profile.works import Author, Venue, Work, WorkLinks, status_of
from cvgen.values import dates
from cvgen.values.tex import encode_tex
from cvgen.visibility import shown_works

__all__ = ["DESCRIPTION", "SUFFIXES", "works_to_bib", "write_profile"]

DESCRIPTION = "the publications as a .bib file, for papers and reference managers"
SUFFIXES = (".bib",)

_TYPES = {
    "conference": "inproceedings", "workshop": "inproceedings", "journal": "article", "thesis": "phdthesis",
    "report": "techreport", "book": "book",
}  # fmt: skip
_VENUES = {"inproceedings": "booktitle", "article": "journal", "phdthesis": "school", "techreport": "institution"}
_VENUES |= {"incollection": "booktitle", "book": "", "misc": "howpublished", "unpublished": ""}
_STATES = {
    "in-preparation": "inpreparation", "submitted": "submitted", "under-review": "under-review",
    "accepted": "forthcoming", "preprint": "prepublished",
}  # fmt: skip
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_LINKS = ("pdf", "html", "slides", "poster", "video", "code", "dataset", "supp", "blog", "website", "abstract")
# Words that a bibliography style must not turn into small letters.
_CAPITALS = re.compile(r"(?<!\\)[^\s{}\\$]*[^\W\d_][^\s{}\\$]*[A-Z][^\s{}\\$:,;.!?]*")


def works_to_bib(works: Mapping[str, Work]) -> str:
    """Return the works as a bibliography; the keys become the entries' keys.

    >>> print(works_to_bib({"ditto": Work(title="Ditto", authors=("Chao Jin*",), date="2023-09")}), end="")
    @unpublished{ditto,
      title = {Ditto},
      author = {Chao Jin},
      author+an = {1=equal},
      year = {2023},
      month = sep,
    }
    """
    return "\n".join(_entry(key, work) for key, work in works.items())


def write_profile(profile: Profile, variant: str | None = None) -> str:
    """Return the works that the profile lists as publications, as a bibliography."""
    return works_to_bib(keyed_works(shown_works(profile, variant=variant)))


# --- One entry ----------------------------------------------------------------------------------------------------


def _entry(key: str, work: Work) -> str:
    kind = _type(work)
    fields = [(name, value) for name, value in _fields(work, kind) if value]
    read, wrong = _read_back(_text(key, kind, fields), key)
    fields += [(name, value) for name, value in _exact(work, read, wrong)]
    return _text(key, kind, fields)


def _text(key: str, kind: str, fields: Iterable[tuple[str, str]]) -> str:
    lines = (f"  {name} = {value if name == 'month' else f'{{{value}}}'}," for name, value in fields)
    return "\n".join([f"@{kind}{{{key},", *lines, "}\n"])


def _type(work: Work) -> str:
    if work.venue is None and not work.status and not (work.links and work.links.arxiv):
        return "book" if work.publisher or work.editors else "unpublished"
    kind = work.venue.kind if work.venue else None
    if kind == "book" and work.venue and work.venue.name:
        return "incollection"
    if kind is None and work.venue and work.venue.name and status_of(work) != "preprint":
        return "inproceedings"
    return _TYPES.get(kind or "", "misc")


def _fields(work: Work, kind: str) -> Iterator[tuple[str, str]]:
    """Yield the fields that BibTeX, BibLaTeX and al-folio know."""
    yield "title", _CAPITALS.sub(r"{\g<0>}", _tex(inlines(work.title)))
    names = [_name(author.name) + (author.marks or "").replace("*", "") for author in work.authors]
    yield "author", " and ".join(names + ["others"] * work.more_authors)
    yield "author+an", "; ".join(_marks(work.authors))
    yield "editor", " and ".join(map(_name, work.editors))
    venue = work.venue or Venue()
    name = " ".join(part for part in (venue.prefix, venue.name) if part)
    if kind == "phdthesis" and venue.prefix:
        yield "type", _tex(inlines(venue.prefix.removesuffix(",")))
        name = venue.name or ""
    yield _VENUES[kind], _tex(inlines(name)) if _VENUES[kind] else ""
    yield from _when(work)
    for field in ("volume", "number", "pages", "series", "publisher", "edition", "version"):
        yield field, encode_tex(getattr(work, field) or "")
    if _VENUES[kind] not in ("school", "institution"):
        yield "institution", encode_tex(work.institution or "")
    yield "address", _tex(inlines(work.location or ""))
    yield "pubstate", _STATES.get(work.status or "", "")
    links = work.links or WorkLinks()
    yield "doi", encode_tex(links.doi or "")
    yield "eprint", encode_tex(links.arxiv or "")
    yield "archiveprefix", "arXiv" if links.arxiv else ""
    yield "url", encode_tex(work.url or "")
    yield "abbr", encode_tex(venue.acronym or "")
    for field in _LINKS:
        yield field, encode_tex(getattr(links, field) or "")
    yield "award", _tex(inlines(work.award or ""))
    yield "selected", "true" if work.selected else ""
    yield "keywords", ", ".join(work.tags)
    yield "note", _tex(inlines(work.note or ""))
    if any(author.equal for author in work.authors) and LEGEND.search(work.equal_note or ""):  # else it is a note
        yield "annotation", _tex(inlines(work.equal_note or ""))


def _when(work: Work) -> Iterator[tuple[str, str]]:
    """Yield year and month, and the whole date for BibLaTeX where it is more precise."""
    if work.date is None:
        return
    text = dates.canonical(work.date)
    if re.fullmatch(r"\d{4}(-\d{2})?", text):
        yield "year", text[:4]
        yield "month", _MONTHS[int(text[5:]) - 1] if len(text) > 4 else ""
    elif re.fullmatch(r"[\d/-]+", text):
        yield "date", text
        yield "year", text[:4]
    elif work.date is not dates.PRESENT:
        yield "year", str(dates.first_day(work.date)[0])


def _name(printed: str) -> str:
    """Return a name that BibTeX reads as it is printed, in braces where its parts would be taken for others."""
    name = encode_tex(printed)
    read = [found.name for found in parse_names(name)]
    return name if read == [printed] else f"{{{name}}}"


def _marks(authors: Sequence[Author]) -> Iterator[str]:
    for number, author in enumerate(authors, 1):
        words = ["equal"] * author.equal + ["corresponding"] * author.corresponding
        if words:
            yield f"{number}={','.join(words)}"


def _tex(parts: Sequence[Inline]) -> str:
    return "".join(_inline(part) for part in parts)


def _inline(part: Inline) -> str:
    match part:
        case Strong():
            return rf"\textbf{{{_tex(part.inlines)}}}"
        case Emphasis():
            return rf"\emph{{{_tex(part.inlines)}}}"
        case Code():
            return rf"\texttt{{{encode_tex(part.text)}}}"
        case Script():
            return rf"\text{'super' if part.raised else 'sub'}script{{{_tex(part.inlines)}}}"
        case Break():
            return " "
        case Link():
            return rf"\href{{{encode_tex(part.url)}}}{{{_tex(part.inlines)}}}"
    return encode_tex(part.text)


# --- Nothing lost -------------------------------------------------------------------------------------------------

_Path = tuple[str, ...]


def _read_back(text: str, key: str) -> tuple[Work, set[_Path]]:
    """Return the work that the entry is read as, and the fields that are wrong in it."""
    data: Any = parse_bib(text, "").data.get(key, {"title": "?"})
    wrong: set[_Path] = set()
    while True:
        try:
            return Work.model_validate(data), wrong
        except ValidationError as error:
            for detail in error.errors(include_url=False):
                path = tuple(map(str, detail["loc"][: 2 if detail["loc"][0] in ("venue", "links") else 1]))
                wrong.add(path)
                node = data if len(path) == 1 else data[path[0]]
                node.pop(path[-1], None)
                if path == ("title",):
                    node["title"] = "?"


def _exact(work: Work, read: Work, wrong: set[_Path]) -> Iterator[tuple[str, str]]:
    """Yield a field of our own for each field of the work that was not read as it is."""
    for name in Work.model_fields:
        mine, theirs = getattr(work, name), getattr(read, name)
        if name == "id" or (_same(mine, theirs) and not any(path[0] == name for path in wrong)):
            continue
        if not isinstance(mine, Venue | WorkLinks):
            yield f"cvgen-{name.replace('_', '-')}", encode_tex(_plain(mine))
        elif not any(value is not None for _, value in mine):
            yield f"cvgen-{name}", encode_tex("{}")
        else:
            for field, value in mine:
                if value != getattr(theirs, field, None) or (name, field) in wrong:
                    yield f"cvgen-{name}-{field}", encode_tex(_plain(value))


def _same(mine: object, theirs: object) -> bool:
    """Tell whether two values are the same, or texts that are printed alike."""
    if isinstance(mine, str) and isinstance(theirs, str):
        return mine == theirs or inlines(mine) == inlines(theirs)
    return _without_stars(mine) == _without_stars(theirs)


def _without_stars(value: object) -> object:
    """Return authors whose star is what `equal` prints without it."""
    if not isinstance(value, tuple):
        return value
    return tuple(
        one.model_copy(update={"marks": None}) if isinstance(one, Author) and one.equal and one.marks == "*" else one
        for one in value
    )


def _plain(value: object) -> str:
    """Return a value as its field holds it: text, or JSON."""
    if value is None or value is False or value == ():
        return ""
    if value is True:
        return "true"
    if isinstance(value, dates.FreeDate):
        return json.dumps({"text": value.text, "sort": dates.canonical(value.sort)}, ensure_ascii=False)
    if isinstance(value, tuple):
        return json.dumps([_item(item) for item in value], ensure_ascii=False)
    return dates.canonical(value) if not isinstance(value, str | int) else str(value)  # type: ignore[arg-type]


def _item(item: object) -> object:
    if isinstance(item, Author):
        return {name: value for name, value in item if name in item.model_fields_set and value is not None}
    return item
