"""One profile to PDF bytes: whatever happens to the cache, and whenever a build is ended."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from support.damage import flip_bit
from support.processes import processes_in, processes_with, spawn, wait_for, work_folders
from support.profiles import TEXT

from cvgen import pipeline
from cvgen.builder import typeset
from cvgen.engine.cached_folders import MANIFEST, is_intact
from cvgen.errors import OutputError
from cvgen.latex.fonts import CAPS, COVERAGE, FONTS, LARGE_FONTS
from cvgen.options import TypesetOptions

pytestmark = pytest.mark.usefixtures("xelatex")


@pytest.fixture(scope="module")
def cache(tmp_path_factory):
    """A cache that tests may damage."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(autouse=True)
def own_cache(monkeypatch, cache):
    monkeypatch.setenv("CVGEN_CACHE_DIR", str(cache))


@pytest.fixture
def latin(profile):
    """A profile that uses no large font, with all that it needs in the cache."""
    person = {"name": "Ada Lovelace", "email": "ada@example.org"}  # which has an icon
    path = profile(TEXT, document={"theme": "plain"}, person=person)
    typeset(path, TypesetOptions())
    return path


def folder_of(cache, kind):
    (found,) = cache.glob(f"{kind}-*")
    return found


# ------------------------------------------------------------------------------------------------- a damaged cache

FILES = [
    *(("fonts", name) for name in (*FONTS, *CAPS, COVERAGE, MANIFEST) if name not in LARGE_FONTS),
    *(("tree", name) for name in ("cvgen.cls", "plain.sty", "theme.toml", "cvgen-icons.tex", MANIFEST)),
    *(("format", name) for name in ("cvgen.fmt", "texmf.cnf", "fonts.conf", "dvipdfmx.cfg", "glyphlist.txt")),
    *(("format", name) for name in ("pdfglyphlist.txt", "texglyphlist.txt", "sources.json", MANIFEST)),
]
QUICK = {"SourceSansPro-Light.otf", COVERAGE, "cvgen.cls", "cvgen-icons.tex", "cvgen.fmt"}


def test_every_file_of_the_cache_is_damaged_below(latin, cache):
    """A new kind of file is met by the tests that follow."""
    kinds = ("fonts", "tree", "format")
    there = {(kind, file.name) for kind in kinds for file in folder_of(cache, kind).iterdir()}
    assert there == {*FILES, *(("fonts", name) for name in LARGE_FONTS)}


