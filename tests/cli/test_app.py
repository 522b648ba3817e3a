"""All commands: help, completion, exit codes, streams, and nothing that surprises a script."""

import json
import os
import pty
import re
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from support.processes import run as run_process
from support.processes import spawn, terminal_output
from support.profiles import TEXT, in_yaml
from support.themes import write_theme

import cvgen.batch.tasks
from cvgen.cli import fields
from cvgen.cli.app import _COMMANDS
from cvgen.errors import EngineTimeoutError, UsageError
from cvgen.loading.profile import ProfileFile
from cvgen.profile.person import Person
from cvgen.profile.works import Work
from cvgen.sections import kinds, load_kind

ROOT = Path(__file__).resolve().parents[2]

pytestmark = pytest.mark.usefixtures("here", "xelatex")


@pytest.mark.parametrize("option", ["-h", "--help"])
@pytest.mark.parametrize("name", _COMMANDS)
def test_the_help_of_each_command_ends_with_an_example(run, name, option):
    """A reader can copy the last line."""
    code, out, err = run(name, option)
    assert (code, err) == (0, "")
    assert out.decode().strip().split("\n")[-1].strip().startswith(f"Example: cvgen {name}")


def test_the_help_lists_every_command(run):
    """All commands stand in `cvgen --help`, each with what it does; without a command the help is shown as well."""
    code, out, _ = run("--help")
    assert code == 0
    for name, words in _COMMANDS.items():
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


HEAVY = {
    "pydantic",
    "pydantic_core",
    "pypdf",
    "pikepdf",
    "pylatex",
    "yaml",
    "fontTools",
    "PIL",
    "markdown_it",
    "rapidfuzz",
}
HEAVY |= {"babel", "idna", "pypdfium2", "pybtex", "watchdog", "distributed", "multiprocessing"}


@pytest.mark.parametrize("arguments", [("--help",), ("--version",), ("build", "--help"), ("build", "{profile}")])
def test_a_quick_answer_imports_nothing_slow(profile, arguments):
    """Help, version, and a build of what is up to date: no models, no PDF library, no YAML, no processes."""
    path = profile(TEXT)
    os.utime(path, (1e9, 1e9))
    last = run_process("build", path)
    while "build" in arguments and "up to date" not in last.stdout:
        last = run_process("build", path)  # a file that has just changed may change again within the same tick
    show = "import atexit, sys; atexit.register(lambda: print(*sys.modules, file=sys.stderr))"
    done = run_process(*(argument.format(profile=path) for argument in arguments), before=show)
    assert (done.returncode, "cvgen" in done.stdout or "up to date" in done.stdout) == (0, True)
    loaded = done.stderr.split()
    assert "cvgen.cli.app" in loaded
    assert {name.partition(".")[0] for name in loaded} & HEAVY == set()
    assert not {"cvgen.pipeline", "cvgen.pdf.finishing"} & set(loaded)


def test_a_build_starts_its_engine_before_slow_imports(profile):
    """TeX reads its format while Python imports the models."""
    path = profile(TEXT)
    run_process("build", path)  # so that there is a format
    spy = (
        "import sys; from cvgen.engine import prestart; start = prestart.start_engine; "
        "prestart.start_engine = lambda *a, **k: (print(*sys.modules, file=sys.stderr), start(*a, **k))[1]"
    )
    done = run_process("build", path, "--force", before=spy)
    assert done.returncode == 0
    assert "cvgen.engine.prestart" in done.stderr.split()
    assert {name.partition(".")[0] for name in done.stderr.split()} & HEAVY == set()


def test_it_runs_as_a_module():
    """`python -m cvgen` is the same command."""
    done = subprocess.run([sys.executable, "-m", "cvgen", "--version"], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("cvgen ")


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("cvgen w", ["watch"]),
        ("cvgen build --theme pl", ["plain"]),
        ("cvgen themes aw", ["awesome"]),
        ("cvgen build --engine lu", ["lualatex"]),
        ("cvgen build --format pdf,p", ["pdf,png"]),
        ("cvgen build --message-format g", ["github"]),
        (f"cvgen build {ROOT}/examples/variants.yaml --variant i", ["industry"]),
        (f"cvgen export text {ROOT}/examples/variants.yaml --variant i", ["industry"]),
        ("cvgen export b", ["bibtex"]),
        ("cvgen build pro", None),
        ("cvgen build -o pro", None),
    ],
)
def test_values_are_completed(line, expected):
    """By the shell, with click's own completion: commands, choices, themes, variants; None is a path."""
    environment = {**os.environ, "_CVGEN_COMPLETE": "bash_complete", "COMP_WORDS": line}
    environment["COMP_CWORD"] = str(len(line.split()) - 1)
    done = subprocess.run(
        [sys.executable, "-m", "cvgen"], env=environment, capture_output=True, text=True, check=False
    )
    assert done.stderr == ""
    assert done.stdout.split() == (["file,pro"] if expected is None else [f"plain,{word}" for word in expected])


