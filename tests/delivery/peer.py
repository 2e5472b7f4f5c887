"""A destination that does as told, over real sockets: what `bridge.sandbox` is too well-behaved for."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

Behaviour = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@dataclass
class Peer:
    """A server that does as told, and what it saw."""

    port: int = 0
    connections: int = 0
    heads: list[bytes] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)  # of requests that were read whole


@asynccontextmanager
async def peer(behaviour: Behaviour, tls: ssl.SSLContext | None = None) -> AsyncIterator[Peer]:
    """Serve *behaviour* on loopback."""
    seen = Peer()
    writers: list[asyncio.StreamWriter] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        seen.connections += 1
        writers.append(writer)
        try:
            await behaviour(Noting(reader, seen), writer)  # type: ignore[arg-type]
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=tls, limit=2**25)
    seen.port = server.sockets[0].getsockname()[1]
    yield seen
    server.close()
    for writer in writers:
        writer.transport.abort()
    await server.wait_closed()


class Noting:
    """A reader that notes the head of each request."""

    def __init__(self, reader: asyncio.StreamReader, seen: Peer) -> None:
        self._reader = reader
        self._seen = seen

    async def head(self) -> bytes:
        """Read up to the empty line."""
        head = await self._reader.readuntil(b"\r\n\r\n")
        self._seen.heads.append(head)
        return head

    async def request(self) -> bytes:
        """Read a whole request with a Content-Length."""
        head = await self.head()
        length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
        body = await self._reader.readexactly(length)
        self._seen.bodies.append(body)
        return body


def answering(raw: bytes, *, is_read: bool = True) -> Behaviour:
    """Return a behaviour: read the request, answer *raw*, close."""

    async def behave(reader: Any, writer: asyncio.StreamWriter) -> None:
        if is_read:
            await reader.request()
        writer.write(raw)
        await writer.drain()

    return behave


def answer(status: str, *headers: str, body: bytes = b"") -> bytes:
    """Return the bytes of an HTTP answer."""
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers, "", ""]
    return "\r\n".join(lines).encode("latin-1") + body
