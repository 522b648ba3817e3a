"""cvgen site."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

pytestmark = pytest.mark.usefixtures("here")


def test_a_site_holds_a_page_per_member_and_all_that_it_links_to(run, xelatex):
    """Every relative link leads to a file: pages, PDFs, Word documents, data. A second run replaces its own files."""
    for _ in range(2):
        code, out, _ = run("site", ROOT / "profiles", "-o", "public", "--title", "Example Group")
        assert code == 0
        assert b"3 members" in out
    pages = sorted(Path("public").rglob("*.html"))
    assert len(pages) == 4
    checked = 0
    for page in pages:
        for link in re.findall(r'href="([^":#]+)"', page.read_text("utf-8")):
            target = page.parent / link
            assert (target / "index.html" if link.endswith("/") else target).is_file(), link
            checked += 1
    assert checked >= 3 + 3 * 5
    assert (Path("public") / "chao_jin" / "cv.pdf").read_bytes().startswith(b"%PDF")
    assert "<title>Example Group</title>" in (Path("public") / "index.html").read_text("utf-8")


def test_a_site_replaces_no_page_of_others(run):
    """Exit 2, and nothing is written."""
    Path("public").mkdir()
    Path("public/index.html").write_text("<p>Mine</p>")
    code, _, err = run("site", ROOT / "profiles" / "chao_jin.yaml", "-o", "public", "--no-pdf")
    assert (code, Path("public/index.html").read_text()) == (2, "<p>Mine</p>")
    assert "index.html" in err
    assert [path.name for path in Path("public").rglob("*")] == ["index.html"]
