"""The logbook: who came in, who left, who was refused; written off the log-in's path, a batch a second.

Nobody waits for it.  What cannot be written while the ledger is away is kept up to a bound; beyond it entries
are lost, never a log-in.
"""

import asyncio
from collections import Counter, OrderedDict, deque
from dataclasses import dataclass, replace
from datetime import datetime

import structlog

from bridge.domain.accounts import AccountId
from bridge.domain.admission import NoEntry
from bridge.domain.clock import Clock
from bridge.domain.errors import Unavailable
from bridge.domain.logins import Agreed, LogInId
from bridge.ledger import logins
from bridge.ledger.database import Database, Transaction

PERIOD_SECONDS = 1.0
MOST_STAYS = 5000  # that wait to be written
MOST_REFUSALS = 500  # whoever knocks decides how many there are, so the oldest are dropped above this
SAME_SECONDS = 60.0  # a refusal like the last one from the same address is not noted again so soon
MOST_REMEMBERED = 10_000

log = structlog.get_logger()


@dataclass(slots=True, eq=False, kw_only=True)
class Stay:
    """Somebody who came in, from the log-in to the end of the connection."""

    at: datetime
    agreed: Agreed
    name: str
    peer: str
    method: str
    ended_at: datetime | None = None
    id: LogInId | None = None  # once written
    is_lost: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """Somebody who was not let in."""

    at: datetime
    account_id: AccountId | None
    name: str
    peer: str
    client: str
    method: str | None
    reason: NoEntry


class Logbook:
    """Takes entries from the event loop and writes them in batches."""

    def __init__(self, *, database: Database, clock: Clock, node: str) -> None:
        self._database = database
        self._clock = clock
        self._node = node
        self._came: deque[Stay] = deque()
        self._left: deque[Stay] = deque()
        self._refused: deque[Refused] = deque(maxlen=MOST_REFUSALS)
        self._lately: OrderedDict[tuple[str, str, NoEntry], datetime] = OrderedDict()
        self._lost = 0

    async def begin(self) -> None:
        """End the sessions that this node's former process left open; raise `Unavailable`."""
        await self._database.write(logins.end_all, node=self._node, now=self._clock.now())

    def came_in(self, *, agreed: Agreed, name: str, peer: str, method: str) -> Stay:
        """Note who came in; give the return value to `left` when it leaves."""
        stay = Stay(at=self._clock.now(), agreed=agreed, name=name, peer=peer, method=method)
        if len(self._came) >= MOST_STAYS:
            self._came.popleft().is_lost = True
            self._lost += 1
        self._came.append(stay)
        return stay

    def left(self, stay: Stay) -> None:
        """Note that it left."""
        stay.ended_at = self._clock.now()
        if stay.id is not None and len(self._left) < MOST_STAYS:
            self._left.append(stay)

    def refused(
        self,
        reason: NoEntry,
        *,
        account_id: AccountId | None,
        name: str,
        peer: str,
        client: str,
        method: str | None,
    ) -> None:
        """Note who was refused, unless the same was noted a moment ago."""
        now = self._clock.now()
        same = (name, peer, reason)
        last = self._lately.pop(same, None)
        if last is not None and abs((now - last).total_seconds()) < SAME_SECONDS:
            self._lately[same] = last
            return
        self._lately[same] = now
        if len(self._lately) > MOST_REMEMBERED:
            self._lately.popitem(last=False)
        self._lost += len(self._refused) == MOST_REFUSALS
        self._refused.append(
            Refused(
                at=now,
                account_id=account_id,
                name=name,
                peer=peer,
                client=client,
                method=method,
                reason=reason,
            )
        )

    async def run(self, stopping: asyncio.Event) -> None:
        """Write once a second until *stopping* is set."""
        while not stopping.is_set():
            try:
                async with asyncio.timeout(PERIOD_SECONDS):
                    await stopping.wait()
            except TimeoutError:
                pass
            await self.write_down()

    async def write_down(self) -> None:
        """Write what there is; without a ledger it stays for the next time."""
        came, left, refused = list(self._came), list(self._left), list(self._refused)
        if not came and not left and not refused:
            return
        self._came.clear()
        self._left.clear()
        self._refused.clear()
        endings = {stay: stay.ended_at for stay in came}
        try:
            ids = await self._database.write(self._write, came, left, refused)
        except Unavailable as error:
            log.warning("log-ins wait for the ledger", error=str(error), entries=len(came) + len(refused))
            self._came.extendleft(reversed(came))
            self._left.extendleft(reversed(left))
            self._refused.extendleft(reversed(refused[: MOST_REFUSALS - len(self._refused)]))
            return
        except Exception:  # a bulkhead: the door works on, whatever is wrong with its logbook
            log.exception("log-ins could not be noted")
            self._lost += len(came) + len(refused)
            ids = []
        for stay, login_id in zip(came, ids, strict=False):
            stay.id = login_id
            if stay.ended_at != endings[stay]:  # it left while this was written
                self._left.append(stay)
        if self._lost:
            log.warning("log-ins were not noted: too many at once", entries=self._lost)
            self._lost = 0

    def _write(
        self, ledger: Transaction, came: list[Stay], left: list[Stay], refused: list[Refused]
    ) -> list[LogInId]:
        ids = [self._add(ledger, stay) for stay in came]
        for one in refused:
            self._add_refused(ledger, one)
        logins.end(
            ledger,
            ended={
                stay.id: stay.ended_at for stay in left if stay.id is not None and stay.ended_at is not None
            },
        )
        latest = {replace(stay.agreed, instead={}): stay for stay in came}
        counted = Counter(replace(stay.agreed, instead={}) for stay in came)
        for same, count in counted.items():
            stay = latest[same]
            logins.add_profile(ledger, agreed=stay.agreed, now=stay.at, logins_more=count)
        for stay in {(stay.agreed.account_id, stay.method): stay for stay in came}.values():
            logins.use_key(ledger, account_id=stay.agreed.account_id, fingerprint=stay.method, now=stay.at)
        return ids

    def _add(self, ledger: Transaction, stay: Stay) -> LogInId:
        return logins.add(
            ledger,
            values={
                "at": stay.at,
                "account_id": stay.agreed.account_id,
                "name": stay.name,
                "peer": stay.peer,
                "client": stay.agreed.client,
                "method": stay.method,
                "refused": None,
                "node": self._node,
                "ended_at": stay.ended_at,
            },
        )

    def _add_refused(self, ledger: Transaction, one: Refused) -> None:
        logins.add(
            ledger,
            values={
                "at": one.at,
                "account_id": one.account_id,
                "name": one.name,
                "peer": one.peer,
                "client": one.client,
                "method": one.method,
                "refused": one.reason,
                "node": self._node,
                "ended_at": one.at,
            },
        )
