"""A group's page: its members, and their publications as one list, by year, with every member in bold.

Written as Markdown, or as HTML where the file is called so. A paper of several members stands there once: they have
the same entry of a works file, or the same title, DOI or arXiv id. Where they state it differently, the first one's
words are printed; `cvgen check` says what differs.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from cvgen.composer import compose, compose_works, words_of
from cvgen.document import nodes as doc
from cvgen.document.inline import join, line, linked, literal, strong
from cvgen.formats import html, markdown
from cvgen.loading.profile import Profile
from cvgen.outputs import marked
from cvgen.profile.selection import SelectedWork, year_of
from cvgen.profile.works import Work, marks_of, match_owner, unbolded
from cvgen.sections import kind_of_form
from cvgen.values import dates
from cvgen.values.names import fold_name
from cvgen.visibility import public_works

__all__ = ["DESCRIPTION", "SUFFIXES", "group_document", "write_group"]

DESCRIPTION = "a page of a group: its members, and their publications as one list; takes several profiles"
SUFFIXES = (".md", ".html")


@dataclass(slots=True)
class _Paper:
    """A paper, and the members who list it."""

    work: Work
    profiles: list[Profile] = field(default_factory=list)


def write_group(profiles: Sequence[Profile], suffix: str) -> str:
    """Return the page of a group, in the format that a file of that `suffix` has."""
    document = group_document(profiles)
    if suffix == ".html":
        return html.write_document(document, None)
    return marked("group", markdown.write_document(document, None).partition("\n\n")[2].rstrip("\n"))


def group_document(profiles: Sequence[Profile], links: Sequence[str] = (), title: str = "") -> doc.Document:
    """Return the members and their papers as a document. `links` are addresses of the members' own pages."""
    words = words_of(profiles[0])
    members = doc.Bullets(
        tuple(_member(one, link) for one, link in zip(profiles, links or [""] * len(profiles), strict=True))
    )
    sections = [doc.DocumentSection(literal(words.word("members")), (members,))]
    papers = sorted(_papers(profiles), key=_age)
    if papers:
        heading = literal(words.title(kind_of_form("works")))
        sections.append(doc.DocumentSection(heading, tuple(_blocks(papers, words.word("undated", "works")))))
    name = title or words.title(kind_of_form("works"))
    metadata = doc.Metadata(name, "", language=words.language)
    return doc.Document(metadata, doc.Header(literal(name), doc.EMPTY), tuple(sections))


def _member(profile: Profile, link: str) -> doc.Bullet:
    """Return `Chao Jin, Ph.D. Candidate · Peking University (GitHub, …)`."""
    header = compose(profile, output="homepage").header
    name = join(" ", *(part for part in (header.given, header.family) if part))
    contacts = [one for one in header.contacts if one.network not in ("email", "phone")]
    shown = [
        linked(literal(one.label.rstrip(":： ") or doc.plain(one.line)), inline.url)
        for one in contacts
        for inline in one.line.inlines
        if isinstance(inline, doc.Link)
    ]
    address = doc.Link(strong(name).inlines, link) if link else None
    who = doc.Line((address,)) if address else strong(name)
    ways = join("", literal(" ("), join(", ", *shown), literal(")")) if shown else doc.EMPTY
    return doc.Bullet(join("", join(", ", who, header.position), ways))


def _papers(profiles: Sequence[Profile]) -> Iterator[_Paper]:
    """Yield all papers that a homepage or a CV of a member shows, each once."""
    known: dict[object, _Paper] = {}
    for profile in profiles:
        for selected in public_works(profile):
            keys = list(_keys(selected))
            paper = next((known[key] for key in keys if key in known), None)
            if paper is None:
                paper = _Paper(selected.shared.work if selected.shared else selected.work)
                yield paper
            known |= dict.fromkeys(keys, paper)
            if all(profile is not one for one in paper.profiles):
                paper.profiles.append(profile)


def _keys(selected: SelectedWork) -> Iterator[object]:
    """Yield what identifies a work."""
    work, links = selected.work, selected.work.links
    yield from (("title", fold_name(doc.plain(line(title)))) for title in (work.title, *work.former_titles) if title)
    if links and links.doi:
        yield "doi", links.doi.lower()
    if links and links.arxiv:
        yield "arxiv", links.arxiv


def _age(paper: _Paper) -> tuple[int, int, int, int]:
    date = paper.work.date
    year, month, day = dates.first_day(date) if date is not None else (9999, 12, 31)
    return (-(year_of(paper.work) or 9999), -year, -month, -day)


def _blocks(papers: Sequence[_Paper], undated: str) -> Iterator[doc.Block]:
    year: object = ""
    for paper in papers:
        if year_of(paper.work) != year:
            year = year_of(paper.work)
            yield doc.Subheading(literal(str(year) if year else undated))
        (block,) = compose_works(paper.profiles[0], [paper.work])
        yield replace(block, authors=_authors(paper, block))


def _authors(paper: _Paper, block: doc.WorkBlock) -> doc.Line:
    """Return the authors with every member in bold."""
    work = paper.work
    members = {index for profile in paper.profiles for index in match_owner(work, profile.owner).own}
    if not work.authors or not members:
        return block.authors
    names = (
        strong(literal(unbolded(one.name) + marks_of(one))) if index in members else literal(one.name + marks_of(one))
        for index, one in enumerate(work.authors)
    )
    return join("", join(", ", *names), literal(", et al." if work.more_authors else ""))
