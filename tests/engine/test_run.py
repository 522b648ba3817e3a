"""Running engines: real ones for what they do right, and fake_engine.py for everything that can go wrong."""

import dataclasses
import io
import itertools
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from pypdf import PdfReader

from cvgen.diagnostics import Span
from cvgen.engine import engines, sandbox
from cvgen.engine import passes as job
from cvgen.engine import run as engine
from cvgen.engine.engines import Engine
from cvgen.engine.tex_tree import Runtime
from cvgen.errors import EngineMissingError, EngineTimeoutError, OutputError, TypesettingError, UsageError

FAKE = Path(__file__).with_name("fake_engine.py")
LINUX = sys.platform == "linux"
DOCUMENT = "\\documentclass{article}\n\\nofiles\n\\begin{document}\n%s\n\\end{document}\n"


@pytest.fixture
def work(tmp_path, monkeypatch):
    """The folder in which work folders are made, for this test alone."""
    folder = tmp_path / "work"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


@pytest.fixture
def runtime(tmp_path):
    folders = [tmp_path / name for name in ("class", "fonts", "var")]
    for folder in folders:
        folder.mkdir()
    return Runtime(*folders, digest="")


@pytest.fixture(params=["xelatex", "lualatex"])
def real(request):
    return installed(request.param)


def installed(name):
    if shutil.which(name) is None:
        pytest.fail(f"{name} is not installed; these tests need it")
    return engines.find(name)


def fake(*, name="fake", **fields):
    reads = (sys.prefix, sys.base_prefix, str(FAKE.parent))
    return Engine(name, sys.executable, lambda job: ("-I", "-S", str(FAKE), f"{job}.tex"), reads=reads, **fields)


def pretend(act, runtime, **options):
    return engine.run(f"% fake: {act}\n", engine=options.pop("engine", fake()), runtime=runtime, **options)


def text_of(pdf):
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)


def gone(pid, seconds=5.0):
    """Tell whether a process ends within some seconds; a zombie that waits for init has ended."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        try:
            state = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]
        except OSError:
            return True
        if state in "ZX":
            return True
        time.sleep(0.02)
    return False


# ------------------------------------------------------------------------------------------- real engines


def test_an_engine_sets_a_document_inside_the_sandbox(real, runtime, work):
    done = engine.run(DOCUMENT % "Hello", engine=real, runtime=runtime)
    assert "Hello" in text_of(done.pdf)
    assert (done.passes, done.engine, done.settled) == (1, real.name, True)
    if LINUX:
        assert done.sandbox == ("landlock, rlimits" if sandbox.landlock_version() else "rlimits")
    assert list(work.iterdir()) == []


def test_the_class_and_fonts_of_the_runtime_are_found(real, runtime):
    (runtime.folder / "cvgen.cls").write_text(
        "\\ProvidesClass{cvgen}\\LoadClass{article}\\nofiles\n", encoding="utf-8"
    )
    import font_source_sans_pro

    font = Path(font_source_sans_pro.__file__).parent / "files" / "SourceSansPro-Regular.otf"
    (runtime.fonts / "Plain.otf").symlink_to(font)
    body = "\\documentclass{cvgen}\\begin{document}\\font\\x=[Plain.otf] \\x Zażółć\\end{document}"
    done = engine.run(body, engine=real, runtime=runtime)
    assert "Zażółć" in text_of(done.pdf)
    fonts = PdfReader(io.BytesIO(done.pdf)).pages[0]["/Resources"]["/Font"].values()
    assert any("SourceSansPro" in font.get_object()["/BaseFont"] for font in fonts)


def test_a_runtime_may_lie_at_an_odd_path(real, tmp_path):
    folders = [tmp_path / "a b%c~é'ü" / ".hidden" / name for name in ("class", "fonts", "var")]
    for folder in folders:
        folder.mkdir(parents=True)
    (folders[0] / "cvgen.cls").write_text("\\ProvidesClass{cvgen}\\LoadClass{article}\\nofiles\n", encoding="utf-8")
    tex = "\\documentclass{cvgen}\\begin{document}Found\\end{document}"
    assert "Found" in text_of(engine.run(tex, engine=real, runtime=Runtime(*folders, digest="")).pdf)


def test_references_settle_by_themselves(real, runtime):
    tex = "\\documentclass{article}\\begin{document}see page \\pageref{x}\\newpage\\label{x}end\\end{document}"
    done = engine.run(tex, engine=real, runtime=runtime)
    assert "see page 2" in text_of(done.pdf)
    assert done.passes == 2


def test_a_file_that_only_the_next_pass_reads_is_noticed(real, runtime):
    """The first pass leaves no trace of having looked for a file that was not there."""
    body = "\\def\\total{unknown}\\InputIfFileExists{x.tot}{}{}total: \\total."
    body += "\\newwrite\\f\\immediate\\openout\\f=x.tot "
    body += "\\immediate\\write\\f{\\gdef\\string\\total{seven}}\\immediate\\closeout\\f"
    done = engine.run(DOCUMENT % body, engine=real, runtime=runtime)
    assert "total: seven" in text_of(done.pdf)


def test_xelatex_gives_the_same_bytes_on_any_path_and_in_any_time_zone(runtime, work, tmp_path, monkeypatch):
    first = engine.run(DOCUMENT % "\\today", engine=installed("xelatex"), runtime=runtime, epoch=86400)
    monkeypatch.setenv("TZ", "Pacific/Kiritimati")
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "elsewhere"))
    second = engine.run(DOCUMENT % "\\today", engine=installed("xelatex"), runtime=runtime, epoch=86400)
    assert first.pdf == second.pdf
    assert "January 2, 1970" in text_of(first.pdf)


def test_tex_knows_the_day(real, runtime):
    """The engine's own clock stands still: an engine that waits cannot be told the time later."""
    body = DOCUMENT % "\\number\\year/\\number\\month/\\number\\day"
    assert "1970/1/1" in text_of(engine.run(body, engine=real, runtime=runtime).pdf)
    assert "2023/11/14" in text_of(engine.run(body, engine=real, runtime=runtime, epoch=1_700_000_000).pdf)


