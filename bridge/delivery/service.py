"""The delivery service: one sender for each lane in which something waits, each with a rate of its own.

With the scope "destination" that is one, for as long as the service runs.  Otherwise lanes come and go, and
what waits in a lane of another rule (the setting was changed, a token, a person said of what kind a file is)
is moved before anything of it is sent.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

import structlog

from bridge.delivery.dispatcher import Dispatcher
from bridge.delivery.lane import LaneRight
from bridge.domain.clock import Clock
from bridge.domain.deliveries import DEFAULT_LANE
from bridge.domain.errors import Conflict, Unavailable
from bridge.domain.laning import LaneScope, Laning
from bridge.ledger import counters, lanes, laning, leases
from bridge.ledger.database import Database
from bridge.runtime.doorbell import Doorbell
from bridge.runtime.service import Service

LOOK_SECONDS = 0.5  # between looks for lanes in which something waits
RARE_LOOK_SECONDS = 5.0  # likewise, where there should be one lane only
IDLE_SECONDS = 30.0  # a lane that had nothing for so long gives its sender up
# Senders at once.  Each renews its lease every 5 s and counts its queue: 100 are 20 writes a second.
SENDERS = 100
TURN_SECONDS = 60.0  # after which a sender makes room, if other lanes wait for one

_log = structlog.get_logger()


@dataclass(slots=True)
class _Sending:
    """A lane's sender, and since when it has had nothing to do."""

    dispatcher: Dispatcher
    doorbell: Doorbell
    began: float  # by the loop's clock
    busy_at: float = field(default=0.0)


class DeliveryService(Service):
    """Runs a `Dispatcher` for each lane that needs one."""

    name = "delivery"

    def __init__(
        self,
        *,
        database: Database,
        rule: Laning,
        clock: Clock,
        owner: str,
        doorbell: Doorbell,
        dispatcher: Callable[[str, Doorbell], Dispatcher],
    ) -> None:
        """Prepare.

        Args:
            database: the ledger.
            rule: which lane is whose.
            clock: for leases of lanes.
            owner: this process, as lanes know it.
            doorbell: rung when deliveries were written; only this service waits for it.
            dispatcher: makes the sender of a lane, with a doorbell of its own.
        """
        super().__init__()
        self._database = database
        self._rule = rule
        self._clock = clock
        self._owner = owner
        self._doorbell = doorbell
        self._dispatcher = dispatcher
        self._sending: dict[str, _Sending] = {}
        self._ending: dict[str, Dispatcher] = {}
        self._without: dict[str, float] = {}  # lanes that need a sender and have none, and since when
        self._revision = -1
        self._is_one_lane = rule.scope is LaneScope.DESTINATION

    async def run(self) -> None:
        """Send while there is something to send; let every sender finish at the end."""
        try:
            if self._is_one_lane:
                await self._begin(DEFAULT_LANE)
            self.ready.set()
            looked = float("-inf")
            while not self.stopping.is_set():
                if self._now() - looked >= (RARE_LOOK_SECONDS if self._is_one_lane else LOOK_SECONDS):
                    await self._look()
                    looked = self._now()
                await self._doorbell.wait(LOOK_SECONDS)
                for one in self._sending.values():
                    one.doorbell.ring()
                await self._notice_ends()
        finally:
            await self._end_all()

    async def stop(self, grace_seconds: float) -> None:
        """See `Service.stop`; wakes the service, and stops every sender at the same moment."""
        self.stopping.set()
        self._doorbell.ring()
        await super().stop(grace_seconds)

    async def _look(self) -> None:
        """Give every lane that needs one a sender, and end those that are not needed."""
        try:
            busy = await self._database.read(laning.busy)
            await self._put_right(busy)
        except (Unavailable, Conflict) as error:  # Conflict: a claim and a move met on PostgreSQL
            _log.warning("lanes not looked at", error=str(error))
            return
        for name in busy & self._sending.keys():
            self._sending[name].busy_at = self._now()
        wanting = sorted(name for name in busy if self._rule.has(name) and name not in self._sending)
        self._without = {name: self._without.get(name, self._now()) for name in wanting}
        # Who has waited longest is next: by their names the first would take every turn.
        waiting = sorted(self._without, key=self._without.__getitem__)
        self._retire(are_others_waiting=bool(waiting))
        for name in waiting[: max(0, SENDERS - len(self._sending))]:
            if name not in self._ending:
                await self._begin(name)

    async def _put_right(self, busy: set[str]) -> None:
        """Move what waits in a lane that is not its own; take over what others left there."""
        revision = await self._database.read(counters.value, name=counters.QUEUE)
        foreign = {name for name in busy if not self._rule.has(name)}
        if not foreign and (self._is_one_lane or revision == self._revision):
            return
        for name in sorted(foreign):
            await self._take_over(name)
        count = 0
        for stray in await self._database.read(laning.strays, laning=self._rule):
            count += await self._database.write(laning.move, stray=stray)
            if stray.own_lane in self._sending:
                self._sending[stray.own_lane].dispatcher.look_again()
        if count:
            _log.info("deliveries moved to their lanes", count=count, scope=self._rule.scope)
        self._revision = revision

    async def _take_over(self, name: str) -> None:
        """Recover what a process with another rule left leased in the lane, unless it still sends.

        Nobody sends in it from now on, so whether the destination answers there is no question any more.
        """
        right = LaneRight(database=self._database, name=name, owner=self._owner, clock=self._clock)
        if await right.take():
            await self._database.write(leases.recover, lane=name, now=self._clock.now(), expired_only=False)
            await self._database.write(lanes.answered, name=name, paused_until=None)
            await right.leave()

    async def _begin(self, name: str) -> None:
        doorbell = Doorbell()
        one = _Sending(self._dispatcher(name, doorbell), doorbell, self._now(), self._now())
        self._sending[name] = one
        await one.dispatcher.start()

    def _retire(self, *, are_others_waiting: bool) -> None:
        """Ask senders to end that have had nothing for long, or whose turn is over."""
        if self._is_one_lane:
            return
        is_full = are_others_waiting and len(self._sending) >= SENDERS
        for name, one in list(self._sending.items()):
            is_idle = self._now() - one.busy_at >= IDLE_SECONDS
            if is_idle or (is_full and self._now() - one.began >= TURN_SECONDS):
                one.dispatcher.stopping.set()
                self._ending[name] = self._sending.pop(name).dispatcher

    async def _notice_ends(self) -> None:
        """Forget senders that have ended; one that was not asked to ends the service with its error."""
        for name, ending in list(self._ending.items()):
            if ending.task.done():
                del self._ending[name]
                await ending.task
        for name, one in self._sending.items():
            if one.dispatcher.task.done():
                await one.dispatcher.task
                raise RuntimeError(f"the sender of lane {name} ended by itself")

    async def _end_all(self) -> None:
        left = [*(one.dispatcher for one in self._sending.values()), *self._ending.values()]
        for one in left:
            one.stopping.set()
        tasks = {one.task for one in left if not one.task.done()}
        try:
            if tasks:
                await asyncio.wait(tasks)
        except asyncio.CancelledError:  # the grace is over
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            raise

    def _now(self) -> float:
        return asyncio.get_running_loop().time()
