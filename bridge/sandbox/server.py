"""The sandbox's HTTP server on loopback: reads, judges, answers, remembers."""

import asyncio
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from aiohttp import web

from bridge.sandbox import contract
from bridge.sandbox.contract import Refusal, Submission
from bridge.sandbox.records import Received, RecordFolder

MAX_BODY_BYTES = 3 * 1024**3  # a file of 2 GiB in base64
THREAD_BYTES = 128 * 1024  # larger bodies are judged in a thread
WINDOW_SECONDS = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ScriptedAnswer:
    """What a test has the sandbox answer to the next request, whatever that holds."""

    status: int = 200  # 0: cut the connection once the request is read
    headers: dict[str, str] = field(default_factory=dict)
    body: str = ""
    delay_seconds: float = 0.0


class Sandbox:
    """A strict stand-in for Payt's endpoints."""

    def __init__(
        self,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        rate_limit: int = 3,
        record: Path | None = None,
        latency_seconds: float = 0.0,
        retry_after: str | None = None,
        on_received: Callable[[Received], None] | None = None,
    ) -> None:
        self.host = host
        self.port = port  # 0: any free one; known after start
        self.rate_limit = rate_limit  # requests in any second; 0: no limit
        self.latency_seconds = latency_seconds  # before every answer
        self.retry_after = retry_after  # the header of a 429; None: without
        self.on_received = on_received
        self.received: list[Received] = []
        self.starts: list[float] = []  # when each request's headers were there; monotonic seconds
        self._record = RecordFolder(record) if record is not None else None
        self._script: deque[ScriptedAnswer] = deque()
        self._starts: deque[float] = deque()
        self._count = 0
        self._arrived = asyncio.Condition()
        self._runner: web.AppRunner | None = None

    @property
    def url(self) -> str:
        """The base URL for `destination.base_url`."""
        return f"http://{self.host}:{self.port}"

    @property
    def accepted(self) -> list[Received]:
        """What was taken, in order of the answers."""
        return [one for one in self.received if one.is_accepted]

    def script(self, *answers: ScriptedAnswer) -> None:
        """Answer the next requests so, one each; after that as the contract demands."""
        self._script.extend(answers)

    async def start(self) -> None:
        """Listen."""
        application = web.Application(client_max_size=MAX_BODY_BYTES)
        application.router.add_route("*", "/{path:.*}", self._handle)
        self._runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, self.host, self.port)
        await site.start()
        self.port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        """Stop listening and cut what is open."""
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    async def wait_for(self, count: int, *, accepted_only: bool = True) -> list[Received]:
        """Return the first *count* requests once they have been answered."""
        async with self._arrived:
            await self._arrived.wait_for(
                lambda: len(self.accepted if accepted_only else self.received) >= count
            )
        return (self.accepted if accepted_only else self.received)[:count]

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        moment = time.monotonic()
        self._count += 1
        self.starts.append(moment)
        known: dict[str, Any] = {
            "number": self._count,
            "received_at": datetime.fromtimestamp(time.time(), UTC),
            "monotonic_seconds": moment,
            "method": request.method,
            "path": request.path,
            "headers": _shown(request),
        }
        is_too_fast = self._is_too_fast(moment)
        script = self._script.popleft() if self._script else None
        submission, refusal, endpoint = await self._judge(request)
        if script is not None:
            answer, status, text = _scripted(script), script.status, script.body
        elif is_too_fast:
            text = f"more than {self.rate_limit} requests in a second"
            answer, status = self._slow_down(text), 429
        elif refusal is not None:
            status, text = refusal.status, refusal.text
            answer = web.json_response({"error": text}, status=status)
        else:
            status, text = 201, "taken"
            answer = web.json_response({"status": "ok", "number": self._count}, status=status)
        await asyncio.sleep(script.delay_seconds if script is not None else self.latency_seconds)
        await self._remember(submission, {**known, "endpoint": endpoint, "status": status, "text": text})
        if status == 0 and request.transport is not None:
            request.transport.abort()
        return answer

    async def _judge(self, request: web.Request) -> tuple[Submission | None, Refusal | None, str | None]:
        endpoint: str | None = None
        try:
            endpoint = contract.check_head(request.method, request.path, request.headers)
            raw = await request.read()
            if len(raw) > THREAD_BYTES:
                return await asyncio.to_thread(contract.check_body, endpoint, raw), None, endpoint
            return contract.check_body(endpoint, raw), None, endpoint
        except Refusal as refusal:
            return None, refusal, endpoint
        except web.HTTPRequestEntityTooLarge:
            return None, Refusal(413, "the body is too large"), endpoint

    def _is_too_fast(self, moment: float) -> bool:
        """Count a start; whether more than the limit lie within a second."""
        self._starts.append(moment)
        while self._starts[0] <= moment - WINDOW_SECONDS:
            self._starts.popleft()
        return 0 < self.rate_limit < len(self._starts)

    def _slow_down(self, text: str) -> web.Response:
        headers = {"Retry-After": self.retry_after} if self.retry_after is not None else {}
        return web.json_response({"error": text}, status=429, headers=headers)

    async def _remember(self, submission: Submission | None, known: dict[str, Any]) -> None:
        if submission is not None:
            known |= {
                "filename": submission.filename,
                "administration_code": submission.administration_code,
                "administration_id": submission.administration_id,
                "has_token": submission.has_token,
                "size": len(submission.content),
                "sha256": submission.sha256,
                "inner_sha256": submission.inner_sha256,
            }
            if self._record is not None and 200 <= known["status"] < 300:
                known["stored"] = await asyncio.to_thread(
                    self._record.store, known["number"], submission.filename, submission.content
                )
        received = Received(**known)
        if self._record is not None:
            await asyncio.to_thread(self._record.add_line, received)
        async with self._arrived:
            self.received.append(received)
            self._arrived.notify_all()
        if self.on_received is not None:
            self.on_received(received)


def _scripted(script: ScriptedAnswer) -> web.Response:
    return web.Response(status=script.status or 500, headers=script.headers, text=script.body)


def _shown(request: web.Request) -> dict[str, str]:
    hidden = {"authorization", "cookie"}
    return {name.lower(): "***" if name.lower() in hidden else text for name, text in request.headers.items()}
