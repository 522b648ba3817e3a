"""PDFs to look at, each built once."""

from functools import cache
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def built(tmp_path_factory):
    """Return a function that builds an output and returns its path."""
    folder = tmp_path_factory.mktemp("built")

    @cache
    def build(output) -> Path:
        return output.build(folder)

    return build
