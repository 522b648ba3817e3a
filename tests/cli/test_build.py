"""The command line: exit codes, streams, signals, and nothing that surprises a script."""

import json
import os
import pty
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

from support import extract
import pytest
from conftest import in_yaml

import cvgen.batch.tasks
import cvgen.cli
from cvgen.errors import EngineTimeoutError, ExitCode

ROOT = Path(__file__).resolve().parent.parent
TEXT = {"kind": "text", "title": "Summary", "text": "Writes programs for engines."}
PALE = {"options": {"accent": "#FFCC00"}}

pytestmark = pytest.mark.usefixtures("xelatex")


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def run(monkeypatch, capfdbinary):
    """Return a function that runs a command in this process: exit code, standard output, standard error."""
    monkeypatch.setattr(signal, "signal", lambda *_: None)

    def command(*arguments):
        monkeypatch.setattr(sys, "argv", ["cvgen", *map(str, arguments)])
        with pytest.raises(SystemExit) as caught:
            cvgen.cli.main()
        out, err = capfdbinary.readouterr()
        return caught.value.code, out, err.decode()

    return command


def spawn(*arguments, **options):
    """Start a command as a process of its own, in which Ctrl-C works as on a terminal, and its closing too."""
    program = (
        "import signal; signal.signal(signal.SIGINT, signal.default_int_handler); "
        "signal.signal(signal.SIGHUP, signal.SIG_DFL); import cvgen.cli; cvgen.cli.main()"
    )
    return subprocess.Popen([sys.executable, "-W", "error", "-c", program, *map(str, arguments)], **options)


# --- exit codes ----------------------------------------------------------------------------------------------------


def test_a_build_that_works_exits_0_and_tells_on_one_line(run, profile):
    """Standard output has one line with the file, its pages and seconds; standard error has nothing."""
    code, out, err = run("build", profile(TEXT))
    assert (code, err) == (0, "")
    assert out.decode().startswith("build/ada.pdf: 1 page, ")
    assert out.count(b"\n") == 1


@pytest.mark.parametrize(
    "arguments",
    [
        ("build",),
        ("build", "{profile}", "--thme", "plain"),
        ("build", "{profile}", "--engine", "word"),
        ("build", "{profile}", "--set", "theme"),
        ("build", "{profile}", "--variant", "short"),
        ("build", "{empty}"),
        ("build", "{profile}", "{copy}"),
        ("build", "{profile}", "{copy}", "-o", "-"),
        ("build", "{profile}", "-j", "0"),
        ("export", "word", "{profile}"),
        ("biuld", "{profile}"),
        ("--nope",),
    ],
)
def test_a_call_that_cannot_be_understood_exits_2(run, profile, tmp_path, arguments):
    """Usage errors say what is wrong on standard error, and write nothing."""
    path = profile(TEXT)
    (tmp_path / "empty").mkdir()
    (tmp_path / "copy").mkdir()
    shutil.copy(path, tmp_path / "copy" / path.name)
    places = {"profile": path, "empty": tmp_path / "empty", "copy": tmp_path / "copy" / path.name}
    code, out, err = run(*(argument.format(**places) for argument in arguments))
    assert (code, out) == (2, b"")
    assert err
    assert "Traceback" not in err
    assert not Path("build").exists()


def test_an_invalid_or_missing_profile_exits_3(run, profile, tmp_path):
    """All mistakes are told at once, each at its place."""
    path = profile({**TEXT, "txt": "x"}, {"kind": "custm", "title": "x"})
    code, out, err = run("build", path)
    assert (code, out) == (3, b"")
    assert err.count("error[") == 2
    assert f"{path}:8:5: error[unknown-key]" in err
    code, out, err = run("build", tmp_path / "nosuch.yaml")
    assert (code, out) == (3, b"")
    assert "nosuch.yaml" in err


def test_an_unknown_theme_exits_4(run, profile):
    """The theme that was meant is named."""
    code, _, err = run("build", profile(TEXT), "--theme", "plian")
    assert code == 4
    assert "did you mean `plain`?" in err
    assert run("themes", "plian")[0] == 4


