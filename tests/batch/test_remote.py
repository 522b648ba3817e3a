"""A build on a machine that shares no disk with this one: the same bytes, the same words."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from support.executors import Wire
from support.profiles import HONORS, TEXT
from support.themes import write_theme

import cvgen
from cvgen.batch.remote import build_bundle, pack_bundle, package_identity, unpack_answer
from cvgen.build_date import moment_of
from cvgen.builder import BuildOptions, build
from cvgen.errors import CvgenError, ExitCode
from cvgen.loading.load import load
from cvgen.options import TypesetOptions
from cvgen.pipeline import emit_profile

ROOT = Path(__file__).resolve().parents[2]
BAD = sorted((ROOT / "tests" / "data" / "bad").glob("*.yaml"))

pytestmark = pytest.mark.usefixtures("here", "xelatex")


def pack(profile, **options):
    return pack_bundle(profile, Path("out/cv.pdf"), BuildOptions.of(**options))


def answer_of(profile, **options):
    """Return what a worker answers."""
    return unpack_answer(build_bundle(package_identity(), pack(profile, **options)))


def emitted(profile):
    """Do what a build does before its engine starts."""
    return emit_profile(profile, TypesetOptions(), moment_of(Path(profile)))


def test_a_bundle_holds_all_that_a_build_reads(tmp_path, monkeypatch):
    """Works files, portrait and the user's own theme travel: nothing of them is there when the work is done."""
    folder, config = tmp_path / "cv", tmp_path / "config"
    shutil.copytree(ROOT / "examples", folder)
    write_theme(config, "mine")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(config))
    profiles = [folder / name for name in ("photo.yaml", "bibliography.yaml", "variants.yaml")]
    local = cvgen.build_many(profiles, output="local", theme="mine")

    def move_away():
        for path in (folder, config):
            if path.exists():
                path.rename(path.with_suffix(".gone"))

    wire = Wire(move_away)
    remote = cvgen.build_many(profiles, output="remote", theme="mine", executor=wire)
    assert wire.sent == 3
    assert [(one.data, one.tex) for one in remote] == [(one.data, one.tex) for one in local]
    for outcome, path in zip(remote, profiles, strict=True):
        assert outcome.pdf == Path("remote") / f"{path.stem}.pdf"
        assert outcome.pdf.read_bytes() == outcome.data
        assert outcome.written


def test_a_loaded_profile_is_sent_as_it_is(tmp_path):
    """Also one that a program made, or that has a portrait."""
    made = cvgen.load_profile({"person": {"name": "Ada Lovelace"}, "sections": [TEXT]})
    for profile in (made, load(ROOT / "examples" / "photo.yaml")):
        assert answer_of(profile).result.data == build(profile, output=tmp_path / "x.pdf").data


@pytest.mark.parametrize(
    "path",
    [pytest.param(path, id=path.stem, marks=[pytest.mark.long] if at % 8 else []) for at, path in enumerate(BAD)],
)
def test_a_mistake_reads_as_if_the_build_were_here(path, monkeypatch):
    """Same message, same file, line and column, same hints, whether the path is absolute or relative."""
    monkeypatch.chdir(path.parent)
    for profile in (path, Path(path.name)):
        try:
            warned = emitted(profile)
        except CvgenError as error:
            local = error
        else:
            assert answer_of(profile).result.diagnostics == warned.diagnostics
            continue
        try:
            remote = answer_of(profile).error
        except CvgenError as error:
            remote = error
        assert type(remote) is type(local)
        assert remote.diagnostics == local.diagnostics


def test_inputs_come_back_under_the_names_of_the_user(profile):
    """So that what is written here replaces none of them."""
    path = profile(TEXT, person={"name": "Ada Lovelace", "photo": "ada.png"}, works="works.yaml")
    (path.parent / "works.yaml").write_text("w: {title: One, authors: [Ada Lovelace], date: 2020}\n", "utf-8")
    picture = next((ROOT / "examples" / "photos").iterdir()).read_bytes()
    (path.parent / "ada.png").write_bytes(picture)
    inputs = answer_of(path).result.inputs
    assert {path, path.parent / "works.yaml", path.parent / "ada.png"} <= {*inputs}


