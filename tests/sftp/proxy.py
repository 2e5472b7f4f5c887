"""A proxy that cuts the connection after so many bytes from the client."""

import asyncio
import socket
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class Proxy:
    """Passes bytes on until *limit* have come from the client; then cuts both sides at once."""

    def __init__(self, target: int, limit: int | None) -> None:
        self._target = target
        self._limit = limit
        self.port = 0
        self.passed = 0  # bytes from the client that the server was given
        self._tasks: set[asyncio.Task[None]] = set()
        self._writers: list[asyncio.StreamWriter] = []

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        up_reader, up_writer = await asyncio.open_connection("127.0.0.1", self._target)
        self._writers += [writer, up_writer]
        for source, target, is_client in ((reader, up_writer, True), (up_reader, writer, False)):
            task = asyncio.create_task(self._pass_on(source, target, is_client=is_client))
            self._tasks.add(task)

    async def _pass_on(
        self, source: asyncio.StreamReader, target: asyncio.StreamWriter, *, is_client: bool
    ) -> None:
        try:
            while data := await source.read(65536):
                if is_client:
                    if self._limit is not None:
                        data = data[: self._limit - self.passed]
                    self.passed += len(data)
                target.write(data)
                await target.drain()
                if is_client and self.passed == self._limit:
                    break
        except OSError:
            pass
        self.cut()

    def cut(self) -> None:
        """End both sides abruptly."""
        for writer in self._writers:
            writer.close()

    @classmethod
    @asynccontextmanager
    async def to(cls, target: int, limit: int | None = None) -> AsyncIterator["Proxy"]:
        """Open a proxy."""
        self = cls(target, limit)
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        try:
            yield self
        finally:
            server.close()
            self.cut()
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)
            await server.wait_closed()


def reset_on_close(sock: socket.socket) -> None:
    """Let the end of *sock* be a TCP reset and not a FIN."""
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
