"""Sends what is to be told: webhooks one by one, mails together; tries again for a day, then gives up.

Nodes that share a ledger share the work: a notice is taken before it is sent, and whoever dies with it in
hand leaves it to the next after a while.  So a message may come twice, with the same id, and never gets lost.
"""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

import structlog

from bridge.courier.courier import Address, Courier
from bridge.domain.alerts import AlertWay
from bridge.domain.clock import Clock
from bridge.domain.errors import BridgeError, Conflict, Refused, Unavailable
from bridge.domain.reasons import Language
from bridge.domain.retry import RetryPolicy, retry_delay
from bridge.ledger import notices
from bridge.ledger.database import Database
from bridge.ledger.notices import Notice
from bridge.runtime.service import Service

LOOK_SECONDS = 2.0
AT_ONCE = 10  # places
MAIL_TOGETHER = 50  # messages in one mail: of what waited while the mail server was away
TAKEN_FOR = timedelta(minutes=3)  # longer than any attempt takes
RETRIES = RetryPolicy(base=timedelta(seconds=10), cap=timedelta(minutes=15))
GIVEN_UP_AFTER = timedelta(hours=24)
KEPT = timedelta(days=30)
FORGETS_EVERY = timedelta(hours=1)

log = structlog.get_logger()


class NoticeService(Service):
    """Looks every two seconds for what is due."""

    name = "notices"

    def __init__(
        self,
        *,
        database: Database,
        courier: Courier,
        clock: Clock,
        language: Language,
        chance: Callable[[], float],
    ) -> None:
        super().__init__()
        self._database = database
        self._courier = courier
        self._clock = clock
        self._language: Language = language
        self._chance = chance
        self._forgot_at: datetime | None = None

    async def run(self) -> None:
        """Send what is due, then wait, until asked to stop."""
        self.ready.set()
        while not self.stopping.is_set():
            try:
                if await self.send_due():
                    continue
                await self._forget()
            except (Unavailable, Conflict) as error:
                log.warning("notices wait for the ledger", error=str(error))
            try:
                async with asyncio.timeout(LOOK_SECONDS):
                    await self.stopping.wait()
            except TimeoutError:
                pass

    async def send_due(self) -> int:
        """Send the first of each place that is due, side by side; return how many places that were."""
        found = await self._database.read(notices.due, now=self._clock.now(), limit=AT_ONCE)
        async with asyncio.TaskGroup() as sending:
            for notice in found:
                sending.create_task(self._send(notice))
        return len(found)

    async def _send(self, first: Notice) -> None:
        now = self._clock.now()
        if not await self._database.write(notices.claim, notice=first, until=now + TAKEN_FOR):
            return
        if first.address is None:
            await self._finish([first], error="there is nobody to tell any more")
            return
        together = [first]
        if first.way is AlertWay.MAIL:
            together += await self._database.read(notices.following, first=first, limit=MAIL_TOGETHER - 1)
        address = Address(
            way=first.way,
            to=first.address,
            language=first.language or self._language,
            sealed_secret=first.sealed_secret,
            is_sender=first.target_id is None,
        )
        try:
            await self._courier.take([one.message for one in together], address)
        except Refused as error:
            await self._give_up(together, str(error))
        except BridgeError as error:
            await self._try_later(first, str(error))
        except Exception as error:  # a bulkhead: one strange message must not end the service
            log.exception("notice failed unexpectedly", notice=first.id)
            await self._try_later(first, f"internal error: {type(error).__name__}")
        else:
            await self._finish(together)
            log.info("notices sent", notice=first.id, target=first.target_id, messages=len(together))

    async def _finish(self, which: list[Notice], error: str | None = None) -> None:
        ids = [one.id for one in which]
        await self._database.write(notices.finish, ids=ids, now=self._clock.now(), error=error)

    async def _try_later(self, first: Notice, error: str) -> None:
        now = self._clock.now()
        if now - first.message.created_at >= GIVEN_UP_AFTER:
            await self._give_up([first], error)
            return
        due_at = now + retry_delay(RETRIES, first.attempts + 1, self._chance())
        log.warning("notice not sent", notice=first.id, target=first.target_id, error=error, again_at=due_at)
        await self._database.write(notices.put_off, notice_id=first.id, due_at=due_at, error=error)

    async def _give_up(self, which: list[Notice], error: str) -> None:
        await self._finish(which, error=error)
        for one in which:
            log.error(
                "notice given up",
                notice=one.id,
                target=one.target_id,
                notice_event=one.message.event,
                error=error,
            )

    async def _forget(self) -> None:
        """Remove, now and then, what was finished long ago."""
        now = self._clock.now()
        if self._forgot_at is not None and timedelta() <= now - self._forgot_at < FORGETS_EVERY:
            return
        self._forgot_at = now
        await self._database.write(notices.forget, before=now - KEPT)
