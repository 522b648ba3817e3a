"""cvgen cache: what is there, what is removed, what is never touched, and that it cannot grow for ever."""

import os
import threading
import time

import pytest
from click.testing import CliRunner
from support.processes import wait_for
from support.profiles import TEXT

from cvgen import files, pipeline
from cvgen.builder import build
from cvgen.cli import cache
from cvgen.engine.cached_folders import KEPT, MAX_KEPT_FACTOR, prune_folders
from cvgen.engine.tex_tree import prepare_tex_tree
from cvgen.errors import OutputError, TypesettingError
from cvgen.latex.theme_folders import class_folder

DIGEST = "0123456789abcdef"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A cache of this test's own."""
    place = tmp_path / "cache"
    place.mkdir()
    monkeypatch.setenv("CVGEN_CACHE_DIR", str(place))
    return place


def command(*arguments):
    return CliRunner().invoke(cache.command, list(arguments), catch_exceptions=False)


def row(name):
    """Return the fields of a line of `cvgen cache show`."""
    (line,) = (line for line in command("show").output.splitlines() if line.startswith(name))
    return line[len(name) :].split(maxsplit=3)


def test_what_a_build_leaves_is_shown_by_kind_and_cleared(profile, folder, tmp_path, xelatex):
    """Nothing of it is needed: after `clear` the same PDF is built again."""
    path = profile(TEXT)
    wait_for(lambda: build(path, output=tmp_path / "a.pdf").cached)
    for name in ("fonts", "class and theme", "formats", "build fingerprints"):
        count, size, unit, _ = row(name)
        assert (int(count), unit) == (1, "MB"), name
        assert float(size) >= 0
    assert float(row("formats")[1]) > 10
    assert row("locks")[0] == "0"
    first = (tmp_path / "a.pdf").read_bytes()
    done = command("clear")
    assert done.exit_code == 0
    assert done.output.startswith("freed ")
    assert [entry.name for entry in folder.rglob("*") if entry.is_file()] == []
    assert not build(path, output=tmp_path / "b.pdf").cached
    assert (tmp_path / "b.pdf").read_bytes() == first


def test_a_cache_that_is_not_there_is_not_made(tmp_path, monkeypatch):
    monkeypatch.setenv("CVGEN_CACHE_DIR", str(tmp_path / "none"))
    assert "not there yet" in command().output
    assert command("clear").output.startswith("freed 0 MB")
    assert not (tmp_path / "none").exists()


def test_only_what_is_ours_is_removed_and_no_link_followed(folder, tmp_path):
    """A cache folder that was set to a home folder by mistake loses nothing."""
    precious = tmp_path / "precious"
    precious.mkdir()
    (precious / f"{'0' * 32}.json").write_text("x")
    for name in ("thesis.tex", "fonts-mine", "fonts", f"fonts-{DIGEST}x", ".bashrc", f"tree-{DIGEST}"):
        (folder / name).write_text("x")  # the last has a name of ours, but is no folder
    for name in ("documents", "fonts-old", ".config", f"xfonts-{DIGEST}"):
        (folder / name).mkdir()
    (folder / f"fonts-{DIGEST}").symlink_to(precious)
    (folder / "builds").symlink_to(precious)
    ours = folder / f"format-{DIGEST}"
    ours.mkdir()
    (ours / "link").symlink_to(precious)
    before = sorted(folder.iterdir())
    assert command("clear").exit_code == 0
    assert sorted(folder.iterdir()) == [entry for entry in before if entry != ours]
    assert list(precious.iterdir()) == [precious / f"{'0' * 32}.json"]


def test_what_is_being_made_is_left_and_what_was_left_is_removed(folder):
    """A format that another process is dumping stays; one that a killed build left goes."""
    young, old = (folder / f".format-{DIGEST}-{name}" for name in ("young", "old"))
    young.mkdir()
    old.mkdir()
    os.utime(old, (time.time() - 120,) * 2)
    command("clear")
    assert [entry.name for entry in folder.iterdir()] == [young.name]


def test_what_cannot_be_removed_is_an_error(folder, monkeypatch):
    (folder / f"fonts-{DIGEST}").mkdir()
    monkeypatch.setattr(cache, "discard_folder", lambda path: None)
    with pytest.raises(OutputError, match="cannot be removed"):
        command("clear")


def test_builds_go_on_while_the_cache_is_cleared(profile, folder, tmp_path, xelatex, monkeypatch):
    """Even one whose class and fonts go from under its engine: they are made again, and it runs again."""
    original, calls = pipeline.run_engine, []

    def run(*args, **kwargs):
        calls.append(kwargs["tree"])
        if len(calls) == 1:
            command("clear")
        return original(*args, **kwargs)

    monkeypatch.setattr(pipeline, "run_engine", run)
    log = tmp_path / "a.log"
    build(profile(TEXT), output=tmp_path / "a.pdf")
    assert len(calls) == 2
    assert not log.exists()


def test_an_error_of_the_document_is_no_reason_to_try_again(profile, folder, tmp_path, monkeypatch):
    calls = []

    def run(*args, **kwargs):
        calls.append(1)
        raise TypesettingError("no")

    monkeypatch.setattr(pipeline, "run_engine", run)
    with pytest.raises(TypesettingError):
        build(profile(TEXT), output=tmp_path / "a.pdf")
    assert len(calls) == 1


# --- bounds --------------------------------------------------------------------------------------------------------


def test_however_quickly_folders_come_there_are_never_many(folder):
    """A theme that is edited while it is watched makes a format of 31 MB at each save."""
    for number in range(40):
        made = folder / f"format-{number:016x}"
        prune_folders(made, 4)
        made.mkdir()
        os.utime(made, (time.time() - 40 + number,) * 2)
    assert len(list(folder.iterdir())) == 4 * MAX_KEPT_FACTOR
    assert made.exists()


def test_what_engines_keep_is_pruned_too(folder):
    """One folder per state of the fonts, of which only a few are of use."""
    old = [folder / f"texmf-var-{number:016x}" for number in range(20)]
    for place in old:
        place.mkdir()
        os.utime(place, (1_000_000_000,) * 2)
    made = prepare_tex_tree(class_folder() / "plain")
    assert made.var.is_dir()
    assert len(list(folder.glob("texmf-var-*"))) <= KEPT + 1


def test_a_lock_is_held_by_one_at_a_time_though_its_file_goes(folder, tmp_path):
    """Also by threads that waited while another removed it, and those that come later."""
    inside, most = 0, 0
    guard = threading.Lock()

    def work():
        nonlocal inside, most
        for _ in range(60):
            with files._lock(tmp_path / "cv.pdf"):
                with guard:
                    inside += 1
                    most = max(most, inside)
                time.sleep(0)
                with guard:
                    inside -= 1

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == 1
    assert list((folder / "locks").iterdir()) == []


def test_a_lock_that_is_held_survives_clear(folder, tmp_path):
    with files._lock(tmp_path / "cv.pdf"):
        (lock,) = (folder / "locks").iterdir()
        command("clear")
        assert lock.exists()
    (folder / "locks" / ("0" * 24)).touch()  # of a build that was killed
    command("clear")
    assert list((folder / "locks").iterdir()) == []
