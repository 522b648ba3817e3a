"""The al-folio template for Jekyll before 2026: `_data/cv.yml` is a list of maps, tables and lists."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import yaml

from cvgen.composer import compose
from cvgen.document import nodes as doc
from cvgen.formats import alfolio
from cvgen.formats.markdown import markdown_line
from cvgen.loading.profile import Profile
from cvgen.outputs import MADE_BY

__all__ = ["DESCRIPTION", "SUFFIXES", "write_folder"]

DESCRIPTION = "the same for an al-folio site from before 2026, whose cv.yml is a list of tables"
SUFFIXES = ()


def write_folder(profile: Profile, variant: str | None = None) -> Mapping[str, str]:
    """Return the files of the site, by path."""
    document = compose(profile, variant=variant)
    sections = [section for part in document.sections if (section := _section(part))]
    general = {"title": "General Information", "type": "map", "contents": list(_general(document.header))}
    cv = (
        f"# {MADE_BY} alfolio\n{yaml.safe_dump([general, *sections], allow_unicode=True, sort_keys=False, width=110)}"
    )
    return {**alfolio.write_folder(profile, variant), "_data/cv.yml": cv}


def _general(header: doc.Header) -> Iterator[dict[str, str]]:
    """Yield what the header says, but where to write to: the page is public."""
    names = (header.family, header.given) if header.is_family_first else (header.given, header.family)
    yield {"name": "Full Name", "value": " ".join(doc.plain(part) for part in (*names, header.native) if part)}
    if header.position:
        yield {"name": "Position", "value": markdown_line(header.position)}
    for contact in header.contacts:
        if contact.network not in ("email", "phone", "facts"):
            label = contact.label.rstrip(":： ") or "Homepage"
            yield {"name": label, "value": markdown_line(contact.line)}


def _section(section: doc.DocumentSection) -> dict[str, Any] | None:
    """Return a section as the layouts know it; works are jekyll-scholar's."""
    title = doc.plain(section.title) or section.kind
    rows = [block for block in section.blocks if isinstance(block, doc.SkillRow)]
    if rows:
        pairs = [{"name": doc.plain(row.label), "value": markdown_line(row.values)} for row in rows]
        return {"title": title, "type": "map", "contents": pairs}
    if all(isinstance(block, doc.Bullets | doc.Paragraph) for block in section.blocks):
        return {"title": title, "type": "list", "contents": list(_texts(section.blocks))}
    table = [row for block in section.blocks for row in _rows(block)]
    return {"title": title, "type": "time_table", "contents": table} if table else None


def _rows(block: doc.Block) -> Iterator[dict[str, Any]]:
    """Yield the rows of a table of times."""
    match block:
        case doc.EntryBlock(title, location, positions):
            for position in positions:
                filled = [markdown_line(text) for text in (title, location, position.location) if text]
                row = {
                    "title": markdown_line(position.title) or ", ".join(filled),
                    "institution": ", ".join(filled) if position.title else "",
                    "year": doc.plain(position.date),
                    "description": list(_texts(position.body)),
                }
                yield {key: value for key, value in row.items() if value}
        case doc.HonorRow(date, title, remark, location):
            text = ", ".join(markdown_line(one) for one in (title, remark, location) if one)
            yield {**({"year": doc.plain(date)} if date else {}), "items": [text]}
        case doc.Bullets() | doc.Paragraph():
            yield {"title": "", "description": list(_texts([block]))}


def _texts(blocks: object) -> Iterator[Any]:
    """Yield texts; bullets below bullets as al-folio nests them."""
    for block in blocks if isinstance(blocks, list | tuple) else ():
        if isinstance(block, doc.Paragraph):
            yield markdown_line(block.line)
        elif isinstance(block, doc.Bullets):
            yield from map(_bullet, block.items)


def _bullet(item: doc.Bullet) -> Any:  # noqa: ANN401 - a text, or a title with contents
    text = f"{item.label} {markdown_line(item.line)}".strip()
    return {"title": text, "contents": [_bullet(one) for one in item.bullets]} if item.bullets else text
