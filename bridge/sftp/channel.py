"""The channel and session of one SFTP client: asyncssh's, with limits where it has none.

Private names of asyncssh are used here on purpose; see the package's docstring.
"""

from collections.abc import Awaitable, Callable
from typing import Any

import asyncssh
from asyncssh.channel import SSHServerChannel
from asyncssh.constants import MSG_CHANNEL_WINDOW_ADJUST
from asyncssh.packet import SSHPacket, UInt32
from asyncssh.stream import SSHReader, SSHServerStreamSession, SSHWriter

from bridge.sftp.connection import Quiet

WINDOW = 2 * 1024 * 1024  # bytes a client may send ahead
MAX_PACKET = 128 * 1024  # one packet costs Python the same whatever its size: a third faster than 32 KiB
MAX_UNREAD = 8 * 1024 * 1024  # bytes of answers that a client may leave unread
MAX_SSH_PACKET = 256 * 1024  # asyncssh's own limit
MAX_SSH_PACKET_BEFORE_LOGIN = 16 * 1024  # a request with an RSA-16384 key and its signature takes 4.3 kB
MAX_VARIABLES = 32  # environment variables that a client may set; nobody reads them

Start = Callable[[SSHReader[bytes], SSHWriter[bytes]], Awaitable[None]]


def limit_packets(connection: asyncssh.SSHServerConnection, size: int) -> None:
    """End the connection at a longer packet: stringprep of a 250 kB password blocks the loop for 1.3 s."""
    connection._max_recv_pktlen = size  # noqa: SLF001  one size for before and after the login otherwise


def channels_of(connection: asyncssh.SSHServerConnection) -> int:
    """Return how many channels are open, whether or not SFTP was started on them."""
    return len(connection._channels)  # noqa: SLF001  asyncssh counts them and tells nobody


def unread_bytes(connection: asyncssh.SSHServerConnection) -> int:
    """Return how much the peer has left unread; asyncssh lets it grow (threats A4)."""
    transport = connection._transport  # noqa: SLF001  likewise
    return 0 if transport is None else transport.get_write_buffer_size()


class BoundedChannel(Quiet, SSHServerChannel[bytes]):
    """A channel that grants no more window than was really delivered.

    asyncssh 2.24.1 credits the window for bytes that it still buffers, so a fast client fills the memory
    of a slow server (threats A3: 163 MB in 4 s).
    """

    def __init__(self, connection: asyncssh.SSHServerConnection) -> None:
        loop = connection._loop  # noqa: SLF001  the channel's own constructor needs it
        super().__init__(connection, loop, False, False, False, 0, 0, None, "strict", WINDOW, MAX_PACKET)
        self._variables = 0
        self._delivered = 0  # bytes that were delivered and not yet granted again

    def _deliver_data(self, data: bytes, datatype: int | None) -> None:
        self._delivered += len(data)
        if self._delivered >= self._init_recv_window // 4:
            self.send_packet(MSG_CHANNEL_WINDOW_ADJUST, UInt32(self._delivered))
            self._recv_window += self._delivered
            self._delivered = 0
        if self._session is not None:
            self._session.data_received(data, datatype)

    def _process_env_request(self, packet: SSHPacket) -> bool:
        """Take a few variables, as every client sends some, and keep none."""
        packet.get_string()
        packet.get_string()
        packet.check_end()
        self._variables += 1
        return self._variables <= MAX_VARIABLES


class SftpSession(SSHServerStreamSession[bytes]):
    """A session that is SFTP or nothing: no shell, no command, no terminal.

    Signals, breaks and window changes are ignored; asyncssh would end the session without closing its
    files (threats A9).
    """

    def __init__(self, start: Start) -> None:
        super().__init__(None)
        self._start = start

    def shell_requested(self) -> bool:
        """Refuse."""
        return False

    def exec_requested(self, command: str) -> bool:
        """Refuse."""
        return False

    def subsystem_requested(self, subsystem: str) -> bool:
        """Agree to SFTP only."""
        return subsystem == "sftp"

    def session_started(self) -> None:
        """Run the handler on this channel's bytes."""
        channel: Any = self._chan
        reader = SSHReader[bytes](self, channel)
        writer = SSHWriter[bytes](self, channel)
        connection: Any = self._conn
        connection.create_task(self._start(reader, writer), reader.logger)

    def exception_received(self, exc: Exception) -> None:
        """Ignore signals, breaks and the like."""

    def break_received(self, msec: int) -> bool:
        """Ignore."""
        return False
