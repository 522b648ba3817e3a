"""Outputs: what a command writes never takes the place of what it reads, or of what it did not make."""

import io
import json
import os
from pathlib import Path

import pytest
from click.testing import CliRunner
from PIL import Image

from cvgen.batch.many import build_many
from cvgen.builder import build
from cvgen.cli.app import _cvgen
from cvgen.diagnostics import format_human
from cvgen.errors import CvgenError, ExitCode, OutputError, UsageError
from cvgen.outputs import PDF, PNG, TEX, check_outputs

TEXT = {"kind": "text", "title": "Summary", "text": "Writes programs."}
WORKS = "w: {title: Paper One, authors: [Ada Lovelace], date: 2020}\n"
A_PDF, A_PNG = b"%PDF-1.4 of somebody else's", b"\x89PNG\r\n\x1a\n"


def picture(kind="PNG"):
    target = io.BytesIO()
    Image.new("RGB", (8, 8), "red").save(target, kind)
    return target.getvalue()


def call(*arguments):
    """Run a command; return its exit code and all that it says."""
    result = CliRunner().invoke(_cvgen, list(map(str, arguments)), standalone_mode=False)
    if isinstance(result.exception, CvgenError):
        return result.exception.exit_code, "\n".join(map(format_human, result.exception.diagnostics))
    assert result.exception is None, result.exception
    return result.return_value or 0, result.output


def contents():
    """Return the bytes of all files in the current folder and below."""
    return {str(path): path.read_bytes() for path in Path().rglob("*") if path.is_file()}


@pytest.fixture
def folder(profile, monkeypatch):
    """Enter a folder with a profile, its works and its portrait, another profile, a page and a baseline."""
    path = profile(TEXT, person={"name": "Ada Lovelace", "photo": "me.png"}, works="works.yaml")
    profile(TEXT, name="ben.yaml")
    monkeypatch.chdir(path.parent)
    Path("works.yaml").write_text(WORKS, "utf-8")
    Path("me.png").write_bytes(picture())
    Path("page.md").write_text("# Ada Lovelace\n", "utf-8")
    Path("known.json").write_text("[]\n", "utf-8")
    return path.parent


@pytest.fixture
def no_engine(monkeypatch):
    monkeypatch.setattr("cvgen.pipeline.run_engine", lambda *_, **__: pytest.fail("an engine was asked"))


# --- the rule -------------------------------------------------------------------------------------------------------


def refused(outputs, inputs=()):
    with pytest.raises(UsageError) as caught:
        check_outputs(outputs, inputs)
    assert all(one.hints for one in caught.value.diagnostics)
    return [one.message for one in caught.value.diagnostics]


@pytest.mark.parametrize("link", ["", "symlink", "hardlink"])
def test_an_input_is_no_output_by_whatever_name(tmp_path, link):
    """Links of both kinds lead to the same file; the message names both."""
    (tmp_path / "ada.yaml").write_bytes(A_PDF)
    output = tmp_path / "cv.pdf" if link else tmp_path / "ada.yaml"
    if link == "symlink":
        output.symlink_to("ada.yaml")
    if link == "hardlink":
        output.hardlink_to(tmp_path / "ada.yaml")
    (message,) = refused({output: PDF}, [tmp_path / "ada.yaml"])
    assert "an input" in message
    assert str(output) in message
    assert "ada.yaml" in message


@pytest.mark.parametrize(
    ("name", "kind", "suggested"),
    [("x.docx", PDF, "x.pdf"), ("x.PDF.txt", PDF, "x.PDF.pdf"), ("x.pdf", TEX, "x.tex"), ("v1.0", PNG, "v1.png")],
)
def test_a_name_that_says_something_else_is_refused(tmp_path, name, kind, suggested):
    """The hint has the name with the right ending."""
    with pytest.raises(UsageError) as caught:
        check_outputs({tmp_path / name: kind})
    assert f"`{tmp_path / suggested}`" in caught.value.diagnostics[0].hints[0]


@pytest.mark.parametrize("name", ["x.pdf", "x.PDF", "x", "x y. z/x.pdf", ".pdf"])
def test_a_name_that_says_the_kind_or_nothing_is_fine(tmp_path, name):
    check_outputs({tmp_path / name: PDF})


