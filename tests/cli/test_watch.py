"""cvgen watch, and cvgen build --watch."""

from pathlib import Path

import pytest
from support import extract
from support.processes import run
from support.profiles import TEXT
from support.watching import watching

from cvgen.builder import build
from cvgen.errors import ExitCode

pytestmark = pytest.mark.usefixtures("here", "xelatex")


def test_each_build_is_a_line_with_the_time_since_the_save(profile, tmp_path):
    """Errors are shown as in a build, and a line says that one is gone; the PDF is that of `cvgen build`."""
    path = profile(TEXT)

    def replace(old, new):
        path.write_text(path.read_text("utf-8").replace(old, new), "utf-8")

    options = ("-o", "cv.pdf", "--theme", "plain", "--set", "document.paper=letter")
    with watching(tmp_path, "watch", path, *options) as (_, line):
        line(r"^\d\d:\d\d:\d\d cv.pdf: 1 page, \d+\.\d\d s$")
        line(r"^\d\d:\d\d:\d\d watching \d files; Ctrl-C ends it$")
        replace("Writes programs", "Writes letters")
        line(r"^\d\d:\d\d:\d\d cv.pdf: 1 page, \d+\.\d\d s after the save$")
        assert "Writes letters" in extract.words_of(Path("cv.pdf").read_bytes(), "pdftotext")
        replace("sections", "sectoins")
        line(r"error\[unknown-key\]: `sectoins` is not a known key")
        line(rf"^\d\d:\d\d:\d\d {path} was not built; cv.pdf stays as it is$")
        replace("sectoins", "sections")
        line(r"^\d\d:\d\d:\d\d cv.pdf: 1 page, \d+\.\d\d s after the save.*; the error is gone$")
    build(path, output="plain.pdf", theme="plain", overrides={"document.paper": "letter"})
    assert Path("plain.pdf").read_bytes() == Path("cv.pdf").read_bytes()


def test_build_can_watch_a_folder(profile, tmp_path):
    """`cvgen build --watch` is the same; with each format that is asked for, also of a profile that is new."""
    path = profile(TEXT)
    (path.parent / "works.yaml").write_text("w: {title: Paper One, authors: [Ada Lovelace], date: 2020}\n")
    with watching(tmp_path, "build", path.parent, "--watch", "--format", "pdf,tex", "-v") as (_, line):
        line("watching")
        profile({**TEXT, "text": "Of Bob."}, name="bob.yaml")
        line("build/bob.pdf: 1 page")
        path.unlink()
        line(r"ada.yaml has gone; build/ada.pdf stays as it is")
        assert "Of Bob." in Path("build/bob.tex").read_text("utf-8")
        assert not list(Path("build").glob("works*"))


@pytest.mark.parametrize(
    "arguments",
    [
        ("watch",),
        ("watch", "{profile}x"),
        ("watch", "{profile}", "-o", "-"),
        ("watch", "{profile}", "--check"),
        ("build", "{profile}", "--watch", "-o", "-"),
        ("build", "{profile}", "--watch", "--check"),
        ("build", "{profile}", "--watch", "--executor", "dask://localhost:1"),
    ],
)
def test_what_cannot_be_watched_is_a_usage_error(profile, arguments):
    """At once, with words and without a traceback."""
    done = run(*(argument.format(profile=profile(TEXT)) for argument in arguments))
    assert done.returncode == ExitCode.USAGE
    assert "Traceback" not in done.stderr
    assert done.stderr
