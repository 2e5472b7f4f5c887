"""The keys of the spool: made once, rotated without loss, refused when they are none."""

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from bridge.domain.errors import Unavailable
from bridge.spool import keys
from bridge.spool.keys import SpoolKeys


def test_the_first_is_made_once_and_for_this_user_only(tmp_path: Path) -> None:
    first = SpoolKeys.from_folder(tmp_path / "keys", makes=True)

    file = tmp_path / "keys" / "spool.key"
    assert file.stat().st_mode & 0o777 == 0o600
    assert SpoolKeys.from_folder(tmp_path / "keys", makes=True).first == first.first


def test_without_a_file_there_is_nothing_to_seal_with(tmp_path: Path) -> None:
    assert SpoolKeys.from_folder(tmp_path, makes=False).first is None
    assert list(tmp_path.iterdir()) == []


def test_a_new_key_seals_and_the_former_ones_open(tmp_path: Path) -> None:
    before = SpoolKeys.from_folder(tmp_path, makes=True)
    mark = keys.rotate(tmp_path)

    after = SpoolKeys.from_folder(tmp_path, makes=True)
    assert after.first == mark != before.first
    assert after.marks[1:] == before.marks
    assert after.key(before.marks[0]) == before.key(before.marks[0])
    assert [path.name for path in tmp_path.glob("[!.]*")] == ["spool.key"]


@pytest.mark.parametrize("text", ["", "no base64!", "c2hvcnQ="])
def test_what_is_no_key_is_told(tmp_path: Path, text: str) -> None:
    (tmp_path / "spool.key").write_text(text)

    with pytest.raises(Unavailable, match="not a key"):
        SpoolKeys.from_folder(tmp_path, makes=True)


def test_a_mark_tells_nothing_of_the_key(tmp_path: Path) -> None:
    found = SpoolKeys.from_folder(tmp_path, makes=True)
    [mark] = found.marks

    assert mark not in found.key(mark)
    assert len(mark) == keys.MARK_BYTES


# Bug: two that started at once each wrote a key, and one sealed with a key that was gone.
def test_of_many_that_start_at_once_all_have_the_same_key(tmp_path: Path) -> None:
    start = threading.Barrier(8)

    def begin(_number: int) -> bytes | None:
        start.wait(timeout=10)
        return SpoolKeys.from_folder(tmp_path / "keys", makes=True).first

    with ThreadPoolExecutor(8) as threads:
        found = set(threads.map(begin, range(8)))

    assert found == {SpoolKeys.from_folder(tmp_path / "keys", makes=False).first}


def test_rotations_at_once_lose_no_key(tmp_path: Path) -> None:
    SpoolKeys.from_folder(tmp_path, makes=True)
    with ThreadPoolExecutor(8) as threads:
        made = set(threads.map(lambda _: keys.rotate(tmp_path), range(16)))

    assert made < set(SpoolKeys.from_folder(tmp_path, makes=False).marks)
