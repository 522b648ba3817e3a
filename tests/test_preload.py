"""Formats with class and theme: the same bytes as without, and no harm from anything that happens to them."""

import dataclasses
import json
import logging
import multiprocessing
import os
import shutil
import threading
import time
from concurrent.futures import ProcessPoolExecutor

import pytest
from conftest import installed
from cvgen.prepare import prepare
from test_engine import ATTACKS, SECRET, leaks
from test_examples import PROFILES, VARIANTS

from cvgen.diagnostics import Span
from cvgen.document.draft import draft
from cvgen.engine import engines, sandbox
from cvgen.engine import format_cache as preload
from cvgen.engine import run as engine
from cvgen.engine import tex_tree as runtimes
from cvgen.errors import TypesettingError
from cvgen.latex.themes import class_folder
from cvgen.loading.load import load

TEX = (
    "\\documentclass[theme=%s]{cvgen}\n\\cvname{Ada}{Lovelace}{}\n"
    "\\begin{document}\n\\cvmakeheader\n%s\n\\end{document}\n"
)


@pytest.fixture(scope="module")
def cache(tmp_path_factory):
    """A cache that tests may damage."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(autouse=True)
def nothing_left_running(monkeypatch, cache):
    monkeypatch.setenv("CVGEN_CACHE_DIR", str(cache))
    yield
    preload.join()


@pytest.fixture(scope="module")
def xelatex():
    return installed("xelatex")


def stock(program):
    """The same engine, without formats of ours."""
    return dataclasses.replace(program, format="")


def runtime_of(cache, theme="plain"):
    return runtimes.prepare(class_folder() / theme, class_folder(), cache=cache)


@pytest.fixture
def plain(cache, xelatex):
    """A runtime whose format is in the cache."""
    made = runtime_of(cache)
    ensure(xelatex, made)
    return made


def ensure(program, runtime, body="x"):
    """Let there be a format, and return it."""
    for _ in range(2):
        if found := preload.find(program, runtime):
            return found
        engine.run(TEX % (runtime.theme, body), engine=program, runtime=runtime)
        preload.join()
    pytest.fail("no format was made")


def three_ways(tex, program, runtime, **options):
    """Typeset without a format, with one, and with an engine that waits."""
    waiting = engine.start_waiting(program, runtime)
    assert waiting is not None
    return (
        engine.run(tex, engine=stock(program), runtime=runtime, **options),
        engine.run(tex, engine=program, runtime=runtime, **options),
        engine.run(tex, engine=program, runtime=runtime, waiting=waiting, **options),
    )


# ------------------------------------------------------------------------------------------------ the same bytes


def assert_same(profile, theme, variant, program):
    ready = prepare(draft(profile, variant=variant), theme=theme)
    ensure(program, ready.runtime)
    done = three_ways(
        ready.emitted.tex,
        program,
        ready.runtime,
        assets=ready.assets,
        origins=ready.emitted.origins,
    )
    assert [one.start for one in done] == ["stock", "preloaded", "waiting"]
    assert {one.pdf for one in done} == {done[0].pdf}
    assert {one.passes for one in done} == {2 if "\\cvpages" in ready.emitted.tex else 1}


@pytest.mark.parametrize("theme", ["awesome", "plain"])
@pytest.mark.parametrize("path", PROFILES, ids=lambda path: path.stem)
def test_every_profile_comes_out_the_same(path, theme, xelatex):
    """Byte for byte, in either theme, with photos, other scripts, and page totals, which take two passes."""
    assert_same(load(path), theme, None, xelatex)


@pytest.mark.parametrize(("path", "variant"), VARIANTS, ids=lambda value: getattr(value, "stem", value))
def test_every_variant_comes_out_the_same(path, variant, xelatex):
    assert_same(load(path), None, variant, xelatex)


def test_some_of_them_take_two_passes(xelatex, cache):
    """The tests above have seen a document that is typeset twice."""
    texts = [prepare(draft(load(path))).emitted.tex for path in PROFILES]
    assert any("\\cvpages" in text for text in texts)


def test_options_of_the_document_count(plain, xelatex):
    """The format was made with none."""
    tex = TEX.replace("theme=%s", "theme=%s,paper=letter").replace("\n\\cvname", "\n\\cvset{font-size}{12}\n\\cvname")
    first, second, third = three_ways(tex % ("plain", "x"), xelatex, plain)
    assert first.pdf == second.pdf == third.pdf
    assert first.pdf != engine.run(TEX % ("plain", "x"), engine=xelatex, runtime=plain).pdf


def test_the_day_is_known(plain, xelatex):
    tex = TEX % ("plain", "\\number\\year/\\number\\month/\\number\\day")
    done = three_ways(tex, xelatex, plain, epoch=1_700_000_000)
    assert {one.pdf for one in done} == {done[0].pdf}
    assert done[0].pdf != engine.run(tex, engine=xelatex, runtime=plain).pdf


@pytest.mark.parametrize("begin", ["\\documentclass{article}", "\\documentclass[theme=awesome]{cvgen}", "% x"])
def test_other_documents_are_typeset_without(begin, plain, xelatex):
    """Another class, another theme, or a first line of another kind."""
    tex = begin + (TEX % ("plain", "x")).partition("\n")[2]
    assert not preload.suits(tex, plain)


def test_a_document_without_the_format_is_no_worse(plain, xelatex):
    tex = "\\documentclass{article}\n\\begin{document}x\\end{document}\n"
    assert engine.run(tex, engine=xelatex, runtime=plain).start == "stock"


# ------------------------------------------------------------------------------------------------------ damage


def damage(kind, folder):
    form = folder / "cvgen.fmt"
    manifest = json.loads((folder / "manifest.json").read_bytes())
    match kind:
        case "the format is cut":
            os.truncate(form, form.stat().st_size // 2)
        case "the format is empty":
            os.truncate(form, 0)
        case "a bit is wrong":
            flip(form, form.stat().st_size // 3)
        case "the first bit is wrong":
            flip(form, 0)
        case "the format is gone":
            form.unlink()
        case "the format is a folder":
            form.unlink()
            form.mkdir()
        case "the format is a loop":
            form.unlink()
            form.symlink_to(form)
        case "the format is another one":
            size = form.stat().st_size
            form.write_bytes(b"W2TX".ljust(size, b"\0"))
        case "nobody may read it":
            form.chmod(0)
            flip(form, 0)  # which the superuser would not notice
        case "settings are gone":
            (folder / "texmf.cnf").unlink()
        case "settings are wrong":
            flip(folder / "texmf.cnf", 3)
        case "a glyph list is wrong":
            flip(folder / "glyphlist.txt", 40_000)
        case "the list is gone":
            (folder / "manifest.json").unlink()
        case "the list is garbage":
            (folder / "manifest.json").write_bytes(b"\xff{")
        case "the list is a list":
            (folder / "manifest.json").write_bytes(b"[]")
        case "a digest is wrong":
            manifest["digests"]["cvgen.fmt"] = "0" * 64
            (folder / "manifest.json").write_text(json.dumps(manifest), "utf-8")
        case "all files are gone":
            shutil.rmtree(folder)
            folder.mkdir()
        case "the folder is gone":
            shutil.rmtree(folder)
        case "a file is in the way":
            shutil.rmtree(folder)
            folder.write_bytes(b"")
        case "tex was updated":
            name = next(name for name in manifest["sources"] if name.endswith("xelatex.fmt"))
            manifest["sources"][name][1] -= 1
            (folder / "manifest.json").write_text(json.dumps(manifest), "utf-8")
        case _:
            pytest.fail(kind)


def flip(path, place):
    with path.open("r+b") as file:
        file.seek(place)
        byte = file.read(1)[0]
        file.seek(place)
        file.write(bytes([byte ^ 1]))


DAMAGES = (
    *("the format is cut", "the format is empty", "a bit is wrong", "the first bit is wrong", "the format is gone"),
    *("the format is a folder", "the format is a loop", "the format is another one", "nobody may read it"),
    *("settings are gone", "settings are wrong", "a glyph list is wrong", "the list is gone", "the list is garbage"),
    *("the list is a list", "a digest is wrong", "all files are gone", "the folder is gone", "a file is in the way"),
    "tex was updated",
)


@pytest.mark.parametrize("kind", DAMAGES)
def test_a_damaged_format_costs_one_run_and_is_made_again(kind, plain, xelatex, caplog):
    """Nobody is told, and nothing changes in the PDF."""
    tex = TEX % ("plain", "Text.")
    good = engine.run(tex, engine=xelatex, runtime=plain)
    assert good.start == "preloaded"
    damage(kind, preload.place(xelatex, plain))
    with caplog.at_level(logging.INFO):
        bad = engine.run(tex, engine=xelatex, runtime=plain)
        preload.join()
    assert (bad.start, bad.pdf, bad.passes) == ("stock", good.pdf, good.passes)
    assert caplog.records == []
    again = engine.run(tex, engine=xelatex, runtime=plain)
    assert (again.start, again.pdf) == ("preloaded", good.pdf)


@pytest.mark.parametrize("kind", ["a bit is wrong", "the folder is gone", "the list is garbage", "tex was updated"])
def test_damage_while_an_engine_waits_costs_one_run(kind, plain, xelatex):
    tex = TEX % ("plain", "Text.")
    with engine.start_waiting(xelatex, plain) as waiting:
        damage(kind, preload.place(xelatex, plain))
        bad = engine.run(tex, engine=xelatex, runtime=plain, waiting=waiting)
    assert bad.start == "stock"
    assert bad.pdf == engine.run(tex, engine=stock(xelatex), runtime=plain).pdf


def test_another_tex_has_another_format(cache, tmp_path, xelatex):
    """An engine that was installed anew, under the same name."""
    program = tmp_path / "bin" / "xelatex"
    program.parent.mkdir()

    def install(banner):
        program.write_text(f'#!/bin/sh\n# {banner}\nexec {xelatex.program} "$@"\n', "utf-8")
        program.chmod(0o755)

    install("TeX Live 2022")
    other = dataclasses.replace(xelatex, program=str(program))
    made = runtime_of(cache)
    first = ensure(other, made)
    assert first != preload.find(xelatex, made)
    install("TeX Live 2023, the new one")
    assert preload.find(other, made) is None
    assert engine.run(TEX % ("plain", "x"), engine=other, runtime=made).start == "stock"
    preload.join()
    assert engine.run(TEX % ("plain", "x"), engine=other, runtime=made).start == "preloaded"


# ------------------------------------------------------------------------------------------------- many at once


def build_elsewhere(cache, start):
    os.environ["CVGEN_CACHE_DIR"] = str(cache)
    runtime = runtime_of(cache)
    time.sleep(max(0.0, start - time.time()))
    done = engine.run(TEX % ("plain", "Text."), engine=engines.find("xelatex"), runtime=runtime)
    preload.join()
    return done.pdf


def test_eight_processes_may_make_one_at_once(tmp_path, xelatex):
    made = runtime_of(tmp_path / "cache")
    with ProcessPoolExecutor(8, mp_context=multiprocessing.get_context("spawn")) as pool:
        jobs = [pool.submit(build_elsewhere, tmp_path / "cache", time.time() + 3) for _ in range(8)]
        assert len({job.result() for job in jobs}) == 1
    assert preload.find(xelatex, made) is not None
    kinds = sorted(path.name.partition("-")[0] for path in (tmp_path / "cache").iterdir())
    assert kinds == ["fonts", "format", "runtime", "texmf"]


def test_only_the_newest_formats_are_kept(cache, plain, xelatex):
    """Each is 30 MB."""
    long_ago = time.time() - 3600
    for number in range(9):
        folder = cache / f"format-{number:016}"
        folder.mkdir()
        os.utime(folder, (long_ago, long_ago + number))
    preload.forget(preload.find(xelatex, plain))
    ensure(xelatex, plain)
    left = sorted(path.name for path in cache.glob("format-00000000*"))
    assert len(left) <= 4
    assert left[-1] == "format-0000000000000008"
    for name in left:
        (cache / name).rmdir()


def test_a_cache_of_this_process_alone_gets_no_format(tmp_path, monkeypatch, xelatex):
    """There is no next process that it would be for."""
    (tmp_path / "file").write_bytes(b"")
    made = runtime_of(tmp_path / "file" / "cache")
    assert engine.run(TEX % ("plain", "x"), engine=xelatex, runtime=made).start == "stock"
    preload.join()
    assert preload.find(xelatex, made) is None


def test_a_failed_document_leaves_no_format_and_no_thread(tmp_path, xelatex):
    made = runtime_of(tmp_path / "cache")
    with pytest.raises(TypesettingError):
        engine.run(TEX % ("plain", "\\nosuch"), engine=xelatex, runtime=made)
    preload.join()
    assert preload.find(xelatex, made) is None
    assert not any(thread.name.startswith("cvgen-") for thread in threading.enumerate())
    assert list((tmp_path / "cache").glob(".format*")) == []


# ------------------------------------------------------------------------------------------------ users' themes


@pytest.fixture
def theme(tmp_path):
    """Return a function that writes a user's theme: the plain one and more."""

    def write(more):
        folder = tmp_path / "themes" / "mine"
        shutil.copytree(class_folder() / "plain", folder, dirs_exist_ok=True)
        text = (folder / "plain.sty").read_text("utf-8").replace("{plain}", "{mine}") + more
        (folder / "mine.sty").write_text(text, "utf-8")
        return runtimes.prepare(folder, class_folder())

    return write


