"""Listing themes, copying one to start from, and showing them all."""

import base64
import re

import pytest

from cvgen.latex.themes import themes


def test_each_theme_and_option_is_listed(run):
    """With what an option takes."""
    code, out, _ = run("themes")
    assert code == 0
    for theme in themes():
        assert f"{theme.name}: {theme.description}" in out.decode()
        for option in theme.options.values():
            assert f"  {option.name} ({option.type}, default {option.default})" in out.decode()


def test_a_copy_of_a_theme_builds(run, here, profile, xelatex):
    """`cvgen themes new ink` writes a folder that `--theme ./ink` takes, in place of the profile's theme."""
    code, out, err = run("themes", "new", "ink", "--from", "classic")
    assert (code, out) == (0, b"wrote ink/\n")
    assert "--theme ./ink" in err
    style = here / "ink" / "ink.sty"
    assert "ProvidesPackage{ink}" in style.read_text("utf-8")
    style.write_text(style.read_text("utf-8").replace("{1F5F99}", "{5A1A2B}"), "utf-8")
    path = profile({"kind": "text", "text": "Words"})
    code, out, err = run("build", path, "--theme", "./ink", "--keep-tex", "--strict", "-o", "cv.pdf")
    assert (code, err) == (0, "")
    assert "theme=ink" in (here / "cv.tex").read_text("utf-8")


@pytest.mark.parametrize("arguments", [("new",), ("new", "Ink!"), ("new", "there"), ("plain", "awesome", "x")])
def test_what_cannot_be_made_is_refused(run, here, arguments):
    """Nothing that is there is replaced."""
    (here / "there").mkdir()
    code, _, err = run("themes", *arguments)
    assert code == 2
    assert err.startswith("error")
    assert [path.name for path in here.iterdir()] == ["there"]


def test_a_folder_without_a_theme_is_none(run, here, profile):
    """The message names the folder."""
    (here / "empty").mkdir()
    code, _, err = run("build", profile({"kind": "text", "text": "Words"}), "--theme", "./empty")
    assert code == 4
    assert "/empty`" in err


@pytest.mark.long
def test_the_gallery_shows_each_theme(run, here, xelatex):
    """One page that stands alone, with a picture of each."""
    code, _, _ = run("themes", "--gallery", "themes.html")
    assert code == 0
    page = (here / "themes.html").read_text("utf-8")
    pictures = [base64.b64decode(found) for found in re.findall(r'src="data:image/png;base64,([^"]+)"', page)]
    assert len(pictures) == len(themes())
    assert len(set(pictures)) == len(pictures)
    assert all(picture.startswith(b"\x89PNG") for picture in pictures)
    assert all(f'alt="A CV in the theme {theme.name}"' in page for theme in themes())


def test_the_gallery_replaces_nothing_else(run, here):
    """A profile by that name stays."""
    (here / "ada.html").write_text("mine", "utf-8")
    code, _, _ = run("themes", "--gallery", "ada.html")
    assert code == 2
    assert (here / "ada.html").read_text("utf-8") == "mine"
