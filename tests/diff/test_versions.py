"""`cvgen diff`: files, git revisions and PDFs as sides, and what a stranger's repository cannot do."""

import json
import os
import shutil
import signal
import subprocess
import sys

import pytest
from support.profiles import in_yaml

from cvgen.builder import typeset
from cvgen.cli.app import main
from cvgen.diff.revisions import find_revision
from cvgen.diff.versions import compare_versions, open_versions
from cvgen.errors import ProfileError, UsageError
from cvgen.options import TypesetOptions

WORKS = {"engine": {"title": "On the Engine", "authors": ["Ada Lovelace", "Charles Babbage"], "date": "2020"}}
PAPERS = {"kind": "publications", "entries": ["engine"]}
ADA = {"person": {"name": "Ada Lovelace", "position": "Student"}, "works": "works/all.yaml", "sections": [PAPERS]}
# A PNG of one pixel, and another.
RED, BLUE = (
    bytes.fromhex(
        "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154789c63"
        f"{pixel}0000000049454e44ae426082"
    )
    for pixel in ("f8cfc0000003010100c9fe92ef", "6060f80f0001040100b5a1e0c7")
)


def git(folder, *arguments):
    names = dict.fromkeys(("GIT_AUTHOR_NAME", "GIT_COMMITTER_NAME"), "Ada")
    mails = dict.fromkeys(("GIT_AUTHOR_EMAIL", "GIT_COMMITTER_EMAIL"), "ada@a.org")
    dates = dict.fromkeys(("GIT_AUTHOR_DATE", "GIT_COMMITTER_DATE"), "2024-01-02T03:04:05Z")
    environment = {
        **os.environ,
        **names,
        **mails,
        **dates,
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
    }
    subprocess.run(["git", *arguments], cwd=folder, env=environment, check=True, capture_output=True)


def sign(folder):
    """Give the last commit a signature, which `git log` may have checked by a program."""
    commit = subprocess.run(["git", "cat-file", "commit", "HEAD"], cwd=folder, capture_output=True, check=True).stdout
    head, _, message = commit.partition(b"\n\n")
    signature = b"gpgsig -----BEGIN PGP SIGNATURE-----\n \n x\n -----END PGP SIGNATURE-----"
    signed = subprocess.run(
        ["git", "hash-object", "-t", "commit", "-w", "--stdin"],
        cwd=folder,
        input=head + b"\n" + signature + b"\n\n" + message,
        capture_output=True,
        check=True,
    )
    git(folder, "update-ref", "HEAD", signed.stdout.decode().strip())


def put(folder, name, content):
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else in_yaml(content).encode())
    return path


@pytest.fixture
def repository(tmp_path, monkeypatch):
    """A repository with two commits: in the second, the works file and the position differ."""
    folder = tmp_path / "group"
    folder.mkdir()
    git(folder, "init", "-q")
    put(folder, "profiles/ada.yaml", ADA)
    put(folder, "profiles/works/all.yaml", WORKS)
    git(folder, "add", ".")
    git(folder, "commit", "-qm", "First")
    authors = {**WORKS["engine"], "authors": ["Ada Lovelace", "Charles Babbage", "Mary Somerville"]}
    put(folder, "profiles/works/all.yaml", {"engine": authors})
    put(folder, "profiles/ada.yaml", {**ADA, "person": {"name": "Ada Lovelace", "position": "Professor"}})
    git(folder, "commit", "-qam", "Second")
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def run(monkeypatch, capfdbinary):
    """Return a function that runs a command in this process: exit code, standard output, standard error."""
    monkeypatch.setattr(signal, "signal", lambda *_: None)

    def command(*arguments):
        monkeypatch.setattr(sys, "argv", ["cvgen", *map(str, arguments)])
        with pytest.raises(SystemExit) as caught:
            main()
        out, err = capfdbinary.readouterr()
        return caught.value.code, out.decode(), err.decode()

    return command


