"""cvgen watch: an edit becomes a PDF by itself, whatever way it is saved, and nothing is left when it ends."""

import contextlib
import os
import re
import signal
import subprocess
import time
from pathlib import Path

from support import extract
import pytest
from PIL import Image
from test_cli import spawn, wait_for
from test_waiting import processes_in

from cvgen.build import build
from cvgen.engine import run as engines
from cvgen.engine.warm import Warm
from cvgen.errors import CvgenError, ExitCode
from cvgen.watch import watch

pytestmark = pytest.mark.usefixtures("xelatex")

LIST = {"kind": "publications", "entries": ["engine"]}
WORKS = "engine: {title: %s, authors: [Ada Lovelace], venue: {name: A Journal}, date: 1943}\n"


class EndError(Exception):
    """All steps are done."""


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")


def text(words="First words."):
    return {"kind": "text", "title": "Summary", "text": words}


def words_of(path="build/ada.pdf"):
    return extract.words_of(Path(path).read_bytes(), "pdftotext")


def settled(*paths):
    """Wait until files are so old that nobody can think they changed while they were read."""
    wait_for(lambda: time.time() - max(path.stat().st_ctime for path in paths) > 0.2)


def by_rename(path, data):
    """Save as many editors do: write another file and give it the name."""
    other = path.with_name(f".{path.name}.new")
    other.write_bytes(data)
    other.replace(path)


class Session:
    """A watch in this thread. Each step is done when nothing was left to do, then a result is waited for."""

    def __init__(self, orders, folders=()):
        self.orders = orders if callable(orders) else lambda: orders
        self.folders = folders
        self.results = []

    def run(self, *steps, first=1, ready=lambda: True):
        """Do `steps`, of which each leads to one result, and return the results; `first` come before."""
        left, wanted, quiet, end = list(steps), first, 0, time.monotonic() + 120

        def waits(files):
            nonlocal wanted, quiet
            assert time.monotonic() < end, f"after two minutes there are only {self.results}"
            if len(self.results) < wanted or not ready():
                return
            if left:
                left.pop(0)()
                wanted += 1
            elif (quiet := quiet + 1) > 2:  # some looks later there is still nothing more to do
                raise EndError

        with pytest.raises(EndError):
            watch(self.orders, on_result=self.results.append, on_wait=waits, folders=self.folders)
        assert len(self.results) == wanted
        return self.results


def order(path, **options):
    return {path: {"output": Path("build") / f"{path.stem}.pdf", **options}}


def write(path, *args, **kwargs):
    return lambda: path.write_text(*args, **kwargs)


def replacing(path, old, new):
    return lambda: path.write_text(path.read_text("utf-8").replace(old, new), "utf-8")


@pytest.mark.parametrize("save", ["in place", "by rename", "by moving the old one away", "in two steps"])
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

    first, second = Session(order(path)).run(edit)
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
        watch(lambda: order(path), on_result=lambda result: None, on_wait=waits)


def test_a_save_during_a_build_leads_to_one_more(profile, monkeypatch):
    path = profile(text())
    edits = [replacing(path, "First", "Second")]

    def run(*args, **kwargs):
        if edits:
            edits.pop()()  # the profile has been read
        return original(*args, **kwargs)

    original = engines.run
    monkeypatch.setattr(engines, "run", run)
    _, second = Session(order(path)).run(first=2)
    assert second.outcome.written
    assert second.seconds > 0
    assert "Second words." in words_of()


def test_works_photo_and_theme_are_watched(profile, tmp_path, monkeypatch):
    """Whatever a PDF was made of, an edit of it makes a new one."""
    theme = tmp_path / "config" / "cvgen" / "themes" / "mine"
    theme.mkdir(parents=True)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    ours = Path(engines.__file__).parents[2] / "latex_templates" / "plain"
    for file in ours.iterdir():
        (theme / file.name.replace("plain", "mine")).write_bytes(
            file.read_bytes().replace(b"{plain}", b"{mine}").replace(b"{cvgen-plain}", b"{cvgen-mine}")
        )
    path = profile(
        LIST,
        works="works.yaml",
        document={"theme": "mine"},
        person={"name": "Ada Lovelace", "photo": "ada.png"},
    )
    works, photo, style = path.with_name("works.yaml"), path.with_name("ada.png"), theme / "mine.sty"
    works.write_text(WORKS % "Notes", "utf-8")
    Image.new("RGB", (60, 80), "red").save(photo)
    settled(works, photo, style)
    results = Session(order(path)).run(
        write(works, WORKS % "Sketches", "utf-8"),
        lambda: Image.new("RGB", (60, 80), "blue").save(photo),
        lambda: style.write_text(style.read_text("utf-8") + "% and a remark\n", "utf-8"),
    )
    assert all(not isinstance(result.outcome, CvgenError) for result in results)
    assert [result.outcome.written for result in results[:3]] == [True] * 3
    assert "Sketches" in words_of()


