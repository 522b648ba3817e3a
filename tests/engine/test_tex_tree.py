"""The prepared folders in the cache: shared, safe to prepare at once, rebuilt when damaged, never in the way."""

import multiprocessing
import os
import shutil
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path

import pytest

from cvgen.engine import tex_tree as runtime
from cvgen.errors import EngineMissingError, OutputError, ThemeError
from cvgen.latex import fonts

MANIFEST = "cvgen-manifest.json"


def fill(folder):
    (folder / "Sans.otf").write_bytes(b"font" * 1000)
    (folder / "coverage.json").write_bytes(b"{}")


def draw(target):
    target.write_bytes(b"% icons")


@pytest.fixture(autouse=True)
def few_fonts(monkeypatch, tmp_path):
    """Real fonts take seconds; one test has them."""
    monkeypatch.setattr(fonts, "prepare", fill)
    monkeypatch.setattr(fonts, "write_icons", draw)
    monkeypatch.setattr(runtime, "_replacements", {})
    monkeypatch.setenv("CVGEN_CACHE_DIR", str(tmp_path / "cache"))
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))


@pytest.fixture
def classes(tmp_path):
    folder = tmp_path / "latex_templates"
    for name in ("awesome", "plain"):
        (folder / name).mkdir(parents=True)
        (folder / name / f"{name}.sty").write_text(f"% {name}", encoding="utf-8")
    (folder / "cvgen.cls").write_text("% class", encoding="utf-8")
    return folder


