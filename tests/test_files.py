"""Files that a user names: which are read, and how an output reaches its place."""

import os
import socket
import stat
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from click.testing import CliRunner

from cvgen import files
from cvgen.cli.app import _cvgen
from cvgen.diagnostics import format_human
from cvgen.errors import CvgenError, ExitCode, OutputError
from cvgen.files import open_file, read_file, read_start, write


@pytest.fixture(autouse=True)
def own_cache(tmp_path_factory, monkeypatch):
    monkeypatch.setenv("CVGEN_CACHE_DIR", str(tmp_path_factory.mktemp("cache")))


# --- reading --------------------------------------------------------------------------------------------------------


def put_socket(path):
    here = os.open(".", os.O_RDONLY)
    os.chdir(path.parent)  # the name of a socket may have a hundred characters
    try:
        with socket.socket(socket.AF_UNIX) as one:
            one.bind(path.name)
    finally:
        os.chdir(here)
        os.close(here)


PUT = {
    "FIFO": os.mkfifo,
    "device": lambda path: path.symlink_to("/dev/zero"),
    "socket": put_socket,
    "folder": lambda path: path.mkdir(),
}


@pytest.mark.parametrize("word", PUT)
def test_only_regular_files_are_opened(word, tmp_path):
    """Nothing waits for the other end of a FIFO, or reads a device; the reason says what it is instead."""
    PUT[word](tmp_path / "x")
    with pytest.raises(OSError, match=f"it is a {word}, not a regular file"):
        open_file(tmp_path / "x")


def test_a_link_is_followed_unless_that_is_unwanted(tmp_path):
    (tmp_path / "file").write_bytes(b"data")
    (tmp_path / "link").symlink_to("file")
    assert read_file(tmp_path / "link", 4) == b"data"
    with pytest.raises(OSError, match="it is a link"):
        read_file(tmp_path / "link", 4, follow=False)


def test_no_more_is_read_than_may_be(tmp_path):
    """A file of 16 GB costs no memory; one of just the size that is allowed is read."""
    with (tmp_path / "big").open("wb") as file:
        file.truncate(1 << 34)
    with pytest.raises(OSError, match="it is larger than 2 MiB"):
        read_file(tmp_path / "big", 2 << 20)
    assert read_start(tmp_path / "big", 10) == bytes(10)
    (tmp_path / "small").write_bytes(b"12345")
    assert read_file(tmp_path / "small", 5) == b"12345"


def test_a_name_that_no_file_can_have_is_an_ordinary_failure():
    with pytest.raises(OSError, match="not a name"):
        open_file("a\0b")


def call(*arguments):
    """Run a command; return its exit code and all that it says."""
    result = CliRunner().invoke(_cvgen, list(map(str, arguments)), standalone_mode=False)
    if isinstance(result.exception, CvgenError):
        return result.exception.exit_code, "\n".join(map(format_human, result.exception.diagnostics))
    assert result.exception is None, result.exception
    return result.return_value, result.output


@pytest.fixture
def ada(profile, monkeypatch):
    """Return the name of a profile in the current folder, and beside it there is a user's folder of themes."""
    path = profile({"kind": "text", "title": "Summary", "text": "Writes programs."})
    monkeypatch.chdir(path.parent)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(path.parent))
    return path.name


