"""Health: is the process alive, and may it be given work?"""

import asyncio
from collections.abc import Callable

from fastapi import APIRouter, Response
from pydantic import BaseModel

from bridge.domain.errors import BridgeError
from bridge.ledger import lanes
from bridge.ledger.database import Database

LEDGER_SECONDS = 2.0  # a probe must answer before whoever asks gives up; 3 s is a common limit


class Live(BaseModel):
    """The loop runs, or nobody would answer."""

    status: str = "live"


class Ready(BaseModel):
    """Whether work can be taken, and which parts hold it up."""

    status: str
    not_ready: list[str]


def router(*, database: Database, is_ready: Callable[[], list[str]]) -> APIRouter:
    """Return the routes under ``/health``."""
    routes = APIRouter(prefix="/health", tags=["health"])

    @routes.get("/live")
    async def live() -> Live:
        """Answer 200 as long as the process runs."""
        return Live()

    @routes.get("/ready", responses={503: {"model": Ready}})
    async def ready(response: Response) -> Ready:
        """Answer 200 when every part is ready and the ledger answers, else 503 with the parts."""
        missing = is_ready()
        if not await _answers(database):
            missing = [*missing, "ledger"]
        if missing:
            response.status_code = 503
        return Ready(status="not ready" if missing else "ready", not_ready=missing)

    return routes


async def _answers(database: Database) -> bool:
    try:
        async with asyncio.timeout(LEDGER_SECONDS):
            await database.read(lanes.listing)
    except (BridgeError, TimeoutError):
        return False
    return True
