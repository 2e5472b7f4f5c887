"""Watches over what should have come and what should have gone, once a minute, and sounds alarms."""

import asyncio
from datetime import timedelta

import structlog

from bridge.config.settings import ExpectationSettings
from bridge.domain.clock import Clock
from bridge.domain.due import Patience
from bridge.domain.errors import Unavailable
from bridge.ledger.database import Database
from bridge.runtime.service import Service
from bridge.upkeep.alarms import Alarms
from bridge.upkeep.batches import BatchWatch
from bridge.upkeep.expectations import ExpectationWatch

PERIOD_SECONDS = 60.0

log = structlog.get_logger()


class WatchService(Service):
    """Looks once a minute for uploads that are missing and batches that an import has missed."""

    name = "watch"

    def __init__(self, *, settings: ExpectationSettings, database: Database, clock: Clock) -> None:
        super().__init__()
        self._clock = clock
        alarms = Alarms(database=database, clock=clock)
        self._batches = BatchWatch(database=database, alarms=alarms)
        self._expectations = ExpectationWatch(
            database=database,
            alarms=alarms,
            patience=Patience(
                tolerance=timedelta(minutes=settings.tolerance_minutes),
                before_cut_off=timedelta(minutes=settings.before_cutoff_minutes),
            ),
        )

    async def run(self) -> None:
        """Look, then wait a minute, until asked to stop."""
        self.ready.set()
        while not self.stopping.is_set():
            try:
                await self.look()
            except Unavailable as error:
                log.warning("the watch waits for the ledger", error=str(error))
            try:
                async with asyncio.timeout(PERIOD_SECONDS):
                    await self.stopping.wait()
            except TimeoutError:
                pass

    async def look(self) -> None:
        """Look once: first at what is due, then, where a night has passed, learn anew."""
        now = self._clock.now()
        await self._expectations.look(now)
        await self._batches.look(now)
        await self._expectations.learn(now)
