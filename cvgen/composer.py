"""Profile -> Document: which sections and entries, in which order, in which words."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from cvgen.build_date import Moment, moment_of, utc_day
from cvgen.diagnostics import Diagnostic, Severity, Span, YamlPath, did_you_mean
from cvgen.document.inline import inlines, join, line, literal
from cvgen.document.locale import Locale, languages, load_locale
from cvgen.document.nodes import (
    EMPTY,
    Break,
    Code,
    Document,
    DocumentSection,
    Footer,
    Inline,
    Line,
    Metadata,
    TextRun,
    plain,
)
from cvgen.errors import ProfileError, UsageError
from cvgen.loading.profile import DocumentSettings, FooterSettings, Profile, Variant
from cvgen.profile.context import Context
from cvgen.profile.entry import Highlight
from cvgen.profile.header import compose_header
from cvgen.profile.person import Person
from cvgen.profile.selection import SelectedWork
from cvgen.sections import load_kind, shape_of
from cvgen.sections.context import SectionContext, parenthesized
from cvgen.values.date_parser import parse_date
from cvgen.values.dates import Date, canonical, first_day

__all__ = ["compose", "settings_of", "shown_works"]


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
    moment: Moment | None = None,
    output: str = "cv",
) -> Document:
    """Compose the profile, or one of its variants, into a document.

    `locale` is a language tag that replaces the profile's; `moment` is what a date of `commit` or `today` means, by
    default that of the profile's file, now; `output` is what the document is for (`cv`, `homepage`): entries that are
    shown only elsewhere are left out. Raises `UsageError` for an unknown variant, `ProfileError` for a language that
    there are no words for, or a date that is needed and not known.
    """
    settings, paths = settings_of(profile, variant)
    words = _words(profile, settings, paths, locale)
    calendar_day = _calendar_day(settings.date, moment, profile, _span(profile, paths, "date"))
    day = _document_day(settings, calendar_day)
    chosen = _variant(profile, variant)
    printed = _Printed(profile, chosen, output, day)
    models = list(_chosen_sections(profile, chosen, output))
    sections = tuple(
        section for number, model in models if (section := _section(profile, number, model, words, printed))
    )
    untitled = {model.kind for _, model in models if model.title is None}
    context = Context(profile.places, words)
    return Document(
        metadata=_metadata(profile, settings, words, day),
        header=compose_header(_person(profile.person, chosen), context.at("person"), profile.path),
        sections=sections,
        footer=_footer(profile, settings, paths, words, day),
        theme=settings.theme or "awesome",
        paper=settings.paper or "a4",
        options=tuple(
            (name, value, profile.places.span(paths.get(f"options.{name}", ("document", "options", name))))
            for name, value in settings.options.items()
        ),
        theme_span=_span(profile, paths, "theme"),
        date=calendar_day,
        is_dated_today=settings.date == "today",
        diagnostics=_missing_words(words, untitled, _span(profile, paths, "language")),
    )


def shown_works(
    profile: Profile, *, variant: str | None = None, moment: Moment | None = None, output: str = "cv"
) -> Iterator[SelectedWork]:
    """Yield the works that the profile, or a variant of it, lists and does not hide, in the order of its sections.

    Raises what `compose` raises. How many a section prints, and from which year on, does not count.
    """
    settings, paths = settings_of(profile, variant)
    calendar_day = _calendar_day(settings.date, moment, profile, _span(profile, paths, "date"))
    chosen = _variant(profile, variant)
    printed = _Printed(profile, chosen, output, _document_day(settings, calendar_day))
    change = chosen.publications if chosen else None
    for number, section in _chosen_sections(profile, chosen, output):
        if shape_of(section.kind).form == "works":
            works = profile.works_of(number, section, change)
            yield from (found for found in works if printed.is_shown(found.work, found.entry))


def _span(profile: Profile, paths: dict[str, YamlPath], setting: str) -> Span:
    """Return the place of a setting of the document."""
    return profile.places.span(paths.get(setting, ("document",)))


def _words(profile: Profile, settings: DocumentSettings, paths: dict[str, YamlPath], locale: str | None) -> Locale:
    tag = locale or settings.language or "en"
    try:
        words = load_locale(tag)
        return replace(words, months=settings.dates.months) if settings.dates else words
    except KeyError:
        message, hint = f"there are no words for the language `{tag}`", f"one of: {', '.join(languages())}"
        raise _error("language", _span(profile, paths, "language"), message, hint) from None


def _missing_words(words: Locale, untitled: set[str], span: Span) -> tuple[Diagnostic, ...]:
    """Return one warning for all words that the document's language lacks and that may be printed in English.

    `untitled` are the kinds of the sections that have no title of their own.
    """
    missing = [f"{group}.{key}" for group, key in words.missing if group != "sections" or key in untitled]
    missing += [f"sections.{kind}" for kind in sorted(untitled) if kind not in words.table["sections"]]
    if not missing:
        return ()
    shown = ", ".join(missing[:8]) + (f" and {len(missing) - 8} more" if len(missing) > 8 else "")
    message = f"the language `{words.language}` has no words for: {shown}; English ones are printed"
    hint = f"add them to `{words.language}.toml`, or give such a section a `title`"
    return (Diagnostic("missing-words", Severity.WARNING, span, message, (hint,)),)


def _error(code: str, span: Span, message: str, *hints: str) -> ProfileError:
    return ProfileError([Diagnostic(code, Severity.ERROR, span, message, hints)])


def _calendar_day(setting: str | None, moment: Moment | None, profile: Profile, span: Span) -> datetime.date | None:
    """Return the document's date: a fixed one, the last commit's, or today; None where none is asked for.

    Raises `ProfileError` at `span` where the commit is asked for and there is none.
    """
    if setting not in ("commit", "today"):
        when = parse_date(setting) if setting is not None else None
        # A bare year never becomes January.
        return datetime.date(*first_day(when)) if isinstance(when, Date) and when.day else None
    moment = moment or moment_of(profile.path)
    if setting == "today":
        return moment.today()
    seconds = moment.committed if moment.fixed is None else moment.fixed
    if seconds is None:
        hint = "commit it to git, or write a date such as `2024-10-22`"
        raise _error("document-date", span, "the profile has no commit to take the date from", hint)
    return utc_day(seconds)


def _document_day(settings: DocumentSettings, calendar_day: datetime.date | None) -> Date | None:
    """Return the document's date with the precision that it is written with."""
    if settings.date is None:
        return None
    if calendar_day is not None:
        return Date(calendar_day.year, calendar_day.month, calendar_day.day)
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
            raise _error("unknown-section", span, f"the profile has no section `{name}`", hint)
        yield from found


