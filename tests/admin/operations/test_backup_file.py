"""The file of a backup: whole or refused, and readable by ordinary tools."""

import io
import subprocess
import tarfile
from pathlib import Path
from typing import IO

import pytest

from bridge.admin.operations import backup_file
from bridge.admin.operations.backup_file import BackupWriter
from bridge.domain.errors import AlreadyThere, Invalid

BLOB = backup_file.BLOBS + "0a" * 16


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A backup of a ledger and a blob."""
    (tmp_path / "source").write_bytes(b"content " * 1000)
    writer = BackupWriter(tmp_path / "backup.tar")
    writer.add(backup_file.LEDGER, tmp_path / "source")
    writer.add(BLOB, tmp_path / "source")
    writer.finish({"taken_at": "2026-11-22T02:30:00+00:00"})
    writer.close()
    return tmp_path / "backup.tar"


def read(source: IO[bytes]) -> dict[str, bytes]:
    """Return what it holds."""
    found: dict[str, bytes] = {}
    backup_file.read(source, name="it", sink=lambda name, content: found.update({name: content.read()}))
    return found


def test_what_was_added_comes_back(file: Path) -> None:
    with file.open("rb") as source:
        assert read(source) == {backup_file.LEDGER: b"content " * 1000, BLOB: b"content " * 1000}
    assert file.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in file.parent.iterdir() if path.name.startswith(".")] == []


def test_ordinary_tools_prove_it(file: Path, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    subprocess.run(["tar", "xf", file, "-C", tmp_path / "out"], check=True)
    done = subprocess.run(
        ["sha256sum", "-c", "SHA256SUMS"], cwd=tmp_path / "out", check=True, capture_output=True, text=True
    )

    assert done.stdout.count(": OK") == 2


def test_every_byte_that_counts_is_guarded(file: Path) -> None:
    whole = bytearray(file.read_bytes())
    contents = [*range(600, 8000, 700), *range(len(whole) - 11_000, len(whole) - 10_300, 50)]
    for at in contents:
        whole[at] ^= 1
        if whole[at] not in {0, 1}:  # not the padding between files, which says nothing
            with pytest.raises(Invalid):
                read(io.BytesIO(bytes(whole)))
        whole[at] ^= 1


@pytest.mark.parametrize("share", [0.0, 0.1, 0.5, 0.9])
def test_one_that_is_cut_short_is_none(file: Path, share: float) -> None:
    whole = file.read_bytes()

    with pytest.raises(Invalid, match="no backup, or it is damaged or cut short"):
        read(io.BytesIO(whole[: int(len(whole) * share * 0.6)]))


@pytest.mark.parametrize(
    "name", ["../evil", "/etc/passwd", "keys/../x", "spool/blobs/.x", "keys/a/b", "other"]
)
def test_no_other_name_is_written(name: str) -> None:
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w") as tar:
        tar.addfile(tarfile.TarInfo(name), io.BytesIO())
    target.seek(0)

    with pytest.raises(Invalid, match="does not belong"):
        read(target)


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.DIRTYPE, tarfile.FIFOTYPE])
def test_nothing_but_plain_files_is_taken(kind: bytes) -> None:
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w") as tar:
        info = tarfile.TarInfo(BLOB)
        info.type = kind
        tar.addfile(info)
    target.seek(0)

    with pytest.raises(Invalid, match="no plain file"):
        read(target)


def test_a_backup_never_takes_the_place_of_a_file(file: Path) -> None:
    with pytest.raises(AlreadyThere):
        BackupWriter(file)


def test_one_that_is_not_finished_leaves_nothing(tmp_path: Path) -> None:
    writer = BackupWriter(tmp_path / "backup.tar")
    writer.add(backup_file.LEDGER, Path(__file__))
    writer.close()

    assert list(tmp_path.iterdir()) == []


# Bug: it was written, and found to be no name of ours only when the backup was needed.
@pytest.mark.parametrize("name", ["keys/spool.key~", "keys/../x", "spool/blobs/.x", "notes.txt", ""])
def test_what_no_restore_would_take_is_not_written(tmp_path: Path, name: str) -> None:
    (tmp_path / "source").write_bytes(b"x")
    writer = BackupWriter(tmp_path / "b.tar")
    with pytest.raises(Invalid, match="no restore would take it"):
        writer.add(name, tmp_path / "source")
    writer.close()

    assert [path.name for path in tmp_path.iterdir()] == ["source"]
