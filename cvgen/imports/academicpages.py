"""academicpages and other Jekyll pages: publications.md, about.md, items of `_publications`, `_talks`, `_teaching`.

A page's list of works becomes a section; its front matter, Liquid and what stands around the list become the template
that an export puts the list into. A work in a comment is hidden. Lists that Liquid makes are refused.
"""

from __future__ import annotations

import html
import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from cvgen.diagnostics import Diagnostic, Severity, Span, YamlPath
from cvgen.errors import CvgenError, ProfileError
from cvgen.imports.entries import date_of, is_empty
from cvgen.imports.imported import Imported, Placed, lost, profile_of
from cvgen.imports.library import keyed
from cvgen.imports.work_lines import bold_names, is_title, logical_lines, read_work, unmarked
from cvgen.loading.profile import PUBLICATIONS_MARK
from cvgen.loading.synonyms import find_kind
from cvgen.sections import kind_of_form, shape_of
from cvgen.source import parse_yaml
from cvgen.values.names import split_marks
from cvgen.values.urls import UrlError, check_url

__all__ = ["DESCRIPTION", "HAS_LOCAL_LINKS", "import_content", "recognises"]

DESCRIPTION = "academicpages: publications.md, about.md, or an item of a collection; `--base` is the site's address"
HAS_LOCAL_LINKS = True

_FRONT = re.compile(r"\ufeff?---[ \t]*\r?\n(?P<yaml>.*?)\r?\n---[ \t]*(?:\r?\n|\Z)", re.DOTALL)
_LIQUID_LIST = re.compile(r"\{%-?\s*(?:for|bibliography|tablerow)\b")
_HEADING = re.compile(r"#{1,6}\s+(?P<text>.+?)\s*#*")
_YEAR = re.compile(r"(?:19|20)\d\d")
_AWARD = re.compile(r"\[(?P<date>(?:19|20)\d\d[^\]]{0,20})\]\s*(?P<title>.+)")
_SPELT = re.compile(r"(?i)e-?mail:\s*(?P<address>\S+ ?[(\[]at[)\]] ?.+|\S+@\S+)")
_ITEMS: Final = {"publications": "works", "talks": "talk", "teaching": "course"}
_WORK: Final = {
    "title": "title", "venue": "venue", "date": "date", "paperurl": "pdf", "slidesurl": "slides", "excerpt": "note",
}  # fmt: skip
_UNSAID = (
    "collection",
    "permalink",
    "layout",
    "author_profile",
    "redirect_from",
    "category",
    "citation",
    "bibtexurl",
)


def recognises(name: str, content: bytes) -> bool:
    """Tell a page by its front matter."""
    front = _FRONT.match(content[:20_000].decode("utf-8", "replace"))
    return (
        front is not None and re.search(r"^(?:permalink|layout|collection):", front["yaml"], re.MULTILINE) is not None
    )


def import_content(content: bytes, file: str, base: str = "") -> Imported:
    """Return the profile, or of an item of `_publications` the work; `base` is the address that local links continue.

    Raises `ProfileError` for a page that is no UTF-8, or whose list Liquid makes.
    """
    try:
        text = content.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError:
        raise _refused(file, 1, "this is not UTF-8 text", "save it as UTF-8 in your editor") from None
    page = _Page(text, file, base)
    if (liquid := _LIQUID_LIST.search(page.body)) is not None:
        hint = "import what it lists: an item of `_publications`, or the .bib file"
        raise _refused(file, page.line_of(liquid.start()), "Liquid makes this list when the site is built", hint)
    collection = str(page.front.get("collection") or "")
    if collection in _ITEMS:
        return _item(page, collection)
    return _publications(page) if page.has_works() else _about(page)


def _refused(file: str, line: int, message: str, hint: str) -> ProfileError:
    return ProfileError([Diagnostic("import-refused", Severity.ERROR, Span(file, line), message, (hint,))])


@dataclass(frozen=True, slots=True)
class _Paragraph:
    """Lines without an empty one between them, the first one's number, and whether a comment holds them."""

    lines: tuple[str, ...]
    number: int
    is_comment: bool = False

    @property
    def end(self) -> int:
        return self.number + len(self.lines)


