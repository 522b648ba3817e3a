"""One profile to one PDF: what a build promises about its result, its output, its errors and its bytes."""

import io
import re
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from pypdf import PdfReader
from support import extract
from support.engines import installed
from support.outputs import PROFILES
from support.profiles import HONORS, PALE, TEXT, line_of
from support.themes import write_theme

import cvgen
from cvgen.builder import build
from cvgen.diagnostics import Severity
from cvgen.engine import tex_tree
from cvgen.engine.run import run_engine
from cvgen.errors import (
    EngineMissingError,
    ExitCode,
    OutputError,
    ProfileError,
    ThemeError,
    TypesettingError,
    UsageError,
)
from cvgen.options import TypesetOptions
from cvgen.pipeline import emit_profile

EXAMPLES = [path for path in PROFILES if path.parent.name == "examples"]

pytestmark = pytest.mark.usefixtures("xelatex", "here")


# --- results -------------------------------------------------------------------------------------------------------


def test_a_result_tells_all_about_its_build(profile, here):
    """Path, bytes, pages, passes, engine, sandbox, seconds per stage, diagnostics: all there."""
    result = build(profile(TEXT))
    assert result.pdf == Path("build/ada.pdf")
    assert (here / "build" / "ada.pdf").read_bytes() == result.data
    assert (result.pages, result.passes, result.engine) == (1, 1, "xelatex")
    assert result.sandbox
    assert result.written is True
    assert result.cached is False
    assert {"load", "compose", "typeset", "finish", "write"} <= result.seconds.keys()
    assert all(seconds >= 0 for seconds in result.seconds.values())
    assert result.diagnostics == ()
    assert "\\cvsection{Summary}" in result.tex


def test_the_output_is_named_after_profile_and_variant(profile, here):
    """Without an output, a variant goes beside the whole CV."""
    path = profile(TEXT, HONORS, variants={"short": {"sections": ["text"]}})
    assert build(path, variant="short").pdf == Path("build/ada-short.pdf")
    assert sorted(entry.name for entry in (here / "build").iterdir()) == ["ada-short.pdf"]


def test_an_unknown_variant_is_a_mistake_of_the_call(profile):
    """It is a usage error that names the variant meant."""
    with pytest.raises(UsageError) as caught:
        build(profile(TEXT, variants={"short": {"sections": ["text"]}}), variant="shrt")
    assert caught.value.diagnostics[0].hints == ("did you mean `short`?",)


def test_a_page_count_takes_a_second_pass(profile):
    """`{pages}` is right in the PDF, and only a profile that uses it pays for it."""
    result = build(profile(TEXT, document={"footer": {"right": "{page} of {pages}"}}))
    assert result.passes == 2
    assert "1 of 1" in extract.words_of(result.data, "pdftotext")


def test_metadata_comes_from_the_profile(profile):
    """Title, author, subject, keywords and language are the person's; the date is the document's."""
    person = {"name": "Ada Lovelace", "position": ["Analyst", "*Poet*"], "keywords": ["engines", "R&D"]}
    result = build(profile(TEXT, person=person, document={"date": "2024-10-22", "language": "de"}))
    reader = PdfReader(io.BytesIO(result.data))
    info = reader.metadata
    assert (info.title, info.author) == ("Ada Lovelace - Lebenslauf", "Ada Lovelace")
    assert (info.subject, info["/Keywords"]) == ("Analyst · Poet", "engines, R&D")
    assert info["/CreationDate"] == "D:20241022000000+00'00'"
    assert reader.trailer["/Root"]["/Lang"] == "de"


@pytest.mark.parametrize("first", ["cvgen.builder", "cvgen.batch", "cvgen.cli.build", "cvgen"])
def test_build_is_a_function_whatever_was_imported_before(first):
    """No module of that name stands in its place."""
    script = f"import {first}; import cvgen; assert not isinstance(cvgen.build, type(cvgen)), cvgen.build"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


# --- profiles from elsewhere ---------------------------------------------------------------------------------------


def test_a_loaded_profile_builds_as_its_file_does(profile, tmp_path):
    """A Profile object gives the same bytes as the path it was loaded from."""
    path = profile(TEXT)
    loaded = cvgen.load_profile(path)
    assert build(loaded).data == build(path, output=tmp_path / "x.pdf").data


