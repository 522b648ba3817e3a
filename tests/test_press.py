"""The press: what comes after the document, in this process or in one of its own, is the same."""

import os
import pickle
import re
import signal
import subprocess
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest
from conftest import installed
from test_cli import TEXT, endless, processes, spawn, wait_for
from test_waiting import processes_in

import cvgen
from cvgen import source
from cvgen.cli.apart import Apart, Presses
from cvgen.document.draft import draft
from cvgen.latex import engine, preload, runtime
from cvgen.latex.themes import class_folder
from cvgen.press import Here, Terms
from cvgen.profile.works_files import read_ahead
from cvgen.typeset import make

__all__ = ["endless"]  # a fixture

# Whatever ran here before may have left a thread; cvgen itself does not fork beside one.
pytestmark = pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")


@pytest.fixture
def terms(xelatex):
    return Terms(xelatex)


@pytest.fixture
def xelatex():
    return installed("xelatex")


def made_apart(path):
    """Return what `make` does with a press of its own."""
    made, patch = [], pytest.MonkeyPatch()

    def apart(given):
        made.append(Apart(given))
        # From now on: where the other process dies this one would press, and nobody would see it.
        patch.setattr("cvgen.cli.apart.Here", None)
        return made[0]

    try:
        return make(path, {"press": apart}, keep_log=None)
    finally:
        patch.undo()
        made[0].wait()


def test_a_process_of_its_own_gives_the_same(profile):
    """All that is known of a build, but for the time that it took."""
    path = profile(TEXT)
    here = make(path, {}, keep_log=None)
    apart = made_apart(path)
    assert apart.draft == here.draft
    ours, theirs = apart.pressed, here.pressed
    for name in ("data", "tex", "pages", "passes", "sandbox", "inputs", "absent", "diagnostics"):
        assert getattr(ours, name) == getattr(theirs, name)


