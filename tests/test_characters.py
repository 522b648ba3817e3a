"""Every character that the fonts of a theme have comes back from the PDF as what it is."""

import unicodedata

import pytest
from conftest import installed
from cvgen.typeset import typeset
from fontTools.ttLib import TTFont

from cvgen.latex import fonts
from cvgen.latex.coverage import load
from cvgen.latex.themes import find_theme
from cvgen.values.text_policy import clean


def characters(theme, folder):
    """Return the characters that a document in this theme may hold, Chinese, Japanese and Korean left aside."""
    main = find_theme(theme).main_fonts
    faces = {*main, *fonts.FALLBACKS["sans"], *fonts.FALLBACKS["latin"]}
    codes = set()
    for face in faces:
        with TTFont(folder / face, lazy=True) as font:
            codes |= font.getBestCmap().keys()
    coverage = load(folder)
    return [
        char
        for char in map(chr, sorted(codes))
        if unicodedata.category(char)[0] != "C"  # no controls, nothing private
        and not 0xFE00 <= ord(char) < 0xFE10  # the looks of the character before
        and char.strip()
        and clean(f"a{char}b") == (unicodedata.normalize("NFC", f"a{char}b"), ())
        and not coverage.missing(char, main)
    ]


@pytest.mark.long
@pytest.mark.parametrize("theme", ["awesome", "plain"])
@pytest.mark.parametrize("engine", ["xelatex", "lualatex"])
def test_each_comes_back(profile, tmp_path_factory, engine, theme):
    """The text gate of every build compares them: Latin with all its accents, Greek, Cyrillic, signs."""
    installed(engine)
    folder = tmp_path_factory.mktemp("fonts") / "fonts"
    fonts.prepare(folder)
    some = characters(theme, folder)
    assert len(some) > 2500
    path = profile({"kind": "text", "title": "Characters", "highlights": [f"a{char}b" for char in some]})
    assert typeset(path, engine=engine, theme=theme).pages > 10
