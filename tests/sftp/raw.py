"""An SFTP client that says exactly what a test tells it to, right or wrong."""

import asyncio
from typing import Any

import asyncssh
from asyncssh.channel import SSHClientChannel
from asyncssh.packet import SSHPacket, String, UInt32, UInt64

INIT = 1
OPEN, CLOSE, READ, WRITE, LSTAT, FSTAT, SETSTAT, FSETSTAT, OPENDIR, READDIR = range(3, 13)
REMOVE, MKDIR, RMDIR, REALPATH, STAT, RENAME, READLINK, SYMLINK = range(13, 21)
STATUS, HANDLE, DATA, NAME, ATTRS = range(101, 106)
EXTENDED = 200

READING, WRITING, APPEND, CREATE, TRUNCATE, EXCLUSIVE = 0x01, 0x02, 0x04, 0x08, 0x10, 0x20
AFRESH = WRITING | CREATE | TRUNCATE
NO_ATTRIBUTES = UInt32(0)

OK, EOF, NO_SUCH_FILE, PERMISSION_DENIED, FAILURE, BAD_MESSAGE, _, _, UNSUPPORTED = range(9)


async def open_channel(connection: asyncssh.SSHClientConnection) -> SSHClientChannel[bytes]:
    """Open a session channel and ask for nothing on it."""
    loop = asyncio.get_running_loop()
    channel: SSHClientChannel[bytes] = SSHClientChannel(
        connection,
        loop,
        {},  # type: ignore[arg-type]  # it is the environment, whatever the annotation says
        None,
        "strict",
        65536,
        32768,
    )
    await channel._open(b"session")
    return channel


class Refusal(Exception):
    """The server's status, when it is not OK."""

    def __init__(self, code: int, text: str) -> None:
        super().__init__(f"{code}: {text}")
        self.code = code
        self.text = text


def message(kind: int, *fields: bytes) -> bytes:
    """Return one packet."""
    body = bytes([kind]) + b"".join(fields)
    return UInt32(len(body)) + body


def attributes(*, size: int | None = None, mtime: int | None = None) -> bytes:
    """Return an ATTRS structure."""
    flags = (0 if size is None else 1) | (0 if mtime is None else 8)
    return (
        UInt32(flags)
        + (b"" if size is None else UInt64(size))
        + (b"" if mtime is None else UInt32(mtime) + UInt32(mtime))
    )


class Raw:
    """One SFTP session, packet by packet."""

    def __init__(self, reader: Any, writer: Any) -> None:
        self.reader = reader
        self.writer = writer
        self._last = 0

    @classmethod
    async def on(cls, connection: asyncssh.SSHClientConnection) -> "Raw":
        """Start a session and greet."""
        self = await cls.silent(connection)
        self.send(message(INIT, UInt32(3)))
        await self.receive()
        return self

    @classmethod
    async def silent(cls, connection: asyncssh.SSHClientConnection) -> "Raw":
        """Start a session and say nothing yet."""
        writer, reader, _ = await connection.open_session(subsystem="sftp", encoding=None)
        return cls(reader, writer)

    def send(self, data: bytes) -> None:
        """Send bytes as they are."""
        self.writer.write(data)

    def ask(self, kind: int, *fields: bytes) -> int:
        """Send a request and do not wait; return its id."""
        self._last += 1
        self.send(message(kind, UInt32(self._last), *fields))
        return self._last

    async def receive(self) -> tuple[int, SSHPacket]:
        """Return the next packet's kind and the rest."""
        async with asyncio.timeout(20):
            length = int.from_bytes(await self.reader.readexactly(4), "big")
            packet = SSHPacket(await self.reader.readexactly(length))
        return packet.get_byte(), packet

    async def reply(self) -> tuple[int, SSHPacket]:
        """Return the next reply, its id consumed; raise `Refusal` for a bad status."""
        kind, packet = await self.receive()
        packet.get_uint32()
        if kind == STATUS:
            code, text = packet.get_uint32(), packet.get_string().decode()
            if code != OK:
                raise Refusal(code, text)
        return kind, packet

    async def request(self, kind: int, *fields: bytes) -> tuple[int, SSHPacket]:
        """Send a request and return its reply."""
        self.ask(kind, *fields)
        return await self.reply()

    async def open(self, path: str | bytes, flags: int = AFRESH, attrs: bytes = NO_ATTRIBUTES) -> bytes:
        """Open a file; return its handle."""
        _, packet = await self.request(OPEN, String(path), UInt32(flags), attrs)
        return packet.get_string()

    async def write(self, handle: bytes, offset: int, data: bytes) -> None:
        """Write and wait for the answer."""
        await self.request(WRITE, String(handle), UInt64(offset), String(data))

    async def close(self, handle: bytes) -> None:
        """Close and wait for the answer."""
        await self.request(CLOSE, String(handle))

    async def put(self, path: str | bytes, data: bytes) -> None:
        """Upload a small file."""
        handle = await self.open(path)
        await self.write(handle, 0, data)
        await self.close(handle)

    async def names(self, path: str | bytes) -> list[bytes]:
        """List a folder."""
        _, packet = await self.request(OPENDIR, String(path))
        handle, names = packet.get_string(), []
        try:
            while True:
                _, page = await self.request(READDIR, String(handle))
                for _ in range(page.get_uint32()):
                    names.append(page.get_string())
                    page.get_string()
                    flags = page.get_uint32()
                    page.get_bytes((8 if flags & 1 else 0) + 8 * bool(flags & 2) + 4 * bool(flags & 4))
                    page.get_bytes(8 if flags & 8 else 0)
        except Refusal as end:
            if end.code != EOF:
                raise
        await self.close(handle)
        return [name for name in names if name not in {b".", b".."}]
