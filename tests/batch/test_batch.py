"""Many profiles: in processes that may die, and on machines that share no disk with this one."""

import contextlib
import datetime
import json
import multiprocessing
import os
import pickle
import pty
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from concurrent.futures import BrokenExecutor, Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path

import pytest
from bench.group import write_group
from conftest import installed

import cvgen
from cvgen import build_cache as records
from cvgen import build_date as clock
from cvgen import remote as bundle
from cvgen.batch import processes as pool
from cvgen.batch import workers
from cvgen.build import build
from cvgen.document.draft import draft
from cvgen.engine import tex_tree as runtime
from cvgen.errors import CvgenError, ExitCode
from cvgen.loading.load import load
from cvgen.prepare import prepare
from cvgen.steady import steady

ROOT = Path(__file__).resolve().parent.parent
BAD = sorted((ROOT / "tests" / "data" / "bad").glob("*.yaml"))
TEXT = {"kind": "text", "title": "Summary", "text": "Writes programs for engines."}
HONORS = {"kind": "honors", "entries": [{"title": "First", "date": "2024"}, {"title": "Second", "date": "2023"}]}


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


class Wire(Executor):
    """An executor of no known kind: what goes in and out is bytes, and `before` happens between sending and work."""

    def __init__(self, before=lambda: None):
        self.before, self.sent, self.most, self.waiting = before, 0, 0, 0

    def submit(self, function, /, *arguments):
        self.sent += 1
        self.waiting += 1
        self.most = max(self.most, self.waiting)
        data = pickle.dumps((function, arguments))
        future = Future()

        def result(timeout=None):
            self.before()
            function, arguments = pickle.loads(data)
            self.waiting -= 1
            return pickle.loads(pickle.dumps(function(*arguments)))

        future.result = result
        return future


def group(folder, count=4):
    return write_group(folder, count)


def answer_of(profile, output="out/cv.pdf", **options):
    """Return what a worker answers."""
    return bundle.unpack(bundle.receive(bundle.identity(), bundle.pack(profile, Path(output), ("pdf",), options)))


# --- what is sent ---------------------------------------------------------------------------------------------------


def test_what_is_sent_is_all_that_a_build_reads(tmp_path, monkeypatch, xelatex):
    """Works files, portrait and the user's own theme travel: nothing of them is there when the work is done."""
    folder = tmp_path / "cv"
    shutil.copytree(ROOT / "examples", folder)
    mine = tmp_path / "config" / "cvgen" / "themes" / "mine"
    shutil.copytree(ROOT / "latex_templates" / "plain", mine)
    style = (mine / "plain.sty").read_text("utf-8").replace("{plain}", "{mine}")
    (mine / "mine.sty").write_text(style, "utf-8")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    profiles = [folder / name for name in ("photo.yaml", "bibliography.yaml", "variants.yaml")]
    local = cvgen.build_many(profiles, output="local", theme="mine")

    def gone():
        for path in (folder, tmp_path / "config"):
            if path.exists():
                path.rename(path.with_suffix(".gone"))

    wire = Wire(gone)
    remote = cvgen.build_many(profiles, output="remote", theme="mine", executor=wire)
    assert wire.sent == 3
    assert [outcome.data for outcome in remote] == [outcome.data for outcome in local]
    assert [outcome.tex for outcome in remote] == [outcome.tex for outcome in local]
    for outcome, path in zip(remote, profiles, strict=True):
        assert outcome.pdf == Path("remote") / f"{path.stem}.pdf"
        assert outcome.pdf.read_bytes() == outcome.data
        assert outcome.written


def test_a_loaded_profile_is_sent_as_it_is(tmp_path, xelatex):
    """Also one that a program made, or that has a portrait."""
    made = cvgen.load_profile({"person": {"name": "Ada Lovelace"}, "sections": [TEXT]})
    path = ROOT / "examples" / "photo.yaml"
    for profile in (made, load(path)):
        assert answer_of(profile).result.data == build(profile, output=tmp_path / "x.pdf").data


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.stem)
def test_a_mistake_is_told_as_if_it_had_been_met_here(path, monkeypatch):
    """Same words, same file, line and column, same hints, wherever the profile was read."""
    monkeypatch.chdir(path.parent)
    for profile in (path, Path(path.name)):
        try:
            prepare(draft(load(profile)))
        except CvgenError as error:
            local = error
        else:
            continue  # only warnings: they are told with the result
        try:
            remote = answer_of(profile).error
        except CvgenError as error:
            remote = error
        assert type(remote) is type(local)
        assert remote.diagnostics == local.diagnostics


