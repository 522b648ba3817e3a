"""One SHA-256 per profile and engine: at any place and time, by any user and in any way that it is built.

`matrix` has rows in which each two values of different conditions meet at least once, instead of all combinations;
what each profile must come out as is known from one plain build of it, in this process.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path

import pytest
from support.cluster import start_cluster
from support.engines import installed
from support.executors import Wire
from support.outputs import ROOT
from support.watching import Session, settled, tasks_for

import cvgen
from cvgen import pipeline
from cvgen.build_date import moment_of
from cvgen.builder import BuildOptions, build, build_with
from cvgen.engine.prestart import Prestart
from cvgen.pdf.comparison import explain_difference

PROFILES = {
    "photo": "examples/photo.yaml",
    "scripts": "examples/names_of_the_world.yaml",
    "plain": "examples/plain_theme.yaml",
    "works": "profiles/chao_jin.yaml",
    "bib": "examples/bibliography.yaml",
}
ENGINES = ["xelatex", pytest.param("lualatex", marks=pytest.mark.long)]
# Where fonts are prepared first, LuaLaTeX takes five seconds for each of the four Chinese, Japanese and Korean ones.
SLOW = {"lualatex": {"scripts"}}

CONDITIONS = {
    "folder": ("cv", "my CV (new)", "Lebensläufe 履歴/a~b%20'c'", "deep/" * 12 + "est"),
    "path": ("absolute", "relative", "from below", "through a link"),
    "zone": ("UTC", "Pacific/Kiritimati", "America/St_Johns"),
    "locale": ("C", "C.UTF-8", "de_DE.UTF-8", "tr_TR.UTF-8"),
    "clock": ("+0", "-9000", "+8402"),  # days; the real one, before most files were made, around 2049
    "hash": ("0", "1", "4294967295"),
    "cache": ("prepared", "empty"),
    "umask": (0o022, 0o077, 0o000),
    "user": ("me", "another"),
    "way": ("", "--no-cache", "-j2"),
}


# Rows in which each value stands at least once; what two of them do together has no way to meet in a build.
MATRIX = [
    {name: values[(at + shift) % len(values)] for shift, (name, values) in enumerate(CONDITIONS.items())}
    for at in range(max(map(len, CONDITIONS.values())))
]
ROWS = [
    pytest.param(engine, at, marks=[] if (engine, at) == ("xelatex", 0) else pytest.mark.long)
    for engine in ("xelatex", "lualatex")
    for at in range(len(MATRIX))
]


def sha256(pdf):
    return hashlib.sha256(pdf).hexdigest()


def copied(folder):
    """Copy the profiles and all that they name: out of the repository, whose commits would date them."""
    for name in ("examples", "profiles"):
        shutil.copytree(ROOT / name, folder / name)
    return {name: folder / path for name, path in PROFILES.items()}


@pytest.fixture(scope="module", params=ENGINES)
def engine(request):
    return installed(request.param).name


@pytest.fixture(scope="module")
def expected(engine, tmp_path_factory):
    """Each profile's PDF, as a plain build in this process makes it."""
    folder = tmp_path_factory.mktemp("plain")
    return {
        name: build(path, engine=engine, output=folder / f"{name}.pdf").data for name, path in copied(folder).items()
    }


def assert_one(expected, found):
    """Let there be one SHA-256 for each profile, whatever it was built by; else say what differs."""
    assert found.keys() <= expected.keys()
    assert found
    for name, pdf in found.items():
        same = {sha256(pdf), sha256(expected[name])}
        assert len(same) == 1, f"{name}: {explain_difference(expected[name], pdf)}"


# --- conditions -----------------------------------------------------------------------------------------------------

# Python reads this before anything else, in every process that it starts.
CLOCK = """
import datetime, os, time

BY = 86400 * int(os.environ["DAYS_AHEAD"])


class Type(type):
    def __instancecheck__(cls, one):
        return isinstance(one, cls.__bases__[0])


class DateTime(datetime.datetime, metaclass=Type):
    @classmethod
    def now(cls, tz=None):
        return cls.fromtimestamp(time.time(), tz)

    @classmethod
    def utcnow(cls):
        return cls.now(datetime.UTC).replace(tzinfo=None)

    today = now


class Date(datetime.date, metaclass=Type):
    @classmethod
    def today(cls):
        return cls.fromtimestamp(time.time())


def ahead(seconds, strftime):
    time.time = lambda: seconds() + BY
    time.time_ns = lambda: int(time.time() * 1e9)
    for name in ("gmtime", "localtime", "ctime"):
        setattr(time, name, lambda at=None, real=getattr(time, name): real(time.time() if at is None else at))
    time.strftime = lambda form, at=None: strftime(form, time.localtime() if at is None else at)


if BY:
    ahead(time.time, time.strftime)
    datetime.datetime, datetime.date = DateTime, Date
"""


