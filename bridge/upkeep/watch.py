"""Watches over what should have come, what should have gone and what is in the way; sounds alarms."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from functools import partial

import structlog

from bridge.config import Settings
from bridge.domain.clock import Clock
from bridge.domain.due import Patience
from bridge.domain.errors import Unavailable
from bridge.ledger.database import Database
from bridge.runtime.service import Service
from bridge.spool.protocol import Spool
from bridge.upkeep.alarms import Alarms
from bridge.upkeep.batches import BatchWatch
from bridge.upkeep.conditions import Conditions
from bridge.upkeep.cutoffs import CutOffWatch, Prospects
from bridge.upkeep.expectations import ExpectationWatch
from bridge.upkeep.machine import CertificateWatch, DiskWatch
from bridge.upkeep.standing import StandingWatch
from bridge.upkeep.summaries import SummaryWatch

PERIOD_SECONDS = 60.0
FIRST_SECONDS = 5.0  # from the start to the first look, which learns; senders at the door come first

log = structlog.get_logger()


class WatchService(Service):
    """Looks once a minute at everything of which somebody should know."""

    name = "watch"

    def __init__(
        self,
        *,
        settings: Settings,
        database: Database,
        spool: Spool,
        clock: Clock,
        node: str,
        prospects: Prospects,
    ) -> None:
        super().__init__()
        self._clock = clock
        alarms = Alarms(database=database, clock=clock, has_mail=settings.mail.host is not None)
        conditions = Conditions(database=database, alarms=alarms, clock=clock)
        expiry = timedelta(days=settings.alarms.expiry_days)
        self._batches = BatchWatch(database=database, alarms=alarms)
        self._expectations = ExpectationWatch(
            database=database,
            alarms=alarms,
            patience=Patience(
                tolerance=timedelta(minutes=settings.expectations.tolerance_minutes),
                before_cut_off=timedelta(minutes=settings.expectations.before_cutoff_minutes),
            ),
        )
        self._standing = StandingWatch(database=database, conditions=conditions, expiry=expiry)
        self._cut_offs = CutOffWatch(prospects=prospects, conditions=conditions)
        self._summaries = SummaryWatch(
            database=database, prospects=prospects, settings=settings.summary, language=settings.language
        )
        self._disk = DiskWatch(
            free_bytes=spool.free_bytes,
            folder=settings.spool_folder.absolute(),
            node=node,
            low_bytes=settings.alarms.disk_free_bytes,
            conditions=conditions,
        )
        self._certificates = CertificateWatch(
            settings=settings.destination, expiry=expiry, conditions=conditions
        )

    async def run(self) -> None:
        """Look soon, then once a minute, until asked to stop."""
        self.ready.set()
        await self._rest(FIRST_SECONDS)
        while not self.stopping.is_set():
            await self.look()
            await self._rest(PERIOD_SECONDS)

    async def _rest(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self.stopping.wait()
        except TimeoutError:
            pass

    async def look(self) -> None:
        """Look once at each; one that cannot look keeps no other from it."""
        now = self._clock.now()
        looks: list[tuple[str, Callable[[], Awaitable[None]]]] = [
            ("expectations", partial(self._expectations.look, now)),
            ("batches", partial(self._batches.look, now)),
            ("standing", partial(self._standing.look, now)),
            ("cut-offs", self._cut_offs.look),
            ("disk", self._disk.look),
            ("certificates", partial(self._certificates.look, now)),
            ("summary", partial(self._summaries.look, now)),
            ("learning", partial(self._expectations.learn, now)),
        ]
        for what, look in looks:
            if self.stopping.is_set():
                return
            try:
                await look()
            except Unavailable as error:
                log.warning("the watch waits for the ledger", look=what, error=str(error))
            except OSError as error:
                log.warning("the watch could not look", look=what, error=str(error))