def test_themes_are_listed_with_their_options(run):
    """Each theme with each option, or one theme alone."""
    _, out, _ = run("themes")
    assert {"awesome:", "plain:"} <= set(out.decode().split())
    _, out, _ = run("themes", "plain")
    assert "awesome:" not in out.decode()
    assert "accent (color, default black)" in out.decode()


def test_fields_say_what_may_stand_where():
    """Every field of a part or a kind with a sentence; other tools' names of kinds are known."""
    runner = CliRunner()
    models = {"": ProfileFile, "person": Person, "work": Work} | {kind: load_kind(kind).MODEL for kind in kinds()}
    for kind, model in models.items():
        done = runner.invoke(fields.command, [kind] if kind else [])
        assert done.exit_code == 0, kind
        for name in model.model_fields:
            assert re.search(rf"(?m)^ +{name}\b", done.output), (kind, name)
    with pytest.raises(UsageError, match="jobs") as caught:
        runner.invoke(fields.command, ["jobs"], catch_exceptions=False)
    assert "`experience`" in caught.value.diagnostics[0].hints[0]


@pytest.mark.parametrize("arguments", [(), ("--works",)])
def test_the_schema_is_json(run, arguments):
    """It can be piped into a file that editors read."""
    code, out, err = run("schema", *arguments)
    assert (code, err) == (0, "")
    assert json.loads(out)["$schema"].startswith("https://json-schema.org/")


# --- exit codes ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "arguments",
    [
        ("build",),
        ("build", "{profile}", "--thme", "plain"),
        ("build", "{profile}", "--engine", "word"),
        ("build", "{profile}", "--set", "theme"),
        ("build", "{profile}", "--format", "pdf,odt"),
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
    copy = tmp_path / "copy" / path.name
    copy.write_bytes(path.read_bytes())
    places = {"profile": path, "empty": tmp_path / "empty", "copy": copy}
    code, out, err = run(*(argument.format(**places) for argument in arguments))
    assert (code, out) == (2, b"")
    assert err
    assert "Traceback" not in err
    assert not Path("build").exists()


def test_an_invalid_or_missing_profile_exits_3(run, profile, tmp_path):
    """All mistakes at once, each at its place."""
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
    write_theme(tmp_path / "config", "broken", "\n\\renewcommand\\cvparagraph[1]{\\nosuchmacro}\n")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    path = profile(TEXT)
    code, _, err = run("build", path, "--theme", "broken")
    assert code == 6
    assert f"{path}:" in err
    assert "build/ada.log" in err


def test_a_timeout_exits_7(run, profile, monkeypatch):
    """An engine that takes too long has a code of its own."""
    late = cvgen.batch.tasks.Failure("x", EngineTimeoutError("late"))
    monkeypatch.setattr(cvgen.batch.tasks, "attempt_build", lambda *_: late)
    assert run("build", profile(TEXT))[0] == 7


def test_an_output_that_cannot_be_written_exits_8(run, profile, here):
    """The reason is printed."""
    (here / "file").write_text("x")
    code, _, err = run("build", profile(TEXT), "-o", "file/ada.pdf")
    assert code == 8
    assert "file" in err


def test_a_bug_exits_1_and_asks_for_a_report(run, profile, monkeypatch):
    """Its traceback is shown, with what to do with it."""

    def fail(*_):
        raise RuntimeError("unforeseen")

    monkeypatch.setattr(cvgen.batch.tasks, "attempt_build", fail)
    code, _, err = run("build", profile(TEXT))
    assert code == 1
    assert "unforeseen" in err
    assert "bug in cvgen" in err


# --- streams -------------------------------------------------------------------------------------------------------


def test_colour_is_for_terminals_that_want_it(profile):
    """A terminal gets colour, unless NO_COLOR is set; a pipe never does."""

    def seen(**environment):
        ours, theirs = pty.openpty()
        environment = {**os.environ, "TERM": "xterm", **environment}
        process = spawn("check", profile({"kind": "txt"}), stderr=theirs, env=environment)
        os.close(theirs)
        shown = terminal_output(ours)
        assert process.wait(30) == 3
        return shown

    assert b"\x1b[" in seen()
    assert b"\x1b[" not in seen(NO_COLOR="1")
    assert "\x1b[" not in run_process("check", profile({"kind": "txt"})).stderr


def test_control_characters_of_a_profile_never_reach_the_terminal(run, profile):
    """What a profile holds cannot move the cursor or hide what is said about it."""
    path = profile({"kind": "text", "text": "a\u202eb\x1b[31mc"}, {"kind": "\u202ex"})
    _, _, err = run("build", path)
    assert not {char for char in err if not char.isprintable() and char != "\n"}


@pytest.mark.parametrize(
    "arguments",
    [
        ("schema",),
        ("export", "text", "{profile}"),
        ("themes",),
        ("build", "{profile}", "-o", "-"),
        ("build", "{profile}"),
    ],
)
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
    """Every profile is built all the same, and the exit code is that of the builds."""
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
