"""Cache of fingerprints: nothing to do is nothing done, and anything that could change a PDF builds it again."""

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
from PIL import Image
from support.themes import write_theme

import cvgen
from cvgen.builder import build
from cvgen.errors import OutOfDateError

TEXT = {"kind": "text", "title": "Summary", "text": "Writes programs for engines."}
WORKS = "engine:\n  title: On the Engine\n  authors: [Ada Lovelace]\n  date: 2020\n"
PAPERS = {"kind": "publications", "select": "mine"}

pytestmark = pytest.mark.usefixtures("xelatex")


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    """Each test has the current folder and the user's settings for itself."""
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    return folder


@pytest.fixture
def whole(profile, tmp_path):
    """Return a profile with all that it can refer to, old enough to be remembered."""
    folder = tmp_path / "profiles"
    folder.mkdir()
    (folder / "works.yaml").write_text(WORKS)
    Image.new("RGB", (40, 40), "navy").save(folder / "ada.png")
    path = profile(
        TEXT,
        PAPERS,
        person={"name": "Ada Lovelace", "photo": {"path": "ada.png", "alt": "Ada"}},
        works="works.yaml",
        document={"options": {"accent": "red"}},
        variants={"short": {"sections": ["text"]}},
    )
    settle()
    return path


def settle():
    """Wait until what was written is older than a build that begins now."""
    time.sleep(0.1)


def is_done_again(path, **options):
    return not build(path, **options).cached


def edit(path, old, new):
    path.write_text(path.read_text().replace(old, new))
    settle()


# --- nothing to do -------------------------------------------------------------------------------------------------


def test_what_has_not_changed_is_not_built_again(whole):
    """The second build describes the first and touches no file."""
    first = build(whole)
    before = first.pdf.stat()
    again = build(whole)
    assert (first.cached, again.cached, again.written) == (False, True, False)
    for name in ("pdf", "data", "tex", "pages", "passes", "engine", "sandbox", "diagnostics"):
        assert getattr(again, name) == getattr(first, name), name
    after = again.pdf.stat()
    assert (after.st_mtime_ns, after.st_ino) == (before.st_mtime_ns, before.st_ino)


def test_an_older_time_or_a_newer_one_is_no_change(whole):
    """What counts is what a file says: a checkout that touches everything rebuilds nothing."""
    build(whole)
    os.utime(whole, (0, 0))
    os.utime(whole.parent / "works.yaml")
    assert not is_done_again(whole)


def test_warnings_are_said_again(profile):
    """Nothing to do is no reason to be silent about what is wrong."""
    path = profile(TEXT, document={"options": {"accent": "#FFCC00"}})
    settle()
    first, again = build(path), build(path)
    assert again.cached
    assert [found.code for found in again.diagnostics] == ["contrast"]
    assert again.diagnostics == first.diagnostics