def test_warnings_come_back_with_the_result(profile, xelatex):
    """At the user's own file and line."""
    path = profile(HONORS, {**TEXT, "text": "x"}, document={"options": {"accent": "#FFCC00"}})
    assert answer_of(path).result.diagnostics == build(path).diagnostics != ()


@pytest.mark.parametrize("photo", ["../out.png", "link.png", "linked/out.png", "/etc/passwd", "none.png"])
def test_no_file_is_sent_that_a_build_would_not_read(profile, tmp_path, photo):
    """A portrait outside of the profile's folder is refused here, not sent."""
    picture = next((ROOT / "examples" / "photos").iterdir()).read_bytes()
    path = profile(TEXT, person={"name": "Ada Lovelace", "photo": photo})
    (tmp_path / "out.png").write_bytes(picture)
    (path.parent / "link.png").symlink_to(tmp_path / "out.png")
    (path.parent / "linked").symlink_to(tmp_path, target_is_directory=True)
    with pytest.raises(CvgenError) as local:
        prepare(draft(load(path)))
    with pytest.raises(CvgenError) as remote:
        bundle.pack(path, Path("x.pdf"), ("pdf",), {})
    assert remote.value.diagnostics == local.value.diagnostics


def test_a_failure_of_tex_leaves_its_log_here(profile, tmp_path, monkeypatch, xelatex):
    """The error names the block's line and the log beside the output, as if the engine had run here."""
    folder = tmp_path / "config" / "cvgen" / "themes" / "broken"
    folder.mkdir(parents=True)
    plain = ROOT / "latex_templates" / "plain"
    (folder / "theme.toml").write_text((plain / "theme.toml").read_text("utf-8"), "utf-8")
    style = (plain / "plain.sty").read_text("utf-8").replace("{plain}", "{broken}")
    (folder / "broken.sty").write_text(style + "\n\\renewcommand\\cvhonor[4]{#1 \\nosuchmacro}\n", "utf-8")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    path = profile(TEXT, HONORS, document={"theme": "broken"})
    (local,) = cvgen.build_many([path], output="out")
    told = Path("out/ada.log").read_text("utf-8")
    shutil.rmtree("out")
    (remote,) = cvgen.build_many([path], output="out", executor=Wire())
    assert remote.error.exit_code == ExitCode.TYPESETTING
    assert remote.error.diagnostics == local.error.diagnostics
    assert [entry.name for entry in Path("out").iterdir()] == ["ada.log"]
    assert "nosuchmacro" in told
    assert "nosuchmacro" in Path("out/ada.log").read_text("utf-8")


@pytest.mark.parametrize("date", ["commit", "today", None])
def test_what_a_build_is_told_about_time_is_decided_here(profile, monkeypatch, date, xelatex):
    """The commit, the day and SOURCE_DATE_EPOCH are those of the caller, so the bytes are too."""
    path = profile(TEXT, document={"footer": {"left": "{date}"}, "date": date} if date else {})
    repository = ("git", "-C", path.parent, "-c", "user.name=x", "-c", "user.email=x@example.org")
    subprocess.run((*repository, "init", "-q"), check=True)
    subprocess.run((*repository, "add", "."), check=True)
    when = {**os.environ, "GIT_COMMITTER_DATE": "2021-02-03T04:05:06Z"}
    subprocess.run((*repository, "commit", "-qm", "x"), check=True, env=when)
    assert answer_of(path).result.data == build(path, force=True).data
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1000000000")
    sent = bundle.pack(path, Path("x.pdf"), ("pdf",), {})
    local = build(path, force=True).data
    monkeypatch.delenv("SOURCE_DATE_EPOCH")
    assert bundle.unpack(bundle.receive(bundle.identity(), sent)).result.data == local


