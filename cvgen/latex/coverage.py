"""Which font has which character: text is split into runs of one font, and what no font has is named.

A name in Chinese falls back to a font that has it; choosing here, by the fonts' own tables, works in any engine.
"""

from __future__ import annotations

import functools
import json
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from cvgen.latex.fonts import COVERAGE, FALLBACKS

__all__ = ["Coverage", "han_language", "load_coverage"]

_ALPHABETS = ("sans", "latin")


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
    return char >= "\u1100" and any(_among(char, blocks) for blocks in (_HAN, _KANA, _HANGUL, _CJK_MARKS))


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
    """Which font has which character. `faces` are the sorted borders of its ranges of characters, by font file."""

    def __init__(self, faces: Mapping[str, Sequence[int]]) -> None:
        self._faces = faces
        # Of this object, not of the class, which would keep each one for ever.
        self._common = functools.cache(self._find_common)
        self._is_plain = functools.cache(self._find_plain)

    def _find_common(self, faces: tuple[str, ...]) -> Sequence[int]:
        # Faces of a family share one list of borders.
        return functools.reduce(_common, {id(self._faces[name]): self._faces[name] for name in faces}.values())

    def _find_plain(self, faces: tuple[str, ...], char: str) -> bool:
        """Tell whether `char` belongs to the faces wherever it stands."""
        return not _is_cjk(char) and self._has(faces, char)

    def _all_plain(self, faces: Sequence[str], text: str) -> bool:
        return all(self._is_plain(tuple(faces), char) for char in set(text))

    def _has(self, faces: Sequence[str], text: str) -> bool:
        borders = self._common(tuple(faces))
        return all(_in(borders, ord(char)) for char in text)

    def _fallback(self, cluster: str, order: Sequence[str]) -> str | None:
        return next((name for name in order if self._has(FALLBACKS[name], cluster)), None)

    def _han_font(self, clusters: list[str], language: str, han: str) -> str:
        """Choose one font for all the Chinese characters: that of a language that has all of them."""
        if font := _HAN_FONTS.get(_primary(language)):
            return font
        # A list of names may have Japanese and Korean ones: hangul says nothing about what else stands in it.
        own = "jp" if any(_among(cluster[0], _KANA) for cluster in clusters) else _HAN_FONTS.get(han, "sc")
        text = "".join(cluster for cluster in clusters if _among(cluster[0], _HAN))
        return next((name for name in (own, "sc", "jp", "kr") if self._has(FALLBACKS[name], text)), own)

    def _fonts(self, clusters: list[str], main: Sequence[str], language: str, han: str) -> list[str | None]:
        """Choose a font for each cluster."""
        han = self._han_font(clusters, language, han)
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
        if _primary(language) in {"zh", "ja"}:
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

    def runs(
        self, text: str, main: Sequence[str], language: str = "en", han: str = ""
    ) -> list[tuple[str | None, str]]:
        """Split `text` into runs of one font each: None for the faces in `main`, or a name in FALLBACKS.

        `main` are file names; a character counts as theirs if all of them have it. What no font has is left to the
        main font: ask `missing` first. `han` is what `han_language` says of the whole document.
        """
        if text.isascii() or self._all_plain(main, text):
            return [(None, text)] if text else []
        clusters = list(_clusters(text))
        runs: list[tuple[str | None, str]] = []
        for cluster, font in zip(clusters, self._fonts(clusters, main, language, han), strict=True):
            if runs and runs[-1][0] == font:
                runs[-1] = (font, runs[-1][1] + cluster)
            else:
                runs.append((font, cluster))
        return runs

    def missing(self, text: str, main: Sequence[str]) -> list[tuple[int, str]]:
        """List the characters that no font has, each with its offset in `text`."""
        if text.isascii() or self._all_plain(main, text):
            return []
        lost: list[tuple[int, str]] = []
        place = 0
        for cluster in _clusters(text):
            if not self._has(main, cluster) and self._fallback(cluster, tuple(FALLBACKS)) is None:
                alone = [(place + offset, char) for offset, char in enumerate(cluster)]
                lost += [item for item in alone if not self._has(main, item[1])] or alone[-1:]
            place += len(cluster)
        return lost


_HAN_FONTS = {"ja": "jp", "ko": "kr", "zh": "sc"}


def _primary(language: str) -> str:
    return language.split("-")[0].lower()


def han_language(texts: Iterable[str]) -> str:
    """Return whose Chinese characters stand in texts that are not in a language that has them.

    They are Japanese (`ja`) where more texts have kana than have Chinese characters alone, Korean (`ko`) where more
    have hangul: one Japanese name among Chinese ones makes none of them Japanese.

    >>> han_language(["東京大学", "カナ", "かな"]), han_language(["김철수", "金", "이"])
    ('ja', 'ko')
    >>> han_language(["金超", "李明", "カナ"])
    ''
    """
    kinds = [_script_of_text(text) for text in texts if not text.isascii()]
    for script, language in ((_KANA, "ja"), (_HANGUL, "ko")):
        if kinds.count(script) > kinds.count(_HAN):
            return language
    return ""


def _script_of_text(text: str) -> object:
    """Return the script that tells whose a text is: kana, hangul, Chinese characters alone; None for others."""
    return next((script for script in (_KANA, _HANGUL, _HAN) if any(_among(char, script) for char in text)), None)


def load_coverage(folder: Path) -> Coverage:
    """Return the coverage of the fonts in a folder that was prepared. Raises OSError, ValueError if it is damaged."""
    state = (folder / COVERAGE).stat()
    return _load(folder, state.st_mtime_ns, state.st_ino)


@functools.lru_cache(maxsize=4)
def _load(folder: Path, time: int, inode: int) -> Coverage:
    stored = json.loads((folder / COVERAGE).read_text(encoding="ascii"))
    return Coverage({name: stored["sets"][number] for name, number in stored["faces"].items()})