def test_an_error_is_told_the_old_pdf_stays_and_mending_is_noticed(profile):
    path = profile(text())
    first, broken, mended = Session(order(path)).run(
        replacing(path, "sections", "sectoins"), replacing(path, "sectoins", "sections")
    )
    assert isinstance(broken.outcome, CvgenError)
    assert broken.outcome.exit_code == ExitCode.PROFILE
    assert not first.is_mended
    assert mended.is_mended
    assert "First words." in words_of()


def test_what_a_broken_profile_needs_is_watched_before_it_is_there(profile):
    """A works file that is named and missing, then wrong, then right, is built as soon as it is."""
    path = profile(LIST, works="works.yaml")
    works = path.with_name("works.yaml")
    results = Session(order(path)).run(write(works, "engine: {tilte: Notes}\n"), write(works, WORKS % "Notes"))
    assert [isinstance(result.outcome, CvgenError) for result in results] == [True, True, False]
    assert results[-1].is_mended
    assert "Notes" in words_of()


def test_a_profile_may_go_and_come_back(profile):
    path = profile(text())
    data = path.read_bytes()
    _, gone, back = Session(order(path)).run(path.unlink, lambda: path.write_bytes(data.replace(b"First", b"Second")))
    assert isinstance(gone.outcome, CvgenError)
    assert back.is_mended
    assert "Second words." in words_of()


def test_profiles_come_into_a_folder_and_go(profile):
    """A new one is built without being named; one that goes is told, and its PDF stays."""
    path = profile(text())

    def orders():
        return {one: order(one)[one] for one in sorted(path.parent.glob("*.yaml"))}

    new = path.with_name("bob.yaml")
    first, second, third = Session(orders, [path.parent]).run(
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
    session = Session({**order(paths[0]), **order(paths[1]), **order(alone)})
    session.run(write(works, WORKS % "Sketches"), lambda: None, first=3)
    assert [result.profile for result in session.results[3:]] == paths


def test_links_are_followed_to_what_is_edited(profile):
    path = profile(text())
    link = path.parent.parent / "link.yaml"
    link.symlink_to(path)
    results = Session(order(link)).run(replacing(path, "First", "Second"))
    assert results[1].outcome.written


def test_without_notices_of_the_system_a_save_is_noticed_too(profile, monkeypatch):
    """On network drives, or where there are too many watches."""

    def none():
        raise OSError(28, "inotify watch limit reached")

    monkeypatch.setattr("watchdog.observers.Observer", none)
    path = profile(text())
    Session(order(path)).run(replacing(path, "First", "Second"))
    assert "Second words." in words_of()


@pytest.fixture
def warm(monkeypatch):
    """Tell how engines were started, and whether one waits."""
    starts, waits = [], []

    def run(*args, **kwargs):
        done = original(*args, **kwargs)
        starts.append(done.start)
        return done

    def start(self):
        waits.append(waiting(self))
        return waits[-1]

    original, waiting = engines.run, Warm.start
    monkeypatch.setattr(engines, "run", run)
    monkeypatch.setattr(Warm, "start", start)
    return starts, waits


@pytest.mark.parametrize("earlier", [False, True])
def test_the_next_document_finds_an_engine_waiting(profile, warm, earlier):
    """Even where the first build had nothing to do."""
    path = profile(text())
    starts, waits = warm
    if earlier:
        wait_for(lambda: build(path, output="build/ada.pdf").cached)
    first, _ = Session(order(path)).run(replacing(path, "First", "Second"), ready=lambda: waits and waits[-1])
    assert first.outcome.cached is earlier
    assert starts[-1] == "waiting"


def test_nothing_is_left_of_an_engine_that_waited(profile, tmp_path, monkeypatch, warm):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "work"))
    (tmp_path / "work").mkdir()
    Session(order(profile(text()))).run(ready=lambda: warm[1] and warm[1][-1])
    assert processes_in(tmp_path / "work") == []
    assert list((tmp_path / "work").iterdir()) == []


