"""Every character that the fonts of a theme have comes back from the PDF as what it is."""

import unicodedata

import pytest
from fontTools.ttLib import TTFont
from support.engines import installed, tree_of

from cvgen.builder import typeset
from cvgen.latex.coverage import load_coverage
from cvgen.latex.fonts import FALLBACKS
from cvgen.latex.themes import find_theme
from cvgen.options import TypesetOptions
from cvgen.values.text_policy import clean_text


def characters(theme, folder):
    """Return the characters that a document in this theme may hold, Chinese, Japanese and Korean left aside."""
    main = find_theme(theme).fonts_of({"font": find_theme(theme).options["font"].default})
    faces = {*main, *FALLBACKS["sans"], *FALLBACKS["latin"]}
    codes = set()
    for face in faces:
        with TTFont(folder / face, lazy=True) as font:
            codes |= font.getBestCmap().keys()
    coverage = load_coverage(folder)
    return [
        char
        for char in map(chr, sorted(codes))
        if unicodedata.category(char)[0] != "C"  # no controls, nothing private
        and not 0xFE00 <= ord(char) < 0xFE10  # the looks of the character before
        and char.strip()
        and clean_text(f"a{char}b") == (unicodedata.normalize("NFC", f"a{char}b"), ())
        and not coverage.missing(char, main)
    ]


@pytest.mark.long
@pytest.mark.parametrize("theme", ["awesome", "plain"])
@pytest.mark.parametrize("engine", ["xelatex", "lualatex"])
def test_each_comes_back(profile, engine, theme):
    """The text gate of every build compares them: Latin with all its accents, Greek, Cyrillic, signs."""
    installed(engine)
    some = characters(theme, tree_of(theme).fonts)
    assert len(some) > 2500
    path = profile({"kind": "text", "title": "Characters", "highlights": [f"a{char}b" for char in some]})
    assert typeset(path, TypesetOptions(engine=engine, theme=theme)).pages > 10
