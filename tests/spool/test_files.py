"""New files: the same to whoever writes them, bare or sealed."""

from pathlib import Path

import pytest

from bridge.spool import files
from bridge.spool.local import LocalSpool
from tests.spool.writing import write


def test_pieces_come_to_their_places(spool: LocalSpool) -> None:
    path = spool.new_file()
    file = files.create(path)
    file.write([b"world"], 6)
    file.write([b"hel", b"lo "], 0)
    file.begin_writeback(11)
    file.truncate(9)
    file.sync()
    file.close()

    assert path.read_bytes() == b"hello wor"


def test_another_file_is_never_touched(spool: LocalSpool) -> None:
    path = spool.new_file()
    write(path, b"first")

    with pytest.raises(FileExistsError):
        files.create(path)
    assert path.read_bytes() == b"first"


def test_a_copy_says_the_same(spool: LocalSpool, tmp_path: Path) -> None:
    (tmp_path / "bare").write_bytes(b"content" * 100_000)
    file, size = files.copy(tmp_path / "bare", path := spool.new_file())
    file.sync()
    file.close()

    assert size == 700_000
    assert path.read_bytes() == (tmp_path / "bare").read_bytes()
