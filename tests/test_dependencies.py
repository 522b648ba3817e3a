"""What cvgen and its tests are installed with."""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
DEPENDENCIES = [
    Requirement(line)
    for group in (PROJECT["dependencies"], *PROJECT["optional-dependencies"].values())
    for line in group
]
LOCK = (ROOT / "requirements-dev.txt").read_text("utf-8")
LOCKED = {
    canonicalize_name(requirement.name): requirement
    for requirement in (Requirement(line) for line in LOCK.splitlines() if not re.match(r"\s*(#|-|$)", line))
}


@pytest.mark.parametrize("dependency", DEPENDENCIES, ids=lambda one: one.name)
def test_each_dependency_has_an_upper_bound(dependency):
    """A new major version of a dependency cannot break a cvgen that is installed tomorrow."""
    assert {one.operator for one in dependency.specifier} == {">=", "<"}


@pytest.mark.parametrize("dependency", DEPENDENCIES, ids=lambda one: one.name)
def test_the_lock_file_holds_each_dependency(dependency):
    """CI and developers get one version of each, and one that users may get too."""
    (pinned,) = LOCKED[canonicalize_name(dependency.name)].specifier
    assert pinned.operator == "=="
    assert dependency.specifier.contains(pinned.version)


def test_the_lock_file_installs_from_any_index():
    """It names packages and versions only: no host, no file of one machine, no option of pip."""
    assert len(LOCKED) > len(DEPENDENCIES)
    assert not re.search(r"://|^\s*-|\bfile:", LOCK, re.MULTILINE)
