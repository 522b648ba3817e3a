"""Document -> TeX document: the theme, its tree, the text of the `.tex` file, and what lies beside it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from cvgen.diagnostics import Diagnostic, Span
from cvgen.document.nodes import Document, Photo
from cvgen.engine.cached_folders import MANIFEST
from cvgen.engine.tex_tree import TexTree, discard_damaged, prepare_tex_tree
from cvgen.errors import ProfileError
from cvgen.latex.arrangement import arrange
from cvgen.latex.coverage import load_coverage
from cvgen.latex.emit import emit_latex, missing_glyphs
from cvgen.latex.fonts import LARGE_FONTS
from cvgen.latex.theme_folders import CLASS_FILE, class_folder, shared_options_file
from cvgen.latex.themes import Theme, choose_theme, hiding_places

__all__ = ["TexDocument", "make_tex_document"]


@dataclass(frozen=True, slots=True)
class TexDocument:
    """A document in TeX, with all that an engine needs for it. `document` has its sections in the theme's order.

    `origins` are pairs of a line of `tex` and the place in the profile that the text from there on comes from.
    `options` are the theme's, complete. `assets` lie beside the `.tex` file, by name. `inputs` are the templates that
    it was made of; `absent` are files that would be read instead if they were there.
    """

    document: Document
    tex: str
    origins: tuple[tuple[int, Span], ...]
    theme: Theme
    options: Mapping[str, str]
    tree: TexTree
    assets: Mapping[str, bytes]
    inputs: tuple[Path, ...]
    absent: tuple[Path, ...]
    diagnostics: tuple[Diagnostic, ...]

    def unused_fonts(self) -> tuple[str, ...]:
        """Return the large fonts that the document does not use."""
        return tuple(name for name, script in LARGE_FONTS.items() if rf"\cvscript{{{script}}}" not in self.tex)

    def files(self) -> Iterator[tuple[str, bytes]]:
        """Yield what the TeX document needs beside it to compile elsewhere: class, theme, fonts, portrait."""
        yield from self.assets.items()
        for folder in (self.tree.folder, self.tree.fonts):
            for file in sorted(folder.iterdir()):
                if file.is_file() and file.name != MANIFEST and file.suffix != ".json":
                    yield file.name, file.read_bytes()


def make_tex_document(
    document: Document,
    *,
    theme: str | None = None,
    profile: Path | None = None,
    users: Path | None = None,
) -> TexDocument:
    """Emit a document in `theme`, or its own; `profile` is its file, `users` the folder of the user's own themes.

    Raises `ProfileError` for what no font can set and for wrong options, `ThemeError`.
    """
    chosen, options, remarks = choose_theme(
        document.theme, document.options, instead=theme, span=document.theme_span, users=users
    )
    tree = prepare_tex_tree(chosen.folder)
    try:
        coverage = load_coverage(tree.fonts)
    except (OSError, ValueError):  # damaged, or the cache was cleared just now
        discard_damaged(tree)
        tree = prepare_tex_tree(chosen.folder)
        coverage = load_coverage(tree.fonts)
    document, options = arrange(document, options)
    lost = missing_glyphs(document, chosen.fonts_of(options), coverage)
    if lost:
        raise ProfileError(lost)
    emitted = emit_latex(document, chosen, options, coverage)
    return TexDocument(
        document,
        emitted.tex,
        emitted.origins,
        chosen,
        options,
        tree,
        _assets(emitted.pictures, profile),
        _templates(chosen.folder),
        hiding_places(chosen, users),
        remarks,
    )


def _templates(theme: Path) -> tuple[Path, ...]:
    files = (entry for entry in sorted(theme.iterdir()) if entry.is_file())
    return (class_folder() / CLASS_FILE, shared_options_file(), *files)


def _assets(pictures: Mapping[str, Photo], profile: Path | None) -> dict[str, bytes]:
    if not pictures:
        return {}
    from cvgen.latex.photo import read_photo  # Pillow is slow to import, and few CVs have a photo

    return {name: read_photo(picture, profile) for name, picture in pictures.items()}
