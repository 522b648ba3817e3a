"""A font that is changed in place is still a sound font, and sets what it set."""

import io
import struct

import pytest
from fontTools.ttLib import TTFont
from fontTools.ttLib.sfnt import calcChecksum
from fontTools.ttLib.tables import otTables

from cvgen.builder import typeset
from cvgen.latex import opentype
from cvgen.latex.fonts import FONTS, locate_font
from cvgen.options import TypesetOptions

LANGUAGES = ("SourceSansPro-Regular.otf", "SourceSansPro-LightIt.otf", "NotoSansJP-Regular.ttf")
"""Fonts that hold the same feature for several languages."""


@pytest.fixture(params=FONTS)
def font(request):
    return locate_font(request.param).read_bytes()


def sharing(data):
    """Return a copy in which languages share features."""
    font = bytearray(data)
    opentype.share_features(font)
    return bytes(font)


def without(data, tag):
    """Return a copy that lacks a table."""
    font = bytearray(data)
    opentype.remove(font, tag)
    return bytes(font)


def languages(table):
    """Yield script, language, and what stands there, for each language of a GSUB table."""
    for record in table.ScriptList.ScriptRecord:
        script = record.Script
        if script.DefaultLangSys:
            yield record.ScriptTag, "", script.DefaultLangSys
        for other in script.LangSysRecord:
            yield record.ScriptTag, other.LangSysTag, other.LangSys


def lookups(data):
    """Return what a shaper does with a font: script and language -> features, each with its lookups."""
    table = TTFont(io.BytesIO(data))["GSUB"].table
    features = [(it.FeatureTag, tuple(it.Feature.LookupListIndex)) for it in table.FeatureList.FeatureRecord]
    return {
        (script, language): (one.ReqFeatureIndex, sorted(features[number] for number in one.FeatureIndex))
        for script, language, one in languages(table)
    }


def used(data):
    """Return the numbers of the features that some language refers to."""
    table = TTFont(io.BytesIO(data))["GSUB"].table
    return {number for *_, one in languages(table) for number in one.FeatureIndex}


def assert_sound(data):
    """All checksums are right, and the directory is (OpenType 1.9, "Font File")."""
    with TTFont(io.BytesIO(data), lazy=True) as font:
        entries = font.reader.tables
        tags = [data[at : at + 4] for at in range(12, 12 + 16 * len(entries), 16)]
        assert tags == sorted(tag.encode() for tag in entries)
        for tag, entry in entries.items():
            table = font.reader[tag]
            table = table[:8] + bytes(4) + table[12:] if tag == "head" else table
            assert calcChecksum(table) == entry.checkSum, tag
        power = len(entries).bit_length() - 1
        header = len(entries), 16 << power, power, 16 * len(entries) - (16 << power)
    assert struct.unpack(">HHHH", data[4:12]) == header
    assert calcChecksum(data) == 0xB1B0AFBA


def test_every_language_keeps_its_features(font):
    """Each has the same lookups under the same names, so all text is set as it was."""
    better = sharing(font)
    assert_sound(better)
    assert len(better) == len(font)
    assert lookups(better) == lookups(font)
    assert sharing(better) == better


@pytest.mark.parametrize("name", LANGUAGES)
def test_languages_share_their_features(name):
    """xdvipdfmx reads all of them for each PDF."""
    before = locate_font(name).read_bytes()
    assert 2 * len(used(sharing(before))) <= len(used(before))


def test_features_that_variations_name_stay():
    """They are known by their numbers there."""
    font = TTFont(locate_font(LANGUAGES[0]))
    table = font["GSUB"].table
    table.Version = 0x00010001
    table.FeatureVariations = otTables.FeatureVariations()
    table.FeatureVariations.Version = 0x00010000
    table.FeatureVariations.FeatureVariationRecord = []
    out = io.BytesIO()
    font.save(out)
    assert sharing(out.getvalue()) == out.getvalue()


@pytest.mark.parametrize("tag", [b"STAT", b"GSUB", b"name"])
def test_a_table_can_go(tag):
    """Nothing else changes."""
    before = locate_font("NotoSansJP-Regular.ttf").read_bytes()
    after = without(before, tag)
    assert_sound(after)
    with TTFont(io.BytesIO(before), lazy=True) as old, TTFont(io.BytesIO(after), lazy=True) as new:
        assert {*old.reader.tables} - {*new.reader.tables} == {tag.decode()}
        for other in new.reader.tables:
            assert other == "head" or new.reader[other] == old.reader[other]
    assert without(after, tag) == after


def test_the_characters_are_those_of_the_font(font):
    """They are read from the table itself, as fontTools reads them; or not at all, for one without all of Unicode."""
    with TTFont(io.BytesIO(font)) as whole:
        cmap = opentype.table(bytearray(font), b"cmap")
        assert cmap == whole.reader["cmap"]
        segments = opentype.segments(cmap)
        if segments is None:
            assert not [one for one in whole["cmap"].tables if one.format == 12]
        else:
            assert [code for segment in segments for code in segment] == sorted(whole.getBestCmap())


def test_both_forms_of_characters_are_tested():
    """Some of our fonts have characters beyond the first 65,536, and some have not."""
    forms = [opentype.segments(opentype.table(bytearray(locate_font(name).read_bytes()), b"cmap")) for name in FONTS]
    assert None in forms
    assert len([form for form in forms if form]) > 20
    assert opentype.table(bytearray(locate_font("Roboto-Bold.ttf").read_bytes()), b"SVG ") == b""


@pytest.mark.parametrize("theme", ["awesome", "plain"])
@pytest.mark.parametrize("engine", ["xelatex", pytest.param("lualatex", marks=pytest.mark.long)])
def test_a_pdf_is_what_it_was(profile, tmp_path, monkeypatch, engine, theme):
    """With the fonts as they came the same bytes come out: ligatures, small capitals, other scripts."""
    text = "*Office* **flow** `fi` Ελληνικά Русский 中文 日本語 한국어"
    path = profile({"kind": "text", "title": "Affluent 中文", "text": text}, {"kind": "text", "text": text})
    options = TypesetOptions(engine=engine, theme=theme)
    ours = typeset(path, options)
    monkeypatch.setattr(opentype, "share_features", lambda font: None)
    monkeypatch.setenv("CVGEN_CACHE_DIR", str(tmp_path / "cache"))
    assert typeset(path, options).data == ours.data
