"""Bytes on their way in: in any order, at once, too many, too far, or not at all."""

import asyncio
import random
from typing import Any

import pytest
from asyncssh.packet import String, UInt32, UInt64

from bridge.domain.errors import Unavailable
from bridge.domain.uploads import UploadState
from tests.sftp import raw
from tests.sftp.conftest import OpenDoor
from tests.sftp.house import Door
from tests.sftp.raw import Raw, Refusal, message

MIB = 1024 * 1024


async def test_writes_in_reverse_and_overlapping_give_the_right_bytes(door: Door) -> None:
    chance = random.Random(1)  # noqa: S311  a test's
    data = bytearray(chance.randbytes(300_000))
    async with door.raw() as client:
        handle = await client.open("/a.bin")
        for offset in range(len(data) - 30_000, -1, -30_000):
            await client.write(handle, offset, bytes(data[offset : offset + 30_000]))
        for _ in range(20):
            offset, piece = chance.randrange(290_000), chance.randbytes(10_000)
            data[offset : offset + len(piece)] = piece
            await client.write(handle, offset, piece)
        await client.close(handle)

    assert door.spooled() == {"/a.bin": bytes(data)}


async def test_a_gap_is_refused_at_the_close(door: Door) -> None:
    async with door.raw() as client:
        handle = await client.open("/a.csv")
        await client.write(handle, 0, b"123")
        await client.write(handle, 5, b"678")
        with pytest.raises(Refusal, match="bytes from 3 on were never written; send the file again"):
            await client.close(handle)
        await client.put("/a.csv", b"again")

    assert door.spooled() == {"/a.csv": b"again"}
    assert door.leftovers() == []


@pytest.mark.parametrize("offset", [2**40, 2**63, 2**64 - 1])
async def test_a_write_far_away_is_refused(door: Door, offset: int) -> None:
    async with door.raw() as client:
        handle = await client.open("/a.csv")
        with pytest.raises(Refusal, match="files above"):
            await client.write(handle, offset, b"123")
        with pytest.raises(Refusal):
            await client.close(handle)

    assert door.uploads() == []
    assert door.leftovers() == []


