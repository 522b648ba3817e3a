"""Fonts are found where pip put them, and every character goes to a font that has it."""

import importlib.util

import pytest
from fontTools.ttLib import TTFont
from hypothesis import given
from hypothesis import strategies as st
from support.engines import tree_of

from cvgen.engine.cached_folders import MANIFEST
from cvgen.errors import EngineMissingError
from cvgen.latex.coverage import Coverage, load_coverage
from cvgen.latex.font_files import fill_fonts_folder, write_icons
from cvgen.latex.fonts import CAPS, COVERAGE, FALLBACKS, FONTS, ICONS, LARGE_FONTS, locate_font
from cvgen.latex.themes import find_theme

MAIN = find_theme("awesome").fonts_of({"font": "sans"})


@pytest.fixture(scope="module")
def folder(shared_cache):
    return tree_of().fonts


@pytest.fixture(scope="module")
def coverage(folder):
    return load_coverage(folder)


def test_folder_has_every_font_under_a_plain_name(folder):
    """TeX finds each font by a name without spaces."""
    names = {path.name for path in folder.iterdir()}
    assert names == {*FONTS, *CAPS, COVERAGE, MANIFEST}
    assert not any(" " in name for name in names)


def test_fonts_are_made_of_the_same_bytes_again(folder, tmp_path):
    """Two machines with the same packages have the same fonts and coverage, and so the same PDFs."""
    fill_fonts_folder(tmp_path)
    for name in (*FONTS, *CAPS, COVERAGE):
        assert (tmp_path / name).read_bytes() == (folder / name).read_bytes(), name


@pytest.mark.parametrize("name", LARGE_FONTS)
def test_large_fonts_are_no_part_of_a_variable_one(folder, name):
    """LuaLaTeX would compute all their outlines: seconds for each, and megabytes to read ever after."""
    with TTFont(folder / name, lazy=True) as font, TTFont(locate_font(name), lazy=True) as source:
        assert not {"STAT", "fvar"} & {*font.keys()}
        assert {*source.keys()} - {"STAT"} == {*font.keys()}
        assert font["maxp"].numGlyphs > 10_000
        same = {*font.keys()} - {"GlyphOrder", "GSUB", "head"}  # of these two see test_opentype.py
        assert all(font.reader[tag] == source.reader[tag] for tag in same)


def test_missing_package_is_named_with_the_command_that_installs_it(tmp_path, monkeypatch):
    """A user without the fonts reads what to type."""
    found = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "font_roboto" else found(name))
    with pytest.raises(EngineMissingError) as caught:
        fill_fonts_folder(tmp_path)
    assert "font-roboto" in str(caught.value)
    assert any(
        "python -m pip install" in hint and "font-roboto" in hint for hint in caught.value.diagnostics[0].hints
    )


@pytest.mark.parametrize(("name", "source"), CAPS.items())
def test_small_capitals_are_other_glyphs_for_the_same_letters(folder, name, source):
    """Small capitals look so and still are read as the letters they are; their name is not the original's."""
    with TTFont(folder / name) as caps, TTFont(folder / source) as normal:
        made, original = caps.getBestCmap(), normal.getBestCmap()
        assert made.keys() == original.keys()
        assert all(made[ord(letter)] != original[ord(letter)] for letter in "abcxyzäéßø")
        assert all(made[ord(letter)] == original[ord(letter)] for letter in "ABCXYZ")
        assert caps["name"].getDebugName(6) == name.partition(".")[0]
        reserved = ("Source", "Garamond", "Noto")
        assert not any(word in caps["name"].getDebugName(number) for number in (1, 4, 6) for word in reserved)
        assert caps["name"].getDebugName(13) == normal["name"].getDebugName(13)  # the licence


def test_every_network_has_an_icon(tmp_path):
    """No contact is left without its icon by a glyph that a new Font Awesome renamed. They are the same each time."""
    write_icons(tmp_path / "icons.tex")
    write_icons(tmp_path / "again.tex")
    text = (tmp_path / "icons.tex").read_text("ascii")
    assert (tmp_path / "again.tex").read_text("ascii") == text
    lines = [line for line in text.splitlines() if line.startswith("\\cvgen@newicon")]
    assert [line.split("{")[1].rstrip("}") for line in lines] == sorted(ICONS)
    assert all(line.endswith(" h}") for line in lines)