def test_a_profile_from_data_needs_an_output(tmp_path):
    """Data has no name: the call must say where the PDF goes."""
    made = cvgen.load_profile({"person": {"name": "Ada"}, "sections": [TEXT]})
    with pytest.raises(UsageError, match="output"):
        build(made)
    assert build(made, output=tmp_path / "x.pdf").pages == 1


def test_overrides_change_the_file_not_a_loaded_profile(profile, tmp_path):
    """Values can be replaced while a file is read; afterwards it is too late, and that is said."""
    path = profile(TEXT)
    result = build(path, overrides={"person.name": "Grace Hopper"})
    assert "Grace Hopper" in extract.words_of(result.data, "pdftotext")
    with pytest.raises(UsageError, match="overrides"):
        build(cvgen.load_profile(path), overrides={"person.name": "Grace Hopper"})


# --- outputs -------------------------------------------------------------------------------------------------------


def test_a_broken_profile_leaves_the_old_pdf(profile, here):
    """A build that fails changes no byte of what is there, and leaves nothing else."""
    before = build(profile(TEXT)).data
    path = profile({**TEXT, "txt": "misspelt"})
    with pytest.raises(ProfileError):
        build(path)
    assert (here / "build" / "ada.pdf").read_bytes() == before
    assert [entry.name for entry in (here / "build").iterdir()] == ["ada.pdf"]


def test_the_same_bytes_leave_the_file_alone(profile, here):
    """So that nothing is synchronised or rebuilt after it, also where cvgen has no cache to know that."""
    path = profile(TEXT)
    build(path, cache=False)
    before = (here / "build" / "ada.pdf").stat()
    assert build(path, cache=False).written is False
    after = (here / "build" / "ada.pdf").stat()
    assert (before.st_mtime_ns, before.st_ino) == (after.st_mtime_ns, after.st_ino)


def test_the_tex_stays_if_asked_for(profile, here):
    """`keep_tex` leaves the TeX beside the PDF; otherwise there is only the PDF."""
    result = build(profile(TEXT), keep_tex=True)
    assert (here / "build" / "ada.tex").read_text("utf-8") == result.tex
    assert sorted(entry.name for entry in (here / "build").iterdir()) == ["ada.pdf", "ada.tex"]


@pytest.mark.parametrize("name", ["with space", "per%cent", "ti~lde", "é", "quo'te\"s", "$dollar", "x" * 240])
def test_odd_paths_are_as_good_as_others(profile, tmp_path, name):
    """Folder and file names with spaces, quotes or of 240 characters work on both sides."""
    path = profile(TEXT, name=f"{name}.yaml")
    target = tmp_path / name / f"{name}.pdf"
    assert build(path, output=target).pdf == target
    assert target.read_bytes().startswith(b"%PDF-")


# --- mistakes ------------------------------------------------------------------------------------------------------


def test_an_unknown_theme_is_shown_in_the_profile(profile):
    """Exit code 4, the line that asks for it, and the theme that was meant."""
    path = profile(TEXT, document={"theme": "awsome"})
    with pytest.raises(ThemeError) as caught:
        build(path)
    (one,) = caught.value.diagnostics
    assert caught.value.exit_code == ExitCode.THEME
    assert one.span.line == line_of(path, "awsome")
    assert "did you mean `awesome`?" in one.hints


def test_an_unknown_theme_of_the_call_is_not_blamed_on_the_profile(profile):
    """What the call asks for has no line."""
    with pytest.raises(ThemeError) as caught:
        build(profile(TEXT), theme="plane")
    (one,) = caught.value.diagnostics
    assert (one.span.file, one.hints[0]) == ("", "did you mean `plain`?")


def test_wrong_options_are_all_told_at_their_lines(profile):
    """Unknown options and impossible values are errors of the profile, all at once, with what would be right."""
    options = {"accnt": "red", "header-align": "middle", "margin-left": "3 feet", "font-size": "100",
               "icons": "perhaps", "margin-top": "99cm"}  # fmt: skip
    path = profile(TEXT, document={"options": options})
    with pytest.raises(ProfileError) as caught:
        build(path)
    found = {one.span.line: one for one in caught.value.diagnostics}
    assert found.keys() == {line_of(path, f"{name}:") for name in options}
    assert found[line_of(path, "accnt")].hints == ("did you mean `accent`?",)
    assert "left, center, right" in found[line_of(path, "header-align")].hints[0]
    assert "from 8 to 12" in found[line_of(path, "font-size")].hints[0]


