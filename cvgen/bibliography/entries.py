"""One .bib entry to the fields of a work, each with the place that it came from.

Field names are BibTeX's, BibLaTeX's and al-folio's. `cvgen-…` fields are what `cvgen.formats.bibtex` writes for all
that those have no field for: `cvgen-system-name`, `cvgen-venue-url`; lists are JSON, an empty one takes a value away.
"""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Any
from urllib.parse import urljoin

from cvgen.bibliography.entry_fields import EntryFields, Origin, Remark, Say
from cvgen.bibliography.field_names import AWARDED, HOUSEKEEPING, LINKS, PUBLISHED, SILENT
from cvgen.bibliography.grammar import BibEntry, BibField
from cvgen.bibliography.people import BibName, parse_annotations, parse_bib_date, parse_names
from cvgen.bibliography.venues import (
    VenueParts,
    ads_journal,
    find_arxiv_id,
    is_arxiv,
    parse_status,
    parse_venue,
    venue_kind,
)
from cvgen.diagnostics import YamlPath
from cvgen.source.positions import Data
from cvgen.values.names import is_group
from cvgen.values.tex import decode_tex, strip_tex

__all__ = ["LEGEND", "convert_entry"]


LEGEND = re.compile(r"[*†‡§¶#].*(?:equal|contribut|corresp|author|joint|senior)", re.IGNORECASE)
"""What makes a note the legend of signs behind authors."""
_TALK = re.compile(
    r"\b(?:talk|poster|keynote|presentation|presented|seminar|lecture|tutorial|invited)\b", re.IGNORECASE
)
_LISTS = ("authors", "editors", "former_titles", "tags", "show_in")


def convert_entry(
    entry: BibEntry, fields: dict[str, BibField], say: Say, links_base: str = ""
) -> tuple[dict[str, Data], dict[YamlPath, Origin]]:
    """Convert an entry to a work, and return where each value came from; `fields` are its own and those inherited.

    Relative links continue `links_base`.
    """
    builder = _Builder(entry, fields, say, links_base)
    return builder.build(), builder.origins


