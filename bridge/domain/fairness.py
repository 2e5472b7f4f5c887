"""Whose turn it is: three files a second, shared by all tenants.

Between accounts by turns, and between the administrations of an account; of an administration its documents
before its data file, for an invoice without its document is not sent (payt-imports §3).  Three things come
before that order:

- a data file goes in time for its cut-off, whatever still waits;
- when the budget gets short, the earliest cut-off goes first (`bridge.domain.budget` says for whom it is);
- what was tried before takes no more than a share of the lane while anything else waits.

Here are only numbers of what waits, never the deliveries: memory grows with the accounts that have a backlog,
not with the backlog.  The numbers may be wrong for a moment; whoever claims tells what there really was.
"""

import heapq
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from bridge.domain.accounts import AccountId
from bridge.domain.administrations import AdministrationId
from bridge.domain.backlog import DataHead, Documents, Place, Turn, Work
from bridge.domain.budget import Demand, Plan, plan

RETRY_COST = 2  # other turns for each retry, while anything else waits: they take a third of the lane
PLAN_SECONDS = 5.0  # how old a plan may be
LOOKED_AT = 64  # accounts that only have retries, before one of them may go all the same


@dataclass(slots=True)
class _Account:
    places: dict[AdministrationId, Place] = field(default_factory=dict)
    ring: deque[Place] = field(default_factory=deque)  # those that may have something to do
    is_in_ring: bool = False


