"""Fixtures of the tests that run engines."""

import tempfile

import pytest
from support.engines import installed, make_tree


@pytest.fixture
def work(tmp_path, monkeypatch):
    """The folder in which work folders are made, for this test alone."""
    folder = tmp_path / "work"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


@pytest.fixture
def tree(tmp_path):
    """A tree without class and fonts."""
    return make_tree(tmp_path / "tree")


@pytest.fixture(params=["xelatex", "lualatex"])
def real(request):
    return installed(request.param)
