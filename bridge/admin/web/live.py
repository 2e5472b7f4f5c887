"""Tells pages that are looked at that the ledger has changed (server-sent events); they then load anew."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress

from fastapi import APIRouter, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import StreamingResponse

from bridge.admin.operations import counting
from bridge.admin.web.asking import AnyVisitor, Visit
from bridge.domain.errors import Unavailable

LOOK_SECONDS = 1.0  # between two looks at the ledger, of all pages together
_STILL_SECONDS = 20.0  # after so long without news a comment goes, so that proxies keep the stream
MOST_STREAMS = 100

routes = APIRouter()


class Live:
    """Looks at the ledger once for all streams."""

    def __init__(self) -> None:
        self.streams = 0
        self._mark = ""
        self._looked_at = 0.0
        self._looking = asyncio.Lock()

    async def mark(self, visit: Visit) -> str:
        """Return the mark of the ledger, not older than a second."""
        now = asyncio.get_running_loop().time
        async with self._looking:
            if now() - self._looked_at >= LOOK_SECONDS or not self._mark:
                with suppress(Unavailable):  # the page keeps what it shows
                    self._mark = await run_in_threadpool(counting.mark, visit.console.desk)
                self._looked_at = now()
            return self._mark


@routes.get("/events")
async def events(visit: AnyVisitor) -> Response:
    """Stream an event whenever something has changed, until the browser leaves or the server stops."""
    live: Live = visit.request.app.state.live
    if live.streams >= MOST_STREAMS:
        return Response("too many pages are open\n", status_code=503, headers={"retry-after": "60"})
    return StreamingResponse(
        _stream(live, visit), media_type="text/event-stream", headers={"x-accel-buffering": "no"}
    )


async def _stream(live: Live, visit: Visit) -> AsyncIterator[str]:
    live.streams += 1
    try:
        last = await live.mark(visit)
        still = 0.0
        yield "retry: 3000\n\n"
        while not visit.console.is_stopping():
            await asyncio.sleep(LOOK_SECONDS)
            mark = await live.mark(visit)
            still += LOOK_SECONDS
            if mark != last:
                last, still = mark, 0.0
                yield f"event: changed\ndata: {mark}\n\n"
            elif still >= _STILL_SECONDS:
                still = 0.0
                yield ": nothing new\n\n"
    finally:
        live.streams -= 1