def test_nothing_slow_is_imported_for_nothing(whole):
    """An up-to-date build does not pay for what builds."""
    build(whole)
    script = (
        "import sys, cvgen.cli.build as b, click.testing\n"
        f"done = click.testing.CliRunner().invoke(b.command, [{str(whole)!r}], catch_exceptions=False)\n"
        "assert 'up to date' in done.output, done.output\n"
        "print(*sorted({'pydantic', 'pypdf', 'pylatex', 'yaml', 'fontTools', 'PIL'} & set(sys.modules)))\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout == "\n"


# --- something to do -----------------------------------------------------------------------------------------------


def change_profile(path, _):
    edit(path, "Writes programs", "Writes notes")


def change_works(path, _):
    edit(path.parent / "works.yaml", "On the Engine", "On the Analytical Engine")


def change_photo(path, _):
    Image.new("RGB", (40, 40), "maroon").save(path.parent / "ada.png")
    settle()


def lose_output(path, _):
    Path("build/ada.pdf").unlink()


def change_output(path, _):
    with Path("build/ada.pdf").open("ab") as file:
        file.write(b"\n")


def hide_theme(path, _):
    write_theme(Path(os.environ["XDG_CONFIG_HOME"]), "awesome", like="awesome")
    settle()


def fix_date(path, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "86400")


def put_another_engine_first(path, monkeypatch):
    folder = path.parent / "bin"
    folder.mkdir()
    (folder / "xelatex").symlink_to(shutil.which("xelatex"))
    monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")


def fingerprint_of(output):
    """Return the file that holds the fingerprint of an output."""
    (found,) = [
        file
        for file in (Path(os.environ["CVGEN_CACHE_DIR"]) / "builds").glob("*.json")
        if json.loads(file.read_bytes())["target"] == os.path.realpath(output)
    ]
    return found


def damage_fingerprint(path, _):
    found = fingerprint_of("build/ada.pdf")
    found.write_bytes(found.read_bytes()[:-9])


def change_stamp(words):
    """Pretend that a program or package was another one when the fingerprint was taken."""
    found = fingerprint_of("build/ada.pdf")
    table = json.loads(found.read_bytes())
    (name,) = [stamp for stamp in table["stamps"] if words in stamp]
    table["stamps"][name] = "1 1"
    found.write_text(json.dumps(table))


def upgrade_tex(path, _):
    change_stamp("/xelatex.fmt")


def upgrade_package(path, _):
    change_stamp("/pydantic/")


def commit(path, _):
    for words in (["init", "-q"], ["add", "."], ["-c", "user.name=a", "-c", "user.email=a@b", "commit", "-qm", "a"]):
        subprocess.run(["git", *words], cwd=path.parent, check=True)


CHANGES = [
    *(change_profile, change_works, change_photo, lose_output, change_output, hide_theme, fix_date),
    *(put_another_engine_first, upgrade_tex, upgrade_package, damage_fingerprint, commit),
]


@pytest.mark.long
@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
def test_anything_that_could_change_the_pdf_builds_it_again(change, whole, monkeypatch):
    """Profile, works, photo, theme, engine, date, or the output itself; then there is nothing to do again."""
    build(whole)
    assert not is_done_again(whole)
    change(whole, monkeypatch)
    assert is_done_again(whole)
    settle()
    assert not is_done_again(whole)


@pytest.mark.long
@pytest.mark.parametrize(
    "options",
    [
        {"theme": "plain"},
        {"variant": "short", "output": "build/ada.pdf"},
        {"overrides": {"document.paper": "letter"}},
        {"formats": ("pdf", "tex")},
        {"keep_tex": True},
        {"engine": "xelatex"},
        {"gate": False},
        {"strict": True},
        {"force": True},
        {"cache": False},
    ],
    ids=repr,
)
def test_another_option_builds_it_again(options, whole):
    """What was asked for before is not what is asked for now."""
    build(whole)
    assert is_done_again(whole, **options)


def test_what_changes_while_it_is_read_is_not_remembered(whole):
    """A file that is newer than the build may have had other text when it was read."""
    later = time.time() + 60
    os.utime(whole, (later, later))
    build(whole)
    assert is_done_again(whole)


def test_pictures_of_pages_that_are_no_more_go(profile, here):
    """A CV that is shorter leaves no picture of its old last page; a file that no build wrote stays."""
    path = profile(*[{**TEXT, "text": "\n\n".join(["Writes programs for engines. " * 20] * 15)}] * 2)
    settle()
    assert build(path, formats=("pdf", "png")).pages > 1
    (here / "build" / "ada-9.png").write_bytes(b"other")
    path = profile(TEXT)
    settle()
    build(path, formats=("png",))
    assert sorted(entry.name for entry in (here / "build").iterdir()) == ["ada-1.png", "ada-9.png", "ada.pdf"]


def test_a_loaded_profile_is_always_built(whole):
    """A Profile object may differ from its file."""
    build(whole)
    assert not build(cvgen.load_profile(whole)).cached


# --- check ---------------------------------------------------------------------------------------------------------


def test_check_accepts_what_a_build_writes(whole):
    """A PDF that is what a build would write passes."""
    made = build(whole)
    assert build(whole, check=True).data == made.data


def test_check_writes_nothing(whole, here):
    """Where there is no PDF, it says so and makes none."""
    with pytest.raises(OutOfDateError, match="does not exist"):
        build(whole, check=True)
    assert list(here.iterdir()) == []


@pytest.mark.parametrize(
    ("change", "reason"),
    [(change_profile, "ada.yaml"), (change_works, "works.yaml"), (change_photo, "ada.png")],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_check_names_what_has_changed(change, reason, whole, monkeypatch):
    """Where the last build is remembered, the file that has changed since is named; the PDF stays as it was."""
    before = build(whole).data
    change(whole, monkeypatch)
    with pytest.raises(OutOfDateError) as caught:
        build(whole, check=True)
    assert reason in caught.value.diagnostics[0].hints[0]
    assert Path("build/ada.pdf").read_bytes() == before


@pytest.mark.parametrize(
    ("change", "options", "stage"),
    [
        (change_profile, {}, "page 1 has other words"),
        (None, {"overrides": {"document.options.accent": "emerald"}}, "theme"),
        (fix_date, {}, "metadata"),
        pytest.param(None, {"engine": "lualatex"}, "engine", marks=pytest.mark.long),
    ],
    ids=["words", "theme", "metadata", "engine"],
)
def test_check_says_which_stage_differs_without_a_fingerprint(change, options, stage, whole, monkeypatch, lualatex):
    """A PDF from another machine is compared itself: engine, words, setting, metadata."""
    build(whole, cache=False)
    if change:
        change(whole, monkeypatch)
    with pytest.raises(OutOfDateError) as caught:
        build(whole, check=True, **options)
    assert stage in caught.value.diagnostics[0].hints[0]


def test_check_of_a_file_that_is_no_pdf(whole, here):
    """It is out of date, not a bug."""
    (here / "build").mkdir()
    (here / "build" / "ada.pdf").write_bytes(b"not a PDF")
    with pytest.raises(OutOfDateError, match="out of date"):
        build(whole, check=True)
