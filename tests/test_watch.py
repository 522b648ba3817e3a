"""Watching: an edit becomes a PDF by itself, whatever way it is saved, and nothing is left when it ends."""

import time
from pathlib import Path

import pytest
from PIL import Image
from support import extract
from support.processes import processes_in, wait_for
from support.themes import write_theme
from support.watching import EndError, Session, settled, tasks_for

from cvgen import pipeline
from cvgen.builder import build
from cvgen.engine.prestart import Prestart
from cvgen.errors import CvgenError, ExitCode
from cvgen.watch import watch

pytestmark = pytest.mark.usefixtures("here", "xelatex")

LIST = {"kind": "publications", "entries": ["engine"]}
WORKS = "engine: {title: %s, authors: [Ada Lovelace], venue: {name: A Journal}, date: 1943}\n"


def text(words="First words."):
    return {"kind": "text", "title": "Summary", "text": words}


def words_of(path="build/ada.pdf"):
    return extract.words_of(Path(path).read_bytes(), "pdftotext")


def by_rename(path, data):
    """Save as many editors do: write another file and give it the name."""
    other = path.with_name(f".{path.name}.new")
    other.write_bytes(data)
    other.replace(path)


def write(path, *args, **kwargs):
    return lambda: path.write_text(*args, **kwargs)


def replacing(path, old, new):
    return lambda: path.write_text(path.read_text("utf-8").replace(old, new), "utf-8")


@pytest.mark.parametrize(
    "save",
    [
        "by rename",
        "in two steps",
        *(pytest.param(save, marks=pytest.mark.long) for save in ("in place", "by moving the old one away")),
    ],
)
def test_an_edit_becomes_a_pdf_however_it_is_saved(profile, save):
    """One save is one build, the PDF has the new words, and is what a build by itself would write."""
    path = profile(text())

    def edit():
        data = path.read_bytes().replace(b"First", b"Second")
        match save:
            case "in place":
                path.write_bytes(data)
            case "by rename":
                by_rename(path, data)
            case "by moving the old one away":
                path.rename(f"{path}~")
                path.write_bytes(data)
            case "in two steps":
                with path.open("wb") as file:
                    file.write(data[:40])
                    file.flush()
                    time.sleep(0.1)  # longer than it takes to be sure of a save that is over
                    file.write(data[40:])

    first, second = Session(tasks_for(path)).run(edit)
    assert first.seconds is None
    assert second.seconds > 0
    assert second.outcome.written
    assert "Second words." in words_of()
    build(path, output="plain.pdf", force=True)
    assert Path("plain.pdf").read_bytes() == Path("build/ada.pdf").read_bytes()


def test_two_quick_saves_end_in_the_second_one(profile):
    """However many builds that takes: the PDF that stays is of the last."""
    path = profile(text())
    edits, end = [replacing(path, "First", "Second"), replacing(path, "Second", "Third")], time.monotonic() + 120

    def waits(files):
        assert time.monotonic() < end
        while edits:
            edits.pop(0)()
        if "Third words." in words_of():
            raise EndError

    with pytest.raises(EndError):
        watch(lambda: tasks_for(path), on_result=lambda result: None, on_wait=waits)


def test_a_save_during_a_build_leads_to_one_more(profile, monkeypatch):
    path = profile(text())
    edits = [replacing(path, "First", "Second")]

    def run(*args, **kwargs):
        if edits:
            edits.pop()()  # the profile has been read
        return original(*args, **kwargs)

    original = pipeline.run_engine
    monkeypatch.setattr(pipeline, "run_engine", run)
    _, second = Session(tasks_for(path)).run(first=2)
    assert second.outcome.written
    assert second.seconds > 0
    assert "Second words." in words_of()


@pytest.mark.long
def test_works_photo_and_theme_are_watched(profile, tmp_path, monkeypatch):
    """Whatever a PDF was made of, an edit of it makes a new one."""
    style = write_theme(tmp_path / "config", "mine")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    path = profile(
        LIST,
        works="works.yaml",
        document={"theme": "mine"},
        person={"name": "Ada Lovelace", "photo": "ada.png"},
    )
    works, photo = path.with_name("works.yaml"), path.with_name("ada.png")
    works.write_text(WORKS % "Notes", "utf-8")
    Image.new("RGB", (60, 80), "red").save(photo)
    settled(works, photo, style)
    results = Session(tasks_for(path)).run(
        write(works, WORKS % "Sketches", "utf-8"),
        lambda: Image.new("RGB", (60, 80), "blue").save(photo),
        lambda: style.write_text(style.read_text("utf-8") + "% and a remark\n", "utf-8"),
    )
    assert all(not isinstance(result.outcome, CvgenError) for result in results)
    assert [result.outcome.written for result in results[:3]] == [True] * 3
    assert "Sketches" in words_of()