def test_a_changed_theme_has_another_format(theme, xelatex):
    tex = TEX % ("mine", "\\cvsection{Education}")
    first = theme("\n")
    ensure(xelatex, first)
    before = three_ways(tex, xelatex, first)
    second = theme("\n\\renewcommand\\cvsection[1]{\\par CHANGED #1\\par}\n")
    assert preload.find(xelatex, second) is None
    ensure(xelatex, second)
    after = three_ways(tex, xelatex, second)
    assert len({one.pdf for one in before}) == len({one.pdf for one in after}) == 1
    assert before[0].pdf != after[0].pdf


def test_a_theme_may_read_files_when_the_document_begins(theme, xelatex):
    """Even ones that nobody misses when they are not found."""
    made = theme("\n\\AtBeginDocument{\\InputIfFileExists{size12.clo}{}{}\\settowidth\\parindent{\\ptsize}}\n")
    made = theme("\n\\AtBeginDocument{\\IfFileExists{article.cls}{\\def\\there{yes}}{\\def\\there{no}}}\n")
    ensure(xelatex, made)
    done = three_ways(TEX % ("mine", "\\there"), xelatex, made)
    assert [one.start for one in done] == ["stock", "preloaded", "waiting"]
    assert len({one.pdf for one in done}) == 1


