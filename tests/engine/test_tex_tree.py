"""The trees in the cache: shared, safe to prepare at once, made again when damaged."""

import multiprocessing
import os
import shutil
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path

import pytest
from support.damage import flip_bit
from support.small_fonts import fill_folder, prepare_at, put_small_fonts

from cvgen import paths
from cvgen.engine import tex_tree
from cvgen.engine.cached_folders import KEPT, MANIFEST
from cvgen.engine.tex_tree import discard_damaged, find_tex_tree, prepare_tex_tree
from cvgen.errors import EngineMissingError, OutputError, ThemeError
from cvgen.latex import font_files
from cvgen.paths import cache_folder, is_temporary_cache


@pytest.fixture(autouse=True)
def small_fonts(monkeypatch, tmp_path):
    """Real fonts take seconds; other tests have them."""
    put_small_fonts(monkeypatch.setattr)
    forget_temporary_cache()
    monkeypatch.setenv("CVGEN_CACHE_DIR", str(tmp_path / "cache"))
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    yield
    forget_temporary_cache()


def forget_temporary_cache():
    """Remove the folder of this process that replaces the cache, if there is one."""
    if paths._temporary_cache.cache_info().currsize:
        paths._temporary_cache().cleanup()
        paths._temporary_cache.cache_clear()


@pytest.fixture
def classes(tmp_path, monkeypatch):
    """A folder with a class and two themes that stand in for ours."""
    folder = tmp_path / "latex_templates"
    for name in ("awesome", "plain"):
        (folder / name).mkdir(parents=True)
        (folder / name / f"{name}.sty").write_text(f"% {name}", encoding="utf-8")
    (folder / "cvgen.cls").write_text("% class", encoding="utf-8")
    monkeypatch.setattr(tex_tree, "class_folder", lambda: folder)
    return folder