def test_a_missing_engine_exits_5(run, profile, monkeypatch, tmp_path):
    """The command that installs it is named."""
    monkeypatch.setenv("PATH", str(tmp_path))
    code, _, err = run("build", profile(TEXT))
    assert code == 5
    assert "cvgen setup" in err


def test_a_failure_of_tex_exits_6(run, profile, monkeypatch, tmp_path):
    """The YAML line and the kept log are named."""
    folder = tmp_path / "config" / "cvgen" / "themes" / "broken"
    shutil.copytree(ROOT / "latex_templates" / "plain", folder)
    style = (folder / "plain.sty").read_text("utf-8").replace("{plain}", "{broken}")
    (folder / "broken.sty").write_text(style + "\n\\renewcommand\\cvparagraph[1]{\\nosuchmacro}\n", "utf-8")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    path = profile(TEXT)
    code, _, err = run("build", path, "--theme", "broken")
    assert code == 6
    assert f"{path}:" in err
    assert "build/ada.log" in err


def test_a_timeout_exits_7(run, profile, monkeypatch):
    """An engine that takes too long has a code of its own."""
    late = cvgen.batch.tasks.Failure("x", EngineTimeoutError("late"))
    monkeypatch.setattr(cvgen.batch.tasks, "attempt", lambda *_: late)
    assert run("build", profile(TEXT))[0] == 7


def test_an_output_that_cannot_be_written_exits_8(run, profile, here):
    """The reason is told."""
    (here / "file").write_text("x")
    code, _, err = run("build", profile(TEXT), "-o", "file/ada.pdf")
    assert code == 8
    assert "file" in err


def test_a_bug_exits_1_and_asks_for_a_report(run, profile, monkeypatch):
    """What nobody foresaw shows its traceback and says what to do with it."""

    def fail(*_):
        raise RuntimeError("unforeseen")

    monkeypatch.setattr(cvgen.batch.tasks, "attempt", fail)
    code, _, err = run("build", profile(TEXT))
    assert code == 1
    assert "unforeseen" in err
    assert "bug in cvgen" in err


def test_check_exits_9_and_writes_nothing(run, profile, here):
    """CI learns that somebody forgot to build; the files are left as they are."""
    path = profile(TEXT)
    code, _, err = run("build", path, "--check")
    assert (code, "does not exist" in err, list(here.iterdir())) == (9, True, [])
    run("build", path)
    assert run("build", path, "--check")[0] == 0
    before = (here / "build" / "ada.pdf").read_bytes()
    path.write_text(path.read_text().replace("Writes programs", "Writes letters"))
    code, _, err = run("build", path, "--check")
    assert (code, "out of date" in err) == (9, True)
    assert (here / "build" / "ada.pdf").read_bytes() == before


def test_no_gate_is_loud(run, profile):
    """Whoever leaves the gate out is told each time what that means."""
    code, _, err = run("build", profile(TEXT), "--no-gate")
    assert code == 0
    assert "--no-gate" in err
    assert "lack words" in err


def test_strict_exits_as_if_the_warning_were_an_error(run, profile):
    """A warning about the profile is an error of the profile."""
    code, _, err = run("build", profile(TEXT, document=PALE), "--strict")
    assert code == 3
    assert "error[contrast]" in err


def test_formats_go_beside_the_pdf(run, profile, here):
    """Pages as pictures and the TeX, as asked for; what is no format is told."""
    assert run("build", profile(TEXT), "--format", "pdf,png,tex")[0] == 0
    assert sorted(entry.name for entry in (here / "build").iterdir()) == ["ada-1.png", "ada.pdf", "ada.tex"]
    assert (here / "build" / "ada-1.png").read_bytes().startswith(b"\x89PNG")
    assert run("build", profile(TEXT), "--format", "pdf,docx")[0] == 2


def test_the_first_failure_of_several_decides(run, profile, monkeypatch):
    """Whatever follows, a script sees the code of the first profile that failed, and the others are built."""
    paths = [profile(TEXT, name="a.yaml"), profile({"kind": "txt"}, name="b.yaml"),
             profile(TEXT, document={"theme": "nosuch"}, name="c.yaml"), profile(TEXT, name="d.yaml")]  # fmt: skip
    code, out, err = run("build", *paths)
    assert code == 3
    assert out.decode().count(": 1 page") == 2
    assert "2 of 4 profiles built, 2 failed, " in err


