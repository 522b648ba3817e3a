"""What TeX writes packed is unpacked while it writes, and is what it would be unpacked at the end."""

import gzip
import hashlib
import itertools
import os

import pytest
from cvgen.engine.unpacking import Unpacking
from hypothesis import given
from hypothesis import strategies as st

MOST = 1 << 16


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("unpacking")


def unpacked(folder, chunks, most=MOST):
    """Return what is known after chunk upon chunk was written, and what was unpacked."""
    source, target = folder / "packed", folder / "unpacked"
    source.unlink(missing_ok=True)
    with Unpacking(source, target, most) as unpacking:
        unpacking.advance()
        with source.open("wb", buffering=0) as file:
            for chunk in chunks:
                file.write(chunk)
                unpacking.advance()
    return unpacking, target.read_bytes()


def cut(data, places):
    borders = [0, *sorted(place % (len(data) + 1) for place in places), len(data)]
    return [data[first:last] for first, last in itertools.pairwise(borders)]


@given(st.binary(max_size=5000), st.lists(st.integers(0, 10_000), max_size=5), st.integers(1, 9))
def test_any_pieces_give_the_whole(folder, data, places, level):
    """However the file grew; also one that was stored as it is."""
    unpacking, found = unpacked(folder, cut(gzip.compress(data, level), places))
    assert found == data
    assert unpacking.is_whole
    assert (unpacking.size, unpacking.digest) == (len(data), hashlib.sha256(data).hexdigest())


@given(st.binary(min_size=1, max_size=500), st.integers(1, 10_000))
def test_half_a_file_is_not_whole(folder, data, missing):
    """What was there is unpacked, and no more is said of it."""
    packed = gzip.compress(data)
    unpacking, found = unpacked(folder, [packed[: -(1 + missing % len(packed))]])
    assert not unpacking.is_whole
    assert data.startswith(found)


@given(st.binary(max_size=500))
def test_what_is_not_packed_is_not_whole(folder, data):
    """A program may write anything."""
    unpacking, _ = unpacked(folder, [b"\x1f\x8c", data, data])
    assert not unpacking.is_whole


def test_no_more_is_unpacked_than_may_be(folder):
    """A small file can hold a large one."""
    packed = gzip.compress(bytes(50 * MOST))
    for chunks in ([packed], cut(packed, range(0, len(packed), 10))):
        unpacking, found = unpacked(folder, chunks)
        assert not unpacking.is_whole
        assert len(found) == unpacking.size == MOST
    unpacking, found = unpacked(folder, [gzip.compress(bytes(MOST - 1))])
    assert unpacking.is_whole


@pytest.mark.parametrize("kind", ["nothing", "folder", "link", "pipe"])
def test_what_is_no_file_is_not_read(tmp_path, kind):
    """Nor waited for: the program that made it is not trusted."""
    source = tmp_path / "packed"
    (tmp_path / "secret").write_bytes(gzip.compress(b"secret"))
    match kind:
        case "folder":
            source.mkdir()
        case "link":
            source.symlink_to(tmp_path / "secret")
        case "pipe":
            os.mkfifo(source)
    with Unpacking(source, tmp_path / "unpacked", MOST) as unpacking:
        unpacking.advance()
    assert not unpacking.is_whole
    assert (tmp_path / "unpacked").read_bytes() == b""