def test_files_beside_the_profile_have_no_effect(real, runtime, tmp_path, monkeypatch):
    beside = tmp_path / "profile"
    beside.mkdir()
    for name in ("article.cls", "hyperref.cfg", "size10.clo", "cv.tex", "cv.aux"):
        (beside / name).write_text("\\errmessage{read from beside the profile}", encoding="utf-8")
    (beside / "texmf.cnf").write_text("openin_any = a\nshell_escape = t\n", encoding="utf-8")
    monkeypatch.chdir(beside)
    monkeypatch.setenv("TEXMFCNF", str(beside))
    monkeypatch.setenv("TEXINPUTS", str(beside))
    monkeypatch.setenv("TEXMFHOME", str(beside))
    assert "Hello" in text_of(engine.run(DOCUMENT % "Hello", engine=real, runtime=runtime).pdf)


def test_a_tex_error_points_at_its_yaml_line(real, runtime, tmp_path):
    """And the log is kept where it was asked for, and named."""
    kept = tmp_path / "cv.log"
    place = Span("ada.yaml", 14, 3)
    with pytest.raises(TypesettingError) as caught:
        engine.run(
            DOCUMENT % "\\nosuch",
            engine=real,
            runtime=runtime,
            origins=[(1, Span("ada.yaml")), (4, place)],
            keep_log=kept,
        )
    (only,) = caught.value.diagnostics
    assert (only.code, only.span, only.message) == ("tex-undefined", place, "`\\nosuch` is not defined")
    assert any(str(kept) in hint for hint in only.hints)
    assert "Undefined control sequence" in kept.read_text(encoding="utf-8")


def test_assets_stand_beside_the_document(real, runtime):
    tex = DOCUMENT % "\\input{more.tex}"
    assert "from the asset" in text_of(
        engine.run(tex, engine=real, runtime=runtime, assets={"more.tex": b"from the asset"}).pdf
    )


def test_a_missing_font_starts_no_other_program(runtime, tmp_path):
    """kpathsea would run Metafont for it, and leave missfont.log behind."""
    with pytest.raises(TypesettingError, match="nosuchfont"):
        engine.run(
            DOCUMENT % "\\font\\x=nosuchfont \\x",
            engine=installed("xelatex"),
            runtime=runtime,
            keep=tmp_path / "kept",
        )
    assert (tmp_path / "kept" / "cv.log").is_file()
    assert not (tmp_path / "kept" / "missfont.log").exists()