class _Builder(EntryFields):
    """Reads the subjects of an entry, one after the other."""

    def build(self) -> dict[str, Data]:
        """Read all fields."""
        self.title()
        self.authors()
        self.when()
        self.links()
        self.venue()
        self.numbers()
        self.remarks()
        self.tags()
        self.own()
        for name, field in self.fields.items():
            if name not in self.used and name not in SILENT and not HOUSEKEEPING.fullmatch(name) and field.text:
                self.say(Remark("bib-field", field, name))
        return self.data

    # --- Subjects ---------------------------------------------------------------------------------------------

    def title(self) -> None:
        field = self.take("title")
        if field is None:
            return
        parts = [
            self.text(part, markdown=True) for part in (field, self.take("subtitle"), self.take("titleaddon")) if part
        ]
        joined = parts[0]
        for part in parts[1:]:
            joined += f" {part}" if joined[-1:] in ":?!." else f": {part}"
        self.put(("title",), joined, field)

    def authors(self) -> None:
        self.editors()
        field = self.take("author")
        names = [name for name in parse_names(field.text) if name.name] if field else []
        if field is None or not names:
            return
        if names[-1].name == "others":
            del names[-1]
            self.put(("more_authors",), "true", field)
        marks = [{"equal": "*" in name.marks, "corresponding": False} for name in names]
        for key in [key for key in self.fields if key.startswith("author+an")]:
            self.used.add(key)
            for index, word in parse_annotations(self.peek(key), len(names)):
                if word in ("equal", "corresponding"):
                    marks[index][word] = True
                    sign = "*" if word == "equal" else "†"  # which is printed for what is said
                    names[index] = replace(names[index], marks=names[index].marks.replace(sign, ""))
                else:
                    self.say(Remark("bib-annotation", self.fields[key], word))
        for oddity in dict.fromkeys(name.oddity for name in names if name.oddity):
            self.say(Remark("bib-names", field, oddity))
        self.data["authors"] = [self.author(name, mark, field) for name, mark in zip(names, marks, strict=True)]
        self.group()
        self.origins[("authors",)] = Origin(field)
        for index, name in enumerate(names):
            self.origins[("authors", index)] = Origin(field, name.offset, name.length)

    def author(self, name: BibName, marks: dict[str, bool], field: BibField) -> Data:
        for problem in name.problems:
            self.say(Remark("bib-tex", field, problem.name, name.offset, name.length))
        author: dict[str, Data] = {"name": name.name}
        if name.marks:
            author["marks"] = name.marks
        return author | {mark: "true" for mark, is_set in marks.items() if is_set}

    def editors(self) -> None:
        """Read the editors, of a whole book or of the one that this is part of."""
        field = self.take("editor")
        names = [name.name for name in parse_names(field.text) if name.name not in ("", "others")] if field else []
        if field and names:
            self.data["editors"] = list(names)
            self.origins[("editors",)] = Origin(field)

    def group(self) -> None:
        """Add the collaboration that signs beside the authors."""
        field, authors = self.take("collaboration"), self.data.get("authors")
        if field and isinstance(authors, list):
            name = self.text(field)
            name = name if is_group(name) else f"{name} Collaboration"
            if all(isinstance(one, dict) and one["name"] != name for one in authors):
                authors.append({"name": name})

    def when(self) -> None:
        field = self.take("date", "year")
        parts = {name: self.peek(name) for name in ("date", "year", "month", "day")}
        if when := parse_bib_date(parts):
            self.put(("date",), when, field or self.entry.fields[next(iter(self.entry.fields))])
            month = self.fields.get("month")
            if month and parts["month"].strip() and not parts["date"] and re.fullmatch(r"\d{4}", when):
                self.say(Remark("bib-date", month, parts["month"]))
        elif field and not parse_status(parts["year"])[0]:
            self.say(Remark("bib-date", field, parts["date"] or parts["year"]))

    def links(self) -> None:
        for name in LINKS:
            if field := self.take(name):
                self.link(("links", name), strip_tex(field.text), field)
        if (field := self.fields.get("abstract")) and re.match(r"https?://\S+$", strip_tex(field.text)):
            self.link(("links", "abstract"), strip_tex(field.text), field)
        if field := self.take("doi"):
            self.put(("links", "doi"), strip_tex(field.text), field)
        if field := self.take("arxiv"):
            self.put(("links", "arxiv"), find_arxiv_id(strip_tex(field.text)) or strip_tex(field.text), field)
        eprint = self.fields.get("eprint")
        archive = self.peek("archiveprefix", "eprinttype", "archive").lower()
        if eprint and "arxiv" in (archive or ("arxiv" if find_arxiv_id(strip_tex(eprint.text)) else "")):
            self.put(("links", "arxiv"), find_arxiv_id(strip_tex(eprint.text)) or strip_tex(eprint.text), eprint)
        for name in ("url", "howpublished", "journal", "journaltitle", "volume", "doi", "ee"):
            field = self.fields.get(name)
            if field and "arxiv" not in self.as_dict("links") and (found := find_arxiv_id(strip_tex(field.text))):
                self.put(("links", "arxiv"), found, field)
        field = self.take("url", "ee")
        if field is None and (field := self.fields.get("howpublished")) and r"\url" not in field.text:
            field = None
        if field:
            self.address(strip_tex(field.text), field)

    def address(self, url: str, field: BibField) -> None:
        """Set the work's own link, unless the DOI or the arXiv id says the same."""
        if doi := re.fullmatch(r"https?://(?:dx\.)?doi\.org/(10\..+)", url):
            if "doi" not in self.as_dict("links"):
                self.put(("links", "doi"), doi[1], field)
        elif not (find_arxiv_id(url) and re.search(r"//(?:www\.)?arxiv\.org/abs/", url)):
            self.link(("url",), url, field)

    def link(self, path: YamlPath, url: str, field: BibField) -> None:
        if re.match(r"(?:https?://|mailto:)", url, re.IGNORECASE):
            self.put(path, url, field)
        elif self.links_base and url.lower() not in ("true", "false"):
            self.put(path, urljoin(f"{self.links_base.rstrip('/')}/", url.lstrip("/")), field)
        elif url.lower() not in ("true", "false"):
            self.say(Remark("bib-link", field, field.name))

    def venue(self) -> None:
        """Read the venue and the status."""
        status, text = "", ""
        for name in ("pubstate", "note", "howpublished", "year"):
            if not status and (field := self.fields.get(name)):
                status, text = parse_status(self.peek(name))
                if status:
                    self.used.add(name)
                    self.put(("status",), status, field)
        field = self.take("journal", "journaltitle", "booktitle", "eventtitle")
        others = [("school", "institution"), ("howpublished",)]
        if self.entry.kind not in AWARDED:
            others.reverse()
        for names in others:
            field = field or self.take(*names)
        if (
            field
            and field.name.lower() == "howpublished"
            and (status or r"\url" in field.text or find_arxiv_id(field.text))
        ):
            field = None
        kind = venue_kind(
            self.entry.kind, self.peek("journal", "journaltitle", "howpublished"), self.peek("booktitle")
        )
        preprint = kind in ("other", "journal", "preprint") and "arxiv" in self.as_dict("links")
        on_arxiv = field is None or is_arxiv(ads_journal(field.text) or self.text(field))
        if kind == "preprint" or (preprint and on_arxiv):
            if not status:
                self.put(("status",), "preprint", field or self.entry_field())
            field = None if on_arxiv else field
            kind = "preprint" if field else ""
        found = VenueParts("")
        if field:
            journal = ads_journal(field.text)
            found = VenueParts(journal) if journal else parse_venue(self.text(field, markdown=True))
        self.named(found, kind, field)
        if text and not self.data.get("venue"):
            self.put(("status_text",), self.text(self.fields["note"], markdown=True), self.fields["note"])
        elif text:
            self.used.discard("note")

    def entry_field(self) -> BibField:
        return self.fields["title"] if "title" in self.fields else next(iter(self.fields.values()))

    def named(self, found: VenueParts, kind: str, field: BibField | None) -> None:
        """Set the venue's parts; the acronym may stand in fields of its own."""
        short = self.take("abbr", "acronym", "shortjournal", "eventtitleaddon")
        if series := self.take("series"):
            if short or not parse_venue(self.text(series)).year:
                self.put(("series",), self.text(series), series)
            else:  # ACM's `SIGCOMM '24`
                short = series
        label = parse_venue(self.text(short)) if short else VenueParts("")
        year = re.search(r"\d{4}", str(self.data.get("date", "")))
        acronym = found.acronym or label.acronym or (self.text(short) if short else "")
        of_field = found.year or label.year or (year[0] if year and acronym else "")
        at = field or short
        if kind and at is None and kind != "other" and not acronym:
            at = self.entry_field() if kind in ("book", "thesis", "report") else None
        if at is None:
            said = self.peek("note", "howpublished", "type", "entrysubtype", "keywords")
            is_out = self.entry.kind != "unpublished" or _TALK.search(said)
            if kind == "other" and is_out and not self.data.get("status"):
                self.put(("venue", "kind"), kind, self.entry_field())
            return
        self.put(("venue", "prefix"), found.prefix or (self.thesis() if kind == "thesis" else ""), at)
        self.put(("venue", "name"), found.name, at)
        self.put(("venue", "acronym"), acronym, short or at)
        self.put(("venue", "year"), of_field, short or at)
        self.put(("venue", "kind"), kind, at)
        self.put(("location",), found.place, at)
        if found.date and str(self.data.get("date", "")) in ("", found.year):
            self.put(("date",), found.date, at)

    def thesis(self) -> str:
        """Return which kind of thesis it is, with the comma before the school."""
        field = self.take("type")
        words = {"phdthesis": "PhD thesis", "mathesis": "Master's thesis", "mastersthesis": "Master's thesis"}
        text = self.text(field, markdown=True) if field else words.get(self.entry.kind, "")
        return f"{words.get(text.lower(), text)}," if text else ""

    def numbers(self) -> None:
        repeated = "arxiv" in self.as_dict("links") and not self.data.get("venue")  # DBLP's `abs/2404.12457`
        for names in (["volume"], ["number", "issue"], ["pages", "eid", "articleno"]):
            if (field := self.take(*names)) and not (repeated and names == ["volume"]):
                self.put((names[0],), self.text(field), field)
        named = self.origins.get(("venue", "name"), Origin(self.entry_field())).field
        for name, *others in PUBLISHED:
            if (field := self.take(name, *others)) and field is not named:
                self.put((name,), self.text(field), field)
        field = self.take("venue", "eventvenue") or self.take("location", "address")
        for name in ("location", "address", "type"):
            self.used.add(name)
        if field is None or self.entry.kind == "article" or "location" in self.data:
            return
        press = self.peek("publisher") in ("Association for Computing Machinery", "ACM", "IEEE")
        if not (press and field.name.lower() == "address"):  # where ACM has its office, not where the authors met
            self.put(("location",), self.text(field, markdown=True), field)

    def remarks(self) -> None:
        """Read awards, the legend and the note."""
        names = [name for name in ("award_name", "award") if self.peek(name)]
        if len(names) > 1:
            self.say(Remark("bib-field", self.fields["award"], "award"))
        if (field := self.take("award_name", "award")) and self.text(field).lower() not in ("true", "false"):
            self.put(("award",), self.text(field, markdown=True), field)
        if field := self.take("selected"):
            self.put(("selected",), self.text(field).lower() if self.text(field) else "", field)
        for name in ("note", "annotation", "additional_info", "addendum"):
            if name in self.used or not (field := self.take(name)):
                continue
            text, authors = self.text(field, markdown=True).lstrip(". "), self.data.get("authors")
            starred = isinstance(authors, list) and any(
                isinstance(one, dict) and ("equal" in one or "marks" in one) for one in authors
            )
            if starred and "equal_note" not in self.data and LEGEND.search(text[:300]):
                self.put(("equal_note",), text, field)
                self.mark_equal(authors, text)
            elif "award" not in self.data and re.search(
                r"\b(?:award|best (?:student )?paper)\b", text, re.IGNORECASE
            ):
                self.put(("award",), text, field)
            elif "note" not in self.data:
                self.put(("note",), text, field)
            else:
                self.say(Remark("bib-field", field, name))

    def mark_equal(self, authors: Data, note: str) -> None:
        """Mark the authors whose sign the legend explains as equal contribution."""
        signs = {match[1] for match in re.finditer(r"([*†‡§¶#])[^*†‡§¶#]*(?:equal|contribut)", note, re.IGNORECASE)}
        for author in authors if isinstance(authors, list) else ():
            if isinstance(author, dict) and signs & set(str(author.get("marks", ""))):
                author["equal"] = "true"

    def tags(self) -> None:
        if field := self.take("keywords", "keyword", "tags"):
            words = (
                re.sub(r"[^a-z0-9_.:/+-]+", "-", word.lower()).strip("-")
                for word in re.split(r"[,;]", self.text(field))
            )
            self.put(("tags",), [word for word in dict.fromkeys(words) if 0 < len(word) <= 100], field)

    def own(self) -> None:
        """Read the `cvgen-…` fields, which override all others."""
        for name in [name for name in self.fields if name.startswith("cvgen-")]:
            self.used.add(name)
            field = self.fields[name]
            key, _, below = name.removeprefix("cvgen-").replace("_", "-").partition("-")
            path: YamlPath = (key, below.replace("-", "_")) if key in ("venue", "links") and below else ()
            path = path or (name.removeprefix("cvgen-").replace("-", "_"),)
            value = _structured(path[0], decode_tex(field.text)[0])
            for old in [old for old in self.origins if old[: len(path)] == path]:
                del self.origins[old]
            node: Any = self.data
            for part in path[:-1]:
                node = node.get(part) if isinstance(node.get(part), dict) else {}
            node.pop(path[-1], None)
            if value == {}:  # a venue of which nothing is known
                self.data[key] = {}
            self.put(path, value, field)
        for name in ("venue", "links"):
            if self.data.get(name) == {} and f"cvgen-{name}" not in self.fields:
                del self.data[name]


def _structured(name: str | int, text: str) -> Data:
    """Return what the JSON of the field `name` says, its scalars as text, or the text."""
    if (name not in (*_LISTS, "date", "hidden_until") and text != "{}") or text[:1] not in ("[", "{"):
        return text
    try:
        return _scalars(json.loads(text), 0)
    except (ValueError, RecursionError):
        return text


def _scalars(value: object, depth: int) -> Data:
    if depth > 3 or value is None:
        return None
    if isinstance(value, list):
        return [_scalars(item, depth + 1) for item in value]
    if isinstance(value, dict):
        return {str(key): _scalars(item, depth + 1) for key, item in value.items()}
    return json.dumps(value) if isinstance(value, bool | int | float) else str(value)