AUTHORS = "“Ada Lovelace, Charles Babbage” → “Ada Lovelace, Charles Babbage, Mary Somerville”"
BOTH = "position changed: “Student” → “Professor”\nOn the Engine: author list changed (Mary Somerville added)\n"


# --- Revisions ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "sides",
    [
        ("HEAD~1", "profiles/ada.yaml"),
        ("HEAD~1:profiles/ada.yaml", "profiles/ada.yaml"),
        ("HEAD~1:profiles/ada.yaml", "HEAD:profiles/ada.yaml"),
        ("HEAD~1:./profiles/ada.yaml", "HEAD:profiles/ada.yaml"),
    ],
)
def test_a_revision_has_the_works_of_its_time(repository, run, sides):
    """A profile of yesterday is compared with the works files of yesterday, however the revision is named."""
    assert run("diff", "--no-pages", *sides) == (0, BOTH, "")


def test_a_path_may_be_seen_from_where_one_stands(repository, run, monkeypatch):
    """In a folder of the repository its files have short names."""
    monkeypatch.chdir(repository / "profiles")
    assert run("diff", "--no-pages", "HEAD~1:ada.yaml", "ada.yaml") == (0, BOTH, "")
    assert run("diff", "--no-pages", "HEAD~1", "ada.yaml") == (0, BOTH, "")


def test_one_file_is_compared_with_its_last_commit(repository, run):
    """What is not committed yet is what one wants to see."""
    assert run("diff", "--no-pages", "profiles/ada.yaml")[1] == "no differences\n"
    put(repository, "profiles/ada.yaml", ADA)
    assert run("diff", "--no-pages", "profiles/ada.yaml")[1] == "position changed: “Professor” → “Student”\n"


def test_a_photo_is_compared_by_what_it_shows(repository, run):
    """The portrait of a revision is its own, too."""
    person = {"name": "Ada Lovelace", "position": "Professor", "photo": "faces/ada.png"}
    put(repository, "profiles/ada.yaml", {**ADA, "person": person})
    put(repository, "profiles/faces/ada.png", RED)
    git(repository, "add", ".")
    git(repository, "commit", "-qm", "Photo")
    assert run("diff", "--no-pages", "profiles/ada.yaml")[1] == "no differences\n"
    put(repository, "profiles/faces/ada.png", BLUE)
    assert run("diff", "--no-pages", "profiles/ada.yaml")[1] == "photo changed\n"


def test_a_revision_is_dated_by_its_commit(repository, run):
    """`date: commit` means the last commit up to the revision."""
    put(repository, "profiles/ada.yaml", {**ADA, "document": {"date": "commit"}})
    git(repository, "commit", "-qam", "Date")
    code, out, err = run("diff", "HEAD", "profiles/ada.yaml", "--no-pages")
    assert (code, out, err) == (0, "no differences\n", "")
    with open_versions("HEAD:profiles/ada.yaml", "profiles/ada.yaml") as (old, _):
        assert old.document.metadata.date == "2024-01-02"


def test_a_mistake_in_a_revision_is_shown_there(repository):
    """Nobody is led to a folder that is gone."""
    put(repository, "profiles/ada.yaml", {**ADA, "sections": [{"kind": "talk"}]})
    git(repository, "commit", "-qam", "Broken")
    with pytest.raises(ProfileError) as caught, open_versions("HEAD", "profiles/ada.yaml"):
        pass
    (found,) = caught.value.diagnostics
    assert found.span.file == "HEAD:profiles/ada.yaml"
    assert "cvgen-" not in str(caught.value.diagnostics)


def test_a_works_file_that_is_missing_in_a_revision_is_named(repository):
    """It does not come from the folder of today."""
    git(repository, "rm", "-q", "--cached", "profiles/works/all.yaml")
    git(repository, "commit", "-qm", "Lost")
    with pytest.raises(ProfileError) as caught, open_versions("HEAD", "profiles/ada.yaml"):
        pass
    assert "cvgen-" not in str(caught.value.diagnostics)


