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
from support.attacks import ATTACKS, SECRET, leaks
from support.damage import flip_bit
from support.engines import CV, dump_format, run_at, stock, tree_of
from support.outputs import OUTPUTS
from support.processes import processes_in
from support.themes import write_theme

from cvgen.diagnostics import Span
from cvgen.engine import start
from cvgen.engine.cached_folders import MANIFEST, discard_folder
from cvgen.engine.format_cache import find_format, format_folder, suits_format
from cvgen.engine.format_dump import KEPT_FORMATS
from cvgen.engine.prestart import Prestart
from cvgen.engine.run import run_engine
from cvgen.engine.tex_tree import prepare_tex_tree
from cvgen.errors import TypesettingError
from cvgen.options import TypesetOptions
from cvgen.pipeline import emit_profile


@pytest.fixture(scope="module")
def cache(tmp_path_factory):
    """A cache that tests may damage."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(autouse=True)
def own_cache(monkeypatch, cache):
    monkeypatch.setenv("CVGEN_CACHE_DIR", str(cache))


@pytest.fixture
def plain(xelatex):
    """A tree whose format is in the cache."""
    made = tree_of()
    dump_format(xelatex, made)
    return made


def three_ways(tex, engine, tree, users=None, **options):
    """Typeset without a format, with one, and with an engine that waits; return the only PDF that comes of it."""
    with Prestart() as prestart:
        assert prestart.start_for_theme(tree.theme, engine, users=users)
        done = (
            run_engine(tex, engine=stock(engine), tree=tree, **options),
            run_engine(tex, engine=engine, tree=tree, **options),
            run_engine(tex, engine=engine, tree=tree, prestart=prestart, **options),
        )
    assert [one.started_from for one in done] == ["stock", "format", "prestart"]
    assert {one.passes for one in done} == {2 if "\\cvpages" in tex else 1}
    (pdf,) = {one.pdf for one in done}
    return pdf


# ------------------------------------------------------------------------------------------------ the same bytes


def some(values, quick):
    """Return parameters of which all but a few are long."""
    return [pytest.param(*value, marks=[] if quick(*value) else pytest.mark.long) for value in values]


QUICK_OUTPUTS = {
    str(next(one for one in OUTPUTS[::2] if one.profile.stem == stem and one.engine == "xelatex"))
    for stem in ("photo", "names_of_the_world")
}


@pytest.mark.parametrize(
    "output",
    some([(one,) for one in OUTPUTS[::2] if one.engine == "xelatex"], lambda one: str(one) in QUICK_OUTPUTS),
    ids=str,
)
def test_every_profile_comes_out_the_same(output, xelatex):
    """Byte for byte, in every theme, with photos, other scripts, and page totals, which take two passes."""
    options = TypesetOptions(theme=output.theme, variant=output.variant)
    tex = emit_profile(output.profile, options).tex
    dump_format(xelatex, tex.tree)
    assert three_ways(tex.tex, xelatex, tex.tree, assets=tex.assets, origins=tex.origins)


def test_options_of_the_document_count(plain, xelatex):
    """The format was made with none."""
    tex = CV.replace("theme=%s", "theme=%s,paper=letter").replace("\n\\cvname", "\n\\cvset{font-size}{12}\n\\cvname")
    pdf = three_ways(tex % ("plain", "x"), xelatex, plain)
    assert pdf != run_engine(CV % ("plain", "x"), engine=xelatex, tree=plain).pdf


@pytest.mark.parametrize("begin", ["\\documentclass{article}", "\\documentclass[theme=awesome]{cvgen}", "% x"])
def test_other_documents_are_typeset_without(begin, plain, xelatex):
    """Another class, another theme, or a first line of another kind."""
    assert not suits_format(begin + (CV % ("plain", "x")).partition("\n")[2], plain)
    tex = "\\documentclass{article}\n\\begin{document}x\\end{document}\n"
    assert run_engine(tex, engine=xelatex, tree=plain).started_from == "stock"


# ------------------------------------------------------------------------------------------------------ damage


def change_json(path, change):
    data = json.loads(path.read_bytes())
    change(data)
    path.write_text(json.dumps(data), "utf-8")


def other_tex(sources):
    (name,) = [name for name in sources["files"] if name.endswith("xelatex.fmt")]
    sources["files"][name][1] -= 1


def replace(path, make):
    path.unlink() if path.is_file() else shutil.rmtree(path)
    make(path)


DAMAGES = {
    "the format is cut": lambda folder: os.truncate(folder / "cvgen.fmt", 1000),
    "the format is empty": lambda folder: os.truncate(folder / "cvgen.fmt", 0),
    "a bit is wrong": lambda folder: flip_bit(folder / "cvgen.fmt", 10_000_000),
    "the first bit is wrong": lambda folder: flip_bit(folder / "cvgen.fmt", 0),
    "the format is gone": lambda folder: (folder / "cvgen.fmt").unlink(),
    "the format is a folder": lambda folder: replace(folder / "cvgen.fmt", os.mkdir),
    "the format is a loop": lambda folder: replace(folder / "cvgen.fmt", lambda path: path.symlink_to(path)),
    "the format is another one": lambda folder: (folder / "cvgen.fmt").write_bytes(
        b"W2TX".ljust((folder / "cvgen.fmt").stat().st_size, b"\0")
    ),
    "settings are gone": lambda folder: (folder / "texmf.cnf").unlink(),
    "settings are wrong": lambda folder: flip_bit(folder / "texmf.cnf", 3),
    "a glyph list is wrong": lambda folder: flip_bit(folder / "glyphlist.txt", 40_000),
    "the manifest is gone": lambda folder: (folder / MANIFEST).unlink(),
    "the manifest is garbage": lambda folder: (folder / MANIFEST).write_bytes(b"\xff{"),
    "the manifest is a list": lambda folder: (folder / MANIFEST).write_bytes(b"[]"),
    "the manifest is empty": lambda folder: (
        (folder / MANIFEST).write_bytes(b"{}"),
        flip_bit(folder / "cvgen.fmt", 9),
    ),
    "a digest is wrong": lambda folder: change_json(
        folder / MANIFEST, lambda files: files["cvgen.fmt"].__setitem__(1, "0" * 64)
    ),
    "the sources are garbage": lambda folder: (folder / "sources.json").write_bytes(b"[{}]"),
    "tex was updated": lambda folder: change_json(folder / "sources.json", other_tex),
    "all files are gone": lambda folder: replace(folder, os.mkdir),
    "the folder is gone": shutil.rmtree,
    "a file is in the way": lambda folder: replace(folder, lambda path: path.write_bytes(b"")),
}
QUICK = {"a bit is wrong", "tex was updated"}


@pytest.mark.parametrize(
    "kind", [pytest.param(kind, marks=[] if kind in QUICK else pytest.mark.long) for kind in DAMAGES]
)
@pytest.mark.parametrize("waits", [False, True], ids=["started", "waits"])
def test_a_damaged_format_costs_one_run_and_is_made_again(kind, waits, plain, xelatex, caplog):
    """In silence and in the same build, also where the damage comes while an engine waits that has loaded it."""
    tex = CV % ("plain", "Text.")
    good = run_engine(tex, engine=xelatex, tree=plain)
    assert good.started_from == "format"
    with Prestart() as prestart, caplog.at_level(logging.INFO):
        assert not waits or prestart.start_for_theme("plain", xelatex)
        DAMAGES[kind](format_folder(xelatex, plain))
        bad = run_engine(tex, engine=xelatex, tree=plain, prestart=prestart)
    assert (bad.started_from, bad.pdf, bad.passes) == ("stock", good.pdf, good.passes)
    assert caplog.records == []
    again = run_engine(tex, engine=xelatex, tree=plain)
    assert (again.started_from, again.pdf) == ("format", good.pdf)


@pytest.mark.long
def test_another_tex_has_another_format(tmp_path, xelatex):
    """An engine that was installed anew, under the same name."""
    program = tmp_path / "bin" / "xelatex"
    program.parent.mkdir()

    def install(banner):
        program.write_text(f'#!/bin/sh\n# {banner}\nexec {xelatex.program} "$@"\n', "utf-8")
        program.chmod(0o755)

    install("TeX Live 2022")
    other = dataclasses.replace(xelatex, program=str(program))
    tree = tree_of()
    assert dump_format(other, tree) != find_format(xelatex, tree)
    install("TeX Live 2023, the new one")
    assert find_format(other, tree) is None
    starts = [run_engine(CV % ("plain", "x"), engine=other, tree=tree).started_from for _ in range(2)]
    assert starts == ["stock", "format"]


# ------------------------------------------------------------------------------------------------- many at once


@pytest.mark.long
def test_many_processes_may_dump_one_at_once(tmp_path, xelatex, monkeypatch):
    """They give one PDF, one format, and leave nothing half made."""
    monkeypatch.setenv("CVGEN_CACHE_DIR", str(tmp_path / "cache"))
    tex, at = CV % ("plain", "Text."), time.time() + 3
    with ProcessPoolExecutor(6, mp_context=multiprocessing.get_context("spawn")) as pool:
        assert len({job.result() for job in [pool.submit(run_at, at, tex, "plain") for _ in range(6)]}) == 1
    assert find_format(xelatex, tree_of()) is not None
    kinds = sorted(path.name.partition("-")[0] for path in (tmp_path / "cache").iterdir())
    assert kinds == ["fonts", "format", "texmf", "tree"]


def test_only_the_newest_formats_are_kept(cache, plain, xelatex):
    """Each is 30 MB."""
    for folder in cache.glob("format-*"):
        discard_folder(folder)
    long_ago = time.time() - 3600
    for number in range(KEPT_FORMATS + 5):
        folder = cache / f"format-{number:016}"
        folder.mkdir()
        os.utime(folder, (long_ago, long_ago + number))
    discard_folder(format_folder(xelatex, plain))
    dump_format(xelatex, plain)
    left = sorted(path.name for path in cache.glob("format-00000000*"))
    assert len(left) <= KEPT_FORMATS
    assert left[-1] == f"format-{KEPT_FORMATS + 4:016}"
    for name in left:
        (cache / name).rmdir()


def test_a_cache_of_this_process_alone_gets_no_format(tmp_path, monkeypatch, xelatex):
    """There is no next process that it would be for."""
    (tmp_path / "file").write_bytes(b"")
    monkeypatch.setenv("CVGEN_CACHE_DIR", str(tmp_path / "file" / "cache"))
    tree = tree_of()
    assert run_engine(CV % ("plain", "x"), engine=xelatex, tree=tree).started_from == "stock"
    assert find_format(xelatex, tree) is None


def test_without_formats_none_is_used_and_none_is_made(cache, plain, xelatex):
    tex = CV % ("plain", "x")
    assert run_engine(tex, engine=xelatex, tree=plain, use_formats=False).started_from == "stock"
    discard_folder(format_folder(xelatex, plain))
    run_engine(tex, engine=xelatex, tree=plain, use_formats=False)
    assert find_format(xelatex, plain) is None


def test_a_failed_document_leaves_no_format_and_nothing_that_runs(cache, plain, xelatex):
    """The dump that ran beside it is ended."""
    discard_folder(format_folder(xelatex, plain))
    with pytest.raises(TypesettingError):
        run_engine(CV % ("plain", "\\nosuch"), engine=xelatex, tree=plain)
    assert find_format(xelatex, plain) is None
    assert not any(thread.name.startswith("cvgen-") for thread in threading.enumerate())
    assert list(cache.glob(".format*")) == []
    assert processes_in(cache) == []


# ------------------------------------------------------------------------------------------------ users' themes


@pytest.fixture
def theme(tmp_path):
    """Return a function that writes a user's theme: the plain one and more."""
    return lambda more: prepare_tex_tree(write_theme(tmp_path, "mine", f"\n{more}\n").parent)


