"""The two sides of a comparison: profiles, files at a revision of git, PDFs."""

from __future__ import annotations

import contextlib
import hashlib
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from cvgen.builder import typeset
from cvgen.composer import compose, settings_of
from cvgen.diagnostics import Diagnostic, Span
from cvgen.diff import revisions
from cvgen.diff.change import Change, Changes
from cvgen.diff.documents import compare
from cvgen.diff.revisions import Revision
from cvgen.diff.texts import compare_document, compare_texts, read_text
from cvgen.document.nodes import Document
from cvgen.engine.sandbox import SandboxMode
from cvgen.errors import CvgenError, EngineMissingError, ProfileError, UsageError
from cvgen.files import read_input
from cvgen.latex.photo import MOST_BYTES
from cvgen.loading.load import load
from cvgen.loading.profile import Profile
from cvgen.options import TypesetOptions

__all__ = ["Side", "changes_between", "open_sides", "pdf_of", "with_pages"]

_LARGEST_PDF = 20 << 20


@dataclass(frozen=True, slots=True)
class Side:
    """One side: a composed profile, or the bytes of a PDF. `photo` is a digest of the portrait."""

    name: str
    profile: Profile | None = None
    document: Document | None = None
    photo: bytes = b""
    pdf: bytes = b""
    text: tuple[str, ...] = ()


@contextlib.contextmanager
def open_sides(old: str, new: str | None = None, *, variant: str | None = None) -> Iterator[tuple[Side, Side]]:
    """Read both sides; what git has kept lies in a folder that goes afterwards.

    A side is a file, `REVISION:PATH`, or a revision of the file that the other side names. Where `new` is None, `old`
    is a file, and the old side is its last commit. Raises `UsageError` where a side is none of these, `ProfileError`.
    """
    if new is None:
        old, new = "HEAD", old
    with tempfile.TemporaryDirectory(prefix="cvgen-", ignore_cleanup_errors=True) as folder:
        sides = []
        for number, (name, other) in enumerate(((old, new), (new, old))):
            place = Path(folder, "old" if number == 0 else "new")
            sides.append(_side(name, other, place, variant))
        yield sides[0], sides[1]


def _side(name: str, other: str, folder: Path, variant: str | None) -> Side:
    path = Path(name)
    if _exists(path):
        return _read(path, name, variant, None)
    revision, colon, inside = name.partition(":")
    found = revisions.find(revision, inside, Path()) if colon and inside else None
    if not colon and _exists(Path(other)):
        whole = Path(other)
        found = revisions.find(name, f"./{whole.name}", whole.parent, name=f"{name}:{whole.as_posix()}")
    if found is None:
        hint = "name a profile, a PDF, REVISION:PATH, or a revision of the file on the other side"
        raise UsageError(f"`{name}` is neither a file nor a revision of one", hints=(hint,))
    with _places_at(found, folder):
        return _read(found.extract(folder), found.name, variant, found)


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except (OSError, ValueError):
        return False


@contextlib.contextmanager
def _places_at(revision: Revision, folder: Path) -> Iterator[None]:
    """Let errors name the places in the revision, not in the folder that it was written to."""
    start = revision.name.partition(":")[0]

    def named(span: Span) -> Span:
        if not Path(span.file).is_relative_to(folder):
            return span
        return replace(span, file=f"{start}:{Path(span.file).relative_to(folder).as_posix()}")

    def told(found: Diagnostic) -> Diagnostic:
        related = tuple((named(span), words) for span, words in found.related)
        message, hints = (text.replace(f"{folder}/", f"{start}:") for text in (found.message, "\n".join(found.hints)))
        return replace(
            found,
            span=named(found.span),
            related=related,
            message=message,
            hints=tuple(filter(None, hints.split("\n"))),
        )

    try:
        yield
    except CvgenError as error:
        raise type(error)(tuple(map(told, error.diagnostics))) from None


def _read(path: Path, name: str, variant: str | None, revision: Revision | None) -> Side:
    if path.suffix.lower() == ".pdf":
        content = read_input(path, _LARGEST_PDF, (".pdf",), "PDF")
        if len(content) > _LARGEST_PDF:
            raise UsageError(f"`{name}` is larger than {_LARGEST_PDF >> 20} MiB")
        return Side(name, pdf=content, text=read_text(content, name))
    profile = load(path)
    try:
        document = compose(profile, variant=variant)
    except ProfileError:
        # The file of a revision has no commit where it lies now, but it had one.
        settings, paths = settings_of(profile, variant)
        day = revision.day() if revision and settings.date == "commit" else None
        if day is None:
            raise
        profile = load(path, overrides={".".join(map(str, paths["date"])): day.isoformat()})
        document = compose(profile, variant=variant)
    return Side(name, profile, document, _photo(document))


def _photo(document: Document) -> bytes:
    if document.header.photo is None:
        return b""
    with contextlib.suppress(ProfileError):  # a build will tell
        return hashlib.sha256(read_input(Path(document.header.photo.path), MOST_BYTES, (".png", ".jpg"), "")).digest()
    return b""


# --- Comparing ------------------------------------------------------------------------------------------------------


def pdf_of(
    side: Side, *, variant: str | None = None, engine: str | None = None, sandbox: SandboxMode = "auto"
) -> bytes:
    """Return the PDF of a side, typeset where it is a profile."""
    if side.profile is None:
        return side.pdf
    return typeset(side.profile, TypesetOptions(variant=variant, engine=engine or "auto", sandbox=sandbox)).data


def changes_between(old: Side, new: Side) -> Changes:
    """Compare two sides by their texts."""
    return Changes(old.name, new.name, _compare(old, new))


def with_pages(changes: Changes, pdfs: tuple[bytes, bytes] | CvgenError) -> Changes:
    """Return the changes with the numbers of pages of both PDFs; or a note that says why there are none."""
    if isinstance(pdfs, tuple):
        old, new = (len(read_text(pdf, name)) for pdf, name in zip(pdfs, (changes.old, changes.new), strict=True))
        return replace(changes, pages=(old, new))
    hint = next(iter(pdfs.diagnostics[0].hints), "") if isinstance(pdfs, EngineMissingError) else ""
    return replace(changes, notes=(f"pages not counted: {pdfs.message}{f' ({hint})' if hint else ''}",))


def _compare(old: Side, new: Side) -> tuple[Change, ...]:
    if old.document is not None and new.document is not None:
        return compare(old.document, new.document, (old.photo, new.photo))
    if old.document is not None:
        return compare_document(old.document, new.text, document_is_new=False)
    if new.document is not None:
        return compare_document(new.document, old.text, document_is_new=True)
    return compare_texts(old.text, new.text)
