"""The check of profiles and works side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cvgen.diagnostics import Diagnostic, in_order
from cvgen.lint.links import find_shared_links
from cvgen.lint.papers import find_renamings, group_records
from cvgen.lint.profiles import check_profile, compare_posts, find_unused_works
from cvgen.lint.records import records_of
from cvgen.lint.spellings import find_spellings
from cvgen.lint.works import compare_records, report_renaming
from cvgen.loading.profile import Profile
from cvgen.profile.selection import LibraryWork

__all__ = ["check_profiles"]


def check_profiles(
    profiles: Sequence[Profile], *, whole: bool = True, libraries: Sequence[Mapping[str, LibraryWork]] = ()
) -> tuple[Diagnostic, ...]:
    """Compare profiles, and the works files that they name, with each other and within themselves.

    `libraries` are the works of works files that stand for themselves.

    `whole` says that these are all profiles there are, so that a work that none of them lists is unused. The order of
    the profiles does not matter.
    """
    records = records_of(profiles, libraries)
    papers = group_records(records)
    renamings = find_renamings(papers)
    one_paper = {frozenset((pair.old.key, pair.new.key)) for pair in renamings}
    found: list[Diagnostic] = []
    for paper in papers:
        found += compare_records(paper)
    for renaming in renamings:
        found += report_renaming(renaming)
    found += find_shared_links(papers, profiles, one_paper)
    found += find_spellings(profiles, records)
    found += compare_posts(profiles)
    for profile in profiles:
        found += check_profile(profile)
    if whole:
        found += find_unused_works(profiles, records)
    return in_order(found)
