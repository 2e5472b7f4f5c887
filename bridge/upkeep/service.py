"""Upkeep: removes bytes whose time is over; names, sizes and hashes stay in the ledger."""

import asyncio
from datetime import timedelta

import structlog

from bridge.config.settings import RetentionSettings
from bridge.domain.clock import Clock
from bridge.domain.errors import Unavailable
from bridge.ledger import blobs
from bridge.ledger.database import Database
from bridge.runtime.service import Service
from bridge.spool.protocol import Spool
from bridge.upkeep.logins import LoginRetention

PERIOD_SECONDS = 60.0
AT_ONCE = 200  # uploads in one transaction: the writer is shared with the door

log = structlog.get_logger()


class UpkeepService(Service):
    """Looks once a minute for uploads whose retention has ended."""

    name = "upkeep"

    def __init__(
        self, *, settings: RetentionSettings, database: Database, spool: Spool, clock: Clock
    ) -> None:
        super().__init__()
        self._settings = settings
        self._database = database
        self._spool = spool
        self._clock = clock
        self._logins = LoginRetention(database=database, clock=clock)

    async def run(self) -> None:
        """Sweep once; then remove what is over and wait a minute, until asked to stop."""
        self.ready.set()
        await self.sweep()
        while not self.stopping.is_set():
            try:
                await self.remove_what_is_over()
                await self._logins.remove_what_is_over()
            except Unavailable as error:
                log.warning("retention waits for the ledger", error=str(error))
            try:
                async with asyncio.timeout(PERIOD_SECONDS):
                    await self.stopping.wait()
            except TimeoutError:
                pass

    async def sweep(self) -> None:
        """Remove bytes that a killed process left and nobody was promised, while others go on writing."""

        def unneeded(names: set[str]) -> set[str]:
            return self._database.read_now(blobs.unneeded, names=names)

        try:
            left = await asyncio.to_thread(self._spool.sweep, unneeded, self.stopping.is_set)
        except Unavailable as error:
            log.warning("what a former process left stays until the next start", error=str(error))
            return
        if left:
            log.info("removed bytes that nobody was promised", files=left)

    async def remove_what_is_over(self) -> None:
        """Forget what the ledger says is over, then remove the bytes.

        In this order: a crash between leaves bytes that nobody needs, and the sweep at the next start
        finds them; the other order could leave a promise without its bytes.
        """
        now = self._clock.now()
        while freed := await self._database.write(
            blobs.end_waiting,
            before=now - timedelta(days=self._settings.waiting_days),
            now=now,
            limit=AT_ONCE,
        ):
            await self._remove(freed)
        while freed := await self._database.write(
            blobs.end_retention,
            before=now - timedelta(days=self._settings.finished_days),
            declarations_before=now - timedelta(days=self._settings.declaration_days),
            limit=AT_ONCE,
        ):
            await self._remove(freed)

    async def _remove(self, freed: list[str]) -> None:
        await self._spool.remove(freed)
        log.info("retention ended", blobs=len(freed))
