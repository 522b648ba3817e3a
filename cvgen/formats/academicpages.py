"""The academicpages template for Jekyll: publications.md, about.md and the collections that its layouts list.

The shapes are those of academicpages.github.io: front matter of `_publications`, `_talks` and `_teaching`, and pages
below `_pages`. What stands between two marks is made anew at each export; all else in an existing page stays.
"""

from __future__ import annotations

import datetime
import html
from collections.abc import Iterator, Mapping
from dataclasses import replace

import yaml

from cvgen.composer import compose, compose_works, words_of
from cvgen.document import nodes as doc
from cvgen.document.inline import line
from cvgen.document.locale import Locale
from cvgen.formats.markdown import escape, markdown_blocks, markdown_line
from cvgen.loading.profile import PUBLICATIONS_MARK, Profile
from cvgen.outputs import MADE_BY, marked, merge_marked
from cvgen.profile.entry import Dated, span_of
from cvgen.profile.selection import SelectedWork, year_of
from cvgen.profile.work_keys import keyed_works
from cvgen.profile.works import (
    Venue,
    Work,
    status_of,
)
from cvgen.sections import kind_of_form, shape_of
from cvgen.values import dates
from cvgen.values.names import fold_name, split_marks
from cvgen.visibility import ShownEntry, public_works, shown_entries

__all__ = ["DESCRIPTION", "HAS_COMMENTS", "SUFFIXES", "write_folder"]

DESCRIPTION = "pages and collections of an academicpages site; with `-o FOLDER/` into an existing one"
SUFFIXES = ()

_CATEGORIES = {"journal": "manuscripts", "conference": "conferences", "workshop": "conferences", "book": "books"}
_COLLECTIONS = {"talk": "talks", "course": "teaching"}


HAS_COMMENTS = True


def write_folder(profile: Profile, variant: str | None = None, *, hidden: bool = False) -> Mapping[str, str]:
    """Return the pages and the items of the collections, by path; with `hidden`, hidden works in comments."""
    site = _Site(profile, variant)
    works = site.works()
    listed = site.works(hidden=True) if hidden else works
    files = {"_pages/publications.md": site.publications(listed), "_pages/about.md": site.about()}
    keyed = keyed_works(works)
    for (key, work), block in zip(keyed.items(), compose_works(profile, list(keyed.values())), strict=True):
        files |= [site.publication(key, work, block)]
    for shown in shown_entries(profile, variant=variant, output="homepage"):
        if collection := _COLLECTIONS.get(shape_of(shown.section.kind).form):
            files |= [site.item(collection, shown)]
    return files