def _section(
    profile: Profile,
    number: int,
    section: Any,  # noqa: ANN401 - of any kind's model
    words: Locale,
    printed: _Printed,
) -> DocumentSection | None:
    context = SectionContext(
        profile.places,
        words,
        ("sections", number),
        owner=profile.owner,
        advisees=profile.person.advisees,
        library=profile.works,
        change=printed.variant.publications if printed.variant else None,
        is_shown=printed.is_shown,
        sort=section.sort,
        show_location=section.show_location,
    )
    title = _title(section, context, printed.variant) if section.heading else EMPTY
    if title and section.subtitle:
        title = join("", title, parenthesized(context.line(section, "subtitle")))
    blocks = tuple(load_kind(section.kind).compose(section, context))
    return DocumentSection(title, blocks, section.kind, context.span()) if blocks else None


def _title(section: Any, context: SectionContext, variant: Variant | None) -> Line:  # noqa: ANN401 - any kind's model
    """Return the heading: the variant's, the section's own, or the usual one."""
    titles = variant.titles if variant else {}
    if text := titles.get(section.id or "") or titles.get(section.kind):
        return line(text, context.span("title"))
    return context.line(section, "title") or literal(context.words.title(section.kind), context.span("kind"))


def _person(person: Person, variant: Variant | None) -> Person:
    """Return the person as the variant's header shows it."""
    change = variant.person if variant else None
    if change is None:
        return person
    fields: dict[str, object] = {}
    for name in change.hide:
        fields[name] = Person.model_fields[name].get_default(call_default_factory=True)
    fields |= {name: value for name in ("position", "quote") if (value := getattr(change, name)) is not None}
    return person.model_copy(update=fields)


@dataclass(frozen=True, slots=True)
class _Printed:
    """What is printed of a profile: in a variant, for an output, on a day."""

    profile: Profile
    variant: Variant | None
    output: str
    day: Date | None

    def is_shown(self, entry: Any, path: YamlPath) -> bool:  # noqa: ANN401 - of any kind's model
        """Tell whether the entry at `path` is printed. Raises `ProfileError` where that needs an unknown date."""
        if isinstance(entry, Highlight):
            return _is_wanted(entry.tags, self.variant)
        if entry.hidden or (entry.show_in and self.output not in entry.show_in):
            return False
        if not _is_wanted(entry.tags, self.variant):
            return False
        if entry.hidden_until is None:
            return True
        if self.day is None:
            span = self.profile.places.span((*path, "hidden_until"))
            message = "`hidden_until` needs the document's date, which is not known"
            raise _error("document-date", span, message, "set `document: {date: …}` to a date, `commit` or `today`")
        return first_day(entry.hidden_until) <= first_day(self.day)


def _is_wanted(tags: Sequence[str], variant: Variant | None) -> bool:
    """Tell whether the variant takes what bears these tags; what bears none is always taken."""
    if variant is None or not tags:
        return True
    return not set(tags) & set(variant.exclude) and (not variant.include or bool(set(tags) & set(variant.include)))


def _footer(
    profile: Profile, settings: DocumentSettings, paths: dict[str, YamlPath], words: Locale, day: Date | None
) -> Footer:
    footer = settings.footer
    if footer is None:
        name = f"{{name}} · {words.word('curriculum_vitae')}"
        footer = FooterSettings(left="{date}" if day else None, center=name, right="{page}")
    where = paths.get("footer", ("document",))
    values = {
        "{date}": words.long_date(day) if day else "",
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
            message = "the foot shows the document's date, which is not known"
            hint = "set `document: {date: …}` to a date, `commit` (in a git repository) or `today`"
            raise _error("document-date", span, message, hint)
        return Line(_fill(inlines(text), values), span)

    return Footer(filled("left"), filled("center"), filled("right"))


def _fill(parts: Sequence[Inline], values: dict[str, str]) -> tuple[Inline, ...]:
    """Put values for the placeholders; page numbers stay texts of their own."""
    filled: list[Inline] = []
    for part in parts:
        if not isinstance(part, TextRun):
            filled.append(
                part if isinstance(part, Code | Break) else replace(part, inlines=_fill(part.inlines, values))
            )
            continue
        text = part.text
        while text:
            at, name = min(((text.find(key), key) for key in values if key in text), default=(len(text), ""))
            if at:
                filled.append(TextRun(text[:at]))
            if name and values[name]:
                filled.append(TextRun(values[name]))
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
