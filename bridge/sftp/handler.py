"""The packets of one SFTP session: asyncssh's handler, taught what a CLOSE is.

asyncssh calls ``SFTPServer.close`` for a client's CLOSE and for every kind of broken connection alike.
Here the client's CLOSE commits an upload, and the end of the session abandons what is still open: that is
the line between a promise and a partial (threats A2).
"""

import asyncio
from typing import Any

import asyncssh
import structlog
from asyncssh.constants import (
    FXP_CLOSE,
    FXP_FSETSTAT,
    FXP_FSTAT,
    FXP_INIT,
    FXP_LSTAT,
    FXP_MKDIR,
    FXP_OPEN,
    FXP_OPENDIR,
    FXP_READ,
    FXP_READDIR,
    FXP_READLINK,
    FXP_REALPATH,
    FXP_REMOVE,
    FXP_RENAME,
    FXP_RMDIR,
    FXP_SETSTAT,
    FXP_STAT,
    FXP_SYMLINK,
    FXP_VERSION,
    FXP_WRITE,
)
from asyncssh.packet import PacketDecodeError, SSHPacket, String, UInt32
from asyncssh.sftp import SFTPAttrs, SFTPLimits, SFTPServerHandler
from asyncssh.stream import SSHReader, SSHWriter

from bridge.sftp.channel import MAX_UNREAD, unread_bytes
from bridge.sftp.connection import Quiet
from bridge.sftp.inbox import Inbox
from bridge.sftp.opened import OpenUpload, opened_by
from bridge.sftp.replies import reply_to
from bridge.sftp.uploading import spoil

VERSION = 3  # what every client speaks
MAX_MESSAGE = 256 * 1024  # OpenSSH's own limit; clients ask for limits or stay far below
MAX_TRANSFER = MAX_MESSAGE - 1024
MAX_FOLDERS = 16  # listings open at once
EXTENSIONS = (
    (b"posix-rename@openssh.com", b"1"),
    (b"fsync@openssh.com", b"1"),
    (b"limits@openssh.com", b"1"),
)

log = structlog.get_logger()


