"""Fonts: where pip put them, the folder in which TeX finds them, and which font has which character.

TeX gets fonts by plain file name from one folder that `prepare` fills: the files themselves, small capitals frozen
into copies of their own, contact icons as vector paths, and a list of what each font covers. `Coverage` then splits
text into runs, so that a name in Chinese falls back to a font that has it, and names what no font has.
"""

from __future__ import annotations

import functools
import importlib.util
import json
import shutil
import tempfile
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from cvgen.errors import EngineMissingError

if TYPE_CHECKING:
    from fontTools.ttLib import TTFont

__all__ = ["CAPS", "FALLBACKS", "FONTS", "ICONS", "Coverage", "load", "locate", "make_small_caps", "prepare"]


def _table() -> Iterator[tuple[str, tuple[str, str]]]:
    sans, roboto, more = "font-source-sans-pro", "font-roboto", "rendercv-fonts"
    for face in ("Light", "LightIt", "Regular", "It", "Semibold", "SemiboldIt", "Bold", "BoldIt"):
        yield f"SourceSansPro-{face}.otf", (sans, f"files/SourceSansPro-{face}.otf")
    for face in ("Light", "Bold"):
        yield f"Roboto-{face}.ttf", (roboto, f"files/Roboto-{face}.ttf")
    for face in ("Italic", "BoldItalic"):
        yield f"SourceSans3-{face}.ttf", (more, f"Source Sans 3/SourceSans3-{face}.ttf")
    for face in ("Regular", "Italic", "Bold", "BoldItalic"):
        yield f"EBGaramond-{face}.ttf", (more, f"EB Garamond/EBGaramond-{face}.ttf")
        yield f"NotoSans-{face}.ttf", (more, f"Noto Sans/NotoSans-{face}.ttf")
    for face in ("SC-Regular", "SC-Bold", "JP-Regular", "JP-Bold", "KR-Regular", "KR-Bold"):
        yield f"NotoSans{face}.ttf", (more, f"Noto Sans/NotoSans{face}.ttf")


FONTS: dict[str, tuple[str, str]] = dict(_table())
"""Plain file name -> (pip package, path inside its module). Plain: TeX's font names cannot hold spaces."""

CAPS: dict[str, str] = {
    "CvgenCaps-Regular.otf": "SourceSansPro-Regular.otf",
    "CvgenCapsSerif-Regular.ttf": "EBGaramond-Regular.ttf",
    "CvgenCapsFallback-Regular.ttf": "NotoSans-Regular.ttf",
}
"""Small capitals made by `prepare` -> the font that they are made from."""

FALLBACKS: dict[str, tuple[str, ...]] = {
    "sans": (
        *(f"SourceSansPro-{face}.otf" for face in ("Light", "Regular", "Semibold", "Bold")),
        *(f"SourceSans3-{face}.ttf" for face in ("Italic", "BoldItalic")),
    ),
    "latin": ("NotoSans-Regular.ttf", "NotoSans-Italic.ttf", "NotoSans-Bold.ttf", "NotoSans-BoldItalic.ttf"),
    "sc": ("NotoSansSC-Regular.ttf", "NotoSansSC-Bold.ttf"),
    "jp": ("NotoSansJP-Regular.ttf", "NotoSansJP-Bold.ttf"),
    "kr": ("NotoSansKR-Regular.ttf", "NotoSansKR-Bold.ttf"),
}
"""Fallback, as `\\cvscript` names it -> its faces, in the order in which they are tried.

`sans` is Source Sans with the Greek and Cyrillic that Source Sans Pro's italics lack; `latin` has the rest of them.
"""

_ALPHABETS = ("sans", "latin")

_ICON_PACKAGE = "rendercv-fonts"
_ICON_FILES = tuple(f"Font Awesome 7/Font Awesome 7 {face}.otf" for face in ("Free-Solid-900", "Brands-Regular-400"))

# Networks whose icon has another name than the network.
_OTHER_ICONS = {
    "email": "envelope",
    "phone": "mobile-screen-button",
    "homepage": "house",
    "address": "location-dot",
    "scholar": "google-scholar",
    "dblp": "database",
    "x": "x-twitter",
    "stackoverflow": "stack-overflow",
    "wechat": "weixin",
    "blog": "rss",
    "birthday": "cake-candles",
    "nationality": "flag",
    "office": "building",
    "link": "link",
    "other": "link",
}
_SAME_ICONS = (
    "github gitlab bitbucket linkedin orcid mastodon bluesky twitter researchgate kaggle medium youtube facebook "
    "instagram telegram whatsapp signal-messenger zhihu weibo bilibili reddit discord threads keybase"
)
ICONS: dict[str, str] = _OTHER_ICONS | {name: name for name in _SAME_ICONS.split()}
"""Contact network -> glyph of Font Awesome. A network that is not here gets the icon of `other`."""