def contents(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_a_runtime_holds_class_theme_and_fonts(classes, tmp_path):
    made = runtime.prepare(classes / "awesome", classes)
    texts = {name: data for name, data in contents(made.folder).items() if name != MANIFEST}
    assert texts == {"cvgen.cls": b"% class", "awesome.sty": b"% awesome", "cvgen-icons.tex": b"% icons"}
    assert contents(made.fonts).keys() == {"Sans.otf", "coverage.json", MANIFEST}
    assert made.folder.parent == made.fonts.parent == made.var.parent == tmp_path / "cache"
    assert made.environment()["TEXINPUTS"].startswith(".:")
    assert made.environment()["TEXINPUTS"].endswith(":")


def test_a_second_call_builds_nothing(classes, monkeypatch):
    first = runtime.prepare(classes / "awesome", classes)
    monkeypatch.setattr(fonts, "prepare", lambda _: pytest.fail("built again"))
    assert runtime.prepare(classes / "awesome", classes) == first


def test_themes_share_their_fonts(classes):
    first, second = (runtime.prepare(classes / name, classes) for name in ("awesome", "plain"))
    assert first.fonts == second.fonts
    assert first.folder != second.folder
    assert first.digest != second.digest


@pytest.mark.parametrize("changed", ["cvgen.cls", "awesome/awesome.sty", "awesome/new.sty"])
def test_a_changed_class_or_theme_is_another_runtime(changed, classes):
    before = runtime.prepare(classes / "awesome", classes)
    (classes / changed).write_text("% changed", encoding="utf-8")
    after = runtime.prepare(classes / "awesome", classes)
    assert before.folder != after.folder
    assert b"% changed" in contents(after.folder).values()


def test_changed_font_packages_are_another_runtime(classes, monkeypatch):
    before = runtime.prepare(classes / "awesome", classes)
    state = Path(__file__).stat()
    monkeypatch.setattr(runtime, "_font_sources", lambda: iter([("font.otf", state)]))
    after = runtime.prepare(classes / "awesome", classes)
    assert after.fonts != before.fonts
    assert after.digest != before.digest


def test_a_runtime_is_found_only_when_it_is_whole(classes, tmp_path):
    """Finding makes nothing, so that an engine can be started before anything else is done."""
    assert runtime.find(classes / "awesome", classes) is None
    made = runtime.prepare(classes / "awesome", classes)
    assert runtime.find(classes / "awesome", classes) == made
    assert runtime.find(classes / "plain", classes) is None
    (made.fonts / "Sans.otf").unlink()
    assert runtime.find(classes / "awesome", classes) is None


def test_a_users_theme_is_another_runtime_than_ours_of_that_name(classes, tmp_path):
    shutil.copytree(classes / "awesome", tmp_path / "themes" / "awesome")
    ours, theirs = (runtime.prepare(folder / "awesome", classes) for folder in (classes, tmp_path / "themes"))
    assert (ours.theme, ours.is_ours) == ("awesome", True)
    assert (theirs.theme, theirs.is_ours) == ("awesome", False)
    assert ours.digest != theirs.digest


def test_the_font_packages_are_looked_at():
    """The digest is of real files, not of nothing."""
    names = [name for name, _ in runtime._font_sources()]
    assert any(name.endswith("SourceSansPro-Regular.otf") for name in names)
    assert {"cvgen.latex.fonts", "cvgen.latex.opentype"} <= {*names}


def damage(kind, made):
    match kind:
        case "class is gone":
            (made.folder / "cvgen.cls").unlink()
        case "theme is cut":
            (made.folder / "awesome.sty").write_bytes(b"%")
        case "class is changed":
            (made.folder / "cvgen.cls").write_bytes(b"% CLASS")
        case "icons are gone":
            (made.folder / "cvgen-icons.tex").unlink()
        case "icons are cut":
            (made.folder / "cvgen-icons.tex").write_bytes(b"%")
        case "font is gone":
            (made.fonts / "Sans.otf").unlink()
        case "font is cut":
            (made.fonts / "Sans.otf").write_bytes(b"")
        case "manifest is gone":
            (made.fonts / MANIFEST).unlink()
        case "manifest is garbage":
            (made.fonts / MANIFEST).write_bytes(b"\xff[1")
        case "manifest is a list":
            (made.fonts / MANIFEST).write_bytes(b"[]")
        case "a file is in the way":
            for folder in (made.folder, made.fonts):
                shutil.rmtree(folder)
                folder.write_bytes(b"")
        case "all is gone":
            shutil.rmtree(made.folder.parent)
        case _:
            pytest.fail(kind)


DAMAGES = (
    *("class is gone", "theme is cut", "class is changed", "icons are gone", "icons are cut"),
    *("font is gone", "font is cut"),
    *("manifest is gone", "manifest is garbage", "manifest is a list", "a file is in the way", "all is gone"),
)


@pytest.mark.parametrize("kind", DAMAGES)
def test_a_damaged_cache_is_mended_silently(kind, classes):
    made = runtime.prepare(classes / "awesome", classes)
    whole = contents(made.folder), contents(made.fonts)
    damage(kind, made)
    again = runtime.prepare(classes / "awesome", classes)
    assert again == made
    assert (contents(again.folder), contents(again.fonts)) == whole
    assert not [path for path in made.folder.parent.iterdir() if path.name.startswith(".")]


def test_a_build_that_fails_leaves_nothing_half_made(classes, tmp_path, monkeypatch):
    def stop(folder):
        fill(folder)
        raise EngineMissingError("a font package is missing")

    monkeypatch.setattr(fonts, "prepare", stop)
    with pytest.raises(EngineMissingError):
        runtime.prepare(classes / "awesome", classes)
    assert {path.name.partition("-")[0] for path in (tmp_path / "cache").iterdir()} == {"runtime", "texmf"}


def test_what_tex_reads_is_ready_before_the_fonts(classes, monkeypatch):
    """A format can be made of it meanwhile."""
    told = []
    made = runtime.prepare(
        classes / "awesome",
        classes,
        readable=lambda made: told.append((made, {*contents(made.folder)}, made.reads())),
    )
    texts = {"cvgen.cls", "awesome.sty", "cvgen-icons.tex", MANIFEST}
    assert told == [(made, texts, (made.folder,))]
    assert made.reads() == (made.folder, made.fonts)


def test_a_theme_may_bring_icons(classes):
    (classes / "awesome" / "cvgen-icons.tex").write_text("% its own", encoding="utf-8")
    made = runtime.prepare(classes / "awesome", classes)
    assert contents(made.folder)["cvgen-icons.tex"] == b"% its own"
    assert runtime.find(classes / "awesome", classes) == made


def test_threads_may_prepare_at_once(classes):
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda _: runtime.prepare(classes / "awesome", classes), range(8)))
    assert set(made) == {made[0]}
    assert runtime._matches_manifest(made[0].fonts)


def test_who_comes_second_uses_what_the_first_one_made(classes, monkeypatch):
    """A sound folder that somebody may be reading is not replaced."""
    first = []

    def fill_after_another(folder):
        monkeypatch.setattr(fonts, "prepare", fill)
        first.append(runtime.prepare(classes / "awesome", classes).fonts.stat().st_ino)
        fill(folder)
        (folder / "second.otf").write_bytes(b"")

    monkeypatch.setattr(fonts, "prepare", fill_after_another)
    made = runtime.prepare(classes / "awesome", classes)
    assert [made.fonts.stat().st_ino] == first
    assert not (made.fonts / "second.otf").exists()


def prepare_elsewhere(classes, cache, barrier_time):
    fonts.prepare = fill
    time.sleep(max(0, barrier_time - time.time()))
    return runtime.prepare(classes / "awesome", classes, cache=cache)