@pytest.mark.parametrize(
    ("kind", "name", "old", "replaced"),
    [
        (PDF, "x.pdf", A_PDF, True),
        (PDF, "x.pdf", b"", True),
        (PDF, "x.pdf", b"my notes", False),
        (PDF, "x", b"my notes", False),
        (PDF, "x", A_PDF, True),
        (PNG, "x.png", A_PNG, True),
        (PNG, "x.png", A_PDF, False),
        (TEX, "x.tex", b"whatever", True),
        (TEX, "x", b"whatever", False),
    ],
)
def test_only_a_file_of_the_same_kind_is_replaced(tmp_path, kind, name, old, replaced):
    """A PDF begins as one, a picture too; a text is known by its name; what is empty is nothing to lose."""
    (tmp_path / name).write_bytes(old)
    if replaced:
        check_outputs({tmp_path / name: kind})
    else:
        assert refused({tmp_path / name: kind}) == [f"`{tmp_path / name}` exists and is not {kind.name}"]


def test_all_conflicts_are_told_at_once(tmp_path):
    (tmp_path / "a.pdf").write_bytes(b"mine")
    assert len(refused({tmp_path / "a.pdf": PDF, tmp_path / "b.txt": PDF, tmp_path / "c.pdf": PDF})) == 2


def test_a_place_where_no_file_can_be_is_an_output_error(tmp_path):
    """A folder, a FIFO, a path through a file: refused before anything is made."""
    os.mkfifo(tmp_path / "pipe.pdf")
    (tmp_path / "file").write_bytes(b"")
    (tmp_path / "folder.pdf").mkdir()
    for name in ("pipe.pdf", "file/x.pdf", "folder.pdf"):
        with pytest.raises(OutputError):
            check_outputs({tmp_path / name: PDF})


# --- the commands ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "arguments",
    [
        ("build", "ada.yaml", "-o", "ada.yaml"),
        ("build", "ada.yaml", "-o", "works.yaml"),
        ("build", "ada.yaml", "-o", "me.png"),
        ("build", "ada.yaml", "-o", "new.docx"),
        ("build", "ada.yaml", "-o", "link.pdf"),
        ("build", "ada.yaml", "-o", "notes.pdf"),
        ("build", "ada.yaml", "-o", "pictures.pdf", "--format", "png"),
        ("build", "ada.yaml", "-o", "new.tex", "--format", "pdf,tex"),
        ("build", "ada.yaml", "ben.yaml", "-o", "one.pdf"),
        ("build", "ada.yaml", "ben.yaml", "-o", "out/"),
        ("build", "ada.yaml", "ben.yaml", "-j", "2", "-o", "out/"),
        ("watch", "ada.yaml", "-o", "ada.yaml"),
        ("watch", "ada.yaml", "ben.yaml", "-o", "out"),
        ("export", "text", "ada.yaml", "-o", "ada.yaml"),
        ("export", "text", "ada.yaml", "-o", "page.md"),
        ("export", "text", "ada.yaml", "-o", "LICENSE"),
        ("export", "bibtex", "ada.yaml", "-o", "works.yaml"),
        ("export", "bibtex", "ada.yaml", "-o", "link.bib"),
        ("export", "tex", "ada.yaml", "-o", "me.png"),
        ("export", "tex", "ada.yaml", "-o", "new.docx"),
        ("check", "ada.yaml", "--write-baseline", "ada.yaml"),
        ("check", "ada.yaml", "--write-baseline", "works.yaml"),
        ("check", "ada.yaml", "--write-baseline", "me.png"),
        ("check", "ada.yaml", "--write-baseline", "package.json"),
        ("check", "ada.yaml", "--write-baseline", "list.json"),
        ("check", "ada.yaml", "--write-baseline", "new.yaml"),
        ("check", "ada.yaml", "--against", "page.md", "--write-baseline", "page.md"),
        ("check", "ada.yaml", "--baseline", "known.json", "--write-baseline", "known.json"),
        ("diff", "ada.yaml", "ben.yaml", "--images", "pictures"),
        ("new", "Ada Lovelace", "-o", "me.png", "--force"),
        ("new", "Ada Lovelace", "-o", "LICENSE", "--force"),
        ("new", "Ada Lovelace", "-o", "new.txt"),
    ],
    ids=" ".join,
)
def test_no_command_replaces_what_it_reads_or_did_not_make(folder, no_engine, arguments):
    """Exit code 2, a way out, every byte as it was, no new file, and no engine for it."""
    Path("link.pdf").symlink_to("ada.yaml")
    Path("link.bib").hardlink_to("works.yaml")
    for name in ("notes.pdf", "pictures-1.png", "pictures/ben-1.png", "out/ben.pdf", "LICENSE"):
        Path(name).parent.mkdir(exist_ok=True)
        Path(name).write_bytes(b"mine")
    Path("package.json").write_text("{}", "utf-8")
    Path("list.json").write_text('["a", "list"]', "utf-8")
    before = contents()
    code, told = call(*arguments)
    assert code == ExitCode.USAGE, told
    assert "hint: " in told
    assert contents() == before


