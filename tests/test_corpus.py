"""Invented academics' CVs: they build without a word, and four programs read each field of each.

Every `lines_of` text of the composed document is a field: names, phones, dates, titles, links' texts, skills. It is
looked for in what pdftotext, pypdf, pdfminer.six and pypdfium2 take out of the PDF, after the field before it. White
space is folded, and never taken away: words must be apart. Fields that stand on the same lines are a group, and may
come in any order among themselves:

- A title and its place stand at the two ends of a line; so do a post and its date, an honor's columns.
- pdftotext and pdfminer do not read a page as it is written: they guess columns from the white between texts. For
  them all contacts are one group, and the rows of a table, and an entry with its bullets; in the theme `plain`, whose
  lines are nearer to each other, all of the document. `pdftotext -raw` reads as it is written, and is held to it.
- A page's foot is taken out first, for it may stand in the middle of an entry; where columns are guessed it may stand
  among others, and stays.
- Chinese and Japanese have no spaces, so the end of a line between two of their characters is none.
"""

from __future__ import annotations

import io
import itertools
import re
import subprocess
from collections import Counter
from pathlib import Path

import extract
import pytest
from conftest import installed
from pypdf import PdfReader

from cvgen.build import build
from cvgen.document.compose import compose
from cvgen.document.nodes import (
    Block,
    Bullet,
    Bullets,
    Document,
    Entry,
    Footer,
    Honor,
    Line,
    Link,
    Paragraph,
    Skill,
    Subheading,
    Work,
    lines_of,
    plain,
)
from cvgen.profile.load import load

CORPUS = Path(__file__).parent / "corpus"
PROFILES = sorted(CORPUS.glob("*.yaml"))
VARIANTS = [(path, name) for path in PROFILES for name in load(path).file.variants]
THEMES = ("awesome", "plain")
WITH_LUALATEX = {"chinese", "japanese_korean", "links", "long", "photo", "polish_czech"}
RUNS = [(path, theme, "xelatex") for path in PROFILES for theme in THEMES] + [
    pytest.param(path, theme, "lualatex", marks=pytest.mark.long)
    for path in PROFILES
    if path.stem in WITH_LUALATEX
    for theme in THEMES
]


@pytest.fixture(scope="session")
def built(tmp_path_factory):
    """Return a function that builds a profile once per theme and engine."""
    folder, done = tmp_path_factory.mktemp("corpus"), {}

    def make(path, theme, engine):
        key = path, theme, engine
        if key not in done:
            installed(engine)
            done[key] = build(path, theme=theme, engine=engine, output=folder / f"{path.stem}-{theme}-{engine}.pdf")
        return done[key]

    return make


# --- fields -------------------------------------------------------------------------------------------------------


def raw(data: bytes) -> str:
    """Return the text as pdftotext reads it in the order of the content."""
    command = ["pdftotext", "-raw", "-enc", "UTF-8", "-", "-"]
    return subprocess.run(command, input=data, capture_output=True, check=True).stdout.decode()


EXTRACTORS = {**extract.EXTRACTORS, "pdftotext -raw": raw}
GUESSING = {"pdftotext", "pdfminer"}
_LETTER = "[^\\W\u2e80-\u9fff\uac00-\ud7af]"  # of a script with spaces
chain = itertools.chain.from_iterable


def composed(document: Document, *, guessing: bool = False) -> list[list[str]]:
    """Return the document's fields in order, in groups; those of a group may come in any order."""
    header = document.header
    contacts = [contact.line for contact in header.contacts]
    groups = [[header.given], [header.family], [header.native], [header.position], [header.address]]
    groups += [contacts] if guessing else [[line] for line in contacts]
    groups.append([header.quote])
    for section in document.sections:
        groups.append([section.title])
        for table, blocks in itertools.groupby(section.blocks, lambda block: isinstance(block, Honor | Skill)):
            within = [_groups(block) for block in blocks]
            if guessing:
                one_each = [[*chain(block)] for block in within]
                groups += [[*chain(one_each)]] if table else one_each
            else:
                groups += chain(within)
    return [[extract.folded(plain(line)) for line in group if line] for group in groups if any(group)]


def _groups(block: Block) -> list[list[Line]]:
    match block:
        case Entry(title, location, posts):
            found: list[list[Line]] = []
            for at, post in enumerate(posts):
                found.append([*((title, location) if at == 0 else ()), post.title, post.date, post.location])
                found += chain(_groups(part) for part in post.body)
            return found
        case Work():
            rest = [block.authors, block.legend, block.award, *block.notes, block.links]
            return [[block.title, block.location, block.venue, block.date], *([line] for line in rest)]
        case Honor():
            return [[block.date, block.title, block.remark, block.location]]
        case Skill():
            return [[block.label], [block.values]]
        case Bullets(items):
            return [[line] for item in items for line in _bullet(item)]
        case Paragraph(line) | Subheading(line):
            return [[line]]


def _bullet(bullet: Bullet) -> list[Line]:
    return [bullet.line, *(line for inner in bullet.bullets for line in _bullet(inner))]


def read(data: bytes, extractor: str, document: Document, pages: int) -> str:
    """Return a PDF's text in one line, without bullets, and without the feet of its pages where they can be told."""
    text = re.sub("(^|(?<=\\s))[•◦▪–](?=\\s)", " ", extract.folded(EXTRACTORS[extractor](data)))
    footer = document.footer
    parts = [plain(line) for line in (footer.left, footer.center, footer.right) if line]
    for page in range(1, pages + 1):
        said = (part.replace(Footer.PAGES, str(pages)).replace(Footer.PAGE, str(page)) for part in parts)
        foot = " ".join(extract.folded(part) for part in said)
        text, count = re.subn(rf"(?<!\w){re.escape(foot)}(?!\w)", " ", text) if parts else (text, 1)
        assert count == 1 or extractor in GUESSING, f"page {page} has {count} feet"
    return extract.unwrapped(extract.folded(text))


