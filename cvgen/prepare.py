"""Everything that is decided before an engine starts: the document, its theme, its TeX, and what lies beside it."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from pathlib import Path

from cvgen.clock import document_date
from cvgen.diagnostics import Diagnostic
from cvgen.document.compose import compose, settings_of
from cvgen.document.nodes import Document, Emphasis, Inline, Link, Strong, lines_of
from cvgen.errors import ProfileError
from cvgen.frozen import frozen
from cvgen.latex import runtime
from cvgen.latex.coverage import load
from cvgen.latex.emit import Emitted, emit_latex, missing_glyphs
from cvgen.latex.themes import Theme, choose, class_folder, hiding_places
from cvgen.profile.library import works_path
from cvgen.profile.model import Profile

__all__ = ["Prepared", "links_of", "prepare"]


@frozen
class Prepared:
    """All that an engine needs, and what it was made of.

    `options` are the theme's, complete. `day` is the document's date, `today` tells that it is the day of the build.
    `inputs` are the files that were read for it, templates included; `absent` those that would have been read instead
    if they were there.
    """

    document: Document
    theme: Theme
    options: Mapping[str, str]
    runtime: runtime.Runtime
    emitted: Emitted
    assets: Mapping[str, bytes]
    day: datetime.date | None
    today: bool
    inputs: tuple[Path, ...]
    absent: tuple[Path, ...]
    diagnostics: tuple[Diagnostic, ...]

    def files(self) -> Iterator[tuple[str, bytes]]:
        """Yield what the TeX document needs beside it: class, theme, fonts, portrait."""
        yield from self.assets.items()
        for folder in (self.runtime.folder, self.runtime.fonts):
            for file in sorted(folder.iterdir()):
                if file.is_file() and file.suffix != ".json":
                    yield file.name, file.read_bytes()


def prepare(profile: Profile, *, theme: str | None = None, variant: str | None = None) -> Prepared:
    """Compose and emit `profile`. Raises `ProfileError` for what no font can set, `ThemeError`, `UsageError`."""
    settings, paths = settings_of(profile, variant)
    day = document_date(settings.date, profile.path, profile.places.span(paths.get("date", ("document",))))
    document = compose(profile, variant=variant, date=day)
    span = profile.places.span(paths.get("theme", ("document",)))
    chosen, options, remarks = choose(document.theme, document.options, instead=theme, span=span)
    made = runtime.prepare(chosen.folder, class_folder())
    coverage = load(made.fonts)
    try:
        lost = missing_glyphs(document, chosen, coverage)
    except OSError:  # somebody cleared the cache just now
        made = runtime.prepare(chosen.folder, class_folder())
        lost = missing_glyphs(document, chosen, coverage)
    if lost:
        raise ProfileError(lost)
    emitted = emit_latex(document, chosen, options, coverage)
    return Prepared(
        document,
        chosen,
        options,
        made,
        emitted,
        _assets(document, emitted, profile.path),
        day,
        settings.date == "today",
        tuple(_inputs(profile, document, chosen)),
        hiding_places(chosen),
        (*profile.diagnostics, *remarks),
    )


def _assets(document: Document, emitted: Emitted, profile: Path | None) -> dict[str, bytes]:
    if document.header.photo is None:
        return {}
    from cvgen.latex.photo import read_photo  # few CVs have one

    return {emitted.photo: read_photo(document.header.photo, profile)}


def _inputs(profile: Profile, document: Document, theme: Theme) -> Iterator[Path]:
    if profile.path is not None:
        yield profile.path
    yield from (path for name in profile.file.works if isinstance(path := works_path(profile.path, name), Path))
    if document.header.photo is not None:
        yield Path(document.header.photo.path)
    yield class_folder() / runtime.CLASS_FILE
    yield from (entry for entry in sorted(theme.folder.iterdir()) if entry.is_file())


def links_of(document: Document) -> frozenset[str]:
    """Return every address that the document links to."""

    def of(inlines: tuple[Inline, ...]) -> Iterator[str]:
        for inline in inlines:
            match inline:
                case Link(inner, url):
                    yield url
                    yield from of(inner)
                case Strong(inner) | Emphasis(inner):
                    yield from of(inner)

    return frozenset(url for line in lines_of(document) for url in of(line.inlines))