def test_processes_may_prepare_at_once(classes, tmp_path):
    start = time.time() + 2
    with ProcessPoolExecutor(6, mp_context=multiprocessing.get_context("spawn")) as pool:
        jobs = [pool.submit(prepare_elsewhere, classes, tmp_path / "shared", start) for _ in range(6)]
        made = {job.result() for job in jobs}
    assert len(made) == 1
    assert sorted(path.name.partition("-")[0] for path in (tmp_path / "shared").iterdir()) == [
        "fonts",
        "runtime",
        "texmf",
    ]


def test_a_cache_that_cannot_be_written_is_replaced(classes, tmp_path, monkeypatch):
    """A read-only home is no reason to fail."""
    (tmp_path / "file").write_bytes(b"")
    monkeypatch.setenv("CVGEN_CACHE_DIR", str(tmp_path / "file" / "cache"))
    made = runtime.prepare(classes / "awesome", classes)
    assert made.folder.is_relative_to(tmp_path / "temporary")
    assert runtime.prepare(classes / "awesome", classes) == made
    assert runtime.cache_folder() == made.folder.parent


def test_a_cache_whose_disk_is_full_is_replaced(classes, tmp_path, monkeypatch):
    def fill_if_there_is_room(folder):
        if folder.is_relative_to(tmp_path / "cache"):
            raise OSError(28, "No space left on device")
        fill(folder)

    monkeypatch.setattr(fonts, "prepare", fill_if_there_is_room)
    assert runtime.prepare(classes / "awesome", classes).fonts.is_relative_to(tmp_path / "temporary")


def test_no_room_anywhere_is_an_output_error(classes, monkeypatch):
    def fail(folder):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(fonts, "prepare", fail)
    with pytest.raises(OutputError, match="No space left"):
        runtime.prepare(classes / "awesome", classes)


@pytest.mark.parametrize("name", ["a:b", "a$b", "a,b", "{a}"])
def test_a_cache_that_tex_could_not_search_is_replaced(name, classes, tmp_path):
    made = runtime.prepare(classes / "awesome", classes, cache=tmp_path / name)
    assert name not in str(made.folder)


def test_without_a_setting_the_cache_is_the_users(monkeypatch, tmp_path):
    monkeypatch.delenv("CVGEN_CACHE_DIR")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    assert runtime.cache_folder().is_relative_to(tmp_path)
    if sys.platform == "linux":
        assert runtime.cache_folder() == tmp_path / "xdg" / "cvgen"


def test_a_theme_without_a_class_is_a_theme_error(classes, tmp_path):
    with pytest.raises(ThemeError, match="awesome"):
        runtime.prepare(classes / "awesome", tmp_path / "nothing")


def test_links_in_a_runtime_are_followed_for_the_sandbox(classes, tmp_path, monkeypatch):
    (tmp_path / "far.otf").write_bytes(b"font")
    monkeypatch.setattr(fonts, "prepare", lambda folder: (folder / "Far.otf").symlink_to(tmp_path / "far.otf"))
    assert tmp_path / "far.otf" in runtime.prepare(classes / "awesome", classes).reads()


def test_old_runtimes_are_removed_but_the_newest(classes, tmp_path):
    long_ago = time.time() - 30 * 24 * 3600
    for number in range(20):
        (tmp_path / "cache" / f"runtime-{number:016}").mkdir(parents=True)
        os.utime(tmp_path / "cache" / f"runtime-{number:016}", (long_ago, long_ago + number))
    made = runtime.prepare(classes / "awesome", classes)
    left = sorted(path.name for path in (tmp_path / "cache").glob("runtime-*") if path != made.folder)
    assert left == [f"runtime-{number:016}" for number in range(12, 20)]


SCRIPT = """
import sys
from pathlib import Path
from cvgen.latex import fonts
from cvgen.engine.tex_tree import prepare
theme, classes, cache = map(Path, sys.argv[1:])
made = prepare(theme, classes, cache=cache)
fonts.prepare = fonts.write_icons = None
assert prepare(theme, classes, cache=cache) == made
print((made.fonts / "SourceSansPro-Regular.otf").stat().st_size)
print((made.folder / "cvgen-icons.tex").stat().st_size)
"""


def test_real_fonts_are_prepared(classes, tmp_path):
    """In a process of its own, as a user's; and the second time nothing is made."""
    command = [sys.executable, "-c", SCRIPT, classes / "awesome", classes, tmp_path / "real"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    font, icons = map(int, done.stdout.split())
    assert font > 100_000
    assert icons > 20_000
