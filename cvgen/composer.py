"""Profile -> Document: which sections and entries, in which order, in which words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date as calendar_date
from typing import Any

from cvgen.diagnostics import Diagnostic, Severity, did_you_mean
from cvgen.document.header import header
from cvgen.document.here import Here
from cvgen.document.inline import inlines, join, line, literal
from cvgen.document.kinds import blocks
from cvgen.document.locale import Locale, languages, load_locale
from cvgen.document.nodes import (
    EMPTY,
    Block,
    Code,
    Document,
    Footer,
    Inline,
    Line,
    Metadata,
    Section,
    Text,
    plain,
)
from cvgen.document.publications import publication_blocks
from cvgen.errors import ProfileError, UsageError
from cvgen.loading.profile import DocumentSettings, FooterSettings, Profile, Variant, YamlPath
from cvgen.loading.selected_works import changed, owner_names, works_of_section
from cvgen.profile.sections import PublicationsSection
from cvgen.values.dates import Date, canonical, first_day, last_day, parse_date

__all__ = ["compose", "settings_of"]


def settings_of(profile: Profile, variant: str | None = None) -> tuple[DocumentSettings, dict[str, YamlPath]]:
    """Return the document's settings, the variant's over the profile's, and the YAML path of each that is set.

    A theme option that the variant sets has its path under `options.<name>`.

    Raises `UsageError` for a variant that the profile does not have.
    """
    settings = profile.file.document
    paths: dict[str, YamlPath] = {name: ("document", name) for name in settings.model_fields_set}
    chosen = _variant(profile, variant)
    if chosen and chosen.document and variant is not None:
        own = chosen.document.model_fields_set
        update = {name: getattr(chosen.document, name) for name in own}
        if "options" in own:
            update["options"] = {**settings.options, **chosen.document.options}
        settings = settings.model_copy(update=update)
        paths |= {name: ("variants", variant, "document", name) for name in own}
        paths |= {f"options.{name}": (*paths["options"], name) for name in chosen.document.options}
    return settings, paths


def _variant(profile: Profile, name: str | None) -> Variant | None:
    if name is None:
        return None
    known = profile.file.variants
    if name not in known:
        guess = did_you_mean(name, known)
        hint = f"did you mean `{guess}`?" if guess else f"it has: {', '.join(known) or 'none'}"
        raise UsageError(f"the profile has no variant `{name}`", hints=(hint,))
    return known[name]


def compose(
    profile: Profile,
    *,
    variant: str | None = None,
    locale: str | None = None,
    date: calendar_date | None = None,
    output: str = "cv",
) -> Document:
    """Compose the profile, or one of its variants, into a document.

    `locale` is a language tag that replaces the profile's; `date` is the document's date where the profile leaves it
    to the outside (`commit`, `today`); `output` is what the document is for (`cv`, `homepage`): entries that are
    shown only elsewhere are left out. Raises `UsageError` for an unknown variant, `ProfileError` for a language that
    there are no words for, or a date that is needed and not known.
    """
    settings, paths = settings_of(profile, variant)
    words = _words(profile, settings, paths, locale)
    here = Here(profile.places, words)
    day = _document_date(settings, date)
    chosen = _variant(profile, variant)
    owner = owner_names(profile)
    sections = tuple(
        section
        for number, model in _chosen_sections(profile, chosen, output)
        if (section := _section(profile, model, here.at("sections", number), owner, chosen, output, day))
    )
    return Document(
        metadata=_metadata(profile, settings, words, day),
        header=header(profile.person, here.at("person"), profile.path),
        sections=sections,
        footer=_footer(profile, settings, paths, here, day),
        theme=settings.theme or "awesome",
        paper=settings.paper or "a4",
        options=tuple(
            (name, value, profile.places.span(paths.get(f"options.{name}", ("document", "options", name))))
            for name, value in settings.options.items()
        ),
    )


def _words(profile: Profile, settings: DocumentSettings, paths: dict[str, YamlPath], locale: str | None) -> Locale:
    tag = locale or settings.language or "en"
    try:
        return load_locale(tag)
    except KeyError:
        span = profile.places.span(paths.get("language", ("document",)))
        raise ProfileError(
            [
                Diagnostic(
                    "language",
                    Severity.ERROR,
                    span,
                    f"there are no words for the language `{tag}`",
                    (f"one of: {', '.join(languages())}",),
                )
            ]
        ) from None


def _document_date(settings: DocumentSettings, given: calendar_date | None) -> Date | None:
    if settings.date is None:
        return None
    if settings.date in ("commit", "today"):
        return Date(given.year, given.month, given.day) if given else None
    when = parse_date(settings.date)
    return when if isinstance(when, Date) else None


def _chosen_sections(profile: Profile, variant: Variant | None, output: str) -> Iterator[tuple[int, Any]]:
    """Yield the sections to print with their indices, in the variant's order if it has one."""
    every = [
        (number, section)
        for number, section in enumerate(profile.file.sections)
        if not section.hidden and (not section.show_in or output in section.show_in)
    ]
    if variant is None or variant.sections is None:
        yield from (item for item in every if _is_wanted(item[1].tags, variant))
        return
    for index, name in enumerate(variant.sections):
        found = [item for item in every if item[1].id == name] or [item for item in every if item[1].kind == name]
        if not found:
            names = sorted({section.id or section.kind for _, section in every})
            guess = did_you_mean(name, names)
            hint = f"did you mean `{guess}`?" if guess else f"it has: {', '.join(names)}"
            where = next((key for key, value in profile.file.variants.items() if value is variant), "")
            span = profile.places.span(("variants", where, "sections", index))
            raise ProfileError(
                [Diagnostic("unknown-section", Severity.ERROR, span, f"the profile has no section `{name}`", (hint,))]
            )
        yield from found