class Turns:
    """Chooses whose turn it is; knows of all that waits only how much, and for when."""

    def __init__(
        self, *, per_second: float, aim: Callable[[AdministrationId, datetime], datetime | None]
    ) -> None:
        """Begin with nothing waiting.

        Args:
            per_second: files that may start; 0 is no limit, and then no budget is ever short.
            aim: the moment before which what waits for an administration should have arrived.
        """
        self._per_second = per_second
        self._aim = aim
        self._accounts: dict[AccountId, _Account] = {}
        self._heads: dict[AdministrationId, Place] = {}
        self._ring: deque[AccountId] = deque()
        self._asleep: list[tuple[datetime, int, Place]] = []
        self._count = 0  # of turns, and of sleepers: where two wake at once, the first goes first
        self._retry_credit = RETRY_COST
        self._plan = Plan()
        self._plan_until: datetime | None = None

    def replace(self, documents: Iterable[Documents], data: Iterable[DataHead], now: datetime) -> None:
        """Forget what was known; this is what waits.  Whose turn is next stays as far as they still wait."""
        order = list(self._ring)
        self._accounts.clear()
        self._heads.clear()
        self._ring.clear()
        self._asleep.clear()
        for one in documents:
            self._of(one.account_id, one.administration_id).documents = one
        for head in data:
            self._head(head)
        for account_id in [*order, *(self._accounts.keys() - set(order))]:
            for place in self._accounts.get(account_id, _Account()).places.values():
                self._rouse(place, now)
        self._plan_until = None

    def put(self, one: Documents, now: datetime) -> None:
        """Say what documents wait now."""
        place = self._of(one.account_id, one.administration_id)
        place.documents = one if one.fresh or one.retries else None
        self._rouse(place, now)

    def arrived(self, one: Documents, now: datetime) -> None:
        """Say that more documents wait, not tried yet."""
        known = self._of(one.account_id, one.administration_id).documents
        if known is None:
            self.put(one, now)
        else:
            self.put(replace(known, fresh=known.fresh + one.fresh), now)

    def put_data(self, administration_id: AdministrationId, head: DataHead | None, now: datetime) -> None:
        """Say which data file is the next of an administration, if one is."""
        former = self._heads.pop(administration_id, None)
        if former is not None:
            former.data = None
        if head is not None:
            self._rouse(self._head(head), now)
        elif former is not None:
            self._rouse(former, now)  # which forgets it if nothing is left

    def took(self, turn: Turn, count: int = 1) -> None:
        """Say that *count* deliveries of a turn were claimed."""
        self._count += 1
        place = self._of(turn.account_id, turn.administration_id)
        if turn.work is Work.RETRY:
            self._retry_credit = max(self._retry_credit - RETRY_COST * count, 0)
        else:
            self._retry_credit = min(self._retry_credit + count, RETRY_COST)
        if turn.work is Work.DATA:
            if place.data is not None:
                place.data = replace(place.data, is_under_way=True)
        elif place.documents is not None:
            known = place.documents
            fresh, retries = (count, 0) if turn.work is Work.DOCUMENT else (0, count)
            place.documents = replace(
                known, fresh=max(known.fresh - fresh, 0), retries=max(known.retries - retries, 0)
            )

    def waiting(self) -> int:
        """Return how many places may have something to do now."""
        return sum(len(account.ring) for account in self._accounts.values())

    def choose(self, now: datetime) -> Turn | None:
        """Return whose turn it is, or None if there is nothing to do at *now*.

        Whoever claims for it says with `took`, `put` or `put_data` what became of it before the next call.
        """
        self._wake(now)
        self._replan(now)
        urgent = self._urgent(now)
        if urgent is not None:
            return urgent
        if self._count % self._plan.others_every == 0:
            return self._in_turn(now) or self._pressed(now)
        return self._pressed(now) or self._in_turn(now)

    def next_at(self) -> datetime | None:
        """Return when something wakes that has nothing to do yet; None: only news can tell."""
        return self._asleep[0][0] if self._asleep else None

    def _of(self, account_id: AccountId, administration_id: AdministrationId) -> Place:
        account = self._accounts.setdefault(account_id, _Account())
        place = account.places.get(administration_id)
        if place is None:
            place = account.places[administration_id] = Place(account_id, administration_id)
        return place

    def _head(self, head: DataHead) -> Place:
        place = self._of(head.account_id, head.administration_id)
        place.data = head
        self._heads[head.administration_id] = place
        return place

    def _rouse(self, place: Place, now: datetime) -> None:
        """Put *place* where it belongs: into the ring, to sleep, or nowhere."""
        account = self._accounts.get(place.account_id)
        if account is None or place.is_in_ring:
            return
        wakes_at = place.wakes_at(now)
        if wakes_at is None:
            if place.documents is None and place.data is None:
                account.places.pop(place.administration_id, None)
            if not account.places:
                self._accounts.pop(place.account_id, None)
        elif wakes_at <= now:
            place.is_in_ring = True
            account.ring.append(place)
            if not account.is_in_ring:
                account.is_in_ring = True
                self._ring.append(place.account_id)
        else:
            self._count += 1
            heapq.heappush(self._asleep, (wakes_at, self._count, place))

    def _wake(self, now: datetime) -> None:
        while self._asleep and self._asleep[0][0] <= now:
            _, _, place = heapq.heappop(self._asleep)
            account = self._accounts.get(place.account_id)
            if account is not None and account.places.get(place.administration_id) is place:
                self._rouse(place, now)

    def _replan(self, now: datetime) -> None:
        if not self._per_second or (self._plan_until is not None and now < self._plan_until):
            return
        self._plan_until = now + timedelta(seconds=PLAN_SECONDS)
        self._plan = plan(self._demands(now), per_second=self._per_second, now=now)

    def _demands(self, now: datetime) -> Iterable[Demand]:
        for account in self._accounts.values():
            for place in account.places.values():
                aim = self._aim(place.administration_id, now)
                if aim is not None:
                    documents = place.documents
                    yield Demand(
                        account_id=place.account_id,
                        administration_id=place.administration_id,
                        aim=aim,
                        documents=0 if documents is None else documents.fresh + documents.retries,
                        data_files=0 if place.data is None else place.data.count,
                    )

    def _urgent(self, now: datetime) -> Turn | None:
        """Return a data file that must go now."""
        for administration_id in self._plan.urgent(now):
            place = self._heads.get(administration_id)
            if place is not None and place.may_send_data(now):
                return _turn(place, Work.DATA)
        return None

    def _pressed(self, now: datetime) -> Turn | None:
        """Return a turn of those for whom the budget is short, the earliest cut-off first."""
        for group in self._plan.pressed:
            for _ in range(len(group)):
                account_id, administration_id = group[0]
                account = self._accounts.get(account_id)
                place = account.places.get(administration_id) if account else None
                work = self._work(place, now) if place else None
                if place is None or work is None:
                    group.popleft()
                    continue
                group.rotate(-1)
                return _turn(place, work)
        return None

    def _work(self, place: Place, now: datetime) -> Work | None:
        if place.may_retry(now) and self._retry_credit >= RETRY_COST:
            return Work.RETRY
        return place.work(now) or (Work.RETRY if place.may_retry(now) else None)

    def _in_turn(self, now: datetime) -> Turn | None:
        """Return the next turn on the way round all accounts."""
        only_retry: Place | None = None
        for looked_at in range(len(self._ring)):
            account_id = self._ring[0]
            place, work = self._of_account(account_id, now)
            if place is None:
                self._ring.popleft()
                if account_id in self._accounts:
                    self._accounts[account_id].is_in_ring = False
                continue
            self._ring.rotate(-1)
            if work is not None and (work is not Work.RETRY or self._retry_credit >= RETRY_COST):
                return _turn(place, work)
            only_retry = only_retry or place
            if looked_at >= LOOKED_AT:
                break
        return None if only_retry is None else _turn(only_retry, Work.RETRY)

    def _of_account(self, account_id: AccountId, now: datetime) -> tuple[Place | None, Work | None]:
        """Return the next place of an account that has something to do; others go to sleep."""
        account = self._accounts.get(account_id)
        if account is None:
            return None, None
        for _ in range(len(account.ring)):
            place = account.ring[0]
            work = self._work(place, now)
            if work is not None:
                account.ring.rotate(-1)
                return place, work
            account.ring.popleft()
            place.is_in_ring = False
            self._rouse(place, now)
        return None, None


def _turn(place: Place, work: Work) -> Turn:
    return Turn(account_id=place.account_id, administration_id=place.administration_id, work=work)
