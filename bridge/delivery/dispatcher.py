"""The delivery service: whose turn, wait for the rate, one attempt, write down what came of it.

The queue is the ledger, and it is the only retry loop.  A crash at any point leaves a leased delivery, which
whoever next becomes the lane's sender recovers.
"""

import asyncio
from collections.abc import Callable, Coroutine
from datetime import timedelta
from typing import Any
from uuid import uuid4

import structlog

from bridge.config.settings import DestinationSettings
from bridge.delivery.age import trying_since
from bridge.delivery.breaker import Breaker
from bridge.delivery.exchange import Exchange
from bridge.delivery.lane import LaneRight
from bridge.delivery.limiter import Limiter, Permit
from bridge.delivery.queue import Queue
from bridge.delivery.report import bind_ids, report
from bridge.delivery.sender import Sender
from bridge.delivery.settlement import settle
from bridge.delivery.steady import SteadyTime
from bridge.domain.clock import Clock
from bridge.domain.deliveries import DEFAULT_LANE, Assignment
from bridge.domain.errors import Conflict, Unavailable
from bridge.domain.outcomes import Event, Situation, next_step
from bridge.ledger import leases, set_back
from bridge.ledger.database import Database
from bridge.runtime.doorbell import Doorbell
from bridge.runtime.sealing import Sealer
from bridge.runtime.service import Service
from bridge.spool.protocol import Spool

IDLE_SECONDS = 0.5  # between looks at the queue when nobody rings: within 2 s of a command (interface.md)
TROUBLE_SECONDS = 1.0  # before the ledger, or the lane of another process, is asked again
RECOVER_SECONDS = 30.0
LEASE_SURPLUS = timedelta(seconds=60)  # beyond the total timeout, so that no living attempt loses its lease

_log = structlog.get_logger()


