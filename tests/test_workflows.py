"""What CI does with pull requests, which may come from strangers."""

import os
import subprocess
from pathlib import Path

import pytest
import yaml

WORKFLOWS = Path(__file__).resolve().parent.parent / ".github" / "workflows"
EVERY = ["profiles/a.yaml", "profiles/b c.yaml"]
FILES = sorted(WORKFLOWS.glob("*.yml"))


def steps_of(name):
    (job,) = yaml.safe_load((WORKFLOWS / name).read_text("utf-8"))["jobs"].values()
    return job["steps"]


def step(name, title):
    (found,) = (one for one in steps_of(name) if one.get("name") == title)
    return found


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_workflow_can_only_read(path):
    """No token of a run can write, none is left in a checkout, and no secret is named."""
    text = path.read_text("utf-8")
    assert yaml.safe_load(text)["permissions"] == {"contents": "read"}
    assert text.count("persist-credentials: false") == text.count("uses: actions/checkout@") > 0
    assert "secrets." not in text
    assert "pull_request_target" not in text


def test_a_pull_request_is_built_by_the_cvgen_of_its_base():
    """Only profiles/ of a pull request is on disk, before anything is installed, and what is installed is not its."""
    first = [one.get("name") for one in steps_of("profiles.yml")[:2]]
    assert first == ["Check out the profiles", "Keep only the profiles on disk"]
    assert "ref" not in step("profiles.yml", "Check out the profiles")["with"]
    assert step("profiles.yml", "Keep only the profiles on disk")["run"].endswith(" --no-cone /profiles/")
    trusted = step("profiles.yml", "Check out the cvgen that builds them")["with"]
    assert (trusted["path"], "github.base_ref" in trusted["ref"]) == ("trusted", True)
    installed = step("profiles.yml", "Install cvgen and an engine")
    assert "pip install --quiet -c trusted/requirements-dev.txt ./trusted " in installed["run"]
    assert "--sandbox required" in step("profiles.yml", "Build")["run"]


@pytest.fixture
def changed(tmp_path):
    """Return a function that commits files, then finds the profiles to build as the workflow does."""
    data, temp = tmp_path / "data", tmp_path / "temp"
    environment = {
        **os.environ,
        "GIT_CONFIG_GLOBAL": os.devnull,
        **{f"GIT_{who}_{what}": "ada@example.org" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")},
        "RUNNER_TEMP": str(temp),
        "GITHUB_OUTPUT": str(temp / "output"),
        "GITHUB_STEP_SUMMARY": str(temp / "summary"),
    }

    def run(*command, **more):
        subprocess.run(command, cwd=data, env={**environment, **more}, check=True, capture_output=True)

    def commit(files):
        for name, text in files.items():
            path = data / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.unlink() if text is None else path.write_text(text, "utf-8")
        run("git", "add", "--all")
        run("git", "commit", "--quiet", "--message", "x")

    def find(event, files, before="HEAD^1"):
        commit(files)
        run("bash", "-e", "-o", "pipefail", "-c", step("profiles.yml", "Find the profiles to build")["run"],
            EVENT=event, BEFORE=before)  # fmt: skip
        found = [name for name in (temp / "profiles").read_text("utf-8").split("\0") if name]
        assert (temp / "output").read_text("utf-8") == f"count={len(found)}\n"
        return found

    data.mkdir()
    temp.mkdir()
    run("git", "init", "--quiet")
    names = (
        "profiles/a.yaml",
        "profiles/b c.yaml",
        "profiles/works/w.yaml",
        "cvgen/x.py",
        "latex_templates/cvgen.cls",
    )
    commit(dict.fromkeys(names, "1"))
    return find


@pytest.mark.parametrize("event", ["push", "pull_request"])
@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"profiles/b c.yaml": "2"}, ["profiles/b c.yaml"]),
        ({"profiles/new.yaml": "1", "README.md": "2"}, ["profiles/new.yaml"]),
        ({"profiles/works/w.yaml": "2"}, EVERY),
        ({"profiles/a.yaml": "2", "profiles/ada.jpg": "1"}, EVERY),
        ({"profiles/a.yaml": None}, []),
        ({"README.md": "2"}, []),
    ],
)
def test_what_a_change_of_data_touches_is_built(changed, event, files, expected):
    """A profile that changed, and every profile where works or photos did: any may use them."""
    assert changed(event, files) == expected


@pytest.mark.parametrize(("event", "expected"), [("push", EVERY), ("pull_request", [])])
@pytest.mark.parametrize("name", ["cvgen/x.py", "latex_templates/cvgen.cls"])
def test_another_cvgen_builds_every_profile_once_it_is_pushed(changed, event, expected, name):
    """In a pull request it builds none: its code does not run there."""
    assert changed(event, {name: "2"}) == expected


@pytest.mark.parametrize("before", ["0" * 40, "1" * 40, ""])
def test_without_a_commit_to_compare_with_every_profile_is_built(changed, before):
    """A new branch, and one whose history was replaced."""
    assert changed("push", {"profiles/a.yaml": "2"}, before) == EVERY
