"""What is odd about bullets, of a profile or of a page: one that stands twice, a label that nothing follows."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

from cvgen.comparison.spelling import compact, employer_key, strip_markup
from cvgen.diagnostics import Span, YamlPath
from cvgen.imports.text_page import BULLET, TextPage
from cvgen.lint.entries import organizations_of
from cvgen.lint.finding import Finding, finding
from cvgen.loading.profile import Profile
from cvgen.profile.entry import Highlight
from cvgen.sections import shape_of
from cvgen.values.names import fold_name

__all__ = ["PlacedBullet", "bullets_of", "bullets_on", "check_bullets", "is_label"]


@dataclass(frozen=True, eq=False)
class PlacedBullet:
    """A bullet that is printed, and the form of its section.

    `employer` is empty where it is unknown. `is_followed` where something stands below it, or after it in its list.
    `context` tells equal labels apart.
    """

    text: str
    span: Span
    form: str
    employer: str
    is_followed: bool
    context: tuple[str, ...]


def check_bullets(bullets: Iterable[PlacedBullet], others: Iterable[PlacedBullet] = ()) -> Iterator[Finding]:
    """Yield bullets that stand under two posts, and labels that nothing follows; `others` are of a page's profile."""
    seen: dict[str, PlacedBullet] = {}
    for bullet in bullets:
        key = compact(bullet.text)
        known = [(other.span, "in the profile here") for other in others if compact(other.text) == key]
        if is_label(bullet.text):
            if not bullet.is_followed:
                message, values = f"nothing follows `{bullet.text}`", (key, *bullet.context)
                yield finding("empty-label", bullet.span, message, related=known, values=values)
        elif bullet.form == "position" and len(fold_name(bullet.text).split()) >= 3:
            first = seen.setdefault(key, bullet)
            employers = sorted((employer_key(first.employer), employer_key(bullet.employer)))
            if first is bullet or (first.employer and employers[0] == employers[1]):
                continue
            under = [f"`{one.employer}`" if one.employer else "" for one in (bullet, first)]
            where = f"under {under[0]} and under {under[1]}" if all(under) else "under two posts"
            related = [(first.span, f"under {under[1]} here" if under[1] else "first here"), *known]
            values = (key, *filter(None, employers))
            yield finding(
                "same-bullet", bullet.span, f"`{bullet.text}` stands {where}", related=related, values=values
            )


def is_label(text: str) -> bool:
    """Tell whether a bullet is a label that something should follow.

    >>> is_label("Duties included:"), is_label("Duties included: all of them")
    (True, False)
    """
    return re.fullmatch(r"[^:]{1,60}[:：]\s*", text) is not None


def bullets_of(profile: Profile) -> Iterator[PlacedBullet]:
    """Yield the bullets of a profile's sections, entries and posts."""
    for number, section in enumerate(profile.file.sections):
        if section.hidden:
            continue
        shape = shape_of(section.kind)
        holders: list[tuple[YamlPath, Any, str]] = [(("sections", number), section, "")]
        for index, entry in enumerate(getattr(section, "entries", ())):
            if not getattr(entry, "hidden", False):
                path: YamlPath = ("sections", number, "entries", index)
                employer = strip_markup(next(iter(organizations_of(entry, shape)), ""))
                holders.append((path, entry, employer))
                parts = enumerate(getattr(entry, "positions", ()))
                holders += (((*path, "positions", part), position, employer) for part, position in parts)
        for below, holder, employer in holders:
            highlights = getattr(holder, "highlights", ())
            for where, highlight, is_last in _flatten(highlights, (*below, "highlights")):
                # The text's place may be that of the bullet itself.
                span, text = profile.places.span((*where, "text")), strip_markup(highlight.text)
                is_followed = bool(highlight.highlights) or not is_last
                yield PlacedBullet(text, span, shape.form, employer, is_followed, tuple(map(str, where[:-1])))


def _flatten(highlights: Sequence[Highlight], path: YamlPath) -> Iterator[tuple[YamlPath, Highlight, bool]]:
    for index, highlight in enumerate(highlights):
        yield (*path, index), highlight, index == len(highlights) - 1
        yield from _flatten(highlight.highlights, (*path, index, "highlights"))


def bullets_on(page: TextPage) -> Iterator[PlacedBullet]:
    """Yield the bullets of a page, without those that begin with a label, such as an advisor's."""
    lines = list(page.open_lines())
    for (start, end), after in zip_longest(lines, lines[1:]):
        match = BULLET.match(page.text[start:end])
        if match and not re.match(r"[A-Z][a-z]+(?: [a-z]+)?:\s", match["text"]):
            line = page.text[slice(*after)] if after else ""
            below = BULLET.match(line)
            # A PDF's text layer has lost how deep its bullets are.
            is_followed = below is not None and len(below["indent"]) >= len(match["indent"])
            span = page.span(start + match.start("text"), start + match.end("text"))
            context = (fold_name(line)[:40],) if after else ()
            yield PlacedBullet(match["text"], span, page.form_at(start), "", is_followed, context)
