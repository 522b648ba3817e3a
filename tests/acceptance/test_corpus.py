"""Invented academics' CVs: they build without a word, and four programs read each field of each.

Our own profiles and examples are read too.

Every `lines_of` text of the composed document is a field: names, phones, dates, titles, links' texts, skills. It is
looked for in what pdftotext, pypdf, pdfminer.six and pypdfium2 take out of the PDF, after the field before it. White
space is folded, and never taken away: words must be apart.

- The order is the document's. In the head of an entry it is the theme's: `plain` names the post before the place if
  all are on one line, and a publication's date before its venue; `classic` begins with the date.
- A page's foot is taken out first, for it may stand in the middle of an entry. It must be there once on each page.
- Chinese and Japanese have no spaces, so the end of a line between two of their characters is none.

Two of the four guess columns from the white between words, whatever the order of the content: the class fills each
gap in a line for them. What it cannot fill is the space between two words: see
`test_a_space_as_wide_as_two_letters_is_a_column_to_pdfminer`.
"""

from __future__ import annotations

import io
import re
import subprocess
from collections import Counter
from pathlib import Path

import pytest
from pypdf import PdfReader
from support import extract
from support.engines import installed
from support.outputs import MOST_THEMES, THEMES, themes_of

from cvgen.builder import BuildResult, build, typeset
from cvgen.composer import compose
from cvgen.document.nodes import (
    Block,
    Bullet,
    Bullets,
    Document,
    EntryBlock,
    Footer,
    HonorRow,
    Line,
    Link,
    Paragraph,
    SkillRow,
    Subheading,
    WorkBlock,
    lines_of,
    plain,
)
from cvgen.loading.load import load
from cvgen.options import TypesetOptions
from cvgen.pipeline import TypesetPdf, emit_profile

CORPUS = Path(__file__).parents[1] / "corpus"
ROOT = CORPUS.parent.parent
PROFILES = sorted(CORPUS.glob("*.yaml"))
OURS = [path for folder in ("profiles", "examples") for path in sorted((ROOT / folder).glob("*.yaml"))]
VARIANTS = [(path, name) for path in PROFILES for name in load(path).file.variants]
WITH_LUALATEX = {"chinese", "japanese_korean", "links", "long", "photo", "polish_czech"}


def run(path, theme, engine, *, slow):
    return pytest.param(path, theme, engine, marks=[pytest.mark.long] * slow)


def runs(paths, first=0):
    """Return the parameters of a test: each profile in its themes, of which the first is a quick one."""
    return [
        run(path, theme, "xelatex", slow=number > 0)
        for at, path in enumerate(paths, first)
        for number, theme in enumerate(themes_of(at))
    ]


RUNS = runs(PROFILES)
RUNS += [
    run(path, theme, "lualatex", slow=True)
    for at, path in enumerate(PROFILES)
    if path.stem in WITH_LUALATEX
    for theme in themes_of(at)[:1]
]
READ = RUNS + runs(OURS, 3)
QUICK = {tuple(run.values[:2]) for run in READ if not run.marks}


def name(value: object) -> str:
    return f"{value.parent.name}-{value.stem}" if isinstance(value, Path) else str(value)


@pytest.fixture(scope="session")
def built(tmp_path_factory):
    """Return a function that builds a profile once per theme and engine."""
    folder, done = tmp_path_factory.mktemp("corpus"), {}

    def make(path, theme, engine):
        key = path, theme, engine
        if key not in done:
            installed(engine)
            done[key] = build(path, theme=theme, engine=engine, output=folder / f"{name(path)}-{theme}-{engine}.pdf")
        return done[key]

    return make


# --- fields -------------------------------------------------------------------------------------------------------


def raw(data: bytes) -> str:
    """Return the text as pdftotext reads it in the order of the content."""
    command = ["pdftotext", "-raw", "-enc", "UTF-8", "-", "-"]
    return subprocess.run(command, input=data, capture_output=True, check=True).stdout.decode()


EXTRACTORS = {**extract.EXTRACTORS, "pdftotext -raw": raw}
# Themes with title, post, place and date on one line.
ON_ONE_LINE = ("compact", "plain")
_LETTER = "[^\\W\u2e80-\u9fff\uac00-\ud7af]"  # of a script with spaces


