"""What a client closed is a promise; whatever ends otherwise is a partial (threats A2)."""

import asyncio
import os
import signal
import socket
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import asyncssh
import pytest
from asyncssh.constants import MSG_CHANNEL_CLOSE
from asyncssh.packet import String, UInt32, UInt64

from bridge.domain.uploads import UploadState
from tests.sftp import raw
from tests.sftp.clients import lftp, openssh, run
from tests.sftp.conftest import OpenDoor
from tests.sftp.house import Door, key
from tests.sftp.proxy import Proxy, reset_on_close
from tests.sftp.raw import Raw, message

BYTES = b"0123456789" * 20_000
Ending = Callable[[asyncssh.SSHClientConnection, Raw], Awaitable[None]]


def duplicate(connection: Any) -> socket.socket:
    """Return a second socket for the same TCP connection."""
    return socket.socket(fileno=os.dup(connection._transport.get_extra_info("socket").fileno()))


async def reset(connection: asyncssh.SSHClientConnection, _: Raw) -> None:
    with duplicate(connection) as sock:
        reset_on_close(sock)
    connection.abort()


async def fin(connection: asyncssh.SSHClientConnection, _: Raw) -> None:
    with duplicate(connection) as sock:
        sock.shutdown(socket.SHUT_WR)


async def abort(connection: asyncssh.SSHClientConnection, _: Raw) -> None:
    connection.abort()


async def disconnect(connection: asyncssh.SSHClientConnection, _: Raw) -> None:
    connection.disconnect(asyncssh.DISC_BY_APPLICATION, "bye")


async def channel_close(_: asyncssh.SSHClientConnection, client: Raw) -> None:
    client.writer.channel.send_packet(MSG_CHANNEL_CLOSE)


async def channel_abort(_: asyncssh.SSHClientConnection, client: Raw) -> None:
    client.writer.channel.abort()


async def channel_eof(_: asyncssh.SSHClientConnection, client: Raw) -> None:
    client.writer.write_eof()


async def oversized(_: asyncssh.SSHClientConnection, client: Raw) -> None:
    client.send(UInt32(2**31))


async def half_a_packet(connection: asyncssh.SSHClientConnection, client: Raw) -> None:
    client.send(message(raw.CLOSE, UInt32(99), String(b"\0\0\0\0"))[:-1])
    connection.disconnect(asyncssh.DISC_BY_APPLICATION, "bye")


async def protocol_error(connection: Any, _: Raw) -> None:
    connection.send_packet(94, UInt32(77), String("no such channel"))


ENDINGS = [
    reset,
    fin,
    abort,
    disconnect,
    channel_close,
    channel_abort,
    channel_eof,
    oversized,
    half_a_packet,
    protocol_error,
]


@pytest.mark.parametrize("ending", ENDINGS)
async def test_an_upload_that_was_not_closed_is_a_partial(door: Door, ending: Ending) -> None:
    async with door.connected() as connection:
        client = await Raw.on(connection)
        handle = await client.open("/a.bin")
        await client.write(handle, 0, BYTES)
        await ending(connection, client)
        await door.until(lambda: not door.service._handlers)

    assert door.spooled() == {}
    assert door.partials() == {"/a.bin": BYTES}
    async with door.raw() as again:
        assert b"a.bin" in await again.names("/")
        _, packet = await again.request(raw.STAT, String("/a.bin"))
        assert packet.get_bytes(12)[4:] == UInt64(len(BYTES))
        with pytest.raises(raw.Refusal, match="interrupted; resume it"):
            await again.request(raw.RENAME, String("/a.bin"), String("/b.bin"))