@pytest.mark.parametrize(
    ("kind", "name"), [pytest.param(*one, marks=[] if one[1] in QUICK else pytest.mark.long) for one in FILES]
)
def test_a_wrong_bit_in_the_cache_changes_nothing_and_is_made_good(kind, name, latin, cache):
    """The PDF is the same, and what was damaged is there again after the same build."""
    good = typeset(latin, TypesetOptions()).data
    file = folder_of(cache, kind) / name
    before = file.read_bytes()
    flip_bit(file, len(before) // 2)
    assert typeset(latin, TypesetOptions()).data == good
    # A manifest may be wrong about a large font, which is verified where it is used.
    assert is_intact(folder_of(cache, kind), LARGE_FONTS if name == MANIFEST else ())
    if kind != "format" and name != MANIFEST:  # a format has times of files
        assert file.read_bytes() == before
    assert typeset(latin, TypesetOptions()).run.started_from == "prestart"


def test_a_large_font_is_verified_where_it_is_used(latin, profile, cache):
    """To read them all costs more than to typeset."""
    chinese = profile({"kind": "text", "text": "中文"}, name="chinese.yaml", document={"theme": "plain"})
    good = typeset(chinese, TypesetOptions()).data
    fonts = folder_of(cache, "fonts")
    flip_bit(fonts / "NotoSansSC-Regular.ttf", 1_000_000)
    made = fonts.stat().st_ino
    typeset(latin, TypesetOptions())
    assert fonts.stat().st_ino == made
    assert typeset(chinese, TypesetOptions()).data == good
    assert is_intact(fonts)


@pytest.mark.parametrize(
    "what", ["everything", *(pytest.param(what, marks=pytest.mark.long) for what in ("tree", "fonts"))]
)
@pytest.mark.parametrize("when", ["before", "emitted", "running"])
def test_a_cache_that_is_cleared_changes_nothing(what, when, latin, cache, monkeypatch):
    """Before a build, between emitting and typesetting, and while the engine works."""
    good, cleared = typeset(latin, TypesetOptions()).data, []

    def clear():
        if not cleared:
            cleared.append(what)
            for entry in [*cache.iterdir()] if what == "everything" else [folder_of(cache, what)]:
                shutil.rmtree(entry, ignore_errors=True)

    if when == "before":
        clear()
    else:
        name = "run_engine" if when == "emitted" else "_import_finishing"
        original = getattr(pipeline, name)
        monkeypatch.setattr(pipeline, name, lambda *given, **named: (clear(), original(*given, **named))[1])
    assert typeset(latin, TypesetOptions()).data == good
    assert cleared
    assert is_intact(folder_of(cache, "tree"))
    assert is_intact(folder_of(cache, "fonts"))


def test_a_cache_that_is_damaged_again_and_again_is_an_error(latin, cache, monkeypatch):
    """With the way out."""
    original = pipeline.run_engine

    def damaging(*given, **named):
        flip_bit(folder_of(cache, "tree") / "cvgen.cls", 9)
        return original(*given, **named)

    monkeypatch.setattr(pipeline, "run_engine", damaging)
    with pytest.raises(OutputError) as caught:
        typeset(latin, TypesetOptions())
    assert "`cvgen cache clear`" in caught.value.diagnostics[0].hints[0]


def test_without_the_cache_no_format_is_used_and_none_is_made(latin, cache):
    assert typeset(latin, TypesetOptions(cache=False)).run.started_from == "stock"
    shutil.rmtree(folder_of(cache, "format"))
    typeset(latin, TypesetOptions(cache=False))
    assert [*cache.glob("format-*")] == []


# ---------------------------------------------------------------------------------------------- a build that is ended

# The dump of a format never ends; nor does, where the text says so, the document.
ENGINE = """#!/bin/sh
case "$*" in *-ini*) exec sleep {mark};; esac
if [ -n "$(grep -s 'never ends' cv.tex)" ]; then exec sleep {mark}; fi
exec {program} "$@"
"""


@pytest.mark.parametrize("text", ["Ends.", "This never ends."])
@pytest.mark.parametrize(
    "number",
    [
        *(signal.SIGTERM, signal.SIGKILL),
        *(pytest.param(number, marks=pytest.mark.long) for number in (signal.SIGINT, signal.SIGHUP)),
    ],
)
def test_a_first_build_that_is_ended_leaves_nothing_half_made(number, text, profile, tmp_path, xelatex, latin, cache):
    """While a format is dumped, with the document or after it: no process, no work folder, no format."""
    mark = f"{7000 + os.getpid() % 1000}.{tmp_path.stat().st_ino % 10**9}"
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "xelatex").write_text(ENGINE.format(mark=mark, program=xelatex.program), "utf-8")
    (tmp_path / "bin" / "xelatex").chmod(0o755)
    before = {entry.name for entry in cache.iterdir()}
    with tempfile.TemporaryDirectory(prefix="ended-") as work:
        environment = {**os.environ, "PATH": f"{tmp_path / 'bin'}:{os.environ['PATH']}", "TMPDIR": work}
        path = profile({"kind": "text", "text": text}, document={"theme": "plain"})
        command = ("build", path, "-o", tmp_path / "cv.pdf", "--sandbox", "off")
        with spawn(*command, env=environment, stderr=subprocess.DEVNULL, start_new_session=True) as process:
            wait_for(lambda: len(processes_with(mark)) == 1 + ("never" in text))
            if "never" not in text:  # the document is done, and its folder gone
                wait_for(lambda: not work_folders(Path(work)))
            os.killpg(process.pid, number)
            code = process.wait(30)
        assert code == (-number if number == signal.SIGKILL else 128 + number)
        wait_for(lambda: not processes_with(mark))
        wait_for(lambda: not processes_in(cache))
        assert not (tmp_path / "cv.pdf").exists()
        left = {entry.name for entry in cache.iterdir()} - before - {"builds"}
        if number == signal.SIGKILL:  # the rest is removed by later builds
            assert not any(name.startswith("format-") for name in left)
            for name in left:
                shutil.rmtree(cache / name)
        else:
            assert left == set()
            assert [*Path(work).iterdir()] == []


def test_a_first_build_prints_nothing_that_a_later_one_does_not(profile, tmp_path):
    """The library is silent, whatever it makes: a program that uses it has its output for itself."""
    path = profile(TEXT)
    script = "import sys, cvgen; cvgen.build(sys.argv[1], output=sys.argv[2])"
    environment = {**os.environ, "CVGEN_CACHE_DIR": str(tmp_path / "cache")}
    command = [sys.executable, "-W", "error", "-c", script, path, tmp_path / "cv.pdf"]
    done = subprocess.run(command, env=environment, capture_output=True, check=True)
    assert (done.stdout, done.stderr) == (b"", b"")
    assert [*(tmp_path / "cache").glob("format-*/cvgen.fmt")]
