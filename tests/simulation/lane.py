"""The lane through one night: the bridge's own decisions, a ledger and a clock made up.

What is the bridge's is not copied: `Turns` says whose turn it is, `next_step` what an answer means.
"""

import heapq
import random
from bisect import insort
from collections import deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bridge.domain.accounts import AccountId
from bridge.domain.administrations import AdministrationId
from bridge.domain.backlog import DataHead, Documents, Turn, Work
from bridge.domain.fairness import Turns
from bridge.domain.kinds import Kind
from bridge.domain.outcomes import Answer, Event, NoAnswer, Situation, next_step
from tests.simulation.night import File, Night

LIMIT = 3
PERIOD = timedelta(seconds=1.025)  # with the margin
MAX_AGE = timedelta(days=5)


@dataclass(slots=True)
class Shelf:
    """What waits of one account."""

    fresh: deque[File] = field(default_factory=deque)
    data: deque[File] = field(default_factory=deque)  # the first may be under way
    again: list[tuple[datetime, int, File]] = field(default_factory=list)
    is_data_under_way: bool = False


class Lane:
    """Sends the files of a night, and remembers when."""

    def __init__(self, night: Night) -> None:
        self.night = night
        self.starts: list[datetime] = []
        self.order: list[File] = []  # data files and documents, as they were begun
        self._chance = random.Random(night.seed + 1)  # noqa: S311  nothing secret
        self._turns = Turns(per_second=LIMIT, aim=night.aim)
        self._shelves = {account: Shelf() for account in night.imports}
        self._under_way: list[tuple[datetime, int, File]] = []
        self._paused_until = night.begin

    def run(self) -> None:
        """Work until everything is delivered or held."""
        moment: datetime | None = self.night.begin
        coming = deque(self.night.files)
        while moment is not None:
            now = moment
            self._take_in(coming, now)
            self._end(now)
            if self._may_start(now) > now or not self._begin(now):
                moment = self._next(coming, now)
        stuck = [account for account, shelf in self._shelves.items() if self._waits(shelf)]
        assert not stuck, f"seed {self.night.seed}: accounts {stuck} wait and nothing wakes them"

    @staticmethod
    def _waits(shelf: Shelf) -> bool:
        return bool(shelf.fresh or shelf.data or shelf.again)

    def _may_start(self, now: datetime) -> datetime:
        """Return from when a request may start."""
        free = now if len(self.starts) < LIMIT else self.starts[-LIMIT] + PERIOD
        return max(free, self._paused_until)

    def _next(self, coming: deque[File], now: datetime) -> datetime | None:
        """Return when something happens next, if anything does."""
        start = self._may_start(now)
        moments = [start] if start > now else [one for one in [self._turns.next_at()] if one]
        moments += [coming[0].at] if coming else []
        moments += [self._under_way[0][0]] if self._under_way else []
        is_over = not coming and not self._under_way and not any(map(self._waits, self._shelves.values()))
        return None if is_over or not moments else max(min(moments), now + timedelta(microseconds=1))

    def _take_in(self, coming: deque[File], now: datetime) -> None:
        while coming and coming[0].at <= now:
            one = coming.popleft()
            shelf = self._shelves[one.account]
            if one.is_data:
                shelf.data.append(one)
                self._tell_data(one.account, now)
            else:
                shelf.fresh.append(one)
                self._turns.arrived(
                    Documents(
                        account_id=AccountId(one.account),
                        administration_id=AdministrationId(one.account),
                        fresh=1,
                    ),
                    now,
                )

    def _begin(self, now: datetime) -> bool:
        turn = self._turns.choose(now)
        if turn is None:
            return False
        one = self._claim(turn, now)
        if one is None:  # as the ledger would say, and then what there is
            self._tell(turn.account_id, now)
            return self._begin(now)
        self._turns.took(turn)
        one.attempts += 1
        self.starts.append(now)
        self.order.append(one)
        took = timedelta(seconds=self._chance.uniform(0.02, 0.5))
        heapq.heappush(self._under_way, (now + took, one.number, one))
        return True

    def _claim(self, turn: Turn, now: datetime) -> File | None:
        shelf = self._shelves[turn.account_id]
        match turn.work:
            case Work.DATA:
                assert not shelf.is_data_under_way
                shelf.is_data_under_way = True
                assert shelf.data[0].due_at is None or shelf.data[0].due_at <= now
                return shelf.data[0]
            case Work.DOCUMENT:
                return shelf.fresh.popleft()
            case Work.RETRY:
                return shelf.again.pop(0)[2] if shelf.again and shelf.again[0][0] <= now else None

    def _end(self, now: datetime) -> None:
        """Let the requests end that have their answer at *now*."""
        while self._under_way and self._under_way[0][0] <= now:
            _, _, one = heapq.heappop(self._under_way)
            self._judge(one, now)

    def _answer(self, one: File, now: datetime) -> Event:
        trouble = self.night.trouble(now)
        if trouble is None:
            return Answer(status=422 if one.is_bad else 200)
        if trouble.status == 0:
            return NoAnswer(is_unsent=True, what="could not connect")
        return Answer(status=trouble.status, retry_after="3" if trouble.status == 429 else None)

    def _judge(self, one: File, now: datetime) -> None:
        step = next_step(
            self._answer(one, now),
            Situation(
                kind=Kind.DATA if one.is_data else Kind.INVOICE_PDF,
                attempts=max(one.attempts, 1),
                rejections=one.rejections,
                trying_since=one.at,
                now=now,
                max_age=MAX_AGE,
                jitter=self._chance.random(),
            ),
        )
        if step.lane_pause is not None:
            self._paused_until = max(self._paused_until, now + step.lane_pause)
        one.attempts -= not step.counts
        one.rejections += step.outcome == "rejected"
        shelf = self._shelves[one.account]
        if step.is_delivered:
            one.delivered_at = now
        one.is_held = step.hold is not None
        one.due_at = None if step.wait is None else now + step.wait
        if one.is_data:
            shelf.is_data_under_way = False
            if one.due_at is None:
                shelf.data.popleft()
            self._tell_data(one.account, now)
        elif one.due_at is not None:
            if one.attempts:
                insort(shelf.again, (one.due_at, one.number, one))
            else:
                shelf.fresh.append(one)
            self._tell(one.account, now)

    def _tell(self, account: int, now: datetime) -> None:
        shelf = self._shelves[account]
        self._turns.put(
            Documents(
                account_id=AccountId(account),
                administration_id=AdministrationId(account),
                fresh=len(shelf.fresh),
                retries=len(shelf.again),
                retry_due_at=shelf.again[0][0] if shelf.again else None,
            ),
            now,
        )

    def _tell_data(self, account: int, now: datetime) -> None:
        shelf = self._shelves[account]
        head = None
        if shelf.data:
            head = DataHead(
                administration_id=AdministrationId(account),
                account_id=AccountId(account),
                due_at=shelf.data[0].due_at or shelf.data[0].at,
                count=len(shelf.data),
                is_under_way=shelf.is_data_under_way,
            )
        self._turns.put_data(AdministrationId(account), head, now)
