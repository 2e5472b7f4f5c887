"""Sealed blobs: nothing bare on the disk, any order of writing, and whatever was changed does not open."""

import itertools
import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bridge.domain.errors import Unavailable
from bridge.spool.keys import SpoolKeys
from bridge.spool.local import LocalSpool
from bridge.spool.protocol import BrokenSeal
from bridge.spool.sealed import CHUNK, SealedFile, SealedPath, key_mark
from tests.spool.writing import write

CANARY = b"a canary that must not be seen"
SIZES = [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK + 7]


@pytest.fixture
def keys(tmp_path: Path) -> SpoolKeys:
    """One key."""
    return SpoolKeys.from_folder(tmp_path / "keys", makes=True)


def sealed(folder: Path, keys: SpoolKeys, content: bytes, name: str = "one.sealed") -> SealedPath:
    """Return a sealed blob."""
    path = SealedPath.of(folder / name, keys)
    write(path, content)
    return path


@pytest.mark.parametrize("size", SIZES)
def test_what_was_written_is_read(tmp_path: Path, keys: SpoolKeys, size: int) -> None:
    content = os.urandom(size)
    path = sealed(tmp_path, keys, content)

    assert path.read_bytes() == content
    with path.open("rb") as file:
        assert file.seek(0, os.SEEK_END) == size
        file.seek(size // 2)
        assert file.read(10) == content[size // 2 :][:10]
        assert file.read_at(CHUNK + 9, 5) == content[5 : CHUNK + 14]


def test_nothing_of_it_is_on_the_disk(tmp_path: Path, keys: SpoolKeys) -> None:
    path = sealed(tmp_path, keys, CANARY * 5000)

    raw = Path(path.parent, path.name).read_bytes()
    assert CANARY[:8] not in raw
    assert len(set(raw)) == 256


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["write", "truncate"]), st.integers(0, 3 * CHUNK), st.integers(1, 2 * CHUNK)
        ),
        max_size=8,
    )
)
def test_any_order_of_writes_and_cuts_gives_the_same_bytes(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, int, int]]
) -> None:
    folder = tmp_path_factory.mktemp("any")
    path = SealedPath.of(folder / "one.sealed", SpoolKeys.from_folder(folder, makes=True))
    file, model = SealedFile(path), bytearray()
    for what, wanted, size in [("write", 0, 4 * CHUNK), *steps]:
        offset = min(wanted, len(model))
        if what == "truncate":
            file.truncate(offset)
            del model[offset:]
            continue
        data = os.urandom(size)
        file.write([data[: size // 3], data[size // 3 :]], offset)
        model[offset : offset + size] = data
    file.sync()
    file.close()

    assert path.read_bytes() == bytes(model)


@pytest.mark.parametrize("size", [10, 2 * CHUNK + 10])
def test_every_changed_byte_is_noticed(tmp_path: Path, keys: SpoolKeys, size: int) -> None:
    path = sealed(tmp_path, keys, os.urandom(size))
    bare = Path(str(path))
    whole = bytearray(bare.read_bytes())
    for at in {*range(120), *range(len(whole) - 80, len(whole)), len(whole) // 2}:
        if at >= len(whole):
            continue
        whole[at] ^= 1
        bare.write_bytes(whole)
        with pytest.raises((BrokenSeal, Unavailable)):
            path.read_bytes()
        whole[at] ^= 1


@pytest.mark.parametrize("cut", [1, 36, 100, CHUNK, 2 * CHUNK])
def test_one_that_is_cut_short_does_not_open(tmp_path: Path, keys: SpoolKeys, cut: int) -> None:
    path = sealed(tmp_path, keys, os.urandom(2 * CHUNK + 10))
    os.truncate(path, path.stat().st_size - cut)

    with pytest.raises(BrokenSeal):
        path.read_bytes()


def test_chunks_cannot_change_places(tmp_path: Path, keys: SpoolKeys) -> None:
    path = sealed(tmp_path, keys, os.urandom(2 * CHUNK))
    bare = Path(str(path))
    whole = bare.read_bytes()
    slot = CHUNK + 32
    ends = [0, 40, 40 + slot, 40 + 2 * slot, len(whole)]
    header, first, second, trailer = (whole[a:b] for a, b in itertools.pairwise(ends))
    bare.write_bytes(header + second + first + trailer)

    with pytest.raises(BrokenSeal, match="not those that were sealed"):
        path.read_bytes()


def test_blobs_cannot_change_places(tmp_path: Path, keys: SpoolKeys) -> None:
    first, second = (sealed(tmp_path, keys, os.urandom(100), name) for name in ("1.sealed", "2.sealed"))
    (Path(str(first))).rename(tmp_path / "x")
    (Path(str(second))).rename(first)
    (tmp_path / "x").rename(second)

    for path in (first, second):
        with pytest.raises(BrokenSeal):
            path.read_bytes()


def test_another_key_is_told_as_what_can_be_mended(tmp_path: Path, keys: SpoolKeys) -> None:
    path = sealed(tmp_path, keys, b"x")
    other = SealedPath.of(Path(str(path)), SpoolKeys.from_folder(tmp_path / "other", makes=True))

    with pytest.raises(Unavailable, match=r"spool\.key lacks; restore it"):
        other.read_bytes()
    assert key_mark(Path(str(path))) == keys.first


def test_bare_and_sealed_blobs_are_read_side_by_side(tmp_path: Path, keys: SpoolKeys) -> None:
    bare, sealing = LocalSpool(tmp_path / "spool"), LocalSpool(tmp_path / "spool", keys=keys, seals=True)
    names = []
    for spool in (bare, sealing):
        file = spool.new_file()
        write(file, CANARY)
        names += spool.adopt([file])

    later = LocalSpool(tmp_path / "spool", keys=keys)
    assert [later.path(name).read_bytes() for name in names] == [CANARY, CANARY]
