"""Thirty bibliographies in the shape of real exports: none is refused, and no own work is lost without a word."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from cvgen.composer import compose
from cvgen.diagnostics import Severity
from cvgen.document.inline import line
from cvgen.document.nodes import WorkBlock, plain
from cvgen.loading.load import load

PROFILE = """\
person: {name: Nora B. Quill, email: n@example.org}
works: pubs.bib
links_base: https://nora.example.org/assets/
sections:
  - {kind: publications, select: mine, details: true, links: true}
"""
EXPORTS = sorted((Path(__file__).parents[1] / "data" / "exports").glob("*.bib"))


@pytest.fixture(scope="module", params=EXPORTS, ids=lambda path: path.stem)
def profile(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp("exports")
    (folder / "nora.yaml").write_text(PROFILE, "utf-8")
    (folder / "pubs.bib").write_bytes(request.param.read_bytes())
    return load(folder / "nora.yaml")


def blocks(profile):
    return [
        block for section in compose(profile).sections for block in section.blocks if isinstance(block, WorkBlock)
    ]


def test_there_are_thirty_of_them():
    """ADS, INSPIRE, DBLP in three styles, PubMed, Zotero, ORCID, HAL, Scholar, ACM, al-folio, moderncv, by hand."""
    assert len(EXPORTS) == 30


def test_no_own_work_is_lost_without_a_word(profile):
    """Each work that a Quill signs is in the list, or a warning names the spelling that leaves it out."""
    printed = {plain(block.title) for block in blocks(profile)}
    asked = " ".join(found.message for found in profile.diagnostics if found.code == "own-spelling")
    for key, shared in profile.works.items():
        names = [author.name for author in shared.work.authors] or list(shared.work.editors)
        quills = [name for name in names if "Quill" in name]
        if quills and not shared.is_volume:
            title = plain(line(shared.work.title))
            assert title in printed or any(f"`{name}`" in asked for name in quills), key


def test_what_is_told_is_told_once(profile):
    """No file is refused, nothing is an error, and each cause has one line."""
    assert {found.severity for found in profile.diagnostics} <= {Severity.WARNING, Severity.NOTE}
    causes = Counter((found.code, *re.findall(r"`([^`]*)`", found.message)[:1]) for found in profile.diagnostics)
    assert [cause for cause, count in causes.items() if count > 1] == []
    assert Counter(found.code for found in profile.diagnostics)["bib-field"] <= 1


def test_nothing_of_the_file_s_markup_is_printed(profile):
    """No TeX, no HTML and no brace comes through, and no place is empty."""
    for block in blocks(profile):
        text = " ".join(map(plain, (block.title, block.venue, block.date, block.authors)))
        assert not re.search(r"[\\{}$]|</?\w+>|&\w+;|â€|\(\)|, ,", text), text
        assert plain(block.authors)