def test_a_pale_accent_is_darkened_aloud(profile):
    """A colour that cannot be read on white is replaced by a darker one, with a warning at its line."""
    path = profile(TEXT, document=PALE)
    result = build(path)
    (one,) = result.diagnostics
    assert (one.code, one.severity, one.span.line) == ("contrast", Severity.WARNING, line_of(path, "FFCC00"))


def test_options_of_another_theme_do_not_stand_in_the_way(profile, tmp_path):
    """A theme chosen by the call takes from the profile's options what it knows, and leaves the rest."""
    options = {"section-highlight": "false", "accent": "nephritis", "margin-left": "25mm"}
    path = profile(TEXT, document={"options": options})
    result = build(path, theme="plain", output=tmp_path / "x.pdf")
    assert result.diagnostics == ()
    assert "\\cvset{margin-left}{25mm}" in result.tex
    assert "\\cvset{accent}{1E864A}" in result.tex
    assert "section-highlight" not in result.tex
    with pytest.raises(ProfileError):
        build(profile(TEXT, document={"options": {"accnt": "red"}}), theme="plain")


def test_without_an_engine_the_way_out_is_named(profile, tmp_path, monkeypatch):
    """Exit code 5, and the command that installs one."""
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(EngineMissingError) as caught:
        build(profile(TEXT))
    assert caught.value.exit_code == ExitCode.ENGINE_MISSING
    assert "`cvgen setup`" in " ".join(caught.value.diagnostics[0].hints)
    with pytest.raises(ProfileError):  # which can be put right without one, and comes first
        build(profile({**TEXT, "txt": "misspelt"}))


@pytest.fixture
def put_theme(tmp_path, monkeypatch):
    """Return a function that writes a theme of the user's own: one of ours, and then lines of TeX."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    return lambda name, tex, like="plain": write_theme(tmp_path / "config", name, f"\n{tex}\n", like)


@pytest.mark.parametrize("folder", ["there", "not there yet"])
def test_a_failure_of_tex_is_shown_in_the_profile(profile, put_theme, tmp_path, folder):
    """The error stands at the YAML line of the block that TeX stopped in, and names the log, which is kept."""
    put_theme("broken", "\\renewcommand\\cvhonor[4]{#1 \\nosuchmacro}")
    path = profile(TEXT, HONORS, document={"theme": "broken"})
    target = tmp_path / "out" / "ada.pdf"
    if folder == "there":
        target.parent.mkdir()
    with pytest.raises(TypesettingError) as caught:
        build(path, output=target)
    assert caught.value.exit_code == ExitCode.TYPESETTING
    (one,) = caught.value.diagnostics
    assert one.code == "tex-undefined"
    assert "nosuchmacro" in one.message
    assert one.span.file == str(path)
    assert line_of(path, "First") - 1 <= one.span.line <= line_of(path, "First")
    log = target.with_suffix(".log")
    assert any(str(log) in hint for hint in one.hints)
    assert "nosuchmacro" in log.read_text("utf-8")
    assert not target.exists()


@pytest.mark.parametrize("theme", ["awesome", "plain"])
@pytest.mark.parametrize("engine", ["xelatex", pytest.param("lualatex", marks=pytest.mark.long)])
def test_a_failure_in_any_cell_of_a_row_is_shown_at_that_row(profile, engine, theme):
    """Rows wait until their table ends, but an error in one is met where it stands, and not at the block after it."""
    honors = [{"date": "2022", "title": "A *t* b", "remark": "A *r* b", "location": "A *l* b"}]
    skills = [{"label": "A *k* b", "values": ["A *v* b"]}]
    path = profile(
        {"kind": "honors", "title": "H", "entries": [{"date": "2020", "title": "X"}, *honors, {"title": "Y"}]},
        {"kind": "skills", "title": "S", "entries": [{"label": "X", "values": ["Y"]}, *skills]},
        TEXT,
    )
    tex = emit_profile(path, TypesetOptions(theme=theme)).tex
    cells = re.findall(r"\\cvemph\{(\w)\}", tex.tex)
    assert sorted(cells) == sorted("trlkv")
    for cell in ["2022", *(f"\\cvemph{{{cell}}}" for cell in cells)]:
        with pytest.raises(TypesettingError) as caught:
            run_engine(
                tex.tex.replace(cell, "\\nosuchmacro"), engine=installed(engine), tree=tex.tree, origins=tex.origins
            )
        (one,) = caught.value.diagnostics
        row = line_of(path, "A *k* b") if cell[-2] in "kv" else line_of(path, "2022")
        assert (one.code, one.span.line) == ("tex-undefined", row), cell


def test_a_users_theme_hides_ours(profile, put_theme):
    """A theme in the user's folder is found by its name, before one of ours that is called the same."""
    put_theme("plain", "\\renewcommand\\cvsection[1]{\\par MINE #1\\par}")
    result = build(profile(TEXT, document={"theme": "plain"}))
    assert "MINE Summary" in extract.words_of(result.data, "pdftotext")


