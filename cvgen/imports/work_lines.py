"""Works as pages list them: a title, authors, venue and links in lines of Markdown, or of plain text."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from cvgen.document.locale import load_locale
from cvgen.profile.works import WorkLinks, unbolded
from cvgen.values import date_parser, dates
from cvgen.values.names import split_marks

__all__ = ["bold_names", "date_in_words", "is_title", "logical_lines", "read_work", "unmarked"]

_WORDS = dataclasses.replace(load_locale("en"), months="long")
_ESCAPED = re.compile(r"\\([\\`*_{}\[\]()#+.!|~<>&$-])")
_LINK = re.compile(
    r"\*{0,2}\[(?P<label>(?:\\.|\[[^\[\]]*\]|[^\[\]])*)\]\((?P<url>[^()\s]*(?:\([^()\s]*\)[^()\s]*)*)\)\*{0,2}"
)
_BOLD = re.compile(r"\*\*(?=\S)(?P<text>.+?)(?<=\S)\*\*")
_ITALIC = re.compile(r"(?P<mark>[*_])(?=[^\s*_])(?P<text>.+)(?<=\S)(?P=mark)[.\s]*")
_LEGEND = re.compile(r"\(?\s*(?:\\?[*†‡§¶#]){1,2}\s*[^()]*\)?")
_ACRONYM = re.compile(r"\s*\((?P<link>\[)?\**(?P<name>[^()\[\]*]{2,40}?)\**(?(link)\]\((?P<url>[^()\s]*)\))\)")
_PREFIX = re.compile(r"(?P<prefix>(?:The )?Proceedings of the(?: \d+(?:st|nd|rd|th))?) (?P<name>[^\d].+)")
_SHORT = re.compile(r"(?P<acronym>\S.*?)(?: |['’])(?P<year>(?:19|20)?\d\d)")
_LABELS: Final = {
    "paper": "pdf", "pdf": "pdf", "preprint": "pdf", "slides": "slides", "poster": "poster", "video": "video",
    "talk": "video", "code": "code", "github": "code", "data": "dataset", "dataset": "dataset", "doi": "doi",
    "arxiv": "arxiv", "blog": "blog", "website": "website", "project": "website", "html": "html", "link": "html",
    "abstract": "abstract", "supplement": "supp", "appendix": "supp",
}  # fmt: skip
_JOURNAL = re.compile(r"(?i)\b(?:transactions|journal|letters|magazine|communications of)\b")


def logical_lines(lines: Sequence[str]) -> list[str]:
    """Return the lines of a paragraph as Markdown prints them: cut where two spaces or a break end one.

    A paragraph that breaks nowhere is taken as it is written.
    """
    breaks = re.compile(r"(?:\s{2,}|\\|<br\s*/?>)$")
    if not any(breaks.search(line) for line in lines[:-1]):
        return [line.strip() for line in lines if line.strip()]
    found, open_line = [], ""
    for line in lines:
        open_line = f"{open_line} {breaks.sub('', line).strip()}".strip()
        if breaks.search(line):
            found.append(open_line)
            open_line = ""
    return [line for line in (*found, open_line) if line]


def is_title(text: str) -> bool:
    """Tell whether a line of Markdown is all bold, as titles of works are."""
    bold = _BOLD.fullmatch(_unlinked(text)[0].strip())
    return bold is not None and "**" not in bold["text"]


def unmarked(text: str) -> str:
    """Return a line with the signs that Markdown had to escape.

    >>> unmarked(r"Ziheng Jiang\\*")
    'Ziheng Jiang*'
    """
    return " ".join(_ESCAPED.sub(r"\1", text).split())


def bold_names(authors: str) -> list[str]:
    """Return the names in a line of authors that are bold: the page's owner."""
    return [split_marks(unmarked(bold["text"]))[0] for bold in _BOLD.finditer(authors)]


def date_in_words(text: str) -> Any:  # noqa: ANN401 - data
    """Return a date as a profile writes it, one that would be printed in other words as it is; None for no date.

    >>> date_in_words("September 2023"), date_in_words("September 10-14, 2023"), date_in_words("Boston")
    ('2023-09', {'text': 'September 10-14, 2023', 'sort': '2023-09-10'}, None)
    """
    try:
        when = date_parser.parse_date(text)
    except dates.DateError:
        return None
    if _WORDS.date(when) == text:
        return dates.canonical(when)
    start = getattr(when, "start", when)
    return {"text": text, "sort": dates.canonical(start)} if isinstance(start, dates.Date) else dates.canonical(when)


def read_work(
    lines: Sequence[str], address: Callable[[str], str | None], lose: Callable[[str], None]
) -> dict[str, Any]:
    """Return the fields of a work.

    `lines` are its title and what stands below. `address` gives the whole address of a link, None for one that cannot
    be had; `lose` is called with what has no place.
    """
    title, url = _unlinked(lines[0])
    bold = _BOLD.fullmatch(title.strip())
    work: dict[str, Any] = {"title": (bold["text"] if bold else title).strip()}
    if url and (whole := address(url)):
        work["url"] = whole
    for number, line in enumerate(lines[1:]):
        italic = _ITALIC.fullmatch(line)
        if _is_links(line):
            links = _links(line, address, lose)
            work |= {"links": {**work.get("links", {}), **links}} if links else {}
        elif number and italic is None and _LEGEND.fullmatch(line):
            if (legend := unmarked(line)) != _WORDS.word("equal_note", "words"):
                work["equal_note"] = legend
        elif number == 0 and (italic is None or "**" in line.partition(",")[0]) and _is_authors(line):
            work |= _authors(line)
        elif not {"venue", "status", "status_text"} & set(work) and (italic or number <= 1):
            work |= _venue(italic["text"] if italic else line)
        elif "note" not in work:
            work["note"] = line
        else:
            lose(line)
    return work


