r"""Awesome-CV: a document with the files that it reads becomes a profile; the kind of a section says what is what."""

import contextlib
import random

import pytest

from cvgen.errors import CvgenError, ProfileError
from cvgen.imports import import_file
from cvgen.imports.awesome_cv import import_content

HEAD = "\\documentclass[11pt]{awesome-cv}\n\\name{Ada}{Quill}\n\\begin{document}\n"


def sections(text, file="cv.tex"):
    return import_content((HEAD + text).encode(), file).data["sections"]


@pytest.mark.parametrize(
    ("heading", "expected"),
    [
        (
            "Work Experience",
            {"role": "What", "organization": "Where", "location": "There", "date": "2020-01/present"},
        ),
        ("Education", {"degree": "What", "institution": "Where", "location": "There", "date": "2020-01/present"}),
        ("Talks", {"title": "What", "event": "Where", "location": "There", "date": "2020-01/present"}),
        ("Teaching", {"course": "What", "institution": "Where", "location": "There", "date": "2020-01/present"}),
        ("Extracurricular", {"title": "What", "subtitle": "Where", "location": "There", "date": "2020-01/present"}),
    ],
)
def test_the_kind_of_a_section_says_what_an_entry_means(heading, expected):
    """The first argument is what it is, the second where; both are what the kind calls them."""
    (section,) = sections(f"\\cvsection{{{heading}}}\\cventry{{What}}{{Where}}{{There}}{{Jan. 2020 - Present}}{{}}")
    (entry,) = section["entries"]
    assert {name: " ".join(value) if isinstance(value, list) else value for name, value in entry.items()} == expected


def test_files_that_are_read_are_followed_and_named(tmp_path):
    """`\\input` with and without its suffix; a loss stands in the file that has it; no file outside is read."""
    (tmp_path / "cv").mkdir()
    (tmp_path / "cv" / "jobs.tex").write_text(
        "\\cvsection{Experience}\n\\cventry{Clerk}{Firm}{}{2020}{}\n\\cvcolumn{Lost}"
    )
    (tmp_path / "cv.tex").write_text(HEAD + "\\input{cv/jobs}\\input{cv/none.tex}\\input{../secret}\\end{document}")
    imported = import_file(tmp_path / "cv.tex")
    assert imported.data["sections"][0]["entries"][0]["organization"] == "Firm"
    losses = [(loss.span.file.rsplit("/", 1)[-1], loss.span.line) for loss in imported.losses]
    assert losses == [("jobs.tex", 3), ("cv.tex", 4), ("cv.tex", 4)]


def test_a_file_that_reads_itself_ends(tmp_path):
    """Each file is read once."""
    (tmp_path / "cv.tex").write_text(HEAD + "\\input{cv}\\cvsection{Experience}\\cventry{A}{B}{}{2020}{}")
    (section,) = import_file(tmp_path / "cv.tex").data["sections"]
    assert len(section["entries"]) == 1


def test_documents_of_other_classes_are_refused_by_name():
    """And so is TeX that has nothing of Awesome-CV."""
    with pytest.raises(ProfileError, match="`moderncv`"):
        import_content(b"% \\documentclass{awesome-cv}\n\\documentclass[a4paper]{moderncv}\n", "cv.tex")
    with pytest.raises(ProfileError, match="nothing of Awesome-CV"):
        import_content(b"\\section{Work}", "cv.tex")


@pytest.mark.parametrize("seed", [1, pytest.param(2, marks=pytest.mark.long)])
def test_damaged_tex_gives_errors_of_ours(seed):
    """Characters of TeX's own anywhere, and groups without an end."""
    chance = random.Random(seed)
    text = HEAD + "\\cvsection{Honors}\\begin{cvhonors}\\cvhonor{A $x$}{B}{C}{2020}\\end{cvhonors}\\cvskill{A}{B, C}"
    for _ in range(150):
        damaged = list(text)
        for _ in range(chance.choice([1, 3, 9])):
            damaged[chance.randrange(len(HEAD), len(text))] = chance.choice("\\{}[]$%&#~^_ \n")
        with contextlib.suppress(CvgenError):
            import_content("".join(damaged).encode(), "cv.tex")
    deep = HEAD + "{" * 3000
    with pytest.raises(ProfileError, match="nested"):
        import_content(deep.encode(), "cv.tex")