def test_after_a_mistake_the_old_pdf_stays_until_it_is_fixed(profile):
    path = profile(text())
    first, broken, fixed = Session(tasks_for(path)).run(
        replacing(path, "sections", "sectoins"), replacing(path, "sectoins", "sections")
    )
    assert isinstance(broken.outcome, CvgenError)
    assert broken.outcome.exit_code == ExitCode.PROFILE
    assert not first.is_fixed
    assert fixed.is_fixed
    assert "First words." in words_of()


def test_what_a_broken_profile_needs_is_watched_before_it_is_there(profile):
    """A works file that is named and missing, then wrong, then right, is built as soon as it is."""
    path = profile(LIST, works="works.yaml")
    works = path.with_name("works.yaml")
    results = Session(tasks_for(path)).run(write(works, "engine: {tilte: Notes}\n"), write(works, WORKS % "Notes"))
    assert [isinstance(result.outcome, CvgenError) for result in results] == [True, True, False]
    assert results[-1].is_fixed
    assert "Notes" in words_of()


def test_a_profile_may_go_and_come_back(profile):
    path = profile(text())
    data = path.read_bytes()
    _, gone, back = Session(tasks_for(path)).run(
        path.unlink, lambda: path.write_bytes(data.replace(b"First", b"Second"))
    )
    assert isinstance(gone.outcome, CvgenError)
    assert back.is_fixed
    assert "Second words." in words_of()


def test_profiles_come_into_a_folder_and_go(profile):
    """A new one is built without being named; one that goes is a result too, and its PDF stays."""
    path = profile(text())

    new = path.with_name("bob.yaml")
    first, second, third = Session(lambda: tasks_for(*sorted(path.parent.glob("*.yaml"))), [path.parent]).run(
        lambda: by_rename(new, path.read_bytes().replace(b"First", b"Other")), path.unlink
    )
    assert (first.profile, second.profile, third.profile) == (path, new, path)
    assert "Other words." in words_of("build/bob.pdf")
    assert third.outcome is None
    assert Path("build/ada.pdf").exists()


def test_a_shared_works_file_builds_each_profile_that_names_it(profile):
    paths = [profile(LIST, name=f"{name}.yaml", works="works.yaml") for name in ("ada", "bob")]
    alone = profile(text(), name="eve.yaml")
    works = alone.with_name("works.yaml")
    works.write_text(WORKS % "Notes", "utf-8")
    settled(works)
    session = Session(tasks_for(*paths, alone))
    session.run(write(works, WORKS % "Sketches"), lambda: None, first=3)
    assert [result.profile for result in session.results[3:]] == paths


def test_links_are_followed_to_what_is_edited(profile):
    path = profile(text())
    link = path.parent.parent / "link.yaml"
    link.symlink_to(path)
    results = Session(tasks_for(link)).run(replacing(path, "First", "Second"))
    assert results[1].outcome.written


def test_without_notices_of_the_system_a_save_is_noticed_too(profile, monkeypatch):
    """On network drives, or where there are too many watches."""

    def none():
        raise OSError(28, "inotify watch limit reached")

    monkeypatch.setattr("cvgen.watch.Observer", none)
    path = profile(text())
    Session(tasks_for(path)).run(replacing(path, "First", "Second"))
    assert "Second words." in words_of()


@pytest.fixture
def engines_used(monkeypatch):
    """How engines started, and whether one waits after each look."""
    starts, waits = [], []

    def run(*args, **kwargs):
        done = original(*args, **kwargs)
        starts.append(done.started_from)
        return done

    def restart(self):
        waits.append(waiting(self))
        return waits[-1]

    original, waiting = pipeline.run_engine, Prestart.restart
    monkeypatch.setattr(pipeline, "run_engine", run)
    monkeypatch.setattr(Prestart, "restart", restart)
    return starts, waits


@pytest.mark.long
@pytest.mark.parametrize("earlier", [False, True])
def test_the_next_document_finds_an_engine_waiting(profile, tmp_path, monkeypatch, engines_used, earlier):
    """Even where the first build had nothing to do; at the end neither an engine nor its folder is left."""
    (tmp_path / "work").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "work"))
    path = profile(text())
    starts, waits = engines_used
    if earlier:
        wait_for(lambda: build(path, output="build/ada.pdf").cached)
    first, _ = Session(tasks_for(path)).run(replacing(path, "First", "Second"), ready=lambda: waits and waits[-1])
    assert first.outcome.cached is earlier
    assert starts[-1] == "prestart"
    assert processes_in(tmp_path / "work") == []
    assert list((tmp_path / "work").iterdir()) == []