MISFITS = {
    # TeX cannot dump a font that it has loaded by its file.
    "loads a font": "\n\\font\\mine=[EBGaramond-Regular.ttf]\n",
    "reads an option too early": "\n\\edef\\early{\\cvget{paper}}\\AtBeginDocument{\\cvfooter{\\early}{}{}}\n",
    "never ends as a format": "\n\\ifx\\dump\\relax\\else\\ifdefined\\cvgen@x\\fi\\fi\n\\let\\dump\\relax\n",
}


@pytest.mark.parametrize("kind", MISFITS)
def test_a_theme_that_makes_no_format_is_typeset_without(kind, theme, xelatex, caplog):
    """And that is not tried with each build."""
    made = theme(MISFITS[kind])
    tex = (TEX % ("mine", "x")).replace("theme=mine", "theme=mine,paper=letter")
    with caplog.at_level(logging.INFO):
        runs = []
        for _ in range(2):
            runs.append(engine.run(tex, engine=xelatex, runtime=made))
            preload.join()
    assert [one.start for one in runs] == ["stock", "stock"]
    assert len({one.pdf for one in runs}) == 1
    assert caplog.records == []
    assert preload.prepare(xelatex, made) is None
    assert not (preload.place(xelatex, made) / "cvgen.fmt").exists()


