"""A receiver of webhooks on loopback that keeps what it gets."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiohttp import web


@dataclass(slots=True)
class Receiver:
    """What it got, and how it answers."""

    url: str = ""
    got: list[tuple[bytes, dict[str, str]]] = field(default_factory=list)  # body and headers
    status: int = 204
    headers: dict[str, str] = field(default_factory=dict)  # of the answer

    async def take(self, request: web.Request) -> web.Response:
        """Keep one."""
        self.got.append((await request.read(), dict(request.headers)))
        return web.Response(status=self.status, headers=self.headers)


@asynccontextmanager
async def receiver() -> AsyncIterator[Receiver]:
    """Serve on a free port."""
    found = Receiver()
    application = web.Application()
    application.router.add_post("/{path:.*}", found.take)
    runner = web.AppRunner(application)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    found.url = f"http://127.0.0.1:{port}/hook/secret-path"
    try:
        yield found
    finally:
        await runner.cleanup()
