"""Lost text, explained: which words, what stands there instead, and where in the profile they were written."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import replace
from difflib import SequenceMatcher
from itertools import pairwise
from typing import NamedTuple

from cvgen.diagnostics import NOWHERE, Diagnostic, Severity, Span, visible
from cvgen.pdf.gates.expected_text import Field, Group, fold, is_loose
from cvgen.pdf.gates.fonts import LOST
from cvgen.pdf.gates.text_flow import FieldPlaces, Flow, find_occurrences

__all__ = ["HINTS", "explain_losses"]

HINTS = (
    "this is a bug in cvgen or in the theme: please report it",
    "`--no-gate` writes the PDF all the same, with what is wrong in it",
)
_LONGEST = 80


class _Word(NamedTuple):
    text: str
    field: int  # which of the fields of its region it is a word of


class _Region(NamedTuple):
    """Fields that were not found one after another, and the words that stand where they should."""

    fields: list[Field]
    words: list[str]
    taken: list[tuple[int, int]]  # where the fields stand that were found


def _shown(words: Sequence[str] | str) -> str:
    text = unicodedata.normalize("NFC", words if isinstance(words, str) else " ".join(words))
    return visible(text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…")


def _regions(flow: Flow, groups: Sequence[Group], places: FieldPlaces) -> Iterator[_Region]:
    """Gather fields that were not found by where they should be: between those that were, before and after."""
    spans = [
        [
            (start, start + len(field.letters))
            for field, start in zip(group.fields, starts, strict=True)
            if start is not None
        ]
        for group, starts in zip(groups, places, strict=True)
    ]
    after = len(flow.letters)
    nexts = []
    for found in reversed(spans):
        nexts.append(after)
        after = min([after, *(start for start, _ in found)])
    before = 0
    regions: dict[tuple[int, int], list[Field]] = {}
    for group, starts, found, end in zip(groups, places, spans, reversed(nexts), strict=True):
        for field, start in zip(group.fields, starts, strict=True):
            if start is None:
                regions.setdefault((before, end), []).append(field)
        before = max([before, *(end for _, end in found)])
    taken = sorted(span for found in spans for span in found)
    for (start, end), fields in regions.items():
        words: list[str] = []
        at = start
        for first, last in taken:
            if first >= start and last <= end:
                words += flow.words(at, first)
                at = last
        yield _Region(fields, words + flow.words(at, end), taken)


def explain_losses(flow: Flow, groups: Sequence[Group], places: FieldPlaces) -> Iterator[Diagnostic]:
    """Yield what is wrong with each field that was not found, and with those that no space parts."""
    for region in _regions(flow, groups, places):
        yield from _explained(flow, region)
    yield from _glued(flow, groups, places)


def _says(word: str) -> bool:
    return any(char.isalnum() or char == LOST for char in word)


def _bare(words: list[str]) -> list[str]:
    """Leave out what a theme puts between texts: bullets, bars, commas."""
    saying = [number for number, word in enumerate(words) if _says(word)]
    return words[saying[0] : saying[-1] + 1] if saying else []


def _explained(flow: Flow, region: _Region) -> Iterator[Diagnostic]:
    words = [_Word(word, number) for number, field in enumerate(region.fields) for word in fold(field.text).split()]
    matcher = SequenceMatcher(None, [word.text for word in words], region.words, autojunk=False)
    changes: list[list[tuple[list[str], list[str]]]] = [[] for _ in region.fields]
    covered: set[int] = set()
    for kind, a, b, c, d in matcher.get_opcodes():
        if kind == "equal":
            continue
        lost, instead = words[a:b], region.words[c:d]
        if not lost:
            inside = 0 < a < len(words) and words[a - 1].field == words[a].field
            if inside:
                changes[words[a].field].append(([], instead))
            continue
        same = "".join(word.text for word in lost) == "".join(instead)
        if same and all(is_loose(word.text) for word in lost):
            continue  # a line ends in it, as it may
        touched = sorted({word.field for word in lost})
        if len(touched) > 1 and same:
            # Only spaces are lost: one mistake, at its beginning.
            changes[touched[0]].append(([word.text for word in lost], instead))
            covered.update(touched)
            continue
        instead = _bare(instead) if any(map(_says, (word.text for word in lost))) else instead
        for number in touched:
            own = [word.text for word in lost if word.field == number]
            changes[number].append((own, instead if len(touched) == 1 else []))
    for number, field in enumerate(region.fields):
        if changes[number] or number not in covered:
            yield _finding(flow, field, changes[number], region.taken)


def _elsewhere(flow: Flow, field: Field, taken: list[tuple[int, int]]) -> int:
    """Return the page on which a field stands where no other does, 0 if on none."""
    for start in find_occurrences(flow, field):
        if all(last <= start or first >= start + len(field.letters) for first, last in taken):
            return flow.run_at(start).page
    return 0


def _finding(
    flow: Flow, field: Field, changes: list[tuple[list[str], list[str]]], taken: list[tuple[int, int]]
) -> Diagnostic:
    lost = [word for words, _ in changes for word in words]
    text = _shown(field.text)
    hints = HINTS
    if any(LOST in word for _, instead in changes for word in instead):
        hints = ("a glyph there stands for no character: choose a theme with other fonts", *HINTS[1:])
    whole = len(lost) == len(fold(field.text).split()) and not any(instead for _, instead in changes)
    if whole or not changes:
        if page := _elsewhere(flow, field, taken):
            message = f"`{text}` does not stand where it should in the PDF, but elsewhere on page {page}"
        elif changes:
            message = f"`{text}` is lost: the PDF does not say it"
        else:
            message = f"`{text}` is joined to other text in the PDF, or broken up"
        return Diagnostic("gate-text", Severity.ERROR, field.origin, message, hints)
    parts = []
    for words, instead in changes[:3]:
        if words and instead:
            parts.append(f"says `{_shown(instead)}` instead of `{_shown(words)}`")
        elif words:
            parts.append(f"lacks `{_shown(words)}`")
        else:
            parts.append(f"says `{_shown(instead)}`, which the profile does not, in `{text}`")
    message = f"the PDF {', and '.join(parts)}"
    span = _narrowed(field.origin, changes[0][0])
    return Diagnostic("gate-text", Severity.ERROR, span, message, hints)


def _narrowed(origin: Span, words: list[str]) -> Span:
    """Point at words in the line that they come from, if they stand there once."""
    text = unicodedata.normalize("NFC", " ".join(words))
    if origin is NOWHERE or not text or origin.excerpt.count(text) != 1:
        return origin
    at = origin.excerpt.index(text) + 1
    return replace(origin, column=at, end_line=origin.line, end_column=at + len(text))


def _glued(flow: Flow, groups: Sequence[Group], places: FieldPlaces) -> Iterator[Diagnostic]:
    """Yield an error for each field that follows another without a space."""
    spans = sorted(
        (start, start + len(field.letters), number, place)
        for number, (group, starts) in enumerate(zip(groups, places, strict=True))
        for place, (field, start) in enumerate(zip(group.fields, starts, strict=True))
        if start is not None
    )
    for (_, end, number, place), (start, _, after, other) in pairwise(spans):
        if " " not in flow.spaced[end : start + 1]:
            first, second = groups[number].fields[place], groups[after].fields[other]
            message = f"no space stands between `{_shown(first.text)}` and `{_shown(second.text)}` in the PDF"
            yield Diagnostic("gate-text", Severity.ERROR, second.origin, message, HINTS)