class _Site:
    """The site of one person."""

    def __init__(self, profile: Profile, variant: str | None) -> None:
        self.profile, self.variant = profile, variant
        self.words: Locale = replace(words_of(profile, variant), months="long")
        home = profile.person.homepage
        self.base = home[0].rstrip("/") + "/" if home else ""

    def works(self, *, hidden: bool = False) -> list[SelectedWork]:
        """Return all works that a CV or a homepage lists, each once, the newest first.

        Those of one year stand as the profile lists them, if one section has them all.
        """
        found: dict[str, SelectedWork] = {}
        for selected in public_works(self.profile, self.variant, hidden=hidden):
            found.setdefault(selected.key or fold_name(selected.work.title), selected)
        sections = [section for section in self.profile.file.sections if shape_of(section.kind).form == "works"]
        is_listed = len(sections) == 1 and sections[0].sort == "manual" and not getattr(sections[0], "select", None)
        return sorted(found.values(), key=lambda one: _age(one.work)[: 1 if is_listed else None])

    def local(self, url: str) -> str:
        """Return an address as it is written on the person's own site."""
        return url.removeprefix(self.base.rstrip("/")) if self.base and url.startswith(self.base) else url

    # --- the page of publications -----------------------------------------------------------------------------------

    def publications(self, works: list[SelectedWork]) -> str:
        """Return the page that lists all works by year."""
        parts: list[str] = []
        year: object = ""
        shown = [one.work.model_copy(update={"hidden": False}) for one in works]
        for selected, block in zip(works, compose_works(self.profile, shown), strict=True):
            if year_of(selected.work) != year:
                year = year_of(selected.work)
                parts.append(f"## {year or self.words.word('undated', 'works')}")
            lines = list(self.entry(selected.work, block))
            if selected.work.hidden:
                lines += [] if _has_links(block) else ["[**[PDF]()**]"]  # for the link that the draft lacks yet
                lines = [f"<!-- {lines[0].replace('--', '- -')}", *(line.replace("--", "- -") for line in lines[1:])]
                lines[-1] += " -->"
            parts.append("  \n".join(lines))
        pages = self.profile.file.pages
        if pages and pages.publications:
            return _framed(pages.publications, "\n\n".join(parts))
        head = {"layout": "archive", "title": self.words.title(kind_of_form("works")), "permalink": "/publications/"}
        text = marked("publications", "\n\n".join(parts))
        return f"{_front({**head, 'author_profile': True})}\n{{% include base_path %}}\n\n{text}"

    def entry(self, work: Work, block: doc.WorkBlock) -> Iterator[str]:
        """Yield the lines of a work: title, authors, legend, venue, links."""
        yield markdown_line(line(work.title), sign="**")
        for text in (_signs_apart(block.authors), block.legend):
            if text:
                yield markdown_line(text)
        yield f"*{self.venue(work)}.*"
        for text in (block.award, *block.notes):
            if text:
                yield markdown_line(text)
        links = [inline for inline in block.links.inlines if isinstance(inline, doc.Link)]
        if links:
            shown = ((_label(link), self.local(link.url)) for link in links)
            yield " ".join(f"[**[{label}]({url})**]" for label, url in shown)

    def venue(self, work: Work) -> str:
        """Return `ACM … ([**SIGCOMM 2023**](…)), New York City, September 2023`, or the work's status."""
        status, venue = status_of(work), work.venue or Venue()
        if work.status_text:
            return markdown_line(line(work.status_text))
        name = " ".join(markdown_line(line(part)) for part in (venue.prefix, venue.name) if part)
        if not name and not venue.acronym:
            return escape(self.words.word(status, "status"))
        short = f"{venue.acronym} {venue.year}" if venue.acronym and venue.year else venue.acronym or ""
        if short:
            label = f"[**{escape(short)}**]({venue.url})" if venue.url else escape(short)
            name = f"{name} ({label})" if name else label
        before, _, after = self.words.word(status, "status_at").partition("{venue}")
        place = markdown_line(line(work.location)) if work.location else ""
        return ", ".join(filter(None, (f"{escape(before)}{name}{escape(after)}", place, self.date(work.date))))

    def date(self, when: dates.When | None) -> str:
        return escape(self.words.date(when)) if when is not None else ""

    # --- the page about the person ----------------------------------------------------------------------------------

    def about(self) -> str:
        """Return the front page: the biography, and what the homepage shows."""
        person = self.profile.person
        document = compose(self.profile, variant=self.variant, output="homepage")
        bio = [markdown_line(paragraph) for paragraph in _paragraphs(person.bio)]
        emails = [f"Email: {_spelt(one)}" for one in person.email]
        parts = [*bio, *map(escape, emails)]
        for section in document.sections:
            parts += [f"## {markdown_line(section.title)}"] if section.title else []
            parts += markdown_blocks(section.blocks)
        head = {"permalink": "/", "title": str(person.name), "excerpt": "About me", "author_profile": True}
        text = "\n\n".join(parts)
        front = _front({**head, "redirect_from": ["/about/", "/about.html"]})
        return f"{front}\n{marked('about', text)}"

    # --- collections ------------------------------------------------------------------------------------------------

    def publication(self, key: str, work: Work, block: doc.WorkBlock) -> tuple[str, str]:
        """Return the path and the text of a work of the collection."""
        day, slug = _day(work.date), _slug(key)
        links = {} if work.links is None else dict(work.links)
        fields = {
            "title": _plain(work.title),
            "collection": "publications",
            "category": _CATEGORIES.get((work.venue.kind if work.venue else None) or "", "manuscripts"),
            "permalink": f"/publication/{day}-{slug}",
            "excerpt": _plain(work.note),
            "date": day,
            "venue": doc.plain(block.venue),
            "paperurl": self.local(links.get("pdf") or links.get("html") or ""),
            "slidesurl": self.local(links.get("slides") or ""),
            "citation": _citation(block, year_of(work)),
        }
        body = "  \n".join(list(self.entry(work, block))[1:])
        return f"_publications/{day}-{slug}.md", _item(fields, body)

    def item(self, collection: str, shown: ShownEntry) -> tuple[str, str]:
        """Return the path and the text of a talk or a course."""
        entry, shape = shown.entry, shape_of(shown.section.kind)
        title = _plain(getattr(entry, shape.title))
        when = span_of(entry) if isinstance(entry, Dated) else None
        day, slug = _day(when), _slug(title)
        venues = (getattr(entry, name, None) for name in shape.organization)
        fields = {
            "title": title,
            "collection": collection,
            "type": _plain(getattr(entry, "role", None)),
            "permalink": f"/{collection}/{day}-{slug}",
            "venue": _plain(next((one for one in venues if isinstance(one, str)), None)),
            "date": day,
            "location": _plain(getattr(entry, shape.location, None)),
        }
        return f"_{collection}/{day}-{slug}.md", _item(fields)