@pytest.mark.parametrize(
    "arguments",
    [
        ("build", "ada.yaml", "-o", "cv.pdf"),
        ("build", "ada.yaml", "-o", "cv.PDF"),
        ("build", "ada.yaml", "-o", "cv.tex", "--format", "tex"),
        ("build", "ada.yaml", "-o", "folder.d/"),
        ("build", "ada.yaml", "ben.yaml", "-o", "folder.d/"),
        ("export", "text", "ada.yaml", "-o", "cv.txt"),
        ("export", "bibtex", "ada.yaml", "-o", "papers.bib"),
        ("export", "tex", "ada.yaml", "-o", "overleaf"),
        ("export", "tex", "ada.yaml", "-o", "over.leaf/"),
        ("check", "ada.yaml", "--write-baseline", "known.json"),
        ("new", "Ada Lovelace", "-o", "people/"),
    ],
    ids=" ".join,
)
def test_what_a_command_wrote_it_writes_again(folder, xelatex, arguments):
    """Its own outputs are of its kind: nothing stands in the way of a second time."""
    assert call(*arguments)[0] == 0
    if arguments[0] == "build":
        Path("ada.yaml").write_text(Path("ada.yaml").read_text("utf-8").replace("programs", "books"), "utf-8")
    assert call(*arguments, *(["--force"] if arguments[0] == "new" else []))[0] == 0


def test_a_new_profile_goes_into_a_folder_that_is_named(folder):
    call("new", "Grace Hopper", "-o", "people/")
    assert Path("people/grace_hopper.yaml").is_file()


# --- inputs that are known only when all is read --------------------------------------------------------------------


def test_a_picture_of_a_page_never_replaces_the_portrait(folder, xelatex):
    """The portrait of a profile called `me` may be what its first page would be called."""
    Path("me-1.png").write_bytes(picture())
    path = Path("ada.yaml")
    path.write_text(path.read_text("utf-8").replace("me.png", "me-1.png"), "utf-8")
    before = contents()
    code, told = call("build", "ada.yaml", "-o", "me.pdf", "--format", "pdf,png")
    assert (code, "an input" in told) == (ExitCode.USAGE, True)
    assert contents() == before
    code, told = call("diff", "ada.yaml", "ben.yaml", "--images", ".")
    assert code == 0, told
    path.rename("me.yaml")
    before = contents()
    code, told = call("diff", "ben.yaml", "me.yaml", "--images", ".")
    assert (code, "an input" in told) == (ExitCode.USAGE, True)
    assert contents() == before


def test_an_old_picture_that_became_the_portrait_stays(folder, xelatex, monkeypatch):
    """Pictures of pages that are no more are removed, but not one that the profile shows now."""
    monkeypatch.setattr("cvgen.build_cache._UNSETTLED", 0)  # what was written just now counts
    path = Path("ben.yaml")
    short = path.read_text("utf-8")
    long = f'  -\n    kind: "text"\n    text: "{"Long. " * 1600}"\n'
    path.write_text(short + 2 * long, "utf-8")
    assert call("build", "ben.yaml", "-o", "ben.pdf", "--format", "pdf,png")[0] == 0
    assert Path("ben-2.png").is_file()
    path.write_text(short.replace('name: "Ada Lovelace"', 'name: "Ada Lovelace"\n  photo: "ben-2.png"'), "utf-8")
    assert call("build", "ben.yaml", "-o", "ben.pdf", "--format", "pdf,png")[0] == 0
    assert Path("ben-2.png").is_file()
    assert not Path("ben-3.png").exists()


