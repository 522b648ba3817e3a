"""As many pages as there may be: a document is set tighter, and then with fewer entries, until it fits."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from cvgen.diagnostics import NOWHERE, Diagnostic, Severity, Span
from cvgen.document.nodes import Document, EntryBlock, HonorRow, SkillRow, WorkBlock, plain
from cvgen.latex.themes import Theme
from cvgen.loading.profile import Profile
from cvgen.visibility import entries_of

__all__ = ["Tightening", "find_loosest", "fit_remark", "tightenings", "with_options"]

_STEPS = 3
_LONGEST = 40  # letters of a title in a message
_MOST = 15  # of tightenings, so that a search among them takes four tries after the tightest
_MILLIMETRES = {"mm": 1.0, "cm": 10.0, "in": 25.4, "pt": 0.35146}


@dataclass(frozen=True, slots=True)
class Tightening:
    """One way to need fewer pages: values of theme options, and the highest number of a priority that stays."""

    options: Mapping[str, str]
    cut: int | None = None


def tightenings(profile: Profile, theme: Theme, options: Mapping[str, str]) -> tuple[Tightening, ...]:
    """Return the ways to set a document in `theme`, each tighter than the one before, then with less in it.

    `options` are the theme's, complete: first white is taken away, then, in steps, size and margins down to what the
    theme bears, and then what has a priority, the highest numbers first.
    """
    steps = [dict(options) | ({"spacing": "tight"} if "spacing" in options else {})]
    steps += [steps[0] | _shrunk(theme, options, step / _STEPS) for step in range(1, _STEPS + 1)]
    ways = [
        Tightening(step) for number, step in enumerate(steps) if step != (steps[number - 1] if number else options)
    ]
    cuts = [priority - 1 for priority in sorted(_priorities(profile), reverse=True)]
    # Of very many priorities several go at once; the last cut stays the last.
    stride = -(-len(cuts) // (_MOST - len(ways)))
    return (*ways, *(Tightening(steps[-1], cut) for cut in reversed(cuts[::-1][:: stride or 1])))


def _shrunk(theme: Theme, options: Mapping[str, str], share: float) -> dict[str, str]:
    """Return font size and margins, that share of the way down to the least that the theme bears."""
    values: dict[str, str] = {}
    for name, least in theme.least.items():
        if name not in options:
            continue
        now, bound = _number(options[name]), _number(least)
        if now > bound:
            unit = "mm" if options[name][-1].isalpha() else ""
            values[name] = f"{now - share * (now - bound):.4g}{unit}"
    return values


def _number(value: str) -> float:
    """Return a number, or a length in millimetres."""
    found = re.fullmatch(r"([\d.]+)([a-z]*)", value)
    assert found, value
    return float(found[1]) * _MILLIMETRES.get(found[2], 1.0)


def _priorities(profile: Profile) -> set[int]:
    found: set[int] = set()
    for section in profile.file.sections:
        entries = [entry for _, entry in entries_of(section)]
        found |= {one.priority for one in (section, *entries) if getattr(one, "priority", None) is not None}
    return found | {one.work.priority for one in profile.works.values() if one.work.priority is not None}


def with_options(document: Document, options: Mapping[str, str]) -> Document:
    """Return the document as one that asks for these options of its theme."""
    return replace(document, options=tuple((name, value, NOWHERE) for name, value in options.items()))


def find_loosest(ways: Sequence[Tightening], is_fit: Callable[[Tightening], bool]) -> Tightening | None:
    """Return the first way that fits, None if not even the last does; each is as tight as those before it, or more.

    >>> ways = [Tightening({}, cut) for cut in range(9, 0, -1)]
    >>> find_loosest(ways, lambda way: way.cut <= 4).cut
    4
    """
    if not ways or not is_fit(ways[-1]):
        return None
    low, high = 0, len(ways) - 1
    while low < high:
        middle = (low + high) // 2
        if is_fit(ways[middle]):
            high = middle
        else:
            low = middle + 1
    return ways[low]


def fit_remark(
    profile: Profile,
    documents: tuple[Document, Document],
    options: tuple[Mapping[str, str], Mapping[str, str]],
    pages: int,
    limit: int,
) -> Diagnostic:
    """Say how the document was made to fit, or that it could not be: what it is and was, with which options."""
    (whole, fitted), (before, after) = documents, options
    span = Span(str(profile.path)) if profile.path else NOWHERE
    changed = _merged({name: value for name, value in after.items() if value != before.get(name)})
    lost = Counter(_titles(whole)) - Counter(_titles(fitted))
    said = f"set with {', '.join(changed)}" if changed else "set as it is"
    if lost:
        said += f"; left out: {', '.join(f'`{_shortened(title)}`' for title in lost.elements())}"
    if pages <= limit:
        return Diagnostic("pages", Severity.NOTE, span, f"to fit on {_pages(limit)}, {said}")
    hint = "give entries a `priority`, shorten texts, or allow another page"
    return Diagnostic("pages", Severity.WARNING, span, f"it takes {_pages(pages)}, not {limit}: {said}", (hint,))


def _merged(options: Mapping[str, str]) -> list[str]:
    """Name options and their values; margins that are all the same are one."""
    margins = {value for name, value in options.items() if name.startswith("margin-")}
    if len(margins) != 1:
        return [f"{name} {value}" for name, value in options.items()]
    rest = [f"{name} {value}" for name, value in options.items() if not name.startswith("margin-")]
    return [*rest, f"margins {margins.pop()}"]


def _shortened(title: str) -> str:
    return title if len(title) <= _LONGEST else f"{title[: _LONGEST - 1].rstrip()}…"


def _pages(number: int) -> str:
    return f"{number} page{'s' * (number > 1)}"


def _titles(document: Document) -> Iterator[str]:
    for section in document.sections:
        for block in section.blocks:
            match block:
                case EntryBlock(title=title, positions=positions):
                    yield ", ".join(filter(None, (plain(title), plain(positions[0].title))))
                case WorkBlock(title=title) | HonorRow(title=title):
                    yield plain(title)
                case SkillRow(label=label):
                    yield plain(label)
