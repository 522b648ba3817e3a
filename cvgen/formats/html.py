"""HTML: one file that stands alone, for screens, phones, paper and screen readers, with data for search engines.

People are marked as an h-card (microformats.org); the data are schema.org's Person and ScholarlyArticle as JSON-LD.
"""

from __future__ import annotations

import base64
import html
import json
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path

from cvgen.composer import compose
from cvgen.document import nodes as doc
from cvgen.document.inline import line as read_line
from cvgen.latex.photo import read_photo
from cvgen.loading.profile import Profile
from cvgen.outputs import MADE_BY
from cvgen.profile.works import Work, match_owner, unbolded
from cvgen.values import dates
from cvgen.visibility import shown_works

__all__ = ["DESCRIPTION", "SUFFIXES", "write_document", "write_page", "write_profile"]

DESCRIPTION = "one page of HTML that needs no other file, for a homepage or a browser"
SUFFIXES = (".html", ".htm")

_STYLE = Path(__file__).with_suffix(".css")
# Microformats' names for what a contact is.
_CLASSES = {"email": "u-email", "phone": "p-tel", "orcid": "u-uid"}


def write_document(document: doc.Document, theme: str | None) -> str:
    """Return the document as a page, without portrait and data for search engines; `theme` is not used."""
    return _page(document, "", "")


def write_profile(profile: Profile, variant: str | None = None) -> str:
    """Return the profile as a page, with data for search engines about the person and the works."""
    return write_page(profile, variant=variant)


def write_page(profile: Profile, *, variant: str | None = None, downloads: Mapping[str, str] | None = None) -> str:
    """Return the profile as a page. `downloads` are addresses of the CV in other formats, by their names."""
    document = compose(profile, variant=variant)
    data = {"@context": "https://schema.org", "@graph": list(_things(profile, document, variant))}
    # `<` in a string would end the element.
    text = json.dumps(data, ensure_ascii=False, indent=1).replace("<", "\\u003c")
    photo = document.header.photo
    portrait = _portrait(photo, read_photo(photo, profile.path)) if photo else ""
    script = f'<script type="application/ld+json">\n{text}\n</script>\n'
    items = (
        f'<li><a href="{html.escape(url)}">{html.escape(name)}</a></li>' for name, url in (downloads or {}).items()
    )
    nav = f'<nav aria-label="Downloads"><ul class="contacts">{" ".join(items)}</ul></nav>\n' if downloads else ""
    return _page(document, script, portrait, nav)


def _page(document: doc.Document, data: str, portrait: str, nav: str = "") -> str:
    meta = document.metadata
    title = meta.title or doc.plain(document.header.given)
    described = f'<meta name="description" content="{html.escape(meta.subject)}">\n' if meta.subject else ""
    named = f'<meta name="keywords" content="{html.escape(", ".join(meta.keywords))}">\n' if meta.keywords else ""
    main = "".join(_sections(document.sections))
    return (
        f'<!DOCTYPE html>\n<html lang="{html.escape(meta.language)}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n<title>{html.escape(title)}</title>\n'
        f'<meta name="generator" content="{MADE_BY} html">\n'
        f'<meta name="author" content="{html.escape(meta.author)}">\n{described}{named}'
        f"<style>\n{_STYLE.read_text('utf-8')}</style>\n{data}</head>\n<body>\n"
        f"{_header(document.header, portrait)}{nav}<main>\n{main}</main>\n</body>\n</html>\n"
    )


# --- texts ----------------------------------------------------------------------------------------------------------


def _text(line: doc.Line) -> str:
    return "".join(map(_inline, line.inlines))


def _inline(inline: doc.Inline) -> str:
    match inline:
        case doc.TextRun(text):
            return html.escape(text, quote=False)
        case doc.Code(text):
            return f"<code>{html.escape(text, quote=False)}</code>"
        case doc.Break():
            return "<br>\n"
        case doc.Link(inner, url):
            return f'<a href="{html.escape(url)}">{"".join(map(_inline, inner))}</a>'
        case doc.Script(inner, raised):
            tag = "sup" if raised else "sub"
        case doc.Strong(inner):
            tag = "strong"
        case doc.Emphasis(inner):
            tag = "em"
    return f"<{tag}>{''.join(map(_inline, inner))}</{tag}>"