class _Page:
    """A page: its front matter, its paragraphs, and what was lost of it."""

    def __init__(self, text: str, file: str, base: str) -> None:
        match = _FRONT.match(text)
        self.text, self.file, self.base = text, file, base
        self.offset = match.end() if match else 0
        self.body = text[self.offset :]
        self.losses: list[Diagnostic] = []
        self.lacks_base = False
        try:
            self.front: Mapping[str, Any] = parse_yaml((match["yaml"] if match else "").encode(), file).data
        except CvgenError:
            self.front = {}
        self.paragraphs = tuple(self._paragraphs())

    def line_of(self, offset: int) -> int:
        """Return the number of the line that a place of the body is in."""
        return self.text.count("\n", 0, self.offset + offset) + 1

    def span(self, path: YamlPath) -> Span:
        """Return the place of a line, `("line", 12)`."""
        number = next((step for step in reversed(path) if isinstance(step, int)), 1) if path[:1] == ("line",) else 1
        return Span(self.file, number)

    def lose(self, number: int, what: str) -> None:
        """Note what has no place."""
        shown = " ".join(what.split())
        self.losses.append(lost(Span(self.file, number), f"`{shown if len(shown) <= 60 else shown[:57] + '…'}`"))

    def lose_comments(self, comments: Sequence[_Paragraph]) -> None:
        """Note paragraphs in comments, one after the other."""
        span = Span(self.file, comments[0].number, 0, comments[-1].end - 1)
        self.losses.append(lost(span, "what stands in a comment"))

    def address(self, url: str) -> str | None:
        """Return the whole address of a link; None for one within a site whose address is not known."""
        whole = url
        if url.startswith("/") and not url.startswith("//"):
            whole = self.base.rstrip("/") + url if self.base else ""
            self.lacks_base = not self.base
        try:
            return check_url(whole) if whole else None
        except UrlError:
            return None

    def has_works(self) -> bool:
        """Tell whether it lists works: titles in bold with lines below."""
        return any(len(one.lines) > 1 and is_title(logical_lines(one.lines)[0]) for one in self.paragraphs)

    def profile(self, name: str, sections: Sequence[Mapping[str, Any]], **more: Any) -> Imported:  # noqa: ANN401 - data
        """Return the profile, with all that was lost."""
        person = {"name": name or "Unknown", **more.pop("person", {})}
        if self.base:
            person["homepage"] = self.base
        if self.lacks_base:
            hint = "name it: `--base https://ada.example.org`"
            message = "links within the site need its address, and are left out"
            self.losses.append(Diagnostic("import-loss", Severity.NOTE, Span(self.file), message, (hint,)))
        imported = profile_of({"person": person, **more, "sections": list(sections)}, self.span)
        return replace(imported, losses=(*self.losses, *imported.losses))

    def _paragraphs(self) -> Iterator[_Paragraph]:
        held: list[str] = []
        first = self.line_of(0)
        inside = False
        for number, line in enumerate(self.body.split("\n"), first):
            opens, closes = "<!--" in line and not inside, "-->" in line
            if opens and held:
                yield _Paragraph(tuple(held), number - len(held))
                held = []
            inside = inside or opens
            if line.strip() or inside:
                held.append(line)
            is_heading = not inside and _HEADING.fullmatch(line.strip()) is not None
            if held and (is_heading or (inside and closes) or (not inside and not line.strip())):
                yield from _parted(held, number + (1 if line.strip() or inside else 0) - len(held), is_comment=inside)
                held = []
            inside = inside and not closes
        if held:
            yield from _parted(held, number + 1 - len(held), is_comment=inside)


def _parted(lines: Sequence[str], number: int, *, is_comment: bool) -> Iterator[_Paragraph]:
    """Yield paragraphs: those of a comment without its marks, a heading apart from what stands above it."""
    if is_comment:
        text = re.sub(r"^\s*<!--|-->\s*$", "", "\n".join(lines))
        at = number
        for part in text.split("\n\n"):
            rows = part.split("\n")
            if part.strip():
                yield _Paragraph(tuple(row for row in rows if row.strip()), at, is_comment=True)
            at += len(rows) + 1
        return
    if len(lines) > 1 and _HEADING.fullmatch(lines[-1].strip()):
        yield _Paragraph(tuple(lines[:-1]), number)
        yield _Paragraph((lines[-1],), number + len(lines) - 1)
        return
    yield _Paragraph(tuple(lines), number)


# --- Lists of works -------------------------------------------------------------------------------------------------