def test_an_export_never_replaces_works_portrait_or_theme(folder, monkeypatch):
    """Also those that only the loaded profile names, and the files of the theme that it is made with."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(folder))
    theme = Path("cvgen/themes/mine")
    theme.mkdir(parents=True)
    (theme / "theme.toml").write_text('description = "x"\nmain_fonts = ["SourceSansPro-Regular.otf"]\n', "utf-8")
    (theme / "mine.sty").write_text("%", "utf-8")
    Path("papers.bib").write_text("@article{a, title={A}, author={Ada Lovelace}, year=2020}", "utf-8")
    path = Path("ada.yaml")
    path.write_text(path.read_text("utf-8").replace("works.yaml", "papers.bib"), "utf-8")
    before = contents()
    for arguments in (
        ("export", "bibtex", "ada.yaml", "-o", "papers.bib"),
        ("export", "tex", "ada.yaml", "-o", theme, "--theme", "mine"),
    ):
        code, told = call(*arguments)
        assert (code, "an input" in told) == (ExitCode.USAGE, True), told
    assert contents() == before


def test_an_exported_folder_leaves_the_portrait_beside_the_profile(folder):
    """A portrait is called `photo` beside the TeX document: in the profile's own folder it may be the original."""
    code, _ = call("export", "tex", "ada.yaml", "-o", "elsewhere")
    (name,) = {path.name for path in Path("elsewhere").glob("*.png")}
    path = Path("ada.yaml")
    path.write_text(path.read_text("utf-8").replace("me.png", name), "utf-8")
    Path("me.png").rename(name)
    before = contents()
    code, told = call("export", "tex", "ada.yaml", "-o", ".")
    assert (code, name in told) == (ExitCode.USAGE, True)
    assert contents() == before


# --- the log of an engine that failed -------------------------------------------------------------------------------


@pytest.mark.parametrize("put", [lambda path: path.write_text("my log"), os.mkfifo], ids=["file", "FIFO"])
def test_a_log_replaces_no_file_but_a_log_of_tex(folder, xelatex, put):
    """A failure is told all the same; what lies beside the output stays."""
    put(Path("cv.log"))
    with pytest.raises(CvgenError) as caught:
        build("ada.yaml", output="cv.pdf", timeout=0.001, cache=False)
    assert caught.value.exit_code == ExitCode.TIMEOUT
    assert not any("cv.log" in hint for one in caught.value.diagnostics for hint in one.hints)
    assert not Path("cv.log").is_file() or Path("cv.log").read_text("utf-8") == "my log"
    assert not Path("cv.pdf").exists()


# --- the library ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["ada.yaml", "works.yaml", "cv.docx", "."])
def test_the_library_refuses_what_the_command_line_does(folder, no_engine, name):
    before = contents()
    with pytest.raises(CvgenError) as caught:
        build("ada.yaml", output=name)
    assert caught.value.exit_code == ExitCode.USAGE
    assert contents() == before


def test_many_builds_are_refused_before_the_first_of_them(folder, no_engine):
    """A folder in which a PDF would replace something else, or a name of a file: nothing is built."""
    Path("out").mkdir()
    Path("out/ben.pdf").write_text("my notes", "utf-8")
    before = contents()
    for output in ("out", "one.pdf"):
        with pytest.raises(UsageError):
            build_many(["ada.yaml", "ben.yaml"], output=output)
    assert contents() == before


def test_a_check_reads_what_a_build_would_not_replace(folder, xelatex):
    """`--check` writes nothing: a file that is no PDF is out of date."""
    Path("cv.pdf").write_text("my notes", "utf-8")
    assert call("build", "ada.yaml", "--check", "-o", "cv.pdf")[0] == ExitCode.OUT_OF_DATE


def test_a_baseline_is_replaced_by_a_baseline(folder):
    """The usual way to accept what is found today."""
    assert call("check", "ada.yaml", "--write-baseline", "known.json")[0] == 0
    assert json.loads(Path("known.json").read_text("utf-8")) == []