def _has_links(block: doc.WorkBlock) -> bool:
    return any(isinstance(inline, doc.Link) for inline in block.links.inlines)


def _label(link: doc.Link) -> str:
    return escape(doc.plain(doc.Line(link.inlines)))


def _framed(page: str, works: str) -> str:
    """Return the profile's page with the list in its place; its marks stay if it has both."""
    if (whole := merge_marked(page, marked("publications", works).rstrip("\n"))) is not None:
        return whole
    return page.replace(PUBLICATIONS_MARK, works, 1)


def _age(work: Work) -> tuple[int, int, int, int]:
    year, month, day = dates.first_day(work.date) if work.date is not None else (9999, 12, 31)
    return (-(year_of(work) or 9999), -year, -month, -day)


def _citation(block: doc.WorkBlock, year: int | None) -> str:
    """Return a reference in HTML, as the template's layouts show it."""
    authors, title, venue = (html.escape(doc.plain(text)) for text in (block.authors, block.title, block.venue))
    when = f" ({year})." if year else ""
    return f"{authors}{when} &quot;{title}.&quot;" + (f" <i>{venue}</i>." if venue else "")


def _front(fields: Mapping[str, object]) -> str:
    """Return front matter, without empty fields."""
    filled = {name: value for name, value in fields.items() if value not in ("", None)}
    return f"---\n{yaml.safe_dump(filled, allow_unicode=True, sort_keys=False, width=1000)}---\n"


def _item(fields: Mapping[str, object], body: str = "") -> str:
    """Return an item of a collection, which says who made it: the next export may replace it."""
    return _front(fields).replace("---\n", f"---\n# {MADE_BY} academicpages\n", 1) + (f"\n{body}\n" if body else "")


def _day(when: dates.When | None) -> datetime.date:
    """Return a whole day, which Jekyll needs: the first one of a month or a year."""
    year, month, day = dates.first_day(when) if when is not None else (1900, 1, 1)
    return datetime.date(year, max(month, 1), max(day, 1))


def _slug(words: str) -> str:
    return "-".join(fold_name(words).split())[:60].strip("-") or "item"


def _plain(text: str | None) -> str:
    return doc.plain(line(text)) if text else ""


def _spelt(address: str) -> str:
    """Return an e-mail address as people write it where programs that gather addresses read.

    >>> _spelt("chaojin@pku.edu.cn")
    'chaojin (at) pku (dot) edu (dot) cn'
    """
    name, _, host = address.partition("@")
    return f"{name} (at) {host.replace('.', ' (dot) ')}"


def _paragraphs(text: str | None) -> Iterator[doc.Line]:
    for part in (text or "").split("\n\n"):
        if part.strip():
            yield line(" ".join(part.split()))


def _signs_apart(authors: doc.Line) -> doc.Line:
    """Return a list of authors whose signs are not bold: `**Chao Jin**\\*`."""
    parts: list[doc.Inline] = []
    for inline in authors.inlines:
        if isinstance(inline, doc.Strong) and isinstance(last := inline.inlines[-1], doc.TextRun):
            name, marks = split_marks(last.text)
            kept = (*inline.inlines[:-1], doc.TextRun(name)) if name else inline.inlines[:-1]
            parts += [doc.Strong(kept), doc.TextRun(marks)] if marks else [inline]
        else:
            parts.append(inline)
    return doc.Line(tuple(parts))
