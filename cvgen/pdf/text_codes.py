"""Characters that a PDF says its glyphs are: of those that share a glyph, the one that the document has.

A font draws Δ (Greek) and ∆ (increment) with one glyph, and the engine names one of them without knowing which was
written (docs/decisions/0033-equal-glyphs.md).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from pikepdf import Dictionary, Name, Object, Pdf

from cvgen.document.nodes import Document, lines_of, plain

__all__ = ["TWINS", "set_characters"]

# Fonts draw these with one glyph, and it is the engine's choice which of them it says that the glyph is.
_TWINS = """
-‐‑ –‒ …⋯ ·•‧・ ‘ʻ ′‵｀ ∕／ 〜～ µμ Δ∆ φϕ =˭⁼ ➡⮕ ⓪🄋 ⓿🄌 ①➀ ②➁ ③➂ ④➃ ⑤➄ ⑥➅ ⑦➆ ⑧➇ ⑨➈ ⑩➉ ❶➊ ❷➋ ❸➌ ❹➍ ❺➎ ❻➏ ❼➐ ❽➑ ❾➒ ❿➓
胶㬵 肦朌 胊朐 脁朓 櫸𣟱 逸𨓜 赳𧺯 卉𠦄 杞𣏌 晩晚 曶㫚 幐㬺 槩㮣 墫壿 瑨𤨁 郎郞
"""
TWINS: Final = (*_TWINS.split(), "Ω\u2126", "Å\u212b")
# Letters and numbers: of signs, the engine names the common one.
_GROUPS = {char: group for group in TWINS for char in group if char.isalnum()}
# The last number of a line: `<0123> <2206>` in a bfchar section, `<0123> <0123> <2206>` in a bfrange section.
_TARGET = re.compile(rb"(?m)^(<[0-9A-Fa-f]+>\s*(?:<[0-9A-Fa-f]+>\s*)?)<([0-9A-Fa-f]{4})>(?=\s*$)")


def set_characters(pdf: Pdf, document: Document) -> None:
    """Rewrite the ToUnicode maps whose characters have a twin that the document has in their place."""
    found = {char for line in lines_of(document) for char in plain(line) if char in _GROUPS}
    meant = dict(_meant(found))
    if not meant:
        return

    def written(match: re.Match[bytes]) -> bytes:
        char = chr(int(match[2], 16))
        return match[1] + b"<%04X>" % ord(meant.get(char, char))

    for cmap in _maps(pdf):
        data = cmap.read_bytes()
        changed = _TARGET.sub(written, data)
        if changed != data:
            cmap.write(changed)


def _meant(found: Iterable[str]) -> Iterable[tuple[str, str]]:
    """Yield what the engine may have named, with what stands in the document. Where two of a group do, none is."""
    chars = set(found)
    for group in {_GROUPS[char] for char in chars}:
        there = [char for char in group if char in chars]
        if len(there) == 1:
            yield from ((twin, there[0]) for twin in group if twin != there[0])


def _maps(pdf: Pdf) -> Iterable[Object]:
    """Yield the ToUnicode map of each font."""
    for item in pdf.objects:
        if isinstance(item, Dictionary) and item.get("/Type") == Name.Font and "/ToUnicode" in item:
            yield item.ToUnicode
