"""Where pages end: before what asks for it, and not within what stays together."""

import pytest
from support.extract import pdftotext
from support.outputs import MOST_THEMES

import cvgen


def pages_of(path, **options):
    """Return the words of each page."""
    return pdftotext(cvgen.build(path, **options).data).split("\f")[:-1]


def entry(name, lines=6, **rest):
    bullets = [f"{name} {number}" for number in range(lines)]
    return {"organization": name, "role": "Engineer", "date": "2020", "highlights": bullets, **rest}


@pytest.mark.parametrize("theme", MOST_THEMES)
def test_an_entry_and_a_section_may_begin_a_page(profile, here, xelatex, theme):
    """`page_break: before`; below its heading an entry stays where it is."""
    first = {"kind": "experience", "entries": [entry("One", page_break="before"), entry("Two", page_break="before")]}
    last = {"kind": "teaching", "page_break": "before", "entries": [{"course": "Three", "date": "2020"}]}
    pages = pages_of(profile(first, last), theme=theme)
    assert [[name for name in ("One", "Two", "Three") if name in page] for page in pages] == [
        ["One"],
        ["Two"],
        ["Three"],
    ]


@pytest.mark.parametrize("kind", ["entry", pytest.param("section", marks=pytest.mark.long)])
def test_what_stays_together_is_on_one_page(profile, here, xelatex, kind):
    """Wherever the page would have ended within it."""
    for above in range(43, 58, 4):
        together = {"keep_together": True}
        own = {
            "kind": "experience",
            "title": "Kept",
            "entries": [entry("Whole", 9, **(together if kind == "entry" else {}))],
        }
        own |= together if kind == "section" else {}
        fill = {"kind": "text", "heading": False, "text": "\n".join(f"- line {number}" for number in range(above))}
        pages = pages_of(profile(fill, own), force=True)
        assert [page.count("Whole") for page in pages if "Whole" in page] == [10], above


@pytest.mark.long
def test_without_it_the_page_ends_within(profile, here, xelatex):
    """What the test above says is not true of every text."""
    spread = []
    for above in range(43, 58, 4):
        own = {"kind": "experience", "title": "Kept", "entries": [entry("Whole", 9)]}
        fill = {"kind": "text", "heading": False, "text": "\n".join(f"- line {number}" for number in range(above))}
        spread.append(sum("Whole" in page for page in pages_of(profile(fill, own), force=True)))
    assert 2 in spread


def test_what_is_longer_than_a_page_breaks(profile, here, xelatex):
    """Nothing runs off the paper."""
    pages = pages_of(profile({"kind": "experience", "entries": [entry("Long", 150, keep_together=True)]}))
    assert sum(page.count("Long") for page in pages) == 151
    assert len(pages) > 2


@pytest.mark.long
def test_the_last_bullet_and_a_line_of_links_begin_no_page(profile, here, xelatex):
    """The one before comes along."""
    for above in range(42, 54, 2):
        fill = {"kind": "text", "heading": False, "text": "\n".join(f"- line {number}" for number in range(above))}
        work = {"title": "Of Looms", "authors": ["Ada Lovelace"], "date": "2020", "links": {"doi": "10.1000/182"}}
        own = {"kind": "publications", "links": True, "entries": [work]}
        for page in pages_of(profile(fill, own), force=True)[1:]:
            assert not page.split("\n\n")[0].strip().startswith(("• [DOI]", "[DOI]"))