def found_in(text: str, groups: list[list[str]]) -> list[str]:
    """Return the fields that are in a text, group after group."""
    found, at = [], 0
    for group in groups:
        taken: list[tuple[int, int]] = []
        for field in sorted(group, key=len, reverse=True):
            match = _next(text, extract.unwrapped(field), at, taken)
            if match:
                taken.append(match)
                found.append(field)
        at = max([at, *(end for _, end in taken)])
    return found


def _next(text: str, field: str, start: int, taken: list[tuple[int, int]]) -> tuple[int, int] | None:
    """Return the first place of a field that is not taken: whole words, but beside Chinese there are no spaces."""
    before = f"(?<!{_LETTER})" if re.match(_LETTER, field[0]) else ""
    after = f"(?!{_LETTER})" if re.match(_LETTER, field[-1]) else ""
    whole = before + re.escape(field) + after
    for match in re.compile(whole).finditer(text, start):
        if all(match.end() <= begin or end <= match.start() for begin, end in taken):
            return match.span()
    return None


# --- promises -----------------------------------------------------------------------------------------------------


def test_the_corpus_has_what_it_is_for():
    """A dozen people and more, of many scripts, both papers, each length, and variants."""
    assert len(PROFILES) >= 12
    texts = "".join(path.read_text("utf-8") for path in PROFILES)
    for characters in (
        "Łódź",
        "Šťastná",
        "Nguyễn",
        "Þórhildur",
        "Işıl",
        "石川",
        "한글",
        "林若溪",
        "Ελένη",
        "Київ",
        "ß",
    ):
        assert characters in texts
    files = [load(path).file for path in PROFILES]
    assert {one.document.paper for one in files} >= {"letter", None}
    assert {one.document.language for one in files} >= {"de", "zh", None}
    assert any(one.person.photo for one in files)
    assert VARIANTS


@pytest.mark.parametrize("path", PROFILES, ids=lambda path: path.stem)
def test_fields_are_those_of_the_document(path):
    """What is looked for below is every text that the document holds, but its foot."""
    document = compose(load(path))
    footer = (document.footer.left, document.footer.center, document.footer.right)
    every = [extract.folded(plain(line)) for line in lines_of(document) if line not in footer]
    assert sorted(field for group in composed(document) for field in group) == sorted(every)


@pytest.mark.parametrize(("path", "theme", "engine"), RUNS, ids=lambda value: getattr(value, "stem", value))
def test_every_profile_builds_without_a_word(built, path, theme, engine):
    """No warning, in either theme."""
    result = built(path, theme, engine)
    assert result.diagnostics == ()
    assert result.pages >= (6 if path.stem == "long" else 1)


@pytest.mark.parametrize(("path", "variant"), VARIANTS, ids=lambda value: getattr(value, "stem", value))
@pytest.mark.parametrize("theme", THEMES)
def test_every_variant_builds_without_a_word(path, variant, theme, tmp_path, xelatex):
    """What a profile offers can be built, in either theme."""
    assert build(path, variant=variant, theme=theme, output=tmp_path / "x.pdf").diagnostics == ()


@pytest.mark.parametrize("extractor", EXTRACTORS)
@pytest.mark.parametrize(("path", "theme", "engine"), RUNS, ids=lambda value: getattr(value, "stem", value))
def test_every_field_is_extracted_in_order(built, path, theme, engine, extractor):
    """Of all fields, 100 % are found, in the order of the document."""
    result, document = built(path, theme, engine), compose(load(path))
    groups = composed(document, guessing=extractor in GUESSING)
    if extractor in GUESSING and theme == "plain":
        groups = [[*chain(groups)]]
    found = found_in(read(result.data, extractor, document, result.pages), groups)
    missing = Counter(field for group in groups for field in group) - Counter(found)
    assert len(found) / (len(found) + missing.total()) == 1, [*missing][:5]


@pytest.mark.parametrize(("path", "theme", "engine"), RUNS, ids=lambda value: getattr(value, "stem", value))
def test_every_link_leads_where_the_profile_says(built, path, theme, engine):
    """All links are there, byte for byte, in order; one that goes on in the next line may have two annotations."""
    result, document = built(path, theme, engine), compose(load(path))
    wanted = [inline.url for line in lines_of(document) for inline in _links(line.inlines)]
    found = extract.links(result.data)
    once = [one for at, one in enumerate(found) if at == 0 or one != found[at - 1]]
    assert once == [one for at, one in enumerate(wanted) if at == 0 or one != wanted[at - 1]]
    assert len(found) >= len(wanted)


def _links(inlines: tuple) -> list[Link]:
    found = []
    for inline in inlines:
        if isinstance(inline, Link):
            found.append(inline)
        elif hasattr(inline, "inlines"):
            found += _links(inline.inlines)
    return found


@pytest.mark.parametrize("path", PROFILES, ids=lambda path: path.stem)
def test_metadata_names_the_person(built, path):
    """Title and author of the PDF are the person's, in whatever script."""
    document = compose(load(path))
    reader = PdfReader(io.BytesIO(built(path, "awesome", "xelatex").data))
    assert reader.metadata is not None
    assert reader.metadata.author == document.metadata.author
    assert reader.metadata.title == document.metadata.title
    assert document.metadata.author in reader.metadata.title