# --- help ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", cvgen.cli._COMMANDS)
def test_the_help_of_each_command_ends_with_an_example(run, name):
    """A reader can copy the last line."""
    code, out, err = run(name, "--help")
    assert (code, err) == (0, "")
    assert out.decode().strip().split("\n")[-1].strip().startswith(f"Example: cvgen {name}")


def test_the_help_lists_every_command(run):
    """All commands stand in `cvgen --help`, each with what it does; without a command the help is shown as well."""
    code, out, _ = run("--help")
    assert code == 0
    for name, words in cvgen.cli._COMMANDS.items():
        assert f"  {name} " in out.decode()
        assert words.split(".")[0][:30] in out.decode()
    code, out, err = run()
    assert code == 2
    assert "Usage: cvgen" in out.decode() + err


def test_an_unknown_command_gets_a_guess(run):
    """`cvgen biuld` means `cvgen build`."""
    code, _, err = run("biuld")
    assert code == 2
    assert "did you mean `build`?" in err


@pytest.mark.parametrize("argument", ["--help", "--version"])
def test_help_and_version_load_nothing_heavy(argument):
    """They answer at once: no models, no PDF library, no TeX tree is imported."""
    script = (
        "import sys, cvgen.cli\n"
        f"sys.argv = ['cvgen', '{argument}']\n"
        "try: cvgen.cli.main()\n"
        "except SystemExit as end: assert not end.code, end.code\n"
        "print(*sys.modules, file=sys.stderr)\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert "cvgen" in done.stdout
    loaded = {name.partition(".")[0] for name in done.stderr.split()}
    heavy = {"pydantic", "pydantic_core", "pypdf", "pylatex", "yaml", "fontTools", "PIL", "markdown_it", "rapidfuzz"}
    assert loaded & (heavy | {"babel", "idna", "logging", "json", "tomllib"}) == set()


def test_it_runs_as_a_module(profile):
    """`python -m cvgen` is the same command."""
    done = subprocess.run([sys.executable, "-m", "cvgen", "--version"], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("cvgen ")


# --- outputs -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("output", "expected"),
    [
        ("x.pdf", "x.pdf"),
        ("deep/er/x.pdf", "deep/er/x.pdf"),
        ("out", "out/ada.pdf"),
        (".", "ada.pdf"),
        ("v1.2/", "v1.2/ada.pdf"),
    ],
)
def test_the_output_is_a_file_or_a_folder(run, profile, here, output, expected):
    """A name with an ending is a file, any other, or one with a slash, a folder; missing folders are made."""
    assert run("build", profile(TEXT), "-o", output)[0] == 0
    assert [path.relative_to(here).as_posix() for path in here.rglob("*") if path.is_file()] == [expected]


def test_a_folder_means_its_profiles(run, profile, here):
    """Every *.yaml in it, sorted, is built; other files are not looked at."""
    folder = profile(TEXT, name="b.yaml").parent
    profile(TEXT, name="a.yml")
    (folder / "notes.txt").write_text("x")
    (folder / "works").mkdir()
    (folder / "works" / "shared.yaml").write_text("x: y")
    code, out, err = run("build", folder, "-o", "out")
    assert code == 0
    assert [line.split(":")[0] for line in out.decode().splitlines()] == ["out/a.pdf", "out/b.pdf"]
    assert re.fullmatch(r"2 of 2 profiles built, \d+\.\d s\n", err)


def test_standard_output_gets_the_pdf_and_nothing_else(run, profile):
    """`-o -` can be piped: the bytes are those of the file."""
    path = profile(TEXT, document=PALE)
    code, out, err = run("build", path, "-o", "-")
    assert code == 0
    assert "warning[contrast]" in err
    run("build", path, "-o", "x.pdf")
    assert out == Path("x.pdf").read_bytes()
    assert not Path("build").exists()


def test_a_value_can_be_replaced(run, profile):
    """`--set` reaches any value, may be repeated, and is checked like the file."""
    path = profile(TEXT)
    run("build", path, "--set", "person.name=Grace Hopper", "--set", "sections[0].title=Other=title")
    words = extract.words_of(Path("build/ada.pdf").read_bytes(), "pdftotext")
    assert "Grace Hopper" in words
    assert "Other=title" in words
    code, _, err = run("build", path, "--set", "person.nmae=x")
    assert code == 3
    assert "did you mean" in err


def test_jobs_build_the_same(run, profile):
    """Several processes give the same files, told in the same order."""
    paths = [profile({**TEXT, "text": f"Number {at}."}, name=f"p{at}.yaml") for at in range(3)]
    assert run("build", *paths, "-o", "one")[0] == 0
    code, out, _ = run("build", *paths, "-o", "two", "-j", "2")
    assert code == 0
    assert [line.split(":")[0] for line in out.decode().splitlines()] == [f"two/p{at}.pdf" for at in range(3)]
    for at in range(3):
        assert Path(f"one/p{at}.pdf").read_bytes() == Path(f"two/p{at}.pdf").read_bytes()


def test_quiet_says_nothing_but_mistakes(run, profile):
    """Nothing at all where all went well."""
    assert run("build", profile(TEXT), "-q") == (0, b"", "")
    code, out, err = run("build", profile({"kind": "txt"}, name="b.yaml"), "-q")
    assert (code, out) == (3, b"")
    assert "error[" in err


def test_verbose_tells_the_stages(run, profile):
    """Engine, passes, walls and seconds of each stage."""
    _, out, _ = run("build", profile(TEXT), "-v")
    assert "xelatex" in out.decode()
    assert "engine " in out.decode()


def test_an_unchanged_output_is_told(run, profile):
    """The second build says that it changed nothing."""
    path = profile(TEXT)
    run("build", path)
    assert run("build", path)[1].decode().strip().endswith("unchanged")


# --- diagnostics ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("arguments", [("build",), ("check",)])
def test_json_is_one_document(run, profile, arguments):
    """Standard error is a JSON array of all diagnostics of all profiles, also where there are none."""
    good = profile(TEXT, name="a.yaml")
    bad = profile({"kind": "txt"}, {**TEXT, "txt": 1}, name="b.yaml")
    pale = profile(TEXT, document=PALE, name="c.yaml")
    code, _, err = run(*arguments, good, bad, pale, "--message-format", "json")
    assert code == 3
    found = json.loads(err)
    assert {(Path(one["file"]).name, one["severity"]) for one in found} == {
        ("b.yaml", "error"),
        ("c.yaml", "warning"),
    }
    assert all(one["line"] and one["column"] and one["code"] and one["message"] for one in found)
    code, _, err = run(*arguments, good, "--message-format", "json")
    assert (code, json.loads(err)) == (0, [])


@pytest.mark.parametrize("arguments", [("build",), ("check",)])
def test_sarif_is_one_document(run, profile, arguments):
    """Standard error is a SARIF log with one result for each diagnostic, and each rule it names."""
    bad = profile({"kind": "txt"}, {**TEXT, "txt": 1})
    code, _, err = run(*arguments, bad, profile(TEXT, name="b.yaml"), "--message-format", "sarif")
    assert code == 3
    (sarif,) = json.loads(err)["runs"]
    assert len(sarif["results"]) == 2
    assert {one["ruleId"] for one in sarif["results"]} == {rule["id"] for rule in sarif["tool"]["driver"]["rules"]}


def test_github_annotates_lines(run, profile):
    """Each diagnostic is a workflow command on a line of its own."""
    path = profile({"kind": "txt"}, {**TEXT, "txt": 1})
    _, _, err = run("build", path, "--message-format", "github")
    lines = err.splitlines()
    assert len(lines) == 2
    assert all(line.startswith(f"::error file={path},line=") for line in lines)


def test_colour_is_for_terminals_that_want_it(profile):
    """A terminal gets colour, unless NO_COLOR is set; a pipe never does."""

    def seen(**environment):
        ours, theirs = pty.openpty()
        process = spawn(
            "check", profile({"kind": "txt"}), stderr=theirs, env={**os.environ, "TERM": "xterm", **environment}
        )
        os.close(theirs)
        told = b""
        while True:
            try:
                more = os.read(ours, 65536)
            except OSError:
                break
            if not more:
                break
            told += more
        os.close(ours)
        assert process.wait(30) == 3
        return told

    assert b"\x1b[" in seen()
    assert b"\x1b[" not in seen(NO_COLOR="1")
    piped = spawn("check", profile({"kind": "txt"}), stderr=subprocess.PIPE)
    assert b"\x1b[" not in piped.communicate(timeout=30)[1]


def test_control_characters_of_a_profile_never_reach_the_terminal(run, profile):
    """What a profile holds cannot move the cursor or hide what is said about it."""
    path = profile({"kind": "text", "text": "a\u202eb\x1b[31mc"}, {"kind": "\u202ex"})
    _, _, err = run("build", path)
    assert not {char for char in err if not char.isprintable() and char != "\n"}


# --- check, themes, schema, export ---------------------------------------------------------------------------------


def test_check_needs_no_engine_and_writes_nothing(run, profile, monkeypatch, tmp_path, here):
    """All mistakes of all profiles, counted; warnings fail only a strict check."""
    monkeypatch.setenv("PATH", str(tmp_path))
    good, pale = profile(TEXT), profile(TEXT, document=PALE, name="b.yaml")
    assert run("check", good) == (0, b"", "1 profile, 0 errors, 0 warnings\n")
    code, _, err = run("check", good, pale)
    assert code == 0
    assert err.endswith("2 profiles, 0 errors, 1 warning\n")
    assert run("check", good, pale, "--strict")[0] == 3
    assert run("check", profile({"kind": "txt"}, name="c.yaml"))[0] == 3
    assert list(here.iterdir()) == []


def test_check_finds_what_no_font_has(run, profile):
    """A character that cannot be set is found without TeX."""
    code, _, err = run("check", profile({"kind": "text", "text": "😀"}))
    assert code == 3
    assert "GRINNING FACE" in err


def test_themes_are_listed_with_their_options(run):
    """Each theme with each option, or one theme alone."""
    _, out, _ = run("themes")
    assert {"awesome:", "plain:"} <= set(out.decode().split())
    _, out, _ = run("themes", "plain")
    assert "awesome:" not in out.decode()
    assert "accent (color, default black)" in out.decode()


@pytest.mark.parametrize("arguments", [(), ("--works",)])
def test_the_schema_is_json(run, arguments):
    """It can be piped into a file that editors read."""
    code, out, err = run("schema", *arguments)
    assert (code, err) == (0, "")
    assert json.loads(out)["$schema"].startswith("https://json-schema.org/")


def test_text_can_be_piped(run, profile):
    """`export text` prints the words and nothing else."""
    code, out, err = run("export", "text", profile(TEXT))
    assert (code, err) == (0, "")
    assert out.decode() == "Ada Lovelace\n\nSummary\n-------\nWrites programs for engines.\n"


def test_an_export_can_be_a_file(run, profile):
    """`-o` names it; the same export is the same bytes as on standard output."""
    path = profile(TEXT)
    for form in ("tex", "text"):
        _, out, _ = run("export", form, path)
        assert run("export", form, path, "-o", f"out/x.{form}")[0] == 0
        assert Path(f"out/x.{form}").read_bytes() == out


@pytest.mark.parametrize("theme", ["awesome", "plain"])
@pytest.mark.parametrize("name", ["photo", "names_of_the_world"])
def test_an_exported_folder_compiles_by_itself(run, tmp_path, name, theme):
    """Class, theme, fonts and portrait are all in it: plain `xelatex` gives the words that a build gives.

    Their order on a line is another matter: without the tags that a build makes, pdftotext guesses columns.
    """
    path = ROOT / "examples" / f"{name}.yaml"
    code, _, err = run("export", "tex", path, "-o", tmp_path / "overleaf", "--theme", theme)
    assert (code, err) == (0, "")
    done = subprocess.run(
        ["xelatex", "-interaction=nonstopmode", "-halt-on-error", f"{name}.tex"],
        cwd=tmp_path / "overleaf", capture_output=True, text=True, check=False,
        env={"PATH": os.environ["PATH"], "HOME": str(tmp_path)},
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-2000:]
    exported = (tmp_path / "overleaf" / f"{name}.pdf").read_bytes()
    run("build", path, "-o", "x.pdf", "--theme", theme)
    words = [extract.words_of(pdf, "pdftotext").split() for pdf in (exported, Path("x.pdf").read_bytes())]
    assert sorted(words[0]) == sorted(words[1])


# --- signals -------------------------------------------------------------------------------------------------------


def processes(mark):
    """Return the ids of processes that have `mark` in their command line."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                if mark.encode() in (entry / "cmdline").read_bytes():
                    found.append(int(entry.name))
            except OSError:
                continue
    return found


def wait_for(condition):
    end = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < end, "it did not happen in half a minute"
        time.sleep(0.02)


@pytest.fixture
def endless(tmp_path):
    """An engine that never ends; the number it sleeps for is a mark by which it is found."""
    mark = f"{5000 + os.getpid() % 1000}.{time.monotonic_ns() % 10**9}"
    (tmp_path / "bin").mkdir()
    program = tmp_path / "bin" / "xelatex"
    program.write_text(f'#!/bin/sh\ncase "$1" in --version) echo Fake;; *) sleep {mark};; esac\n')
    program.chmod(0o755)
    return mark, {**os.environ, "PATH": f"{tmp_path / 'bin'}:{os.environ['PATH']}", "TMPDIR": str(tmp_path)}


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGTERM, ExitCode.TERMINATED), (signal.SIGINT, ExitCode.INTERRUPTED)]
)
@pytest.mark.parametrize("jobs", [1, 2])
def test_a_signal_stops_everything_and_leaves_the_old_pdf(profile, tmp_path, endless, number, code, jobs):
    """130 or 143, no engine left running, no work folder left behind, and the old PDF as it was."""
    mark, environment = endless
    paths = [profile(TEXT, name=f"{letter}.yaml") for letter in "abcdef"]
    Path("build").mkdir()
    Path("build/a.pdf").write_bytes(b"old")
    process = spawn("build", *paths, "-j", jobs, env=environment, stderr=subprocess.PIPE, start_new_session=True)
    try:
        wait_for(lambda: len(processes(mark)) >= jobs)
        if number == signal.SIGINT:
            os.killpg(process.pid, number)  # as a terminal does
        else:
            process.send_signal(number)
        err = process.communicate(timeout=30)[1].decode()
    finally:
        process.kill()
    assert process.returncode == code
    assert "Traceback" not in err
    wait_for(lambda: not processes(mark))
    assert [entry.name for entry in Path("build").iterdir()] == ["a.pdf"]
    assert Path("build/a.pdf").read_bytes() == b"old"
    assert not list(tmp_path.glob("cvgen-*"))


@pytest.mark.parametrize("arguments", [("schema",), ("export", "text", "{profile}"), ("themes",),
                                       ("build", "{profile}", "-o", "-"), ("build", "{profile}")])  # fmt: skip
def test_a_reader_that_goes_away_is_no_failure(profile, arguments):
    """`cvgen … | head -0` ends without a word, as other commands do."""
    reader, writer = os.pipe()
    os.close(reader)
    path = profile(TEXT)
    process = spawn(*(argument.format(profile=path) for argument in arguments), stdout=writer, stderr=subprocess.PIPE)
    os.close(writer)
    err = process.communicate(timeout=60)[1]
    assert (process.returncode, err) == (0, b"")


def test_a_reader_that_goes_away_stops_no_build(profile):
    """Whoever reads the results may leave: every profile is built, and the exit code is that of the builds."""
    reader, writer = os.pipe()
    os.close(reader)
    paths = [profile(TEXT, name="a.yaml"), profile({"kind": "txt"}, name="b.yaml"), profile(TEXT, name="c.yaml")]
    process = spawn("build", *paths, stdout=writer, stderr=subprocess.PIPE)
    os.close(writer)
    process.communicate(timeout=60)
    assert process.returncode == 3
    assert sorted(path.name for path in Path("build").iterdir()) == ["a.pdf", "c.pdf"]


def test_profiles_need_not_be_read_by_this_encoding(tmp_path):
    """In the C locale, names and messages beyond ASCII are read and printed all the same."""
    path = tmp_path / "é.yaml"
    path.write_text(in_yaml({"person": {"name": "Zoë 金超"}, "sections": [TEXT]}), "utf-8")
    environment = {**os.environ, "LC_ALL": "C", "LANG": "C"}
    process = spawn("export", "text", path, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (0, b"")
    assert out.decode().startswith("Zoë 金超\n")