@pytest.mark.long
def test_a_changed_theme_has_another_format(theme, xelatex, tmp_path):
    tex = CV % ("mine", "\\cvsection{Education}")
    first = theme("")
    dump_format(xelatex, first)
    before = three_ways(tex, xelatex, first, tmp_path / "cvgen" / "themes")
    second = theme("\\renewcommand\\cvsection[1]{\\par CHANGED #1\\par}")
    assert find_format(xelatex, second) is None
    dump_format(xelatex, second)
    assert three_ways(tex, xelatex, second, tmp_path / "cvgen" / "themes") != before


def test_a_theme_may_read_files_when_the_document_begins(theme, xelatex, tmp_path):
    """Even ones that are optional."""
    made = theme("\\AtBeginDocument{\\IfFileExists{article.cls}{\\def\\there{yes}}{\\def\\there{no}}}")
    dump_format(xelatex, made)
    assert three_ways(CV % ("mine", "\\there"), xelatex, made, tmp_path / "cvgen" / "themes")


MISFITS = {
    # TeX cannot dump a font that it has loaded by its file.
    "loads a font": "\\font\\mine=[EBGaramond-Regular.ttf]",
    "reads an option too early": "\\edef\\early{\\cvget{paper}}\\AtBeginDocument{\\cvfooter{\\early}{}{}}",
    "never ends as a format": "\\ifx\\dump\\relax\\else\\ifdefined\\cvgen@x\\fi\\fi\n\\let\\dump\\relax",
}