def test_a_moment_holds_in_one_thread_only(profile):
    """Workers may run several builds at the same time."""
    moment = clock.Moment(7, None, datetime.date(2001, 2, 3))
    with clock.at(moment):
        seen = []
        thread = threading.Thread(target=lambda: seen.append(clock.fixed_epoch()))
        thread.start()
        thread.join()
        assert (clock.fixed_epoch(), seen) == (7, [None])
    assert clock.fixed_epoch() is None


def test_a_worker_with_another_cvgen_says_so(profile):
    """Its bytes could be others: the versions of both are told, and nothing is built."""
    answer = bundle.unpack(bundle.receive("0.0.1 (older)", bundle.pack(profile(TEXT), Path("x.pdf"), ("pdf",), {})))
    assert answer.error.exit_code == ExitCode.USAGE
    assert "0.0.1 (older)" in str(answer.error)
    assert bundle.identity() in str(answer.error)


def test_a_bug_in_a_worker_is_not_taken_for_a_mistake(profile):
    """It comes back as one, with its traceback."""
    answer = bundle.receive(bundle.identity(), b"no bundle")
    with pytest.raises(RuntimeError, match="UnpicklingError"):
        bundle.unpack(answer)


def test_a_check_on_workers_compares_with_the_files_here(profile, xelatex):
    """`check` writes nothing, and tells which file is out of date."""
    paths = [profile(TEXT, name="a.yaml"), profile(HONORS, name="b.yaml")]
    cvgen.build_many(paths)
    profile(TEXT, HONORS, name="b.yaml")
    before = Path("build/b.pdf").read_bytes()
    good, bad = cvgen.build_many(paths, executor=Wire(), check=True)
    assert good.pages == 1
    assert bad.error.exit_code == ExitCode.OUT_OF_DATE
    assert Path("build/b.pdf").read_bytes() == before


# --- order, memory, trouble ---------------------------------------------------------------------------------------


def test_no_more_is_sent_than_workers_need(profile, monkeypatch, xelatex):
    """However many profiles there are, few of them are in memory at a time, and the order is kept."""
    monkeypatch.setattr(workers.Elsewhere, "ahead", 2)
    paths = [profile({**TEXT, "text": f"Number {at}."}, name=f"p{at}.yaml") for at in range(5)]
    told, wire = [], Wire()
    cvgen.build_many(paths, executor=wire, on_result=lambda path, _: told.append(path))
    assert told == paths
    assert (wire.sent, wire.most) == (5, 2)


def test_what_is_up_to_date_reaches_no_worker(profile, monkeypatch, xelatex):
    """Nothing is sent, no process starts."""
    paths = [profile(TEXT, name="a.yaml"), profile(HONORS, name="b.yaml")]
    for path in paths:
        os.utime(path, (1e9, 1e9))
    time.sleep(0.1)  # a file that has just changed may change again within the same tick
    cvgen.build_many(paths)
    wire = Wire()
    assert all(outcome.cached for outcome in cvgen.build_many(paths, executor=wire))
    assert wire.sent == 0
    with ProcessPoolExecutor(2) as processes:
        assert all(outcome.cached for outcome in cvgen.build_many(paths, executor=processes))
        assert not processes._processes


def test_a_question_asked_of_many_is_answered_once(monkeypatch):
    """What all profiles depend on is looked at once for a batch, and anew for the next."""
    looked = []
    monkeypatch.setattr(runtime, "_font_sources", lambda: looked.append(1) or [(str(len(looked)), Path("/").stat())])
    told = set()
    for _ in range(2):
        seen = {}
        for _ in range(3):
            with steady(seen):
                told.add(records.facts(Path("x.yaml"), {})["the fonts"])
    assert (len(looked), len(told)) == (2, 2)
    assert records.facts(Path("x.yaml"), {})["the fonts"] not in told


class Unlucky(Wire):
    """Loses the first `losses` pieces of work."""

    def __init__(self, losses):
        super().__init__()
        self.losses = losses

    def submit(self, function, /, *arguments):
        future = super().submit(function, *arguments)
        if self.losses:
            self.losses -= 1
            future = Future()
            future.set_exception(BrokenExecutor("a worker died"))
        return future


