"""Places as CVs write them, in parts that can be compared. The names of countries are CLDR's."""

from __future__ import annotations

import functools
from dataclasses import dataclass

from babel import Locale

from cvgen.comparison.spelling import strip_markup
from cvgen.values.names import fold_name

__all__ = ["PlaceName", "parse_place"]

_OTHER_NAMES = {
    **dict.fromkeys(("u s", "usa", "u s a", "united states of america"), "us"),
    **dict.fromkeys(("u k", "great britain", "england", "scotland", "wales"), "gb"),
    **dict.fromkeys(("pr china", "p r china", "prc", "peoples republic of china"), "cn"),
    **dict.fromkeys(("korea", "republic of korea"), "kr"),
    **dict.fromkeys(("the netherlands", "holland"), "nl"),
    **dict.fromkeys(("hong kong", "hong kong sar"), "hk"),
    "uae": "ae",
    "turkey": "tr",
    "czech republic": "cz",
}
_STATES = (
    "al alabama,ak alaska,az arizona,ar arkansas,ca california,co colorado,ct connecticut,de delaware,fl florida,"
    "ga georgia,hi hawaii,id idaho,il illinois,in indiana,ia iowa,ks kansas,ky kentucky,la louisiana,me maine,"
    "md maryland,ma massachusetts,mi michigan,mn minnesota,ms mississippi,mo missouri,mt montana,ne nebraska,"
    "nv nevada,nh new hampshire,nj new jersey,nm new mexico,ny new york,nc north carolina,nd north dakota,oh ohio,"
    "ok oklahoma,or oregon,pa pennsylvania,ri rhode island,sc south carolina,sd south dakota,tn tennessee,tx texas,"
    "ut utah,vt vermont,va virginia,wa washington,wv west virginia,wi wisconsin,wy wyoming,dc d c"
)
_REGIONS = {name: row[:2] for row in _STATES.split(",") for name in (row[:2], row[3:])}


@functools.cache
def _countries() -> dict[str, str]:
    names = Locale("en").territories
    found = {fold_name(name): code.lower() for code, name in names.items() if len(code) == 2 and code.isalpha()}
    return found | {code: code for code in ("us", "uk", "uae")} | {"uk": "gb", "uae": "ae"} | _OTHER_NAMES


@dataclass(frozen=True, slots=True)
class PlaceName:
    """A place in its parts, folded; parts that are not given are empty."""

    town: str
    region: str = ""
    country: str = ""

    def may_be(self, other: PlaceName) -> bool:
        """Tell whether both can name one place: no part contradicts another."""
        parts = ((self.region, other.region), (self.country, other.country))
        return self.town == other.town and all(not one or not two or one == two for one, two in parts)

    @property
    def precision(self) -> int:
        """The number of parts that are given."""
        return 1 + bool(self.region) + bool(self.country)


@functools.lru_cache(1 << 12)
def parse_place(text: str) -> PlaceName:
    """Read a place.

    >>> parse_place("Santa Clara, CA, U.S."), parse_place("New York City, USA").may_be(parse_place("New York, NY"))
    (PlaceName(town='santa clara', region='ca', country='us'), True)
    >>> parse_place("Cambridge, UK").may_be(parse_place("Cambridge, MA, U.S."))
    False
    """
    town, *rest = (fold_name(part) for part in strip_markup(text).split(","))
    town = town.removesuffix(" city")
    rest = [part for part in rest if part]
    # Georgia and Washington with nothing after them are states.
    named = rest and rest[-1] in _countries() and not (len(rest) == 1 and rest[0] in _REGIONS)
    country = _countries()[rest.pop()] if named else ""
    region = _REGIONS.get(rest[0], rest[0]) if rest else ""
    if rest and rest[0] in _REGIONS and not country:
        country = "us"
    return PlaceName(town, region, country)