def _publications(page: _Page) -> Imported:
    entries: list[Placed] = []
    year, names = "", []
    first = last = 0
    for paragraph in page.paragraphs:
        lines = logical_lines(paragraph.lines)
        heading = _HEADING.fullmatch(lines[0]) if len(lines) == 1 else None
        if heading and (_YEAR.fullmatch(heading["text"]) or first):
            year = heading["text"] if _YEAR.fullmatch(heading["text"]) else ""
            if not year:
                page.lose(paragraph.number, lines[0])
        elif lines and is_title(lines[0]) and len(lines) > 1:
            names += [name for line in lines[1:2] for name in bold_names(line)]
            entries.append(_work(page, paragraph, lines, year))
        else:
            continue
        first = first or paragraph.number
        last = paragraph.end
    _lose_between(page, first, last)
    section = {"kind": kind_of_form("works"), "group_by": "year", "sort": "manual", "links": True, "entries": entries}
    rows = page.text.split("\n")
    template = "\n".join([*rows[: first - 1], PUBLICATIONS_MARK, *rows[last - 1 :]])
    name = max(names, key=names.count, default="")
    for entry in entries:
        authors = entry.get("authors", ())
        if authors and not any(split_marks(author)[0] in names for author in authors):
            entry["not_me"] = True  # the page has no name in bold there
    aliases = sorted({other for other in names if other != name})
    person = {"person": {"aliases": aliases}} if aliases else {}
    return page.profile(name, [section], pages={"publications": template}, **person)


def _work(page: _Page, paragraph: _Paragraph, lines: Sequence[str], year: str) -> Placed:
    work = read_work(lines, page.address, lambda what: page.lose(paragraph.number, what))
    when = work.get("date")
    printed = str(when["sort"] if isinstance(when, dict) else when or "")
    if year and year not in printed:
        work["group_year"] = year
    if paragraph.is_comment:
        work["hidden"] = True
    place: YamlPath = ("line", paragraph.number)
    return Placed(place, work, dict.fromkeys(work, place))


def _lose_between(page: _Page, first: int, last: int) -> None:
    """Note lines among the works that are neither a work nor a year."""
    for paragraph in page.paragraphs:
        if first <= paragraph.number < last:
            lines = logical_lines(paragraph.lines)
            if not (lines and (is_title(lines[0]) and len(lines) > 1)) and not _HEADING.fullmatch(lines[0]):
                page.lose(paragraph.number, " ".join(lines))


# --- Items of collections -------------------------------------------------------------------------------------------


def _item(page: _Page, collection: str) -> Imported:
    kind = kind_of_form(_ITEMS[collection])
    shape = shape_of(kind)
    names: Mapping[str, str] = _WORK
    if collection != "publications":
        names = {"title": shape.title, "date": "date", "venue": shape.organization[0], "location": shape.location}
        names = {**names, "type": "role"}
    fields: dict[str, Any] = {}
    for key, value in page.front.items():
        if is_empty(value) or key in _UNSAID:
            continue
        if key not in names:
            page.lose(1 + _row(page, key), f"{key}: {value}")
            continue
        fields[names[key]] = date_of(value) if key == "date" else str(value)
    links = {name: whole for name in ("pdf", "slides") if name in fields and (whole := page.address(fields[name]))}
    for name in {"pdf", "slides"} & set(fields) - set(links):
        page.lose(1 + _row(page, f"{name}url"), fields[name])
    if collection != "publications":
        for paragraph in page.paragraphs:
            page.lose(paragraph.number, " ".join(paragraph.lines))
        return page.profile("", [{"kind": kind, "entries": [Placed(("line", 1), fields)]}])
    work = {name: value for name, value in fields.items() if name not in ("pdf", "slides")}
    work |= {"links": links} if links else {}
    rows = [row for paragraph in page.paragraphs for row in logical_lines(paragraph.lines)]
    if rows and not _HEADING.match(rows[0]):
        read = read_work([f"**{work.get('title', '')}**", *rows], page.address, lambda what: page.lose(1, what))
        precise = {name: value for name, value in read.items() if name != "title"}
        work |= {**precise, "links": {**links, **precise.get("links", {})}} if precise else {}
    imported = keyed([("", work)], page.file)
    return replace(imported, losses=(*page.losses, *imported.losses))


def _row(page: _Page, key: str) -> int:
    """Return the index of the line of the front matter that a key begins."""
    rows = page.text.split("\n")
    return next((index for index, row in enumerate(rows) if row.startswith(f"{key}:")), 0)


# --- Pages about a person -------------------------------------------------------------------------------------------