def test_lost_work_is_sent_once_more(profile, xelatex):
    """An executor that loses work once gives the same results."""
    paths = [profile(TEXT, name="a.yaml"), profile(HONORS, name="b.yaml")]
    assert [outcome.pages for outcome in cvgen.build_many(paths, executor=Unlucky(1))] == [1, 1]


def test_work_that_is_always_lost_is_a_failure_of_its_profile(profile):
    """It is told as one, with the executor's own words."""
    (failure,) = cvgen.build_many([profile(TEXT)], executor=Unlucky(9))
    assert failure.error.exit_code == ExitCode.TYPESETTING
    assert failure.error.diagnostics[0].code == "worker-lost"
    assert "a worker died" in str(failure.error)


def put_deadly_engine(folder):
    """Write an engine that kills the process that started it where the text says so: always, or once.

    It looks for the text when it starts, so builds with it go without formats, and without engines that start early.
    """
    folder.mkdir()
    (folder / "once").touch()
    program = folder / "xelatex"
    program.write_text(
        "#!/bin/sh\n"
        "if grep -qs 'kill always' cv.tex; then kill -9 $PPID; fi\n"
        f"if grep -qs 'kill once' cv.tex && rm {folder}/once 2>/dev/null; then kill -9 $PPID; fi\n"
        f'exec {installed("xelatex").program} "$@"\n'
    )
    program.chmod(0o755)
    return f"{folder}:{os.environ['PATH']}"


@pytest.fixture
def deadly(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", put_deadly_engine(tmp_path / "bin"))


def five(profile, words):
    texts = ["Number one.", "Number two.", words, "Number four.", "Number five."]
    return [
        profile({**TEXT, "text": text}, name=f"{letter}.yaml") for letter, text in zip("abcde", texts, strict=True)
    ]


@pytest.mark.usefixtures("deadly")
@pytest.mark.parametrize("words", ["Here: kill once.", "Here: kill always."])
def test_a_process_that_dies_costs_no_other_profile(profile, words):
    """A profile whose process is killed is tried once more, alone; killed again, it fails, and the others do not."""
    paths = five(profile, words)
    with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("spawn")) as processes:
        outcomes = cvgen.build_many(paths, executor=processes, sandbox="off", cache=False)
    failed = [outcome.error.diagnostics[0].code for outcome in outcomes if isinstance(outcome, cvgen.Failure)]
    assert failed == (["worker-lost"] if "always" in words else [])
    assert len(list(Path("build").glob("*.pdf"))) == 5 - len(failed)


@pytest.mark.usefixtures("deadly")
def test_the_command_tells_of_a_process_that_died(profile):
    """As a failure of its profile, with what may help; no traceback."""
    paths = five(profile, "Here: kill always.")
    done = command("-j", "2", "--sandbox", "off", "--no-cache", *paths)
    assert done.returncode == ExitCode.TYPESETTING
    assert "c.yaml: error[worker-lost]" in done.stderr
    assert re.search(r"4 of 5 profiles built, 1 failed, \d+\.\d s\n$", done.stderr)
    assert [line.partition(":")[0] for line in done.stdout.splitlines()] == [f"build/{at}.pdf" for at in "abde"]


def test_a_terminal_shows_a_bar_below_the_results(profile):
    """Each result has a line of its own, in order; of the bar nothing stays."""
    ours, theirs = pty.openpty()
    paths = [profile({**TEXT, "text": f"Number {at}."}, name=f"p{at}.yaml") for at in range(3)]
    line = [sys.executable, "-m", "cvgen", "build", "-j", "2", *paths]
    process = subprocess.Popen(line, stdout=theirs, stderr=theirs, env={**os.environ, "TERM": "xterm"})
    os.close(theirs)
    told = b""
    with contextlib.suppress(OSError):  # how a terminal tells its end
        while more := os.read(ours, 65536):
            told += more
    os.close(ours)
    assert process.wait(60) == 0
    assert b"3/3" in told
    shown = [re.split(rb"\x1b\[K|\r", line.rstrip(b"\r"))[-1] for line in told.split(b"\n")]
    assert [line.partition(b":")[0] for line in shown[:3]] == [b"build/p0.pdf", b"build/p1.pdf", b"build/p2.pdf"]
    assert re.fullmatch(rb"(\x1b\[\?25h)?3 of 3 profiles built, \d+\.\d s", shown[3])
    assert shown[4:] == [b""]