# --- bytes ---------------------------------------------------------------------------------------------------------


def test_a_document_without_a_date_has_none_in_its_metadata(profile):
    """Today's date never slips in."""
    info = PdfReader(io.BytesIO(build(profile(TEXT)).data)).metadata
    assert "/CreationDate" not in info
    assert "/ModDate" not in info


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_the_pdf_is_sound(path, tmp_path):
    """qpdf finds nothing to say about it."""
    build(path, output=tmp_path / "x.pdf")
    done = subprocess.run(["qpdf", "--check", tmp_path / "x.pdf"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert "warning" not in done.stdout.lower()


@pytest.mark.long
def test_new_fonts_leave_no_trace_of_the_old_ones(profile, tmp_path, monkeypatch, lualatex):
    """After an update of cvgen or of a font package, LuaLaTeX finds the fonts where they are now."""
    monkeypatch.setenv("CVGEN_CACHE_DIR", str(tmp_path / "cache"))
    path = profile(TEXT)
    before = build(path, engine="lualatex").data
    (old,) = (tmp_path / "cache").glob("fonts-*")
    monkeypatch.setattr(tex_tree, "fonts_digest", lambda: "0" * 64)
    assert build(path, engine="lualatex").data == before
    shutil.rmtree(old)
    assert build(path, engine="lualatex").data == before


# --- many ----------------------------------------------------------------------------------------------------------


def test_builds_may_run_in_threads(profile, tmp_path):
    """Four threads give the bytes that one gives, also where two write to the same place."""
    paths = [profile({**TEXT, "text": f"Number {at}."}, name=f"p{at}.yaml") for at in range(3)]
    paths.append(paths[0])
    alone = [build(path, output=tmp_path / f"alone{path.stem}.pdf").data for path in paths]
    with ThreadPoolExecutor(4) as pool:
        together = [*pool.map(lambda path: build(path, output=tmp_path / f"{path.stem}.pdf").data, paths)]
    assert together == alone


# --- gates ---------------------------------------------------------------------------------------------------------


def test_a_pdf_that_lost_a_word_does_not_go_out(profile, put_theme, here):
    """A theme that drops text fails the build at the text's line; `gate=False` lets it through."""
    put_theme("odd", "\\renewcommand\\cvparagraph[1]{\\par lost\\par}", "awesome")
    path = profile(TEXT)
    with pytest.raises(OutputError) as caught:
        build(path, theme="odd")
    (found, *_) = caught.value.diagnostics
    assert (found.code, found.span.line) == ("gate-text", line_of(path, "Writes programs"))
    assert not (here / "build" / "ada.pdf").exists()
    assert build(path, theme="odd", gate=False).pages == 1


def test_strict_takes_warnings_for_errors(profile, here):
    """What is a warning fails a strict build before anything is written; what has none passes."""
    path = profile(TEXT, document=PALE)
    with pytest.raises(ProfileError) as caught:
        build(path, strict=True)
    assert [(found.code, found.severity) for found in caught.value.diagnostics] == [("contrast", Severity.ERROR)]
    assert not (here / "build").exists()
    assert build(profile(TEXT), strict=True).written


def test_strict_refuses_a_layout_that_is_only_warned_of(profile, put_theme):
    """The layout's warnings come after typesetting, and are errors of the output."""
    put_theme("odd", "\\renewcommand\\cvparagraph[1]{\\par\\leavevmode\\hbox{#1}\\par}", "awesome")
    path = profile({**TEXT, "text": "word " * 60})
    assert build(path, theme="odd").diagnostics
    with pytest.raises(OutputError):
        build(path, theme="odd", strict=True)