@pytest.mark.parametrize(
    "sides",
    [
        ("HEAD", "HEAD"),
        ("nope", "profiles/ada.yaml"),
        ("HEAD:profiles/nope.yaml", "profiles/ada.yaml"),
        ("HEAD:profiles", "profiles/ada.yaml"),
        ("HEAD:../../etc/passwd", "profiles/ada.yaml"),
        ("--output=x", "profiles/ada.yaml"),
        ("-h:profiles/ada.yaml", "profiles/ada.yaml"),
        ("HEAD:", "profiles/ada.yaml"),
        (":profiles/ada.yaml", "profiles/ada.yaml"),
        ("\x00", "profiles/ada.yaml"),
        ("profiles/nope.yaml", "profiles/ada.yaml"),
    ],
)
def test_what_is_no_side_is_a_usage_error(repository, sides):
    """Whatever the words, there is one answer and no traceback."""
    with pytest.raises(UsageError), open_versions(*sides):
        pass


def test_links_in_a_revision_lead_nowhere(repository):
    """A works file that is a link, or a name that leaves the repository, is not followed."""
    (repository / "profiles/works/all.yaml").unlink()
    (repository / "profiles/works/all.yaml").symlink_to("/etc/hostname")
    git(repository, "add", ".")
    git(repository, "commit", "-qm", "Link")
    with pytest.raises(ProfileError), open_versions("HEAD:profiles/ada.yaml", "HEAD~2:profiles/ada.yaml"):
        pass


def test_a_strangers_repository_runs_nothing(repository, tmp_path):
    """Settings, hooks, filters and attributes of a repository name programs; none of them is run."""
    canary = tmp_path / "canary"
    program = put(tmp_path, "program", f"#!/bin/sh\necho ran >> '{canary}'\nexit 1\n".encode())
    program.chmod(0o755)
    for name in (
        "core.fsmonitor", "core.pager", "core.editor", "core.sshCommand", "core.askPass", "gpg.program",
        "diff.external", "diff.x.textconv", "diff.x.command", "filter.x.smudge", "filter.x.clean", "filter.x.process",
        "pager.log", "pager.cat-file", "alias.log", "alias.cat-file", "credential.helper", "core.gitProxy",
        "uploadpack.packObjectsHook", "core.alternateRefsCommand", "trace2.eventTarget",
    ):  # fmt: skip
        git(repository, "config", name, str(program))
    git(repository, "config", "log.showSignature", "true")
    sign(repository)
    put(repository, ".git/info/attributes", b"* filter=x diff=x\n")
    for hook in ("post-checkout", "pre-commit", "post-index-change", "reference-transaction"):
        put(repository, f".git/hooks/{hook}", program.read_bytes()).chmod(0o755)
    with open_versions("HEAD~1", "profiles/ada.yaml") as sides:
        assert len(compare_versions(*sides).changes) == 2
    assert find_revision("HEAD", "profiles/ada.yaml", repository).day().isoformat() == "2024-01-02"
    assert not canary.exists()


def test_a_missing_object_is_not_fetched(repository, tmp_path):
    """A partial clone would ask its remote, through whatever program its settings name."""
    canary = tmp_path / "canary"
    git(repository, "config", "core.repositoryFormatVersion", "1")
    git(repository, "config", "extensions.partialClone", "origin")
    git(repository, "config", "remote.origin.promisor", "true")
    git(repository, "config", "remote.origin.url", f"ext::sh -c touch% {canary}")
    git(repository, "config", "protocol.ext.allow", "always")
    done = subprocess.run(
        ["git", "rev-parse", "HEAD~1:profiles/ada.yaml"], cwd=repository, capture_output=True, text=True, check=True
    )
    name = done.stdout.strip()
    (repository / ".git/objects" / name[:2] / name[2:]).unlink()
    with pytest.raises(UsageError), open_versions("HEAD~1", "profiles/ada.yaml"):
        pass
    assert not canary.exists()