def composed(document: Document, theme: str) -> list[list[list[str]]]:
    """Return the document's fields as groups in order. A group holds the orders in which its fields may come."""
    header = document.header
    contacts = [contact.line for contact in header.contacts]
    lines = [header.given, header.family, header.native, header.position, header.address, *contacts, header.quote]
    groups = [[[line]] for line in lines]
    for section in document.sections:
        groups.append([[section.title]])
        for block in section.blocks:
            groups += _groups(block, theme)
    return [[_folded(order) for order in group] for group in groups if any(map(_folded, group))]


def _folded(order: list[Line]) -> list[str]:
    return [extract.folded(plain(line)) for line in order if line]


def _groups(block: Block, theme: str) -> list[list[list[Line]]]:
    match block:
        case EntryBlock(title, location, posts):
            found: list[list[list[Line]]] = []
            for at, post in enumerate(posts):
                orders = [[post.title, post.location, post.date], [post.date, post.title, post.location]]
                if at == 0:
                    orders = [
                        [title, location, post.title, post.location, post.date],
                        [title, post.title, location, post.location, post.date],
                        [post.date, title, post.title, location, post.location],
                    ]
                one_line = theme in ON_ONE_LINE
                found.append(orders[-1:] if theme == "classic" else orders[:-1] if one_line else orders[:1])
                for part in post.body:
                    found += _groups(part, theme)
            return found
        case WorkBlock():
            head = [block.title, block.location, block.venue, block.date]
            if theme == "classic":
                head = [block.date, block.title, block.venue, block.location]
            elif theme in {*ON_ONE_LINE, "sidebar"}:
                head = [block.title, block.date, block.venue, block.location]
            elif theme == "harvard" and not block.venue:
                head = [block.title, block.date, block.location, block.venue]
            rest = [block.authors, block.legend, block.award, *block.notes, block.links]
            return [[head], *([[line]] for line in rest)]
        case HonorRow():
            return [[[block.date, block.title, block.remark, block.location]]]
        case SkillRow():
            return [[[block.label, block.values]]]
        case Bullets(items):
            return [[[line]] for item in items for line in _bullet(item)]
        case Paragraph(line) | Subheading(line):
            return [[[line]]]


def _bullet(bullet: Bullet) -> list[Line]:
    return [bullet.line, *(line for inner in bullet.bullets for line in _bullet(inner))]


def read(data: bytes, extractor: str, document: Document, pages: int) -> str:
    """Return a PDF's text in one line, without bullets, and without the feet of its pages where they can be told."""
    lines = re.sub(r"(?m)^\s*–(?=\s)", " ", EXTRACTORS[extractor](data))  # a bullet of `plain`, not a range of dates
    text = re.sub("(^|(?<=\\s))[•◦▪](?=\\s)", " ", extract.folded(lines))
    footer = document.footer
    parts = [plain(line) for line in (footer.left, footer.center, footer.right) if line]
    for page in range(1, pages + 1):
        said = (part.replace(Footer.PAGES, str(pages)).replace(Footer.PAGE, str(page)) for part in parts)
        foot = " ".join(extract.folded(part) for part in said)
        text, count = re.subn(rf"(?<!\w){re.escape(foot)}(?!\w)", " ", text) if parts else (text, 1)
        assert count == 1, f"page {page} has {count} feet"
    return extract.unwrapped(extract.folded(text))


def found_in(text: str, groups: list[list[list[str]]]) -> list[str]:
    """Return the fields that are in a text, each after the one before it."""
    found: list[str] = []
    end = 0
    for group in groups:
        _, end, fields = max((_read(text, order, end) for order in group), key=lambda one: (one[0], -one[1]))
        found += fields
    return found


def _read(text: str, order: list[str], end: int) -> tuple[int, int, list[str]]:
    """Return how many fields stand in a text one after the other from `end` on, where the last ends, and which."""
    found = []
    for field in order:
        at = _next(text, extract.unwrapped(field), end)
        if at is not None:
            found.append(field)
            end = at
    return len(found), end, found


def _next(text: str, field: str, start: int) -> int | None:
    """Return where the next place of a field ends: whole words, but beside Chinese there are no spaces.

    An address that is longer than a line may end one anywhere.
    """
    before = f"(?<!{_LETTER})" if re.match(_LETTER, field[0]) else ""
    after = f"(?!{_LETTER})" if re.match(_LETTER, field[-1]) else ""
    words = [" ?".join(map(re.escape, word)) if len(word) > 36 else re.escape(word) for word in field.split()]
    match = re.compile(before + " ".join(words) + after).search(text, start)
    return match.end() if match else None