@functools.cache
def as_another_user():
    """Return what starts a program as another user; nothing where this is not root, or no other user can run it."""
    if not hasattr(os, "geteuid") or os.geteuid() != 0 or not shutil.which("setpriv"):
        return ()
    # Python may be in a folder of root's own.
    reading = ("--inh-caps=+dac_read_search", "--ambient-caps=+dac_read_search")
    for more in ((), reading):
        command = ("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", *more)
        script = f"import os, sys, cvgen; sys.exit(os.getuid() != 65534 or os.__file__ != {os.__file__!r})"
        test = [*command, sys.executable, "-c", script]
        if subprocess.run(test, capture_output=True, check=False, cwd="/").returncode == 0:
            return command
    return ()


@pytest.fixture
def place():
    """A folder that another user can reach, which TMPDIR need not be."""
    usual = Path(tempfile.gettempdir())
    is_open = all(folder.stat().st_mode & 0o001 for folder in (usual, *usual.parents))
    with tempfile.TemporaryDirectory(prefix="one-sha256-", dir=usual if is_open else "/tmp") as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


def environment(place, row, prepared):
    """Return the whole environment of a row."""
    (place / "clock").mkdir()
    (place / "clock" / "sitecustomize.py").write_text(CLOCK, "utf-8")
    for name in ("home", "work"):
        (place / name).mkdir()
    return {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": f"{place / 'clock'}{os.pathsep}{ROOT}",
        "PYTHONHASHSEED": row["hash"],
        "DAYS_AHEAD": row["clock"],
        "HOME": str(place / "home"),
        "TMPDIR": str(place / "work"),
        "TZ": row["zone"],
        "LC_ALL": row["locale"],
        "LANG": row["locale"],
        **({"CVGEN_CACHE_DIR": str(prepared)} if row["cache"] == "prepared" and row["user"] == "me" else {}),
    }


