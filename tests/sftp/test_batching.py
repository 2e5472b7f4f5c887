"""Files of one session without a long pause are one batch, named by the first upload of it."""

from datetime import timedelta
from typing import Any

import asyncssh
import pytest

from bridge.domain.uploads import UploadId, UploadState
from bridge.sftp.batching import Batching
from tests.sftp.conftest import OpenDoor
from tests.sftp.house import Door
from tests.support.clock import MINUTE, NOON, SECOND


def test_a_file_joins_the_batch_of_the_one_before_it() -> None:
    batching = Batching(MINUTE)
    assert batching.first_before(NOON) is None
    batching.add(UploadId(7), first=None, now=NOON)
    assert batching.first_before(NOON + MINUTE) == 7

    batching.add(UploadId(8), first=UploadId(7), now=NOON + MINUTE)

    assert batching.first_before(NOON + 2 * MINUTE) == 7


def test_after_a_longer_pause_a_new_batch_begins() -> None:
    batching = Batching(MINUTE)
    batching.add(UploadId(7), first=None, now=NOON)

    assert batching.first_before(NOON + MINUTE + SECOND) is None


def test_a_file_that_takes_long_is_no_pause() -> None:
    # What counts is when it was opened: 2 GB may well take longer than the quiet time.
    batching = Batching(MINUTE)
    batching.add(UploadId(7), first=None, now=NOON)
    batching.add(UploadId(8), first=batching.first_before(NOON), now=NOON + timedelta(hours=1))

    assert batching.first_before(NOON + timedelta(hours=1, seconds=5)) == 7


async def put(client: asyncssh.SFTPClient, path: str, content: bytes = b"%PDF") -> None:
    async with client.open(path, "wb") as file:
        await file.write(content)


def batches(door: Door) -> dict[str, UploadId | None]:
    return {upload.path: upload.batch for upload in door.uploads()}


async def test_the_files_of_a_session_name_its_first(door: Door) -> None:
    async with door.sftp() as client:
        for path in ("/1.pdf", "/2.pdf", "/3.pdf"):
            await put(client, path)

    first = door.uploads()[0]
    assert batches(door) == {"/1.pdf": None, "/2.pdf": first.id, "/3.pdf": first.id}


async def test_another_session_is_another_batch(door: Door) -> None:
    for path in ("/1.pdf", "/2.pdf"):
        async with door.sftp() as client:
            await put(client, path)

    assert batches(door) == {"/1.pdf": None, "/2.pdf": None}


async def test_a_pause_ends_the_batch(open_door: OpenDoor) -> None:
    async with open_door(batch_quiet_seconds=0) as door:
        async with door.sftp() as client:
            for path in ("/1.pdf", "/2.pdf"):
                await put(client, path)

        assert batches(door) == {"/1.pdf": None, "/2.pdf": None}


async def test_what_breaks_off_belongs_to_the_batch(door: Door) -> None:
    async with door.connected() as connection:
        client = await connection.start_sftp_client()
        await put(client, "/1.pdf")
        file: Any = await client.open("/2.pdf", "wb")
        await file.write(b"half")
    await door.until(lambda: len(door.uploads()) == 2)

    first, second = door.uploads()
    assert second.state is UploadState.PARTIAL
    assert second.batch == first.id


@pytest.mark.parametrize("first_is_refused", [True, False])
async def test_what_is_refused_at_its_close_belongs_to_the_batch(door: Door, first_is_refused: bool) -> None:
    from bridge.domain.reasons import ReasonCode
    from bridge.domain.uploads import Refusal

    broken = Refusal(reason=ReasonCode.BROKEN_ARCHIVE, detail="no directory")
    rules = door.service._rules
    object.__setattr__(rules, "verdict", lambda _a, path, _f, _s: broken if path.endswith(".zip") else None)
    order = ("/1.zip", "/2.pdf") if first_is_refused else ("/2.pdf", "/1.zip")

    async with door.sftp() as client:
        for path in order:
            if path.endswith(".zip"):
                with pytest.raises(asyncssh.SFTPError):
                    await put(client, path)
            else:
                await put(client, path)

    first, second = door.uploads()
    assert (first.batch, second.batch) == (None, first.id)
    assert UploadState.REFUSED in {first.state, second.state}
