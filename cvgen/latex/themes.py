"""Themes: a folder with `theme.toml` (data) and `<name>.sty` (TeX). Nothing in a theme runs as Python."""

from __future__ import annotations

import colorsys
import functools
import itertools
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from cvgen.diagnostics import NOWHERE, Diagnostic, Severity, Span, did_you_mean
from cvgen.errors import ProfileError, ThemeError
from cvgen.files import read_file
from cvgen.latex.fonts import FAMILIES
from cvgen.latex.theme_folders import shared_options_file, theme_folder, theme_parents
from cvgen.sections import kinds

__all__ = [
    "MIN_CONTRAST",
    "Option",
    "Theme",
    "choose_theme",
    "contrast",
    "find_theme",
    "hiding_places",
    "readable",
    "resolve_options",
    "themes",
]

_MAX_BYTES = 1 << 20  # of theme.toml
_LEAST = {"font-size": "8.5", **{f"margin-{side}": "12mm" for side in ("top", "right", "bottom", "left")}}
MIN_CONTRAST = 4.5
"""WCAG 2.1, success criterion 1.4.3: text against its ground."""


@dataclass(frozen=True, slots=True)
class Option:
    """A theme option. `type` is color, length, choice, bool, kinds or number, between `least` and `most`."""

    name: str
    type: str
    default: str
    description: str = ""
    choices: tuple[str, ...] = ()
    least: float = 0.0
    most: float = 9999.0


@dataclass(frozen=True, slots=True)
class Theme:
    """A theme as `theme.toml` tells it. `main_fonts` are its own, beside those that its option `font` chooses among.

    `accents` are its named colours, as RRGGBB; `least` are sizes and margins to which it may be tightened.
    """

    name: str
    description: str
    folder: Path
    main_fonts: tuple[str, ...]
    options: Mapping[str, Option]
    accents: Mapping[str, str]
    least: Mapping[str, str]

    def fonts_of(self, options: Mapping[str, str]) -> tuple[str, ...]:
        """Return the files of the fonts that text is set in: those of the option `font`, and the theme's own."""
        return (*FAMILIES.get(options.get("font", ""), ()), *self.main_fonts)


def themes(users: Path | None = None) -> tuple[Theme, ...]:
    """Return every theme there is, by name; a user's theme hides one of ours of the same name.

    `users` is the folder of the user's own themes, by default that of the user's configuration.
    """
    found: dict[str, Theme] = {}
    for folder in theme_parents(users):
        if folder.is_dir():
            for file in sorted(folder.glob("*/theme.toml")):
                found.setdefault(file.parent.name, _read(file.parent))
    return tuple(found[name] for name in sorted(found))


def hiding_places(theme: Theme, users: Path | None = None) -> tuple[Path, ...]:
    """Return the files that, if they were there, would make another theme the one of this name."""
    if theme.folder.parent not in theme_parents(users):
        return ()
    before = itertools.takewhile(lambda folder: folder != theme.folder.parent, theme_parents(users))
    return tuple(folder / theme.name / "theme.toml" for folder in before)


def find_theme(name: str, span: Span = NOWHERE, users: Path | None = None) -> Theme:
    """Return the theme called `name`. Raises `ThemeError`, placed at `span`, if there is none or it is broken."""
    if (folder := theme_folder(name, users)) is not None:
        return _read(folder)
    names = [theme.name for theme in themes(users)]
    guess = did_you_mean(name, names)
    hint = f"did you mean `{guess}`?" if guess else f"there are: {', '.join(names)}"
    raise ThemeError(f"there is no theme `{name}`", hints=(hint, "`cvgen themes` lists them"), span=span)


