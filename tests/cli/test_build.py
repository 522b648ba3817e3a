"""cvgen build: outputs, formats, several profiles, and what is printed."""

import json
import re
from pathlib import Path

import pytest
from support import extract
from support.profiles import PALE, TEXT, numbered

import cvgen
from cvgen.formats import format_names, is_document_format, suffixes_of
from cvgen.outputs import DOCUMENT_KINDS

pytestmark = pytest.mark.usefixtures("here", "xelatex")


def test_a_build_that_works_is_one_line(run, profile):
    """Standard output has the file, its pages and seconds; `-v` adds engine and stages, a second build that it
    changed nothing, and `-q` says nothing at all but mistakes."""
    path = profile(TEXT)
    code, out, err = run("build", path)
    assert (code, err) == (0, "")
    assert re.fullmatch(r"build/ada\.pdf: 1 page, \d+\.\d\d s\n", out.decode())
    out = run("build", path, "-v", "--force")[1].decode()
    assert re.search(r"unchanged\n  xelatex, passes: 1, sandbox: .*; seconds: .*typeset \d", out)
    assert re.search(r", (unchanged|up to date)\n$", run("build", path)[1].decode())
    assert run("build", path, "-q") == (0, b"", "")
    code, out, err = run("build", profile({"kind": "txt"}, name="b.yaml"), "-q")
    assert (code, out) == (3, b"")
    assert "error[" in err


def test_check_exits_9_and_writes_nothing(run, profile, here):
    """A forgotten build fails in CI; the files are left as they are."""
    path = profile(TEXT)
    code, _, err = run("build", path, "--check")
    assert (code, "does not exist" in err, list(here.iterdir())) == (9, True, [])
    run("build", path)
    assert run("build", path, "--check")[0] == 0
    before = (here / "build" / "ada.pdf").read_bytes()
    path.write_text(path.read_text().replace("Writes programs", "Writes letters"))
    code, _, err = run("build", path, "--check")
    assert (code, "out of date" in err) == (9, True)
    assert (here / "build" / "ada.pdf").read_bytes() == before


def test_no_gate_is_loud(run, profile):
    """Each build without the gate says what that means."""
    code, _, err = run("build", profile(TEXT), "--no-gate")
    assert code == 0
    assert "--no-gate" in err
    assert "lack words" in err


def test_a_strict_build_takes_warnings_for_errors(run, profile):
    """A warning about the profile is an error of the profile."""
    code, _, err = run("build", profile(TEXT, document=PALE), "--strict")
    assert code == 3
    assert "error[contrast]" in err


def test_formats_go_beside_the_pdf(run, profile, here):
    """Pages as pictures and the TeX, as asked for."""
    assert run("build", profile(TEXT), "--format", "pdf,png,tex")[0] == 0
    assert sorted(entry.name for entry in (here / "build").iterdir()) == ["ada-1.png", "ada.pdf", "ada.tex"]
    assert (here / "build" / "ada-1.png").read_bytes().startswith(b"\x89PNG")


def test_documents_go_beside_the_pdf_in_every_format_of_them(run, profile, here):
    """Each format of what a CV says, as `export` writes it; a second build writes what is not there any more."""
    path = profile(TEXT)
    names = [name for name in format_names() if is_document_format(name) and name != "tex"]
    assert sorted(DOCUMENT_KINDS) == sorted(names)
    arguments = ("build", path, "--format", ",".join(["pdf", *names]))
    assert run(*arguments)[0] == 0
    loaded = cvgen.load_profile(path)
    for name in names:
        written = here / "build" / f"ada{DOCUMENT_KINDS[name].suffixes[0]}"
        assert written.suffix == suffixes_of(name)[0]
        if name != "docx":  # a packed file, whose words other tests read
            assert [written.read_bytes()] == list(cvgen.export(loaded, name).files.values())
    assert re.search(r", (unchanged|up to date)\n$", run(*arguments)[1].decode())
    (here / "build" / "ada.md").unlink()
    assert run(*arguments)[0] == 0
    assert (here / "build" / "ada.md").exists()


@pytest.mark.parametrize(
    ("theme", "option", "code"),
    [
        ("plain", "accent=navy", 0),  # a name of that theme's
        ("plain", "accent=emerald", 0),  # a name of the profile's own
        ("plain", "icons=false", 0),  # what only its own theme has
        ("plain", "accent=nosuch", 3),
        ("plain", "nosuch=1", 3),
        ("awesome", "accent=navy", 3),  # a name of neither
    ],
)
def test_options_are_checked_against_the_theme_that_is_used(run, profile, theme, option, code):
    """`--theme` and `--set` together: the names of the accents are those of the theme that sets the CV."""
    found, _, err = run("build", profile(TEXT), "--theme", theme, "--set", f"document.options.{option}")
    assert found == code, err
    assert code == 0 or f"`{option.partition('=')[2 if 'accent' in option else 0]}`" in err


def test_the_first_failure_of_several_decides(run, profile):
    """A script sees the code of the first profile that failed, and the others are built."""
    paths = [
        profile(TEXT, name="a.yaml"),
        profile({"kind": "txt"}, name="b.yaml"),
        profile(TEXT, document={"theme": "nosuch"}, name="c.yaml"),
        profile(TEXT, name="d.yaml"),
    ]
    code, out, err = run("build", *paths)
    assert code == 3
    assert out.decode().count(": 1 page") == 2
    assert "2 of 4 profiles built, 2 failed, " in err