def _filled(tag: str, line: doc.Line, classes: str = "") -> str:
    """Return a text in its element, or nothing."""
    named = f' class="{classes}"' if classes else ""
    return f"<{tag}{named}>{_text(line)}</{tag}>" if line else ""


# --- the header -----------------------------------------------------------------------------------------------------


def _header(header: doc.Header, portrait: str) -> str:
    names = [(header.given, "p-given-name"), (header.family, "p-family-name")]
    names = names[::-1] if header.is_family_first else names
    parts = [_filled("span", line, name) for line, name in (*names, (header.native, "p-nickname")) if line]
    lines = [portrait, f'<h1 class="p-name">{" ".join(parts)}</h1>']
    lines += [_filled("p", header.position, "role p-job-title"), _filled("p", header.address, "p-adr")]
    contacts = "".join(map(_contact, header.contacts))
    lines += [f'<ul class="contacts">\n{contacts}</ul>'] if contacts else []
    lines += [f"<blockquote>{_text(header.quote)}</blockquote>"] if header.quote else []
    return '<header class="h-card">\n' + "".join(f"{line}\n" for line in lines if line) + "</header>\n"


def _portrait(photo: doc.Photo, image: bytes) -> str:
    data = base64.b64encode(image).decode("ascii")
    source = f"data:image/{'png' if Path(photo.path).suffix.lower() == '.png' else 'jpeg'};base64,{data}"
    shape = f"photo u-photo {photo.shape} {photo.side}"
    return f'<img class="{html.escape(shape)}" src="{source}" alt="{html.escape(photo.alt)}">'


def _contact(contact: doc.Contact) -> str:
    text = html.escape(contact.label, quote=False) + _text(contact.line)
    links = [inline for inline in contact.line.inlines if isinstance(inline, doc.Link)]
    if links:
        name = _CLASSES.get(contact.network, "u-url")
        me = "" if contact.network in ("email", "phone") else ' rel="me"'
        text = text.replace("<a href=", f'<a class="{name}"{me} href=', 1)
    return f"<li>{text}</li>\n"


# --- sections -------------------------------------------------------------------------------------------------------


def _sections(sections: Sequence[doc.DocumentSection]) -> Iterator[str]:
    for number, section in enumerate(sections, 1):
        name = f' aria-labelledby="section-{number}"' if section.title else ""
        yield f"<section{name}>\n"
        yield f'<h2 id="section-{number}">{_text(section.title)}</h2>\n' if section.title else ""
        head = "h3"  # an entry's heading is one step below what it stands under
        for is_row, blocks in groupby(section.blocks, lambda block: isinstance(block, doc.HonorRow | doc.SkillRow)):
            written = []
            for block in blocks:
                written.append(_block(block, head))
                head = "h4" if isinstance(block, doc.Subheading) else head
            yield f'<ul class="rows">\n{"".join(written)}</ul>\n' if is_row else "".join(written)
        yield "</section>\n"


def _block(block: doc.Block, head: str = "h3") -> str:
    match block:
        case doc.Bullets(items):
            return _bullets(items)
        case doc.Paragraph(line):
            return f"<p>{_text(line)}</p>\n"
        case doc.Subheading(title):
            return f'<h3 class="group">{_text(title)}</h3>\n'
        case doc.EntryBlock(title, location, positions):
            body = "".join(map(_position, positions))
            return f'<article class="entry">\n{_pair(head, title, location)}{body}</article>\n'
        case doc.WorkBlock():
            return f'<article class="entry">\n{"".join(_work(block, head))}</article>\n'
        case doc.HonorRow(date, title, remark, location):
            what = ", ".join(filter(None, (_filled("strong", title), _text(remark), _text(location))))
            return f'<li>{_filled("span", date, "when")} <span class="what">{what}</span></li>\n'
        case doc.SkillRow(label, values):
            what = f'<span class="what">{_text(values)}</span>' if values else ""
            return f"<li>{_filled('strong', label, 'when')} {what}</li>\n"


