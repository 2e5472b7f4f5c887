"""Syncs that are shared, and writes that the kernel takes in parts."""

import os
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from bridge.domain.errors import NoSpace, Unavailable
from bridge.spool import disk
from bridge.spool.disk import FolderSync


class Syncs:
    """Stands for fsync: waits for the test, counts, and fails when told."""

    def __init__(self) -> None:
        self.entered = threading.Semaphore(0)
        self.go = threading.Semaphore(0)
        self.count = 0
        self.failing: set[int] = set()

    def __call__(self, _descriptor: int) -> None:
        self.count += 1
        mine = self.count
        self.entered.release()
        assert self.go.acquire(timeout=10)
        if mine in self.failing:
            raise OSError(5, "Input/output error")


@pytest.fixture
def syncs(monkeypatch: pytest.MonkeyPatch) -> Syncs:
    """Fsync in the test's hands."""
    syncs = Syncs()
    monkeypatch.setattr(os, "fsync", syncs)
    return syncs


def run_beside(folder: FolderSync, pool: ThreadPoolExecutor, count: int) -> list[Any]:
    """Let *count* threads ask for a sync, and return when all have asked."""
    asked = folder._asked
    futures = [pool.submit(folder.run) for _ in range(count)]
    while folder._asked < asked + count:
        pass
    return futures


def test_those_who_wait_while_a_sync_runs_share_the_next(tmp_path: Path, syncs: Syncs) -> None:
    folder = FolderSync(tmp_path)
    with ThreadPoolExecutor(10) as pool:
        first = run_beside(folder, pool, 1)
        assert syncs.entered.acquire(timeout=10)
        others = run_beside(folder, pool, 8)
        syncs.go.release(2)
        for future in first + others:
            future.result(10)

    assert syncs.count == 2


def test_a_failed_sync_fails_all_who_waited_for_it_and_nobody_after(tmp_path: Path, syncs: Syncs) -> None:
    folder = FolderSync(tmp_path)
    syncs.failing = {2}
    with ThreadPoolExecutor(10) as pool:
        first = run_beside(folder, pool, 1)
        assert syncs.entered.acquire(timeout=10)
        others = run_beside(folder, pool, 8)
        syncs.go.release(2)
        first[0].result(10)
        assert [type(future.exception(10)) for future in others] == [OSError] * 8
        assert syncs.count == 2  # not asked again for the same renames

        syncs.go.release(1)
        pool.submit(folder.run).result(10)


def test_writes_that_the_kernel_takes_in_parts_are_finished(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inner = os.pwritev

    def stingy(descriptor: int, pieces: list[bytes], offset: int) -> int:
        return inner(descriptor, [bytes(b"".join(pieces))[:7]], offset)

    monkeypatch.setattr(os, "pwritev", stingy)
    descriptor = disk.create(tmp_path / "x")
    disk.write_all(descriptor, [b"12345", b"", b"67890123", b"4"], 3)
    os.close(descriptor)

    assert (tmp_path / "x").read_bytes() == b"\0\0\0" + b"12345678901234"


def test_an_existing_file_is_never_written_into(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"another's")
    with pytest.raises(FileExistsError):
        disk.create(tmp_path / "x")


def test_errors_of_the_disk_are_told_from_bugs() -> None:
    assert type(disk.as_deliberate(OSError(28, "full"))) is NoSpace
    assert type(disk.as_deliberate(OSError(5, "broken"))) is Unavailable
    with pytest.raises(ZeroDivisionError):
        disk.as_deliberate(ZeroDivisionError())
