"""The right to send: of all processes that share a ledger, one holds the lane's lease.

It trusts neither clock alone: the monotonic one stands still while a machine sleeps, the wall clock jumps.
What is sent is not known here.
"""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TypeVar

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

Taken = TypeVar("Taken")

_log = structlog.get_logger()


class LaneRight:
    """One process's hold on one lane."""

    def __init__(self, *, database: Database, name: str, owner: str, clock: Clock) -> None:
        self.name = name
        self.is_lost = True  # not ours, or it ran out and another process may have sent meanwhile
        self.may_former_send = False  # whether the process before this one may have requests under way
        self._database = database
        self._owner = owner
        self._clock = clock
        self._until_at: datetime | None = None  # by the wall clock
        self._until_loop = 0.0  # by the loop's clock
        self._told = asyncio.Event()  # that it is lost

    async def take(self) -> bool:
        """Try to become the only sender; raise `Unavailable` if the ledger does not answer."""
        self._told.clear()
        former = await self._extend(lanes.take_over)
        self.is_lost = former is None
        self.may_former_send = former is lanes.Former.MAY_STILL_SEND
        return not self.is_lost

    async def keep(self) -> None:
        """Renew the lease until it is lost."""
        while not self.is_lost:
            await asyncio.sleep(RENEW_SECONDS)
            had_run_out = self._has_run_out()
            try:
                is_extended = await self._extend(lanes.take) and not had_run_out
            except Unavailable as error:
                _log.warning("lane not renewed", lane=self.name, error=str(error))
                is_extended = not self._has_run_out()
            self.is_lost = self.is_lost or not is_extended
        self._told.set()
        _log.warning("lane lost", lane=self.name)

    async def lost(self) -> None:
        """Wait until the right is lost: taken, or not renewed in time, and then another process may send.

        This does not wait for the ledger: whoever cannot reach it must know, too.
        """
        while not self.is_lost and not self._has_run_out():
            try:
                async with asyncio.timeout(self._until_loop - asyncio.get_running_loop().time()):
                    await self._told.wait()
            except TimeoutError:
                continue
        self.is_lost = True

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

    async def _extend(self, take: Callable[..., Taken]) -> Taken | None:
        now = self._clock.now()
        started = asyncio.get_running_loop().time()
        taken = await self._database.write(
            take, name=self.name, owner=self._owner, now=now, until=now + LEASE
        )
        if not taken:
            return None
        self._until_at = now + LEASE
        self._until_loop = started + LEASE.total_seconds()
        return taken

    def _has_run_out(self) -> bool:
        return asyncio.get_running_loop().time() >= self._until_loop
