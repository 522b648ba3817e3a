"""What of a profile an output shows: its settings, sections, entries and works, in a variant, on a day."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from cvgen.build_date import Moment, moment_of, utc_day
from cvgen.diagnostics import Diagnostic, Severity, Span, YamlPath, did_you_mean
from cvgen.errors import ProfileError, UsageError
from cvgen.loading.profile import DocumentSettings, Profile, Variant
from cvgen.profile.entry import Highlight
from cvgen.profile.selection import SelectedWork
from cvgen.sections import shape_of
from cvgen.values.date_parser import parse_date
from cvgen.values.dates import Date, first_day

__all__ = [
    "Printed",
    "ShownEntry",
    "chosen_sections",
    "entries_of",
    "printed_of",
    "profile_error",
    "public_works",
    "settings_of",
    "shown_entries",
    "shown_works",
    "span_of_setting",
]


def settings_of(profile: Profile, variant: str | None = None) -> tuple[DocumentSettings, dict[str, YamlPath]]:
    """Return the document's settings, the variant's over the profile's, and the YAML path of each that is set.

    A theme option that the variant sets has its path under `options.<name>`.

    Raises `UsageError` for a variant that the profile does not have.
    """
    settings = profile.file.document
    paths: dict[str, YamlPath] = {name: ("document", name) for name in settings.model_fields_set}
    chosen = _find_variant(profile, variant)
    if chosen and chosen.document and variant is not None:
        own = chosen.document.model_fields_set
        update = {name: getattr(chosen.document, name) for name in own}
        if "options" in own:
            update["options"] = {**settings.options, **chosen.document.options}
        settings = settings.model_copy(update=update)
        paths |= {name: ("variants", variant, "document", name) for name in own}
        paths |= {f"options.{name}": (*paths["options"], name) for name in chosen.document.options}
    return settings, paths


def _find_variant(profile: Profile, name: str | None) -> Variant | None:
    """Return the variant of that name. Raises `UsageError` if there is none."""
    if name is None:
        return None
    known = profile.file.variants
    if name not in known:
        guess = did_you_mean(name, known)
        hint = f"did you mean `{guess}`?" if guess else f"it has: {', '.join(known) or 'none'}"
        raise UsageError(f"the profile has no variant `{name}`", hints=(hint,))
    return known[name]


@dataclass(frozen=True, slots=True)
class ShownEntry:
    """An entry of a section that a profile shows, and its place."""

    section: Any
    entry: Any
    path: YamlPath


def shown_works(
    profile: Profile,
    *,
    variant: str | None = None,
    moment: Moment | None = None,
    output: str = "cv",
    hidden: bool = False,
) -> Iterator[SelectedWork]:
    """Yield the works that the profile, or a variant of it, lists and does not hide, in the order of its sections.

    With `hidden`, those too that say `hidden: true`; never those under embargo.

    Raises what `compose` raises. How many a section prints, and from which year on, does not count.
    """
    printed = printed_of(profile, variant, moment, output)
    change = printed.variant.publications if printed.variant else None
    for number, section in chosen_sections(printed):
        if shape_of(section.kind).form == "works":
            works = profile.works_of(number, section, change)
            for found in works:
                work = found.work.model_copy(update={"hidden": False}) if hidden else found.work
                if printed.is_shown(work, found.entry):
                    yield found


def public_works(profile: Profile, variant: str | None = None, *, hidden: bool = False) -> Iterator[SelectedWork]:
    """Yield the works that a homepage or a CV lists and that a homepage may show; one that both list comes twice."""
    for output in ("homepage", "cv"):
        for found in shown_works(profile, variant=variant, output=output, hidden=hidden):
            if not found.work.show_in or "homepage" in found.work.show_in:
                yield found


def shown_entries(
    profile: Profile, *, variant: str | None = None, moment: Moment | None = None, output: str = "cv"
) -> Iterator[ShownEntry]:
    """Yield the entries of all sections but those of works that the profile, or a variant of it, does not hide."""
    printed = printed_of(profile, variant, moment, output)
    for number, section in chosen_sections(printed):
        if shape_of(section.kind).form == "works":
            continue
        for below, entry in entries_of(section):
            path: YamlPath = ("sections", number, *below)
            if printed.is_shown(entry, path):
                yield ShownEntry(section, entry, path)


def entries_of(section: Any) -> Iterator[tuple[YamlPath, Any]]:  # noqa: ANN401 - of any kind's model
    """Yield the entries of a section, those of its groups too, each with its path in the section."""
    lists: list[tuple[YamlPath, Sequence[Any]]] = [(("entries",), getattr(section, "entries", ()))]
    lists += [(("groups", at, "entries"), group.entries) for at, group in enumerate(getattr(section, "groups", ()))]
    for place, entries in lists:
        for index, entry in enumerate(entries):
            yield (*place, index), entry


def chosen_sections(printed: Printed) -> Iterator[tuple[int, Any]]:
    """Yield the sections to print with their indices, in the variant's order if it has one."""
    profile, variant = printed.profile, printed.variant
    every = [
        (number, section)
        for number, section in enumerate(profile.file.sections)
        if not section.hidden
        and (not section.show_in or printed.output in section.show_in)
        and printed.is_kept(section)
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
            raise profile_error("unknown-section", span, f"the profile has no section `{name}`", hint)
        yield from found


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
        raise profile_error("document-date", span, "the profile has no commit to take the date from", hint)
    return utc_day(seconds)


def _document_day(settings: DocumentSettings, calendar_day: datetime.date | None) -> Date | None:
    """Return the document's date with the precision that it is written with."""
    if settings.date is None:
        return None
    if calendar_day is not None:
        return Date(calendar_day.year, calendar_day.month, calendar_day.day)
    when = parse_date(settings.date)
    return when if isinstance(when, Date) else None


@dataclass(frozen=True, slots=True)
class Printed:
    """What is printed of a profile: in a variant, for an output, on a day.

    `paths` are the YAML paths of the settings that are set. `calendar_day` is None where `day` is not a whole one.
    Sections and entries whose priority has a higher number than `cut` are left out.
    """

    profile: Profile
    settings: DocumentSettings
    paths: dict[str, YamlPath]
    variant: Variant | None
    output: str
    calendar_day: datetime.date | None
    day: Date | None
    cut: int | None = None

    def is_kept(self, item: Any) -> bool:  # noqa: ANN401 - a section's or an entry's model
        """Tell whether a section or an entry stays where pages are limited."""
        return self.cut is None or item.priority is None or item.priority <= self.cut

    def is_shown(self, entry: Any, path: YamlPath) -> bool:  # noqa: ANN401 - of any kind's model
        """Tell whether the entry at `path` is printed. Raises `ProfileError` where that needs an unknown date."""
        if isinstance(entry, Highlight):
            return _is_wanted(entry.tags, self.variant)
        if not self.is_kept(entry):
            return False
        if entry.hidden or (entry.show_in and self.output not in entry.show_in):
            return False
        if not _is_wanted(entry.tags, self.variant):
            return False
        if entry.hidden_until is None:
            return True
        if self.day is None:
            span = self.profile.places.span((*path, "hidden_until"))
            message = "`hidden_until` needs the document's date, which is not known"
            raise profile_error(
                "document-date", span, message, "set `document: {date: …}` to a date, `commit` or `today`"
            )
        return first_day(entry.hidden_until) <= first_day(self.day)


def _is_wanted(tags: Sequence[str], variant: Variant | None) -> bool:
    """Tell whether the variant takes what bears these tags; what bears none is always taken."""
    if variant is None or not tags:
        return True
    return not set(tags) & set(variant.exclude) and (not variant.include or bool(set(tags) & set(variant.include)))


def printed_of(
    profile: Profile, variant: str | None, moment: Moment | None, output: str, cut: int | None = None
) -> Printed:
    """Return what is printed of a profile. Raises what `compose` raises."""
    settings, paths = settings_of(profile, variant)
    calendar_day = _calendar_day(settings.date, moment, profile, span_of_setting(profile, paths, "date"))
    day = _document_day(settings, calendar_day)
    return Printed(profile, settings, paths, _find_variant(profile, variant), output, calendar_day, day, cut)


def span_of_setting(profile: Profile, paths: dict[str, YamlPath], setting: str) -> Span:
    """Return the place of a setting of the document."""
    return profile.places.span(paths.get(setting, ("document",)))


def profile_error(code: str, span: Span, message: str, *hints: str) -> ProfileError:
    """Return an error with one diagnostic."""
    return ProfileError([Diagnostic(code, Severity.ERROR, span, message, hints)])