class Dispatcher(Service):
    """Sends the deliveries of one lane while this process has the right to."""

    name = "delivery"

    def __init__(
        self,
        *,
        database: Database,
        spool: Spool,
        sealer: Sealer,
        settings: DestinationSettings,
        clock: Clock,
        doorbell: Doorbell,
        chance: Callable[[], float],
        owner: str,
        lane: str = DEFAULT_LANE,
    ) -> None:
        super().__init__()
        self._database = database
        self._spool = spool
        self._sealer = sealer
        self._settings = settings
        self._clock = clock
        self._doorbell = doorbell
        self._chance = chance
        self._lane = LaneRight(database=database, name=lane, owner=owner, clock=clock)
        self._queue = Queue(
            database=database,
            lane=lane,
            owner=owner,
            per_second=settings.rate_limit / settings.rate_period_seconds,
            cut_off_margin=timedelta(seconds=settings.cut_off_margin_seconds),
        )
        self._breaker = Breaker(database=database, lane=lane, chance=chance)
        self._in_flight = 0
        self._slot_freed = Doorbell()
        self._is_cut_short = False
        self._steady = SteadyTime(clock)
        self._recovered_loop = 0.0
        self._lease = timedelta(seconds=settings.timeout_seconds) + LEASE_SURPLUS

    async def run(self) -> None:
        """Send while this process has the right to; leave the lane at the end."""
        async with Sender(self._settings) as sender:
            self.ready.set()
            try:
                while not self.stopping.is_set():
                    await self._take_a_turn(sender)
            finally:
                await self._lane.leave()

    def look_again(self) -> None:
        """Count the lane's queue afresh: something came into it that is not new."""
        self._queue.forget()

    async def _take_a_turn(self, sender: Sender) -> None:
        try:
            if not await self._lane.take():
                await self._rest(TROUBLE_SECONDS)
                return
            await self._recover_all()
            await self._breaker.resume()
        except Unavailable as error:
            _log.warning("ledger unavailable", error=str(error))
            await self._rest(TROUBLE_SECONDS)
            return
        _log.info("sending begins", lane=self._lane.name)
        keeping = asyncio.create_task(self._lane.keep(), name="lane")
        try:
            await self._send_while_ours(sender)
        finally:
            keeping.cancel()

    async def _send_while_ours(self, sender: Sender) -> None:
        limiter = Limiter(
            limit=self._settings.rate_limit,
            period_seconds=self._settings.rate_period_seconds,
            margin_seconds=self._settings.rate_margin_seconds,
            pace=self._settings.pace,
        )
        async with asyncio.TaskGroup() as attempts:  # leaving it waits for the requests in flight
            while not self.stopping.is_set() and not self._lane.is_lost:
                try:
                    await self._recover_now_and_then()
                    await self._begin_some(attempts, limiter, sender)
                except (Unavailable, Conflict) as error:  # Conflict: two claims met on PostgreSQL
                    _log.warning("nothing claimed", error=str(error))
                    await self._rest(TROUBLE_SECONDS)

    async def _begin_some(self, attempts: asyncio.TaskGroup, limiter: Limiter, sender: Sender) -> None:
        """Wait for a slot and a permit, claim what is due and begin it; wait a little if nothing is."""
        free = self._breaker.room(self._settings.max_in_flight - self._in_flight)
        if free <= 0:
            await self._slot_freed.wait(IDLE_SECONDS)
            return
        permit = await limiter.acquire(IDLE_SECONDS)
        if permit is None:
            return
        if self.stopping.is_set():
            return
        claimed = await self._claim(permit, limit=free if limiter.is_off else 1)
        self._breaker.begun(claimed)
        for assignment in claimed:
            self._in_flight += 1
            attempts.create_task(
                self._attempt(assignment, permit, sender), name=f"delivery {assignment.delivery.id}"
            )
        if not claimed:
            await self._doorbell.wait(IDLE_SECONDS)

    async def _claim(self, permit: Permit, *, limit: int) -> list[Assignment]:
        """Lease what is due, at most *limit*; give the permit back if nothing is."""
        if not self._lane.may_begin():
            permit.give_back()
            return []
        try:
            claimed = await self._queue.claim(
                now=self._clock.now(),
                lease_until=self._steady.now() + self._lease,
                token=uuid4().hex,
                limit=limit,
                is_careful=self._breaker.must_be_careful(self._clock.now()),
            )
        except BaseException:
            permit.give_back()
            raise
        if not claimed:
            permit.give_back()
        return claimed

    async def _attempt(self, assignment: Assignment, permit: Permit, sender: Sender) -> None:
        """Send one delivery and settle it, whatever happens."""
        bind_ids(assignment)
        exchange = Exchange(assignment, spool=self._spool, sealer=self._sealer, settings=self._settings)
        began = asyncio.get_running_loop().time()
        try:
            event = await exchange.run(sender, permit)
        except asyncio.CancelledError:
            self._is_cut_short = True
            await self._settle(exchange, exchange.cut_short("the server stopped during the request"), began)
            raise
        except Exception as error:  # noqa: BLE001  a bulkhead: one strange file must not end the service
            _log.exception("attempt failed unexpectedly")
            event = exchange.cut_short(f"internal error: {type(error).__name__}")
        finally:
            self._in_flight -= 1
            self._slot_freed.ring()
        await self._settle(exchange, event, began)
        self._doorbell.ring()  # the next data file of this administration may go now

    async def _settle(self, exchange: Exchange, event: Event, began: float) -> None:
        now = self._clock.now()
        assignment = exchange.assignment
        max_age = timedelta(hours=self._settings.max_age_hours)
        since = await trying_since(self._database, delivery=assignment.delivery, now=now, max_age=max_age)
        probe_wait = await self._breaker.ended(assignment, event, now)
        step = next_step(
            event,
            Situation(
                kind=exchange.kind,
                attempts=max(assignment.delivery.attempts, 1),
                rejections=assignment.delivery.rejections,
                trying_since=since,
                now=now,
                max_age=max_age,
                jitter=self._chance(),
                probe_wait=probe_wait,
            ),
        )
        report(exchange, event, step, asyncio.get_running_loop().time() - began)
        await _finish(
            settle(
                self._database,
                assignment=assignment,
                lane=self._lane.name,
                event=event,
                step=step,
                now=now,
                is_ending=lambda: self._is_cut_short,
            )
        )
        try:
            await self._queue.ended(assignment, is_delivered=step.is_delivered, now=self._clock.now())
        except Unavailable:
            self._queue.forget()

    async def _recover_all(self) -> None:
        """Take over what a former sender left leased; nothing of ours is in flight now."""
        now = self._steady.begin()
        count = await self._database.write(leases.recover, lane=self._lane.name, now=now, expired_only=False)
        await self._make_due()
        self._queue.forget()
        self._recovered_loop = asyncio.get_running_loop().time()
        if count:
            _log.warning("deliveries recovered", count=count)

    async def _recover_now_and_then(self) -> None:
        """Take back what was leased but never begun, a claim whose answer was lost; look at the clock."""
        if asyncio.get_running_loop().time() - self._recovered_loop < RECOVER_SECONDS:
            return
        count = await self._database.write(
            leases.recover, lane=self._lane.name, now=self._steady.now(), expired_only=True
        )
        if self._steady.was_set_back():
            await self._make_due()
        self._recovered_loop = asyncio.get_running_loop().time()
        if count:
            self._queue.forget()
            _log.warning("deliveries recovered", count=count)

    async def _make_due(self) -> None:
        count = await self._database.write(set_back.make_due, lane=self._lane.name, now=self._clock.now())
        if count:
            _log.warning("waits ended that the clock, set back, had made too long", count=count)

    async def _rest(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self.stopping.wait()
        except TimeoutError:
            pass


async def _finish(work: Coroutine[Any, Any, None]) -> None:
    """Do *work* to its end, even if the waiting task is cancelled meanwhile."""
    task = asyncio.create_task(work)
    try:
        await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait({task})
        raise
