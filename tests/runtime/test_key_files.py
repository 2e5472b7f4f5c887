"""Key files: whoever is first makes one, and nobody sees half of one."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from bridge.runtime import key_files


def test_it_is_there_whole_for_this_user_only_and_nothing_beside_it(tmp_path: Path) -> None:
    assert key_files.make_once(tmp_path / "a.key", b"content")

    assert (tmp_path / "a.key").read_bytes() == b"content"
    assert (tmp_path / "a.key").stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["a.key"]


def test_whoever_comes_second_leaves_the_first(tmp_path: Path) -> None:
    key_files.make_once(tmp_path / "a.key", b"first")

    assert not key_files.make_once(tmp_path / "a.key", b"second")
    assert (tmp_path / "a.key").read_bytes() == b"first"
    assert [path.name for path in tmp_path.iterdir()] == ["a.key"]


def test_of_many_at_once_one_makes_it(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as threads:
        made = list(
            threads.map(
                lambda word: key_files.make_once(tmp_path / "a.key", word), [b"%d" % n for n in range(50)]
            )
        )

    assert made.count(True) == 1
    assert (tmp_path / "a.key").read_bytes() == b"%d" % made.index(True)


def test_changes_one_after_another_lose_none(tmp_path: Path) -> None:
    path = tmp_path / "a.key"
    path.write_bytes(b"")

    def add(number: int) -> None:
        with key_files.alone(path):
            key_files.replace(path, path.read_bytes() + b"%d\n" % number)

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(add, range(40)))

    assert sorted(map(int, path.read_bytes().split())) == list(range(40))
