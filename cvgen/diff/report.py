"""Reports of changes: text for a terminal, Markdown for a pull request, JSON for programs."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from cvgen.diagnostics import visible
from cvgen.diff.change import Change, Changes, Tier, clip

__all__ = ["FORMATS", "escape_markdown", "report_changes"]

FORMATS = ("text", "markdown", "json")

_NAMED = 12  # how many names of what came or went stand in one line
_LINE = 100  # columns: what is longer goes onto lines of its own
_SUMMARY = 4
_MOST_MARKDOWN = 50_000  # characters: GitHub takes 65,536 in a comment
_QUOTED = 3
_REPEATED = frozenset({"bullet", "text", "post"})
_REPORTED = ("kind", "what", "section", "subject", "message", "detail", "old", "new")  # fields of a change in JSON
_PLURALS = {"entry": "entries"}


@dataclass(frozen=True, slots=True)
class _Line:
    """What is reported of one subject. `short` is what a summary says of it."""

    subject: str
    words: tuple[str, ...]
    short: str


def report_changes(changes: Changes, style: str = "text", title: str = "") -> str:
    """Return the changes in one of `FORMATS`, with a line break at the end. `title` heads Markdown."""
    if style == "json":
        return _json(changes)
    lines = _lines(changes)
    if style == "markdown":
        return _markdown(changes, lines, title)
    return "".join(f"{visible(line)}\n" for line in _text(lines)) or "no differences\n"


# --- From changes to lines ------------------------------------------------------------------------------------------


def _lines(changes: Changes) -> list[_Line]:
    """Group the changes by their subjects, in the order of what matters most in each."""
    several_lists = len({change.section for change in changes.changes if change.what == "paper"}) > 1
    groups: dict[tuple[object, ...], list[Change]] = {}
    for number, change in enumerate(changes.changes):
        key: tuple[object, ...] = (number,)
        if change.counted:
            key = (change.tier, change.kind, change.what, change.section)
        elif change.subject:
            key = (change.section, change.subject)
        groups.setdefault(key, []).append(change)
    lines = [_line(group, several_lists) for group in groups.values()]
    if changes.pages and changes.pages[0] != changes.pages[1]:
        lines.append(_pages(*changes.pages))
    return lines


def _line(group: Sequence[Change], several_lists: bool) -> _Line:
    first = group[0]
    if first.counted:
        counted = _count(group, several_lists)
        names = [change.subject for change in group]
        more = [f"{len(names) - _NAMED} more"] if len(names) > _NAMED else []
        return _Line("", (f"{counted}: {'; '.join([*names[:_NAMED], *more])}",), counted)
    words = tuple(_describe(group))
    messages = [f"{change.message}: {change.detail}" if change.detail else change.message for change in group]
    subject = first.subject or (first.section if first.what != "order" else "")
    # A paper's name says enough; "Peking University" may stand in several sections.
    if first.section and first.subject and not _is_paper(group) and first.section != first.subject:
        subject = f"{first.section}, {first.subject}"
    if not subject:
        return _Line("", tuple(messages), first.message)
    shorts = list(dict.fromkeys(change.message for change in group))
    short = f"{clip(subject, 60)}: {', '.join(shorts[:2])}{' …' if len(shorts) > 2 else ''}"
    return _Line(subject, words, short)


def _is_paper(group: Sequence[Change]) -> bool:
    return any(change.tier in (Tier.PAPER, Tier.LINK) for change in group)


def _describe(group: Sequence[Change]) -> Iterator[str]:
    """Yield what happened to one subject; what happened several times, once."""
    alike: dict[str, list[str]] = {}
    for change in group:
        alike.setdefault(change.message, []).append(change.detail)
    for message, details in alike.items():
        noun, _, rest = message.partition(" ")
        if len(details) > 1 and noun in _REPEATED:
            more = [f"{len(details) - _QUOTED} more"] if len(details) > _QUOTED else []
            yield f"{len(details)} {noun}s {rest} ({'; '.join([*filter(None, details[:_QUOTED]), *more])})"
        else:
            yield from (f"{message} ({detail})" if detail else message for detail in details)


def _count(group: Sequence[Change], several_lists: bool) -> str:
    """Return "2 papers added", "3 entries removed from Teaching".

    >>> from cvgen.diff.change import Tier
    >>> _count([Change("added", "entry", "added", Tier.ENTRY_ADDED, section="Teaching")], False)
    '1 entry added to Teaching'
    """
    first, number = group[0], len(group)
    noun = first.what if number == 1 else _PLURALS.get(first.what, f"{first.what}s")
    words = f"{number} {noun} {first.kind}"
    if first.section and (first.what != "paper" or several_lists):
        words += f" {'to' if first.kind == 'added' else 'from'} {first.section}"
    return words


def _pages(old: int, new: int) -> _Line:
    words = f"{old} → {new} page{'s' * (new != 1)}"
    return _Line("", (words,), words)


# --- Text -----------------------------------------------------------------------------------------------------------


def _text(lines: Iterable[_Line]) -> Iterator[str]:
    for line in lines:
        whole = "; ".join(line.words)
        if not line.subject:
            yield whole
        elif len(line.words) == 1 or len(line.subject) + len(whole) + 2 <= _LINE:
            yield f"{line.subject}: {whole}"
        else:
            yield f"{line.subject}:"
            yield from (f"  {words}" for words in line.words)


# --- Markdown -------------------------------------------------------------------------------------------------------

_MARKUP = re.compile(r"[\\`*_{}\[\]!|~$<>&]")
# What GitHub makes links, mentions and pictures of, even behind a backslash: @name, #1, GH-1, :tada:, URLs.
_LIVE = re.compile(r"(?<=[@#:])(?=\S)|(?<=/)(?=/)|(?<=\bGH)(?=-\d)|(?<=\bwww)(?=\.)", re.IGNORECASE)
_BEGINNING = re.compile(r"^(\d*)([-+#=.)])")  # of a list, a heading
_ENTITIES = {"<": "&lt;", ">": "&gt;", "&": "&amp;"}
_NOTHING = "\N{ZERO WIDTH SPACE}"


def escape_markdown(text: str) -> str:
    r"""Return a text as Markdown in which nothing is markup, a mention or a link.

    >>> escape_markdown("a|b <i> *c*")
    'a\\|b &lt;i&gt; \\*c\\*'
    >>> escape_markdown("@ada") == "@\N{ZERO WIDTH SPACE}ada"
    True
    """
    live = _LIVE.sub(_NOTHING, visible(" ".join(text.split())))
    return _BEGINNING.sub(r"\1\\\2", _MARKUP.sub(lambda match: _ENTITIES.get(match[0], f"\\{match[0]}"), live))


def _markdown(changes: Changes, lines: Sequence[_Line], title: str) -> str:
    parts = [f"### {escape_markdown(title)}\n\n"] if title else []
    if not lines:
        parts.append("No differences.\n")
    if len(lines) > 1:
        parts.append(f"{escape_markdown(_summary(changes, lines))}\n\n")
    size = 0
    for number, line in enumerate(lines):
        item = _item(line)
        size += len(item)
        if size > _MOST_MARKDOWN:
            parts.append(f"- and {len(lines) - number} more\n")
            break
        parts.append(item)
    parts += [f"\nNote: {escape_markdown(note)}\n" for note in changes.notes]
    return "".join(parts)


def _item(line: _Line) -> str:
    if not line.subject:
        return f"- {escape_markdown('; '.join(line.words))}\n"
    if len(line.words) == 1:
        return f"- **{escape_markdown(line.subject)}**: {escape_markdown(line.words[0])}\n"
    below = [f"  - {escape_markdown(words)}\n" for words in line.words]
    return "".join([f"- **{escape_markdown(line.subject)}**:\n", *below])


def _summary(changes: Changes, lines: Sequence[_Line]) -> str:
    """Return "RAGCache: author list changed; 2 papers added; 2 → 3 pages"."""
    shorts = [line.short for line in lines]
    pages = shorts[-1:] if changes.pages and changes.pages[0] != changes.pages[1] else []
    rest = shorts[: len(shorts) - len(pages)]
    more = [f"{len(rest) - _SUMMARY} more"] if len(rest) > _SUMMARY else []
    return "; ".join([*rest[:_SUMMARY], *more, *pages])


# --- JSON -----------------------------------------------------------------------------------------------------------


def _json(changes: Changes) -> str:
    """Return one JSON object. `version` changes when a field changes its meaning or goes."""
    lines = _lines(changes)
    report = {
        "version": 1,
        "old": changes.old,
        "new": changes.new,
        "summary": _summary(changes, lines),
        "pages": {"old": changes.pages[0], "new": changes.pages[1]} if changes.pages else None,
        "changes": [{field: getattr(change, field) for field in _REPORTED} for change in changes.changes],
        "notes": list(changes.notes),
    }
    return json.dumps(report, ensure_ascii=False, indent=2) + "\n"