@pytest.mark.long
@pytest.mark.parametrize("kind", MISFITS)
def test_a_theme_that_makes_no_format_is_typeset_without(kind, theme, xelatex, caplog, monkeypatch):
    """And that is not tried with each build."""
    made = theme(MISFITS[kind])
    tex = (CV % ("mine", "x")).replace("theme=mine", "theme=mine,paper=letter")
    with caplog.at_level(logging.INFO):
        first = run_engine(tex, engine=xelatex, tree=made)
        folder = format_folder(xelatex, made)
        assert [path.name for path in folder.iterdir()] == ["sources.json"]
        noted = folder.stat().st_ino
        second = run_engine(tex, engine=xelatex, tree=made)
    assert (first.started_from, second.started_from, first.pdf == second.pdf) == ("stock", "stock", True)
    assert folder.stat().st_ino == noted
    assert caplog.records == []


def test_a_format_is_dumped_in_the_sandbox(theme, cache, xelatex, monkeypatch):
    """TeX in a theme writes to its own work folder only: not to the cache, and not to another theme's format."""
    seen, original = [], start.start_sandboxed

    def watched(command, **options):
        seen.append((command, options))
        return original(command, **options)

    monkeypatch.setattr(start, "start_sandboxed", watched)
    run_engine(CV % ("mine", "x"), engine=xelatex, tree=theme("% other"), sandbox="required")
    assert [("-ini" in command, "-fmt=cvgen" in command) for command, _ in seen] == [
        (True, False),
        (False, False),
        (False, True),  # the proof
    ]
    for _, options in seen:
        assert options["writes"] == (options["folder"],)
        # In the cache only inside of what is being made: it has no name yet.
        inside = options["folder"].is_relative_to(cache)
        assert not inside or options["folder"].relative_to(cache).parts[0].startswith(".format-")
        assert (options["mode"], options["network"]) == ("required", False)


