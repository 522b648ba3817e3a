"""The reader of TeX logs, on logs of real runs: `data/logs/<case>.tex`, its log per engine, and what is to be said.

`<case>.expected` holds for both engines unless there is `<case>.<engine>.expected`.
"""

from pathlib import Path

import font_source_sans_pro
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.engines import installed, make_tree

from cvgen.diagnostics import Diagnostic, Severity, Span, visible
from cvgen.engine.log import diagnose_log, log_warnings
from cvgen.engine.run import run_engine
from cvgen.engine.start import JOBNAME
from cvgen.errors import TypesettingError

LOGS = Path(__file__).parents[1] / "data" / "logs"
CASES = sorted(path.stem for path in LOGS.glob("*.tex"))
ENGINES = ("xelatex", "lualatex")
# What the log does not tell, `run_engine` does.
SILENT = {"no-pages"}
QUICK = {"no-pages", "picture", "undefined"}


def diagnose(text: str, origins: list[tuple[int, Span]]) -> tuple[Diagnostic, ...]:
    return diagnose_log(text, origins, JOBNAME)


def origins(case: str) -> list[tuple[int, Span]]:
    lines = (LOGS / f"{case}.tex").read_text(encoding="utf-8").splitlines()
    return [
        (number, Span("profile.yaml", int(line.rpartition(":")[2]), 1))
        for number, line in enumerate(lines, 1)
        if line.startswith("% profile.yaml:")
    ]


def expected(case: str, name: str) -> str:
    own = LOGS / f"{case}.{name}.expected"
    return (own if own.exists() else LOGS / f"{case}.expected").read_text(encoding="utf-8")


def said(found: tuple[Diagnostic, ...]) -> str:
    return "".join(
        (f"{one.span}: " if one.span.file else "") + f"{one.severity}[{one.code}]: {one.message}\n" for one in found
    )


def test_every_case_has_a_log_of_each_engine():
    assert len(CASES) > 25
    assert all((LOGS / f"{case}.{name}.log").is_file() for case in CASES for name in ENGINES)


def test_no_log_tells_where_it_was_recorded():
    logs = [path.read_text(encoding="utf-8") for path in LOGS.glob("*.log")]
    assert logs
    assert not [log for log in logs if "/tmp/" in log or "/home/" in log or "/root/" in log]


@pytest.mark.parametrize("name", ENGINES)
@pytest.mark.parametrize("case", CASES)
def test_a_failure_is_told_in_our_words_at_its_yaml_line(case, name):
    """Whatever TeX prints, the reader learns what is wrong and at which line of the profile."""
    text = (LOGS / f"{case}.{name}.log").read_text(encoding="utf-8")
    found = diagnose(text, origins(case)) or log_warnings(text, origins(case))
    assert said(found) == expected(case, name)


@pytest.mark.parametrize("name", ENGINES)
@pytest.mark.parametrize(
    "case", [pytest.param(case, marks=[] if case in QUICK else pytest.mark.long) for case in CASES]
)
def test_the_installed_engine_fails_as_the_recorded_one_did(case, name, tmp_path):
    """The words hold for the TeX Live that is installed here, not only for the one that was recorded."""
    font = Path(font_source_sans_pro.__file__).parent / "files" / "SourceSansPro-Regular.otf"
    tree = make_tree(tmp_path, fonts={font.name: font.read_bytes()})
    assets = {"photo.png": b"not a picture"} if case == "picture" else {}
    tex = (LOGS / f"{case}.tex").read_text(encoding="utf-8")
    try:
        done = run_engine(tex, engine=installed(name), tree=tree, assets=assets, origins=origins(case))
    except TypesettingError as problem:
        if case in SILENT:
            assert "wrote no PDF" in str(problem)
        else:
            assert said(problem.diagnostics) == expected(case, name)
    else:
        assert case not in SILENT
        assert said(log_warnings(done.log, origins(case))) == expected(case, name)


def test_a_log_without_an_error_has_no_diagnosis():
    text = (LOGS / "clean.xelatex.log").read_text(encoding="utf-8")
    assert diagnose(text, []) == ()
    assert log_warnings(text, []) == ()


def test_an_error_before_the_first_origin_has_no_place():
    assert diagnose("./cv.tex:1: Missing $ inserted.\nl.1 x\n", [(5, Span("a.yaml", 3))])[0].span.file == ""


def test_an_error_in_the_class_is_not_blamed_on_a_profile_line():
    """A line of cvgen.cls is not a line of cv.tex."""
    found = diagnose("/x/cvgen.cls:99: Undefined control sequence.\nl.99 \\no\n", [(5, Span("a.yaml", 3))])
    assert [one.span.file for one in found] == [""]


def test_tectonics_form_without_file_and_line_is_read_too():
    found = diagnose("! Undefined control sequence.\nl.8 \\nosuch\n           x\n", [(7, Span("a.yaml", 3))])
    assert said(found) == "a.yaml:3:0: error[tex-undefined]: `\\nosuch` is not defined\n"


def test_an_unknown_message_is_passed_on_with_controls_made_visible():
    found = diagnose("./cv.tex:8: Something \x1b[31mnew\u202e.\n", [(7, Span("a.yaml", 3))])
    assert said(found) == "a.yaml:3:0: error[tex]: TeX stopped: Something <U+001B>[31mnew<U+202E>.\n"


def test_the_same_complaint_many_times_is_told_once():
    text = "Overfull \\hbox (3.0pt too wide) in paragraph at lines 8--9\n" * 500
    assert len(log_warnings(text, [(7, Span("a.yaml", 3))])) == 1


MESSAGES = (
    "Undefined control sequence.",
    "Font ",
    "Missing ",
    "inserted.",
    "LaTeX Error: ",
    "File `",
    "' not found.",
)
PLACES = ("! ", "./cv.tex:", "8: ", "l.", "9", "\n", "99999999999999999999", "\\x", "{", "}", "[", "]")
BOXES = ("Overfull ", "\\hbox (", "1.pt", "character: There is no ", "in font ", "Emergency stop.", "ended by")


@given(st.one_of(st.text(), st.lists(st.sampled_from(MESSAGES + PLACES + BOXES)).map("".join)))
def test_no_log_whatsoever_makes_the_reader_fail(text):
    found = diagnose(text, [(1, Span("a.yaml", 1))]) + log_warnings(text, [(1, Span("a.yaml", 1))])
    assert len(found) <= 100
    assert all(one.code.startswith("tex") and visible(one.message) == one.message for one in found)
    assert all(one.severity in (Severity.ERROR, Severity.WARNING) for one in found)