@pytest.mark.parametrize(
    ("text", "runs"),
    [
        ("", []),
        ("Chao Jin", [(None, "Chao Jin")]),
        ("naïve Łódź Nguyễn – “x”", [(None, "naïve Łódź Nguyễn – “x”")]),
        ("Chao Jin 金超!", [(None, "Chao Jin "), ("sc", "金超"), (None, "!")]),
        ("Αθήνα, Москва", [("sans", "Αθήνα"), (None, ", "), ("sans", "Москва")]),
        ("漢字とカナ", [("jp", "漢字とカナ")]),
        ("한국어 x", [("kr", "한국어"), (None, " x")]),
        ("（北京）、上海。", [("sc", "（北京）、上海。")]),
        ("e\u0301金\u0301", [(None, "e\u0301"), ("sc", "金\u0301")]),
    ],
)
def test_runs_follow_the_script(coverage, text, runs):
    """Each script falls back to its own font, and what the main font has stays in it."""
    assert coverage.runs(text, MAIN) == runs


@pytest.mark.parametrize(("language", "font"), [("en", "sc"), ("zh-CN", "sc"), ("ja", "jp"), ("ko", "kr")])
def test_language_picks_the_font_of_chinese_characters(coverage, language, font):
    """The same character looks as readers of the document's language expect."""
    assert coverage.runs("直", MAIN, language) == [(font, "直")]


@pytest.mark.parametrize(
    ("text", "han", "runs"),
    [
        ("東京大学", "", [("sc", "東京大学")]),
        ("東京大学", "ja", [("jp", "東京大学")]),
        ("東京大学", "ko", [("kr", "東京大学")]),
        ("漢字とカナ", "ko", [("jp", "漢字とカナ")]),
        ("山田太郎, 김철수", "ja", [("jp", "山田太郎"), (None, ", "), ("kr", "김철수")]),
        ("导师：周明远", "ja", [("sc", "导师：周明远")]),
    ],
)
def test_chinese_characters_are_of_the_language_around_them(coverage, text, han, runs):
    """Kana beside them decide, then kana or hangul elsewhere; but no name is set in two fonts."""
    assert coverage.runs(text, MAIN, "en", han) == runs


def test_shared_marks_follow_chinese_text_in_chinese_documents(coverage):
    """Quotes and dashes have the width of what stands around them."""
    assert coverage.runs("他说“你好”——", MAIN, "zh") == [("sc", "他说“你好”——")]
    assert coverage.runs("“Hello” 金", MAIN, "zh") == [(None, "“Hello” "), ("sc", "金")]
    assert coverage.runs("金超’s", MAIN, "en") == [("sc", "金超"), (None, "’s")]


def test_a_word_is_set_in_one_font(coverage):
    """One letter that the main font lacks takes its whole word along."""
    (start, word, end) = coverage.runs("an Ɓalɗo word", MAIN)
    assert start == (None, "an ")
    assert word[1] == "Ɓalɗo"
    assert word[0] in {"sans", "latin"}
    assert end == (None, " word")


def test_runs_lose_no_character(coverage):
    """What goes in comes out."""
    text = "Chao Jin 金超 (Αθήνα), Москва → ★ 中文、日本。 カタカナ 한국어 e\u0301 \U0001f600 a\u200db"
    for language in ("en", "zh", "ja", "ko"):
        assert "".join(part for _, part in coverage.runs(text, MAIN, language)) == text


@given(st.text(st.sampled_from("aZ é“”‘’…—·\u0301\u200d金かキ한가αжƁ→\u3001\U0001f600")))
def test_text_of_the_main_fonts_alone_is_split_as_all_text_is(coverage, text):
    """Text that is given to the main fonts as a whole would have come to them character by character too."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Coverage, "_all_plain", lambda *_: False)
        one_by_one = [coverage.runs(text, MAIN, language) for language in ("en", "zh", "ja", "ko")]
        lost = coverage.missing(text, MAIN)
    assert [coverage.runs(text, MAIN, language) for language in ("en", "zh", "ja", "ko")] == one_by_one
    assert coverage.missing(text, MAIN) == lost


def test_missing_names_each_character_with_its_place(coverage):
    """A character that no font has is another matter than those that fall back."""
    assert coverage.missing("a金α\U0001f600b\U00013000", MAIN) == [(3, "\U0001f600"), (5, "\U00013000")]
    assert coverage.missing("plain", MAIN) == []
    assert coverage.missing("金超 Москва é", MAIN) == []


def test_every_run_is_covered_by_the_faces_of_its_font(coverage, folder):
    """No weight and no slant meets a character that it lacks."""
    text = "Привет Ελλάδα ѣ Ω № ½ → 金 한 カ ệ Ɓ"
    for font, part in coverage.runs(text, MAIN):
        for name in MAIN if font is None else FALLBACKS[font]:
            with TTFont(folder / name, lazy=True) as face:
                assert {ord(char) for char in part} <= face.getBestCmap().keys(), (font, part, name)