@pytest.mark.long
@pytest.mark.parametrize(
    ("call_of", "name", "code"),
    [
        (("build", "{}"), "odd.yaml", ExitCode.PROFILE),
        (("check", "{}"), "odd.yaml", ExitCode.PROFILE),
        (("check", "{}"), "odd.bib", ExitCode.PROFILE),
        (("fmt", "{}"), "odd.yaml", ExitCode.PROFILE),
        (("export", "text", "{}"), "odd.yaml", ExitCode.PROFILE),
        (("diff", "{}", "ada.yaml"), "odd.yaml", ExitCode.PROFILE),
        (("diff", "ada.yaml", "{}"), "odd.pdf", ExitCode.PROFILE),
        (("check", "ada.yaml", "--against", "{}"), "odd.yaml", ExitCode.PROFILE),
        (("check", "ada.yaml", "--against", "{}"), "odd.bib", ExitCode.PROFILE),
        (("check", "ada.yaml", "--against", "{}"), "odd.md", ExitCode.USAGE),
        (("check", "ada.yaml", "--against", "{}"), "odd.pdf", ExitCode.USAGE),
        (("check", "ada.yaml", "--baseline", "{}"), "odd.json", ExitCode.USAGE),
        (("build", "ada.yaml", "--check", "-o", "{}"), "odd.pdf", ExitCode.OUTPUT),
        (("themes",), "cvgen/themes/mine/theme.toml", ExitCode.THEME),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else str(value),
)
@pytest.mark.parametrize("word", ["FIFO", "device"])
def test_whatever_a_command_is_given_it_reads_only_regular_files(ada, xelatex, word, call_of, name, code):
    """Each path that may be named ends in an error that says which it is, and what is there."""
    path = Path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    PUT[word](path)
    found, told = call(*(part.format(name) for part in call_of))
    assert found == code
    assert f"it is a {word}, not a regular file" in told
    assert path.parent.name in told or path.name in told


@pytest.mark.parametrize("word", ["FIFO", "socket", "folder"])
@pytest.mark.parametrize("name", ["works.yaml", "works.bib", "me.png"])
def test_what_a_profile_names_is_a_regular_file_or_a_mistake_at_its_line(profile, word, name):
    """Works files and portraits are opened as the profile is."""
    key = {"person": {"name": "Ada Lovelace", "photo": name}} if name == "me.png" else {"works": name}
    path = profile({"kind": "text", "text": "x"}, **key)
    PUT[word](path.parent / name)
    code, told = call("check", path)
    assert code == ExitCode.PROFILE
    assert f"it is a {word}, not a regular file" in told
    assert f"{path}:3:" in told


@pytest.mark.parametrize("name", ["theme.toml", "mine.sty", "preview.png"])
def test_a_file_of_a_theme_has_a_largest_size(ada, name):
    """A theme in which a huge file lies is refused, and not read into memory."""
    folder = Path("cvgen/themes/mine")
    folder.mkdir(parents=True)
    (folder / "theme.toml").write_text('description = "x"\nmain_fonts = ["SourceSansPro-Regular.otf"]\n')
    (folder / "mine.sty").write_text("%")
    with (folder / name).open("ab") as file:
        file.truncate(1 << 34)
    code, told = call("export", "tex", ada, "--theme", "mine")
    assert code == ExitCode.THEME
    assert "it is larger than" in told


@pytest.mark.parametrize(("name", "code"), [("cv.pdf", ExitCode.OUTPUT), ("ada.yaml", ExitCode.PROFILE)])
def test_what_became_a_fifo_since_the_last_build_is_not_waited_for(ada, xelatex, name, code):
    """What earlier builds wrote, and made it of, is looked at as carefully."""
    assert call("build", ada, "-o", "cv.pdf")[0] == 0
    Path(name).unlink()
    os.mkfifo(name)
    assert call("build", ada, "-o", "cv.pdf")[0] == code


# --- writing --------------------------------------------------------------------------------------------------------


def test_a_new_output_is_written_with_the_mode_of_any_new_file(tmp_path):
    (tmp_path / "other").write_bytes(b"")
    assert write(tmp_path / "cv.pdf", b"data") is True
    assert (tmp_path / "cv.pdf").read_bytes() == b"data"
    assert (tmp_path / "cv.pdf").stat().st_mode == (tmp_path / "other").stat().st_mode


def test_the_mode_of_an_old_output_is_kept(tmp_path):
    target = tmp_path / "cv.pdf"
    target.write_bytes(b"old")
    target.chmod(0o640)
    assert write(target, b"new") is True
    assert stat.S_IMODE(target.stat().st_mode) == 0o640


def test_the_same_bytes_leave_the_file_alone(tmp_path):
    target = tmp_path / "cv.pdf"
    write(target, b"data")
    os.utime(target, (1, 1))
    before = target.stat()
    assert write(target, b"data") is False
    assert (target.stat().st_ino, target.stat().st_mtime) == (before.st_ino, 1)


def test_missing_folders_are_made(tmp_path):
    write(tmp_path / "a" / "b" / "cv.pdf", b"data")
    assert (tmp_path / "a" / "b" / "cv.pdf").read_bytes() == b"data"


@pytest.mark.parametrize("exists", [True, False])
def test_a_link_stays_and_its_target_is_written(exists, tmp_path):
    (tmp_path / "real").mkdir()
    real = tmp_path / "real" / "cv.pdf"
    if exists:
        real.write_bytes(b"old")
    (tmp_path / "cv.pdf").symlink_to(real)
    write(tmp_path / "cv.pdf", b"data")
    assert (tmp_path / "cv.pdf").is_symlink()
    assert real.read_bytes() == b"data"


NAMES = [
    "a b.pdf",
    "100%.pdf",
    "~.pdf",
    "é金.pdf",
    "\"q\" 'q'.pdf",
    "x" * 240 + ".pdf",
    "-x",
    "$HOME `id`;.pdf",
    "a\nb.pdf",
]


@pytest.mark.parametrize("name", NAMES)
def test_any_name_can_be_written(name, tmp_path):
    assert write(tmp_path / name / name, b"data") is True
    assert (tmp_path / name / name).read_bytes() == b"data"
    assert [path.name for path in (tmp_path / name).iterdir()] == [name]


def refuse(target, words):
    before = sorted(path.name for path in target.parent.iterdir()) if target.parent.is_dir() else []
    with pytest.raises(OutputError, match=words):
        write(target, b"data")
    assert before == (sorted(path.name for path in target.parent.iterdir()) if target.parent.is_dir() else [])


def test_what_is_no_file_is_refused(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    (tmp_path / "file").write_bytes(b"")
    refuse(tmp_path, "is a folder")
    refuse(tmp_path / "pipe", "not a regular file")
    refuse(tmp_path / "loop", "not a regular file|cannot be written")
    refuse(tmp_path / "file" / "cv.pdf", "cannot be written")
    refuse(tmp_path / ("x" * 300), "cannot be written: file name too long")
    refuse(Path("/dev/null"), "not a regular file")


def test_a_place_that_cannot_be_written_is_an_error_with_a_hint():
    """/proc refuses new files to everyone, root included."""
    with pytest.raises(OutputError, match="cannot be written"):
        write(Path("/proc/cv.pdf"), b"data")


FULL = """
import resource, sys
from pathlib import Path
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
sys.path.insert(0, {root!r})
from cvgen.errors import OutputError
from cvgen.files import write
try:
    write(Path({target!r}), bytes(5000))
except OutputError as problem:
    sys.exit(str(problem))
"""


def test_when_the_disk_is_full_the_old_output_stays(tmp_path):
    """A limit on file size stands for the disk: the write fails half-way just so."""
    target = tmp_path / "out" / "cv.pdf"
    write(target, b"old")
    script = FULL.format(root=str(Path(files.__file__).parents[1]), target=str(target))
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert "cannot be written" in done.stderr
    assert target.read_bytes() == b"old"
    assert [path.name for path in target.parent.iterdir()] == ["cv.pdf"]


@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_an_interrupt_leaves_the_old_output_and_no_scrap(step, tmp_path, monkeypatch):
    target = tmp_path / "cv.pdf"
    write(target, b"old")

    def interrupt(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(*((os, "fsync") if step == "fsync" else (Path, "replace")), interrupt)
    with pytest.raises(KeyboardInterrupt):
        write(target, b"new")
    assert target.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [target]


def test_nobody_ever_reads_half_an_output(tmp_path):
    """Sixteen writers of one path: a reader sees one of their outputs, whole."""
    target = tmp_path / "cv.pdf"
    write(target, b"0" * 300_000)
    seen, stop = set(), threading.Event()

    def watch():
        while not stop.is_set():
            data = target.read_bytes()
            seen.add((len(data), len(set(data))))

    watcher = threading.Thread(target=watch)
    watcher.start()
    with ThreadPoolExecutor(16) as pool:
        list(pool.map(lambda digit: write(target, b"%x" % digit * 300_000), range(16)))
    stop.set()
    watcher.join()
    assert seen == {(300_000, 1)}
    assert list(tmp_path.iterdir()) == [target]


WRITER = "import sys; from pathlib import Path; from cvgen.files import write; write(Path(sys.argv[1]), b'x')"


def test_the_writers_of_one_path_wait_for_each_other(tmp_path):
    """Also across processes; another path is not held up."""
    with files._lock(tmp_path / "cv.pdf"):
        other = subprocess.Popen([sys.executable, "-c", WRITER, tmp_path / "cv.pdf"])
        with pytest.raises(subprocess.TimeoutExpired):
            other.wait(1.5)
        write(tmp_path / "else.pdf", b"y")
        assert not (tmp_path / "cv.pdf").exists()
    assert other.wait(20) == 0
    assert (tmp_path / "cv.pdf").read_bytes() == b"x"
