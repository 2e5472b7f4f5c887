"""The admin service: uvicorn in the bridge's own loop.

The application is loaded in a thread after everything else has started, or when the first request comes:
FastAPI takes a quarter of the time from start to ready, and senders at the door should not wait for it.
"""

import asyncio
import socket
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import partial
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

import structlog
import uvicorn

from bridge.admin.operations import admins, watching
from bridge.admin.operations.desk import Desk
from bridge.admin.operations.doorkeeper import Doorkeeper
from bridge.admin.operations.latest import LatestForecast
from bridge.admin.operations.trials import Trier
from bridge.config import Settings
from bridge.domain.audit import Actor, Way
from bridge.domain.clock import Clock
from bridge.domain.errors import Unavailable
from bridge.ledger.database import Database
from bridge.runtime.addresses import in_url, reachable
from bridge.runtime.clock import SystemClock
from bridge.runtime.remembered import Remembered
from bridge.runtime.service import Service

if TYPE_CHECKING:
    from fastapi import FastAPI

    from bridge.admin.web.console import Console

log = structlog.get_logger()

_WATCHED_SECONDS = 2.0
_LOAD_AFTER_SECONDS = 1.0
_GRACE_SECONDS = 1  # for answers under way; the process gives this service 2 s


class AdminService(Service):
    """Answers on the admin port; `port` is the real one once it is ready."""

    name = "admin"

    def __init__(
        self,
        *,
        settings: Settings,
        database: Database,
        parts: Callable[[], Mapping[str, bool]],
        clock: Clock | None = None,
        trier: Trier | None = None,
    ) -> None:
        super().__init__()
        self.host = settings.admin.host
        self.port = settings.admin.port
        self._database = database
        self._clock = clock or SystemClock()
        reader = Actor(who="server", way=Way.API)  # changes nothing
        self._desk = Desk(database=database, clock=self._clock, settings=settings, actor=reader)
        self.forecast = LatestForecast(self._desk)
        self._parts = parts
        self._proxies = settings.admin.trusted_proxies
        self._trier = trier
        self._loading: asyncio.Task[FastAPI] | None = None

    async def run(self) -> None:
        """Serve until `stopping`.

        Raises:
            Unavailable: nothing can listen there.
        """
        listener = self._listen()
        self.port = listener.getsockname()[1]
        config = uvicorn.Config(
            self._answer,
            interface="asgi3",  # uvicorn does not see it in a method
            lifespan="off",
            log_config=None,  # logs are set up once, by bridge.runtime.logs
            access_log=False,
            server_header=False,
            # On by default, for 127.0.0.1 and for what the environment says: then anybody says who asks.
            proxy_headers=bool(self._proxies),
            forwarded_allow_ips=list(self._proxies),
            timeout_graceful_shutdown=_GRACE_SECONDS,
        )
        server = _Server(config, self)
        later = asyncio.get_running_loop().call_later(_LOAD_AFTER_SECONDS, self._load)
        try:
            await server.serve(sockets=[listener])
        finally:
            later.cancel()
            listener.close()
            if self._loading is not None:
                with suppress(asyncio.CancelledError):
                    await self._loading

    async def _answer(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer one request with the application, once it is loaded."""
        application = await asyncio.shield(self._load())
        await application(scope, receive, send)

    def _load(self) -> "asyncio.Task[FastAPI]":
        if self._loading is None:
            self._loading = asyncio.create_task(asyncio.to_thread(self._create), name="admin application")
        return self._loading

    def _create(self) -> "FastAPI":
        from bridge.admin.api import create
        from bridge.admin.web.console import Console

        watched = Remembered(partial(watching.look, self._desk), seconds=_WATCHED_SECONDS)

        def forget() -> None:
            self.forecast.forget()
            watched.forget()

        console = Console(
            desk=self._desk,
            doorkeeper=Doorkeeper(time.monotonic),
            release=version("sftp-bridge"),
            forecast=self.forecast,
            watched=watched,
            forget=forget,
            parts=self._parts,
            is_stopping=self.stopping.is_set,
            trier=self._trier,
        )
        self._invite(console)
        return create(console)

    def _invite(self, console: "Console") -> None:
        """Say where the first admin is made, if there is none."""
        if admins.has_any(self._desk):
            return
        here = f"http://{in_url(reachable(self.host))}:{self.port}"
        base = self._desk.settings.admin.public_url or here
        log.warning("no admin yet: open this link once to make the first", link=base + console.set_up.path())

    def _listen(self) -> socket.socket:
        family = socket.AF_INET6 if ":" in self.host else socket.AF_INET
        try:
            return socket.create_server((self.host, self.port), family=family, backlog=128)
        except OSError as error:
            raise Unavailable(
                f"admin: cannot listen on {self.host} port {self.port}: {error.strerror}; "
                "change admin.host or admin.port"
            ) from error


class _Server(uvicorn.Server):
    """Leaves signals to the process, and follows the service's own ready and stopping."""

    def __init__(self, config: uvicorn.Config, service: AdminService) -> None:
        super().__init__(config)
        self._service = service

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Capture none: the process has its own handling of SIGTERM."""
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Listen, then say so."""
        await super().startup(sockets=sockets)
        self._service.ready.set()

    async def on_tick(self, counter: int) -> bool:
        """Whether to end; asked every 0.1 s."""
        return self._service.stopping.is_set() or await super().on_tick(counter)
