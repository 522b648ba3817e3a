"""What is decided about a document before an engine starts: its theme, its TeX, and what lies beside it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from cvgen.diagnostics import Diagnostic
from cvgen.document.draft import Draft
from cvgen.document.nodes import Document, Emphasis, Inline, Link, Strong, lines_of
from cvgen.engine import tex_tree as runtime
from cvgen.errors import ProfileError
from cvgen.latex.coverage import load
from cvgen.latex.emit import Emitted, emit_latex, missing_glyphs
from cvgen.latex.themes import Theme, choose, class_folder, hiding_places

__all__ = ["Prepared", "links_of", "prepare"]


@dataclass(frozen=True, slots=True)
class Prepared:
    """All that an engine needs, and what it was made of.

    `options` are the theme's, complete. `inputs` are the files that were read for it, templates included; `absent`
    those that would have been read instead if they were there.
    """

    document: Document
    theme: Theme
    options: Mapping[str, str]
    runtime: runtime.Runtime
    emitted: Emitted
    assets: Mapping[str, bytes]
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


def prepare(draft: Draft, *, theme: str | None = None) -> Prepared:
    """Emit a document, in `theme` or its own. Raises `ProfileError` for what no font can set, `ThemeError`."""
    document = draft.document
    chosen, options, remarks = choose(document.theme, document.options, instead=theme, span=draft.theme_span)
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
        _assets(document, emitted, draft.profile),
        (*draft.inputs, *_templates(chosen)),
        hiding_places(chosen),
        (*draft.diagnostics, *remarks),
    )


def _assets(document: Document, emitted: Emitted, profile: Path | None) -> dict[str, bytes]:
    if document.header.photo is None:
        return {}
    from cvgen.latex.photo import read_photo  # few CVs have one

    return {emitted.photo: read_photo(document.header.photo, profile)}


def _templates(theme: Theme) -> Iterator[Path]:
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