def _package_file(package: str, inside: str) -> Path:
    # find_spec reads no code of the package: some of them import slowly.
    spec = importlib.util.find_spec(package.replace("-", "_"))
    for root in (spec and spec.submodule_search_locations) or ():
        if (path := Path(root, inside)).is_file():
            return path
    problem = "is not installed" if spec is None else f"has no file `{inside}`"
    hint = f"run `python -m pip install --upgrade {package}`"
    raise EngineMissingError(f"the font package `{package}` {problem}", hints=[hint])


def locate(name: str) -> Path:
    """Return where pip put the font called `name` here; raise EngineMissingError if its package is missing."""
    return _package_file(*FONTS[name])


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
            table.cmap = {code: swaps.get(glyph, glyph) for code, glyph in table.cmap.items()}


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
    from fontTools.ttLib import TTFont

    with TTFont(source, recalcTimestamp=False, recalcBBoxes=False) as font:
        _freeze(font, "smcp")
        family, _, style = target.stem.partition("-")
        _rename(font, family, style or "Regular")
        if "DSIG" in font:
            del font["DSIG"]
        font.save(target, reorderTables=None)


_PATH_OPERATORS = {"moveTo": "m", "lineTo": "l", "curveTo": "c", "closePath": "h"}


def _icon_path(font: TTFont, glyph: str) -> str:
    """Draw a glyph as PDF path operators, in the font's units, rounded to whole ones."""
    from fontTools.pens.recordingPen import RecordingPen

    pen = RecordingPen()
    font.getGlyphSet()[glyph].draw(pen)
    return " ".join(
        " ".join([*(f"{round(value)}" for point in points for value in point), _PATH_OPERATORS[operator]])
        for operator, points in pen.value
    )


def _write_icons(target: Path) -> None:
    """Write the icons as TeX: outlines, not text, so that nothing of them is extracted and no font embedded."""
    from fontTools.ttLib import TTFont

    lines: dict[str, str] = {}
    for inside in _ICON_FILES:
        with TTFont(_package_file(_ICON_PACKAGE, inside), lazy=True) as font:
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


_COVERAGE = "coverage.json"


def _write_coverage(folder: Path, names: Iterable[str]) -> None:
    from fontTools.ttLib import TTFont

    sets: dict[str, int] = {}
    faces: dict[str, int] = {}
    for name in names:
        with TTFont(folder / name, lazy=True) as font:
            # A tab or a line break is never text, whatever a font says.
            borders = json.dumps(_ranges(code for code in font.getBestCmap() if code >= 32))
        faces[name] = sets.setdefault(borders, len(sets))
    text = json.dumps({"faces": faces, "sets": [json.loads(borders) for borders in sets]}, separators=(",", ":"))
    (folder / _COVERAGE).write_text(text, encoding="ascii", newline="\n")


def _link(source: Path, target: Path) -> None:
    try:
        target.hardlink_to(source)
    except OSError:
        # Another file system, or one without hard links.
        shutil.copyfile(source, target)


def prepare(folder: Path) -> None:
    """Fill `folder` with all that TeX and `Coverage` need; do nothing if it is there already.

    The folder appears whole or not at all, also when several processes make it at once.
    """
    if (folder / _COVERAGE).is_file():
        return
    folder.parent.mkdir(parents=True, exist_ok=True)
    scratch = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
    try:
        for name in FONTS:
            _link(locate(name), scratch / name)
        for name, source in CAPS.items():
            make_small_caps(locate(source), scratch / name)
        _write_icons(scratch / "cvgen-icons.tex")
        _write_coverage(scratch, FONTS)
        scratch.chmod(0o755)
        try:
            scratch.rename(folder)
        except OSError:
            if not (folder / _COVERAGE).is_file():
                raise
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _in(borders: Sequence[int], code: int) -> bool:
    return bool(bisect_right(borders, code) % 2)


def _common(first: Sequence[int], second: Sequence[int]) -> list[int]:
    """Return the borders of what two fonts have in common.

    >>> _common([32, 127, 160, 256], [65, 91, 200, 300])
    [65, 91, 200, 256]
    """
    borders = sorted({*first, *second})
    inside = [_in(first, code) and _in(second, code) for code in borders]
    return [code for code, here, before in zip(borders, inside, [False, *inside], strict=False) if here != before]


_KANA = ((0x3040, 0x3100), (0x31F0, 0x3200), (0xFF66, 0xFFA0))
_HANGUL = ((0x1100, 0x1200), (0x3130, 0x3190), (0xA960, 0xA980), (0xAC00, 0xD800))
_HAN = ((0x2E80, 0x2FE0), (0x3100, 0x3130), (0x31A0, 0x31F0), (0x3400, 0xA000), (0xF900, 0xFB00), (0x20000, 0x40000))
_CJK_MARKS = ((0x2FF0, 0x3040), (0x3200, 0x3400), (0xFE30, 0xFE50), (0xFF00, 0xFF66), (0xFFA0, 0xFFF0))
# Punctuation that Chinese and Japanese share with Western text, at their own width.
_SHARED_MARKS = "“”‘’…—·"


def _among(char: str, blocks: tuple[tuple[int, int], ...]) -> bool:
    return any(start <= ord(char) < stop for start, stop in blocks)