def test_a_format_is_made_behind_the_walls(theme, cache, xelatex, tmp_path, monkeypatch):
    """TeX in a theme writes to its own work folder only: not to the cache, and not to another theme's format."""
    seen, start = [], sandbox.start

    def watched(*given, **named):
        seen.append((given, named))
        return start(*given, **named)

    monkeypatch.setattr(sandbox, "start", watched)
    made = theme("\n% other\n")
    engine.run(TEX % ("mine", "x"), engine=xelatex, runtime=made, sandbox="required")
    preload.join()
    assert len(seen) == 3  # the document, the format, the proof
    assert any("-ini" in given[0] for given, _ in seen)
    for _, named in seen:
        assert named["writes"] == (named["folder"],)
        # In the cache only inside of what is being made: it has no name yet.
        inside = named["folder"].is_relative_to(cache)
        assert not inside or named["folder"].relative_to(cache).parts[0].startswith(".format-")
        assert named["mode"] == "required"
        assert not named["network"]


# -------------------------------------------------------------------------------------------- errors and walls


@pytest.mark.parametrize("body", ["fine\n\\nosuch", "\\cvsection{a", "x^2", "\\end{oops}"])
def test_an_error_is_reported_as_it_is_without(body, plain, xelatex):
    """The same words at the same line."""
    found = []
    origins = [(line, Span("ada.yaml", line, 1)) for line in range(1, 12)]
    for program, early in ((stock(xelatex), False), (xelatex, False), (xelatex, True)):
        waiting = engine.start_waiting(program, plain) if early else None
        with pytest.raises(TypesettingError) as caught:
            engine.run(TEX % ("plain", body), engine=program, runtime=plain, origins=origins, waiting=waiting)
        found.append(caught.value.diagnostics)
    assert found[0] == found[1] == found[2]
    assert preload.find(xelatex, plain) is not None


@pytest.mark.parametrize("early", [False, True])
def test_the_walls_stand_around_an_engine_with_a_format(early, plain, xelatex, tmp_path):
    secret = tmp_path / "secret"
    secret.write_text(SECRET, encoding="utf-8")
    for attack in ("input", "openin", "pipe", "shell", "fstream"):
        body = ATTACKS[attack][1]
        waiting = engine.start_waiting(xelatex, plain, sandbox="required") if early else None
        kept = tmp_path / attack
        try:
            done = engine.run(
                TEX % ("plain", body % secret),
                engine=xelatex,
                runtime=plain,
                sandbox="required",
                waiting=waiting,
                keep=kept,
            )
        except TypesettingError as problem:
            assert SECRET not in str([*problem.diagnostics])
        else:
            assert done.sandbox == "landlock, rlimits"
            assert not leaks(done, kept)
