"""The text of a page or a CV without data of its own: plain text, Markdown, HTML, what is in a PDF.

Headings say what stands below them, dates and blank lines where an entry ends. What is read becomes entries; a
section that is prose, or nothing but bullets, stays as it is written; the rest is a loss at its line.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from cvgen.comparison.places import parse_place
from cvgen.diagnostics import Diagnostic, Severity, Span, YamlPath
from cvgen.document.locale import load_locale
from cvgen.errors import ProfileError
from cvgen.imports.entries import date_of
from cvgen.imports.imported import Imported, Placed, lost, profile_of
from cvgen.imports.page_lists import find_author_lists, find_dates
from cvgen.imports.text_page import BULLET, TextPage, parse_page
from cvgen.imports.work_lines import read_work
from cvgen.sections import kind_of_form, kinds, load_kind, shape_of
from cvgen.sections.base import entry_model
from cvgen.source.positions import MAX_SCALAR
from cvgen.values.dates import canonical
from cvgen.values.names import fold_name, split_marks
from cvgen.values.urls import UrlError, check_url

__all__ = ["DESCRIPTION", "import_content", "import_page", "recognises"]

DESCRIPTION = "the text of a page or a CV: .txt, .md, .html, or a PDF without its profile; read as far as it can be"

_SUFFIXES = (".txt", ".text", ".md", ".markdown", ".html", ".htm")
_EMAIL = re.compile(r"[\w.+-]+(?:@| ?\(at\) ?)[\w-]+(?:(?:\.| ?\(dot\) ?)[\w-]+)+")
_AWARD = re.compile(r"\[?(?P<date>(?:19|20)\d\d(?: ?[-–] ?(?:19|20)\d\d)?)\]?[\s:,]+(?P<title>\S.*)")
_BRACKETS = re.compile(r"\s*[\[(]?\s*$")
_FOOT = re.compile(r"(?i)\b(?:curriculum vitae|r[ée]sum[ée])\b.*\d\s*$")
_SHORT = re.compile(r"^(?P<venue>[A-Z][\w/-]*['’]\d\d) (?=\S)")
_LEGEND = re.compile(r"\s*\(?[^()\w]*(?:indicates )?(?:equal|co-first)[^()]*contribution[^()]*\)?\s*$", re.IGNORECASE)
_LINKS = re.compile(r"(?:\W*(?:PDF|Slides|Code|Video|Poster|DOI|arXiv)\b)+\W*", re.IGNORECASE)


def recognises(name: str, content: bytes) -> bool:
    """Tell a text by its name; any other import is tried before."""
    return name.lower().endswith(_SUFFIXES)


def import_content(content: bytes, file: str) -> Imported:
    """Return what could be read of a page. Raises `ProfileError` for what is no UTF-8."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        hint = "save it as UTF-8 in your editor"
        error = Diagnostic("import-refused", Severity.ERROR, Span(file), "this is not UTF-8 text", (hint,))
        raise ProfileError([error]) from None
    return import_page(parse_page(text.replace("\r\n", "\n"), file))


def import_page(page: TextPage) -> Imported:
    """Return what could be read of a page, as a profile."""
    return _Reader(page).profile()


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of a page: its place, its text without a bullet's sign, and whether it is a bullet."""

    start: int
    end: int
    text: str
    is_bullet: bool