# --- the command ---------------------------------------------------------------------------------------------------


@contextlib.contextmanager
def watching(tmp_path, *arguments):
    """Run the command until the end of the block; yields it and a function that waits for a line it prints."""
    (tmp_path / "work").mkdir(exist_ok=True)
    out = tmp_path / "out.txt"
    environment = {**os.environ, "TMPDIR": str(tmp_path / "work")}
    with out.open("wb") as file:
        process = spawn(*arguments, stdout=file, stderr=subprocess.STDOUT, env=environment, start_new_session=True)

    def line(pattern):
        end = time.monotonic() + 120
        while not (found := re.search(pattern, out.read_text("utf-8"), re.MULTILINE)):
            assert process.poll() is None, out.read_text("utf-8")
            assert time.monotonic() < end, out.read_text("utf-8")
            time.sleep(0.02)
        return found[0]

    try:
        yield process, line
    finally:
        process.kill()
        process.wait()


def test_each_build_is_a_line_with_the_time_since_the_save(profile, tmp_path):
    """Errors are shown as in a build, and that one is gone is said."""
    path = profile(text())
    with watching(tmp_path, "watch", path, "-o", "cv.pdf", "--theme", "plain", "--set", "document.paper=letter") as (
        _,
        line,
    ):
        line(r"^\d\d:\d\d:\d\d cv.pdf: 1 page, \d+\.\d\d s$")
        line(r"^\d\d:\d\d:\d\d watching \d files; Ctrl-C ends it$")
        replacing(path, "First", "Second")()
        line(r"^\d\d:\d\d:\d\d cv.pdf: 1 page, \d+\.\d\d s after the save$")
        assert "Second words." in words_of("cv.pdf")
        replacing(path, "sections", "sectoins")()
        line(r"error\[unknown-key\]: `sectoins` is not a known key")
        line(rf"^\d\d:\d\d:\d\d {path} was not built; cv.pdf stays as it is$")
        replacing(path, "sectoins", "sections")()
        line(r"^\d\d:\d\d:\d\d cv.pdf: 1 page, \d+\.\d\d s after the save.*; the error is gone$")
    build(path, output="plain.pdf", theme="plain", overrides={"document.paper": "letter"})
    assert Path("plain.pdf").read_bytes() == Path("cv.pdf").read_bytes()


def test_build_can_watch_a_folder(profile, tmp_path):
    """`cvgen build --watch` is the same; with each format that is asked for, also of a profile that is new."""
    path = profile(text())
    with watching(tmp_path, "build", path.parent, "--watch", "--format", "pdf,tex", "-v") as (_, line):
        line("watching")
        profile(text("Of Bob."), name="bob.yaml")
        line("build/bob.pdf: 1 page")
        path.unlink()
        line(r"ada.yaml has gone; build/ada.pdf stays as it is")
        assert "Of Bob." in Path("build/bob.tex").read_text("utf-8")


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGTERM, ExitCode.TERMINATED), (signal.SIGINT, ExitCode.INTERRUPTED)]
)
def test_a_signal_ends_it_and_the_engine_that_waits(profile, tmp_path, number, code):
    """130 or 143, no engine left, no work folder left, and no traceback."""
    with watching(tmp_path, "watch", profile(text())) as (process, line):
        line("watching")
        wait_for(lambda: processes_in(tmp_path / "work"))
        if number == signal.SIGINT:
            os.killpg(process.pid, number)  # as a terminal does
        else:
            process.send_signal(number)
        assert process.wait(60) == code
    assert "Traceback" not in (tmp_path / "out.txt").read_text("utf-8")
    wait_for(lambda: not processes_in(tmp_path / "work"))
    assert list((tmp_path / "work").iterdir()) == []


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
    process = spawn(*(argument.format(profile=profile(text())) for argument in arguments), stderr=subprocess.PIPE)
    err = process.communicate(timeout=60)[1].decode()
    assert process.returncode == ExitCode.USAGE
    assert "Traceback" not in err
    assert err
