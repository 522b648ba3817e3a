"""One document typeset: by real engines, and by a fake one that fails in every way."""

import io
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import font_source_sans_pro
import pytest
from pypdf import PdfReader
from support.engines import ARTICLE, fake, installed, make_tree, pretend, text_of
from support.processes import is_gone, wait_for

from cvgen.diagnostics import Span
from cvgen.engine import sandbox
from cvgen.engine.run import run_engine
from cvgen.errors import EngineTimeoutError, OutputError, TypesettingError

LINUX = sys.platform == "linux"
TESTS = Path(__file__).parents[1]
CLASS = b"\\ProvidesClass{cvgen}\\LoadClass{article}\\nofiles\n"
FONT = Path(font_source_sans_pro.__file__).parent / "files" / "SourceSansPro-Regular.otf"


# ------------------------------------------------------------------------------------------- real engines


def test_an_engine_sets_a_document_inside_the_sandbox(real, tree, work):
    """And leaves nothing in the temporary folder."""
    done = run_engine(ARTICLE % "Hello", engine=real, tree=tree)
    assert "Hello" in text_of(done.pdf)
    assert (done.passes, done.engine, done.settled, done.started_from) == (1, real.name, True, "stock")
    if LINUX:
        assert done.sandbox == ("landlock, rlimits" if sandbox.landlock_version() else "rlimits")
    assert list(work.iterdir()) == []


def test_class_and_fonts_are_found_wherever_the_cache_is(real, tmp_path):
    """Also below a hidden folder whose name has signs that shells and TeX know."""
    tree = make_tree(tmp_path / "a b%c~é'ü" / ".hidden", {"cvgen.cls": CLASS}, {"Plain.otf": FONT.read_bytes()})
    body = "\\documentclass{cvgen}\\begin{document}\\font\\x=[Plain.otf] \\x Zażółć\\end{document}"
    done = run_engine(body, engine=real, tree=tree)
    assert "Zażółć" in text_of(done.pdf)
    fonts = PdfReader(io.BytesIO(done.pdf)).pages[0]["/Resources"]["/Font"].values()
    assert any("SourceSansPro" in font.get_object()["/BaseFont"] for font in fonts)


@pytest.mark.long
def test_a_second_pass_settles_references_and_files_of_the_first(real, tree):
    """The first pass leaves no trace of having looked for a file that was not there."""
    body = "\\def\\total{unknown}\\InputIfFileExists{x.tot}{}{}total: \\total."
    body += "\\newwrite\\f\\immediate\\openout\\f=x.tot "
    body += "\\immediate\\write\\f{\\gdef\\string\\total{seven}}\\immediate\\closeout\\f"
    references = "see page \\pageref{x}\\newpage\\label{x}end"
    for tex, words in (
        (ARTICLE % body, "total: seven"),
        ((ARTICLE % references).replace("\\nofiles\n", ""), "page 2"),
    ):
        done = run_engine(tex, engine=real, tree=tree)
        assert words in text_of(done.pdf)
        assert done.passes == 2


def test_xelatex_gives_the_same_bytes_on_any_path_and_in_any_time_zone(tree, work, tmp_path, monkeypatch):
    """Its clock stands still: an engine that waits could not learn the time later."""
    first = run_engine(ARTICLE % "\\today", engine=installed("xelatex"), tree=tree)
    monkeypatch.setenv("TZ", "Pacific/Kiritimati")
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "elsewhere"))
    second = run_engine(ARTICLE % "\\today", engine=installed("xelatex"), tree=tree)
    assert first.pdf == second.pdf
    assert "January 1, 1970" in text_of(first.pdf)


def test_files_beside_the_profile_have_no_effect(real, tree, tmp_path, monkeypatch):
    """Nor have settings of TeX in the user's environment."""
    beside = tmp_path / "profile"
    beside.mkdir()
    for name in ("article.cls", "hyperref.cfg", "size10.clo", "cv.tex", "cv.aux"):
        (beside / name).write_text("\\errmessage{read from beside the profile}", encoding="utf-8")
    (beside / "texmf.cnf").write_text("openin_any = a\nshell_escape = t\n", encoding="utf-8")
    monkeypatch.chdir(beside)
    for name in ("TEXMFCNF", "TEXINPUTS", "TEXMFHOME"):
        monkeypatch.setenv(name, str(beside))
    assert "Hello" in text_of(run_engine(ARTICLE % "Hello", engine=real, tree=tree).pdf)