class _Reader:
    """Reads a page section by section."""

    def __init__(self, page: TextPage) -> None:
        self.page = page
        self.losses: list[Diagnostic] = []
        self.lists = find_author_lists(page)
        self.owner = ""
        self.kept_urls: set[str] = set()

    def span(self, path: YamlPath) -> Span:
        """Return the place of a stretch, `("text", start, end)`."""
        return self.page.span(int(path[1]), int(path[2])) if path[:1] == ("text",) else Span(self.page.file)

    def lose(self, line: _Line) -> None:
        """Note a line that has no place."""
        self.losses.append(lost(self.page.span(line.start, line.end), f"`{line.text[:60]}`"))

    def profile(self) -> Imported:
        """Return the profile, with all that was lost."""
        heads = [head for head in self.page.headings if head.kind and not self.page.is_hidden(head.start)]
        first = heads[0].start if heads else len(self.page.text)
        person, bio = self._person(list(self._lines(0, first)))
        if person["name"] == "Unknown":
            self._take_the_common_author(person)
        self.owner = fold_name(person["name"])
        sections: list[dict[str, Any]] = []
        for number, head in enumerate(heads):
            after = heads[number + 1].start if number + 1 < len(heads) else len(self.page.text)
            title = " ".join(self.page.text[head.start : head.end].split())
            if made := self._section(title, head.kind, list(self._lines(head.end, after))):
                sections.append(made)
        if bio:
            person["bio"] = "\n\n".join(bio)
        for link in self.page.links:
            words = self.page.text[link.start : link.end]
            if (
                link.url not in (*self.kept_urls, "#")
                and link.url not in words
                and not self.page.is_hidden(link.start)
            ):
                self.losses.append(lost(self.page.span(link.start, link.end), f"the address `{link.url}`"))
        for start, end in self.page.hidden:
            if text := self.page.text[start:end].strip():
                self.losses.append(lost(self.page.span(start, end), f"what stands in a comment, `{text[:40]}`,"))
        imported = profile_of({"person": person, "sections": sections}, self.span)
        return replace(imported, losses=(*self.losses, *imported.losses))

    def _lines(self, first: int, last: int) -> Iterator[_Line]:
        for start, end in self.page.open_lines():
            if first <= start and end <= last + 1:
                text = self.page.text[start:end]
                bullet = BULLET.match(text)
                words = " ".join((bullet["text"] if bullet else text).split())
                if any(map(str.isalnum, words)) and not _FOOT.search(words):
                    yield _Line(start, end, words, bullet is not None)
                elif words.strip("-–—_=*·•|<> #"):
                    self.lose(_Line(start, end, words, is_bullet=False))

    def _person(self, lines: Sequence[_Line]) -> tuple[Placed, list[str]]:
        """Return what the top of a page says: the name first, then where to write to, then sentences."""
        person: dict[str, Any] = {"name": "Unknown"}
        keys: dict[str, YamlPath] = {}
        bio: list[str] = []
        for line in lines:
            name = split_marks(line.text.strip("#* "))[0]
            if person["name"] == "Unknown" and not line.is_bullet and _is_name(name):
                person["name"], field = name, "name"
            elif (email := _EMAIL.search(line.text)) and "email" not in person:
                address = re.sub(r" ?\(dot\) ?", ".", re.sub(r" ?\(at\) ?", "@", email[0]))
                person["email"], field = address, "email"
                rest = line.text.replace(email[0], "").strip(" |:,✉")
                if len(rest.split()) > 1 or (rest and rest.lower().rstrip(":") not in ("email", "e-mail", "mail")):
                    person.setdefault("facts", []).append({"text": rest})
                    keys["facts"] = ("text", line.start, line.end)
            elif len(line.text.split()) > 7:
                bio.append(line.text)
                field = "bio"
            else:
                person.setdefault("facts", []).append({"text": line.text})
                field = "facts"
            keys.setdefault(field, ("text", line.start, line.end))
        return Placed((), person, keys), bio

    def _take_the_common_author(self, person: dict[str, Any]) -> None:
        """Take the one author of all works for the page's person, where the page has no name."""
        rows = [{split_marks(name)[0] for name in one.names} for one in self.lists if len(one.names) > 2]
        common = set.intersection(*rows) if len(rows) > 2 else set()
        if len(common) == 1:
            (person["name"],) = common
            message = f"the page does not begin with a name; `{person['name']}`, an author of all its works, is taken"
            self.losses.append(Diagnostic("import-name", Severity.NOTE, Span(self.page.file), message))

    # --- sections ---------------------------------------------------------------------------------------------------

    def _section(self, title: str, kind: str, lines: Sequence[_Line]) -> dict[str, Any] | None:
        if not lines:
            return None
        head = {"title": title} if title else {}
        form = shape_of(kind).form if kind in kinds() else "prose"
        if form == "works" and (works := list(self._works(lines))):
            return {"kind": kind, **head, "links": True, "entries": works}
        if form == "award" and (awards := self._awards(kind, lines)):
            return {"kind": kind, **head, "entries": awards}
        if form in ("position", "degree") and not all(line.is_bullet for line in lines):
            return {"kind": kind, **head, "entries": list(self._posts(kind, lines))}
        # One text holds so much; what is longer is a list that the page prints as paragraphs.
        if all(line.is_bullet for line in lines) or len(_prose(lines)) > MAX_SCALAR:
            return {"kind": kind_of_form("prose"), **head, "highlights": [line.text for line in lines]}
        return {"kind": kind_of_form("prose"), **head, "text": _prose(lines)}

    def _awards(self, kind: str, lines: Sequence[_Line]) -> list[Placed]:
        """Return awards where every line is one, with its year before it."""
        title = shape_of(kind).title
        found = [(line, _AWARD.fullmatch(line.text)) for line in lines]
        if not all(match for _, match in found):
            return []
        return [
            Placed(("text", line.start, line.end), {title: match["title"], "date": _years(match["date"])})
            for line, match in found
            if match
        ]

    def _posts(self, kind: str, lines: Sequence[_Line]) -> Iterator[Placed]:
        """Yield degrees or posts: what is where, and when; an entry ends where one that has a date is over."""
        shape, known = shape_of(kind), tuple(entry_model(load_kind(kind).MODEL).model_fields)  # type: ignore[union-attr]
        for entry in self._entries(lines):
            plain = [line for line in entry if not line.is_bullet]
            fields: dict[str, Any] = {}
            texts: list[str] = []
            for line in plain:
                dates = find_dates(self.page, line.start, line.end)
                words = line.text
                if dates and "date" not in fields:
                    when, start, end = dates[0]
                    fields["date"] = canonical(when)
                    written = " ".join(self.page.text[start:end].split())
                    words = _BRACKETS.sub("", words.replace(written, " ").strip(" ,|·()[]–-"))
                if words and "location" in known and "location" not in fields and texts and _is_place(words):
                    fields["location"] = words
                elif words:
                    texts.append(words)
            for name, text in zip((shape.organization[0], shape.title), texts, strict=False):
                fields[name] = text
            bullets = [*texts[2:], *(line.text for line in entry if line.is_bullet)]
            if bullets:
                fields["highlights"] = bullets
            if plain:
                place: YamlPath = ("text", plain[0].start, plain[-1].end)
                yield Placed(place, fields, dict.fromkeys(fields, place))
            else:
                for line in entry:
                    self.lose(line)

    def _entries(self, lines: Sequence[_Line]) -> Iterator[list[_Line]]:
        held: list[_Line] = []
        is_dated = False
        for line in lines:
            if held and is_dated and not line.is_bullet:
                yield held
                held, is_dated = [], False
            held.append(line)
            is_dated = is_dated or (not line.is_bullet and bool(find_dates(self.page, line.start, line.end)))
        if held:
            yield held

    # --- works ------------------------------------------------------------------------------------------------------

    def _works(self, lines: Sequence[_Line]) -> Iterator[Placed]:
        """Yield works: a line of names belongs to the title above it, the lines between are venue, place and date."""
        starts = [number for number, line in enumerate(lines) if self._names(line)]
        tops = self._tops(lines, starts)
        for line in lines[: tops[0]] if tops else lines:
            self.lose(line)
        for number, (top, names) in enumerate(zip(tops, starts, strict=True)):
            stop = tops[number + 1] if number + 1 < len(tops) else len(lines)
            title, authors = lines[top], lines[names]
            others = [line for at, line in enumerate(lines[top:stop], top) if at not in (top, names)]
            if top == names:
                for line in (title, *others):
                    self.lose(line)
                continue
            yield self._work(title, authors, others)

    def _tops(self, lines: Sequence[_Line], starts: Sequence[int]) -> list[int]:
        """Return where each work begins.

        Where authors stand directly below the first title, they do so below all; else the first line that is a title
        comes after the names of the work before, and venue, place and date between.
        """
        is_direct = bool(starts) and starts[0] == 1
        tops: list[int] = []
        for number, names in enumerate(starts):
            top = starts[number - 1] + 1 if number else 0
            if is_direct:
                top = max(top, names - 1)
            else:
                while top < names and not self._may_be_title(lines[top]):
                    top += 1
            tops.append(top)
        return tops

    def _may_be_title(self, line: _Line) -> bool:
        goes_on = any(one.start < line.start < one.end for one in self.lists)
        return not (line.is_bullet or goes_on or _LINKS.fullmatch(line.text) or _LEGEND.fullmatch(line.text))

    def _written(self, line: _Line) -> str:
        """Return a line with its stars, which mark authors; as it is read where tags stand in it."""
        start = self.page.at[line.start]
        raw = self.page.raw[start:].partition("\n")[0].strip()
        bullet = BULLET.match(raw)
        return line.text if "<" in raw else bullet["text"] if bullet else raw

    def _names(self, line: _Line) -> bool:
        return any(
            line.start <= one.start < line.end and one.start - line.start < 12 and len(one.names) > 1
            for one in self.lists
        )

    def _work(self, title: _Line, authors: _Line, others: Sequence[_Line]) -> Placed:
        place: YamlPath = ("text", title.start, others[-1].end if others else authors.end)
        kept: dict[str, Any] = {}
        names = _LEGEND.sub("", self._written(authors)).rstrip("<> ")
        legends = [line.text for line in others if _LEGEND.fullmatch(line.text)]
        if legends and "*" not in names:
            self.losses.append(lost(self.page.span(*place[1:]), f"`{legends[0]}`"))  # type: ignore[arg-type]
        more = [line for line in others if any(one.start < line.start < one.end for one in self.lists)]
        names = ", ".join([names.rstrip(", "), *(line.text for line in more)])
        own = [line.text for line in others if line not in more and line.text not in legends]
        own = [_SHORT.sub(r"\g<venue>\n", text) for text in own if not _LINKS.fullmatch(text)]
        parts = [part for text in own for part in text.split("\n")]
        status, parts = _status([_undotted(part) for part in parts])
        venue = ", ".join(dict.fromkeys(sorted(parts, key=_order)))
        kept |= {"status": status} if status else {}
        kept |= read_work([f"**{title.text}**", names], lambda url: None, lambda what: None)
        if parts:
            read = read_work([f"**{title.text}**", "A", f"*{venue}*"], lambda url: None, lambda what: None)
            kept |= {name: value for name, value in read.items() if name not in ("title", "authors")}
            if status and "status_text" in kept:
                kept["date"] = date_of(kept.pop("status_text"))
            if isinstance(kept.get("date"), dict):  # as it is printed; here it is read
                kept["date"] = date_of(kept["date"]["text"])
        links = {}
        for link in self.page.links:
            label = self.page.text[link.start : link.end].strip(" []").lower()
            if title.start <= link.start <= place[2] and label in ("pdf", "slides", "code", "video", "poster"):  # type: ignore[operator]
                with contextlib.suppress(UrlError):
                    links[label] = check_url(link.url)
                    self.kept_urls.add(link.url)
        if links:
            kept["links"] = links
        if kept.get("authors") and not any(fold_name(split_marks(one)[0]) == self.owner for one in kept["authors"]):
            kept["not_me"] = True
        return Placed(place, kept, dict.fromkeys(kept, place))


