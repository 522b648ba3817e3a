"""Make the fonts that TeX gets: copies by plain names, small capitals, icons, and what each font covers.

Small capitals are frozen into copies of their own; contact icons are TeX, as vector paths.
"""

from __future__ import annotations

import itertools
import json
import mmap
import shutil
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from fontTools.pens.recordingPen import RecordingPen
from fontTools.ttLib import TTFont

from cvgen.latex import opentype
from cvgen.latex.fonts import CAPS, COVERAGE, FONTS, ICON_FILES, ICONS, LARGE_FONTS, locate_font, locate_icon_font

__all__ = ["fill_fonts_folder", "make_small_caps", "write_icons"]


def _freeze(font: TTFont, feature: str) -> None:
    """Let each character reach the glyph that `feature` would put in the place of its own."""
    gsub = font["GSUB"].table
    records = [record for record in gsub.FeatureList.FeatureRecord if record.FeatureTag == feature]
    swaps: dict[str, str] = {}
    for number in sorted({number for record in records for number in record.Feature.LookupListIndex}):
        for subtable in gsub.LookupList.Lookup[number].SubTable:
            single = getattr(subtable, "ExtSubTable", subtable)
            if single.LookupType == 1:
                swaps.update(single.mapping)
    for table in font["cmap"].tables:
        if table.isUnicode() and hasattr(table, "cmap"):
            table.cmap = dict(_swapped(table.cmap, swaps))


def _swapped(cmap: Mapping[int, str], swaps: Mapping[str, str]) -> Iterator[tuple[int, str]]:
    """Yield the characters with their glyphs.

    Where two letters have one small capital (i and dotless i, s and long s), the second one keeps its own glyph: text
    that is extracted says the first.
    """
    owners: dict[str, str] = {}
    for code, glyph in sorted(cmap.items()):
        small = glyph if _loses_accents(code) else swaps.get(glyph, glyph)
        yield code, small if owners.setdefault(small, glyph) == glyph else glyph


def _loses_accents(code: int) -> bool:
    """Tell whether small capitals of a letter are another letter's too: Greek ones drop their accents."""
    return 0x370 <= code < 0x400 or 0x1F00 <= code < 0x2000


def _rename(font: TTFont, family: str, style: str) -> None:
    """Give a changed copy a name of its own, as the Open Font License asks."""
    postscript, names = f"{family}-{style}", font["name"]
    fresh = {1: family, 2: style, 3: postscript, 4: f"{family} {style}", 6: postscript}
    names.names = [record for record in names.names if record.nameID in {0, 5, 13, 14} or record.nameID in fresh]
    for record in names.names:
        record.string = fresh.get(record.nameID, record.string)
    if "CFF " in font:
        cff = font["CFF "].cff
        cff.fontNames = [postscript]
        cff[0].FamilyName, cff[0].FullName = family, f"{family} {style}"


def make_small_caps(source: Path, target: Path) -> None:
    """Write a copy of `source` whose lower-case letters are small capitals; its name is `target`'s.

    A font feature would look the same and be extracted as capitals; here `a` stays an `a`. The same source gives
    the same bytes.
    """
    with TTFont(source, recalcTimestamp=False, recalcBBoxes=False) as font:
        _freeze(font, "smcp")
        family, _, style = target.stem.partition("-")
        _rename(font, family, style or "Regular")
        if "DSIG" in font:
            del font["DSIG"]
        font.save(target, reorderTables=None)


def _put(source: Path, target: Path) -> None:
    """Put a font into the folder: a copy that looks the same and makes engines quicker.

    Large fonts lose the table that names their style among those of a variable font. By that LuaLaTeX takes one for a
    variable font, computes the outline of each of its thousands of glyphs anew, and writes them down: that took half
    a minute for a document in Chinese and Korean, and more than all else ever after.
    """
    shutil.copyfile(source, target)
    with target.open("r+b") as file, mmap.mmap(file.fileno(), 0) as font:
        opentype.share_features(font)
        if target.name in LARGE_FONTS:
            opentype.remove(font, b"STAT")