def _pair(tag: str, left: doc.Line, right: doc.Line) -> str:
    """Return two texts at the ends of a line."""
    both = " ".join(filter(None, (_filled(tag, left), _filled("span", right, "aside"))))
    return f'<div class="line">{both}</div>\n' if both else ""


def _position(position: doc.Position) -> str:
    aside = " · ".join(filter(None, (_text(position.location), _text(position.date))))
    title = _filled("span", position.title)
    both = " ".join(filter(None, (title, f'<span class="aside">{aside}</span>' if aside else "")))
    return (f'<div class="line">{both}</div>\n' if both else "") + "".join(map(_block, position.body))


def _work(block: doc.WorkBlock, head: str) -> Iterator[str]:
    number = f'<span class="aside">[{html.escape(block.number)}]</span> ' if block.number else ""
    title = f"<{head}>{number}{_text(block.title)}</{head}>"
    yield f'<div class="line">{title} {_filled("span", block.location, "aside")}</div>\n'
    yield _pair("em", block.venue, block.date)
    for line in (block.authors, block.legend, block.award, *block.notes, block.links):
        yield f"<p>{_text(line)}</p>\n" if line else ""


def _bullets(items: Sequence[doc.Bullet]) -> str:
    """Return a list; numbered ones follow each other."""
    parts = []
    for is_numbered, group in groupby(items, lambda item: bool(item.label)):
        bullets = list(group)
        first = bullets[0].label.rstrip(".)") if is_numbered else ""
        start = f' start="{first}"' if first.isdigit() and first != "1" else ""
        tag = "ol" if is_numbered else "ul"
        lines = (f"<li>{_text(item.line)}{_bullets(item.bullets) if item.bullets else ''}</li>\n" for item in bullets)
        parts.append(f"<{tag}{start}>\n{''.join(lines)}</{tag}>\n")
    return "".join(parts)


# --- data for search engines ----------------------------------------------------------------------------------------


def _things(profile: Profile, document: doc.Document, variant: str | None) -> Iterator[dict[str, object]]:
    """Yield the person and the works as schema.org has them: what the page shows, and no more."""
    header, person = document.header, profile.person
    urls = [
        inline.url
        for contact in header.contacts
        for inline in contact.line.inlines
        if isinstance(inline, doc.Link) and inline.url.startswith("http")
    ]
    me: dict[str, object] = {"@type": "Person", "@id": "#me", "name": str(person.name)}
    me |= {"alternateName": person.name.native} if header.native else {}
    me |= {"jobTitle": doc.plain(header.position)} if header.position else {}
    me |= {"sameAs": urls} if urls else {}
    yield me
    titles = {doc.plain(block.title) for block in _works(document)}
    for found in shown_works(profile, variant=variant):
        if doc.plain(read_line(found.work.title)) in titles:
            yield _article(found.work, profile)


def _works(document: doc.Document) -> Iterator[doc.WorkBlock]:
    return (block for part in document.sections for block in part.blocks if isinstance(block, doc.WorkBlock))


def _article(work: Work, profile: Profile) -> dict[str, object]:
    own = match_owner(work, profile.owner).own
    authors: list[dict[str, object]] = [
        {"@id": "#me"} if index in own else {"@type": "Person", "name": unbolded(author.name)}
        for index, author in enumerate(work.authors)
    ]
    venue, links = work.venue, work.links
    found: dict[str, object] = {
        "headline": doc.plain(read_line(work.title)),
        "author": authors,
        "editor": [{"@type": "Person", "name": name} for name in work.editors],
        "datePublished": _day(work.date),
        "isPartOf": {"@type": "CreativeWork", "name": doc.plain(read_line(venue.name))}
        if venue and venue.name
        else "",
        "pagination": work.pages,
        "publisher": {"@type": "Organization", "name": work.publisher} if work.publisher else "",
        "identifier": f"https://doi.org/{links.doi}" if links and links.doi else "",
        "url": work.url or (links.pdf if links else ""),
    }
    return {"@type": "ScholarlyArticle"} | {key: value for key, value in found.items() if value}


def _day(when: dates.When | None) -> str:
    """Return a date as schema.org has it: as much of `2024-09-14` as is known."""
    if when is None:
        return ""
    return dates.canonical(when) if isinstance(when, dates.Date) else str(dates.last_day(when)[0])