def _is_cjk(char: str) -> bool:
    return any(_among(char, blocks) for blocks in (_HAN, _KANA, _HANGUL, _CJK_MARKS))


def _clusters(text: str) -> Iterator[str]:
    """Cut before every character that does not attach to the one before it."""
    start = 0
    for place in range(1, len(text) + 1):
        if place == len(text) or not (
            unicodedata.category(text[place]) in {"Mn", "Me", "Mc"} or text[place] in "\u200c\u200d"
        ):
            yield text[start:place]
            start = place


class Coverage:
    """Which font has which character, for the fonts of one prepared folder. Reads nothing until it must."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @functools.cached_property
    def _faces(self) -> dict[str, list[int]]:
        stored = json.loads((self._folder / _COVERAGE).read_text(encoding="ascii"))
        return {name: stored["sets"][number] for name, number in stored["faces"].items()}

    @functools.cache  # noqa: B019  # as long-lived as the folder it describes
    def _common(self, faces: tuple[str, ...]) -> Sequence[int]:
        return functools.reduce(_common, (self._faces[name] for name in faces))

    def _has(self, faces: Sequence[str], text: str) -> bool:
        borders = self._common(tuple(faces))
        return all(_in(borders, ord(char)) for char in text)

    def _fallback(self, cluster: str, order: Sequence[str]) -> str | None:
        return next((name for name in order if self._has(FALLBACKS[name], cluster)), None)

    def _fonts(self, clusters: list[str], main: Sequence[str], language: str) -> list[str | None]:
        """Choose a font for each cluster."""
        han = _han_font("".join(clusters), language)
        fonts: list[str | None] = []
        for cluster in clusters:
            first = cluster[0]
            if _is_cjk(first):
                own = "kr" if _among(first, _HANGUL) else "jp" if _among(first, _KANA) else han
                fonts.append(self._fallback(cluster, (own, "sc", "jp", "kr", *_ALPHABETS)))
            elif self._has(main, cluster):
                fonts.append(None)
            else:
                fonts.append(self._fallback(cluster, (*_ALPHABETS, han, "sc", "jp", "kr")))
        self._even_out_words(clusters, fonts)
        if language.split("-")[0] in {"zh", "ja"}:
            self._claim_marks(clusters, fonts)
        return fonts

    def _even_out_words(self, clusters: list[str], fonts: list[str | None]) -> None:
        """Set a word of which one letter falls back wholly in the fallback: two faces in one word look broken."""
        start = 0
        for stop in range(len(clusters) + 1):
            if stop < len(clusters) and clusters[stop][0].isalpha() and fonts[stop] in {None, *_ALPHABETS}:
                continue
            if any(fonts[start:stop]) and (one := self._fallback("".join(clusters[start:stop]), _ALPHABETS)):
                fonts[start:stop] = [one] * (stop - start)
            start = stop + 1

    def _claim_marks(self, clusters: list[str], fonts: list[str | None]) -> None:
        """Give quotes, dashes and dots next to Chinese or Japanese text its font."""
        cjk = ("sc", "jp", "kr")
        order = [*range(len(clusters)), *reversed(range(len(clusters)))]
        for place in order:
            if clusters[place] in _SHARED_MARKS and fonts[place] is None:
                for near in (place - 1, place + 1):
                    if 0 <= near < len(fonts) and (font := fonts[near]) in cjk and font is not None:
                        fonts[place] = font if self._has(FALLBACKS[font], clusters[place]) else None

    def runs(self, text: str, main: Sequence[str], language: str = "en") -> list[tuple[str | None, str]]:
        """Split `text` into runs of one font each: None for the faces in `main`, or a name in FALLBACKS.

        `main` are file names; a character counts as theirs if all of them have it. What no font has is left to the
        main font: ask `missing` first.
        """
        if text.isascii():
            return [(None, text)] if text else []
        clusters = list(_clusters(text))
        runs: list[tuple[str | None, str]] = []
        for cluster, font in zip(clusters, self._fonts(clusters, main, language), strict=True):
            if runs and runs[-1][0] == font:
                runs[-1] = (font, runs[-1][1] + cluster)
            else:
                runs.append((font, cluster))
        return runs

    def missing(self, text: str, main: Sequence[str]) -> list[tuple[int, str]]:
        """List the characters that no font has, each with its offset in `text`."""
        if text.isascii():
            return []
        lost: list[tuple[int, str]] = []
        place = 0
        for cluster in _clusters(text):
            if not self._has(main, cluster) and self._fallback(cluster, tuple(FALLBACKS)) is None:
                alone = [(place + offset, char) for offset, char in enumerate(cluster)]
                lost += [item for item in alone if not self._has(main, item[1])] or alone[-1:]
            place += len(cluster)
        return lost


def _han_font(text: str, language: str) -> str:
    by_language = {"ja": "jp", "ko": "kr", "zh": "sc"}.get(language.split("-")[0])
    if by_language:
        return by_language
    return "jp" if any(_among(char, _KANA) for char in text) else "sc"


def load(folder: Path) -> Coverage:
    """Return the coverage of the fonts in a folder that `prepare` filled."""
    return Coverage(folder)