async def test_a_file_over_the_limit_is_refused_at_that_byte_and_never_sent_short(
    open_door: OpenDoor,
) -> None:
    """OpenSSH closes the file after a refused write: what was taken before must not pass for the whole."""
    async with open_door(max_file_bytes=3 * MIB) as door, door.raw() as client:
        handle = await client.open("/a.bin")
        for number in range(24):
            await client.write(handle, number * MIB // 8, b"x" * (MIB // 8))
        with pytest.raises(Refusal, match="files above 3145728 bytes are not accepted"):
            await client.write(handle, 3 * MIB, b"y")
        assert door.leftovers() == []  # at once, not at the close
        with pytest.raises(Refusal, match="a part of this file was refused"):
            await client.write(handle, 0, b"y")
        with pytest.raises(Refusal, match="a part of this file was refused; send it again"):
            await client.close(handle)

        assert door.uploads() == []
        await client.put("/a.bin", b"fits")
        assert door.spooled() == {"/a.bin": b"fits"}


async def test_the_limit_holds_for_appended_bytes_and_for_sizes_too(open_door: OpenDoor) -> None:
    async with open_door(max_file_bytes=10) as door, door.raw() as client:
        await client.put("/a.csv", b"0123456789")
        handle = await client.open("/a.csv", raw.WRITING | raw.APPEND)
        with pytest.raises(Refusal, match="files above"):
            await client.write(handle, 0, b"x")
        handle = await client.open("/b.csv")
        with pytest.raises(Refusal, match="files above"):
            await client.request(raw.FSETSTAT, String(handle), raw.attributes(size=11))

        assert door.spooled() == {"/a.csv": b"0123456789"}


async def test_a_file_of_which_a_part_was_refused_leaves_no_partial(open_door: OpenDoor) -> None:
    async with open_door(max_file_bytes=10) as door:
        async with door.raw() as client:
            handle = await client.open("/a.csv")
            await client.write(handle, 0, b"12345")
            with pytest.raises(Refusal):
                await client.write(handle, 5, b"6789012345")
        await door.until_left()

        assert door.uploads() == []
        assert door.leftovers() == []


async def test_a_write_cut_in_its_packet_spoils_the_file(door: Door) -> None:
    async with door.raw() as client:
        handle = await client.open("/a.csv")
        await client.write(handle, 0, b"12345")
        with pytest.raises(Refusal) as refusal:
            await client.request(raw.WRITE, String(handle), UInt64(5), UInt32(100), b"short")
        assert refusal.value.code == raw.BAD_MESSAGE
        with pytest.raises(Refusal, match="refused; send it again"):
            await client.close(handle)

    assert door.uploads() == []


async def test_bytes_behind_a_write_are_ignored(door: Door) -> None:
    """As rclone 1.60 sends them (threats A14)."""
    async with door.raw() as client:
        handle = await client.open("/a.csv")
        await client.request(raw.WRITE, String(handle), UInt64(0), String(b"123"), b"junk")
        await client.close(handle)

    assert door.spooled() == {"/a.csv": b"123"}


async def test_an_empty_write_changes_nothing(door: Door) -> None:
    async with door.raw() as client:
        handle = await client.open("/a.csv")
        await client.write(handle, 1000, b"")
        await client.write(handle, 0, b"123")
        await client.close(handle)

    assert door.spooled() == {"/a.csv": b"123"}


async def test_more_open_files_than_allowed_are_refused(open_door: OpenDoor) -> None:
    async with open_door(max_open_files=5) as door, door.raw() as client:
        handles = [await client.open(f"/{number}.csv") for number in range(5)]
        with pytest.raises(Refusal, match="more than 5 files open"):
            await client.open("/6.csv")
        await client.close(handles[0])
        await client.close(await client.open("/6.csv"))


async def test_a_handle_is_good_for_one_close(door: Door) -> None:
    async with door.raw() as client, door.raw() as other:
        handle = await client.open("/a.csv")
        for stranger in (other.close(handle), client.close(b"nonsense"), client.close(b"")):
            with pytest.raises(Refusal, match="no such handle"):
                await stranger
        await client.close(handle)
        for request in (
            client.close(handle),
            client.write(handle, 0, b"x"),
            client.request(raw.FSTAT, String(handle)),
            client.request(raw.READDIR, String(handle)),
        ):
            with pytest.raises(Refusal, match="handle"):
                await request


async def test_sixty_four_bit_offsets_do_not_wrap_around(door: Door) -> None:
    async with door.raw() as client:
        handle = await client.open("/a.csv")
        await client.write(handle, 0, b"12345")
        with pytest.raises(Refusal):
            await client.write(handle, 2**64 - 2, b"wrap")
        with pytest.raises(Refusal):
            await client.request(raw.FSETSTAT, String(handle), raw.attributes(size=2**64 - 1))
        with pytest.raises(Refusal):
            await client.close(handle)


async def test_a_message_longer_than_any_client_sends_ends_the_session(door: Door) -> None:
    async with door.raw() as client:
        await client.open("/a.csv")
        client.send(UInt32(256 * 1024 + 1))
        with pytest.raises(asyncio.IncompleteReadError):
            await client.receive()
    await door.until_left()


@pytest.mark.parametrize(
    "packet",
    [
        message(raw.OPEN, UInt32(1)),
        message(raw.OPEN, UInt32(1), UInt32(2**32 - 1), b"x"),
        message(raw.OPEN, UInt32(1), String("/a"), UInt32(raw.AFRESH), UInt32(0xFFFFFFFF)),
        message(raw.CLOSE, UInt32(1), UInt32(2**31)),
        message(raw.SETSTAT, UInt32(1), String("/"), UInt32(1)),
        message(raw.RENAME, UInt32(1), String("/a")),
        message(raw.EXTENDED, UInt32(1)),
    ],
)
async def test_a_malformed_request_is_answered_as_such(door: Door, packet: bytes) -> None:
    async with door.raw() as client:
        client.send(packet)
        with pytest.raises(Refusal) as refusal:
            await client.reply()

        assert refusal.value.code == raw.BAD_MESSAGE
        await client.put("/still.csv", b"1")


@pytest.mark.parametrize("packet", [UInt32(0), UInt32(3) + b"abc", message(raw.OPEN)])
async def test_a_request_without_an_id_ends_the_session(door: Door, packet: bytes) -> None:
    async with door.raw() as client:
        client.send(packet)
        with pytest.raises(asyncio.IncompleteReadError):
            await client.receive()
    await door.until_left()


@pytest.mark.parametrize("version", [0, 1, 2])
async def test_versions_below_three_are_refused(door: Door, version: int) -> None:
    async with door.connected() as connection:
        client = await Raw.silent(connection)
        client.send(message(raw.INIT, UInt32(version)))
        with pytest.raises(asyncio.IncompleteReadError):
            await client.receive()


@pytest.mark.parametrize("version", [4, 6, 2**32 - 1])
async def test_newer_versions_get_version_three(door: Door, version: int) -> None:
    async with door.connected() as connection:
        client = await Raw.silent(connection)
        client.send(message(raw.INIT, UInt32(version)))
        kind, packet = await client.receive()

        assert (kind, packet.get_uint32()) == (2, 3)


@pytest.mark.parametrize("seed", range(6))
async def test_nonsense_leaves_nothing_behind(door: Door, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311  a test's
    async with door.raw() as client:
        good = [
            message(raw.OPEN, UInt32(1), String("/a.csv"), UInt32(raw.AFRESH), raw.NO_ATTRIBUTES),
            message(raw.WRITE, UInt32(2), String(b"\0\0\0\0"), UInt64(0), String(b"x" * 100)),
            message(raw.OPENDIR, UInt32(3), String("/")),
            message(raw.RENAME, UInt32(4), String("/a"), String("/b")),
            message(raw.FSETSTAT, UInt32(5), String(b"\0\0\0\0"), raw.attributes(size=5, mtime=1)),
        ]
        for _ in range(200):
            packet = bytearray(chance.choice(good))
            for _ in range(chance.randrange(4)):
                packet[chance.randrange(4, len(packet))] = chance.randrange(256)
            client.send(bytes(packet[: chance.choice([len(packet), len(packet), chance.randrange(4, 30)])]))
    await door.until_left()

    assert door.leftovers() == []
    assert not door.service._handlers
    async with door.raw() as client:
        await client.put("/still.csv", b"1")


async def test_a_connection_that_died_late_does_not_hide_what_was_sent_again(door: Door) -> None:
    """The server may notice after a minute; by then the client has come back and finished."""
    async with door.raw() as second:
        async with door.raw() as first:
            await first.write(await first.open("/a.csv.part"), 0, b"12")
            await second.put("/a.csv.part", b"12345")
        await door.until(lambda: len(door.service._handlers) == 1)
        await second.request(raw.RENAME, String("/a.csv.part"), String("/a.csv"))

    assert door.spooled() == {"/a.csv": b"12345"}
    assert door.partials() == {}
    assert door.leftovers() == []


async def test_a_nearly_full_disk_is_said_at_the_open(open_door: OpenDoor) -> None:
    async with open_door(min_free_bytes=2**60) as door, door.raw() as client:
        with pytest.raises(Refusal, match="no space left for uploads, try again later"):
            await client.open("/a.csv")


class SlowSpool:
    """The real spool, whose writes wait until the test lets them through."""

    def __init__(self, inner: Any) -> None:
        self.inner = inner
        self.go = asyncio.Event()
        self.writes = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)

    async def draft(self, copy_of: str | None = None) -> Any:
        """Begin a slow draft."""
        draft = await self.inner.draft(copy_of)
        write = draft.write

        async def slow(offset: int, data: bytes) -> None:
            self.writes += 1
            await self.go.wait()
            await write(offset, data)

        draft.write = slow
        return draft


def buffered(door: Door) -> int:
    """Return the bytes that wait in the buffers of channels and sessions."""
    total = 0
    for login in door.service._logins:
        assert login.connection is not None
        total += len(login.connection._inpbuf)
        for channel in login.connection._channels.values():
            total += sum(len(data) for data, _ in channel._recv_buf)
            session: Any = channel._session
            total += session._recv_buf_len
    return total


async def test_a_fast_client_on_a_slow_disk_is_held_back(open_door: OpenDoor) -> None:
    """Without `BoundedChannel` it was 163 MB in 4 s (threats A3)."""
    from bridge.spool.local import LocalSpool

    door_context = open_door()
    async with door_context as door:
        assert isinstance(door.files, LocalSpool)
        slow = SlowSpool(door.files)
        object.__setattr__(door.service._rules, "spool", slow)
        async with door.raw() as client:
            handle = await client.open("/a.bin")
            piece = b"x" * 100_000
            for number in range(300):
                client.ask(raw.WRITE, String(handle), UInt64(number * len(piece)), String(piece))
            before = -1
            while before != (now := buffered(door)) or not slow.writes or not now:  # until nothing moves
                before = now
                await asyncio.sleep(0.1)

            assert 1 * MIB < before < 8 * MIB
            slow.go.set()
            for _ in range(300):
                await client.reply()
            await client.close(handle)
        assert door.spooled() == {"/a.bin": b"x" * 30_000_000}


async def test_a_client_that_reads_no_answers_is_held_back(door: Door) -> None:
    """READDIR answers 13 bytes with thousands: asked for without end, they filled the memory."""
    from tests.sftp.test_inbox import many_folders

    await door.database.write(many_folders)
    async with door.raw() as client:
        client.writer.channel.pause_reading()
        for _ in range(16):
            client.ask(raw.OPENDIR, String("/csv"))
        for number in range(16 * 20):
            client.ask(raw.READDIR, String((number % 16).to_bytes(4, "big")))
        [handler] = door.service._handlers
        writer: Any = handler._writer
        await door.until(lambda: writer.channel._send_paused)
        before = -1.0
        while before != handler.last_request_at:
            before = handler.last_request_at
            await asyncio.sleep(0.1)

        assert writer.channel._send_buf_len < MIB
    await door.until_left()


async def test_a_close_the_ledger_cannot_take_is_not_acknowledged(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    def locked(*_: object, **__: object) -> None:
        raise Unavailable("locked")

    async with door.raw() as client:
        handle = await client.open("/a.csv")
        await client.write(handle, 0, b"123")
        with monkeypatch.context() as patch:
            patch.setattr("bridge.sftp.uploading.uploads.receive", locked)
            with pytest.raises(Refusal, match="temporarily unavailable"):
                await client.close(handle)
        assert door.uploads() == []
        assert door.leftovers() == []
        await client.put("/a.csv", b"123")

    assert [upload.state for upload in door.uploads()] == [UploadState.SPOOLED]


async def test_a_commit_whose_answer_was_lost_is_looked_up(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    from bridge.ledger import uploads

    write = door.database.write_now

    def lossy(question: Any, **values: Any) -> Any:
        answer = write(question, **values)
        if question is uploads.receive:
            raise Unavailable("the connection broke after the commit")
        return answer

    monkeypatch.setattr(door.database, "write_now", lossy)
    async with door.raw() as client:
        await client.put("/a.csv", b"123")

    assert door.spooled() == {"/a.csv": b"123"}


async def test_when_the_ledger_is_down_a_broken_upload_leaves_no_open_file(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def down(*_: object, **__: object) -> None:
        raise Unavailable("down")

    async with door.raw() as client:
        for number in range(3):
            handle = await client.open(f"/{number}.bin")
            for offset in range(0, 1_500_000, 100_000):
                await client.write(handle, offset, b"x" * 100_000)
        [handler] = door.service._handlers
        drafts = [opened.draft for opened in handler._inbox._open.values()]
        monkeypatch.setattr(door.database, "read", down)
    await door.until(lambda: not door.service._handlers)
    monkeypatch.undo()

    assert all(draft._file is None for draft in drafts)  # type: ignore[attr-defined]
    assert door.leftovers() == []
    assert door.uploads() == []