def _years(text: str) -> str:
    return re.sub(r" ?[-–] ?", "/", text)


def _prose(lines: Sequence[_Line]) -> str:
    """Return lines as paragraphs, and bullets that follow each other as one list."""
    text = ""
    for number, line in enumerate(lines):
        joined = "\n" if line.is_bullet and number and lines[number - 1].is_bullet else "\n\n"
        text += (joined if text else "") + (f"- {line.text}" if line.is_bullet else line.text)
    return text


def _undotted(part: str) -> str:
    """Return a part of a reference without the dot that ends it; that of an abbreviation stays."""
    part = part.strip(" ,")
    return part if re.search(r"\b[A-Z]\.$", part) else part.rstrip(".")


def _status(parts: Sequence[str]) -> tuple[str, list[str]]:
    """Return the status that a part begins with, and what is left."""
    words = {text.lower(): status for status, text in load_locale("en").table["status"].items()}
    for number, part in enumerate(parts):
        for text, status in words.items():
            if part.lower().startswith(text):
                rest = part[len(text) :].strip(" .,")
                return status, [*parts[:number], *([rest] if rest else []), *parts[number + 1 :]]
    return "", list(parts)


def _order(part: str) -> int:
    """Put venue, place and date into the order of a reference."""
    if _is_place(part):
        return 1
    return 2 if re.fullmatch(r"[\w. ]{0,12}(?:19|20)\d\d", part) else 0


def _is_name(text: str) -> bool:
    words = text.split()
    return 2 <= len(words) <= 4 and all(word[0].isupper() for word in words) and not re.search(r"[\d,·|@:]", text)


def _is_place(text: str) -> bool:
    town, comma, _ = text.partition(", ")
    return bool(comma) and len(text) < 45 and bool(town) and bool(parse_place(text).country)