def test_a_tex_error_points_at_its_yaml_line(real, tree, tmp_path):
    """And the log is kept where it was asked for, and named."""
    kept = tmp_path / "folder" / "cv.log"
    place = Span("ada.yaml", 14, 3)
    origins = [(1, Span("ada.yaml")), (4, place)]
    with pytest.raises(TypesettingError) as caught:
        run_engine(ARTICLE % "\\nosuch", engine=real, tree=tree, origins=origins, keep_log=kept)
    (only,) = caught.value.diagnostics
    assert (only.code, only.span, only.message) == ("tex-undefined", place, "`\\nosuch` is not defined")
    assert any(str(kept) in hint for hint in only.hints)
    assert "Undefined control sequence" in kept.read_text(encoding="utf-8")


def test_assets_stand_beside_the_document(real, tree):
    assets = {"more.tex": b"from the asset"}
    done = run_engine(ARTICLE % "\\input{more.tex}", engine=real, tree=tree, assets=assets)
    assert "from the asset" in text_of(done.pdf)


def test_builds_in_many_threads_do_not_meet(tree):
    """And neither the folder nor the environment nor the signal handlers of the process are touched."""
    before = (Path.cwd(), dict(os.environ), signal.getsignal(signal.SIGINT))
    xelatex = installed("xelatex")
    with ThreadPoolExecutor(6) as pool:
        done = list(pool.map(lambda n: run_engine(ARTICLE % f"CV {n}.", engine=xelatex, tree=tree), range(6)))
    assert [f"CV {number}." in text_of(one.pdf) for number, one in enumerate(done)] == [True] * 6
    assert before == (Path.cwd(), dict(os.environ), signal.getsignal(signal.SIGINT))


# -------------------------------------------------------------------------------------------------- faults


@pytest.mark.parametrize(
    ("act", "words"),
    [
        ("crash", "ended by signal 11"),
        ("exit 3", "ended with exit code 3"),
        ("no-pdf", "wrote no PDF"),
        ("empty-pdf", "wrote no PDF"),
        ("half-pdf", "wrote half a PDF"),
        ("stale-pdf", "wrote no PDF"),
        ("error-in-log", "`\\\\nosuch` is not defined"),
        ("grow", "grew without end"),
    ],
)
def test_a_failed_engine_is_an_error_whatever_its_exit_code(act, words, tree, work):
    with pytest.raises(TypesettingError, match=words) as caught:
        pretend(act, tree)
    assert not isinstance(caught.value, EngineTimeoutError)
    assert list(work.iterdir()) == []


@pytest.mark.parametrize("act", ["link-pdf", "pipe-pdf"])
def test_a_pdf_that_is_a_link_or_a_pipe_is_not_opened(act, tree, tmp_path):
    """The sandbox does not let an engine make them, but not every system has one."""
    (tmp_path / "other.pdf").write_bytes(b"%PDF-1.5\n%%EOF\n")
    with pytest.raises(TypesettingError, match="wrote no PDF"):
        pretend(f"{act} {tmp_path / 'other.pdf'}", tree, sandbox="off")


def test_a_garbled_log_is_no_failure(tree):
    assert "\ufffd" in pretend("garbage-log", tree).log


@pytest.mark.long
def test_of_an_endless_log_both_ends_are_kept(tree):
    log = pretend("huge-log", tree).log
    assert len(log) < 4 << 20
    assert log.startswith("first line")
    assert log.endswith("last line\n")


def test_an_engine_that_writes_a_gigabyte_of_messages_fills_no_memory(tree):
    import resource

    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    pretend("talk", tree)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 50_000  # kB


@pytest.mark.long
def test_an_engine_has_its_time_again_as_long_as_it_prepares_fonts(tree, work):
    """They are prepared once, for all documents; one that hangs after that, or finds them there, is stopped."""
    engine = fake(keeps=True)
    assert pretend("prepare 6", tree, engine=engine, timeout=2.0).passes == 1
    for act in ("prepare-and-hang 6", "prepare-and-hang 8"):  # two of which are new
        with pytest.raises(EngineTimeoutError):
            pretend(act, tree, engine=engine, timeout=2.0)
    assert list(work.iterdir()) == []


@pytest.mark.long
def test_an_engine_that_hangs_is_stopped(real, tree, work):
    """Nothing of it stays."""
    with pytest.raises(EngineTimeoutError):
        run_engine(ARTICLE % "\\def\\x{\\x}\\x", engine=real, tree=tree, timeout=2)
    with pytest.raises(EngineTimeoutError):
        pretend("hang", tree, timeout=0.5)
    assert list(work.iterdir()) == []


@pytest.mark.parametrize(("act", "timeout"), [("hang-with-child", 1.0), ("leave-child", 30.0)])
def test_no_child_of_an_engine_outlives_it(act, timeout, tree, tmp_path):
    """Neither when it is stopped nor when it ends by itself."""
    witness = tmp_path / "pid"
    options = {"timeout": timeout, "sandbox": "off"}
    if act == "leave-child":
        pretend(f"{act} {witness}", tree, **options)
    else:
        with pytest.raises(EngineTimeoutError):
            pretend(f"{act} {witness}", tree, **options)
    assert is_gone(int(witness.read_text(encoding="ascii")))


