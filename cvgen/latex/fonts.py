"""Table of the fonts: which pip package has each, and which of them stand in for which script."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from pathlib import Path

from cvgen.errors import EngineMissingError

__all__ = [
    "CAPS",
    "COVERAGE",
    "FALLBACKS",
    "FAMILIES",
    "FONTS",
    "ICONS",
    "ICON_FILES",
    "LARGE_FONTS",
    "MONOSPACED",
    "locate_font",
    "locate_icon_font",
]


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
        yield f"XCharter-{face}.otf", (more, f"XCharter/XCharter-{face}.otf")
        yield f"NotoSans-{face}.ttf", (more, f"Noto Sans/NotoSans-{face}.ttf")
    for face in ("Regular", "Bold"):
        yield f"IBMPlexMono-{face}.ttf", ("fontpkg-ibm-plex-mono", f"files/IBMPlexMono-{face}.ttf")
    for face in ("SC-Regular", "SC-Bold", "JP-Regular", "JP-Bold", "KR-Regular", "KR-Bold"):
        yield f"NotoSans{face}.ttf", (more, f"Noto Sans/NotoSans{face}.ttf")


FONTS: dict[str, tuple[str, str]] = dict(_table())
"""Plain file name -> (pip package, path inside its module). Plain: TeX's font names cannot hold spaces."""

FAMILIES: dict[str, tuple[str, ...]] = {
    "sans": tuple(name for name in FONTS if name.startswith("SourceSansPro-")),
    "serif": tuple(name for name in FONTS if name.startswith("EBGaramond-")),
    "charter": tuple(name for name in FONTS if name.startswith("XCharter-")),
}
"""Family, as the option `font` names it -> its faces."""

MONOSPACED = ("IBMPlexMono-Regular.ttf", "IBMPlexMono-Bold.ttf")
"""The faces of code."""

CAPS: dict[str, str] = {
    "CvgenCaps-Regular.otf": "SourceSansPro-Regular.otf",
    "CvgenCapsCharter-Regular.otf": "XCharter-Regular.otf",
    "CvgenCapsSerif-Regular.ttf": "EBGaramond-Regular.ttf",
}
"""Small capitals -> the font that they are made from."""

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

LARGE_FONTS: dict[str, str] = {name: script for script in ("sc", "jp", "kr") for name in FALLBACKS[script]}
"""Fonts of several megabytes -> the script that they are for."""

COVERAGE = "coverage.json"
"""File beside the fonts that lists the characters of each."""

_ICON_PACKAGE = "rendercv-fonts"
ICON_FILES = tuple(f"Font Awesome 7/Font Awesome 7 {face}.otf" for face in ("Free-Solid-900", "Brands-Regular-400"))

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


def locate_font(name: str) -> Path:
    """Return where pip put the font called `name`. Raises `EngineMissingError` if its package is missing."""
    return _package_file(*FONTS[name])


def locate_icon_font(inside: str) -> Path:
    """Return where pip put one of `ICON_FILES`. Raises `EngineMissingError`."""
    return _package_file(_ICON_PACKAGE, inside)