def test_processes_are_forked_only_where_no_thread_runs():
    """A fork copies locks that another thread holds, and nobody would ever open them."""
    stop = threading.Event()
    thread = threading.Thread(target=stop.wait)
    thread.start()
    try:
        assert pool.context().get_start_method() != "fork"
    finally:
        stop.set()
        thread.join()


def test_threads_give_the_same_bytes(tmp_path, xelatex):
    """Any executor of the standard library will do."""
    paths = group(tmp_path / "group")
    alone = cvgen.build_many(paths, output="one")
    with ThreadPoolExecutor(2) as threads:
        together = cvgen.build_many(paths, output="two", executor=threads)
    assert [outcome.data for outcome in together] == [outcome.data for outcome in alone]


# --- a cluster ------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    """A scheduler and two workers, each a process of its own in a folder of its own, as on other machines."""
    folder = tmp_path_factory.mktemp("cluster")
    environment = {
        **os.environ,
        "PATH": put_deadly_engine(folder / "bin"),
        "XDG_CONFIG_HOME": str(folder / "config"),
        "XDG_CACHE_HOME": str(folder / "cache"),
        "TMPDIR": str(folder),
        "DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "1",
    }
    with contextlib.ExitStack() as stack:

        def start(*arguments, cwd):
            cwd.mkdir()
            command = [sys.executable, "-m", "dask", *arguments, "--no-dashboard", "--scheduler-file", file]
            process = subprocess.Popen(command, cwd=cwd, env=environment, stderr=subprocess.DEVNULL)
            stack.callback(process.wait)
            stack.callback(process.terminate)

        file = folder / "scheduler.json"
        start("scheduler", "--host", "127.0.0.1", "--port", "0", cwd=folder / "scheduler")
        wait_for(lambda: file.exists() and file.read_text("utf-8").endswith("}"))
        address = json.loads(file.read_text("utf-8"))["address"]
        for name in ("one", "two"):
            start("worker", "--host", "127.0.0.1", "--nthreads", "1", "--death-timeout", "60", cwd=folder / name)
        yield address


def wait_for(condition):
    end = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < end, "it did not happen in a minute"
        time.sleep(0.05)


def command(*arguments, before="pass"):
    """Run `cvgen build` as a process of its own."""
    program = f"{before}; import cvgen.cli; cvgen.cli.main()"
    line = [sys.executable, "-W", "error", "-c", program, "build", *map(str, arguments)]
    return subprocess.run(line, capture_output=True, text=True, check=False, timeout=300)


@pytest.mark.long
def test_a_cluster_gives_the_same_bytes(cluster, tmp_path, xelatex):
    """From processes that never see the profiles: their folder has another name when the work begins."""
    import distributed

    paths = group(tmp_path / "group", 6)
    local = cvgen.build_many(paths, output="local")

    class Moved(Executor):
        def __init__(self, executor):
            self.executor, self.sent = executor, []

        def submit(self, function, /, *arguments):
            self.sent.append((Future(), function, arguments))
            if len(self.sent) == len(paths):
                (tmp_path / "group").rename(tmp_path / "moved")
                for future, function, arguments in self.sent:
                    future.result = self.executor.submit(function, *arguments).result
            return self.sent[-1][0]

    with distributed.Client(cluster, set_as_default=False) as client:
        remote = cvgen.build_many(paths, output="remote", executor=Moved(client.get_executor()))
    assert [outcome.data for outcome in remote] == [outcome.data for outcome in local]
    assert [Path(f"remote/{path.stem}.pdf").read_bytes() for path in paths] == [outcome.data for outcome in local]


