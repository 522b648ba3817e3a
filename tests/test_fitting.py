"""As many pages as there may be: set tighter, then with less in it; what was done is said."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.extract import pdftotext
from support.outputs import MOST_THEMES, ROOT

import cvgen
from cvgen import fitting
from cvgen.diagnostics import Severity
from cvgen.errors import OutputError
from cvgen.fitting import Tightening, find_loosest, tightenings
from cvgen.latex.themes import find_theme, resolve_options

CHAO_JIN = ROOT / "profiles" / "chao_jin.yaml"


def entries(count, **rest):
    """Return that many entries with two bullets each."""
    return [
        {
            "organization": f"Employer {number}",
            "role": "Engineer",
            "date": "2020",
            "highlights": ["One", "Two"],
            **rest,
        }
        for number in range(count)
    ]


@given(st.integers(0, 15), st.integers(0, 15))
def test_the_loosest_way_that_fits_is_found(count, first):
    """In four tries after the tightest, of fifteen; the engine runs six times with the first."""
    ways = [Tightening({}, number) for number in range(count)]
    tried = []

    def is_fit(way):
        tried.append(way)
        return way.cut >= first

    found = find_loosest(ways, is_fit)
    assert found == (ways[first] if first < count else None)
    assert len(tried) <= 5


def test_what_fits_is_left_alone(profile, here, xelatex):
    """The limit changes nothing then, byte for byte."""
    path = profile({"kind": "experience", "entries": entries(3)})
    assert cvgen.build(path, pages=1, force=True).data == cvgen.build(path, force=True).data


@pytest.mark.parametrize("theme", MOST_THEMES)
def test_a_profile_fits_one_page_and_two(theme, here, xelatex):
    """The one with priorities, in every theme, and says how."""
    one = cvgen.build(CHAO_JIN, theme=theme, pages=1, output=here / "one.pdf")
    two = cvgen.build(CHAO_JIN, theme=theme, pages=2, output=here / "two.pdf")
    assert (one.pages, two.pages) == (1, 2)
    assert two.diagnostics == ()
    (said,) = one.diagnostics
    assert (said.code, said.severity) == ("pages", Severity.NOTE)
    assert "to fit on 1 page, set with" in said.message
    assert "left out: " in said.message


def test_white_goes_first_then_what_has_the_lowest_priority(profile, here, xelatex):
    """The first entries without a priority stay; of the others those with the highest number go."""
    kept, rare, least = entries(6), entries(5, priority=1), entries(12, priority=2)
    section = {"kind": "experience", "entries": [*kept, *rare, *least]}
    path = profile(section, document={"pages": 1})
    result = cvgen.build(path)
    assert result.pages == 1
    text = pdftotext(result.data)
    assert text.count("Employer") == 6 + 5
    assert "left out: `Employer 0, Engineer`" in result.diagnostics[0].message
    assert cvgen.build(path, force=True).data == result.data


@pytest.mark.long
def test_a_section_may_have_a_priority(profile, here, xelatex):
    """It goes as a whole."""
    rest = {
        "kind": "honors",
        "priority": 1,
        "entries": [{"date": 2000 + n, "title": f"Prize {n}"} for n in range(30)],
    }
    result = cvgen.build(profile({"kind": "experience", "entries": entries(9)}, rest), pages=1)
    assert result.pages == 1
    assert "Prize" not in pdftotext(result.data)


@pytest.mark.long
def test_what_cannot_fit_is_built_as_tight_as_it_gets(profile, here, xelatex):
    """With a warning, which `strict` takes for an error; never is text cut."""
    path = profile({"kind": "experience", "entries": entries(60)})
    result = cvgen.build(path, pages=1)
    assert result.pages > 1
    assert pdftotext(result.data).count("Employer") == 60
    (said,) = [one for one in result.diagnostics if one.code == "pages"]
    assert said.severity is Severity.WARNING
    assert f"it takes {result.pages} pages, not 1" in said.message
    with pytest.raises(OutputError) as caught:
        cvgen.build(path, pages=1, strict=True, force=True)
    assert "pages" in {one.code for one in caught.value.diagnostics}


@pytest.mark.parametrize("count", [0, 1, 11, 12, 40])
def test_white_goes_before_entries_however_many_priorities_there_are(profile, count):
    """Fifteen ways at most; the tightest leaves out all that may be left out."""
    each = [entries(1, priority=number)[0] for number in range(1, count + 1)]
    loaded = cvgen.load_profile(profile({"kind": "experience", "entries": each or entries(1)}))
    theme = find_theme("awesome")
    ways = tightenings(loaded, theme, resolve_options(theme, ())[0])
    cuts = [way.cut for way in ways if way.cut is not None]
    assert len(ways) - len(cuts) == 4
    assert len(ways) <= 15
    assert cuts == sorted(set(cuts), reverse=True)
    assert cuts[-1:] == [0] * bool(count)


@pytest.mark.long
def test_a_search_takes_six_runs_at_most(profile, here, xelatex, monkeypatch):
    """Of the engine, whatever number of priorities there is."""
    runs = []
    run_engine = cvgen.pipeline.run_engine
    monkeypatch.setattr("cvgen.pipeline.run_engine", lambda *a, **b: runs.append(1) or run_engine(*a, **b))
    each = [entries(3, priority=number)[0] for number in range(1, 40)]
    assert cvgen.build(profile({"kind": "experience", "entries": each}), pages=1).pages == 1
    assert len(runs) <= 6
    assert fitting.__doc__


@pytest.mark.long
def test_a_profile_that_goes_with_its_pdf_has_what_is_printed(profile, here, xelatex):
    """An import of the PDF gives no entry that was left out."""
    section = {"kind": "experience", "entries": [*entries(12), *entries(14, priority=3)]}
    result = cvgen.build(profile(section, document={"pages": 1, "embed": True}), output=here / "cv.pdf")
    again = cvgen.import_file(here / "cv.pdf").to_yaml()
    assert again.count("organization:") == pdftotext(result.data).count("Employer") < 26