def contents(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_a_tree_holds_class_theme_and_fonts(classes, tmp_path):
    made = prepare_tex_tree(classes / "awesome")
    texts = {name: data for name, data in contents(made.folder).items() if name != MANIFEST}
    assert texts == {"cvgen.cls": b"% class", "awesome.sty": b"% awesome", "cvgen-icons.tex": b"% icons"}
    assert contents(made.fonts).keys() == {"Sans.otf", "coverage.json", MANIFEST}
    assert made.folder.parent == made.fonts.parent == made.var.parent == tmp_path / "cache"
    assert made.reads() == (made.folder, made.fonts)


def test_a_second_call_makes_nothing_and_finding_makes_nothing_at_all(classes, monkeypatch):
    """So that an engine can be started before anything else is done."""
    assert find_tex_tree(classes / "awesome") is None
    made = prepare_tex_tree(classes / "awesome")
    monkeypatch.setattr(font_files, "fill_fonts_folder", lambda _: pytest.fail("made again"))
    assert prepare_tex_tree(classes / "awesome") == find_tex_tree(classes / "awesome") == made
    assert find_tex_tree(classes / "plain") is None
    (made.fonts / "Sans.otf").unlink()
    assert find_tex_tree(classes / "awesome") is None


def test_themes_share_their_fonts(classes):
    first, second = (prepare_tex_tree(classes / name) for name in ("awesome", "plain"))
    assert first.fonts == second.fonts
    assert first.folder != second.folder
    assert first.digest != second.digest


@pytest.mark.parametrize("changed", ["cvgen.cls", "awesome/awesome.sty", "awesome/new.sty"])
def test_a_changed_class_or_theme_is_another_tree(changed, classes):
    before = prepare_tex_tree(classes / "awesome")
    (classes / changed).write_text("% changed", encoding="utf-8")
    after = prepare_tex_tree(classes / "awesome")
    assert before.folder != after.folder
    assert b"% changed" in contents(after.folder).values()


def test_changed_font_packages_are_another_tree(classes, monkeypatch):
    names = [name for name, _ in tex_tree._font_sources()]
    assert any(name.endswith("SourceSansPro-Regular.otf") for name in names)
    assert {"cvgen.latex.fonts", "cvgen.latex.opentype", "cvgen.latex.font_files"} <= {*names}
    before = prepare_tex_tree(classes / "awesome")
    state = Path(__file__).stat()
    monkeypatch.setattr(tex_tree, "_font_sources", lambda: iter([("font.otf", state)]))
    after = prepare_tex_tree(classes / "awesome")
    assert after.fonts != before.fonts
    assert after.digest != before.digest


def test_a_users_theme_is_another_tree_than_ours_of_that_name(classes, tmp_path):
    """And may bring icons of its own."""
    shutil.copytree(classes / "awesome", tmp_path / "themes" / "awesome")
    (tmp_path / "themes" / "awesome" / "cvgen-icons.tex").write_text("% its own", encoding="utf-8")
    ours, theirs = (prepare_tex_tree(folder / "awesome") for folder in (classes, tmp_path / "themes"))
    assert (ours.theme, ours.is_own) == ("awesome", True)
    assert (theirs.theme, theirs.is_own) == ("awesome", False)
    assert ours.digest != theirs.digest
    assert contents(theirs.folder)["cvgen-icons.tex"] == b"% its own"


def block(made):
    for folder in (made.folder, made.fonts):
        shutil.rmtree(folder)
        folder.write_bytes(b"")


DAMAGES = {
    "class is gone": lambda made: (made.folder / "cvgen.cls").unlink(),
    "theme is cut": lambda made: (made.folder / "awesome.sty").write_bytes(b"%"),
    "icons are gone": lambda made: (made.folder / "cvgen-icons.tex").unlink(),
    "font is cut": lambda made: (made.fonts / "Sans.otf").write_bytes(b""),
    "manifest is gone": lambda made: (made.fonts / MANIFEST).unlink(),
    "manifest is garbage": lambda made: (made.fonts / MANIFEST).write_bytes(b"\xff[1"),
    "manifest is a list": lambda made: (made.fonts / MANIFEST).write_bytes(b"[]"),
    "manifest is empty": lambda made: (made.fonts / MANIFEST).write_bytes(b"{}"),
    "a file is in the way": block,
    "all is gone": lambda made: shutil.rmtree(made.folder.parent),
    # These are found by digest alone.
    "class has another bit": lambda made: flip_bit(made.folder / "cvgen.cls", 3),
    "icons have another bit": lambda made: flip_bit(made.folder / "cvgen-icons.tex", 3),
    "font has another bit": lambda made: flip_bit(made.fonts / "Sans.otf", 3000),
    "coverage has another bit": lambda made: flip_bit(made.fonts / "coverage.json", 0),
}


@pytest.mark.parametrize("kind", DAMAGES)
def test_a_damaged_cache_is_made_again(kind, classes):
    """Exactly what is wrong, and nothing half-made stays."""
    made = prepare_tex_tree(classes / "awesome")
    whole = contents(made.folder), contents(made.fonts)
    assert made.is_intact()
    discard_damaged(made)
    assert made.is_intact()
    DAMAGES[kind](made)
    assert not made.is_intact()
    discard_damaged(made)
    again = prepare_tex_tree(classes / "awesome")
    assert again == made
    assert (contents(again.folder), contents(again.fonts)) == whole
    assert not [path for path in made.folder.parent.iterdir() if path.name.startswith(".")]


def test_fonts_that_a_document_does_not_use_need_not_be_verified(classes):
    made = prepare_tex_tree(classes / "awesome")
    flip_bit(made.fonts / "Sans.otf", 0)
    assert made.is_intact(without=("Sans.otf",))


def test_a_failure_leaves_nothing_half_made(classes, tmp_path, monkeypatch):
    def stop(folder):
        fill_folder(folder)
        raise EngineMissingError("a font package is missing")

    monkeypatch.setattr(font_files, "fill_fonts_folder", stop)
    with pytest.raises(EngineMissingError):
        prepare_tex_tree(classes / "awesome")
    assert {path.name.partition("-")[0] for path in (tmp_path / "cache").iterdir()} == {"tree", "texmf"}


def test_threads_may_prepare_at_once(classes):
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda _: prepare_tex_tree(classes / "awesome"), range(8)))
    assert set(made) == {made[0]}
    assert made[0].is_intact()


def test_a_sound_folder_that_may_be_in_use_is_not_replaced(classes, monkeypatch):
    """Where another process was quicker, its folder is used."""
    first = []

    def fill_after_another(folder):
        monkeypatch.setattr(font_files, "fill_fonts_folder", fill_folder)
        first.append(prepare_tex_tree(classes / "awesome").fonts.stat().st_ino)
        fill_folder(folder)
        (folder / "second.otf").write_bytes(b"")

    monkeypatch.setattr(font_files, "fill_fonts_folder", fill_after_another)
    made = prepare_tex_tree(classes / "awesome")
    assert [made.fonts.stat().st_ino] == first
    assert not (made.fonts / "second.otf").exists()


