"""A server that runs takes a rotation up, and forgets no key that it has read."""

from pathlib import Path

import pytest

from bridge.spool import keys
from bridge.spool.key_file import LOOK_SECONDS, KeyFile
from bridge.spool.local import LocalSpool
from bridge.spool.sealed import SealedFile, SealedPath, key_mark


class Time:
    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def now() -> Time:
    return Time()


@pytest.fixture
def key_file(tmp_path: Path, now: Time) -> KeyFile:
    return KeyFile(tmp_path / "keys", makes=True, now=now)


# Bug: until the next start it sealed with the former key, which bridge spool keys said could go.
def test_a_rotation_counts_without_a_restart(tmp_path: Path, key_file: KeyFile, now: Time) -> None:
    spool = LocalSpool(tmp_path / "spool", keys=key_file, seals=True)
    before = written(spool)
    mark = keys.rotate(tmp_path / "keys")
    now.seconds += LOOK_SECONDS
    after = written(spool)

    assert key_mark(Path(after)) == mark != key_mark(Path(before))
    assert before.open("rb").read() == after.open("rb").read() == b"content"
    spool.close()


def test_a_line_that_was_removed_too_early_still_opens(tmp_path: Path, key_file: KeyFile, now: Time) -> None:
    spool = LocalSpool(tmp_path / "spool", keys=key_file, seals=True)
    before = written(spool)
    keys.rotate(tmp_path / "keys")
    file = tmp_path / "keys" / "spool.key"
    file.write_bytes(file.read_bytes().split()[0])
    now.seconds += LOOK_SECONDS

    assert spool.path(before.name).open is not None
    assert key_file.current().key(keys.SpoolKeys.from_folder(tmp_path / "keys", makes=False).marks[0])
    assert SealedPath.of(Path(before), key_file.current()).open("rb").read() == b"content"
    spool.close()


@pytest.mark.parametrize("text", [None, "", "no key at all"])
def test_a_file_that_is_no_key_changes_nothing(
    tmp_path: Path, key_file: KeyFile, now: Time, text: str | None
) -> None:
    first = key_file.current().first
    file = tmp_path / "keys" / "spool.key"
    if text is None:
        file.unlink()
    else:
        file.write_text(text)
    now.seconds += LOOK_SECONDS

    assert key_file.current().first == first


def test_a_file_that_is_still_written_says_which_key_it_needs(tmp_path: Path, key_file: KeyFile) -> None:
    path = SealedPath.of(tmp_path / "one.sealed", key_file.current())
    file = SealedFile(path)

    assert key_mark(tmp_path / "one.sealed") == key_file.current().first
    file.close()


def written(spool: LocalSpool) -> SealedPath:
    """Return a new sealed file with ``content``."""
    path = spool.new_file()
    assert isinstance(path, SealedPath)
    file = SealedFile(path)
    file.write([b"content"], 0)
    file.sync()
    file.close()
    return path
