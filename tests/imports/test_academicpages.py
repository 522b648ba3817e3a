"""academicpages: a page that is imported is exported again as it was, and what it says are fields."""

import re
from pathlib import Path

import pytest

import cvgen
from cvgen.errors import ProfileError
from cvgen.imports.academicpages import import_content

DATA = Path(__file__).resolve().parents[1] / "data"
SITE = "https://bo.example.org"
PAGE = (DATA / "academicpages" / "publications.md").read_text("utf-8")


def folded(page):
    """Return a page with the white space inside each paragraph as one space."""
    return [" ".join(part.split()) for part in re.split(r"\n\s*\n", page)]


def profile_of(tmp_path, page, change=lambda text: text):
    """Import a page, and load what an edited YAML file says."""
    path = tmp_path / "bo.yaml"
    path.write_text(change(import_content(page.encode(), "publications.md", SITE).to_yaml()), "utf-8")
    return cvgen.load_profile(path)


def exported(profile, **options):
    """Return the page of an export."""
    return cvgen.export(profile, "academicpages", **options).files["_pages/publications.md"].decode()


def test_a_page_of_publications_comes_back_as_it_was(tmp_path):
    """Front matter, Liquid, lines around the list, order, dates as they were written, and what a comment holds."""
    profile = profile_of(tmp_path, PAGE.replace("Waits -- for", "Waits for"))
    assert not profile.diagnostics
    assert folded(exported(profile, hidden=True)) == folded(PAGE.replace("Waits -- for", "Waits for"))
    assert "Waits" not in exported(profile)


def test_what_a_page_says_are_fields(tmp_path):
    """A changed title changes the lines of that title and no other."""
    before = exported(profile_of(tmp_path, PAGE), hidden=True).split("\n")
    after = exported(profile_of(tmp_path, PAGE, lambda text: text.replace("Numbers", "Figures")), hidden=True)
    changed = [(old, new) for old, new in zip(before, after.split("\n"), strict=True) if old != new]
    assert changed == [("**Numbers**  ", "**Figures**  ")]


def test_a_hidden_title_cannot_end_its_comment(tmp_path):
    """`-->` in a hidden title leaves the page whole."""
    page = exported(
        profile_of(tmp_path, PAGE, lambda text: text.replace("Waits -- for", "Waits --> for")), hidden=True
    )
    assert page.count("-->") == page.count("<!--") == 1


def test_a_page_without_its_site_says_that_links_need_one():
    """Links within a site are left out with a note that names the option; nothing is guessed."""
    imported = import_content(PAGE.encode(), "publications.md")
    assert any("--base" in hint for loss in imported.losses for hint in loss.hints)
    assert "files/" not in imported.to_yaml()


def test_a_list_that_liquid_makes_is_refused_at_its_line():
    """The message names what to import in its place."""
    page = "---\nlayout: archive\n---\n\n{% for post in site.publications reversed %}\n{% endfor %}\n"
    with pytest.raises(ProfileError) as refused:
        import_content(page.encode(), "publications.md")
    (found,) = refused.value.diagnostics
    assert found.span.line == 5
    assert "_publications" in found.hints[0]


def test_a_profiles_page_is_found_by_its_one_mark(tmp_path):
    """A page without the line for the list, or with two, is an error; with both marks they stay."""
    yaml = "person: {name: Bo Hill}\npages:\n  publications: |\n    # Papers\n"
    path = tmp_path / "bo.yaml"
    path.write_text(yaml)
    with pytest.raises(ProfileError, match="cvgen:publications"):
        cvgen.load_profile(path)
    path.write_text(f"{yaml}    <!-- cvgen:publications -->\n    <!-- /cvgen:publications -->\n    Foot.\n")
    page = exported(cvgen.load_profile(path))
    assert page.startswith("# Papers\n<!-- cvgen:publications -->\n")
    assert page.rstrip().endswith("<!-- /cvgen:publications -->\nFoot.")
