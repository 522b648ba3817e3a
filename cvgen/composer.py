"""Profile -> Document: which sections and entries, in which order, in which words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from cvgen.build_date import Moment
from cvgen.diagnostics import Diagnostic, Severity, Span, YamlPath
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
    WorkBlock,
    plain,
)
from cvgen.document.quotes import with_typographic_quotes
from cvgen.loading.profile import DocumentSettings, FooterSettings, Profile, Variant
from cvgen.profile.context import Context
from cvgen.profile.header import compose_header
from cvgen.profile.person import Person
from cvgen.profile.places import Nowhere
from cvgen.profile.works import Work
from cvgen.sections import kind_of_form, load_kind
from cvgen.sections.context import SectionContext, parenthesized
from cvgen.values.dates import Date, canonical
from cvgen.visibility import (
    Printed,
    chosen_sections,
    entries_of,
    printed_of,
    profile_error,
    settings_of,
    span_of_setting,
)

__all__ = ["compose", "compose_works", "words_of"]


def compose(
    profile: Profile,
    *,
    variant: str | None = None,
    locale: str | None = None,
    moment: Moment | None = None,
    output: str = "cv",
    cut: int | None = None,
) -> Document:
    """Compose the profile, or one of its variants, into a document.

    `locale` is a language tag that replaces the profile's; `moment` is what a date of `commit` or `today` means, by
    default that of the profile's file, now; `output` is what the document is for (`cv`, `homepage`): entries that are
    shown only elsewhere are left out, and those whose priority has a higher number than `cut`.

    Raises `UsageError` for an unknown variant, `ProfileError` for a language that
    there are no words for, or a date that is needed and not known.
    """
    printed = printed_of(profile, variant, moment, output, cut)
    settings, paths, day, chosen = printed.settings, printed.paths, printed.day, printed.variant
    words = _words(profile, settings, paths, locale)
    models = list(chosen_sections(printed))
    sections = tuple(
        section for number, model in models if (section := _section(profile, number, model, words, printed))
    )
    untitled = {model.kind for _, model in models if model.title is None}
    context = Context(profile.places, words)
    document = Document(
        metadata=_metadata(profile, settings, words, day),
        header=compose_header(_person(profile.person, chosen), context.at("person"), profile.path),
        sections=sections,
        footer=_footer(profile, settings, paths, words, day),
        theme=settings.theme or "awesome",
        paper=settings.paper or "a4",
        page_limit=settings.pages,
        options=tuple(
            (name, value, profile.places.span(paths.get(f"options.{name}", ("document", "options", name))))
            for name, value in settings.options.items()
        ),
        theme_span=span_of_setting(profile, paths, "theme"),
        date=printed.calendar_day,
        is_dated_today=settings.date == "today",
        diagnostics=_missing_words(words, untitled, span_of_setting(profile, paths, "language")),
    )
    if settings.quotes != "typographic":
        return document
    before, _, after = words.word("quoted").partition("{text}")
    parts = (document.header, document.sections, document.footer)
    header, sections, footer = with_typographic_quotes(parts, before, after)
    return replace(document, header=header, sections=sections, footer=footer)


def words_of(profile: Profile, variant: str | None = None) -> Locale:
    """Return the words of the profile's language. Raises `ProfileError` for a language that there are none for."""
    settings, paths = settings_of(profile, variant)
    return _words(profile, settings, paths, None)


def compose_works(profile: Profile, works: Sequence[Work]) -> list[WorkBlock]:
    """Return works as a section of the profile would print them, links included, in their order."""
    kind = kind_of_form("works")
    section = load_kind(kind).MODEL.model_validate({"kind": kind, "links": True, "entries": list(works)})
    settings = profile.file.document.model_copy(update={"footer": FooterSettings()})
    file = profile.file.model_copy(update={"sections": (section,), "variants": {}, "document": settings})
    document = compose(replace(profile, file=file, places=Nowhere()), output="homepage")
    return [block for part in document.sections for block in part.blocks if isinstance(block, WorkBlock)]


def _words(profile: Profile, settings: DocumentSettings, paths: dict[str, YamlPath], locale: str | None) -> Locale:
    tag = locale or settings.language or "en"
    try:
        words = load_locale(tag)
        return replace(words, months=settings.dates.months) if settings.dates else words
    except KeyError:
        message, hint = f"there are no words for the language `{tag}`", f"one of: {', '.join(languages())}"
        raise profile_error("language", span_of_setting(profile, paths, "language"), message, hint) from None


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


def _section(
    profile: Profile,
    number: int,
    section: Any,  # noqa: ANN401 - of any kind's model
    words: Locale,
    printed: Printed,
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
    if not blocks:
        return None
    entries = [(context.span(*path), entry) for path, entry in entries_of(section)]
    return DocumentSection(
        title,
        blocks,
        section.kind,
        context.span(),
        begins_page=section.page_break is not None,
        is_together=section.keep_together,
        breaks=frozenset(span for span, entry in entries if getattr(entry, "page_break", None)),
        together=frozenset(span for span, entry in entries if getattr(entry, "keep_together", False)),
    )


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
            raise profile_error("document-date", span, message, hint)
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