SCRIPT = """
import signal, sys, tempfile
signal.signal(signal.SIGINT, signal.default_int_handler)  # a runner in the background may have it ignored
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from support.engines import make_tree, pretend
tempfile.tempdir = sys.argv[2]
try:
    pretend("witness " + sys.argv[3], make_tree(Path(sys.argv[4])), sandbox="off")
except KeyboardInterrupt:
    sys.exit(130)
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_no_engine_outlives_an_interrupted_or_killed_build(number, work, tmp_path):
    """An interrupt also removes the work folder."""
    witness = tmp_path / "pid"
    command = [sys.executable, "-c", SCRIPT, TESTS, work, witness, tmp_path / "tree"]
    with subprocess.Popen(command) as build:
        wait_for(lambda: witness.exists() and witness.read_text(encoding="ascii"))
        build.send_signal(number)
        code = build.wait(30)
    assert is_gone(int(witness.read_text(encoding="ascii")))
    if number == signal.SIGINT:
        assert code == 130
        assert list(work.iterdir()) == []


@pytest.mark.parametrize(("times", "passes", "settled"), [(1, 2, True), (3, 4, True), (9, 4, False)])
def test_passes_end_when_nothing_changes_and_at_four(times, passes, settled, tree):
    done = pretend(f"rerun {times}", tree)
    assert (done.passes, done.settled) == (passes, settled)


def test_an_engine_that_repeats_by_itself_is_run_once(tree):
    assert pretend("rerun 3", tree, engine=fake(own_passes=True)).passes == 1


def test_an_engine_without_search_paths_finds_our_files_in_its_folder(tmp_path):
    """As links, which leave its own files alone."""
    tree = make_tree(tmp_path, {"cvgen.cls": b"class", "cv.tex": b"not the document"}, {"Sans.otf": b"font"})
    listed = pretend("list", tree, engine=fake(links=True)).log.splitlines()
    assert {"cvgen.cls class", "Sans.otf font", "cv.tex % fake: list"} <= {*listed}
    assert pretend("list", tree).log.splitlines() == ["cv.tex % fake: list"]


def test_the_engine_sees_an_environment_built_from_nothing(tree, monkeypatch):
    """No secret of the user's, no program for a font that is missing, and no question to the terminal."""
    monkeypatch.setenv("CVGEN_TOKEN", "secret")
    monkeypatch.setenv("LD_PRELOAD", "")
    seen = dict(line.split("=", 1) for line in pretend("environment", tree).log.splitlines())
    assert "CVGEN_TOKEN" not in seen
    assert "LD_PRELOAD" not in seen
    assert (seen["SOURCE_DATE_EPOCH"], seen["FORCE_SOURCE_DATE"], seen["TZ"]) == ("0", "1", "UTC")
    assert (seen["openin_any"], seen["openout_any"], seen["TEXMFHOME"]) == ("p", "p", "/nonexistent")
    assert {seen[f"MKTEX{kind}"] for kind in ("TFM", "PK", "MF", "TEX", "FMT")} == {"0"}
    assert seen["TEXINPUTS"] == f".:{tree.folder}:{tree.fonts}:"
    assert Path(seen["HOME"]).name.startswith("cvgen-")
    assert pretend("read-input", tree).log == "0 bytes"


@pytest.mark.parametrize("name", ["", "a/b", "../x", ".latexmkrc", "-x", "a b", "x\n", "a.b.c", "é.png", "x" * 200])
def test_an_asset_needs_a_plain_name(name, tree):
    with pytest.raises(ValueError, match="plain file name"):
        pretend("succeed", tree, assets={name: b""})


def test_without_a_place_to_work_the_build_says_so(tree, tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "missing"))
    with pytest.raises(OutputError, match="no work folder"):
        pretend("succeed", tree)


def test_an_empty_pdf_on_a_full_disk_is_blamed_on_the_disk(tree, monkeypatch):
    """XeTeX ends there with exit code 0."""
    monkeypatch.setattr(shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(10, 10, 0))
    with pytest.raises(OutputError, match="disk is full"):
        pretend("empty-pdf", tree)


def test_only_the_engine_is_restricted(tree):
    """The calling thread, and threads that it starts later, read what they could before."""
    pretend("succeed", tree)
    found = []
    thread = threading.Thread(target=lambda: found.append(Path("/etc/passwd").read_bytes()))
    thread.start()
    thread.join()
    assert found == [Path("/etc/passwd").read_bytes()]
    if LINUX:
        assert "NoNewPrivs:\t0" in Path("/proc/self/status").read_text(encoding="utf-8")