@pytest.mark.parametrize("ending", ENDINGS)
async def test_a_close_pipelined_before_the_end_is_a_promise(door: Door, ending: Ending) -> None:
    async with door.connected() as connection:
        client = await Raw.on(connection)
        handle = await client.open("/a.bin")
        client.ask(raw.WRITE, String(handle), UInt64(0), String(BYTES))
        client.ask(raw.CLOSE, String(handle))
        if ending is reset:  # a reset may overtake bytes that the kernel still holds
            await door.until(lambda: bool(door.spooled()))
        await ending(connection, client)
        await door.until(lambda: not door.service._handlers)

    assert door.spooled() == {"/a.bin": BYTES}
    assert door.partials() == {}


async def test_the_stop_of_the_server_leaves_a_partial(open_door: OpenDoor) -> None:
    async with open_door() as door:
        async with door.raw() as client:
            await client.write(await client.open("/a.bin"), 0, BYTES)
            await door.service.stop(12)

        assert door.partials() == {"/a.bin": BYTES}


async def test_the_stop_of_the_server_lets_open_uploads_finish(
    open_door: OpenDoor, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_door() as door, door.raw() as client:
        monkeypatch.setattr("bridge.sftp.service.DRAIN_SECONDS", 8)
        handle = await client.open("/a.bin")
        await client.write(handle, 0, BYTES)
        stopping = asyncio.create_task(door.service.stop(12))
        await asyncio.sleep(0)
        await client.write(handle, len(BYTES), BYTES)
        await client.close(handle)
        await stopping

        assert door.spooled() == {"/a.bin": BYTES * 2}


async def test_an_idle_session_ends_and_leaves_a_partial(open_door: OpenDoor) -> None:
    async with open_door(idle_seconds=0.3) as door, door.raw() as client:
        await client.write(await client.open("/a.bin"), 0, BYTES)
        await door.until_left()

        assert door.partials() == {"/a.bin": BYTES}


async def test_a_session_that_works_is_not_idle(open_door: OpenDoor) -> None:
    async with open_door(idle_seconds=1) as door, door.connected() as connection:
        working, resting = await Raw.on(connection), await Raw.on(connection)
        handle = await working.open("/a.bin")
        until = asyncio.get_running_loop().time() + 2
        while asyncio.get_running_loop().time() < until:
            await working.write(handle, 0, b"x")
            await asyncio.sleep(0.05)

        assert await resting.names("/csv") == []


@pytest.mark.parametrize("has_channel", [False, True])
async def test_a_login_that_never_starts_sftp_is_idle_too(open_door: OpenDoor, has_channel: bool) -> None:
    async with open_door(idle_seconds=0.3) as door, door.connected() as connection:
        if has_channel:
            await raw.open_channel(connection)
        await door.until_left()


async def test_signals_and_window_changes_do_not_disturb_an_upload(door: Door) -> None:
    async with door.raw() as client:
        handle = await client.open("/a.bin")
        await client.write(handle, 0, BYTES[:1000])
        channel = client.writer.channel
        channel.send_signal("TERM")
        channel.send_break(500)
        channel.change_terminal_size(80, 25)
        await client.write(handle, 1000, BYTES[1000:])
        channel.send_signal("KILL")
        await client.close(handle)

    assert door.spooled() == {"/a.bin": BYTES}


async def test_a_killed_client_leaves_a_partial_that_openssh_resumes(door: Door, tmp_path: Path) -> None:
    private = key("ssh-ed25519")
    door.add_key(door.database.read_now(_sender), private)
    await door.service._directory.refresh()
    source = tmp_path / "big.bin"
    source.write_bytes(BYTES * 100)
    process = await asyncio.create_subprocess_exec(
        *openssh("sftp", door, tmp_path, private, "-l", "8000"),  # 1 MB a second: it will not be done
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    assert process.stdin is not None
    process.stdin.write(f"put {source} /big.bin\n".encode())
    await door.until(lambda: any(_sizes(door, 500_000)))
    process.send_signal(signal.SIGKILL)
    await process.wait()
    process.stdin.close()
    await door.until_left()

    [partial] = door.uploads(UploadState.PARTIAL)
    assert 500_000 <= partial.size < source.stat().st_size
    await run(
        openssh("sftp", door, tmp_path, private, "-b", "-"), stdin=f"reput {source} /big.bin\n".encode()
    )
    assert door.spooled() == {"/big.bin": source.read_bytes()}
    assert door.partials() == {}


async def test_lftp_continues_a_partial(door: Door, tmp_path: Path) -> None:
    source = tmp_path / "big.bin"
    source.write_bytes(BYTES * 5)
    async with door.raw() as client:
        await client.write(await client.open("/big.bin"), 0, BYTES)
    await door.until_left()
    await run(lftp(door, f"put -c {source} -o /big.bin"))

    assert door.spooled() == {"/big.bin": source.read_bytes()}


async def test_a_partial_never_replaces_what_was_acknowledged(door: Door) -> None:
    async with door.raw() as client:
        await client.put("/a.csv", b"promised")
        await client.write(await client.open("/a.csv"), 0, b"half of")
    await door.until_left()

    assert door.spooled() == {"/a.csv": b"promised"}
    assert door.partials() == {"/a.csv": b"half of"}


async def upload_through(door: Door, limit: int | None) -> tuple[bool, int]:
    """Upload through a proxy that cuts after *limit* bytes; say whether it was acknowledged."""
    async with Proxy.to(door.port, limit) as proxy:
        connection = None
        try:
            async with asyncio.timeout(20):
                connection = await asyncssh.connect(
                    "127.0.0.1",
                    proxy.port,
                    username="sender",
                    client_keys=[key("ssh-ed25519")],
                    known_hosts=None,
                    config=None,
                    agent_path=None,
                    kex_algs=["curve25519-sha256"],
                )
                client = await Raw.on(connection)
                handle = await client.open("/a.bin")
                client.ask(raw.WRITE, String(handle), UInt64(0), String(BYTES[:3000]))
                client.ask(raw.WRITE, String(handle), UInt64(3000), String(BYTES[3000:6000]))
                client.ask(raw.CLOSE, String(handle))
                for _ in range(3):
                    await client.reply()
        except (OSError, asyncssh.Error, EOFError):
            return False, proxy.passed
        else:
            return True, proxy.passed
        finally:
            if connection is not None:
                connection.abort()
                await connection.wait_closed()


@pytest.mark.parametrize("cuts", [40, pytest.param(250, marks=pytest.mark.campaign)])
async def test_wherever_the_connection_is_cut_only_a_close_makes_a_promise(
    open_door: OpenDoor, cuts: int
) -> None:
    async with open_door() as door:
        door.add_key(door.database.read_now(_sender), key("ssh-ed25519"))
        await door.service._directory.refresh()
        is_acknowledged, total = await upload_through(door, None)
        assert is_acknowledged
        early, late = total // 3, total - 6300  # the upload itself is at the end
        points = [early * n // (cuts // 4) for n in range(1, cuts // 4)]
        points += [late + (total - late) * n // (cuts * 3 // 4) for n in range(cuts * 3 // 4 + 1)]
        promised = 1
        for limit in points:
            before = {upload.id for upload in door.uploads()}
            is_acknowledged, _ = await upload_through(door, limit)
            await door.until_left()
            new = [upload for upload in door.uploads() if upload.id not in before]
            closed = [upload for upload in new if upload.state is UploadState.SPOOLED]
            promised += len(closed)

            assert all(door.bytes_of(upload) == BYTES[:6000] for upload in closed)
            assert not is_acknowledged or closed, f"acknowledged and not kept, cut at {limit}"
            assert all(BYTES.startswith(data) for data in door.partials().values())
        assert promised > 1  # the last points lie behind the CLOSE
        assert door.leftovers() == []


def _sizes(door: Door, least: int) -> list[bool]:
    return [
        opened.draft.size >= least
        for handler in door.service._handlers
        for opened in handler._inbox._open.values()
    ]


def _sender(connection: Any) -> Any:
    from bridge.ledger import accounts

    return accounts.get(connection, name="sender")