# --------------------------------------------------------------------------------------------- errors and sandbox


@pytest.mark.long
@pytest.mark.parametrize("body", ["fine\n\\nosuch", "\\cvsection{a", "x^2", "\\end{oops}"])
def test_an_error_is_reported_as_it_is_without(body, plain, xelatex):
    """The same words at the same line; and the format, whose fault it is not, stays."""
    found = []
    origins = [(line, Span("ada.yaml", line, 1)) for line in range(1, 12)]
    for engine, waits in ((stock(xelatex), False), (xelatex, False), (xelatex, True)):
        with Prestart() as prestart, pytest.raises(TypesettingError) as caught:
            assert not waits or prestart.start_for_theme("plain", engine)
            run_engine(CV % ("plain", body), engine=engine, tree=plain, origins=origins, prestart=prestart)
        found.append(caught.value.diagnostics)
    assert found[0] == found[1] == found[2]
    assert find_format(xelatex, plain) is not None


@pytest.mark.long
@pytest.mark.parametrize("waits", [False, True], ids=["started", "waits"])
@pytest.mark.parametrize("attack", ["input", "openin", "pipe", "shell", "fstream"])
def test_an_engine_with_a_format_is_in_the_sandbox_too(attack, waits, plain, xelatex, tmp_path):
    secret = tmp_path / "secret"
    secret.write_text(SECRET, encoding="utf-8")
    tex = CV % ("plain", ATTACKS[attack][1] % secret)
    with Prestart() as prestart:
        assert not waits or prestart.start_for_theme("plain", xelatex, "required")
        try:
            done = run_engine(tex, engine=xelatex, tree=plain, sandbox="required", prestart=prestart)
        except TypesettingError as problem:
            assert SECRET not in str([*problem.diagnostics])
        else:
            assert done.sandbox == "landlock, rlimits"
            assert not leaks(done)
