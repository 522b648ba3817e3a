"""Compare profiles and works with each other: what is told differently, misspelt, told twice or left empty.

    facts      what profiles tell, with its places      spelling   when two spellings mean one thing (and geography)
    papers     which tellings are of one paper          authors    how two author lists differ
    works      one paper, field by field                links      one link for two papers
    spellings  one thing spelled in several ways        profiles   within one person's profiles
    against    pages, PDFs and works files              baseline   findings that were accepted

Nothing is edited: profiles keep what their owners published.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cvgen.diagnostics import Diagnostic, in_order
from cvgen.lint import facts, links, papers, profiles, spellings, works
from cvgen.loading.profile import Profile
from cvgen.profile.selection import LibraryWork

__all__ = ["check_all"]


def check_all(
    loaded: Sequence[Profile], *, whole: bool = True, libraries: Sequence[Mapping[str, LibraryWork]] = ()
) -> tuple[Diagnostic, ...]:
    """Compare `loaded` profiles, and the works files that they name, with each other and within themselves.

    `libraries` are the works of works files that stand for themselves.

    `whole` says that these are all profiles there are, so that a work that none of them lists is unused. The order of
    the profiles does not matter.
    """
    told = facts.tellings(loaded, libraries)
    found: list[Diagnostic] = []
    grouped = papers.papers(told)
    for paper in grouped:
        found += works.compare(paper)
    renamings = papers.renamings(grouped)
    for renaming in renamings:
        found += works.renamed(renaming)
    one_paper = {frozenset((pair.old.key, pair.new.key)) for pair in renamings}
    found += links.shared_links(grouped, loaded, one_paper)
    found += spellings.author_names(told)
    found += spellings.place_names(facts.places(loaded, told))
    found += spellings.course_names(facts.courses(loaded))
    found += spellings.department_names(facts.departments(loaded))
    found += spellings.award_names(facts.awards(loaded))
    found += spellings.venue_names(facts.venues(loaded, told))
    found += spellings.employer_names(facts.employers(loaded))
    found += profiles.same_person_posts(loaded)
    for profile in loaded:
        found += profiles.within(profile)
    if whole:
        found += profiles.unused_works(loaded)
    return in_order(found)