def _section(
    profile: Profile,
    section: Any,  # noqa: ANN401 - one of 17 models
    here: Here,
    owner: Sequence[str],
    variant: Variant | None,
    output: str,
    day: Date | None,
) -> Section | None:

    def choose(entries: Sequence[Any], at: Here) -> list[tuple[int, Any]]:
        shown = [
            (index, entry)
            for index, entry in enumerate(entries)
            if _is_shown(entry, at.at("entries", index), variant, output, day)
        ]
        return _sorted(shown, section.sort)

    here = replace(here, show_location=section.show_location, choose=choose)
    title = here.line(section, "title") or literal(here.words.word(section.kind, "sections"), here.span("kind"))
    if section.subtitle:
        title = join("", title, literal(" ("), here.line(section, "subtitle"), literal(")"))
    if isinstance(section, PublicationsSection):
        change = variant.publications if variant else None
        works = works_of_section(profile, int(here.path[-1]), section, change)
        shown = [
            found for found in works if _is_shown(found.work, replace(here, path=found.entry), variant, output, day)
        ]
        made: tuple[Block, ...] = tuple(publication_blocks(changed(section, change), shown, here, owner))
    else:
        entries = here.chosen(getattr(section, "entries", ()))
        made = tuple(blocks(section, entries[: section.limit], here, owner))
    return Section(title, made, section.kind, here.span()) if made else None


def _is_wanted(tags: Sequence[str], variant: Variant | None) -> bool:
    """Tell whether the variant takes what bears these tags; what bears none is always taken."""
    if variant is None or not tags:
        return True
    return not set(tags) & set(variant.exclude) and (not variant.include or bool(set(tags) & set(variant.include)))


def _is_shown(entry: Any, here: Here, variant: Variant | None, output: str, day: Date | None) -> bool:  # noqa: ANN401
    if entry.hidden or (entry.show_in and output not in entry.show_in):
        return False
    if not _is_wanted(entry.tags, variant):
        return False
    if entry.hidden_until is None:
        return True
    if day is None:
        raise ProfileError(
            [
                Diagnostic(
                    "document-date",
                    Severity.ERROR,
                    here.span("hidden_until"),
                    "`hidden_until` needs the document's date, which is not known",
                    ("set `document: {date: …}` to a date, `commit` or `today`",),
                )
            ]
        )
    return first_day(entry.hidden_until) <= first_day(day)


def _sorted(entries: list[tuple[int, Any]], order: str) -> list[tuple[int, Any]]:
    """Sort the newest first; entries without a date come last, in their own order."""
    if order == "manual":
        return entries

    def key(item: tuple[int, Any]) -> tuple[int, int, int]:
        entry = item[1]
        start = getattr(entry, "date", None) or getattr(entry, "start_date", None)
        when = (getattr(entry, "end_date", None) or start) if order == "end-date" else start
        year, month, day = (0, 0, 0) if when is None else last_day(when)
        return (-year, -month, -day)

    return sorted(entries, key=key)


def _footer(
    profile: Profile, settings: DocumentSettings, paths: dict[str, YamlPath], here: Here, day: Date | None
) -> Footer:
    footer = settings.footer
    if footer is None:
        name = f"{{name}} · {here.words.word('curriculum_vitae')}"
        footer = FooterSettings(left="{date}" if day else None, center=name, right="{page}")
    where = paths.get("footer", ("document",))
    values = {
        "{date}": here.words.long_date(day) if day else "",
        "{name}": str(profile.person.name),
        "{page}": Footer.PAGE,
        "{pages}": Footer.PAGES,
    }

    def filled(side: str) -> Line:
        text = getattr(footer, side)
        if not text:
            return EMPTY
        span = profile.places.span((*where, side))
        if "{date}" in text and day is None:
            raise ProfileError(
                [
                    Diagnostic(
                        "document-date",
                        Severity.ERROR,
                        span,
                        "the foot shows the document's date, which is not known",
                        ("set `document: {date: …}` to a date, `commit` (in a git repository) or `today`",),
                    )
                ]
            )
        return Line(_fill(inlines(text), values), span)

    return Footer(filled("left"), filled("center"), filled("right"))


def _fill(parts: Sequence[Inline], values: dict[str, str]) -> tuple[Inline, ...]:
    """Put values for the placeholders; page numbers stay texts of their own."""
    filled: list[Inline] = []
    for part in parts:
        if not isinstance(part, Text):
            filled.append(part if isinstance(part, Code) else replace(part, inlines=_fill(part.inlines, values)))
            continue
        text = part.text
        while text:
            at, name = min(((text.find(key), key) for key in values if key in text), default=(len(text), ""))
            if at:
                filled.append(Text(text[:at]))
            if name and values[name]:
                filled.append(Text(values[name]))
            text = text[at + len(name) :]
    return tuple(filled)


def _metadata(profile: Profile, settings: DocumentSettings, words: Locale, day: Date | None) -> Metadata:
    person = profile.person
    name = str(person.name)
    return Metadata(
        title=settings.title or f"{name} - {words.word('curriculum_vitae')}",
        author=name,
        subject=" · ".join(plain(line(position)) for position in person.position),
        keywords=person.keywords or tuple(plain(line(interest)) for interest in person.interests),
        language=words.tag,
        date=canonical(day) if day else "",
    )
