"""A cluster for the tests that need one."""

import pytest
from support.cluster import start_cluster


@pytest.fixture(scope="session")
def cluster(tmp_path_factory):
    """The address of a scheduler with two workers."""
    with start_cluster(tmp_path_factory.mktemp("cluster")) as address:
        yield address