def _about(page: _Page) -> Imported:
    person: dict[str, Any] = {}
    bio: list[str] = []
    sections: list[dict[str, Any]] = []
    title = ""
    shown: list[_Paragraph] = []
    held: list[_Paragraph] = []

    def close() -> None:
        if title and held:
            sections.append(_section(page, title, held))
        held.clear()

    for is_comment, group in itertools.groupby(page.paragraphs, lambda one: one.is_comment):
        if is_comment:
            page.lose_comments(list(group))
            continue
        shown += group
    for paragraph in shown:
        text = "\n".join(paragraph.lines)
        lines = _lines_of_html(text)
        heading = _HEADING.fullmatch(lines[0]) if lines else None
        if heading and not lines[0].startswith("###"):
            close()
            title, lines = unmarked(heading["text"]), lines[1:]
        if lines and title:
            held.append(_Paragraph(tuple(lines), paragraph.number))
        elif lines and (email := _SPELT.fullmatch(lines[0])):
            person["email"] = _address(email["address"])
        elif lines:
            bio.append(_linked(page, paragraph.number, "\n".join(lines)))
    close()
    if bio:
        person["bio"] = "\n\n".join(bio)
    named = unmarked(str(page.front.get("title") or ""))
    return page.profile(named if not find_kind(named) else "", sections, person=person)


def _section(page: _Page, title: str, held: Sequence[_Paragraph]) -> dict[str, Any]:
    """Return a section: works, honors with their years, or the text as it is."""
    kind = find_kind(title.split()[0]) or find_kind(title.split()[-1]) or find_kind(title)
    rows = [row for paragraph in held for row in paragraph.lines]
    bullets = [re.sub(r"^[-*•+]\s+", "", row) for row in rows]
    awards = [_AWARD.fullmatch(unmarked(bullet)) for bullet in bullets]
    if kind and shape_of(kind).form == "award" and all(awards):
        entries = [{shape_of(kind).title: one["title"], "date": date_of(one["date"])} for one in awards if one]
        return {"kind": kind, "title": title, "entries": entries}
    if kind and shape_of(kind).form == "works" and any(is_title(paragraph.lines[0]) for paragraph in held):
        works = [_work(page, one, logical_lines(one.lines), "") for one in held if is_title(one.lines[0])]
        for one in held:
            if not is_title(one.lines[0]):
                page.lose(one.number, " ".join(one.lines))
        return {"kind": kind, "title": title, "links": True, "entries": works}
    parts = ["\n".join(re.sub(r"^[*•+]\s+", "- ", row) for row in paragraph.lines) for paragraph in held]
    text = "\n\n".join(_linked(page, one.number, part) for one, part in zip(held, parts, strict=True))
    return {"kind": kind_of_form("prose"), "title": title, "text": text}


def _lines_of_html(text: str) -> list[str]:
    """Return a paragraph's lines as Markdown: headings and links of HTML are Markdown's, other tags go."""
    text = re.sub(r"(?is)<a\b[^>]*?href=[\"']([^\"'>]*)[\"'][^>]*>(.*?)</a>", r"[\2](\1)", text)
    text = re.sub(r"(?is)<h([1-6])\b[^>]*>(.*?)</h\1>", _hashes, text)
    text = re.sub(r"(?i)<br\s*/?>|</(?:div|p|li)>", "  \n", text)
    text = html.unescape(re.sub(r"</?[a-zA-Z][^<>]*>", "", text)).replace("\u2003", " ").replace("\xa0", " ")
    rows = (row if row.endswith("  ") else row.rstrip() for row in text.split("\n"))
    return [row.lstrip() for row in rows if row.strip() and not re.fullmatch(r"\s*-{3,}\s*", row)]


def _hashes(match: re.Match[str]) -> str:
    words = " ".join(re.sub(r"<[^<>]*>", " ", match[2]).split())
    return f"\n{'#' * int(match[1])} {words}\n"


def _linked(page: _Page, number: int, text: str) -> str:
    """Return Markdown whose links have whole addresses; of the others only the words stay."""

    def link(match: re.Match[str]) -> str:
        whole = page.address(match[2])
        if whole is None and match[2] not in ("#", ""):
            page.lose(number, match[2])
        return f"[{match[1]}]({whole})" if whole else match[1]

    text = re.sub(r"\[([^\[\]]*)\]\(([^()\s]*(?:\([^()\s]*\)[^()\s]*)*)\)", link, text)
    return re.sub(r"^#{1,6}\s+(.+?)\s*$", r"**\1**\n", text, flags=re.MULTILINE).strip()


def _address(spelt: str) -> str:
    """Return an e-mail address that is spelt for readers.

    >>> _address("chaojin (at) pku (dot) edu (dot) cn")
    'chaojin@pku.edu.cn'
    """
    return re.sub(r"\s*[(\[]dot[)\]]\s*", ".", re.sub(r"\s*[(\[]at[)\]]\s*", "@", spelt)).strip()