@pytest.mark.parametrize(
    ("output", "expected"),
    [
        ("x.pdf", "x.pdf"),
        ("deep/er/x.pdf", "deep/er/x.pdf"),
        ("out", "out/ada.pdf"),
        (".", "ada.pdf"),
        ("v1.2/", "v1.2/ada.pdf"),
    ],
)
def test_the_output_is_a_file_or_a_folder(run, profile, here, output, expected):
    """A name with an ending is a file, any other, or one with a slash, a folder; missing folders are made."""
    assert run("build", profile(TEXT), "-o", output)[0] == 0
    assert [path.relative_to(here).as_posix() for path in here.rglob("*") if path.is_file()] == [expected]


def test_a_folder_means_its_profiles(run, profile, here):
    """Every *.yaml in it, sorted, is built; works files and others are left out."""
    folder = profile(TEXT, name="b.yaml").parent
    profile(TEXT, name="a.yml")
    (folder / "notes.txt").write_text("x")
    (folder / "papers.yaml").write_text("w: {title: Paper One, authors: [Ada Lovelace], date: 2020}\n")
    (folder / "works").mkdir()
    (folder / "works" / "shared.yaml").write_text("x: y")
    code, out, err = run("build", folder, "-o", "out")
    assert code == 0
    assert [line.split(":")[0] for line in out.decode().splitlines()] == ["out/a.pdf", "out/b.pdf"]
    assert re.fullmatch(r"2 of 2 profiles built, \d+\.\d s\n", err)


def test_standard_output_gets_the_pdf_and_nothing_else(run, profile):
    """`-o -` can be piped: the bytes are those of the file."""
    path = profile(TEXT, document=PALE)
    code, out, err = run("build", path, "-o", "-")
    assert code == 0
    assert "warning[contrast]" in err
    run("build", path, "-o", "x.pdf")
    assert out == Path("x.pdf").read_bytes()
    assert not Path("build").exists()


def test_a_value_can_be_replaced(run, profile):
    """`--set` reaches any value, may be repeated, and is checked like the file."""
    path = profile(TEXT)
    run("build", path, "--set", "person.name=Grace Hopper", "--set", "sections[0].title=Other=title")
    words = extract.words_of(Path("build/ada.pdf").read_bytes(), "pdftotext")
    assert "Grace Hopper" in words
    assert "Other=title" in words
    code, _, err = run("build", path, "--set", "person.nmae=x")
    assert code == 3
    assert "did you mean" in err


def test_jobs_build_the_same(run, profile):
    """Several processes give the same files, and their lines in the same order."""
    paths = numbered(profile, 3)
    assert run("build", *paths, "-o", "one")[0] == 0
    code, out, _ = run("build", *paths, "-o", "two", "-j", "2")
    assert code == 0
    assert [line.split(":")[0] for line in out.decode().splitlines()] == [f"two/{at}.pdf" for at in "abc"]
    for at in "abc":
        assert Path(f"one/{at}.pdf").read_bytes() == Path(f"two/{at}.pdf").read_bytes()


@pytest.mark.parametrize("arguments", [("build",), ("check",)])
def test_json_is_one_document(run, profile, arguments):
    """Standard error is a JSON array of all diagnostics of all profiles, also where there are none."""
    good = profile(TEXT, name="a.yaml")
    bad = profile({"kind": "txt"}, {**TEXT, "txt": 1}, name="b.yaml")
    pale = profile(TEXT, document=PALE, name="c.yaml")
    code, _, err = run(*arguments, good, bad, pale, "--message-format", "json")
    assert code == 3
    found = json.loads(err)
    assert {(Path(one["file"]).name, one["severity"]) for one in found} == {
        ("b.yaml", "error"),
        ("c.yaml", "warning"),
    }
    assert all(one["line"] and one["column"] and one["code"] and one["message"] for one in found)
    code, _, err = run(*arguments, good, "--message-format", "json")
    assert (code, json.loads(err)) == (0, [])


@pytest.mark.parametrize("arguments", [("build",), ("check",)])
def test_sarif_is_one_document(run, profile, arguments):
    """Standard error is a SARIF log with one result for each diagnostic, and each rule it names."""
    bad = profile({"kind": "txt"}, {**TEXT, "txt": 1})
    code, _, err = run(*arguments, bad, profile(TEXT, name="b.yaml"), "--message-format", "sarif")
    assert code == 3
    (sarif,) = json.loads(err)["runs"]
    assert len(sarif["results"]) == 2
    assert {one["ruleId"] for one in sarif["results"]} == {rule["id"] for rule in sarif["tool"]["driver"]["rules"]}


def test_github_annotates_lines(run, profile):
    """Each diagnostic is a workflow command on a line of its own."""
    path = profile({"kind": "txt"}, {**TEXT, "txt": 1})
    _, _, err = run("build", path, "--message-format", "github")
    lines = err.splitlines()
    assert len(lines) == 2
    assert all(line.startswith(f"::error file={path},line=") for line in lines)


def test_all_variants_of_a_letter_keep_to_their_own_files(run, profile, here):
    """No letter takes the place of a CV."""
    letter = {"opening": "Hello,", "text": "I apply.", "closing": "Bye,"}
    path = profile({"kind": "text", "text": "x"}, letter=letter, variants={"short": {"titles": {"text": "Short"}}})
    code, _, err = run("build", path, "--variants", "all", "--letter", "-o", "out/")
    assert code == 0, err
    assert sorted(file.name for file in (here / "out").iterdir()) == ["ada-letter.pdf", "ada-short-letter.pdf"]