def test_builds_in_many_threads_do_not_meet(runtime):
    """And neither the folder nor the environment of the process is touched."""
    before = (Path.cwd(), dict(os.environ), signal.getsignal(signal.SIGINT))
    xelatex = installed("xelatex")
    with ThreadPoolExecutor(6) as pool:
        done = list(pool.map(lambda n: engine.run(DOCUMENT % f"CV {n}.", engine=xelatex, runtime=runtime), range(6)))
    assert [f"CV {number}." in text_of(one.pdf) for number, one in enumerate(done)] == [True] * 6
    assert before == (Path.cwd(), dict(os.environ), signal.getsignal(signal.SIGINT))


def test_the_banner_names_the_engine(real):
    assert "TeX" in engines.version(real)
    assert "\n" not in engines.version(real)


# --------------------------------------------------------------------------------------------- hostile text

SECRET = "xyzzyplugh4711"
ATTACKS = {
    "input": ("both", "\\input{%s}"),
    "openin": ("both", "\\newread\\r\\openin\\r=%s \\read\\r to\\l \\message{\\l}\\l"),
    "pipe": ("both", '\\input{|"cat %s"}'),
    "shell": ("both", "\\immediate\\write18{cat %s > cv.out}\\IfFileExists{cv.out}{\\input{cv.out}}{}"),
    "fstream": ("xelatex", "x\\special{pdf:fstream @x (%s)}\\special{pdf:put @catalog << /X @x >>}"),
    "lua": ("lualatex", "x\\directlua{local f=io.open('%s') if f then tex.sprint(f:read('a')) end}"),
    "lua-environment": ("lualatex", "x\\directlua{tex.sprint(os.getenv('CVGEN_SECRET') or '')}"),
}


def leaks(done, kept):
    """Tell whether the secret is anywhere in what a run left: text, any stream of the PDF, log, any file."""
    streams = []
    for number in range(1, 200):
        try:
            streams.append(PdfReader(io.BytesIO(done.pdf)).get_object(number).get_data())
        except Exception:  # most objects are no streams
            continue
    files = [path.read_bytes() for path in kept.iterdir() if path.name != "cv.tex"]
    return SECRET in text_of(done.pdf) or any(SECRET.encode() in one for one in (*streams, *files, done.log.encode()))


@pytest.mark.parametrize(
    ("name", "attack"),
    [
        (name, attack)
        for attack, (who, _) in ATTACKS.items()
        for name in ("xelatex", "lualatex")
        if who in ("both", name)
    ],
)
def test_hostile_tex_cannot_read_a_foreign_file(name, attack, runtime, tmp_path, monkeypatch):
    """Escaping comes first; this is what holds if it fails."""
    secret = tmp_path / "secret"
    secret.write_text(SECRET, encoding="utf-8")
    monkeypatch.setenv("CVGEN_SECRET", SECRET)
    body = ATTACKS[attack][1]
    tex = DOCUMENT % (body % secret if "%s" in body else body)
    kept = tmp_path / "kept"
    try:
        done = engine.run(tex, engine=installed(name), runtime=runtime, keep=kept, sandbox="auto")
    except TypesettingError as problem:
        assert SECRET not in str([*problem.diagnostics])
        assert not any(SECRET.encode() in path.read_bytes() for path in kept.iterdir() if path.name != "cv.tex")
    else:
        assert not leaks(done, kept)


@pytest.mark.parametrize(("name", "attack"), [("xelatex", "fstream"), ("lualatex", "lua")])
def test_it_is_the_sandbox_that_stops_them(name, attack, runtime, tmp_path):
    """Without it the two attacks that TeX's own settings do not stop succeed: the tests above prove something."""
    if not sandbox.landlock_version():
        pytest.fail("this kernel has no Landlock; these tests need it")
    secret = tmp_path / "secret"
    secret.write_text(SECRET, encoding="utf-8")
    tex = DOCUMENT % (ATTACKS[attack][1] % secret)
    assert leaks(
        engine.run(tex, engine=installed(name), runtime=runtime, keep=tmp_path / "off", sandbox="off"),
        tmp_path / "off",
    )
    # The PDF program fails at a file that it may not read, or leaves it out; Lua's io.open returns nil.
    try:
        done = engine.run(tex, engine=installed(name), runtime=runtime, keep=tmp_path / "on", sandbox="required")
    except TypesettingError:
        return
    assert not leaks(done, tmp_path / "on")


