"""The right to send: of all processes that share a ledger, one holds the lane's lease.

It trusts neither clock alone: the monotonic one stands still while a machine sleeps, the wall clock jumps.
What is sent is not known here.
"""

import asyncio
from datetime import datetime, timedelta

import structlog

from bridge.domain.clock import Clock
from bridge.domain.errors import Unavailable
from bridge.ledger import lanes
from bridge.ledger.database import Database

LEASE = timedelta(seconds=15)
RENEW_SECONDS = 5.0
# A request is begun only with this much of the lease left: more than sender.CONNECT_SECONDS, so that it has
# gone out, or never will, before another process may send.
SAFETY = timedelta(seconds=9)

_log = structlog.get_logger()


class LaneRight:
    """One process's hold on one lane."""

    def __init__(self, *, database: Database, name: str, owner: str, clock: Clock) -> None:
        self.name = name
        self.is_lost = True  # not ours, or it ran out and another process may have sent meanwhile
        self._database = database
        self._owner = owner
        self._clock = clock
        self._until_at: datetime | None = None  # by the wall clock
        self._until_loop = 0.0  # by the loop's clock

    async def take(self) -> bool:
        """Try to become the only sender; raise `Unavailable` if the ledger does not answer."""
        self.is_lost = not await self._extend()
        return not self.is_lost

    async def keep(self) -> None:
        """Renew the lease until it is lost."""
        while not self.is_lost:
            await asyncio.sleep(RENEW_SECONDS)
            try:
                is_extended = await self._extend()
            except Unavailable as error:
                _log.warning("lane not renewed", lane=self.name, error=str(error))
                is_extended = not self._has_run_out()
            self.is_lost = self.is_lost or not is_extended
        _log.warning("lane lost", lane=self.name)

    def may_begin(self) -> bool:
        """Whether a request may begin now."""
        if self.is_lost or self._until_at is None:
            return False
        left = self._until_loop - asyncio.get_running_loop().time()
        return left >= SAFETY.total_seconds() and self._clock.now() + SAFETY <= self._until_at

    async def leave(self) -> None:
        """Let another process send; if the ledger does not answer, the lease runs out by itself."""
        if self.is_lost:
            return
        self.is_lost = True
        try:
            await self._database.write(lanes.leave, name=self.name, owner=self._owner)
        except Unavailable as error:
            _log.warning("lane not left", lane=self.name, error=str(error))

    async def _extend(self) -> bool:
        had_run_out = not self.is_lost and self._has_run_out()
        now = self._clock.now()
        started = asyncio.get_running_loop().time()
        if not await self._database.write(
            lanes.take, name=self.name, owner=self._owner, now=now, until=now + LEASE
        ):
            return False
        self._until_at = now + LEASE
        self._until_loop = started + LEASE.total_seconds()
        return not had_run_out

    def _has_run_out(self) -> bool:
        return asyncio.get_running_loop().time() >= self._until_loop
