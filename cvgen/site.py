"""A group's site: its members, what they publish, and each member's CV in the formats that people ask for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cvgen.errors import UsageError
from cvgen.formats import export
from cvgen.formats.group import group_document
from cvgen.formats.html import write_document, write_page
from cvgen.loading.profile import Profile

__all__ = ["site_files"]

# Name of the link, file, format; the PDF is a build's.
_DOWNLOADS = (
    ("Word", "cv.docx", "docx"),
    ("BibTeX", "publications.bib", "bibtex"),
    ("RIS", "publications.ris", "ris"),
    ("CSL-JSON", "publications.json", "csl-json"),
    ("JSON Resume", "resume.json", "jsonresume"),
)


def site_files(profiles: Sequence[Profile], *, title: str = "", with_pdf: bool = True) -> dict[str, bytes]:
    """Return the files of a site by path, to be served as they are; links of PDFs are `NAME/cv.pdf`.

    Raises `UsageError` for two profiles whose files have one name, `ProfileError` for what cannot be composed.
    """
    names = [profile.path.stem if profile.path else f"member-{number}" for number, profile in enumerate(profiles, 1)]
    if twice := next((name for name in names if names.count(name) > 1), None):
        raise UsageError(f"two profiles are called `{twice}`", hints=("rename one: its pages stand below its name",))
    index = group_document(profiles, [f"{name}/" for name in names], title)
    files = {"index.html": write_document(index, None).encode()}
    for name, profile in zip(names, profiles, strict=True):
        files |= {f"{name}/{file}": data for file, data in _member_files(profile, with_pdf=with_pdf)}
    return files


def _member_files(profile: Profile, *, with_pdf: bool) -> Iterator[tuple[str, bytes]]:
    links = {"PDF": "cv.pdf"} if with_pdf else {}
    for label, file, name in _DOWNLOADS:
        (data,) = export(profile, name).files.values()
        if data.strip() not in (b"", b"[]"):
            links[label] = file
            yield file, data
    yield "index.html", write_page(profile, downloads=links).encode()