@pytest.mark.parametrize("mode", ["off", "required"])
def test_a_link_in_the_work_folder_leads_nowhere(mode, runtime, tmp_path):
    """Only under the sandbox: TeX itself follows it."""
    secret = tmp_path / "secret"
    secret.write_text(SECRET, encoding="utf-8")
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "more.tex").symlink_to(secret)
    (folder / "cv.tex").write_text(DOCUMENT % "\\input{more}\\message{\\meaning\\x}", encoding="utf-8")
    xelatex = installed("xelatex")
    environment = {"PATH": "/usr/bin:/bin", "HOME": str(folder), **runtime.environment()}
    command = (xelatex.program, "-interaction=nonstopmode", "-halt-on-error", "cv.tex")
    with sandbox.start(command, folder=folder, environment=environment, writes=[folder], mode=mode) as child:
        code = child.wait(60)
    assert (code == 0) is (mode == "off")


def test_hostile_lua_cannot_write_outside_and_not_call_home(runtime, tmp_path):
    target = tmp_path / "planted"
    lua = f"local f=io.open('{target}','w') if f then f:write('x') f:close() end os.execute('touch {target}')"
    engine.run(DOCUMENT % f"x\\directlua{{{lua}}}", engine=installed("lualatex"), runtime=runtime, sandbox="required")
    assert not target.exists()


def test_only_the_engine_is_restricted(runtime):
    """The calling thread, and threads that it starts later, read what they could before."""
    pretend("succeed", runtime)
    found = []
    thread = threading.Thread(target=lambda: found.append(Path("/etc/passwd").read_bytes()))
    thread.start()
    thread.join()
    assert found
    assert Path("/etc/passwd").read_bytes() == found[0]
    if LINUX:
        assert "NoNewPrivs:\t0" in Path("/proc/self/status").read_text(encoding="utf-8")


def test_a_required_sandbox_fails_closed(runtime, monkeypatch):
    monkeypatch.setattr(sandbox, "landlock_version", lambda: 0)
    with pytest.raises(TypesettingError, match="sandbox is required"):
        pretend("succeed", runtime, sandbox="required")


def test_an_automatic_sandbox_uses_what_there_is(runtime, monkeypatch):
    monkeypatch.setattr(sandbox, "landlock_version", lambda: 0)
    assert pretend("succeed", runtime).sandbox == ("rlimits" if LINUX else "none")
    assert pretend("succeed", runtime, sandbox="off").sandbox == "none"


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
def test_a_failed_engine_is_an_error_whatever_its_exit_code(act, words, runtime, work):
    with pytest.raises(TypesettingError, match=words) as caught:
        pretend(act, runtime)
    assert not isinstance(caught.value, EngineTimeoutError)
    assert list(work.iterdir()) == []


@pytest.mark.parametrize("act", ["link-pdf", "pipe-pdf"])
def test_a_pdf_that_is_a_link_or_a_pipe_is_not_opened(act, runtime, tmp_path):
    """The sandbox does not let an engine make them, but not every system has one."""
    (tmp_path / "other.pdf").write_bytes(b"%PDF-1.5\n%%EOF\n")
    with pytest.raises(TypesettingError, match="wrote no PDF"):
        pretend(f"{act} {tmp_path / 'other.pdf'}", runtime, sandbox="off")


def test_endless_tex_is_stopped_in_time(real, runtime, work):
    with pytest.raises(EngineTimeoutError):
        engine.run(DOCUMENT % "\\def\\x{\\x}\\x", engine=real, runtime=runtime, timeout=2)
    assert list(work.iterdir()) == []


def test_a_garbled_log_is_no_failure(runtime):
    assert "\ufffd" in pretend("garbage-log", runtime).log


def test_of_an_endless_log_both_ends_are_kept(runtime):
    log = pretend("huge-log", runtime).log
    assert len(log) < 4 << 20
    assert log.startswith("first line")
    assert log.endswith("last line\n")


