"""Tells pages that are looked at that the ledger has changed (server-sent events); they then load anew."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager, suppress

from fastapi import APIRouter, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import StreamingResponse

from bridge.admin.operations import counting, signing_in
from bridge.admin.web.asking import AnyVisitor, Visit
from bridge.domain.admins import AdminId
from bridge.domain.errors import Unavailable

LOOK_SECONDS = 1.0  # between two looks at the ledger, of all pages together
_STILL_SECONDS = 20.0  # after so long without news a comment goes, so that proxies keep the stream
MOST_STREAMS = 100
MOST_OF_ONE = 8  # pages of one admin, so that nobody takes all places
SESSION_SECONDS = 20.0  # between two looks whether the session lasts

routes = APIRouter()


class Live:
    """Looks at the ledger once for all streams."""

    def __init__(self) -> None:
        self._streams: Counter[AdminId] = Counter()
        self._mark = ""
        self._looked_at = 0.0
        self._looking = asyncio.Lock()

    def has_room(self, visit: Visit) -> bool:
        """Whether one more page of the visitor may be told."""
        is_full = self._streams.total() >= MOST_STREAMS
        return not is_full and self._streams[visit.signed_in.admin.id] < MOST_OF_ONE

    @contextmanager
    def counted(self, visit: Visit) -> Iterator[None]:
        """Count a page of the visitor until the block ends."""
        admin = visit.signed_in.admin.id
        self._streams[admin] += 1
        try:
            yield
        finally:
            self._streams[admin] -= 1
            if not self._streams[admin]:
                del self._streams[admin]

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
    """Stream an event whenever something has changed.

    It goes on until the browser leaves, the session ends or the server stops.
    """
    live: Live = visit.request.app.state.live
    if not live.has_room(visit):
        return Response("too many pages are open\n", status_code=503, headers={"retry-after": "60"})
    return StreamingResponse(
        stream(live, visit), media_type="text/event-stream", headers={"x-accel-buffering": "no"}
    )


async def stream(live: Live, visit: Visit) -> AsyncIterator[str]:
    """Yield what goes to one page."""
    if not live.has_room(visit):  # others came between the answer's beginning and this
        return
    with live.counted(visit):
        last = await live.mark(visit)
        still = since_look = 0.0
        yield "retry: 3000\n\n"
        while not visit.console.is_stopping():
            await asyncio.sleep(LOOK_SECONDS)
            mark = await live.mark(visit)
            still += LOOK_SECONDS
            since_look += LOOK_SECONDS
            if since_look >= SESSION_SECONDS:
                since_look = 0.0
                if not await _lasts(visit):
                    return
            if mark != last:
                last, still = mark, 0.0
                yield f"event: changed\ndata: {mark}\n\n"
            elif still >= _STILL_SECONDS:
                still = 0.0
                yield ": nothing new\n\n"


async def _lasts(visit: Visit) -> bool:
    with suppress(Unavailable):  # the ledger does not answer: the next look tells
        return await run_in_threadpool(signing_in.lasts, visit.console.desk, visit.signed_in)
    return True