def _read(folder: Path) -> Theme:
    path = folder / "theme.toml"
    try:
        table = tomllib.loads(read_file(path, _MAX_BYTES).decode())
        defaults = {str(name): _value(value) for name, value in table.get("defaults", {}).items()}
        shared = {
            name: replace(option, default=defaults.get(name, option.default))
            for name, option in _shared_options().items()
            if name != "font" or name in defaults  # else the theme has fonts of its own
        }
        options = _options(table) | {
            name: option for name, option in shared.items() if name not in table.get("options", ())
        }
        accents = {str(name): str(color).lstrip("#") for name, color in table.get("accents", {}).items()}
        theme = Theme(
            folder.name,
            str(table.get("description", "")),
            folder,
            tuple(map(str, table.get("main_fonts", ()))),
            options,
            accents,
            {str(name): _value(value) for name, value in table.get("least", _LEAST).items()},
        )
    except (OSError, KeyError, TypeError, ValueError, AttributeError) as error:
        raise ThemeError(f"the theme `{folder.name}` is broken: {error}", span=Span(str(path))) from None
    if not (folder / f"{folder.name}.sty").is_file():
        raise ThemeError(f"the theme `{folder.name}` has no {folder.name}.sty", span=Span(str(path)))
    return theme


@functools.cache
def _shared_options() -> Mapping[str, Option]:
    return _options(tomllib.loads(read_file(shared_options_file(), _MAX_BYTES).decode()))


def _options(table: Mapping[str, Any]) -> dict[str, Option]:
    return {
        name: Option(
            name,
            str(option["type"]),
            _value(option["default"]),
            str(option.get("description", "")),
            tuple(map(str, option.get("choices", ()))),
            float(option.get("least", 0)),
            float(option.get("most", 9999)),
        )
        for name, option in table.get("options", {}).items()
    }


def _value(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


# --- colour -------------------------------------------------------------------------------------------------------


def contrast(color: str) -> float:
    """Return the WCAG 2.1 contrast of a colour (RRGGBB) with white, 1 to 21.

    >>> round(contrast("000000"), 1), round(contrast("FFFFFF"), 1)
    (21.0, 1.0)
    """

    def linear(channel: int) -> float:
        value = channel / 255
        return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4

    red, green, blue = (linear(int(color[at : at + 2], 16)) for at in (0, 2, 4))
    return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05)


def readable(color: str) -> str:
    """Return the colour, or the lightest darker shade of its hue that can be read on white.

    >>> readable("000000")
    '000000'
    >>> contrast(readable("FFCC00")) >= MIN_CONTRAST
    True
    """
    hue, lightness, saturation = colorsys.rgb_to_hls(*(int(color[at : at + 2], 16) / 255 for at in (0, 2, 4)))
    while contrast(color) < MIN_CONTRAST:
        lightness -= 0.004
        parts = colorsys.hls_to_rgb(hue, max(lightness, 0), saturation)
        color = "".join(f"{round(part * 255):02X}" for part in parts)
    return color


# --- options ------------------------------------------------------------------------------------------------------

_LENGTH = re.compile(r"(\d{1,3}(?:\.\d{1,3})?)(mm|cm|in|pt)")
_MILLIMETRES = {"mm": 1.0, "cm": 10.0, "in": 25.4, "pt": 0.35146}
_LONGEST = 60  # millimetres: what three of leave nothing of a page
_HEX = re.compile(r"#?([0-9A-Fa-f]{6}|[0-9A-Fa-f]{3})")


def resolve_options(
    theme: Theme, given: Iterable[tuple[str, str, Span]]
) -> tuple[dict[str, str], tuple[Diagnostic, ...]]:
    """Return every option of the theme with its checked value, and warnings about those that were changed.

    Raises `ProfileError` with all unknown options and impossible values at once.
    """
    values = {name: _default(theme, option) for name, option in theme.options.items()}
    found: list[Diagnostic] = []
    for name, written, span in given:
        option = theme.options.get(name)
        if option is None:
            guess = did_you_mean(name, theme.options)
            hint = f"did you mean `{guess}`?" if guess else f"it has: {', '.join(theme.options)}"
            found.append(
                Diagnostic(
                    "unknown-option",
                    Severity.ERROR,
                    span,
                    f"the theme `{theme.name}` has no option `{name}`",
                    (hint,),
                )
            )
            continue
        value = _check(theme, option, written)
        if value is None:
            found.append(
                Diagnostic(
                    "option", Severity.ERROR, span, f"`{written}` is no value for `{name}`", (_wanted(theme, option),)
                )
            )
            continue
        if option.type == "color" and (dark := readable(value)) != value:
            found.append(
                Diagnostic(
                    "contrast",
                    Severity.WARNING,
                    span,
                    f"`{written}` is too light to be read on white; #{dark} is used",
                    (f"write `#{dark}`, or a darker colour",),
                )
            )
            value = dark
        values[name] = value
    if any(diagnostic.severity is Severity.ERROR for diagnostic in found):
        raise ProfileError(found)
    return values, tuple(found)