# --- The command ----------------------------------------------------------------------------------------------------


def test_check_exits_with_9_where_there_is_a_difference(repository, run):
    """As `cvgen fmt --check` does; 1 is kept for bugs."""
    assert run("diff", "--no-pages", "--check", "HEAD~1", "profiles/ada.yaml")[0] == 9
    assert run("diff", "--no-pages", "--check", "HEAD", "profiles/ada.yaml")[0] == 0


def test_pages_are_counted(repository, run):
    """Two pages that become three are reported, last."""
    text = {"kind": "text", "text": "\n\n".join(["Writes programs for engines. " * 20] * 12)}
    put(repository, "profiles/ada.yaml", {**ADA, "sections": [PAPERS, text]})
    code, out, err = run("diff", "HEAD", "profiles/ada.yaml")
    assert (code, err) == (0, "")
    assert out.splitlines()[-1] == "1 → 2 pages"


def test_without_tex_the_words_are_reported_all_the_same(repository, run, monkeypatch, tmp_path):
    """One line says why there are no numbers of pages, and how to get them."""
    programs = tmp_path / "programs"
    programs.mkdir()
    (programs / "git").symlink_to(shutil.which("git"))
    monkeypatch.setenv("PATH", str(programs))
    code, out, err = run("diff", "HEAD~1", "profiles/ada.yaml")
    assert (code, out) == (0, BOTH)
    assert err == "note: pages not counted: no TeX engine is installed (install XeLaTeX with `cvgen setup`)\n"
    code, out, err = run("diff", "HEAD~1", "profiles/ada.yaml", "--images", "pictures")
    assert (code, out) == (5, "")


def test_images_of_both_sides_are_written(repository, run, tmp_path):
    """One PNG file per page; a second time the files are left alone."""
    code, _, err = run(
        "diff", "HEAD~1", "profiles/ada.yaml", "--images", tmp_path / "pictures", "--format", "markdown"
    )
    assert (code, err) == (0, "")
    (picture,) = (tmp_path / "pictures").iterdir()
    assert picture.name == "ada-1.png"
    assert picture.read_bytes().startswith(b"\x89PNG")
    before = picture.stat().st_mtime_ns
    run("diff", "HEAD~1", "profiles/ada.yaml", "--images", tmp_path / "pictures")
    assert picture.stat().st_mtime_ns == before
    assert run("diff", "HEAD", "profiles/ada.yaml", "--images", "x", "--no-pages")[0] == 2


def test_pdfs_are_sides(repository, run):
    """A PDF is compared with a PDF, and with a profile, by its words."""
    put(repository, "new.pdf", typeset("profiles/ada.yaml", TypesetOptions()).data)
    with open_versions("HEAD~1:profiles/ada.yaml", "profiles/ada.yaml") as (old, _):
        put(repository, "old.pdf", typeset(old.profile, TypesetOptions()).data)
    code, out, _ = run("diff", "old.pdf", "new.pdf")
    assert code == 0
    assert out.splitlines()[0] == "text changed: “Ada Lovelace Student” → “Ada Lovelace Professor”"
    assert "Mary Somerville" in out
    assert run("diff", "new.pdf", "profiles/ada.yaml")[1] == "no differences\n"
    assert run("diff", "old.pdf", "profiles/ada.yaml", "--no-pages")[1].splitlines() == [
        f"Publications: text changed ({AUTHORS})",
        "text added: “Professor”",
        "text removed: “Student”",
    ]
    found = json.loads(run("diff", "old.pdf", "new.pdf", "--format", "json")[1])
    assert found["pages"] == {"old": 1, "new": 1}
    put(repository, "broken.pdf", b"%PDF-1.7\nnothing")
    assert run("diff", "broken.pdf", "new.pdf")[0] == 2


def test_help_ends_with_an_example(run):
    """As that of each command does."""
    assert run("diff", "--help")[1].splitlines()[-1].strip().startswith("Example: cvgen diff ")