def _unlinked(text: str) -> tuple[str, str]:
    """Return a line without the link that it is, and where that leads."""
    for pattern in (r"\[(?P<text>.+)\]\((?P<url>\S+?)\)", r"\*\*\[(?P<text>.+)\]\((?P<url>\S+?)\)\*\*"):
        if link := re.fullmatch(pattern, text.strip()):
            return link["text"] if link["text"].startswith("**") else f"**{link['text']}**", link["url"]
    return text, ""


# --- Authors --------------------------------------------------------------------------------------------------------


def _is_authors(line: str) -> bool:
    return not _WORDS_OF_STATUS.fullmatch(line.strip(" .*_"))


def _authors(line: str) -> dict[str, Any]:
    names = [name for part in line.rstrip(".").split(",") for name in re.split(r"\band\b|&", part)]
    shown = [_author(name) for name in names if name.strip()]
    more = bool(shown) and re.fullmatch(r"(?i)et al\.?|others", shown[-1]) is not None
    return {"authors": shown[:-1], "more_authors": True} if more else {"authors": shown}


def _author(text: str) -> str:
    """Return a name with its signs, without the bold of the owner's."""
    bold = re.fullmatch(r"\*\*(?P<name>.+?)\*\*(?P<marks>.*)", text.strip())
    return unbolded(unmarked(bold["name"] + bold["marks"] if bold else text))


# --- Venue ----------------------------------------------------------------------------------------------------------


def _statuses() -> Iterator[tuple[str, re.Pattern[str]]]:
    """Yield each status with a pattern of what is printed for it, the venue in it if there is one."""
    for status, words in _WORDS.table["status_at"].items():
        before, _, after = words.partition("{venue}")
        if before or after:
            yield status, re.compile(rf"{re.escape(before)}(?P<venue>.+?){re.escape(after)}(?P<rest>, .+)?")


_WORDS_OF_STATUS = re.compile("|".join(map(re.escape, _WORDS.table["status"].values())))
_STATUSES = tuple(_statuses())


def _venue(text: str) -> dict[str, Any]:
    text = " ".join(text.strip().removesuffix(".").split())
    for status, words in _WORDS.table["status"].items():
        if text == words:
            return {"status": status}
    for status, pattern in _STATUSES:
        if found := pattern.fullmatch(text):
            return {**_venue(found["venue"] + (found["rest"] or "")), "status": status}
    acronym = _ACRONYM.search(text)
    if acronym and text[acronym.end() : acronym.end() + 1] in ("", ","):
        name, short, tail = text[: acronym.start()], acronym, text[acronym.end() :]
        parts = [part.strip() for part in tail.split(",") if part.strip()]
    else:
        name, *parts = (part.strip() for part in text.split(","))
        short = None
    when, place = _date_and_place(parts)
    if short is None and when is None:
        return {"status_text": text}
    return {
        "venue": _named(name, short),
        **({"location": place} if place else {}),
        **({"date": when} if when is not None else {}),
    }


def _date_and_place(parts: list[str]) -> tuple[Any, str]:
    """Return the date at the end, and what stands before it."""
    for first in range(len(parts)):
        when = date_in_words(", ".join(parts[first:]))
        if when is not None:
            return when, ", ".join(parts[:first])
    return None, ", ".join(parts)


def _named(name: str, short: re.Match[str] | None) -> dict[str, Any]:
    if short is None and (dated := re.fullmatch(r"(?P<acronym>[A-Z][\w/-]*)['’](?P<year>\d\d)", name)):
        return {"acronym": dated["acronym"], "year": f"20{dated['year']}"}
    venue: dict[str, Any] = {}
    prefixed = _PREFIX.fullmatch(name)
    if prefixed:
        venue["prefix"] = prefixed["prefix"]
    venue["name"] = prefixed["name"] if prefixed else name
    if short:
        dated = _SHORT.fullmatch(short["name"])
        venue["acronym"] = unmarked(dated["acronym"] if dated else short["name"])
        if dated:
            venue["year"] = dated["year"] if len(dated["year"]) == 4 else f"20{dated['year']}"
        if short["url"]:
            venue["url"] = short["url"]
    if _JOURNAL.search(name):
        venue["kind"] = "journal"
    return {key: value for key, value in venue.items() if value}


# --- Links ----------------------------------------------------------------------------------------------------------


def _is_links(line: str) -> bool:
    """Tell whether a line is links and nothing else: `[**[PDF](…)**] [**[Slides](…)**]`, or `[PDF] [Slides]`."""
    left = _LINK.sub("", line)
    if left == line:
        return re.fullmatch(r"(?:\s*\[[A-Za-z ]{2,12}\])+\s*", line) is not None
    return not left.strip(" []|/·,*")


def _links(line: str, address: Callable[[str], str | None], lose: Callable[[str], None]) -> Mapping[str, str]:
    found: dict[str, str] = {}
    for link in _LINK.finditer(line):
        label = re.sub(r"[^a-z]", "", link["label"].lower())
        field = _field(_LABELS.get(label, label), link["url"], found)
        whole = address(link["url"]) if link["url"] else None
        if field is None or (link["url"] and whole is None):
            lose(link[0])
        elif whole:
            found[field] = whole
    return found


def _field(name: str, url: str, taken: Iterable[str]) -> str | None:
    if "arxiv.org/abs/" in url and "arxiv" not in taken:
        return "arxiv"
    if "doi.org/" in url and "doi" not in taken:
        return "doi"
    return name if name in WorkLinks.model_fields and name not in ("arxiv", "doi") and name not in taken else None