def test_processes_may_prepare_at_once(tmp_path):
    at = time.time() + 2
    with ProcessPoolExecutor(6, mp_context=multiprocessing.get_context("spawn")) as pool:
        assert len({job.result() for job in [pool.submit(prepare_at, at, "plain") for _ in range(6)]}) == 1
    kinds = sorted(path.name.partition("-")[0] for path in (tmp_path / "cache").iterdir())
    assert kinds == ["fonts", "texmf", "tree"]


def test_a_cache_that_cannot_be_written_is_replaced(classes, tmp_path, monkeypatch):
    """A read-only home is no reason to fail; all threads share what replaces it."""
    (tmp_path / "file").write_bytes(b"")
    monkeypatch.setenv("CVGEN_CACHE_DIR", str(tmp_path / "file" / "cache"))
    quick = tempfile.mkdtemp
    monkeypatch.setattr(tempfile, "mkdtemp", lambda *given, **named: (time.sleep(0.05), quick(*given, **named))[1])
    with ThreadPoolExecutor(8) as pool:
        trees = set(pool.map(lambda _: prepare_tex_tree(classes / "awesome"), range(8)))
    (made,) = {*trees, prepare_tex_tree(classes / "awesome")}
    assert made.folder.is_relative_to(tmp_path / "temporary")
    assert not made.is_lasting()


@pytest.mark.parametrize("has_room", [True, False])
def test_a_cache_whose_disk_is_full_is_replaced(has_room, classes, tmp_path, monkeypatch):
    """Where there is no room anywhere, that is an error of the output."""

    def fill_if_there_is_room(folder):
        if not has_room or folder.is_relative_to(tmp_path / "cache"):
            raise OSError(28, "No space left on device")
        fill_folder(folder)

    monkeypatch.setattr(font_files, "fill_fonts_folder", fill_if_there_is_room)
    if has_room:
        assert prepare_tex_tree(classes / "awesome").fonts.is_relative_to(tmp_path / "temporary")
    else:
        with pytest.raises(OutputError, match="No space left"):
            prepare_tex_tree(classes / "awesome")


@pytest.mark.parametrize("name", ["a:b", "a$b", "a,b", "{a}"])
def test_a_cache_that_tex_could_not_search_is_replaced(name, classes, tmp_path, monkeypatch):
    monkeypatch.setenv("CVGEN_CACHE_DIR", str(tmp_path / name))
    assert is_temporary_cache(prepare_tex_tree(classes / "awesome").folder.parent)


def test_without_a_setting_the_cache_is_the_users(monkeypatch, tmp_path):
    monkeypatch.delenv("CVGEN_CACHE_DIR")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    assert cache_folder().is_relative_to(tmp_path)
    if sys.platform == "linux":
        assert cache_folder() == tmp_path / "xdg" / "cvgen"


def test_without_a_class_there_is_a_theme_error(classes):
    (classes / "cvgen.cls").unlink()
    with pytest.raises(ThemeError, match="awesome"):
        prepare_tex_tree(classes / "awesome")


def test_links_in_a_tree_are_followed_for_the_sandbox(classes, tmp_path, monkeypatch):
    (tmp_path / "far.otf").write_bytes(b"font")
    link = lambda folder: (folder / "Far.otf").symlink_to(tmp_path / "far.otf")  # noqa: E731 - a name for a line
    monkeypatch.setattr(font_files, "fill_fonts_folder", link)
    assert tmp_path / "far.otf" in prepare_tex_tree(classes / "awesome").reads()


def test_old_trees_are_removed_but_the_newest(classes, tmp_path):
    long_ago = time.time() - 30 * 24 * 3600
    for number in range(20):
        folder = tmp_path / "cache" / f"tree-{number:016}"
        folder.mkdir(parents=True)
        os.utime(folder, (long_ago, long_ago + number))
    made = prepare_tex_tree(classes / "awesome")
    left = sorted(path.name for path in (tmp_path / "cache").glob("tree-*") if path != made.folder)
    assert left == [f"tree-{number:016}" for number in range(20 - KEPT, 20)]