def test_an_engine_that_writes_a_gigabyte_of_messages_fills_no_memory(runtime):
    import resource

    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    pretend("talk", runtime)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 50_000  # kB


@pytest.fixture
def fresh(runtime, tmp_path):
    """A runtime in which no engine has kept anything."""
    (tmp_path / "fresh").mkdir()
    return dataclasses.replace(runtime, var=tmp_path / "fresh")


def test_fonts_that_are_new_are_waited_for(fresh, work):
    """They are prepared once, for all documents: as long as there are more of them the engine has its time again."""
    engine = fake(keeps=True)
    assert pretend("prepare 5", fresh, engine=engine, timeout=1.5).passes == 1
    begin = time.monotonic()
    with pytest.raises(EngineTimeoutError):  # now they are there
        pretend("prepare-and-hang 5", fresh, engine=engine, timeout=1.5)
    assert time.monotonic() - begin < 4


def test_an_engine_that_hangs_after_new_fonts_is_stopped(fresh, work):
    begin = time.monotonic()
    with pytest.raises(EngineTimeoutError):
        pretend("prepare-and-hang 3", fresh, engine=fake(keeps=True), timeout=1.5)
    assert time.monotonic() - begin < 9
    assert list(work.iterdir()) == []


def test_an_engine_that_hangs_is_stopped_in_time(runtime, work):
    begin = time.monotonic()
    with pytest.raises(EngineTimeoutError):
        pretend("hang", runtime, timeout=0.5)
    assert time.monotonic() - begin < 5
    assert list(work.iterdir()) == []


@pytest.mark.parametrize(("act", "timeout"), [("hang-with-child", 1.0), ("leave-child", 30.0)])
def test_no_child_of_an_engine_outlives_it(act, timeout, runtime, tmp_path):
    """Neither when it is stopped nor when it ends by itself."""
    witness = tmp_path / "pid"
    options = {"timeout": timeout, "sandbox": "off"}
    if act == "leave-child":
        pretend(f"{act} {witness}", runtime, **options)
    else:
        with pytest.raises(EngineTimeoutError):
            pretend(f"{act} {witness}", runtime, **options)
    assert gone(int(witness.read_text(encoding="ascii")))


