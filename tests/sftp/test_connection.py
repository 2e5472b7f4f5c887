"""The lean connection: nothing is sent or timed that says nothing; a dead peer is noticed all the same."""

import inspect
import socket
from typing import Any

import pytest
from asyncssh.connection import SSHConnection, SSHServerConnection
from asyncssh.constants import MSG_IGNORE
from asyncssh.packet import SSHPacketLogger

from bridge.sftp.connection import ChaffingConnection, LeanConnection, SilentLogger
from bridge.sftp.policies import ANCIENT, COMPAT, MODERN
from tests.sftp.conftest import OpenDoor
from tests.sftp.house import Door


def test_what_is_overridden_is_still_there() -> None:
    assert list(inspect.signature(SSHConnection.send_packet).parameters) == [
        "self",
        "pkttype",
        "args",
        "handler",
    ]
    assert list(inspect.signature(SSHServerConnection.__init__).parameters)[1:3] == ["loop", "options"]
    assert "_log_packet" in vars(SSHPacketLogger)
    assert "send_packet(MSG_IGNORE" in inspect.getsource(SSHConnection.send_packet)


@pytest.fixture
def ignored(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Counts the empty packets that a client receives."""
    seen: list[int] = []
    original: Any = SSHConnection._packet_handlers[MSG_IGNORE]

    def count(self: Any, kind: int, number: int, packet: Any) -> Any:
        if self.is_client():
            seen.append(number)
        return original(self, kind, number, packet)

    handlers = {**SSHConnection._packet_handlers, MSG_IGNORE: count}
    monkeypatch.setattr(SSHConnection, "_packet_handlers", handlers)
    return seen


async def test_no_empty_packet_goes_before_an_answer(door: Door, ignored: list[int]) -> None:
    async with door.connected("sender") as connection, connection.start_sftp_client() as client:
        async with client.open("/x.pdf", "wb") as file:
            await file.write(b"x")
        assert await client.exists("/x.pdf")

    assert ignored == []
    assert door.spooled() == {"/x.pdf": b"x"}


async def test_where_cbc_may_be_agreed_on_the_empty_packets_stay(
    open_door: OpenDoor, ignored: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bridge.sftp.connection.LeanConnection", ChaffingConnection)
    async with (
        open_door() as door,
        door.connected("sender") as connection,
        connection.start_sftp_client() as client,
    ):
        await client.exists("/x.pdf")

    assert ignored != []
    assert [policy.has_cbc for policy in (MODERN, COMPAT, ANCIENT)] == [False, False, True]


async def test_the_kernel_watches_for_peers_that_die(door: Door) -> None:
    async with door.connected("sender"):
        [login] = door.service._logins
        assert isinstance(login.connection, LeanConnection)
        assert isinstance(login.connection.logger, SilentLogger)
        there = login.connection.get_extra_info("socket")

        assert there.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE) == 1
        idle = there.getsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE)
        beats = there.getsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPCNT)
        assert idle + beats * there.getsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPINTVL) <= 60