def in_row(row, engine, names, place, prepared):
    """Build profiles under the conditions of a row; return their PDFs."""
    folder = place / row["folder"]
    folder.mkdir(parents=True)
    profiles = copied(folder)
    variables = environment(place, row, prepared)
    here, paths, output = folder, [profiles[name] for name in names], folder / "out"
    if row["path"] == "relative":
        paths, output = [PROFILES[name] for name in names], "out"
    elif row["path"] == "from below":
        here = folder / "profiles" / "works"
        paths, output = [f"../../{PROFILES[name]}" for name in names], "../../out/"
    elif row["path"] == "through a link":
        (place / "link").symlink_to(folder, target_is_directory=True)
        paths = [place / "link" / PROFILES[name] for name in names]
    other = as_another_user() if row["user"] == "another" else ()
    if other:
        for path in (place, *place.rglob("*")):
            os.chown(path, 65534, 65534, follow_symlinks=False)
    command = [*other, sys.executable, "-m", "cvgen", "build", *paths, "--engine", engine, "-o", f"{output}/"]
    done = subprocess.run(
        [*command, *([row["way"]] if row["way"] else [])],
        cwd=here, env=variables, umask=row["umask"], capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert not list((place / "work").iterdir())
    return {name: (folder / "out" / f"{Path(PROFILES[name]).stem}.pdf").read_bytes() for name in names}


@pytest.mark.parametrize(("engine", "row"), ROWS, indirect=["engine"])
def test_no_condition_leaves_a_trace(row, engine, expected, place, shared_cache):
    """Folder, path, zone, locale, date, hash seed, cache, umask, user and way of building change no byte."""
    fresh = MATRIX[row]["cache"] == "empty" or MATRIX[row]["user"] == "another"
    names = [name for name in PROFILES if not (fresh and name in SLOW.get(engine, ()))]
    assert_one(expected, in_row(MATRIX[row], engine, names, place, shared_cache))


@pytest.mark.parametrize("days", [0, -9000, 8402])
def test_the_clock_of_a_row_is_another(place, days):
    """Else the rows would prove nothing: today's date is that of the row."""
    row = {**MATRIX[0], "clock": f"{days:+}"}
    script = (
        "import time, datetime; from cvgen.build_date import moment_of\n"
        "print(moment_of(None).today(), datetime.date.today(), time.strftime('%Y'))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], env=environment(place, row, place), capture_output=True, text=True, check=True
    )
    years = {word[:4] for word in done.stdout.split()}
    real = moment_of(None).today().year
    assert len(years) <= 2  # the year may end between two of them
    assert all(abs(int(year) - real - days / 365.25) <= 1 for year in years)


def test_another_user_is_another_where_that_can_be():
    """Only root can become one."""
    command = [*as_another_user(), sys.executable, "-c", "import os; print(os.getuid())"]
    user = int(subprocess.run(command, capture_output=True, check=True, cwd="/").stdout)
    assert user == (65534 if as_another_user() else os.getuid())


# --- ways -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def starts(monkeypatch):
    """What engines were started with."""
    found = []

    def run(*args, **kwargs):
        done = original(*args, **kwargs)
        found.append(done.started_from)
        return done

    original = pipeline.run_engine
    monkeypatch.setattr(pipeline, "run_engine", run)
    return found


@pytest.fixture
def profiles(tmp_path, monkeypatch):
    """The profiles in the current folder."""
    monkeypatch.chdir(tmp_path)
    return copied(tmp_path)


def outcomes(profiles, engine, **options):
    made = cvgen.build_many([*profiles.values()], output="out", engine=engine, force=True, **options)
    return {name: outcome.data for name, outcome in zip(profiles, made, strict=True)}


def written(profiles, folder="out"):
    return {name: Path(f"{folder}/{path.stem}.pdf").read_bytes() for name, path in profiles.items()}


def has_format(engine):
    """XeLaTeX alone starts with a format of ours."""
    return engine == "xelatex"


@pytest.mark.parametrize("kind", ["stock", "format", "prestart"])
def test_every_start_of_an_engine(kind, engine, expected, profiles, starts, monkeypatch):
    """Without a format, with one, and with an engine that was started before the profile is read."""
    outcomes(profiles, engine)  # so that there are formats
    starts.clear()
    if kind == "format":
        monkeypatch.setattr(Prestart, "start_for_theme", lambda *_: False)
    assert_one(expected, outcomes(profiles, engine, cache=kind != "stock"))
    assert {*starts} == {kind if has_format(engine) else "stock"}


def test_an_engine_that_is_started_after_each_build(engine, expected, profiles, starts):
    """As a watch does."""
    options = BuildOptions.of(engine=engine, force=True)
    with Prestart() as prestart:
        made = {}
        for name, path in profiles.items():
            made[name] = build_with(path, options, output=Path(f"{name}.pdf"), prestart=prestart).data
            prestart.restart()
    assert_one(expected, made)
    assert ("prestart" in starts) == has_format(engine)


def test_processes_of_the_command(engine, expected, profiles):
    """`-j 2`."""
    command = [sys.executable, "-m", "cvgen", "build", *profiles.values(), "-j2", "--engine", engine, "-o", "out/"]
    subprocess.run(command, check=True, capture_output=True)
    assert_one(expected, written(profiles))


def test_standard_output(engine, expected, profiles):
    """`-o -`."""
    command = [sys.executable, "-m", "cvgen", "build", profiles["bib"], "--engine", engine, "-o", "-"]
    assert_one(expected, {"bib": subprocess.run(command, check=True, capture_output=True).stdout})


@pytest.mark.parametrize(
    "kind", ["elsewhere", *(pytest.param(kind, marks=pytest.mark.long) for kind in ("processes", "threads"))]
)
def test_executors(kind, engine, expected, profiles):
    """Processes and threads of this machine, and workers that are sent all as bytes and answer in bytes."""
    new = {"processes": ProcessPoolExecutor, "threads": ThreadPoolExecutor}
    with new[kind](2) if kind in new else contextlib.nullcontext(Wire()) as executor:
        assert_one(expected, outcomes(profiles, engine, executor=executor))
    assert_one(expected, written(profiles))


@pytest.mark.long
def test_a_cluster(engine, expected, profiles, tmp_path_factory):
    """Workers of dask, in folders of their own."""
    import distributed

    folder = tmp_path_factory.mktemp("cluster")
    with start_cluster(folder) as address, distributed.Client(address, set_as_default=False) as client:
        assert_one(expected, outcomes(profiles, engine, executor=client.get_executor(pure=False)))
    assert_one(expected, written(profiles))


@pytest.mark.long
def test_watching(engine, expected, profiles, starts):
    """A first build, and one after each save of a comment."""
    settled(*(path for folder in ("examples", "profiles") for path in Path(folder).rglob("*") if path.is_file()))
    tasks = tasks_for(*profiles.values(), engine=engine)
    saves = [
        functools.partial(path.write_text, path.read_text("utf-8") + "# saved\n", "utf-8")
        for path in profiles.values()
    ]
    results = Session(tasks).run(*saves, first=len(tasks))
    names = {path: name for name, path in profiles.items()}
    first, again = results[: len(tasks)], results[len(tasks) :]
    assert_one(expected, {names[one.profile]: one.outcome.data for one in first})
    assert_one(expected, {names[one.profile]: one.outcome.data for one in again})
    assert len({one.profile for one in again}) == len(tasks)
    assert_one(expected, written(profiles, "build"))
    assert ("prestart" in starts) == has_format(engine)


def test_a_loaded_profile(engine, expected, profiles):
    """One that a program loaded."""
    loaded = {name: cvgen.load_profile(path) for name, path in profiles.items()}
    assert_one(expected, {name: build(one, engine=engine, output="x.pdf").data for name, one in loaded.items()})
