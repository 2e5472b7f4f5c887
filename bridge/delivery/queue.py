"""The queue of one lane: an active window of numbers in memory over the ledger, which may hold any backlog.

`bridge.domain.fairness` chooses by the numbers whose turn it is, the ledger says what that is and leases it.
The numbers may be out of date; the ledger never is.  A turn for which there is nothing corrects them.
"""

import asyncio
from datetime import datetime, timedelta

from bridge.domain.administrations import Administration, AdministrationId
from bridge.domain.backlog import Turn, Work
from bridge.domain.deliveries import Assignment
from bridge.domain.fairness import Turns
from bridge.domain.kinds import Kind
from bridge.domain.schedule import aim_before_import
from bridge.ledger import backlog, counters, leases
from bridge.ledger.database import Database

LOOK_SECONDS = 0.5  # between looks for what is new, while there is enough to do
COUNT_SECONDS = 5.0  # between counts of everything, at least: what another process did shows only there …
COUNT_SHARE = 50  # … and so many times what one takes
MISSES = 20  # turns for which there was nothing, before something else gets its chance


class Queue:
    """Claims what is to be sent next in one lane."""

    def __init__(
        self,
        *,
        database: Database,
        lane: str,
        owner: str | None = None,
        per_second: float,
        cut_off_margin: timedelta,
    ) -> None:
        """Begin empty; the first `claim` looks into the ledger.

        Args:
            database: the ledger.
            lane: whose deliveries.
            owner: claims only while the lane is its; None: whoever's it is.
            per_second: files that may start; 0 is no limit.
            cut_off_margin: so long before an import a file should have arrived.
        """
        self._database = database
        self._lane = lane
        self._owner = owner
        self._margin = cut_off_margin
        self._turns = Turns(per_second=per_second, aim=self._aim)
        self._administrations: dict[AdministrationId, Administration] = {}
        self._aims: dict[AdministrationId, datetime] = {}
        self._last_id = 0
        self._revision = -1
        self._looked_loop = float("-inf")
        self._count_loop = float("-inf")  # count everything then

    async def claim(
        self, *, now: datetime, lease_until: datetime, token: str, limit: int, is_careful: bool = False
    ) -> list[Assignment]:
        """Lease what goes next: at most *limit* deliveries of one turn; none if nothing may go now.

        With *is_careful* only what may arrive twice goes.

        Raises:
            Unavailable: the ledger does not answer.
            Conflict: another process took one of them at the same moment.
        """
        has_looked = await self._look_now_and_then(now)
        for _ in range(MISSES):
            turn = self._turns.choose(now)
            if turn is None:
                if has_looked:
                    return []
                await self._look(now)
                has_looked = True
                continue
            claimed = await self._database.write(
                leases.claim,
                lane=self._lane,
                turn=turn,
                now=now,
                lease_until=lease_until,
                token=token,
                limit=limit,
                owner=self._owner,
                is_careful=is_careful,
            )
            if claimed is None:
                return []
            if claimed:
                self._turns.took(turn, len(claimed))
                return claimed
            await self._correct(turn, now)
        return []

    async def ended(self, assignment: Assignment, *, is_delivered: bool, now: datetime) -> None:
        """Learn what became of a lease: what goes next of its administration, or again.

        Raises:
            Unavailable: the ledger does not answer; the next count tells.
        """
        delivery = assignment.delivery
        if delivery.kind is Kind.DATA:
            await self._correct(_turn_of(assignment, Work.DATA), now)
        elif not is_delivered:
            await self._correct(_turn_of(assignment, Work.RETRY), now)

    def forget(self) -> None:
        """Count everything at the next claim."""
        self._count_loop = float("-inf")
        self._looked_loop = float("-inf")

    async def _correct(self, turn: Turn, now: datetime) -> None:
        """Ask the ledger what there is of the place of *turn*."""
        if turn.work is Work.DATA:
            head = await self._database.read(backlog.data_of, administration_id=turn.administration_id)
            self._turns.put_data(turn.administration_id, head, now)
            return
        found = await self._database.read(
            backlog.documents_of,
            lane=self._lane,
            account_id=turn.account_id,
            administration_id=turn.administration_id,
        )
        self._turns.put(found, now)

    async def _look_now_and_then(self, now: datetime) -> bool:
        if asyncio.get_running_loop().time() - self._looked_loop < LOOK_SECONDS:
            return False
        await self._look(now)
        return True

    async def _look(self, now: datetime) -> None:
        """See what is new; count everything if it is time, or an operator did something."""
        loop = asyncio.get_running_loop()
        revision = await self._database.read(counters.value, name=counters.QUEUE)
        if revision != self._revision or loop.time() >= self._count_loop:
            began = loop.time()
            found = await self._database.read(backlog.everything, lane=self._lane)
            self._administrations = found.administrations
            self._aims.clear()
            self._turns.replace(found.documents, found.data, now)
            self._last_id, self._revision = found.last_id, revision
            self._count_loop = loop.time() + max(COUNT_SECONDS, COUNT_SHARE * (loop.time() - began))
        else:
            await self._take_news(now)
        self._looked_loop = loop.time()

    async def _take_news(self, now: datetime) -> None:
        news = await self._database.read(backlog.news, lane=self._lane, after=self._last_id)
        self._last_id = news.last_id
        for one in news.documents:
            self._turns.arrived(one, now)
        for administration_id in news.with_data:
            head = await self._database.read(backlog.data_of, administration_id=administration_id)
            self._turns.put_data(administration_id, head, now)

    def _aim(self, administration_id: AdministrationId, now: datetime) -> datetime | None:
        """Return until when what waits for the administration should have arrived."""
        known = self._aims.get(administration_id)
        if known is not None and known > now:
            return known
        administration = self._administrations.get(administration_id)
        if administration is None:  # made since the last count
            return None
        found = aim_before_import(administration.import_times, administration.timezone, now, self._margin)
        self._aims[administration_id] = found
        return found


def _turn_of(assignment: Assignment, work: Work) -> Turn:
    return Turn(
        account_id=assignment.delivery.account_id,
        administration_id=assignment.administration.id,
        work=work,
    )