@pytest.mark.long
def test_the_command_builds_on_a_cluster(cluster, profile, xelatex):
    """Lines in order, mistakes at their lines, the exit code that of a build here, and nothing of dask's own."""
    paths = [
        profile(TEXT, name="a.yaml"),
        profile(TEXT, {"kind": "txt"}, name="b.yaml"),
        profile(HONORS, name="c.yaml"),
    ]
    here, there = command(*paths), command(*paths, "--force", "--executor", cluster.replace("tcp", "dask"))
    assert (there.returncode, here.returncode) == (3, 3)
    seconds = re.compile(r"\d+\.\d+ s(, unchanged)?")
    assert seconds.sub("", there.stdout) == seconds.sub("", here.stdout)
    assert seconds.sub("", there.stderr) == seconds.sub("", here.stderr)
    assert "b.yaml:9:11: error[" in there.stderr


@pytest.mark.long
def test_a_worker_that_is_killed_loses_nothing(cluster, profile, xelatex):
    """The scheduler gives its work to another one."""
    import distributed

    paths = five(profile, "Here: kill once.")
    with distributed.Client(cluster, set_as_default=False) as client:
        outcomes = cvgen.build_many(paths, executor=client.get_executor(), sandbox="off", cache=False)
    assert [getattr(outcome, "pages", outcome) for outcome in outcomes] == [1] * 5


@pytest.mark.long
def test_a_profile_that_kills_workers_fails_alone(cluster, profile, xelatex):
    """The scheduler gives up on it after some workers, and the others are built."""
    paths = five(profile, "Here: kill always.")
    there = command(*paths, "--sandbox", "off", "--no-cache", "--executor", cluster.replace("tcp", "dask"))
    assert there.returncode == ExitCode.TYPESETTING
    assert "c.yaml: error[worker-lost]: no worker could finish it: KilledWorker" in there.stderr
    assert "4 of 5 profiles built, 1 failed" in there.stderr
    assert "Traceback" not in there.stderr


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.long
def test_a_signal_ends_waiting_for_a_cluster(cluster, tmp_path, number, xelatex):
    """130 or 143, soon, and without a traceback."""
    group(tmp_path / "group", 32)
    program = (
        "import signal; signal.signal(signal.SIGINT, signal.default_int_handler); import cvgen.cli; cvgen.cli.main()"
    )
    # A file that is open when the signal comes is closed without a word.
    line = [
        sys.executable,
        *("-W", "error", "-W", "ignore::ResourceWarning"),
        "-c",
        program,
        "build",
        tmp_path / "group",
    ]
    options = ["--executor", cluster.replace("tcp", "dask")]
    with subprocess.Popen([*line, *options], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline().startswith("build/person0000.pdf")
        process.send_signal(number)
        err = process.communicate(timeout=60)[1]
    assert process.returncode == 128 + number
    assert "Traceback" not in err
    assert len(list(Path("build").glob("*.pdf"))) < 32


def test_an_executor_that_nobody_knows_is_a_mistake_of_the_call(profile):
    """So is one together with `-j` or standard output."""
    path = profile(TEXT)
    done = command(path, "--executor", "ray://x:1")
    assert done.returncode == ExitCode.USAGE
    assert "hint: write it as in `dask://localhost:8786`" in done.stderr
    for other in (("-j", "2"), ("-o", "-")):
        done = command(path, *other, "--executor", "dask://localhost:1")
        assert done.returncode == ExitCode.USAGE
        assert "exclude each other" in done.stderr


def test_without_dask_the_way_to_it_is_named(profile):
    """Nobody needs it who does not ask for it."""
    path = profile(TEXT)
    done = command(path, "--executor", "dask://localhost:1", before="import sys; sys.modules['distributed'] = None")
    assert done.returncode == ExitCode.USAGE
    assert "hint: install it with `pip install 'cvgen[cluster]'`" in done.stderr


def test_a_scheduler_that_does_not_answer_is_told_soon(profile):
    """Within seconds, with what starts one."""
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
        before = "import cvgen.cli.cluster as it; it._SECONDS = 1"
        done = command(profile(TEXT), "--executor", f"dask://127.0.0.1:{port}", before=before)
    assert done.returncode == ExitCode.USAGE
    assert f"no scheduler answers at `dask://127.0.0.1:{port}`" in done.stderr
    assert "hint: start one with `dask scheduler`" in done.stderr
    assert "Traceback" not in done.stderr
