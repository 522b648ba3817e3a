"""The two versions that are compared: profiles, files at a git revision, PDFs."""

from __future__ import annotations

import contextlib
import hashlib
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from cvgen.builder import typeset
from cvgen.comparison.pdf_text import read_pdf_text
from cvgen.composer import compose
from cvgen.diagnostics import Diagnostic, Span
from cvgen.diff.change import Change, Changes
from cvgen.diff.documents import compare_documents
from cvgen.diff.revisions import Revision, find_revision
from cvgen.diff.texts import compare_document_with_text, compare_texts
from cvgen.document.nodes import Document
from cvgen.engine.sandbox import SandboxMode
from cvgen.errors import CvgenError, EngineMissingError, ProfileError, UsageError
from cvgen.files import read_input
from cvgen.latex.photo import MAX_PHOTO_BYTES
from cvgen.loading.load import load
from cvgen.loading.profile import Profile
from cvgen.options import TypesetOptions
from cvgen.visibility import settings_of

__all__ = ["Version", "add_page_counts", "compare_versions", "open_versions", "typeset_version"]

_LARGEST_PDF = 20 << 20


@dataclass(frozen=True, slots=True)
class Version:
    """A composed profile, or the bytes and the text of a PDF. `photo` is a digest of the portrait."""

    name: str
    profile: Profile | None = None
    document: Document | None = None
    photo: bytes = b""
    pdf: bytes = b""
    text: tuple[str, ...] = ()


@contextlib.contextmanager
def open_versions(
    old: str, new: str | None = None, *, variant: str | None = None
) -> Iterator[tuple[Version, Version]]:
    """Read both versions; files of a git revision lie in a temporary folder meanwhile.

    A version is named by a file, `REVISION:PATH`, or a revision of the file that the other one names. Where `new` is
    None, the file `old` is compared with its last commit. Raises `UsageError` for other names, `ProfileError`.
    """
    if new is None:
        old, new = "HEAD", old
    with tempfile.TemporaryDirectory(prefix="cvgen-", ignore_cleanup_errors=True) as folder:
        versions = []
        for number, (name, other) in enumerate(((old, new), (new, old))):
            place = Path(folder, "old" if number == 0 else "new")
            versions.append(_open(name, other, place, variant))
        yield versions[0], versions[1]


def _open(name: str, other: str, folder: Path, variant: str | None) -> Version:
    path = Path(name)
    if _exists(path):
        return _read(path, name, variant, None)
    revision, colon, inside = name.partition(":")
    found = find_revision(revision, inside, Path()) if colon and inside else None
    if not colon and _exists(Path(other)):
        whole = Path(other)
        found = find_revision(name, f"./{whole.name}", whole.parent, name=f"{name}:{whole.as_posix()}")
    if found is None:
        hint = "name a profile, a PDF, REVISION:PATH, or a revision of the other file"
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

    def relocated(found: Diagnostic) -> Diagnostic:
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
        raise type(error)(tuple(map(relocated, error.diagnostics))) from None


def _read(path: Path, name: str, variant: str | None, revision: Revision | None) -> Version:
    if path.suffix.lower() == ".pdf":
        content = read_input(path, _LARGEST_PDF, (".pdf",), "PDF")
        if len(content) > _LARGEST_PDF:
            raise UsageError(f"`{name}` is larger than {_LARGEST_PDF >> 20} MiB")
        return Version(name, pdf=content, text=read_pdf_text(content, name))
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
    return Version(name, profile, document, _photo(document))


def _photo(document: Document) -> bytes:
    if document.header.photo is None:
        return b""
    with contextlib.suppress(ProfileError):  # a build reports it
        return hashlib.sha256(
            read_input(Path(document.header.photo.path), MAX_PHOTO_BYTES, (".png", ".jpg"), "")
        ).digest()
    return b""


# --- Comparing ------------------------------------------------------------------------------------------------------


def typeset_version(version: Version, *, variant: str | None = None, sandbox: SandboxMode = "auto") -> bytes:
    """Return the PDF of a version, typeset where it is a profile."""
    if version.profile is None:
        return version.pdf
    return typeset(version.profile, TypesetOptions(variant=variant, sandbox=sandbox)).data


def compare_versions(old: Version, new: Version) -> Changes:
    """Compare two versions by their texts."""
    return Changes(old.name, new.name, _compare(old, new))


def add_page_counts(changes: Changes, pdfs: tuple[bytes, bytes] | CvgenError) -> Changes:
    """Return the changes with the numbers of pages of both PDFs; or a note that says why there are none."""
    if isinstance(pdfs, tuple):
        old, new = (len(read_pdf_text(pdf, name)) for pdf, name in zip(pdfs, (changes.old, changes.new), strict=True))
        return replace(changes, pages=(old, new))
    hint = next(iter(pdfs.diagnostics[0].hints), "") if isinstance(pdfs, EngineMissingError) else ""
    return replace(changes, notes=(f"pages not counted: {pdfs.message}{f' ({hint})' if hint else ''}",))


def _compare(old: Version, new: Version) -> tuple[Change, ...]:
    if old.document is not None and new.document is not None:
        return compare_documents(old.document, new.document, (old.photo, new.photo))
    if old.document is not None:
        return compare_document_with_text(old.document, new.text, document_is_new=False)
    if new.document is not None:
        return compare_document_with_text(new.document, old.text, document_is_new=True)
    return compare_texts(old.text, new.text)