class Handler(Quiet, SFTPServerHandler):
    """Serves one session's requests, one after another, until the client leaves."""

    def __init__(
        self, inbox: Inbox, reader: SSHReader[bytes], writer: SSHWriter[bytes], *, max_open_files: int
    ) -> None:
        super().__init__(inbox, reader, writer, VERSION)
        self._inbox = inbox
        self._max_open_files = max_open_files
        self._connection = writer.get_extra_info("connection")
        self._is_clean = False
        self.last_request_at = asyncio.get_running_loop().time()

    @property
    def open_uploads(self) -> int:
        """How many files are open for writing."""
        return sum(isinstance(opened, OpenUpload) for opened in self._file_handles.values())

    async def run(self) -> None:
        """Greet, then serve until the client leaves or breaks off."""
        try:
            if await self._greet():
                await self.recv_packets()
        except Exception:
            log.exception("sftp session failed unexpectedly")
        finally:
            await self._cleanup(None)

    async def _greet(self) -> bool:
        try:
            packet = await self.recv_packet()
            if packet.get_byte() != FXP_INIT or packet.get_uint32() < VERSION:
                return False
        except (PacketDecodeError, EOFError, OSError, asyncssh.Error):
            return False
        names = (String(name) + String(data) for name, data in EXTENSIONS)
        self.send_packet(FXP_VERSION, None, UInt32(VERSION), *names)
        return True

    async def recv_packet(self) -> SSHPacket:
        """Return the next request; a longer one than the limit ends the session."""
        reader = self._reader
        if reader is None:
            raise EOFError
        await self._until_heard()
        length = int.from_bytes(await reader.readexactly(4), "big")
        if length > MAX_MESSAGE:
            raise asyncssh.SFTPBadMessage(f"message of {length} bytes")
        packet = SSHPacket(await reader.readexactly(length))
        self.last_request_at = asyncio.get_running_loop().time()
        return packet

    async def _until_heard(self) -> None:
        """Take no further request while the client does not read the answers (threats A4)."""
        writer = self._writer
        if writer is None:
            return
        try:
            await writer.drain()
        except (OSError, asyncssh.Error):
            return  # the client has gone; what it sent before that still counts
        if unread_bytes(self._connection) > MAX_UNREAD:
            raise asyncssh.SFTPConnectionLost("the client does not read its answers")

    async def _process_open(self, packet: SSHPacket) -> bytes:
        if len(self._file_handles) >= self._max_open_files:
            raise asyncssh.SFTPFailure(f"more than {self._max_open_files} files open in one session")
        path, pflags = packet.get_string(), packet.get_uint32()
        attrs = SFTPAttrs.decode(packet, VERSION)
        packet.check_end()
        opened = await self._inbox.open(path, pflags, attrs)
        handle = self._get_next_handle()
        self._file_handles[handle] = opened
        return handle

    async def _process_close(self, packet: SSHPacket) -> None:
        handle = packet.get_string()
        opened = self._file_handles.get(handle)
        if opened is not None:
            try:
                if isinstance(opened, OpenUpload):
                    await self._inbox.commit(opened)
            finally:
                del self._file_handles[handle]  # only now: a stop waits for open files
        elif self._dir_handles.pop(handle, None) is None:
            raise asyncssh.SFTPInvalidHandle("no such handle")

    async def _process_write(self, packet: SSHPacket) -> int:
        # Bytes behind the data are ignored, as sshd does: rclone 1.60 sends some (threats A14).
        opened = self._file_handles.get(packet.get_string())
        if opened is None:
            raise asyncssh.SFTPInvalidHandle("no such handle")
        try:
            offset = packet.get_uint64()
            data = packet.get_string()
        except PacketDecodeError as error:
            await spoil(opened_by(opened), error)  # the client's next CLOSE must not make it a whole file
            raise
        return await self._inbox.write(opened, offset, data)

    async def _process_opendir(self, packet: SSHPacket) -> bytes:
        path = packet.get_string()
        if len(self._dir_handles) >= MAX_FOLDERS:
            raise asyncssh.SFTPFailure(f"more than {MAX_FOLDERS} listings open in one session")
        await self._inbox.check_folder(path)  # libssh2 and others need the error here, not at READDIR
        handle = self._get_next_handle()
        self._dir_handles[handle] = self._inbox.scandir(path)
        return handle

    async def _process_limits(self, packet: SSHPacket) -> SFTPLimits:
        packet.check_end()
        return SFTPLimits(MAX_MESSAGE, MAX_TRANSFER, MAX_TRANSFER, self._max_open_files)

    async def _cleanup(self, exc: Exception | None) -> None:
        """Abandon what is open, once; one failure does not keep the others from it (threats A9)."""
        if self._is_clean:
            return
        self._is_clean = True
        uploads = [one for one in self._file_handles.values() if isinstance(one, OpenUpload)]
        for opened in uploads:
            try:
                await self._inbox.abandon(opened)
            except Exception as error:  # noqa: BLE001  a bulkhead: the other files must be abandoned too
                reply_to(error)  # for its log line: nobody is there to reply to
        self._file_handles.clear()
        self._dir_handles.clear()
        if self._writer is not None:
            # OpenSSH's scp fails after a complete upload unless the status is 0 (threats A14).
            channel: Any = self._writer.channel
            channel.exit(0)
            self._reader = None
            self._writer = None


# asyncssh keeps functions in its table, not names; what is not listed here is not offered (threats A7).
Handler._packet_handlers = {  # noqa: SLF001
    kind: getattr(Handler, f"_process_{name}")
    for kind, name in (
        (FXP_OPEN, "open"),
        (FXP_CLOSE, "close"),
        (FXP_READ, "read"),
        (FXP_WRITE, "write"),
        (FXP_LSTAT, "lstat"),
        (FXP_FSTAT, "fstat"),
        (FXP_SETSTAT, "setstat"),
        (FXP_FSETSTAT, "fsetstat"),
        (FXP_OPENDIR, "opendir"),
        (FXP_READDIR, "readdir"),
        (FXP_REMOVE, "remove"),
        (FXP_MKDIR, "mkdir"),
        (FXP_RMDIR, "rmdir"),
        (FXP_REALPATH, "realpath"),
        (FXP_STAT, "stat"),
        (FXP_RENAME, "rename"),
        (FXP_READLINK, "readlink"),
        (FXP_SYMLINK, "symlink"),
        (b"posix-rename@openssh.com", "posix_rename"),
        (b"fsync@openssh.com", "fsync"),
        (b"limits@openssh.com", "limits"),
    )
}