def in_order(extractors, theme):
    """Return the extractors that keep the order of the content: two of them guess which column a heading is of."""
    return [name for name in extractors if theme != "sidebar" or name not in {"pdftotext", "pdfminer"}]


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
    for theme in THEMES:
        for group in composed(document, theme):
            assert {tuple(sorted(order)) for order in group} == {tuple(sorted(group[0]))}
        assert sorted(field for group in composed(document, theme) for field in group[0]) == sorted(every)


@pytest.mark.parametrize(("path", "theme", "engine"), RUNS, ids=lambda value: getattr(value, "stem", value))
def test_every_profile_builds_without_a_word(built, path, theme, engine):
    """No warning, in any theme, but of a last page that is short: the text's length meets the theme's there."""
    result = built(path, theme, engine)
    assert [one for one in result.diagnostics if one.code != "layout-page"] == []
    assert result.pages >= (6 if path.stem == "long" else 1)


@pytest.mark.long
@pytest.mark.parametrize(("path", "variant"), VARIANTS, ids=lambda value: getattr(value, "stem", value))
@pytest.mark.parametrize("theme", THEMES[::3])
def test_every_variant_builds_without_a_word(path, variant, theme, tmp_path, xelatex):
    """What a profile offers can be built, in either theme."""
    assert build(path, variant=variant, theme=theme, output=tmp_path / "x.pdf").diagnostics == ()


@pytest.mark.parametrize(("path", "theme", "engine"), READ, ids=name)
def test_every_field_is_extracted_in_order(built, path, theme, engine):
    """Of all fields, 100 % are found, in the order of the document."""
    result, document = built(path, theme, engine), emit_profile(path, TypesetOptions(theme=theme)).document
    extractors = EXTRACTORS if (path, theme) in QUICK else ("pdftotext", "pdfium")
    lost = {extractor: missing(result, document, theme, extractor) for extractor in in_order(extractors, theme)}
    assert {extractor: fields for extractor, fields in lost.items() if fields} == {}


@pytest.mark.parametrize("theme", MOST_THEMES)
@pytest.mark.parametrize(
    ("stem", "align"),
    [
        ("photo", "right"),
        pytest.param("industry", "left", marks=pytest.mark.long),
        pytest.param("links", "center", marks=pytest.mark.long),
    ],
)
def test_every_header_is_extracted_in_order(stem, theme, align, xelatex):
    """Wherever its lines stand, also beside a portrait, in letters as large as they can be."""
    overrides = {"document.options.header-align": align, "document.options.font-size": "12"}
    profile = load(CORPUS / f"{stem}.yaml", overrides=overrides)
    result = typeset(profile, TypesetOptions(theme=theme, engine="xelatex"))
    for extractor in in_order(EXTRACTORS, theme):
        assert missing(result, result.document, theme, extractor) == []


def test_numbers_apart_stay_apart(profile, xelatex):
    """Single characters at even distances are one word to pdftotext, unless more stands on their line."""
    loaded = load(profile({"kind": "text", "text": "x"}, document={"footer": {"center": "{page} / {pages}"}}))
    for theme in THEMES:
        result = typeset(loaded, TypesetOptions(theme=theme, engine="xelatex"))
        assert "1 / 1" in extract.words_of(result.data, "pdftotext")


def test_a_space_as_wide_as_two_letters_is_a_column_to_pdfminer(xelatex):
    """A line of few long words that is stretched: it has no hyphens to end with.

    pdfminer.six parts characters that are further apart than twice the width of the wider one, and there is nothing
    to fill the space between two words with: another space would be one too many for all others.
    """
    overrides = {
        "document.options.header-align": "right",
        "document.options.font-size": "11",
        "document.options.margin-left": "35mm",
    }
    profile = load(CORPUS / "german.yaml", overrides=overrides)
    result = typeset(profile, TypesetOptions(theme="plain", engine="xelatex"))
    lost = {extractor: missing(result, compose(profile), "plain", extractor) for extractor in EXTRACTORS}
    (field,) = lost.pop("pdfminer")
    assert field.startswith("Abschlussarbeit: Schwingungstilger für schlanke")
    assert [*lost.values()] == [[]] * 4


def missing(result: BuildResult | TypesetPdf, document: Document, theme: str, extractor: str) -> list[str]:
    """Return the fields that an extractor does not find in their place."""
    groups = composed(document, theme)
    found = found_in(read(result.data, extractor, document, result.pages), groups)
    return [*(Counter(field for group in groups for field in group[0]) - Counter(found)).elements()]


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
