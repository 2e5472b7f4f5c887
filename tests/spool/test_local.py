"""Blobs are absent or complete."""

import asyncio
import errno
import os
import random
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bridge.domain.errors import Invalid, NoSpace, Unavailable
from bridge.spool import disk, local
from bridge.spool.local import LocalSpool
from tests.spool.writing import write

MIB = 1024 * 1024


def files(spool: LocalSpool) -> list[str]:
    """Return every file, drafts and blobs."""
    return [path.name for folder in (spool._drafts, spool._blobs) for path in folder.iterdir()]


def open_files() -> int:
    """Return how many descriptors this process has open."""
    return len(os.listdir("/proc/self/fd"))  # noqa: PTH208  as names only


async def kept(spool: LocalSpool, data: bytes) -> str:
    """Make a blob."""
    draft = await spool.draft()
    await draft.write(0, data)
    return await draft.keep(str)


@pytest.mark.parametrize("seed", range(12))
async def test_any_order_of_writes_gives_the_bytes_of_an_array(spool: LocalSpool, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311  a test's
    model = bytearray()
    draft = await spool.draft()
    for _ in range(chance.randrange(5, 60)):
        if chance.random() < 0.1:
            size = chance.randrange(len(model) + 1)
            del model[size:]
            await draft.truncate(size)
        offset = chance.choice([len(model), chance.randrange(len(model) + 1)])
        data = chance.randbytes(chance.choice([0, 1, 100, 40_000, 300_000]))
        model[offset : offset + len(data)] = data
        await draft.write(offset, data)

    assert draft.size == len(model)
    blob = await draft.keep(str)
    assert spool.path(blob).read_bytes() == model
    assert files(spool) == [blob]


@pytest.mark.parametrize("pieces", [1, 511, 512, 513, 5000])
async def test_many_tiny_writes_arrive(spool: LocalSpool, pieces: int) -> None:
    draft = await spool.draft()
    for number in range(pieces):
        await draft.write(number, b"x")

    assert spool.path(await draft.keep(str)).read_bytes() == b"x" * pieces


async def test_a_small_file_does_not_touch_the_disk_before_it_is_kept(spool: LocalSpool) -> None:
    draft = await spool.draft()
    await draft.write(0, b"x" * (MIB - 1))
    assert files(spool) == []
    await draft.write(MIB - 1, b"xx")
    await draft._settle()
    assert len(files(spool)) == 1
    await draft.discard()
    assert files(spool) == []


async def test_a_draft_may_begin_with_another_blob(spool: LocalSpool) -> None:
    first = await kept(spool, b"12345")
    draft = await spool.draft(first)
    assert draft.size == 5
    await draft.write(5, b"678")
    second = await draft.keep(str)

    assert spool.path(first).read_bytes() == b"12345"
    assert spool.path(second).read_bytes() == b"12345678"


async def test_a_copy_that_fails_leaves_no_file_and_no_descriptor(
    spool: LocalSpool, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = await kept(spool, b"12345")

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(disk, "write_all", full)
    before = open_files()
    for _ in range(5):
        with pytest.raises(NoSpace):
            await spool.draft(first)

    assert open_files() == before
    assert files(spool) == [first]


async def test_the_bytes_of_a_missing_blob_cannot_be_continued(spool: LocalSpool) -> None:
    with pytest.raises(Unavailable):
        await spool.draft("0" * 32)
    assert files(spool) == []


async def test_a_gap_is_told_and_nothing_stays(spool: LocalSpool) -> None:
    before = open_files()
    draft = await spool.draft()
    await draft.write(0, b"x" * 2 * MIB)
    await draft.write(3 * MIB, b"x")
    with pytest.raises(Invalid, match="2097152") as refusal:
        await draft.keep(str)

    assert "bytes from 2097152 on were never written" in refusal.value.public
    assert files(spool) == []
    assert open_files() == before


def failing(error: int) -> Callable[..., Any]:
    def fail(*_: object) -> Any:
        raise OSError(error, os.strerror(error))

    return fail


@pytest.mark.parametrize(
    ("error", "family"), [(errno.ENOSPC, NoSpace), (errno.EDQUOT, NoSpace), (errno.EIO, Unavailable)]
)
async def test_a_write_that_fails_spoils_the_draft_for_good(
    spool: LocalSpool, monkeypatch: pytest.MonkeyPatch, error: int, family: type[Unavailable]
) -> None:
    before = open_files()
    draft = await spool.draft()
    with monkeypatch.context() as patch:
        patch.setattr(os, "pwritev", failing(error))
        await draft.write(0, b"x" * MIB)
        with pytest.raises(family):
            await draft.write(MIB, b"x" * MIB)
    with pytest.raises(family):
        await draft.keep(str)

    assert files(spool) == []
    assert open_files() == before
    assert spool.path(await kept(spool, b"next")).read_bytes() == b"next"


@pytest.mark.parametrize("size", [10, 3 * MIB])
async def test_a_failed_sync_of_the_file_is_never_repeated(
    spool: LocalSpool, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    calls: list[int] = []

    def fsync(descriptor: int) -> None:
        calls.append(descriptor)
        raise OSError(errno.EIO, "Input/output error")

    draft = await spool.draft()
    for offset in range(0, size, MIB):
        await draft.write(offset, b"x" * min(MIB, size))
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", fsync)
        with pytest.raises(Unavailable):
            await draft.keep(str)

    assert len(calls) == 1
    assert files(spool) == []
    assert spool.path(await kept(spool, b"next")).exists()


async def test_a_failed_sync_of_the_folder_takes_the_blob_back(
    spool: LocalSpool, monkeypatch: pytest.MonkeyPatch
) -> None:
    inner = os.fsync

    def fsync(descriptor: int) -> None:
        if descriptor == spool._folder_sync._descriptor:
            raise OSError(errno.EIO, "Input/output error")
        inner(descriptor)

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", fsync)
        with pytest.raises(Unavailable):
            await kept(spool, b"x")

    assert files(spool) == []
    assert spool.path(await kept(spool, b"next")).exists()


async def test_a_blob_is_synced_then_renamed_then_its_folder_is_synced(
    spool: LocalSpool, monkeypatch: pytest.MonkeyPatch
) -> None:
    order: list[str] = []
    fsync, rename = os.fsync, os.rename

    def noting_fsync(descriptor: int) -> None:
        name = Path(f"/proc/self/fd/{descriptor}").readlink().parent.name
        order.append(f"fsync in {name}")
        fsync(descriptor)

    def noting_rename(source: Path, target: str) -> None:
        order.append(f"rename {source.parent.name} to {Path(target).parent.name}")
        rename(source, target)

    monkeypatch.setattr(os, "fsync", noting_fsync)
    monkeypatch.setattr(os, "rename", noting_rename)
    await kept(spool, b"x" * 3 * MIB)

    assert order == ["fsync in drafts", "rename drafts to blobs", "fsync in spool"]


async def test_a_cancelled_keep_leaves_nothing_that_somebody_was_promised(
    spool: LocalSpool, monkeypatch: pytest.MonkeyPatch
) -> None:
    import threading

    reached, go = threading.Event(), threading.Event()
    inner = os.fsync

    def slow(descriptor: int) -> None:
        reached.set()
        go.wait(10)
        inner(descriptor)

    draft = await spool.draft()
    await draft.write(0, b"x" * 3 * MIB)
    monkeypatch.setattr(os, "fsync", slow)
    keeping = asyncio.create_task(draft.keep(str))
    await asyncio.to_thread(reached.wait, 10)
    keeping.cancel()
    with pytest.raises(asyncio.CancelledError):
        await keeping
    discarding = asyncio.create_task(draft.discard())
    go.set()
    await discarding
    monkeypatch.undo()

    restarted = LocalSpool(spool.path("").parent)
    assert restarted.sweep(lambda names: names, lambda: False) <= 1
    assert files(restarted) == []


async def test_the_sweep_removes_exactly_what_a_former_process_left_and_nobody_needs(
    spool: LocalSpool,
) -> None:
    needed = {await kept(spool, b"1"), await kept(spool, b"2")}
    await kept(spool, b"3")
    draft = await spool.draft()
    await draft.write(0, b"x" * 2 * MIB)
    await draft._settle()
    assert draft._file is not None
    draft._file.close()
    write(spool.new_file(), b"left by a crash")

    restarted = LocalSpool(spool.path("").parent)

    assert restarted.sweep(lambda names: names - needed, lambda: False) == 3
    assert set(files(restarted)) == needed


async def test_the_sweep_leaves_alone_what_comes_while_it_runs(spool: LocalSpool) -> None:
    left = await kept(spool, b"left by a crash")
    restarted = LocalSpool(spool.path("").parent)
    is_asked, may_answer = threading.Event(), threading.Event()

    def unneeded(names: set[str]) -> set[str]:
        """Say of everything that nobody needs it: no row of what comes is written yet."""
        is_asked.set()
        assert may_answer.wait(10)
        return names

    draft = await restarted.draft()
    await draft.write(0, b"x" * 2 * MIB)
    await draft._settle()
    sweeping = asyncio.create_task(asyncio.to_thread(restarted.sweep, unneeded, lambda: False))
    assert await asyncio.to_thread(is_asked.wait, 10)
    came = [await draft.keep(str), await kept(restarted, b"quick")]
    adopted = restarted.new_files(2)
    for path in adopted:
        write(path, b"a member")
    may_answer.set()

    assert await sweeping == 1
    assert left not in files(restarted)
    assert set(files(restarted)) == {*came, *(path.name for path in adopted)}
    assert restarted.sweep(lambda names: names, lambda: False) == 0


async def test_removing_is_patient(spool: LocalSpool) -> None:
    blob = await kept(spool, b"1")
    await spool.remove([blob, "0" * 32])
    await spool.remove([])

    assert files(spool) == []


async def test_adopted_files_become_blobs(spool: LocalSpool) -> None:
    paths = [spool.new_file() for _ in range(3)]
    for path in paths:
        write(path, b"x")

    names = await asyncio.to_thread(spool.adopt, paths)
    assert sorted(files(spool)) == sorted(names)


async def test_what_all_drafts_hold_in_memory_is_bounded(
    spool: LocalSpool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """64 open files of 32 sessions, each with a piece that is nearly full, would be 2 GB."""
    monkeypatch.setattr(local, "MEMORY", 4 * MIB)
    drafts = [await spool.draft() for _ in range(20)]
    for draft in drafts:
        for number in range(9):
            await draft.write(number * 100_000, b"x" * 100_000)

    assert sum(draft._gathered_size for draft in drafts) <= 4 * MIB + 100_000
    blobs = [await draft.keep(str) for draft in drafts]
    assert all(spool.path(blob).read_bytes() == b"x" * 900_000 for blob in blobs)
    assert spool.gathered == 0


async def test_what_is_discarded_is_no_longer_held_in_memory(spool: LocalSpool) -> None:
    draft = await spool.draft()
    await draft.write(0, b"123")
    assert spool.gathered == 3
    await draft.discard()

    assert spool.gathered == 0


def test_a_folder_that_cannot_be_used_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(Unavailable, match="spool"):
        LocalSpool(tmp_path / "file" / "spool")


def test_free_bytes_are_those_of_the_disk(spool: LocalSpool) -> None:
    assert 0 < spool.free_bytes() < 2**60