def test_the_command_uses_one(profile):
    """A single build has it: the process that checks the profile never imports what reads YAML or PDFs."""
    program = (
        "import sys, cvgen.cli\n"
        f"sys.argv = ['cvgen', 'build', {str(profile(TEXT))!r}]\n"
        "try: cvgen.cli.main()\n"
        "finally: print({'pypdf', 'pydantic', 'pylatex', 'yaml'} & set(sys.modules))\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[1:] == ["{'pydantic'}"]


def test_what_it_imports_is_what_the_next_build_looks_at(profile):
    """Another pypdf, or another pylatex, rebuilds."""
    path = profile(TEXT)
    assert {"pypdf", "pylatex", "yaml"} <= {Path(file).parent.name for file in made_apart(path).pressed.packages}


def test_it_does_without_what_pypdf_imports_only_if_it_can():
    """Pillow, fontTools and names of glyphs take as long as pypdf itself; who needs them later has them."""
    program = (
        "import sys\n"
        "from cvgen.cli import apart\n"
        "apart._import_rest()\n"
        "assert 'pypdf' in sys.modules and not {'PIL', 'fontTools'} & set(sys.modules)\n"
        "import PIL, fontTools\n"
        "from pypdf._codecs import adobe_glyphs\n"
        "assert not isinstance(adobe_glyphs, dict) and adobe_glyphs['/A'] == 'A'\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


@pytest.mark.parametrize("wrong", [{"kind": "txt"}, {"kind": "text", "text": "\U0001f9ff"}, {**TEXT, "entries": []}])
def test_a_mistake_is_told_as_ever(profile, wrong, tmp_path, monkeypatch):
    """Whichever process finds it; and no work folder stays."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    path = profile(wrong)
    with pytest.raises(cvgen.CvgenError) as here:
        make(path, {}, keep_log=None)
    with pytest.raises(cvgen.CvgenError) as apart:
        made_apart(path)
    assert type(apart.value) is type(here.value)
    assert apart.value.diagnostics == here.value.diagnostics
    assert not list(tmp_path.glob("cvgen-*"))


@pytest.fixture
def with_works(tmp_path):
    """A profile that names two works files."""
    (tmp_path / "papers.yaml").write_text("engine: {title: On the Engine, authors: [Ada Lovelace], date: 1943}\n")
    (tmp_path / "more.bib").write_text("@book{notes, title={Notes}, author={Ada Lovelace}, year=1943}\n")
    path = tmp_path / "ada.yaml"
    path.write_text(
        "person: {name: Ada Lovelace}\nworks: [papers.yaml, more.bib]\n"
        "sections:\n  - kind: publications\n    entries: [engine, notes]\n"
    )
    return path


def test_it_reads_the_files_of_the_profile(terms, with_works):
    """As they would be read here; a bibliography, and any other file, is for whoever wants it."""
    papers = with_works.with_name("papers.yaml")
    with Apart(replace(terms, profile=with_works)) as press:
        assert press.source(with_works) == source.read(with_works)
        assert press.source(papers) == source.read(papers)
        assert press.source(with_works.with_name("more.bib")) is None
        assert press.source(Path("elsewhere.yaml")) is None
    press.wait()


@pytest.mark.parametrize("names", ["ada.yaml", "[papers.yaml, papers.yaml, ./papers.yaml, ada.yaml, ../../x.yaml]"])
def test_each_file_is_read_once(with_works, monkeypatch, names):
    """Also of a profile that names itself, or one file many times."""
    with_works.write_text(with_works.read_text().replace("[papers.yaml, more.bib]", names))
    seen, read = [], source.read

    def once(path):
        assert path not in seen
        seen.append(path)
        return read(path)

    monkeypatch.setattr(source, "read", once)
    assert [*read_ahead(with_works)] == seen


@pytest.mark.parametrize("name", ["ada.yaml", "papers.yaml", "more.bib"])
@pytest.mark.parametrize("wrong", ["a: [1", "a: &b 1\n", "@book{notes, title={", "", None])
def test_a_file_that_cannot_be_read_is_told_as_ever(with_works, name, wrong):
    """With its line and column, whichever process tried first; and one that is missing."""
    file = with_works.with_name(name)
    file.write_text(wrong) if wrong is not None else file.unlink()
    with pytest.raises(cvgen.CvgenError) as here:
        make(with_works, {}, keep_log=None)
    with pytest.raises(cvgen.CvgenError) as apart:
        made_apart(with_works)
    assert apart.value.diagnostics == here.value.diagnostics


def test_a_profile_with_works_is_the_same(with_works):
    """Whatever process read which of its files."""
    assert made_apart(with_works).pressed.data == make(with_works, {}, keep_log=None).pressed.data


def test_where_it_dies_the_work_is_done_here(profile, terms):
    """Killed from outside, say for want of memory, it costs time and nothing else."""
    path = profile(TEXT)

    def killed(given):
        made.append(Apart(given))
        os.kill(made[0]._process, signal.SIGKILL)
        return made[0]

    made = []
    assert make(path, {"press": killed}, keep_log=None).result.data == make(path, {}, keep_log=None).result.data
    made[0].wait()


def test_while_it_waits_it_prepares_what_is_missing(profile, terms, tmp_path, monkeypatch):
    """The first build of all waits for fonts no longer than it must: they are made while the profile is checked.

    It does not wait until what it has read is wanted, even if that is much.
    """
    path = profile(*[TEXT] * 500)
    assert len(pickle.dumps(source.read(path))) > 1 << 16
    monkeypatch.setenv("CVGEN_CACHE_DIR", str(tmp_path))
    with Apart(replace(terms, profile=path)) as press:
        wait_for(lambda: runtime.find(class_folder() / "awesome", class_folder()))
    press.wait()


@pytest.fixture
def empty(tmp_path, monkeypatch):
    """A cache with nothing in it, but fonts: they take the longest."""
    found = runtime.prepare(class_folder() / "plain", class_folder())
    monkeypatch.setenv("CVGEN_CACHE_DIR", str(tmp_path / "cache"))
    (tmp_path / "cache").mkdir()
    (tmp_path / "cache" / found.fonts.name).symlink_to(found.fonts)
    return tmp_path / "cache"


def formats(cache, *, half=False):
    """Return the formats that there are; or those that are being made."""
    return [*cache.glob(".format-*" if half else "format-*")]


@pytest.mark.parametrize("theme", ["awesome", "plain"])
def test_while_it_waits_a_format_is_begun(profile, terms, empty, theme):
    """The first build of all is done sooner. Where the document has another theme, that gets one in its place."""
    drafted = draft(cvgen.load_profile(profile(TEXT, document={"theme": theme})))
    with Apart(terms) as press:
        wait_for(lambda: formats(empty, half=True))
        pressed = press.press(drafted, 0)
    press.wait()
    assert pressed.data == Here(replace(terms, cache=False)).press(drafted, 0).data
    assert not formats(empty, half=True)
    made = runtime.find(class_folder() / theme, class_folder())
    assert formats(empty) == [preload.place(terms.engine, made)]
    assert preload.find(terms.engine, made)


def test_without_a_document_there_will_be_no_format(terms, empty):
    """Nothing could tell whether it is right. Nobody waits for TeX to end where a profile has a mistake."""
    with Apart(terms) as press:
        wait_for(lambda: formats(empty, half=True))
        wait_for(lambda: processes_in(empty))
    press.wait()
    assert not processes_in(empty)
    assert not formats(empty, half=True)
    assert not formats(empty)


def ended(press):
    """Wait until a process that presses has ended by itself."""
    try:
        wait_for(lambda: os.waitpid(press._process, os.WNOHANG)[0])
    except AssertionError:
        os.kill(press._process, signal.SIGKILL)
        raise
    finally:
        press.wait()


def test_a_signal_does_not_interrupt_the_tidying_up(terms, empty, monkeypatch):
    """When the first process is killed the other sees its pipe end, and a signal comes, in any order."""
    give_up = preload.Preparation.give_up

    def interrupted(self):
        os.kill(os.getpid(), signal.SIGTERM)
        give_up(self)

    monkeypatch.setattr(preload.Preparation, "give_up", interrupted)
    with Apart(terms) as press:
        wait_for(lambda: formats(empty, half=True))
    ended(press)
    assert not formats(empty, half=True)


def test_a_signal_while_a_format_is_tried_out_leaves_no_half_of_it(profile, terms, empty, tmp_path, monkeypatch):
    """There is a PDF by then, and soon there is a format."""
    agrees = engine._Call.agrees

    def slowly(self, made, pdf):
        (tmp_path / "begun").touch()
        time.sleep(0.5)
        return agrees(self, made, pdf)

    monkeypatch.setattr(engine._Call, "agrees", slowly)
    drafted = draft(cvgen.load_profile(profile(TEXT)))
    with Apart(terms) as press:
        assert press.press(drafted, 0).pages == 1
        wait_for((tmp_path / "begun").exists)
        press._stop()  # as whoever gets a signal does
    press.wait()
    assert not formats(empty, half=True)
    assert len(formats(empty)) == 1


@pytest.mark.usefixtures("empty")
def test_what_the_first_process_prepares_is_not_waited_for(terms):
    """The other knows of it, but it will never hear of its end."""
    made = runtime.prepare(class_folder() / "awesome", class_folder())
    begun = preload.prepare(terms.engine, made)
    begun.begin()
    try:
        with Apart(terms) as press:
            pass
        ended(press)
    finally:
        begun.give_up()


def test_who_wants_nothing_prepared_gets_no_format(terms, empty, profile, monkeypatch):
    """Neither early nor late."""
    monkeypatch.setattr(preload, "prepare", None)  # calling it would end the other process
    with Apart(replace(terms, cache=False)) as press:
        monkeypatch.setattr("cvgen.cli.apart.Here", None)
        assert press.press(draft(cvgen.load_profile(profile(TEXT))), 0).pages == 1
    press.wait()
    assert [one.name for one in empty.iterdir() if "format" in one.name] == []


def test_of_a_theme_that_is_not_there_nothing_is_said_early(profile, terms, monkeypatch):
    """Whether the profile wants it is not known yet."""
    path = profile(TEXT)
    with Apart(replace(terms, guess="no-such-theme", theme=None)) as press:
        monkeypatch.setattr("cvgen.cli.apart.Here", None)  # it must not die of it
        assert press.press(draft(cvgen.load_profile(path)), 0).pages == 1
    press.wait()


def test_there_is_none_beside_other_threads(terms):
    """A fork would copy locks that nobody there will open."""
    idle = threading.Event()
    thread = threading.Thread(target=idle.wait)
    thread.start()
    try:
        with Presses()(terms) as press:
            assert isinstance(press, Here)
    finally:
        idle.set()
        thread.join()


def test_it_ends_with_the_process_that_started_it(profile, endless, tmp_path):
    """Even if that is killed; engine and work folder go too."""
    mark, environment = endless
    with spawn("build", profile(TEXT), env=environment) as process:
        wait_for(lambda: processes(mark))
        process.kill()
    wait_for(lambda: not processes(mark))
    wait_for(lambda: not list(tmp_path.glob("cvgen-*")))


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel's own signal")
def test_one_whose_parent_ended_too_early_ends_too():
    """Between its start and its asking for a signal there is a moment."""
    program = (
        "import os, signal, time\n"
        "from cvgen.latex.sandbox import set_death_signal\n"
        "read, write = os.pipe()\n"
        "parent = os.getpid()\n"
        "if os.fork() == 0:\n"
        "    os.close(write)\n"
        "    os.read(read, 1)\n"  # until the parent has ended
        "    while os.getppid() == parent: time.sleep(0.01)\n"
        "    set_death_signal(signal.SIGTERM, parent)\n"
        "    print('alive', flush=True)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert not done.stdout
    assert not done.stderr


def test_processes_for_many_end_with_the_one_that_started_them(profile, endless, tmp_path):
    """Killed, it can tell nobody, and they must not wait for ever."""
    mark, environment = endless
    paths = [profile(TEXT, name=f"{letter}.yaml") for letter in "abc"]
    with spawn("build", *paths, "-j", 2, env=environment, stderr=subprocess.DEVNULL) as process:
        wait_for(lambda: len(processes(mark)) >= 2)
        process.kill()
    wait_for(lambda: not processes(str(tmp_path)))


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, 130), (signal.SIGHUP, 129)])
def test_a_signal_ends_both(profile, endless, tmp_path, number, code):
    """To the whole session, as a terminal sends it: no process, no folder and no word of Python's is left."""
    mark, environment = endless
    with spawn("build", profile(TEXT), env=environment, stderr=subprocess.PIPE, start_new_session=True) as process:
        wait_for(lambda: processes(mark))
        os.killpg(process.pid, number)
        err = process.communicate(timeout=30)[1].decode()
    assert process.returncode == code
    assert "Traceback" not in err
    wait_for(lambda: not processes(mark))
    wait_for(lambda: not list(tmp_path.glob("cvgen-*")))


def test_a_reader_of_our_output_waits_for_no_one_else(profile):
    """The other process holds none of our streams: `$(cvgen build …)` ends when the command does."""
    program = (
        "import os, sys, time, cvgen.cli.apart as apart\n"
        "end = os._exit\n"
        "os._exit = lambda code: (time.sleep(20), end(code))\n"
        f"sys.argv = ['cvgen', 'build', {str(profile(TEXT))!r}]\n"
        "from cvgen.cli import main\n"
        "main()\n"
    )
    start = time.monotonic()
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert time.monotonic() - start < 15
    assert re.fullmatch(r"build/ada\.pdf: 1 page, \d+\.\d\d s(, unchanged)?\n", done.stdout)


def test_a_signal_that_python_loses_is_sent_again():
    """One that comes while a destructor runs can raise nothing; cvgen ends all the same, and soon."""
    program = (
        "import os, signal, time\n"
        "from cvgen.cli import signals\n"
        "signals.listen()\n"
        "class Gone:\n"
        "    def __del__(self):\n"
        "        os.kill(os.getpid(), signal.SIGTERM)\n"
        "        time.sleep(0.01)\n"
        "Gone()\n"
        "time.sleep(20)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (143, "")
