"""The three people's CVs say what their seed documents say, in that order, and nothing else.

`seeds.py` holds the texts, copied from the seeds. Each is looked for in the built PDF's text as pdftotext, pypdf,
pdfminer.six and pypdfium2 take it out, each as it comes. What counts as the same text:

- Capitals do not count: small capitals come out of the seeds' PDFs as capitals, and out of ours as they were written.
- A line break is a space, and several spaces are one. No space is ever taken away: words must be apart in the PDF.
- Bullets do not count, nor punctuation at a text's ends ("IN PREPRINT.", "StepFun.", "(* Equal Contribution)").
- Months are compared by their number, however they are spelt: the seeds have Jun. and June, Sep. and Sept, Octo,
  Febrary, 2021.9; the CVs have one spelling.
- One word is misspelt in its seed and right in the CV: Pyxix (Pyxis everywhere else).
- A page's foot is taken out of the text first: it may stand in the middle of an entry.

Entries stand in order. Within an entry, its head (title, place, position, date) comes before its body, and the body
is in order; the head's own texts may come in any order, since some extractors read along the lines and others down
the columns. No text is found twice in the same place.
"""

from __future__ import annotations

import re
import string
import unicodedata
from collections import Counter
from pathlib import Path

import pypdf
import pytest
from support import extract
from support.seeds import SEEDS, Seed

from cvgen import build
from cvgen.composer import compose
from cvgen.document.nodes import Strong, WorkBlock, plain
from cvgen.loading.load import load

PROFILES = Path(__file__).parents[2] / "profiles"
A4 = (595.28, 841.89)

# --- the same text ------------------------------------------------------------------------------------------------

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
MONTH = re.compile(
    r"\b(jan(uary)?|feb(ruary|rary)?|mar(ch)?|apr(il)?|may|june?|july?|aug(ust)?|sept?(ember)?|octo?(ber)?|nov(ember)?"
    r"|dece?(mber)?)\b\.?\s*(?=\d)"
)
BULLETS = re.compile("[•◦▪\0-\x08]")


def folded(text: str) -> str:
    """Reduce a text to what is compared.

    >>> folded("Sept. 2023 -  Dece 2023"), folded("2021.9-2025.6"), folded("Jul. 2024"), folded("MAY. 2023")
    ('sep 2023 - dec 2023', 'sep 2021 - jun 2025', 'jul 2024', 'may 2023')
    """
    text = BULLETS.sub(" ", unicodedata.normalize("NFC", text).casefold()).replace(" \N{EN DASH} ", " - ")
    text = re.sub(r"\b(\d{4})\.(\d{1,2})\b", lambda date: f"{MONTHS[int(date[2]) - 1]} {date[1]}", text)
    text = MONTH.sub(lambda month: f"{month[1][:3]} ", text)
    text = re.sub(rf"(\d{{4}})-({'|'.join(MONTHS)}) ", r"\1 - \2 ", text)
    return " ".join(text.split())


def wanted(text: str, seed: Seed) -> str:
    """Fold a seed's text, correct what is misspelt in it, and take the punctuation off its ends."""
    text = folded(text)
    for wrong, right in seed.corrected:
        text = re.sub(rf"\b{wrong}\b", right, text)
    return text.strip(string.punctuation + " ")


def words(*texts: str) -> Counter[str]:
    return Counter(word for text in texts for word in re.findall(r"[^\W_]+", text.casefold()))


# --- the PDFs and their texts -------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def pdfs(tmp_path_factory: pytest.TempPathFactory, xelatex: object) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("seeds")
    for name in SEEDS:
        made = build(PROFILES / f"{name}.yaml", output=folder / f"{name}.pdf")
        assert not made.diagnostics, made.diagnostics
    return {name: folder / f"{name}.pdf" for name in SEEDS}


@pytest.fixture(params=extract.EXTRACTORS)
def text(request: pytest.FixtureRequest, name: str, pdfs: dict[str, Path]) -> str:
    """The text of a CV without the feet of its pages. A page without a foot, or with two, is a failure."""
    found = folded(extract.EXTRACTORS[request.param](pdfs[name].read_bytes()))
    with pypdf.PdfReader(pdfs[name]) as reader:
        pages = len(reader.pages)
    for number in range(1, pages + 1):
        foot = rf"(?<!\w){re.escape(folded(SEEDS[name].footer))} {number}(?!\w)"
        found, feet = re.subn(foot, " ", found)
        assert feet == 1, f"page {number} has {feet} feet"
    return " ".join(found.split())


# --- where the texts stand ----------------------------------------------------------------------------------------


def find(text: str, element: str, start: int, taken: list[tuple[int, int]], seed: Seed) -> tuple[int, int]:
    """Return the first place of `element` from `start` on that is not taken."""
    for match in re.compile(rf"(?<!\w){re.escape(wanted(element, seed))}(?!\w)").finditer(text, start):
        if all(match.end() <= begin or end <= match.start() for begin, end in taken):
            return match.span()
    pytest.fail(f"`{element}` is not in the text that goes on: {text[start : start + 300]}")


def places(text: str, seed: Seed) -> list[tuple[int, int]]:
    """Return where each text of the seed stands, in order."""
    found: list[tuple[int, int]] = []
    at = 0
    for entry in seed.entries:
        head: list[tuple[int, int]] = []
        for element in sorted(entry.head, key=len, reverse=True):
            head.append(find(text, element, at, head, seed))
        found += head
        at = max(end for _, end in head)
        for element in entry.body:
            found.append(find(text, element, at, [], seed))
            at = found[-1][1]
    return found


@pytest.mark.parametrize("name", SEEDS)
def test_cv_says_all_that_the_seed_says_in_its_order(name: str, text: str):
    """Each text of the seed is found in the PDF, in the order of the document, whatever program reads it."""
    seed = SEEDS[name]
    found = places(text, seed)
    assert len(found) == sum(len(entry.head) + len(entry.body) for entry in seed.entries) >= 40


@pytest.mark.parametrize("name", SEEDS)
def test_cv_says_nothing_that_the_seed_does_not_say(name: str, text: str):
    """Every word of the PDF is the seed's, but for those named in `added`."""
    seed = SEEDS[name]
    rest, at = [], 0
    for start, end in sorted(places(text, seed)):
        rest.append(text[at:start])
        at = end
    assert words(*rest, text[at:]) == words(*seed.added)


@pytest.mark.parametrize("name", ["chao_jin", "zili_zhang"])
def test_cv_takes_at_most_three_a4_pages(name: str, pdfs: dict[str, Path]):
    """The two long CVs stay as short as the seeds they come from."""
    with pypdf.PdfReader(pdfs[name]) as reader:
        sizes = [(float(page.mediabox.width), float(page.mediabox.height)) for page in reader.pages]
    assert 1 <= len(sizes) <= 3
    for size in sizes:
        assert size == pytest.approx(A4, abs=0.5)


@pytest.mark.parametrize(("name", "owner", "count"), [("chao_jin", "Chao Jin", 12), ("zili_zhang", "Zili Zhang", 12)])
def test_own_name_and_no_other_is_bold_in_every_author_list(name: str, owner: str, count: int):
    """The seeds set the owner's name in bold in some lists only; here that cannot happen."""
    document = compose(load(PROFILES / f"{name}.yaml"))
    works = [block for section in document.sections for block in section.blocks if isinstance(block, WorkBlock)]
    assert len(works) == count
    for work in works:
        bold = [inline for inline in work.authors.inlines if isinstance(inline, Strong)]
        assert [plain(type(work.authors)((part,))).rstrip("*†") for part in bold] == [owner], plain(work.title)