@pytest.mark.parametrize("photo", ["../out.png", "link.png", "linked/out.png", "/etc/passwd", "none.png"])
def test_no_file_is_sent_that_a_build_would_not_read(profile, tmp_path, photo):
    """A portrait outside of the profile's folder is refused here, not sent."""
    picture = next((ROOT / "examples" / "photos").iterdir()).read_bytes()
    path = profile(TEXT, person={"name": "Ada Lovelace", "photo": photo})
    (tmp_path / "out.png").write_bytes(picture)
    (path.parent / "link.png").symlink_to(tmp_path / "out.png")
    (path.parent / "linked").symlink_to(tmp_path, target_is_directory=True)
    with pytest.raises(CvgenError) as local:
        emitted(path)
    with pytest.raises(CvgenError) as remote:
        pack(path)
    assert remote.value.diagnostics == local.value.diagnostics


def test_a_failure_of_tex_leaves_its_log_here(profile, tmp_path, monkeypatch):
    """The error names the block's line and the log beside the output, as if the engine had run here."""
    write_theme(tmp_path / "config", "broken", "\n\\renewcommand\\cvhonor[4]{#1 \\nosuchmacro}\n")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    path = profile(TEXT, HONORS, document={"theme": "broken"})
    (local,) = cvgen.build_many([path], output="out")
    assert "nosuchmacro" in Path("out/ada.log").read_text("utf-8")
    shutil.rmtree("out")
    (remote,) = cvgen.build_many([path], output="out", executor=Wire())
    assert remote.error.exit_code == ExitCode.TYPESETTING
    assert remote.error.diagnostics == local.error.diagnostics
    assert [entry.name for entry in Path("out").iterdir()] == ["ada.log"]
    assert "nosuchmacro" in Path("out/ada.log").read_text("utf-8")


@pytest.mark.parametrize("date", ["commit", "today", None])
def test_the_caller_decides_about_time(profile, monkeypatch, date):
    """The commit, the day and SOURCE_DATE_EPOCH are those of the caller, so the bytes are too."""
    path = profile(TEXT, document={"footer": {"left": "{date}"}, "date": date} if date else {})
    repository = ("git", "-C", path.parent, "-c", "user.name=x", "-c", "user.email=x@example.org")
    subprocess.run((*repository, "init", "-q"), check=True)
    subprocess.run((*repository, "add", "."), check=True)
    when = {**os.environ, "GIT_COMMITTER_DATE": "2021-02-03T04:05:06Z"}
    subprocess.run((*repository, "commit", "-qm", "x"), check=True, env=when)
    assert answer_of(path).result.data == build(path, force=True).data
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1000000000")
    sent = pack(path)
    local = build(path, force=True).data
    monkeypatch.delenv("SOURCE_DATE_EPOCH")
    assert unpack_answer(build_bundle(package_identity(), sent)).result.data == local


def test_a_worker_with_another_cvgen_builds_nothing(profile):
    """Its bytes could be others: the message names the versions of both."""
    answer = unpack_answer(build_bundle("0.0.1 (older)", pack(profile(TEXT))))
    assert answer.error.exit_code == ExitCode.USAGE
    assert "0.0.1 (older)" in str(answer.error)
    assert package_identity() in str(answer.error)


def test_a_bug_in_a_worker_is_no_mistake_of_the_user():
    """It comes back as a bug, with its traceback."""
    answer = build_bundle(package_identity(), b"no bundle")
    with pytest.raises(RuntimeError, match="UnpicklingError"):
        unpack_answer(answer)


def test_a_check_on_workers_compares_with_the_files_here(profile):
    """`check` writes nothing, and says which file is out of date."""
    paths = [profile(TEXT, name="a.yaml"), profile(HONORS, name="b.yaml")]
    cvgen.build_many(paths)
    profile(TEXT, HONORS, name="b.yaml")
    before = Path("build/b.pdf").read_bytes()
    good, bad = cvgen.build_many(paths, executor=Wire(), check=True)
    assert good.pages == 1
    assert bad.error.exit_code == ExitCode.OUT_OF_DATE
    assert Path("build/b.pdf").read_bytes() == before
