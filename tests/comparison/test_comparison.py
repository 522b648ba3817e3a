"""When titles, names, places and author lists are the same, and when they only look so."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cvgen.comparison.authors import compare_authors
from cvgen.comparison.matching import Matching
from cvgen.comparison.places import parse_place
from cvgen.comparison.spelling import is_misspelling, titles_alike


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Algorithms I", "Algorithms II"),
        ("CS 101", "CS 102"),
        ("Macroeconomics", "Microeconomics"),
        ("Introduction to Computer Systems", "Introduction to Computer Security"),
        ("Operating Systems", "Distributed Systems"),
    ],
)
def test_other_courses_are_not_misspelt(one, other):
    """A number, a part, another subject: two courses."""
    assert not is_misspelling(one, other)
    assert not is_misspelling(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("scaling inference on cpus", "scaling inference on gpus"),
        ("a survey of caching part 1", "a survey of caching part 2"),
        ("what the wmt2018 data teach", "what the wmt2019 data teach"),
        ("learning to rank", "learning to sort"),
    ],
)
def test_other_papers_are_not_misspelt(one, other):
    """Titles that differ by what the paper is about are two titles."""
    assert not titles_alike(one, other)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Santa Clara", "Santa Clara, CA, U.S.", True),
        ("New York, NY", "New York City, USA", True),
        ("Cambridge, UK", "Cambridge, MA, U.S.", False),
        ("Boston, U.S.", "Santa Clara, U.S.", False),
        ("Atlanta, Georgia", "Atlanta, GA, United States", True),
    ],
)
def test_places_are_compared_by_their_parts(one, other, same):
    """A part that is left out contradicts nothing; a part that differs does."""
    assert parse_place(one).may_be(parse_place(other)) is same
    assert parse_place(other).may_be(parse_place(one)) is same


@pytest.mark.parametrize(
    ("here", "there"),
    [
        (["C. Jin", "X. Jin"], ["Chao Jin", "Xin Jin"]),
        (["Jin, Chao"], ["Chao Jin"]),
        (["Chao Jin", "et al."], ["Chao Jin", "Zili Zhang", "Xin Jin"]),
        (["Müller, Jürgen"], ["Jurgen Muller"]),
    ],
)
def test_author_lists_in_other_styles_agree(here, there):
    """Initials, family names first, "et al.": other styles, the same authors."""
    assert compare_authors(here, there) is None
    assert compare_authors(there, here) is None


@given(st.permutations(range(8)))
def test_moves_are_as_few_as_can_be(order):
    """Without those that moved, the others stand in order."""
    pairs = list(enumerate(order))
    stay = [j for i, j in pairs if (i, j) not in Matching.of(pairs, 8, 8).moved]
    assert stay == sorted(stay)