def choose_theme(
    name: str,
    given: Iterable[tuple[str, str, Span]],
    *,
    instead: str | None = None,
    span: Span = NOWHERE,
    users: Path | None = None,
) -> tuple[Theme, dict[str, str], tuple[Diagnostic, ...]]:
    """Return the theme that a document asks for, or the one called `instead`, with every option and the warnings.

    Options are checked against the theme that is used. Of those that were written for the document's own theme, the
    names of its accents are known too, and what only that theme has says nothing. Raises `ThemeError` and
    `ProfileError`.
    """
    if instead == name or instead is None:
        own = find_theme(name, span, users)
        return own, *resolve_options(own, given)
    other, own, given = find_theme(instead, users=users), find_theme(name, span, users), tuple(given)
    used = [(option, _known_value(option, written, other, own), place) for option, written, place in given]
    return other, *resolve_options(
        other, [(option, value, place) for option, value, place in used if value is not None]
    )


def _known_value(name: str, written: str, used: Theme, own: Theme) -> str | None:
    """Return what a value is in the theme that is used; None for one that only the document's own theme has."""
    if name in used.options and _check(used, used.options[name], written) is not None:
        return written
    value = _check(own, own.options[name], written) if name in own.options else None
    if value is None:
        return written  # wrong in both
    is_shared = name in used.options and _check(used, used.options[name], value) is not None
    return value if is_shared else None


def _default(theme: Theme, option: Option) -> str:
    value = _check(theme, option, option.default)
    if value is None:
        raise ThemeError(f"the default of `{option.name}` in the theme `{theme.name}` is no {option.type}")
    return value


def _check(theme: Theme, option: Option, written: str) -> str | None:
    """Return the value in the form that TeX gets, or None if it is not one."""
    text = written.strip()
    match option.type:
        case "color":
            text = theme.accents.get(text, text)
            digits = text.removeprefix("#")
            if not _HEX.fullmatch(text):
                return None
            return (digits if len(digits) == 6 else "".join(digit * 2 for digit in digits)).upper()
        case "length":
            found = _LENGTH.fullmatch(text.replace(" ", ""))
            return found[0] if found and float(found[1]) * _MILLIMETRES[found[2]] <= _LONGEST else None
        case "choice":
            return text if text in option.choices else None
        case "kinds":
            names = re.split(r"[\s,.]+", text) if text else []
            return ".".join(names) if set(names) <= set(kinds()) else None
        case "bool":
            return {"true": "true", "yes": "true", "on": "true", "false": "false", "no": "false", "off": "false"}.get(
                text.lower()
            )
        case "number":
            number = text.removesuffix("pt")
            is_number = re.fullmatch(r"\d{1,4}(\.\d{1,3})?", number) is not None
            return number if is_number and option.least <= float(number) <= option.most else None
    return None


def _wanted(theme: Theme, option: Option) -> str:
    match option.type:
        case "color":
            return f'write one of {", ".join(theme.accents)}, or a colour such as `"#00745E"`'
        case "length":
            return f"write a length such as `2cm`, `15mm` or `0.75in`, up to {_LONGEST}mm"
        case "choice":
            return f"write one of {', '.join(option.choices)}"
        case "kinds":
            return f"write kinds of sections such as `{option.default}`"
        case "bool":
            return "write `true` or `false`"
    return f"write a number from {option.least:g} to {option.most:g}, such as `{option.default}`"