SCRIPT = """
import signal, sys, tempfile
signal.signal(signal.SIGINT, signal.default_int_handler)  # a runner in the background may have it ignored
from pathlib import Path
sys.path.insert(0, {tests!r})
import test_engine
from cvgen.engine.tex_tree import Runtime
tempfile.tempdir = {work!r}
runtime = Runtime(*(Path(p) for p in {folders!r}), digest="")
try:
    test_engine.pretend("witness {witness}", runtime, sandbox="off")
except KeyboardInterrupt:
    sys.exit(130)
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_no_engine_outlives_an_interrupted_or_killed_build(number, runtime, work, tmp_path):
    """An interrupt also removes the work folder."""
    witness = tmp_path / "pid"
    folders = [str(folder) for folder in (runtime.folder, runtime.fonts, runtime.var)]
    script = SCRIPT.format(tests=str(FAKE.parent), work=str(work), folders=folders, witness=witness)
    with subprocess.Popen([sys.executable, "-c", script]) as build:
        until = time.monotonic() + 30
        while not (witness.exists() and witness.read_text(encoding="ascii")) and time.monotonic() < until:
            time.sleep(0.02)
        build.send_signal(number)
        code = build.wait(30)
    assert gone(int(witness.read_text(encoding="ascii")))
    if number == signal.SIGINT:
        assert code == 130
        assert list(work.iterdir()) == []


@pytest.mark.parametrize(("times", "passes", "settled"), [(1, 2, True), (3, 4, True), (9, 4, False)])
def test_passes_end_when_nothing_changes_and_at_four(times, passes, settled, runtime):
    done = pretend(f"rerun {times}", runtime)
    assert (done.passes, done.settled) == (passes, settled)


def test_an_engine_that_repeats_by_itself_is_run_once(runtime):
    assert pretend("rerun 3", runtime, engine=fake(own_passes=True)).passes == 1


def test_an_engine_without_search_paths_finds_our_files_in_its_folder(runtime, tmp_path):
    (runtime.folder / "cvgen.cls").write_bytes(b"class")
    pretend("succeed", runtime, engine=fake(links=True), keep=tmp_path / "kept")
    assert not (tmp_path / "kept" / "cvgen.cls").exists()  # a link, and links are not kept


def test_the_engine_sees_an_environment_built_from_nothing(runtime, monkeypatch):
    monkeypatch.setenv("CVGEN_TOKEN", "secret")
    monkeypatch.setenv("LD_PRELOAD", "")
    seen = dict(line.split("=", 1) for line in pretend("environment", runtime).log.splitlines())
    assert "CVGEN_TOKEN" not in seen
    assert "LD_PRELOAD" not in seen
    assert (seen["SOURCE_DATE_EPOCH"], seen["FORCE_SOURCE_DATE"], seen["TZ"]) == ("0", "1", "UTC")
    assert (seen["openin_any"], seen["openout_any"], seen["TEXMFHOME"]) == ("p", "p", "/nonexistent")
    assert seen["TEXINPUTS"] == f".:{runtime.folder}:{runtime.fonts}:"
    assert Path(seen["HOME"]).name.startswith("cvgen-")


def test_large_pages_are_for_engines_that_follow_another(runtime, monkeypatch):
    """The first of a process cannot know that memory for them is at hand; the next ones take what it gave back."""
    monkeypatch.setattr(job, "_started", itertools.count())
    told = {"GLIBC_TUNABLES": "glibc.malloc.hugetlb=1"}
    assert engines.ENGINES["xelatex"].again == told
    seen = [pretend("environment", runtime, engine=fake(again=told)).log for _ in range(3)]
    assert ["GLIBC_TUNABLES=glibc.malloc.hugetlb=1" in one.splitlines() for one in seen] == [False, True, True]


def test_the_engine_cannot_ask_the_terminal(runtime):
    assert pretend("read-input", runtime).log == "0 bytes"


@pytest.mark.parametrize("name", ["", "a/b", "../x", ".latexmkrc", "-x", "a b", "x\n", "a.b.c", "é.png", "x" * 200])
def test_an_asset_needs_a_plain_name(name, runtime):
    with pytest.raises(ValueError, match="plain file name"):
        pretend("succeed", runtime, assets={name: b""})


def test_without_a_place_to_work_the_build_says_so(runtime, tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "missing"))
    with pytest.raises(OutputError, match="no work folder"):
        pretend("succeed", runtime)


def test_an_empty_pdf_on_a_full_disk_is_blamed_on_the_disk(runtime, monkeypatch):
    """XeTeX ends there with exit code 0."""
    monkeypatch.setattr(shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(10, 10, 0))
    with pytest.raises(OutputError, match="disk is full"):
        pretend("empty-pdf", runtime)


# -------------------------------------------------------------------------------------------- finding them


def program(folder, name, text="#!/bin/sh\necho Fake 1.0\n"):
    path = folder / name
    path.write_text(text, encoding="utf-8")
    path.chmod(0o755)
    return path


def test_the_first_engine_of_the_table_is_taken(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    program(tmp_path, "tectonic")
    assert engines.find().name == "tectonic"
    program(tmp_path, "lualatex")
    assert engines.find().name == "lualatex"
    path = program(tmp_path, "xelatex")
    assert (engines.find().name, engines.find().program) == ("xelatex", str(path))
    assert engines.version(engines.find()) == "Fake 1.0"


@pytest.mark.parametrize(
    ("name", "command"),
    [("auto", "cvgen setup"), ("xelatex", "cvgen setup"), ("lualatex", "cvgen setup --engine lualatex")],
)
def test_a_missing_engine_names_the_command_that_installs_it(name, command, tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(EngineMissingError) as caught:
        engines.find(name)
    assert f"`{command}`" in caught.value.diagnostics[0].hints[0]


def test_an_unknown_engine_is_a_usage_error():
    with pytest.raises(UsageError, match="pdftex"):
        engines.find("pdftex")


def test_an_engine_that_went_away_is_missing(runtime, tmp_path):
    with pytest.raises(EngineMissingError):
        engine.run("", engine=Engine("gone", str(tmp_path / "gone")), runtime=runtime)
    with pytest.raises(EngineMissingError):
        engines.version(Engine("gone", str(tmp_path / "gone")))
