"""The text policy: normalisation and checks of every string of a profile.

`clean_text` refuses characters that deceive or that no font can show, strips invisible ones with a warning, and
normalises the rest (NFC, plain spaces). Its result is safe to use even where it reports errors, so that a loader can
collect all mistakes. It never applies NFKC: `½`, `²` and full-width letters stay as they were written. Ligatures that
have a code of their own become letters again, so that a search finds the word; fonts join them all the same.

Joiners (U+200C, U+200D) are kept where they change what is drawn: between the parts of an emoji, and between letters
of the scripts from Arabic to Mongolian, among them Persian and all Indic ones. Elsewhere they are stripped.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Final, NamedTuple

from cvgen.diagnostics import Severity

__all__ = ["TextIssue", "clean_text", "fold_space"]


@dataclass(frozen=True, slots=True)
class TextIssue:
    """One finding about a text; `offset` and `length` count code points of the text as it was given."""

    code: str
    severity: Severity
    offset: int
    length: int
    message: str
    hint: str


class _Verdict(NamedTuple):
    """What becomes of a character: `code` is empty where nothing is said; `text` replaces it."""

    code: str
    severity: Severity
    text: str
    why: str = ""
    hint: str = ""


_ERROR, _WARNING = Severity.ERROR, Severity.WARNING
_MOST_MARKS = 4
_MOST_ISSUES = 50  # of each severity, for one text
_BIDI: Final = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_TAGS: Final = frozenset(map(chr, [0xE0001, *range(0xE0020, 0xE0080)]))
_JOINERS: Final = frozenset("\u200c\u200d")
# Letters, marks and symbols that draw nothing: grapheme joiner, Hangul fillers, Khmer inherent vowels, blank Braille.
_BLANK: Final = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
# Text that was copied from a PDF has these.
_LIGATURES: Final = {
    "\ufb00": "ff", "\ufb01": "fi", "\ufb02": "fl", "\ufb03": "ffi", "\ufb04": "ffl", "\ufb05": "st", "\ufb06": "st"
}  # fmt: skip
# Signs for which a font has only the one that looks alike.
_LOOK_ALIKES: Final = {
    "\u2a00": "\u2299", "\u2a01": "\u2295", "\u2a02": "\u2297", "\u2a7d": "\u2264", "\u2a7e": "\u2265",
}  # fmt: skip
# UTF-8 that was read as Windows-1252: `â€œ` for a quotation mark, `Ã©` for é.
_MIS_DECODED: Final = (
    "[\u00c2-\u00c3][\u0080-\u00bf]"
    "|\u00e2(?:\u20ac[\u0080-\u00bf\u0152-\u02dc\u2013-\u203a\u2122]"
    "|\u2020[\u0080-\u00bf\u2013-\u203a]|\u20ac)"  # the last byte may be gone
)
# Format characters that do draw something: signs that enclose Arabic, Syriac and Kaithi numbers.
_DRAWN_FORMAT: Final = frozenset(
    "\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd"
)


def clean_text(text: str) -> tuple[str, tuple[TextIssue, ...]]:
    r"""Apply the text policy: the text to use, and what there is to say about the one given.

    Codes: `bidi-control`, `control-character`, `not-a-character`, `replacement-character`, `private-use` and
    `combining-marks` are errors; `invisible-character`, `ligature`, `line-separator` and `nfd` are warnings. Newlines
    are kept (`\r\n` and `\r` become `\n`), tabs and all typographic spaces become spaces without a word, no-break
    ones U+00A0. At most 50 findings of each severity are reported.

    >>> clean_text("plain")
    ('plain', ())
    >>> text, (issue,) = clean_text("soft\u00adware")
    >>> text, issue.code, issue.offset
    ('software', 'invisible-character', 4)
    >>> clean_text("a\u202eb")[1][0].message
    'U+202E RIGHT-TO-LEFT OVERRIDE is not allowed: it reverses text invisibly'
    """
    if text.isascii() and text.isprintable():
        return text, ()
    issues: list[TextIssue] = []
    if max(text) >= "\u00c2" and re.search(_MIS_DECODED, text):
        text = re.sub(_MIS_DECODED, lambda found: _decoded(found, issues), text)
    kept: list[str] = []
    places: list[int] = []  # for each kept character, its offset in `text`
    marks = 0  # on the latest base
    for offset, char in enumerate(text):
        verdict = _keeps_joiner(text, offset) if char in _JOINERS else _judge(char)
        if char == "\r":
            verdict = verdict._replace(text="" if text[offset + 1 : offset + 2] == "\n" else "\n")
        if verdict.text and char not in _JOINERS:  # a joiner does not start a new base
            last = verdict.text[-1]
            is_mark = unicodedata.category(last).startswith("M")
            marks = _marks(last) + (marks if is_mark else 0)
            if is_mark and marks > _MOST_MARKS:
                verdict = _TOO_MANY_MARKS
                marks -= _marks(char)
        if verdict.code:
            _add(issues, verdict, char, offset)
        kept.append(verdict.text)
        places += [offset] * len(verdict.text)
    stripped = "".join(kept)
    if not unicodedata.is_normalized("NFC", stripped):
        composed = unicodedata.normalize("NFC", stripped)
        issues.append(_decomposed(stripped, composed, places))
        stripped = composed
    return stripped, _at_most(issues)


def fold_space(text: str) -> str:
    r"""Fold each run of white space and newlines into one space and trim both ends; no-break spaces stay.

    >>> fold_space("  one\n  two ")
    'one two'
    """
    if "\u00a0" not in text:
        return " ".join(text.split())
    return "\u00a0".join(" ".join(part.split()) for part in text.split("\u00a0")).strip("\u00a0 ")


# --- Judging one character ------------------------------------------------------------------------------------------


def _error(code: str, why: str, hint: str = "delete it, or type the word again") -> _Verdict:
    return _Verdict(code, _ERROR, "", why, hint)


_SPACE, _NEWLINE = _Verdict("", Severity.NOTE, " "), _Verdict("", Severity.NOTE, "\n")
_INVISIBLE = _Verdict("invisible-character", _WARNING, "", "it is invisible and was removed", "delete it")
_TOO_MANY_MARKS = _error(
    "combining-marks",
    f"it is more than the {_MOST_MARKS} marks that one letter can carry",
    "delete the marks that do not belong to the letter",
)
_DIRECTIONS = dict.fromkeys(_BIDI, "reorders text") | {
    "\u202d": "forces a direction on text",
    "\u202e": "reverses text",
}
_BY_CHARACTER: Final[dict[str, _Verdict]] = {
    **dict.fromkeys("\n\r", _NEWLINE),
    "\t": _SPACE,
    **dict.fromkeys("\u00a0\u202f", _Verdict("", Severity.NOTE, "\u00a0")),  # no line ends here
    **{
        char: _error("bidi-control", f"it {why} invisibly", "delete it: direction follows the letters")
        for char, why in _DIRECTIONS.items()
    },
    **dict.fromkeys(_TAGS, _error("invisible-character", "tag characters hide text", "delete it")),
    "\ufffd": _error(
        "replacement-character",
        "it stands for a character that was lost",
        "type the lost character again, and save the file as UTF-8",
    ),
    **dict.fromkeys(_BLANK, _INVISIBLE),
    **{
        char: _Verdict(
            "ligature",
            _WARNING,
            letters,
            f"it was written out as `{letters}`",
            "type the letters: fonts join them by themselves",
        )
        for char, letters in _LIGATURES.items()
    },
    **{char: _Verdict("", Severity.NOTE, char) for char in _DRAWN_FORMAT},
    **{
        char: _Verdict(
            "look-alike", _WARNING, sign, f"it was written as `{sign}`, which looks alike", f"write `{sign}`"
        )
        for char, sign in _LOOK_ALIKES.items()
    },
}
_UNICODE: Final = unicodedata.unidata_version.rpartition(".")[0]
_BY_CATEGORY: Final[dict[str, _Verdict]] = {
    "Cc": _error("control-character", "it is a control character"),
    "Cs": _error("not-a-character", "it is half of a surrogate pair"),
    "Co": _error(
        "private-use",
        "only one font knows what a private use character is",
        "use the character's own code; icons belong to the theme",
    ),
    "Cn": _error("not-a-character", f"Unicode {_UNICODE} assigns no character to it"),
    **dict.fromkeys(
        ("Zl", "Zp"),
        _Verdict("line-separator", _WARNING, "\n", "it was replaced by a newline", "break the line instead"),
    ),
    "Cf": _INVISIBLE,
    "Zs": _SPACE,
}


def _judge(char: str) -> _Verdict:
    if 0xFDD0 <= ord(char) <= 0xFDEF or ord(char) & 0xFFFE == 0xFFFE:
        return _error("not-a-character", "Unicode sets it aside as no character")
    plain = _Verdict("", Severity.NOTE, char)
    return _BY_CHARACTER.get(char) or _BY_CATEGORY.get(unicodedata.category(char), plain)


def _is_pictograph(char: str) -> bool:
    """Tell whether emoji are made of `char`: pictographs, skin tones, and the selector that asks for colour."""
    return "\U0001f000" <= char <= "\U0001faff" or "\u2190" <= char <= "\u2bff" or char == "\ufe0f"


def _is_joining(char: str) -> bool:
    return "\u0600" <= char <= "\u18af" and unicodedata.category(char)[0] in "LM" and char not in _BLANK


def _keeps_joiner(text: str, offset: int) -> _Verdict:
    before, after = text[offset - 1 : offset] if offset else "", text[offset + 1 : offset + 2]
    if before and after:
        emoji = text[offset] == "\u200d" and _is_pictograph(before) and _is_pictograph(after)
        if emoji or (_is_joining(before) and _is_joining(after)):
            return _Verdict("", Severity.NOTE, text[offset])
    return _INVISIBLE


def _marks(char: str) -> int:
    """Count the combining marks in `char`, composed or not, so that both forms of a text are judged alike."""
    return sum(unicodedata.category(part).startswith("M") for part in unicodedata.normalize("NFD", char))


# --- Reporting ------------------------------------------------------------------------------------------------------


def _decoded(found: re.Match[str], issues: list[TextIssue]) -> str:
    """Return the character that the bytes of mis-decoded ones are, or those where they are none."""
    data = b"".join(char.encode("cp1252", "ignore") or char.encode("latin-1", "ignore") for char in found[0])
    data = b"\xe2\x80\x9d" if data == b"\xe2\x80" else data  # of a closing quotation mark the last byte draws nothing
    try:
        meant = data.decode("utf-8")
    except UnicodeDecodeError:
        return found[0]
    message, hint = f"`{found[0]}` was read as `{meant}`: its encoding was mistaken once", f"write `{meant}`"
    issues.append(TextIssue("mis-decoded", _WARNING, found.start(), len(found[0]), message, hint))
    return meant


def _named(char: str) -> str:
    return f"U+{ord(char):04X} {unicodedata.name(char, '')}".rstrip()


def _add(issues: list[TextIssue], verdict: _Verdict, char: str, offset: int) -> None:
    verb = "is not allowed: " if verdict.severity is _ERROR else ""
    why = verdict.why if verb else verdict.why.removeprefix("it ")
    message = f"{_named(char)} {verb}{why}"
    last = issues[-1] if issues else None
    if last and (last.offset + last.length, last.code, last.severity) == (offset, verdict.code, verdict.severity):
        # A run of one kind is one finding, which names its first character.
        issues[-1] = TextIssue(last.code, last.severity, last.offset, last.length + 1, last.message, last.hint)
    else:
        issues.append(TextIssue(verdict.code, verdict.severity, offset, 1, message, verdict.hint))


def _decomposed(text: str, composed: str, places: list[int]) -> TextIssue:
    start = next(
        (index for index, (old, new) in enumerate(zip(text, composed, strict=False)) if old != new),
        min(len(text), len(composed)) - 1,
    )
    while start and unicodedata.category(text[start]).startswith("M"):
        start -= 1
    stop = start + 1
    while stop < len(text) and unicodedata.category(text[stop]).startswith("M"):
        stop += 1
    shown = unicodedata.normalize("NFC", text[start:stop])
    message = f"`{shown}` is written as separate or outdated code points, and was composed (NFC)"
    offset = places[start]
    length = places[stop - 1] + 1 - offset
    return TextIssue("nfd", _WARNING, offset, length, message, "save the file in Unicode form NFC")


def _at_most(issues: list[TextIssue]) -> tuple[TextIssue, ...]:
    issues.sort(key=lambda issue: issue.offset)
    errors = [issue for issue in issues if issue.severity is _ERROR][:_MOST_ISSUES]
    warnings = [issue for issue in issues if issue.severity is not _ERROR][:_MOST_ISSUES]
    return tuple(sorted((*errors, *warnings), key=lambda issue: issue.offset))