_PATH_OPERATORS = {"moveTo": "m", "lineTo": "l", "curveTo": "c", "closePath": "h"}


def _icon_path(font: TTFont, glyph: str) -> str:
    """Draw a glyph as PDF path operators, in the font's units, rounded to whole ones."""
    pen = RecordingPen()
    font.getGlyphSet()[glyph].draw(pen)
    return " ".join(
        " ".join([*(f"{round(value)}" for point in points for value in point), _PATH_OPERATORS[operator]])
        for operator, points in pen.value
    )


def write_icons(target: Path) -> None:
    """Write the contact icons as TeX: outlines, so that nothing of them is extracted and no font embedded."""
    lines: dict[str, str] = {}
    for inside in ICON_FILES:
        with TTFont(locate_icon_font(inside), lazy=True) as font:
            unit, widths = font["head"].unitsPerEm, font["hmtx"].metrics
            for network, glyph in ICONS.items():
                if glyph in widths and network not in lines:
                    path = _icon_path(font, glyph)
                    lines[network] = f"\\cvgen@newicon{{{network}}}{{{unit}}}{{{widths[glyph][0]}}}{{{path}}}"
    credit = "% Contact icons: outlines of Font Awesome Free (CC BY 4.0, https://fontawesome.com), made by cvgen."
    target.write_text("\n".join([credit, *map(lines.__getitem__, sorted(lines)), ""]), encoding="ascii", newline="\n")


def _ranges(codes: Iterable[int]) -> list[int]:
    """Flatten to sorted borders: in from an even place, out from an odd one.

    >>> _ranges({65, 66, 67, 97})
    [65, 68, 97, 98]
    """
    borders: list[int] = []
    for code in sorted(codes):
        if borders and borders[-1] == code:
            borders[-1] = code + 1
        else:
            borders += [code, code + 1]
    return borders


def _is_reordered(code: int) -> bool:
    """Tell whether a script sets letters in another order than it is read: its text would come back scrambled."""
    is_hangul = 0x1100 <= code < 0x1200
    return (0x590 <= code < 0x1D00 and not is_hangul) or 0xA8E0 <= code < 0xA900


def _codes(font: Path, cmap: bytes) -> Iterable[int]:
    """Return the codes of the characters that a font has."""
    segments = opentype.segments(cmap)
    if segments is not None:
        return itertools.chain.from_iterable(segments)
    with TTFont(font, lazy=True) as whole:
        codes: Iterable[int] = whole.getBestCmap()
    return codes


def _write_coverage(folder: Path, names: Iterable[str]) -> None:
    sets: dict[bytes, str] = {}
    faces: dict[str, str] = {}
    for name in names:
        with (folder / name).open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as font:
            cmap = opentype.table(font, b"cmap")  # of several weights it is often the same
        if cmap not in sets:
            # A tab or a line break is never text, whatever a font says.
            codes = (code for code in _codes(folder / name, cmap) if code >= 32 and not _is_reordered(code))
            sets[cmap] = json.dumps(_ranges(codes))
        faces[name] = sets[cmap]
    different = {borders: number for number, borders in enumerate(dict.fromkeys(faces.values()))}
    text = json.dumps(
        {
            "faces": {name: different[borders] for name, borders in faces.items()},
            "sets": [json.loads(borders) for borders in different],
        },
        separators=(",", ":"),
    )
    (folder / COVERAGE).write_text(text, encoding="ascii", newline="\n")


def fill_fonts_folder(folder: Path) -> None:
    """Write all fonts and their coverage into an empty folder. Raises OSError, `EngineMissingError`."""
    with ThreadPoolExecutor(1) as writer:  # most of the time is the disk's and the kernel's
        large = [writer.submit(_put, locate_font(name), folder / name) for name in FONTS if name in LARGE_FONTS]
        for name in FONTS:
            if name not in LARGE_FONTS:
                _put(locate_font(name), folder / name)
        for name, source in CAPS.items():
            make_small_caps(folder / source, folder / name)
        for one in large:
            one.result()
        _write_coverage(folder, FONTS)
