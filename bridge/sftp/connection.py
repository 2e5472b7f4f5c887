"""The connection and the listener: asyncssh's, without what costs every packet and helps nobody here.

For each packet asyncssh sends a second one that says nothing (a counter to attacks on CBC), winds a timer
for keepalives, and words a debug line.  Together they are a good third of what a small upload costs this
process.  Private names of asyncssh are used here on purpose; see the package's docstring.
"""

import asyncio
import socket
from collections.abc import Callable
from typing import Any

import asyncssh
from asyncssh.connection import SSHServerConnection, SSHServerConnectionOptions
from asyncssh.constants import MSG_IGNORE
from asyncssh.logging import SSHLogger
from asyncssh.packet import SSHPacket

from bridge.sftp import umac

BACKLOG = 512
umac.install()
# A dead peer is noticed after about a minute, by the kernel.
_KEEPALIVE = {"TCP_KEEPIDLE": 15, "TCP_KEEPINTVL": 15, "TCP_KEEPCNT": 3}


class SilentLogger(SSHLogger):
    """Says nothing: what is worth a line, the bridge logs itself."""

    def log(self, level: int, msg: object, *args: Any, **kwargs: Any) -> None:
        """Say nothing."""

    def debug1(self, msg: str, *args: object, **kwargs: object) -> None:
        """Say nothing."""

    def debug2(self, msg: str, *args: object, **kwargs: object) -> None:
        """Say nothing."""

    def get_child(self, child: str = "", context: str = "") -> SSHLogger:
        """Return itself."""
        return self


class Quiet:
    """Mixed in before asyncssh's class: words no line for each packet."""

    def _log_packet(self, *_facts: object) -> None:
        """Say nothing."""


class LeanConnection(Quiet, SSHServerConnection):
    """A server connection that sends only what says something."""

    # Ciphers in counter or GCM mode leak nothing from one packet to the next (RFC 4344 §1 is about CBC).
    needs_chaff = False

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self._logger = SilentLogger()
        self.signed_with: str | None = None  # the algorithm of the user's signature, once one was right

    def send_packet(self, pkttype: int, *args: bytes, handler: Any = None) -> None:
        """Send a packet, unless it is the chaff that goes before each other one."""
        if pkttype != MSG_IGNORE or self.needs_chaff:
            super().send_packet(pkttype, *args, handler=handler)

    async def validate_public_key(self, username: str, key_data: bytes, msg: bytes, signature: bytes) -> bool:
        """Do as asyncssh does, and note what a right signature was made with."""
        is_valid = await super().validate_public_key(username, key_data, msg, signature)
        if is_valid and msg:
            self.signed_with = SSHPacket(signature).get_string().decode("ascii", "replace")
        return is_valid


class ChaffingConnection(LeanConnection):
    """For listeners that agree to CBC."""

    needs_chaff = True


def watch_for_death(connection: asyncssh.SSHServerConnection) -> None:
    """Have the kernel ask a silent peer whether it is still there; asyncssh would wind a timer per packet."""
    there = connection.get_extra_info("socket")
    if there is None:
        return
    there.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for name, value in _KEEPALIVE.items():
        if option := getattr(socket, name, None):  # not every system has them
            there.setsockopt(socket.IPPROTO_TCP, option, value)


async def listen(
    host: str, port: int, *, server_factory: Callable[[], asyncssh.SSHServer], has_cbc: bool, **options: Any
) -> asyncssh.SSHAcceptor:
    """Listen as `asyncssh.listen` does, for connections of ours; raise OSError if the port is taken."""
    loop = asyncio.get_running_loop()
    made: SSHServerConnectionOptions = await SSHServerConnectionOptions.construct(
        None, config=None, host=host, port=port, server_factory=server_factory, **options
    )
    kind = ChaffingConnection if has_cbc else LeanConnection
    server = await loop.create_server(lambda: kind(loop, made), host, port, backlog=BACKLOG)
    return asyncssh.SSHAcceptor(server, made)
